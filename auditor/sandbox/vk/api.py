"""The VK API of the synthetic world: /method/NAME with the errors of docs/dev/sources.md, HTTP 200 for all of them."""

import re
from collections.abc import Callable
from typing import Any

from auditor.sandbox.state import SandboxState
from auditor.sandbox.vk import objects as answers
from auditor.sandbox.world.model import AccountFault, WorldAccount, WorldPost, matches

_Params = dict[str, str]

_ROUTE_FAULTS = {"vk_bad_token": 5, "vk_flood": 9, "vk_captcha": 14}


_USERS_ONLY = frozenset({"users.search", "groups.search"})
"""Methods that only a user's key may call (docs/dev/sources.md, VK)."""


class VkError(Exception):
    """An error that VK answers with."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Keep the code, and what VK says with it."""
        self.code = code
        super().__init__(f"Synthetic error {code}: {detail}")

    def body(self, params: _Params) -> dict[str, Any]:
        """Return the error as VK writes it; the call is echoed without the key."""
        echo = [{"key": key, "value": value} for key, value in params.items() if key != "access_token"]
        error: dict[str, Any] = {"error_code": self.code, "error_msg": str(self), "request_params": echo}
        if self.code == 14:
            error |= {"captcha_sid": "1", "captcha_img": "https://example.invalid/captcha"}
        return {"error": error}


