"""t.me of the synthetic world: which page is served for an address, and what replaces it."""

import json
import re
from collections.abc import Callable

from auditor.sandbox.ports import HttpResponse
from auditor.sandbox.state import SandboxState
from auditor.sandbox.tme import discussion, landing_pages, preview
from auditor.sandbox.world.model import CHANNELS_FROM, AccountFault, WorldAccount, WorldAuthor

_POST = re.compile(r"^/([A-Za-z0-9_]+)/(\d+)$")
_PREVIEW = re.compile(r"^/s/([A-Za-z0-9_]+)/?$")
_NAME = re.compile(r"^/([A-Za-z0-9_]+|\+[A-Za-z0-9_-]+)/?$")


def _redirect(location: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": location})


_FAULT_RESPONSES = {
    AccountFault.RESET: HttpResponse(drop_connection=True),
    AccountFault.THROTTLED: HttpResponse(landing_pages.too_many(), 429, {"Retry-After": "3600"}),
    AccountFault.BLOCK_PAGE: HttpResponse(landing_pages.block_page()),
    AccountFault.BLOCK_REDIRECT: _redirect("http://warning.provider.invalid/?url=t.me"),
    AccountFault.FORBIDDEN: HttpResponse(
        landing_pages.document("    <title>403 Forbidden</title>", "<h1>403 Forbidden</h1>"), 403
    ),
}


class TelegramWeb:
    """Responds to requests with the world's accounts, up to the sandbox's moment."""

    def __init__(self, state: SandboxState) -> None:
        """Serve the world of `state`."""
        self._state = state

    def get(self, path: str, query: dict[str, str]) -> HttpResponse:
        """Respond to a GET."""
        fault_response = self._route_fault()
        if fault_response is not None:
            return fault_response
        if (match := _PREVIEW.match(path)) is not None:
            return self._serve(match[1], lambda name, account: self._preview(name, account, query))
        if (match := _POST.match(path)) is not None:
            number = int(match[2])
            return self._serve(match[1], lambda name, account: self._post(name, account, number, query))
        if (match := _NAME.match(path)) is not None:
            return self._serve(match[1], self._landing)
        return _redirect("https://telegram.org/")

    def post(self, path: str, form: dict[str, str], requested_with: str) -> HttpResponse:
        """Respond to a POST: `loadComments` of the discussion widget."""
        fault_response = self._route_fault()
        if fault_response is not None:
            return fault_response
        if path != "/api/method" or form.get("method") != "loadComments" or requested_with != "XMLHttpRequest":
            return _json_response({"error": "METHOD_INVALID"})
        for account in self._state.accounts:
            if account.group_name is not None and discussion.peer_of(account) == form.get("peer"):
                return self._older(account, form)
        return _json_response({"error": "PEER_INVALID"})

    def _older(self, account: WorldAccount, form: dict[str, str]) -> HttpResponse:
        for post in account.posts_at(self._state.now):
            proof = discussion.hash_of(account, post)
            if str(post.copy_id) == form.get("top_msg_id") and proof == form.get("discussion_hash"):
                before_id = _number(form.get("before_id"))
                if before_id is None:
                    break
                return _json_response(discussion.older_comments(account, post, self._state.now, before_id))
        return _json_response({"error": "MSG_ID_INVALID"})

    def _route_fault(self) -> HttpResponse | None:
        faults = self._state.faults
        if "telegram_429" in faults:
            return _FAULT_RESPONSES[AccountFault.THROTTLED]
        return _FAULT_RESPONSES[AccountFault.BLOCK_PAGE] if "telegram_blocked" in faults else None

    def _serve(self, name: str, show: Callable[[str, WorldAccount | None], HttpResponse]) -> HttpResponse:
        """Respond for one name: with the fault of its account, else with `show(name, account)`."""
        account = None if "throttle_stub" in self._state.faults else self._state.account("telegram", name)
        if account is not None and account.trouble is AccountFault.OTHER_LAYOUT:
            return HttpResponse(landing_pages.other_layout(name))
        if account is not None and account.trouble in _FAULT_RESPONSES:
            return _FAULT_RESPONSES[account.trouble]
        return show(name, account)

    def _preview(self, name: str, account: WorldAccount | None, query: dict[str, str]) -> HttpResponse:
        """Return the preview, or a redirect without a reason if there is none."""
        if account is None or account.kind != "channel" or account.preview_off:
            return _redirect(f"https://t.me/{name}")
        return HttpResponse(preview.preview(account, self._state.now, _number(query.get("before"))))

    def _landing(self, name: str, account: WorldAccount | None) -> HttpResponse:
        """Return the landing page of an account or of a commenter; a throttled client gets the stub."""
        shown_account = (
            account if account is not None or "throttle_stub" in self._state.faults else self._commenter(name)
        )
        return HttpResponse(
            landing_pages.missing(name) if shown_account is None else landing_pages.landing(shown_account)
        )

    def _commenter(self, name: str) -> WorldAccount | None:
        """Return the linked group, or the person or channel among the comments' authors, that has a name.

        Accounts of the world are left out: they have pages of their own, and none under a former name.
        """
        wanted, accounts = name.casefold(), {account.number for account in self._state.visible_accounts("telegram")}
        for account in self._state.visible_accounts("telegram"):
            if account.group_name is not None and account.group_name.casefold() == wanted:
                return _as_account(account.group_identity, "group", account)
            authors = (comment.author for post in account.posts for comment in post.comments)
            others = (author for author in authors if author.id not in accounts)
            author = next((candidate for candidate in others if (candidate.username or "").casefold() == wanted), None)
            if author is not None:
                kind = "channel" if author.community or author.id >= CHANNELS_FROM else "user"
                return _as_account(author, kind, account)
        return None

    def _post(self, name: str, account: WorldAccount | None, number: int, query: dict[str, str]) -> HttpResponse:
        if account is None or account.kind != "channel":
            return self._landing(name, account)
        now = self._state.now
        post = next((p for p in account.posts_at(now) if p.id == number), None)
        return HttpResponse(discussion.discussion(account, post, now, _number(query.get("comments_limit")) or 5))


def _as_account(author: WorldAuthor, kind: str, account: WorldAccount) -> WorldAccount:
    """Return an account for the author of a comment, to show its landing page."""
    name = author.username or ""
    return WorldAccount("telegram", name, kind, author.id, author.name, account.opened, subscribers=90)


def _json_response(body: dict[str, object]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), json=True)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
