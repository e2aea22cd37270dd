"""Each cause of `cantTell` for readers: in a few words, in a sentence, and what would let it be told.

No sentence blames the holder for what could not be seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.base.snapshot import Cause
from auditor.base.text import N_, Sentence

_OURS = N_("Nothing is asked of the holder: it was we who could not see. The look will be repeated.")
_TRACE = N_(
    "Send a trace of the page dated {deadline} or earlier: a link to a post, a publication of the press. A screenshot "
    "without a link will not do."
)
_NEW_ADDRESS = N_(
    "The confirmed page is not at its address. Send its new address and a source dated {deadline} or earlier."
)


@dataclass(frozen=True, slots=True)
class CauseWords:
    """A cause in the words of a reader."""

    short: str
    """For brackets and narrow cells."""
    sentence: Sentence
    to_do: str = _OURS
    """What the holder's side can do about the directive's verdict; `{deadline}` is the last day."""


def _row(cause: Cause, short: str, sentence: str, to_do: str = _OURS) -> tuple[Cause, CauseWords]:
    return cause, CauseWords(short, Sentence(f"cause.{cause}", sentence), to_do)


CAUSES: Mapping[Cause, CauseWords] = dict(
    (
        _row(
            Cause.UNREACHABLE,
            N_("the network did not answer"),
            N_("The network did not answer from where we looked; this says nothing about the page"),
        ),
        _row(
            Cause.THROTTLED,
            N_("the network limited requests"),
            N_("The network limited our requests; the look will be repeated"),
        ),
        _row(
            Cause.BLOCKED,
            N_("a block page instead of the page"),
            N_("Instead of the page came a block page or a captcha; this says nothing about the page"),
        ),
        _row(Cause.REFUSED, N_("the network refused"), N_("The network refused to show this")),
        _row(
            Cause.NO_CREDENTIALS,
            N_("no access key"),
            N_("The access key that this needs is missing or does not allow it"),
            N_("Nothing is asked of the holder: the audit lacks an access key to the network."),
        ),
        _row(
            Cause.PRIVATE,
            N_("the page is closed"),
            N_("The page exists, but its owner's settings close it to outsiders"),
            N_("The page is closed by its settings. Open it, or send a source dated {deadline} or earlier."),
        ),
        _row(
            Cause.WALL_OFF,
            N_("the wall is switched off"),
            N_("The page exists, but its wall is switched off"),
            _TRACE,
        ),
        _row(
            Cause.BANNED,
            N_("the network has blocked the page"),
            N_("The network says that it has blocked the page; whether it will come back is not known"),
            _TRACE,
        ),
        _row(
            Cause.PREVIEW_OFF,
            N_("viewing without signing in is off"),
            N_("The channel exists, but viewing it without signing in is switched off"),
            N_(
                "Viewing without signing in is switched off. Switch it on in the channel's settings, or send a source "
                "dated {deadline} or earlier."
            ),
        ),
        _row(
            Cause.CONTROL_FAILED,
            N_("the network's control was not passed"),
            N_("The network's control page did not come out as it must, so nothing is said to be missing there"),
        ),
        _row(
            Cause.UNRECOGNISED_PAGE,
            N_("a page of an unknown form"),
            N_("The answer has a form that the program does not know"),
        ),
        _row(Cause.TOO_LITTLE_DATA, N_("too little data"), N_("There is too little data to judge"), _TRACE),
        _row(Cause.NO_THRESHOLD, N_("no threshold"), N_("No norm sets a threshold, so only the numbers are given")),
        _row(
            Cause.WRONG_KIND,
            N_("the address is not a channel"),
            N_("Under this address is a group, a user or a bot, not a channel"),
            N_("The address on record is not a channel's. Send the address of the personal page."),
        ),
        _row(
            Cause.GONE,
            N_("the network says that the page is gone"),
            N_("The network says of the page, by its number, that it is not there any more"),
            _NEW_ADDRESS,
        ),
        _row(
            Cause.NOT_AT_ADDRESS,
            N_("the confirmed page is not at its address"),
            N_("The confirmed page is not at the address on record; where it is now is not known"),
            _NEW_ADDRESS,
        ),
        _row(
            Cause.STALE,
            N_("what is known of the page is too old"),
            N_("What is known of the page is too old: whether it is still the person's has to be asked anew"),
        ),
        _row(
            Cause.STALE_HOLDER,
            N_("who holds the office is not known anew"),
            N_("The newest evidence of who holds the office is too old"),
            N_("A source is needed that names the holder in this week: send a link, and it goes into the registry."),
        ),
        _row(
            Cause.SEEN_LATE,
            N_("looked at long after the week"),
            N_("This was looked at long after the week; what is missing today may have been there then"),
        ),
        _row(
            Cause.CONTRADICTION,
            N_("the answers contradict each other"),
            N_("The network's answers contradict each other, so nothing is said to be missing"),
        ),
        _row(
            Cause.UNPROVED_IDENTITY,
            N_("whose answers is not proved"),
            N_("Questions were answered by somebody of whom it is not known whose side he speaks for"),
        ),
    )
)
SENTENCES = {cause: words.sentence for cause, words in CAUSES.items()}
"""What each cause means."""
