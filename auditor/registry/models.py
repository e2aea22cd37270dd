"""The registry as data, and what follows from it: who held an office on a day, since when, by what deadline.

The first classes mirror ``officials.yaml`` (DESIGN.md section 6) and hold only what a source says. Its dates may be
partial or missing, so a start is a span of possible days: what follows from a span is said only if it holds for each
day in it.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from auditor.base.address import Address, web_address
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate, day_start

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Any other year is a typing mistake."""


def _in_range(value: date) -> None:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"the year {value.year} is not between {_FIRST_YEAR} and {_LAST_YEAR}; check it")


def _partial(value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value
    if isinstance(value, datetime):
        raise ValueError("this is a time; write the date alone")  # noqa: TRY004 - pydantic reports only ValueError
    if not isinstance(value, date | int | str) or isinstance(value, bool):
        raise ValueError("this is not a date; write 2021, 2021-12 or 2021-12-05")  # noqa: TRY004 - as above
    partial = PartialDate.parse(str(value))
    _in_range(partial.first)
    return partial


_Partial = Annotated[
    PartialDate,
    BeforeValidator(_partial),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, {"type": "integer", "minimum": 1900}]}
    ),
]
"""``2021``, ``2021-12`` or ``2021-12-05``, quoted or not."""


def _day(value: Any) -> Any:
    """Accept one form of a day only: pydantic would also read 86400 as 2 January 1970."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        raise ValueError(f"{value!r} is not a day; write it whole, like 2022-05-25")
    try:
        day = date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f"{value!r} is not a day of the calendar; write it like 2022-05-25") from None
    _in_range(day)
    return day


Day = Annotated[date, BeforeValidator(_day)]
"""A date known to the day, quoted or not."""


def _staff(value: Any) -> Any:
    """Read an id or a name in any of the pasted forms. A wrong one would silently leave answers out."""
    if isinstance(value, bool):
        raise ValueError("this is no account; write its number or its name")  # noqa: TRY004 - as above
    if not isinstance(value, str):
        return value
    text = value.strip()
    if "/" in text:
        return Address.parse(text).name
    if not re.fullmatch(r"@?[A-Za-z0-9_.]{1,32}|-?[0-9]{1,15}", text):
        raise ValueError(f"{value!r} is no account; write its number or its name")
    return text.removeprefix("@")


_Staff = Annotated[int | str, BeforeValidator(_staff)]
"""An account that answers on the owner's behalf: its number or its name, as it is pasted."""


_Website = Annotated[
    str,
    BeforeValidator(lambda value: web_address(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/@]+([/?#]\S*)?$"}),
]
"""The address of a page on the web."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, data: Any) -> Any:
        """Read an optional key with an empty value as if it were left out."""
        if not isinstance(data, dict):
            return data
        optional = {name for name, field in cls.model_fields.items() if not field.is_required()}
        return {key: value for key, value in data.items() if value is not None or key not in optional}


class Group(StrEnum):
    """What an office belongs to. Only the directive's own group is bound by it."""

    MUNICIPAL_HEAD = "municipal_head"
    CITY_DUMA = "city_duma"
    GOVERNOR = "governor"
    INSTITUTION = "institution"


class Basis(StrEnum):
    """Why a threshold is what it is (norms.md): binds these offices, binds others in Russia, or is ours."""

    NORM = "norm"
    ANALOGUE = "analogue"
    CONVENTION = "convention"


class AccountKind(StrEnum):
    """Whose page it is. Only a personal one satisfies the directive."""

    PERSONAL = "personal"
    INSTITUTION = "institution"


class PolicyValue(_Model):
    """A threshold with what it rests on."""

    value: int | float | bool | str | list[int] | None
    basis: Basis
    source: str
    note: str = ""


Policy = dict[str, PolicyValue]


class Directive(_Model):
    """The act whose observance is audited. `deadline` is the first moment that is too late."""

    title: str
    issuer: str
    issued: Day
    deadline: AwareDatetime
    binds: str
    source: str
    note: str = ""


class Control(_Model):
    """An account known to exist, or known not to, looked at in every run."""

    url: Address
    exists: bool
    note: str = ""


class Confirmation(_Model):
    """Who tied an account to the person, when and how."""

    on: Day
    how: str
    by: str = ""
    sources: list[str] = Field(default_factory=list)


class Rejection(_Model):
    """Who found that an account is not the person's, when and why: it is not shown as a lead again."""

    on: Day
    how: str
    by: str = ""
    sources: list[str] = Field(default_factory=list)


class Account(_Model):
    """An address on a network. A personal one that is neither `confirmed` nor `rejected` is a lead.

    A lead is shown to the operator and never judged; a rejected account is neither.
    """

    url: Address
    kind: AccountKind
    confirmed: Confirmation | None = None
    rejected: Rejection | None = None
    id: int | None = None
    staff: list[_Staff] = Field(default_factory=list)
    note: str = ""
    sources: list[str] = Field(default_factory=list)

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.url.network

    @property
    def judged(self) -> bool:
        """Tell whether checks may look at it: an institution's page, or a confirmed personal one."""
        return self.rejected is None and (self.kind is AccountKind.INSTITUTION or self.confirmed is not None)

    @property
    def lead(self) -> bool:
        """Tell whether a person still has to decide about it."""
        return self.rejected is None and not self.judged


class Report(_Model):
    """A press report that the holder's account exists or was opened, where no address is known.

    `opened_by`: it existed by the end of that date. `opened_on`: the source names the day or month of opening.
    `network` is None where the source names no network.
    """

    network: Network | None = None
    opened_by: _Partial | None = None
    opened_on: _Partial | None = None
    source: str
    note: str = ""


class Exemption(_Model):
    """A release from the directive: by whom, from when, until when, why. `until` left out: with the tenure."""

    by: str
    on: _Partial | None = None
    until: _Partial | None = None
    reason: str
    source: str


class Search(_Model):
    """A person's recorded search for the holder's accounts. Without one, "not found" may not be said."""

    on: Day
    by: str
    how: str
    found: str
    """``nothing``, or what was found."""


class Tenure(_Model):
    """One person in one office. Dates may be partial; the last of them that is known is `known_as_of`."""

    name: str
    """Family name first."""
    title: str | None = None
    since: _Partial | None = None
    until: _Partial | None = None
    acting: bool = False
    known_from: _Partial | None = None
    """Where `since` is not known: the earliest date at which a source has the person in office."""
    known_as_of: _Partial | None = None
    """The latest date at which a source has the person in office."""
    sources: list[str] = Field(default_factory=list)
    accounts: list[Account] = Field(default_factory=list)
    reports: list[Report] = Field(default_factory=list)
    exemptions: list[Exemption] = Field(default_factory=list)
    searches: list[Search] = Field(default_factory=list)
    note: str = ""


class Vacancy(_Model):
    """A time in which nobody holds the office."""

    since: _Partial
    until: _Partial | None = None
    source: str
    note: str = ""


class Region(_Model):
    """The region all offices lie in: for searching, never for judging."""

    name: str
    code: Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 99})] | None = None
    """The subject's number on car plates and in forms, which people put into addresses."""


