"""A purge removes what is past its retention so that no file holds a byte of it; the rest can still be verified."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive, evidence_files, retention
from auditor.archive.retention import Cutoffs, Purged
from auditor.archive.verify import Flaw, FlawKind
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from auditor.base.text import phrase
from tests.archive.tampering import files
from tests.archive_samples import NOW, PAGES, WEEK, begun, edit, flaws, look, moment, namesake, row, talked, week, words
from tests.bytesearch import everything

PURGED_AT, DAY = moment(3) + timedelta(days=1), timedelta(days=1)
"""The moment of the purge: a day after the last run, so that the first two runs are more than two days old."""
WORDS_DUE = Cutoffs(public=PURGED_AT - 365 * DAY, comments=PURGED_AT - 2 * DAY)
"""Cutoffs at which the words of the first two runs are due, and no pages."""


def purge(folder: Path, cutoffs: Cutoffs = WORDS_DUE) -> Purged:
    """Remove what is due and return what was removed."""
    with Archive.open(folder) as archive:
        return archive.purge(cutoffs, PURGED_AT)


def runs_left(folder: Path) -> list[list[int]]:
    """Return, for citizens' words, comment ids and found pages, the runs of which any file holds some."""
    contents, runs = everything(folder), {number: moment(number) for number in (1, 2, 3)}
    needles = (words, lambda started_at: row(started_at).encode(), lambda started_at: namesake(started_at).encode())
    return [[number for number, started_at in runs.items() if needle(started_at) in contents] for needle in needles]


def test_nothing_of_the_purged_is_left_in_any_file_and_the_archive_is_sound(data: Path) -> None:
    """Words of two runs are due; hashes, ids, times and addresses stay as sealed; a second purge removes nothing."""
    with Archive.read(data) as archive:
        evidence_before = {
            e.evidence.id: e.evidence for e in archive.evidence.entries() if e.evidence.kind != EvidenceKind.LEAD
        }
        first_seals, forecast = archive.evidence.seals(), archive.count_due(WORDS_DUE, PURGED_AT)
        query = "SELECT sum(length(comments)) FROM looks WHERE run_id < 3"
        sizes = archive._store.rows(f"{query} UNION ALL SELECT sum(length(state)) FROM searches WHERE run_id < 3")
    due_bytes = sum(size for (size,) in sizes) + sum(path.stat().st_size for path in files(data)[1:4:2])
    assert runs_left(data) == [[1, 2, 3]] * 3
    purged = purge(data)
    assert forecast == purged == Purged(PURGED_AT, answers=4, comments=6, looks=0, bytes=due_bytes)
    assert (runs_left(data), flaws(data)) == ([[3]] * 3, [])
    assert [path for path in data.glob("*-wal") if path.stat().st_size] == []
    with Archive.read(data) as archive:
        entries = [e for e in archive.evidence.entries() if e.evidence.kind != EvidenceKind.LEAD]
        purged_entries = [e for e in entries if e.purged]
        assert {e.evidence.id: e.evidence for e in entries} == evidence_before
        assert [(e.run, e.part, e.purged) for e in purged_entries] == [(1, "words", PURGED_AT), (2, "words", PURGED_AT)]
        assert archive.purges() == [purged]
        seals = archive.evidence.seals()[len(first_seals) :]
        assert [(s.run, s.week, s.facts["files"]) for s in seals] == [(n, str(week(n)), ["words"]) for n in (1, 2)]
        with pytest.raises(ArchiveError, match=f"it was purged on {PURGED_AT:%Y-%m-%d}"):
            archive.evidence.record(purged_entries[0])
        assert [archive.audits.comments_purged(str(week(n))) for n in (1, 2, 3)] == [PURGED_AT, PURGED_AT, None]
        assert [(search.tried, search.at) for search in archive.searches.of("perviy", "Имярек А. А.")] == [
            (10, moment(3))
        ]
    assert not purge(data)
    with Archive.read(data) as archive:
        assert archive.evidence.seals() == [*first_seals, *seals]


