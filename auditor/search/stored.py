"""The leads of earlier searches, as the archive keeps them: addresses, reasons and dates, and no word of any page."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.text import Scalar, Text
from auditor.search.weighing.lead import Lead, LeadKind, Origin, Person, Provenance, Reason

FORM = 2
"""The form of everything a search stores; what another version stored in another form is not read."""
_ROW = "found"
"""Stands in the place of a scout's name."""
_PLAIN = re.compile(r"(?:[\w-]+\.[\w./:@?=&%+-]+|https?://\S+)(?:, |$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class StoredLeads:
    """What the last search for a person found. `at` is UTC; the leads have no titles.

    `complete`: everything that the open routes allow was asked. `older`: an earlier version stored it in a form that
    is no longer read, so there are no leads here until the next search.
    """

    at: datetime
    leads: tuple[Lead, ...] = ()
    complete: bool = False
    older: bool = False


def stored_leads(archive: Archive, office_id: str, name: str) -> StoredLeads | None:
    """Return what the last search found for the holder `name` of an office; None if there was no search."""
    rows = {row.scout: row for row in archive.searches(office_id, name)}
    if _ROW not in rows:
        newest = max((row.at for row in rows.values()), default=None)
        return None if newest is None else StoredLeads(newest, older=True)
    state = json.loads(rows[_ROW].state)
    if state.get("form") != FORM:
        return StoredLeads(rows[_ROW].at, older=True)
    return StoredLeads(rows[_ROW].at, tuple(map(_lead, state["leads"])), state["complete"])


def keep_leads(
    archive: Archive, run: int, person: Person, leads: Sequence[Lead], at: datetime, *, complete: bool
) -> None:
    """Store what a search found, in place of what the last one did. Titles stay out."""
    own = {person.municipality, person.region.name if person.region else ""}
    state = {"form": FORM, "complete": complete, "leads": [_lead_told(lead, own) for lead in leads]}
    written = json.dumps(state, ensure_ascii=False, sort_keys=True)
    archive.save_search(run, person.office.id, str(person.name), _ROW, 0, written, at)


def _lead_told(lead: Lead, own: Collection[str]) -> dict[str, Any]:
    return {
        "address": lead.address.url,
        "id": lead.id,
        "kind": lead.kind,
        "provenance": lead.provenance,
        "reasons": [_reason_told(reason, own) for reason in lead.reasons],
        "doubts": [_reason_told(reason, own) for reason in lead.doubts],
        "origins": list(lead.origins),
        "evidence": list(lead.evidence),
    }


def _reason_told(reason: Reason, own: Collection[str]) -> dict[str, Any]:
    return {
        "code": reason.code,
        "text": _text_told(reason.text, own),
        "places": list(reason.places),
        "evidence": list(reason.evidence),
    }


def _lead(told: Mapping[str, Any]) -> Lead:
    return Lead(
        Address.parse(told["address"]),
        told["id"],
        LeadKind(told["kind"]),
        0.0,
        tuple(map(_reason, told["reasons"])),
        tuple(map(Origin, told["origins"])),
        tuple(told["evidence"]),
        provenance=Provenance(told["provenance"]),
        doubts=tuple(map(_reason, told["doubts"])),
    )


def _reason(told: Mapping[str, Any]) -> Reason:
    return Reason(told["code"], 0.0, _text(told["text"]), tuple(told["evidence"]), tuple(told["places"]))


def _text_told(text: Text, own: Collection[str]) -> dict[str, Any]:
    params = {key: _param_told(value, own) for key, value in text.params.items()}
    return {"message": text.message, "params": params, "plural": text.plural, "count": text.count}


def _param_told(value: Scalar | Text, own: Collection[str]) -> Any:
    """Write the parameters of a sentence: of text, only addresses and the official's own municipality."""
    if isinstance(value, Text):
        return {"text": _text_told(value, own)}
    if isinstance(value, datetime):
        return {"time": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    hidden = isinstance(value, str) and value not in own and _PLAIN.sub("", value)
    return "…" if hidden else value


def _text(told: Mapping[str, Any]) -> Text:
    params = {key: _param(value) for key, value in told["params"].items()}
    return Text(told["message"], params, told["plural"], told["count"])


def _param(value: Any) -> Scalar | Text:
    if not isinstance(value, dict):
        found: Scalar = value
        return found
    if "text" in value:
        return _text(value["text"])
    return datetime.fromisoformat(value["time"]) if "time" in value else date.fromisoformat(value["date"])
