"""An export proves itself to whoever has Python and the seal on the report, and a forged one is refused."""

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

from auditor.archive import Archive
from auditor.archive.retention import Cutoffs
from auditor.base.i18n import Translator
from auditor.commands import verifier
from auditor.commands.dispute_export import verifiers_words
from tests.archive_samples import NOW, WEEK, moment
from tests.cases import TOMSK
from tests.exports import Export, exported


@pytest.fixture(scope="module")
def export(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    """It is only read."""
    with Archive.read(whole) as archive:
        return exported(archive, tmp_path_factory.mktemp("export"))


@pytest.fixture
def there(export: Export, tmp_path: Path) -> Export:
    """A copy of it, to forge."""
    return export.copy(tmp_path / "there")


def test_an_export_is_checked_on_a_machine_without_the_program(there: Export) -> None:
    """By a bare Python in another folder; it says what is proved of what, and what is not."""
    command = [sys.executable, "-I", "-S", "verify.py", f" {there.seal.upper()}"]
    done = subprocess.run(command, cwd=there.folder, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "Proved of 2 answers: the bytes, the hash, the place under the root of the run.",
        f"Proved: the roots and audit.json hang on seal {there.seal}.",
        f"Proved: findings.json, sentences aside, is what was found of perviy, week {WEEK}, as of {NOW:%Y-%m-%dT%XZ}.",
        "Not proved: that a network told the truth, and the time, which is that of the auditor's machine.",
        "Not proved: sentences, checks.json, remarks.json and the page to read.",
        "Minimised, citizens' words taken out, the hash of the original only told: 1",
        "exit code 0",
    ]
    there.tell(proof=None)
    there.sum_up()
    code, said = there.check()
    assert (code, f"{there.records[0]['id']}: NOT PROVED" in said, "Proved of 1 answers" in said) == (3, True, True)


def test_the_verifier_is_short(export: Export) -> None:
    """A court's expert reads it in an hour: fewer than 260 lines."""
    assert len([line for line in (export.folder / "verify.py").read_text("utf-8").splitlines() if line.strip()]) < 260


@pytest.mark.parametrize(
    ("seal", "code", "said"),
    [("", 3, "NOTHING IS PROVED WITHOUT A SEAL"), ("0" * 64, 1, "REFUSED: the seal is not in")],
)
def test_without_the_seal_of_the_report_nothing_is_proved(export: Export, seal: str, code: int, said: str) -> None:
    """None, or one that is not in the chain."""
    assert (export.check(seal)[0], export.check(seal)[1].startswith(said)) == (code, True)


def test_one_bit_of_any_file_changed_is_refused(there: Export) -> None:
    """At the beginning, in the middle and at the end of each."""
    for path in sorted(path for path in there.folder.iterdir() if path.name != "verify.py"):
        whole = path.read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 2):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert there.check()[0] == 1, (path.name, at)
        path.write_bytes(whole)
    assert there.check()[0] == 0


def test_a_changed_record_is_refused_with_all_sums_made_anew(export: Export, tmp_path: Path) -> None:
    """Its fields, its headers, its content: whatever byte of the record is another."""
    for place, _ in enumerate(export.records):
        plain = export.plain(place)
        head = plain.index(b"\r\n\r\n")
        for at in (plain.index(b"WARC-Date: ") + 14, head - 1, head + 5, len(plain) - 6):
            there = export.copy(tmp_path / f"{place}-{at}")
            there.replace(place, plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :])
            there.sum_up()
            code, said = there.check()
            assert (code, said.startswith("REFUSED: ")) == (1, True)


SEALED = "what is said of it is not what was sealed"
LISTED = "records.json does not list the records that are here"
Forge = Callable[[Export], object]


def proof(change: Callable[[dict[str, Any]], object]) -> Forge:
    """Change the proof of the first answer."""
    return lambda there: change(there.records[0]["proof"]) or there.tell()


def document(name: str, **fields: Any) -> Forge:
    """Say something else in a document."""
    return lambda there: there.write(name, {**there.read(name), **fields})


def in_place_of_seals(make: Callable[[Path], object]) -> Forge:
    """Put something that never ends in the place of the seals."""
    return lambda there: (there.folder / "seals.jsonl").unlink() or make(there.folder / "seals.jsonl")


def text(name: str, change: Callable[[str], str]) -> Forge:
    """Change a file as text."""
    return lambda there: (there.folder / name).write_text(change((there.folder / name).read_text("utf-8")), "utf-8")


def purged(there: Export) -> None:
    """Say that an answer was purged, with a seal that says so too, and leave its page where it was."""
    row = there.records[0]["proof"]["row"]
    there.link({"kind": "purge", "run_id": row[1], "files": [row[9]]})
    there.tell(purged_at="2026-12-01T00:00:00.000000Z")


