"""The export for a dispute: records, findings and proofs in a zip that a browser, a WARC viewer and Python can read."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.archive import Archive
from auditor.archive.retention import Cutoffs
from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError, UsageError
from auditor.base.i18n import Translator
from auditor.base.snapshot import EvidenceKind
from auditor.base.stored_response import make_stored_response
from auditor.base.weeks import Week
from auditor.commands.dispute_export import export_office, write_export
from auditor.registry import Office
from tests.archive.tampering import flip
from tests.archive_samples import NOW, WEEK, book, edit, moment, week
from tests.audit_samples import sample_registry
from tests.cases import TOMSK, snapshot
from tests.hostile import FORMULAS, HALVES, LINKS, MARKUP, STEERING, everywhere

OFFICE = book().offices[0]
NAMES = {
    "SHA256SUMS", "audit.json", "checks.json", "evidence.warc.gz", "findings.json", "index.html", "records.json",
    "README.txt", "remarks.json", "seals.jsonl", "verify.py",
}  # fmt: skip


def export_files(archive: Archive, week: Week = WEEK, office: Office = OFFICE, **options: Any) -> dict[str, bytes]:
    """Return the files of an export by name, by default of the first office in the first week."""
    package = export_office(archive, office, str(week), Translator("ru", TOMSK), **options)
    with zipfile.ZipFile(io.BytesIO(package.data)) as packed:
        assert packed.testzip() is None
        assert {info.external_attr >> 16 for info in packed.infolist()} == {0o644}
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.fixture(scope="module")
def files(shared_folder: Path) -> dict[str, bytes]:
    with Archive.read(shared_folder) as archive:
        return export_files(archive)


def test_the_audit_is_the_stored_one_and_the_findings_are_the_offices(
    shared_archive: Archive, files: dict[str, bytes]
) -> None:
    """It holds the audit byte for byte, the chain to its end, and the remarks shown with the audit."""
    annotated_files = export_files(
        shared_archive, annotate=lambda audit: audit.model_copy(update={"contact": "otchet@example.invalid"})
    )
    findings, checks = json.loads(files["findings.json"]), json.loads(files["checks.json"])
    assert files.keys() == NAMES | {"words.json"}
    assert files["audit.json"].decode() == shared_archive.audits.text(str(WEEK))
    assert (findings["id"], len(files["seals.jsonl"].splitlines())) == ("perviy", len(shared_archive.evidence.seals()))
    assert {finding["check"] for finding in findings["findings"]} == {check["name"] for check in checks}
    assert json.loads(annotated_files["remarks.json"])["contact"] == "otchet@example.invalid"


def test_of_the_chain_only_what_is_needed_goes_with_it(data: Path) -> None:
    """Seals from the first run on which a finding rests, to the end."""
    edit(data, "DELETE FROM answers WHERE run_id = 1")
    with Archive.read(data) as archive:
        seal_lines = export_files(archive, week=week(2))["seals.jsonl"].splitlines()
    assert [json.loads(line)["seq"] for line in seal_lines] == [3, 4, 5, 6]


def test_the_page_explains_itself_and_says_that_the_data_are_invented(files: dict[str, bytes]) -> None:
    """It has the checks' texts, the seal, an anchor for each response that a finding names, and loads nothing else."""
    page = files["index.html"].decode()
    assert 'lang="ru"' in page
    assert "вымышлен" in page
    audit = json.loads(files["seals.jsonl"].decode().splitlines()[1])
    assert audit["sha256"] in page
    for text in [check["question"] for check in json.loads(files["checks.json"])]:
        assert text in page
    for record in json.loads(files["records.json"]):
        assert f'<tr id="{record["id"]}">' in page
        assert f'href="#{record["id"]}"' in page
    assert "<script" not in page
    assert "src=" not in page


def test_the_same_archive_gives_the_same_export(shared_archive: Archive) -> None:
    """The zips are equal byte for byte, dated by the audit."""
    first, second = (export_office(shared_archive, OFFICE, str(WEEK), Translator("en", TOMSK)) for _ in range(2))
    assert (first.data, first.answer_count) == (second.data, 2)
    with zipfile.ZipFile(io.BytesIO(first.data)) as packed:
        assert {info.date_time for info in packed.infolist()} == {(2026, 11, 24, 5, 0, 0)}
        assert set(packed.namelist()) == NAMES


