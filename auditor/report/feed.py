"""The Atom feed of weeks (RFC 4287): one entry a week, with its summary or the reason of its withdrawal."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from auditor.base.text import format_time
from auditor.base.weeks import day_start
from auditor.report.templates import render, render_lines
from auditor.report.withdrawals import WithdrawalLike

MAX_ENTRIES = 26
"""Entries: half a year. Feed readers keep older ones."""


def feed(weeks: Iterable[Mapping[str, Any]], options: object, translator: Translator) -> bytes:
    """Return the feed of at least one week, newest first, each given by its facts (`week_facts`).

    A withdrawn week has only its `frame_facts` and the key ``withdrawal``. Ids are derived from the directive, the
    archive and the week, so they survive a move of the feed, a correction of the week and its withdrawal.
    """
    entries = [_entry(facts, translator) for facts in islice(weeks, MAX_ENTRIES)]
    newest = entries[0]["audit"]
    updated = max(entry["updated"] for entry in entries)
    feed_facts = {"options": options, "newest": newest, "id": _id(newest).urn, "updated": updated, "entries": entries}
    return render("feed.xml", translator, feed_facts).encode()


def _entry(facts: Mapping[str, Any], translator: Translator) -> dict[str, Any]:
    audit, withdrawal = facts["audit"], facts.get("withdrawal")
    return {
        **facts,
        "withdrawal": withdrawal,
        "id": uuid5(_id(audit), audit.week).urn,
        "updated": format_time(_updated(audit, withdrawal)),
        "first_as_of": format_time(audit.first_as_of or audit.as_of),
        "lines": render_lines("summary.txt", translator, facts).splitlines() if withdrawal is None else [],
    }


def _id(audit: Audit) -> UUID:
    """Return the feed's id, derived from the directive and the archive; a demonstration has another one."""
    directive = audit.directive
    name = f"{directive.issuer} {directive.issued} {directive.title}{' (invented)' * audit.synthetic} {audit.archive}"
    return uuid5(NAMESPACE_URL, f"urn:auditor:{name}")


def _updated(audit: Audit, withdrawal: WithdrawalLike | None) -> datetime:
    """Return when the report last changed: its audit, or the day of its last correction or withdrawal."""
    zone, days = ZoneInfo(audit.timezone), [correction.on for correction in audit.corrections]
    return max(
        [audit.as_of, *(day_start(day, zone) for day in [*days, *([withdrawal.on] if withdrawal is not None else [])])]
    )
