"""The result of a replay, as a page of text or as JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from auditor.audit.compare import Gap
from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, write_time
from auditor.run.replay import Missing, Replay

_MOST = 40
"""Rows of a kind that are printed; the JSON has all."""
_WIDTH = 90

_REASONS = {
    "purged": N_("answers of it were purged"),
    "damaged": N_("a record is damaged or missing"),
}
_OF_THEN = N_("Registry: the one that was kept with the audit.")
_OF_NOW = N_("Registry: the one of now; the one kept with the audit cannot be read.")


def render_replay(done: Replay, words: Catalogue) -> str:
    """Return the result as text, a line a difference."""
    return "\n".join(_lines(done, words))


def _lines(done: Replay, words: Catalogue) -> Iterator[str]:
    yield words.say(N_("Audit of {week}, as of {moment}"), week=done.week, moment=done.as_of)
    yield words.say(
        N_("Looks and controls replayed from the stored answers: {played} of {looks}."),
        played=done.looks - len(done.missing),
        looks=done.looks,
    )
    yield words.gettext(_OF_THEN if done.of_then else _OF_NOW)
    if done.equal:
        yield words.gettext(N_("Equal: the stored audit was made again, value for value."))
    elif done.differences:
        yield words.count(*NN_("{n} value differs:", "{n} values differ:"), len(done.differences))
        yield from _cut([_difference(gap) for gap in done.differences], words)
    else:
        yield words.gettext(N_("No value differs, but not everything could be replayed."))
    if done.purged:
        yield words.count(
            *NN_(
                "{n} value rests on answers that were purged: that of the sealed audit stands.",
                "{n} values rest on answers that were purged: those of the sealed audit stand.",
            ),
            len(done.purged),
        )
    if done.missing:
        yield words.gettext(N_("Not replayed, or not whole:"))
        yield from _cut([_missing(look, words) for look in done.missing], words)


def _cut(rows: Sequence[str], words: Catalogue) -> Iterator[str]:
    yield from (f"  {row}" for row in rows[:_MOST])
    if len(rows) > _MOST:
        more = words.count(*NN_("… and {n} more, see --json", "… and {n} more, see --json"), len(rows) - _MOST)
        yield f"  {more}"


def _difference(gap: Gap) -> str:
    where = " ".join(part for part in (gap.office, gap.check, gap.field) if part)
    stored, replayed = (one_line(value)[:_WIDTH] for value in (gap.one, gap.other))
    return f"{where}: {stored} → {replayed}"


def _missing(look: Missing, words: Catalogue) -> str:
    detail = f" ({one_line(look.detail)})" if look.detail else ""
    return f"{look.route} {look.url} {look.week}: {words.gettext(_REASONS[look.reason])}{detail}"


def replay_document(done: Replay) -> str:
    """Return the whole result as JSON."""
    data = {
        "schema": "auditor/replay/2",
        "week": done.week,
        "as_of": write_time(done.as_of),
        "equal": done.equal,
        "looks": done.looks,
        "played": done.looks - len(done.missing),
        "registry": "then" if done.of_then else "now",
        "differences": [_row(gap) for gap in done.differences],
        "purged": [_row(gap) for gap in done.purged],
        "missing": [asdict(look) for look in done.missing],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _row(gap: Gap) -> dict[str, Any]:
    named = {"office": gap.office, "check": gap.check, "field": gap.field}
    return {**named, "stored": gap.one, "replayed": gap.other}
