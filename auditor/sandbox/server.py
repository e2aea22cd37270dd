"""The world on loopback: one thread, a port each for VK, t.me and official sites, two for MTProto where asked for."""

import asyncio
import contextlib
import socket
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

import uvicorn
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from auditor.sandbox.state import Request, State
from auditor.sandbox.tme.routes import Reply, TelegramWeb
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.model import Site
from auditor.sandbox.world.world import World

if TYPE_CHECKING:
    from auditor.sandbox.mtproto import MtprotoServer

_STARTS_WITHIN, _ENDS_WITHIN = 10.0, 1.0
"""Seconds."""


class _Server(uvicorn.Server):
    """A server that ends as soon as it is told. uvicorn's own looks every 0.1 s and then sleeps for another 0.1 s."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Begin to end. To be called in the server's loop."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        """Set the Date of answers once a second until told to end."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 0.1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen no more, let answers that are being made come to their end for a second, cut the rest."""
        for closing in (*self.servers, *(sockets or ())):
            closing.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        ends = time.monotonic() + _ENDS_WITHIN
        while (self.server_state.connections or self.server_state.tasks) and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        for task in self.server_state.tasks:
            task.cancel()


class Sandbox(State):
    """Serves `world` on 127.0.0.1 while the ``with`` block lasts.

    Set `now` to run several weeks. `faults` has the named switches, `requests` what was asked for.

    To get `stale`: set `now` a week back (``world.now - timedelta(days=7)``), run ``weekly`` for that week, then
    judge the world's week from the archive alone; ``world.truth(stale=True)`` says what must come out. For one
    account: ``faults.on("unreachable:NAME", since=world.ends)`` lets the first run see it and the second not, which
    is `unreachable`, not `stale`: a failed attempt keeps its own cause.

    MTProto starts when a signed-in client's side is first asked for (`telegram_dc`, `settings` with a folder, …), so
    that a test without it does not wait for Telethon.
    """

    def __init__(self, world: World) -> None:
        """Prepare; nothing listens yet. `now` is the Tuesday noon after the week."""
        super().__init__(world.accounts, world.now)
        self.world = world
        self._mtproto: MtprotoServer | None = None
        self._vk = VkApi(self)
        self._telegram = TelegramWeb(self)
        self._sockets: list[socket.socket] = []
        self._ports: list[int] = []
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._released: asyncio.Event | None = None

    @property
    def vk_url(self) -> str:
        """Where VK's API answers: without ``/method``."""
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def telegram_url(self) -> str:
        """Where t.me answers."""
        return f"http://127.0.0.1:{self._ports[1]}"

    def website_url(self, office: str = "") -> str:
        """Return the address of an office's official site; without an office, what `World.registry_yaml` asks for."""
        base = f"http://127.0.0.1:{self._ports[2]}"
        return f"{base}/{office}/" if office else base

    def registry_yaml(self, *, before: bool = False) -> str:
        """Write the world's officials.yaml with the addresses under which the official sites are served here."""
        return self.world.registry_yaml(before=before, websites=self.website_url())

    @property
    def telegram_dc(self) -> str:
        """Where MTProto answers, as ``AUDITOR_TELEGRAM_DC`` has it: ``2@127.0.0.1:PORT``."""
        dc, port = next(iter(self._client_side().ports.items()))
        return f"{dc}@127.0.0.1:{port}"

    @property
    def telegram_public_key_pem(self) -> str:
        """The key by which a client knows the MTProto server, PKCS#1 PEM."""
        from auditor.sandbox.mtproto.keys import public_key_pem  # noqa: PLC0415 - Telethon, for those who ask for it

        return public_key_pem()

    def make_session(self, path: Path) -> Path:
        """Write a signed-in Telethon session (mode 0600) and return its path, which ends in ``.session``."""
        return self._client_side().make_session(path)

    def settings(self, client: Path | None = None, *, user_token: bool = False) -> dict[str, str]:
        """Return the environment (DESIGN.md section 8) that points the probes here, at full speed.

        `user_token`: VK's key is a user's, which may search, and not a service key.

        With a folder in `client` a signed-in Telegram client is pointed here as well: the session (unless there is one
        already) and the server's public key are written into it.
        """
        key = {"AUDITOR_VK_TOKEN": self.vk_user_token} if user_token else {}
        return {**self._open_routes(), **key, **({} if client is None else self._client_route(client))}

    def _client_route(self, folder: Path) -> dict[str, str]:
        key, session = folder / "telegram.pem", folder / "telegram.session"
        key.write_text(self.telegram_public_key_pem, encoding="ascii")
        key.chmod(0o600)  # no secret, but it lies in a folder of which all is its owner's
        return {
            "AUDITOR_TELEGRAM_API_ID": str(self.telegram_api_id),
            "AUDITOR_TELEGRAM_API_HASH": self.telegram_api_hash,
            "AUDITOR_TELEGRAM_SESSION": str(session if session.exists() else self.make_session(session)),
            "AUDITOR_TELEGRAM_DC": self.telegram_dc,
            "AUDITOR_TELEGRAM_INTERVAL": "0",
            "AUDITOR_TELEGRAM_PUBLIC_KEY": str(key),
        }

    def _client_side(self) -> "MtprotoServer":
        """Return the MTProto server, started when first asked for. Raises `RuntimeError` outside the ``with`` block."""
        if self._mtproto is None:
            from auditor.sandbox.mtproto import MtprotoServer  # noqa: PLC0415 - Telethon, for those who ask for it
            from auditor.sandbox.mtproto.server import HOME_DC, OTHER_DC  # noqa: PLC0415 - as above

            if self._loop is None:
                raise RuntimeError("the sandbox does not run")
            mtproto = MtprotoServer(self, {dc: _listen() for dc in (HOME_DC, OTHER_DC)})
            asyncio.run_coroutine_threadsafe(mtproto.start(), self._loop).result(_STARTS_WITHIN)
            self._mtproto = mtproto
        return self._mtproto

    def _open_routes(self) -> dict[str, str]:
        return {
            "AUDITOR_VK_API_URL": self.vk_url,
            "AUDITOR_VK_TOKEN": self.vk_token,
            "AUDITOR_VK_RPS": "1000",
            "AUDITOR_TELEGRAM_WEB_URL": self.telegram_url,
            "AUDITOR_TELEGRAM_WEB_INTERVAL": "0",
            "AUDITOR_WEBSITE_INTERVAL": "0",
            "AUDITOR_WEBSITE_LOCAL": "1",
        }

    def __enter__(self) -> Self:
        """Listen on three free ports and serve from a thread."""
        self._sockets = [_listen(), _listen(), _listen()]
        self._ports = [s.getsockname()[1] for s in self._sockets]
        config = uvicorn.Config(
            self._app,
            http=self._protocol(),
            ws="none",
            lifespan="off",
            interface="asgi3",
            proxy_headers=False,
            loop="asyncio",
            log_config=None,
            access_log=False,
        )
        self._server = _Server(config)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="sandbox", daemon=True)
        self._thread.start()
        if not ready.wait(_STARTS_WITHIN):
            raise RuntimeError("the sandbox did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Release hanging answers, stop the server, wait for its thread."""
        assert self._server is not None
        assert self._thread is not None
        if self._loop is not None and self._mtproto is not None:
            asyncio.run_coroutine_threadsafe(self._mtproto.stop(), self._loop).result()
            self._mtproto = None
        if self._loop is not None and self._released is not None:
            self._loop.call_soon_threadsafe(self._released.set)
            self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join()
        self._loop = None

    def _run(self, ready: threading.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: threading.Event) -> None:
        assert self._server is not None
        self._loop, self._released = asyncio.get_running_loop(), asyncio.Event()
        serving = asyncio.create_task(self._server.serve(sockets=self._sockets))
        while not self._server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.002)
        ready.set()
        await serving

    def _protocol(self) -> type[H11Protocol]:
        """Remember each connection's transport, so that an answer can be a cut connection."""
        transports = self._transports

        class Protocol(H11Protocol):
            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its parent
                super().connection_made(transport)
                if self.client is not None:
                    transports[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                if self.client is not None:
                    transports.pop(self.client, None)
                super().connection_lost(exc)

        return Protocol

    async def _app(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HttpRequest(scope, receive)
        network = ("vk", "telegram", "website")[self._ports.index(scope["server"][1])]
        try:
            body = parse_qsl((await request.body()).decode(errors="replace"), keep_blank_values=True)
        except ClientDisconnect:  # a client that was killed in the middle of its question wants no answer
            return
        query = parse_qsl(request.url.query, keep_blank_values=True)
        if network == "vk":
            response = await self._answer_vk(request, {**dict(query), **dict(body)})
        elif network == "website":
            response = await self._answer_website(request)
        else:
            response = await self._answer_telegram(request, dict(query), dict(body))
        self.answered()
        if response is None:
            await self._cut(scope)
            return
        await response(scope, receive, send)

    async def _answer_vk(self, request: HttpRequest, params: dict[str, str]) -> Response | None:
        about = next(
            (params[k] for k in ("owner_id", "domain", "user_ids", "group_ids", "screen_name") if k in params), ""
        )
        self.requests.append(Request("vk", request.method, request.url.path, "", about))
        authorization = request.headers.get("authorization", "")
        if authorization.startswith("Bearer "):
            params.setdefault("access_token", authorization.removeprefix("Bearer "))
        method = request.url.path.removeprefix("/method/")
        if await self._silenced("vk") or self._cut_off(params):
            return None
        if "vk_502" in self.faults:
            return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
        if "vk_html" in self.faults:
            return HTMLResponse("<!DOCTYPE html><title>synthetic</title><p>429</p>")
        return JSONResponse(self._vk.call(method, params))

    def _cut_off(self, params: dict[str, str]) -> bool:
        touched = self._vk.touches(params)
        return any(self.faults.unreachable(a.name) or self.faults.unreachable(a.address) for a in touched)

    async def _answer_telegram(
        self, request: HttpRequest, query: dict[str, str], form: dict[str, str]
    ) -> Response | None:
        path = request.url.path
        self.requests.append(Request("telegram", request.method, path, request.url.query))
        if await self._silenced("telegram"):
            return None
        if request.method == "POST":
            reply = self._telegram.post(path, form, request.headers.get("x-requested-with", ""))
        else:
            reply = self._telegram.get(path, query)
        return _response(reply)

    async def _answer_website(self, request: HttpRequest) -> Response | None:
        self.requests.append(Request("website", request.method, request.url.path, request.url.query))
        if await self._silenced("website"):
            return None
        if self.faults.spend("website_500_once", 1):
            return HTMLResponse("<h1>502 Bad Gateway</h1>", 502)
        if "website_403" in self.faults:
            return HTMLResponse("<h1>403 Forbidden</h1>", 403)
        return _page_of(self.world.sites, request.url.path, f"http://localhost:{self._ports[2]}")

    async def _silenced(self, network: str) -> bool:
        """Wait for the end where the route hangs; tell whether the connection is to be cut."""
        if f"{network}_hangs" in self.faults:
            assert self._released is not None
            await self._released.wait()
            return True
        return f"{network}_down" in self.faults

    async def _cut(self, scope: Scope) -> None:
        client = scope["client"]
        transport = self._transports.get((client[0], client[1]))
        if transport is not None:
            transport.abort()
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def _listen() -> socket.socket:
    # Named TCP, so that asyncio switches Nagle's algorithm off: each answer would wait 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    return listener


def _page_of(sites: dict[str, Site], path: str, new_host: str) -> Response:
    """Serve a page of an official site, each under its office's id: 301 to the slash after an id, 404 for no page.

    A site that moved is under ``new-`` and its office's id on `new_host`.
    """
    office, slash, page = path.lstrip("/").partition("/")
    site = sites.get(office.removeprefix("new-"))
    if site is not None and site.moved and not office.startswith("new-"):
        return Response(b"", 301, {"location": f"{new_host}/new-{office}/", "content-type": "text/html"})
    if site is not None and not slash:
        return Response(b"", 301, {"location": f"/{office}/", "content-type": "text/html"})
    if site is None or page.rstrip("/") not in site.pages:
        return HTMLResponse("<h1>Страницы нет</h1>", 404)
    kind = f"text/html; charset={site.charset}" if site.said else "text/html"
    content = site.pages[page.rstrip("/")].encode(site.charset, "xmlcharrefreplace")
    return Response(content, headers={"content-type": kind})


def _response(reply: Reply) -> Response | None:
    if reply.cut:
        return None
    kind = "application/json" if reply.json else "text/html"
    headers: dict[str, Any] = dict(reply.headers)
    return Response(reply.body, reply.status, headers, media_type=kind)
