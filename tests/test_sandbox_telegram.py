"""t.me of the sandbox: the structure of the real pages, every post on one page of the walk, every comment reachable."""

import base64
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account, Post, PostKind, Trouble

SAID_BY_FACTS_ONLY = {"js-messages_more_wrap", "tgme_widget_message_error", "err_message", "body_widget_post"}
"""Classes that facts/telegram.md names and no saved page shows."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build()) as running:
        yield running


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[httpx.Client]:
    sandbox.faults.clear()
    sandbox.now = sandbox.world.now
    with httpx.Client(base_url=sandbox.telegram_url) as client:
        yield client


def account(sandbox: Sandbox, office: str) -> Account:
    held = next(o for o in sandbox.world.offices if o.id == office)
    return next(h.account for t in reversed(held.tenures) for h in t.accounts if h.account.network == "telegram")


def of_kind(sandbox: Sandbox, kind: str) -> Account:
    return next(a for a in sandbox.world.accounts if a.network == "telegram" and a.kind == kind and a.trouble is None)


def page(web: httpx.Client, path: str) -> LexborHTMLParser:
    answer = web.get(path)
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.text)


def text(tree: LexborHTMLParser | LexborNode, selector: str) -> str | None:
    node = tree.css_first(selector)
    return None if node is None else node.text().strip()


def walk(web: httpx.Client, name: str) -> list[LexborHTMLParser]:
    """Follow rel=prev from the newest page to the one without it."""
    pages, path = [], f"/s/{name}"
    while path:
        pages.append(page(web, path))
        link = pages[-1].css_first("head link[rel=prev]")
        path = link.attributes["href"] if link else ""
    return pages


def ids(tree: LexborHTMLParser) -> list[int]:
    return [int(n.attributes["data-post"].rsplit("/", 1)[1]) for n in tree.css(".tgme_widget_message[data-post]")]


@pytest.mark.parametrize(
    ("kind", "title", "extra", "button"),
    [
        ("channel", "Telegram: View @", "subscriber", "View in Telegram"),
        ("group", "Telegram: View @", "online", "View in Telegram"),
        ("user", "Telegram: Contact @", "@", "Send Message"),
        ("bot", "Telegram: Launch @", "@", "Start Bot"),
        ("invite", "Telegram: Join Group Chat", "subscriber", "Join Channel"),
    ],
)
def test_a_landing_page_tells_its_kind(
    sandbox: Sandbox, web: httpx.Client, kind: str, title: str, extra: str, button: str
) -> None:
    """By title, counter and button, as facts/telegram.md 2 lists them; only a channel has a preview link."""
    tree = page(web, f"/{of_kind(sandbox, kind).name}")
    assert text(tree, "title").startswith(title)
    assert extra in text(tree, ".tgme_page_extra")
    assert text(tree, ".tgme_action_button_new") == button
    assert tree.css_first(".tgme_page_title") is not None
    assert (tree.css_first("a.tgme_page_context_link") is not None) == (kind == "channel")


def test_a_missing_name_gets_the_stub(web: httpx.Client) -> None:
    """HTTP 200 without a title, with the user icon and noindex."""
    tree = page(web, "/sandbox_nobody_here")
    assert tree.css_first(".tgme_page_title") is None
    assert tree.css_first(".tgme_page_icon i.tgme_icon_user") is not None
    assert tree.css_first("meta[name=robots]").attributes["content"] == "noindex, nofollow"


def test_the_landing_page_counts_exactly_and_the_preview_rounds(sandbox: Sandbox, web: httpx.Client) -> None:
    """11 286 there, 11.3K here; both carry the verified mark and the description."""
    shown = account(sandbox, "rayon-01")
    landing, preview = page(web, f"/{shown.name}"), page(web, f"/s/{shown.name}")
    exact = int(re.sub(r"\D", "", text(landing, ".tgme_page_extra")))
    assert exact == shown.subscribers > 10_000
    assert re.fullmatch(r"1[12](\.\d)?K", text(preview, ".tgme_channel_info_counter .counter_value"))
    assert landing.css_first(".tgme_page_title i.verified-icon") is not None
    assert preview.css_first(".tgme_channel_info_header_labels i.verified-icon") is not None
    assert "knd.gov.ru" in text(landing, ".tgme_page_description")
    assert "knd.gov.ru" in text(preview, ".tgme_channel_info_description")


@pytest.mark.parametrize("office", ["governor", "rayon-01", "rayon-03", "rayon-04", "rayon-20"])
def test_walking_back_shows_every_post_once(sandbox: Sandbox, web: httpx.Client, office: str) -> None:
    """No post is on two pages, none on none; the walk ends at the page without rel=prev and data-before."""
    shown = account(sandbox, office)
    pages = walk(web, shown.name)
    seen = [number for tree in reversed(pages) for number in ids(tree)]
    assert seen == [p.id for p in shown.posts_at(sandbox.now)]
    assert pages[-1].css_first(".js-messages_more[data-before]") is None
    if office == "governor":
        assert len(pages) > 6
    for tree in pages[:-1]:
        assert tree.css_first(".js-messages_more[data-before]").attributes["data-before"] == str(ids(tree)[0])


def test_walking_forward_from_a_middle_page_meets_the_newest(sandbox: Sandbox, web: httpx.Client) -> None:
    """A middle page has both links; ?after= serves ids above it."""
    shown = account(sandbox, "governor")
    numbers = [p.id for p in shown.posts_at(sandbox.now)]
    middle = page(web, f"/s/{shown.name}?before={numbers[len(numbers) // 2]}")
    assert middle.css_first("head link[rel=prev]") is not None
    seen = ids(middle)
    while (link := middle.css_first("head link[rel=next]")) is not None:
        middle = page(web, link.attributes["href"])
        seen += ids(middle)
    assert seen == [n for n in numbers if n >= seen[0]]


def test_a_page_holds_twenty_message_ids_counting_those_of_albums(sandbox: Sandbox, web: httpx.Client) -> None:
    """An album is one block whose further ids are links, so fewer blocks are no last page."""
    shown = account(sandbox, "rayon-01")
    album = next(p for p in shown.posts if p.extra)
    tree = page(web, f"/s/{shown.name}?before={album.id + album.extra + 2}")
    block = tree.css_first(f'.tgme_widget_message[data-post="{shown.name}/{album.id}"]')
    parts = [a.attributes["href"] for a in block.css("a.tgme_widget_message_photo_wrap")]
    assert parts == [f"https://t.me/{shown.name}/{n}?single" for n in range(album.id, album.id + album.extra + 1)]
    taken = sum(p.extra + 1 for p in shown.posts if p.id in ids(tree))
    assert taken >= 20 > len(ids(tree))


def test_the_first_message_says_when_the_channel_was_created(sandbox: Sandbox, web: httpx.Client) -> None:
    """A service message with id 1, unless it was deleted."""
    shown, without = account(sandbox, "rayon-01"), account(sandbox, "rayon-20")
    first = page(web, f"/s/{shown.name}?before=2").css_first(".tgme_widget_message.service_message")
    assert text(first, ".tgme_widget_message_text") == "Channel created"
    assert first.css_first("time[datetime]").attributes["datetime"] == shown.opened.isoformat()
    assert page(web, f"/s/{without.name}?before=2").css_first(".tme_no_messages_found") is not None


def test_a_message_carries_the_channels_number(sandbox: Sandbox, web: httpx.Client) -> None:
    """data-view is base64url JSON without padding; p ends in g for an album."""
    shown = account(sandbox, "rayon-01")
    for block in page(web, f"/s/{shown.name}").css(".tgme_widget_message[data-view]"):
        packed = block.attributes["data-view"]
        seen = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        assert seen["c"] == -shown.number
        assert str(seen["p"]).rstrip("g") == block.attributes["data-post"].rsplit("/", 1)[1]


def test_posts_come_in_all_their_dresses(sandbox: Sandbox, web: httpx.Client) -> None:
    """Forwards with and without a link, an edit, a signature, a poll, a video whose length has no datetime."""
    shown = account(sandbox, "rayon-01")
    whole = "\n".join(tree.html for tree in walk(web, shown.name))
    tree = LexborHTMLParser(whole)
    names = tree.css(".tgme_widget_message_forwarded_from .tgme_widget_message_forwarded_from_name")
    assert {"href" in n.attributes for n in names} == {True, False}
    assert "edited" in whole
    for selector in (
        ".tgme_widget_message_from_author", ".tgme_widget_message_poll_question", ".tgme_widget_message_reply",
        ".tgme_widget_message_reactions .tgme_reaction", "time.message_video_duration",
    ):  # fmt: skip
        assert tree.css_first(selector) is not None, selector
    assert "datetime" not in tree.css_first("time.message_video_duration").attributes
    service = [text(n, ".js-message_text") for n in tree.css(".service_message")]
    assert {words.split()[1] for words in service} >= {"created", "name", "photo"}
    assert any(" pinned «" in words for words in service)


@pytest.mark.parametrize("office", ["rayon-10", "rayon-14", "rayon-17", "duma-2"])
def test_where_there_is_no_preview_it_redirects_to_the_landing_page(
    sandbox: Sandbox, web: httpx.Client, office: str
) -> None:
    """302, which does not say why."""
    name = account(sandbox, office).name
    answer = web.get(f"/s/{name}")
    assert (answer.status_code, answer.headers["location"]) == (302, f"https://t.me/{name}")


def crowded(sandbox: Sandbox) -> tuple[Account, Post]:
    shown = account(sandbox, "rayon-01")
    return shown, max(shown.posts, key=lambda p: len(p.comments))


def comment_ids(tree: LexborHTMLParser) -> list[int]:
    return [int(n.attributes["data-post-id"]) for n in tree.css(".tgme_widget_message[data-post-id]")]


def test_a_discussion_shows_its_newest_comments_and_the_rest_by_loading(sandbox: Sandbox, web: httpx.Client) -> None:
    """Page by page with the form's own fields, until no data-before is left."""
    shown, post = crowded(sandbox)
    answer = web.get(f"/{shown.name}/{post.id}?embed=1&discussion=1&comments_limit=100")
    tree = LexborHTMLParser(answer.text)
    seen = comment_ids(tree)
    api = json.loads(re.search(r"TWidgetAuth\.init\((\{.*?\})\);", answer.text)[1])["api_url"]
    assert api.startswith("https://t.me/api/method?api_hash=")
    form = {n.attributes["name"]: n.attributes["value"] for n in tree.css(".js-new_message_form input")}
    more = tree.css_first(".js-messages_more[data-before]")
    while more is not None:
        asked = {**form, "before_id": more.attributes["data-before"], "method": "loadComments"}
        loaded = web.post("/api/method?api_hash=x", data=asked, headers={"X-Requested-With": "XMLHttpRequest"}).json()
        assert loaded["ok"] is True
        fragment = LexborHTMLParser(loaded["comments_html"])
        seen = comment_ids(fragment) + seen
        more = fragment.css_first(".js-messages_more[data-before]")
    assert seen == [c.id for c in post.comments_at(sandbox.now)]
    assert len(seen) > 50


