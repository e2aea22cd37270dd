"""What runs saw is stored once and whole, and read by page, up to a moment."""

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


def saved(archive: Archive, *looks: Snapshot, at=NOW, controls: tuple[ControlResult, ...] = ()) -> int:
    """A finished run with these looks and controls."""
    run = begun(archive, at)
    for seen in looks:
        archive.snapshots.save(run, str(WEEK), seen)
    for result in controls:
        archive.snapshots.save_control(run, result, ())
    archive.finish_run(run, at)
    return run


def test_a_look_comes_back_as_it_was_with_its_answers(archive: Archive, tmp_path: Path) -> None:
    """Nothing is lost on the way through the file; the same answer is stored once, another look's is another."""
    seen, answers = talked(PAGE, NOW)
    run = begun(archive)
    archive.snapshots.save(run, str(WEEK), seen, answers)
    archive.snapshots.save(run, str(WEEK), seen, (*answers, *answers))
    archive.snapshots.save(run, str(WEEK), *look(PAGE, NOW + HOUR))
    archive.snapshots.save(run, str(WEEK), seen)
    with Archive.read(tmp_path) as again:
        (stored,) = again.snapshots.all(NOW + HOUR)
        assert (stored.snapshot, stored.run, stored.week) == (seen, run, str(WEEK)), "a run has one look at a page"
        for answer in answers:
            assert evidence(again, answer.evidence.id) == (answer.evidence, answer.body)
        assert len(again.evidence.entries()) == 3


def test_an_account_that_breaks_in_the_middle_leaves_nothing_of_itself(archive: Archive) -> None:
    """One transaction an account: the answers written before the break go with it."""
    seen, answers = look(PAGE, NOW)

    def broken():
        yield from answers
        raise RuntimeError

    run = begun(archive)
    archive.snapshots.save(run, str(WEEK), *look(PAGES[1], NOW))
    with pytest.raises(RuntimeError):
        archive.snapshots.save(run, str(WEEK), seen, broken())
    assert evidence(archive, answers[0].evidence.id) is None
    assert list(archive.snapshots.snapshots(NOW)) == [PAGES[1]]
    archive.snapshots.save(run, str(WEEK), seen, answers)
    archive.finish_run(run, NOW)
    assert archive.verify() == []


def test_a_secret_is_stored_of_nothing(archive: Archive, tmp_path: Path) -> None:
    """Neither in addresses, nor in documents, nor in what a look was asked for."""
    remember("hush-hush-0123456789")
    url = "https://t.me/x?key=hush-hush-0123456789"
    saved(archive, snapshot(url=url, renamed_to=url), controls=(control().model_copy(update={"url": url}),))
    (seen,), (one,) = archive.snapshots.all(NOW), archive.snapshots.controls(NOW)
    assert "hush" not in f"{seen.snapshot.url} {seen.snapshot.renamed_to} {one.result.url}"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"hush-hush" in path.read_bytes()]


def test_an_earlier_moment_does_not_know_later_looks(archive: Archive) -> None:
    """The same archive and the same moment give the same audit, whatever was added since. The oldest comes first."""
    looks = archive.snapshots
    saved(archive, snapshot(taken_at=NOW + DAY), at=NOW + DAY)
    saved(archive, snapshot(), snapshot(url=PAGES[1]))
    assert {url: len(rows) for url, rows in looks.snapshots(NOW).items()} == {PAGE: 1, PAGES[1]: 1}
    assert [row.snapshot.taken_at for row in looks.snapshots(NOW + DAY)[PAGE]] == [NOW, NOW + DAY]
    assert looks.snapshots(NOW - DAY) == {}
    assert list(looks.snapshots(NOW, [PAGE])) == [PAGE]
    looks.mark_interrupted([("vk", PAGE)], NOW + DAY)
    begun_at = {(VIEW, PAGE): NOW + DAY, (VIEW, PAGES[1]): NOW, ("vk", PAGE): NOW + DAY}
    assert looks.looked_at(NOW + DAY) == begun_at, "a look that was cut off counts as one begun"
    assert looks.looked_at(NOW) == {(VIEW, PAGE): NOW, (VIEW, PAGES[1]): NOW}
    assert [(seen.url, seen.taken_at) for seen in looks.newest(NOW + DAY)] == [(PAGES[1], NOW), (PAGE, NOW + DAY)]
    assert [seen.taken_at for seen in looks.newest(NOW) if seen.url == PAGE] == [NOW]


def test_looks_of_long_ago_come_in_brief(archive: Archive) -> None:
    """Those from a moment on whole, those before it with what dates the page and no comments."""
    early, late = talked(PAGE, NOW)[0], talked(PAGE, NOW + DAY)[0]
    saved(archive, early)
    saved(archive, late, at=NOW + DAY)
    brief, whole = (row.snapshot for row in archive.snapshots.snapshots(NOW + DAY, since=NOW + DAY)[PAGE])
    assert (whole, brief.posts_cause, [len(post.comments) for post in brief.posts]) == (late, "stale", [0, 0])
    assert archive.snapshots.snapshots(NOW + DAY, since=NOW)[PAGE][0].snapshot == early


