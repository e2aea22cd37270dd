"""Whoever disputes a finding is shown what it rests on, and can check that nothing was changed."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.retention import Cutoffs
from auditor.archive.verify import Flaw, FlawKind
from auditor.base.i18n import Translator
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import make_stored_response
from auditor.base.text import verbatim
from auditor.commands.evidence_text import escaped, render_flaws, render_list, render_record
from tests.archive_samples import BOOK, NOW, PAGES, WEEK, begun, fill, moment
from tests.cases import TOMSK
from tests.command import Done
from tests.commands.typed import typed

EN = Translator("en", TOMSK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a registry and the archive of three weeks."""
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    return fill(tmp_path / "data").parent


def run(folder: Path, *args: object, at: str = "2026-12-09T00:00:00Z") -> Done:
    """The command, in the folder."""
    return typed("evidence", *args, "--lang", "en", "--as-of", at, cwd=folder)


def test_the_answers_of_an_office_are_listed_and_shown_with_their_records(folder: Path) -> None:
    """By id, week, time, status, kind and address; without a name all are. By the beginning of its id one is shown."""
    done = run(folder, "show", "Первый", "район")
    *lines, count, note = done.out.splitlines()
    assert (done.code, done.err, count, len(lines)) == (0, "", "6 answers", 6)
    assert note == "* stored without citizens' words and names"
    assert lines[1][16:].split() == f"2026-W47 24 Nov 2026 12:00 200 comments {PAGES[0]}/5?embed=1".split()
    assert run(folder, "show").out.splitlines()[-2] == "15 answers"
    with Archive.read(folder / "data") as archive:
        entry = next(e for e in archive.evidence.entries() if e.evidence.minimised)
        body = archive.evidence.record(entry).body.decode()
    shown = run(folder, "show", entry.evidence.id[:10].upper().replace("EV-", "ev-"))
    assert f"{entry.file}, {entry.length} bytes from byte {entry.offset} on" in shown.out.splitlines()[0]
    assert f"X-Auditor-Original-SHA256: {entry.evidence.sha256}\n" in shown.out
    assert shown.code == 0
    assert shown.out.endswith(f"\n\n{body}\n")


def test_an_office_whose_id_begins_as_an_answers_is_an_office(folder: Path) -> None:
    """Its answers are listed; any other id of that form is an answer's."""
    registry = (folder / "officials.yaml").read_text(encoding="utf-8")
    (folder / "officials.yaml").write_text(registry.replace("id: perviy", "id: ev-1"), encoding="utf-8")
    assert run(folder, "show", "ev-1").out == run(folder, "show", "Первый", "район").out
    assert run(folder, "show", "ev-000").code == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("show", "ev-000000000000"), "no stored answer"),
        (("show", "ev-"), "is the beginning of 15 answers"),
        (("verify", "--replay", "--week", "2026-W99"), "W99"),
        (("export", "Первый район", "--week", "2020-W01"), "no audit of week 2020-W01"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(folder: Path, args: tuple[str, ...], message: str) -> None:
    """Exit 2, no traceback."""
    done = run(folder, *args)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert message in done.err


def test_nothing_that_a_terminal_obeys_is_printed(tmp_path: Path) -> None:
    """No sign of the first plane, nor a tag, that steers, turns or hides gets through: it is shown as its number."""
    text = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x10000), *range(0xE0000, 0xE0200))))
    shown = escaped(text, lines=True)
    assert all(c.isprintable() or c in "\n\t" or c.isspace() for c in shown)
    assert not set(shown) & set("\x1b\x07\x08\r\x9b\u202e\u200b\u2066\ufeff\U000e0041")
    assert "\n" not in escaped(text)
    assert escaped("\x1bё\u202e\U000e0041a\r\nb", lines=True) == "\\x1bё\\u202e\\U000e0041a\nb"
    hostile = "\x1b]0;owned\x07\u202e<script>"
    about = {"fetched_at": NOW, "status": None, "received": f"{hostile}\n\x9b31m".encode() + b"\xff"}
    answer = make_stored_response(
        EvidenceKind.POSTS, f"https://t.me/{hostile}", **about, headers=(("Server", hostile),)
    )
    with Archive.open(tmp_path) as archive:
        archive.searches.save_responses(begun(archive), [answer])
        (entry,) = archive.evidence.entries()
        texts = (render_list([entry], EN), render_record(entry, archive.evidence.record(entry), EN))
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set("".join(texts))
    assert [text.count("owned") for text in texts] == [1, 3]
    assert "\\xff" in texts[1]
    assert " — posts " in texts[0]


