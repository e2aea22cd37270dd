"""Editors complete and check a registry by its schema: it takes what the loader takes, and explains every key."""

from typing import Any

import jsonschema
import pytest

from auditor.registry.policy import DEFAULT_POLICY
from auditor.registry.reading import Reader
from auditor.registry.schema import registry_schema, schema_text
from auditor.registry.source import parse_source
from tests.conftest import ROOT
from tests.registry.helpers import SMALLEST, mistakes

SCHEMA = registry_schema()
MORE = """\
policy: {posts_per_week: {value: 4}, silence_days: {basis: norm}}
region: {name: Первая область, code: 70}
groups: {city_duma: {title: депутат, website: 'https://duma.example'}}
offices:
  - {id: second, municipality: Второй, group: city_duma, vacancies: [{since: 2022-05, source: x}]}
"""
ELSEWHERE = "personal}\n          - {url: https://ok.ru/x, kind: institution}"
VALID = SMALLEST.replace("offices:\n", MORE).replace("personal}", ELSEWHERE)


def test_the_committed_schema_is_the_one_of_the_models() -> None:
    """After a change of the models: `auditor registry schema > officials.schema.json`."""
    assert (ROOT / "officials.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("group: municipal_head", "group: municipal_head\n    timezone: Asia/Omsk"),
        ("posts_per_week", "post_per_week"),
        ("since: 2021-12", "person: anna"),
        ("        sources: [https://example.org/1]\n", ""),
        ("https://duma.example", "https://a:b@duma.example"),
    ],
)
def test_it_refuses_what_the_loader_refuses(old: str, new: str) -> None:
    """An editor underlines a slip before the loader sees it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for text, valid in ((VALID, True), (VALID.replace(old, new, 1), False)):
        assert (mistakes(text) == []) is valid
        assert jsonschema.Draft202012Validator(SCHEMA).is_valid(parse_source(text, "r", Reader())) is valid


def test_every_key_is_explained_to_editors() -> None:
    """A new key needs its sentence; a threshold also its packaged default."""
    shapes: dict[str, Any] = {"Registry": SCHEMA, **SCHEMA["$defs"]}
    keys: dict[str, Any] = {}
    for name, shape in shapes.items():
        keys |= {f"{name}.{key}": value for key, value in shape.get("properties", {}).items()}
    assert [name for name, value in keys.items() if not value.get("description")] == []
    thresholds = SCHEMA["properties"]["policy"]["properties"]
    assert list(thresholds) == list(DEFAULT_POLICY)
    assert thresholds["posts_per_week"]["description"] == "Packaged default: 3 (analogue)."
    assert not any("title" in value for value in keys.values())


def test_an_included_file_has_a_schema_of_its_own() -> None:
    """It holds offices, groups and a zone alone."""
    shape = parse_source(schema_text(included=True), "x", Reader())
    assert (list(shape["properties"]), shape["title"]) == (["timezone", "groups", "offices"], "Offices of a registry")
