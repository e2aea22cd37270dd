"""The registry that comes with the program: the twenty heads, in form, sourced, and what it alone can judge."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week, parse_time
from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.holders import evidence_of, holder_on
from auditor.registry.models import Group
from auditor.registry.policy import DEFAULT_POLICY
from auditor.registry.reading import Keys, Reader
from auditor.registry.schema import registry_schema, schema_text
from auditor.registry.source import parse_source
from tests.conftest import ROOT, SHARED
from tests.test_registry_loader import SMALLEST

OFFICIALS = ROOT / "officials.yaml"
SCHEMA = ROOT / "officials.schema.json"
FACTS = SHARED / "facts" / "tomsk-offices.yaml"
END_OF_MAY = date(2022, 5, 31)


@pytest.fixture(scope="module")
def registry() -> Registry:
    """The packaged registry."""
    return load_registry(OFFICIALS)


@pytest.fixture(scope="module")
def audit(registry: Registry) -> Audit:
    """The week of the deadline, judged from the registry alone: nothing has been looked at."""
    as_of = parse_time("2022-06-07T12:00+07:00", registry.zone)
    audit = make_audit(registry, Week.parse("2022-W22", registry.zone), as_of, {})
    return worded(audit, Catalogue("en"))


def test_twenty_heads_the_duma_the_governor_and_the_administration(registry: Registry) -> None:
    """The registry states the twenty itself."""
    counted = Counter(office.group for office in registry.offices)
    assert counted == {Group.MUNICIPAL_HEAD: 20, Group.CITY_DUMA: 18, Group.GOVERNOR: 1, Group.INSTITUTION: 1}
    assert registry.expects == {Group.MUNICIPAL_HEAD: 20}
    assert sum(registry.bound(office) for office in registry.offices) == 20


def test_offices_are_listed_by_municipality_within_their_group(registry: Registry) -> None:
    """A reader finds an office without searching."""
    for group in Group:
        listed = [office.municipality for office in registry.offices if office.group is group]
        assert listed == sorted(listed)


def test_the_directive_is_that_of_may_2022(registry: Registry) -> None:
    """Its deadline is the midnight of 1 June in Tomsk."""
    assert registry.directive.issued == date(2022, 5, 25)
    assert registry.directive.deadline == datetime(2022, 5, 31, 17, tzinfo=UTC)
    assert registry.directive.deadline.astimezone(registry.zone).isoformat() == "2022-06-01T00:00:00+07:00"
    assert registry.directive.source == "https://babr24.com/?IDE=229542"


def tree(path: Path) -> Keys:
    found = parse_source(path.read_text(encoding="utf-8"), path.name, mistakes := Reader())
    assert not mistakes.problems
    assert isinstance(found, Keys)
    return found


def test_the_policy_is_the_packaged_one_and_every_threshold_names_its_basis_and_source(registry: Registry) -> None:
    """The file holds only what differs, and that is nothing."""
    assert "policy" not in tree(OFFICIALS)
    assert registry.policy == DEFAULT_POLICY
    assert all(entry.source and entry.note for entry in registry.policy.values())


def test_the_header_explains_the_form_by_one_example() -> None:
    """Ten lines, which are a registry's once the sign of a remark is taken away."""
    lines = OFFICIALS.read_text(encoding="utf-8").split("\n\n", maxsplit=1)[0].splitlines()[2:]
    assert len(lines) == 10
    head = SMALLEST[: SMALLEST.index("  - id: first")]
    (office,) = parse_registry(head + "\n".join(line.removeprefix("# ") for line in lines) + "\n", "r").offices
    assert [page.lead for page in office.tenures[0].accounts] == [True]


def test_every_tenure_has_a_source(registry: Registry) -> None:
    """A holder without a source stays empty."""
    for office in registry.offices:
        for tenure in office.tenures:
            assert tenure.sources, (office.id, tenure.name)
            assert all(source.startswith("http") for source in tenure.sources)
            for account in tenure.accounts:
                assert account.confirmed.sources if account.confirmed else "https://" in account.note