class Office(_Model):
    """A post; it exists without a holder. Accounts here are the institution's, not a person's."""

    id: str
    municipality: str
    title: str
    group: Group
    website: _Website | None = None
    """The body's official site, where links to pages are looked for."""
    accounts: list[Account] = Field(default_factory=list)
    tenures: list[Tenure] = Field(default_factory=list)
    vacancies: list[Vacancy] = Field(default_factory=list)
    note: str = ""

    @field_validator("accounts")
    @classmethod
    def _institutions_only(cls, accounts: list[Account]) -> list[Account]:
        if any(account.kind is AccountKind.PERSONAL for account in accounts):
            raise ValueError("a personal account belongs to a person; move it into a tenure")
        return accounts


@dataclass(frozen=True, slots=True)
class _Written:
    """The file's text. It is left out of comparisons: registries with the same content are equal."""

    text: str = field(default="", compare=False, repr=False)


class Registry(_Model):
    """All of ``officials.yaml``. `policy` holds every key: those left out of the file take the packaged default."""

    _written: _Written = PrivateAttr(default_factory=_Written)

    timezone: str
    region: Region | None = None
    expects: dict[Group, int] = Field(default_factory=dict)
    directive: Directive
    policy: Policy = Field(default_factory=dict)
    controls: list[Control] = Field(default_factory=list)
    offices: list[Office]

    @property
    def text(self) -> str:
        """The text that it was read from; empty if there was none."""
        return self._written.text

    def written_as(self, text: str) -> Self:
        """Return the registry with the text that it was read from."""
        self._written = _Written(text)
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The zone that weeks and deadlines live in."""
        return ZoneInfo(self.timezone)

    def bound(self, office: Office) -> bool:
        """Tell whether the directive binds `office`."""
        return office.group == self.directive.binds


# What follows from it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """The person in an office on a day.

    `chain` are this person's consecutive tenures in the office up to that day, oldest first: an acting head who is
    then elected stays the same person with the same pages and does not become a newcomer again.
    """

    tenure: Tenure
    chain: tuple[Tenure, ...]
    predecessor: Tenure | None

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The person's accounts, each address once. Of two entries a decided one counts; of two of these, the later."""
        found: dict[str, Account] = {}
        for tenure in self.chain:
            for account in tenure.accounts:
                known = found.get(account.url.url)
                if known is None or (known.lead and not account.lead) or _later(account, known):
                    found[account.url.url] = account
        return tuple(found.values())

    @property
    def judged_accounts(self) -> tuple[Account, ...]:
        """The confirmed personal accounts: the only ones that are judged."""
        return tuple(a for a in self.accounts if a.kind == "personal" and a.judged)

    @property
    def institution_accounts(self) -> tuple[Account, ...]:
        """Institutions' pages listed with the person: shown, never counted as the person's."""
        return tuple(a for a in self.accounts if a.kind == "institution" and a.judged)

    @property
    def reports(self) -> tuple[Report, ...]:
        """Press reports that an account of this person exists or was opened."""
        return tuple(report for tenure in self.chain for report in tenure.reports)

    @property
    def searches(self) -> tuple[Search, ...]:
        """Recorded searches for this person's accounts."""
        return tuple(search for tenure in self.chain for search in tenure.searches)

    @property
    def took_office(self) -> tuple[date | None, date | None]:
        """The earliest and the latest day on which the person can have taken office; None is unbounded."""
        first = self.chain[0]
        if first.since is not None:
            return first.since.first, first.since.last
        known = first.known_from or first.known_as_of
        return None, known.last if known else None


