"""What is older than it may be goes, so that no file holds a byte of it, and the rest can still be checked."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive import evidence_files as shelf
from auditor.archive import retention as purging
from auditor.archive.retention import Cutoffs, Purged
from auditor.archive.verify import Flaw, FlawKind
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import EvidenceKind
from auditor.base.text import phrase
from tests.archive.tampering import files
from tests.archive_samples import NOW, PAGES, WEEK, begun, edit, flaws, look, moment, namesake, row, talked, week, words
from tests.bytesearch import everything

LAST, DAY = moment(3) + timedelta(days=1), timedelta(days=1)
"""When it is purged: a day after the last run, so that two runs are older than `DAY`s."""
OLD = Cutoffs(public=LAST - 365 * DAY, comments=LAST - 2 * DAY)
"""Of the first two runs the words are due, of none the pages."""


def purge(folder: Path, cutoffs: Cutoffs = OLD) -> Purged:
    """Remove what is due."""
    with Archive.open(folder) as archive:
        return archive.purge(cutoffs, LAST)


def left(folder: Path) -> list[list[int]]:
    """Of which runs any file, packed or not, has a citizen's words, numbers of comments, whom a search came upon."""
    lying, runs = everything(folder), {number: moment(number) for number in (1, 2, 3)}
    needles = (words, lambda at: row(at).encode(), lambda at: namesake(at).encode())
    return [[number for number, at in runs.items() if needle(at) in lying] for needle in needles]


def test_nothing_of_the_purged_is_left_in_any_file_and_the_archive_is_sound(data: Path) -> None:
    """Words of two runs are due; hashes, ids, times and addresses stay as sealed; a second purge finds nothing."""
    with Archive.read(data) as archive:
        before = {e.evidence.id: e.evidence for e in archive.evidence.entries() if e.evidence.kind != EvidenceKind.LEAD}
        links, dry = archive.evidence.seals(), archive.count_due(OLD, LAST)
        held = "SELECT sum(length(comments)) FROM looks WHERE run_id < 3"
        columns = archive._store.rows(f"{held} UNION ALL SELECT sum(length(state)) FROM searches WHERE run_id < 3")
    due = sum(size for (size,) in columns) + sum(path.stat().st_size for path in files(data)[1:4:2])
    assert left(data) == [[1, 2, 3]] * 3
    done = purge(data)
    assert dry == done == Purged(LAST, answers=4, comments=6, looks=0, bytes=due)
    assert (left(data), flaws(data)) == ([[3]] * 3, [])
    assert [path for path in data.glob("*-wal") if path.stat().st_size] == []
    with Archive.read(data) as archive:
        entries = [e for e in archive.evidence.entries() if e.evidence.kind != EvidenceKind.LEAD]
        gone = [e for e in entries if e.purged]
        assert {e.evidence.id: e.evidence for e in entries} == before
        assert [(e.run, e.part, e.purged) for e in gone] == [(1, "words", LAST), (2, "words", LAST)]
        assert archive.purges() == [done]
        seals = archive.evidence.seals()[len(links) :]
        assert [(s.run, s.week, s.facts["files"]) for s in seals] == [(n, str(week(n)), ["words"]) for n in (1, 2)]
        with pytest.raises(ArchiveError, match=f"it was purged on {LAST:%Y-%m-%d}"):
            archive.evidence.record(gone[0])
        assert [archive.audits.comments_purged(str(week(n))) for n in (1, 2, 3)] == [LAST, LAST, None]
        assert [(one.tried, one.at) for one in archive.searches.of("perviy", "Имярек А. А.")] == [(10, moment(3))]
    assert not purge(data)
    with Archive.read(data) as archive:
        assert archive.evidence.seals() == [*links, *seals]


def test_comments_that_are_gone_are_unknown_and_their_sums_are_known(data: Path) -> None:
    """Never none: the check of an old week cannot take them for silence. A look that said nothing is no less."""
    purge(data)
    with Archive.read(data) as archive:
        looks = archive.snapshots.snapshots(LAST)
    first, *_, last = (one.snapshot for one in looks[PAGES[0]])
    spoken, quiet = first.posts
    assert looks[PAGES[1]][0].snapshot == look(PAGES[1], moment(1))[0]
    assert (spoken.comments, spoken.comments_cause, spoken.comments_purged.comments) == ((), "stale", 3)
    assert (quiet.comments, quiet.comments_cause, quiet.comments_purged) == ((), None, None)
    assert len(last.posts[0].comments) == 3


def test_pages_go_later_than_words_and_leave_what_dates_them(data: Path) -> None:
    """Of a look its facts with the oldest and the newest post; of a run its row, its hashes and its proofs."""
    with Archive.read(data) as archive:
        ids = [entry.evidence.id for entry in archive.evidence.entries() if entry.evidence.kind != EvidenceKind.LEAD]
        proofs = archive.evidence.proofs(ids)
    done = purge(data, Cutoffs(LAST - 2 * DAY, LAST - 365 * DAY))  # words never outlive the page they stood on
    assert (done.answers, done.looks, done.comments) == (10, 6, 6)
    assert [path.name[:6] for path in files(data)] == ["000003", "000003"]
    assert flaws(data) == []
    with Archive.read(data) as archive:
        first, *_, last = (one.snapshot for one in archive.snapshots.snapshots(LAST)[PAGES[0]])
        assert archive.snapshots.look_input(1, first) is None
        assert archive.audits.comments_purged(str(WEEK)) == LAST
    assert [(post.id, post.comments_cause) for post in first.posts] == [(5, "stale"), (6, "stale")]
    assert (first.exists, first.posts_cause, last.posts_cause) == (True, "stale", None)
    assert purge(data, Cutoffs(LAST, LAST)).answers == 5
    assert files(data) == flaws(data) == []
    with Archive.read(data) as archive:
        assert len(proofs) == 12
        assert archive.evidence.proofs(ids) == proofs


