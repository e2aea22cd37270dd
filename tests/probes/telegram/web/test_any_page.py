"""Whatever stands on a page of t.me, whole, cut or endless: facts or none, never an exception, and in no time."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.probes.driver import Response
from auditor.probes.http_client import HttpClient
from auditor.probes.protocol import Call
from auditor.probes.telegram.telegram_authors import TelegramAuthors
from auditor.probes.telegram.web.comment_page import minimise_older_comments, minimise_widget
from auditor.probes.telegram.web.landing_page import read_landing
from auditor.probes.telegram.web.preview_page import cut_preview, read_preview
from auditor.probes.telegram.web.tme_html import is_complete_html
from auditor.probes.telegram.web.web_transport import WebTransport
from auditor.sandbox.tme import landing_pages
from auditor.sandbox.world.model import PostKind
from tests.probes import tme_memory as tme
from tests.probes.tme_memory import NAME, NOW, PARSING_ERRORS, POSTED_AT


def readers(page: str, name: str) -> None:
    """Read whatever it is; what is no discussion is a `ValueError`, which the driver makes unrecognised."""
    read_landing(page)
    read_preview(page, name, POSTED_AT)
    cut_preview(page, name)
    with suppress(ValueError):
        minimise_widget({"at": POSTED_AT, "html": page}, TelegramAuthors(name, set()), f"{name}/7")
    with suppress(*PARSING_ERRORS):
        minimise_older_comments({"at": POSTED_AT, "html": page}, TelegramAuthors(name, set()), f"{name}/7")


REPOST = tme.world_post(41, kind=PostKind.REPOST, origin=tme.FIRST_AUTHOR)
WIDGET = tme.widget([tme.comment(5, 0, "Когда починят", tme.THIRD_AUTHOR)], 1, "1 comment")
FRAGMENTS = [
    tme.history(tme.world_post(1), REPOST),
    tme.landing(),
    landing_pages.missing(NAME),
    WIDGET,
    tme.closed_widget(),
]


@given(st.text() | st.sampled_from(FRAGMENTS), st.integers(0, 6000), st.text(max_size=30), st.integers(0, 6000))
def test_no_page_makes_a_reader_raise(page: str, at: int, noise: str, end: int) -> None:
    """Whatever comes, cut anywhere and with anything put in: facts or "unrecognised", never an exception."""
    for text in (page[:at] + noise + page[at:end], page[:at] + noise + page[at:]):
        readers(text, NAME)


SECONDS = 5.0
"""Ample CPU time for a large page; what grows with the square of the size takes longer, and at the cap hours."""
FORWARDED = (
    '<div class="tgme_widget_message" data-post="imyarek/1"><div class="tgme_widget_message_bubble">'
    '<a class="tgme_widget_message_forwarded_from">x</a><div class="tgme_widget_message_text">a<b>c</b></div>'
    '<time datetime="2026-11-20T10:00:00+00:00"></time></div></div>'
)
HEAVY = {
    "forwarded messages": FORWARDED,
    "another channel's messages": FORWARDED.replace("imyarek", "drugoi"),
    "messages in messages": '<div class="tgme_widget_message" data-post="imyarek/1">',
    "comments in comments": '<div class="tgme_widget_message" data-post-id="1">',
    "half a sentence about a block": "доступ к ",
    "ends that do not end": "</html ",
}


@pytest.mark.parametrize("size", [150_000, pytest.param(900_000, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("name", sorted(HEAVY))
def test_no_page_takes_long(name: str, size: int) -> None:
    """Whatever it repeats, to whichever reader, as t.me's page or as a provider's."""
    piece = HEAVY[name]
    page = f'<html><body><main class="tgme_main">{piece * (size // len(piece))}</main></body></html>'
    transport, begun = WebTransport(HttpClient(lambda: NOW), "http://t.invalid"), time.process_time()
    readers(page, "imyarek")
    for body in (page, page.replace("tgme_", "")):
        is_complete_html(body)
        transport.read(Call("landing", {"path": "/imyarek"}), Response(NOW, 200, body.encode()))
    assert time.process_time() - begun < SECONDS * size / 150_000
    assert read_preview(page, "imyarek", NOW) is None or "message" not in name, "no page holds so many"