def test_a_page_that_moved_is_followed_to_where_it_was(archive: Archive) -> None:
    """From address to address, and not to those that it has nothing to do with."""
    a, b, c, d = (f"https://t.me/page_{name}" for name in "abcd")
    saved(archive, snapshot(url=a, renamed_to=b), snapshot(url=b, renamed_to=c), snapshot(url=c), snapshot(url=d))
    assert set(archive.snapshots.snapshots(NOW, [c])) == {a, b, c}
    assert set(archive.snapshots.snapshots(NOW, [a])) == {a}


def test_the_answers_behind_an_offices_pages_are_found_by_week(stored: Archive) -> None:
    """Of one week or of all."""
    entries = {entry.evidence.id: entry for entry in stored.evidence.entries()}
    named, of_week = stored.snapshots.evidence_of([PAGE]), stored.snapshots.evidence_of([PAGE], str(WEEK))
    assert {entries[name].evidence.url for name in named} == {PAGE, f"{PAGE}/5?embed=1"}
    assert (len(named), {entries[name].week for name in of_week}, len(of_week)) == (6, {str(WEEK)}, 2)


VK = {"network": "vk", "route": Route.VK, "url": "https://vk.com/id1", "expected": False}


@pytest.mark.parametrize(
    ("controls", "weight", "threads"),
    [
        ((), Weight.FAVOURABLE_ONLY, False),
        ((control(),), Weight.FULL, False),
        ((control(Outcome.FAILED),), Weight.FAVOURABLE_ONLY, False),
        ((control().model_copy(update={"thread": True}),), Weight.FULL, True),
        ((control().model_copy(update={"wall": False}),), Weight.FAVOURABLE_ONLY, False),
        ((control(Outcome.FAILED).model_copy(update={"expected": False}),), Weight.NONE, False),
        ((control(), ControlResult(**VK, outcome=Outcome.FAILED)), Weight.FULL, False),
    ],
)
def test_a_look_weighs_as_the_controls_of_its_run_came_out(
    archive: Archive, controls: tuple[ControlResult, ...], weight: Weight, threads: bool
) -> None:
    """Failed or unseen they vouch for nothing; those of another route, or of another run, are not asked."""
    saved(archive, snapshot(url=PAGES[1]), controls=(control(),))
    saved(archive, snapshot(), controls=controls)
    (stored,) = archive.snapshots.snapshots(NOW)[PAGE]
    assert (stored.weight, stored.comments_readable, stored.run) == (weight, threads, 2)
    assert archive.snapshots.with_passed_controls(VIEW, PAGE, NOW + HOUR, NOW + DAY) == []
    sound = archive.snapshots.with_passed_controls(VIEW, PAGE, NOW, NOW)
    assert sound == ([stored.snapshot] if weight is Weight.FULL else [])


def test_what_any_page_of_the_run_showed_speaks_for_its_route(archive: Archive) -> None:
    """A post makes up for a control without a wall, a comment shows that threads can be read; up to the moment."""
    late = talked(PAGE, NOW + HOUR)[0]
    saved(archive, snapshot(url=PAGES[1]), late, controls=(control().model_copy(update={"wall": False}),))
    before, after = (archive.snapshots.snapshots(at)[PAGES[1]][0] for at in (NOW, NOW + HOUR))
    assert (before.weight, before.comments_readable) == (Weight.FAVOURABLE_ONLY, False)
    assert (after.weight, after.comments_readable) == (Weight.FULL, True)


def test_controls_are_those_of_runs_up_to_a_moment(archive: Archive) -> None:
    """Of one week or of all, in the order of the runs."""
    saved(archive, at=NOW + DAY, controls=(control(Outcome.FAILED),))
    saved(archive, controls=(control(),))
    controls = archive.snapshots.controls
    told = [(2, str(WEEK), control()), (1, str(WEEK), control(Outcome.FAILED))]
    assert [(c.run, c.week, c.result) for c in controls(NOW + DAY)] == told
    assert [c.run for c in controls(NOW, str(WEEK))] == [2]
    assert controls(NOW, "2020-W01") == controls(NOW - DAY) == []


def test_a_round_goes_from_its_first_run_until_it_is_ended(archive: Archive) -> None:
    """Each week has its own; a new one lets an unfinished one go."""
    assert archive.snapshots.round_of("2026-W47") is None
    archive.snapshots.begin_round("2026-W47", 1)
    archive.snapshots.begin_round("2026-W47", 3)
    archive.snapshots.begin_round("2026-W48", 4)
    archive.snapshots.end_round("2026-W48")
    assert [archive.snapshots.round_of(week) for week in ("2026-W47", "2026-W48")] == [3, None]


def test_nothing_is_added_to_a_run_that_has_ended(archive: Archive) -> None:
    """Its seal stands for all that it saw."""
    run, (seen, answers) = saved(archive, snapshot()), look(PAGES[1], NOW)
    with pytest.raises(ArchiveError, match=f"run {run} has ended"):
        archive.snapshots.save(run, str(WEEK), seen, answers)
    with pytest.raises(ArchiveError, match=f"run {run} has ended"):
        archive.searches.save_responses(run, answers)
    assert archive.evidence.entries() == archive.verify() == []