def test_the_audit_of_a_moment_is_packed_or_else_the_last_one(data: Path) -> None:
    """A dispute is about the report that was shown, not about a later one."""
    with Archive.open(data) as archive:
        audit = Audit.from_json(archive.audits.text(str(WEEK)) or "")
        later = audit.model_copy(update={"as_of": moment(2)})
        archive.audits.save(str(WEEK), moment(2), later.to_stored())
        exported_moments = [
            json.loads(export_files(archive, made_at=made_at)["audit.json"])["as_of"]
            for made_at in (NOW, moment(2), moment(9))
        ]
    assert exported_moments == ["2026-11-24T05:00:00Z", "2026-12-01T05:00:00Z", "2026-12-01T05:00:00Z"]


def test_a_damaged_or_a_purged_record_is_marked_and_the_rest_is_packed(data: Path) -> None:
    """A damaged record is not marked as purged, nor a purged one as damaged."""
    with Archive.open(data) as archive:
        entry = archive.evidence.entries()[0]
        flip(data / "evidence" / entry.file, entry.offset + 60)
        damaged_page = export_files(archive)["index.html"].decode()
        archive.purge(Cutoffs(moment(9), moment(9)), moment(9))
        purged_files = export_files(archive)
    notices = ("запись повреждена", "очищено по сроку хранения")
    assert [damaged_page.count(notice) for notice in notices] == [1, 0]
    assert [purged_files["index.html"].decode().count(notice) for notice in notices] == [0, 2]
    assert {record["purged_at"] for record in json.loads(purged_files["records.json"])} == {"2027-01-19T05:00:00Z"}


def test_what_is_not_there_or_cannot_be_written_is_one_line(
    shared_archive: Archive, shared_folder: Path, tmp_path: Path
) -> None:
    """A week without an audit, an unknown office, a missing folder; else the file is for its owner alone."""
    with pytest.raises(UsageError, match="no audit of week 2020-W01 is stored"):
        export_office(shared_archive, OFFICE, "2020-W01", Translator("en", TOMSK))
    with pytest.raises(UsageError, match="has no office 'tretiy'"):
        export_office(shared_archive, OFFICE.model_copy(update={"id": "tretiy"}), str(WEEK), Translator("en", TOMSK))
    package = export_office(shared_archive, OFFICE, str(WEEK), Translator("en", TOMSK))
    with pytest.raises(CannotRunError, match="choose another with --to"):
        write_export(package, tmp_path / "no" / "a.zip")
    write_export(package, tmp_path / "a.zip")
    assert ((tmp_path / "a.zip").read_bytes(), (tmp_path / "a.zip").stat().st_mode & 0o777) == (package.data, 0o600)


def test_the_page_of_an_export_holds_no_element_that_data_made(files: dict[str, bytes], archive: Archive) -> None:
    """Texts of a registry or a network name no file and make no tag, attribute or link."""
    office = sample_registry()[0].offices[0]
    audit, _ = everywhere([*MARKUP, *(text for text in STEERING.values() if text not in HALVES), *FORMULAS], LINKS)
    url, common = office.tenures[0].accounts[0].url.url, {"fetched_at": NOW, "status": 200, "received": b"x"}
    responses = [make_stored_response(EvidenceKind.PROFILE, link, **common) for link in (url, *LINKS)]
    run = archive.start_run(week=str(WEEK), command="weekly", started_at=NOW, vantage=MARKUP[0], tool_version=MARKUP[1])
    page_snapshot = snapshot(url=url, evidence=tuple(response.evidence for response in responses))
    archive.snapshots.save(run, str(WEEK), page_snapshot, responses)
    archive.finish_run(run, NOW)
    archive.audits.save(str(WEEK), NOW, audit.to_json(), "timezone: Asia/Tomsk\n")
    hostile_files = export_files(archive, office=office)
    assert hostile_files.keys() == files.keys()
    hostile_page, plain_page = (LexborHTMLParser(export["index.html"].decode()) for export in (hostile_files, files))
    for collect in (lambda p: {n.tag for n in p.css("*")}, lambda p: {a for n in p.css("*") for a in n.attributes}):
        assert collect(hostile_page) <= collect(plain_page) | {"blockquote"}
    links = {node.attributes["href"] or "" for node in hostile_page.css("a")}
    assert [link for link in links if not re.match("#|https?://[a-z0-9.-]+(?:[/?]|$)", link)] == []
    assert "default-src 'none'" in (hostile_page.css_first("meta[http-equiv]").attributes["content"] or "")


def test_a_readme_says_in_russian_how_to_read_and_check_it(files: dict[str, bytes]) -> None:
    """Who got the zip alone goes by it; the checksum is to be taken from the report, and so is not in it."""
    text = files["README.txt"].decode()
    assert [name for name in ("index.html", "verify.py", "evidence.warc.gz") if name not in text] == []
    assert "python3 -I verify.py СУММА" in text
    assert "внизу отчёта за неделю, а не отсюда" in text
    assert json.loads(files["seals.jsonl"].splitlines()[-1])["sha256"] not in text
