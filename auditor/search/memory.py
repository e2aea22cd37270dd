"""What earlier searches have read, so that the next one does not ask for it again.

Of an official page the harvest is kept: which address it ties to whom, and where that can be read. Of a lead the
verdict is kept: its reasons with their weights, dates and numbers. No word of any page is: a reason's text is the
program's own, and what stands in its places is a number, a date, an address or the official's own municipality.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any

from auditor import __version__
from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.snapshot import Cause, Precision
from auditor.base.text import Scalar, Text
from auditor.probes.base import Clock
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.quarry import Notes, Verdict, digest, facts_of
from auditor.search.weighing.lead import Lead, LeadKind, Mention, Origin, Person, Reason
from auditor.search.weighing.weights import WEIGHTS

_FRESH = timedelta(days=7)
"""So long what was read is not asked for again."""
_NOTES = "leads"
"""Stands in the place of a scout's name."""
_DATES = ("opened_at", "not_earlier_than", "last_post_at")
_PLAIN = re.compile(r"(?:[\w-]+\.[\w./:@?=&%+-]+|https?://\S+)(?:, |$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Harvest:
    """What a page on record gave. `own`: of a person's confirmed page, the page itself without its words.

    `cause`: why it was not read, or not to the end. `needs`: the least requests it takes, if the budget ended it.
    """

    mentions: tuple[Mention, ...] = ()
    own: tuple[Page, ...] = ()
    cause: Cause | None = None
    needs: int = 0


class Memory:
    """The archive's records of earlier searches. With `again` nothing is remembered."""

    def __init__(
        self,
        archive: Archive,
        run: int,
        clock: Clock,
        everybody: Sequence[Person],
        bodies: Collection[Address],
        *,
        since: datetime,
        again: bool,
    ) -> None:
        """`since`: posts are read back to this moment; what was read less far back is read anew."""
        self._archive, self.run, self._clock, self._since, self._again = archive, run, clock, since, again
        self._people = {person.office.id: person for person in everybody}
        told = [f"{p.office.id} {p.name} {p.municipality}" for p in everybody]
        weights = [f"{code} {weight.points}" for code, weight in sorted(WEIGHTS.items())]
        self._rules = digest([__version__, *weights, *told, *sorted(a.url for a in bodies)])

    @property
    def now(self) -> datetime:
        """The search's own clock."""
        return self._clock()

    def _fresh(self, at: datetime) -> bool:
        return not self._again and timedelta(0) <= self._clock() - at < _FRESH

    # Pages on record

    def harvest(self, address: Address | str) -> Harvest | None:
        """Return what a page on record gave within the last days; None: it is to be read."""
        for stored in self._archive.searches("", str(address)):
            state = json.loads(stored.state)
            same = state.get("rules") == self._rules and datetime.fromisoformat(state["since"]) <= self._since
            if self._fresh(stored.at) and same:
                return self._harvest(state)
        return None

    def _harvest(self, state: Mapping[str, Any]) -> Harvest:
        said = (self._mention(one) for one in state["mentions"])
        return Harvest(
            tuple(mention for mention in said if mention is not None),
            tuple(map(_page, state["own"])),
            Cause(state["cause"]) if state["cause"] else None,
            state["needs"],
        )

    def keep_harvest(self, address: Address | str, scout: str, harvest: Harvest) -> None:
        """Store what a page on record gave."""
        state = {
            "rules": self._rules,
            "since": self._since.isoformat(),
            "mentions": [_told(mention) for mention in harvest.mentions if mention.person is not None],
            "own": list(map(_shown, harvest.own)),
            "cause": harvest.cause,
            "needs": harvest.needs,
        }
        self._save("", str(address), scout, state)

    def _save(self, office: str, person: str, scout: str, state: Mapping[str, Any]) -> None:
        written = json.dumps(state, ensure_ascii=False, sort_keys=True)
        self._archive.save_search(self.run, office, person, scout, 0, written, self._clock())

    def _mention(self, told: dict[str, Any]) -> Mention | None:
        person = self._people.get(told["person"])
        said = told["passage"]
        at = datetime.fromisoformat(said["at"]) if said["at"] else None
        passage = Passage(Place(said["place"]), "", url=said["url"], at=at, evidence=said["evidence"])
        rest = {"address": Address.parse(told["address"]), "person": person, "passage": passage}
        return Mention(**{**told, **rest}) if person is not None else None

    # People

    def notes(self, person: Person) -> Notes:
        """Return how far the search for `person` has come within the last days."""
        for stored in self._archive.searches(person.office.id, str(person.name)):
            if stored.scout == _NOTES and self._fresh(stored.at):
                state = json.loads(stored.state)
                if state["rules"] == self._rules:
                    return self._notes(state)
        return Notes()

    def _notes(self, state: Mapping[str, Any]) -> Notes:
        def times(key: str) -> dict[str, datetime]:
            told = {name: datetime.fromisoformat(at) for name, at in state[key].items()}
            return {name: at for name, at in told.items() if self._fresh(at)}

        verdicts = {Address.parse(url): _verdict(told) for url, told in state["verdicts"].items()}
        read = {Address.parse(url): (datetime.fromisoformat(at), _facts(told)) for url, (at, told) in state["read"]}
        return Notes(
            {Address.parse(url): tuple(map(Origin, how)) for url, how in state["found"].items()},
            {address: verdict for address, verdict in verdicts.items() if self._fresh(verdict.at)},
            {address: (at, told) for address, (at, told) in read.items() if self._fresh(at)},
            {Address.parse(url): least for url, least in state["needs"].items()},
            times("asked"),
            times("refused"),
        )

    def keep_notes(self, person: Person, notes: Notes) -> None:
        """Store how far the search for `person` has come."""
        own = {person.municipality, person.region.name if person.region else ""}
        state = {
            "rules": self._rules,
            "found": {a.url: list(how) for a, how in notes.found.items()},
            "verdicts": {a.url: _kept(verdict, own) for a, verdict in notes.verdicts.items()},
            "read": [(a.url, (at.isoformat(), _written(told))) for a, (at, told) in notes.read.items()],
            "needs": {a.url: least for a, least in notes.needs.items()},
            "asked": {name: at.isoformat() for name, at in notes.asked.items()},
            "refused": {name: at.isoformat() for name, at in notes.refused.items()},
        }
        self._save(person.office.id, str(person.name), _NOTES, state)


def _written(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in facts.items()}


def _facts(told: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(told)
    found |= {key: datetime.fromisoformat(told[key]) for key in _DATES if key in told}
    return found | ({"opened_precision": Precision(told["opened_precision"])} if "opened_precision" in told else {})


# Pages and mentions without their words


def _told(mention: Mention) -> dict[str, Any]:
    """Write a mention down: whose the address is said to be, and where that is said, without the words."""
    said, person = mention.passage, mention.person
    assert person is not None
    rest = {f.name: getattr(mention, f.name) for f in fields(mention) if f.name not in {"address", "person", "passage"}}
    at = said.at.isoformat() if said.at is not None else None
    passage = {"place": said.place, "url": said.url, "at": at, "evidence": said.evidence}
    return {**rest, "address": mention.address.url, "person": person.office.id, "passage": passage}


def _shown(page: Page) -> dict[str, Any]:
    links = [[p.place, p.url, p.evidence, [a.url for a in p.links]] for p in page.passages if p.links]
    return {
        "address": page.address.url,
        "exists": page.exists,
        "kind": page.kind,
        "facts": _written(facts_of(page)),
        "links": [one for one in links if one[0] != Place.POST],
        "evidence": list(page.evidence),
    }


def _page(told: Mapping[str, Any]) -> Page:
    passages = tuple(
        Passage(Place(place), "", tuple(map(Address.parse, links)), url=url, evidence=evidence)
        for place, url, evidence, links in told["links"]
    )
    page = Page(
        Address.parse(told["address"]),
        told["exists"],
        kind=PageKind(told["kind"]) if told["kind"] else None,
        passages=passages,
        evidence=tuple(told["evidence"]),
    )
    return replace(page, **_facts(told["facts"]))


# Verdicts


def _kept(verdict: Verdict, own: Collection[str]) -> dict[str, Any]:
    lead = verdict.lead
    told = None if lead is None else _lead_told(lead, own)
    return {"lead": told, "beside": verdict.beside, "run": verdict.run, "at": verdict.at.isoformat()}


def _verdict(told: Mapping[str, Any]) -> Verdict:
    lead = None if told["lead"] is None else _lead(told["lead"])
    return Verdict(lead, told["beside"], told["run"], datetime.fromisoformat(told["at"]))


def _lead_told(lead: Lead, own: Collection[str]) -> dict[str, Any]:
    """Write a lead down without its title."""
    reasons = [[r.code, r.weight, _text_told(r.text, own), list(r.evidence)] for r in lead.reasons]
    return {
        "address": lead.address.url,
        "id": lead.id,
        "kind": lead.kind,
        "score": lead.score,
        "reasons": reasons,
        "origins": list(lead.origins),
        "evidence": list(lead.evidence),
    }


def _lead(told: Mapping[str, Any]) -> Lead:
    reasons = tuple(Reason(code, weight, _text(said), tuple(ids)) for code, weight, said, ids in told["reasons"])
    return Lead(
        Address.parse(told["address"]),
        told["id"],
        LeadKind(told["kind"]),
        told["score"],
        reasons,
        tuple(map(Origin, told["origins"])),
        tuple(told["evidence"]),
    )


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
    message = told["message"]
    return Text(message, params, told["plural"], told["count"])


def _param(value: Any) -> Scalar | Text:
    if not isinstance(value, dict):
        found: Scalar = value
        return found
    if "text" in value:
        return _text(value["text"])
    return datetime.fromisoformat(value["time"]) if "time" in value else date.fromisoformat(value["date"])
