"""A document whose offices stay in its file: they are found whatever its form is."""

import json
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base import in_file
from auditor.base.errors import ArchiveError
from auditor.base.in_file import OfficesInFile
from auditor.base.packing import Document
from auditor.report.weeks.published_weeks import read_shelf
from tests.weeks_samples import back, shelve, week_audit

HEAD = {
    "schema": "auditor/audit/1",
    "rejudged": {"offices": ["one"]},
    "n": -1.5e3,
    "offices": [],
    "checks": [{"a": "]}"}],
}
OFFICES = [
    {"id": "one", "name": 'Первый «район» \\ ["{'},
    {"id": "two", "offices": [1, {"offices": []}]},
    7,
    "\U0001f600",
]


def offices(folder: Path, text: bytes) -> OfficesInFile:
    path = folder / "audit.json"
    path.write_bytes(text)
    return OfficesInFile(path)


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize("form", ["in_lines", "compact"])
def test_offices_are_read_where_they_lie(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, form: str, piece: int
) -> None:
    """However the text is written and in whatever pieces it comes; what stands around them is the head."""
    monkeypatch.setattr(in_file, "_PIECE", piece)
    found = offices(tmp_path, "".join(getattr(Document(HEAD, OFFICES), form)()).encode())
    assert [json.loads(one) for one in found] == OFFICES
    assert json.loads(found.head) == HEAD


def test_a_document_may_have_none(tmp_path: Path) -> None:
    """Then all of it is its head."""
    assert offices(tmp_path, b'{"a": {"offices": [1]}}').head == b'{"a": {"offices": [1]}}'
    assert list(offices(tmp_path, b'{"offices": [ ], "b": 2}')) == []


@pytest.mark.parametrize("text", [b"", b"[]", b'{"offices": [1', b'{"offices": [1 2]}', b'{"a" 1}', b"\xff"])
def test_what_is_no_document_is_refused(tmp_path: Path, text: bytes) -> None:
    """It was cut off, or is something else."""
    with pytest.raises(ValueError, match=r"document|JSON|Expecting|delimiter"):
        offices(tmp_path, text)


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(path.read_bytes() + b" "), Path.unlink])
def test_a_document_that_was_replaced_is_not_read_on(tmp_path: Path, change: Callable[[Path], object]) -> None:
    """Its places are those of the old one: a part of another office would be taken for one."""
    path = shelve(tmp_path, week_audit(back(0))) / "audit.json"
    found = OfficesInFile(path)
    audit = Audit.from_parts(found.head, found)
    change(path)
    with pytest.raises(ArchiveError):
        list(audit.offices)


def test_a_folder_of_many_weeks_needs_few_open_files(tmp_path: Path) -> None:
    """Some systems open 256 at once, and a folder has more weeks after five years."""
    for weeks in range(40):
        shelve(tmp_path, week_audit(back(weeks)))
    usual, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 8, most))
    try:
        assert all(volume.known for volume in read_shelf(tmp_path))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (usual, most))
