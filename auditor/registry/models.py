"""The registry as data, and what follows from it: who held an office on a day, since when, by what deadline.

The first classes mirror ``officials.yaml`` (DESIGN.md section 6) and hold only what a source says. Its dates may be
partial or missing, so a start is a span of possible days: what follows from a span is said only if it holds for each
day in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    PrivateAttr,
    Tag,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from auditor.base.address import Address, web_address
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate, day_start

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Any other year is a typing mistake."""


def nothing() -> list[Any]:
    """Return an empty list. To learn what `list` itself takes, pydantic parses its documentation for every field."""
    return []


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


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return a model's keys as the file spells them, in the order of writing."""
    return [field.alias or name for name, field in model.model_fields.items()]


class _Model(BaseModel):
    # The docstring of a key is also its help in editors (`auditor.registry.schema`).
    model_config = ConfigDict(
        defer_build=True,
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _empty_is_left_out(cls, data: Any) -> Any:
        """Read an optional key with an empty value as if it were left out."""
        if not isinstance(data, dict):
            return data
        optional = {field.alias or name for name, field in cls.model_fields.items() if not field.is_required()}
        return {key: value for key, value in data.items() if value is not None or key not in optional}


class OtherNetwork(StrEnum):
    """A network that the program does not look at: what is there counts by a dated source (DESIGN.md section 5)."""

    OK = "ok"
    MAX = "max"
    OTHER = "other"


_OTHER_HOSTS = {
    "ok.ru": OtherNetwork.OK,
    "odnoklassniki.ru": OtherNetwork.OK,
    "max.ru": OtherNetwork.MAX,
    "web.max.ru": OtherNetwork.MAX,
}


def other_network(url: Any) -> OtherNetwork | None:
    """Return the network of an address that the program does not look at; None for any that it does not know."""
    host = re.match(r"(?:https?://)?(?:www\.|m\.)?([^/?#:]+)", str(url).strip().lower())
    return _OTHER_HOSTS.get(host[1].rstrip(".")) if host else None


SomeNetwork = Network | OtherNetwork
"""A network that the program looks at, or another one."""


def some_network(text: Any) -> SomeNetwork:
    """Return the network with this key. Raises `ValueError` with a sentence that says how to mend it."""
    known: list[SomeNetwork] = [*Network, *OtherNetwork]
    found = next((network for network in known if network == text), None)
    if found is None:
        raise ValueError(f"{text!r} is no network; write one of {', '.join(known)}")
    return found


AnyNetwork = Annotated[SomeNetwork, BeforeValidator(some_network)]

SEARCHED = frozenset({*Network, OtherNetwork.OK, OtherNetwork.MAX})
"""The networks that a search must name before "not found" may be said; a neutral one may be left out."""


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

    value: int | float | bool | str | None = Field(examples=[3])
    """The threshold."""
    basis: Basis = Field(examples=["analogue"])
    """norm binds these offices; analogue binds others in Russia; convention is the audit's own."""
    source: str
    """What it rests on."""
    note: str = ""
    """A remark for readers."""

    @property
    def number(self) -> int:
        """The value where it is a whole number."""
        assert isinstance(self.value, int)
        return self.value


Policy = dict[str, PolicyValue]


class Neutral(_Model):
    """A network from which silence and absence are no fault from a day on, and why."""

    network: AnyNetwork = Field(examples=["telegram"])
    """The network's key."""
    since: Day = Field(examples=["2025-06-01"])
    """The first day from which silence and absence there are no fault."""
    reason: str
    """Why, as the report says it."""
    source: str
    """The act, or where it was published."""


class Directive(_Model):
    """The act whose observance is audited. `deadline` is the first moment that is too late."""

    title: str = Field(examples=["Поручение завести личные страницы"])
    """What the report calls the act."""
    issuer: str
    """Who issued it."""
    issued: Day = Field(examples=["2022-05-25"])
    """The day it was issued."""
    deadline: AwareDatetime = Field(examples=["2022-06-01"])
    """The first moment too late: a day (its midnight), a local time, or one with an offset."""
    binds: str = Field(examples=["municipal_head"])
    """The group of offices it binds."""
    source: str
    """Where it was published."""
    neutral: list[Neutral] = Field(default_factory=nothing)
    """Networks from which silence and absence are no fault from a day on."""
    note: str = ""
    """A remark for readers."""

    def neutral_on(self, day: date) -> tuple[Neutral, ...]:
        """Return the networks whose silence and absence are no fault on `day`, each with its source."""
        return tuple(one for one in self.neutral if one.since <= day)


class Control(_Model):
    """An account known to exist, or known not to, looked at in every run."""

    url: Address = Field(examples=["https://t.me/telegram"])
    """The account's address, in any form that people paste."""
    exists: bool = Field(examples=[True])
    """Whether it is known to exist."""
    note: str = ""
    """A remark for operators."""


class _Decision(_Model):
    on: Day = Field(examples=["2026-11-24"])
    """The day of the decision."""
    how: str
    """How that was found out."""
    by: str = ""
    """Who decided."""
    sources: list[str] = Field(default_factory=nothing)
    """Where that can be seen."""


class Confirmation(_Decision):
    """Who tied an account to the person, when and how."""

    of: _Partial | None = Field(None, examples=["2025-07"])
    """The source's own date: evidence that the person held the office then."""


class Rejection(_Decision):
    """Who found that an account is not the person's, when and why: it is not shown as a lead again."""


class _Page(_Model):
    url: Address | str
    kind: AccountKind = Field(examples=["personal"])
    """personal or institution. Only a personal one satisfies the directive."""
    confirmed: Confirmation | None = None
    """Who tied it to the person, when and how. Without it the account is a lead, never judged."""
    rejected: Rejection | None = None
    """Who found that it is not the person's, when and why. It is never judged nor shown as a lead."""
    note: str = ""
    """A remark for readers."""
    sources: list[str] = Field(default_factory=nothing)
    """Where the address is published."""

    @property
    def judged(self) -> bool:
        """Tell whether it counts: an institution's page, or a confirmed personal one."""
        return self.rejected is None and (self.kind is AccountKind.INSTITUTION or self.confirmed is not None)

    @property
    def lead(self) -> bool:
        """Tell whether a person still has to decide about it."""
        return self.rejected is None and not self.judged


class Account(_Page):
    """An address on a network. A personal one that is neither `confirmed` nor `rejected` is a lead.

    A lead is shown to the operator and never judged; a rejected account is neither.
    """

    url: Address = Field(examples=["https://t.me/name"])
    """The account's address, in any form that people paste."""
    id: int | None = None
    """The network's own number, once known; a VK community's is negative."""
    staff: list[_Staff] = Field(default_factory=nothing)
    """Numbers or names of accounts that answer on the owner's behalf."""

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.url.network


class OtherAccount(_Page):
    """A person's or a body's page on a network that the program does not look at: it counts by its source alone."""

    url: _Website = Field(examples=["https://ok.ru/profile/1"])
    """The page's address on a network that the program does not look at."""
    network: OtherNetwork = Field(examples=["other"])
    """The network's key; known from the address for ok.ru and max.ru."""

    @model_validator(mode="before")
    @classmethod
    def _network_of_host(cls, data: Any) -> Any:
        """Take the network from the address where it is not written."""
        if not isinstance(data, dict) or data.get("network") is not None:
            return data
        return {**data, "network": other_network(data.get("url"))}

    @model_validator(mode="after")
    def _not_looked_at(self) -> Self:
        """Refuse a page that the program can look at: it would count without a look."""
        try:
            address = Address.parse(self.url)
        except ValueError:
            return self
        raise ValueError(f"{address} is on {address.network.facts.name}; take `network` out, so that it is looked at")


def _looked_at(data: Any) -> str:
    """Tell a page that the program looks at from one elsewhere: by what the entry says, else by its address."""
    if not isinstance(data, dict):
        return "elsewhere" if isinstance(data, OtherAccount) else "looked_at"
    elsewhere = data.get("network") in set(OtherNetwork) or other_network(data.get("url")) is not None
    return "elsewhere" if elsewhere else "looked_at"


Listed = Annotated[
    Annotated[Account, Tag("looked_at")] | Annotated[OtherAccount, Tag("elsewhere")], Discriminator(_looked_at)
]
"""An account as the registry lists it, on whatever network."""


class Report(_Model):
    """A press report that the holder's account exists or was opened, where no address is known.

    `opened_by`: it existed by the end of that date. `opened_on`: the source names the day or month of opening.
    `network` is None where the source names no network.
    """

    network: AnyNetwork | None = Field(None, examples=["telegram"])
    """The network's key; left out where the source names none."""
    opened_by: _Partial | None = Field(None, examples=["2022-05-26"])
    """The account existed by the end of this date."""
    opened_on: _Partial | None = Field(None, examples=["2022-06-01"])
    """The source names the day or month of opening."""
    source: str
    """The publication."""
    note: str = ""
    """A remark for readers."""


class Exemption(_Model):
    """A release from the directive: by whom, from when, until when, why. `until` left out: with the tenure."""

    by: str
    """Who granted it."""
    on: _Partial | None = None
    """When."""
    until: _Partial | None = None
    """Its last day; left out, it ends with the tenure."""
    reason: str
    """Why, as reported."""
    source: str
    """The publication."""


_NOTHING = "nothing"


class Search(_Model):
    """A person's recorded search for the holder's accounts. Without one, "not found" may not be said."""

    on: Day = Field(examples=["2026-11-24"])
    """The day of the search."""
    by: str
    """Who searched."""
    how: str
    """Where and how."""
    networks: list[AnyNetwork] = Field(default_factory=nothing, examples=[["vk", "telegram", "ok", "max"]])
    """Where the person searched. «Not found» needs every network of the example, a neutral one aside."""
    found: str = Field(examples=["nothing"])
    """`nothing`, or what was found."""

    @field_validator("found")
    @classmethod
    def _nothing_is_one_word(cls, found: str) -> str:
        return _NOTHING if found.strip().casefold() == _NOTHING else found

    @property
    def found_nothing(self) -> bool:
        """Tell whether the search found no page that may be the holder's."""
        return self.found == _NOTHING


class Tenure(_Model):
    """One person in one office. Dates may be partial; the last of them that is known is `known_as_of`."""

    name: str = Field(examples=["Имярек Анна Андреевна"])
    """The person, family name first."""
    title: str | None = None
    """The office's name for this person, where it differs."""
    since: _Partial | None = Field(None, examples=["2021-12"])
    """Taking office: a year, a month or a day."""
    until: _Partial | None = Field(None, examples=["2023-09-18"])
    """Leaving it."""
    term_ends: _Partial | None = Field(None, examples=["2025-09"])
    """The planned end of the term, which ends the tenure once it has passed."""
    acting: bool = Field(False, examples=[True])
    """Whether the person stands in for a head (врио, и. о.)."""
    known_from: _Partial | None = None
    """Where `since` is not known: the earliest date at which a source has the person in office."""
    known_as_of: _Partial | None = Field(None, examples=["2025"])
    """The latest date at which a source has the person in office."""
    person: str | None = Field(None, examples=["denichenko"])
    """The same in tenures in a row that are one person's time, like an acting head's who is then elected."""
    sources: list[str] = Field(default_factory=nothing, examples=[["https://example.org/news/1"]])
    """Where all this is published."""
    listed: list[Listed] = Field(default_factory=nothing, alias="accounts")
    """The person's accounts."""
    reports: list[Report] = Field(default_factory=nothing)
    """Press reports of accounts, where the address is not known."""
    exemptions: list[Exemption] = Field(default_factory=nothing)
    """Releases from the directive."""
    searches: list[Search] = Field(default_factory=nothing)
    """Recorded searches for the person's accounts."""
    note: str = ""
    """A remark for readers."""

    @property
    def accounts(self) -> list[Account]:
        """The pages that the program can look at."""
        return [page for page in self.listed if isinstance(page, Account)]

    @property
    def elsewhere(self) -> list[OtherAccount]:
        """The pages on other networks."""
        return [page for page in self.listed if isinstance(page, OtherAccount)]


class Vacancy(_Model):
    """A time in which nobody holds the office."""

    since: _Partial
    """Its first day, month or year."""
    until: _Partial | None = None
    """Its last; left out while it lasts."""
    known_as_of: _Partial | None = None
    """The latest date at which a source has it vacant."""
    source: str
    """The publication."""
    note: str = ""
    """A remark for readers."""


class Region(_Model):
    """The region all offices lie in: for searching, never for judging."""

    name: str = Field(examples=["Томская область"])
    """What the region is called."""
    code: Annotated[int, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 99})] | None = Field(
        None, examples=[70]
    )
    """The subject's number on car plates and in forms, 1 to 99."""


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"the time zone {name!r} is not known; write it like Asia/Tomsk") from None
    return name


