"""How far each search for a person's accounts has come, and what a signed-in route has learned."""

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
    """One row for each person and way of searching, a run's last; another person's are not given out."""
    first, save = begun(archive), archive.searches.save
    save(first, "perviy", "Имярек А. А.", "website", 1, "{}", NOW)
    save(first, "perviy", "Имярек Б. Б.", "vk", 5, "{}", NOW)
    save(first, "vtoroy", "Имярек А. А.", "vk", 6, "{}", NOW)
    save(first, "perviy", "Имярек А. А.", "vk", 10, '{"next":10}', NOW)
    save(first, "perviy", "Имярек А. А.", "vk", 20, '{"next":20}', NOW)
    save(begun(archive, LATER), "perviy", "Имярек А. А.", "vk", 30, '{"next":30}', LATER)
    newest = [StoredSearch("vk", 30, '{"next":30}', LATER), StoredSearch("website", 1, "{}", NOW)]
    assert archive.searches.of("perviy", "Имярек А. А.") == newest
    assert archive._store.first("SELECT count(*) FROM searches") == 5


def test_answers_without_a_look_are_kept_with_what_their_login_learned(archive: Archive) -> None:
    """A search looks at pages that nobody is judged by: they are people's, not officials'."""
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
    """VK's keys are no login of Telegram's; each login's calls are added up, run by run."""
    vk, other = LoginState("vk-1"), LoginState("c3d4", spent=(CallCount("page", NOW, 2),))
    first, second, remember = begun(archive), begun(archive), archive.searches.save_login
    assert archive.searches.login() is None
    remember(first, LOGIN, NOW)
    remember(first, other, LATER)
    remember(second, other, LATER)
    remember(second, vk, LATER + timedelta(hours=1))
    assert [login.session for login in archive.searches.logins()] == ["vk-1", "c3d4", "a1b2"]
    assert [(spent.run, spent.count) for spent in archive.searches.login().spent] == [(first, 2), (second, 2)]
