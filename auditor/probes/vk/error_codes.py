"""What VK's error codes mean for this audit: one table.

After VK's published list (github.com/VKCOM/vk-api-schema, errors.json, 5.199) and reports of what the codes come with.
Code 15 says several things and its words tell which; an unknown text is `refused`, never a fact.
"""

import re
from datetime import datetime

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, FailureAction

COMMENTS_CLOSED = 212
"""Nobody outside can read the comments of the post."""
NOT_FOUND_CODES = frozenset({113, 125})
"""No user, or no community, of all that were asked for: an empty list by another name."""
NO_SUCH = frozenset({100, 104, 1260})
"""No page has this name or number, or our parameter was bad."""
DELETED_OR_BANNED = frozenset({18, 37, 3610})
"""These codes do not say which."""

Meaning = tuple[Cause, FailureAction, float | None]
"""Why there is no answer, what the driver does about it, and how many seconds it waits before it asks again."""

_NOT_WITH_THIS_KEY: Meaning = (Cause.NO_CREDENTIALS, FailureAction.CLOSE_METHOD, None)
_REFUSED: Meaning = (Cause.REFUSED, FailureAction.DELIVER, None)
_PRIVATE: Meaning = (Cause.PRIVATE, FailureAction.DELIVER, None)
_GONE: Meaning = (Cause.GONE, FailureAction.DELIVER, None)

_CODES: dict[int, Meaning] = {
    **dict.fromkeys((1, 10, 36), (Cause.UNREACHABLE, FailureAction.RETRY, None)),
    # A dead key, a disabled application (2), a key bound to another address (5), a community's key (27), which neither
    # walls nor comments answer to.
    **dict.fromkeys((2, 5, 8, 17, 27, 1114, 1116, 1117, 1118), (Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE, None)),
    **dict.fromkeys((3, 23), (Cause.REFUSED, FailureAction.CLOSE_METHOD, None)),
    6: (Cause.THROTTLED, FailureAction.RETRY, 1.0),
    # The key may not ask this of this page. Where page after page refuses it, the driver closes the method. 1051 is in
    # no published list: keys of the newer kind get it for most methods, and any key for some pages.
    **dict.fromkeys((7, 20, 21, 1051), (Cause.NO_CREDENTIALS, FailureAction.DELIVER, None)),
    9: (Cause.THROTTLED, FailureAction.RETRY, None),  # the same call too often: haste makes it worse
    # A captcha is `blocked` and not `throttled`: waiting does not lift it, a human would have to, and none will.
    14: (Cause.BLOCKED, FailureAction.CLOSE_ROUTE, None),
    28: _NOT_WITH_THIS_KEY,
    **dict.fromkeys(
        (29, 601), (Cause.THROTTLED, FailureAction.CLOSE_METHOD, 1800.0)
    ),  # VK does not say when a limit ends
    **dict.fromkeys((30, 203), _PRIVATE),
    **dict.fromkeys((19, COMMENTS_CLOSED, *DELETED_OR_BANNED, *NOT_FOUND_CODES, *NO_SUCH), _REFUSED),
}
"""Any other code is refused, and does not speak of a page or a post."""

_ACCESS_DENIED = (
    (r"wall is disabled", 15, (Cause.WALL_OFF, FailureAction.DELIVER, None)),
    (r"available only (?:for|to) (?:community |group )?members", 203, _PRIVATE),
    (r"(?:post|comment) was not found|(?:post|comment) not found", 15, _GONE),
    (r"user (?:was |is )?(?:deactivated|deleted|banned)", 18, _REFUSED),
    (r"no access to call this method", 28, _NOT_WITH_THIS_KEY),
    (r"profile is private", 30, _PRIVATE),
    (r"comments? .*(?:closed|disabled|denied)|access to (?:post )?comments", COMMENTS_CLOSED, _REFUSED),
)
"""What the words of code 15 mean, each with the code that says the same alone."""


def failure_of(code: int, words: str, at: datetime) -> Failure:
    """Say what an error means that came at a moment."""
    meaning = _CODES.get(code, _REFUSED)
    if code == 15:
        meant = ((n, m) for pattern, n, m in _ACCESS_DENIED if re.search(pattern, words, re.IGNORECASE))
        code, meaning = next(meant, (15, _REFUSED))
    cause, act, wait = meaning
    return Failure(at=at, cause=cause, code=code, act=act, wait=wait)


def concerns_page(failure: Failure) -> bool:
    """Tell whether an error is an answer all the same: about the page, and not about the key or the method."""
    told_by_words = failure.code == 15 and failure.cause is not Cause.REFUSED
    return failure.act is FailureAction.DELIVER and (
        told_by_words or _CODES.get(failure.code or 0) in {_REFUSED, _PRIVATE}
    )
