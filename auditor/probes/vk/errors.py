"""What a call of VK's API comes to: an answer, or a failure and what its error code means for this audit.

One table, after VK's published list of codes (github.com/VKCOM/vk-api-schema, errors.json, 5.199) and reports of what
the codes come with. Code 15 says five different things and is read by its text; an unknown text is `refused`, never a
fact.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from auditor.base.snapshot import Cause

Param = str | int | bool | list[str] | list[int]
"""What a method is called with; a list is sent joined by commas."""


class Act(StrEnum):
    """What the caller does about a failed call."""

    RETRY = "retry"
    """Try again a few times, within the route's budget; then the account gets the cause."""
    STOP_ROUTE = "stop_route"
    """No call of this run can succeed: the key is dead, or VK wants a human."""
    STOP_METHOD = "stop_method"
    """The method does not answer this key: for this page, or in this run where it answers for none. Others may."""
    PAGE = "page"
    """No failure: VK says something about the page that was asked for."""
    GIVE_UP = "give_up"
    """This call failed; the next may not."""


class Fact(StrEnum):
    """What VK says about the page or the post that was asked for."""

    GONE = "gone"
    """Deleted or banned: these codes do not say which."""
    POST_GONE = "post_gone"
    """The post or comment that was asked about is not there any more; it says nothing of the page."""
    NO_SUCH = "no_such"
    """No page has this id or name, or our parameter was bad. That a page is gone takes more than this one word."""
    PRIVATE = "private"
    """Closed to people outside."""
    WALL_OFF = "wall_off"
    """The page is there; its wall is switched off."""
    COMMENTS_CLOSED = "comments_closed"
    """The comments of the post cannot be read by anyone outside."""
    CONTENT_BLOCKED = "content_blocked"
    """VK itself withholds the content."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do, the cause for the account or post if that fails, and the fact if there is one."""

    act: Act
    cause: Cause
    fact: Fact | None = None
    wait: float | None = None
    """Seconds before the next try, for those that say so."""
    tries: int = 3
    """Calls in all."""
    paces: float | None = None
    """The wait as a multiple of the route's own interval, where only a longer pause helps."""
    pages: int = 1
    """A method that has answered for no page is closed for the run once it refuses so many."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what came, free of the key: enough to make evidence of."""

    url: str
    """The address with its public parameters, on the host that was asked."""
    at: datetime
    status: int | None
    """None where nothing came, or nothing was asked."""
    body: bytes = field(repr=False)
    said: str = field(default="", repr=False)
    """VK's own message about an error, shortened, without anything that looks like a key."""
    headers: tuple[tuple[str, str], ...] = ()
    """What belongs to the evidence of the answer's headers."""


@dataclass(frozen=True, slots=True)
class VkAnswer:
    """The `response` of an answer, still unread."""

    exchange: Exchange = field(repr=False)
    value: Any = field(repr=False)
    errors: Any = field(default=None, repr=False)
    """What ``execute`` tells of the calls in it that failed, still unread."""


@dataclass(frozen=True, slots=True)
class VkFailure:
    """Why there is no answer: `code` is VK's, None where the failure was not VK's own word."""

    code: int | None
    act: Act
    cause: Cause
    fact: Fact | None = None
    exchange: Exchange | None = field(default=None, repr=False)
    sent: bool = True
    """False where nothing was asked because the method or the route had been stopped before."""

    @property
    def came(self) -> bool:
        """Tell whether anything came that is worth keeping."""
        return self.exchange is not None and self.exchange.status is not None


