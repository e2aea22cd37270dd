"""Take an office's answer into the registry: who holds the office, the pages, the sources; each is checked first.

An `OfficeAnswer` is what somebody said and where that can be checked, whether in a dialog or in a row of a sheet. It
changes the registry only where it says something new: the same answer taken in twice changes nothing. A page that the
office gives in its answer is confirmed by it: the office is the official place. What cannot be taken in is an
`AnswerError`, which names the answer by the key of its column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.address import Address
from auditor.base.errors import RegistryError, UsageError
from auditor.base.text import N_, Text, phrase
from auditor.base.weeks import PartialDate
from auditor.registry.holders import Holder, holder_on, person_key, spans_of, vacancy_on
from auditor.registry.models import NOTHING, Account, AnyNetworkKey, Office, OtherAccount, Registry, Tenure, Vacancy
from auditor.registry.registry_file import Draft, RegistryFile
from auditor.registry.requests import open_request
from auditor.registry.typed_text import ACTING, VACANT, PageDate
from auditor.registry.yaml_splice import Step

_CONFIRMED_BY = "адрес назван в ответе на запрос"
_SEARCHED_BY = "сама администрация ({place})"
_SEARCHED_HOW = "в ответе на запрос сказано, что личной страницы нет: {source}"
"""Words for the registry, which is Russian."""


class AnswerError(UsageError):
    """An answer cannot be taken in; `key` is that of its column."""

    def __init__(self, key: str, message: Text) -> None:
        """Keep the key of the answer."""
        super().__init__(message)
        self.key = key


def _unusable(key: str, message: str, /, **params: object) -> AnswerError:
    return AnswerError(key, phrase(message, **params))


@dataclass(frozen=True, slots=True)
class OfficeAnswer:
    """What somebody says of an office, and where that can be checked. What is left out says nothing."""

    source: str
    day: date
    """The day of the source: on it the rest is so."""
    status: str | None = None
    """`HEAD`, `ACTING` or `VACANT` of `typed_text`."""
    name: str | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None
    """The last day of whoever held the office before."""
    pages: Mapping[AnyNetworkKey, Address | str | None] = field(default_factory=dict)
    """The holder's page on each network; None where there is none."""
    page_dates: Mapping[AnyNetworkKey, PageDate] = field(default_factory=dict)
    institution: Sequence[Address | str] = ()
    website: str | None = None
    """Empty where the office has no site."""
    staff: Sequence[Address | str] | None = None
    """Empty where the head alone answers."""
    exemption: Mapping[str, Any] | None = None
    """The keys of an exemption from the directive."""


def take_in(file: RegistryFile, texts: Mapping[Path, str], office: Office, answer: OfficeAnswer) -> Draft:
    """Return the draft of the file that lists an office, with its answer written into it.

    `texts`: the text of each file that earlier answers changed. Raises `AnswerError`.
    """
    draft = file.draft_of(file.registry(texts), office, texts)
    draft.text = texts.get(draft.path, draft.text)
    taker = _AnswerTaker(file, dict(texts), draft, office.id, answer)
    steps = taker.write_holder, taker.write_pages, taker.write_missing, taker.write_staff, taker.write_office
    for step in (*steps, taker.close_request):
        taker.read()
        step()
    taker.read()
    return draft


def same_person(name: str, other: str) -> bool:
    """Return whether two names may be one person's: the shorter is the beginning of the longer, or has initials."""
    short, long = sorted((person_key(name).replace(".", " ").split(), person_key(other).split()), key=len)
    pairs = list(zip(short, long, strict=False))
    return short[:1] == long[:1] and all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in pairs)


def yaml_date(day: PartialDate) -> date | str:
    """Return a date as the registry's file has it."""
    return day.first if day.exact else str(day)


