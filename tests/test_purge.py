"""What is older than it may be goes, so that no file holds a byte of it, and the rest can still be checked."""

import io
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from auditor.archive import Archive
from auditor.archive import purge as purging
from auditor.archive import warc_files as shelf
from auditor.archive.purge import Cutoffs
from auditor.archive.seals import add_seal, leaves_of
from auditor.archive.verify import Flaw, FlawKind
from auditor.audit.document import Audit
from auditor.audit.words import title_of
from auditor.base.answers import Answer, keep
from auditor.base.errors import ArchiveError, LockedError, SettingsError
from auditor.base.i18n import Catalogue
from auditor.base.locks import hold_lock
from auditor.base.settings import load_settings
from auditor.base.snapshot import Comment, CommentsState, EvidenceKind, Post, Says, Side, Snapshot
from auditor.base.weeks import Week
from auditor.commands.doctor import keeping
from auditor.commands.proof import pack
from auditor.commands.purge import render_purge, run_purge
from auditor.commands.stored_answers import chosen_entries, render_list, render_record, render_verdict
from auditor.run.session import Session
from auditor.run.week import show_week
from auditor.sandbox import World
from tests.archive_samples import edit
from tests.bytesearch import everything
from tests.cases import NOW, WEEK, snapshot
from tests.pipeline import audited, sandboxed

PAGES = ("https://t.me/perviy_rayon", "https://t.me/vtoroy_rayon")
START = {"command": "weekly", "vantage": "тест", "tool_version": "0"}
SAYS = (Says.NOT, Says.ASKS, Says.NOT)
WEEKS = 5
"""Runs are four weeks apart, the last at `LAST`."""
LAST = NOW + timedelta(weeks=16)


def words(number: int, url: str) -> bytes:
    """What stood in one answer, and nowhere else."""
    return f"<html>слова {number} {url} {'неповторимые' * 5}</html>".encode()


def row(number: int) -> str:
    """How the numbers of a run's comments begin, and nothing else does."""
    return f"70000{number:02d}"


def namesake(number: int) -> str:
    """The address of somebody else's page that a search came upon."""
    return f"https://t.me/odnofamilets_{number}"


def look(number: int, url: str, moment) -> tuple[Snapshot, tuple[Answer, ...]]:
    at = moment + timedelta(hours=PAGES.index(url))
    answer = keep(
        EvidenceKind.COMMENTS, url, fetched_at=at, status=200, received=words(number, url), method="GET", headers=()
    )
    rows = tuple(
        Comment(id=int(f"{row(number)}{n}"), at=moment - timedelta(days=1), side=who, author=n + 1, says=SAYS[n])
        for n, who in enumerate((Side.CITIZEN, Side.CITIZEN, Side.OWNER))
    )
    post = Post(id=5, at=moment - timedelta(days=2), url=f"{url}/5", comments_state=CommentsState.OPEN, comments=rows)
    quiet = Post(id=6, at=moment - timedelta(days=2), url=f"{url}/6", comments_state=CommentsState.OPEN)
    return snapshot(url=url, taken_at=moment, posts=(post, quiet), evidence=(answer.evidence,)), (answer,)


def fill(folder: Path) -> Path:
    with Archive.open(folder) as archive:
        for number in range(WEEKS):
            moment = NOW + timedelta(weeks=4 * number)
            week = str(WEEK.shift(4 * number))
            run = archive.start_run(week=week, started_at=moment, **START)
            for url in PAGES:
                archive.looks.save(run, week, *look(number, url, moment))
            seen = keep(EvidenceKind.LEAD, namesake(number), fetched_at=moment, status=200, received=b"page")
            archive.searches.keep(run, [seen])
            archive.searches.save(run, "perviy", "Имярек А. А.", "found", 1, json.dumps([namesake(number)]), moment)
            archive.finish_run(run, moment + timedelta(minutes=1))
            archive.audits.save(week, moment, json.dumps({"offices": []}))
    return folder


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("whole") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a"))


def cutoffs(comments: int = 25, public: int = 365) -> Cutoffs:
    return Cutoffs(public=LAST - timedelta(days=public), comments=LAST - timedelta(days=comments))


