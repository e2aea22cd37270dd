"""The scout of official sites, which it reads for links to pages on VK and Telegram.

The page on record is read, and up to five more of the same host about the head, contacts or social networks. Only links
are stored. The site's address comes from the registry, but whoever runs the site now decides where it redirects. So
each redirect is checked: it must stay on the host or lead to an official one (a state's zone, the same domain), which
is then reported as the site's new address; and no host may be in this machine's own network. Requests: one a page, and
one for each redirect. A page, shortened, of which the two links are stored:

    <h2>Контакты</h2>
    <p>Глава района Имярек Анна: <a href="https://vk.com/imyarek_anna">ВК</a>, t.me/imyarek_anna</p>
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from auditor.base.snapshot import Cause, EvidenceKind
from auditor.base.stored_response import StoredResponse
from auditor.probes.driver import Limits, Response, Timer
from auditor.probes.http_client import HttpClient, failure_of, header
from auditor.probes.linked_text import LinkedText, linked_text
from auditor.probes.plugins import OpenedRoute, PluginContext
from auditor.probes.protocol import Call, Failure, FailureAction, MinimisedResponse, Request
from auditor.probes.target import Clock
from auditor.search.patterns import table
from auditor.search.scouted_page import Passage, PassagePlace
from auditor.search.scouts.account_links import accounts_in
from auditor.search.scouts.scout import LeadFilter, Raw, Scout, ScoutResult, Task, with_minimal_body

_HTML = re.compile(r"^\s*(?:text/html|application/xhtml\+xml|text/plain)\b", re.IGNORECASE)
_STATE_ZONES = ("gov.ru", "gosuslugi.ru")
"""Domains under which only public bodies have sites."""
_OPEN_PORTS = {None, 80, 443}
_MORE_PAGES = 5
_HOPS = 5
_OK = 200
SIZE = 4_000_000
_RESPONSE_SECONDS = 60.0


class SiteTransport:
    """Sends calls to official sites; a call's method is the site's host, so that a failing site closes no other."""

    def __init__(self, client: HttpClient) -> None:
        """Send through `client`."""
        self._client = client
        self.aclose = client.aclose

    async def send(self, call: Call, seconds: float) -> Response:
        """Send a call once. A failure closes no other host; only a site's first page is retried."""
        response = await self._client.get(str(call.params["url"]), seconds)
        failure = failure_of(response)
        if failure is None:
            return response
        act = failure.act if call.params.get("first") else FailureAction.DELIVER
        return replace(response, failure=failure.model_copy(update={"absent": "", "act": act}))

    def read(self, call: Call, response: Response) -> Mapping[str, Any] | Failure:  # noqa: ARG002 - as `Transport`
        """Return where a redirect leads, empty for a page; a failure if it is neither."""
        kind = header(response, "Content-Type")
        if response.location or (response.status == _OK and (not kind or _HTML.match(kind))):
            return {"location": response.location, "body": response.body}
        return Failure(at=response.at, cause=Cause.UNRECOGNISED_PAGE)


class _SiteResponse(MinimisedResponse):
    """Where a redirect leads; empty for a page."""

    location: str = ""


@dataclass(frozen=True, slots=True)
class _SitePage:
    """What is taken of a response: where it redirects, or the text with its accounts and the sections to read next."""

    location: str
    passage: Passage
    sections: list[str]


