"""What speaks against a person's decision about an account, and no rule of the registry would say of the edited file.

Every refusal is a `UsageError` of one line.
"""

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from auditor.base.address import Address
from auditor.base.errors import UsageError
from auditor.base.files import packaged
from auditor.base.text import N_, Text
from auditor.registry.holders import Holder, holder_on, person_key, vacancy_on
from auditor.registry.lookup import find_offices, pick_office
from auditor.registry.models import Account, AccountKind, Confirmation, Office, Registry, Tenure
from auditor.registry.writing import Draft, RegistryFile

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LARGEST = 10**15
"""No network has given a number as large as this yet."""


_VACANT = N_("{office} is vacant on {date}; enter who holds it into {path} first")
_NO_HOLDER = N_("{office} has no holder on record on {date}; enter who holds it into {path} first")


class _Entry(NamedTuple):
    """An account on record: a key of its owner, how a message calls the owner, and the account."""

    owner: str
    words: str
    account: Account


@dataclass(frozen=True, slots=True)
class OnRecord:
    """The office that a decision is about, as the registry has it today."""

    file: RegistryFile
    registry: Registry
    office: Office
    draft: Draft
    """The file that has the office."""
    today: date

    @classmethod
    def open(cls, file: RegistryFile, who: str) -> "OnRecord":
        """Read the registry again and find the office. Raises `RegistryError` for its mistakes."""
        _refuse_read_only(file.path, named=file.named)
        registry = file.registry()
        office = pick_office(registry, who, whole=True)
        draft = file.draft_of(registry, office)
        _refuse_read_only(draft.path, named=file.named)
        found = cls(file, registry, office, draft, file.now.astimezone(registry.zone).date())
        found._refuse_former(who)
        return found

    def _refuse_former(self, who: str) -> None:
        """Refuse the name of a former holder: the decision would be written to the successor."""
        holder = holder_on(self.office, self.today)
        now = self.office.model_copy(update={"tenures": list(holder.chain) if holder else []})
        if not find_offices(self.registry.model_copy(update={"offices": [now]}), who, whole=True):
            name = holder.tenure.name if holder else "nobody on record"
            raise UsageError(f"{who!r} does not hold {now.id} on {self.today}, but {name}; name the office by its id")

    @property
    def holder(self) -> Holder:
        """The person in the office today. Raises `UsageError` where there is none."""
        found = holder_on(self.office, self.today)
        if found is not None:
            return found
        said = _VACANT if vacancy_on(self.office, self.today) else _NO_HOLDER
        raise UsageError(Text(said, {"office": self.office.id, "date": self.today, "path": str(self.draft.path)}))

    @property
    def name(self) -> str:
        """The holder's name. Raises `UsageError` as `holder` does."""
        return self.holder.tenure.name

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
            raise UsageError(f"--on {day} is before {self.name} took office ({first}); check the day")
        return day

    def refuse_control(self, address: Address) -> None:
        """Refuse a page that is looked at only to test a route."""
        if any(control.url == address for control in self.registry.controls):
            raise UsageError(f"{address} is a control page of the registry and nobody's account; check the address")

    def tenure_of_confirmed(self, address: Address, kind: AccountKind, day: date) -> Tenure | None:
        """Return the tenure that a confirmation belongs to; None: the office itself, for its institution's page.

        One of a later day renews an older one.
        """
        owner = _institution(self.office) if kind is AccountKind.INSTITUTION else person_key(self.name)
        self._refuse_of_another(address, owner)
        if kind is AccountKind.INSTITUTION:
            return self._place_of_page(address, day)
        known = next((a for a in self.holder.accounts if a.url == address), None)
        if known is not None and known.confirmed is not None:
            self._refuse_not_newer(address, known.confirmed, day)
        return self._tenure_with(address)

    @staticmethod
    def _refuse_not_newer(address: Address, known: Confirmation, day: date) -> None:
        if day <= known.on:
            raise UsageError(
                f"{address} is confirmed since {known.on}; a newer look renews that, one of {day} does not"
            )

    def _place_of_page(self, address: Address, day: date) -> Tenure | None:
        """Return the tenure that has the institution's page, not yet confirmed; None: the office has it, or will."""
        places: list[tuple[Tenure | None, list[Account]]] = [(None, self.office.accounts)]
        places += [(tenure, tenure.accounts) for tenure in self.office.tenures]
        for tenure, accounts in places:
            for account in accounts:
                if account.url != address or account.kind is not AccountKind.INSTITUTION:
                    continue
                if account.confirmed is not None:
                    self._refuse_not_newer(address, account.confirmed, day)
                return tenure
        return None

    def tenure_of_rejected(self, address: Address) -> Tenure:
        """Return the tenure that a rejection belongs to."""
        self._refuse_of_another(address, person_key(self.name))
        return self._tenure_with(address)

    def _tenure_with(self, address: Address) -> Tenure:
        """Return the holder's newest tenure that has the account, else the present one."""
        chain = reversed(self.holder.chain)
        return next((t for t in chain if any(a.url == address for a in t.accounts)), self.holder.tenure)

    def _refuse_of_another(self, address: Address, owner: str) -> None:
        """Refuse an account that is on record as somebody else's: under this address, or by the same number."""
        for entry in _entries_of(self.registry):
            account = entry.account
            if entry.owner != owner and account.rejected is None and _is(account, address):
                state = "a lead for" if account.lead else "that of"
                under = "" if account.url == address else f"is {account.url} and "
                raise UsageError(f"{address} {under}is on record as {state} {entry.words}; check whose it is")

    def refuse_if_any_account(self) -> None:
        """Refuse "nothing found" where an account is on record: the search that missed it shows no absence."""
        for account in self.holder.accounts:
            if account.kind is AccountKind.PERSONAL and (account.judged or account.lead):
                state = "is confirmed" if account.judged else "is a lead: confirm or reject it first"
                raise UsageError(f"something is on record for {self.name}: {account.url} {state}")

    def number(self, address: Address, given: int | None, known: int | None) -> int | None:
        """Return the network's own number: what was given, else what is on record, else what the archive has seen."""
        if given is None:
            given = known if known is not None else self.file.seen_number(address)
        elif known is not None and given != known:
            raise UsageError(f"--id {given}: {address} has the number {known} on record; check which page it is")
        else:
            _refuse_impossible(address, given)
        number = given if given is not None else address.number
        if number is not None:
            self._refuse_number_of_another(address, number)
        return given

    def _refuse_number_of_another(self, address: Address, number: int) -> None:
        for entry in _entries_of(self.registry):
            account = entry.account
            same = number in {account.id, account.url.number} and account.network is address.network
            if same and account.url != address and account.rejected is None:
                raise UsageError(f"the number {number} is that of {account.url}, {entry.words}; was the page renamed?")


