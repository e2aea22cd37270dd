"""`Check`, the definition of a check: its question, how it is judged, and all that readers are shown of it."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from types import ModuleType
from typing import Any, Generic

from pydantic import TypeAdapter

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import NN_, PART, Sentence, Text
from auditor.checks.case import Case
from auditor.checks.causes import CAUSES
from auditor.checks.finding import Blocker, Finding, HeadlineFigure, HistoryFigure, ReportSection, V, Value
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.policy import Threshold

_DAYS = Sentence("days", *NN_("{n} day", "{n} days"), rests_on=PART)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[V]):
    """One question: how it is judged, and all that readers are shown of it."""

    name: str
    """Its name in ``audit.json``; part of the contract."""
    order: int
    """Where it stands among the checks in reports, tables and schema; of two with one number, the order of names."""
    section: ReportSection
    title: str
    """The subject in two or three words."""
    label: str = ""
    """The subject as a cell begins with it; empty: the title."""
    passed: str
    failed: str
    """The titles for its two outcomes, each a plain statement (docs/dev/sources.md, Honest wording)."""
    title_override: Callable[[Finding[V]], Text | None] | None = None
    """Return a title to show instead of the outcome's where that would claim too much; None keeps it."""
    possible_titles: tuple[str, ...] = ()
    """Every title that `title_override` can return, for the documentation."""
    question: str
    method: str
    """How it is measured, with formula and units, and what is left out."""
    values: type[V]
    judge: Callable[[Case], Iterable[Finding[V]]]
    """Return a case's findings."""

    threshold: Threshold | None = None
    """What its figure is compared with."""
    own_basis: Basis | None = None
    """What the check itself rests on, if that differs from its threshold's basis."""
    never_red: Callable[[Policy], Text | None] | None = None
    """Return why by the numbers of a policy it can never fail, or None."""

    unrecognised: EvidenceKind | None = None
    """The kind of response worth showing first if a page was not recognised."""
    rests_on_comments: bool = False
    """Whether its figures outlive the purge of a week's comments."""
    decided_by_search: bool = False
    """Whether a recorded search alone can decide it."""
    bar: str = ""
    """The value that is drawn as a bar; all bars of a table have one scale. A cell without a template shows it."""
    section_heading: str = ""
    """The heading of a section on the office's page with its values, marked by `N_`; empty: it has none."""
    lists_posts: bool = False
    """Whether the week's posts are listed beside its finding."""
    headline: HeadlineFigure[V] | None = None
    """Its figure of the week on the first page."""
    history_figures: tuple[HistoryFigure[V], ...] = ()
    """The figures that a history keeps of it."""
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """What its template calls, as functions and as filters."""
    report_notes: Callable[[Iterable[Finding[V]]], Iterable[Text]] | None = None
    """Return what the method adds about this report, from the findings about offices; they can be iterated once."""

    def basis(self, policy: Mapping[str, PolicyValue]) -> Basis:
        """Return what the check rests on."""
        value = self.policy_value(policy)
        return self.own_basis or (value.basis if value is not None else Basis.CONVENTION)

    def policy_value(self, policy: Mapping[str, PolicyValue]) -> PolicyValue | None:
        """Return its threshold in a policy; None if it has none, or the policy is another version's."""
        return policy.get(self.threshold.key) if self.threshold is not None else None

    def title_of(self, outcome: Outcome) -> str:
        """Return the title of an outcome, a message id for the translator."""
        return {Outcome.PASSED: self.passed, Outcome.FAILED: self.failed}.get(outcome, self.title)

    @property
    def reads_values(self) -> bool:
        """Whether `title_override` or `report_notes` are set: if not, values need not be read to show a finding."""
        return self.title_override is not None or self.report_notes is not None

    def title_for(self, finding: Finding[V]) -> Text:
        """Return the title of a finding: its own where the outcome's would claim more than was seen."""
        own_title = self.title_override(finding) if self.title_override is not None else None
        return own_title or Text(self.title_of(finding.outcome))

    def finding(
        self,
        case: Case,
        outcome: Outcome,
        message: Text,
        values: V,
        *,
        cause: Cause | None = None,
        threshold: Value | list[int] = None,
        evidence: tuple[str, ...] = (),
    ) -> Finding[V]:
        """Return a finding about the office as a whole (`person_judgement.page_finding` turns it into a page's)."""
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
        self, case: Case, cause: Cause, values: V | None = None, *, evidence: tuple[str, ...] = ()
    ) -> Finding[V]:
        """Return a `cantTell` finding with the cause's own sentence; without `values` all of them are None."""
        values, message = self.values() if values is None else values, CAUSES[cause].fill()
        return self.finding(case, Outcome.CANT_TELL, message, values, cause=cause, evidence=evidence)

    def blocked_finding(self, case: Case, blocker: Blocker) -> Finding[V]:
        """Return the finding of a subject that is not judged, without any values."""
        finding = self.finding(case, blocker.outcome, blocker.message, self.values(), cause=blocker.cause)
        return replace(finding, nothing_measured=True)

    def read(self, values: Mapping[str, Any]) -> V:
        """Return the values of a document as this check's class: missing keys take their default, unknown are ignored.

        Raises `ValueError` for a value of another type.
        """
        typed: V = _reader(self.values).validate_json(json.dumps(values), strict=True)
        return typed


_reader: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


def days(count: int) -> Text:
    """Return a count of days as a `Text` with the right plural."""
    return _DAYS.fill(n=count)


# All of them -------------------------------------------------------------------------------------------------------


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of this package; checks and sentences are discovered in them."""
    package = importlib.import_module("auditor.checks")
    return tuple(importlib.import_module(f"auditor.checks.{m.name}") for m in pkgutil.iter_modules(package.__path__))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Return every `Sentence` that a finding can use, by its id: the constants of the modules."""
    return {sentence.id: sentence for module in modules() for sentence in _sentences_in(module)}


def _sentences_in(module: ModuleType) -> Iterator[Sentence]:
    for constant in vars(module).values():
        constants = constant.values() if isinstance(constant, dict) else (constant,)
        yield from (sentence for sentence in constants if isinstance(sentence, Sentence))
