"""``officials.yaml`` as data: classes that mirror the file (docs/dev/design.md, section 6) and hold what a source says.

Conclusions for a day, such as who holds an office, are drawn by `auditor.registry.holders`. The docstrings of classes
and fields are descriptions in officials.schema.json.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainSerializer,
    SkipValidation,
    Tag,
    WithJsonSchema,
)

from auditor.base.address import Address, web_address
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry.model_reader import RegistryModel, derived_field, invalid

# What a value may be --------------------------------------------------------------------------------------------------

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Any other year is a typing mistake."""


def empty_list() -> list[Any]:
    """Return an empty list. With `list` itself as a factory pydantic parses its documentation for every field."""
    return []


def parse_partial_date(value: Any) -> PartialDate:
    """Return a date as the file has it. Raises `ValueError` for none, and for a year that is a typing mistake."""
    if isinstance(value, PartialDate):
        return value
    if not isinstance(value, date | int | str) or isinstance(value, bool | datetime):
        raise invalid("this is not a date; write 2021, 2021-12 or 2021-12-05")
    partial = PartialDate.parse(str(value))
    if not _FIRST_YEAR <= partial.first.year <= _LAST_YEAR:
        raise invalid(
            "the year {year} is not between {first_year} and {last_year}; check it",
            year=partial.first.year,
            first_year=_FIRST_YEAR,
            last_year=_LAST_YEAR,
        )
    return partial


_Partial = Annotated[
    PartialDate,
    BeforeValidator(parse_partial_date),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}, {"type": "integer", "minimum": 1900}]},
        mode="validation",
    ),
]
"""``2021``, ``2021-12`` or ``2021-12-05``, quoted or not."""


def _day(value: Any) -> date:
    """Return a day written as one. Pydantic alone would also read 86400 as 2 January 1970."""
    try:
        day = parse_partial_date(value)
    except ValueError:
        day = None
    if day is None or not day.exact:
        raise invalid("{value} is not a day; write it whole, like 2022-05-25", value=repr(value))
    return day.first


Day = Annotated[date, BeforeValidator(_day)]
"""A date known to the day, quoted or not."""


def _moment(value: Any) -> datetime:
    """Parse a time, or a day as its midnight. Without an offset it stays naive: the zone is not known here."""
    if isinstance(value, datetime):
        return value
    try:
        moment = datetime.fromisoformat(str(value).strip())
    except ValueError:
        moment = None
    if moment is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise invalid("{value} is not a day or a time; write it like 2022-06-01 or 2022-06-01T00:00", value=repr(value))
    return moment


_A_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)"}


def _not_blank(text: str) -> str:
    if not text.strip():
        raise invalid("this is blank; write it out, or take the whole entry out")
    return text


NonBlankText = Annotated[str, AfterValidator(_not_blank)]
"""Text that is not blank."""

_FOREIGN = r"[^\W\d_\u0400-\u04FF]"
"""A letter of any other alphabet than the Cyrillic, with or without marks."""
_MIXED = re.compile(rf"(?=\w*{_FOREIGN})(?=\w*[\u0400-\u04FF])\w+")
"""Matches a word with letters of two alphabets, which look alike: the name would be another one."""


def one_alphabet(name: str) -> str:
    """Return a name as it is. Raises `ValueError` if a word of it mixes alphabets."""
    if mixed := _MIXED.search(name):
        latin = ", ".join(dict.fromkeys(re.findall(_FOREIGN, mixed[0])))
        raise invalid(
            "{word} mixes Latin and Cyrillic letters, Latin are: {letters}; type the whole word in one alphabet",
            word=repr(mixed[0]),
            letters=latin,
        )
    return name


_Name = Annotated[NonBlankText, AfterValidator(one_alphabet)]
"""What a person, a place or an office is called: each word in one alphabet."""

PATRONYMIC = re.compile(r"(?:[ое]вич|ьич|[ое]вна|инична|ична)$", re.IGNORECASE)


def _family_first(name: str) -> str:
    words = name.split()
    if len(words) == 3 and PATRONYMIC.search(words[1]) and not PATRONYMIC.search(words[2]):
        raise invalid(
            "the family name comes first; write {family} {given} {patronymic}",
            family=words[2],
            given=words[0],
            patronymic=words[1],
        )
    return name


