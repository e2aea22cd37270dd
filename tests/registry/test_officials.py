"""The registry that comes with the program: its form and its sources."""

import csv
import json
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest

from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.holders import holder_on
from auditor.registry.models import Group
from auditor.registry.reading import Reader
from auditor.registry.schema import registry_schema
from auditor.registry.source import parse_source
from tests.conftest import ROOT
from tests.registry.helpers import SMALLEST

OFFICIALS = ROOT / "officials.yaml"


@pytest.fixture(scope="module")
def shipped() -> Registry:
    """The shipped registry; it loads without a mistake."""
    return load_registry(OFFICIALS)


def test_every_holder_and_every_account_has_a_source(shipped: Registry) -> None:
    """Of a lead the note says where its address is published; a rejected one says how that was found out."""
    for office in shipped.offices:
        for tenure in office.tenures:
            assert all(source.startswith("http") for source in tenure.sources), tenure.name
            assert tenure.sources, tenure.name
            for page in tenure.listed:
                tied = page.confirmed.sources if page.confirmed else page.rejected or "https://" in page.note
                assert tied, page.url
            for told in (*tenure.reports, *tenure.exemptions):
                assert told.source.startswith("http"), tenure.name
        assert all(vacancy.source.startswith("http") for vacancy in office.vacancies), office.id


def test_it_expects_twenty_heads_of_the_directive_of_may_2022(shipped: Registry) -> None:
    """Until midnight of 1 June in Tomsk; the routes are tried on pages known to exist, and not to."""
    assert (shipped.expects, {control.exists for control in shipped.controls}) == (
        {Group.MUNICIPAL_HEAD: 20},
        {True, False},
    )
    assert (shipped.directive.issued, shipped.directive.binds) == (date(2022, 5, 25), Group.MUNICIPAL_HEAD)
    assert shipped.directive.deadline == datetime(2022, 5, 31, 17, tzinfo=UTC)
    for group in Group:
        listed = [office.municipality for office in shipped.offices if office.group is group]
        assert listed == sorted(listed)


def test_who_held_an_office_on_31_may_2022_is_who_the_facts_name(shipped: Registry) -> None:
    """Where a source of that time names somebody."""
    days = {office.id: holder_on(office, date(2022, 5, 31)) for office in shipped.offices}
    with (ROOT / "tests" / "data" / "holders_2022.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            holder = days[row["office"]]
            assert holder is not None, row
            assert holder.tenure.name == row["holder"]


def test_the_header_explains_the_form_by_an_example_and_names_the_schema() -> None:
    """Ten lines, which are a registry's once the sign of a remark is taken away; a checkout needs no network."""
    first, _, *lines = OFFICIALS.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0].splitlines()
    assert first == "# yaml-language-server: $schema=officials.schema.json"
    example = SMALLEST[: SMALLEST.index("  - id: first")] + "".join(f"{line.removeprefix('# ')}\n" for line in lines)
    (office,) = parse_registry(example, "r").offices
    assert (len(lines), [page.lead for page in office.tenures[0].accounts]) == (10, [True])


def test_editors_find_no_mistake_in_it(shipped: Registry) -> None:
    """By the schema that its first line names."""
    files: dict[str, Any] = json.loads(shipped.text)
    data = parse_source(files[""], "officials.yaml", Reader())
    jsonschema.Draft202012Validator(registry_schema()).validate(data)
    assert "policy" not in data  # it holds only what differs from the packaged one
