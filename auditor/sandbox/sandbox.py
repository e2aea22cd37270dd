"""The world on loopback: one thread, a port each for VK, t.me and official sites, and on demand one for MTProto."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from auditor.sandbox.ports import HttpRequest, HttpResponse, Port, http
from auditor.sandbox.state import LoggedRequest, SandboxState
from auditor.sandbox.tme.routes import TelegramWeb
from auditor.sandbox.vk.api import VkApi
from auditor.sandbox.world.world import World

if TYPE_CHECKING:
    from auditor.sandbox.mtproto import MtprotoServer

_STARTS_WITHIN = 10.0
"""Seconds."""


class Sandbox(SandboxState):
    """Serves `world` on 127.0.0.1 while the ``with`` block lasts.

    Set `now` to run several weeks. `faults` has the named switches, `requests` the requests so far.

    MTProto starts when a signed-in client first needs it (`telegram_dc`, `settings` with a folder, …), so that other
    tests do not wait for Telethon.
    """

    def __init__(self, world: World) -> None:
        """Prepare; nothing listens yet. `now` is the Tuesday noon after the week."""
        super().__init__(world.accounts, world.now)
        self.world = world
        self._mtproto: MtprotoServer | None = None
        self._vk = VkApi(self)
        self._telegram = TelegramWeb(self)
        self._ports: list[Port] = []
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None

    @property
    def vk_url(self) -> str:
        """The address of VK's API, without ``/method``."""
        return f"http://127.0.0.1:{self._ports[0].number}"

    @property
    def telegram_url(self) -> str:
        """The address of t.me."""
        return f"http://127.0.0.1:{self._ports[1].number}"

    def website_url(self, office: str = "") -> str:
        """Return the address of an office's official site; without an office, the argument of `World.registry_yaml`."""
        base = f"http://127.0.0.1:{self._ports[2].number}"
        return f"{base}/{office}/" if office else base

    def registry_yaml(self, *, week_earlier: bool = False) -> str:
        """Write the world's officials.yaml with the addresses under which the official sites are served here."""
        return self.world.registry_yaml(week_earlier=week_earlier, websites=self.website_url())

    @property
    def telegram_dc(self) -> str:
        """The address of MTProto, as ``AUDITOR_TELEGRAM_DC`` has it: ``2@127.0.0.1:PORT``."""
        return f"2@127.0.0.1:{self._client_side().port.number}"

    def settings(self, client: Path | None = None, *, user_token: bool = False) -> dict[str, str]:
        """Return the environment (docs/dev/design.md, section 8) that points the probes here, at full speed.

        `user_token`: VK's key is a user's, which may search, and not a service key.

        With a folder in `client` a signed-in Telegram client is pointed here as well: the session (unless there is one
        already) and the server's public key are written into it.
        """
        key = {"AUDITOR_VK_TOKEN": self.vk_user_token} if user_token else {}
        return {**self._open_routes(), **key, **({} if client is None else self._client_route(client))}

    def _client_route(self, folder: Path) -> dict[str, str]:
        from auditor.sandbox.mtproto.auth_keys import public_key_pem  # noqa: PLC0415 - Telethon, for those who ask for it

        server, key, session = self._client_side(), folder / "telegram.pem", folder / "telegram.session"
        key.write_text(public_key_pem(), encoding="ascii")
        key.chmod(0o600)  # no secret, but every file of this folder is private
        return {
            "AUDITOR_TELEGRAM_API_ID": str(self.telegram_api_id),
            "AUDITOR_TELEGRAM_API_HASH": self.telegram_api_hash,
            "AUDITOR_TELEGRAM_SESSION": str(session if session.exists() else server.make_session(session)),
            "AUDITOR_TELEGRAM_DC": self.telegram_dc,
            "AUDITOR_TELEGRAM_INTERVAL": "0",
            "AUDITOR_TELEGRAM_PUBLIC_KEY": str(key),
        }

    def _client_side(self) -> "MtprotoServer":
        """Return the MTProto server, started when first needed. Raises `RuntimeError` outside the ``with`` block."""
        if self._mtproto is None:
            from auditor.sandbox.mtproto import MtprotoServer  # noqa: PLC0415 - Telethon, for those who ask for it

            if self._loop is None:
                raise RuntimeError("the sandbox does not run")
            self._mtproto = MtprotoServer(self)
            self._ports.append(self._mtproto.port)
            asyncio.run_coroutine_threadsafe(self._mtproto.port.start(), self._loop).result(_STARTS_WITHIN)
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
        networks = {"vk": self._answer_vk, "telegram": self._answer_telegram, "website": self._answer_website}
        self._ports = [Port(http(self._with_faults(network, respond))) for network, respond in networks.items()]
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), name="sandbox", daemon=True)
        self._thread.start()
        if not ready.wait(_STARTS_WITHIN):
            raise RuntimeError("the sandbox did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut every connection, stop listening, wait for the thread."""
        assert self._loop is not None
        assert self._ending is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()
        self._loop = self._mtproto = None

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        for port in self._ports:
            await port.start()
        ready.set()
        await self._ending.wait()
        for port in self._ports:
            await port.stop()

    def _with_faults(
        self, network: str, respond: Callable[[HttpRequest], HttpResponse]
    ) -> Callable[[HttpRequest], Coroutine[None, None, HttpResponse]]:
        """Return a network's handler of requests, which logs them, and hangs or drops them while such a fault is on."""

        async def respond_or_fail(request: HttpRequest) -> HttpResponse:
            self.requests.append(LoggedRequest(network, request.method, request.path, request.query))
            if f"{network}_hangs" in self.faults:
                await asyncio.Event().wait()
            response = HttpResponse(drop_connection=True) if f"{network}_down" in self.faults else respond(request)
            self.count_request()
            return response

        return respond_or_fail

    def _answer_vk(self, request: HttpRequest) -> HttpResponse:
        params = {**request.params, **request.form}
        if "vk_502" in self.faults:
            return HttpResponse("<h1>502 Bad Gateway</h1>", 502)
        if "vk_html" in self.faults:
            return HttpResponse("<!DOCTYPE html><title>synthetic</title><p>429</p>")
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        response = self._vk.call(request.path.removeprefix("/method/"), {"access_token": bearer, **params})
        return HttpResponse(json.dumps(response, ensure_ascii=False), json=True)

    def _answer_telegram(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return self._telegram.post(request.path, request.form, request.headers.get("x-requested-with", ""))
        return self._telegram.get(request.path, request.params)

    def _answer_website(self, request: HttpRequest) -> HttpResponse:
        """Serve a page of an official site, each under its office's id; 404 for no page."""
        office, _, page = request.path.lstrip("/").partition("/")
        site = self.world.sites.get(office)
        text = None if site is None else site.pages.get(page.rstrip("/"))
        return HttpResponse("<h1>Страницы нет</h1>", 404) if text is None else HttpResponse(text)
