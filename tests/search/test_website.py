"""Official sites read for links: what is taken, what is kept, where is gone on, and what is not asked."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.settings import load_settings
from auditor.base.snapshot import Cause, EvidenceKind
from auditor.probes.driver import Response
from auditor.probes.plugins import PluginContext
from auditor.search.scouted_page import PassagePlace
from auditor.search.scouts.scout import ScoutResult, Task
from auditor.search.scouts.website import decoded, open_scout, sections_of, site_of
from tests.search.memory_scouts import Sites, any_page, moved, site_scout

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOME = "https://rayon.example/"
LINK = '<a href="https://vk.com/imyarek_a">ВК</a>'
FOUND = ["https://vk.com/imyarek_a"]


def read(sites: Sites, url: str = HOME) -> ScoutResult:
    return site_scout(sites).read(url, NOW, any_page)


def linked(result: ScoutResult) -> list[str]:
    return [str(a) for p in result.passages for a in p.links]


def typed(kind: str) -> Response:
    return Response(NOW, 200, b"<p>vk.com/imyarek_a", (("Content-Type", kind),) if kind else ())


def test_it_reads_and_has_no_names_and_no_search() -> None:
    """Nor pages on a network."""
    scout, wrong = site_scout(Sites({})), ScoutResult(cause=Cause.WRONG_KIND)
    assert [(d.task, d.open) for d in scout.capabilities()] == [(Task.READ, True)]
    assert scout.try_names(["imyarek"], any_page) == scout.search("Имярек", any_page) == wrong
    assert scout.read(Address.parse("vk.com/id1"), NOW, any_page) == wrong
    assert (scout.names_affordable(100), scout.requests) == (0, 0)


def test_links_come_with_the_words_around_them_and_alone_are_kept() -> None:
    """Written out, behind words and behind a picture; mail is no account; of the words a digest is kept."""
    html = """<script>var x = "https://vk.com/script";</script><h1>Глава района</h1>
        <p>Имярек А. А. ведёт <a href="https://vk.com/imyarek_a">страницу   ВКонтакте</a> и канал t.me/imyarek_tg.</p>
        <p>Приёмная +7 000 000-00-00, head@rayon.example</p>
        <a href="https://vk.ru/club77"><img alt="ВК"></a>"""
    result = read(Sites({HOME: html}))
    (passage,), (response,) = result.passages, result.responses
    urls = ["https://vk.com/imyarek_a", "https://t.me/imyarek_tg", "https://vk.com/club77"]
    lines = [line.strip() for line in re.split(r"[\x1c-\x1f\n]+", passage.text) if line.strip()]
    assert lines[:2] == ["Глава района", "Имярек А. А. ведёт страницу ВКонтакте и канал t.me/imyarek_tg."]
    assert [str(a) for a in passage.links] == urls
    assert [passage.text[at:][:12] for at in passage.offsets[:2]] == ["страницу ВКо", "t.me/imyarek"]
    assert (passage.place, passage.url, passage.at, passage.evidence) == (
        PassagePlace.WEBSITE,
        HOME,
        None,
        response.evidence.id,
    )
    assert json.loads(response.body) == {"url": HOME, "links": sorted(urls)}
    assert (response.evidence.kind, response.evidence.minimised, response.evidence.status) == (
        EvidenceKind.LEAD,
        True,
        200,
    )
    assert not [word for word in ("Имярек", "000-00") if word in repr(result)]


def test_of_a_very_long_page_the_end_is_left_out() -> None:
    """What stands in the first 200,000 characters is read, and the first 400 accounts."""
    filler = "<p>" + "слово " * 40_000 + "</p>"
    assert linked(read(Sites({HOME: f"<p>t.me/one_link</p>{filler}<p>t.me/two_link</p>"}))) == ["https://t.me/one_link"]
    assert len(linked(read(Sites({HOME: "".join(f"<p>t.me/link_{n:04}</p>" for n in range(500))})))) == 400


def test_an_empty_page_has_no_links_and_a_foot_is_there_once() -> None:
    """The first was read all the same; the body's own pages are linked from each page of its site."""
    result = read(Sites({HOME: ""}))
    assert (result.passages, result.cause, len(result.responses)) == ((), None, 1)
    foot = "<main>{}</main><footer>" + LINK + "</footer>"
    result = read(Sites({HOME: foot.format('<a href="/soc">Соцсети</a>'), f"{HOME}soc": foot.format("<a>Соцсети</a>")}))
    assert (linked(result), len(result.responses)) == (FOUND, 2)


