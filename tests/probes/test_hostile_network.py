"""Whatever t.me sends, only its own addresses are requested.

Looks are driven in memory, where every requested address is recorded. VK is one host: `vk/test_vk_transport.py`.
"""

import json
import re
from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes import driver
from auditor.probes.look import look_at_control
from auditor.probes.target import Target
from auditor.probes.telegram.web.web_source import WebSource
from auditor.registry.models import Control
from tests.probes import tme_memory as tme
from tests.probes.every_request import run

CHANNEL_PATH, HISTORY_PATH, POST_PATH = f"/{tme.NAME}", f"/s/{tme.NAME}", f"/{tme.NAME}/{tme.POST}"
DISGUISES = ["http://{}", "//{}", "/\\{}", "http://t.me@{}", "gopher://{}", "http://{}#@t.me", "https://t.me.{}"]
TARGETS = [disguise.format("127.0.0.1:9/x") for disguise in DISGUISES] + [
    "http://[::1]:9/x",
    "file:///etc/passwd",
    "javascript:1",
]
ODD = ["5", "-1", "9" * 400, "１２", "../../etc", "//evil.example", "?a=b", "5\r\nX: y", "a" * 65, "т"]
"""Cursors to older messages, of which only the first is valid, and names of commenters."""


def cause_of_look(site: tme.Site) -> Cause | None:
    """Look at the channel and a control, check that only the configured server gets requests, and return the cause."""
    checked = Control(url=tme.TARGET.address, exists=True)
    run(look_at_control(WebSource(Target(checked.url)), checked), site.transport)
    snapshot = tme.run_look(site).result
    allowed = rf"/(s/)?({tme.NAME}|{tme.CONTROL})(/[0-9]+)?|/[a-z0-9_]{{2,64}}"
    pages = [path for path, params in site.requests if "method" not in params]
    assert site.hosts == {"t.invalid"}
    assert all(re.fullmatch(allowed, path) for path in pages), pages
    return snapshot.cause


def hostile_pages(target: str) -> dict[str, Any]:
    """Return the pages of a channel whose every link, redirect and embedded address leads to `target`."""
    evil = f'<a href="{target}">t.me/x</a><img src="{target}"><iframe src="{target}"></iframe>'
    head = f'<head><base href="{target}"><meta http-equiv="refresh" content="9;url={target}">'
    footer = '    <div class="tgme_widget_message_footer'
    preview = (
        tme.Site(tme.channel_with_comments())
        .page(HISTORY_PATH)
        .replace("https://t.me/", f"{target}#")
        .replace("<head>", head)
    )
    comments = tme.widget(tme.sample_comments()[2:], 5, "5 comments", 40)
    script = '"https:\\/\\/t.me\\/api\\/method?api_hash=5a2db0c5a2db0c5a2d"'
    return {
        CHANNEL_PATH: tme.landing(description=evil).replace('href="', f'href="{target}#'),
        HISTORY_PATH: preview.replace(footer, evil + footer).replace('href="/s/', f'href="{target}/s/'),
        POST_PATH: comments.replace(script, json.dumps(target)),
    }


@pytest.mark.parametrize("target", TARGETS)
def test_t_me_leads_nowhere_else(target: str) -> None:
    """Links, the script's address, cursors and redirects of any page all leave the requests at one host."""
    site = tme.site_with_comments()
    site.instead = hostile_pages(target)
    cause_of_look(site)
    assert POST_PATH in site.paths
    headers = (("Refresh", f"0;url={target}"), ("Link", f"<{target}>"))
    redirect = driver.Response(tme.NOW, 302, headers=headers, location=target)
    for path in (CHANNEL_PATH, HISTORY_PATH, POST_PATH, "/api/method"):
        site = tme.site_with_comments()
        site.instead = {path: redirect}
        cause_of_look(site)
        site.instead |= {CHANNEL_PATH: redirect, HISTORY_PATH: redirect}
        assert cause_of_look(site) in {Cause.BLOCKED, Cause.UNRECOGNISED_PAGE}, "a way out is never an absence"


@pytest.mark.parametrize("odd", ODD)
def test_a_cursor_is_a_number_and_who_comments_is_a_name_or_nobody(odd: str) -> None:
    """In a history and in a discussion, an invalid cursor or name is not sent back and does not choose a path."""
    site = tme.site_with_comments()
    preview = (
        tme.Site(tme.channel_with_comments())
        .page(HISTORY_PATH)
        .replace("before=102", f"before={odd}")
        .replace('"102"', f'"{odd}"')
    )
    comments = tme.widget(tme.sample_comments(), 5, "5 comments", 40).replace(
        "https://t.me/zhitel_2", f"https://t.me/{odd}"
    )
    site.instead = {HISTORY_PATH: preview, POST_PATH: comments.replace('before="40"', f'before="{odd}"')}
    cause_of_look(site)
    sent = [params[name] for _, params in site.requests for name in ("before", "before_id") if name in params]
    assert all(re.fullmatch("[0-9]{1,15}", value) for value in sent), sent
    assert len(site.requests) < 60
