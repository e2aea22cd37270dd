"""Any change that tampers with an archive is found and named, and one flaw hides no other."""

from contextlib import closing
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.connection import in_memory
from auditor.archive.verify import Flaw, FlawKind
from auditor.audit.unannounced_changes import unannounced_changes
from auditor.base.text import phrase, verbatim
from tests.archive.tampering import BACKDATED, FILES, FORGED, LATER, files, flip, forged_purge
from tests.archive_samples import NOW, PAGES, RUNS, WEEK, begun, edit, evidence, flaws, look, moment


def kinds(folder: Path) -> str:
    """Return the names of the kinds of flaws that `verify` finds, sorted."""
    return " ".join(sorted({flaw.kind.name for flaw in flaws(folder)}))


def test_an_untouched_archive_has_no_flaw(shared_folder: Path) -> None:
    """Nor has a missing archive."""
    assert flaws(shared_folder) == flaws(shared_folder / "none") == []


UNSEALED = {("looks", "id"), *(("logins", name) for name in ("session", "saved_at", "body"))}
"""Columns that no seal covers: a look's number means nothing; of a stored login only the form is checked."""
OTHER_VALUES = {"TEXT": "'2020'", "INTEGER": "99", "BLOB": "zipped('[0]')"}


def _columns() -> list[tuple[str, str, str]]:
    query = "SELECT t.name, c.name, c.type FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    with closing(in_memory()) as database:
        columns = database.execute(f"{query} AND t.name <> 'sqlite_sequence'").fetchall()
    return [
        (table, name, OTHER_VALUES[type_name]) for table, name, type_name in columns if (table, name) not in UNSEALED
    ]


@pytest.mark.parametrize(("table", "column", "value"), _columns())
def test_another_value_in_any_column_of_any_table_is_found(data: Path, table: str, column: str, value: str) -> None:
    """In the first run's rows, or in the first row of a table that belongs to no run."""
    key = {"looks": "id", "audits": "id", "seals": "seq", "runs": "id", "searches": "id"}.get(table)
    first_row = f"{key} = 1" if key else "run_id = 1" if table in {"controls", "answers"} else "true"
    row_filter = " AND kind = 'profile' AND url LIKE '%perviy%'" if table == "answers" else ""
    edit(data, f"UPDATE {table} SET {column} = {value} WHERE {first_row}{row_filter}")
    assert [flaw for flaw in flaws(data) if not flaw.harmless]


COPIED = "week, route, 'https://t.me/x', taken_at, NULL, posts, said, facts, core, comments, asked FROM looks"
EDITS = {
    "UPDATE runs SET registry = NULL WHERE id = 1": "ROW_CHANGED",
    "INSERT INTO runs VALUES (9, 'x', 'weekly', '2026', '2026', '', '0', NULL, NULL, 0, 0)": "RUN_UNSEALED",
    "UPDATE looks SET core = NULL WHERE id = 1": "ROW_MISSING",
    "UPDATE looks SET comments = zipped('[[]]') WHERE id = 2": "ROW_ADDED",
    f"INSERT INTO looks SELECT 99, 99, {COPIED} WHERE id = 1": "ROW_ADDED",
    "UPDATE answers SET kind = 'lead' WHERE run_id = 1": "ROW_ADDED ROW_MISSING",
    "DELETE FROM answers WHERE run_id = 1": "ROW_MISSING",
    "UPDATE audits SET body = x'00' WHERE id = 1": "ROW_CHANGED",
    "DELETE FROM audits WHERE id = 1": "ROW_MISSING",
    "INSERT INTO audits VALUES (9, '2026-W01', '2026', NULL, zipped('{}'))": "ROW_ADDED",
    "UPDATE seals SET body = replace(body, 'weekly', 'check') WHERE seq = 1": "LINK_CHANGED",
    "UPDATE seals SET kind = 'purge' WHERE seq = 1": "LINK_CHANGED RUN_UNSEALED",
    "UPDATE seals SET run_id = 9 WHERE seq = 1": "FILE_MISSING LINK_CHANGED ROW_MISSING RUN_UNSEALED",
    "UPDATE seals SET leaves = NULL WHERE seq = 1": "LINK_CHANGED ROW_ADDED ROW_CHANGED",
    "UPDATE seals SET leaves = zipped('{}') WHERE seq = 2": "LINK_CHANGED",
    "DELETE FROM seals WHERE seq = 1": "LINK_MISSING RUN_UNSEALED",
    "DELETE FROM seals WHERE seq = 6": "LINK_MISSING ROW_ADDED",
    "DELETE FROM meta WHERE key = 'synthetic'": "ROW_MISSING",
    "INSERT INTO logins VALUES ('x', '2026', '[]')": "ROW_CHANGED",
    "INSERT INTO searches VALUES (9, 99, 'perviy', 'x', 'vk', '2026', 0, '')": "ROW_ADDED",
    "CREATE TABLE t (x)": "SCHEMA",
    "DROP INDEX looks_by_url": "SCHEMA",
    "DROP TABLE controls": "DATABASE SCHEMA",
}
"""By statement on the database: the kinds of flaws that `verify` then names."""
CHANGES = FILES | FORGED | {sql: (lambda a, sql=sql: edit(a, sql), named) for sql, named in EDITS.items()}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES.keys())
def test_what_was_done_to_an_archive_is_named_as_what_it_is(data: Path, change, expected: str) -> None:
    """Files, rows, the seals themselves and the schema; and `verify` always ends."""
    change(data)
    assert kinds(data) == expected