def test_a_run_is_due_when_it_began_before_the_moment(data: Path) -> None:
    """Not one that began at it; a week's purges are told together, in order."""
    assert not purge(data, Cutoffs(LAST - 365 * DAY, moment(1)))
    assert purge(data, Cutoffs(LAST - 365 * DAY, moment(1) + timedelta(microseconds=1))).answers == 2
    with Archive.open(data) as archive:
        archive.purge(OLD, LAST + DAY)
        told = [(done.at, done.answers, done.comments) for done in archive.purges()]
    assert told == [(LAST, 2, 3), (LAST + DAY, 2, 3)]


@pytest.mark.parametrize("goes_on", [True, False])
def test_a_run_that_goes_on_is_left_alone_and_a_killed_one_is_sealed_first(data: Path, goes_on: bool) -> None:
    """Its file is its own until it is sealed."""
    with Archive.open(data) as running:
        run, early = begun(running), NOW - DAY
        running.snapshots.save(run, str(WEEK), *talked(PAGES[0], early))
        if goes_on:
            assert purge(data).answers == 4
            running.snapshots.save(run, str(WEEK), *talked(PAGES[1], early))
            running.finish_run(run, LAST)
            assert flaws(data) == []
            assert purge(data).answers == 2
    if not goes_on:
        assert purge(data).answers == 5
    assert words(early) not in everything(data)
    assert flaws(data) == []


def test_what_was_changed_before_a_purge_is_not_made_good_by_it(data: Path) -> None:
    """The seal of the purge says what it was like when it went."""
    with files(data)[1].open("ab") as file:
        file.write(b"\0")
    edit(data, "UPDATE looks SET comments = zipped('[[],[]]') WHERE id = 4")
    purge(data)
    assert flaws(data) == [
        Flaw(FlawKind.ROW_CHANGED, "run 1: words", phrase("before it was purged")),
        Flaw(FlawKind.ROW_CHANGED, f"run 2: comments telegram_preview {PAGES[0]}", phrase("before it was purged")),
    ]


def test_a_file_that_is_missing_is_right_only_where_a_purge_says_so(data: Path) -> None:
    """A file of a run that was not purged, and one whose purge did not find it."""
    _, first, *_, last = files(data)
    first.unlink()
    last.unlink()
    assert purge(data).answers == 2
    assert flaws(data) == [Flaw(FlawKind.FILE_MISSING, first.name), Flaw(FlawKind.FILE_MISSING, last.name)]
    assert not purge(data)


def test_a_swapped_file_is_not_what_was_purged(data: Path) -> None:
    """Another run's words in the place of the purged ones are a file that no run knows."""
    _, first, *_, last = files(data)
    purge(data)
    shutil.copy(last, first)
    assert flaws(data) == [Flaw(FlawKind.FILE_UNKNOWN, first.name)]
    purge(data)
    assert not first.exists()
    assert flaws(data) == [Flaw(FlawKind.ROW_CHANGED, "run 1: words", phrase("before it was purged"))]


STEPS = [(purging, name) for name in ("leaves_of", "_empty", "add_seal", "_remove_files", "is_interrupted")]
STEPS += [(shelf.EvidenceFiles, "discard")]


def killed_at(step: int, folder: Path) -> bool:
    """Purge until the step before which the process is killed; tell whether it came to that."""
    left = iter(range(step))

    def counted(function):
        def call(*args, **options):
            if next(left, None) is None:
                raise KeyboardInterrupt
            return function(*args, **options)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for place, name in STEPS:
            patch.setattr(place, name, counted(getattr(place, name)))
        try:
            purge(folder)
        except KeyboardInterrupt:
            return True
    return False


def test_a_purge_stopped_anywhere_is_sound_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    """At each of its steps: what is gone is sealed, what is not yet gone is there; then all is gone."""
    step, told = 0, set[tuple[FlawKind, ...]]()
    while killed_at(step, folder := Path(shutil.copytree(data, tmp_path / f"{step}"))):
        found = flaws(folder)
        assert [flaw for flaw in found if not flaw.harmless] == []
        told.add(tuple(flaw.kind for flaw in found))
        purge(folder)
        assert (flaws(folder), left(folder)) == ([], [[3]] * 3)
        step += 1
    assert step > 10
    assert told == {(FlawKind.PURGE_OPEN,) * count for count in range(3)}, "the database alone, and with a file"


def test_a_purge_beside_a_reader_says_that_it_is_not_finished(data: Path) -> None:
    """The reader's log holds what was removed; the next purge clears it away."""
    reader = sqlite3.connect(data / "archive.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM looks").fetchone()
    with Archive.open(data) as archive:
        archive._store.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(ArchiveError, match="not finished"):
            archive.purge(OLD, LAST)
    reader.execute("COMMIT")
    reader.close()
    purge(data)
    assert (flaws(data), left(data)) == ([], [[3]] * 3)