def purge(folder: Path, limits: Cutoffs | None = None, **options):
    with Archive.open(folder) as archive:
        limits = limits or cutoffs()
        return archive.purge(limits, max(LAST, limits.public, limits.comments), **options)


def flaws(folder: Path) -> list[Flaw]:
    with Archive.read(folder) as archive:
        return archive.verify()


def left(folder: Path, needles: list[bytes]) -> list[bytes]:
    lying = everything(folder)
    return [needle for needle in needles if needle in lying]


def test_nothing_of_the_purged_is_left_in_any_file_and_the_rest_is(data: Path) -> None:
    """Words of four runs are due, what they searched with them; the search finds them before, and what stays after."""
    answers = {n: [words(n, url) for url in PAGES] for n in range(WEEKS)}
    rows = {n: row(n).encode() for n in range(WEEKS)}
    strangers = [namesake(n).encode() for n in range(WEEKS)]
    assert left(data, [*answers[0], rows[0], *strangers]) == [*answers[0], rows[0], *strangers]
    done = purge(data)
    assert (done.answers, done.comments, done.looks) == (12, 24, 0)
    assert left(data, strangers) == strangers[4:]
    assert left(data, [word for n in range(4) for word in answers[n]]) == []
    assert left(data, [rows[n] for n in range(4)]) == []
    assert left(data, [*answers[4], rows[4]]) == [*answers[4], rows[4]]
    assert (data / "archive.sqlite-wal").stat().st_size == 0 if (data / "archive.sqlite-wal").exists() else True
    assert done.bytes > 0


def test_a_purged_archive_is_sound_and_says_what_is_gone(data: Path) -> None:
    """Hashes, ids, times and addresses are as they were sealed; a second purge finds nothing."""
    with Archive.read(data) as archive:
        before = [entry for entry in archive.answers.entries() if entry.evidence.kind is EvidenceKind.COMMENTS]
        links = len(archive.answers.seals())
    done = purge(data)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        after = [entry for entry in archive.answers.entries() if entry.evidence.kind is EvidenceKind.COMMENTS]
        assert [e.evidence for e in after] == [e.evidence for e in before]
        assert [e.purged for e in after] == [LAST] * 8 + [None] * 2
        assert archive.purges() == [done]
        assert len(archive.answers.seals()) == links + 4
        with pytest.raises(ArchiveError, match="it was purged on"):
            archive.answers.record(after[0])
        assert archive.answers.record(after[-1]).body == words(4, PAGES[1])
        assert archive.audits.comments_purged(str(WEEK)) == LAST
        assert archive.audits.comments_purged(str(WEEK.shift(16))) is None
        assert [one.at for one in archive.searches.of("perviy", "Имярек А. А.")] == [LAST]
    assert not purge(data)
    assert flaws(data) == []


def test_comments_that_are_gone_are_unknown_and_their_sums_are_known(data: Path) -> None:
    """Never none: the check of an old week cannot take them for silence."""
    purge(data)
    with Archive.read(data) as archive:
        stored = archive.looks.snapshots(LAST)[PAGES[0]]
    talked, quiet = stored[0].snapshot.posts
    assert (talked.comments, talked.comments_cause) == ((), "stale")
    assert talked.comments_purged is not None
    assert talked.comments_purged.model_dump() == {
        "comments": 3,
        "citizen": 2,
        "owner": 1,
        "body": 0,
        "unknown": 0,
        "questions": 1,
        "reports": 0,
        "unsure": 0,
    }
    assert (quiet.comments_cause, quiet.comments_purged) == (None, None)
    assert len(stored[-1].snapshot.posts[0].comments) == 3


def test_pages_go_later_than_words(data: Path) -> None:
    """First the file of words, after a year that of pages; nothing of a purged run is left then."""
    with Archive.open(data) as archive:
        run = archive.start_run(week=str(WEEK), started_at=NOW, **START)
        page = keep(EvidenceKind.POSTS, PAGES[0], fetched_at=NOW, status=200, received=b"posts of an official")
        archive.looks.save(run, str(WEEK), snapshot(url=PAGES[0], taken_at=NOW, evidence=(page.evidence,)), [page])
        archive.finish_run(run, NOW)
    assert purge(data, Cutoffs(NOW - timedelta(days=1), LAST + timedelta(days=1))).answers == 15
    assert [path.name.split(".")[1] for path in (data / "evidence").iterdir()] == ["pages"]
    assert flaws(data) == []
    done = purge(data, Cutoffs(LAST + timedelta(days=1), LAST + timedelta(days=1)))
    assert (done.answers, done.looks) == (1, 2 * WEEKS + 1)
    assert list((data / "evidence").iterdir()) == []
    assert flaws(data) == []


