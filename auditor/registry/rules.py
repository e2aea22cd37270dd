"""What a registry as a whole must satisfy: one holder at a time, one owner an account, an end before a successor.

The rules read the nodes and not the models, so that one wrong date does not hide what is wrong elsewhere. A rule
skips what it cannot read, because the models complain of that. Partial dates are read in favour of the registry: two
tenures overlap only if they do for every day that the dates allow.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry.models import Group
from auditor.registry.source import Complain, Node, did_you_mean

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LONGEST_ID = 64
"""Characters. An id begins names of files, and every system has room for it."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that cannot be files on Windows."""
_MOST_TERMS = 200
"""Tenures and vacancies of one office: each is compared with each."""
_LAST_CODE = 99
"""A subject's number has two digits; three-digit codes on plates are further series of one of these."""
_NEVER_BLANK = {"id", "municipality", "title", "name", "source", "how", "reason", "found", "issuer", "person"}


def check_rules(root: Node, complain: Complain) -> None:
    """Complain of every mistake that the single values do not show."""
    offices = root.children("offices")
    _blanks(root, complain)
    _region(root, complain)
    _offices(root, offices, complain)
    _expects(root, offices, complain)
    _binds(root, offices, complain)
    _twice(offices, complain)
    _accounts(offices, complain)
    _rejections(offices, complain)
    for office in offices:
        _Terms(office, complain).check()


def _date(node: Node, key: str) -> PartialDate | None:
    """Return the date at `key`, or None if there is no readable one."""
    found = node.child(key)
    if found is None or found.value is None or isinstance(found.value, bool | float | dict | list):
        return None
    try:
        return PartialDate.parse(str(found.value))
    except ValueError:
        return None


def _blanks(root: Node, complain: Complain) -> None:
    for key, node in root.walk():
        if key in _NEVER_BLANK and isinstance(node.value, str) and not node.value.strip() and not node.broken:
            complain(node.line, f"{key} is blank", "write it out, or take the whole entry out")


def _region(root: Node, complain: Complain) -> None:
    """Require a region's code that a subject can have."""
    region = root.child("region")
    code = region.child("code") if region is not None else None
    if code is None or code.value is None or code.broken:
        return
    number = int(code.value) if isinstance(code.value, str) and code.value.isdecimal() else code.value
    if isinstance(number, bool) or (isinstance(number, int) and not 1 <= number <= _LAST_CODE):
        complain(code.line, f"there is no region with the code {code.value}", f"write its number, 1 to {_LAST_CODE}")


def _offices(root: Node, offices: list[Node], complain: Complain) -> None:
    """Require offices, and a unique id for each."""
    listed = root.child("offices")
    if listed is not None and listed.value in ([], None) and not listed.broken:
        complain(listed.line, "there is no office", "list at least one under offices")
    first: dict[str, int] = {}
    for office in offices:
        name, line = office.text("id"), office.line_of("id")
        if not name:
            continue
        if not _ID.fullmatch(name):
            complain(line, f"the id {name!r} is not of Latin letters, digits and - _ .", "write it like tomsk-city")
        elif len(name) > _LONGEST_ID:
            complain(line, f"the id is longer than {_LONGEST_ID} characters", "write it like tomsk-city")
        elif _DEVICE.fullmatch(name):
            complain(line, f"the id {name!r} cannot begin the name of a file", "write it like tomsk-city")
        if name.casefold() in first:
            complain(
                line, f"the id {name!r} is taken by the office on line {first[name.casefold()]}", "give it another id"
            )
        first.setdefault(name.casefold(), line)


def _expects(root: Node, offices: list[Node], complain: Complain) -> None:
    """Require as many offices as the registry says it has."""
    expects = root.child("expects")
    if expects is None or not isinstance(expects.value, dict):
        return
    counted = Counter(office.text("group") for office in offices)
    for group, wanted in expects.value.items():
        if not isinstance(wanted.value, int) or isinstance(wanted.value, bool) or group not in set(Group):
            continue
        if counted[group] != wanted.value:
            complain(
                wanted.line,
                f"{wanted.value} offices of the group {group} are expected, {counted[group]} are listed",
                "add or remove offices, or mend the number",
            )


def _binds(root: Node, offices: list[Node], complain: Complain) -> None:
    """Require that the directive binds some office. A registry of a single office may be one that it does not bind."""
    directive = root.child("directive")
    if directive is None or not directive.text("binds"):
        return
    group, line = directive.text("binds"), directive.line_of("binds")
    if group not in set(Group):
        mend = did_you_mean(group, Group, f"write one of {', '.join(Group)}")
        complain(line, f"the directive binds {group!r}, which is no group", mend)
    elif len(offices) > 1 and all(office.text("group") != group for office in offices):
        complain(line, f"the directive binds {group}, but no office is of that group", "mend binds, or the offices")


