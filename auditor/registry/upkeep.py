"""What a registry without mistakes needs from time to time: evidence that ages, terms that ended, one person twice.

Pure: the registry and a day in, lines out. None of it is a mistake, and none of it is judged here: the checks say of a
stale holder that nothing can be told (DESIGN.md section 5).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from auditor.base.snapshot import Network
from auditor.base.text import N_, Text
from auditor.registry.models import (
    SEARCHED,
    Office,
    OtherNetwork,
    PolicyValue,
    Registry,
    Tenure,
    holder_on,
    in_a_row,
    stale_vacancy,
    under_review,
)
from auditor.registry.source import Node, parse_source

_SOON = timedelta(days=60)
"""So long before evidence becomes too old the operator is told."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """One thing to do, with the line of the file that it is about."""

    line: int
    text: Text


def upkeep(registry: Registry, today: date) -> list[Upkeep]:
    """Return what to look after on `today`, in the order of the file."""
    root, _ = parse_source(registry.text.removeprefix("\ufeff"), "")
    nodes = root.children("offices") if root is not None else []
    found: list[Upkeep] = []
    for place, office in enumerate(registry.offices):
        node = nodes[place] if place < len(nodes) else Node(1)
        found += _Desk(registry, office, node, today).all()
    return sorted(found, key=lambda one: one.line)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One office on one day, and where it stands in the file."""

    registry: Registry
    office: Office
    node: Node
    today: date

    def all(self) -> Iterator[Upkeep]:
        yield from self.evidence()
        yield from self.vacancies()
        yield from self.terms()
        yield from self.confirmations()
        yield from self.searches()
        yield from self.twins()

    def evidence(self) -> Iterator[Upkeep]:
        """Yield a holder whose newest evidence is too old, or soon will be."""
        holder = holder_on(self.office, self.today)
        if holder is None:
            return
        stale = holder.stale_on(self.today, self.registry.policy)
        soon = stale or holder.stale_on(self.today + _SOON, self.registry.policy)
        if soon is None:
            return
        days = self._days("acting_valid_days" if holder.tenure.acting else "holder_valid_days")
        said = _STALE if stale else _STALE_SOON
        yield self._of(holder.tenure, said, date=soon, last=soon + timedelta(days=days))

    def vacancies(self) -> Iterator[Upkeep]:
        """Yield a vacancy that nobody has looked at for too long."""
        for place, vacancy in enumerate(self.office.vacancies):
            old = stale_vacancy(vacancy, self.today, self.registry.policy)
            if old is not None and vacancy.until is None:
                line = self._line(self.node, "vacancies", place)
                yield Upkeep(line, Text(_VACANT, {"office": self.office.id, "date": old}))

    def terms(self) -> Iterator[Upkeep]:
        """Yield a term that has ended and after which nobody is on record."""
        last = next(reversed(in_a_row(self.office)), None)
        if isinstance(last, Tenure) and last.until is None and last.term_ends and last.term_ends.last < self.today:
            yield self._of(last, _ENDED, date=str(last.term_ends))

    def confirmations(self) -> Iterator[Upkeep]:
        """Yield the present holder's confirmations that are too old."""
        valid = self._days("confirmation_valid_days")
        for tenure in self._present():
            for place, account in enumerate(tenure.listed):
                confirmed = account.confirmed if account.judged else None
                if confirmed is not None and under_review(confirmed, self.today, valid):
                    line = self._line(self._tenure(tenure), "accounts", place)
                    url, on = str(account.url), confirmed.on
                    yield Upkeep(
                        line, Text(_CONFIRM, {"office": self.office.id, "url": url, "date": on, "days": valid})
                    )

    def searches(self) -> Iterator[Upkeep]:
        """Yield a holder without a page whose newest search says nothing of today, or left a network out."""
        present = self._present()
        pages = [account for tenure in present for account in tenure.listed if account.kind == "personal"]
        found = [(search, t, place) for t in present for place, search in enumerate(t.searches)]
        if any(page.judged for page in pages) or not found:
            return
        newest, tenure, place = max(found, key=lambda one: one[0].on)
        line = self._line(self._tenure(tenure), "searches", place)
        who: dict[str, date | str] = {"office": self.office.id, "name": tenure.name, "date": newest.on}
        if (self.today - newest.on).days > self._days("search_valid_days"):
            yield Upkeep(line, Text(_SEARCH, who))
        elif left := self._left_out(newest.networks):
            yield Upkeep(line, Text(_SEARCH_MORE, who | {"networks": ", ".join(left)}))

    def twins(self) -> Iterator[Upkeep]:
        """Yield two names in a row that may be one person, where the registry does not say."""
        held = in_a_row(self.office)
        for early, late in pairwise(held):
            if not isinstance(early, Tenure) or not isinstance(late, Tenure):
                continue
            if (early.person is None or late.person is None) and may_be_one(early.name, late.name):
                yield self._of(late, _TWINS, other=early.name, line=self._tenure(early).line)

    def _present(self) -> tuple[Tenure, ...]:
        holder = holder_on(self.office, self.today)
        return holder.chain if holder is not None else ()

    def _left_out(self, networks: Sequence[str]) -> list[str]:
        neutral = {one.network for one in self.registry.directive.neutral_on(self.today)}
        wanted = [n for n in (*Network, *OtherNetwork) if n in SEARCHED and n not in neutral]
        return [network for network in wanted if network not in networks]

    def _days(self, key: str) -> int:
        entry: PolicyValue = self.registry.policy[key]
        assert isinstance(entry.value, int)
        return entry.value

    def _of(self, tenure: Tenure, sentence: str, **more: date | str | int) -> Upkeep:
        return Upkeep(
            self._tenure(tenure).line, Text(sentence, {"office": self.office.id, "name": tenure.name, **more})
        )

    def _tenure(self, tenure: Tenure) -> Node:
        nodes = self.node.children("tenures")
        place = next(n for n, one in enumerate(self.office.tenures) if one is tenure)
        return nodes[place] if place < len(nodes) else self.node

    @staticmethod
    def _line(node: Node, key: str, place: int) -> int:
        nodes = node.children(key)
        return nodes[place].line if place < len(nodes) else node.line


