"""What a registry as a whole must satisfy: one holder at a time, one owner an account, an end before a successor.

A rule skips what could not be read: that was told already. Partial dates are read in favour of the registry: two
tenures overlap only if they do for every day that the dates allow.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.text import N_, Text, phrase, verbatim
from auditor.registry.holders import Span, person_key
from auditor.registry.model_reader import ModelReader, RegistryModel
from auditor.registry.models import Account, AccountKind, Exemption, Office, Registry, Tenure, Vacancy
from auditor.registry.policy import check_policy

_LARGEST = 10**15
"""No network has given a number as large as this yet."""
_MOST_TERMS = 200
"""Tenures and vacancies of one office: each is compared with each."""


def check_rules(registry: Registry, reader: ModelReader) -> None:
    """Tell every mistake that the single values do not show."""
    check_policy(registry.policy or {}, reader)
    _offices(registry, reader)
    _expects(registry, reader)
    _check_binding(registry, reader)
    listed = list(_listed(registry.offices))
    _accounts(listed, reader)
    _rejections(listed, reader)
    for office in registry.offices:
        _dates(office, reader)


def _offices(registry: Registry, reader: ModelReader) -> None:
    """Require offices, and a unique id for each."""
    if not registry.offices and not registry.include:
        reader.add_problem_at(
            registry, "offices", phrase("there is no office"), phrase("list at least one under offices")
        )
    reader.require_unique(registry.offices, "id")


def _expects(registry: Registry, reader: ModelReader) -> None:
    """Require as many offices as the registry says it has."""
    counted = Counter(office.group for office in registry.offices)
    for group, wanted in (registry.expects or {}).items():
        if counted[group] != wanted:
            what = phrase(
                "{wanted} offices of the group {group} are expected, {counted} are listed",
                wanted=wanted,
                group=group,
                counted=counted[group],
            )
            keys = reader.mapping_of[id(registry)]
            line = keys["expects"].line_of(group)
            reader.add_problem(keys.file, line, what, phrase("add or remove offices, or mend the number"))


def _check_binding(registry: Registry, reader: ModelReader) -> None:
    """Require that the directive binds some office. A registry of a single office may be one that it does not bind."""
    group = registry.directive.binds if registry.directive is not None else None
    if group is not None and len(registry.offices) > 1 and all(office.group != group for office in registry.offices):
        what = phrase("the directive binds {group}, but no office is of that group", group=group)
        reader.add_problem_at(registry.directive, "binds", what, phrase("mend binds, or the offices"))


# Accounts -------------------------------------------------------------------------------------------------------------


_Key = Address | tuple[Network, int]


@dataclass(frozen=True, slots=True)
class _ListedAccount:
    """An account with whoever lists it, and whose it is: a person, or an office for its institution's page."""

    account: Account
    by: Office | Tenure
    owner: str
    words: Text

    @property
    def keys(self) -> list[_Key]:
        """What it is known by: its address and, if that is known, the network's number."""
        address = self.account.url
        number = self.account.id if self.account.id is not None else address.number
        return [address] if number is None else [address, (address.network, number)]


def _listed(offices: Sequence[Office]) -> Iterator[_ListedAccount]:
    for office in offices:
        name = repr(office.id or office.municipality)
        listers: list[Office | Tenure] = [office, *office.tenures]
        for lister in listers:
            for account in (page for page in lister.accounts if page.url is not None):
                if isinstance(lister, Tenure) and account.kind is not AccountKind.INSTITUTION:
                    yield _ListedAccount(account, lister, person_key(lister.name or ""), verbatim(lister.name or ""))
                else:
                    yield _ListedAccount(account, lister, name, phrase("the office {name}", name=name))


