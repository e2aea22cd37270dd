"""Check an export of evidence with Python alone: ``python3 -I verify.py SEAL [FOLDER]``.

SEAL is the hash at the foot of the week's report, in its post and in its feed; who published the report is bound by it.
FOLDER is the one that the export was unpacked into; by default that in which this file lies. This file needs Python 3.9
or newer and nothing else, asks no network and writes nothing. It follows each stored answer up to the seal:

    the bytes of its record     their SHA-256 is the record's id, that of the content stands in the answer's row
    the row                     its hash is a leaf of a Merkle tree (RFC 6962, section 2.1), the path leads to the root
    the root of the run         stands in the seal of the run, a line of seals.jsonl
    the chain of seals          each holds the SHA-256 of the one before; SEAL is the last that counts

The exit code is 0 where all of that holds, 1 where anything does not, 3 where a seal or a proof is missing.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    del sys.path[0]  # a forger's json.py in this folder must not be run in the place of Python's own

import hashlib
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Files = dict[str, bytes]
Seals = dict[int, dict[str, Any]]
WORDS: dict[str, str] = {}
COLUMNS = ["id", "run_id", "kind", "url", "fetched_at", "status", "sha256", "stored_sha256", "minimised"]
COLUMNS += ["part", "offset", "length", "record_id"]
NO_ID = b"<urn:uuid:00000000-0000-8000-8000-000000000000>"
WARC = "evidence.warc.gz"
RUSSIAN = "8b3d73f12b521be8c94ccae2cb2264fc5c6b6c6f7a03c6a79acde0c7206a3c29"  # words.json, as it is written
MOST = 2**29  # bytes of a file, of a record as it unpacks
FILES = {"audit.json", "checks.json", "evidence.warc.gz", "findings.json", "index.html", "records.json", "remarks.json"}
FILES |= {"seal.tsr", "seals.jsonl", "verify.py", "words.json", "SHA256SUMS"}
IMPRINT = re.compile(  # of RFC 3161: SHA-256 and the hash, a serial number, the time
    rb"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01(?:\x05\x00)?\x04\x20(.{32})\x02.{2,40}?\x18.(\d{8})(\d{4})",
    re.DOTALL,
)
failures: list[str] = []
unproven: list[str] = []


def translate(text: str, **values: object) -> str:
    """Return a sentence in the language of the export. What a terminal would obey is shown as numbers."""
    said = WORDS.get(text, text)
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", str(value))
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in said)


def expect(true: object, said: str) -> None:
    """Note what does not hold."""
    if not true:
        failures.append(said)


def sha256(data: bytes) -> str:
    """Return a SHA-256 as it is written."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes:
    """Return what a file holds. A link, a pipe, a device and a giant are not read."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST:
        raise OSError(path.name)
    return path.read_bytes()


def load(text: "bytes | str") -> Any:
    """Read JSON in which no key comes twice: readers differ on which of two counts."""

    def once(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
        if len(dict(pairs)) < len(pairs):
            raise ValueError(sorted(name for name, _ in pairs))
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def unpacked(folder: Path) -> Files:
    """Return the files of an export: those that SHA256SUMS names."""
    sums = read(folder / "SHA256SUMS")
    named = {line[66:] for line in sums.decode().splitlines()}
    for name in sorted(named - FILES):
        expect(False, translate("{name}: changed, or not of the export", name=name))
    return {**{name: read(folder / name) for name in named & FILES}, "SHA256SUMS": sums}


def check_sums(files: Files) -> None:
    """Hold each file against SHA256SUMS. These sums alone prove nothing: a forger makes them anew."""
    sums = [line.partition("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    for digest, _, name in sums:
        expect(sha256(files.get(name, b"")) == digest, translate("{name}: changed, or not of the export", name=name))


def read_chain(text: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the hash and the body of each seal. Each must have its hash, and name the one before it."""
    chain: list[tuple[str, dict[str, Any]]] = []
    for line in text.splitlines():
        link = load(line)
        body, n = load(link["body"]), link["seq"]
        own = sha256(link["body"].encode()) == link["sha256"] and n == body["seq"]
        follows = not chain or body["previous"] == chain[-1][0]
        expect(own and follows, translate("seal {n}: its hash, its number or the hash before it is another", n=n))
        chain.append((link["sha256"], body))
    return chain


def check_proof(told: dict[str, Any], seals: dict[int, dict[str, Any]]) -> None:
    """Hold a row against what records.json shows of it, and its path against the root in the seal of its run."""
    proof, name = told["proof"], told["id"]
    said = translate("{name}: what is said of it is not what was sealed", name=name)
    row = dict(zip(COLUMNS, proof["row"]))  # noqa: B905 - Python 3.9 has no `strict`
    shown = {key: told[key] for key in COLUMNS if key in told and key not in {"offset", "length"}}
    expect(shown == {key: row[key] for key in shown}, said)
    written = json.dumps(proof["row"], ensure_ascii=False, separators=(",", ":")).encode()
    node = hashlib.sha256(f"\0answer {name} {sha256(written)}".encode()).digest()
    for side, beside in proof["path"]:
        other = bytes.fromhex(beside)
        node = hashlib.sha256(b"\1" + (other + node if side == "left" else node + other)).digest()
    seal = seals.get(proof["link"], {})
    expect(seal.get("root") == node.hex() == proof["root"], said)
    run = [seal.get("run", {}).get(key) for key in ("id", "vantage")]
    expect(run == [told["run"], told["vantage"]], said)