def test_verify_says_what_was_changed_and_where(folder: Path) -> None:
    """Exit 0 for a whole archive, 1 with a line a flaw; a hash kept elsewhere must be in the chain."""
    done = run(folder, "verify")
    with Archive.read(folder / "data") as archive:
        (_, first, *_, last), entry = archive.evidence.seals(), archive.evidence.entries()[0]
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[:2] == ["In the archive nothing is missing and nothing was changed.", "15 answers"]
    assert done.out.splitlines()[2].startswith(f"Checksum of the archive, no. 6: {last.sha256}.")
    assert run(folder, "verify", "--seal", f" {first.sha256.upper()} ").code == 0
    foreign = run(folder, "verify", "--seal", "0" * 64)
    assert foreign.code == 1
    assert foreign.out.startswith(f"{'0' * 64}: this checksum is not in the chain")
    assert run(folder, "verify", "--quiet").out == ""
    with (folder / "data" / "evidence" / entry.file).open("r+b") as file:
        file.seek(entry.offset + 40)
        file.write(b"\0\0")
    done = run(folder, "verify")
    assert (done.code, done.err) == (1, "")
    assert done.out.splitlines()[:2] == [
        f"{entry.file}: this was changed",
        f"{entry.file}: {entry.evidence.id}: the record is damaged, or another one (a record cannot be read (error))",
    ]
    assert run(folder, "show", entry.evidence.id).code == 4
    assert run(folder, "export", "Первый район", "--week", str(WEEK), "--to", folder / "x.zip").code == 0


def test_every_flaw_has_its_sentence_and_the_harmless_come_last() -> None:
    """Two kinds may share one; none is told by its name in the code, nor can it steer a terminal."""
    flaws = [Flaw(kind, f"place {n}", verbatim("\x1b")) for n, kind in enumerate(FlawKind)]
    lines = render_flaws(flaws, EN).splitlines()
    assert len(lines) == len(FlawKind)
    assert all(line.endswith(" (\\x1b)") and "_" not in line for line in lines)
    harmless = [f"place {n}" for n, kind in enumerate(FlawKind) if kind in {"leftover", "purge_open", "run_open"}]
    assert sorted(line.partition(":")[0] for line in lines[-3:]) == sorted(harmless)


def test_what_is_rightly_sealed_and_not_true_is_told(folder: Path) -> None:
    """A purge of what was not due; a verdict that turned in silence; what says to be of before a seal that was kept.

    What is harmless is named, with what was purged, and the verdict is good.
    """
    with Archive.open(folder / "data") as archive:
        seal = archive.evidence.seals()[-1].sha256
        archive.purge(Cutoffs(moment(9), moment(9)), moment(9))
    assert run(folder, "verify", at="2026-12-08T00:00:00Z").code == 1
    with Archive.open(folder / "data") as archive:
        begun(archive)
    done = run(folder, "verify", at="2028-12-08T00:00:00Z")
    unsealed, purged, _ = done.out.splitlines()[2:]
    assert (done.code, unsealed) == (0, "run 4: the run was not finished: it has no checksum yet")
    assert purged.startswith("Purged on ")
    assert "answers 15, comments 9, bytes " in purged
    with Archive.open(folder / "data") as archive:
        archive.audits.save(str(WEEK), moment(10), (archive.audits.text(str(WEEK)) or "").replace("passed", "failed"))
        archive.audits.save("2022-W22", NOW.replace(year=2022), "{}")
    done = run(folder, "verify", "--seal", seal, at="2028-12-08T00:00:00Z")
    assert done.code == 1
    assert "a later audit says otherwise" in done.out
    assert "was stored after the checksum" in done.out


def test_a_lost_database_beside_its_evidence_is_one_line(folder: Path) -> None:
    """Exit 4; and so it is where nothing was ever stored."""
    (folder / "data" / "archive.sqlite").unlink()
    for command in (["show"], ["export", "perviy"], ["verify"]):
        lost = run(folder, *command)
        assert (lost.code, lost.out) == (4, "")
        assert "archive.sqlite: is missing beside files of evidence" in lost.err
    shutil.rmtree(folder / "data")
    none = run(folder, "verify")
    assert (none.code, none.out) == (4, "")
    assert "holds no archive" in none.err


def test_an_export_is_written_where_it_is_asked_for(folder: Path) -> None:
    """By default in this folder, named after the office and the week."""
    done = run(folder, "export", "Первый", "район", "--week", str(WEEK))
    assert (done.code, done.err, done.out) == (0, "", f"perviy-{WEEK}.zip: 2 answers\n")
    with zipfile.ZipFile(folder / f"perviy-{WEEK}.zip") as packed:
        assert json.loads(packed.read("findings.json"))["id"] == "perviy"
