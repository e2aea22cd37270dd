"""The feed of weeks, Atom (RFC 4287): an entry a week with the week in a few lines, or with why it is withdrawn."""

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

LONGEST = 26
"""Entries: half a year. Readers keep the older ones themselves."""


def feed(weeks: Iterable[Mapping[str, Any]], face: object, words: Translator) -> bytes:
    """Return the feed of weeks, newest first and one at least, each as its pages are told of it (`week.facts_of`).

    A withdrawn one is its frame alone, with the withdrawal as ``gone``. Ids are made of the directive and the week, so
    they survive a move of the feed, a correction of the week and its withdrawal.
    """
    entries = [_entry(facts, words) for facts in islice(weeks, LONGEST)]
    newest = entries[0]["audit"]
    updated = max(entry["updated"] for entry in entries)
    context = {"face": face, "newest": newest, "id": _id(newest).urn, "updated": updated, "entries": entries}
    return render("feed.xml", words, context).encode()


def _entry(facts: Mapping[str, Any], words: Translator) -> dict[str, Any]:
    audit, gone = facts["audit"], facts.get("gone")
    return {
        **facts,
        "gone": gone,
        "id": uuid5(_id(audit), audit.week).urn,
        "updated": format_time(_updated(audit, gone)),
        "first": format_time(audit.first_as_of or audit.as_of),
        "lines": render_lines("summary.txt", words, facts).splitlines() if gone is None else [],
    }


def _id(audit: Audit) -> UUID:
    """Name the feed by the directive that it follows; an invented one is another feed."""
    act = audit.directive
    name = f"{act.issuer} {act.issued} {act.title}{' (invented)' * audit.synthetic}"
    return uuid5(NAMESPACE_URL, f"urn:auditor:{name}")


def _updated(audit: Audit, gone: WithdrawalLike | None) -> datetime:
    """Return when the report last changed: with the audit, or on the day of its last correction or its withdrawal."""
    zone, days = ZoneInfo(audit.timezone), [correction.on for correction in audit.corrections]
    return max([audit.as_of, *(day_start(day, zone) for day in [*days, *([gone.on] if gone is not None else [])])])
