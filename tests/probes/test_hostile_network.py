"""Whatever t.me answers: nothing but its own addresses is ever asked.

Looks are driven in memory, where every address that they ask is recorded. VK is one host: `vk/test_way.py`.
"""

import json
import re
from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes import driver
from auditor.probes.target import Target
from auditor.probes.telegram.telegram_look import control_look
from auditor.probes.telegram.web.web_source import WebSource
from auditor.registry.models import Control
from tests.probes import tme
from tests.probes.every_ask import run

CHANNEL, HISTORY, HERE = f"/{tme.NAME}", f"/s/{tme.NAME}", f"/{tme.NAME}/{tme.POST}"
DISGUISES = ["http://{}", "//{}", "/\\{}", "http://t.me@{}", "gopher://{}", "http://{}#@t.me", "https://t.me.{}"]
TARGETS = [way.format("127.0.0.1:9/x") for way in DISGUISES] + [
    "http://[::1]:9/x",
    "file:///etc/passwd",
    "javascript:1",
]
ODD = ["5", "-1", "9" * 400, "１２", "../../etc", "//evil.example", "?a=b", "5\r\nX: y", "a" * 65, "т"]
"""Cursors to older messages, of which the first is one, and names of commenters."""


def cause_of_look(site: tme.Site) -> Cause | None:
    """Look at the channel and at a control: only paths of the server that is set are asked; return the look's cause."""
    checked = Control(url=tme.TARGET.address, exists=True)
    run(control_look(WebSource(Target(checked.url)), checked), site.transport)
    snapshot = tme.run_look(site).result
    allowed = rf"/(s/)?({tme.NAME}|{tme.CONTROL})(/[0-9]+)?|/[a-z0-9_]{{2,64}}"
    pages = [path for path, params in site.requests if "method" not in params]
    assert site.hosts == {"t.invalid"}
    assert all(re.fullmatch(allowed, path) for path in pages), pages
    return snapshot.cause


def hostile_pages(target: str) -> dict[str, Any]:
    """A channel on whose every page all that can lead anywhere leads to `target`."""
    evil = f'<a href="{target}">t.me/x</a><img src="{target}"><iframe src="{target}"></iframe>'
    head = f'<head><base href="{target}"><meta http-equiv="refresh" content="9;url={target}">'
    foot = '    <div class="tgme_widget_message_footer'
    preview = (
        tme.Site(tme.channel_with_comments())
        .page(HISTORY)
        .replace("https://t.me/", f"{target}#")
        .replace("<head>", head)
    )
    comments = tme.widget(tme.sample_comments()[2:], 5, "5 comments", 40)
    script = '"https:\\/\\/t.me\\/api\\/method?api_hash=5a2db0c5a2db0c5a2d"'
    return {
        CHANNEL: tme.landing(description=evil).replace('href="', f'href="{target}#'),
        HISTORY: preview.replace(foot, evil + foot).replace('href="/s/', f'href="{target}/s/'),
        HERE: comments.replace(script, json.dumps(target)),
    }


@pytest.mark.parametrize("target", TARGETS)
def test_t_me_leads_nowhere_else(target: str) -> None:
    """By its links, its script's address, its cursors, or a redirect of any page: one host is asked."""
    site = tme.site_with_comments()
    site.instead = hostile_pages(target)
    cause_of_look(site)
    assert HERE in site.paths
    headers = (("Refresh", f"0;url={target}"), ("Link", f"<{target}>"))
    moved = driver.Response(tme.NOW, 302, headers=headers, location=target)
    for path in (CHANNEL, HISTORY, HERE, "/api/method"):
        site = tme.site_with_comments()
        site.instead = {path: moved}
        cause_of_look(site)
        site.instead |= {CHANNEL: moved, HISTORY: moved}
        assert cause_of_look(site) in {Cause.BLOCKED, Cause.UNRECOGNISED_PAGE}, "a way out is never an absence"


@pytest.mark.parametrize("odd", ODD)
def test_a_cursor_is_a_number_and_who_comments_is_a_name_or_nobody(odd: str) -> None:
    """Of the history and of a discussion: what is none is not sent back, and chooses no path."""
    site = tme.site_with_comments()
    preview = (
        tme.Site(tme.channel_with_comments())
        .page(HISTORY)
        .replace("before=102", f"before={odd}")
        .replace('"102"', f'"{odd}"')
    )
    comments = tme.widget(tme.sample_comments(), 5, "5 comments", 40).replace(
        "https://t.me/zhitel_2", f"https://t.me/{odd}"
    )
    site.instead = {HISTORY: preview, HERE: comments.replace('before="40"', f'before="{odd}"')}
    cause_of_look(site)
    sent = [params[name] for _, params in site.requests for name in ("before", "before_id") if name in params]
    assert all(re.fullmatch("[0-9]{1,15}", value) for value in sent), sent
    assert len(site.requests) < 60
