"""``audit.json``: all findings of one week, and the only source of every report (docs/dev/design.md, section 9).

Times are UTC, written ``2026-11-22T17:00:00Z``. Keys named in docs/dev/design.md keep their name and meaning; the
others are what reports need besides.
"""

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
from auditor.registry.models import (
    Basis,
    Directive,
    Exemption,
    Policy,
    PressReport,
    RecordedSearch,
    Vacancy,
    is_voluntary_head,
    parse_network,
)

_Time = Annotated[datetime, PlainSerializer(format_time, return_type=str)]


class _AuditModel(BaseModel):
    model_config = ConfigDict(defer_build=True, frozen=True, use_attribute_docstrings=True)


def _omit_default(default: Any) -> Any:
    """Return a field that is written only if its value differs from the default."""
    return Field(default=default, exclude_if=lambda value: value == default)


class Change(StrEnum):
    """How the practice changed since the last audited week; neutral where either week is neither passed nor failed."""

    IMPROVEMENT = "improvement"
    REGRESSION = "regression"
    NEUTRAL = "neutral"


class AuditedControl(_AuditModel):
    """A control page as this week's run saw it."""

    network: str
    url: str
    expected: bool
    outcome: str
    route: str = ""
    cause: str | None = None


class AuditedRequests(_AuditModel):
    """Requests that the runs for this week made over one route. None: a run did not report them."""

    route: str
    made: int | None = None


class Facts(_AuditModel):
    """Facts that were seen of an account. None is "not known", never zero and never no."""

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
    """A judged account, or a page of the office itself. Leads are never in the document."""

    network: str
    url: str
    kind: str
    id: int | None = None
    confirmed: AuditedConfirmation | None = None
    since: date | None = _omit_default(None)
    """Of a page taken over from the holder before: the day from which it is this holder's."""
    under_review: bool = _omit_default(False)
    """The confirmation is older than the policy's `confirmation_valid_days`; the account is judged all the same."""
    renamed_to: str | None = _omit_default(None)
    """The address that the page, known by its id, has now. The registry still has the old one."""
    taken_over_by: int | None = _omit_default(None)
    """The id of another page that has the address now: nothing of it is judged or shown."""
    snapshot_at: _Time | None = None
    """The moment of the look that says most, whatever came of it."""
    seen_at: _Time | None = _omit_default(None)
    """The same, if the network answered: only then was the page checked."""
    route: str | None = None
    cause: str | None = None
    facts: Facts = Facts()


class AuditedFinding(_AuditModel):
    """One finding as JSON has it; `read` returns it typed.

    `message` is in the reader's language, and empty in a stored audit (`auditor.audit.localise`).
    """

    check: str
    network: str | None = None
    account: str | None = None
    outcome: str
    cause: str | None = None
    basis: str
    message: str = ""
    message_id: str = ""
    """The id of the message's sentence."""
    params: dict[str, Any] = _omit_default({})
    values: dict[str, Any] = {}
    threshold: Any = None
    evidence: list[str] = []

    @classmethod
    def of(cls, finding: Finding[Any]) -> Self:
        """Return a finding as the document has it, without texts."""
        keys = ("check", "network", "account", "outcome", "cause", "basis")
        return cls(
            **{key: getattr(finding, key) for key in keys},
            message_id=finding.message.id,
            params=params_to_json(finding.message.params),
            values=finding.values_to_json(),
            threshold=to_json_value(finding.threshold),
            evidence=list(dict.fromkeys(finding.evidence)),
        )

    @property
    def text(self) -> Text:
        """The message as a `Text`."""
        return text_from_json(self.message_id, self.params, sentences())

    def read(self, check: Check[V]) -> Finding[V]:
        """Return the finding of `check` with its typed values.

        Raises `ArchiveError` if they are malformed.
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
                network=parse_network(self.network) if self.network else None,
                account=self.account,
                evidence=tuple(self.evidence),
            )
        except ValueError:
            raise malformed_audit() from None


class AuditedEarlier(_AuditModel):
    """An earlier tenure of the holder without a break since: the deadline is counted from the first of them."""

    since: str | None = None
    known_from: str | None = None
    """In office by then at the latest; the first day is not known."""
    known_as_of: str | None = None
    acting: bool = False


class AuditedHolder(_AuditModel):
    """The holder at the week's end. `since` is as the registry has it: a year, a month or a day."""

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


