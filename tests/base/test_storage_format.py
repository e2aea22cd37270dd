"""How documents, texts and times are written."""

import zlib
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base import storage_format
from auditor.base.storage_format import compress_text, decompress_text, dump_json, format_archive_time


@given(st.text(st.characters(exclude_categories=())))
def test_a_packed_text_is_what_it_was(text: str) -> None:
    """Half a character too, which a file may hold."""
    assert decompress_text(compress_text(text)) == text


@pytest.mark.parametrize(
    "data", [b"", b"text", compress_text("x")[:-1], compress_text("x") + b"more", zlib.compress(b"x" * 2000)]
)
def test_what_is_no_text_of_ours_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off, with something behind it, or larger than anything that a run stores."""
    monkeypatch.setattr(storage_format, "_LARGEST", 1000)
    with pytest.raises(ValueError, match="not compressed text"):
        decompress_text(data)


def test_times_and_documents_have_one_form() -> None:
    """UTC with all digits, so that they sort; JSON without blanks, in its own letters."""
    assert (
        format_archive_time(datetime(2026, 11, 22, 19, tzinfo=ZoneInfo("Asia/Tomsk"))) == "2026-11-22T12:00:00.000000Z"
    )
    assert dump_json({"имя": [1, None]}) == '{"имя":[1,null]}'