def person_name(name: str) -> str:
    """Return a person's name as it is. Raises `ValueError` if it mixes alphabets or does not begin with the family."""
    return _family_first(one_alphabet(name))


def _staff(value: Any) -> Any:
    """Parse an id, a name or an address as pasted. A wrong one would silently leave replies uncounted."""
    if isinstance(value, bool):
        raise invalid("this is no account; write its number or its name")
    if not isinstance(value, str):
        return value
    text = value.strip()
    if "/" in text:
        return Address.parse(text).name
    if not re.fullmatch(r"@?[A-Za-z0-9_.]{1,32}|-?[0-9]{1,15}", text):
        raise invalid("{value} is no account; write its number or its name", value=repr(value))
    return text.removeprefix("@")


_Staff = Annotated[int | str, BeforeValidator(_staff)]
"""An account that replies on the owner's behalf: its number or its name, as pasted."""


_Website = Annotated[
    str,
    BeforeValidator(lambda value: web_address(value) if isinstance(value, str) else value),
    WithJsonSchema({"type": "string", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/@]+([/?#]\S*)?$"}),
]
"""The address of a page on the web."""


def known_zone(name: str) -> str:
    """Return the name of a time zone as it is. Raises `ValueError` if there is no such zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid("the time zone {name} is not known; write it like Asia/Irkutsk", name=repr(name)) from None
    return name


ZoneName = Annotated[str, AfterValidator(known_zone)]


class OtherNetwork(StrEnum):
    """A network that the program does not look at: what is there counts by a dated source."""

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
    """Return the network of an address if it is OK or MAX, which the program does not look at; None for any other."""
    match = re.match(r"(?:https?://)?(?:www\.|m\.)?([^/?#:]+)", str(url).strip().lower())
    return _OTHER_HOSTS.get(match[1].rstrip(".")) if match else None


AnyNetworkKey = Network | OtherNetwork
"""A network that the program looks at, or another one."""


def parse_network(text: Any) -> AnyNetworkKey:
    """Return the network with this key. Raises `ValueError` with a sentence that lists the valid keys."""
    networks: list[AnyNetworkKey] = [*Network, *OtherNetwork]
    chosen = next((network for network in networks if network == text), None)
    if chosen is None:
        raise invalid("{text} is no network; write one of {known}", text=repr(text), known=", ".join(networks))
    return chosen


AnyNetwork = Annotated[AnyNetworkKey, BeforeValidator(parse_network)]

SEARCHED = frozenset({*Network, OtherNetwork.OK, OtherNetwork.MAX})
"""The networks that a search must cover before "not found" may be claimed; a neutral one may be left out."""


class OfficeGroup(StrEnum):
    """What an office belongs to. Only the directive's own group is bound by it."""

    MUNICIPAL_HEAD = "municipal_head"
    CITY_DUMA = "city_duma"
    GOVERNOR = "governor"
    INSTITUTION = "institution"


class Basis(StrEnum):
    """Why a threshold is what it is: it binds these offices, binds others in Russia, or is ours."""

    NORM = "norm"
    ANALOGUE = "analogue"
    CONVENTION = "convention"


class AccountKind(StrEnum):
    """Whose page it is. Only a personal one satisfies the directive."""

    PERSONAL = "personal"
    INSTITUTION = "institution"


# The directive and the policy -----------------------------------------------------------------------------------------


class PolicyValue(RegistryModel):
    """A threshold with what it rests on."""

    value: Annotated[int | float | bool | str | list[str] | None, SkipValidation] = Field(examples=[3])
    """The threshold."""
    basis: Basis = Field(examples=["analogue"])
    """norm binds these offices; analogue binds others in Russia; convention is the audit's own."""
    source: NonBlankText
    """What it rests on."""
    note: str = ""
    """A remark for readers."""

    @property
    def number(self) -> int:
        """The value of a key that is a whole number."""
        assert isinstance(self.value, int)
        return self.value

    @property
    def stretches(self) -> list[str]:
        """The value of a key that is a list of stretches of the year."""
        assert isinstance(self.value, list)
        return self.value


Policy = dict[str, PolicyValue]


class Neutral(RegistryModel):
    """A network from which silence and absence are no fault from a day on, and why."""

    network: AnyNetwork = Field(examples=["telegram"])
    """The network's key."""
    since: Day = Field(examples=["2025-06-01"])
    """The first day from which silence and absence there are no fault."""
    reason: NonBlankText
    """Why, as the report says it."""
    source: NonBlankText
    """The act, or where it was published."""


class Directive(RegistryModel):
    """The act whose observance is audited. `deadline` is the first moment that is too late."""

    title: NonBlankText = Field(examples=["Поручение завести личные страницы"])
    """What the report calls the act."""
    issuer: NonBlankText
    """Who issued it."""
    issued: Day = Field(examples=["2022-05-25"])
    """The day it was issued."""
    deadline: Annotated[datetime, BeforeValidator(_moment), WithJsonSchema(_A_MOMENT)] = Field(examples=["2022-06-01"])
    """The first moment too late: a day (its midnight), a local time, or one with an offset."""
    binds: OfficeGroup = Field(examples=["municipal_head"])
    """The group of offices it binds."""
    source: NonBlankText
    """Where it was published."""
    neutral: list[Neutral] = Field(default_factory=empty_list)
    """Networks from which silence and absence are no fault from a day on."""
    note: str = ""
    """A remark for readers."""

    def neutral_on(self, day: date) -> tuple[Neutral, ...]:
        """Return the networks on which silence and absence are no fault on `day`, each with its source."""
        return tuple(entry for entry in self.neutral if entry.since <= day)

    def due_in(self, zone: ZoneInfo) -> Self:
        """Return the directive with its deadline in UTC; one without an offset is in `zone`."""
        moment = self.deadline if self.deadline.tzinfo is not None else self.deadline.replace(tzinfo=zone)
        return self.model_copy(update={"deadline": moment.astimezone(UTC)})


NO_DIRECTIVE = "none"
"""What the registry of a region without a directive has in its place: a key that was forgotten is a mistake."""


def _directive_or_none(value: Any) -> Any:
    if value is None:
        raise invalid("write `none` where there is no directive")
    return None if value == NO_DIRECTIVE else value


class Control(RegistryModel):
    """An account known to exist, or known not to, looked at in every run."""

    url: Address = Field(examples=["https://t.me/telegram"])
    """The account's address, in any form that people paste."""
    exists: bool = Field(examples=[True])
    """Whether it is known to exist."""
    note: str = ""
    """A remark for operators."""


# Accounts -------------------------------------------------------------------------------------------------------------


class _Decision(RegistryModel):
    on: Day = Field(examples=["2026-11-24"])
    """The day of the decision."""
    how: NonBlankText
    """How that was found out."""


class Confirmation(_Decision):
    """How and when an account was tied to the person."""

    of: _Partial | None = Field(None, examples=["2025-07"])
    """The source's own date: evidence that the person held the office then."""
    sources: list[NonBlankText] = Field(default_factory=empty_list)
    """Where that can be seen."""


class Rejection(_Decision):
    """How it was found that an account is not the person's: it is not shown as a lead again."""


class _ListedPage(RegistryModel):
    url: Address | str
    kind: AccountKind = Field(examples=["personal"])
    """personal or institution. Only a personal one satisfies the directive."""
    confirmed: Confirmation | None = None
    """How it was tied to the person, and when. Without it the account is a lead, never judged."""
    rejected: Rejection | None = None
    """How it was found that it is not the person's. It is never judged nor shown as a lead."""
    since: Day | None = Field(None, examples=["2026-02-01"])
    """Of a page taken over from the holder before: the day from which it is this holder's."""
    note: str = ""
    """A remark for readers: of a lead also where its address is published."""

    @property
    def judged(self) -> bool:
        """Whether it counts: an institution's page or a confirmed personal one, if not rejected."""
        return self.rejected is None and (self.kind is AccountKind.INSTITUTION or self.confirmed is not None)

    @property
    def lead(self) -> bool:
        """Whether it still waits for a decision: personal, neither confirmed nor rejected."""
        return self.rejected is None and not self.judged


class Account(_ListedPage):
    """An address on a network. A personal one that is neither `confirmed` nor `rejected` is a lead.

    A lead is shown to the operator and never judged; a rejected account is neither.
    """

    url: Address = Field(examples=["https://t.me/name"])
    """The account's address, in any form that people paste."""
    id: int | None = None
    """The network's own number, once known; a VK community's is negative."""
    staff: list[_Staff] = Field(default_factory=empty_list)
    """Numbers or names of accounts that answer on the owner's behalf."""

    @property
    def network(self) -> Network:
        """The network of its address."""
        return self.url.network

    def is_at(self, address: Address) -> bool:
        """Return whether an address is the page's, by its name or by the network's id."""
        has_same_id = self.network is address.network and self.id is not None and self.id == address.number
        return self.url == address or has_same_id


class OtherAccount(_ListedPage):
    """A person's or a body's page on OK or MAX, where the program does not look: it counts by its source alone."""

    url: _Website = Field(examples=["https://ok.ru/profile/1"])
    """The page's address."""

    @property
    def network(self) -> OtherNetwork:
        """The network of its address."""
        return other_network(self.url) or OtherNetwork.OTHER


def _listed_tag(data: Any) -> str:
    """Return the discriminator tag of a listed page by its address: ``looked_at`` or ``elsewhere``."""
    url = data.get("url") if isinstance(data, Mapping) else getattr(data, "url", None)
    return "elsewhere" if isinstance(data, OtherAccount) or other_network(url) is not None else "looked_at"


Listed = Annotated[
    Annotated[Account, Tag("looked_at")] | Annotated[OtherAccount, Tag("elsewhere")], Discriminator(_listed_tag)
]
"""An account as the registry lists it, on whatever network."""


class PressReport(RegistryModel):
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
    source: NonBlankText
    """The publication."""
    note: str = Field("", exclude=True)
    """A remark for readers."""


class Exemption(RegistryModel):
    """A release from the directive: by whom, from when, until when, why. `until` left out: with the tenure."""

    by: NonBlankText
    """Who granted it."""
    on: _Partial | None = None
    """When: the day of the act."""
    since: _Partial | None = Field(None, exclude_if=lambda day: day is None)
    """The first excused day, if another than the day of the act."""
    until: _Partial | None = None
    """Its last day; left out, it ends with the tenure."""
    reason: NonBlankText
    """Why, as reported."""
    source: NonBlankText
    """The publication."""


NOTHING = "nothing"
"""What a recorded search found that found no page."""


def search_result(value: Any) -> Any:
    """Return what a search found; `NOTHING` in whatever case, and in Russian, as `NOTHING`."""
    is_nothing = isinstance(value, str) and value.strip().casefold() in {NOTHING, "ничего"}
    return NOTHING if is_nothing else value


class RecordedSearch(RegistryModel):
    """A person's recorded search for the holder's accounts. Without one, "not found" may not be said."""

    on: Day = Field(examples=["2026-11-24"])
    """The day of the search."""
    by: NonBlankText
    """Who searched."""
    how: NonBlankText
    """Where and how."""
    networks: list[AnyNetwork] = Field(default_factory=empty_list, examples=[["vk", "telegram", "ok", "max"]])
    """Where the person searched. «Not found» needs every network of the example, a neutral one aside."""
    found: Annotated[NonBlankText, BeforeValidator(search_result)] = Field(examples=["nothing"])
    """`nothing`, or what was found."""

    @property
    def found_nothing(self) -> bool:
        """Whether the search found no page that may be the holder's."""
        return self.found == NOTHING


# Offices and who holds them -------------------------------------------------------------------------------------------


class Tenure(RegistryModel):
    """One person in one office. Dates may be partial; the last of them that is known is `known_as_of`."""

    name: Annotated[_Name, AfterValidator(_family_first)] = Field(examples=["Имярек Анна Андреевна"])
    """The person, family name first. Tenures in a row under one name are one person's."""
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
    sources: list[NonBlankText] = Field(default_factory=empty_list, examples=[["https://example.org/news/1"]])
    """Where all this is published: one at least."""
    listed: list[Listed] = Field(default_factory=empty_list, alias="accounts")
    """The person's accounts."""
    reports: list[PressReport] = Field(default_factory=empty_list)
    """Press reports of accounts, where the address is not known."""
    exemptions: list[Exemption] = Field(default_factory=empty_list)
    """Releases from the directive."""
    searches: list[RecordedSearch] = Field(default_factory=empty_list)
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


class Vacancy(RegistryModel):
    """A time in which nobody holds the office."""

    since: _Partial
    """Its first day, month or year."""
    until: _Partial | None = None
    """Its last; left out while it lasts."""
    known_as_of: _Partial | None = Field(None, exclude=True)
    """The newest day on which a source says that it lasts."""
    source: NonBlankText
    """The publication."""
    sources: list[NonBlankText] = Field(default_factory=empty_list, exclude=True)
    """What said later that it lasts."""
    note: str = Field("", exclude=True)
    """A remark for readers."""


class Region(RegistryModel):
    """The region all offices lie in: for searching, never for judging."""

    name: NonBlankText = Field(examples=["Вымышленная область"])
    """What the region is called."""
    code: int | None = Field(None, strict=True, ge=1, le=99, examples=[70])
    """The subject's number on car plates and in forms, 1 to 99."""


class GroupDefaults(RegistryModel):
    """What the offices of one group have in common: each that does not say otherwise has it too."""

    name: NonBlankText | None = Field(None, examples=["Городское собрание"])
    """What reports call the group; by default what it is called in most places."""
    title: str | None = None
    """The offices' name."""
    website: _Website | None = Field(None, examples=["https://example.org"])
    """The body's official site."""


_ID = re.compile(r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$)[a-z0-9][a-z0-9-]{0,63}")
"""An id that every system accepts as a file name: not too long, and no name of a device."""


def office_code(name: str) -> str:
    """Return an office's id as it is. Raises `ValueError` if it cannot be one."""
    if not _ID.fullmatch(name):
        raise invalid(
            "{name} is not of at most 64 small Latin letters, digits and hyphens; write it like first-district",
            name=repr(name),
        )
    return name


_OfficeId = Annotated[str, AfterValidator(office_code)]


def _institutions_only(accounts: list[Listed]) -> list[Listed]:
    if any(account.kind is AccountKind.PERSONAL for account in accounts):
        raise invalid("a personal account belongs to a person; move it into a tenure")
    return accounts


_EMAIL = re.compile(r"[^\s@,;:<>]+@[^\s@,;:<>]+\.[^\s@,;:<>.]+")


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text.strip()):
        raise invalid("{value} is no e-mail address; write one, like office@example.org", value=repr(text))
    return text.strip()


class OfficeContacts(RegistryModel):
    """Where to write to the body, as a source gives it. Never a person's own address: the registry is public."""

    post: NonBlankText | None = Field(None, examples=["000000, Первый район, ул. Первая, 1"])
    """Its postal address."""
    email: Annotated[NonBlankText, AfterValidator(_email)] | None = Field(None, examples=["office@example.org"])
    """Its e-mail address."""
    source: NonBlankText
    """The publication."""


class OfficeRequest(RegistryModel):
    """A request that was sent to the body for what the registry lacks."""

    sent: Day = Field(examples=["2026-12-03"])
    """The day it was sent."""
    due: Day = Field(examples=["2027-01-02"])
    """The last day for the answer."""
    answered: Day | None = Field(None, examples=["2026-12-24"])
    """The day of the answer; left out while there is none."""
    note: str = ""
    """A remark for readers: the number of the letter, for one."""


class Office(RegistryModel):
    """A post; it exists without a holder. Accounts here are the institution's, not a person's."""

    id: _OfficeId = Field(examples=["first-district"])
    """A short name of small Latin letters, digits and hyphens that never changes."""
    municipality: _Name = Field(examples=["Стрежевой"])
    """The municipality, as in the report; offices are sorted by it."""
    towns: list[_Name] = Field(default_factory=empty_list, examples=[["Колпашево"]])
    """Towns by which people call it: whoever types one means this office."""
    title: _Name = Field(examples=["мэр городского округа Стрежевой"])
    """The office's name."""
    group: OfficeGroup = Field(examples=["municipal_head"])
    """What it belongs to. Only the directive's own group is bound by it."""
    website: _Website | None = Field(None, examples=["https://example.org"])
    """The body's official site, where links to pages are looked for."""
    abolished: Day | None = Field(None, examples=["2025-10-07"])
    """The day from which the office does not exist any more: it is left out of every week that ends then or later."""
    listed: Annotated[list[Listed], AfterValidator(_institutions_only)] = Field(
        default_factory=empty_list, alias="accounts"
    )
    """The institution's pages: shown, never held for a person's."""
    tenures: list[Tenure] = Field(default_factory=empty_list)
    """Who held the office and who does."""
    vacancies: list[Vacancy] = Field(default_factory=empty_list)
    """Times in which nobody held it."""
    contacts: OfficeContacts | None = None
    """Where to write to the body."""
    requests: list[OfficeRequest] = Field(default_factory=empty_list)
    """Requests that were sent for what is missing here."""
    note: str = ""
    """A remark for readers."""

    @property
    def accounts(self) -> list[Account]:
        """The pages that the program can look at."""
        return [page for page in self.listed if isinstance(page, Account)]

    def exists_on(self, day: date) -> bool:
        """Return whether it is not abolished by then."""
        return self.abolished is None or day < self.abolished


class IncludedFile(RegistryModel):
    """A file that the registry includes: offices, and what those of a group share."""

    timezone: ZoneName | None = Field(None, examples=["Asia/Tomsk"])
    """The registry's zone again; it may be left out."""
    groups: dict[OfficeGroup, GroupDefaults] = Field(default_factory=dict)
    """What the offices of a group share."""
    offices: list[Office] = Field(default_factory=empty_list)
    """The offices, with or without a holder."""


def is_voluntary_head(directive: Directive | None, group: str) -> bool:
    """Return whether reports count the offices of a group though nothing binds them: heads without a directive."""
    return directive is None and group == OfficeGroup.MUNICIPAL_HEAD


class Registry(RegistryModel):
    """All of ``officials.yaml``. `policy` holds every key: those left out of the file take the packaged default."""

    timezone: ZoneName = Field(examples=["Asia/Tomsk"])
    """The zone that weeks and deadlines live in, by its IANA name."""
    include: list[str] = Field(default_factory=empty_list, examples=[["duma.yaml"]])
    """Files next to this one that hold only offices and groups: the offices are added to those here."""
    title: NonBlankText | None = Field(None, examples=["Страницы глав Вымышленной области"])
    """What reports, the feed and their pages are called; by default what they show."""
    region: Region | None = None
    """The region that all offices lie in: for searching, never for judging."""
    expects: dict[OfficeGroup, int] = Field(default_factory=dict, examples=[{"municipal_head": 20}])
    """How many offices of a group there must be; a group left out is not counted."""
    seats: dict[OfficeGroup, Annotated[int, Field(ge=1)]] = Field(default_factory=dict, examples=[{"city_duma": 37}])
    """How many members a body has, where not all are on record: reports say how many are known."""
    directive: Annotated[
        Directive | None,
        BeforeValidator(_directive_or_none, json_schema_input_type=Directive | Literal["none"]),
    ]
    """The act whose observance is audited; `none` where there is no such act: nothing is judged against a deadline."""
    policy: Policy = Field(default_factory=dict)
    """Thresholds. A key or a part of one that is left out keeps the packaged default."""
    controls: list[Control] = Field(default_factory=empty_list)
    """Accounts known to exist, or known not to, looked at in every run."""
    groups: dict[OfficeGroup, GroupDefaults] = Field(
        default_factory=dict, examples=[{"city_duma": {"website": "https://d.org"}}]
    )
    """What the offices of a group share."""
    offices: list[Office] = Field(default_factory=empty_list)
    """The offices, with or without a holder."""
    text: str = derived_field("")
    """All files that it was read from, as they are kept with a judgement; empty if there were none."""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of weeks and deadlines."""
        return ZoneInfo(self.timezone)

    def bound(self, office: Office) -> bool:
        """Return whether the directive binds `office`."""
        return self.directive is not None and office.group == self.directive.binds

    def counted(self, office: Office) -> bool:
        """Return whether reports count `office`: the directive binds it, or there is none and it is a head's."""
        return self.bound(office) or is_voluntary_head(self.directive, office.group)

    def neutral_on(self, day: date) -> tuple[Neutral, ...]:
        """Return the networks on which silence and absence are no fault on `day`, each with its source."""
        return self.directive.neutral_on(day) if self.directive is not None else ()

    def searched_on(self, day: date) -> list[AnyNetworkKey]:
        """Return the networks that a search on `day` must cover before "not found" may be claimed."""
        neutral = {entry.network for entry in self.neutral_on(day)}
        return [network for network in (*Network, *OtherNetwork) if network in SEARCHED and network not in neutral]
