"""The paths of a folder of reports: safe for any office, one for each, and of a length that a disk takes."""

import re
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.base.i18n import Catalogue
from auditor.report.page.html import week_pages
from auditor.report.site import MANY, anchor, card_page, office_name, proof_page, week_page
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

WEEK = "2026-W47"
HOSTILE = (
    "index",
    "..",
    "a.",
    "<script>alert(1)</script>",
    "../../x",
    "ы" * 300,
    "مرحبا",
    "😀",
    "A",
    "a",
    "a/b",
    "a\\b",
)


@given(st.lists(st.text(min_size=1) | st.sampled_from(HOSTILE), unique=True))
def test_each_office_has_its_own_name_on_any_disk(offices: list[str]) -> None:
    """One that takes large letters for small ones too; no name leads out of its folder or is too long."""
    names = [office_name(office) for office in offices]
    assert len({name.lower() for name in names}) == len(offices)
    assert all(re.fullmatch(r"(?!\.)[a-z0-9._~-]+(?<!\.)", name) for name in names)
    assert all(len(proof_page(WEEK, office)) < 255 for office in offices)


@cache
def _many() -> tuple[list[str], dict[str, str]]:
    """A week of more offices than one table holds, the first with hostile ids."""
    audit = sample_audit()
    ids = [*HOSTILE, *(f"office-{n}" for n in range(MANY))]
    offices = [audit.offices[n % 20].model_copy(update={"id": office}) for n, office in enumerate(ids)]
    week = audit.model_copy(update={"offices": offices, "statements": [], "corrections": []})
    return ids, dict(week_pages(week, catalogue=Catalogue("ru", TOMSK)))


def test_a_week_in_parts_keeps_the_place_of_every_office() -> None:
    """What a link of the single page names is there without a script, and leads to the office's card."""
    ids, pages = _many()
    week = LexborHTMLParser(pages[week_page(WEEK)])
    places = {node.attributes["id"]: node.attributes.get("href") for node in week.css("a[id]")}
    for office in ids:
        assert places[anchor(office)] == card_page(WEEK, office).removeprefix(f"{WEEK}/")
        assert card_page(WEEK, office) in pages


@pytest.mark.parametrize("office", HOSTILE)
def test_no_id_becomes_markup_or_leaves_the_folder(office: str) -> None:
    """Its card is there once, and nothing of it runs."""
    _, pages = _many()
    html = pages[card_page(WEEK, office)]
    assert "<script>alert" not in html
    assert all("/../" not in path and not path.startswith("..") for path in pages)
