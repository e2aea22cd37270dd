"""Editors complete and check a registry by its schema; so does the registry that comes with the program."""

import csv
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest

from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.holders import holder_on
from auditor.registry.model_reader import ModelReader, fields_of
from auditor.registry.models import (
    Account,
    Confirmation,
    Exemption,
    Office,
    PressReport,
    RecordedSearch,
    Rejection,
    Tenure,
    Vacancy,
)
from auditor.registry.policy import default_policy
from auditor.registry.registry_schema import registry_schema, schema_text
from auditor.registry.yaml_tree import parse_yaml
from tests.conftest import ROOT
from tests.registry.registry_texts import SMALLEST, mistakes

SCHEMA, OFFICIALS = registry_schema(), ROOT / "officials.yaml"
MORE = """\
policy: {posts_per_week: {value: 4}, silence_days: {basis: norm}}
region: {name: Первая область, code: 70}
groups: {city_duma: {title: депутат, website: 'https://duma.example'}}
offices:
  - {id: second, municipality: Второй, group: city_duma, vacancies: [{since: 2022-05, source: x}]}
"""
ELSEWHERE = "personal}\n          - {url: https://ok.ru/x, kind: institution}"
VALID = SMALLEST.replace("offices:\n", MORE).replace("personal}", ELSEWHERE)


def valid(text: str) -> bool:
    """Return whether an editor finds no mistake in a registry."""
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(parse_yaml(text, "r", ModelReader()))


def test_the_committed_schema_is_the_one_of_the_models() -> None:
    """After a change: `auditor registry schema > officials.schema.json`; an included file has one of its own."""
    assert (ROOT / "officials.schema.json").read_text(encoding="utf-8") == schema_text()
    shape = parse_yaml(schema_text(included=True), "x", ModelReader())
    assert (list(shape["properties"]), shape["title"]) == (["timezone", "groups", "offices"], "Offices of a registry")


SLIPS = [
    ("group: municipal_head", "group: municipal_head\n    timezone: Asia/Omsk"),
    ("posts_per_week", "post_per_week"),
    ("since: 2021-12", "person: anna"),
    ("        sources: [https://example.org/1]\n", ""),
    ("https://duma.example", "https://a:b@duma.example"),
]


@pytest.mark.parametrize(("old", "new"), SLIPS)
def test_it_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    """An editor underlines a slip before the loader sees it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for text, fits in ((VALID, True), (VALID.replace(old, new, 1), False)):
        assert ((mistakes(text) == []), valid(text)) == (fits, fits)


def test_every_key_is_explained_to_editors() -> None:
    """A new key needs its sentence; a threshold also its packaged default."""
    shapes: dict[str, Any] = {"Registry": SCHEMA, **SCHEMA["$defs"]}
    keys: dict[str, Any] = {}
    for name, shape in shapes.items():
        keys |= {f"{name}.{key}": value for key, value in shape.get("properties", {}).items()}
    assert [name for name, value in keys.items() if not value.get("description") or "title" in value] == []
    thresholds = SCHEMA["properties"]["policy"]["properties"]
    assert list(thresholds) == list(default_policy())
    assert thresholds["posts_per_week"]["description"] == "Packaged default: 3 (analogue)."


@pytest.fixture(scope="module")
def shipped() -> Registry:
    """The shipped registry; it loads without a mistake."""
    return load_registry(OFFICIALS)


def test_every_holder_and_every_account_has_a_source(shipped: Registry) -> None:
    """Of a lead the note says where its address is published; a rejected one says how that was found out."""
    tenures = [tenure for office in shipped.offices for tenure in office.tenures]
    entries = [vacancy for office in shipped.offices for vacancy in office.vacancies]
    for tenure in tenures:
        entries += [*tenure.reports, *tenure.exemptions]
        assert tenure.sources, tenure.name
        for page in tenure.listed:
            evidence = page.confirmed.sources if page.confirmed else page.rejected or "https://" in page.note
            assert evidence, page.url
    sources = [source for tenure in tenures for source in tenure.sources] + [entry.source for entry in entries]
    assert [source for source in sources if not source.startswith("http")] == []


def test_it_expects_twenty_heads_of_the_directive_of_may_2022(shipped: Registry) -> None:
    """Until midnight of 1 June in Tomsk; routes are tried on pages known to exist, and not to; editors agree."""
    directive = shipped.directive
    assert (shipped.expects, directive.issued) == ({directive.binds: 20}, date(2022, 5, 25))
    assert directive.deadline == datetime(2022, 5, 31, 17, tzinfo=UTC)
    assert {control.exists for control in shipped.controls} == {True, False}
    assert valid(OFFICIALS.read_text(encoding="utf-8"))


def test_who_held_an_office_on_31_may_2022_is_who_the_facts_name(shipped: Registry) -> None:
    """Where a source of that time names somebody."""
    days = {office.id: holder_on(office, date(2022, 5, 31)) for office in shipped.offices}
    with (ROOT / "tests" / "data" / "holders_2022.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            holder = days[row["office"]]
            assert holder is not None, row
            assert holder.tenure.name == row["holder"]


def test_the_head_of_the_file_explains_every_key_of_an_office_and_names_the_schema() -> None:
    """In Russian, by an example that is no mistake once the sign of a remark is taken away."""
    directive_line, *lines = OFFICIALS.read_text(encoding="utf-8").partition("\ntimezone:")[0].splitlines()
    assert directive_line == "# yaml-language-server: $schema=officials.schema.json"
    example = "".join(f"{line[1:]}\n" for line in lines if line.startswith("#   "))
    models = (Office, Tenure, Vacancy, Account, Confirmation, Rejection, PressReport, Exemption, RecordedSearch)
    keys = {key for model in models for key in fields_of(model)}
    assert {key for key in keys if f"{key}:" not in example} == set()
    start = SMALLEST[: SMALLEST.index("  - id: first")]
    (office,) = parse_registry(start + example, "r").offices
    assert [page.judged for page in office.tenures[0].accounts] == [True, False]