_INTERNAL = Rule(Act.RETRY, Cause.UNREACHABLE)
_NO_KEY = Rule(Act.STOP_ROUTE, Cause.NO_CREDENTIALS)
_NOT_WITH_THIS_KEY = Rule(Act.STOP_METHOD, Cause.NO_CREDENTIALS)
_QUOTA = Rule(Act.STOP_METHOD, Cause.THROTTLED)
_NO_METHOD = Rule(Act.STOP_METHOD, Cause.REFUSED)
_REFUSED = Rule(Act.GIVE_UP, Cause.REFUSED)
_GONE = Rule(Act.PAGE, Cause.GONE, Fact.GONE)
_NO_SUCH = Rule(Act.PAGE, Cause.REFUSED, Fact.NO_SUCH)
_PRIVATE = Rule(Act.PAGE, Cause.PRIVATE, Fact.PRIVATE)
_POST_GONE = Rule(Act.PAGE, Cause.REFUSED, Fact.POST_GONE)
_WALL_OFF = Rule(Act.PAGE, Cause.WALL_OFF, Fact.WALL_OFF)
_COMMENTS_CLOSED = Rule(Act.PAGE, Cause.REFUSED, Fact.COMMENTS_CLOSED)

TABLE: dict[int, Rule] = {
    1: _INTERNAL,
    2: _NO_KEY,  # the application is disabled
    3: _NO_METHOD,
    5: _NO_KEY,  # subcode 1130, a key bound to another address, included
    6: Rule(Act.RETRY, Cause.THROTTLED, wait=1.0),
    7: _NOT_WITH_THIS_KEY,
    8: _NO_KEY,
    9: Rule(Act.RETRY, Cause.THROTTLED, tries=2, paces=16.0),  # the same call too often: haste makes it worse
    10: _INTERNAL,
    12: _REFUSED,
    13: _REFUSED,
    # A captcha is `blocked` and not `throttled`: waiting does not lift it, a human would have to, and none will.
    14: Rule(Act.STOP_ROUTE, Cause.BLOCKED),
    15: _REFUSED,  # where its text is not known; see `rule_for`
    17: _NO_KEY,
    18: _GONE,
    19: Rule(Act.PAGE, Cause.BLOCKED, Fact.CONTENT_BLOCKED),
    20: _NOT_WITH_THIS_KEY,
    21: _NOT_WITH_THIS_KEY,
    23: _NO_METHOD,
    27: _NO_KEY,  # a community's key: neither walls nor comments answer to it
    28: _NOT_WITH_THIS_KEY,
    29: _QUOTA,
    30: _PRIVATE,
    36: _INTERNAL,
    37: _GONE,
    100: _NO_SUCH,
    104: _NO_SUCH,
    113: _NO_SUCH,
    125: _NO_SUCH,
    200: _REFUSED,
    201: _REFUSED,
    203: _PRIVATE,
    210: _REFUSED,
    211: _REFUSED,
    212: _COMMENTS_CLOSED,
    260: _REFUSED,
    601: _QUOTA,
    # In no published list: keys of the newer kind get it for most methods, and any key for some pages.
    1051: replace(_NOT_WITH_THIS_KEY, pages=3),
    1114: _NO_KEY,
    1116: _NO_KEY,
    1117: _NO_KEY,
    1118: _NO_KEY,
    1260: _NO_SUCH,
    3610: _GONE,
}
"""Every code this audit has met or may meet."""

_ACCESS_DENIED: tuple[tuple[re.Pattern[str], Rule], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), rule)
    for pattern, rule in (
        (r"wall is disabled", _WALL_OFF),
        (r"available only (?:for|to) (?:community |group )?members", _PRIVATE),
        (r"(?:post|comment) was not found|(?:post|comment) not found", _POST_GONE),
        (r"user (?:was |is )?(?:deactivated|deleted|banned)", _GONE),
        (r"no access to call this method", _NOT_WITH_THIS_KEY),
        (r"profile is private", _PRIVATE),
        (r"comments? .*(?:closed|disabled|denied)|access to (?:post )?comments", _COMMENTS_CLOSED),
    )
)


def rule_for(code: int, message: str = "") -> Rule:
    """Return the rule for an error code; `message` decides code 15. An unknown code is `refused`."""
    if code == 15:
        return next((rule for pattern, rule in _ACCESS_DENIED if pattern.search(message)), _REFUSED)
    return TABLE.get(code, _REFUSED)
