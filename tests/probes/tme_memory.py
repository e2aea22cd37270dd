"""t.me in memory: the sandbox's own pages of one small channel, and pages that a test sends instead."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from auditor.base.address import Address
from auditor.base.snapshot import Network, Post, Snapshot
from auditor.base.weeks import Week
from auditor.probes.driver import Response
from auditor.probes.look import look_at_page
from auditor.probes.protocol import Look
from auditor.probes.target import VERSION, Target, Window
from auditor.probes.telegram.web.web_source import WebSource
from auditor.probes.telegram.web.web_transport import WebTransport
from auditor.sandbox.state import SandboxState
from auditor.sandbox.tme import discussion, landing_pages
from auditor.sandbox.tme.preview import preview
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.world.model import Accounts, PostKind, WorldAccount, WorldAuthor, WorldComment, WorldPost
from tests.cases import TOMSK
from tests.probes.every_request import FinishedLook, run

NAME, CONTROL, GROUP = "pervyi_rayon", "sandbox_control", "govorim"
NUMBER, GROUP_NUMBER = 1_500_000_001, 1_600_000_001
WEEK = Week(2026, 47, TOMSK)
STARTS, NOW = WEEK.starts, WEEK.starts + timedelta(days=8)
WINDOW = Window.of(WEEK, NOW)
TARGET = Target(Address(Network.TELEGRAM, NAME), names=("Имярек Анна Андреевна",), control=CONTROL, version=VERSION)
CREATED_AT = NOW - timedelta(days=150, hours=3)
POSTED_AT = STARTS + timedelta(days=2)
POST = 114
"""The number of the only post of the week."""

FIRST_AUTHOR, SECOND_AUTHOR, THIRD_AUTHOR = (
    WorldAuthor(number, f"Житель {word}", f"zhitel_{number}") for number, word in ((1, "Один"), (2, "Два"), (3, "Три"))
)


def comment(
    number: int, hours: int, text: str, author: WorldAuthor, reply_target: WorldComment | None = None
) -> WorldComment:
    return WorldComment(POSTED_AT + timedelta(hours=hours), author, text, answers=reply_target, id=number)


def sample_comments() -> list[WorldComment]:
    """Return two questions: the first with a reply by the group, the second with two comments by a citizen."""
    question, second_question = (
        comment(30, 0, "Когда починят дорогу?", FIRST_AUTHOR),
        comment(40, 2, "Когда откроют мост?", THIRD_AUTHOR),
    )
    return [
        question,
        comment(31, 1, "Починим к пятнице", WorldAuthor(GROUP_NUMBER, "Говорим обо всём", GROUP), question),
        second_question,
        comment(41, 3, "Спросите у мэра", SECOND_AUTHOR, second_question),
        comment(42, 4, "@zhitel_3, когда же?", SECOND_AUTHOR),
    ]


def account(name: str = NAME, kind: str = "channel", number: int = NUMBER, **more: Any) -> WorldAccount:
    fields = {"title": "Первый район", "subscribers": 120, "opened": CREATED_AT, **more}
    return WorldAccount("telegram", name, kind, number, **fields)


def world_post(
    number: int, posted_at: datetime = POSTED_AT, text: str = "Сегодня открыли новый мост", **more: Any
) -> WorldPost:
    return WorldPost(posted_at, text, id=number, copy_id=number + 1000, **more)


def posts() -> list[WorldPost]:
    """Return the channel's creation, and an album every fifth day; five albums fill a page."""
    birth = world_post(1, CREATED_AT, "Channel created", kind=PostKind.SERVICE)
    return [
        birth,
        *(world_post(4 * n - 2, CREATED_AT + n * timedelta(days=5), media="album", extra=3) for n in range(1, 31)),
    ]


def channel(**more: Any) -> WorldAccount:
    """Return a channel created 150 days ago, without threads under its posts."""
    return account(posts=posts(), **more)


def channel_with_comments(comments: Iterable[WorldComment] | None = None) -> WorldAccount:
    """Return that channel with a linked group, and a thread under the post of the week."""
    channel_account = channel(group_name=GROUP, group_number=GROUP_NUMBER)
    for post in channel_account.posts:
        post.closed = post.id < 102
        post.comments = list(sample_comments() if comments is None else comments) if post.id == POST else []
    return channel_account


