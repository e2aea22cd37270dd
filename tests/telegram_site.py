"""A small web server on loopback and pages in t.me's markup, written for these tests. All names are invented."""

import base64
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PAGES = Path(__file__).parent.parent / ".." / "shared" / "telegram" / "pages"
NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@dataclass
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]


@dataclass
class Answer:
    """One answer of the server."""

    body: bytes | str = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: float = 0.0
    drip: float = 0.0


Route = Answer | str | bytes | Callable[[Asked], "Answer | str | bytes"]


class Site:
    """Routes by path; what has none is `fallback`, a 404 at first."""

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.fallback: Route = Answer("not found", 404)
        self.asked: list[Asked] = []
        self.url = ""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        route = self.routes.get(asked.path, self.fallback)
        made = route(asked) if callable(route) else route
        return made if isinstance(made, Answer) else Answer(made)

    @property
    def paths(self) -> list[str]:
        return [a.path for a in self.asked]


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a new site on a free port of loopback."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._serve({})

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = parse_qs(self.rfile.read(length).decode(), keep_blank_values=True)
            self._serve({k: v[0] for k, v in form.items()})

        def _serve(self, form: dict[str, str]) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query, keep_blank_values=True).items()}
            answer = site.answer(Asked(self.command, parts.path, query, form, dict(self.headers)))
            body = answer.body.encode() if isinstance(answer.body, str) else answer.body
            time.sleep(answer.hang)
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                if answer.cut is not None:
                    self.send_header("Connection", "close")
                    self.close_connection = True
                self.end_headers()
                if answer.drip:
                    for i in range(len(body)):
                        self.wfile.write(body[i : i + 1])
                        time.sleep(answer.drip)
                else:
                    self.wfile.write(body[: answer.cut])
            except OSError:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def gzipped(body: str) -> Answer:
    """Answer with a compressed body."""
    return Answer(gzip.compress(body.encode()), headers={"Content-Encoding": "gzip"})


def saved(start: str) -> str:
    """Return the saved real page whose file name starts so."""
    return next(PAGES.glob(f"{start}*")).read_text(encoding="utf-8")


def document(title: str, body: str, head: str = "") -> str:
    """Return a whole page."""
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title>{head}</head><body>{body}</body></html>\n"


def landing(
    name: str,
    extra: str = "120 subscribers",
    *,
    title: str = "Первый район",
    description: str = "",
    button: str = "View in Telegram",
    preview: bool = True,
    verified: bool = False,
    href: str | None = None,
) -> str:
    """Return a landing page of whatever `extra` and `button` make it."""
    mark = '<i class="verified-icon"> ✔</i>' if verified else ""
    link = f'<a class="tgme_page_context_link" href="/s/{name}">Preview channel</a>' if preview else ""
    about = f'<div class="tgme_page_description" dir="auto">{description}</div>' if description else ""
    return document(
        f"Telegram: View @{name}",
        f'<div class="tgme_page"><div class="tgme_page_title" dir="auto"><span dir="auto">{title}</span>{mark}</div>'
        f'<div class="tgme_page_extra">{extra}</div>{about}<div class="tgme_page_action">'
        f'<a class="tgme_action_button_new" href="{href or f"tg://resolve?domain={name}"}">{button}</a></div>{link}</div>',
        f'<meta property="al:ios:url" content="tg://resolve?domain={name}">',
    )


def missing(name: str) -> str:
    """Return the stub of a missing name, which a throttled client gets too."""
    return document(
        f"Telegram: Contact @{name}",
        '<div class="tgme_page"><div class="tgme_page_icon"><i class="tgme_icon_user"></i></div>'
        f'<div class="tgme_page_description">You can contact <a class="tgme_username_link" href="tg://x">@{name}</a></div>'
        '<div class="tgme_page_action"><a class="tgme_action_button_new" href="tg://x">Send Message</a></div></div>',
        f'<meta name="robots" content="noindex, nofollow"><meta property="al:ios:url" content="tg://resolve?domain={name}">',
    )


def message(
    name: str,
    number: int,
    at: datetime,
    text: str = "Сегодня открыли новый мост",
    *,
    service: bool = False,
    forwarded: str | None = None,
    inner: str = "",
    signature: str = "",
    channel: int = 1000000001,
) -> str:
    """Return one block of the history."""
    view = json.dumps({"c": -channel, "p": number, "t": 1, "h": "0"}).encode()
    source = (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;'
        f'<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/x"><span>{forwarded}</span></a></div>'
        if forwarded
        else ""
    )
    words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
    sign = f'<span class="tgme_widget_message_from_author">{signature}</span>, ' if signature else ""
    return (
        f'<div class="tgme_widget_message_wrap"><div class="tgme_widget_message text_not_supported_wrap '
        f'{"service_message " if service else ""}js-widget_message" data-post="{name}/{number}" '
        f'data-view="{base64.urlsafe_b64encode(view).decode().rstrip("=")}">'
        f'<div class="tgme_widget_message_bubble">{source}{inner}{words}'
        f'<div class="tgme_widget_message_footer"><span class="tgme_widget_message_meta">{sign}'
        f'<a class="tgme_widget_message_date" href="https://t.me/{name}/{number}">'
        f'<time datetime="{at.isoformat()}" class="time">x</time></a></span></div></div></div></div>'
    )


def history(
    name: str,
    blocks: str,
    *,
    before: int | None = None,
    counters: str = "120 subscribers",
    title: str = "Первый район",
    header: bool = True,
) -> str:
    """Return a preview page."""
    more = (
        f'<div class="tgme_widget_message_centered"><a class="tme_messages_more js-messages_more" '
        f'href="/s/{name}?before={before}" data-before="{before}"></a></div>'
        if before
        else ""
    )
    cells = "".join(
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{c.split()[0]}</span> '
        f'<span class="counter_type">{c.split()[1]}</span></div>'
        for c in counters.split(", ")
    )
    card = (
        '<div class="tgme_channel_info"><div class="tgme_channel_info_header_title">'
        f'<span dir="auto">{title}</span></div><div class="tgme_channel_info_header_labels"></div>{cells}</div>'
    )
    prev = f'<link rel="prev" href="/s/{name}?before={before}">' if before else ""
    return document(
        title,
        f'{card if header else ""}<main class="tgme_main" data-url="/{name}">'
        f'<section class="tgme_channel_history js-message_history">{more}{blocks}</section></main>',
        f'{prev}<link rel="canonical" href="/s/{name}?before=99999">',
    )


NO_POSTS = (
    '<div class="tgme_widget_message_wrap"><div class="tgme_widget_message_centered">'
    '<div class="tme_no_messages_found">No posts found</div></div></div>'
)


def paged(name: str, messages: dict[int, str], **options: str) -> Callable[[Asked], str]:
    """Return a route that pages through `messages` as t.me does: 20 a page, ids below `before`."""

    def route(asked: Asked) -> str:
        below = int(asked.query.get("before", 10**9))
        ids = sorted(i for i in messages if i < below)
        shown = ids[-20:]
        cursor = shown[0] if len(ids) > 20 else None
        return history(name, "".join(messages[i] for i in shown) or NO_POSTS, before=cursor, **options)  # type: ignore[arg-type]

    return route


def daily(name: str, first: datetime, days: int) -> dict[int, str]:
    """Return a channel that was created and then posts once a day: id 1 is its birth."""
    made = {1: message(name, 1, first, "Channel created", service=True)}
    return made | {i + 1: message(name, i + 1, first + timedelta(days=i)) for i in range(1, days)}