def test_loading_needs_the_forms_own_fields(sandbox: Sandbox, web: httpx.Client) -> None:
    """Neither a foreign hash nor a request without its header gets comments."""
    asked = {"peer": "c1_2", "top_msg_id": "1", "discussion_hash": "x", "before_id": "9", "method": "loadComments"}
    assert "error" in web.post("/api/method", data=asked, headers={"X-Requested-With": "XMLHttpRequest"}).json()
    assert "error" in web.post("/api/method", data=asked).json()


def test_a_widget_shows_five_comments_unless_asked_for_more(sandbox: Sandbox, web: httpx.Client) -> None:
    """And names who wrote: a link where there is a user name, else none; the quoted author is another element."""
    shown, post = crowded(sandbox)
    assert len(comment_ids(page(web, f"/{shown.name}/{post.id}?embed=1&discussion=1"))) == 5
    tree = page(web, f"/{shown.name}/{post.id}?embed=1&discussion=1&comments_limit=50")
    authors = tree.css(".tgme_widget_message_bubble > .tgme_widget_message_author .tgme_widget_message_author_name")
    assert {n.tag for n in authors} == {"a", "span"}
    assert len(authors) == len(comment_ids(tree))


def test_replies_name_the_comment_they_answer_and_the_owners_side_is_told_by_its_links(
    sandbox: Sandbox, web: httpx.Client
) -> None:
    """The channel, its linked group and a helper each answer somewhere."""
    shown = account(sandbox, "rayon-01")
    repliers = set()
    for post in [p for p in shown.posts if p.comments]:
        tree = page(web, f"/{shown.name}/{post.id}?embed=1&discussion=1&comments_limit=50")
        for block in tree.css(".tgme_widget_message[data-post-id]"):
            if block.css_first(".js-reply_to[data-reply-to]") is not None:
                who = block.css_first(".tgme_widget_message_bubble > .tgme_widget_message_author a")
                repliers.add(who.attributes["href"] if who else None)
    assert repliers >= {f"https://t.me/{n}" for n in (shown.name, shown.group_name, "primer_press_01")}


