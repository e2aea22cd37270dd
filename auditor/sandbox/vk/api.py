"""The VK API of the synthetic world: /method/NAME with the errors of docs/dev/sources.md, HTTP 200 for all of them."""

import re
from collections.abc import Callable
from typing import Any

from auditor.sandbox.state import SandboxState
from auditor.sandbox.vk import objects
from auditor.sandbox.world.model import AccountFault, WorldAccount, WorldPost, matches

_Params = dict[str, str]

_ROUTE_FAULTS = {"vk_bad_token": 5, "vk_flood": 9, "vk_captcha": 14}


_USERS_ONLY = frozenset({"users.search", "groups.search"})
"""Methods that require a user's key (docs/dev/sources.md, VK)."""


class VkError(Exception):
    """An error of VK's API."""

    def __init__(self, code: int, detail: str = "") -> None:
        """Keep the code and a detail for the message."""
        self.code = code
        super().__init__(f"Synthetic error {code}: {detail}")

    def body(self, params: _Params) -> dict[str, Any]:
        """Return the error as VK writes it; the call is echoed without the key."""
        echo = [{"key": key, "value": value} for key, value in params.items() if key != "access_token"]
        error: dict[str, Any] = {"error_code": self.code, "error_msg": str(self), "request_params": echo}
        if self.code == 14:
            error |= {"redirect_uri": "https://example.invalid/captcha"}  # alone since 2026 (docs/dev/sources.md)
        return {"error": error}


class VkApi:
    """Responds to calls with the world's accounts, up to the sandbox's moment."""

    def __init__(self, state: SandboxState) -> None:
        """Serve the accounts of `state`."""
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
        """Return the response or the error of one call."""
        try:
            self._admit(method, params)
            return {"response": self._methods[method](params)}
        except VkError as error:
            return error.body(params)

    def _account(self, name: str) -> WorldAccount | None:
        return self._state.account("vk", name)

    def _admit(self, method: str, params: _Params) -> None:
        """Raise the errors that VK reports before it runs the method."""
        if self._state.faults.spend("vk_internal_once", 1):
            raise VkError(10)
        for fault, code in _ROUTE_FAULTS.items():
            if fault in self._state.faults:
                raise VkError(code)
        is_user_key = params.get("access_token") == self._state.vk_user_token
        if not is_user_key and params.get("access_token") != self._state.vk_token:
            raise VkError(5)
        if params.get("v") != "5.199":
            raise VkError(8)
        if not is_user_key and method in _USERS_ONLY:
            raise VkError(28)
        if method not in self._methods:
            raise VkError(3)

    def _users(self, params: _Params) -> list[dict[str, Any]]:
        names, fields = _list_param(params, "user_ids"), frozenset(_list_param(params, "fields"))
        if not names:
            raise VkError(100, "user_ids is undefined")
        accounts = [a for name in names if (a := self._account(name)) is not None and a.kind == "user"]
        if not accounts:
            raise VkError(113)
        now, single = self._state.now, len(names) == 1
        if not single:
            fields -= {"counters"}  # VK gives it for a single user only
        return [objects.user(a, fields, len(objects.wall_items(a, now, "owner"))) for a in accounts]

    def _groups(self, params: _Params) -> dict[str, Any]:
        names = _list_param(params, "group_ids") or _list_param(params, "group_id")
        if not names:
            raise VkError(100, "group_ids is undefined")
        wanted = [f"-{name.lstrip('-')}" if name.lstrip("-").isdigit() else name for name in names]
        accounts = [a for name in wanted if (a := self._account(name)) is not None and a.kind == "community"]
        if not accounts:
            raise VkError(125)
        fields = frozenset(_list_param(params, "fields"))
        return {"groups": [objects.group(account, fields) for account in accounts], "profiles": []}

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
        """Find people by the beginnings of words of their names; the most followed first."""
        fields, accounts = frozenset(_list_param(params, "fields")), self._find_by_title(params, "user")
        return _page(params, accounts, lambda account: objects.user(account, fields))

    def _search_groups(self, params: _Params) -> dict[str, Any]:
        """Find communities by the beginnings of words of their titles. VK returns only their short form."""
        if not params.get("q"):
            raise VkError(100, "q is undefined")
        fields = frozenset({"screen_name"})
        return _page(params, self._find_by_title(params, "community"), lambda account: objects.group(account, fields))

    def _find_by_title(self, params: _Params, kind: str) -> list[WorldAccount]:
        query, pages = params.get("q", ""), self._state.visible_accounts("vk")
        accounts = [a for a in pages if a.kind == kind and not a.deactivated and matches(query, a.title)]
        return sorted(accounts, key=lambda a: (-a.subscribers, abs(a.number)))

    def _owner(self, params: _Params) -> WorldAccount:
        """Return the owner of the requested wall, or raise VK's error for a page that hides it."""
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
        items = objects.wall_items(account, now, params.get("filter", "all"))
        offset, count = _number_param(params, "offset", 0), _number_param(params, "count", 20, 100)
        return objects.wall_answer(account, items[offset : offset + count], len(items), now)

    def _photos(self, params: _Params) -> dict[str, Any]:
        """Return a profile's own album, which is always empty here."""
        self._owner(params)
        return {"count": 0, "items": []}

    def _comments(self, params: _Params) -> dict[str, Any]:
        account = self._owner(params)
        if account.trouble is AccountFault.COMMENTS_NOT_FOR_KEY:
            raise VkError(1051)
        paging = {
            "offset": _number_param(params, "offset", 0),
            "count": _number_param(params, "count", 10, 100),
            "thread_items_count": _number_param(params, "thread_items_count", 0, 10),
            "comment_id": _number_param(params, "comment_id", 0),
        }
        post = self._post(account, params)
        if post.closed or account.wall == 3:
            raise VkError(212)
        return objects.comments_answer(account, post, self._state.now, paging)

    def _post(self, account: WorldAccount, params: _Params) -> WorldPost:
        number = _number_param(params, "post_id", 0)
        for post in objects.wall_items(account, self._state.now, "all"):
            if post.id == number:
                return post
        raise VkError(15, "post was not found")


def _page(
    params: _Params, accounts: list[WorldAccount], serialise: Callable[[WorldAccount], dict[str, Any]]
) -> dict[str, Any]:
    offset, count = _number_param(params, "offset", 0), _number_param(params, "count", 20, 1000)
    return {"count": len(accounts), "items": [serialise(account) for account in accounts[offset : offset + count]]}


def _list_param(params: _Params, key: str) -> list[str]:
    return [item.strip() for item in params.get(key, "").split(",") if item.strip()]


def _number_param(params: _Params, key: str, default: int, most: int | None = None) -> int:
    text = params.get(key, "")
    if not text:
        return default
    if re.fullmatch(r"-?\d+", text) is None or int(text) < 0 or (most is not None and int(text) > most):
        raise VkError(100, f"{key} not in range")
    return int(text)