@pytest.mark.parametrize(("change", "backdated_to"), BACKDATED.values(), ids=BACKDATED.keys())
def test_what_is_backdated_is_found_by_an_earlier_seal(data: Path, change, backdated_to: str) -> None:
    """`verify` alone cannot find it, as all hashes agree; a seal printed on an earlier report shows it."""
    with Archive.read(data) as archive:
        _, first_audit_seal, *_, last_seal = [seal.sha256 for seal in archive.evidence.seals()]
        assert archive.backdated_after(last_seal) == archive.backdated_after(first_audit_seal) == []
    change(data)
    assert flaws(data) == []
    with Archive.read(data) as archive:
        assert archive.backdated_after(last_seal) == [Flaw(FlawKind.BACKDATED, "seal 7", verbatim(backdated_to))]
        assert archive.backdated_after("0" * 64) == []
        cells = {cell for _, cell in unannounced_changes(archive.audits.every())}
    assert ("perviy account_exists https://t.me/perviy_rayon" in cells) is ("2026-12" in backdated_to), (
        "a changed audit is listed"
    )


@pytest.mark.parametrize(
    ("names", "statement", "facts", "why"),
    [
        ("look", "DELETE FROM looks WHERE run_id = 1", {}, "no purge takes it"),
        ("answer", "DELETE FROM answers WHERE run_id = 1 AND kind <> 'lead'", {}, "no purge takes it"),
        ("core asked", "", {"before": {"words": LATER}}, "it was not due for the purge"),
        ("core asked", "", {"at": "2026-11-25T00:00:00.000000Z"}, "it was not due for the purge"),
        ("core asked", "", {"before": {"pages": f"{NOW:%Y-%m-%dT%H:%M:%S.%fZ}"}}, "it was not due for the purge"),
        ("comments", "UPDATE looks SET comments = NULL WHERE run_id = 1", {}, "a purge takes all of its part"),
        ("searches", "DELETE FROM searches WHERE run_id = 1", {}, "a purge takes all of its part"),
    ],
)
def test_a_purge_takes_no_more(data: Path, names: str, statement: str, facts: dict[str, object], why: str) -> None:
    """A purge never takes facts, nothing before it is due by its own seal, and no part incompletely."""
    forged_purge(data, 1, set(names.split()), **facts)
    edit(data, statement or "UPDATE looks SET core = NULL, asked = NULL WHERE run_id = 1")
    assert why in {str(flaw.detail) for flaw in flaws(data) if flaw.kind is FlawKind.ROW_MISSING}


def test_an_edit_is_not_made_lawful_by_calling_it_a_purge(data: Path) -> None:
    """Purged leaves must agree with the run's seal, and what a purge's seal names must be gone."""
    edit(data, "UPDATE looks SET core = zipped(replace(unzipped(core), '/5\"', '/7\"')) WHERE run_id = 1")
    forged_purge(data, 1, {"core", "asked", "pages"})
    flaw_places = {(flaw.kind.name, flaw.where) for flaw in flaws(data)}
    assert ("ROW_CHANGED", f"run 1: core telegram_preview {PAGES[0]}") in flaw_places
    assert ("ROW_ADDED", f"run 1: asked telegram_preview {PAGES[1]}") in flaw_places