_ZoneName = Annotated[str, AfterValidator(_known_zone)]


class Office(_Model):
    """A post; it exists without a holder. Accounts here are the institution's, not a person's."""

    id: str = Field(examples=["tomsk-city"])
    """A short name of Latin letters, digits and dashes that never changes."""
    municipality: str = Field(examples=["Стрежевой"])
    """The municipality, as in the report; offices are sorted by it."""
    title: str = Field(examples=["мэр городского округа Стрежевой"])
    """The office's name."""
    group: Group = Field(examples=["municipal_head"])
    """What it belongs to. Only the directive's own group is bound by it."""
    website: _Website | None = Field(None, examples=["https://example.org"])
    """The body's official site, where links to pages are looked for."""
    abolished: Day | None = Field(None, examples=["2025-10-07"])
    """The day from which the office does not exist any more: it is left out of every week that ends then or later."""
    timezone: _ZoneName | None = Field(None, examples=["Asia/Vladivostok"])
    """Its own zone, where it differs from the registry's."""
    listed: list[Listed] = Field(default_factory=nothing, alias="accounts")
    """The institution's pages: shown, never held for a person's."""
    tenures: list[Tenure] = Field(default_factory=nothing)
    """Who held the office and who does."""
    vacancies: list[Vacancy] = Field(default_factory=nothing)
    """Times in which nobody held it."""
    note: str = ""
    """A remark for readers."""

    @property
    def accounts(self) -> list[Account]:
        """The pages that the program can look at."""
        return [page for page in self.listed if isinstance(page, Account)]

    @property
    def elsewhere(self) -> list[OtherAccount]:
        """The pages on other networks."""
        return [page for page in self.listed if isinstance(page, OtherAccount)]

    @field_validator("listed")
    @classmethod
    def _institutions_only(cls, accounts: list[Listed]) -> list[Listed]:
        if any(account.kind is AccountKind.PERSONAL for account in accounts):
            raise ValueError("a personal account belongs to a person; move it into a tenure")
        return accounts