def _accounts(listed: Sequence[_ListedAccount], reader: ModelReader) -> None:
    """Require that no list names an account twice, and that an account has one owner.

    The same person may list it in several tenures. A rejected one has no owner: it may have been taken for either of
    two namesakes'.
    """
    in_list: dict[tuple[int, _Key], Account] = {}
    owned: dict[_Key, _ListedAccount] = {}
    for entry in listed:
        account, address = entry.account, entry.account.url
        _number(account, reader)
        twice = [in_list.setdefault((id(entry.by), key), account) for key in entry.keys]
        known = [owned.setdefault(key, entry) for key in entry.keys] if account.rejected is None else []
        same = next((one for one in twice if one is not account), None)
        other = next((one for one in known if one.owner != entry.owner), None)
        if same is not None:
            what = phrase("{address} stands twice, first on {same}", address=address, same=reader.line(same, "url"))
            reader.add_problem_at(account, "url", what, phrase("keep one of the two"))
        elif other is not None:
            message = _OWNED if other is known[0] else _OWNED_BY_NUMBER
            line = reader.line(other.account, "url")
            what = phrase(message, page=address, owner=entry.words, line=line, other=other.words)
            reader.add_problem_at(account, "url", what, phrase("leave it with the one it belongs to"))


_OWNED = N_("{page} of {owner} is also on {line}, as that of {other}")
_OWNED_BY_NUMBER = N_("{page}, by its number, of {owner} is also on {line}, as that of {other}")


def _number(account: Account, reader: ModelReader) -> None:
    """Require that an account's number is one, and that of its address."""
    number, own = account.id, account.url.number
    if number is None:
        return
    if own is not None and number != own:
        what = phrase("{url} has the number {own}, not {number}", url=account.url, own=own, number=number)
        reader.add_problem_at(account, "id", what, phrase("take the id out, or mend the address"))
    elif number == 0 or abs(number) >= _LARGEST or (number < 0 and not account.network.facts.has_communities):
        what = phrase("{number} is no number of a page on {name}", number=number, name=account.network.facts.name)
        reader.add_problem_at(account, "id", what, phrase("copy it again; a VK community's alone is negative"))


def _rejections(listed: Sequence[_ListedAccount], reader: ModelReader) -> None:
    """Require that an account is not both confirmed and rejected, and that only a person's is rejected."""
    confirmed = {(e.account.url, e.owner): e.account for e in reversed(listed) if e.account.confirmed is not None}
    for entry in (entry for entry in listed if entry.account.rejected is not None):
        known = confirmed.get((entry.account.url, entry.owner))
        if entry.account.kind is AccountKind.INSTITUTION:
            what = phrase("the page of {words} is rejected", words=entry.words)
            reader.add_problem_at(entry.account, "rejected", what, phrase("take the entry out instead"))
        elif known is not None:
            what = phrase(
                "{url} is both confirmed ({known}) and rejected", url=known.url, known=reader.line(known, "confirmed")
            )
            reader.add_problem_at(entry.account, "rejected", what, phrase("keep the decision that holds"))


# Dates ----------------------------------------------------------------------------------------------------------------


def _dates(office: Office, reader: ModelReader) -> None:
    """Tell dates of an office that run backwards, and two holders at one time."""
    if len(office.tenures) + len(office.vacancies) > _MOST_TERMS:
        what = phrase("the office has more than {most_terms} tenures and vacancies", most_terms=_MOST_TERMS)
        reader.add_problem_at(office, "tenures", what, phrase("check its entries"))
        return
    for vacancy in office.vacancies:
        _order(reader, (vacancy, "since"), (vacancy, "until"))
    for tenure in office.tenures:
        end = "until" if tenure.until else "term_ends"  # who left may have stayed beyond the term
        _order(reader, *((tenure, key) for key in ("since", "known_from", "known_as_of", end)))
        if not reader.mapping_of[id(tenure)].get("sources"):
            reader.add_problem_at(
                tenure,
                "sources",
                phrase("the tenure has no source"),
                phrase("add sources: with the address that says it"),
            )
        for exemption in tenure.exemptions:
            _exemption(exemption, tenure, reader)
        for page in tenure.listed:
            if page.confirmed is not None:
                _order(reader, (page.confirmed, "of"), (page.confirmed, "on"))
        for report in tenure.reports:
            _order(reader, (report, "opened_on"), (report, "opened_by"))
    _check_succession(sorted(_dated_terms(office), key=lambda term: (term.starts.first, term.starts.last)), reader)


