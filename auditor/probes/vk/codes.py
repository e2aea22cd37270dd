"""What VK's error codes mean for this audit: one table.

After VK's published list (github.com/VKCOM/vk-api-schema, errors.json, 5.199) and reports of what the codes come with.
Code 15 says several things and its words tell which; an unknown text is `refused`, never a fact.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from auditor.base.snapshot import Cause
from auditor.probes.looks import Act, Failure


@dataclass(frozen=True, slots=True)
class Meaning:
    """Why there is no answer, and what the driver does about it."""

    cause: Cause
    act: Act = Act.TELL
    wait: float | None = None
    """Seconds before it asks again."""
    paces: float | None = None
    """The wait as a multiple of the route's interval, where only a longer pause helps."""


COMMENTS_CLOSED = 212
"""Nobody outside can read the comments of the post."""
NOBODY = frozenset({113, 125})
"""No user, or no community, of all that were asked for: an empty list by another name."""
NO_SUCH = frozenset({100, 104, 1260})
"""No page has this name or number, or our parameter was bad."""
ABOUT_PAGE = frozenset({18, 19, 30, 37, 203, COMMENTS_CLOSED, 3610}) | NOBODY | NO_SUCH
"""Codes that speak of a page or post: the key may call the method."""

_NOT_WITH_THIS_KEY = Meaning(Cause.NO_CREDENTIALS, Act.CLOSE)
_GONE, _PRIVATE, _REFUSED = Meaning(Cause.GONE), Meaning(Cause.PRIVATE), Meaning(Cause.REFUSED)

_CODES = {
    **dict.fromkeys((1, 10, 36), Meaning(Cause.UNREACHABLE, Act.RETRY)),
    # A dead key, a disabled application (2), a key bound to another address (5), a community's key (27), which neither
    # walls nor comments answer to.
    **dict.fromkeys((2, 5, 8, 17, 27, 1114, 1116, 1117, 1118), Meaning(Cause.NO_CREDENTIALS, Act.STOP)),
    **dict.fromkeys((3, 23), Meaning(Cause.REFUSED, Act.CLOSE)),
    6: Meaning(Cause.THROTTLED, Act.RETRY, wait=1.0),
    # The key may not ask this of this page. Where page after page refuses it, the driver closes the method. 1051 is in
    # no published list: keys of the newer kind get it for most methods, and any key for some pages.
    **dict.fromkeys((7, 20, 21, 1051), Meaning(Cause.NO_CREDENTIALS)),
    9: Meaning(Cause.THROTTLED, Act.RETRY, paces=16.0),  # the same call too often: haste makes it worse
    # A captcha is `blocked` and not `throttled`: waiting does not lift it, a human would have to, and none will.
    14: Meaning(Cause.BLOCKED, Act.STOP),
    **dict.fromkeys((18, 37, 3610), _GONE),  # deleted or banned: these codes do not say which
    28: _NOT_WITH_THIS_KEY,
    **dict.fromkeys((29, 601), Meaning(Cause.THROTTLED, Act.CLOSE, wait=1800.0)),  # VK does not say when a limit ends
    **dict.fromkeys((30, 203), _PRIVATE),
}
"""Any other code is refused."""

_ACCESS_DENIED: tuple[tuple[re.Pattern[str], int, Meaning], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), code, meaning)
    for pattern, code, meaning in (
        (r"wall is disabled", 15, Meaning(Cause.WALL_OFF)),
        (r"available only (?:for|to) (?:community |group )?members", 203, _PRIVATE),
        (r"(?:post|comment) was not found|(?:post|comment) not found", 15, _GONE),
        (r"user (?:was |is )?(?:deactivated|deleted|banned)", 18, _GONE),
        (r"no access to call this method", 28, _NOT_WITH_THIS_KEY),
        (r"profile is private", 30, _PRIVATE),
        (r"comments? .*(?:closed|disabled|denied)|access to (?:post )?comments", COMMENTS_CLOSED, _REFUSED),
    )
)
"""What the words of code 15 mean, each with the code that says the same alone."""


def failure_of(code: int, words: str, at: datetime, interval: float) -> Failure:
    """Say what an error means that came at a moment, on a route that asks every `interval` seconds."""
    meaning = _CODES.get(code, _REFUSED)
    if code == 15:
        code, meaning = next(((n, m) for pattern, n, m in _ACCESS_DENIED if pattern.search(words)), (15, _REFUSED))
    wait = meaning.wait if meaning.paces is None else meaning.paces * interval
    return Failure(at=at, cause=meaning.cause, code=code, act=meaning.act, wait=wait)


def speaks_of_page(failure: Failure) -> bool:
    """Tell whether an error is an answer all the same: about the page, and not about the key or the method."""
    told_by_words = failure.code == 15 and failure.cause is not Cause.REFUSED
    return failure.act is Act.TELL and (failure.code in ABOUT_PAGE or told_by_words)
