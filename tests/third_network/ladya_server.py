"""Ladya's server: invented pages with posts and comments, answered as JSON on loopback."""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

_ids = count(1000)


@dataclass
class InventedComment:
    """A comment by the page with the name `author`, who has the id `author_id`."""

    at: datetime
    author: str
    author_id: int
    text: str
    reply: int | None = None
    id: int = field(default_factory=lambda: next(_ids))


@dataclass
class InventedPost:
    """A post and the comments under it."""

    at: datetime
    text: str
    comments: list[InventedComment] = field(default_factory=list)
    id: int = field(default_factory=lambda: next(_ids))


@dataclass
class InventedPage:
    """A page, whose posts are in order of time."""

    name: str
    id: int
    created: datetime
    posts: list[InventedPost] = field(default_factory=list)

    def write(self, at: datetime, text: str) -> InventedPost:
        """Add a post."""
        self.posts.append(InventedPost(at, text))
        return self.posts[-1]

    def ask(self, post: InventedPost, text: str, *, answer: str = "") -> None:
        """Let a neighbour ask under a post an hour later, and the page answer after another, if it does."""
        asked = InventedComment(post.at + timedelta(hours=1), "sosed", 900_001, text)
        post.comments.append(asked)
        if answer:
            answered_at = asked.at + timedelta(hours=1)
            post.comments.append(InventedComment(answered_at, self.name, self.id, answer, reply=asked.id))


@dataclass
class Ladya:
    """All pages; `fails` answers everything with a server's error, of `refused` methods with an error of Ladya's."""

    pages: list[InventedPage]
    fails: bool = False
    refused: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    """The methods that were requested."""

    def answer(self, method: str, params: dict[str, str]) -> dict[str, Any] | None:
        """Return the answer to a request; None without such a method."""
        self.asked.append(method)
        if method in self.refused:
            return {"error": "private"}
        methods = {"user": self._user, "posts": self._posts, "comments": self._comments}
        return methods[method](params) if method in methods else None

    def _user(self, params: dict[str, str]) -> dict[str, Any]:
        page = next((page for page in self.pages if page.name == params["name"]), None)
        if page is None:
            return {"user": None}
        about = f"Вымышленная страница {page.name}"
        facts = {"id": page.id, "name": page.name, "created": page.created.isoformat(), "about": about}
        return {"user": {**facts, "posts": len(page.posts), "subscribers": 310}}

    def _posts(self, params: dict[str, str]) -> dict[str, Any]:
        page = next(page for page in self.pages if page.id == int(params["user"]))
        rows = [
            {"id": post.id, "user": page.id, "at": post.at.isoformat(), "text": post.text}
            | {"comments": len(post.comments), "open": True}
            for post in reversed(page.posts)
        ]
        return _part_of(rows, params)

    def _comments(self, params: dict[str, str]) -> dict[str, Any]:
        post = next(post for page in self.pages for post in page.posts if post.id == int(params["post"]))
        rows = [
            {"id": comment.id, "post": post.id, "at": comment.at.isoformat(), "reply": comment.reply}
            | {"author": {"id": comment.author_id, "name": comment.author}, "text": comment.text}
            for comment in post.comments
        ]
        return _part_of(rows, params)


def _part_of(rows: list[dict[str, Any]], params: dict[str, str]) -> dict[str, Any]:
    offset, size = int(params["offset"]), int(params["count"])
    return {"total": len(rows), "items": rows[offset : offset + size]}


@contextmanager
def serving(ladya: Ladya):
    """Serve the pages; yield the server's address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            params = {name: values[0] for name, values in parse_qs(url.query).items()}
            answer = None if ladya.fails else ladya.answer(url.path.strip("/"), params)
            self.send_response_only(500 if ladya.fails else 404 if answer is None else 200)
            body = json.dumps(answer).encode()
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
