"""The sandbox's t.me as others' readers read the real one: the marks on which two known ones rely."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.weeks import Week
from auditor.probes.base import Target, Window
from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.media import WORDLESS
from auditor.sandbox.world.model import Account, Post
from tests import worlds
from tests.probes.signed_in import Phone
from tests.probes.telegram_world import ZONE, take

WORLD = World.build()
SHOWN = [a for a in WORLD.accounts if a.network == "telegram" and a.kind == "channel" and not a.preview_off]
SHOWN = [a for a in SHOWN if a.trouble is None and len(a.posts) > 12 and a.description]
IMAGE = re.compile(r"background-image:url\('(.*?)'\)")


@pytest.fixture(scope="module")
def web() -> Iterator[httpx.Client]:
    with Sandbox(WORLD) as sandbox:
        sandbox.now = WORLD.now
        with httpx.Client(base_url=sandbox.telegram_url) as client:
            yield client


def page(web: httpx.Client, path: str) -> LexborHTMLParser:
    answer = web.get(path)
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.text)


def test_an_address_with_a_message_shows_the_history_around_it(web: httpx.Client) -> None:
    """Some readers begin at the first message and follow `data-after`, with a slash too many, to the newest."""
    account = SHOWN[0]
    tree, seen = page(web, f"/s/{account.name}/1"), set[str]()
    for _ in range(40):
        seen |= {n.attributes["data-post"] or "" for n in tree.css(".tgme_widget_message[data-post]")}
        more = tree.css_first("section.tgme_channel_history a[data-after]")
        if more is None:
            break
        tree = page(web, f"{str(web.base_url).rstrip('/')}/{more.attributes['href']}")
    assert seen == {f"{account.name}/{p.id}" for p in account.posts_at(WORLD.now)}


@pytest.mark.parametrize("account", SHOWN, ids=lambda a: a.name)
def test_a_header_counts_what_readers_ask_for(web: httpx.Client, account: Account) -> None:
    """A picture, a name with a link, and counters of subscribers, photos, videos and links."""
    info = page(web, f"/s/{account.name}").css_first("div[class='tgme_channel_info']")
    assert info is not None
    head = info.css_first("div[class='tgme_channel_info_header']")
    assert head is not None
    assert head.css_first("img[src]") is not None
    assert head.css_first("div[class='tgme_channel_info_header_username'] a[href]") is not None
    kinds = {n.text().rstrip("s") for n in info.css("span[class='counter_type']")}
    assert {"subscriber", "photo", "video", "link"} <= kinds


@pytest.mark.parametrize("account", SHOWN, ids=lambda a: a.name)
def test_subscribers_are_counted_with_a_plain_space(web: httpx.Client, account: Account) -> None:
    """As saved pages have it: `int` reads the number once its spaces are gone."""
    extra = page(web, f"/{account.name}").css_first(".tgme_page_extra")
    assert extra is not None
    number = re.sub(r" subscribers?$", "", extra.text().strip())
    assert int(number.replace(" ", "")) == account.subscribers
    assert "\N{NO-BREAK SPACE}" not in number


@pytest.mark.parametrize("account", SHOWN, ids=lambda a: a.name)
def test_every_message_has_the_marks_that_readers_follow(web: httpx.Client, account: Account) -> None:
    """Links lead somewhere, pictures have an address in their style, stickers and link previews their parts."""
    pages = [page(web, f"/s/{account.name}/{n}") for n in (1, account.posts[-1].id)]
    for block in (b for tree in pages for b in tree.css(".tgme_widget_message")):
        assert all(a.attributes.get("href") for a in block.css("a"))
        assert block.css_first("a[class='tgme_widget_message_date'] time[datetime]") is not None
        assert block.css_first("span[class='tgme_widget_message_meta']") is not None
        for photo in block.css("a[class*='tgme_widget_message_photo_wrap']"):
            assert IMAGE.search(photo.attributes["style"] or "")
        for sticker in block.css("i[class*='tgme_widget_message_sticker']"):
            assert sticker.attributes["data-webp"]
        for preview in block.css("a[class='tgme_widget_message_link_preview']"):
            assert preview.css_first("div[class='link_preview_site_name accent_color']") is not None
            assert (preview.css_first("i.link_preview_image").attributes["style"] or "").startswith("background-image:")


def test_posts_of_every_kind_are_read_rightly_on_both_routes(tmp_path: Path) -> None:
    """A voice, a sticker and a round video are posts without words; a file and a link leave their post its words."""
    world = worlds.busy(channels=1, posts=7, comments=0)
    account = next(a for a in world.accounts if a.network == "telegram" and a.group_name)
    kinds = ("voice", "sticker", "note", "document", "link", "photo", "video")
    week = [p for p in account.posts if world.ends.timestamp() - p.at.timestamp() < 7 * 86400]
    for post, kind in zip(week, kinds, strict=True):
        post.media, post.text = kind, "" if kind in WORDLESS else post.text
    window = Window.of(Week.parse(world.week, ZONE), world.now)
    target = Target(Address(Network.TELEGRAM, account.address))
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        seen = [take(sandbox, [target], window).snapshots[target.address.url]]
        seen.append(Phone(sandbox, tmp_path).look(account))
    for snapshot in seen:
        shown = {p.id: p for p in snapshot.posts}
        assert {post.id for post in week} <= shown.keys()
        assert {post.id for post in week if not shown[post.id].sketch} == {p.id for p in week if _is_wordless(p)}


def _is_wordless(post: Post) -> bool:
    return post.media in WORDLESS