class WebsiteScout(Scout):
    """Reads official sites. They have no user names and no control, so nothing is concluded from a missing link."""

    name = "website"
    tasks = (Task.READ,)

    def __init__(
        self, opened: OpenedRoute, clock: Clock, timer: Timer | None = None, *, allow_local: bool = False
    ) -> None:
        """Ask over a `SiteTransport`. `allow_local`, for tests, allows servers on this machine and its network."""
        super().__init__(opened, clock, timer)
        self._local = allow_local

    def _why_not(self, task: Task) -> Cause | None:
        """Return None: a site can always be asked."""

    def _read(self, address: str, since: datetime, is_lead: LeadFilter) -> ScoutResult:
        """Read a site, beginning with the page `address`; its links are in the result's `passages`.

        The result has a cause if the first page could not be read: `refused` for a port that must not be asked,
        `unrecognised_page` if it redirects to another host or is not HTML.
        """
        del since, is_lead
        home = _plain(address.strip())
        result, sections = self._read_page(home, ScoutResult(), is_first=True)
        for section in [page for page in sections if page != home][:_MORE_PAGES]:
            result = replace(self._read_page(section, result)[0], cause=None)  # it only costs this section's links
        return result

    def _read_page(self, url: str, result: ScoutResult, *, is_first: bool = False) -> tuple[ScoutResult, list[str]]:
        """Read a page, following redirects; return the result with its links, or its cause, and the page's sections.

        The first page may redirect to another host: an official one is followed, any other is only noted as `moved`.
        """
        site = site_of(url)
        for _ in range(_HOPS):
            cause, tape = self._why_not_allowed(url), list[StoredResponse]()
            if cause is not None:
                return replace(result, cause=cause), []
            call = Call(site_of(url), {"url": url, "first": int(is_first)})
            request = Request(call, _SiteResponse, EvidenceKind.LEAD, recorded_url=url)
            page = self._fetch(request, tape, partial(_read_site_page, url, is_first))
            if isinstance(page, Failure):
                return replace(result, cause=page.cause), []
            if not page.location:
                return _with_links(result, url, page.passage, tape[-1]), page.sections
            if site_of(page.location) != site:
                result = replace(result, moved=_plain(page.location) if is_first else result.moved)
                if not (is_first and self._may_have_moved_to(site, site_of(page.location))):
                    break
                site = site_of(page.location)
            url = _plain(page.location)
        return replace(result, cause=Cause.UNRECOGNISED_PAGE), []

    def _may_have_moved_to(self, old: str, new: str) -> bool:
        """Return whether a body's site may have moved to a host: one in a state's zone, or its parent or subdomain.

        With `allow_local`, `localhost` with the same port is such a host, for tests.
        """
        (old_host, old_port), (new_host, new_port) = (site.partition(":")[::2] for site in (old, new))
        if new_host == "localhost":
            return self._local and old_port == new_port
        if not new_host.rpartition(".")[2][:1].isalpha():  # an IP address, in any form that resolvers accept
            return False
        return any(_under(new_host, zone) for zone in (*_STATE_ZONES, old_host)) or (
            "." in new_host and _under(old_host, new_host)
        )

    def _why_not_allowed(self, url: str) -> Cause | None:
        """Return why a URL must not be asked, None if it may be; hosts are checked by the transport."""
        try:
            url_parts = urlsplit(url)
            host, port = url_parts.hostname, url_parts.port
        except ValueError:
            return Cause.WRONG_KIND
        if url_parts.scheme not in {"http", "https"} or not host or "@" in url_parts.netloc:
            return Cause.WRONG_KIND
        return None if port in _OPEN_PORTS or self._local else Cause.REFUSED


def _with_links(result: ScoutResult, url: str, passage: Passage, record: StoredResponse) -> ScoutResult:
    """Add the accounts that a page links; only these are stored. A text repeated on several pages is added once."""
    record = with_minimal_body(record, {"url": url, "links": sorted({address.url for address in passage.links})})
    is_new = (passage.text, passage.links) not in {(other.text, other.links) for other in result.passages}
    passages = [replace(passage, evidence=record.evidence.id)] if passage.links and is_new else []
    return replace(result, responses=(*result.responses, record), passages=(*result.passages, *passages))


def _under(host: str, zone: str) -> bool:
    return host == zone or host.endswith(f".{zone}")


def _plain(url: str) -> str:
    """Return a URL without its fragment, and with a slash after a host alone."""
    bare = url.partition("#")[0]
    return bare + "/" if re.fullmatch(r"https?://[^/?#]+", bare, re.IGNORECASE) else bare


