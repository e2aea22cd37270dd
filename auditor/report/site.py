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
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedOffice
from auditor.audit.withdrawals import Withdrawal, in_force, without_withdrawn
from auditor.base.files import read_packaged
from auditor.base.i18n import Translator
from auditor.checks import catalogue
from auditor.report.drawing import drawing_digest
from auditor.report.feed import MAX_ENTRIES, FeedEntry, feed, summary_lines
from auditor.report.post import post
from auditor.report.tables import csv_rows, data_tables, week_tables
from auditor.report.templates import PACKAGED, render
from auditor.report.week_facts import (
    WeekFacts,
    WeekFrame,
    frame_facts,
    measures,
    untold_causes,
    week_facts,
    weeks_up_to,
)

HOME, WEEKS, FEED, DOCUMENT = "index.html", "weeks.html", "feed.xml", "audit.json"
_ASSETS = ("site.css", "site.js", "icon.svg")
WITHDRAWN = "withdrawn"
"""The content key of a withdrawn week."""
_LONG = 120
"""Characters of an office's slug; file systems allow names of 255 bytes."""
_MEASURED, _LISTED = 12, 520
"""Weeks shown by a measure on the front page, and by the drawing of all weeks, at most."""


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
    withdrawn: Iterable[Withdrawal],
    options: SiteOptions,
    translator: Translator,
    as_of: datetime,
    *,
    templates: Path = PACKAGED,
    unchanged_weeks: Container[str] = (),
) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the folder.

    The assets come first, then the weeks, the withdrawal pages, and the pages over all weeks; the front page of a
    week comes after its other files, and the front page of the folder is the last.

    `audits` are the stored weeks as readers see them, oldest first, with words, remarks and seals; they are iterated
    twice, and one at a time is in memory. The own pages of `unchanged_weeks` are left out: they are already published.
    """
    folder = _folder_of(audits, withdrawn, options, translator, as_of, templates)
    yield from ((f"look/{name}", read_packaged(templates / name)) for name in _ASSETS)
    rows, entries, facts = list[dict[str, str]](), dict[str, FeedEntry](), None
    for audit in _published(audits, folder):
        facts = week_facts(audit, folder.published, translator)
        if audit.week not in unchanged_weeks:
            yield from _week_files(folder, facts)
        yield from _lasting_pages(folder, facts)
        rows.append(csv_rows(audit))
        if audit.week in folder.weeks[-MAX_ENTRIES:]:
            entries[audit.week] = _entry(folder, audit.week, summary_lines(facts, translator, templates))
    yield from _withdrawal_pages(folder)
    yield from _feed(folder, entries)
    yield from _front_pages(folder, facts, rows)


def content_keys(
    audits: Iterable[Audit],
    withdrawn: Iterable[Withdrawal],
    options: SiteOptions,
    translator: Translator,
    as_of: datetime,
    *,
    templates: Path = PACKAGED,
) -> dict[str, str]:
    """Return, by week, the hash of everything that the week's own pages depend on; `WITHDRAWN` if it is withdrawn.

    A page that reads more than this audit, the previous one and the neighbours must extend `_content_key`.
    """
    folder = _folder_of(audits, withdrawn, options, translator, as_of, templates)
    documents = {audit.week: _digest(audit.to_json()) for audit in _published(audits, folder)}
    return {week: _content_key(folder, week, documents) for week in folder.weeks}


@dataclass(frozen=True, slots=True)
class _Folder:
    """What all pages share. Of each week there is the outline alone: whole audits are read one at a time."""

    stored: Mapping[str, Audit]
    published: Mapping[str, Audit]
    """The weeks that readers see, oldest first, without figures of withdrawn weeks."""
    withdrawn: Mapping[str, Withdrawal]
    """The withdrawn weeks; those that were never audited are left out."""
    options: SiteOptions
    translator: Translator
    templates: Path

    @property
    def weeks(self) -> list[str]:
        """Every week that has a page, including withdrawn ones."""
        return sorted({*self.published, *self.withdrawn})


def _folder_of(
    audits: Iterable[Audit],
    withdrawn: Iterable[Withdrawal],
    options: SiteOptions,
    translator: Translator,
    as_of: datetime,
    templates: Path,
) -> _Folder:
    stored = {audit.week: audit.map_offices(_outline) for audit in audits}
    day = as_of.astimezone(translator.zone).date()
    taken_back = {week: withdrawal for week, withdrawal in in_force(withdrawn, day).items() if week in stored}
    published = {
        week: without_withdrawn(audit, taken_back) for week, audit in sorted(stored.items()) if week not in taken_back
    }
    return _Folder(stored, published, taken_back, options, translator, templates)


def _outline(office: AuditedOffice) -> AuditedOffice:
    """Return what the pages of other weeks ask of an office: its outcome, its holder and the figures of its checks."""
    checks = {check.name for check in catalogue() if check.headline is not None or check.history_figures}
    findings = [
        finding.model_copy(update={"evidence": []})
        for finding in office.findings
        if finding.account is None and finding.check in checks
    ]
    lists: dict[str, Any] = {name: [] for name in ("accounts", "searches", "reports", "posts", "history", "statements")}
    return office.model_copy(update={**lists, "findings": findings, "evidence": {}})


def _published(audits: Iterable[Audit], folder: _Folder) -> Iterator[Audit]:
    """Yield the whole audit of each published week, without figures of withdrawn weeks."""
    return (without_withdrawn(audit, folder.withdrawn) for audit in audits if audit.week in folder.published)


def _content_key(folder: _Folder, week: str, documents: Mapping[str, str]) -> str:
    """Return the hash of everything that the week's own pages depend on.

    A withdrawn week has the constant `WITHDRAWN`: its page is drawn in every run.
    """
    if week not in documents:
        return WITHDRAWN
    previous = documents.get(folder.published[week].previous_week or "", "")
    options = [folder.translator.lang, repr(folder.options), repr(_neighbours(folder, week))]
    return _digest("\0".join([drawing_digest(folder.templates), *options, documents[week], previous]))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _neighbours(folder: _Folder, week: str) -> tuple[str | None, str | None]:
    """Return the weeks with pages before and after this one; None at the ends."""
    before, after = [w for w in folder.weeks if w < week], [w for w in folder.weeks if w > week]
    return (before[-1] if before else None), (after[0] if after else None)


# A week's files, and an office's page for good ------------------------------------------------------------------------


def _week_files(folder: _Folder, facts: WeekFacts) -> Iterator[tuple[str, bytes]]:
    """Yield a week's files."""
    audit, week = facts.audit, facts.audit.week
    for card in facts.cards:
        office = card.office.id
        if card.checks_with_proof:
            proof = {"findings": card.proof_findings, "records": card.evidence}
            yield _page(folder, "proof.html", proof_page(week, office), facts, card=card, **proof)
        yield _page(folder, "office.html", card_page(week, office), facts, card=card, permanent=False)
    causes = {check.name: untold_causes(audit, check.name) for check in audit.checks}
    yield _page(folder, "method.html", f"{week}/method.html", facts, untold_causes=causes)
    yield f"{week}/{DOCUMENT}", audit.to_json().encode()
    yield from ((f"{week}/{name}", body) for name, body in week_tables(audit, folder.translator))
    yield f"{week}/post.txt", post(facts, folder.options, folder.translator, folder.templates).encode()
    yield _page(folder, "week.html", f"{week}/index.html", facts, neighbours=_neighbours(folder, week))