def _order(reader: ModelReader, *dates: tuple[RegistryModel, str]) -> None:
    """Require that those of the dates that are given are in order."""
    given = [(entry, key, known) for entry, key in dates if (known := getattr(entry, key)) is not None]
    for (entry, early, begin), (other, late, end) in combinations(given, 2):
        if getattr(begin, "first", begin) > getattr(end, "last", end):
            what = phrase("{late} {end} is before {early} {begin}", late=late, end=end, early=early, begin=begin)
            if other is not entry:
                what = phrase("{what} ({line})", what=what, line=reader.line(entry, early))
            reader.add_problem_at(other, late, what, phrase("mend the one that is wrong"))


def _exemption(exemption: Exemption, tenure: Tenure, reader: ModelReader) -> None:
    """Require that an exemption is of its tenure's time and ends: by itself, or with one that ends or is acting."""
    _order(reader, (exemption, "on"), (exemption, "until"))
    _order(reader, (exemption, "on"), (tenure, "until"))
    _order(reader, (tenure, "since"), (exemption, "until"))
    if exemption.until is None and tenure.until is None and tenure.acting is not True:
        what = phrase("the exemption has no end, and neither has the tenure")
        reader.add_problem_at(exemption, "", what, phrase("add until: to one of them"))


_Term = Span[Tenure | Vacancy]
"""A tenure or vacancy by the dates between which it certainly lasted; without an end, none is written."""


def _dated_terms(office: Office) -> Iterator[_Term]:
    """Yield what has a date that says when it began."""
    for tenure in office.tenures:
        start = tenure.since or tenure.known_from or tenure.known_as_of
        # A planned end is no evidence: by it the tenure may have ended at any time.
        planned = start if tenure.term_ends is not None else None
        if start is not None:
            yield Span(tenure, start, tenure.until or tenure.known_as_of or planned)
    yield from (Span(vacancy, vacancy.since, vacancy.until) for vacancy in office.vacancies if vacancy.since)


def _named(term: _Term) -> Text:
    return verbatim(f"«{term.entry.name}»") if isinstance(term.entry, Tenure) else phrase("the vacancy")


def _check_succession(terms: Sequence[_Term], reader: ModelReader) -> None:
    """Require one holder at a time, and an end for everything that was followed by something else."""
    endless = {id(term) for term in terms if _is_endless(term, terms, reader)}
    for early, late in combinations(terms, 2):
        if id(early) in endless or id(late) in endless or early.may_precede(late) or late.may_precede(early):
            continue
        still = phrase("has no end") if early.until is None else phrase("lasts to {until} at least", until=early.until)
        what = phrase(
            "{late} begins {starts} while {early} ({what}) {still}",
            late=_named(late),
            starts=late.starts,
            early=_named(early),
            what=reader.line(early.entry),
            still=still,
        )
        reader.add_problem_at(
            late.entry, "since", what, phrase("mend since: or until: of one of them; a shared day is fine")
        )


def _is_endless(term: _Term, terms: Sequence[_Term], reader: ModelReader) -> bool:
    """Tell of a term without an end that another certainly followed."""
    following = next((one for one in terms if one is not term and one.starts.first > term.starts.last), None)
    if term.until is not None or following is None:
        return False
    vacant = isinstance(term.entry, Vacancy)
    mend = phrase("add until:") if vacant else phrase("add until:, or known_as_of: where the end is not known")
    what = phrase(
        "{term} has no end, but {following} follows on {what}",
        term=_named(term),
        following=_named(following),
        what=reader.line(following.entry),
    )
    reader.add_problem_at(term.entry, "since", what, mend)
    return True
