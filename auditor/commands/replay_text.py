"""The result of a replay, as text."""

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
_DIFFERS = NN_("{n} value differs:", "{n} values differ:")
_PURGED = NN_(
    "{n} value rests on answers that were purged: that of the sealed audit stands.",
    "{n} values rest on answers that were purged: those of the sealed audit stand.",
)


def render_replay(done: Replay, words: Translator) -> str:
    """Return the result as text, a line a difference."""
    return "\n".join(_lines(done, words))


def _lines(done: Replay, words: Translator) -> Iterator[str]:
    played = done.looks - len(done.missing)
    yield words.translate(_PLAYED, week=done.week, moment=done.as_of, played=played, looks=done.looks)
    if not done.registry_was_kept:
        yield words.gettext(_OF_NOW)
    if done.differences:
        yield words.count(*_DIFFERS, len(done.differences))
        yield from map(_difference, done.differences)
    else:
        yield words.gettext(_EQUAL if done.equal else _NOT_ALL)
    if done.purged:
        yield words.count(*_PURGED, len(done.purged))
    if done.missing:
        yield words.gettext(N_("Not replayed, or not whole:"))
        yield from (_missing(look, words) for look in done.missing)


def _difference(gap: Difference) -> str:
    where = " ".join(part for part in (gap.office, gap.check, gap.field) if part)
    stored, replayed = (one_line(value)[:_WIDTH] for value in (gap.left, gap.right))
    return f"  {where}: {stored} → {replayed}"


def _missing(look: MissingLook, words: Translator) -> str:
    detail = f" ({one_line(look.detail)})" if look.detail else ""
    return f"  {look.route} {look.url} {look.week}: {words.gettext(_REASONS[look.reason])}{detail}"
