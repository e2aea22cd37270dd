"""The stored state of each search for a person's accounts, and what a signed-in route has learned."""

from datetime import timedelta

from auditor.archive import Archive
from auditor.archive.search_store import StoredSearch
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import make_stored_response
from auditor.probes.target import CallCount, FloodWait, LoginState, Peer
from tests.archive_samples import NOW, begun, evidence

LATER = NOW + timedelta(hours=1)
LOGIN = LoginState("a1b2", (Peer("perviy_rayon", 1500000001, -77),), (FloodWait("resolve", NOW + timedelta(hours=10)),))


def test_the_newest_state_of_a_search_stands(archive: Archive) -> None:
    """The newest state for each scout, a run's last; other persons' searches are not returned."""
    first_run, save = begun(archive), archive.searches.save
    save(first_run, "perviy", "Имярек А. А.", "website", 1, "{}", NOW)
    save(first_run, "perviy", "Имярек Б. Б.", "vk", 5, "{}", NOW)
    save(first_run, "vtoroy", "Имярек А. А.", "vk", 6, "{}", NOW)
    save(first_run, "perviy", "Имярек А. А.", "vk", 10, '{"next":10}', NOW)
    save(first_run, "perviy", "Имярек А. А.", "vk", 20, '{"next":20}', NOW)
    save(begun(archive, LATER), "perviy", "Имярек А. А.", "vk", 30, '{"next":30}', LATER)
    newest = [StoredSearch("vk", 30, '{"next":30}', LATER), StoredSearch("website", 1, "{}", NOW)]
    assert archive.searches.of("perviy", "Имярек А. А.") == newest
    assert archive._store.first("SELECT count(*) FROM searches") == 5


def test_responses_without_a_look_are_stored_with_what_their_login_learned(archive: Archive) -> None:
    """They lie among the words: a search meets other people's pages, on which no finding rests."""
    page = make_stored_response(
        EvidenceKind.LEAD, "https://t.me/perviy_rayon", fetched_at=LATER, status=200, received=b"page"
    )
    run = begun(archive)
    archive.searches.save_responses(run, [], LOGIN)
    assert archive.searches.login() is None
    archive.searches.save_responses(run, [page], LOGIN)
    assert evidence(archive, page.evidence.id) == (page.evidence, b"page")
    assert [entry.part for entry in archive.evidence.entries()] == ["words"]
    assert (archive.snapshots.snapshots(LATER), archive.searches.login()) == ({}, LOGIN)


def test_the_last_login_is_offered_to_the_next_run(archive: Archive) -> None:
    """VK's login state is not offered as Telegram's; the calls spent are added up for each login and run."""
    vk_login, other_login = LoginState("vk-1"), LoginState("c3d4", spent=(CallCount("page", NOW, 2),))
    first_run, second_run, save_login = begun(archive), begun(archive), archive.searches.save_login
    assert archive.searches.login() is None
    save_login(first_run, LOGIN, NOW)
    save_login(first_run, other_login, LATER)
    save_login(second_run, other_login, LATER)
    save_login(second_run, vk_login, LATER + timedelta(hours=1))
    assert [login.session for login in archive.searches.logins()] == ["vk-1", "c3d4", "a1b2"]
    assert [(spent.run, spent.count) for spent in archive.searches.login().spent] == [(first_run, 2), (second_run, 2)]