def site_of(url: str) -> str:
    """Return a site's host in ASCII without ``www.``, with a port other than 80 and 443; empty if the URL has none."""
    try:
        url_parts = urlsplit(url)
        port = url_parts.port
        host = (url_parts.hostname or "").casefold()
        name = (host if host.isascii() else host.encode("idna").decode("ascii")).removeprefix("www.")
    except (ValueError, UnicodeError):
        return ""
    if url_parts.scheme not in {"http", "https"}:
        return ""
    return name if port in {None, 80, 443} else f"{name}:{port}"


# A page: its letters, the sections that may name accounts, the text around each account ------------------------------

_LONG, _MOST_LINKS = 200_000, 400
"""How many characters and accounts of one page are read."""
_LONGEST = 120
"""A link's text longer than this, in characters, is the headline of a news item, not a section's name."""
_SECTIONS = [[re.compile(words, re.IGNORECASE) for words in section] for section in table("sections").items()]
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z|jpe?g|png|gif|svg|webp|mp[34]|avi|xml)$", re.IGNORECASE
)


def decoded(body: bytes) -> str:
    """Return a page's text: as UTF-8 if that is valid, whatever charset is declared, else as windows-1251."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("windows-1251", errors="replace")


def sections_of(tree: LexborHTMLParser, base: str) -> list[str]:
    """Return the URLs of the site's pages that may name accounts: the best of each section, then the second best …"""
    ranked = []
    for position, node in enumerate(tree.css("a[href]")):
        url = _joined(base, node.attributes.get("href") or "")
        link_text = " ".join(linked_text(node, flowing=True).text.split())
        section = _section(link_text, urlsplit(url).path) if url is not None and site_of(url) == site_of(base) else None
        if section is not None:
            ranked.append((section, len(link_text), position, url))
    by_section = [[url for *_, url in urls] for _, urls in groupby(sorted(ranked), key=itemgetter(0))]
    return list(dict.fromkeys(url for turn in zip_longest(*by_section) for url in turn if url))


def _section(link_text: str, path: str) -> int | None:
    if len(link_text) > _LONGEST or _NO_PAGE.search(path):
        return None
    spelled = re.sub(r"[_\d-]+", " ", path)
    sections = (
        n for n, (called, written) in enumerate(_SECTIONS) if called.search(link_text) or written.search(spelled)
    )
    return next(sections, None)


def _joined(base: str, href: str) -> str | None:
    try:
        return urldefrag(urljoin(base, href.strip()))[0]
    except ValueError:
        return None


def _read_site_page(url: str, is_first: bool, raw: Raw) -> _SitePage:
    tree = LexborHTMLParser(decoded(raw["body"]))
    sections = [section for section in (sections_of(tree, url) if is_first else ()) if section != url]
    return _SitePage(raw["location"], _passage_of(linked_text(tree.body, flowing=True), url), sections)


def _passage_of(linked: LinkedText, url: str) -> Passage:
    """Return a page's text, cut to `_LONG` characters, with the accounts in it."""
    text = linked.text[:_LONG]
    rows = [row for row in accounts_in(linked, mentions=False) if row[0] <= len(text)][:_MOST_LINKS]
    return Passage(PassagePlace.WEBSITE, text, tuple(a for _, a in rows), tuple(at for at, _ in rows), url=url)


def open_scout(context: PluginContext, _record_addresses: object) -> WebsiteScout:
    """Return the scout of official sites."""
    settings = context.settings
    client = HttpClient(
        context.clock,
        settings.website_proxy,
        size=SIZE,
        public=not settings.website_local,
        ca_bundle=settings.ca_bundle,
    )
    opened = OpenedRoute(
        SiteTransport(client), Limits(interval=settings.website_interval, response_timeout=_RESPONSE_SECONDS)
    )
    return WebsiteScout(opened, context.clock, allow_local=settings.website_local)
