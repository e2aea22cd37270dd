"""The folder of reports: all paths and their contents.

A pure function of the stored audits, the withdrawals, the options of the folder, the language and `as_of`.

    index.html              the newest week at a glance
    weeks.html, feed.xml    all weeks
    o/ID/index.html         an office for good, with its weeks
    data/                   all weeks as tables, with the schema of a week's document
    look/                   styles, script and icon of all pages
    2026-W47/index.html     a week: every office and every check
    2026-W47/o/ID.html      one office in that week
    2026-W47/proof/ID.html  what its findings rest on, record by record
    2026-W47/method.html    how the week was judged
    2026-W47/audit.json     the week's document
    2026-W47/offices.csv, posts.csv, audit.xlsx
                            the week as tables
    2026-W47/post.txt       the week as a messenger post

Paths are relative to the folder of reports, with slashes. Links are relative: the folder works on any web server and
from a disk. The same arguments give the same bytes.

The files of a withdrawn week are replaced by a notice, and no other page uses its figures.
"""

import posixpath
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.files import packaged
from auditor.base.i18n import Translator
from auditor.report.drawing import drawing_digest
from auditor.report.feed import feed
from auditor.report.post import post
from auditor.report.tables import data_tables, week_tables
from auditor.report.templates import render
from auditor.report.week_facts import Measures, frame_facts, measures, untold_causes, week_facts, weeks_up_to
from auditor.report.withdrawals import WithdrawalLike, in_force, without_withdrawn

HOME, WEEKS, FEED, DOCUMENT = "index.html", "weeks.html", "feed.xml", "audit.json"
_ASSETS = ("site.css", "site.js", "icon.svg")
WITHDRAWN = "withdrawn"
"""The content key of a withdrawn week."""
_LONG = 120
"""Characters of an office's slug; file systems allow names of 255 bytes."""
_MEASURED = 12
"""Weeks shown by a measure on the front page, at most."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """How the folder is published on the web."""

    address: str = ""
    """Its public address without a trailing slash; empty if it has none."""
    licence: str = "CC BY 4.0"
    """The licence of the data."""
    listed: bool = False
    """Whether search engines may list its pages; a demonstration is never listed."""


@dataclass(frozen=True, slots=True)
class PageLocation:
    """The path of a page and the week it shows; makes the page's relative links."""

    path: str
    week: str

    def link_to(self, target: str, fragment: str = "") -> str:
        """Return the relative link from this page to the file at `target`, or to a fragment of it."""
        suffix = f"#{fragment}" if fragment else ""
        if target == self.path:
            return suffix or "#"
        return posixpath.relpath(target, posixpath.dirname(self.path) or ".") + suffix

    def office_link(self, office_id: str, fragment: str = "") -> str:
        """Return the link to an office: from a week's page to its card of that week, else to its permanent page."""
        within = self.path.startswith(f"{self.week}/")
        return self.link_to(card_page(self.week, office_id) if within else office_page(office_id), fragment)

    def card_link(self, week: str, office_id: str) -> str:
        """Return the link to an office's card of a week."""
        return self.link_to(card_page(week, office_id))

    def proof_link(self, office_id: str, check: str = "") -> str:
        """Return the link to the proof of the week's findings about an office."""
        return self.link_to(proof_page(self.week, office_id), check)

    def method_link(self, fragment: str = "") -> str:
        """Return the link to the week's method."""
        return self.link_to(f"{self.week}/method.html", fragment)


def office_slug(office_id: str) -> str:
    """Return an office's name in a path: lower-case ASCII letters, digits and ``._-~``, unique for each office id.

    Slugs are unique on file systems that ignore case as well, and short enough for all of them.
    """
    name = re.sub(r"[^a-z0-9._-]|^\.|\.$", lambda match: f"~{ord(match[0]):x}~", office_id)
    return name if len(name) <= _LONG else f"{name[:_LONG]}~{sha256(office_id.encode()).hexdigest()[:16]}"


def office_page(office_id: str) -> str:
    """Return the path of an office's permanent page."""
    return f"o/{office_slug(office_id)}/index.html"


def card_page(week: str, office_id: str) -> str:
    """Return the path of an office's card of a week."""
    return f"{week}/o/{office_slug(office_id)}.html"