def person_key(name: str) -> str:
    """Return a person's name for comparing: case, blanks and ё make no difference."""
    return " ".join(name.casefold().replace("ё", "е").split())


def _owned(offices: list[Node]) -> Iterator[tuple[Node, str, str]]:
    """Yield every account with its owner's key and words: a person, or an office for its institution's page."""
    for office in offices:
        institution = f"the office {office.text('id') or office.text('municipality')!r}"
        for account in office.children("accounts"):
            yield account, institution, institution
        for tenure in office.children("tenures"):
            for account in tenure.children("accounts"):
                if account.text("kind") == "institution":
                    yield account, institution, institution
                else:
                    yield account, person_key(tenure.text("name")), tenure.text("name")


def _twice(offices: list[Node], complain: Complain) -> None:
    """Require that no list names an account twice, even in different forms."""
    for owner in [*offices, *(tenure for office in offices for tenure in office.children("tenures"))]:
        first: dict[Address, int] = {}
        for account in owner.children("accounts"):
            address, line = _address(account), account.line_of("url")
            if address in first:
                complain(line, f"{address} stands twice, first on line {first[address]}", "keep one of the two")
            elif address is not None:
                first[address] = line


def _address(account: Node) -> Address | None:
    return Address.read(account.text("url"))


def _accounts(offices: list[Node], complain: Complain) -> None:
    """Require that an account has one owner. The same person may list it in several tenures.

    A rejected one has no owner: it may have been taken for either of two namesakes'.
    """
    first: dict[Address | tuple[Network, int], tuple[str, str, int]] = {}
    for account, owner, words in _owned(offices):
        address, line = _address(account), account.line_of("url")
        if address is None:
            continue
        number = _number(account, address, complain)
        if _decided(account, "rejected"):
            continue
        keys: list[Address | tuple[Network, int]] = (
            [address] if number is None else [address, (address.network, number)]
        )
        known = [first.setdefault(key, (owner, words, line)) for key in keys]
        other = next((one for one in known if one[0] != owner), None)
        if other is not None:
            under = address if other is known[0] else f"{address}, whose number is {number},"
            complain(
                line,
                f"{under} of {words} is also on line {other[2]}, as that of {other[1]}",
                "leave it with the one it belongs to",
            )


def _number(account: Node, address: Address, complain: Complain) -> int | None:
    """Return an account's number: as written, else from its address. Complain if the two differ."""
    found = account.child("id")
    written = found.value if found is not None and isinstance(found.value, int) else None
    if written is None or isinstance(written, bool):
        return address.number
    if address.number is not None and written != address.number:
        line, own = account.line_of("id"), address.number
        complain(line, f"{address} has the number {own}, not {written}", "take the id out, or mend the address")
    return written


def _decided(account: Node, key: str) -> bool:
    found = account.child(key)
    return found is not None and found.value is not None


def _rejections(offices: list[Node], complain: Complain) -> None:
    """Require that an account is not both confirmed and rejected, and that only a person's is rejected."""
    confirmed: dict[tuple[Address, str], int] = {}
    rejected: list[tuple[Node, Address | None, str]] = []
    for account, owner, words in _owned(offices):
        address = _address(account)
        if _decided(account, "confirmed") and address is not None:
            confirmed.setdefault((address, owner), account.line_of("confirmed"))
        if not _decided(account, "rejected"):
            continue
        if account.text("kind") == "institution":
            complain(account.line_of("rejected"), f"the page of {words} is rejected", "take the entry out instead")
        elif _decided(account, "confirmed"):
            _contradiction(account, account.line_of("confirmed"), complain)
        else:
            rejected.append((account, address, owner))
    for account, address, owner in rejected:
        if address is not None and (address, owner) in confirmed:
            _contradiction(account, confirmed[address, owner], complain)


def _contradiction(account: Node, line: int, complain: Complain) -> None:
    what = f"{_address(account) or 'the account'} is both confirmed (line {line}) and rejected"
    complain(account.line_of("rejected"), what, "keep the decision that holds")