class AuditedProof(_AuditModel):
    """Proof that a stored response is under the root of its run, by a Merkle tree as in RFC 6962."""

    leaf: str
    """The hash of the response's row in the archive's index, which holds its digest."""
    place: int
    """The index of the leaf among the run's leaves, from 0."""
    leaves: int
    path: list[str]
    """The hashes that are joined with the leaf, step by step: the side, a colon, the hash."""
    root: str
    run: int
    link: int
    """The number of the run's seal in the chain that ends in the seal of the audit."""


class AuditedEvidence(_AuditModel):
    """A stored response: the address, the time, and the digest of the body."""

    kind: str
    url: str
    at: _Time
    status: int | None
    sha256: str
    minimised: bool = _omit_default(False)
    proof: AuditedProof | None = _omit_default(None)
    """Given for the evidence of judged findings; None for others, and where no seal covers it."""


class AuditedDay(_AuditModel):
    """Posts and reposts of one calendar day of the week, over all personal accounts that were seen."""

    date: date
    posts: int
    reposts: int


class AuditedPost(_AuditModel):
    """A link to one of the official's posts or reposts of the week."""

    network: str
    url: str
    at: _Time
    repost: bool = _omit_default(False)
    comments: str = "unknown"


class AuditedWeek(_AuditModel):
    """One of the weeks up to this one, as it was judged then. None is "not known": no look, or it could not see."""

    week: str
    verdict: str | None = _omit_default(None)
    """None if no audit of that week is stored."""
    holder: str | None = _omit_default(None)
    """The holder in that week; another name than today's holder's means another person's record."""
    posts: int | None = _omit_default(None)
    """The number that `posts_per_week` compares with its threshold: `distinct`, own posts, the same words once."""
    reposts: int | None = _omit_default(None)
    due: int | None = _omit_default(None)
    """Questions that were due an answer."""
    in_time: int | None = _omit_default(None)
    """Of the questions due, those answered in time."""
    more: dict[str, int | None] = _omit_default({})
    """The figures of other checks, by the key that each declares."""
    from_look: bool = _omit_default(False)
    """No audit of that week is stored: `posts` and `reposts` were counted in looks after it, in time for it, that
    reach back over all of it."""


class AuditedStatement(_AuditModel):
    """A statement of the official or the press staff about a finding: shown with it, it changes no outcome."""

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
    """The office's id; None if it is about the whole report."""
    check: str | None = None
    text: str
    on: date
    source: str = ""