NAMING = (
    "/social Подробнее; /x Мы в социальных сетях; /x Глава района; /p/mayor ; /rukovodstvo/ Кто есть кто; /struct ;"
    "/contacts.php?id=1 Как нас найти; https://www.rayon.example/x Администрация"
)
OTHERS = (
    "/x Главная; /main/headers x; /glava.pdf Глава; https://other.example/glava Глава; http://[ Глава;"
    f"/x {'Глава района открыл новый мост через реку, ' * 4}"
)


def test_which_pages_of_a_site_may_name_accounts() -> None:
    """By what a link is called or how its path is spelled; news, files and other hosts are left."""
    for link in [*NAMING.split(";"), *OTHERS.split(";")]:
        href, _, link_text = link.strip(" ").partition(" ")
        tree = LexborHTMLParser(f'<a href="{href}">{link_text}</a>')
        assert bool(sections_of(tree, HOME)) is (link in NAMING), link


def test_five_more_pages_are_read_the_best_of_each_section_first() -> None:
    """Social networks, the head, those in charge, contacts, the structure; the shorter name first; none twice."""
    links = "kont Контакты, adm Администрация, g2 Глава_района, g Глава, soc Соцсети, r Руководство, Контакты"
    rows = [("", *link.split())[-2:] for link in links.split(",")]
    menu = "".join(f'<a href="/{path}#top">{words.replace("_", " ")}</a>' for path, words in rows)
    sites = Sites({HOME: menu} | {HOME + path: f"t.me/found_{path}" for path, _ in rows if path})
    result = read(sites)
    assert sites.requested == [HOME + path for path in ("", "soc", "g", "r", "kont", "adm")]
    assert (len(result.responses), len(result.passages)) == (6, 5)


def test_a_page_that_fails_costs_its_own_links() -> None:
    """It is asked for once; the rest is read, and the site counts as read; none is followed to another host."""
    home = '<a href="/soc">Соцсети</a><a href="/glava">Глава</a>'
    elsewhere = [moved("http://["), moved("https://new.rayon.example/soc")]
    for page in (Response(NOW, 404), Response(NOW, 503), typed("application/pdf"), *elsewhere):
        sites = Sites({HOME: home, f"{HOME}soc": page, f"{HOME}glava": LINK})
        result = read(sites)
        assert (linked(result), result.cause, result.moved) == (FOUND, None, "")
        assert sites.requested == [HOME, f"{HOME}soc", f"{HOME}glava"]


def test_russian_is_read_in_whatever_letters_it_is_written() -> None:
    """UTF-8 where it is valid, whatever is said of it, else the letters of old sites."""
    assert {decoded("Ёлкин, щука".encode(name)) for name in ("utf-8", "utf-8-sig", "cp1251")} == {"Ёлкин, щука"}
    assert decoded(b"\xc0\x98") == "А\N{REPLACEMENT CHARACTER}"


# What goes wrong -----------------------------------------------------------------------------------------------------


