"""Whatever is changed in an archive behind its back is found and named, and the rest still serves."""

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.verify import Flaw, FlawKind
from auditor.base.errors import ArchiveError
from auditor.base.i18n import Catalogue
from auditor.commands.stored_answers import render_verdict
from tests.archive_samples import PAGES, START, edit, evidence, fill, flaws, look
from tests.cases import NOW, WEEK


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("whole") / "a")


@pytest.fixture
def data(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a"))


def kinds(folder: Path) -> set[FlawKind]:
    return {flaw.kind for flaw in flaws(folder)}


def files(folder: Path) -> list[Path]:
    """The runs' files of pages."""
    return sorted((folder / "evidence").glob("*.pages.warc.gz"))


def places(folder: Path) -> list:
    """The answers of the second run that are in its file of pages."""
    with Archive.read(folder) as archive:
        return [entry for entry in archive.answers.entries() if entry.run == 2 and entry.part == "pages"]


def test_an_untouched_archive_has_no_flaw(data: Path) -> None:
    """Nor has an empty one."""
    assert flaws(data) == []
    assert flaws(data / "none") == []


def test_a_flipped_byte_of_a_record_is_found_and_the_other_records_serve(data: Path) -> None:
    """The flaw names the file and the answer."""
    file, (first, second, third) = files(data)[1], places(data)
    bytes_ = bytearray(file.read_bytes())
    bytes_[second.offset + second.length // 2] ^= 0x10
    file.write_bytes(bytes_)
    found = flaws(data)
    assert {(f.kind, f.where) for f in found} == {
        (FlawKind.FILE_CHANGED, file.name),
        (FlawKind.RECORD_DAMAGED, f"{file.name}: {second.evidence.id}"),
    }
    with Archive.read(data) as archive:
        for entry in (first, third):
            assert evidence(archive, entry.evidence.id) is not None


@pytest.mark.parametrize("place", range(0, 1000, 37))
def test_a_flipped_byte_anywhere_in_a_file_is_found(data: Path, place: int) -> None:
    """Its beginning, a request, a record, the padding between: the file's own hash covers them all."""
    file = files(data)[0]
    bytes_ = bytearray(file.read_bytes())
    bytes_[place % len(bytes_)] ^= 1
    file.write_bytes(bytes_)
    assert FlawKind.FILE_CHANGED in kinds(data)


def test_a_record_cut_out_of_its_file_is_found(data: Path) -> None:
    """What follows it has moved: each of them is named."""
    file, (_, second, third) = files(data)[1], places(data)
    bytes_ = file.read_bytes()
    file.write_bytes(bytes_[: second.offset] + bytes_[second.offset + second.length :])
    found = flaws(data)
    assert Flaw(FlawKind.FILE_CHANGED, file.name) in found
    damaged = {f.where for f in found if f.kind is FlawKind.RECORD_DAMAGED}
    assert damaged == {f"{file.name}: {entry.evidence.id}" for entry in (second, third)}


def test_a_record_taken_out_of_the_index_is_found(data: Path) -> None:
    """It is named."""
    (_, second, _) = places(data)
    edit(data, f"DELETE FROM answers WHERE id = '{second.evidence.id}'")
    assert flaws(data) == [Flaw(FlawKind.ROW_MISSING, f"run 2: answer {second.evidence.id}")]


@pytest.mark.parametrize("where", ["index", "file"])
def test_two_records_that_changed_places_are_found(data: Path, where: str) -> None:
    """Each is whole, and neither is what is asked for."""
    file, (first, second, _) = files(data)[1], places(data)
    if where == "index":
        for entry, other in ((first, second), (second, first)):
            place = f"offset = {other.offset}, length = {other.length}"
            edit(data, f"UPDATE answers SET {place} WHERE id = '{entry.evidence.id}'")
    else:
        bytes_ = file.read_bytes()
        one, two = (bytes_[e.offset : e.offset + e.length] for e in (first, second))
        between = bytes_[first.offset + first.length : second.offset]
        end = second.offset + second.length
        file.write_bytes(bytes_[: first.offset] + two + between + one + bytes_[end:])
    found = flaws(data)
    damaged = {f.where: f.detail for f in found if f.kind is FlawKind.RECORD_DAMAGED}
    assert set(damaged) == {f"{file.name}: {e.evidence.id}" for e in (first, second)}
    assert where == "file" or all("another record" in detail for detail in damaged.values())
    assert len(found) == (4 if where == "index" else 3)


def test_a_record_replaced_by_a_well_made_one_is_found(data: Path) -> None:
    """A forger who mends the file's record and the index's hash still meets the sealed hashes."""
    forged = look(PAGES[0], NOW)[1][0]
    edit(data, f"UPDATE answers SET sha256 = '{'0' * 64}' WHERE id = '{forged.evidence.id}'")
    assert kinds(data) == {FlawKind.ROW_CHANGED}


EDITED = "zipped(replace(unzipped(core), 'true', 'false'))"
VTOROY = "run_id = 2 AND url LIKE '%vtoroy%'"
COPIED = "week, route, 'https://t.me/x', taken_at, NULL, posts, said, facts, core, comments, asked FROM looks"
EDITS: dict[str, tuple[str, set[FlawKind]]] = {
    "an edited finding": (
        "UPDATE audits SET body = zipped(replace(unzipped(body), 'passed', 'failed')) WHERE id = 3",
        {FlawKind.ROW_CHANGED},
    ),
    "a removed audit": ("DELETE FROM audits WHERE id = 3", {FlawKind.ROW_MISSING}),
    "an audit slipped in": (
        "INSERT INTO audits VALUES (9, '2020-W01', '2020', NULL, zipped('{}'))",
        {FlawKind.ROW_ADDED},
    ),
    "an edited snapshot": (f"UPDATE looks SET core = {EDITED} WHERE {VTOROY}", {FlawKind.ROW_CHANGED}),
    "a snapshot that is JSON no more": (
        f"UPDATE looks SET core = zipped('{{') WHERE {VTOROY}",
        {FlawKind.ROW_CHANGED},
    ),
    "a removed snapshot": (f"DELETE FROM looks WHERE {VTOROY}", {FlawKind.ROW_MISSING}),
    "a snapshot slipped in": (
        f"INSERT INTO looks SELECT 99, 2, {COPIED} WHERE id = 1",
        {FlawKind.ROW_ADDED},
    ),
    "comments taken away without a seal": (
        "UPDATE looks SET comments = NULL WHERE run_id = 2",
        {FlawKind.ROW_MISSING},
    ),
    "an edited control": (
        "UPDATE controls SET body = replace(body, 'passed', 'failed') WHERE run_id = 2",
        {FlawKind.ROW_CHANGED},
    ),
    "a run said to have looked from elsewhere": (
        "UPDATE runs SET vantage = 'x' WHERE id = 2",
        {FlawKind.ROW_CHANGED},
    ),
    "an edited seal": (
        "UPDATE seals SET body = replace(body, 'тест', 'x') WHERE run_id = 2",
        {FlawKind.LINK_CHANGED},
    ),
    "a removed seal": ("DELETE FROM seals WHERE run_id = 2", {FlawKind.LINK_MISSING, FlawKind.RUN_UNSEALED}),
    "how far a file is valid": ("UPDATE runs SET pages = pages - 1 WHERE id = 2", {FlawKind.ROW_CHANGED}),
    "other facts of a look": (
        "UPDATE looks SET facts = zipped(replace(unzipped(facts), 'true', 'false')) WHERE id = 4",
        {FlawKind.ROW_CHANGED},
    ),
    "a search that saw something else": (
        "UPDATE searches SET state = '{}' WHERE run_id = 2",
        {FlawKind.ROW_CHANGED},
    ),
    "a compressed row that would fill the memory": (
        "UPDATE looks SET core = zeroblob(1000) WHERE id = 4",
        {FlawKind.ROW_CHANGED},
    ),
    "the mark of invented data removed": ("DELETE FROM meta WHERE key = 'synthetic'", {FlawKind.ROW_MISSING}),
    "a view that shows other rows": ("CREATE VIEW placed AS SELECT * FROM answers", {FlawKind.SCHEMA}),
    "an index taken away": ("DROP INDEX answers_by_run", {FlawKind.SCHEMA}),
    "a trigger slipped in": (
        "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM looks; END",
        {FlawKind.SCHEMA},
    ),
    "the last seal removed": (
        "DELETE FROM seals WHERE seq = (SELECT max(seq) FROM seals)",
        {FlawKind.LINK_MISSING, FlawKind.ROW_ADDED},
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edited_row_is_found(data: Path, name: str) -> None:
    """Findings, snapshots, controls, runs and the seals themselves."""
    statement, expected = EDITS[name]
    edit(data, statement)
    assert kinds(data) == expected


def test_a_real_archive_is_not_made_the_sandboxs(tmp_path: Path) -> None:
    """Nor can it be marked as invented data afterwards: each run's seal says what it was."""
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week=str(WEEK), started_at=NOW, **START)
        archive.finish_run(run, NOW)
        assert archive.verify() == []
        archive.mark_synthetic()
        assert archive.verify() == [Flaw(FlawKind.ROW_ADDED, "run 1: invented")]


def test_a_run_that_was_killed_is_named_and_is_no_flaw(data: Path) -> None:
    """What it stored is read and not sealed yet; the next run seals it."""
    with Archive.open(data) as archive:
        run = archive.start_run(week=str(WEEK), started_at=NOW, **START)
        archive.looks.save(run, str(WEEK), *look(PAGES[0], NOW))
    with Archive.read(data) as archive:
        said, sound = render_verdict(archive, archive.verify(), None, Catalogue("en"))
    assert sound
    assert f"run {run}: the run was not finished: it is not sealed yet" in said.splitlines()
    with Archive.open(data) as archive:
        archive.finish_run(archive.start_run(week=str(WEEK), started_at=NOW, **START), NOW)
    assert flaws(data) == []


def stored(folder: Path) -> list:
    """Every row, read from the tables themselves."""
    db = sqlite3.connect(f"file:{folder}/archive.sqlite?mode=ro&immutable=1", uri=True)
    db.text_factory = bytes
    try:
        names = [name.decode() for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [(name, db.execute(f"SELECT * FROM {name} NOT INDEXED").fetchall()) for name in names]
    except sqlite3.Error:
        return []
    finally:
        db.close()


@pytest.fixture(scope="module")
def settled(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[int]]:
    """A copy to spoil, its database, and where in it the texts stand that an index holds as well."""
    folder = Path(shutil.copytree(whole, tmp_path_factory.mktemp("settled") / "a"))
    good = (folder / "archive.sqlite").read_bytes()
    texts = [*PAGES, str(WEEK), places(folder)[0].evidence.id, files(folder)[1].name, "telegram_preview"]
    found = [at + len(text) - 2 for text in texts for at in _every(good, text.encode())]
    return folder, good, found[:: max(1, len(found) // 60)]


def _every(data: bytes, text: bytes) -> list[int]:
    found, at = [], data.find(text)
    while at >= 0:
        found.append(at)
        at = data.find(text, at + 1)
    return found


def test_a_flipped_byte_of_a_row_is_found_though_an_index_holds_the_right_one(
    settled: tuple[Path, bytes, list[int]],
) -> None:
    """Wherever a row reads otherwise than it was stored, table or index."""
    folder, good, at = settled
    before, changed = stored(folder), 0
    for place in at:
        spoiled = bytearray(good)
        spoiled[place] ^= 1
        (folder / "archive.sqlite").write_bytes(spoiled)
        if stored(folder) != before:
            changed += 1
            assert flaws(folder), place
    assert changed > 20


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_run_is_found(data: Path, number: int) -> None:
    """The first, one in the middle, the last; with all its rows, its file and even its seal."""
    tables = ("looks", "controls", "answers", "searches")
    edit(
        data,
        *(f"DELETE FROM {table} WHERE run_id = {number}" for table in tables),
        f"DELETE FROM runs WHERE id = {number}",
    )
    assert Flaw(FlawKind.ROW_MISSING, f"run {number}: run") in flaws(data)
    assert FlawKind.FILE_UNKNOWN in kinds(data)
    for file in (data / "evidence").glob(f"00000{number}-*"):
        file.unlink()
    assert {FlawKind.ROW_MISSING, FlawKind.FILE_MISSING} == kinds(data)
    edit(data, f"DELETE FROM seals WHERE run_id = {number}")
    assert FlawKind.LINK_MISSING in kinds(data)


def test_a_rewritten_link_breaks_the_next_one(data: Path) -> None:
    """Whoever edits a run and makes its seal anew would have to make all later ones anew."""
    from auditor.archive.seals import hash_of

    database = sqlite3.connect(data / "archive.sqlite")
    seq, body = database.execute("SELECT seq, body FROM seals WHERE run_id = 2").fetchone()
    body = body.replace("тест", "elsewhere")
    database.execute("UPDATE seals SET body = ?, sha256 = ? WHERE seq = ?", (body, hash_of(body), seq))
    database.execute("UPDATE runs SET vantage = 'elsewhere' WHERE id = 2")
    database.commit()
    database.close()
    assert flaws(data) == [
        Flaw(FlawKind.LINK_CHANGED, f"seal {seq + 1}", "it does not name the link before it"),
        Flaw(FlawKind.ROW_CHANGED, "run 2: run"),
    ]


def test_each_link_names_the_one_before(data: Path) -> None:
    """So the last hash, kept elsewhere, vouches for the whole chain."""
    with Archive.read(data) as archive:
        head = archive.answers.seals()[-1]
    assert head.seq == 6
    with Archive.open(data) as archive:
        archive.audits.save("2027-W01", NOW, "{}")
        assert archive.answers.seals()[-2:] == [head, archive.answers.seals()[-1]]
        assert head.sha256 in archive.answers.seals()[-1].body


@pytest.mark.parametrize("left", [0, 1, 500, -1, -500])
def test_a_truncated_file_is_found_and_the_rest_of_it_serves(data: Path, left: int) -> None:
    """Records before the cut are read as ever."""
    file, whole = files(data)[1], files(data)[1].read_bytes()
    file.write_bytes(whole[:left])
    size = len(whole[:left])
    assert FlawKind.FILE_CHANGED in kinds(data)
    with Archive.read(data) as archive:
        lost = {f.where for f in archive.verify() if f.kind is FlawKind.RECORD_DAMAGED}
        for entry in places(data):
            if entry.offset + entry.length <= size:
                assert evidence(archive, entry.evidence.id) is not None
            else:
                assert f"{file.name}: {entry.evidence.id}" in lost
        assert len(archive.looks.snapshots(NOW + timedelta(weeks=9))) == 3


def test_a_missing_swapped_or_foreign_file_is_found(data: Path) -> None:
    """By name and content."""
    first, second, third = files(data)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)
    third.rename(third.with_name("000009-x.warc.gz"))
    found = {(f.kind, f.where) for f in flaws(data)}
    assert (FlawKind.FILE_MISSING, third.name) in found
    assert (FlawKind.FILE_UNKNOWN, "000009-x.warc.gz") in found
    assert {where for kind, where in found if kind is FlawKind.FILE_CHANGED} == {first.name, second.name}


def test_a_file_that_was_appended_to_is_found(data: Path) -> None:
    """Nothing is added to a run that has ended."""
    file = files(data)[0]
    file.write_bytes(file.read_bytes() + b"\0")
    assert kinds(data) == {FlawKind.FILE_CHANGED}


def test_one_flaw_hides_no_other(data: Path) -> None:
    """Each is looked for whatever the others are."""
    files(data)[0].unlink()
    edit(
        data,
        "UPDATE seals SET body = '[]' WHERE seq = 1",
        "UPDATE runs SET vantage = 'x' WHERE id = 2",
        "UPDATE audits SET body = zipped('x')",
        "UPDATE answers SET fetched_at = 'never' WHERE run_id = 3",
    )
    said = {flaw.where for flaw in flaws(data)}
    assert {"seal 1", "run 2: run", f"audit 1 of {WEEK}"} <= said
    assert kinds(data) >= {FlawKind.LINK_CHANGED, FlawKind.ROW_CHANGED, FlawKind.FILE_MISSING}


def test_a_damaged_database_is_a_flaw_and_no_traceback(data: Path) -> None:
    """Garbage over some pages: what can still be read is looked at."""
    path = data / "archive.sqlite"
    with Archive.open(data):
        pass
    bytes_ = bytearray(path.read_bytes())
    for page in range(8, len(bytes_) // 4096, 3):
        bytes_[page * 4096 : page * 4096 + 2000] = b"\xff" * 2000
    path.write_bytes(bytes_)
    assert FlawKind.DATABASE in kinds(data)


def pages_of(folder: Path) -> dict[str, int]:
    """The root page of each table and index, by name."""
    database = sqlite3.connect(folder / "archive.sqlite")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    found = dict(database.execute("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 1"))
    database.close()
    return found


def test_a_page_overwritten_is_told_as_damage_by_whatever_reads_it(data: Path) -> None:
    """Of any table, of any index: one line that says what to do, and never a defect."""
    path, told = data / "archive.sqlite", dict[str, str]()
    roots = pages_of(data)
    whole = path.read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    readings: tuple[Callable[[Archive], object], ...] = (
        lambda archive: archive.synthetic,
        lambda archive: archive.looks.snapshots(NOW, PAGES),
        lambda archive: archive.looks.controls(NOW),
        lambda archive: archive.audits.previous(str(WEEK.shift(9)), NOW),
        lambda archive: archive.answers.entries(),
        lambda archive: archive.searches.of("perviy", "Имярек А. А."),
    )
    for name, page in roots.items():
        path.write_bytes(whole[: (page - 1) * size] + b"\xff" * size + whole[page * size :])
        with Archive.read(data) as archive:
            for reading in readings:
                try:
                    reading(archive)
                except ArchiveError as error:
                    told[name] = str(error)
            assert FlawKind.DATABASE in {flaw.kind for flaw in archive.verify()}, name
    assert {"looks", "looks_by_url", "controls", "answers", "audits", "searches", "meta"} <= told.keys()
    assert all("the archive cannot be read" in said for said in told.values())
    assert all("`auditor evidence verify` names what" in said for said in told.values())


@pytest.mark.parametrize("kind", ["purge", "audit", "x"])
def test_a_seal_called_something_else_is_named_in_a_verdict(data: Path, kind: str) -> None:
    """`evidence verify` never ends with the advice to run it."""
    edit(data, f"UPDATE seals SET kind = '{kind}' WHERE seq = 1")
    with Archive.read(data) as archive:
        said, sound = render_verdict(archive, archive.verify(), None, Catalogue("en"))
    assert not sound
    assert "seal 1: this was changed" in said


CHANGES: list[Callable[[bytes], bytes]] = [lambda b: b[:-7], lambda b: b[:40] + b"x" + b[41:]]


@pytest.mark.parametrize("change", CHANGES)
def test_a_run_that_was_never_sealed_is_held_against_its_index(tmp_path: Path, change) -> None:
    """A run going on has no seal; its records are held against their own hashes all the same."""
    with Archive.open(tmp_path) as archive:
        run = archive.start_run(week=str(WEEK), started_at=NOW, **START)
        archive.looks.save(run, str(WEEK), *look(PAGES[0], NOW))
        assert [flaw for flaw in archive.verify() if not flaw.harmless] == []
        (entry,) = archive.answers.entries()
        (file,) = files(tmp_path)
        bytes_ = file.read_bytes()
        file.write_bytes(bytes_[: entry.offset] + change(bytes_[entry.offset :]))
        assert [flaw for flaw in archive.verify() if not flaw.harmless] != []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE looks SET core = substr(core, 2) WHERE id = 1",
        "UPDATE controls SET body = replace(body, 'telegram', 'telegraph') WHERE run_id = 1",
        "UPDATE answers SET fetched_at = 'never' WHERE run_id = 1",
        "INSERT INTO logins VALUES ('a', '2026', '[]')",
        "INSERT INTO searches VALUES (9, 1, 'perviy', 'Имярек', 'vk', 'never', 0, '')",
    ],
)
def test_a_row_that_has_lost_its_form_is_one_line_to_a_reader(data: Path, statement: str) -> None:
    """Whatever asks for it: never a traceback, never the row's content."""
    edit(data, statement)
    said = []
    with Archive.read(data) as archive:
        for ask in (
            lambda: archive.looks.snapshots(NOW),
            lambda: archive.looks.controls(NOW, str(WEEK)),
            archive.answers.entries,
            archive.searches.login,
            lambda: archive.searches.of("perviy", "Имярек"),
        ):
            try:
                ask()
            except ArchiveError as error:
                said.append(str(error))
    assert len(set(said)) == 1
    assert "has lost its form" in said[0]
    assert "\n" not in said[0]
