"""How documents, texts and times are written."""

import zlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base import packing
from auditor.base.packing import opened, packed, stamp, written


@given(st.text(st.characters(exclude_categories=())))
def test_a_packed_text_is_what_it_was(text: str) -> None:
    """Half a character too, which a file may hold."""
    assert opened(packed(text)) == text


@pytest.mark.parametrize("data", [b"", b"text", packed("x")[:-1], packed("x") + b"more", zlib.compress(b"x" * 2000)])
def test_what_is_no_text_of_ours_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, with something behind it, or larger than anything that a run stores."""
    monkeypatch.setattr(packing, "_LARGEST", 1000)
    with pytest.raises(ValueError, match="not compressed text"):
        opened(data)


def test_times_and_documents_have_one_form() -> None:
    """UTC with all digits, so that they sort; JSON without blanks, in its own letters."""
    assert stamp(datetime(2026, 11, 22, 19, tzinfo=ZoneInfo("Asia/Tomsk"))) == "2026-11-22T12:00:00.000000Z"
    assert written({"имя": [1, None]}) == '{"имя":[1,null]}'
