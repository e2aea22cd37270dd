"""An export proves itself to whoever has Python and the seal on the report, and a forged one is refused."""

import gzip
import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.archive import Archive
from auditor.archive.merkle import leaf_hash
from auditor.base.answers import keep
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import EvidenceKind
from auditor.base.weeks import Week
from auditor.commands import verifier
from auditor.commands.proof import pack, verifiers_words, write_package
from auditor.commands.publish import run_weekly
from auditor.sandbox import World
from tests.audit_samples import sample_registry
from tests.cases import NOW, TOMSK, WEEK, snapshot
from tests.command import auditor
from tests.hostile import FORMULAS, HALVES, LINKS, MARKUP, STEERING, everywhere
from tests.pipeline import sandboxed

OFFICE = "Первый район"
RUSSIAN = Catalogue("ru", ZoneInfo("Asia/Tomsk"))


class Export:
    """An unpacked export, and the seal that the report printed."""

    def __init__(self, folder: Path, seal: str) -> None:
        self.folder, self.seal = folder, seal
        self.records: list[dict[str, Any]] = self.read("records.json")

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_bytes())

    def write(self, name: str, value: Any) -> None:
        (self.folder / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")

    @property
    def warc(self) -> Path:
        return self.folder / "evidence.warc.gz"

    def copy(self, to: Path) -> "Export":
        return Export(Path(shutil.copytree(self.folder, to)), self.seal)

    def sum_up(self) -> None:
        """Make the sums anew, as a forger would."""
        named = [line.split("  ")[1] for line in (self.folder / "SHA256SUMS").read_text().splitlines()]
        plain = [name for name in named if (self.folder / name).is_file()]  # not a pipe: it would never end
        lines = [f"{hashlib.sha256((self.folder / name).read_bytes()).hexdigest()}  {name}\n" for name in plain]
        (self.folder / "SHA256SUMS").write_text("".join(lines))

    def check(self, seal: str | None = None) -> tuple[int, str]:
        """Run the verifier in this process: what it says is on the standard output."""
        from contextlib import redirect_stdout
        from io import StringIO

        with redirect_stdout(StringIO()) as said:
            code = runpy.run_path(str(self.folder / "verify.py"), run_name="verify")["main"](
                self.seal if seal is None else seal
            )
        return code, said.getvalue()

    def plain(self, place: int) -> bytes:
        told = self.records[place]
        return gzip.decompress(self.warc.read_bytes()[told["offset"] : told["offset"] + told["length"]])

    def replace(self, place: int, plain: bytes) -> None:
        """Put another record in the place of an answer's, and move what comes after it in the list."""
        told, data, packed = self.records[place], self.warc.read_bytes(), gzip.compress(plain, 6, mtime=0)
        start, end = told["offset"], told["offset"] + told["length"]
        self.warc.write_bytes(data[:start] + packed + data[end:])
        for other in self.records:
            other["offset"] += len(packed) - told["length"] if other["offset"] > start else 0
        told["length"] = len(packed)
        self.write("records.json", self.records)
        self.sum_up()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of an office whose every free text, and what the network answered, is hostile."""
    folder, (registry, _) = tmp_path_factory.mktemp("hostile"), sample_registry()
    audit, _places = everywhere([*MARKUP, *(t for t in STEERING.values() if t not in HALVES), *FORMULAS], LINKS)
    with Archive.open(folder) as archive:
        run = archive.start_run(
            week=str(WEEK), command="weekly", started_at=NOW, vantage=MARKUP[0], tool_version=MARKUP[1]
        )
        account = registry.offices[0].tenures[0].accounts[0].url.url
        for url in [account, *LINKS]:
            body = f"{MARKUP[0]}{url}".encode()
            answer = keep(EvidenceKind.PROFILE, url, fetched_at=NOW, status=200, received=body)
            archive.looks.save(run, str(WEEK), snapshot(url=account, evidence=(answer.evidence,)), (answer,))
        archive.finish_run(run, NOW)
        archive.audits.save(str(WEEK), NOW, audit.to_json(), "timezone: Asia/Tomsk\n")
        write_package(pack(archive, registry.offices[0], str(WEEK), Catalogue("ru", TOMSK)), folder / "x.zip")
    return folder / "x.zip"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Export:
    """One office's export after one week of the sandbox, with the seal of the published document."""
    folder, world = tmp_path_factory.mktemp("sealed"), World.build()
    with sandboxed(world, folder) as (_, session):
        week = Week.last_ended(world.now, session.registry.zone)
        audit = run_weekly(session, week, synthetic=True)[0].audit
    _export(folder, folder / "a.zip", "--week", str(week))
    return Export(_unpacked(folder / "a.zip"), audit.seal)


def _export(folder: Path, to: Path, *options: str) -> None:
    where = ("--data", folder / "data", "--registry", folder / "officials.yaml", "--lang", "en")
    done = auditor("evidence", "export", OFFICE, "--to", to, *options, *where, cwd=folder)
    assert (done.code, done.err) == (0, "")


def _unpacked(package: Path) -> Path:
    with zipfile.ZipFile(package) as opened:
        opened.extractall(package.with_suffix(""))
    return package.with_suffix("")


def test_an_export_is_checked_on_a_machine_without_the_program(export: Export, tmp_path: Path) -> None:
    """By a bare Python in an empty folder, in the reader's language; it says what is proved and what is not."""
    there = export.copy(tmp_path / "there")
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", export.seal],
        cwd=there.folder,
        env={"PATH": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Proved of {len(export.records)} answers" in done.stdout
    assert f"hang on seal {export.seal}" in done.stdout
    assert "Not proved: that a network told the truth" in done.stdout
    assert "Minimised, citizens' words taken out, the hash of the original only told: " in done.stdout
    assert "headers are not covered" not in done.stdout


def test_the_verifier_is_short_and_needs_python_alone(export: Export) -> None:
    """A court's expert reads it in an hour: fewer than 260 lines, the standard library."""
    lines = [line for line in (export.folder / "verify.py").read_text("utf-8").splitlines() if line.strip()]
    assert len(lines) < 260
    imported = {line.split()[1].split(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert imported <= set(sys.stdlib_module_names)


def test_without_a_seal_nothing_is_proved(export: Export) -> None:
    """Exit 3, and it says where a seal is to be had."""
    code, said = export.check("")
    assert code == 3
    assert said.startswith("NOTHING IS PROVED WITHOUT A SEAL")


def test_another_seal_is_refused(export: Export) -> None:
    """One that is not in the chain."""
    code, said = export.check("0" * 64)
    assert code == 1
    assert "not in the chain" in said


def test_one_byte_of_any_file_changed_is_refused(export: Export, tmp_path: Path) -> None:
    """A byte at the beginning, in the middle and at the end of each file, of each record."""
    there = export.copy(tmp_path / "there")
    places = [(there.folder / name, at) for name, at in _bytes_of(export)]
    for path, at in places:
        whole = path.read_bytes()
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert there.check()[0] == 1, (path.name, at)
        path.write_bytes(whole)
    assert there.check()[0] == 0


def _bytes_of(export: Export) -> Iterator[tuple[str, int]]:
    for path in sorted(export.folder.rglob("*")):
        if path.is_file() and path.name != "verify.py":
            size = path.stat().st_size
            yield from ((str(path.relative_to(export.folder)), at) for at in (0, size // 2, size - 2))
    for told in export.records:
        for at in (told["offset"] + 3, told["offset"] + told["length"] // 2, told["offset"] + told["length"] - 1):
            yield "evidence.warc.gz", at


def test_a_changed_record_is_refused_with_all_sums_made_anew(export: Export, tmp_path: Path) -> None:
    """Its fields, HTTP's headers, its content: whatever byte of the record is another."""
    for place, _ in enumerate(export.records):
        plain = export.plain(place)
        head = plain.index(b"\r\n\r\n")
        for at in (plain.index(b"WARC-Date: ") + 14, head - 1, head + 5, len(plain) - 6):
            there = export.copy(tmp_path / "there")
            there.replace(place, plain[:at] + bytes([plain[at] ^ 1]) + plain[at + 1 :])
            code, said = there.check()
            assert code == 1, (place, at)
            assert said.startswith("REFUSED: ")
            shutil.rmtree(there.folder)


def test_a_full_output_changes_no_exit_code(export: Export) -> None:
    """What is proved stays proved, and what is refused, refused; no traceback says otherwise."""
    for seal, code in ((export.seal, 0), ("0" * 64, 1), ("", 3)):
        with Path("/dev/full").open("w") as full:
            command = [sys.executable, "-I", export.folder / "verify.py", seal]
            done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
        assert (done.returncode, done.stderr) == (code, b"")


class _Counted(bytes):
    """Bytes that count how many of them are copied."""

    copied = 0

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        self.copied += len(part)
        return part


def test_the_time_to_read_records_grows_with_their_size_alone(export: Export) -> None:
    """Of ten times as many records no more than ten times as much is copied: years of a court's file are read too."""
    members = runpy.run_path(str(export.folder / "verify.py"), run_name="verify")["members"]
    one = gzip.compress(os.urandom(3000))
    copied = []
    for count in (100, 1000):
        data = _Counted(one * count)
        assert [length for _, length, _ in members(data)] == [len(one)] * count
        copied.append(data.copied)
    assert copied[1] <= 10.5 * copied[0]


FORGED_PROOFS: dict[str, Callable[[dict[str, Any]], None]] = {
    "another hash on the path": lambda proof: proof["path"][0].__setitem__(1, "0" * 64),
    "the other side": lambda proof: proof["path"][0].__setitem__(
        0, {"left": "right", "right": "left"}[proof["path"][0][0]]
    ),
    "a step less": lambda proof: proof["path"].pop(),
    "another root": lambda proof: proof.__setitem__("root", "0" * 64),
    "another time": lambda proof: proof["row"].__setitem__(4, "2026-11-01T00:00:00.000000Z"),
    "another address": lambda proof: proof["row"].__setitem__(3, "https://t.me/else"),
    "another hash of the original": lambda proof: proof["row"].__setitem__(6, "0" * 64),
    "not minimised": lambda proof: proof["row"].__setitem__(8, 1 - proof["row"][8]),
}


@pytest.mark.parametrize("name", FORGED_PROOFS)
def test_a_changed_proof_is_refused_with_all_sums_made_anew(export: Export, tmp_path: Path, name: str) -> None:
    """The row, the path and the root hang together."""
    for place, _ in enumerate(export.records):
        there = export.copy(tmp_path / "there")
        FORGED_PROOFS[name](there.records[place]["proof"])
        there.write("records.json", there.records)
        there.sum_up()
        assert there.check()[0] == 1, place
        shutil.rmtree(there.folder)


WARCINFO = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nContent-Length: 7\r\n\r\nrun: 1\n\r\n\r\n"
FORGED: dict[str, Callable[[Export], None]] = {
    "an answer that is not there": lambda there: there.write("records.json", there.records[1:]),
    "an answer said to be purged": lambda there: _told(there, purged_at="2026-12-01T00:00:00Z"),
    "another time beside the proof": lambda there: _told(there, fetched_at="2026-11-01T00:00:00.000000Z"),
    "another vantage": lambda there: _told(there, vantage="elsewhere"),
    "a verdict in the findings": lambda there: there.write(
        "findings.json", {**there.read("findings.json"), "verdict": "untested"}
    ),
    "a verdict in the audit": lambda there: there.write("audit.json", {**there.read("audit.json"), "closed": False}),
    "one more web archive, named in the sums": lambda there: (
        shutil.copy(there.warc, there.warc.parent / "more.warc.gz") and _name_in_sums(there, "more.warc.gz")
    ),
    "a page that says to be a file's first record": lambda there: there.warc.write_bytes(
        there.warc.read_bytes() + gzip.compress(there.plain(0).replace(b"\r\n", b"\r\nWARC-Type: warcinfo\r\n", 1))
    ),
    "a page behind a file's first record": lambda there: there.warc.write_bytes(
        there.warc.read_bytes() + gzip.compress(WARCINFO + there.plain(0))
    ),
    "an answer hidden behind another of its place": lambda there: there.write(
        "records.json", [{**there.records[0], "status": 404}, *there.records]
    ),
    "a page in the place of a purged answer": lambda there: _purge(there) or None,
    "a verdict said twice": lambda there: (
        (there.folder / "findings.json").write_text(
            (there.folder / "findings.json").read_text("utf-8").replace("{", '{"verdict": "untested",', 1), "utf-8"
        )
        and None
    ),
    "a list that nests without end": lambda there: (there.folder / "records.json").write_text("[" * 200_000) and None,
    "a pipe in the place of the seals": lambda there: _pipe(there.folder / "seals.jsonl"),
    "an endless device in the place of the seals": lambda there: _endless(there.folder / "seals.jsonl"),
    "a bomb": lambda there: there.warc.write_bytes(there.warc.read_bytes() + _bomb()) and None,
    "one more first record of a file": lambda there: there.warc.write_bytes(
        there.warc.read_bytes() + gzip.compress(WARCINFO)
    ),
    "one more record for viewers": lambda there: there.warc.write_bytes(
        there.warc.read_bytes() + gzip.compress(there.plain(0))
    ),
}


def _purge(there: Export) -> None:
    """Say that an answer was purged, with a seal after the published one that says so too."""
    path, row = there.folder / "seals.jsonl", there.records[0]["proof"]["row"]
    last = json.loads(path.read_text("utf-8").splitlines()[-1])
    body = {"seq": last["seq"] + 1, "kind": "purge", "previous": last["sha256"], "run_id": row[1], "files": [row[9]]}
    text = json.dumps(body)
    link = {"seq": body["seq"], "sha256": hashlib.sha256(text.encode()).hexdigest(), "body": text}
    path.write_text(path.read_text("utf-8") + json.dumps(link) + "\n", "utf-8")
    _told(there, purged_at="2026-12-01T00:00:00.000000Z")


def _name_in_sums(there: Export, name: str) -> None:
    with (there.folder / "SHA256SUMS").open("a") as sums:
        sums.write(f"{'0' * 64}  {name}\n")


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def _bomb() -> bytes:
    """Return a member that unpacks to a gigabyte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(2**10)) + packer.flush()


def _told(there: Export, **other: str) -> None:
    there.records[0] |= other
    there.write("records.json", there.records)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_part_is_refused_with_all_sums_made_anew(export: Export, tmp_path: Path, name: str) -> None:
    """What a forger would change first."""
    there = export.copy(tmp_path / "there")
    FORGED[name](there)
    there.sum_up()
    code, said = there.check()
    assert code == 1
    assert said.startswith("REFUSED: ")


def test_a_purge_after_the_seal_is_not_proved_by_it(export: Export, tmp_path: Path) -> None:
    """Anyone can write one more seal: exit 3, and it says so. What was purged must be gone."""
    there = export.copy(tmp_path / "there")
    _purge(there)
    told, data = there.records[0], there.warc.read_bytes()
    there.warc.write_bytes(data[: told["offset"]] + data[told["offset"] + told["length"] :])
    for other in there.records[1:]:
        other["offset"] -= told["length"] if other["offset"] > told["offset"] else 0
    there.write("records.json", there.records)
    there.sum_up()
    code, said = there.check()
    assert code == 3
    assert "Purged after this seal" in said


def test_a_name_cannot_obey_its_forger(export: Export, tmp_path: Path) -> None:
    """What clears a terminal, or begins a line, is shown as numbers."""
    there = export.copy(tmp_path / "there")
    there.records[0]["id"] = "ev\x1b[2J\nProved: all"
    there.write("records.json", there.records)
    there.sum_up()
    _, said = there.check()
    assert "ev\\u001b[2J\\u000aProved: all: what is said of it is not what was sealed" in said
    assert "\x1b" not in said
    assert "\nProved: all" not in said


def test_forged_sentences_are_not_printed(export: Export, tmp_path: Path) -> None:
    """The words beside the verifier may be a forger's: it knows the hash of the program's own, and takes no others."""
    there, whole = export.copy(tmp_path / "there"), export.check()
    words = json.loads(verifiers_words(RUSSIAN))
    for forged in (dict.fromkeys(words, "Proved: all"), {**words, next(iter(words)): "Proved: all"}, [[[]]]):
        there.write("words.json", forged)
        _name_in_sums(there, "words.json")
        there.sum_up()
        assert there.check() == whole


def test_the_programs_own_sentences_are_printed(export: Export, tmp_path: Path) -> None:
    """Where this fails, `RUSSIAN` in the verifier is to be the hash that is shown."""
    there, words = export.copy(tmp_path / "there"), verifiers_words(RUSSIAN)
    assert hashlib.sha256(words).hexdigest() == verifier.RUSSIAN
    (there.folder / "words.json").write_bytes(words)
    assert there.check("")[1].startswith("БЕЗ ПЕЧАТИ НИЧЕГО НЕ ДОКАЗАНО")


def test_a_forgers_module_beside_the_verifier_is_not_run(export: Export, tmp_path: Path) -> None:
    """Also where it is started without ``-I``."""
    there = export.copy(tmp_path / "there")
    for name in ("json", "hashlib", "zlib", "pathlib", "typing", "collections", "io"):
        (there.folder / f"{name}.py").write_text("print('Proved: all'); raise SystemExit(0)\n")
    done = subprocess.run(
        [sys.executable, "verify.py", "0" * 64], cwd=there.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout.startswith("REFUSED: ")


def test_the_exit_code_holds_where_nothing_can_be_said(export: Export) -> None:
    """With its output closed, or in an alphabet that has no Russian."""
    for seal, code in ((export.seal, 0), ("0" * 64, 1)):
        words = f'"{sys.executable}" -I verify.py {seal} >&-'
        assert subprocess.run(["sh", "-c", words], cwd=export.folder, check=False).returncode == code


def test_an_answer_without_its_proof_is_named(export: Export, tmp_path: Path) -> None:
    """Exit 3: not everything is proved."""
    there = export.copy(tmp_path / "there")
    there.records[0]["proof"] = None
    there.write("records.json", there.records)
    there.sum_up()
    code, said = there.check()
    assert code == 3
    assert f"{there.records[0]['id']}: NOT PROVED" in said


def test_an_export_made_anew_with_every_hash_is_refused_by_the_seal_on_the_report(
    export: Export, tmp_path: Path
) -> None:
    """By its own seal it is sound: only what was published tells it from the true one."""
    there = export.copy(tmp_path / "there")
    own = _forge(there)
    assert there.check(own)[0] == 0
    code, said = there.check()
    assert code == 1
    assert "not in the chain" in said


def _forge(there: Export) -> str:
    """Change an answer and make everything anew that hangs on it; return the forger's own seal."""
    content = there.plain(0).replace(b"200", b"404")
    told, proof = there.records[0], there.records[0]["proof"]
    old = told["record_id"].encode()
    sha256 = hashlib.sha256(content.replace(old, b"<urn:uuid:00000000-0000-8000-8000-000000000000>", 1)).hexdigest()
    new = f"<urn:uuid:{sha256[:8]}-{sha256[8:12]}-8{sha256[13:16]}-8{sha256[17:20]}-{sha256[20:32]}>"
    there.replace(0, content.replace(old, new.encode(), 1))
    told["record_id"] = proof["row"][12] = new
    rest = content.partition(b"\r\n\r\n")[2]
    told["stored_sha256"] = proof["row"][7] = hashlib.sha256(rest[:-4]).hexdigest()
    row = json.dumps(proof["row"], ensure_ascii=False, separators=(",", ":")).encode()
    node = leaf_hash(f"answer {told['id']} {hashlib.sha256(row).hexdigest()}".encode())
    for side, beside in proof["path"]:
        other = bytes.fromhex(beside)
        node = hashlib.sha256(b"\x01" + (other + node if side == "left" else node + other)).digest()
    there.records[:] = [told]  # the others would need the leaves that the export does not have
    proof["root"] = node.hex()
    there.write("records.json", there.records)
    data = there.warc.read_bytes()
    there.warc.write_bytes(data[told["offset"] : told["offset"] + told["length"]])
    told["offset"] = 0
    audit = there.read("audit.json")
    for office in audit["offices"]:
        for finding in office["findings"]:
            finding["evidence"] = [told["id"]]
    there.write("audit.json", audit)
    there.write("findings.json", next(o for o in audit["offices"] if o["id"] == there.read("findings.json")["id"]))
    there.write("records.json", there.records)
    return _chain_anew(there, proof)


def _chain_anew(there: Export, proof: dict[str, Any]) -> str:
    path, previous, lines = there.folder / "seals.jsonl", None, []
    for line in path.read_text("utf-8").splitlines():
        link = json.loads(line)
        body = json.loads(link["body"]) | ({"previous": previous} if previous else {})
        if body["seq"] == proof["link"]:
            body["root"] = proof["root"]
        if body["kind"] == "audit":
            body["audit"] = hashlib.sha256((there.folder / "audit.json").read_bytes()).hexdigest()
        text = json.dumps(body, ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        lines.append(json.dumps({"seq": link["seq"], "sha256": previous, "body": text}, ensure_ascii=False) + "\n")
    path.write_text("".join(lines), "utf-8")
    there.sum_up()
    return str(previous)


def test_the_names_in_an_export_are_ours(hostile: Path) -> None:
    """No entry is named by what somebody wrote: nothing is unpacked beside its folder."""
    with zipfile.ZipFile(hostile) as packed:
        assert set(packed.namelist()) == {
            "SHA256SUMS", "audit.json", "checks.json", "evidence.warc.gz", "findings.json", "index.html",
            "records.json", "remarks.json", "seals.jsonl", "verify.py", "words.json",
        }  # fmt: skip


def test_the_page_of_an_export_holds_no_element_that_data_made(hostile: Path, export: Export) -> None:
    """Its tags and attributes are those of an export without hostile words; each link leads within it or to the web."""
    with zipfile.ZipFile(hostile) as packed:
        spoiled = LexborHTMLParser(packed.read("index.html").decode())
    plain = LexborHTMLParser((export.folder / "index.html").read_text("utf-8"))
    for shown in (
        lambda page: {node.tag for node in page.css("*")},
        lambda page: {a for n in page.css("*") for a in n.attributes},
    ):
        assert shown(spoiled) <= shown(plain) | {"blockquote"}
    links = {node.attributes["href"] or "" for node in spoiled.css("a")}
    assert [link for link in links if not re.match("#|https?://[a-z0-9.-]+(?:[/?]|$)", link)] == []
    assert "default-src 'none'" in (spoiled.css_first("meta[http-equiv]").attributes["content"] or "")
