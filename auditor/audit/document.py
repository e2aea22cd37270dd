"""``audit.json``: all findings of one week, and the only source of every report (docs/dev/design.md, section 9).

Times are UTC and written ``2026-11-22T17:00:00Z``. Keys named in docs/dev/design.md keep their name and meaning; the
others are what the page needs besides.
"""

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer

from auditor.base.errors import ArchiveError
from auditor.base.snapshot import Cause, Outcome
from auditor.base.text import Text, format_time, params_to_json, phrase, text_from_json
from auditor.checks.definition import Check, sentences
from auditor.checks.finding import Finding, V, to_json_value
from auditor.registry.models import Basis, Policy, nothing, some_network

_Time = Annotated[datetime, PlainSerializer(format_time, return_type=str)]

AuditedPolicy = Policy
"""The thresholds that the week was judged by, each with what it rests on: as the registry had them."""


class _AuditModel(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, use_attribute_docstrings=True)


def _omit_default(default: Any) -> Any:
    """Declare a field that is written only where it says something else than its default."""
    return Field(default=default, exclude_if=lambda value: value == default)


class Change(StrEnum):
    """Of the practice against the last audited week; neutral where either side is not passed or failed."""

    IMPROVEMENT = "improvement"
    REGRESSION = "regression"
    NEUTRAL = "neutral"


class AuditedNeutral(_AuditModel):
    """A network from which silence and absence are no fault from a day on."""

    network: str
    since: date
    reason: str
    source: str


class AuditedDirective(_AuditModel):
    """The act, with its deadline: the first moment that is too late."""

    title: str
    issuer: str
    issued: date
    deadline: _Time
    binds: str
    source: str
    neutral: list[AuditedNeutral] = Field(default_factory=nothing)
    note: str = ""


class AuditedControl(_AuditModel):
    """What this week's run saw of a control."""

    network: str
    url: str
    expected: bool
    outcome: str
    route: str = ""
    cause: str | None = None


class AuditedRequests(_AuditModel):
    """What the runs for this week asked by one route. None: a run told nothing of it, so the sum is not known."""

    route: str
    made: int | None = None


class Facts(_AuditModel):
    """What was seen of an account. None is "not known", never zero and never no."""

    exists: bool | None = None
    verified: bool | None = None
    subscribers: int | None = None
    opened_at: _Time | None = None
    opened_precision: str | None = None
    comments: str = "unknown"
    kind: str | None = None


class AuditedConfirmation(_AuditModel):
    """How an account was tied to the person."""

    on: date
    how: str
    sources: list[str] = []


class AuditedAccount(_AuditModel):
    """A judged account or an institution's page. Leads are never in the document."""

    network: str
    url: str
    kind: str
    id: int | None = None
    confirmed: AuditedConfirmation | None = None
    under_review: bool = _omit_default(False)
    """The confirmation is older than the policy's `confirmation_valid_days`; the account is judged all the same."""
    renamed_to: str | None = _omit_default(None)
    """The address under which the page, known by its number, is now. The registry has still the old one."""
    taken_over_by: int | None = _omit_default(None)
    """The number of another page that is under the address now: nothing of it is judged or shown."""
    snapshot_at: _Time | None = None
    route: str | None = None
    cause: str | None = None
    facts: Facts = Facts()


class AuditedFinding(_AuditModel):
    """One finding as JSON has it; `read` gives it back typed.

    `message` is in the reader's language, and empty in what an archive keeps (`auditor.audit.localise`).
    """

    check: str
    network: str | None = None
    account: str | None = None
    outcome: str
    cause: str | None = None
    basis: str
    message: str = ""
    message_id: str = ""
    """Which sentence the message is."""
    params: dict[str, Any] = _omit_default({})
    values: dict[str, Any] = {}
    threshold: Any = None
    evidence: list[str] = []

    @classmethod
    def of(cls, finding: Finding[Any]) -> Self:
        """Write a finding down, without words."""
        return cls(
            check=finding.check,
            network=finding.network.value if finding.network else None,
            account=finding.account,
            outcome=finding.outcome.value,
            cause=finding.cause.value if finding.cause else None,
            basis=finding.basis.value,
            message_id=finding.message.id,
            params=params_to_json(finding.message.params),
            values=finding.values_to_json(),
            threshold=to_json_value(finding.threshold),
            evidence=list(dict.fromkeys(finding.evidence)),
        )

    @property
    def text(self) -> Text:
        """The message as a text."""
        return text_from_json(self.message_id, self.params, sentences())

    def read(self, check: Check[V]) -> Finding[V]:
        """Return the finding of `check` with its typed values.

        Raises `ArchiveError` where they have lost their form.
        """
        try:
            return Finding(
                check=self.check,
                outcome=Outcome(self.outcome),
                message=self.text,
                basis=Basis(self.basis),
                values=check.read(self.values),
                nothing_measured=not self.values,
                threshold=self.threshold,
                cause=Cause(self.cause) if self.cause else None,
                network=some_network(self.network) if self.network else None,
                account=self.account,
                evidence=tuple(self.evidence),
            )
        except ValueError:
            raise malformed_audit() from None


