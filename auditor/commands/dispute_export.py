"""Pack the evidence behind one office's findings of a week into a zip for the parties of a dispute.

The zip holds the stored responses with their proofs, the findings, the texts of the checks, hashes, a page to read, a
README that says how to read and check it, and `verifier` as ``verify.py``, which checks all of it against the checksum
on the report. To use it, a browser, a viewer of WARC files and Python suffice; this program is not needed. The same
archive gives the same bytes.
"""

import ast
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from auditor.archive import Archive
from auditor.archive.evidence_store import EvidenceEntry
from auditor.archive.seals import InclusionProof, Seal
from auditor.audit.document import Audit, AuditedOffice
from auditor.audit.localise import localise
from auditor.base.errors import CannotRunError, UsageError, os_error_text
from auditor.base.files import write_file, zip_bytes
from auditor.base.i18n import Translator
from auditor.base.text import format_time, phrase
from auditor.commands import verifier
from auditor.commands.evidence_text import chosen_entries
from auditor.registry.models import Office
from auditor.report.templates import render, render_lines
from auditor.run.timestamp_files import stamp_of

_WARC = "evidence.warc.gz"
_SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class _Export:
    """The zip's bytes, and the number of stored responses in it."""

    data: bytes
    answer_count: int


def export_office(
    archive: Archive,
    office: Office,
    week: str,
    translator: Translator,
    *,
    made_at: datetime | None = None,
    annotate: Callable[[Audit], Audit] = lambda a: a,
) -> _Export:
    """Pack what is stored of one office in one week. Raises `UsageError` if no audit of the week has the office.

    The audit is the one made at `made_at`, or else the last one. `annotate` adds statements and corrections to it.
    The stored ``audit.json`` goes in unchanged; the other files are in the language of `translator`.
    """
    body = (archive.audits.text(week, made_at) if made_at else None) or archive.audits.text(week)
    if body is None:
        raise UsageError(
            phrase("no audit of week {week} is stored; `auditor weekly --week {week}` makes one", week=week)
        )
    audit = localise(Audit.from_json(body), translator)
    audited = next((o for o in audit.offices if o.id == office.id), None)
    if audited is None:
        raise UsageError(phrase("the audit of week {week} has no office {id}", week=week, id=repr(office.id)))
    annotated = annotate(audit.model_copy(update={"offices": [audited]}))
    entries = _entries(archive, office, audited, week)
    data, offsets = archive.evidence.copy_records(entries)
    proofs, chain = archive.evidence.proofs([entry.evidence.id for entry in entries]), archive.evidence.seals()
    files = {
        "audit.json": body.encode(),
        "findings.json": _json(audited.model_dump(mode="json", by_alias=True)),
        "checks.json": _json([check.model_dump(mode="json") for check in audit.checks]),
        "remarks.json": _json(_remarks(annotated)),
        "records.json": _json([_record(entry, offsets, proofs.get(entry.evidence.id)) for entry in entries]),
        "seals.jsonl": _links(chain, proofs.values()),
        "verify.py": Path(verifier.__file__).read_bytes(),
        _WARC: data,
    }
    files |= {} if translator.lang == "en" else {"words.json": verifiers_words(translator)}
    stamp = stamp_of(archive.folder, archive.audits.seal_of(week, audit.as_of))
    files |= {"seal.tsr": stamp} if stamp is not None else {}
    context: dict[str, Any] = {"entries": entries, "damaged": _damaged(archive, entries)}
    context |= {"seal": archive.audits.seal_of(week, audit.as_of), "audit": annotated, "office": annotated.offices[0]}
    reader = translator.in_zone(ZoneInfo(audit.timezone))
    files["index.html"] = render("dispute.html", reader, context).encode()
    files["README.txt"] = render_lines("dispute.txt", reader, context).encode()
    files[_SUMS] = _sums(files)
    return _Export(zip_bytes(files, audit.as_of), len(entries))


def _entries(archive: Archive, office: Office, audited: AuditedOffice, week: str) -> list[EvidenceEntry]:
    """Return the responses of the week's looks, and all that the findings cite, whenever those were stored."""
    ids = {i for finding in audited.findings for i in finding.evidence} | set(audited.evidence)
    ids |= {entry.evidence.id for entry in chosen_entries(archive, office, week)}
    return archive.evidence.entries(ids=sorted(ids))


def _record(entry: EvidenceEntry, offsets: Mapping[str, int], proof: InclusionProof | None) -> dict[str, Any]:
    """Return a response's entry in ``records.json``, with times and names spelt as in the sealed row.

    `offsets` gives the byte at which each response's record begins in the zip's WARC, by evidence id.
    """
    return {
        **entry.evidence.model_dump(mode="json"),
        "fetched_at": f"{entry.evidence.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "record_id": entry.record_id,
        "file": _WARC,
        "offset": offsets.get(entry.evidence.id),
        "length": entry.length,
        "run": entry.run,
        "vantage": entry.vantage,
        "archive_file": entry.file,
        "archive_offset": entry.offset,
        "purged_at": format_time(entry.purged) if entry.purged else None,
        "proof": proof and {name: getattr(proof, name) for name in ("row", "place", "leaves", "path", "root", "link")},
    }


def _remarks(audit: Audit) -> dict[str, Any]:
    """Return the statements and corrections of an audit that is cut to one office."""
    return {
        "version": audit.version,
        "contact": audit.contact,
        "statements": [statement.model_dump(mode="json") for statement in audit.offices[0].statements],
        "corrections": [correction.model_dump(mode="json") for correction in audit.corrections],
    }


def _links(chain: Sequence[Seal], proofs: Iterable[InclusionProof]) -> bytes:
    """Return the chain as JSON lines, from the first seal that a proof leads to; no earlier one is needed here."""
    first_seq = min((proof.link for proof in proofs), default=0)
    lines = ({"seq": seal.seq, "sha256": seal.sha256, "body": seal.body} for seal in chain if seal.seq >= first_seq)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def verifiers_words(translator: Translator) -> bytes:
    """Return the verifier's sentences in the reader's language as ``words.json``; the verifier knows its SHA-256."""
    source = Path(verifier.__file__).read_text("utf-8")
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    texts = [ast.unparse(call.func) == "fill" and ast.literal_eval(call.args[0]) for call in calls]
    return _json({text: translator.gettext(text) for text in texts if isinstance(text, str)})


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Return the lines that ``sha256sum -c SHA256SUMS`` reads."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()


def _damaged(archive: Archive, entries: Sequence[EvidenceEntry]) -> set[str]:
    """Return the ids of the responses whose records are damaged; the page marks them."""
    damaged_ids = set()
    for entry in (entry for entry in entries if entry.purged is None):
        try:
            archive.evidence.record(entry)
        except CannotRunError:
            damaged_ids.add(entry.evidence.id)
    return damaged_ids


def write_export(export: _Export, path: Path) -> None:
    """Write the zip, whole or not at all. Raises `CannotRunError` if it cannot be written."""
    try:
        write_file(path, export.data, mode=0o600)
    except OSError as error:
        raise CannotRunError(
            phrase("{path}: cannot be written ({why}); choose another with --to", path=path, why=os_error_text(error))
        ) from None