def test_a_run_that_goes_on_is_left_alone(data: Path) -> None:
    """Its file is its own until it is sealed."""
    with Archive.open(data) as running:
        run = running.start_run(week=str(WEEK), started_at=NOW, **START)
        running.looks.save(run, str(WEEK), *look(9, PAGES[0], NOW))
        done = purge(data)
        running.looks.save(run, str(WEEK), *look(8, PAGES[1], NOW))
        running.finish_run(run, LAST)
    assert done.answers == 12
    assert flaws(data) == []
    assert purge(data).answers == 2


def test_a_killed_run_is_purged_too(data: Path) -> None:
    """It is sealed first."""
    with Archive.open(data) as killed:
        run = killed.start_run(week=str(WEEK), started_at=NOW, **START)
        killed.looks.save(run, str(WEEK), *look(9, PAGES[0], NOW))
    assert purge(data).answers == 13
    assert left(data, [words(9, PAGES[0])]) == []
    assert flaws(data) == []


# Purge and tampering ----------------------------------------------------------------------------------------------


def test_what_was_changed_before_a_purge_is_not_made_good_by_it(data: Path) -> None:
    """The seal of the purge says what it was like when it went."""
    file = min((data / "evidence").iterdir())
    file.write_bytes(file.read_bytes() + b"\0")
    edit(data, "UPDATE looks SET comments = zipped('[[],[]]') WHERE id = 3")
    purge(data)
    assert flaws(data) == [
        Flaw(FlawKind.ROW_CHANGED, "run 1: words", "before it was purged"),
        Flaw(FlawKind.ROW_CHANGED, f"run 2: comments telegram_preview {PAGES[0]}", "before it was purged"),
    ]


LATER = "2027-01-01T00:00:00.000000Z"
CUT = "UPDATE looks SET core = NULL, asked = NULL WHERE run_id = 1"


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE looks SET comments = zipped('[[],[]]') WHERE id = 1", FlawKind.ROW_ADDED),
        ("UPDATE looks SET comments = NULL WHERE run_id = 5", FlawKind.ROW_MISSING),
        ("UPDATE looks SET core = NULL WHERE run_id = 1", FlawKind.ROW_MISSING),
        (
            "UPDATE looks SET core = zipped(replace(unzipped(core), '\"questions\":1', '\"questions\":0'))",
            FlawKind.ROW_CHANGED,
        ),
        ("UPDATE looks SET said = 0 WHERE id = 1", FlawKind.ROW_CHANGED),
        ("UPDATE answers SET url = 'https://t.me/x' WHERE run_id = 1", FlawKind.ROW_CHANGED),
        ("DELETE FROM answers WHERE run_id = 1", FlawKind.ROW_MISSING),
        ("UPDATE runs SET words = 0 WHERE id = 1", FlawKind.ROW_CHANGED),
        (
            f"INSERT INTO searches VALUES (9, 1, 'perviy', 'x', 'vk', '{LATER}', 0, '')",
            FlawKind.ROW_ADDED,
        ),
        ("DELETE FROM seals WHERE kind = 'purge' AND seq = 12", FlawKind.LINK_MISSING),
        ("UPDATE seals SET body = replace(body, 'comments', 'komments') WHERE seq = 11", FlawKind.LINK_CHANGED),
        ("UPDATE seals SET leaves = zipped('{}') WHERE seq = 11", FlawKind.LINK_CHANGED),
        ("UPDATE seals SET run_id = 5 WHERE seq = 11", FlawKind.LINK_CHANGED),
        ("UPDATE seals SET kind = 'audit' WHERE seq = 11", FlawKind.LINK_CHANGED),
    ],
)
def test_whatever_is_changed_in_a_purged_archive_is_found(data: Path, statement: str, kind: FlawKind) -> None:
    """By kind."""
    purge(data)
    edit(data, statement)
    assert kind in {flaw.kind for flaw in flaws(data)}