def test_closed_discussions_and_missing_posts_say_so(sandbox: Sandbox, web: httpx.Client) -> None:
    """Closed: no count and no form. Missing: an error."""
    shown = account(sandbox, "rayon-07")
    closed = next(p for p in shown.posts if p.closed)
    answer = web.get(f"/{shown.name}/{closed.id}?embed=1&discussion=1")
    assert "Discussion is not available at the moment." in answer.text
    assert "comments_cnt" not in answer.text
    assert "js-new_message_form" not in answer.text
    assert page(web, f"/{shown.name}/99999?embed=1&discussion=1").css_first(".tgme_widget_message_error") is not None
    assert page(web, f"/{shown.name}/99999?embed=1").css_first(".tgme_widget_message_error") is not None
    assert ids(page(web, f"/{shown.name}/{closed.id}?embed=1")) == [closed.id]


def test_a_posts_own_address_is_a_frame_around_it(sandbox: Sandbox, web: httpx.Client) -> None:
    """Its words are in the page's head; its date is nowhere."""
    shown = account(sandbox, "rayon-01")
    post = shown.posts_at(sandbox.now)[-1]
    tree = page(web, f"/{shown.name}/{post.id}")
    assert tree.css_first("iframe").attributes["src"] == f"https://t.me/{shown.name}/{post.id}?embed=1&mode=tme"
    assert tree.css_first("meta[property='og:description']").attributes["content"] == post.text
    assert tree.css_first("time") is None