def may_be_one(early: str, late: str) -> bool:
    """Tell whether two names could be one person's: one is a part of the other, or only the family name is another."""
    one, other = (name.casefold().replace("ё", "е").replace(".", " ").split() for name in (early, late))
    if not one or not other:
        return False
    given = all(_same_part(a, b) for a, b in zip(one[1:], other[1:], strict=False))
    if one[0] == other[0]:
        return given
    return given and len(one) > 2 and one[1:] == other[1:]


def _same_part(one: str, other: str) -> bool:
    """Tell whether two parts of names are the same, or one is the other's initial."""
    return one == other or (min(len(one), len(other)) == 1 and one[0] == other[0])


_STALE = N_(
    "{office}: the newest evidence that {name} holds the office is of {date}: nothing is said of the holder any more. "
    "Add a newer source and known_as_of"
)
_STALE_SOON = N_(
    "{office}: the newest evidence that {name} holds the office is of {date} and counts until {last}. Look for a newer "
    "source"
)
_VACANT = N_("{office}: the newest evidence of the vacancy is of {date}. Add known_as_of, or who holds the office now")
_ENDED = N_("{office}: the term of {name} ended {date}, and nobody is on record after it. Add who followed")
_CONFIRM = N_(
    "{office}: {url} was confirmed on {date}, more than {days} days ago. Look again and write the new day and source "
    "into confirmed"
)
_SEARCH = N_("{office}: the newest search for pages of {name} is of {date}, too old for “not found”. Search again")
_SEARCH_MORE = N_("{office}: the search of {date} for pages of {name} left out {networks}. Search there too")
_TWINS = N_(
    "{office}: {name} may be the same person as {other} (line {line}). If so, write the same person: into both tenures"
)