class AuditedMove(_AuditModel):
    """How a finding of the practice changed since the last audited week; neutral if holder, pages or rules differ."""

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
    """Why it is inapplicable or untested: exemption, vacancy, not_bound, no_directive, newcomer, not_due; no_holder,
    in_doubt, no_search, undecided, not_looked_at."""
    deadline: _Time | None = _omit_default(None)
    """The holder's own deadline where it differs from the directive's."""
    deadline_known: bool = True
    """False if the day of taking office is not known, so that no holder is called late."""
    accounts: list[AuditedAccount] = []
    findings: list[AuditedFinding] = []
    change: str = Change.NEUTRAL.value
    """How the practice changed, if all changed findings went one way. The verdict is never better or worse."""
    previous_verdict: str | None = None
    verdict_change: str | None = _omit_default(None)
    """Why the verdict differs from the last audited week's: deadline_passed, new_holder or record_changed; None
    where it is the same, or there is none."""
    moves: list[AuditedMove] = []
    """How each finding of the practice changed."""
    exemption: Exemption | None = _omit_default(None)
    vacancy: Vacancy | None = _omit_default(None)
    searches: list[RecordedSearch] = _omit_default([])
    reports: list[PressReport] = _omit_default([])
    days: list[AuditedDay] | None = None
    """None if the week's posts are not known; a day without posts has a zero."""
    posts: list[AuditedPost] = []
    history: list[AuditedWeek] = []
    """The last 26 weeks, oldest first, this one the last of them."""
    statements: list[AuditedStatement] = _omit_default([])
    evidence: dict[str, AuditedEvidence] = {}

    def proved(self) -> list[AuditedFinding]:
        """Return the findings that rest on stored responses and say something, green ones too."""
        outcomes = {"passed", "failed", "cantTell"}
        return [finding for finding in self.findings if finding.outcome in outcomes and finding.evidence]

    def read(self, check: Check[V], account: str | None = None) -> Finding[V] | None:
        """Return the finding of `check` about `account`, or about the office as a whole, typed.

        Raises `ArchiveError` if its values are malformed.
        """
        finding = self.finding(check.name, account)
        return finding.read(check) if finding is not None else None

    def finding(self, check: str, account: str | None = None) -> AuditedFinding | None:
        """Return the finding of the check of this name about `account`, or about the office as a whole, or None."""
        findings = (f for f in self.findings if f.check == check and f.account == account)
        return next((f for f in findings if account is not None or f.network is None), None)


class AuditedCheck(_AuditModel):
    """A check's own description, for the method in reports."""

    name: str
    title: str = ""
    question: str = ""
    method: str = ""
    basis: str
    threshold: str = ""
    told: str = ""
    """What the method adds about this report. The five texts are empty in a stored audit."""
    source: str
    left_out: int
    """Offices it applies to where it could not be judged this week."""
    applies: int


class Summary(_AuditModel):
    """Bound offices by outcome. `bound` is their number; the five others add up to it.

    Without a directive they are the municipal heads, of whom none can pass or fail.
    """

    bound: int
    passed: int = 0
    failed: int = 0
    cantTell: int = 0  # noqa: N815 - EARL's own spelling
    inapplicable: int = 0
    untested: int = 0


Cell = tuple[str, str, str | None]
"""What a finding is about: the office's id, the check's name, the account's address or None."""


class CellChangeReason(StrEnum):
    """Why a published cell differs now."""

    RULE = "rule_changed"
    """The policy, the directive as it is read, or the program changed."""
    REGISTRY = "registry"
    """The registry's record of the office, its holder or the pages changed."""
    EVIDENCE = "new_evidence"
    """A later look was added."""
    UNKNOWN = "unknown"


class AuditedCellChange(_AuditModel):
    """A finding whose outcome or cause differs from the week's published one."""

    office: str
    check: str
    account: str | None = None
    before: str | None = None
    """The outcome, and after a space the cause, if there was one; None if there was no such finding."""
    now: str | None = None
    why: CellChangeReason = CellChangeReason.UNKNOWN

    @property
    def cell(self) -> Cell:
        """The cell that differs."""
        return self.office, self.check, self.account


class AuditedRejudged(_AuditModel):
    """How a document that was judged again differs from the first stored audit of its week."""

    stored_as_of: _Time
    offices: list[str] = []
    """The ids of the offices whose verdict differs from the stored one, with those removed since."""
    before: dict[str, str] = {}
    """Their stored verdicts; an office that was not in the stored audit has none."""
    gone: dict[str, str] = {}
    """The municipalities of the offices that are no longer in the document."""
    tool_version: str = ""
    """The version of the program that made the first audit."""
    rules: list[str] = []
    """The rules that have changed since: keys of the policy, and ``directive.*``."""
    cells: list[AuditedCellChange] = []
    """The findings whose outcome or cause differs; figures may differ besides."""


