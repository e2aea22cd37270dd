"""Official sites of the synthetic world: plain pages with links, one in windows-1251. All words are invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from auditor.sandbox.model import Site

NOTE = "<!-- synthetic page of auditor's sandbox: every name, text and number in it is invented -->"


def site(
    office: str,
    title: str,
    body: Sequence[tuple[str, str]],
    social: Sequence[str],
    *,
    inside: bool = False,
    cyrillic: bool = False,
) -> Site:
    """Make a site: `body` is a row of (paragraph, address it links to or ""), `social` the addresses in its footer.

    `inside`: the body stands not on the front page but on the head's. `cyrillic`: its bytes are windows-1251, and only
    the page itself says so.
    """
    charset = "windows-1251" if cyrillic else "utf-8"
    front = _page(title, charset, _body([(title, "")] if inside else body), social)
    head = _page(f"Глава. {title}", charset, _body(body if inside else [("Приём по записи.", "")]), ())
    contacts = "<p>Приёмная: +7 000 000-00-00, priemnaya@example.invalid</p>"
    return Site(
        office, {"": front, "glava": head, "kontakty": _page(title, charset, contacts, ())}, charset, said=not cyrillic
    )


def _body(paragraphs: Sequence[tuple[str, str]]) -> str:
    return "\n".join(
        f"<p>{escape(words)}</p>"
        if not address
        else f'<p>{escape(words)}: <a href="{escape(address)}">страница</a></p>'
        for words, address in paragraphs
    )


def _page(title: str, charset: str, body: str, social: Sequence[str]) -> str:
    icons = "".join(
        f'<a class="icon" href="{escape(one)}" title="Мы в сети"><img src="/i.svg" alt=""></a>' for one in social
    )
    return (
        f'<!DOCTYPE html>\n<html lang="ru"><head><meta charset="{charset}">{NOTE}<title>{escape(title)}</title>\n'
        '<style>.icon { width: 16px }</style><script>var a = "https://vk.com/share.php?url=x";</script></head>\n'
        f'<body><header><a href="./">{escape(title)}</a> <a href="glava">Глава</a> <a href="kontakty">Контакты</a>'
        "</header>\n"
        f"<main>{body}</main>\n"
        f'<footer>{icons}<a href="https://vk.com/share.php?url=example.invalid">Поделиться</a></footer></body></html>\n'
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer of a site."""

    status: int
    content: bytes
    kind: str = "text/html"
    location: str = ""


class Sites:
    """Answers for all official sites of one world, each under its office's id."""

    def __init__(self, sites: dict[str, Site]) -> None:
        """Serve `sites`."""
        self._sites = sites

    def get(self, path: str) -> _Found:
        """Answer a GET: 301 to the slash after an id, 404 for what is not there."""
        office, slash, page = path.lstrip("/").partition("/")
        found = self._sites.get(office)
        if found is not None and not slash:
            return _Found(301, b"", location=f"/{office}/")
        if found is None or page.rstrip("/") not in found.pages:
            return _Found(404, "<h1>Страницы нет</h1>".encode(), "text/html; charset=utf-8")
        kind = f"text/html; charset={found.charset}" if found.said else "text/html"
        return _Found(200, found.pages[page.rstrip("/")].encode(found.charset, "xmlcharrefreplace"), kind)