def _later(account: Account, known: Account) -> bool:
    """Tell whether `account` is confirmed later than `known` is."""
    return account.confirmed is not None and known.confirmed is not None and account.confirmed.on > known.confirmed.on


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date | None
    what: Tenure | Vacancy


def _starts(tenure: Tenure) -> date | None:
    known = tenure.since or tenure.known_from or tenure.known_as_of
    return known.first if known else None


def _spans(office: Office) -> list[_Span]:
    starts: list[tuple[date, Tenure | Vacancy]] = []
    for tenure in office.tenures:
        begin = _starts(tenure)
        if begin is not None:  # a tenure without any date is on record, but covers no day
            starts.append((begin, tenure))
    starts += [(vacancy.since.first, vacancy) for vacancy in office.vacancies]
    starts.sort(key=lambda pair: pair[0])
    spans = []
    for place, (begin, what) in enumerate(starts):
        following = starts[place + 1][0] if place + 1 < len(starts) else None
        spans.append(_Span(begin, _ends(what, following), what))
    return spans


def _ends(what: Tenure | Vacancy, following: date | None) -> date | None:
    """Return the last day of a span: as written; else, if somebody followed, as far as sourced; else None."""
    if what.until is not None:
        return what.until.last
    if following is None:
        return None
    known = what.known_as_of if isinstance(what, Tenure) else None
    return min(known.last, following) if known else following - timedelta(days=1)


def _covering(office: Office, day: date) -> _Span | None:
    """Return the span that covers `day`; of several that share a boundary, the one that began last."""
    covering = [s for s in _spans(office) if s.first <= day and (s.last is None or day <= s.last)]
    return max(covering, key=lambda s: s.first, default=None)


def holder_on(office: Office, day: date) -> Holder | None:
    """Return who holds `office` on `day`, or None: vacant, or no holder on record for that day."""
    span = _covering(office, day)
    if span is None or not isinstance(span.what, Tenure):
        return None
    before = [s.what for s in _spans(office) if s.first <= span.first and s.what is not span.what]
    chain = [span.what]
    for what in reversed(before):
        if not isinstance(what, Tenure) or what.name != span.what.name:
            break
        chain.insert(0, what)
    others = [w for w in before if isinstance(w, Tenure) and w.name != span.what.name]
    return Holder(span.what, tuple(chain), others[-1] if others else None)


def vacancy_on(office: Office, day: date) -> Vacancy | None:
    """Return the vacancy that covers `day`, if one does."""
    span = _covering(office, day)
    return span.what if span is not None and isinstance(span.what, Vacancy) else None


def exemption_on(holder: Holder, day: date) -> Exemption | None:
    """Return the holder's exemption that holds on `day`. One without an end holds as long as the tenure."""
    for exemption in holder.tenure.exemptions:
        begun = exemption.on is None or exemption.on.first <= day
        if begun and (exemption.until is None or day <= exemption.until.last):
            return exemption
    return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The first moment that is too late for a person, UTC.

    `strict` and `lenient` differ if taking office is not known to the day: in time means before `strict`, late means
    after `lenient`. If `lenient` is None, the person cannot be called late.
    """

    strict: datetime
    lenient: datetime | None
    newcomer: bool = False
    """The person certainly took office so late that the deadline is a personal one."""


def deadline_of(registry: Registry, holder: Holder, newcomer_days: int) -> Deadline:
    """Return the holder's own deadline: the directive's, or `newcomer_days` after taking office if that is later.

    The day of taking office is not counted: since 2022-05-31, the last of 30 days is 2022-06-30 (DESIGN.md 5).
    """
    common = registry.directive.deadline
    first, last = holder.took_office

    def personal(day: date) -> datetime:
        return max(common, day_start(day + timedelta(days=newcomer_days + 1), registry.zone))

    strict = personal(first) if first is not None else common
    lenient = personal(last) if last is not None else None
    return Deadline(strict, lenient, newcomer=strict > common)


def office_urls(office: Office) -> set[str]:
    """Return the addresses of every account of the office and of all who held it; leads were never looked at."""
    people = (account for tenure in office.tenures for account in tenure.accounts)
    return {account.url.url for account in (*office.accounts, *people)}


def days_since(confirmation: Confirmation, day: date) -> int | None:
    """Return whole days from a confirmation to `day`; None if it was made later."""
    days = (day - confirmation.on).days
    return days if days >= 0 else None


def under_review(confirmation: Confirmation, day: date, valid_days: int) -> bool:
    """Tell whether a confirmation is older than `valid_days` on `day`. An account can change hands."""
    days = days_since(confirmation, day)
    return days is not None and days > valid_days
