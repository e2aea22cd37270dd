"""Check the rules of a registry as a whole: one holder at a time, one owner per account, an end before a successor.

A rule skips values that could not be read: their problems are reported already. Partial dates are read in favour of the
registry: two tenures overlap only if they do on every day that the dates allow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.text import N_, Text, phrase, verbatim
from auditor.registry.holders import Span, person_key
from auditor.registry.model_reader import ModelReader, RegistryModel
from auditor.registry.models import Account, AccountKind, Exemption, Office, Registry, Tenure, Vacancy
from auditor.registry.policy import check_policy

_LARGEST = 10**15
"""A bound for accounts' ids that no network has reached yet."""
_MOST_TERMS = 200
"""Tenures and vacancies of one office at most, because each is compared with each."""


def check_rules(registry: Registry, reader: ModelReader) -> None:
    """Add a problem for every mistake that the single values do not show."""
    check_policy(registry.policy or {}, reader)
    _check_offices(registry, reader)
    _check_office_counts(registry, reader)
    _check_binding(registry, reader)
    listed = list(_listed_accounts(registry.offices))
    _check_accounts(listed, reader)
    _check_rejections(listed, reader)
    for office in registry.offices:
        _check_dates(office, reader)


def _check_offices(registry: Registry, reader: ModelReader) -> None:
    """Require offices or an empty list of them, and a unique id for each."""
    if not registry.offices and not registry.include and "offices" not in reader.mapping_of[id(registry)]:
        reader.add_problem_at(registry, "offices", "there is no office", "list at least one under offices")
    reader.require_unique(registry.offices, "id")


def _check_office_counts(registry: Registry, reader: ModelReader) -> None:
    """Require as many offices of each group as the registry expects."""
    counts = Counter(office.group for office in registry.offices)
    for group, wanted in (registry.expects or {}).items():
        if counts[group] != wanted:
            message = phrase(
                "{wanted} offices of the group {group} are expected, {counted} are listed",
                wanted=wanted,
                group=group,
                counted=counts[group],
            )
            expects = reader.mapping_of[id(registry)]["expects"]
            reader.add_problem_at(expects, group, message, "add or remove offices, or mend the number")


def _check_binding(registry: Registry, reader: ModelReader) -> None:
    """Require that the directive binds some office; a registry of a single office may do without."""
    if registry.directive is None:
        return
    group = registry.directive.binds
    if group is not None and len(registry.offices) > 1 and all(office.group != group for office in registry.offices):
        message = phrase("the directive binds {group}, but no office is of that group", group=group)
        reader.add_problem_at(registry.directive, "binds", message, "mend binds, or the offices")


# Accounts -------------------------------------------------------------------------------------------------------------


_Key = Address | tuple[Network, int]


@dataclass(frozen=True, slots=True)
class _ListedAccount:
    """An account with the entry that lists it, and its owner: a person, or an office for its institution's page."""

    account: Account
    office: Office
    listed_by: Office | Tenure
    owner: str
    """The key by which owners are compared."""
    owner_name: Text
    """The owner in messages."""

    @property
    def keys(self) -> list[_Key]:
        """The keys that identify it: its address and, if known, the network's id."""
        address = self.account.url
        number = self.account.id if self.account.id is not None else address.number
        return [address] if number is None else [address, (address.network, number)]

    def is_owned_beside(self, other: "_ListedAccount") -> bool:
        """Return whether two owners list the page, and neither took it over from the other in the same office."""
        is_taken_over = self.account.since is not None or other.account.since is not None
        return self.owner != other.owner and not (is_taken_over and self.can_pass_to(other))

    def can_pass_to(self, other: "_ListedAccount") -> bool:
        """Return whether both are personal pages of people in the same office."""
        is_personal = AccountKind.INSTITUTION not in {self.account.kind, other.account.kind}
        return is_personal and self.office is other.office


def _listed_accounts(offices: Sequence[Office]) -> Iterator[_ListedAccount]:
    for office in offices:
        name = repr(office.id or office.municipality)
        listers: list[Office | Tenure] = [office, *office.tenures]
        for lister in listers:
            for account in (page for page in lister.accounts if page.url is not None):
                if isinstance(lister, Tenure) and account.kind is not AccountKind.INSTITUTION:
                    owner = person_key(lister.name or ""), verbatim(lister.name or "")
                else:
                    owner = name, phrase("the office {name}", name=name)
                yield _ListedAccount(account, office, lister, *owner)


