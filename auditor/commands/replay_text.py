"""The result of a replay, as a page of text or as JSON."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict

from auditor.base.i18n import Catalogue
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, write_time
from auditor.run.old_playback import Reason, Unplayed
from auditor.run.old_replay import Difference, Replay, Why
from auditor.run.stored_audits import RegistryUsed

_MOST = 40
"""Rows of a kind that are printed; the JSON has all."""
_WIDTH = 90

_REASONS = {
    Reason.PURGED: N_("its answers were purged"),
    Reason.DAMAGED: N_("a record is damaged or missing"),
    Reason.FAILED: N_("the replay itself failed"),
}
_WHY = {
    Why.UNPLAYED: N_("a look it rests on was not replayed"),
    Why.LOOK: N_("a look came out otherwise"),
    Why.REGISTRY: N_("the registry of the day is not there"),
    Why.PREVIOUS: N_("the week before was audited again since"),
    Why.SUMS: N_("the sealed sums of comments hold less"),
    Why.MARKS: N_("the page was purged after its term"),
    Why.VERSION: N_("another version of the program"),
    Why.UNKNOWN: N_("cause unknown"),
}
_REGISTRY = {
    RegistryUsed.THEN: N_("Registry: the one that was kept with the audit."),
    RegistryUsed.NOW: N_("Registry: the one of now; none was kept with the audit."),
    RegistryUsed.NOW_DAMAGED: N_("Registry: the one of now; the one kept with the audit cannot be read."),
}


def render_replay(done: Replay, said: Catalogue) -> str:
    """Return the result as text, a line a difference."""
    return "\n".join(_lines(done, said))


def _lines(done: Replay, said: Catalogue) -> Iterator[str]:
    yield said.say(N_("Audit of {week}, as of {moment}"), week=done.week, moment=done.as_of)
    yield said.say(
        N_("Looks and controls replayed from the stored answers: {played} of {looks}."),
        played=done.looks - len(done.unplayed),
        looks=done.looks,
    )
    yield said.gettext(_REGISTRY[done.registry])
    if done.registry_changed:
        yield said.count(
            *NN_(
                "The registry has changed since: by it {n} value of the stored audit would be another.",
                "The registry has changed since: by it {n} values of the stored audit would be others.",
            ),
            done.by_registry_of_now,
        )
    if done.equal:
        yield said.gettext(N_("Equal: the stored audit was made again, value for value."))
    elif done.differences:
        yield said.count(*NN_("{n} value differs:", "{n} values differ:"), len(done.differences))
        yield from _cut([_difference(found, said) for found in done.differences], said)
    else:
        yield said.gettext(N_("No value differs, but not everything could be replayed."))
    yield from _aged(done, said)
    if done.unplayed:
        yield said.gettext(N_("Taken as they were stored:"))
        yield from _cut([_unplayed(look, said) for look in done.unplayed], said)


def _aged(done: Replay, said: Catalogue) -> Iterator[str]:
    """Say what retention has left of the week: sums in place of comments, verdicts and marks in place of pages."""
    by = Counter(found.why for found in done.aged)
    if done.summed:
        yield said.count(
            *NN_(
                "The comments of {n} look were purged after their term; all else of it was replayed.",
                "The comments of {n} looks were purged after their term; all else of them was replayed.",
            ),
            len(done.summed),
        )
    if by[Why.SUMS]:
        yield said.count(
            *NN_(
                "{n} figure of comments is that of the sealed audit; the sealed sums by post agree with it.",
                "{n} figures of comments are those of the sealed audit; the sealed sums by post agree with them.",
            ),
            by[Why.SUMS],
        )
    if by[Why.MARKS]:
        yield said.count(
            *NN_(
                "{n} value rests on pages that were purged after a year: the sealed audit with its verdicts is left, "
                "and marks with the hashes of the answers.",
                "{n} values rest on pages that were purged after a year: the sealed audit with its verdicts is left, "
                "and marks with the hashes of the answers.",
            ),
            by[Why.MARKS],
        )


def _cut(rows: list[str], said: Catalogue) -> Iterator[str]:
    yield from (f"  {row}" for row in rows[:_MOST])
    if len(rows) > _MOST:
        more = said.count(*NN_("… and {n} more, see --json", "… and {n} more, see --json"), len(rows) - _MOST)
        yield f"  {more}"


def _difference(found: Difference, said: Catalogue) -> str:
    where = " ".join(part for part in (found.office, found.check, found.field) if part)
    stored, replayed = (one_line(value)[:_WIDTH] for value in (found.stored, found.replayed))
    return f"{where}: {stored} → {replayed} ({said.gettext(_WHY[found.why])})"


def _unplayed(look: Unplayed, said: Catalogue) -> str:
    when = f" {said.moment(look.at)}" if look.at is not None else ""
    detail = f" ({one_line(look.detail)})" if look.detail else ""
    return f"{look.route} {look.url} {look.week}{when}: {said.gettext(_REASONS[look.reason])}{detail}"


def replay_document(done: Replay) -> str:
    """Return the whole result as JSON."""
    data = {
        "schema": "auditor/replay/1",
        "week": done.week,
        "as_of": write_time(done.as_of),
        "equal": done.equal,
        "looks": done.looks,
        "played": done.looks - len(done.unplayed),
        "registry": done.registry,
        "registry_changed": done.registry_changed,
        "by_registry_of_now": done.by_registry_of_now,
        "summed": len(done.summed),
        "aged": [asdict(found) for found in done.aged],
        "differences": [asdict(found) for found in done.differences],
        "unplayed": [asdict(look) | {"at": write_time(look.at) if look.at else None} for look in done.unplayed],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
