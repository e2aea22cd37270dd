"""The folder of reports as a pure function: which files there are, and what is in each.

    index.html              the newest week at a glance
    weeks.html, feed.xml    all weeks
    o/ID/index.html         an office for good, with its weeks
    data/                   all weeks as tables, with the schema of a week's document
    look/                   what all pages look like
    2026-W47/index.html     a week: every office and every check
    2026-W47/o/ID.html      what the week says of one office
    2026-W47/proof/ID.html  what its contested findings rest on, record by record
    2026-W47/method.html    how the week was judged

A path is written from the folder of reports, with slashes. Links are relative: the folder works on any web server and
from a disk. The same arguments give the same bytes.

In the place of a withdrawn week stands a notice, and what is drawn of the others does not rest on it.
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

from auditor import __version__
from auditor.audit.document import Audit
from auditor.base.files import packaged
from auditor.base.i18n import Translator
from auditor.report.feed import feed
from auditor.report.post import post
from auditor.report.tables import data_tables, week_tables
from auditor.report.templates import render
from auditor.report.week_facts import Measures, frame_facts, measures, untold_causes, week_facts, weeks_up_to
from auditor.report.withdrawals import WithdrawalLike, in_force, without_withdrawn

HOME, WEEKS, FEED, DOCUMENT = "index.html", "weeks.html", "feed.xml", "audit.json"
_LOOK = ("site.css", "site.js", "icon.svg")
WITHDRAWN = "withdrawn"
"""What is told of a withdrawn week instead of a hash."""
_LONG = 120
"""Characters of an office's name in a path; a disk allows 255 for the whole of it."""
_MEASURED = 12
"""Weeks that a measure on the first screen shows at the most."""


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the folder is to those who meet it on the web."""

    address: str = ""
    """Where everybody can read it, without a slash at the end; empty where it has no address."""
    licence: str = "CC BY 4.0"
    """Under which the data may be used."""
    listed: bool = False
    """Whether search engines may list its pages. They never may list a demonstration."""


@dataclass(frozen=True, slots=True)
class PageLocation:
    """Where a page lies, and of which week it is."""

    path: str
    week: str

    def link_to(self, target: str, part: str = "") -> str:
        """Return the link to the file at `target`, or to a part of it, relative to this page."""
        place = f"#{part}" if part else ""
        if target == self.path:
            return place or "#"
        return posixpath.relpath(target, posixpath.dirname(self.path) or ".") + place

    def office(self, office: str, part: str = "") -> str:
        """Return the link to an office: from within a week to what the week says of it, else to its lasting page."""
        within = self.path.startswith(f"{self.week}/")
        return self.link_to(card_page(self.week, office) if within else office_page(office), part)

    def card(self, week: str, office: str) -> str:
        """Return the link to what a week says of an office."""
        return self.link_to(card_page(week, office))

    def proof(self, office: str, check: str = "") -> str:
        """Return the link to what the week's findings about an office rest on."""
        return self.link_to(proof_page(self.week, office), check)

    def method(self, part: str = "") -> str:
        """Return the link to the week's method."""
        return self.link_to(f"{self.week}/method.html", part)


def office_slug(office: str) -> str:
    """Return an office's name in a path: small ASCII letters, digits, dots, hyphens; no two offices have one name.

    Not even on a disk that takes large letters for small ones; and none is longer than a disk allows.
    """
    name = re.sub(r"[^a-z0-9._-]|^\.|\.$", lambda found: f"~{ord(found[0]):x}~", office)
    return name if len(name) <= _LONG else f"{name[:_LONG]}~{sha256(office.encode()).hexdigest()[:16]}"


def office_page(office: str) -> str:
    """Return the path of an office's lasting page."""
    return f"o/{office_slug(office)}/index.html"


def card_page(week: str, office: str) -> str:
    """Return the path of what a week says of one office."""
    return f"{week}/o/{office_slug(office)}.html"