@dataclass(slots=True)
class _AnswerTaker:
    """Writes one answer, step by step; each step sees what the step before it wrote."""

    file: RegistryFile
    texts: dict[Path, str]
    draft: Draft
    office_id: str
    answer: OfficeAnswer
    registry: Registry = field(init=False)
    office: Office = field(init=False)

    def read(self) -> None:
        """Read the registry as it is now. Raises `AnswerError` if the answer made a mistake of it."""
        if hasattr(self, "registry") and self.texts.get(self.draft.path) == self.draft.text:
            return
        self.texts[self.draft.path] = self.draft.text
        try:
            self.registry = self.file.registry(self.texts)
        except RegistryError as error:
            raise AnswerError(self.dated_key, error.problems[0].message) from None
        self.office = next(office for office in self.registry.offices if office.id == self.office_id)

    @property
    def dated_key(self) -> str:
        """The key of the answer that a conflict of dates is about."""
        return "since" if self.answer.since else "until" if self.answer.until else "source"

    @property
    def holder(self) -> Holder | None:
        """The holder on the day of the answer."""
        return holder_on(self.office, self.answer.day)

    def path_of(self, entry: Tenure | Vacancy) -> tuple[Step, ...]:
        """Return the YAML path from the office to one of its entries."""
        key, entries = (
            ("tenures", self.office.tenures) if isinstance(entry, Tenure) else ("vacancies", self.office.vacancies)
        )
        return key, next(index for index, other in enumerate(entries) if other is entry)

    # Who holds the office

    def write_holder(self) -> None:
        """Write who holds the office, or that nobody does."""
        answer, holder = self.answer, self.holder
        if answer.since is not None and answer.since.first > answer.day:
            message = N_("{since} is after the day of the answer, {day}; take it in by a later source")
            raise _unusable("since", message, since=str(answer.since), day=answer.day)
        if answer.status == VACANT:
            self.write_vacancy(holder)
        elif answer.name is None and holder is None:
            self.refuse_nameless()
        elif holder is not None and same_person(answer.name or holder.tenure.name, holder.tenure.name):
            if answer.name or answer.status or answer.since:
                self.renew(holder)
        elif answer.name is not None:
            self.succeed(answer.name)

    def refuse_nameless(self) -> None:
        answer = self.answer
        if answer.status or answer.since or answer.pages or answer.staff or answer.exemption:
            raise _unusable("name", N_("nobody is on record as holding the office; write the name too"))

    def renew(self, holder: Holder) -> None:
        """Write what the answer adds to the tenure on record."""
        answer, tenure, path = self.answer, holder.tenure, self.path_of(holder.tenure)
        if answer.status is not None and (answer.status == ACTING) is not tenure.acting:
            self.change_standing(tenure)
            return
        if answer.until is not None and len(spans_of(self.office)) < 2:
            message = N_("{name} holds the office by this answer; whose last day is it?")
            raise _unusable("until", message, name=tenure.name)
        if answer.name and len(answer.name.split()) > len(tenure.name.split()):
            for entry in holder.chain:
                self.draft.set(self.path_of(entry), "name", answer.name)
        if answer.since and not any(_is_within(entry.since, answer.since) for entry in holder.chain):
            self.draft.set(path, "since", yaml_date(answer.since))
        if holder.newest_evidence is None or holder.newest_evidence < answer.day:
            self.draft.set(path, "known_as_of", answer.day)
        if answer.source not in tenure.sources:
            self.draft.add(path, "sources", answer.source)

    def change_standing(self, tenure: Tenure) -> None:
        """Begin a new tenure of a person who acted and now holds the office, or the other way round."""
        since = self.answer.since
        if since is None or _is_within(tenure.since, since) or _is_within(since, tenure.since):
            message = N_("{name} is on record as acting; write since when as the head")
            other = N_("{name} is on record as the head; write since when as acting")
            raise _unusable("since", message if tenure.acting else other, name=tenure.name)
        if tenure.until is None:
            self.draft.set(self.path_of(tenure), "until", yaml_date(since))
        self.add_tenure(tenure.name)

    def succeed(self, name: str) -> None:
        """Begin the tenure of another person."""
        self.refuse_older()
        since, holder = self.answer.since, self.holder
        if holder is not None and since is not None and since == holder.tenure.since:
            message = N_("{since} is since when {name} held the office; write since when {new} does")
            raise _unusable("since", message, since=str(since), name=holder.tenure.name, new=name)
        self.end_previous()
        self.add_tenure(name)

    def add_tenure(self, name: str) -> None:
        answer = self.answer
        entry: dict[str, Any] = {"name": name}
        if answer.since is not None:
            entry["since"] = yaml_date(answer.since)
        if answer.status == ACTING:
            entry["acting"] = True
        self.draft.add((), "tenures", {**entry, "known_as_of": answer.day, "sources": [answer.source]})

    def refuse_older(self) -> None:
        """Raise `AnswerError` if a later term is on record than the day of the answer."""
        later = next((span for span in spans_of(self.office) if span.known_from > self.answer.day), None)
        if later is not None:
            message = N_("the answer is of {day}, and the registry has what is later, of {later}; ask again")
            raise _unusable("answered", message, day=self.answer.day, later=later.known_from)

    def end_previous(self) -> None:
        """End whatever the registry has before a new tenure or vacancy."""
        dated = [span.entry for span in spans_of(self.office)]
        undated = [tenure for tenure in self.office.tenures if all(tenure is not entry for entry in dated)]
        for entry in [*dated[-1:], *undated]:
            if entry.until is None and (until := self.end_of(entry)) is not None:
                self.draft.set(self.path_of(entry), "until", yaml_date(until))

    def end_of(self, entry: Tenure | Vacancy) -> PartialDate | None:
        """Return the end to write; None where the registry can do without."""
        answer = self.answer
        if isinstance(entry, Vacancy):
            if answer.until is None and answer.since is None:
                raise _unusable("since", N_("the office is vacant on record; write since when it is not"))
            return answer.until or answer.since
        if answer.until is None and entry.known_as_of is None:
            raise _unusable(
                "until", N_("{name} has no last day on record; write it, or its month or year"), name=entry.name
            )
        return answer.until

    def write_vacancy(self, holder: Holder | None) -> None:
        """Write that nobody holds the office."""
        answer, vacancy = self.answer, vacancy_on(self.office, self.answer.day)
        if vacancy is not None:
            self.renew_vacancy(vacancy)
            return
        if answer.name is not None and not (holder and same_person(answer.name, holder.tenure.name)):
            raise _unusable(
                "name", N_("the office is said to be vacant, and {name} to hold it; leave one"), name=answer.name
            )
        if answer.since is None or (holder is not None and answer.since == holder.tenure.since):
            raise _unusable("since", N_("write since when the office is vacant"))
        self.refuse_older()
        self.end_previous()
        entry = {"since": yaml_date(answer.since), "known_as_of": answer.day, "source": answer.source}
        self.draft.add((), "vacancies", entry)

    def renew_vacancy(self, vacancy: Vacancy) -> None:
        """Write that the office is still vacant, and where that can be checked."""
        answer, path = self.answer, self.path_of(vacancy)
        if vacancy.known_as_of is None or vacancy.known_as_of.first < answer.day:
            self.draft.set(path, "known_as_of", answer.day)
        if answer.source not in {vacancy.source, *vacancy.sources}:
            self.draft.add(path, "sources", answer.source)

    # Pages

    def write_pages(self) -> None:
        """Write the holder's pages, each confirmed by the answer."""
        for network, page in self.answer.pages.items():
            if page is not None:
                self.write_page(network, page)

    def write_page(self, network: AnyNetworkKey, page: Address | str) -> None:
        holder = self.holder
        if holder is None:
            self.refuse_holderless_page(network, page)
            return
        self.refuse_page(network, page, holder)
        entries = [
            (tenure, index) for tenure in holder.chain for index, e in enumerate(tenure.listed) if is_at(e, page)
        ]
        if entries:
            tenure, index = entries[-1]
            self.confirm_again(network, (*self.path_of(tenure), "accounts", index), tenure.listed[index])
        else:
            self.add_page(network, page, holder)
        self.write_opening(network, holder)

    def refuse_holderless_page(self, network: AnyNetworkKey, page: Address | str) -> None:
        """Raise `AnswerError` for a page of a vacant office, unless it is one of its former holders'."""
        if not any(is_at(entry, page) for tenure in self.office.tenures for entry in tenure.listed):
            raise _unusable(network.value, N_("nobody holds the office: whose is {page}?"), page=str(page))

    def refuse_page(self, network: AnyNetworkKey, page: Address | str, holder: Holder) -> None:
        """Raise `AnswerError` for a page that cannot be the holder's."""
        key = network.value
        if any(control.url == page for control in self.registry.controls):
            raise _unusable(key, N_("{page} is a control page of the registry, and nobody's"), page=str(page))
        if isinstance(page, Address) and page.bot:
            raise _unusable(key, N_("{page} is a bot by its name, and no person's page"), page=str(page))
        for office, owner in self.owners_of(page):
            if owner is None or office is not self.office:
                message = N_("{page} is on record as that of {owner}; check the address")
                raise _unusable(key, message, page=str(page), owner=owner.name if owner else office.municipality)
            is_former = all(owner is not tenure for tenure in holder.chain)
            date_ = self.answer.page_dates.get(network)
            if is_former and (date_ is None or not date_.taken_over) and not self.is_listed(page, holder):
                message = N_(
                    "{page} is on record as that of {owner}; write «перешла 01.02.2024» beside it, or take it out"
                )
                raise _unusable(key, message, page=str(page), owner=owner.name)

    def is_listed(self, page: Address | str, holder: Holder) -> bool:
        return any(is_at(entry, page) for tenure in holder.chain for entry in tenure.listed)

    def owners_of(self, page: Address | str) -> Iterator[tuple[Office, Tenure | None]]:
        """Yield each office, with its tenure, that lists a page which is not rejected; None for the office's own."""
        for office in self.registry.offices:
            listers: list[tuple[Tenure | None, Sequence[Account | OtherAccount]]] = [(None, office.listed)]
            for tenure, listed in [*listers, *((tenure, tenure.listed) for tenure in office.tenures)]:
                if any(is_at(entry, page) and entry.rejected is None for entry in listed):
                    yield office, tenure

    @property
    def decision(self) -> dict[str, Any]:
        """The confirmation of a page by this answer."""
        return {"on": self.answer.day, "how": _CONFIRMED_BY, "sources": [self.answer.source]}

    def confirm_again(self, network: AnyNetworkKey, path: Sequence[Step], entry: Account | OtherAccount) -> None:
        """Confirm a page that is listed already, unless it is confirmed as late."""
        if entry.rejected is not None:
            message = N_("{page} was rejected on {day}: it is not the holder's; take the rejection back first")
            raise _unusable(network.value, message, page=str(entry.url), day=entry.rejected.on)
        if entry.confirmed is None or entry.confirmed.on < self.answer.day:
            self.draft.set(path, "confirmed", self.decision)

    def add_page(self, network: AnyNetworkKey, page: Address | str, holder: Holder) -> None:
        date_ = self.answer.page_dates.get(network)
        url = page.url.removesuffix(page.name) + page.request_name if isinstance(page, Address) else page
        entry: dict[str, Any] = {"url": url, "kind": "personal"}
        if isinstance(page, Address) and (number := self.file.seen_number(page)) is not None:
            entry["id"] = number
        entry["confirmed"] = self.decision
        if date_ is not None and date_.taken_over:
            entry["since"] = date_.day.first
        self.draft.add(self.path_of(holder.tenure), "accounts", entry)

    def write_opening(self, network: AnyNetworkKey, holder: Holder) -> None:
        """Write since when the holder has a page, as the source says it; of a page taken over its entry says that."""
        date_ = self.answer.page_dates.get(network)
        if date_ is None or date_.taken_over:
            return
        if any(report.network == network and report.opened_on == date_.day for report in holder.reports):
            return
        report = {"network": network.value, "opened_on": yaml_date(date_.day), "source": self.answer.source}
        self.draft.add(self.path_of(holder.tenure), "reports", report)

    def write_missing(self) -> None:
        """Write on which networks the answer says that the holder has no page: a search with no result there."""
        answer, holder = self.answer, self.holder
        networks = [network.value for network, page in answer.pages.items() if page is None]
        if not networks or holder is None:
            return
        for page in (page for tenure in holder.chain for page in tenure.listed):
            if page.network.value in networks and page.kind == "personal" and page.rejected is None:
                message = N_("{page} is on record as the holder's; reject it first, if it is not")
                raise _unusable(page.network.value, message, page=str(page.url))
        self.write_search(holder, networks)

    def write_search(self, holder: Holder, networks: list[str]) -> None:
        """Write the search; what the same letter said of other networks before, in a row that was mended, stays."""
        how, path = _SEARCHED_HOW.format(source=self.answer.source), self.path_of(holder.tenure)
        for index, search in enumerate(holder.tenure.searches):
            if (search.on, search.how, search.found) == (self.answer.day, how, NOTHING):
                all_networks = [*search.networks, *(network for network in networks if network not in search.networks)]
                if len(all_networks) > len(search.networks):
                    self.draft.set((*path, "searches", index), "networks", list(map(str, all_networks)))
                return
        by = _SEARCHED_BY.format(place=self.office.municipality)
        search_entry = {"on": self.answer.day, "by": by, "how": how, "networks": networks, "found": NOTHING}
        self.draft.add(path, "searches", search_entry)

    def write_staff(self) -> None:
        """Write who answers on the holder's behalf, at the pages of the same network."""
        holder = self.holder
        if self.answer.staff is not None and not self.answer.staff:
            self.refuse_alone(holder)
        for account in self.answer.staff or ():
            number = account.number if isinstance(account, Address) else int(account)
            name = number if number is not None else str(account).rpartition("/")[2]
            if any(name in page.staff for tenure in self.office.tenures for page in tenure.accounts):
                continue
            if holder is None:
                raise _unusable(
                    "staff", N_("nobody holds the office: for whom does {account} answer?"), account=str(account)
                )
            self.add_staff(account, name, holder)

    def refuse_alone(self, holder: Holder | None) -> None:
        """Raise `AnswerError` if the head is said to answer alone, and the registry has somebody who does so too."""
        for page in holder.accounts if holder is not None else ():
            for account in page.staff:
                message = N_("{account} is on record as answering at {page}; take it out of the registry first")
                raise _unusable("staff", message, account=str(account), page=str(page.url))

    def add_staff(self, account: Address | str, name: int | str, holder: Holder) -> None:
        pages = [
            (tenure, index)
            for tenure in holder.chain
            for index, page in enumerate(tenure.listed)
            if isinstance(page, Account) and page.judged and page.network is getattr(account, "network", page.network)
        ]
        if not pages or (isinstance(account, str) and len(pages) > 1):
            raise _unusable(
                "staff", N_("{account} answers at no page that is on record; write the page too"), account=str(account)
            )
        for tenure, index in pages:
            self.draft.add((*self.path_of(tenure), "accounts", index), "staff", name)

    # The institution

    def write_office(self) -> None:
        """Write the institution's pages, its site, and an exemption of the holder."""
        answer = self.answer
        if answer.website == "" and self.office.website is not None:
            message = N_("{url} is on record as the official site; take it out of the registry first, if it is not")
            raise _unusable("website", message, url=self.office.website)
        if answer.website and answer.website.rstrip("/") != (self.office.website or "").rstrip("/"):
            self.draft.set((), "website", answer.website)
        for page in answer.institution:
            self.write_institution_page(page)
        if answer.exemption is not None and self.holder is not None:
            self.draft.add(self.path_of(self.holder.tenure), "exemptions", dict(answer.exemption))

    def close_request(self) -> None:
        """Write that the open request is answered, if a letter answers it: a page on the web is no answer to one."""
        request, answer = open_request(self.office), self.answer
        if request is not None and request.sent <= answer.day and "://" not in answer.source:
            index = next(n for n, other in enumerate(self.office.requests) if other is request)
            self.draft.set(("requests", index), "answered", answer.day)

    def write_institution_page(self, page: Address | str) -> None:
        for office, owner in self.owners_of(page):
            if office is not self.office or (owner is not None and not self.is_institutions(page, owner)):
                message = N_("{page} is on record as that of {owner}; check the address")
                raise _unusable(
                    "institution", message, page=str(page), owner=owner.name if owner else office.municipality
                )
            return
        entry = {"url": str(page), "kind": "institution", "confirmed": self.decision}
        self.draft.add((), "accounts", entry)

    def is_institutions(self, page: Address | str, owner: Tenure) -> bool:
        return any(is_at(entry, page) and entry.kind == "institution" for entry in owner.listed)


def _is_within(day: PartialDate | None, wider: PartialDate | None) -> bool:
    """Return whether a date is the other, or says it more exactly."""
    return day is not None and wider is not None and wider.first <= day.first and day.last <= wider.last


def is_at(entry: Account | OtherAccount, page: Address | str) -> bool:
    """Return whether an entry lists this page."""
    if isinstance(entry, Account):
        return isinstance(page, Address) and entry.is_at(page)
    return isinstance(page, str) and entry.url.rstrip("/") == page.rstrip("/")
