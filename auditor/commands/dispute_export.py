"""What one office's findings of a week rest on, as a zip for the parties of a dispute.

It holds records with their proofs, findings, the texts of the checks, hashes, a page and a program of one file that
checks all of it against the seal on the report. It can be read without this program, with a browser, a viewer of web
archives (it holds a WARC) and Python alone. The same archive gives the same bytes.
"""

import ast
import hashlib
import io
import json
import zipfile
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
from auditor.base.files import write_file
from auditor.base.i18n import Translator
from auditor.base.text import format_time, phrase
from auditor.commands import verifier
from auditor.commands.evidence_text import chosen_entries
from auditor.registry.models import Office
from auditor.report.templates import render
from auditor.run.timestamp_files import stamp_of

_WARC = "evidence.warc.gz"
_SUMS = "SHA256SUMS"


@dataclass(frozen=True, slots=True)
class _Export:
    """The zip's bytes, and how many answers are in it."""

    data: bytes
    answers: int


def export_office(
    archive: Archive,
    office: Office,
    week: str,
    said: Translator,
    *,
    made: datetime | None = None,
    shown: Callable[[Audit], Audit] = lambda a: a,
) -> _Export:
    """Pack what is stored of one office in one week. Raises `UsageError` where no audit of the week is stored.

    The audit is the one that was made at the moment `made`, or else the last one. `shown` adds statements and
    corrections to the findings. The stored document goes in as it is; the others are in the language of `said`.
    """
    body = (archive.audits.text(week, made) if made else None) or archive.audits.text(week)
    if body is None:
        raise UsageError(
            phrase("no audit of week {week} is stored; `auditor weekly --week {week}` makes one", week=week)
        )
    audit = localise(Audit.from_json(body), said)
    audited = next((o for o in audit.offices if o.id == office.id), None)
    if audited is None:
        raise UsageError(phrase("the audit of week {week} has no office {id}", week=week, id=repr(office.id)))
    spoken = shown(audit.model_copy(update={"offices": [audited]}))
    entries = _entries(archive, office, audited, week)
    data, places = archive.evidence.copy_records(entries)
    proofs, chain = archive.evidence.proofs([entry.evidence.id for entry in entries]), archive.evidence.seals()
    files = {
        "audit.json": body.encode(),
        "findings.json": _json(audited.model_dump(mode="json", by_alias=True)),
        "checks.json": _json([check.model_dump(mode="json") for check in audit.checks]),
        "remarks.json": _json(_remarks(spoken)),
        "records.json": _json([_record(entry, places, proofs.get(entry.evidence.id)) for entry in entries]),
        "seals.jsonl": _links(chain, proofs.values()),
        "verify.py": Path(verifier.__file__).read_bytes(),
        _WARC: data,
    }
    files |= {} if said.lang == "en" else {"words.json": verifiers_words(said)}
    stamp = stamp_of(archive.folder, archive.audits.seal_of(week, audit.as_of))
    files |= {"seal.tsr": stamp} if stamp is not None else {}
    context: dict[str, Any] = {"entries": entries, "damaged": _damaged(archive, entries)}
    context |= {"seal": archive.audits.seal_of(week, audit.as_of), "audit": spoken, "office": spoken.offices[0]}
    files["index.html"] = _page(context, said.in_zone(ZoneInfo(audit.timezone)))
    files[_SUMS] = _sums(files)
    return _Export(_zipped(files, audit.as_of), len(entries))


def _entries(archive: Archive, office: Office, audited: AuditedOffice, week: str) -> list[EvidenceEntry]:
    """Return the answers of the week's looks, and every one that the findings name, whenever it was stored."""
    named = {i for finding in audited.findings for i in finding.evidence} | set(audited.evidence)
    named |= {entry.evidence.id for entry in chosen_entries(archive, office, week)}
    return archive.evidence.entries(ids=sorted(named))


def _record(entry: EvidenceEntry, places: Mapping[str, int], proof: InclusionProof | None) -> dict[str, Any]:
    """Return what is said of an answer; its times and names are those of the row that is sealed."""
    return {
        **entry.evidence.model_dump(mode="json"),
        "fetched_at": f"{entry.evidence.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}",
        "record_id": entry.record_id,
        "file": _WARC,
        "offset": places.get(entry.evidence.id),
        "length": entry.length,
        "run": entry.run,
        "vantage": entry.vantage,
        "archive_file": entry.file,
        "archive_offset": entry.offset,
        "purged_at": format_time(entry.purged) if entry.purged else None,
        "proof": proof and {name: getattr(proof, name) for name in ("row", "place", "leaves", "path", "root", "link")},
    }


def _remarks(audit: Audit) -> dict[str, Any]:
    """Return the statements and corrections to a document of one office."""
    return {
        "version": audit.version,
        "contact": audit.contact,
        "statements": [statement.model_dump(mode="json") for statement in audit.offices[0].statements],
        "corrections": [correction.model_dump(mode="json") for correction in audit.corrections],
    }


def _links(chain: Sequence[Seal], proofs: Iterable[InclusionProof]) -> bytes:
    """Write the chain from the first run that is needed, to the end: of what came before nothing is here to prove."""
    first = min((proof.link for proof in proofs), default=0)
    lines = ({"seq": link.seq, "sha256": link.sha256, "body": link.body} for link in chain if link.seq >= first)
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def verifiers_words(said: Translator) -> bytes:
    """Write the sentences of the program that checks the export, in the reader's language; it knows their hash."""
    source = Path(verifier.__file__).read_text("utf-8")
    called = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and node.args)
    found = [ast.unparse(call.func) == "say" and ast.literal_eval(call.args[0]) for call in called]
    return _json({text: said.gettext(text) for text in found if isinstance(text, str)})


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Write what ``sha256sum -c SHA256SUMS`` reads."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())).encode()


def _page(told: Mapping[str, Any], said: Translator) -> bytes:
    return render("dispute.html", said, told).encode()


def _damaged(archive: Archive, entries: Sequence[EvidenceEntry]) -> set[str]:
    """Return the ids of the answers whose records are damaged; the page marks them."""
    found = set()
    for entry in (entry for entry in entries if entry.purged is None):
        try:
            archive.evidence.record(entry)
        except CannotRunError:
            found.add(entry.evidence.id)
    return found


def _zipped(files: Mapping[str, bytes], moment: datetime) -> bytes:
    """Zip `files` with one date for all, so that the same content is the same file."""
    at = max(moment.astimezone(UTC), datetime(1980, 1, 1, tzinfo=UTC))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name == _WARC else zipfile.ZIP_DEFLATED
            package.writestr(info, data)
    return target.getvalue()


def write_package(package: _Export, path: Path) -> None:
    """Write the zip whole or not at all. Raises `CannotRunError`."""
    try:
        write_file(path, package.data, mode=0o600)
    except OSError as error:
        raise CannotRunError(
            phrase("{path}: cannot be written ({why}); choose another with --to", path=path, why=os_error_text(error))
        ) from None