def parse_record(plain: bytes) -> "tuple[dict[str, str], bytes]":
    """Return the fields of a record, in lower case, and its block. Only one record, and each field once."""
    head, _, rest = plain.partition(b"\r\n\r\n")
    pairs = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    fields = {name.lower(): value for name, value in pairs}
    block = rest[: int(fields["content-length"])]
    if len(fields) < len(pairs) or rest != block + b"\r\n\r\n" or len(head.splitlines()) != len(pairs) + 1:
        raise ValueError(head)
    return fields, block


def check_record(told: dict[str, Any], plain: bytes) -> None:
    """Hold a record against its row, whose id covers all of it, HTTP's headers included."""
    row, name = dict(zip(COLUMNS, told["proof"]["row"])), told["id"]  # noqa: B905 - as above
    fields, block = parse_record(plain)
    said = translate("{name}: its record is missing or was changed", name=name)
    expect(fields["warc-type"] == "resource" and sha256(block) == row["stored_sha256"], said)
    place = [fields[key] for key in ("warc-record-id", "warc-target-uri", "warc-date")]
    stored = [row[key] for key in ("record_id", "url", "fetched_at")]
    own = sha256(plain.replace(row["record_id"].encode(), NO_ID, 1))
    made = f"<urn:uuid:{own[:8]}-{own[8:12]}-8{own[13:16]}-8{own[17:20]}-{own[20:32]}>"
    expect(place == stored and made == row["record_id"], said)


