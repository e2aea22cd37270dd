"""Whatever t.me answers: nothing but its own addresses is ever asked.

Looks are driven in memory, where every address that they ask is recorded. VK is one host: `vk/test_way.py`.
"""

import json
import re
from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes import driver
from auditor.probes.base import Target
from auditor.probes.telegram.look import control_look
from auditor.probes.telegram.web.source import WebSource
from auditor.registry.models import Control
from tests.probes import tme
from tests.probes.every_ask import run

HERE = f"/{tme.NAME}/{tme.POST}"
TARGETS = [
    *(f"{way}127.0.0.1:9/{tme.NAME}" for way in ("http://", "//", "/\\", "http://t.me@", "gopher://")),
    *(f"{way}/{tme.NAME}" for way in ("http://[::1]:9", "http://127.0.0.1:9#@t.me", "https://t.me.evil.example")),
    "file:///etc/passwd",
    "javascript:1",
]
CURSORS = ["5", "-1", "9" * 400, "１２", "1e9", "5/../../x", "5&embed=0", "5\r\nX: y"]
"""Of older messages; the first is one."""
HANDLES = ["../../etc", "x/../y", "//evil.example", "?a=b", "x%2f..%2fy", "a" * 65, "\r\nX: y", "т"]


def looked(site: tme.Site) -> Cause | None:
    """Look at the channel and at a control: only paths of the server that is set are asked; return the look's cause."""
    known = Control(url=tme.TARGET.address, exists=True)
    run(control_look(WebSource(Target(known.url)), known), site.way)
    seen = tme.taken(site).seen
    allowed = rf"/(s/)?({tme.NAME}|{tme.CONTROL})(/[0-9]+)?|/[a-z0-9_]{{2,64}}"
    pages = [path for path, params in site.asked if "method" not in params]
    assert site.hosts == {"t.invalid"}
    assert all(re.fullmatch(allowed, path) for path in pages), pages
    return seen.cause


def hostile_pages(target: str) -> dict[str, Any]:
    """A channel on whose every page all that can lead anywhere leads to `target`."""
    evil = f'<a href="{target}">t.me/x</a><img src="{target}"><script src="{target}"></script>'
    evil += f'<iframe src="{target}"></iframe>'
    head = f'<head><base href="{target}"><meta http-equiv="refresh" content="9;url={target}">'
    foot = '    <div class="tgme_widget_message_footer'
    told = tme.Site(tme.talked()).page(f"/s/{tme.NAME}").replace("https://t.me/", f"{target}#")
    talk = tme.widget(tme.talk()[2:], 5, "5 comments", 40)
    script = '"https:\\/\\/t.me\\/api\\/method?api_hash=5a2db0c5a2db0c5a2d"'
    return {
        f"/{tme.NAME}": tme.landing(description=evil).replace('href="', f'href="{target}#'),
        f"/s/{tme.NAME}": told.replace("<head>", head)
        .replace(foot, evil + foot)
        .replace('href="/s/', f'href="{target}/s/'),
        HERE: talk.replace(script, json.dumps(target)),
    }


@pytest.mark.parametrize("target", TARGETS)
def test_t_me_leads_nowhere_else(target: str) -> None:
    """By its links, its script's address, its cursors, or a redirect of any page: one host is asked."""
    site = tme.talked_site()
    site.instead = hostile_pages(target)
    looked(site)
    assert HERE in site.paths
    moved = driver.Reply(
        tme.NOW, 302, headers=(("Refresh", f"0;url={target}"), ("Link", f"<{target}>")), location=target
    )
    for path in (f"/{tme.NAME}", f"/s/{tme.NAME}", HERE, "/api/method"):
        site = tme.talked_site()
        site.instead = {path: moved}
        looked(site)
        site.instead |= {f"/{tme.NAME}": moved, f"/s/{tme.NAME}": moved}
        assert looked(site) in {Cause.BLOCKED, Cause.UNRECOGNISED_PAGE}, "a way out is never an absence"


@pytest.mark.parametrize("cursor", CURSORS)
def test_a_cursor_is_a_number_and_nothing_else(cursor: str) -> None:
    """Of the history and of a discussion: what is none is not sent back."""
    site = tme.talked_site()
    first = tme.Site(tme.talked()).page(f"/s/{tme.NAME}").replace("before=102", f"before={cursor}")
    talk = tme.widget(tme.talk()[2:], 5, "5 comments", 40)
    site.instead = {
        f"/s/{tme.NAME}": first.replace('"102"', f'"{cursor}"'),
        HERE: talk.replace('before="40"', f'before="{cursor}"'),
    }
    looked(site)
    sent = [params[name] for _, params in site.asked for name in ("before", "before_id") if name in params]
    assert all(re.fullmatch("[0-9]{1,15}", value) for value in sent), sent
    assert len(site.asked) < 60


@pytest.mark.parametrize("handle", HANDLES)
def test_who_comments_is_a_name_or_nobody(handle: str) -> None:
    """A link to a commenter is asked for as a user name only: it chooses no path."""
    site = tme.talked_site()
    site.instead = {
        HERE: tme.widget(tme.talk(), 5, "5 comments").replace("https://t.me/zhitel_2", f"https://t.me/{handle}")
    }
    looked(site)
