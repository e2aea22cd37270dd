"""Anybody with Python and the seal on the report can verify an export, and a forged one is refused."""

import gzip
import hashlib
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auditor.archive import Archive, warc
from auditor.archive.retention import Cutoffs
from auditor.audit.make_audit import WeekRuns, make_audit
from auditor.base.i18n import Translator
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import make_stored_response
from auditor.commands import verifier
from auditor.commands.dispute_export import verifiers_words
from tests.archive_samples import BOOK, NOW, PAGES, WEEK, begun, book, moment
from tests.cases import TOMSK, snapshot
from tests.exports import Export, exported


@pytest.fixture(scope="module")
def export(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """Return an unpacked export; tests only read it."""
    with Archive.read(shared_folder) as archive:
        return exported(archive, tmp_path_factory.mktemp("export"))


@pytest.fixture
def export_copy(export: Export, tmp_path: Path) -> Export:
    """Return a copy of the export, for a test to forge."""
    return export.copy(tmp_path / "copy")


def test_an_export_is_checked_on_a_machine_without_the_program(export_copy: Export) -> None:
    """By a bare Python in another folder; it prints what is proved and what is not."""
    command = [sys.executable, "-I", "-S", "verify.py", f" {export_copy.seal.upper()}"]
    process = subprocess.run(command, cwd=export_copy.folder, env={}, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (0, "")
    assert process.stdout.splitlines() == [
        "Proved of 2 answers: the bytes, their checksum, their place under that of the run.",
        f"Proved: the runs and audit.json hang on the checksum {export_copy.seal}.",
        f"Proved: findings.json, sentences aside, is what was found of perviy, week {WEEK}, as of {NOW:%Y-%m-%dT%XZ}.",
        "Not proved: that a network told the truth, and the time, which is that of the auditor's machine.",
        "Not proved: sentences, checks.json, remarks.json and the page to read.",
        "Minimised, citizens' words taken out, the checksum of the original only told: 1",
        "exit code 0",
    ]
    export_copy.tell(proof=None)
    export_copy.sum_up()
    code, output = export_copy.check()
    assert code == 3
    assert f"{export_copy.records[0]['id']}: NOT PROVED" in output
    assert "Proved of 1 answers" in output


@pytest.mark.parametrize("of_old", [True, False])
def test_a_call_of_vk_is_proved_with_a_full_address_and_as_older_archives_hold_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, of_old: bool
) -> None:
    """Records of earlier versions hold the call without a scheme; another address is refused."""
    if of_old:
        monkeypatch.setattr(warc, "record_uri", str)
    answer = make_stored_response(
        EvidenceKind.PROFILE, "users.get?user_ids=perviy", fetched_at=NOW, status=200, received=b"{}"
    )
    with Archive.open(tmp_path / "a") as archive:
        run = begun(archive)
        looked = snapshot(url=PAGES[0], taken_at=NOW, evidence=(answer.evidence,))
        archive.snapshots.save(run, str(WEEK), looked, (answer,))
        archive.finish_run(run, NOW)
        audit = make_audit(book(), WEEK, NOW, archive.snapshots.snapshots(NOW), WeekRuns(synthetic=True))
        archive.audits.save(str(WEEK), NOW, audit.to_stored(), BOOK)
        assert archive.verify() == []
        export = exported(archive, tmp_path / "export")
    assert export.check()[0] == 0
    index = next(i for i, record in enumerate(export.records) if record["id"] == answer.evidence.id)
    written = b"users.get" if of_old else b"urn:auditor:call:users.get"
    assert b"WARC-Target-URI: %s?" % written in export.plain(index)
    export.replace(index, export.plain(index).replace(b"users.get", b"users.got", 1))
    export.sum_up()
    assert export.check()[0] == 1


def test_the_verifier_is_short(export: Export) -> None:
    """A court's expert reads it in an hour: fewer than 260 lines."""
    assert len([line for line in (export.folder / "verify.py").read_text("utf-8").splitlines() if line.strip()]) < 260


@pytest.mark.parametrize(
    ("seal", "code", "message"),
    [("", 3, "NOTHING IS PROVED WITHOUT THE CHECKSUM"), ("0" * 64, 1, "REFUSED: the checksum is not in")],
)
def test_without_the_seal_of_the_report_nothing_is_proved(export: Export, seal: str, code: int, message: str) -> None:
    """With no seal, and with one that is not in the chain."""
    assert export.check(seal)[0] == code
    assert export.check(seal)[1].startswith(message)


def test_one_bit_of_any_file_changed_is_refused(export_copy: Export) -> None:
    """At the beginning, in the middle and at the end of each file."""
    for path in sorted(path for path in export_copy.folder.iterdir() if path.name != "verify.py"):
        original = path.read_bytes()
        for offset in (0, len(original) // 2, len(original) - 2):
            path.write_bytes(original[:offset] + bytes([original[offset] ^ 1]) + original[offset + 1 :])
            assert export_copy.check()[0] == 1, (path.name, offset)
        path.write_bytes(original)
    assert export_copy.check()[0] == 0


def test_a_changed_record_is_refused_with_all_sums_made_anew(export: Export, tmp_path: Path) -> None:
    """In its fields, its headers or its content."""
    for index, _ in enumerate(export.records):
        plain = export.plain(index)
        head_end = plain.index(b"\r\n\r\n")
        for offset in (plain.index(b"WARC-Date: ") + 14, head_end - 1, head_end + 5, len(plain) - 6):
            forged_export = export.copy(tmp_path / f"{index}-{offset}")
            forged_export.replace(index, plain[:offset] + bytes([plain[offset] ^ 1]) + plain[offset + 1 :])
            forged_export.sum_up()
            code, output = forged_export.check()
            assert code == 1
            assert output.startswith("REFUSED: ")


SEALED = "what is said of it is not what the checksum covers"
LISTED = "records.json does not list the records that are here"
Forge = Callable[[Export], object]


def edit_proof(change: Callable[[dict[str, Any]], object]) -> Forge:
    """Return a forgery that changes the proof of the first response."""
    return lambda export: change(export.records[0]["proof"]) or export.tell()


def edit_document(name: str, **fields: Any) -> Forge:
    """Return a forgery that changes fields of a JSON document."""
    return lambda export: export.write(name, {**export.read(name), **fields})


def replace_seals(make: Callable[[Path], object]) -> Forge:
    """Return a forgery that replaces the seals by something that `make` puts there."""
    return lambda export: (export.folder / "seals.jsonl").unlink() or make(export.folder / "seals.jsonl")


def edit_text(name: str, change: Callable[[str], str]) -> Forge:
    """Return a forgery that changes the text of a file."""
    return lambda export: (export.folder / name).write_text(change((export.folder / name).read_text("utf-8")), "utf-8")


def mark_purged(export: Export) -> None:
    """Mark a response as purged, add a seal that agrees, and leave its record in place."""
    answer_row = export.records[0]["proof"]["row"]
    export.link({"kind": "purge", "run_id": answer_row[1], "files": [answer_row[9]]})
    export.tell(purged_at="2026-12-01T00:00:00.000000Z")


FORGED: dict[str, tuple[Forge, str]] = {
    "another side": (edit_proof(lambda p: p["path"][0].__setitem__(0, "left" * (p["path"][0][0] == "right"))), SEALED),
    "another root": (edit_proof(lambda p: p.update(root="0" * 64)), SEALED),
    "another time in the row": (edit_proof(lambda p: p["row"].__setitem__(4, "2026-11-01T00:00:00.000000Z")), SEALED),
    "another time beside the proof": (lambda export: export.tell(fetched_at="2026-11-01T00:00:00.000000Z"), SEALED),
    "another run": (lambda export: export.tell(run=2), SEALED),
    "an answer that is not listed": (lambda export: export.write("records.json", export.records[1:]), LISTED),
    "an answer listed and not there": (lambda export: export.warc.write_bytes(b""), "its record is missing"),
    "an answer said to be purged": (lambda export: export.tell(purged_at="2026-12-01T00:00:00Z"), "no checksum says"),
    "a page in the place of a purged answer": (mark_purged, LISTED),
    "an answer listed twice": (
        lambda export: export.write("records.json", [export.records[0], *export.records]),
        LISTED,
    ),
    "what would steer a terminal": (
        lambda export: export.tell(id="ev\x1b[2J\nProved: all"),
        "ev\\u001b[2J\\u000aProved: all: what is said",
    ),
    "an empty list": (lambda export: export.write("records.json", []), "a finding rests on it"),
    "a verdict in the findings": (
        edit_document("findings.json", verdict="x"),
        "findings.json is not what audit.json says",
    ),
    "another office": (edit_document("findings.json", id="vtoroy"), "findings.json is not what audit.json says"),
    "a number for yes": (edit_document("findings.json", bound=1), "findings.json is not what audit.json says"),
    "a verdict in the audit": (edit_document("audit.json", closed=False), "is not the audit of this checksum"),
    "a verdict said twice": (
        edit_text("findings.json", lambda t: t.replace("{", '{"verdict": "x",', 1)),
        "cannot be read",
    ),
    "a list that nests without end": (edit_text("records.json", lambda _: "[" * 200_000), "cannot be read"),
    "a seal with another hash": (
        edit_text("seals.jsonl", lambda t: t.replace("тест", "elsewhere")),
        "checksum no. 1: ",
    ),
    "a seal left out": (
        edit_text("seals.jsonl", lambda t: "".join(t.splitlines(keepends=True)[::2])),
        "checksum no. 3: ",
    ),
    "a pipe in the place of the seals": (replace_seals(os.mkfifo), "cannot be read: OSError"),
    "a device for the seals": (replace_seals(lambda path: path.symlink_to("/dev/zero")), "cannot be read"),
    "one more web archive": (lambda export: export.sum_up("more.gz"), "more.gz: changed, or not of the export"),
    "one more record for viewers": (lambda export: export.add(export.plain(0)), LISTED),
}


@pytest.mark.parametrize(("forge", "message"), FORGED.values(), ids=FORGED.keys())
def test_what_is_forged_is_refused_with_all_sums_made_anew(export_copy: Export, forge: Forge, message: str) -> None:
    """List, proofs, chain, audit and findings depend on each other; and the verifier always ends."""
    forge(export_copy)
    export_copy.sum_up()
    code, output = export_copy.check()
    assert code == 1
    assert all(line.startswith("REFUSED: ") for line in output.splitlines())
    assert message in output


def test_what_unpacks_or_weighs_without_end_is_not_read(export: Export) -> None:
    """A file may have half a gigabyte at most, an unpacked record 64 MiB."""
    verify = runpy.run_path(str(export.folder / "verify.py"), run_name="verify")
    assert (verify["MOST"], verify["MOST_UNPACKED"]) == (2**29, 2**26)
    with pytest.raises(EOFError):
        list(verify["members"](gzip.compress(bytes(2**27))))
    verify["read"].__globals__["MOST"] = 2**16
    (export.folder.parent / "large").write_bytes(bytes(2**16 + 1))
    with pytest.raises(OSError, match="large"):
        verify["read"](export.folder.parent / "large")


def test_a_purged_response_is_proved_by_its_row_and_by_a_seal_that_knows_of_the_purge(
    data: Path, tmp_path: Path
) -> None:
    """The report's own seal is older than the purge and cannot prove it."""
    with Archive.open(data) as archive:
        archive.purge(Cutoffs(moment(9), moment(9)), moment(9))
        purged_export, later_seal = exported(archive, tmp_path / "x"), archive.evidence.seals()[-1].sha256
    assert (len(purged_export.records), purged_export.warc.read_bytes()) == (2, b"")
    code, output = purged_export.check()
    assert code == 3
    assert "Purged after this checksum, which cannot prove it; that of a later report can: 2" in output
    code, output = purged_export.check(later_seal)
    assert code == 0
    assert "Purged, only the row with the checksums is proved: 2" in output


def test_its_sentences_are_the_programs_own_or_none(export_copy: Export) -> None:
    """The translations beside it may be forged: it uses them only if their hash is `RUSSIAN`."""
    translations = verifiers_words(Translator("ru", TOMSK))
    assert hashlib.sha256(translations).hexdigest() == verifier.RUSSIAN
    english_check = export_copy.check()
    for forged_words in (dict.fromkeys(json.loads(translations), "Proved: all"), [[[]]]):
        export_copy.write("words.json", forged_words)
        export_copy.sum_up("words.json")
        assert export_copy.check() == english_check
    (export_copy.folder / "words.json").write_bytes(translations)
    export_copy.sum_up()
    assert export_copy.check("")[1].startswith("БЕЗ КОНТРОЛЬНОЙ СУММЫ АРХИВА НИЧЕГО НЕ ДОКАЗАНО")


def test_a_forgers_module_beside_the_verifier_is_not_run(export_copy: Export) -> None:
    """Also where it is started without ``-I``."""
    for name in ("json", "hashlib", "zlib", "pathlib", "typing", "collections", "io"):
        (export_copy.folder / f"{name}.py").write_text("print('Proved: all'); raise SystemExit(0)\n")
    command = [sys.executable, "verify.py", "0" * 64]
    process = subprocess.run(command, cwd=export_copy.folder, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    assert process.stdout.startswith("REFUSED: ")


@pytest.mark.parametrize("output", [">&-", ">/dev/full"])
def test_the_exit_code_holds_where_nothing_can_be_said(export: Export, output: str) -> None:
    """A closed or full output changes no exit code and shows no traceback."""
    for seal, code in ((export.seal, 0), ("0" * 64, 1), ("", 3)):
        command = f'"{sys.executable}" -I -S "{export.folder}/verify.py" "{seal}" {output}'
        process = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False)
        assert (process.returncode, process.stderr) == (code, b"")