def test_nothing_from_after_the_sandboxs_moment_is_shown(sandbox: Sandbox, web: httpx.Client) -> None:
    """A week earlier there are fewer posts and fewer comments."""
    shown, post = crowded(sandbox)
    sandbox.now = sandbox.world.now - timedelta(days=7)
    seen = [number for tree in walk(web, shown.name) for number in ids(tree)]
    assert set(seen) == {p.id for p in shown.posts if p.at <= sandbox.now}
    assert len(seen) < len(shown.posts)
    written = [c.id for c in post.comments if c.at <= sandbox.now]
    tree = page(web, f"/{shown.name}/{post.id}?embed=1&discussion=1")
    assert text(tree, ".js-header") == f"{len(written)} comments"
    assert len(written) < len(post.comments)
    assert comment_ids(tree)[-1] == max(written)


@pytest.mark.parametrize(
    ("trouble", "status"), [(Trouble.THROTTLED, 429), (Trouble.FORBIDDEN, 403), (Trouble.BLOCK_REDIRECT, 302)]
)
def test_each_trouble_has_its_status(sandbox: Sandbox, web: httpx.Client, trouble: Trouble, status: int) -> None:
    """On the landing page and on the preview alike."""
    name = next(a.name for a in sandbox.world.accounts if a.network == "telegram" and a.trouble is trouble)
    for path in (f"/{name}", f"/s/{name}"):
        answer = web.get(path)
        assert answer.status_code == status
        assert ("retry-after" in answer.headers) == (status == 429)
        assert answer.headers.get("location", "").startswith("http://warning.") == (status == 302)


def test_a_cut_connection_a_block_page_and_an_unknown_layout(sandbox: Sandbox, web: httpx.Client) -> None:
    """None of the three has Telegram's markup."""
    by_trouble = {a.trouble: a.name for a in sandbox.world.accounts if a.network == "telegram" and a.trouble}
    with pytest.raises(httpx.RemoteProtocolError):
        web.get(f"/{by_trouble[Trouble.RESET]}")
    for trouble in (Trouble.BLOCK_PAGE, Trouble.OTHER_LAYOUT):
        answer = web.get(f"/{by_trouble[trouble]}")
        assert answer.status_code == 200
        assert "tgme_" not in answer.text


