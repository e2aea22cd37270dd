"""Write stored responses as text: lists, single records, and the result of checking them against their hashes."""

from collections.abc import Iterator, Sequence

from auditor.archive import Archive
from auditor.archive.evidence_store import EvidenceEntry
from auditor.archive.retention import Purged
from auditor.archive.verify import Flaw, FlawKind
from auditor.archive.warc import WarcRecord
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.base.safe import is_invisible
from auditor.base.text import N_, NN_, phrase
from auditor.registry.holders import office_urls
from auditor.registry.models import Office

_MINIMISED = N_("stored without citizens' words and names")
_PURGED = N_("purged, its time is over: the checksums are kept, the content is not")
KINDS = {
    "profile": N_("page"),
    "opening": N_("oldest trace"),
    "posts": N_("posts"),
    "comments": N_("comments"),
    "control": N_("control page"),
    "lead": N_("search for accounts"),
}
"""What a response was requested for, by kind of evidence."""
_LABELS = {
    FlawKind.DATABASE: N_("the database is damaged"),
    FlawKind.SCHEMA: N_("this part of the database is not as the program makes it"),
    FlawKind.LINK_MISSING: N_("this is missing"),
    FlawKind.LINK_CHANGED: N_("this was changed"),
    FlawKind.RUN_UNSEALED: N_("the run has ended and has no checksum"),
    FlawKind.RUN_OPEN: N_("the run was not finished: it has no checksum yet"),
    FlawKind.ROW_MISSING: N_("this is missing"),
    FlawKind.ROW_CHANGED: N_("this was changed"),
    FlawKind.ROW_ADDED: N_("no checksum covers this"),
    FlawKind.FILE_MISSING: N_("this is missing"),
    FlawKind.FILE_CHANGED: N_("this was changed"),
    FlawKind.FILE_UNKNOWN: N_("no run knows this file"),
    FlawKind.RECORD_DAMAGED: N_("the record is damaged, or another one"),
    FlawKind.FILE_NOT_REGULAR: N_("this is no file: a pipe, a link or a device stands in its place, and was not read"),
    FlawKind.SUPERSEDED: N_("a later audit says otherwise here and does not name the change"),
    FlawKind.BACKDATED: N_("this was stored after the checksum and says to be of before it"),
    FlawKind.LEFTOVER: N_("left by an interrupted command; it may be removed once all is well"),
    FlawKind.PURGE_OPEN: N_("a purge was interrupted; the next `auditor purge` goes on"),
}


def chosen_entries(archive: Archive, office: Office | None, week: str | None) -> list[EvidenceEntry]:
    """Return the entries of stored responses: all, or those behind one office's snapshots; of one week or of all."""
    if office is None:
        return archive.evidence.entries(week=week)
    return archive.evidence.entries(ids=archive.snapshots.evidence_of(office_urls(office), week))


