"""Check an export of evidence with Python alone: ``python3 -I verify.py CHECKSUM [FOLDER]``.

CHECKSUM is that of the archive, printed at the foot of the week's report, in its post and in its feed; it binds whoever
published them. FOLDER is the unpacked export, by default the folder of this file. This file needs only Python 3.9 or
newer; it uses no network and writes nothing. It follows each stored answer of a network up to the seal with CHECKSUM:

    the bytes of its record     their SHA-256 is the record's id; the SHA-256 of the content is in the answer's row
    the row                     its hash is a leaf of a Merkle tree (RFC 6962, section 2.1); the path leads to the root
    the root of the run         is in the seal of the run, a line of seals.jsonl
    the chain of seals          each holds the SHA-256 of the one before; CHECKSUM is that of the last that counts

The exit code is 0 if all of that holds, 1 if anything does not, 3 if a seal or a proof is missing.
"""

import sys

if __name__ == "__main__" and not sys.flags.isolated:
    del sys.path[0]  # a forger's json.py in this folder must not be run instead of Python's own

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
COLUMNS = "id run_id kind url fetched_at status sha256 stored_sha256 minimised part offset length record_id".split()  # noqa: SIM905
NO_ID = b"<urn:uuid:00000000-0000-8000-8000-000000000000>"
WARC = "evidence.warc.gz"
RUSSIAN = "ee1e60526d49131f15efd365d903fe4b3d6d2d157e1a5e302811cd0a4edea1a8"  # SHA-256 of the Russian words.json
MOST, MOST_UNPACKED = 2**29, 2**26  # bytes of a file, and of an unpacked record
FILES = {"audit.json", "checks.json", "evidence.warc.gz", "findings.json", "index.html", "records.json", "remarks.json"}
FILES |= {"seal.tsr", "seals.jsonl", "verify.py", "words.json", "README.txt", "SHA256SUMS"}
IMPRINT = re.compile(  # of RFC 3161: SHA-256 and the hash, a serial number, the time
    rb"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01(?:\x05\x00)?\x04\x20(.{32})\x02.{2,40}?\x18.(\d{8})(\d{4})",
    re.DOTALL,
)
failures: list[str] = []
unproven: list[str] = []


def fill(text: str, **values: object) -> str:
    """Return a sentence in the export's language with its values; characters that control a terminal are escaped."""
    sentence = WORDS.get(text, text)
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", str(value))
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in sentence)


def expect(true: object, failure: str) -> None:
    """Add `failure` to the failures unless `true` holds."""
    if not true:
        failures.append(failure)


def sha256(data: bytes) -> str:
    """Return a SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes:
    """Return a file's bytes. Raise `OSError` for a link, a pipe, a device or a file that is too large."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST:
        raise OSError(path.name)
    return path.read_bytes()


def load(text: "bytes | str") -> Any:
    """Parse JSON. Raise `ValueError` for a repeated key, since readers differ on which of the two counts."""

    def once(pairs: "list[tuple[str, Any]]") -> "dict[str, Any]":
        if len(dict(pairs)) < len(pairs):
            raise ValueError(sorted(name for name, _ in pairs))
        return dict(pairs)

    return json.loads(text, object_pairs_hook=once)


def unpacked(folder: Path) -> Files:
    """Return the files of an export, by name: those that SHA256SUMS lists."""
    sums = read(folder / "SHA256SUMS")
    named = {line[66:] for line in sums.decode().splitlines()}
    for name in sorted(named - FILES):
        expect(False, fill("{name}: changed, or not of the export", name=name))
    return {**{name: read(folder / name) for name in named & FILES}, "SHA256SUMS": sums}


def check_sums(files: Files) -> None:
    """Check each file against SHA256SUMS. These sums alone prove nothing: a forger can make them anew."""
    sums = [line.partition("  ") for line in files["SHA256SUMS"].decode().splitlines()]
    for digest, _, name in sums:
        expect(sha256(files.get(name, b"")) == digest, fill("{name}: changed, or not of the export", name=name))


