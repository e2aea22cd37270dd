"""The causes of `cantTell` in readers' words: a sentence each, and what the holder's side can do.

No sentence blames the holder for what the program could not see.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.base.snapshot import Cause
from auditor.base.text import N_, Sentence

_OUR_FAULT = N_("Nothing is asked of the holder: it was we who could not see. The look will be repeated.")
_SEND_TRACE = N_(
    "Send a trace of the page dated {deadline} or earlier: a link to a post, a publication of the press. A screenshot "
    "without a link will not do."
)
_OPEN_PAGE = N_("Open the page to all in its settings, or send a source dated {deadline} or earlier.")
_SEND_ADDRESS = N_(
    "Send the right address of the personal page and, if there is one, a source dated {deadline} or earlier."
)
_SEND_NAME = N_("A source is needed that names the holder in this week: send a link, and it goes into the registry.")


@dataclass(frozen=True, slots=True)
class CauseWords:
    """A cause as readers are told it."""

    sentence: Sentence
    """Short enough for brackets and narrow cells, where it begins with a small letter."""
    to_do: str = _OUR_FAULT
    """What the holder's side can do about the directive's verdict; `{deadline}` is the last day."""


def _row(cause: Cause, sentence: str, to_do: str = _OUR_FAULT) -> tuple[Cause, CauseWords]:
    return cause, CauseWords(Sentence(f"cause.{cause}", sentence), to_do)


CAUSES: Mapping[Cause, CauseWords] = dict(
    (
        _row(Cause.UNREACHABLE, N_("From where we looked the network did not answer")),
        _row(Cause.THROTTLED, N_("The network limited our requests")),
        _row(Cause.BLOCKED, N_("A block page instead of the page")),
        _row(Cause.REFUSED, N_("The network refused to show this")),
        _row(Cause.NO_CREDENTIALS, N_("No access key has the rights for this")),
        _row(Cause.PRIVATE, N_("The page is closed by its settings"), _OPEN_PAGE),
        _row(Cause.WALL_OFF, N_("The page's wall is switched off"), _SEND_TRACE),
        _row(Cause.BANNED, N_("The network says that it has blocked the page"), _SEND_TRACE),
        _row(Cause.PREVIEW_OFF, N_("Viewing the channel without signing in is switched off"), _OPEN_PAGE),
        _row(Cause.CONTROL_FAILED, N_("The network's control page did not come out as it must")),
        _row(Cause.UNRECOGNISED_PAGE, N_("The answer has a form that the program does not know")),
        _row(Cause.TOO_LITTLE_DATA, N_("Too little data"), _SEND_TRACE),
        _row(Cause.NO_THRESHOLD, N_("No norm sets the share")),
        _row(Cause.WRONG_KIND, N_("The address is not a channel's"), _SEND_ADDRESS),
        _row(Cause.GONE, N_("The network says that the page is gone"), _SEND_ADDRESS),
        _row(Cause.NOT_AT_ADDRESS, N_("The confirmed page is not at its address"), _SEND_ADDRESS),
        _row(Cause.STALE, N_("What is known of the page is too old")),
        _row(Cause.STALE_HOLDER, N_("The newest evidence of who holds the office is too old"), _SEND_NAME),
        _row(Cause.SEEN_LATE, N_("The look came long after the week")),
        _row(Cause.CONTRADICTION, N_("The network's answers contradict each other")),
        _row(Cause.UNPROVED_IDENTITY, N_("It is not known in whose name questions were answered")),
    )
)
SENTENCES = {cause: wording.sentence for cause, wording in CAUSES.items()}
"""The sentence of each cause."""