def test_a_purge_of_a_day_to_come_is_found(data: Path) -> None:
    """By its own date everything would be due."""
    forged_purge(data, 1, {"core", "asked", "pages"})
    edit(data, "UPDATE looks SET core = NULL, asked = NULL WHERE run_id = 1")
    assert flaws(data) == []
    with Archive.read(data) as archive:
        (flaw,) = archive.purges_dated_after(NOW)
        assert flaw == Flaw(FlawKind.LINK_CHANGED, "seal 7", phrase("a purge of {at}", at="2027-01-01T00:00:00"))
        assert archive.purges_dated_after(NOW.replace(year=2028)) == []


@pytest.mark.parametrize("damage", ["cut out", "swapped", "swapped in the index"])
def test_the_damaged_records_of_a_file_are_named_and_the_others_serve(data: Path, damage: str) -> None:
    """By file and response: after a record that was cut out, the following ones have moved."""
    with Archive.read(data) as archive:
        first, second, third = [e for e in archive.evidence.entries() if (e.run, e.part) == (2, "pages")]
    file, end = data / "evidence" / first.file, second.offset + second.length
    original, damaged_entries = file.read_bytes(), [first, second]
    if damage == "cut out":
        file.write_bytes(original[: second.offset] + original[end:])
        damaged_entries = [second, third]
    elif damage == "swapped":
        file.write_bytes(original[second.offset : end] + original[: second.offset] + original[end:])
    else:
        for entry, swapped in ((first, second), (second, first)):
            columns = f"offset = {swapped.offset}, length = {swapped.length}"
            edit(data, f"UPDATE answers SET {columns} WHERE id = '{entry.evidence.id}'")
    damaged_places = {flaw.where for flaw in flaws(data) if flaw.kind is FlawKind.RECORD_DAMAGED}
    assert damaged_places == {f"{file.name}: {entry.evidence.id}" for entry in damaged_entries}
    with Archive.read(data) as archive:
        assert [evidence(archive, e.evidence.id) for e in (first, second, third) if e not in damaged_entries].count(
            None
        ) == 0
        assert len(archive.snapshots.snapshots(moment(RUNS))) == len(PAGES)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_removed_run_is_found(data: Path, number: int) -> None:
    """The first, middle or last run, with all its rows, its files and even its seal."""
    tables = ("looks", "controls", "answers", "searches")
    edit(data, *(f"DELETE FROM {table} WHERE run_id = {number}" for table in tables))
    edit(data, f"DELETE FROM runs WHERE id = {number}")
    assert Flaw(FlawKind.ROW_MISSING, f"run {number}: run") in flaws(data)
    assert kinds(data) == "FILE_CHANGED FILE_UNKNOWN ROW_MISSING"
    for file in (data / "evidence").glob(f"00000{number}-*"):
        file.unlink()
    assert kinds(data) == "FILE_MISSING ROW_MISSING"
    edit(data, f"DELETE FROM seals WHERE run_id = {number}")
    assert flaws(data) == [Flaw(FlawKind.LINK_MISSING, f"seal {2 * number - 1}")]


def test_a_run_that_goes_on_is_named_and_is_no_flaw(data: Path) -> None:
    """It is not sealed yet, but a damaged record is found: each record has its own hash."""
    with Archive.open(data) as archive:
        run = begun(archive)
        archive.snapshots.save(run, str(WEEK), *look(PAGES[0], NOW.replace(hour=9)))
        (flaw,) = archive.verify()
        assert (flaw, flaw.harmless) == (Flaw(FlawKind.RUN_OPEN, f"run {run}"), True)
        flip(files(data)[-1], 40)
        assert [flaw.kind for flaw in archive.verify() if not flaw.harmless] == [FlawKind.RECORD_DAMAGED]
        flip(files(data)[-1], 40)
    with Archive.open(data) as archive:
        archive.finish_run(begun(archive), NOW)
        assert archive.verify() == []


def test_a_real_archive_cannot_be_made_the_sandboxs(archive: Archive) -> None:
    """Each run's seal holds whether it was invented."""
    archive.finish_run(begun(archive), NOW)
    assert archive.verify() == []
    archive.mark_synthetic()
    assert archive.verify() == [Flaw(FlawKind.ROW_ADDED, "run 1: invented")]
