"""The Atom feed of weeks (RFC 4287): one entry a week, with its summary or the reason of its withdrawal."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.audit.withdrawals import Withdrawal
from auditor.base.i18n import Translator
from auditor.base.text import format_time
from auditor.base.weeks import day_start
from auditor.report.templates import PACKAGED, render, render_lines
from auditor.report.week_facts import WeekFacts, WeekFrame

MAX_ENTRIES = 26
"""Entries: half a year. Feed readers keep older ones."""


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """A week in the feed: its summary, or its withdrawal."""

    week: WeekFrame
    withdrawal: Withdrawal | None
    lines: Sequence[str]

    @property
    def id(self) -> str:
        """Derived from the directive, the archive and the week.

        So it survives a move of the feed, a correction of the week and its withdrawal.
        """
        return uuid5(_id(self.week.audit), self.week.audit.week).urn

    @property
    def updated(self) -> str:
        """When the report last changed: its audit, or the day of its last correction or withdrawal."""
        audit = self.week.audit
        days = [remark.on for remark in (*audit.corrections, self.withdrawal) if remark is not None]
        return format_time(max([audit.as_of, *(day_start(day, ZoneInfo(audit.timezone)) for day in days)]))

    @property
    def published(self) -> str:
        """When the week was first judged."""
        return format_time(self.week.audit.first_as_of or self.week.audit.as_of)


def feed(entries: Sequence[FeedEntry], options: object, translator: Translator, templates: Path = PACKAGED) -> bytes:
    """Return the feed of at least one week, the newest first."""
    newest, shown = entries[0].week.audit, entries[:MAX_ENTRIES]
    updated = max(entry.updated for entry in shown)
    feed_facts = {"options": options, "newest": newest, "id": _id(newest).urn, "updated": updated, "entries": shown}
    return render("feed.xml", translator, feed_facts, templates).encode()


def summary_lines(facts: WeekFacts, translator: Translator, templates: Path = PACKAGED) -> list[str]:
    """Return a week in a few lines."""
    return render_lines("summary.txt", translator, facts.plus(), templates).splitlines()


def _id(audit: Audit) -> UUID:
    """Return the feed's id, derived from the directive and the archive; a demonstration has another one."""
    act = audit.directive
    words = f"{act.issuer} {act.issued} {act.title}" if act is not None else "no directive"
    name = f"{words}{' (invented)' * audit.synthetic} {audit.archive}"
    return uuid5(NAMESPACE_URL, f"urn:auditor:{name}")