def _check_accounts(listed: Sequence[_ListedAccount], reader: ModelReader) -> None:
    """Require that no list names an account twice, and that an account has one owner.

    The same person may list it in several tenures, and a later holder of the office may take it over (`since`). A
    rejected account has no owner: two namesakes may both reject it.
    """
    in_list: dict[tuple[int, _Key], Account] = {}
    owned: defaultdict[_Key, list[_ListedAccount]] = defaultdict(list)
    for entry in listed:
        account, address = entry.account, entry.account.url
        _check_id(account, reader)
        in_same_list = [in_list.setdefault((id(entry.listed_by), key), account) for key in entry.keys]
        keys = entry.keys if account.rejected is None else []
        owners = ((key, earlier) for key in keys for earlier in owned[key])
        duplicate = next((earlier for earlier in in_same_list if earlier is not account), None)
        key, other = next((pair for pair in owners if pair[1].is_owned_beside(entry)), (None, None))
        for key_of_entry in keys:
            owned[key_of_entry].append(entry)
        if duplicate is not None:
            first = reader.line(duplicate, "url")
            message = phrase("{address} stands twice, first on {same}", address=address, same=first)
            reader.add_problem_at(account, "url", message, "keep one of the two")
        elif other is not None:
            sentence = _OWNED if key == address else _OWNED_BY_NUMBER
            line = reader.line(other.account, "url")
            message = phrase(sentence, page=address, owner=entry.owner_name, line=line, other=other.owner_name)
            fix = _LEAVE_OR_PASS if other.can_pass_to(entry) else _LEAVE
            reader.add_problem_at(account, "url", message, fix)


_LEAVE = N_("leave it with the one it belongs to")
_LEAVE_OR_PASS = N_(
    "leave it with the one it belongs to, or add since: to the entry of the later holder, if it was passed on"
)
_OWNED = N_("{page} of {owner} is also on {line}, as that of {other}")
_OWNED_BY_NUMBER = N_("{page}, by its number, of {owner} is also on {line}, as that of {other}")


def _check_id(account: Account, reader: ModelReader) -> None:
    """Require that an account's id is valid on its network and agrees with its address."""
    number, address_id = account.id, account.url.number
    if number is None:
        return
    if address_id is not None and number != address_id:
        message = phrase("{url} has the number {own}, not {number}", url=account.url, own=address_id, number=number)
        reader.add_problem_at(account, "id", message, "take the id out, or mend the address")
    elif number == 0 or abs(number) >= _LARGEST or (number < 0 and not account.network.facts.has_communities):
        message = phrase("{number} is no number of a page on {name}", number=number, name=account.network.facts.name)
        reader.add_problem_at(account, "id", message, "copy it again; a VK community's alone is negative")


def _check_rejections(listed: Sequence[_ListedAccount], reader: ModelReader) -> None:
    """Require that no account is both confirmed and rejected for one owner, and no institution's is rejected."""
    confirmed = {(e.account.url, e.owner): e.account for e in reversed(listed) if e.account.confirmed is not None}
    for entry in (entry for entry in listed if entry.account.rejected is not None):
        confirmed_account = confirmed.get((entry.account.url, entry.owner))
        if entry.account.kind is AccountKind.INSTITUTION:
            message = phrase("the page of {words} is rejected", words=entry.owner_name)
            reader.add_problem_at(entry.account, "rejected", message, "take the entry out instead")
        elif confirmed_account is not None:
            line = reader.line(confirmed_account, "confirmed")
            message = phrase("{url} is both confirmed ({known}) and rejected", url=entry.account.url, known=line)
            reader.add_problem_at(entry.account, "rejected", message, "keep the decision that holds")


# Dates ----------------------------------------------------------------------------------------------------------------


def _check_dates(office: Office, reader: ModelReader) -> None:
    """Add problems for dates of an office that run backwards, tenures without a source and overlapping terms."""
    if len(office.tenures) + len(office.vacancies) > _MOST_TERMS:
        message = phrase("the office has more than {most_terms} tenures and vacancies", most_terms=_MOST_TERMS)
        reader.add_problem_at(office, "tenures", message, "check its entries")
        return
    for vacancy in office.vacancies:
        _check_order(reader, *((vacancy, key) for key in ("since", "known_as_of", "until")))
    for request in office.requests:
        for end in ("due", "answered"):
            _check_order(reader, (request, "sent"), (request, end))
    for tenure in office.tenures:
        end = "until" if tenure.until else "term_ends"  # a holder who left may have stayed beyond the term
        _check_order(reader, *((tenure, key) for key in ("since", "known_from", "known_as_of", end)))
        if not reader.mapping_of[id(tenure)].get("sources"):
            fix = N_("add sources: with the address that says it")
            reader.add_problem_at(tenure, "sources", "the tenure has no source", fix)
        for exemption in tenure.exemptions:
            _check_exemption(exemption, tenure, reader)
        for page in tenure.listed:
            _check_order(reader, (tenure, "since"), (page, "since"))
            _check_order(reader, (page, "since"), (tenure, "until"))
            if page.confirmed is not None:
                _check_order(reader, (page.confirmed, "of"), (page.confirmed, "on"))
        for report in tenure.reports:
            _check_order(reader, (report, "opened_on"), (report, "opened_by"))
    _check_succession(sorted(_dated_terms(office), key=lambda term: (term.starts.first, term.starts.last)), reader)


