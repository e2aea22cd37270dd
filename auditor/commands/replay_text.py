"""Write the result of a replay as text."""

from collections.abc import Iterator

from auditor.audit.compare import Difference
from auditor.base.i18n import Translator
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_
from auditor.run.replay import MissingLook, Replay

_WIDTH = 90

_REASONS = {"purged": N_("answers of it were purged"), "damaged": N_("a record is damaged or missing")}
_OF_NOW = N_("Registry: the one of now; the one kept with the audit cannot be read.")
_PLAYED = N_(
    "Audit of {week}, as of {moment}. Looks and controls replayed from the stored answers: {played} of {looks}."
)
_EQUAL = N_("Equal: the stored audit was made again, value for value.")
_NOT_ALL = N_("No value differs, but not everything could be replayed.")
_SEEN_EQUAL = N_("What was seen is equal: each look was made again, value for value.")
_SEEN_NOT_ALL = N_("Of what was seen no value differs, but not every look could be replayed.")
_REJUDGED = N_(
    "Judged by another version ({version}): what was seen must come out the same, the judgement need not. Outcomes "
    "that this version would change: {n}"
)
_DIFFERS = NN_("{n} value differs:", "{n} values differ:")
_PURGED = NN_(
    "{n} value rests on answers that were purged: that of the stored audit stands.",
    "{n} values rest on answers that were purged: those of the stored audit stand.",
)


def render_replay(replay: Replay, translator: Translator) -> str:
    """Return the result of a replay as text, with one line for each difference."""
    return "\n".join(_lines(replay, translator))


def _lines(replay: Replay, translator: Translator) -> Iterator[str]:
    played = replay.looks - len(replay.missing)
    yield translator.translate(_PLAYED, week=replay.stored.week, moment=replay.as_of, played=played, looks=replay.looks)
    if not replay.registry_was_kept:
        yield translator.gettext(_OF_NOW)
    if replay.rejudged:
        outcomes = [difference for difference in replay.rejudged if difference.field in {"outcome", "verdict"}]
        yield translator.translate(_REJUDGED, version=replay.stored.tool_version, n=len(outcomes))
        yield from map(_difference_line, outcomes)
    if replay.differences:
        yield translator.count(*_DIFFERS, len(replay.differences))
        yield from map(_difference_line, replay.differences)
    elif replay.rejudged:
        yield translator.gettext(_SEEN_NOT_ALL if replay.missing else _SEEN_EQUAL)
    else:
        yield translator.gettext(_EQUAL if replay.equal else _NOT_ALL)
    if replay.purged:
        yield translator.count(*_PURGED, len(replay.purged))
    if replay.missing:
        yield translator.gettext(N_("Not replayed, or not whole:"))
        yield from (_missing_line(look, translator) for look in replay.missing)


def _difference_line(difference: Difference) -> str:
    where = " ".join(part for part in (difference.office, difference.check, difference.field) if part)
    stored, replayed = (one_line(value)[:_WIDTH] for value in (difference.left, difference.right))
    return f"  {where}: {stored} → {replayed}"


def _missing_line(look: MissingLook, translator: Translator) -> str:
    detail = f" ({one_line(look.detail)})" if look.detail else ""
    return f"  {look.route} {look.url} {look.week}: {translator.gettext(_REASONS[look.reason])}{detail}"