def forged(data: Path, run: int, names: set[str], **facts: object) -> None:
    """One more seal that calls a purge what somebody did."""
    with Archive.open(data) as archive, archive._store.transaction() as database:
        gone = {name: sha256 for name, sha256 in leaves_of(archive._store, run).items() if name.split()[0] in names}
        before = {"words": LATER, "pages": LATER}
        told = {"at": LATER, "files": [], "answers": 0, "comments": 0, "looks": 0, "bytes": 0, "before": before}
        add_seal(database, "purge", run, None, told | facts, gone)


def test_an_edit_is_not_made_lawful_by_calling_it_a_purge(data: Path) -> None:
    """A purge can only take away, and what went must be what the run had sealed."""
    edit(data, "UPDATE looks SET core = zipped(replace(unzipped(core), '/5\"', '/7\"')) WHERE run_id = 1")
    forged(data, 1, {"core", "asked"})
    assert {flaw.kind for flaw in flaws(data)} == {FlawKind.ROW_CHANGED, FlawKind.ROW_ADDED}


SOON = (NOW + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.mark.parametrize(
    ("names", "statement", "facts", "why"),
    [
        ({"look"}, "DELETE FROM looks WHERE run_id = 1", {}, "no purge takes it"),
        ({"answer"}, "DELETE FROM answers WHERE run_id = 1 AND kind <> 'lead'", {}, "no purge takes it"),
        ({"run"}, "DELETE FROM runs WHERE id = 1", {}, "no purge takes it"),
        ({"core", "asked"}, CUT, {"before": {}}, "it was not due for the purge"),
        ({"core", "asked"}, CUT, {"before": {"words": LATER}}, "it was not due for the purge"),
        ({"core", "asked"}, CUT, {"at": SOON}, "it was not due for the purge"),
        ({"core", "asked"}, CUT, {"before": {"pages": "2020-01-01T00:00:00.000000Z"}}, "it was not due for the purge"),
        ({"comments"}, "UPDATE looks SET comments = NULL WHERE run_id = 1", {}, "a purge takes all of its part"),
        ({"searches"}, "DELETE FROM searches WHERE run_id = 1", {}, "a purge takes all of its part"),
    ],
)
def test_what_no_purge_takes_is_not_taken_by_its_seal(
    data: Path, names: set[str], statement: str, facts: dict[str, object], why: str
) -> None:
    """Facts never, nothing before it is due by the seal's own word, and no part by halves."""
    forged(data, 1, names, **facts)
    edit(data, statement)
    assert why in {flaw.detail for flaw in flaws(data) if not flaw.harmless}


def test_a_purge_of_a_day_to_come_is_found(data: Path) -> None:
    """By its own word everything would be due by then."""
    forged(data, 1, {"core", "asked", "pages"})
    edit(data, CUT)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        assert archive.purges_ahead(NOW) == [Flaw(FlawKind.LINK_CHANGED, "seal 11", "a purge of 2027-01-01T00:00:00")]
        assert archive.purges_ahead(NOW + timedelta(days=365)) == []


def test_a_purge_that_is_sealed_and_did_not_happen_is_found(data: Path) -> None:
    """What it says is gone is there."""
    forged(data, 5, {"comments", "words"}, files=["words"])
    names = {(flaw.kind, flaw.where) for flaw in flaws(data)}
    assert {(FlawKind.ROW_ADDED, f"run 5: comments telegram_preview {page}") for page in PAGES} <= names


def test_a_file_that_is_missing_is_right_only_where_a_purge_says_so(data: Path) -> None:
    """A file of a run that was not purged, and one whose purge did not find it."""
    file, *_, last = sorted((data / "evidence").iterdir())
    file.unlink()
    last.unlink()
    assert purge(data).answers == 9
    assert flaws(data) == [Flaw(FlawKind.FILE_MISSING, file.name), Flaw(FlawKind.FILE_MISSING, last.name)]
    with Archive.read(data) as archive:
        seals = archive.answers.seals()
    assert not purge(data)
    assert not purge(data)
    with Archive.read(data) as archive:
        assert archive.answers.seals() == seals


def test_a_swapped_file_is_not_what_was_purged(data: Path) -> None:
    """Another run's words in the place of the purged ones are a file that no run knows."""
    first, *_, last = sorted((data / "evidence").iterdir())
    purge(data)
    shutil.copy(last, first)
    assert flaws(data) == [Flaw(FlawKind.FILE_UNKNOWN, first.name)]
    purge(data)
    assert not first.exists()
    assert flaws(data) == [Flaw(FlawKind.ROW_CHANGED, "run 1: words", "before it was purged")]


# Killed, locked, read ---------------------------------------------------------------------------------------------


def killed_at(step: int, folder: Path) -> bool:
    """Purge in a process of its own that is killed at its `step`-th step; tell whether it came to that."""
    process = os.fork()
    if process == 0:
        _purge_and_die(folder, step)
    _, status = os.waitpid(process, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.waitstatus_to_exitcode(status) == 0
    return False


def _purge_and_die(folder: Path, left: int) -> None:
    """Only in the child: count the steps that write, and end at one of them as the kernel would end it."""

    def counted(function):
        def call(*args, **kwargs):
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    code = 1
    try:
        shelf.Shelf.discard = counted(shelf.Shelf.discard)
        for name in ("leaves_of", "_empty", "add_seal", "_remove_files", "is_open"):
            setattr(purging, name, counted(getattr(purging, name)))
        purge(folder)
        code = 0
    finally:
        os._exit(code)


def test_a_purge_killed_anywhere_is_sound_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    """At each of its steps: what is gone is sealed, what is not yet gone is there; then all is gone."""
    interrupted = 0
    for step in range(60):
        folder = Path(shutil.copytree(data, tmp_path / f"k{step}"))
        if not killed_at(step, folder):
            break
        found = flaws(folder)
        assert [flaw for flaw in found if not flaw.harmless] == []
        interrupted += bool(found)
        purge(folder)
        assert flaws(folder) == []
        assert left(folder, [words(n, url) for n in range(4) for url in PAGES]) == []
        assert left(folder, [row(0).encode(), row(1).encode()]) == []
    assert step > 10
    assert interrupted > 3


def test_an_interrupted_purge_is_a_word_and_no_flaw(data: Path, tmp_path: Path, catalogue: Catalogue) -> None:
    """What is sealed away and not removed yet: the verdict is good, names the file and says what goes on."""
    for step in range(60):
        folder = Path(shutil.copytree(data, tmp_path / f"b{step}"))
        assert killed_at(step, folder)
        names = [flaw.where for flaw in flaws(folder) if flaw.where.endswith(".words.warc.gz")]
        if names:
            break
    with Archive.read(folder) as archive:
        said, sound = render_verdict(archive, archive.verify(), None, catalogue)
    assert sound
    assert "In the archive nothing is missing and nothing was changed." in said
    assert f"{names[0]}: a purge was interrupted; the next `auditor purge` goes on" in said


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue("en", ZoneInfo("Asia/Tomsk"))


def test_a_purge_beside_a_reader_says_that_it_is_not_finished(data: Path) -> None:
    """The reader's log holds what was removed; the next purge clears it away."""
    reader = sqlite3.connect(data / "archive.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM looks").fetchone()
    with Archive.open(data) as archive:
        archive._store.db.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(ArchiveError, match="not finished"):
            archive.purge(cutoffs(), LAST)
    reader.execute("COMMIT")
    reader.close()
    purge(data)
    assert left(data, [row(0).encode()]) == []
    assert flaws(data) == []


# The command ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory):
    """A sandbox's week, judged and stored; the session."""
    folder = tmp_path_factory.mktemp("judged")
    world = World.build()
    with sandboxed(world, folder) as (_, session):
        audit = audited(session)
        with Archive.open(session.data) as archive:
            archive.audits.save(audit.week, audit.as_of, audit.to_stored())
    return world, session, audit


def shown_in_english(session: Session, week: Week) -> Audit:
    session = replace(session, words=Catalogue("en", session.registry.zone))
    with Archive.read(session.data) as archive:
        return show_week(session, archive, week, session.clock())


def russian_in(audit: Audit) -> list[str]:
    """Russian that the program itself would have said: what the registry names may be in it."""
    russian = re.compile("[А-Яа-яЁё]+")
    assert audit.language == "en"
    said = [text for check in audit.checks for text in (check.title, check.question, check.method, check.threshold)]
    for finding in (finding for office in audit.offices for finding in office.findings):
        named = set(russian.findall(json.dumps(finding.params, ensure_ascii=False)))
        title = title_of(finding, audit.policy, Catalogue("en", ZoneInfo(audit.timezone)))
        title = title.partition(" (benchmark: ")[0]  # whose number it is: a name of the policy's source
        said += [title, *(word for word in russian.findall(finding.message) if word not in named)]
    return [text for text in said if russian.search(text)]


def _of_comments(audit: Audit) -> list[tuple[object, ...]]:
    """What an audit says of comments, office by office."""
    return [
        (f.check, f.account, f.outcome, f.cause, f.values)
        for office in audit.offices
        for f in office.findings
        if f.check in {"comments_open", "comments_answered"}
    ]


def test_after_a_purge_an_old_week_is_judged_with_the_figures_of_then(judged, tmp_path: Path) -> None:
    """And says so; without its stored audit the comments are unknown, and nothing turns red that was not."""
    world, session, audit = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    session = replace(session, as_of=world.now + timedelta(days=200))
    dry = run_purge(session, dry_run=True)
    assert flaws(session.data) == []
    done = run_purge(session)
    assert dry == done
    assert done.comments > 100
    week = Week.parse(audit.week, session.registry.zone)
    with Archive.read(session.data) as archive:
        shown = show_week(session, archive, week, session.clock())
    assert shown.comments_purged_at == session.clock()
    assert _of_comments(shown) == _of_comments(audit)
    assert russian_in(shown_in_english(session, week)) == []
    from tests.pages import summary

    assert "очищены по сроку хранения" in summary(shown, session.words)
    edit(session.data, "DELETE FROM audits")
    with Archive.read(session.data) as archive:
        again = show_week(session, archive, week, audit.as_of)
    was = {(o.id, f.check, f.account): f for o in audit.offices for f in o.findings}
    for office in again.offices:
        for finding in office.findings:
            before = was[office.id, finding.check, finding.account]
            if finding.check != "comments_answered":
                assert finding.outcome == before.outcome
            elif before.values.get("comments"):
                assert (finding.outcome, finding.cause) == ("cantTell", "stale")
                assert finding.values["comments"] is None
            else:
                assert finding.outcome == before.outcome


def test_the_doctor_says_what_is_due_and_who_can_look_in(judged, tmp_path: Path) -> None:
    """A line that says to purge once something is older than it may be, and one where the folder is open to others."""
    world, session, _ = judged
    data = Path(shutil.copytree(session.data, tmp_path / "d"))
    data.chmod(0o700)

    def told(days: int) -> dict[str, tuple[str, str]]:
        then = replace(session, data=data, as_of=world.now + timedelta(days=days))
        return {line.subject: (line.state, session.words.text(line.detail)) for line in keeping(then)}

    assert told(0) == {"archive: keeping": ("ok", "Старше установленного срока ничего нет.")}
    state, detail = told(200)["archive: keeping"]
    assert state == "wrong"
    assert "auditor purge" in detail
    data.chmod(0o750)
    assert told(0)["archive: rights"] == (
        "wrong",
        f"{data}: папка открыта другим пользователям этого компьютера; chmod 700 {data}",
    )


def test_the_command_says_what_went(judged, tmp_path: Path) -> None:
    """In the reader's language; nothing due is said as well; a run that goes on is not disturbed."""
    world, session, _ = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    assert "Старше установленного срока ничего нет" in render_purge(run_purge(session), session, dry_run=False)
    session = replace(session, as_of=world.now + timedelta(days=200))
    with hold_lock(session.data / "search"), pytest.raises(LockedError):
        run_purge(session)
    said = render_purge(run_purge(session), session, dry_run=False)
    assert "Старше 90 дн. (страницы: 365): ответов сетей" in said
    assert "записано в цепочку" in said


def test_a_dispute_of_a_purged_week_is_answered_with_the_hashes(judged, tmp_path: Path) -> None:
    """Listed, shown, packed and verified: each says that it was purged, none that it was damaged."""
    world, session, audit = judged
    session = replace(session, data=Path(shutil.copytree(session.data, tmp_path / "d")))
    run_purge(replace(session, as_of=world.now + timedelta(days=400)))
    office = session.registry.offices[0]
    with Archive.read(session.data) as archive:
        entries = chosen_entries(archive, office, audit.week)
        assert entries
        assert all(entry.purged for entry in entries)
        listed = render_list(entries, session.words)
        shown = render_record(entries[0], None, session.words)
        package = pack(archive, office, audit.week, session.words)
        verdict, sound = render_verdict(archive, archive.verify(), None, session.words)
        seal, later = archive.audits.seal_of(audit.week, audit.as_of), archive.answers.seals()[-1].sha256
    assert "содержания нет" in listed
    assert "очищено по сроку хранения" in shown
    assert entries[0].evidence.sha256 in shown
    assert sound
    assert "Очищено" in verdict
    with zipfile.ZipFile(io.BytesIO(package.data)) as files:
        page, records = files.read("index.html").decode(), json.loads(files.read("records.json"))
        assert files.read("evidence.warc.gz") == b""
        files.extractall(tmp_path / "export")
    assert page.count("очищено по сроку хранения") == package.answers
    assert "повреждена" not in page
    assert all(record["purged_at"] for record in records)
    done = _checked(tmp_path / "export", seal)
    assert done.returncode == 3, done.stdout
    assert "докажет печать более позднего отчёта" in done.stdout
    done = _checked(tmp_path / "export", later)
    assert done.returncode == 0, done.stdout
    assert f"(доказана только строка с хешами): {package.answers}" in done.stdout


def _checked(export: Path, seal: str) -> subprocess.CompletedProcess[str]:
    checked = [sys.executable, "-I", str(export / "verify.py"), seal]
    return subprocess.run(checked, capture_output=True, text=True, check=False)


def test_how_long_things_are_kept_is_a_setting(tmp_path: Path) -> None:
    """Whole days from one on; a year and ninety unless set, by the environment or the file."""
    assert (load_settings({}, tmp_path).keep_public_days, load_settings({}, tmp_path).keep_comments_days) == (365, 90)
    (tmp_path / "auditor.toml").write_text("keep_public_days = 70\nkeep_comments_days = 14\n", encoding="utf-8")
    settings = load_settings({"AUDITOR_KEEP_COMMENTS_DAYS": "21"}, tmp_path)
    assert (settings.keep_public_days, settings.keep_comments_days) == (70, 21)


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "month", "36501", "٣", "9" * 30, "0000001999999", "nan"])
def test_a_wrong_number_of_days_is_one_line(days: str, tmp_path: Path) -> None:
    """Nothing is purged by a slip of the pen."""
    with pytest.raises(SettingsError, match=r"AUDITOR_KEEP_PUBLIC_DAYS.*from 1 to 36500"):
        load_settings({"AUDITOR_KEEP_PUBLIC_DAYS": days}, tmp_path)


def test_after_a_year_of_a_look_only_what_dates_the_page_is_left(data: Path) -> None:
    """Of its posts the oldest and the newest; what was sealed foretold that, so all is sound."""
    done = purge(data, cutoffs(comments=25, public=60))
    assert (done.looks, done.answers) == (4, 12)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        first, *_, last = (row.snapshot for row in archive.looks.snapshots(LAST)[PAGES[0]])
        assert archive.audits.comments_purged(str(WEEK)) == LAST
    assert [post.id for post in first.posts] == [5, 6]
    assert (first.exists, first.posts_cause, first.posts[0].comments_cause) == (True, "stale", "stale")
    assert last.posts_cause is None
    edit(data, "UPDATE looks SET facts = zipped(replace(unzipped(facts), '\"id\":6', '\"id\":7')) WHERE run_id = 1")
    assert {flaw.kind for flaw in flaws(data)} == {FlawKind.ROW_CHANGED}


def test_an_archive_that_is_not_there_is_not_made(judged, tmp_path: Path) -> None:
    """There is nothing to purge."""
    session = replace(judged[1], data=tmp_path / "none")
    assert not run_purge(session)
    assert not (tmp_path / "none").exists()