def proof_page(week: str, office: str) -> str:
    """Return the path of what a week's contested findings about an office rest on."""
    return f"{week}/proof/{office_slug(office)}.html"


def site(
    audits: Iterable[Audit],
    withdrawn: Iterable[WithdrawalLike],
    face: SiteOptions,
    words: Translator,
    as_of: datetime,
    *,
    done: Container[str] = (),
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the folder; one that leads to others comes after them.

    `audits` are the stored weeks as readers are shown them, with words, remarks and seals. Of the weeks `done` the own
    pages are left out: they lie there and have not changed.
    """
    shelf = _SiteBuilder({audit.week: audit for audit in audits}, tuple(withdrawn), face, words, as_of)
    yield from assets()
    for week in shelf.published:
        if week not in done:
            yield from shelf.week(week)
    yield from shelf.notices()
    yield from shelf.permanent_pages()


def content_keys(
    audits: Iterable[Audit], withdrawn: Iterable[WithdrawalLike], face: SiteOptions, words: Translator, as_of: datetime
) -> dict[str, str]:
    """Return of each week that `site` draws the hash of all that its own pages hang on."""
    shelf = _SiteBuilder({audit.week: audit for audit in audits}, tuple(withdrawn), face, words, as_of)
    return {week: shelf.content_key(week) for week in shelf.all}


def assets() -> Iterator[tuple[str, bytes]]:
    """Yield what all pages look like."""
    yield from ((f"look/{name}", (packaged("templates") / name).read_bytes()) for name in _LOOK)


@dataclass(frozen=True)
class _SiteBuilder:
    """All weeks, and what every page is told."""

    stored: Mapping[str, Audit]
    withdrawals: Sequence[WithdrawalLike]
    face: SiteOptions
    words: Translator
    as_of: datetime
    _facts_cache: dict[str, dict[str, Any]] = field(default_factory=dict)

    @cached_property
    def withdrawn(self) -> dict[str, WithdrawalLike]:
        """The weeks in whose place a notice stands: of one that was never audited there is nothing to take back."""
        day = self.as_of.astimezone(self.words.zone).date()
        return {week: one for week, one in in_force(self.withdrawals, day).items() if week in self.stored}

    @cached_property
    def published(self) -> dict[str, Audit]:
        """The weeks that readers are shown, oldest first, without what rests on a withdrawn one."""
        gone = self.withdrawn
        return {week: without_withdrawn(audit, gone) for week, audit in sorted(self.stored.items()) if week not in gone}

    @property
    def all(self) -> list[str]:
        """Every week that has a page, with those withdrawn."""
        return sorted({*self.published, *self.withdrawn})

    def content_key(self, week: str) -> str:
        """Return the hash of all that a week's own pages hang on."""
        audit = self.published.get(week)
        if audit is None:
            return WITHDRAWN
        before = self.published.get(audit.previous_week or "")
        told = [__version__, self.words.lang, repr(self.face), repr(self._neighbours(week)), audit.to_json()]
        return sha256("\0".join([*told, before.to_json() if before is not None else ""]).encode()).hexdigest()

    def week(self, week: str) -> Iterator[tuple[str, bytes]]:
        """Yield a week's files."""
        audit = self.published[week]
        for card in self._facts(week)["cards"]:
            if card.checks_with_proof:
                yield self._page(
                    "proof.html",
                    proof_page(week, card.office.id),
                    week,
                    card=card,
                    told=card.proof_findings,
                    records=card.evidence,
                )
            yield self._page("office.html", card_page(week, card.office.id), week, card=card, lasting=False)
        untold = {check.name: untold_causes(audit, check.name) for check in audit.checks}
        yield self._page("method.html", f"{week}/method.html", week, left_out=untold)
        yield f"{week}/{DOCUMENT}", audit.to_json().encode()
        yield from ((f"{week}/{name}", body) for name, body in week_tables(audit, self.words))
        yield f"{week}/post.txt", post(self._facts(week), self.face, self.words).encode()
        yield self._page("week.html", f"{week}/index.html", week, near=self._neighbours(week))

    def notices(self) -> Iterator[tuple[str, bytes]]:
        """Yield what stands in the place of a withdrawn week."""
        for week, withdrawal in self.withdrawn.items():
            yield self._notice("withdrawn.html", f"{week}/index.html", withdrawal=withdrawal)

    def permanent_pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pages over all weeks, the one that opens the folder last."""
        if self.stored:
            yield FEED, feed(map(self._entry, reversed(self.all)), self.face, self.words)
        if self.published:
            yield from self._over_weeks()
        elif self.withdrawn:
            yield self._notice("emptied.html", HOME, withdrawn=self.withdrawn)

    def _over_weeks(self) -> Iterator[tuple[str, bytes]]:
        newest, audits = max(self.published), list(self.published.values())
        for week, office in self._offices().items():
            for card in self._facts(week)["cards"]:
                if card.office.id in office:
                    yield self._page("office.html", office_page(card.office.id), week, card=card, lasting=True)
        yield from data_tables(audits, self.withdrawn, self.face.licence, self.words)
        rows = [(week, self.published.get(week), self.withdrawn.get(week)) for week in reversed(self.all)]
        span = weeks_up_to(newest, self.published, 520)
        yield self._page(
            "weeks.html", WEEKS, newest, rows=rows, figures_of=measures, series=self._series(span), weeks=span
        )
        span = weeks_up_to(newest, self.published, _MEASURED)
        lost = self.withdrawn.get(self.stored[newest].previous_week or "")
        yield self._page("home.html", HOME, newest, series=self._series(span), weeks=span, lost=lost)

    def _offices(self) -> dict[str, set[str]]:
        """Return by week the offices of which that is the newest week."""
        newest = {office.id: week for week, audit in self.published.items() for office in audit.offices}
        return {week: {name for name, at in newest.items() if at == week} for week in reversed(self.published)}

    def _series(self, weeks: Iterable[str]) -> list[tuple[str, Audit, Measures] | None]:
        """Return the figures of weeks; None for one that nobody audited, or in which nobody looked."""
        found = (self.published.get(week) for week in weeks)
        return [(a.week, a, measures(a)) if a is not None and a.looked else None for a in found]

    def _neighbours(self, week: str) -> tuple[str | None, str | None]:
        """Return the published weeks before and after."""
        names = self.all
        at = names.index(week)
        return (names[at - 1] if at else None), (names[at + 1] if at + 1 < len(names) else None)

    def _page(self, template: str, path: str, week: str, **more: Any) -> tuple[str, bytes]:
        return self._render(template, PageLocation(path, week), {**self._facts(week), **more})

    def _notice(self, template: str, path: str, **more: Any) -> tuple[str, bytes]:
        """Return a page that no week speaks on; the newest one gives it the zone and whom to write to."""
        newest = (self.published or self.stored)[max(self.published or self.stored)]
        return self._render(template, PageLocation(path, newest.week), {**frame_facts(newest, self.words), **more})

    def _render(self, template: str, spot: PageLocation, told: Mapping[str, Any]) -> tuple[str, bytes]:
        said = self.words.in_zone(ZoneInfo(told["audit"].timezone))
        context = {**told, "spot": spot, "face": self.face, "said": said, "published": self.published}
        return spot.path, render(template, said, context).encode()

    def _entry(self, week: str) -> dict[str, Any]:
        """Return what the feed is told of a week: what its pages are told, or that it is withdrawn."""
        gone = self.withdrawn.get(week)
        return self._facts(week) if gone is None else {**frame_facts(self.stored[week], self.words), "gone": gone}

    def _facts(self, week: str) -> dict[str, Any]:
        """Return what every page of a week is told; worked out once for pages in a row."""
        if week not in self._facts_cache:
            self._facts_cache.clear()
            self._facts_cache[week] = week_facts(self.published[week], self.published, self.words)
        return self._facts_cache[week]