def _lasting_pages(folder: _Folder, facts: WeekFacts) -> Iterator[tuple[str, bytes]]:
    """Yield the permanent page of each office whose newest week it is."""
    later = [audit for week, audit in folder.published.items() if week > facts.audit.week]
    later_ids = {office.id for audit in later for office in audit.offices}
    for card in facts.cards:
        if card.office.id not in later_ids:
            yield _page(folder, "office.html", office_page(card.office.id), facts, card=card, permanent=True)


# The pages over all weeks ---------------------------------------------------------------------------------------------


def _withdrawal_pages(folder: _Folder) -> Iterator[tuple[str, bytes]]:
    """Yield the pages that replace withdrawn weeks."""
    for week, withdrawal in folder.withdrawn.items():
        yield _notice(folder, "withdrawn.html", f"{week}/index.html", withdrawal=withdrawal)


def _feed(folder: _Folder, entries: Mapping[str, FeedEntry]) -> Iterator[tuple[str, bytes]]:
    """Yield the feed of all weeks that ever had an audit; `entries` are those of published weeks."""
    newest_first = [entries.get(week) or _entry(folder, week, []) for week in reversed(folder.weeks)]
    if newest_first:
        yield FEED, feed(newest_first, folder.options, folder.translator, folder.templates)


def _entry(folder: _Folder, week: str, lines: list[str]) -> FeedEntry:
    return FeedEntry(frame_facts(folder.stored[week], folder.translator), folder.withdrawn.get(week), lines)


def _front_pages(
    folder: _Folder, newest: WeekFacts | None, rows: Sequence[Mapping[str, str]]
) -> Iterator[tuple[str, bytes]]:
    """Yield the tables of all weeks, their list, and the front page, which shows the newest; or that none is left."""
    if newest is None:
        if folder.withdrawn:
            yield _notice(folder, "emptied.html", HOME, withdrawn=folder.withdrawn)
        return
    week, weeks, licence = newest.audit.week, list(folder.published.values()), folder.options.licence
    yield from data_tables(rows, weeks, folder.withdrawn, licence, folder.translator, folder.templates)
    listed = [(week, folder.published.get(week), folder.withdrawn.get(week)) for week in reversed(folder.weeks)]
    all_weeks = _series(folder, week, _LISTED)
    yield _page(folder, "weeks.html", WEEKS, newest, rows=listed, figures_of=measures, **all_weeks)
    previous_withdrawal = folder.withdrawn.get(folder.stored[week].previous_week or "")
    measured = _series(folder, week, _MEASURED)
    yield _page(folder, "home.html", HOME, newest, previous_withdrawal=previous_withdrawal, **measured)


def _series(folder: _Folder, newest_week: str, max_weeks: int) -> dict[str, Any]:
    """Return the weeks of a drawing, and of each (week, audit, measures); None for one without an audit or looks."""
    weeks = weeks_up_to(newest_week, folder.published, max_weeks)
    audits = (folder.published.get(week) for week in weeks)
    series = [(audit.week, audit, measures(audit)) if audit is not None and audit.looked else None for audit in audits]
    return {"weeks": weeks, "series": series}


def _page(folder: _Folder, template: str, path: str, facts: WeekFrame, **more: Any) -> tuple[str, bytes]:
    translator = folder.translator.in_zone(ZoneInfo(facts.audit.timezone))
    location = PageLocation(path, facts.audit.week)
    page_facts = facts.plus(location=location, options=folder.options, published=folder.published, **more)
    return path, render(template, translator, page_facts, folder.templates).encode()


def _notice(folder: _Folder, template: str, path: str, **more: Any) -> tuple[str, bytes]:
    """Return a page without a week's findings; the newest week provides its zone and contact."""
    audits = folder.published or folder.stored
    return _page(folder, template, path, frame_facts(audits[max(audits)], folder.translator), **more)