class AuditedEarlier(_AuditModel):
    """A tenure of the same person in the same office right before: the deadline is counted from the first of them."""

    since: str | None = None
    known_from: str | None = None
    """In office by then at the latest; the first day is not known."""
    known_as_of: str | None = None
    acting: bool = False


class AuditedHolder(_AuditModel):
    """Who holds the office at the week's end. `since` is as the registry has it: a year, a month or a day."""

    name: str
    since: str | None = None
    acting: bool = False
    known_from: str | None = _omit_default(None)
    """Where `since` is not known: in office by then at the latest."""
    known_as_of: str | None = _omit_default(None)
    newcomer: bool = _omit_default(False)
    changed_in_week: bool = _omit_default(False)
    predecessor: str | None = _omit_default(None)
    earlier: list[AuditedEarlier] = _omit_default([])
    """Oldest first."""
    sources: list[str] = []


class AuditedExemption(_AuditModel):
    """A release from the directive that holds in the week."""

    by: str
    on: str | None = None
    until: str | None = None
    reason: str
    source: str


class AuditedVacancy(_AuditModel):
    """A time without a holder that covers the week's end."""

    since: str
    until: str | None = None
    source: str


class AuditedSearch(_AuditModel):
    """A person's recorded search for accounts."""

    on: date
    by: str
    how: str
    networks: list[str] = Field(default_factory=nothing)
    found: str


class AuditedReport(_AuditModel):
    """A dated press report that an account exists or was opened."""

    network: str | None = None
    opened_by: str | None = None
    opened_on: str | None = None
    source: str


class AuditedProof(_AuditModel):
    """An answer's place under the root of the run that stored it, by a Merkle tree as in RFC 6962."""

    leaf: str
    """The hash of the answer's row in the archive's index, which holds its digest."""
    place: int
    """Which of the run's leaves it is, from 0."""
    leaves: int
    path: list[str]
    """What is joined with the leaf, step by step: the side, a colon, the hash."""
    root: str
    run: int
    link: int
    """The number of the run's seal in the chain that ends in the seal of the audit."""


class AuditedEvidence(_AuditModel):
    """A stored answer: what was asked, when, and the digest of what came."""

    kind: str
    url: str
    at: _Time
    status: int | None
    sha256: str
    minimised: bool = _omit_default(False)
    proof: AuditedProof | None = _omit_default(None)
    """Shown of what a finding rests on that fails or is disputed; None for others, and where no seal covers it."""


class AuditedDay(_AuditModel):
    """Posts and reposts of one calendar day of the week, over all personal accounts that were seen."""

    date: date
    posts: int
    reposts: int


class AuditedPost(_AuditModel):
    """A link to one of the official's own posts of the week."""

    network: str
    url: str
    at: _Time
    repost: bool = _omit_default(False)
    comments: str = "unknown"


PAST_FIELDS = frozenset({"posts", "reposts", "due", "in_time"})
"""The figures of a history that have a name of their own in the document."""


class AuditedWeek(_AuditModel):
    """One of the weeks up to this one, as it was judged then. None is "not known": no look, or it could not see."""

    week: str
    verdict: str | None = _omit_default(None)
    """None: no audit of that week is stored."""
    holder: str | None = _omit_default(None)
    """Who held the office in that week; another name than today's holder is another person's record."""
    posts: int | None = _omit_default(None)
    """The number that `posts_per_week` holds against its threshold: `distinct`, own posts with one text once."""
    reposts: int | None = _omit_default(None)
    due: int | None = _omit_default(None)
    """Questions that were due an answer, and of them those answered in time."""
    in_time: int | None = _omit_default(None)
    more: dict[str, int | None] = _omit_default({})
    """What other checks keep, by the key that each declares."""
    from_look: bool = _omit_default(False)
    """No audit of that week is stored: `posts` and `reposts` were counted in a later look that reaches back over all
    of it."""

    def figure(self, key: str) -> int | None:
        """Return what a check keeps under this key (`Past`); None is "not known"."""
        return getattr(self, key) if key in PAST_FIELDS else self.more.get(key)


