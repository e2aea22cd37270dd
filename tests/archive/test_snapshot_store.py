"""Snapshots are stored once and in full, and read by page, up to a moment."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import ArchiveError
from auditor.base.secrets import remember
from auditor.base.snapshot import ControlResult, Outcome, Route, Snapshot, Weight
from tests.archive_samples import NOW, PAGES, WEEK, begun, control, evidence, look, talked
from tests.cases import snapshot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAGE, VIEW = PAGES[0], "telegram_preview"


def save_run(archive: Archive, *snapshots: Snapshot, started_at=NOW, controls: tuple[ControlResult, ...] = ()) -> int:
    """Store a finished run with these snapshots and controls; return its number."""
    run = begun(archive, started_at)
    for page_snapshot in snapshots:
        archive.snapshots.save(run, str(WEEK), page_snapshot)
    for result in controls:
        archive.snapshots.save_control(run, result, ())
    archive.finish_run(run, started_at)
    return run


def test_a_look_comes_back_as_it_was_with_its_responses(archive: Archive, tmp_path: Path) -> None:
    """Nothing is lost on the way through the file; the same response is stored once, another look's separately."""
    page_snapshot, responses = talked(PAGE, NOW)
    run = begun(archive)
    archive.snapshots.save(run, str(WEEK), page_snapshot, responses)
    archive.snapshots.save(run, str(WEEK), page_snapshot, (*responses, *responses))
    archive.snapshots.save(run, str(WEEK), *look(PAGE, NOW + HOUR))
    archive.snapshots.save(run, str(WEEK), page_snapshot)
    with Archive.read(tmp_path) as second_archive:
        (stored_look,) = second_archive.snapshots.all(NOW + HOUR)
        assert (stored_look.snapshot, stored_look.run, stored_look.week) == (page_snapshot, run, str(WEEK)), (
            "a run has one look at a page"
        )
        for response in responses:
            assert evidence(second_archive, response.evidence.id) == (response.evidence, response.body)
        assert len(second_archive.evidence.entries()) == 3


def test_an_account_that_fails_in_the_middle_leaves_nothing_of_itself(archive: Archive) -> None:
    """Each account is one transaction: responses written before the failure are undone with it."""
    page_snapshot, responses = look(PAGE, NOW)

    def failing_responses():
        yield from responses
        raise RuntimeError

    run = begun(archive)
    archive.snapshots.save(run, str(WEEK), *look(PAGES[1], NOW))
    with pytest.raises(RuntimeError):
        archive.snapshots.save(run, str(WEEK), page_snapshot, failing_responses())
    assert evidence(archive, responses[0].evidence.id) is None
    assert list(archive.snapshots.snapshots(NOW)) == [PAGES[1]]
    archive.snapshots.save(run, str(WEEK), page_snapshot, responses)
    archive.finish_run(run, NOW)
    assert archive.verify() == []


def test_no_secret_is_stored(archive: Archive, tmp_path: Path) -> None:
    """Neither in addresses nor in any stored document or file."""
    remember("hush-hush-0123456789")
    url = "https://t.me/x?key=hush-hush-0123456789"
    save_run(archive, snapshot(url=url, renamed_to=url), controls=(control().model_copy(update={"url": url}),))
    (stored_look,), (stored_control,) = archive.snapshots.all(NOW), archive.snapshots.controls(NOW)
    assert "hush" not in f"{stored_look.snapshot.url} {stored_look.snapshot.renamed_to} {stored_control.result.url}"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"hush-hush" in path.read_bytes()]


