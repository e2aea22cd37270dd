"""A page of an official site: its letters, the sections that may name accounts, and the text around each account."""

import codecs
import re
from collections.abc import Sequence
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.probes.linked import Marked, accounts_in, marked
from auditor.probes.pages import Passage, Place
from auditor.search.scouts.hosts import site_of

_AROUND = 250
"""Characters of text kept on either side of a link."""
_LONGEST = 120
"""A link with more words than this is the headline of a news item, not a section's name."""
# What a section is called that may name accounts, most promising first, and how its path may be spelled. «Главная» is
# the front page and not the head's.
_SECTIONS = tuple(
    (re.compile(words, re.IGNORECASE), re.compile(path, re.IGNORECASE))
    for words, path in (
        (
            r"соц(?:иальн\w+)?[\s-]*(?:сет|медиа)|мы\s+в\s+(?:вк|телеграм|сет)|госпаблик|аккаунт|официальн\w+\s+страниц",
            r"soc(?:ial|seti|set)|sots|gospab|accounts?\b",
        ),
        (r"\b(?:глав(?:а|ы|е|у|ой)|мэр\w{0,2})\b", r"\b(?:glava|glavy|mayor|mer|mehr|head)\b"),
        (r"руковод(?:ств|ител)\w*", r"rukovod|leader|management"),
        (r"контакт\w*", r"kontakt|contact"),
        (r"\bадминистраци\w*|структур\w*", r"\badministra|struct|struktur"),
    )
)
_NO_PAGE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|rtf|zip|rar|7z|jpe?g|png|gif|svg|webp|mp[34]|avi|xml)$", re.IGNORECASE
)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_BASIC = {"iso8859-1", "ascii", "cp1252"}
"""What servers say by default of pages in Russian, which these cannot hold."""


def decoded(body: bytes, content_type: str) -> str:
    """Return a page's text. Text that is valid UTF-8 is UTF-8, whatever is said of it; Russian in another code is not.

    Then the page's and the server's words are believed, and without them windows-1251, in which old sites are written.
    """
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    header, meta = _HEADER.search(content_type), _META.search(body[:4096])
    for said in (header[1] if header else "", meta[1].decode("ascii") if meta else ""):
        if (name := _codec(said)) is not None:
            return body.decode(name, errors="replace")
    return body.decode("windows-1251", errors="replace")


def _codec(said: str) -> str | None:
    """Return the codec that a page may be in; None for an unknown word, UTF-8 that it is not, and no Russian."""
    try:
        name = codecs.lookup(said).name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return None if name in _BASIC or name.startswith("utf") else name


def sections_of(tree: LexborHTMLParser, base: str) -> list[str]:
    """Return pages of the same site that may name accounts: the best of each section, then the rest of them."""
    ranked: dict[str, tuple[int, int, int]] = {}
    for place, node in enumerate(tree.css("a[href]")):
        url = _joined(base, node.attributes.get("href") or "")
        words = " ".join(marked(node, flowing=True).text.split())
        section = _section(words, urlsplit(url).path) if url is not None and site_of(url) == site_of(base) else None
        if url is not None and section is not None:
            ranked[url] = min(ranked.get(url, (99, 0, 0)), (section, len(words), place))
    counted: dict[int, int] = {}
    rows = []
    for url, (section, length, place) in sorted(ranked.items(), key=lambda row: row[1]):
        turn = counted[section] = counted.get(section, 0) + 1
        rows.append((turn, section, length, place, url))
    return [row[-1] for row in sorted(rows)]


def _section(words: str, path: str) -> int | None:
    if len(words) > _LONGEST or _NO_PAGE.search(path):
        return None
    spelled = re.sub(r"[_\d-]+", " ", path)
    for number, (called, written) in enumerate(_SECTIONS):
        if called.search(words) or written.search(spelled):
            return number
    return None


def _joined(base: str, href: str) -> str | None:
    try:
        return urldefrag(urljoin(base, href.strip()))[0]
    except ValueError:
        return None


def passages_of(whole: Marked, url: str) -> list[Passage]:
    """Return the text around each account that a page names; what overlaps is one passage."""
    rows = accounts_in(whole, mentions=False)
    groups: list[list[tuple[int, Address]]] = []
    for row in rows:
        if groups and row[0] - groups[-1][-1][0] <= 2 * _AROUND:
            groups[-1].append(row)
        else:
            groups.append([row])
    return [_around(whole.text, group, url) for group in groups]


def _around(text: str, group: Sequence[tuple[int, Address]], url: str) -> Passage:
    start, end = max(0, group[0][0] - _AROUND), min(len(text), group[-1][0] + _AROUND)
    while start and start < group[0][0] and not text[start - 1].isspace():
        start += 1  # not in the middle of a word
    while end < len(text) and end > group[-1][0] and not text[end].isspace():
        end -= 1
    return Passage(
        Place.WEBSITE,
        text[start:end],
        tuple(address for _, address in group),
        tuple(place - start for place, _ in group),
        url=url,
    )
