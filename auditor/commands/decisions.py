"""What the registry says of an office and an account, and what speaks against a decision about them."""

import logging
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.base.errors import ArchiveError, UsageError
from auditor.base.files import packaged
from auditor.base.snapshot import Network
from auditor.registry import find_offices
from auditor.registry.edit import Draft, read_draft
from auditor.registry.models import Account, AccountKind, Office, Registry, Tenure
from auditor.registry.offices import Holder, holder_on, vacancy_on
from auditor.registry.rules import person_key
from auditor.run.app import Session, pick_office

log = logging.getLogger(__name__)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 10**15
"""No network has given so large a number yet."""


@dataclass(frozen=True, slots=True)
class Record:
    """The office that a decision is about, in the registry as it is now. Every refusal is a `UsageError`, one line."""

    session: Session
    draft: Draft
    office: Office
    today: date

    @classmethod
    def open(cls, session: Session, who: str, *, named: bool) -> "Record":
        _hold_writable(session.registry_path, named=named)
        draft = read_draft(session.registry_path)
        office = pick_office(replace(session, registry=draft.registry), who)
        found = cls(session, draft, office, session.clock().astimezone(draft.registry.zone).date())
        found.hold_present(who)
        return found

    def hold_present(self, who: str) -> None:
        """Refuse the name of somebody who held the office once: the decision would be written to the successor."""
        holder = holder_on(self.office, self.today)
        now = self.office.model_copy(update={"tenures": list(holder.chain) if holder else []})
        if not find_offices(self.registry.model_copy(update={"offices": [now]}), who):
            name = holder.tenure.name if holder else "nobody on record"
            raise UsageError(f"{who!r} does not hold {now.id} on {self.today}, but {name}; name the office by its id")

    @property
    def registry(self) -> Registry:
        return self.draft.registry

    @property
    def holder(self) -> Holder:
        """The person in the office today. Raises `UsageError` where there is none."""
        found = holder_on(self.office, self.today)
        if found is not None:
            return found
        state = "is vacant" if vacancy_on(self.office, self.today) else "has no holder on record"
        raise UsageError(f"{self.office.id} {state} on {self.today}; enter who holds it into {self.draft.path} first")

    def day(self, text: str | None, *, of_person: bool = True) -> date:
        """Return the day of a decision: not in the future and not before the person can have taken office."""
        if text is None:
            return self.today
        try:
            day = date.fromisoformat(text.strip() if _DAY.fullmatch(text.strip()) else "")
        except ValueError:
            raise UsageError(f"--on {text!r} is not a day; write it whole, like 2026-11-24") from None
        if day > self.today:
            raise UsageError(f"--on {day} is in the future; it is {self.today} in {self.registry.timezone}")
        first = self.holder.took_office[0] if of_person else None
        if first is not None and day < first:
            raise UsageError(f"--on {day} is before {self.holder.tenure.name} took office ({first}); check the day")
        return day

    def hold_no_control(self, address: Address) -> None:
        if any(control.url == address for control in self.registry.controls):
            raise UsageError(f"{address} is a control page of the registry and nobody's account; check the address")

    def seat(self, address: Address, kind: AccountKind) -> Tenure | None:
        """Return the tenure that a confirmation belongs to; None: the office itself, for its institution's page."""
        owner = self.institution if kind is AccountKind.INSTITUTION else person_key(self.holder.tenure.name)
        self.hold_own(address, owner)
        if kind is AccountKind.INSTITUTION:
            return self.seat_of_page(address)
        held = [t for t in reversed(self.holder.chain) if any(a.url == address for a in t.accounts)]
        known = next((a for a in self.holder.accounts if a.url == address), None)
        if known is not None and known.confirmed is not None:
            raise UsageError(f"{address} is confirmed for {self.holder.tenure.name} since {known.confirmed.on}")
        self.hold_not_rejected(address)
        return held[0] if held else self.holder.tenure

    def seat_of_page(self, address: Address) -> Tenure | None:
        """Return where the institution's page stands already, without a confirmation."""
        places: list[tuple[Tenure | None, list[Account]]] = [(None, self.office.accounts)]
        places += [(tenure, tenure.accounts) for tenure in self.office.tenures]
        for tenure, accounts in places:
            for account in accounts:
                if account.url != address or account.kind is not AccountKind.INSTITUTION:
                    continue
                if account.confirmed is not None:
                    raise UsageError(f"{address} is confirmed for {self.office.id} since {account.confirmed.on}")
                return tenure
        return None

    def seat_of_rejected(self, address: Address) -> Tenure:
        name = self.holder.tenure.name
        self.hold_own(address, person_key(name))
        self.hold_not_rejected(address)
        for owner, _, account in self.on_record(address):
            if owner == person_key(name) and account.confirmed is not None:
                raise UsageError(
                    f"{address} is confirmed for {name} since {account.confirmed.on}; "
                    f"if that was wrong, take `confirmed` out of {self.draft.path} first"
                )
        held = [t for t in reversed(self.holder.chain) if any(a.url == address for a in t.accounts)]
        return held[0] if held else self.holder.tenure

    @property
    def institution(self) -> str:
        return _institution(self.office)

    def on_record(self, address: Address) -> Iterator[tuple[str, str, Account]]:
        """Yield who has the page on record: under this address, or under another whose number this one is."""
        return ((owner, words, one) for owner, words, one in _owned(self.registry) if _is(one, address))

    def hold_own(self, address: Address, owner: str) -> None:
        """Refuse an account that is on record as somebody else's."""
        for known, words, account in self.on_record(address):
            if known != owner and account.rejected is None:
                state = "a lead for" if account.lead else "that of"
                under = "" if account.url == address else f"is {account.url} and "
                raise UsageError(f"{address} {under}is on record as {state} {words}; check whose it is")

    def hold_not_rejected(self, address: Address) -> None:
        name = self.holder.tenure.name
        for owner, _, account in self.on_record(address):
            if owner == person_key(name) and account.rejected is not None:
                raise UsageError(
                    f"{address} is rejected for {name} since {account.rejected.on}; "
                    f"if that was wrong, take the entry out of {self.draft.path} first"
                )

    def hold_nothing_on_record(self) -> None:
        """Refuse "nothing" where something is on record: a search that missed it shows no absence."""
        for account in self.holder.accounts:
            if account.kind is AccountKind.PERSONAL and (account.judged or account.lead):
                state = "is confirmed" if account.judged else "is a lead: confirm or reject it first"
                raise UsageError(f"something is on record for {self.holder.tenure.name}: {account.url} {state}")

    def number(self, address: Address, given: int | None, known: int | None) -> int | None:
        """Return the network's own number: what was given, else what the archive has seen, else what is on record."""
        if given is None:
            given = known if known is not None else _seen_number(self.session, address)
        elif known is not None and given != known:
            raise UsageError(f"--id {given}: {address} has the number {known} on record; check which page it is")
        else:
            _hold_number(address, given)
        number = given if given is not None else address.number
        if number is not None:
            self.hold_own_number(address, number)
        return given

    def hold_own_number(self, address: Address, number: int) -> None:
        for _, words, account in _owned(self.registry):
            same = number in {account.id, account.url.number} and account.network is address.network
            same &= account.url != address
            if same and account.rejected is None:
                raise UsageError(f"the number {number} is that of {account.url}, {words}; was the page renamed?")