def test_an_earlier_moment_does_not_know_later_looks(archive: Archive) -> None:
    """An archive read up to the same moment gives the same looks, whatever was added since. The oldest comes first."""
    store = archive.snapshots
    save_run(archive, snapshot(taken_at=NOW + DAY), started_at=NOW + DAY)
    save_run(archive, snapshot(), snapshot(url=PAGES[1]))
    assert {url: len(run_snapshots) for url, run_snapshots in store.snapshots(NOW).items()} == {PAGE: 1, PAGES[1]: 1}
    assert [run_snapshot.snapshot.taken_at for run_snapshot in store.snapshots(NOW + DAY)[PAGE]] == [NOW, NOW + DAY]
    assert store.snapshots(NOW - DAY) == {}
    assert list(store.snapshots(NOW, [PAGE])) == [PAGE]
    store.mark_interrupted([("vk", PAGE)], NOW + DAY)
    begun_at = {(VIEW, PAGE): NOW + DAY, (VIEW, PAGES[1]): NOW, ("vk", PAGE): NOW + DAY}
    assert store.looked_at(NOW + DAY) == begun_at, "a look that was cut off counts as one begun"
    assert store.looked_at(NOW) == {(VIEW, PAGE): NOW, (VIEW, PAGES[1]): NOW}
    assert [(newest.url, newest.taken_at) for newest in store.newest(NOW + DAY)] == [(PAGES[1], NOW), (PAGE, NOW + DAY)]
    assert [newest.taken_at for newest in store.newest(NOW) if newest.url == PAGE] == [NOW]


def test_looks_of_long_ago_come_in_brief(archive: Archive) -> None:
    """Looks since a moment come complete; earlier ones only with what dates the page, without comments."""
    early, late = talked(PAGE, NOW)[0], talked(PAGE, NOW + DAY)[0]
    save_run(archive, early)
    save_run(archive, late, started_at=NOW + DAY)
    brief, complete = (
        run_snapshot.snapshot for run_snapshot in archive.snapshots.snapshots(NOW + DAY, since=NOW + DAY)[PAGE]
    )
    assert (complete, brief.posts_cause, [len(post.comments) for post in brief.posts]) == (late, "stale", [0, 0])
    assert archive.snapshots.snapshots(NOW + DAY, since=NOW)[PAGE][0].snapshot == early


def test_a_page_that_moved_is_followed_to_where_it_was(archive: Archive) -> None:
    """Earlier addresses of a renamed page are followed, later and unrelated ones are not."""
    first_url, second_url, third_url, other_url = (f"https://t.me/page_{name}" for name in "abcd")
    save_run(
        archive,
        snapshot(url=first_url, renamed_to=second_url),
        snapshot(url=second_url, renamed_to=third_url),
        snapshot(url=third_url),
        snapshot(url=other_url),
    )
    assert set(archive.snapshots.snapshots(NOW, [third_url])) == {first_url, second_url, third_url}
    assert set(archive.snapshots.snapshots(NOW, [first_url])) == {first_url}


def test_the_responses_behind_an_offices_pages_are_found_by_week(shared_archive: Archive) -> None:
    """For one week or for all."""
    entries = {entry.evidence.id: entry for entry in shared_archive.evidence.entries()}
    all_ids, week_ids = (
        shared_archive.snapshots.evidence_of([PAGE]),
        shared_archive.snapshots.evidence_of([PAGE], str(WEEK)),
    )
    assert {entries[identifier].evidence.url for identifier in all_ids} == {PAGE, f"{PAGE}/5?embed=1"}
    assert (len(all_ids), {entries[identifier].week for identifier in week_ids}, len(week_ids)) == (6, {str(WEEK)}, 2)


def other_control(outcome: Outcome) -> ControlResult:
    """Return the result of a second control of the route, one that is known not to exist."""
    return control(outcome).model_copy(update={"url": "https://t.me/net_takogo", "expected": False})


VK = {"network": "vk", "route": Route.VK, "url": "https://vk.com/id1", "expected": False}