def _is(account: Account, address: Address) -> bool:
    own = address.number
    same = own is not None and account.network is address.network and own in {account.id, account.url.number}
    return account.url == address or same


def _institution(office: Office) -> str:
    return f"the office {office.id} ({office.municipality})"


def _entries_of(registry: Registry) -> Iterator[_Entry]:
    """Yield every account with its owner, as the registry's rules tell persons apart."""
    for office in registry.offices:
        institution = _institution(office)
        yield from (_Entry(institution, institution, account) for account in office.accounts)
        for tenure in office.tenures:
            for account in tenure.accounts:
                if account.kind is AccountKind.PERSONAL:
                    yield _Entry(person_key(tenure.name), f"{tenure.name} ({office.id})", account)
                else:
                    yield _Entry(institution, institution, account)


def _refuse_impossible(address: Address, number: int) -> None:
    """Refuse a number that this address cannot have: the page would always look as if another had taken it over."""
    wanted = address.number
    if abs(number) >= _LARGEST:
        raise UsageError("--id is too large for a page's number; copy it again")
    if number == 0 or (number < 0 and not address.network.facts.has_communities):
        raise UsageError(f"--id {number} is no number of a page; Telegram's are positive, a VK community's is negative")
    if wanted is not None and number != wanted:
        raise UsageError(f"--id {number}: {address} has the number {wanted}")


def _writable(place: Path) -> bool:
    """Tell whether a file or folder is writable by its mode too: root can write what others have locked."""
    return bool(place.stat().st_mode & 0o222) and os.access(place, os.W_OK)


def _refuse_read_only(path: Path, *, named: bool) -> None:
    """Refuse the registry that came with the program, and a file that is read-only."""
    mine = packaged("officials.yaml").resolve()
    copied = f"`cp {shlex.quote(str(path))} officials.yaml`"
    meant = mine.parent.name != "_data" and (named or Path("officials.yaml").resolve() == mine)
    if path.resolve() == mine and not meant:
        raise UsageError(f"{path} came with the program; copy it with {copied} and run the command there again")
    if not _writable(path) or not _writable(path.resolve().parent):
        raise UsageError(f"{path} is read-only; make it writable, or copy it elsewhere and give the copy by --registry")