@dataclass(frozen=True, slots=True)
class _Written:
    """The file's text. It is left out of comparisons: registries with the same content are equal."""

    text: str = field(default="", compare=False, repr=False)
    lines: Sequence[int] = field(default=(), compare=False, repr=False)


class Registry(_Model):
    """All of ``officials.yaml``. `policy` holds every key: those left out of the file take the packaged default."""

    _written: _Written = PrivateAttr(default_factory=_Written)

    timezone: str = Field(examples=["Asia/Tomsk"])
    """The zone that weeks and deadlines live in, by its IANA name."""
    include: list[str] = Field(default_factory=nothing, examples=[["duma.yaml"]])
    """Files next to this one that hold only offices: these are added to those here."""
    region: Region | None = None
    """The region that all offices lie in: for searching, never for judging."""
    expects: dict[Group, int] = Field(default_factory=dict, examples=[{"municipal_head": 20}])
    """How many offices of a group there must be; a group left out is not counted."""
    seats: dict[Group, Annotated[int, Field(ge=1)]] = Field(default_factory=dict, examples=[{"city_duma": 37}])
    """How many members a body has, where not all are on record: reports say how many are known."""
    directive: Directive
    """The act whose observance is audited."""
    policy: Policy = Field(default_factory=dict)
    """Thresholds. A key or a part of one that is left out keeps the packaged default."""
    controls: list[Control] = Field(default_factory=nothing)
    """Accounts known to exist, or known not to, looked at in every run."""
    offices: list[Office]
    """The offices, with or without a holder."""

    @property
    def text(self) -> str:
        """The text that it was read from, with all that it includes; empty if there was none."""
        return self._written.text

    def written_as(self, text: str, lines: Sequence[int] = ()) -> Self:
        """Return the registry with the text that it was read from, and the line at which each office begins."""
        self._written = _Written(text, lines)
        return self

    @property
    def lines(self) -> Sequence[int]:
        """The line at which each office begins; a `Line` where it is in an included file."""
        return self._written.lines

    def line_of(self, office: Office) -> int:
        """Return the line at which an office begins."""
        return next((line for one, line in zip(self.offices, self.lines, strict=False) if one.id == office.id), 1)

    @property
    def zone(self) -> ZoneInfo:
        """The zone that weeks and deadlines live in."""
        return ZoneInfo(self.timezone)

    def at(self, office: Office) -> Self:
        """Return the registry as an office has it: in its zone, with the directive's deadline at its midnight."""
        if office.timezone is None or office.timezone == self.timezone:
            return self
        local = self.directive.deadline.astimezone(self.zone).replace(tzinfo=ZoneInfo(office.timezone))
        directive = self.directive.model_copy(update={"deadline": local.astimezone(UTC)})
        return self.model_copy(update={"timezone": office.timezone, "directive": directive})

    @property
    def zones(self) -> set[ZoneInfo]:
        """The zones of the offices that have their own."""
        return {ZoneInfo(office.timezone) for office in self.offices if office.timezone is not None}

    def bound(self, office: Office) -> bool:
        """Tell whether the directive binds `office`."""
        return office.group == self.directive.binds