@pytest.mark.parametrize(
    ("controls", "weight", "threads"),
    [
        ((), Weight.FAVOURABLE_ONLY, False),
        ((control(),), Weight.FULL, False),
        ((control(Outcome.FAILED),), Weight.FAVOURABLE_ONLY, False),
        ((control(), other_control(Outcome.CANT_TELL)), Weight.FAVOURABLE_ONLY, False),
        ((control(), other_control(Outcome.PASSED)), Weight.FULL, False),
        ((control(), other_control(Outcome.FAILED)), Weight.NONE, False),
        ((ControlResult(**VK, outcome=Outcome.PASSED),), Weight.FAVOURABLE_ONLY, False),
        ((control().model_copy(update={"thread": True}),), Weight.FULL, True),
        ((control().model_copy(update={"wall": False}),), Weight.FAVOURABLE_ONLY, False),
        ((control(Outcome.FAILED).model_copy(update={"expected": False}),), Weight.NONE, False),
        ((control(), ControlResult(**VK, outcome=Outcome.FAILED)), Weight.FULL, False),
    ],
)
def test_a_look_weighs_as_the_controls_of_its_run_came_out(
    archive: Archive, controls: tuple[ControlResult, ...], weight: Weight, threads: bool
) -> None:
    """Without a passed control a look has no full weight; controls of other routes and runs do not count."""
    save_run(archive, snapshot(url=PAGES[1]), controls=(control(),))
    save_run(archive, snapshot(), controls=controls)
    (run_snapshot,) = archive.snapshots.snapshots(NOW)[PAGE]
    assert (run_snapshot.weight, run_snapshot.comments_readable, run_snapshot.run) == (weight, threads, 2)
    assert archive.snapshots.with_passed_controls(VIEW, PAGE, NOW + HOUR, NOW + DAY) == []
    full_weight = archive.snapshots.with_passed_controls(VIEW, PAGE, NOW, NOW)
    assert full_weight == ([run_snapshot.snapshot] if weight is Weight.FULL else [])


def test_what_any_page_of_the_run_showed_speaks_for_its_route(archive: Archive) -> None:
    """A post makes up for a control without a wall, a comment shows that threads can be read, up to `as_of`."""
    late = talked(PAGE, NOW + HOUR)[0]
    save_run(archive, snapshot(url=PAGES[1]), late, controls=(control().model_copy(update={"wall": False}),))
    earlier, later = (archive.snapshots.snapshots(as_of)[PAGES[1]][0] for as_of in (NOW, NOW + HOUR))
    assert (earlier.weight, earlier.comments_readable) == (Weight.FAVOURABLE_ONLY, False)
    assert (later.weight, later.comments_readable) == (Weight.FULL, True)


def test_controls_are_those_of_runs_up_to_a_moment(archive: Archive) -> None:
    """For one week or for all, in the order of the runs."""
    save_run(archive, started_at=NOW + DAY, controls=(control(Outcome.FAILED),))
    save_run(archive, controls=(control(),))
    controls = archive.snapshots.controls
    expected = [(2, str(WEEK), control()), (1, str(WEEK), control(Outcome.FAILED))]
    assert [(c.run, c.week, c.result) for c in controls(NOW + DAY)] == expected
    assert [c.run for c in controls(NOW, str(WEEK))] == [2]
    assert controls(NOW, "2020-W01") == controls(NOW - DAY) == []


def test_a_round_goes_from_its_first_run_until_it_is_ended(archive: Archive) -> None:
    """Each week has its own; a new round of a week replaces an unfinished one."""
    assert archive.snapshots.round_of("2026-W47") is None
    archive.snapshots.begin_round("2026-W47", 1)
    archive.snapshots.begin_round("2026-W47", 3)
    archive.snapshots.begin_round("2026-W48", 4)
    archive.snapshots.end_round("2026-W48")
    assert [archive.snapshots.round_of(week) for week in ("2026-W47", "2026-W48")] == [3, None]


def test_nothing_is_added_to_a_run_that_has_ended(archive: Archive) -> None:
    """Its seal covers all that it stored."""
    run, (page_snapshot, responses) = save_run(archive, snapshot()), look(PAGES[1], NOW)
    with pytest.raises(ArchiveError, match=f"run {run} has ended"):
        archive.snapshots.save(run, str(WEEK), page_snapshot, responses)
    with pytest.raises(ArchiveError, match=f"run {run} has ended"):
        archive.searches.save_responses(run, responses)
    assert archive.evidence.entries() == archive.verify() == []