class VkApi:
    """Answers calls from the world's accounts, up to the sandbox's moment."""

    def __init__(self, state: SandboxState) -> None:
        """Answer of `state`'s accounts."""
        self._state = state
        self._methods: dict[str, Callable[[_Params], Any]] = {
            "users.get": self._users,
            "groups.getById": self._groups,
            "utils.resolveScreenName": self._resolve,
            "wall.get": self._wall,
            "wall.getComments": self._comments,
            "photos.get": self._photos,
            "users.search": self._search_users,
            "groups.search": self._search_groups,
        }

    def call(self, method: str, params: _Params) -> dict[str, Any]:
        """Answer one call, with its response or its error."""
        try:
            self._admit(method, params)
            return {"response": self._methods[method](params)}
        except VkError as error:
            return error.body(params)

    def _account(self, name: str) -> WorldAccount | None:
        return self._state.account("vk", name)

    def _admit(self, method: str, params: _Params) -> None:
        """Refuse as VK does, before the method is looked at."""
        if self._state.faults.spend("vk_internal_once", 1):
            raise VkError(10)
        for fault, code in _ROUTE_FAULTS.items():
            if fault in self._state.faults:
                raise VkError(code)
        user = params.get("access_token") == self._state.vk_user_token
        if not user and params.get("access_token") != self._state.vk_token:
            raise VkError(5)
        if params.get("v") != "5.199":
            raise VkError(8)
        if not user and method in _USERS_ONLY:
            raise VkError(28)
        if method not in self._methods:
            raise VkError(3)

    def _users(self, params: _Params) -> list[dict[str, Any]]:
        names, fields = _listed(params, "user_ids"), frozenset(_listed(params, "fields"))
        if not names:
            raise VkError(100, "user_ids is undefined")
        found = [a for name in names if (a := self._account(name)) is not None and a.kind == "user"]
        if not found:
            raise VkError(113)
        now, alone = self._state.now, len(names) == 1
        if not alone:
            fields -= {"counters"}  # told of one user at a time
        return [answers.user(a, fields, len(answers.wall_items(a, now, "owner"))) for a in found]

    def _groups(self, params: _Params) -> dict[str, Any]:
        names = _listed(params, "group_ids") or _listed(params, "group_id")
        if not names:
            raise VkError(100, "group_ids is undefined")
        wanted = [f"-{name.lstrip('-')}" if name.lstrip("-").isdigit() else name for name in names]
        found = [a for name in wanted if (a := self._account(name)) is not None and a.kind == "community"]
        if not found:
            raise VkError(125)
        fields = frozenset(_listed(params, "fields"))
        return {"groups": [answers.group(account, fields) for account in found], "profiles": []}

    def _resolve(self, params: _Params) -> dict[str, Any] | list[Any]:
        if not params.get("screen_name"):
            raise VkError(100, "screen_name is undefined")
        account = self._account(params["screen_name"])
        if account is None or params["screen_name"].lstrip("-").isdigit():
            return []
        kind = "user" if account.kind == "user" else "page"
        return {"type": kind, "object_id": abs(account.number)} | (
            {} if kind == "user" else {"group_id": -account.number}
        )

    # Search, for a user's key --------------------------------------------------------------------------------------

    def _search_users(self, params: _Params) -> dict[str, Any]:
        """Find people by the beginnings of words of their names; those with more followers come first."""
        fields, found = frozenset(_listed(params, "fields")), self._titled(params, "user")
        return _cut(params, found, lambda account: answers.user(account, fields))

    def _search_groups(self, params: _Params) -> dict[str, Any]:
        """Find communities by the beginnings of words of their titles. VK tells of each only the shortest."""
        if not params.get("q"):
            raise VkError(100, "q is undefined")
        fields = frozenset({"screen_name"})
        return _cut(params, self._titled(params, "community"), lambda account: answers.group(account, fields))

    def _titled(self, params: _Params, kind: str) -> list[WorldAccount]:
        query, pages = params.get("q", ""), self._state.shown("vk")
        found = [a for a in pages if a.kind == kind and not a.deactivated and matches(query, a.title)]
        return sorted(found, key=lambda a: (-a.subscribers, abs(a.number)))

    def _owner(self, params: _Params) -> WorldAccount:
        """Return whose wall it is, or raise what VK answers for a page that shows none."""
        name = params.get("owner_id") or params.get("domain") or ""
        account = self._account(name)
        if account is None:
            raise VkError(100, "owner_id is invalid") if not name.startswith("-") else VkError(125)
        if account.trouble is AccountFault.THROTTLED:
            raise VkError(9)
        if account.deactivated:
            raise VkError(18) if account.kind == "user" else VkError(15, "group is blocked")
        if account.closed:
            raise VkError(30 if account.kind == "user" else 203)
        if account.trouble is AccountFault.WALL_DENIED:
            raise VkError(15)
        return account

    def _wall(self, params: _Params) -> dict[str, Any]:
        if "vk_daily_limit" in self._state.faults:
            raise VkError(29)
        account, now = self._owner(params), self._state.now
        items = answers.wall_items(account, now, params.get("filter", "all"))
        offset, count = _number(params, "offset", 0), _number(params, "count", 20, 100)
        return answers.wall_answer(account, items[offset : offset + count], len(items), now)

    def _photos(self, params: _Params) -> dict[str, Any]:
        """Answer of a profile's own album: nobody here has a photo."""
        self._owner(params)
        return {"count": 0, "items": []}

    def _comments(self, params: _Params) -> dict[str, Any]:
        account = self._owner(params)
        if account.trouble is AccountFault.COMMENTS_NOT_FOR_KEY:
            raise VkError(1051)
        ask = {
            "offset": _number(params, "offset", 0),
            "count": _number(params, "count", 10, 100),
            "thread_items_count": _number(params, "thread_items_count", 0, 10),
            "comment_id": _number(params, "comment_id", 0),
        }
        post = self._post(account, params)
        if post.closed or account.wall == 3:
            raise VkError(212)
        return answers.comments_answer(account, post, self._state.now, ask)

    def _post(self, account: WorldAccount, params: _Params) -> WorldPost:
        number = _number(params, "post_id", 0)
        for post in answers.wall_items(account, self._state.now, "all"):
            if post.id == number:
                return post
        raise VkError(15, "post was not found")


def _cut(params: _Params, found: list[WorldAccount], write: Callable[[WorldAccount], dict[str, Any]]) -> dict[str, Any]:
    offset, count = _number(params, "offset", 0), _number(params, "count", 20, 1000)
    return {"count": len(found), "items": [write(account) for account in found[offset : offset + count]]}


def _listed(params: _Params, key: str) -> list[str]:
    return [item.strip() for item in params.get(key, "").split(",") if item.strip()]


def _number(params: _Params, key: str, default: int, most: int | None = None) -> int:
    text = params.get(key, "")
    if not text:
        return default
    if re.fullmatch(r"-?\d+", text) is None or int(text) < 0 or (most is not None and int(text) > most):
        raise VkError(100, f"{key} not in range")
    return int(text)
