"""What a check is: one question, how it is judged, and everything that readers are shown of it."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any, Generic, Protocol

from pydantic import TypeAdapter

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import NN_, Sentence, Text
from auditor.checks.causes import CAUSES
from auditor.checks.finding import Blocker, Finding, HistoryFigure, ReportSection, V, Value, Values
from auditor.registry.models import Basis, PolicyValue, Registry

_DAYS = Sentence("days", *NN_("{n} day", "{n} days"))


class _HasRegistry(Protocol):
    """What a finding needs of a `Case`: the rules that it is judged by."""

    @property
    def registry(self) -> Registry: ...


def _nothing(_: Any) -> tuple[()]:
    return ()


def _none(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[V]):
    """One question: how it is judged, and what every reader is shown of it."""

    name: str
    """Its name in ``audit.json``: a contract."""
    order: int
    section: ReportSection
    title: str
    """The subject in two or three words."""
    label: str = ""
    """The subject before a cell that says the rest; empty: the title."""
    passed: str
    failed: str
    """The two titles of its outcomes, each a plain statement (docs/dev/sources.md, Honest wording)."""
    title_override: Callable[[Finding[V]], Text | None] = _none
    """The title of a finding that says more, or less, than its outcome's; None: the outcome's."""
    possible_titles: tuple[str, ...] = ()
    """All that `titled` can return, for what documents them."""
    question: str
    method: str
    """How it is measured, with formula and units; what is left out."""
    values: type[V]
    judge: Callable[[Any], Iterable[Finding[V]]]
    """Takes a `Case`."""

    policy_key: str | None = None
    """The policy's key that holds its threshold, basis and source."""
    own_basis: Basis | None = None
    """What the check itself rests on, where that is not its threshold's basis."""
    threshold: Callable[[PolicyValue], Text] | None = None
    """The threshold in words."""

    unrecognised: EvidenceKind | None = None
    """The kind of answer that tells most where a page was not recognised."""
    history_figures: tuple[HistoryFigure[V], ...] = ()
    """The figures that a history keeps of it."""
    report_notes: Callable[[Iterable[Finding[V]]], Iterable[Text]] = _nothing
    """What the method says of this report alone, from the findings about the offices, which come once."""

    def basis(self, policy: Mapping[str, PolicyValue]) -> Basis:
        """Return what the check rests on."""
        if self.own_basis is not None or self.policy_key is None:
            return self.own_basis or Basis.CONVENTION
        return policy[self.policy_key].basis

    def title_of(self, outcome: Outcome) -> str:
        """Return the title of an outcome, a sentence of the catalogue."""
        return {Outcome.PASSED: self.passed, Outcome.FAILED: self.failed}.get(outcome, self.title)

    @property
    def speaks_of_values(self) -> bool:
        """Whether `titled` or `told` may say anything: else no values need be read to say a finding."""
        return self.title_override is not _none or self.report_notes is not _nothing

    def title_for(self, finding: Finding[V]) -> Text:
        """Return the title of a finding: its own where the outcome's would claim more than was seen."""
        return self.title_override(finding) or Text(self.title_of(finding.outcome))

    def finding(
        self,
        case: _HasRegistry,
        outcome: Outcome,
        message: Text,
        values: V,
        *,
        cause: Cause | None = None,
        threshold: Value | list[int] = None,
        evidence: tuple[str, ...] = (),
    ) -> Finding[V]:
        """Make a finding about the office as a whole (`person.page_finding` makes one about a page of it)."""
        return Finding(
            check=self.name,
            outcome=outcome,
            message=message,
            basis=self.basis(case.registry.policy),
            values=values,
            threshold=threshold,
            cause=cause,
            evidence=evidence,
        )

    def cant_tell(
        self,
        case: _HasRegistry,
        cause: Cause,
        values: V | None = None,
        *,
        said: Text | None = None,
        evidence: tuple[str, ...] = (),
    ) -> Finding[V]:
        """Make the finding for what could not be told.

        Without `values` none is known; without `said` the cause says it.
        """
        known, message = self.values() if values is None else values, said or CAUSES[cause].sentence.fill()
        return self.finding(case, Outcome.CANT_TELL, message, known, cause=cause, evidence=evidence)

    def blocked_finding(self, case: _HasRegistry, obstacle: Blocker) -> Finding[V]:
        """Make the finding where nothing is judged, and nothing was looked at."""
        made = self.finding(case, obstacle.outcome, obstacle.message, self.values(), cause=obstacle.cause)
        return replace(made, nothing_measured=True)

    def read(self, values: Mapping[str, Any]) -> V:
        """Read values as a document holds them: keys that are missing are None, unknown ones are left aside.

        Raises `ValueError` for a value of another type.
        """
        return _reader(self.values).validate_json(json.dumps(values), strict=True)


_READERS: dict[type[Values], TypeAdapter[Any]] = {}


def _reader(values: type[V]) -> TypeAdapter[V]:
    if values not in _READERS:
        _READERS[values] = TypeAdapter(values)
    return _READERS[values]


def days(count: int) -> Text:
    """Say a number of days with the right form of the word."""
    return _DAYS.fill(n=count)


# All of them -------------------------------------------------------------------------------------------------------


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of this package: a check is found by where it is."""
    package = importlib.import_module("auditor.checks")
    return tuple(importlib.import_module(f"auditor.checks.{m.name}") for m in pkgutil.iter_modules(package.__path__))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Return every sentence that a finding can say, by its id: the constants of the modules."""
    return {sentence.id: sentence for module in modules() for sentence in _said_in(module)}


def _said_in(module: ModuleType) -> Iterator[Sentence]:
    for constant in vars(module).values():
        tables = constant.values() if isinstance(constant, dict) else (constant,)
        yield from (one for one in tables if isinstance(one, Sentence))