@dataclass(frozen=True, slots=True)
class _Span:
    """A tenure or vacancy with the dates between which it certainly lasted."""

    node: Node
    words: str
    start: PartialDate
    end: PartialDate | None
    """The end, or the last date at which it is known; None: neither is written."""

    @property
    def line(self) -> int:
        return self.node.line_of("since")

    def may_precede(self, other: "_Span") -> bool:
        """Tell whether this one may have ended by the other's first day; they may share that day."""
        earliest_end = date.max if self.end is None else max(self.start.first, self.end.first)
        latest_start = other.start.last if other.end is None else min(other.start.last, other.end.last)
        return earliest_end <= latest_start


@dataclass(frozen=True, slots=True)
class _Terms:
    """The dates of one office."""

    office: Node
    complain: Complain

    def check(self) -> None:
        tenures, vacancies = self.office.children("tenures"), self.office.children("vacancies")
        if len(tenures) + len(vacancies) > _MOST_TERMS:
            line = self.office.line_of("tenures")
            self.complain(line, f"the office has more than {_MOST_TERMS} tenures and vacancies", "check its entries")
            return
        for node in [*tenures, *vacancies]:
            self.order(node, "since", "known_from", "known_as_of", "until")
        for tenure in tenures:
            if _date(tenure, "until") is None:  # who left may have stayed beyond the term
                self.order(tenure, "since", "known_from", "known_as_of", "term_ends")
            self.exemptions(tenure)
            for account in tenure.children("accounts"):
                if (confirmed := account.child("confirmed")) is not None:
                    self.order(confirmed, "of", "on")
            for report in tenure.children("reports"):
                self.order(report, "opened_on", "opened_by")
        spans = [span for node in tenures if (span := _span(node, f"«{node.text('name')}»")) is not None]
        spans += [span for node in vacancies if (span := _span(node, "the vacancy")) is not None]
        self.sequence(sorted(spans, key=lambda span: (span.start.first, span.start.last)))

    def order(self, node: Node, *keys: str) -> None:
        """Require that the dates at `keys` that are given are in order."""
        given = [(key, known) for key in keys if (known := _date(node, key)) is not None]
        for (early, begin), (late, end) in combinations(given, 2):
            if begin.first > end.last:
                self.complain(
                    node.line_of(late), f"{late} {end} is before {early} {begin}", "mend the one that is wrong"
                )

    def exemptions(self, tenure: Node) -> None:
        """Require that an exemption ends: by itself, or with a tenure that ends or is acting."""
        acting = tenure.child("acting")
        bounded = _date(tenure, "until") is not None or (acting is not None and acting.value is True)
        for exemption in tenure.children("exemptions"):
            self.order(exemption, "on", "until")
            until = exemption.child("until")
            if (until is None or until.value is None) and not bounded:
                self.complain(
                    exemption.line, "the exemption has no end, and neither has the tenure", "add until: to one of them"
                )
            granted, left = _date(exemption, "on"), _date(tenure, "until")
            if granted is not None and left is not None and granted.first > left.last:
                self.complain(
                    exemption.line_of("on"),
                    f"the exemption of {granted} is later than the tenure, which ended {left}",
                    "mend the date, or move it to the tenure it belongs to",
                )

    def sequence(self, spans: list[_Span]) -> None:
        """Require one holder at a time, and an end for everything that was followed by something else."""
        endless = {id(span) for span in spans if self.endless(span, spans)}
        for early, late in combinations(spans, 2):
            if id(early) in endless or id(late) in endless:
                continue
            if not (early.may_precede(late) or late.may_precede(early)):
                still = "has no end" if early.end is None else f"lasts to {early.end} at least"
                self.complain(
                    late.line,
                    f"{late.words} begins {late.start} while {early.words} (line {early.node.line}) {still}",
                    "mend since: or until: of one of them; a shared day is fine",
                )

    def endless(self, span: _Span, spans: list[_Span]) -> bool:
        """Complain of a span without an end that another certainly followed."""
        if span.end is not None:
            return False
        following = next((s for s in spans if s is not span and s.start.first > span.start.last), None)
        if following is None:
            return False
        mend = "add until:" if span.words == "the vacancy" else "add until:, or known_as_of: where the end is not known"
        self.complain(
            span.line, f"{span.words} has no end, but {following.words} follows on line {following.node.line}", mend
        )
        return True


def _span(node: Node, words: str) -> _Span | None:
    """Return a tenure's or vacancy's dates; None if no date says when it began."""
    since, known_from, known, until = (_date(node, key) for key in ("since", "known_from", "known_as_of", "until"))
    start = since or known_from or known
    if start is None:
        return None
    # A planned end is no evidence: by it the tenure may have ended at any time.
    planned = start if _date(node, "term_ends") is not None else None
    return _Span(node, words, start, until or known or planned)