def _is(account: Account, address: Address) -> bool:
    own = address.number
    same = own is not None and account.network is address.network and own in {account.id, account.url.number}
    return account.url == address or same


def _institution(office: Office) -> str:
    return f"the office {office.id} ({office.municipality})"


def _owned(registry: Registry) -> Iterator[tuple[str, str, Account]]:
    """Yield each account with its owner's key and words, as the registry's rules have it."""
    for office in registry.offices:
        institution = _institution(office)
        yield from ((institution, institution, account) for account in office.accounts)
        for tenure in office.tenures:
            person = person_key(tenure.name), f"{tenure.name} ({office.id})"
            for account in tenure.accounts:
                owner = person if account.kind is AccountKind.PERSONAL else (institution, institution)
                yield *owner, account


def _hold_number(address: Address, number: int) -> None:
    """Refuse a number that this address cannot have: a page judged by it would always look taken over."""
    wanted = address.number
    if abs(number) >= _LARGEST:
        raise UsageError("--id is too large for a page's number; copy it again")
    if number == 0 or (number < 0 and address.network is Network.TELEGRAM):
        raise UsageError(f"--id {number} is no number of a page; Telegram's are positive, a VK community's is negative")
    if wanted is not None and number != wanted:
        raise UsageError(f"--id {number}: {address} has the number {wanted}")


def _seen_number(session: Session, address: Address) -> int | None:
    """Return the number under which the archive last saw the address, if it did."""
    try:
        with Archive.read(session.data) as archive:
            looks = archive.snapshots(session.clock()).get(address.url, [])
    except ArchiveError as error:
        log.warning("the page's number is not looked up: %s", error)
        return None
    return next((look.snapshot.id for look in reversed(looks) if look.snapshot.id is not None), None)


def _writable(place: Path) -> bool:
    """Tell whether a file or folder may be written; root may write anything, but is asked to mean it."""
    return bool(place.stat().st_mode & 0o222) and os.access(place, os.W_OK)


def _hold_writable(path: Path, *, named: bool) -> None:
    """Refuse the registry that came with the program, and a file that may not be written; say how to copy it."""
    mine = packaged("officials.yaml").resolve()
    copied = f"`cp {shlex.quote(str(path))} officials.yaml`"
    meant = mine.parent.name != "_data" and (named or Path("officials.yaml").resolve() == mine)
    if path.resolve() == mine and not meant:
        raise UsageError(f"{path} came with the program; copy it with {copied} and run the command there again")
    if not _writable(path) or not _writable(path.resolve().parent):
        raise UsageError(f"{path} is read-only; make it writable, or copy it elsewhere and give the copy by --registry")
