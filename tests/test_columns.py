"""Records as a table of columns, and back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.audit.document import AuditedPast, past_rows
from auditor.base.columns import in_columns, in_rows
from tests.audit_samples import sample_audit

VALUES = st.text() | st.integers(1, 99) | st.just(True) | st.dictionaries(st.text(), st.integers())
ROWS = st.lists(st.fixed_dictionaries({"week": st.integers(1, 9_999)}, optional={"by": VALUES, "posts": VALUES}))


@given(ROWS)
def test_what_comes_back_is_what_was_written(rows: list[dict[str, Any]]) -> None:
    """Whatever is missing in a row is missing again."""
    assert in_rows(in_columns(rows)) == rows


def test_what_is_the_same_in_all_rows_is_written_once() -> None:
    """But not the first column, which says how many rows there are."""
    assert in_columns([{"week": 1, "by": "A"}, {"week": 1, "by": "A"}]) == {"week": [1, 1], "by": "A"}


@pytest.mark.parametrize("columns", [{"week": [1, 2], "by": [1]}, {"week": 7}, {"week": "A", "by": "A"}])
def test_columns_without_one_length_are_refused(columns: dict[str, Any]) -> None:
    """A document that somebody changed."""
    with pytest.raises(ValueError, match="one length"):
        in_rows(columns)


def test_a_history_of_an_older_document_is_read_too() -> None:
    """It has a row for each week."""
    office = next(office for office in sample_audit().offices if office.history)
    rows = [past.model_dump(mode="json") for past in office.history]
    older = type(office).model_validate(office.model_dump(mode="json") | {"history": rows})
    assert older == office
    assert past_rows(office.model_dump(mode="json")["history"]) == rows
    assert all(isinstance(past, AuditedPast) for past in older.history)