def test_comments_that_are_gone_are_unknown_and_their_sums_are_known(data: Path) -> None:
    """They never count as zero, which a check of an old week would take for silence. Other posts are unchanged."""
    purge(data)
    with Archive.read(data) as archive:
        looks = archive.snapshots.snapshots(PURGED_AT)
    first_snapshot, *_, last_snapshot = (run_snapshot.snapshot for run_snapshot in looks[PAGES[0]])
    commented_post, quiet_post = first_snapshot.posts
    assert looks[PAGES[1]][0].snapshot == look(PAGES[1], moment(1))[0]
    assert (commented_post.comments, commented_post.comments_cause, commented_post.comments_purged.comments) == (
        (),
        "stale",
        3,
    )
    assert (quiet_post.comments, quiet_post.comments_cause, quiet_post.comments_purged) == ((), None, None)
    assert len(last_snapshot.posts[0].comments) == 3


def test_pages_go_later_than_words_and_leave_what_dates_them(data: Path) -> None:
    """A look keeps its facts with the oldest and the newest post; a run keeps its row, its hashes and its proofs."""
    with Archive.read(data) as archive:
        ids = [entry.evidence.id for entry in archive.evidence.entries() if entry.evidence.kind != EvidenceKind.LEAD]
        proofs = archive.evidence.proofs(ids)
    purged = purge(
        data, Cutoffs(PURGED_AT - 2 * DAY, PURGED_AT - 365 * DAY)
    )  # words never outlive the page they stood on
    assert (purged.answers, purged.looks, purged.comments) == (10, 6, 6)
    assert [path.name[:6] for path in files(data)] == ["000003", "000003"]
    assert flaws(data) == []
    with Archive.read(data) as archive:
        first_snapshot, *_, last_snapshot = (
            run_snapshot.snapshot for run_snapshot in archive.snapshots.snapshots(PURGED_AT)[PAGES[0]]
        )
        assert archive.snapshots.look_input(1, first_snapshot) is None
        assert archive.audits.comments_purged(str(WEEK)) == PURGED_AT
    assert [(post.id, post.comments_cause) for post in first_snapshot.posts] == [(5, "stale"), (6, "stale")]
    assert (first_snapshot.exists, first_snapshot.posts_cause, last_snapshot.posts_cause) == (True, "stale", None)
    assert purge(data, Cutoffs(PURGED_AT, PURGED_AT)).answers == 5
    assert files(data) == flaws(data) == []
    with Archive.read(data) as archive:
        assert len(proofs) == 12
        assert archive.evidence.proofs(ids) == proofs


def test_a_run_is_due_when_it_began_before_the_moment(data: Path) -> None:
    """A run that began at the cutoff is not due. Purges are listed in order, one entry for each moment."""
    assert not purge(data, Cutoffs(PURGED_AT - 365 * DAY, moment(1)))
    assert purge(data, Cutoffs(PURGED_AT - 365 * DAY, moment(1) + timedelta(microseconds=1))).answers == 2
    with Archive.open(data) as archive:
        archive.purge(WORDS_DUE, PURGED_AT + DAY)
        totals = [(purged.at, purged.answers, purged.comments) for purged in archive.purges()]
    assert totals == [(PURGED_AT, 2, 3), (PURGED_AT + DAY, 2, 3)]


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_run_that_goes_on_is_left_alone_and_a_killed_one_is_sealed_first(data: Path, goes_on: bool) -> None:
    """A running run's file is left alone until the run is sealed."""
    with Archive.open(data) as running:
        run, earlier = begun(running), NOW - DAY
        running.snapshots.save(run, str(WEEK), *talked(PAGES[0], earlier))
        if goes_on:
            assert purge(data).answers == 4
            running.snapshots.save(run, str(WEEK), *talked(PAGES[1], earlier))
            running.finish_run(run, PURGED_AT)
            assert flaws(data) == []
            assert purge(data).answers == 2
    if not goes_on:
        assert purge(data).answers == 5
    assert words(earlier) not in everything(data)
    assert flaws(data) == []