FORGED: dict[str, tuple[Forge, str]] = {
    "another side": (proof(lambda p: p["path"][0].__setitem__(0, "left" * (p["path"][0][0] == "right"))), SEALED),
    "another root": (proof(lambda p: p.update(root="0" * 64)), SEALED),
    "another time in the row": (proof(lambda p: p["row"].__setitem__(4, "2026-11-01T00:00:00.000000Z")), SEALED),
    "another time beside the proof": (lambda there: there.tell(fetched_at="2026-11-01T00:00:00.000000Z"), SEALED),
    "another run": (lambda there: there.tell(run=2), SEALED),
    "an answer that is not listed": (lambda there: there.write("records.json", there.records[1:]), LISTED),
    "an answer listed and not there": (lambda there: there.warc.write_bytes(b""), "its record is missing"),
    "an answer said to be purged": (lambda there: there.tell(purged_at="2026-12-01T00:00:00Z"), "no seal says"),
    "a page in the place of a purged answer": (purged, LISTED),
    "an answer listed twice": (lambda there: there.write("records.json", [there.records[0], *there.records]), LISTED),
    "what would steer a terminal": (
        lambda there: there.tell(id="ev\x1b[2J\nProved: all"),
        "ev\\u001b[2J\\u000aProved: all: what is said",
    ),
    "an empty list": (lambda there: there.write("records.json", []), "a finding rests on it"),
    "a verdict in the findings": (document("findings.json", verdict="x"), "findings.json is not what audit.json says"),
    "another office": (document("findings.json", id="vtoroy"), "findings.json is not what audit.json says"),
    "a number for yes": (document("findings.json", bound=1), "findings.json is not what audit.json says"),
    "a verdict in the audit": (document("audit.json", closed=False), "is not the audit that this seal closes"),
    "a verdict said twice": (text("findings.json", lambda t: t.replace("{", '{"verdict": "x",', 1)), "cannot be read"),
    "a list that nests without end": (text("records.json", lambda _: "[" * 200_000), "cannot be read"),
    "a seal with another hash": (text("seals.jsonl", lambda t: t.replace("тест", "elsewhere")), "seal 1: "),
    "a seal left out": (text("seals.jsonl", lambda t: "".join(t.splitlines(keepends=True)[::2])), "seal 3: "),
    "a pipe in the place of the seals": (in_place_of_seals(os.mkfifo), "cannot be read: OSError"),
    "a device for the seals": (in_place_of_seals(lambda path: path.symlink_to("/dev/zero")), "cannot be read"),
    "one more web archive": (lambda there: there.sum_up("more.gz"), "more.gz: changed, or not of the export"),
    "one more record for viewers": (lambda there: there.add(there.plain(0)), LISTED),
}


@pytest.mark.parametrize(("forge", "said"), FORGED.values(), ids=FORGED.keys())
def test_what_is_forged_is_refused_with_all_sums_made_anew(there: Export, forge: Forge, said: str) -> None:
    """The list, the proofs, the chain, the audit and the findings hang together; and whatever it is, it ends."""
    forge(there)
    there.sum_up()
    code, told = there.check()
    assert code == 1
    assert all(line.startswith("REFUSED: ") for line in told.splitlines())
    assert said in told


def test_what_unpacks_or_weighs_without_end_is_not_read(export: Export) -> None:
    """A file, or a record as it unpacks, is half a gigabyte at most."""
    verify = runpy.run_path(str(export.folder / "verify.py"), run_name="verify")
    assert verify["MOST"] == 2**29
    verify["read"].__globals__["MOST"] = 2**16
    with pytest.raises(EOFError):
        list(verify["members"](gzip.compress(bytes(2**25))))
    (export.folder.parent / "large").write_bytes(bytes(2**16 + 1))
    with pytest.raises(OSError, match="large"):
        verify["read"](export.folder.parent / "large")


def test_a_purged_answer_is_proved_by_its_row_and_by_a_seal_that_knows_of_the_purge(data: Path, tmp_path: Path) -> None:
    """That of the report is older than the purge, so it cannot prove it."""
    with Archive.open(data) as archive:
        archive.purge(Cutoffs(moment(9), moment(9)), moment(9))
        there, later = exported(archive, tmp_path / "x"), archive.evidence.seals()[-1].sha256
    assert (len(there.records), there.warc.read_bytes()) == (2, b"")
    code, said = there.check()
    assert (code, "Purged after this seal, which cannot prove it; a later report's seal can: 2" in said) == (3, True)
    code, said = there.check(later)
    assert (code, "Purged, only the row with the hashes is proved: 2" in said) == (0, True)


def test_its_sentences_are_the_programs_own_or_none(there: Export) -> None:
    """The words beside it may be a forger's: it knows the hash of the program's, which `RUSSIAN` is to be."""
    words = verifiers_words(Translator("ru", TOMSK))
    assert hashlib.sha256(words).hexdigest() == verifier.RUSSIAN
    english = there.check()
    for forged in (dict.fromkeys(json.loads(words), "Proved: all"), [[[]]]):
        there.write("words.json", forged)
        there.sum_up("words.json")
        assert there.check() == english
    (there.folder / "words.json").write_bytes(words)
    there.sum_up()
    assert there.check("")[1].startswith("БЕЗ ПЕЧАТИ НИЧЕГО НЕ ДОКАЗАНО")


def test_a_forgers_module_beside_the_verifier_is_not_run(there: Export) -> None:
    """Also where it is started without ``-I``."""
    for name in ("json", "hashlib", "zlib", "pathlib", "typing", "collections", "io"):
        (there.folder / f"{name}.py").write_text("print('Proved: all'); raise SystemExit(0)\n")
    command = [sys.executable, "verify.py", "0" * 64]
    done = subprocess.run(command, cwd=there.folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith("REFUSED: ")) == (1, True)


@pytest.mark.parametrize("output", [">&-", ">/dev/full"])
def test_the_exit_code_holds_where_nothing_can_be_said(export: Export, output: str) -> None:
    """What is proved stays proved, and what is refused, refused; no traceback says otherwise."""
    for seal, code in ((export.seal, 0), ("0" * 64, 1), ("", 3)):
        command = f'"{sys.executable}" -I -S "{export.folder}/verify.py" "{seal}" {output}'
        done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False)
        assert (done.returncode, done.stderr) == (code, b"")
