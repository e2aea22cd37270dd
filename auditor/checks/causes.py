"""The causes of `cantTell` in readers' words: a sentence each, and what the holder's side can do.

No sentence blames the holder for what the program could not see.
"""

from collections.abc import Mapping

from auditor.base.snapshot import Cause
from auditor.base.text import N_, Sentence

OURS = "Anything about the person or the page: the obstacle is on our side or on the way"
"""What a sentence does not say whose obstacle is ours."""
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


def _row(cause: Cause, sentence: str, rests_on: str, not_said: str) -> tuple[Cause, Sentence]:
    return cause, Sentence(f"cause.{cause}", sentence, rests_on=rests_on, not_said=not_said)


CAUSES: Mapping[Cause, Sentence] = dict(
    (
        _row(Cause.UNREACHABLE, N_("From where we looked the network did not answer"), "No answer came", OURS),
        _row(
            Cause.THROTTLED,
            N_("The network limited our requests"),
            "The network's answer that too much was asked",
            OURS,
        ),
        _row(Cause.BLOCKED, N_("A block page instead of the page"), "A block page or a captcha came", OURS),
        _row(
            Cause.REFUSED,
            N_("The network refused to show this"),
            "The network's refusal",
            "Why; nor anything about the page",
        ),
        _row(
            Cause.NO_CREDENTIALS,
            N_("No access key has the rights for this"),
            "No key is set, or it is refused this question",
            OURS,
        ),
        _row(
            Cause.PRIVATE,
            N_("The page is closed by its settings"),
            "The network says that the page is closed",
            "Why it is closed",
        ),
        _row(
            Cause.WALL_OFF,
            N_("The page's wall is switched off"),
            "The network says that the page has no wall",
            "Why it is switched off",
        ),
        _row(
            Cause.BANNED,
            N_("The network says that it has blocked the page"),
            "The network's word that it has blocked the page",
            "Why, and whether it will come back",
        ),
        _row(
            Cause.PREVIEW_OFF,
            N_("Viewing the channel without signing in is switched off"),
            "The channel's landing page without its posts",
            "Why it is switched off",
        ),
        _row(
            Cause.CONTROL_FAILED,
            N_("The network's control page did not come out as it must"),
            "A page known to exist, or known not to, came out otherwise",
            OURS,
        ),
        _row(
            Cause.UNRECOGNISED_PAGE,
            N_("The answer has a form that the program does not know"),
            "An answer in a form that the program does not know",
            OURS,
        ),
        _row(
            Cause.TOO_LITTLE_DATA,
            N_("Too little data"),
            "Less than what the check needs",
            "What a fuller look would show",
        ),
        _row(
            Cause.NO_THRESHOLD,
            N_("No norm sets the share"),
            "The figures that stand beside it",
            "That they are good or bad",
        ),
        _row(
            Cause.WRONG_KIND,
            N_("The address is not a channel's"),
            "The network's word on what is at the address",
            "That there is no channel elsewhere",
        ),
        _row(
            Cause.GONE,
            N_("The network says that the page is gone"),
            "The network's word about the page's number",
            "Who removed it, and why",
        ),
        _row(
            Cause.NOT_AT_ADDRESS,
            N_("The confirmed page is not at its address"),
            "The name is free, or another page's",
            "That the page is gone: it may have moved",
        ),
        _row(
            Cause.STALE,
            N_("What is known of the page is too old"),
            "The confirmation is too old, or what was seen has been purged",
            OURS,
        ),
        _row(
            Cause.STALE_HOLDER,
            N_("The newest evidence of who holds the office is too old"),
            "The dates of the sources in the registry",
            "That somebody else holds the office",
        ),
        _row(
            Cause.SEEN_LATE,
            N_("The look came long after the week"),
            "The look came long after the week",
            "What could be seen in that week",
        ),
        _row(
            Cause.CONTRADICTION,
            N_("The network's answers contradict each other"),
            "Two answers of the network cannot both be true",
            "That anything is missing",
        ),
        _row(
            Cause.UNPROVED_IDENTITY,
            N_("It is not known in whose name questions were answered"),
            (
                "An answer by somebody who is not on record: an organisation, a name like the page's, one who asks "
                "nothing and answers several others"
            ),
            "That it is, or is not, the person's",
        ),
    )
)
"""The sentence of each cause: short enough for brackets and narrow cells, where it begins with a small letter."""
_TO_DO = {
    Cause.PRIVATE: _OPEN_PAGE,
    Cause.WALL_OFF: _SEND_TRACE,
    Cause.BANNED: _SEND_TRACE,
    Cause.PREVIEW_OFF: _OPEN_PAGE,
    Cause.TOO_LITTLE_DATA: _SEND_TRACE,
    Cause.WRONG_KIND: _SEND_ADDRESS,
    Cause.GONE: _SEND_ADDRESS,
    Cause.NOT_AT_ADDRESS: _SEND_ADDRESS,
    Cause.STALE_HOLDER: _SEND_NAME,
}


def to_do(cause: Cause) -> str:
    """Return what the holder's side can do about the directive's verdict; `{deadline}` in it is the last day."""
    return _TO_DO.get(cause, _OUR_FAULT)