def members(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield where each record of a WARC begins, how long it is, and what it holds."""
    at = 0
    while at < len(data):
        reader, plain, end = zlib.decompressobj(zlib.MAX_WBITS + 16), bytearray(), at
        while not reader.eof:
            if end >= len(data) or len(plain) > MOST:
                raise EOFError(at)
            plain += reader.decompress(data[end : end + 2**14])  # by pieces: of each a rest is copied
            end += 2**14
        length = min(end, len(data)) - len(reader.unused_data) - at
        yield at, length, bytes(plain)
        at += length


def check_answers(files: Files, seals: Seals, gone: "set[tuple[int, str]]") -> "dict[str, list[Any]]":
    """Check each answer, and that nothing else is in the WARC; return the answers by what can be said of them.

    `gone` are the runs and the parts of their files that the seals of purges name.
    """
    found: dict[str, list[Any]] = {"proved": [], "purged": [], "minimised": [], "places": []}
    listed = load(files["records.json"])
    stored = [told for told in listed if told["purged_at"] is None]
    by_place = {(told["offset"], told["length"]): told for told in stored}
    expect(len(by_place) == len(stored), translate("records.json does not list the records that are here"))
    for told in listed:
        if told["proof"] is None or told["proof"]["link"] not in seals:
            unproven.append(told["id"])
            continue
        check_proof(told, seals)
        found["proved" if told["purged_at"] is None else "purged"].append(told["id"])
        found["minimised"] += [told["id"]] if told["minimised"] else []
        place = (told["run"], dict(zip(COLUMNS, told["proof"]["row"]))["part"])  # noqa: B905 - as above
        if told["purged_at"] is not None:
            found["places"].append((told["id"], place))
            expect(place in gone, translate("{name}: no seal says that it was purged", name=told["id"]))
    for at, length, plain in members(files[WARC]):
        told = by_place.pop((at, length), None)
        if told is None:
            expect(False, translate("records.json does not list the records that are here"))
        elif told["id"] not in unproven:
            check_record(told, plain)
    for told in by_place.values():
        expect(False, translate("{name}: its record is missing or was changed", name=told["id"]))
    return found


def is_subset(shown: Any, stored: Any) -> bool:
    """Tell whether everything stored is in what is shown, which has sentences besides."""
    if isinstance(stored, dict):
        return isinstance(shown, dict) and all(key in shown and is_subset(shown[key], stored[key]) for key in stored)
    if isinstance(stored, list):
        return isinstance(shown, list) and len(shown) == len(stored) and all(map(is_subset, shown, stored))
    return isinstance(shown, bool) == isinstance(stored, bool) and bool(shown == stored)


def check_audit(files: Files, sealed: list[dict[str, Any]], answers: set[str]) -> str:
    """Hold the audit against its seal and the findings against the audit; what they rest on must be here.

    Return what is proved, with its office and week: a true export of another week is no forgery.
    """
    text = files["audit.json"]
    audit, shown = load(text), load(files["findings.json"])
    audits = [body for body in sealed if body["kind"] == "audit" and body["week"] == audit["week"]]
    expect(
        audits and audits[-1]["audit"] == sha256(text), translate("audit.json is not the audit that this seal closes")
    )
    office = next((one for one in audit["offices"] if one["id"] == shown["id"]), None)
    expect(office is not None and is_subset(shown, office), translate("findings.json is not what audit.json says"))
    named = {name for finding in (office or {}).get("findings", ()) for name in finding["evidence"]}
    for name in sorted(named - answers):
        expect(False, translate("{name}: a finding rests on it and it is not here", name=name))
    told = {"office": shown["id"], "week": audit["week"], "at": audit["as_of"]}
    return translate(
        "Proved: findings.json, sentences aside, is what was found of {office}, week {week}, as of {at}.", **told
    )


def check_timestamp(token: bytes, seals: "list[str]") -> str:
    """Hold an authority's token against the audit's seals; say what it stamps, and how to check that it is true."""
    found = IMPRINT.search(token)
    seal, day, time = (found[1].hex(), found[2].decode(), found[3].decode()) if found else ("", "", "")
    expect(seal in seals, translate("seal.tsr: it stamps something else than the seal of the audit"))
    command = f"openssl ts -verify -digest {seal} -in seal.tsr -CAfile ca.pem"
    told = {"day": day, "time": time, "command": command}
    return translate(
        "Not proved here: that an authority stamped this on {day} at {time} UTC. To check it: {command}", **told
    )


def named_by_purges(seals: Iterable[dict[str, Any]]) -> "set[tuple[int, str]]":
    """Return the runs and the parts of their files that seals of purges name."""
    return {(body["run_id"], part) for body in seals if body["kind"] == "purge" for part in body["files"]}


def check(files: Files, seal: str) -> Iterator[str]:
    """Check the files of an export against a seal, and yield what is proved and what is not."""
    check_sums(files)
    if failures:
        return
    chain = read_chain(files["seals.jsonl"])
    last = next((place for place, (sha, _) in enumerate(chain) if sha == seal), len(chain) - 1)
    expect(
        not seal or seal == chain[last][0],
        translate("the seal is not in the chain: this is another archive, or a forgery"),
    )
    sealed = [body for _, body in chain[: last + 1]]
    runs = {body["seq"]: body for body in sealed if body["kind"] == "run"}
    found = check_answers(files, runs, named_by_purges(body for _, body in chain))
    audited = check_audit(files, sealed, {*found["proved"], *found["purged"], *unproven})
    n = {kind: len(names) for kind, names in found.items()}
    yield translate("Proved of {n} answers: the bytes, the hash, the place under the root of the run.", n=n["proved"])
    yield translate("Proved: the roots and audit.json hang on seal {seal}.", seal=chain[last][0])
    yield audited
    yield translate("Not proved: that a network told the truth, and the time, which is that of the auditor's machine.")
    yield translate("Not proved: sentences, checks.json, remarks.json and the page to read.")
    if "seal.tsr" in files:
        own = sha256(files["audit.json"])
        yield check_timestamp(files["seal.tsr"], [sha for sha, body in chain[: last + 1] if body.get("audit") == own])
    if n["minimised"]:
        yield translate(
            "Minimised, citizens' words taken out, the hash of the original only told: {n}", n=n["minimised"]
        )
    if n["purged"]:
        yield translate("Purged, only the row with the hashes is proved: {n}", n=n["purged"])
    for name in unproven:
        yield translate("{name}: NOT PROVED by this seal", name=name)
    known = named_by_purges(sealed)
    later = [name for name, place in found["places"] if place not in known]
    if later:
        unproven.extend(later)
        yield translate("Purged after this seal, which cannot prove it; a later report's seal can: {n}", n=len(later))


def load_sentences(folder: Path) -> None:
    """Take the sentences in the language of the export. A forger's are not the program's own, and are not printed."""
    words = read(folder / "words.json") if (folder / "words.json").exists() else b""
    if sha256(words) == RUSSIAN:
        WORDS.update(load(words))


def main(seal: str = "", export: str = "") -> int:
    """Print what is proved of an export, by default that beside this file."""
    lines, folder = [], Path(export) if export else Path(__file__).resolve().parent
    try:
        load_sentences(folder)
        lines = list(check(unpacked(folder), seal.strip().lower()))
    except Exception as error:  # noqa: BLE001 - whatever a forged file does to its reader
        expect(False, translate("the export cannot be read: {error}", error=f"{type(error).__name__} {error}"[:300]))
    if not seal:
        lines = [
            translate("NOTHING IS PROVED WITHOUT A SEAL: python3 -I verify.py SEAL, the hash printed on the report")
        ]
    code = 1 if failures else 3 if unproven or not seal else 0
    lines = [f"REFUSED: {said}" for said in failures] or [*lines, f"exit code {code}"]
    if sys.stdout is not None:  # it is None where it was closed: the exit code tells all the same
        try:
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
        except OSError:  # of a full disk: the same, and Python is not to try again
            sys.stdout = None
    return code


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(*sys.argv[1:3]))