UNKNOWN = ["kedrovy", "aleksandrovsky", "krivosheinsky", "teguldetsky", "shegarsky", "kozhevnikovsky"]


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_no_holder_is_named_for_a_date_that_no_source_covers(registry: Registry, unknown: str) -> None:
    """Where the facts' confidence for 31 May 2022 is unknown or weak, the office has no holder on that day."""
    office = next(office for office in registry.offices if office.id == unknown)
    assert holder_on(office, END_OF_MAY) is None


@pytest.mark.parametrize(("office", "seen"), [("chainsky", "2022-09"), ("tomsk-duma-budget-committee", "2022-05-26")])
def test_the_last_day_that_a_term_can_have_lasted_shows_nothing(registry: Registry, office: str, seen: str) -> None:
    """No source says when these two left, only by when: the newest evidence of the office is older."""
    (tenure,) = next(one for one in registry.offices if one.id == office).tenures
    assert tenure.until is None
    assert max(str(known) for known in evidence_of(tenure)) == seen


def test_only_accounts_that_a_source_ties_to_the_person_are_confirmed(registry: Registry) -> None:
    """The others are leads; an institution's page whose owner is inferred is no account at all."""
    accounts = [a for office in registry.offices for tenure in office.tenures for a in tenure.accounts]
    assert {str(a.url) for a in accounts if a.judged} == {
        "https://t.me/iisibert",
        "https://t.me/nvdidenko",
        "https://t.me/damahinya",
        "https://t.me/channel9528988888",
        "https://t.me/ulyanova_zdes",
        "https://t.me/mazur_70",
    }
    assert {str(a.url) for a in accounts if not a.judged} == {
        "https://t.me/zabelinmaxim",
        "https://vk.com/mazur_70",
    }
    pages = {str(account.url) for office in registry.offices for account in office.accounts}
    assert pages == {"https://t.me/tomskregionadmin", "https://vk.com/tomskgov"}


def test_the_registry_alone_judges_the_week_of_the_deadline(audit: Audit) -> None:
    """Press reports pass four, the exemption frees one, and nobody fails without having been looked at."""
    heads = {office.id: office for office in audit.offices if office.group == "municipal_head"}
    passed = {name for name, office in heads.items() if office.verdict == "passed"}
    assert passed == {"strezhevoy", "seversk", "verkhneketsky", "kolpashevsky"}
    assert not [name for name, office in heads.items() if office.verdict == "failed"]
    assert heads["tomsk-city"].verdict == "inapplicable"
    assert heads["tomsk-city"].exemption is not None


def test_the_newest_week_says_nothing_of_a_holder_whose_evidence_is_too_old(registry: Registry) -> None:
    """Neither passed nor failed, and each says of what date the newest evidence is."""
    week = Week.parse("2026-W47", registry.zone)
    found = make_audit(registry, week, parse_time("2026-11-24T12:00+07:00", registry.zone), {})
    stale = {
        office.id
        for office in registry.offices
        if (holder := holder_on(office, week.last_day)) and holder.stale_on(week.last_day, registry.policy)
    }
    said = {office.id: office for office in found.offices if office.id in stale and office.bound}
    assert len(said) >= 7
    assert {(office.verdict, office.verdict_cause) for office in said.values()} == {("cantTell", "stale_holder")}
    for office in said.values():
        finding = next(f for f in office.findings if f.check == "opened_by_deadline" and f.account is None)
        assert finding.params["date"] < "2024-11-22"
    undated = next(office for office in found.offices if office.id == "kargasoksky")
    assert (undated.verdict, undated.verdict_cause) == ("cantTell", "stale_holder")


def test_verkhneket_needed_the_grace_day_and_kolpashevo_did_not(audit: Audit) -> None:
    """Both opened on 1 June; the one had just taken office and has 30 days of his own."""
    values = {}
    for office in audit.offices:
        finding = next(f for f in office.findings if f.check == "opened_by_deadline" and f.account is None)
        values[office.id] = finding.values
    assert values["verkhneketsky"]["grace_used"] is True
    assert values["verkhneketsky"]["days_late"] is None  # the press names the day: exact is a network's word alone
    assert values["kolpashevsky"]["grace_used"] is False