# What follows from it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """The person in an office on a day.

    `chain` are this person's consecutive tenures in the office up to that day, oldest first: an acting head who is
    then elected stays the same person with the same pages, where the registry says so by `person`, and does not become
    a newcomer again. `later` are those that follow: they show that the person held the office in between.
    """

    tenure: Tenure
    chain: tuple[Tenure, ...]
    predecessor: Tenure | None
    later: tuple[Tenure, ...] = ()

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
    def accounts_elsewhere(self) -> tuple[OtherAccount, ...]:
        """The confirmed personal accounts on networks that the program does not look at."""
        found = [a for tenure in self.chain for a in tenure.elsewhere if a.kind == "personal" and a.judged]
        return tuple({a.url: a for a in found}.values())

    @property
    def has_lead(self) -> bool:
        """Tell whether a page on record may be the person's and nobody has decided yet."""
        elsewhere = (page for tenure in self.chain for page in tenure.elsewhere)
        leads = (*(a.kind for a in self.accounts if a.lead), *(page.kind for page in elsewhere if page.lead))
        return AccountKind.PERSONAL in leads

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
        return None, judged_from(first)

    @property
    def judged_from(self) -> date | None:
        """The first day of the person's own time: what was before it is not his. None: no date says when it began.

        A start that is known to the month or year counts as its last day; without a start the time begins with the
        earliest dated evidence (DESIGN.md section 5).
        """
        return judged_from(self.chain[0])

    @property
    def newest_evidence(self) -> date | None:
        """The newest day on which a source has the person in the office; a month or year counts as its first day.

        That is the later of `since` and `known_as_of`, or the end where one is sourced (DESIGN.md section 5).
        """
        held = (*self.chain, *self.later)
        known = (day for tenure in held for day in (tenure.since, tenure.known_as_of, tenure.until) if day is not None)
        return max((day.first for day in known), default=None)

    def stale_on(self, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
        """Return the newest evidence that the person holds the office where it is too old on `day`, else None.

        A week is asked by its last day. Evidence of before and after the day spans it.
        """
        return _too_old(self.newest_evidence, day, policy, acting=self.tenure.acting)


def stale_vacancy(vacancy: Vacancy, day: date, policy: Mapping[str, PolicyValue]) -> date | None:
    """Return the newest evidence of a vacancy where it is too old on `day`, else None: a vacancy ages as a holder."""
    known = [one.first for one in (vacancy.since, vacancy.known_as_of, vacancy.until) if one is not None]
    return _too_old(max(known), day, policy, acting=False)


def _too_old(newest: date | None, day: date, policy: Mapping[str, PolicyValue], *, acting: bool) -> date | None:
    valid = policy["acting_valid_days" if acting else "holder_valid_days"].number
    return newest if newest is not None and (day - newest).days > valid else None


def _later(account: Account, known: Account) -> bool:
    """Tell whether `account` is confirmed later than `known` is."""
    return account.confirmed is not None and known.confirmed is not None and account.confirmed.on > known.confirmed.on


def evidence_of(tenure: Tenure) -> tuple[PartialDate, ...]:
    """Return every date at which a source has the person in the office.

    A report or a confirmation from before the tenure or after its end says nothing of the office; and the planned end
    of a term is no evidence.
    """
    own = (tenure.since, tenure.known_from, tenure.known_as_of, tenure.until)
    others = (*_dated_reports(tenure), *_dated_confirmations(tenure))
    begun = tenure.since.first if tenure.since else date.min
    ended = tenure.until or tenure.term_ends
    within = (one for one in others if begun <= one.last and (ended is None or one.first <= ended.last))
    return tuple(one for one in (*own, *within) if one is not None)


def _dated_reports(tenure: Tenure) -> Iterator[PartialDate]:
    for report in tenure.reports:
        dated = report.opened_by or report.opened_on
        if dated is not None:
            yield dated


def _dated_confirmations(tenure: Tenure) -> Iterator[PartialDate]:
    """Yield the dates of the sources behind confirmations, not the days on which somebody confirmed."""
    for account in tenure.listed:
        if account.kind is AccountKind.PERSONAL and account.judged and account.confirmed and account.confirmed.of:
            yield account.confirmed.of


def judged_from(tenure: Tenure) -> date | None:
    """Return the first day of a tenure on which the person surely held the office; None: no date says so."""
    if tenure.since is not None:
        return tenure.since.last
    return min((known.last for known in evidence_of(tenure)), default=None)


@dataclass(frozen=True, slots=True)
class _Span:
    """A tenure or vacancy among those of its office, in the order of time.

    It is named from `first` to `last`. It surely lasted from `surely_from` to `surely_to`, if these are in order, and
    may have lasted from `maybe_from` to `maybe_to`.
    """

    what: Tenure | Vacancy
    first: date
    last: date
    surely_from: date
    surely_to: date
    maybe_from: date
    maybe_to: date
    end_in_doubt: date | None = None
    """The day after which a partly known end may have come, where somebody is on record after it."""

    def named_on(self, day: date) -> bool:
        return self.first <= day <= self.last

    def unsure_in(self, first: date, last: date) -> bool:
        """Tell whether it may have lasted on a day of the stretch on which it did not surely last."""
        begin, end = max(first, self.maybe_from), min(last, self.maybe_to)
        return begin <= end and not (self.surely_from <= begin and end <= self.surely_to)


@dataclass(frozen=True, slots=True)
class _Term:
    """What the registry says of one tenure or vacancy by itself."""

    what: Tenure | Vacancy
    since: PartialDate | None
    until: PartialDate | None
    planned: PartialDate | None
    evidence: tuple[PartialDate, ...]

    @property
    def surely_from(self) -> date:
        """A day by which a source has it, whatever the day was on which it began."""
        return min(known.last for known in self.evidence)

    @property
    def known_from(self) -> date:
        """The first day of the earliest evidence: what the terms of an office are ordered by."""
        return self.since.first if self.since else min(known.first for known in self.evidence)

    @property
    def surely_to(self) -> date:
        return max(known.first for known in self.evidence)

    def end(self, after: "_Term | None") -> PartialDate | None:
        """Return the end: as written, else the planned one, if nothing that followed came before it."""
        if self.until is not None or self.planned is None:
            return self.until
        return self.planned if after is None or self.planned.last < after.known_from else None


def _terms(office: Office) -> list[_Term]:
    """Return an office's tenures and vacancies in the order of time; one without any date covers no day."""
    found = [_Term(t, t.since, t.until, t.term_ends, evidence_of(t)) for t in office.tenures]
    for vacancy in office.vacancies:
        known = (vacancy.since, vacancy.known_as_of, vacancy.until)
        found.append(_Term(vacancy, vacancy.since, vacancy.until, None, tuple(one for one in known if one is not None)))
    return sorted((term for term in found if term.evidence), key=lambda term: (term.known_from, term.surely_from))


def _spans(office: Office) -> list[_Span]:
    terms = _terms(office)
    around = zip([None, *terms], terms, [*terms[1:], None], strict=False)
    return [_span(term, before, after) for before, term, after in around]


def _span(term: _Term, before: _Term | None, after: _Term | None) -> _Span:
    first, end = _named_from(term, before), term.end(after)
    ends = end.last if end else date.max
    begun = term.since.first if term.since else date.min
    doubt = end.first if end and after and not end.exact else None
    return _Span(
        what=term.what,
        first=first,
        last=_named_to(term, after),
        surely_from=term.surely_from,
        surely_to=term.surely_to,
        maybe_from=max(begun, before.surely_to) if before else begun,
        maybe_to=min(ends, _day_before(after.surely_from)) if after else ends,
        end_in_doubt=doubt,
    )


def _named_from(term: _Term, before: _Term | None) -> date:
    """Return the first day on which it is named: no source has anybody in an office before the earliest evidence."""
    return max(term.known_from, before.surely_to) if before else term.known_from


def _named_to(term: _Term, after: _Term | None) -> date:
    """Return the last day on which it is named: its end; without one, as far as sourced if something followed."""
    end = term.end(after)
    if after is None or end is not None:
        return end.last if end else date.max
    known = [one.last for one in term.evidence if one is not term.since]
    follows = _named_from(after, term)
    return min(max(known), follows) if known else _day_before(follows)


def _day_before(day: date) -> date:
    return day - timedelta(days=1)


def _covering(office: Office, day: date) -> _Span | None:
    """Return the span that covers `day`; of several that share a boundary, the one that began last."""
    covering = [span for span in _spans(office) if span.named_on(day)]
    return covering[-1] if covering else None


def holder_on(office: Office, day: date) -> Holder | None:
    """Return who is named as holding `office` on `day`, or None: vacant, or no holder on record for that day."""
    span = _covering(office, day)
    if span is None or not isinstance(span.what, Tenure):
        return None
    held = [one.what for one in _spans(office)]
    place = next(n for n, what in enumerate(held) if what is span.what)
    chain = [span.what, *_same_person(span.what, reversed(held[:place]))][::-1]
    before = held[: place - len(chain) + 1]
    predecessor = next((what for what in reversed(before) if isinstance(what, Tenure)), None)
    return Holder(span.what, tuple(chain), predecessor, tuple(_same_person(span.what, held[place + 1 :])))


def in_a_row(office: Office) -> list[Tenure | Vacancy]:
    """Return an office's tenures and vacancies in the order of time; those without any date are left out."""
    return [term.what for term in _terms(office)]


def _same_person(tenure: Tenure, others: Iterable[Tenure | Vacancy]) -> Iterator[Tenure]:
    """Yield the tenures next to `tenure` that are the same person's by their name, with nobody between."""
    for other in others:
        if not isinstance(other, Tenure) or not _is_one_person(tenure, other):
            return
        yield other


def _is_one_person(one: Tenure, other: Tenure) -> bool:
    marked = one.person is not None and one.person == other.person
    return marked or _as_compared(one.name) == _as_compared(other.name)


def _as_compared(name: str) -> str:
    return " ".join(name.casefold().replace("ё", "е").split())


def vacancy_on(office: Office, day: date) -> Vacancy | None:
    """Return the vacancy that covers `day`, if one does."""
    span = _covering(office, day)
    return span.what if span is not None and isinstance(span.what, Vacancy) else None


def held_in_doubt(office: Office, first: date, last: date) -> bool:
    """Tell whether, from `first` to `last`, another than who is named on `last` may have held the office.

    By partly known dates a predecessor, a successor or a vacancy on record may have lasted on one of these days; or the
    one who is named may have left, and somebody is on record after him. Nothing is judged of such a week.
    """
    named = _covering(office, last)
    if named is None:
        return False
    holder = holder_on(office, last)
    own = (*holder.chain, *holder.later) if holder else (named.what,)
    others = [span for span in _spans(office) if not any(span.what is one for one in own)]
    left = named.end_in_doubt is not None and last > named.end_in_doubt
    return left or any(span.unsure_in(first, last) for span in others)


def exemption_in(holder: Holder, first: date, last: date) -> Exemption | None:
    """Return an exemption of the person that holds from `first` to `last`; one without an end ends with its tenure."""
    for tenure in holder.chain:
        for exemption in tenure.exemptions:
            until = exemption.until or tenure.until
            begun = exemption.on is None or exemption.on.first <= last
            if begun and (until is None or first <= until.last):
                return exemption
    return None


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a person's time to open a page was over."""

    at: datetime
    """The first moment that is too late, UTC: the end of the person's last day."""
    own: bool = False
    """It is later than the directive's, by the day of taking office or an exemption."""
    grace_from: datetime | None = None
    """From here on a page is in time by the policy's grace alone; None: the grace does not decide."""
    start_known: bool = True
    """Without a known start the person may have held the office from of old: only `passed` can be said."""

    @property
    def due(self) -> datetime:
        """The first moment after the last day without the grace: days late are counted from that day."""
        return self.grace_from or self.at


def deadline_of(registry: Registry, holder: Holder) -> Deadline:
    """Return the holder's own deadline (DESIGN.md section 5, Opened).

    The last day is the one before the directive's deadline plus the grace or, if later, the last of `newcomer_days`
    after taking office (since 2022-05-31, the last of 30 days is 2022-06-30); an exemption given by then moves it to
    as many days after its own last day. A date known to the month or year counts as its best day for him.
    """
    zone, days = registry.zone, registry.policy["newcomer_days"].number
    common = registry.directive.deadline
    graced = common + timedelta(days=registry.policy["deadline_grace_days"].number)
    first, last = holder.took_office
    at = max(graced, _days_after(last, days, zone)) if first is not None and last is not None else graced
    for exemption in (exemption for tenure in holder.chain for exemption in tenure.exemptions):
        given = exemption.on is None or day_start(exemption.on.first, zone) < at
        if given and exemption.until is not None:
            at = max(at, _days_after(exemption.until.last, days, zone))
    own = at > graced
    return Deadline(at, own=own, grace_from=None if own else common, start_known=first is not None)


def _days_after(day: date, days: int, zone: ZoneInfo) -> datetime:
    """Return the end of the last of so many days after `day`."""
    return day_start(day + timedelta(days=days + 1), zone)


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