class AuditedStatement(_AuditModel):
    """What the official, or the press staff, says about a finding: it is shown with it and changes no outcome."""

    week: str
    text: str
    who: str
    on: date
    until: date | None = None
    """The last day on which it is shown."""
    source: str


class AuditedCorrection(_AuditModel):
    """A public correction of a report of `week`."""

    number: int
    """Counts from 1 over all weeks."""
    week: str
    office: str | None = None
    """The office's id; None: of the whole report."""
    check: str | None = None
    text: str
    on: date
    source: str = ""


class AuditedMove(_AuditModel):
    """What became of one finding of the practice since the last audited week of the same holder and pages."""

    check: str
    change: str = _omit_default(Change.NEUTRAL.value)


class AuditedOffice(_AuditModel):
    """One office in one week."""

    id: str
    municipality: str
    title: str
    group: str
    bound: bool
    holder: AuditedHolder | None = None
    verdict: str
    verdict_cause: str | None = _omit_default(None)
    verdict_reason: str | None = None
    """Why it is inapplicable or untested: exemption, vacancy, not_bound, newcomer, not_due; no_holder, in_doubt,
    no_search, undecided, not_looked_at."""
    deadline: _Time | None = _omit_default(None)
    """The holder's own deadline where it differs from the directive's."""
    deadline_known: bool = True
    """False: the day of taking office is not known, so nobody is said to be late."""
    accounts: list[AuditedAccount] = []
    findings: list[AuditedFinding] = []
    change: str = Change.NEUTRAL.value
    """Of the practice, where all findings that moved went one way. The directive's verdict is never better or worse."""
    previous_verdict: str | None = None
    verdict_change: str | None = _omit_default(None)
    """What made the verdict another than last week's: deadline_passed, new_holder or record_changed; None where it is
    the same, or there is none."""
    moves: list[AuditedMove] = []
    """What became of each finding of the practice."""
    exemption: AuditedExemption | None = _omit_default(None)
    vacancy: AuditedVacancy | None = _omit_default(None)
    searches: list[AuditedSearch] = _omit_default([])
    reports: list[AuditedReport] = _omit_default([])
    days: list[AuditedDay] | None = None
    """None where the week's posts could not be told; a day without posts is a zero."""
    posts: list[AuditedPost] = []
    history: list[AuditedWeek] = []
    """The last 26 weeks, oldest first, this one the last of them."""
    statements: list[AuditedStatement] = _omit_default([])
    evidence: dict[str, AuditedEvidence] = {}

    def contested(self) -> list[AuditedFinding]:
        """Return the findings of which a reader may want the proof: those that fail, and all that a statement is of."""
        told = {"passed", "failed", "cantTell"} if self.statements else {"failed"}
        return [finding for finding in self.findings if finding.outcome in told and finding.evidence]

    def read(self, check: Check[V], account: str | None = None) -> Finding[V] | None:
        """Return the finding of `check` about `account`, or about the office as a whole, typed.

        Raises `ArchiveError` where its values have lost their form.
        """
        found = self.finding(check.name, account)
        return found.read(check) if found is not None else None

    def read_all(self, check: Check[V]) -> list[Finding[V]]:
        """Return all findings of `check`, of the office and of its pages, in the document's order."""
        return [found.read(check) for found in self.findings if found.check == check.name]

    def finding(self, check: str, account: str | None = None) -> AuditedFinding | None:
        """Return the finding of the check of this name about `account`, or about the office as a whole."""
        return next(
            (
                f
                for f in self.findings
                if f.check == check and f.account == account and (account is not None or f.network is None)
            ),
            None,
        )


class AuditedCheck(_AuditModel):
    """A check's own description, for the page's method: nothing there is written twice."""

    name: str
    title: str = ""
    question: str = ""
    method: str = ""
    basis: str
    threshold: str = ""
    told: str = ""
    """What the method says of this report alone. The five are words, and empty in what an archive keeps."""
    source: str
    left_out: int
    """Offices (of those it applies to) where it could not be told this week."""
    applies: int


class Summary(_AuditModel):
    """Bound offices by outcome. `bound` is their number; the five others add up to it."""

    bound: int
    passed: int = 0
    failed: int = 0
    cantTell: int = 0  # noqa: N815 - EARL's own spelling
    inapplicable: int = 0
    untested: int = 0


class CellChangeReason(StrEnum):
    """What made a published cell another."""

    RULE = "rule_changed"
    """The policy, the directive as it is read, or the program."""
    REGISTRY = "registry"
    """What the registry says of the office, its holder or the pages."""
    EVIDENCE = "new_evidence"
    """A later look."""
    UNKNOWN = "unknown"


