"""Pages that change their names in the audited week: what the servers show, and that an audit comes to the truth."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from auditor.audit.document import Audit
from auditor.base.weeks import Week
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.pipeline import audited, session_of
from tests.test_page_identity import known_before, not_asked_again, seen_before
from tests.test_truth import differences


@pytest.fixture(scope="module")
def world() -> World:
    return worlds.renamed()


@pytest.fixture
def sandbox(world: World) -> Iterator[Sandbox]:
    with Sandbox(world) as running:
        yield running


def users(sandbox: Sandbox, names: str, method: str = "users.get") -> list[dict]:
    key = "user_ids" if method == "users.get" else "group_ids"
    form = {"v": "5.199", "access_token": sandbox.vk_token, key: names, "fields": "screen_name"}
    answer = httpx.post(f"{sandbox.vk_url}/method/{method}", data=form).json().get("response", [])
    return answer if isinstance(answer, list) else answer["groups"]


def name(url: str) -> str:
    return url.rsplit("/", 1)[1]


def test_there_is_a_move_of_every_kind(world: World) -> None:
    """Renamed, renamed and taken over, deleted and taken over, on both networks."""
    kinds = {(move.network, bool(move.new), move.taken_by is not None) for move in world.moves}
    assert kinds == {(n, new, taken) for n in ("vk", "telegram") for new, taken in ((1, 0), (1, 1), (0, 1))}
    assert len(world.moves) == 7


def test_before_the_move_every_name_on_record_is_its_own_page(sandbox: Sandbox) -> None:
    """The week before sees nothing of it."""
    sandbox.now = sandbox.world.now - timedelta(weeks=1)
    for move in sandbox.world.moves:
        found = sandbox.world.account(move.network, name(move.old), sandbox.now)
        assert found is not None
        assert found.number == move.number


def test_vk_shows_the_new_name_by_number_and_the_new_holder_of_the_old_one(sandbox: Sandbox) -> None:
    """A name is nobody's, or another number's; a deleted page has no name at all."""
    for move in (m for m in sandbox.world.moves if m.network == "vk"):
        method = "users.get" if move.number > 0 else "groups.getById"
        (own,) = users(sandbox, str(abs(move.number)), method)
        assert own["id"] == abs(move.number)
        assert own.get("screen_name") == (name(move.new) if move.new else None)
        assert ("deactivated" in own) == (not move.new)
        taken = users(sandbox, name(move.old), method)
        assert [u["id"] for u in taken] == ([move.taken_by] if move.taken_by else [])


def test_telegram_shows_the_stub_or_another_channel_under_the_old_name(sandbox: Sandbox) -> None:
    """The preview's own number of the channel tells them apart."""
    for move in (m for m in sandbox.world.moves if m.network == "telegram"):
        old = httpx.get(f"{sandbox.telegram_url}/{name(move.old)}").text
        assert ("tgme_page_title" in old) == (move.taken_by is not None)
        if move.new:
            assert "tgme_page_title" in httpx.get(f"{sandbox.telegram_url}/{name(move.new)}").text
            shown = httpx.get(f"{sandbox.telegram_url}/s/{name(move.new)}")
            assert f'data-post="{sandbox.world.account("telegram", name(move.new)).name}/' in shown.text


def two_weeks(world: World, folder: Path, *, client: bool) -> Audit:
    """Audit the week before and the week of the moves."""
    private = folder / "client"
    private.mkdir()
    with Sandbox(world) as sandbox:
        settings = sandbox.settings(client=private if client else None)
        for weeks in (1, 0):
            sandbox.now = world.now - timedelta(weeks=weeks)
            session = session_of(world, folder, settings, sandbox.now)
            audit = audited(session, Week.last_ended(world.now, session.registry.zone).shift(-weeks))
    return audit


def test_an_audit_with_a_client_follows_every_page_by_its_number(world: World, tmp_path: Path) -> None:
    """And judges none that only has the name."""
    wrong = differences(two_weeks(world, tmp_path, client=True), world.truth())
    assert [row for row in wrong if not seen_before(row)] == []


def test_an_audit_by_names_alone_judges_nobody_elses_page(world: World, tmp_path: Path) -> None:
    """A renamed channel is not found without a client; VK's numbers serve as ever."""
    audit = two_weeks(world, tmp_path, client=False)
    wrong = differences(audit, world.truth(names_only={"telegram"}))
    assert [r for r in wrong if not (seen_before(r) or known_before(r) or not_asked_again(r))] == []