def test_a_site_that_cannot_be_read_says_why() -> None:
    """All depends on the first page, so what may pass is asked for three times; a page without a type is one."""
    for response, cause, requests in (
        (Response(NOW, 404), Cause.UNRECOGNISED_PAGE, 1),
        (Response(NOW, 503), Cause.UNREACHABLE, 3),
        (typed("application/pdf"), Cause.UNRECOGNISED_PAGE, 1),
        (typed(""), None, 1),
        (typed("application/xhtml+xml"), None, 1),
        (typed("text/plain"), None, 1),
    ):
        sites = Sites({HOME: response})
        result = read(sites)
        assert (result.cause, len(sites.requested), bool(result.passages)) == (cause, requests, cause is None)


def test_what_is_no_address_of_a_page_is_not_asked() -> None:
    """Other schemes, no scheme, a login in it; other ports than the web's."""
    urls = ["ftp://rayon.example/", "rayon.example", "http://", "http://a:b@rayon.example/", "http://[x/#y"]
    for url in (*urls, "http://rayon.example:99999/", "http://rayon.example:8080/"):
        sites = Sites({url: LINK})
        assert (read(sites, url).cause, sites.requested) == (Cause.REFUSED if "8080" in url else Cause.WRONG_KIND, [])


def test_this_machine_is_not_asked(tmp_path: Path) -> None:
    """In none of the forms in which it can be written, unless the settings allow it."""
    scout = open_scout(PluginContext(load_settings({}, tmp_path), lambda: NOW, tmp_path), ())
    for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
        assert scout.read(f"http://{host}/", NOW, any_page).cause in {Cause.REFUSED, Cause.UNREACHABLE}
    assert scout.requests == 0
    scout.close()


# Redirects -----------------------------------------------------------------------------------------------------------


def test_redirects_on_the_same_host_are_followed() -> None:
    """And links are read relative to where they led; the first page is not asked for twice; a circle ends."""
    home = '<a href="glava">Глава</a><a href="/ru/">Контакты</a>'
    sites = Sites({HOME: moved("http://www.rayon.example/ru/#top"), "http://www.rayon.example/ru/": home})
    sites.pages["http://www.rayon.example/ru/glava"] = LINK
    result = read(sites, "https://rayon.example#top")
    assert (linked(result), result.moved) == (FOUND, "")
    assert sites.requested == [HOME, "http://www.rayon.example/ru/", "http://www.rayon.example/ru/glava"]
    circle = Sites({HOME: moved(f"{HOME}a"), f"{HOME}a": moved(HOME)})
    assert (read(circle).cause, len(circle.requested)) == (Cause.UNRECOGNISED_PAGE, 5)


OFFICIAL = ["rayon.gosuslugi.ru", "rayon.gov.ru", "new.rayon.example", "example.org"]
STRANGE = ["casino.example", "notgosuslugi.ru", "gosuslugi.ru.evil.example", "example", "127.0.0.1", "localhost"]


def test_to_which_hosts_a_body_may_have_moved() -> None:
    """A state's zone, and what lies under or over its own name; anybody else's is named and not read."""
    for host in OFFICIAL + STRANGE:
        old, new = "https://old.example.org/" if host == "example.org" else HOME, f"https://{host}/"
        sites = Sites({old: moved(new.rstrip("/")), new: '<a href="/soc">Соцсети</a>' + LINK})
        result, official = read(sites, old), host in OFFICIAL
        assert result.moved == new
        assert (bool(linked(result)), result.cause) == ((True, None) if official else (False, Cause.UNRECOGNISED_PAGE))
        assert sites.requested == [old, *[new, f"{new}soc"] * official]


SITES = """
    https://www.rayon.example/x rayon.example; https://RAYON.example:443/ rayon.example; http://rayon.example:x/ ;
    http://rayon.example:80 rayon.example; https://rayon.example:8443/ rayon.example:8443; ftp://rayon.example/ ;
    https://район.рф/ xn--80asmdh.xn--p1ai"""


def test_the_site_of_an_address() -> None:
    """With ``www.`` or without, http or https, in either alphabet."""
    for url, site in (row.strip("\n ").partition(" ")[::2] for row in SITES.split(";")):
        assert site_of(url) == site, url