class AuditedCellChange(_AuditModel):
    """A finding that says another thing than it did when the week was published."""

    office: str
    check: str
    account: str | None = None
    before: str | None = None
    """The outcome, and after a space the cause, if there was one; None: there was no such finding."""
    now: str | None = None
    why: CellChangeReason = CellChangeReason.UNKNOWN


class AuditedRejudged(_AuditModel):
    """How a document that was judged anew differs from the audit that was stored of its week first."""

    stored_as_of: _Time
    offices: list[str] = []
    """The ids of the offices whose verdict is another than the stored one, those left out since among them."""
    before: dict[str, str] = {}
    """Their stored verdicts; an office that was not in the stored audit has none."""
    gone: dict[str, str] = {}
    """The municipalities of the offices that are not in the document any more."""
    tool_version: str = ""
    """The program's version by which the first was made."""
    rules: list[str] = []
    """The rules that are others since: keys of the policy, and ``directive.*``."""
    cells: list[AuditedCellChange] = []
    """The findings whose outcome or cause is another; their figures may differ besides."""


class PendingDecisions(_AuditModel):
    """Accounts of all offices about which a person has to decide."""

    under_review: int = 0
    renamed: int = 0
    taken_over: int = 0


class Audit(_AuditModel):
    """One week's audit."""

    model_config = ConfigDict(defer_build=True, frozen=True, populate_by_name=True)

    schema_: Literal["auditor/audit/2"] = Field("auditor/audit/2", alias="schema")
    as_of: Annotated[_Time, AfterValidator(lambda moment: moment.replace(microsecond=0))]
    """In whole seconds, as it is written: a table made now is the same as one made of the document."""
    first_as_of: _Time | None = None
    """When the first audit of the week was made; None: this is the first."""
    week: str
    week_starts: _Time
    week_ends: _Time
    timezone: str
    closed: bool
    tool_version: str
    language: str = ""
    """Of the words; empty where the document holds none."""
    synthetic: bool = False
    comments_purged_at: _Time | None = None
    """When retention removed the comments that this audit was made of; None while they are there."""
    previous_week: str | None = None
    """None: no earlier week is audited, or this one had no look and is not compared."""
    looked: bool = True
    """False: no look was made for this week up to `as_of`; what is judged rests on the registry and earlier looks."""
    rejudged: AuditedRejudged | None = None
    """None: this is the audit that was stored, or none of its week was before."""
    version: int = 1
    """Of this week's report: one more than it has corrections."""
    corrections: list[AuditedCorrection] = []
    """Those of this week, by number."""
    contact: str = ""
    """Where statements and corrections are to be sent; empty: no address is set."""
    seal: str = ""
    """The hash of the seal of the stored audit that this one is or is compared with: everything stored up to it hangs
    on this hash, and `evidence verify --seal` takes it. Empty: no audit of the week was stored by then."""
    seats: dict[str, int] = {}
    """By group: how many members the body has, where the registry says that not all are on record."""
    directive: AuditedDirective
    policy: AuditedPolicy
    controls: list[AuditedControl] = []
    requests: list[AuditedRequests] = []
    """By route; empty where no run for the week is known."""
    vantage: str = ""
    summary: Summary
    watch: PendingDecisions = PendingDecisions()
    offices: list[AuditedOffice] = []
    checks: list[AuditedCheck] = []

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a stored document. Raises `ArchiveError` where it is none: it was damaged, or is of another form."""
        try:
            return cls.model_validate_json(text)
        except ValueError:
            raise malformed_audit() from None

    def map_offices(self, change: Callable[[AuditedOffice], AuditedOffice]) -> Self:
        """Return the document with every office changed."""
        return self.model_copy(update={"offices": [change(office) for office in self.offices]})

    def to_json(self) -> str:
        """Write the document: in its own order, without spaces, a newline at the end."""
        return self.model_dump_json(by_alias=True) + "\n"

    def to_stored(self) -> str:
        """Write the document as an archive keeps it: without its seal, first moment and words, which a report adds."""
        return json.dumps(self.model_dump(mode="json", by_alias=True, exclude=_SHOWN), ensure_ascii=False) + "\n"


_SHOWN: dict[str, Any] = {
    "first_as_of": True,
    "language": True,
    "seal": True,
    "checks": {"__all__": {"title", "question", "method", "threshold", "told"}},
    "offices": {"__all__": {"findings": {"__all__": {"message"}}, "evidence": {"__all__": {"proof"}}}},
}


def malformed_audit() -> ArchiveError:
    """Return the error of a stored audit that cannot be read; what it holds is left out: it may be anything."""
    return ArchiveError(phrase("a stored audit has lost its form; `auditor evidence verify` names it, restore a copy"))
