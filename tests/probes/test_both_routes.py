"""One world by the preview and by a signed-in client: the same findings, except where the client knows more."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.base.text import format_time
from auditor.sandbox import World
from auditor.sandbox.world.model import PostKind
from tests.both_routes import both
from tests.pipeline import few
from tests.truth import differences, truth_of

KNOWS_MORE = {
    "rayon-15": "the preview's socket is cut, the client gets responses",
    "rayon-16": "a provider's block page stands before the preview",
    "rayon-17": "viewing without signing in is off",
    "rayon-20": "message 1 was deleted, non-members still get the creation date",
    "duma-2": "the preview is refused",
    "duma-3": "the preview is throttled",
    "duma-4": "the preview's page has an unknown layout",
    "agency": "the preview leads to a foreign host",
}
"""Offices at which the client rightly knows more than the preview can, with the reason."""


def mistakes(audit: Audit, world: World) -> list[str]:
    """Return the offices whose differences contradict `KNOWS_MORE`, and the pages that the client read wrongly."""
    differing = {difference.split()[0] for difference in differences(audit, truth_of(world))}
    wrong_offices = sorted(differing ^ set(KNOWS_MORE))
    accounts = [(office, account) for office in audit.offices if office.id in KNOWS_MORE for account in office.accounts]
    read_accounts = ((o, a) for o, a in accounts if a.network == "telegram" and a.facts.exists is not None)
    return wrong_offices + [a.url for o, a in read_accounts if a.kind == "personal" and not _is_right(o, a, world)]


def _is_right(office: Any, account: Any, world: World) -> bool:
    """Return whether a channel's opening and its count of own posts in the week agree with the world."""
    world_account = world.account("telegram", account.url.rsplit("/", 1)[1])
    start = world.ends - timedelta(weeks=1)
    own_posts = [p for p in world_account.posts if start <= p.at < world.ends and p.kind is PostKind.OWN and not p.lost]
    finding = office.finding("posts_per_week", account.url)
    return (format_time(account.facts.opened_at), finding.values["posts"]) == (
        format_time(world_account.opened),
        len(own_posts),
    )


@pytest.mark.parametrize("seed", [None, pytest.param(7, marks=pytest.mark.thorough)])
def test_both_routes_come_to_the_same_findings(world: World, seed: int | None, tmp_path: Path) -> None:
    """Each difference is at an office that the list names, and is right by the world's own record."""
    seeded = world if seed is None else World.build(seed=seed)
    audit, calls = both(seeded, tmp_path)
    assert mistakes(audit, seeded) == []
    assert calls["messages.getReplies"] == 1, "comments come in bulk: only the control's thread is requested"


THOROUGH = ("mtproto_control", "mtproto_flood_long", "mtproto_channel_private", "telegram_control")


@pytest.mark.parametrize("fault", ["mtproto_down", *(pytest.param(f, marks=pytest.mark.thorough) for f in THOROUGH)])
def test_one_route_in_trouble_takes_nothing_from_the_other(world: World, fault: str, tmp_path: Path) -> None:
    """Whichever route fails, the other still reaches the true findings, and nothing is lost."""
    small_world = few(world)
    assert differences(both(small_world, tmp_path, fault)[0], truth_of(small_world)) == []
