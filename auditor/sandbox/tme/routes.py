"""t.me of the synthetic world: which page is served for which address, and what comes instead."""

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


def _redirect(where: str) -> HttpResponse:
    return HttpResponse(status=302, headers={"Location": where})


_TROUBLES = {
    AccountFault.RESET: HttpResponse(drop_connection=True),
    AccountFault.THROTTLED: HttpResponse(landing_pages.too_many(), 429, {"Retry-After": "3600"}),
    AccountFault.BLOCK_PAGE: HttpResponse(landing_pages.block_page()),
    AccountFault.BLOCK_REDIRECT: _redirect("http://warning.provider.invalid/?url=t.me"),
    AccountFault.FORBIDDEN: HttpResponse(
        landing_pages.document("    <title>403 Forbidden</title>", "<h1>403 Forbidden</h1>"), 403
    ),
}


class TelegramWeb:
    """Answers requests from the world's accounts, up to the sandbox's moment."""

    def __init__(self, state: SandboxState) -> None:
        """Serve `sandbox`'s world."""
        self._state = state

    def get(self, path: str, query: dict[str, str]) -> HttpResponse:
        """Answer a GET."""
        wide = self._route_fault()
        if wide is not None:
            return wide
        if (found := _PREVIEW.match(path)) is not None:
            return self._serve(found[1], lambda name, account: self._preview(name, account, query))
        if (found := _POST.match(path)) is not None:
            number = int(found[2])
            return self._serve(found[1], lambda name, account: self._post(name, account, number, query))
        if (found := _NAME.match(path)) is not None:
            return self._serve(found[1], self._landing)
        return _redirect("https://telegram.org/")

    def post(self, path: str, form: dict[str, str], requested_with: str) -> HttpResponse:
        """Answer a POST: `loadComments` of the discussion widget."""
        wide = self._route_fault()
        if wide is not None:
            return wide
        if path != "/api/method" or form.get("method") != "loadComments" or requested_with != "XMLHttpRequest":
            return _said({"error": "METHOD_INVALID"})
        for account in self._state.accounts:
            if account.group_name is not None and discussion.peer_of(account) == form.get("peer"):
                return self._older(account, form)
        return _said({"error": "PEER_INVALID"})

    def _older(self, account: WorldAccount, form: dict[str, str]) -> HttpResponse:
        for post in account.posts_at(self._state.now):
            proof = discussion.hash_of(account, post)
            if str(post.copy_id) == form.get("top_msg_id") and proof == form.get("discussion_hash"):
                before = _number(form.get("before_id"))
                if before is None:
                    break
                return _said(discussion.older_comments(account, post, self._state.now, before))
        return _said({"error": "MSG_ID_INVALID"})

    def _route_fault(self) -> HttpResponse | None:
        faults = self._state.faults
        if "telegram_429" in faults:
            return _TROUBLES[AccountFault.THROTTLED]
        return _TROUBLES[AccountFault.BLOCK_PAGE] if "telegram_blocked" in faults else None

    def _serve(self, name: str, show: Callable[[str, WorldAccount | None], HttpResponse]) -> HttpResponse:
        """Answer for one name, unless it is in trouble; `show` gets the name and its account."""
        account = None if "throttle_stub" in self._state.faults else self._state.account("telegram", name)
        if account is not None and account.trouble is AccountFault.OTHER_LAYOUT:
            return HttpResponse(landing_pages.other_layout(name))
        if account is not None and account.trouble in _TROUBLES:
            return _TROUBLES[account.trouble]
        return show(name, account)

    def _preview(self, name: str, account: WorldAccount | None, query: dict[str, str]) -> HttpResponse:
        """Redirect where there is no preview; the redirect does not say why."""
        if account is None or account.kind != "channel" or account.preview_off:
            return _redirect(f"https://t.me/{name}")
        return HttpResponse(preview.preview(account, self._state.now, _number(query.get("before"))))

    def _landing(self, name: str, account: WorldAccount | None) -> HttpResponse:
        """Show an account, or who comments under that name; with a throttled client neither."""
        shown = account if account is not None or "throttle_stub" in self._state.faults else self._commenter(name)
        return HttpResponse(landing_pages.missing(name) if shown is None else landing_pages.landing(shown))

    def _commenter(self, name: str) -> WorldAccount | None:
        """Return a linked group, or the person or channel that comments somewhere under a name.

        An account of the world has its own page, or none under a name that it had before.
        """
        wanted, accounts = name.casefold(), {account.number for account in self._state.shown("telegram")}
        for account in self._state.shown("telegram"):
            if account.group_name is not None and account.group_name.casefold() == wanted:
                return _shown_as(account.group_identity, "group", account)
            said = (comment.author for post in account.posts for comment in post.comments)
            others = (author for author in said if author.id not in accounts)
            author = next((one for one in others if (one.username or "").casefold() == wanted), None)
            if author is not None:
                kind = "channel" if author.community or author.id >= CHANNELS_FROM else "user"
                return _shown_as(author, kind, account)
        return None

    def _post(self, name: str, account: WorldAccount | None, number: int, query: dict[str, str]) -> HttpResponse:
        if account is None or account.kind != "channel":
            return self._landing(name, account)
        now = self._state.now
        post = next((p for p in account.posts_at(now) if p.id == number), None)
        return HttpResponse(discussion.discussion(account, post, now, _number(query.get("comments_limit")) or 5))


def _shown_as(author: WorldAuthor, kind: str, account: WorldAccount) -> WorldAccount:
    """Make an account of who comments under another one's posts, to show its landing page."""
    name = author.username or ""
    return WorldAccount("telegram", name, kind, author.id, author.name, account.opened, subscribers=90)


def _said(body: dict[str, object]) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), json=True)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdigit() else None