def test_the_committed_schema_is_the_one_of_the_models() -> None:
    """After a change of the models: `auditor registry schema > officials.schema.json`."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


def test_editors_are_told_of_the_schema_in_the_first_line() -> None:
    """The reference is relative, so a checkout needs no network."""
    first = OFFICIALS.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=officials.schema.json"


def test_the_registry_is_valid_by_its_schema() -> None:
    """The schema itself is valid too."""
    jsonschema.Draft202012Validator.check_schema(registry_schema())
    jsonschema.Draft202012Validator(registry_schema()).validate(tree(OFFICIALS))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("offices", 0, "gruop"), "city_duma"),
        (("offices", 0, "group"), "heads"),
        (("policy",), {"post_per_week": {"value": 3}}),
        (("offices", 0, "timezone"), "Asia/Omsk"),
        (("offices", 0, "tenures", 0, "person"), "anna"),
        (("directive", "deadline"), "soon"),
        (("directive", "binds"), "heads"),
        (("offices", 0, "tenures", 0, "since"), "12.2021"),
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(place: tuple[Any, ...], value: object) -> None:
    """An editor underlines a slip before the loader sees it."""
    data = tree(OFFICIALS)
    inside: Any = data
    for step in place[:-1]:
        inside = inside[step]
    inside[place[-1]] = value
    assert not jsonschema.Draft202012Validator(registry_schema()).is_valid(data)


def _keys(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, model in {"Registry": schema, **schema["$defs"]}.items():
        for key, value in model.get("properties", {}).items():
            yield f"{name}.{key}", value


def test_every_key_is_explained_to_editors() -> None:
    """A new key of a model needs its sentence in the schema."""
    assert [name for name, value in _keys(registry_schema()) if not value.get("description")] == []


def _rows() -> list[str]:
    """The rows of the tables of what was found later, without ё."""
    files = ("tomsk-more.md", "tomsk-duma.md", "tomsk-heads-2026.md")
    lines = [line for name in files for line in (SHARED / "facts" / name).read_text(encoding="utf-8").splitlines()]
    return [line.replace("ё", "е") for line in lines]


def test_eight_of_the_thirty_seven_members_of_the_duma_are_known(registry: Registry) -> None:
    """The seats of the convocation before ended on the day on which it met."""
    assert registry.seats == {Group.CITY_DUMA: 37}

    def members(day: date) -> set[str]:
        duma = (office for office in registry.offices if office.group is Group.CITY_DUMA)
        return {holder.tenure.name for office in duma if (holder := holder_on(office, day))}

    assert len(members(date(2026, 11, 22))) == 8
    assert "Ерёмин Василий" in members(date(2025, 10, 6))
    assert "Ерёмин Василий" not in members(date(2025, 10, 8))


def _addresses(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for value in node.values():
            yield from _addresses(value)
    elif isinstance(node, list):
        for value in node:
            yield from _addresses(value)
    elif isinstance(node, str) and node.startswith("http"):
        yield node


@pytest.mark.skipif(not FACTS.exists(), reason="the folder ../shared with facts is not here")
def test_every_source_and_holder_is_one_of_the_facts(registry: Registry) -> None:
    """Nothing about a real person is in the registry that the sourced facts do not say."""
    facts = tree(FACTS)
    known = {*_addresses(facts), "https://t.me/telegram", "https://t.me/zzqwxnonexistentchannel12345"}
    known |= {"https://vk.com/id1", "https://duma70.ru", "https://kargasokskogo-r69.gosweb.gosuslugi.ru"}
    known |= {found for row in _rows() for found in re.findall(r"https?://[^\s|);]+", row)}
    known |= {re.sub(r"^https://(t\.iss\.one|yangx\.top)/", "https://t.me/", url) for url in known}
    assert set(_addresses(json.loads(registry.model_dump_json()))) <= known
    people = {
        frozenset(holder["name"].replace("ё", "е").split())
        for office in facts["offices"]
        for holder in office["holders"]
    }
    for office in registry.offices:
        for tenure in office.tenures:
            words = frozenset(tenure.name.replace("ё", "е").split())
            told = any(words <= person for person in people)
            assert told or any(_names(row, words) for row in _rows()), tenure.name


def _names(row: str, words: frozenset[str]) -> bool:
    """Tell whether a row has all words of a name, in whatever case they stand there."""
    return all(word[:4] in row for word in words)
