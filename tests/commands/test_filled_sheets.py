"""`auditor registry fill answers.xlsx`: what administrations write into the sheet, and what becomes of it."""

from pathlib import Path

from tests.commands.test_registry_fill import ANSWER, dialog, fill, filled, place

__all__ = ["place"]


def test_a_letter_of_a_day_to_come_is_named_and_leaves_the_registry_as_it_is(place: Path) -> None:
    """In the sheet by its cell, in the dialog by asking again: nobody can have read it."""
    text = (place / "officials.yaml").read_bytes()
    done = fill(
        place, filled(place / "answers.xlsx", {"first": ANSWER | {"source": "письмо от 01.12.2031 № 5"}}), "--yes"
    )
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "ячейка S2: 01.12.2031 позже сегодняшнего дня" in done.err
    assert "01.12.2031 позже" in dialog(place, "письмо от 01.12.2031 № 5").out
    assert (place / "officials.yaml").read_bytes() == text