class PendingDecisions(_AuditModel):
    """Counts of accounts, over all offices, that a person has to decide about."""

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
    """When the first audit of the week was made; None if this is the first."""
    week: str
    week_starts: _Time
    week_ends: _Time
    timezone: str
    closed: bool
    tool_version: str
    language: str = ""
    """The language of its texts; empty if it holds none."""
    synthetic: bool = False
    comments_purged_at: _Time | None = None
    """When retention removed the comments that this audit rests on; None while they are kept."""
    previous_week: str | None = None
    """None if no earlier week is audited, or if this one had no look and is not compared."""
    looked: bool = True
    """False if no look was made for this week up to `as_of`: findings then rest on the registry and earlier looks."""
    rejudged: AuditedRejudged | None = None
    """None if this is the stored audit, or none of its week was stored before."""
    version: int = 1
    """The version of this week's report: one more than it has corrections."""
    corrections: list[AuditedCorrection] = []
    """The corrections of this week, by number."""
    contact: str = ""
    """The address for statements and corrections; empty if none is set."""
    seal: str = ""
    """The hash of the seal of a stored audit: of this one or, if it is not stored, of the one it is compared with. It
    covers all that was stored up to then; `evidence verify --seal` takes it. Empty if no audit of the week was stored
    by then."""
    archive: str = ""
    """The hash of the first seal of the archive that holds the audit: the same in all of its weeks, and in no other
    archive. Empty if nothing was sealed."""
    title: str = _omit_default("")
    """What the registry calls the report; empty if it leaves that to the program."""
    group_names: dict[str, str] = _omit_default({})
    """What the registry calls groups of offices, where the program's names do not fit."""
    seats: dict[str, int] = {}
    """By group: how many members the body has, if the registry says that not all are on record."""
    directive: Directive | None
    """Its deadline is the first moment that is too late. None where the registry says that there is no directive."""
    policy: Policy
    """The thresholds that the week was judged by, each with what it rests on: as the registry had them."""
    controls: list[AuditedControl] = []
    requests: list[AuditedRequests] = []
    """By route; empty if no run for the week is known."""
    vantage: str = ""
    summary: Summary
    watch: PendingDecisions = PendingDecisions()
    offices: list[AuditedOffice] = []
    checks: list[AuditedCheck] = []

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Return the document of this text. Raises `ArchiveError` if it is damaged or of another form."""
        try:
            return cls.model_validate_json(text)
        except ValueError:
            raise malformed_audit() from None

    def counts(self, office: AuditedOffice) -> bool:
        """Return whether the figures count `office`: the directive binds it, or there is none and it is a head's."""
        return office.bound or is_voluntary_head(self.directive, office.group)

    def map_offices(self, change: Callable[[AuditedOffice], AuditedOffice]) -> Self:
        """Return the document with `change` applied to every office."""
        return self.model_copy(update={"offices": [change(office) for office in self.offices]})

    def to_json(self) -> str:
        """Return the document as JSON: in its own order, without spaces, a newline at the end."""
        return self.model_dump_json(by_alias=True) + "\n"

    def to_stored(self) -> str:
        """Return the document as an archive stores it: without seal, proofs, first moment and texts of a report."""
        return self.model_dump_json(by_alias=True, exclude=_ADDED_FOR_READERS) + "\n"


_ADDED_FOR_READERS: dict[str, Any] = {
    "archive": True,
    "first_as_of": True,
    "language": True,
    "seal": True,
    "checks": {"__all__": {"title", "question", "method", "threshold", "told"}},
    "offices": {"__all__": {"findings": {"__all__": {"message"}}, "evidence": {"__all__": {"proof"}}}},
}


def malformed_audit() -> ArchiveError:
    """Return the error for a stored audit that cannot be read. It quotes nothing of the audit, whatever it holds."""
    return ArchiveError(phrase("a stored audit has lost its form; `auditor evidence verify` names it, restore a copy"))
