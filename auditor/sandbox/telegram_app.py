"""t.me of the synthetic world: which page is served for which address, and what comes instead."""

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.sandbox import telegram_discussion, telegram_pages, telegram_preview
from auditor.sandbox.model import Account, Trouble

if TYPE_CHECKING:
    from auditor.sandbox.server import Sandbox

_POST = re.compile(r"^/([A-Za-z0-9_]+)/(\d+)$")
_PREVIEW = re.compile(r"^/s/([A-Za-z0-9_]+)/?$")
_NAME = re.compile(r"^/([A-Za-z0-9_]+|\+[A-Za-z0-9_-]+)/?$")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer to send; `cut` closes the connection in place of one."""

    body: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    json: bool = False
    cut: bool = False


def _redirect(where: str) -> Reply:
    return Reply(status=302, headers={"Location": where})


_TROUBLES = {
    Trouble.RESET: Reply(cut=True),
    Trouble.THROTTLED: Reply(telegram_pages.too_many(), 429, {"Retry-After": "3600"}),
    Trouble.BLOCK_PAGE: Reply(telegram_pages.block_page()),
    Trouble.BLOCK_REDIRECT: _redirect("http://warning.provider.invalid/?url=t.me"),
    Trouble.FORBIDDEN: Reply(
        telegram_pages.document("    <title>403 Forbidden</title>", "<h1>403 Forbidden</h1>"), 403
    ),
}


class TelegramWeb:
    """Answers requests from the world's accounts, up to the sandbox's moment."""

    def __init__(self, sandbox: "Sandbox") -> None:
        """Serve `sandbox`'s world."""
        self._sandbox = sandbox

    def get(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a GET."""
        wide = self._route_fault()
        if wide is not None:
            return wide
        for pattern, serve in ((_PREVIEW, self._preview), (_POST, self._post), (_NAME, self._landing)):
            match = pattern.match(path)
            if match is not None:
                return self._serve(match, serve, query)
        return _redirect("https://telegram.org/")

    def post(self, path: str, form: dict[str, str], requested_with: str) -> Reply:
        """Answer a POST: `loadComments` of the discussion widget."""
        wide = self._route_fault()
        if wide is not None:
            return wide
        if path != "/api/method" or form.get("method") != "loadComments" or requested_with != "XMLHttpRequest":
            return _said({"error": "METHOD_INVALID"})
        for account in self._sandbox.world.accounts:
            if account.group_name is not None and telegram_discussion.peer_of(account) == form.get("peer"):
                return self._older(account, form)
        return _said({"error": "PEER_INVALID"})

    def _older(self, account: Account, form: dict[str, str]) -> Reply:
        for post in account.posts_at(self._sandbox.now):
            proof = telegram_discussion.hash_of(account, post)
            if str(post.copy_id) == form.get("top_msg_id") and proof == form.get("discussion_hash"):
                before = _number(form.get("before_id"))
                if before is None:
                    break
                return _said(telegram_discussion.older_comments(account, post, self._sandbox.now, before))
        return _said({"error": "MSG_ID_INVALID"})

    def _route_fault(self) -> Reply | None:
        faults = self._sandbox.faults
        if faults.spend("telegram_429_once", 1):
            return Reply(telegram_pages.too_many(), 429, {"Retry-After": "0"})
        if faults.spend("telegram_500_once", 1):
            return Reply("<h1>502 Bad Gateway</h1>", 502)
        if "telegram_429" in faults:
            return _TROUBLES[Trouble.THROTTLED]
        return _TROUBLES[Trouble.BLOCK_PAGE] if "telegram_blocked" in faults else None

    def _serve(self, match: "re.Match[str]", serve: "_Server", query: dict[str, str]) -> Reply:
        name, faults = match[1], self._sandbox.faults
        if "telegram_control" in faults and name.casefold().startswith("sandbox_"):
            name = "sandbox_control" if name.casefold() == "sandbox_nobody_here" else "sandbox_nobody_here"
        account = (
            None if "throttle_stub" in faults else self._sandbox.world.account("telegram", name, self._sandbox.now)
        )
        if faults.unreachable(name):
            return Reply(cut=True)
        if account is not None and account.trouble is Trouble.OTHER_LAYOUT:
            return Reply(telegram_pages.other_layout(name))
        if account is not None and account.trouble in _TROUBLES:
            return _TROUBLES[account.trouble]
        return serve(name, account, match, query)

    def _landing(self, name: str, account: Account | None, match: "re.Match[str]", query: dict[str, str]) -> Reply:
        del match, query
        return Reply(telegram_pages.missing(name) if account is None else telegram_pages.landing(account))

    def _preview(self, name: str, account: Account | None, match: "re.Match[str]", query: dict[str, str]) -> Reply:
        """Redirect where there is no preview; the redirect does not say why."""
        del match
        if account is None or account.kind != "channel" or account.preview_off:
            return _redirect(f"https://t.me/{name}")
        if "telegram_empty" in self._sandbox.faults:
            return Reply(telegram_preview.empty_preview(account))
        before, after = _number(query.get("before")), _number(query.get("after"))
        return Reply(telegram_preview.preview(account, self._sandbox.now, before, after))

    def _post(self, name: str, account: Account | None, match: "re.Match[str]", query: dict[str, str]) -> Reply:
        if account is None or account.kind != "channel":
            return Reply(telegram_pages.missing(name) if account is None else telegram_pages.landing(account))
        number, now = int(match[2]), self._sandbox.now
        post = next((p for p in account.posts_at(now) if p.id == number), None)
        if "embed" not in query:
            return Reply(telegram_preview.shell(account, number, post))
        if "discussion" in query and "telegram_no_discussions" in self._sandbox.faults:
            return _TROUBLES[Trouble.THROTTLED]
        if "discussion" in query:
            limit = _number(query.get("comments_limit"))
            return Reply(telegram_discussion.discussion(account, post, now, 5 if limit is None else limit))
        return Reply(telegram_preview.single(account, post, now))


if TYPE_CHECKING:
    from collections.abc import Callable

    _Server = Callable[[str, Account | None, "re.Match[str]", dict[str, str]], Reply]


def _said(body: dict[str, object]) -> Reply:
    return Reply(json.dumps(body, ensure_ascii=False), json=True)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
