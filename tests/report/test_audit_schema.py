"""The keys of ``audit.json`` are a contract: none goes, none comes unnoticed, whichever class it is made from."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.base.weeks import PartialDate
from auditor.registry.models import Vacancy
from auditor.report.audit_schema import audit_schema
from tests.audit_samples import sample_audit
from tests.cases import audit, office, report, tenure

KEYS = {
    "": "schema as_of first_as_of week week_starts week_ends timezone closed tool_version language synthetic "
    "comments_purged_at previous_week looked rejudged version corrections contact seal archive title group_names seats "
    "directive policy controls requests vantage summary watch offices checks",
    "rejudged": "stored_as_of offices before gone tool_version rules cells",
    "rejudged.cells": "office check account before now why",
    "corrections": "number week office check text on source",
    "directive": "title issuer issued deadline binds source neutral note",
    "directive.neutral": "network since reason source",
    "policy": "value basis source note",
    "controls": "network url expected outcome route cause",
    "requests": "route made",
    "summary": "bound passed failed cantTell inapplicable untested",
    "watch": "under_review renamed taken_over",
    "offices": "id municipality title group bound holder verdict verdict_cause verdict_reason deadline deadline_known "
    "accounts findings change previous_verdict verdict_change moves exemption vacancy searches reports days posts "
    "history statements evidence",
    "offices.holder": "name since acting known_from known_as_of newcomer changed_in_week predecessor earlier sources",
    "offices.holder.earlier": "since known_from known_as_of acting",
    "offices.accounts": "network url kind id confirmed since under_review renamed_to taken_over_by snapshot_at seen_at "
    "route cause facts",
    "offices.accounts.confirmed": "on how sources",
    "offices.accounts.facts": "exists verified subscribers opened_at opened_precision comments kind",
    "offices.findings": "check network account outcome cause basis message message_id params values threshold evidence",
    "offices.moves": "check change",
    "offices.exemption": "by on since until reason source",
    "offices.vacancy": "since until source",
    "offices.searches": "on by how networks found",
    "offices.reports": "network opened_by opened_on source",
    "offices.days": "date posts reposts",
    "offices.posts": "network url at repost comments",
    "offices.history": "week verdict holder posts reposts due in_time more from_look",
    "offices.statements": "week text who on until source",
    "offices.evidence": "kind url at status sha256 minimised proof",
    "offices.evidence.proof": "leaf place leaves path root run link",
    "checks": "name title question method basis threshold told source left_out applies",
}
"""The keys at each place of the document, in its order; lists and mappings by name are places as their items are."""
BY_NAME = {"policy", "offices.evidence"}
FREE = {
    "seats",
    "group_names",
    "rejudged.before",
    "rejudged.gone",
    "offices.findings.params",
    "offices.findings.values",
}
FREE |= {"offices.findings.threshold", "offices.history.more", "policy.value"}
"""Mappings whose keys are no names of the contract: ids, figures of checks."""


def places(schema: Mapping[str, Any], node: Mapping[str, Any], at: str = "") -> Iterator[tuple[str, str]]:
    """Yield each place of a schema with its keys."""
    yield at, " ".join(node["properties"])
    for key, value in node["properties"].items():
        for name in dict.fromkeys(references(value)):
            if "properties" in schema["$defs"][name]:
                yield from places(schema, schema["$defs"][name], below(at, key))


def references(value: Any) -> Iterator[str]:
    """Yield the definitions that a key's value refers to, itself or by its items."""
    if isinstance(value, dict) and "$ref" in value:
        yield value["$ref"].rpartition("/")[2]
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from references(part)


def written(value: Any, at: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield each place of a document with the keys that are written there."""
    if isinstance(value, list):
        for item in value:
            yield from written(item, at)
    elif isinstance(value, dict) and at not in FREE:
        yield at, list(value)
        for key, item in value.items():
            place = below(at, key)
            yield from written(list(item.values()) if place in BY_NAME else item, place)


def below(at: str, key: str) -> str:
    """Return the place of a key's value."""
    return f"{at}.{key}" if at else key


def test_the_schema_has_the_keys_of_the_contract_and_no_others() -> None:
    """In the order in which a document writes them."""
    assert dict(places(audit_schema(), audit_schema())) == KEYS


def test_a_document_writes_no_key_beyond_its_schema() -> None:
    """Remarks that the registry keeps beside a vacancy or a report of the press are for its own readers."""
    vacant = Vacancy(since=PartialDate.parse("2026-01"), source="https://example.invalid/v", note="заметка")
    reported = report(on="2022-05").model_copy(update={"note": "заметка"})
    noted = audit(office(vacancies=[vacant]), office(tenure(since="2020", reports=[reported])))
    assert [seat.vacancy is not None or bool(seat.reports) for seat in noted.offices] == [True, True]
    for document in (sample_audit(), noted):
        for at, keys in written(json.loads(document.to_json())):
            assert keys == [key for key in KEYS[at].split() if key in keys], at
    assert "заметка" not in noted.to_json()