def _check_order(reader: ModelReader, *dates: tuple[RegistryModel, str]) -> None:
    """Require that the dates, each an entry and its key, are in order; missing ones are skipped."""
    dated = [(entry, key, value) for entry, key in dates if (value := getattr(entry, key)) is not None]
    for (entry, early, begin), (other, late, end) in combinations(dated, 2):
        if getattr(begin, "first", begin) > getattr(end, "last", end):
            message = phrase("{late} {end} is before {early} {begin}", late=late, end=end, early=early, begin=begin)
            if other is not entry:
                message = phrase("{what} ({line})", what=message, line=reader.line(entry, early))
            reader.add_problem_at(other, late, message, "mend the one that is wrong")


_SOURCED = ("since", "known_from", "known_as_of", "on", "of", "opened_by", "opened_on", "sent", "answered")
"""The keys by which a source tells of the past. An end and what is planned may be to come, as an exemption may."""


def check_days_to_come(registry: Registry, now: datetime, reader: ModelReader) -> None:
    """Add a problem for every date of a source that is after today: no such source can exist."""
    if not isinstance(registry.timezone, str):
        return  # a wrong zone has its own line
    today = now.astimezone(registry.zone).date()
    for entry in (entry for office in registry.offices for entry in _dated_entries(office)):
        for key in ("on",) if isinstance(entry, Exemption) else _SOURCED:
            day = getattr(entry, key, None)
            if day is not None and getattr(day, "first", day) > today:
                message = phrase("{key} {day} is after today, {today}", key=key, day=day, today=today)
                reader.add_problem_at(entry, key, message, "write the day that the source is of")


def _dated_entries(office: Office) -> Iterator[RegistryModel]:
    """Yield an office's entries that have dates of sources."""
    yield from (*office.vacancies, *office.tenures, *office.requests)
    for tenure in office.tenures:
        yield from (*tenure.reports, *tenure.exemptions, *tenure.searches)
    listers: list[Office | Tenure] = [office, *office.tenures]
    for page in (page for lister in listers for page in lister.listed):
        yield from (entry for entry in (page, page.confirmed, page.rejected) if entry is not None)


def _check_exemption(exemption: Exemption, tenure: Tenure, reader: ModelReader) -> None:
    """Require that an exemption lies within its tenure and has an end: its own, or an ended or acting tenure's."""
    for key in ("on", "since"):
        _check_order(reader, (exemption, key), (exemption, "until"))
        _check_order(reader, (exemption, key), (tenure, "until"))
    _check_order(reader, (tenure, "since"), (exemption, "until"))
    if exemption.until is None and tenure.until is None and tenure.acting is not True:
        message = N_("the exemption has no end, and neither has the tenure")
        reader.add_problem_at(exemption, "", message, "add until: to one of them")


_Term = Span[Tenure | Vacancy]
"""A tenure or vacancy between the dates by which it certainly lasted; `until` is None if no end is written."""


def _dated_terms(office: Office) -> Iterator[_Term]:
    """Yield an office's tenures and vacancies that have a date for their start."""
    for tenure in office.tenures:
        start = tenure.since or tenure.known_from or tenure.known_as_of
        # A planned end is no evidence: by it the tenure may have ended at any time.
        planned = start if tenure.term_ends is not None else None
        if start is not None:
            yield Span(tenure, start, tenure.until or tenure.known_as_of or planned)
    for vacancy in office.vacancies:
        yield Span(vacancy, vacancy.since, vacancy.until or vacancy.known_as_of)


def _term_name(term: _Term) -> Text:
    return verbatim(f"«{term.entry.name}»") if isinstance(term.entry, Tenure) else phrase("the vacancy")


def _check_succession(terms: Sequence[_Term], reader: ModelReader) -> None:
    """Require one holder at a time, and an end of every term that another one certainly followed."""
    endless = {id(term) for term in terms if _report_endless(term, terms, reader)}
    for early, late in combinations(terms, 2):
        if id(early) in endless or id(late) in endless or early.may_precede(late) or late.may_precede(early):
            continue
        message = phrase(
            "{late} begins {starts} while {early} ({what}) {still}",
            late=_term_name(late),
            starts=late.starts,
            early=_term_name(early),
            what=reader.line(early.entry),
            still=_lasting(early),
        )
        fix = N_("mend since: or until: of one of them; a shared day is fine")
        reader.add_problem_at(late.entry, "since", message, fix)


def _lasting(term: _Term) -> Text:
    if term.until is None:
        return phrase("has no end")
    return phrase("lasts to {until} at least", until=term.until)


def _report_endless(term: _Term, terms: Sequence[_Term], reader: ModelReader) -> bool:
    """Add a problem if a term without an end was certainly followed by another; return whether it was."""
    following = next((other for other in terms if other is not term and other.starts.first > term.starts.last), None)
    if term.until is not None or following is None:
        return False
    vacant = isinstance(term.entry, Vacancy)
    fix = N_("add until:") if vacant else N_("add until:, or known_as_of: where the end is not known")
    message = phrase(
        "{term} has no end, but {following} follows on {what}",
        term=_term_name(term),
        following=_term_name(following),
        what=reader.line(following.entry),
    )
    reader.add_problem_at(term.entry, "since", message, fix)
    return True