def proof_page(week: str, office_id: str) -> str:
    """Return the path of the proof of a week's findings about an office."""
    return f"{week}/proof/{office_slug(office_id)}.html"


def site(
    audits: Iterable[Audit],
    withdrawn: Iterable[WithdrawalLike],
    options: SiteOptions,
    translator: Translator,
    as_of: datetime,
    *,
    unchanged_weeks: Container[str] = (),
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the folder.

    The assets come first, then the weeks, the withdrawal pages, and the pages over all weeks; the front page of a
    week comes after its other files, and the front page of the folder is the last.

    `audits` are the stored weeks as readers see them, with words, remarks and seals. The own pages of
    `unchanged_weeks` are left out: they are already published.
    """
    builder = _SiteBuilder({audit.week: audit for audit in audits}, tuple(withdrawn), options, translator, as_of)
    yield from assets()
    for week in builder.published:
        if week not in unchanged_weeks:
            yield from builder.week(week)
    yield from builder.withdrawal_pages()
    yield from builder.permanent_pages()


def content_keys(
    audits: Iterable[Audit],
    withdrawn: Iterable[WithdrawalLike],
    options: SiteOptions,
    translator: Translator,
    as_of: datetime,
) -> dict[str, str]:
    """Return, by week, the hash of everything that the week's own pages depend on; `WITHDRAWN` if it is withdrawn."""
    builder = _SiteBuilder({audit.week: audit for audit in audits}, tuple(withdrawn), options, translator, as_of)
    return {week: builder.content_key(week) for week in builder.all_weeks}


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield the styles, script and icon of all pages."""
    yield from ((f"look/{name}", (packaged("templates") / name).read_bytes()) for name in _ASSETS)


@dataclass(frozen=True)
class _SiteBuilder:
    """Renders the pages of all weeks."""

    stored: Mapping[str, Audit]
    withdrawals: Sequence[WithdrawalLike]
    options: SiteOptions
    translator: Translator
    as_of: datetime
    _facts_cache: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def withdrawn(self) -> dict[str, WithdrawalLike]:
        """The withdrawn weeks, by week; weeks that were never audited are left out."""
        day = self.as_of.astimezone(self.translator.zone).date()
        return {week: withdrawal for week, withdrawal in in_force(self.withdrawals, day).items() if week in self.stored}

    @cached_property
    def published(self) -> dict[str, Audit]:
        """The audits that readers see, oldest first, without figures of withdrawn weeks."""
        withdrawn = self.withdrawn
        return {
            week: without_withdrawn(audit, withdrawn)
            for week, audit in sorted(self.stored.items())
            if week not in withdrawn
        }

    @property
    def all_weeks(self) -> list[str]:
        """Every week that has a page, including withdrawn ones."""
        return sorted({*self.published, *self.withdrawn})

    def content_key(self, week: str) -> str:
        """Return the hash of everything that the week's own pages depend on.

        A withdrawn week has the constant `WITHDRAWN`: its page is drawn in every run.
        """
        audit = self.published.get(week)
        if audit is None:
            return WITHDRAWN
        previous = self.published.get(audit.previous_week or "")
        previous_json = previous.to_json() if previous is not None else ""
        options = [self.translator.lang, repr(self.options), repr(self._neighbours(week))]
        return sha256("\0".join([drawing_digest(), *options, audit.to_json(), previous_json]).encode()).hexdigest()

    def week(self, week: str) -> Iterator[tuple[str, bytes]]:
        """Yield a week's files.

        A page that reads more than this audit, the previous one and the neighbours must extend `content_key`.
        """
        audit = self.published[week]
        for card in self._facts(week)["cards"]:
            if card.checks_with_proof:
                yield self._page(
                    "proof.html",
                    proof_page(week, card.office.id),
                    week,
                    card=card,
                    findings=card.proof_findings,
                    records=card.evidence,
                )
            yield self._page("office.html", card_page(week, card.office.id), week, card=card, permanent=False)
        causes = {check.name: untold_causes(audit, check.name) for check in audit.checks}
        yield self._page("method.html", f"{week}/method.html", week, untold_causes=causes)
        yield f"{week}/{DOCUMENT}", audit.to_json().encode()
        yield from ((f"{week}/{name}", body) for name, body in week_tables(audit, self.translator))
        yield f"{week}/post.txt", post(self._facts(week), self.options, self.translator).encode()
        yield self._page("week.html", f"{week}/index.html", week, neighbours=self._neighbours(week))

    def withdrawal_pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pages that replace withdrawn weeks."""
        for week, withdrawal in self.withdrawn.items():
            yield self._notice("withdrawn.html", f"{week}/index.html", withdrawal=withdrawal)

    def permanent_pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pages over all weeks, the front page last."""
        if self.stored:
            yield FEED, feed(map(self._feed_facts, reversed(self.all_weeks)), self.options, self.translator)
        if self.published:
            yield from self._overview_pages()
        elif self.withdrawn:
            yield self._notice("emptied.html", HOME, withdrawn=self.withdrawn)

    def _overview_pages(self) -> Iterator[tuple[str, bytes]]:
        newest, audits = max(self.published), list(self.published.values())
        for week, office_ids in self._offices().items():
            for card in self._facts(week)["cards"]:
                if card.office.id in office_ids:
                    yield self._page("office.html", office_page(card.office.id), week, card=card, permanent=True)
        yield from data_tables(audits, self.withdrawn, self.options.licence, self.translator)
        rows = [(week, self.published.get(week), self.withdrawn.get(week)) for week in reversed(self.all_weeks)]
        span = weeks_up_to(newest, self.published, 520)
        yield self._page(
            "weeks.html", WEEKS, newest, rows=rows, figures_of=measures, series=self._series(span), weeks=span
        )
        span = weeks_up_to(newest, self.published, _MEASURED)
        previous_withdrawal = self.withdrawn.get(self.stored[newest].previous_week or "")
        yield self._page(
            "home.html", HOME, newest, series=self._series(span), weeks=span, previous_withdrawal=previous_withdrawal
        )

    def _offices(self) -> dict[str, set[str]]:
        """Return, by week, the ids of the offices whose newest week it is."""
        newest = {office.id: week for week, audit in self.published.items() for office in audit.offices}
        return {
            week: {office_id for office_id, newest_week in newest.items() if newest_week == week}
            for week in reversed(self.published)
        }

    def _series(self, weeks: Iterable[str]) -> list[tuple[str, Audit, Measures] | None]:
        """Return (week, audit, measures) of each week; None for a week without an audit or without looks."""
        audits = (self.published.get(week) for week in weeks)
        return [
            (audit.week, audit, measures(audit)) if audit is not None and audit.looked else None for audit in audits
        ]

    def _neighbours(self, week: str) -> tuple[str | None, str | None]:
        """Return the weeks with pages before and after this one; None at the ends."""
        names = self.all_weeks
        index = names.index(week)
        return (names[index - 1] if index else None), (names[index + 1] if index + 1 < len(names) else None)

    def _page(self, template: str, path: str, week: str, **facts: Any) -> tuple[str, bytes]:
        return self._render(template, PageLocation(path, week), {**self._facts(week), **facts})

    def _notice(self, template: str, path: str, **facts: Any) -> tuple[str, bytes]:
        """Return a page without a week's findings; the newest week provides its zone and contact."""
        newest = (self.published or self.stored)[max(self.published or self.stored)]
        return self._render(
            template, PageLocation(path, newest.week), {**frame_facts(newest, self.translator), **facts}
        )

    def _render(self, template: str, location: PageLocation, facts: Mapping[str, Any]) -> tuple[str, bytes]:
        translator = self.translator.in_zone(ZoneInfo(facts["audit"].timezone))
        page_facts = {**facts, "location": location, "options": self.options, "published": self.published}
        return location.path, render(template, translator, page_facts).encode()

    def _feed_facts(self, week: str) -> dict[str, Any]:
        """Return a week's facts for the feed: those of its pages, or its frame and withdrawal."""
        withdrawal = self.withdrawn.get(week)
        return (
            self._facts(week)
            if withdrawal is None
            else {**frame_facts(self.stored[week], self.translator), "withdrawal": withdrawal}
        )

    def _facts(self, week: str) -> dict[str, Any]:
        """Return the facts of a week, cached for consecutive pages."""
        if week not in self._facts_cache:
            self._facts_cache.clear()
            self._facts_cache[week] = week_facts(self.published[week], self.published, self.translator)
        return self._facts_cache[week]