def read_chain(text: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the hash and the body of each seal; each must match its hash and hold the hash of the one before it."""
    chain: list[tuple[str, dict[str, Any]]] = []
    for line in text.splitlines():
        link = load(line)
        body, number = load(link["body"]), link["seq"]
        intact = sha256(link["body"].encode()) == link["sha256"] and number == body["seq"]
        follows = not chain or body["previous"] == chain[-1][0]
        expect(intact and follows, fill("checksum no. {n}: it, its number or the one before it is another", n=number))
        chain.append((link["sha256"], body))
    return chain


def check_proof(entry: dict[str, Any], seals: dict[int, dict[str, Any]]) -> None:
    """Check a row against its entry in records.json, and its path against the root in the seal of its run."""
    proof, name = entry["proof"], entry["id"]
    failure = fill("{name}: what is said of it is not what the checksum covers", name=name)
    row = dict(zip(COLUMNS, proof["row"]))  # noqa: B905 - Python 3.9 has no `strict`
    shown = {key: entry[key] for key in COLUMNS if key in entry and key not in {"offset", "length"}}
    expect(shown == {key: row[key] for key in shown}, failure)
    written = json.dumps(proof["row"], ensure_ascii=False, separators=(",", ":")).encode()
    node = hashlib.sha256(f"\0answer {name} {sha256(written)}".encode()).digest()
    for side, sibling_hex in proof["path"]:
        sibling = bytes.fromhex(sibling_hex)
        node = hashlib.sha256(b"\1" + (sibling + node if side == "left" else node + sibling)).digest()
    seal = seals.get(proof["link"], {})
    expect(seal.get("root") == node.hex() == proof["root"], failure)
    run = [seal.get("run", {}).get(key) for key in ("id", "vantage")]
    expect(run == [entry["run"], entry["vantage"]], failure)


def parse_record(plain: bytes) -> "tuple[dict[str, str], bytes]":
    """Return a record's fields, names in lower case, and its block. Raise `ValueError` unless each field comes once."""
    head, _, rest = plain.partition(b"\r\n\r\n")
    pairs = [line.split(": ", 1) for line in head.decode().split("\r\n")[1:]]
    fields = {name.lower(): value for name, value in pairs}
    block = rest[: int(fields["content-length"])]
    if len(fields) < len(pairs) or rest != block + b"\r\n\r\n" or len(head.splitlines()) != len(pairs) + 1:
        raise ValueError(head)
    return fields, block


def check_record(entry: dict[str, Any], plain: bytes) -> None:
    """Check a record against its row, whose record id covers the whole record, its headers included."""
    row, name = dict(zip(COLUMNS, entry["proof"]["row"])), entry["id"]  # noqa: B905 - as above
    fields, block = parse_record(plain)
    failure = fill("{name}: its record is missing or was changed", name=name)
    expect(fields["warc-type"] == "resource" and sha256(block) == row["stored_sha256"], failure)
    url = fields["warc-target-uri"].removeprefix("urn:auditor:call:")  # calls are sealed without
    shown = [fields["warc-record-id"], url, fields["warc-date"]]
    stored = [row[key] for key in ("record_id", "url", "fetched_at")]
    digest = sha256(plain.replace(row["record_id"].encode(), NO_ID, 1))
    record_id = f"<urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}>"
    expect(shown == stored and record_id == row["record_id"], failure)


def members(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the offset, the length and the unpacked bytes of each record of a WARC."""
    offset = 0
    while offset < len(data):
        reader, plain, end = zlib.decompressobj(zlib.MAX_WBITS + 16), bytearray(), offset
        while not reader.eof:
            if end >= len(data) or len(plain) > MOST_UNPACKED:
                raise EOFError(offset)
            plain += reader.decompress(data[end : end + 2**14])  # in pieces, as each call copies what is left
            end += 2**14
        length = min(end, len(data)) - len(reader.unused_data) - offset
        yield offset, length, bytes(plain)
        offset += length


def check_answers(files: Files, seals: Seals, purged: "set[tuple[int, str]]") -> "dict[str, list[Any]]":
    """Check each answer, and that the WARC holds no other; return ids by state. `purged`: see `named_by_purges`."""
    answers: dict[str, list[Any]] = {"proved": [], "purged": [], "minimised": [], "places": []}
    listed = load(files["records.json"])
    stored = [entry for entry in listed if entry["purged_at"] is None]
    by_place = {(entry["offset"], entry["length"]): entry for entry in stored}
    expect(len(by_place) == len(stored), fill("records.json does not list the records that are here"))
    for entry in listed:
        if entry["proof"] is None or entry["proof"]["link"] not in seals:
            unproven.append(entry["id"])
            continue
        check_proof(entry, seals)
        answers["proved" if entry["purged_at"] is None else "purged"].append(entry["id"])
        answers["minimised"] += [entry["id"]] if entry["minimised"] else []
        place = (entry["run"], dict(zip(COLUMNS, entry["proof"]["row"]))["part"])  # noqa: B905 - as above
        if entry["purged_at"] is not None:
            answers["places"].append((entry["id"], place))
            expect(place in purged, fill("{name}: no checksum says that it was purged", name=entry["id"]))
    for offset, length, plain in members(files[WARC]):
        entry = by_place.pop((offset, length), None)
        if entry is None:
            expect(False, fill("records.json does not list the records that are here"))
        elif entry["id"] not in unproven:
            check_record(entry, plain)
    for entry in by_place.values():
        expect(False, fill("{name}: its record is missing or was changed", name=entry["id"]))
    return answers


def is_subset(shown: Any, stored: Any) -> bool:
    """Return whether `shown` holds everything that is stored; it may hold sentences besides."""
    if isinstance(stored, dict):
        return isinstance(shown, dict) and all(key in shown and is_subset(shown[key], stored[key]) for key in stored)
    if isinstance(stored, list):
        return isinstance(shown, list) and len(shown) == len(stored) and all(map(is_subset, shown, stored))
    return isinstance(shown, bool) == isinstance(stored, bool) and bool(shown == stored)


def check_audit(files: Files, sealed: list[dict[str, Any]], answers: set[str]) -> str:
    """Check the audit against its seal, the findings against the audit and their evidence; return what is proved."""
    text = files["audit.json"]
    audit, shown = load(text), load(files["findings.json"])
    audits = [body for body in sealed if body["kind"] == "audit" and body["week"] == audit["week"]]
    expect(audits and audits[-1]["audit"] == sha256(text), fill("audit.json is not the audit of this checksum"))
    office = next((entry for entry in audit["offices"] if entry["id"] == shown["id"]), None)
    expect(office is not None and is_subset(shown, office), fill("findings.json is not what audit.json says"))
    named = {name for finding in (office or {}).get("findings", ()) for name in finding["evidence"]}
    for name in sorted(named - answers):
        expect(False, fill("{name}: a finding rests on it and it is not here", name=name))
    values = {"office": shown["id"], "week": audit["week"], "at": audit["as_of"]}
    return fill(
        "Proved: findings.json, sentences aside, is what was found of {office}, week {week}, as of {at}.", **values
    )


def check_timestamp(token: bytes, seals: "list[str]") -> str:
    """Check that a time stamp is of one of the audit's seals; return what it states and how to verify its signature."""
    match = IMPRINT.search(token)
    seal, day, time = (match[1].hex(), match[2].decode(), match[3].decode()) if match else ("", "", "")
    expect(seal in seals, fill("seal.tsr: it stamps something else than the checksum of the archive"))
    command = f"openssl ts -verify -digest {seal} -in seal.tsr -CAfile ca.pem"
    values = {"day": day, "time": time, "command": command}
    return fill(
        "Not proved here: that an authority stamped this on {day} at {time} UTC. To check it: {command}", **values
    )


def named_by_purges(seals: Iterable[dict[str, Any]]) -> "set[tuple[int, str]]":
    """Return the purged parts of files that the given seals name, each as run id and part."""
    return {(body["run_id"], part) for body in seals if body["kind"] == "purge" for part in body["files"]}


def check(files: Files, seal: str) -> Iterator[str]:
    """Check the files of an export against a seal; yield sentences on what is proved and what is not."""
    check_sums(files)
    if failures:
        return
    chain = read_chain(files["seals.jsonl"])
    last_index = next((place for place, (sha, _) in enumerate(chain) if sha == seal), len(chain) - 1)
    in_chain = not seal or seal == chain[last_index][0]
    expect(in_chain, fill("the checksum is not in the chain: this is another archive, or a forgery"))
    sealed = [body for _, body in chain[: last_index + 1]]
    runs = {body["seq"]: body for body in sealed if body["kind"] == "run"}
    answers = check_answers(files, runs, named_by_purges(body for _, body in chain))
    audited = check_audit(files, sealed, {*answers["proved"], *answers["purged"], *unproven})
    proved, minimised, purged = (len(answers[state]) for state in ("proved", "minimised", "purged"))
    yield fill("Proved of {n} answers: the bytes, their checksum, their place under that of the run.", n=proved)
    yield fill("Proved: the runs and audit.json hang on the checksum {seal}.", seal=chain[last_index][0])
    yield audited
    yield fill("Not proved: that a network told the truth, and the time, which is that of the auditor's machine.")
    yield fill("Not proved: sentences, checks.json, remarks.json and the page to read.")
    if "seal.tsr" in files:
        digest = sha256(files["audit.json"])
        audit_seals = [sha for sha, body in chain[: last_index + 1] if body.get("audit") == digest]
        yield check_timestamp(files["seal.tsr"], audit_seals)
    if minimised:
        yield fill("Minimised, citizens' words taken out, the checksum of the original only told: {n}", n=minimised)
    if purged:
        yield fill("Purged, only the row with the checksums is proved: {n}", n=purged)
    for name in unproven:
        yield fill("{name}: NOT PROVED by this checksum", name=name)
    sealed_purges = named_by_purges(sealed)
    later = [name for name, place in answers["places"] if place not in sealed_purges]
    if later:
        unproven.extend(later)
        yield fill("Purged after this checksum, which cannot prove it; that of a later report can: {n}", n=len(later))


def load_sentences(folder: Path) -> None:
    """Load words.json, the sentences in the export's language, unless it is not the program's own but a forger's."""
    words = read(folder / "words.json") if (folder / "words.json").exists() else b""
    if sha256(words) == RUSSIAN:
        WORDS.update(load(words))


def main(seal: str = "", export: str = "") -> int:
    """Print what is proved of an export, by default the one in this file's folder; return the exit code."""
    lines, folder = [], Path(export) if export else Path(__file__).resolve().parent
    try:
        load_sentences(folder)
        lines = list(check(unpacked(folder), seal.strip().lower()))
    except Exception as error:  # noqa: BLE001 - whatever a forged file does to its reader
        expect(False, fill("the export cannot be read: {error}", error=f"{type(error).__name__} {error}"[:300]))
    if not seal:
        lines = [fill("NOTHING IS PROVED WITHOUT THE CHECKSUM PRINTED ON THE REPORT: python3 -I verify.py CHECKSUM")]
    code = 1 if failures else 3 if unproven or not seal else 0
    lines = [f"REFUSED: {failure}" for failure in failures] or [*lines, f"exit code {code}"]
    if sys.stdout is not None:  # None if the caller closed it: the exit code still reports the result
        try:
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
        except OSError:  # a full disk: likewise, and Python must not try again on exit
            sys.stdout = None
    return code


if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main(*sys.argv[1:3]))
