"""What each of VK's error codes means: a cause, and what the driver does about it."""

from auditor.base.snapshot import Cause
from auditor.probes.protocol import FailureAction
from auditor.probes.vk.error_codes import concerns_page, failure_of
from tests.cases import NOW

CODES = {
    (Cause.UNREACHABLE, FailureAction.RETRY, None): (1, 10, 36),
    (Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE, None): (2, 5, 8, 17, 27, 1114, 1116, 1117, 1118),
    (Cause.NO_CREDENTIALS, FailureAction.CLOSE_METHOD, None): (28,),
    (Cause.NO_CREDENTIALS, FailureAction.DELIVER, None): (7, 20, 21, 1051),
    (Cause.REFUSED, FailureAction.CLOSE_METHOD, None): (3, 23),
    (Cause.THROTTLED, FailureAction.RETRY, 1.0): (6,),
    (Cause.THROTTLED, FailureAction.RETRY, 60.0): (9,),
    (Cause.THROTTLED, FailureAction.CLOSE_METHOD, 1800.0): (29, 601),
    (Cause.BLOCKED, FailureAction.CLOSE_ROUTE, None): (14,),
    (Cause.PRIVATE, FailureAction.DELIVER, None): (30, 203),
    (Cause.REFUSED, FailureAction.DELIVER, None): (15, 18, 19, 37, 100, 104, 113, 125, 212, 1260, 3610, 4, 9999),
}
SPEAK = {18, 19, 30, 37, 100, 104, 113, 125, 203, 212, 1260, 3610}
"""Codes that concern the page, and not the key or the method."""


def test_each_code_has_its_meaning() -> None:
    """An unknown one is refused, and never a fact about a page."""
    for meaning, code in ((meaning, code) for meaning, codes in CODES.items() for code in codes):
        failure = failure_of(code, "words of tomorrow", NOW)
        assert (failure.cause, failure.act, failure.wait) == meaning
        assert (failure.code, failure.at, concerns_page(failure)) == (code, NOW, code in SPEAK)


WORDS = {
    "wall is disabled": (15, Cause.WALL_OFF),
    "this wall available only for community members": (203, Cause.PRIVATE),
    "post was not found": (15, Cause.GONE),
    "comment not found": (15, Cause.GONE),
    "user was deactivated": (18, Cause.REFUSED),
    "no access to call this method": (28, Cause.NO_CREDENTIALS),
    "This profile is private": (30, Cause.PRIVATE),
    "comments are closed": (212, Cause.REFUSED),
}


def test_what_code_15_means_its_words_tell() -> None:
    """Each like the code that says the same alone."""
    for words, expected in WORDS.items():
        failure = failure_of(15, f"Access denied: {words}", NOW)
        assert (failure.code, failure.cause) == expected
