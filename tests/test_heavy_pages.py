"""Large pages made to be slow: each is read, and thinned out for the disk, in good time."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.probes.driver import Reply
from auditor.probes.looks import Call
from auditor.probes.telegram.forms import Talk
from auditor.probes.telegram.speakers import Door
from auditor.probes.telegram.web.pages import read_landing, whole
from auditor.probes.telegram.web.preview import cut, read_preview
from auditor.probes.telegram.web.way import WebWay
from auditor.probes.telegram.web.widget import keep_talk
from auditor.probes.web import Web
from tests.cases import NOW

SIZE = 600_000
SECONDS = 10.0
"""Ample for a loaded machine; what grows with the square of the size takes longer, and at the cap hours."""
_FORWARDED = (
    '<div class="tgme_widget_message" data-post="imyarek/1"><div class="tgme_widget_message_bubble">'
    '<a class="tgme_widget_message_forwarded_from">x</a><div class="tgme_widget_message_text">a<b>c</b></div>'
    '<time datetime="2026-11-20T10:00:00+00:00"></time></div></div>'
)


def filled(piece: str) -> str:
    return f'<html><body><main class="tgme_main">{piece * (SIZE // len(piece))}</main></body></html>'


PAGES = {
    "forwarded messages": filled(_FORWARDED),
    "another channel's messages": filled(_FORWARDED.replace("imyarek", "drugoi")),
    "messages in messages": filled('<div class="tgme_widget_message" data-post="imyarek/1">'),
    "comments in comments": filled('<div class="tgme_widget_message" data-post-id="1">'),
    "signatures": filled('<span class="tgme_widget_message_from_author">x</span>'),
    "half a sentence about a block": filled("доступ к "),
    "a word about a block without end": filled("ограничен"),
    "ends that do not end": filled("</html "),
}


def talk(page: str) -> Talk | None:
    """The page as a discussion, if it is one."""
    try:
        return keep_talk({"at": NOW, "html": page}, Door("imyarek", set()), "imyarek/1")
    except ValueError:
        return None


def arrived(page: str) -> object:
    """What the way makes of a page, for example a provider's."""
    reply = Reply(NOW, 200, page.encode())
    return WebWay(Web(lambda: NOW), "http://t.invalid").read(Call("landing", {"path": "/imyarek"}), reply)


@pytest.mark.parametrize("name", sorted(PAGES))
@pytest.mark.parametrize(
    "read",
    [
        lambda page: read_preview(page, "imyarek", NOW),
        lambda page: cut(page, "imyarek"),
        talk,
        read_landing,
        lambda page: (whole(page), arrived(page), arrived(page.replace("tgme_", ""))),
    ],
    ids=["preview", "cut", "discussion", "landing", "block"],
)
def test_no_page_takes_long(name: str, read: Callable[[str], object]) -> None:
    """Whatever it repeats."""
    begun = time.monotonic()
    read(PAGES[name])
    assert time.monotonic() - begun < SECONDS


def test_more_messages_than_a_page_can_hold_are_no_page() -> None:
    """Neither of a history nor of a discussion; those that can be are read."""
    assert read_preview(PAGES["forwarded messages"], "imyarek", NOW) is None
    assert talk(PAGES["comments in comments"]) is None
    page = "".join(_FORWARDED.replace("/1", f"/{n}") for n in range(1, 101))
    preview = read_preview(f"<html><body>{page}</body></html>", "imyarek", NOW)
    assert preview is not None
    assert len(preview.messages) == 100


_LEAVES = st.sampled_from(["слово", "<b>слово</b>", '<span class="tgme_widget_message_from_author">Имярек</span>'])
_CLASSES = [
    *("tgme_widget_message_bubble", "tgme_widget_message_forwarded_from", "tgme_widget_message_reply"),
    *("tgme_widget_message_footer", "tgme_widget_message_text", "x"),
]


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = st.builds(
        lambda name, body: f'<div class="tgme_widget_message" data-post="{name}/1">{body}</div>',
        st.sampled_from(["imyarek", "drugoi"]),
        inner,
    )
    plain = st.builds(lambda name, body: f'<div class="{name}">{body}</div>', st.sampled_from(_CLASSES), inner)
    return st.lists(block | plain | inner, max_size=4).map("".join)


def _one_by_one(page: str) -> str:
    """Thin a page out in the plainest way: look for the next thing to take out until there is none."""
    tree = LexborHTMLParser(page)

    def empty(selector: str, wanted: Callable[[str], bool] = lambda _: True) -> None:
        while node := next(
            (n for n in tree.css(selector) if n.child and wanted(n.attributes.get("data-post") or "")), None
        ):
            node.inner_html = ""

    empty(".tgme_widget_message", lambda post: not post.startswith("imyarek/"))
    empty(".tgme_widget_message_forwarded_from")
    while parts := next(
        (
            found
            for bubble in tree.css(".tgme_widget_message_bubble")
            if bubble.css_first(".tgme_widget_message_forwarded_from") is not None
            and (
                found := [
                    p
                    for p in bubble.iter(include_text=True)
                    if not {"tgme_widget_message_forwarded_from", "tgme_widget_message_footer"}
                    & set((p.attributes.get("class") or "").split())
                ]
            )
        ),
        None,
    ):
        for part in parts:
            part.decompose()
    for name in ("from_author", "reply"):
        empty(f".tgme_widget_message_{name}")
    return tree.html or ""


@given(st.recursive(_LEAVES, _nested, max_leaves=25))
def test_thinning_out_last_first_leaves_the_same(body: str) -> None:
    """As taking out one thing at a time would, however things lie in each other."""
    page = f"<html><body>{body}</body></html>"
    assert cut(page, "imyarek") == _one_by_one(page)