def test_what_was_changed_before_a_purge_is_not_made_good_by_it(data: Path) -> None:
    """The purge's seal holds the hash that the purged data had at that moment."""
    with files(data)[1].open("ab") as file:
        file.write(b"\0")
    edit(data, "UPDATE looks SET comments = zipped('[[],[]]') WHERE id = 4")
    purge(data)
    assert flaws(data) == [
        Flaw(FlawKind.ROW_CHANGED, "run 1: words", phrase("before it was purged")),
        Flaw(FlawKind.ROW_CHANGED, f"run 2: comments telegram_preview {PAGES[0]}", phrase("before it was purged")),
    ]


def test_a_file_that_is_missing_is_right_only_where_a_purge_says_so(data: Path) -> None:
    """Flaws: a missing file of a run that was not purged, and one that was missing before its run was purged."""
    _, first_file, *_, last_file = files(data)
    first_file.unlink()
    last_file.unlink()
    assert purge(data).answers == 2
    assert flaws(data) == [Flaw(FlawKind.FILE_MISSING, first_file.name), Flaw(FlawKind.FILE_MISSING, last_file.name)]
    assert not purge(data)


def test_a_swapped_file_is_not_what_was_purged(data: Path) -> None:
    """Another run's file in the place of the purged one is reported as unknown."""
    _, first_file, *_, last_file = files(data)
    purge(data)
    shutil.copy(last_file, first_file)
    assert flaws(data) == [Flaw(FlawKind.FILE_UNKNOWN, first_file.name)]
    purge(data)
    assert not first_file.exists()
    assert flaws(data) == [Flaw(FlawKind.ROW_CHANGED, "run 1: words", phrase("before it was purged"))]


STEPS = [(retention, name) for name in ("leaves_of", "_empty", "add_seal", "_remove_files", "is_interrupted")]
STEPS += [(evidence_files.EvidenceFiles, "discard")]


def killed_at(step: int, folder: Path) -> bool:
    """Purge, but die before the step of this number; return whether the purge got that far."""
    remaining_steps = iter(range(step))

    def counted(function):
        def call(*args, **options):
            if next(remaining_steps, None) is None:
                raise KeyboardInterrupt
            return function(*args, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in STEPS:
            patch.setattr(owner, name, counted(getattr(owner, name)))
        try:
            purge(folder)
        except KeyboardInterrupt:
            return True
    return False


def test_a_purge_stopped_anywhere_is_sound_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    """At each step: removed data are sealed as purged, the rest is complete; the next purge removes all of it."""
    step, flaw_kinds = 0, set[tuple[FlawKind, ...]]()
    while killed_at(step, folder := Path(shutil.copytree(data, tmp_path / f"{step}"))):
        current_flaws = flaws(folder)
        assert [flaw for flaw in current_flaws if not flaw.harmless] == []
        flaw_kinds.add(tuple(flaw.kind for flaw in current_flaws))
        purge(folder)
        assert (flaws(folder), runs_left(folder)) == ([], [[3]] * 3)
        step += 1
    assert step > 10
    assert flaw_kinds == {(FlawKind.PURGE_OPEN,) * count for count in range(3)}, "the database alone, and with a file"


def test_a_purge_beside_a_reader_says_that_it_is_not_finished(data: Path) -> None:
    """The write-ahead log that a reader holds open keeps removed data; the next purge clears it."""
    reader = sqlite3.connect(data / "archive.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM looks").fetchone()
    with Archive.open(data) as archive:
        archive._store.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(ArchiveError, match="not finished"):
            archive.purge(WORDS_DUE, PURGED_AT)
    reader.execute("COMMIT")
    reader.close()
    purge(data)
    assert (flaws(data), runs_left(data)) == ([], [[3]] * 3)