@pytest.mark.parametrize(
    ("fault", "status", "sign"),
    [
        ("throttle_stub", 200, "tgme_icon_user"),
        ("telegram_429", 429, "Too Many Requests"),
        ("telegram_blocked", 200, "Роскомнадзор"),
    ],
)
def test_a_fault_of_the_route_hits_every_name(
    sandbox: Sandbox, web: httpx.Client, fault: str, status: int, sign: str
) -> None:
    """The control page too."""
    sandbox.faults.on(fault)
    for name in ("sandbox_control", account(sandbox, "rayon-01").name):
        answer = web.get(f"/{name}")
        assert answer.status_code == status
        assert sign in answer.text


def test_discussions_can_be_throttled_alone(sandbox: Sandbox, web: httpx.Client) -> None:
    """Posts are shown, their comments are not."""
    shown, post = crowded(sandbox)
    sandbox.faults.on("telegram_no_discussions")
    assert web.get(f"/{shown.name}/{post.id}?embed=1&discussion=1").status_code == 429
    assert post.id in [number for tree in walk(web, shown.name) for number in ids(tree)]


def test_broken_controls_come_out_the_other_way_round(sandbox: Sandbox, web: httpx.Client) -> None:
    """The known page is missing, the unknown one is there; other pages are as ever."""
    sandbox.faults.on("telegram_control")
    assert page(web, "/sandbox_control").css_first(".tgme_page_title") is None
    assert page(web, "/sandbox_nobody_here").css_first(".tgme_page_title") is not None
    assert page(web, f"/{account(sandbox, 'rayon-01').name}").css_first(".tgme_page_title") is not None


def every_page(sandbox: Sandbox, web: httpx.Client) -> Iterator[str]:
    for shown in sandbox.world.accounts:
        if shown.network != "telegram" or shown.trouble is not None:
            continue
        yield web.get(f"/{shown.name}").text
        if shown.kind == "channel" and not shown.preview_off:
            yield web.get(f"/s/{shown.name}").text
            for post in shown.posts_at(sandbox.now)[-4:]:
                yield web.get(f"/{shown.name}/{post.id}?embed=1&discussion=1&comments_limit=50").text
                yield web.get(f"/{shown.name}/{post.id}?embed=1").text


def test_every_page_says_that_it_is_synthetic(sandbox: Sandbox, web: httpx.Client) -> None:
    """So that a stored one is never taken for a real page."""
    for body in every_page(sandbox, web):
        assert "synthetic" in body
        assert len(body) > 500


def test_every_class_on_our_pages_is_on_a_real_one(sandbox: Sandbox, web: httpx.Client, shared: Path) -> None:
    """Our markup is our own, its structure is t.me's: no selector can work here and not there."""

    def classes(body: str) -> set[str]:
        return {name for found in re.findall(r'class="([^"]*)"', body) for name in found.split()}

    saved = [f.read_text(encoding="utf-8") for f in sorted((shared / "telegram" / "pages").glob("*.html"))]
    real = set().union(*map(classes, saved))
    assert set().union(*map(classes, every_page(sandbox, web))) - real <= SAID_BY_FACTS_ONLY


def test_no_sentence_of_a_real_page_is_copied(sandbox: Sandbox, web: httpx.Client, shared: Path) -> None:
    """Markup and words are written anew; only Telegram's own fixed labels recur."""

    def sentences(body: str) -> set[str]:
        tree = LexborHTMLParser(body)
        return {s.strip() for s in tree.body.text(separator="\n").split("\n") if len(s.split()) > 7}

    saved = [f.read_text(encoding="utf-8") for f in sorted((shared / "telegram" / "pages").glob("*.html"))]
    assert not set().union(*map(sentences, saved)) & set().union(*map(sentences, every_page(sandbox, web)))


def test_service_messages_and_lost_posts_keep_their_numbers(sandbox: Sandbox) -> None:
    """A deleted post leaves a gap in the row of ids."""
    lost = [p for a in sandbox.world.accounts for p in a.posts if p.lost]
    shown = account(sandbox, "rayon-20")
    assert lost
    assert not {p.id for p in lost if p in shown.posts} & {p.id for p in shown.posts_at(sandbox.now)}
    assert all(p.id == 1 for a in sandbox.world.accounts for p in a.posts if p.text == "Channel created")
    assert {p.kind for a in sandbox.world.accounts for p in a.posts} == set(PostKind)
