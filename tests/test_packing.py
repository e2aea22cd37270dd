"""A document whose offices stay in its file: they are found whatever its form is."""

import json
from io import BytesIO

import pytest

from auditor.base import packing
from auditor.base.packing import Document, Lying

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


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
@pytest.mark.parametrize("form", ["in_lines", "compact"])
def test_offices_are_read_where_they_lie(monkeypatch: pytest.MonkeyPatch, form: str, piece: int) -> None:
    """However the text is written and in whatever pieces it comes; what stands around them is the head."""
    monkeypatch.setattr(packing, "_PIECE", piece)
    found = Lying(BytesIO("".join(getattr(Document(HEAD, OFFICES), form)()).encode()))
    assert [json.loads(one) for one in found] == OFFICES
    assert json.loads(found.head) == HEAD


def test_a_document_may_have_none() -> None:
    """Then all of it is its head."""
    assert Lying(BytesIO(b'{"a": {"offices": [1]}}')).head == b'{"a": {"offices": [1]}}'
    assert list(Lying(BytesIO(b'{"offices": [ ], "b": 2}'))) == []


@pytest.mark.parametrize("text", [b"", b"[]", b'{"offices": [1', b'{"offices": [1 2]}', b'{"a" 1}', b"\xff"])
def test_what_is_no_document_is_refused(text: bytes) -> None:
    """It was cut off, or is something else."""
    with pytest.raises(ValueError, match=r"document|JSON|Expecting|delimiter"):
        Lying(BytesIO(text))