class Site:
    """t.me with these accounts and a control; `instead` has the pages or responses to send instead, by path."""

    def __init__(self, *accounts: WorldAccount, now: datetime = NOW, comments_limit: int = 100) -> None:
        control = account(CONTROL, number=NUMBER + 1, posts=[world_post(1)])
        self.tme = TelegramWeb(SandboxState(Accounts([*accounts, control]), now))
        self.now, self.comments_limit = now, comments_limit
        self.instead: dict[str, str | Response | Callable[[], str | Response]] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.hosts = set[str]()
        self.transport = WebTransport(self, "http://t.invalid")

    async def get(self, url: str, _seconds: float, params: Mapping[str, str]) -> Response:
        limits = {"comments_limit": str(self.comments_limit)} if "comments_limit" in params else {}
        path = urlsplit(url).path
        self.hosts.add(urlsplit(url).netloc)
        return self._reply(path, dict(params), lambda: self.tme.get(path, {**params, **limits}))

    async def post(self, url: str, _seconds: float, form: Mapping[str, str]) -> Response:
        url_parts = urlsplit(url)
        self.hosts.add(url_parts.netloc)
        sent = {**dict(parse_qsl(url_parts.query)), **form}
        return self._reply(url_parts.path, sent, lambda: self.tme.post(url_parts.path, dict(form), "XMLHttpRequest"))

    def _reply(self, path: str, params: dict[str, str], respond: Callable[[], Any]) -> Response:
        self.requests.append((path, params))
        if path in self.instead:
            planned = self.instead[path]
            content = planned() if callable(planned) else planned
            return (
                replace(content, at=self.now)
                if isinstance(content, Response)
                else Response(self.now, 200, content.encode())
            )
        response = respond()
        return Response(
            self.now, response.status, response.body.encode(), location=response.headers.get("Location", "")
        )

    def page(self, path: str, **params: str) -> str:
        return self.tme.get(path, params).body

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    async def aclose(self) -> None: ...


def plain_site(**more: Any) -> Site:
    return Site(channel(**more))


def site_with_comments() -> Site:
    """Return a site with two pages of comments under the post."""
    return Site(channel_with_comments(), comments_limit=3)


def redirect(location: str, status: int = 302) -> Response:
    return Response(NOW, status, location=location)


def widget(
    shown: Iterable[WorldComment], count: int | None = None, heading: str | None = None, before_id: int | None = None
) -> str:
    """Return the widget under the post, with any count and heading; `before_id` adds a link to older comments."""
    comments = list(shown)
    channel_account = channel_with_comments(comments)
    post = next(post for post in channel_account.posts if post.id == POST)
    page = discussion.discussion(channel_account, post, NOW, 100)
    count_field, heading_text = f'"comments_cnt":{len(comments)},', "Comments" if heading is None else heading
    page = page.replace(count_field, "" if count is None else f'"comments_cnt":{count},')
    page = page.replace(f'js-header">{discussion._count(len(comments))}<', f'js-header">{heading_text}<')
    return page if before_id is None else with_older(page, str(before_id))


def older_comments_html(comments: Iterable[WorldComment]) -> str:
    """Return the comments' markup as ``loadComments`` sends it."""
    channel_account = channel_with_comments(comments)
    post = next(post for post in channel_account.posts if post.id == POST)
    return str(discussion.older_comments(channel_account, post, NOW, 10**9)["comments_html"])


def closed_widget(notice: str = "Discussion is not available at the moment.") -> str:
    page = discussion.discussion(channel(), posts()[-1], NOW, 100)
    return page.replace("Discussion is not available at the moment.", notice)


def history(*blocks: WorldPost, name: str = NAME, **more: Any) -> str:
    return preview(account(name, posts=list(blocks), **more), NOW)


def landing(**more: Any) -> str:
    return landing_pages.landing(account(**more))


def with_markup(page: str, markup: str) -> str:
    foot = '    <div class="tgme_widget_message_footer'
    return page.replace(foot, markup + foot)


def with_older(page: str, before_id: str) -> str:
    """Return the page with a link to older messages or comments."""
    link = f'<a class="tme_messages_more js-messages_more" data-before="{before_id}"></a>'
    return page.replace('js-message_history">', f'js-message_history">{link}')


PARSING_ERRORS = (ValueError, LookupError, AttributeError, TypeError, RecursionError)
"""Errors that parsing an unexpected response may raise; the driver turns them into an unrecognised page."""


def look(target: Target = TARGET, window: Window = WINDOW) -> Look[Snapshot]:
    return look_at_page(WebSource(target), window)


def run_look(site: Site, target: Target = TARGET) -> FinishedLook[Snapshot]:
    return run(look(target), site.transport)


def thread(snapshot: Snapshot, number: int = POST) -> Post:
    return next(post for post in snapshot.posts if post.id == number)


SAVED_PAGES = Path(__file__).parents[3] / "shared" / "telegram" / "pages"


def saved_page(name_prefix: str) -> str:
    """Return the saved real page whose file name begins with `name_prefix`."""
    return next(SAVED_PAGES.glob(f"{name_prefix}*")).read_text(encoding="utf-8")
