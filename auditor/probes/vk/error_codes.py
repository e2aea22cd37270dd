"""The table of VK's error codes and what they mean for the audit.

After VK's published list (github.com/VKCOM/vk-api-schema, errors.json, 5.199) and reports of when each code comes.
Code 15 has several meanings, told apart by its message; an unknown message means `refused`, never a fact. An error of
invented wording, as VK sends it::

    {"error": {"error_code": 15, "error_msg": "Access denied: wall is disabled"}}
"""

import re
from datetime import datetime

from auditor.base.snapshot import Cause
from auditor.probes.protocol import Failure, FailureAction

COMMENTS_CLOSED = 212
"""The post's comments cannot be read from outside."""
NOT_FOUND_CODES = frozenset({113, 125})
"""None of the requested users or communities exists: the same as an empty list."""
NO_SUCH = frozenset({100, 104, 1260})
"""No page has this name or id, or our parameter was bad."""
DELETED_OR_BANNED = frozenset({18, 37, 3610})
"""The page is deleted or banned; the code does not say which."""

Meaning = tuple[Cause, FailureAction, float | None]
"""The cause, what the driver does first, and the seconds to wait before a retry (None: VK does not say)."""

_NOT_WITH_THIS_KEY: Meaning = (Cause.NO_CREDENTIALS, FailureAction.CLOSE_METHOD, None)
_REFUSED: Meaning = (Cause.REFUSED, FailureAction.DELIVER, None)
_PRIVATE: Meaning = (Cause.PRIVATE, FailureAction.DELIVER, None)
_GONE: Meaning = (Cause.GONE, FailureAction.DELIVER, None)

_CODES: dict[int, Meaning] = {
    **dict.fromkeys((1, 10, 36), (Cause.UNREACHABLE, FailureAction.RETRY, None)),
    # A dead key, a disabled application (2), a key bound to another address (5), a community's key (27), which may read
    # neither walls nor comments.
    **dict.fromkeys((2, 5, 8, 17, 27, 1114, 1116, 1117, 1118), (Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE, None)),
    **dict.fromkeys((3, 23), (Cause.REFUSED, FailureAction.CLOSE_METHOD, None)),
    6: (Cause.THROTTLED, FailureAction.RETRY, 1.0),
    # The key may not make this call for this page. If page after page refuses it, and then the control too, the driver
    # closes the method. 1051 is in no published list: newer keys get it for most methods, and any key for some pages.
    **dict.fromkeys((7, 20, 21, 1051), (Cause.NO_CREDENTIALS, FailureAction.DELIVER, None)),
    9: (Cause.THROTTLED, FailureAction.RETRY, None),  # the same call too often: a quick retry makes it worse
    # A captcha is `blocked` and not `throttled`: waiting does not lift it, only a human could.
    14: (Cause.BLOCKED, FailureAction.CLOSE_ROUTE, None),
    28: _NOT_WITH_THIS_KEY,
    **dict.fromkeys(
        (29, 601), (Cause.THROTTLED, FailureAction.CLOSE_METHOD, 1800.0)
    ),  # VK does not say when a limit ends
    **dict.fromkeys((30, 203), _PRIVATE),
    **dict.fromkeys((19, COMMENTS_CLOSED, *DELETED_OR_BANNED, *NOT_FOUND_CODES, *NO_SUCH), _REFUSED),
}
"""Any other code means `refused`, and says nothing about a page or a post."""

_ACCESS_DENIED = (
    (r"wall is disabled", 15, (Cause.WALL_OFF, FailureAction.DELIVER, None)),
    (r"available only (?:for|to) (?:community |group )?members", 203, _PRIVATE),
    (r"(?:post|comment) was not found|(?:post|comment) not found", 15, _GONE),
    (r"user (?:was |is )?(?:deactivated|deleted|banned)", 18, _REFUSED),
    (r"no access to call this method", 28, _NOT_WITH_THIS_KEY),
    (r"profile is private", 30, _PRIVATE),
    (r"comments? .*(?:closed|disabled|denied)|access to (?:post )?comments", COMMENTS_CLOSED, _REFUSED),
)
"""Patterns of code 15's message, each with the code that has this meaning by itself, and the meaning."""


def failure_of(code: int, error_text: str, received_at: datetime) -> Failure:
    """Return the failure that an error code, with its message, amounts to."""
    meaning = _CODES.get(code, _REFUSED)
    if code == 15:
        matches = (entry for entry in _ACCESS_DENIED if re.search(entry[0], error_text, re.IGNORECASE))
        _, code, meaning = next(matches, ("", 15, _REFUSED))
    cause, act, wait = meaning
    return Failure(at=received_at, cause=cause, code=code, act=act, wait=wait)


def concerns_page(failure: Failure) -> bool:
    """Return whether an error says something about the page, and not about the key or the method."""
    identified_by_text = failure.code == 15 and failure.cause is not Cause.REFUSED
    return failure.act is FailureAction.DELIVER and (
        identified_by_text or _CODES.get(failure.code or 0) in {_REFUSED, _PRIVATE}
    )