def pick_entry(archive: Archive, name: str) -> EvidenceEntry:
    """Return the entry whose id is, or begins with, `name` (``ev-1a2b…``). Raises `UsageError` for none or several."""
    wanted = name.strip().lower()
    wanted = wanted if wanted.startswith("ev-") else f"ev-{wanted}"
    exact = archive.evidence.entries(ids=[wanted])
    matches = exact or [e for e in archive.evidence.entries() if e.evidence.id.startswith(wanted)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        examples = ", ".join(e.evidence.id for e in matches[:5])
        raise UsageError(
            phrase(
                "{name} is the beginning of {found} answers ({some}…); give more of it",
                name=repr(name),
                found=len(matches),
                some=examples,
            )
        )
    raise UsageError(phrase("no stored answer is called {name}; `auditor evidence show` lists them", name=repr(name)))


def render_list(entries: Sequence[EvidenceEntry], translator: Translator) -> str:
    """Return a line for each response: id, time, kind, status, address; a star marks minimised, a dash purged ones."""
    lines = [_line(entry, translator) for entry in entries]
    count = translator.count(*NN_("{n} answer", "{n} answers"), len(entries))
    footnotes = (
        f"\n* {translator.gettext(_MINIMISED)}" if any(e.evidence.minimised and not e.purged for e in entries) else ""
    )
    footnotes += f"\n– {translator.gettext(_PURGED)}" if any(e.purged for e in entries) else ""
    return "\n".join(lines) + ("\n" if lines else "") + count + footnotes


def _line(entry: EvidenceEntry, translator: Translator) -> str:
    evidence = entry.evidence
    kind = translator.gettext(KINDS[evidence.kind])
    status = "—" if evidence.status is None else str(evidence.status)
    star = "–" if entry.purged else "*" if evidence.minimised else " "
    fetched_at = translator.moment(evidence.fetched_at)
    return f"{evidence.id}{star} {entry.week} {fetched_at} {status:>3} {kind:<12} {escaped(evidence.url)}"


def render_record(entry: EvidenceEntry, record: WarcRecord | None, translator: Translator) -> str:
    """Return a record's fields and body as text that cannot control a terminal; without a record, its evidence."""
    return "\n".join(_record_lines(entry, record, translator))


def _record_lines(entry: EvidenceEntry, record: WarcRecord | None, translator: Translator) -> Iterator[str]:
    location = translator.translate(
        N_("{file}, {length} bytes from byte {offset} on"),
        file=entry.file,
        length=str(entry.length),
        offset=str(entry.offset),
    )
    yield f"{entry.evidence.id} · {translator.moment(entry.evidence.fetched_at)} · {location}"
    if entry.evidence.minimised:
        yield translator.gettext(_MINIMISED)
    if entry.purged is not None:
        yield f"{translator.gettext(_PURGED)} ({translator.moment(entry.purged)})"
    yield ""
    fields = entry.evidence.model_dump(mode="json") if record is None else record.fields
    for field, value in fields.items():
        yield f"{field}: {escaped(str(value))}"
    yield ""
    if record is not None:
        yield escaped(record.body.decode("utf-8", "backslashreplace"), lines=True)


def escaped(text: str, *, lines: bool = False) -> str:
    """Return the text with every control or invisible character escaped; with `lines`, line ends and tabs stay."""
    allowed = "\n\t" if lines else ""
    return "".join(c if c in allowed or not is_invisible(c) else _escape(c) for c in text.replace("\r\n", "\n"))


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def render_flaws(flaws: Sequence[Flaw], translator: Translator) -> str:
    """Return a line for each flaw, the harmless ones last."""
    return "\n".join(_flaw_line(flaw, translator) for flaw in sorted(flaws, key=lambda flaw: flaw.harmless))


def render_verdict(
    archive: Archive, flaws: Sequence[Flaw], seal: str | None, translator: Translator
) -> tuple[str, bool]:
    """Return the verdict as text, and whether everything is as it was stored; harmless flaws are listed, not counted.

    `seal` is the hash of a link, kept outside the archive: if the chain lacks it, the chain was replaced.
    """
    if seal is not None:
        flaws = [*flaws, *archive.backdated_after(seal.strip().lower())]
    lines = [_flaw_line(flaw, translator) for flaw in flaws if not flaw.harmless]
    sound, chain = not lines, archive.evidence.seals()
    if seal is not None and seal.strip().lower() not in {link.sha256 for link in chain}:
        lines.append(
            translator.translate(
                N_("{seal}: this checksum is not in the chain: it was made anew, or it is another archive's"),
                seal=escaped(seal.strip()),
            )
        )
    if not lines:
        lines.append(translator.gettext(N_("In the archive nothing is missing and nothing was changed.")))
        lines.append(translator.count(*NN_("{n} answer", "{n} answers"), len(archive.evidence.entries())))
    lines += [_flaw_line(flaw, translator) for flaw in flaws if flaw.harmless]
    lines += _purge_lines(archive.purges(), translator) if sound else []
    if chain:
        advice = N_(
            "Checksum of the archive, no. {seq}: {hash}. Keep it elsewhere: `--seal` then proves that all before it is "
            "as it was."
        )
        lines.append(translator.translate(advice, seq=str(chain[-1].seq), hash=chain[-1].sha256))
    return "\n".join(lines), sound and (seal is None or any(seal.strip().lower() == s.sha256 for s in chain))


def _purge_lines(purges: Sequence[Purged], translator: Translator) -> list[str]:
    """Return a line for each purge: its time, and how much it removed."""
    sentence = N_("Purged on {moment}: answers {answers}, comments {comments}, bytes {bytes}")
    return [
        translator.translate(
            sentence, moment=purged.at, answers=purged.answers, comments=purged.comments, bytes=purged.bytes
        )
        for purged in purges
    ]


def _flaw_line(flaw: Flaw, translator: Translator) -> str:
    detail = f" ({escaped(translator.text(flaw.detail))})" if flaw.detail else ""
    return f"{escaped(flaw.where)}: {translator.gettext(_LABELS[flaw.kind])}{detail}"
