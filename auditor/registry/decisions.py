"""A person's decisions about accounts, checked against what is on record and ready to be written.

Only a person decides: no probe and no lead leads here by itself. What speaks against a decision, and no rule of the
registry would say of the edited file, is a `UsageError` of one line.
"""

import os
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.address import Address, web_address
from auditor.base.errors import UsageError, parse_option
from auditor.base.files import packaged
from auditor.base.secrets import may_hold_secret
from auditor.base.text import N_, Scalar, Text, phrase, verbatim
from auditor.base.weeks import PartialDate
from auditor.registry.holders import Holder, holder_on
from auditor.registry.lookup import find_offices, pick_office
from auditor.registry.models import Account, Office, RecordedSearch, Registry, Tenure, some_network
from auditor.registry.registry_file import Draft, FileEdit, RegistryFile, YamlEdit
from auditor.registry.yaml_splice import Step

_NO_HOLDER = N_("{office} has no holder on record on {date}; enter who holds it into {path} first")
_CONFIRMED = N_("something is on record for {name}: {url} is confirmed")
_A_LEAD = N_("something is on record for {name}: {url} is a lead: confirm or reject it first")
_NOTHING = {"nothing", "ничего"}
_AN_ADDRESS = re.compile(r"(?<![\w.])@\w|\w\.\w+/\S")
"""What a name and an address on a network have, and an answer like «да» has not."""
_TELEPHONE = re.compile(
    r"(?<![\w.:+-])\+[1-9][ ()-]{0,2}\d(?:[ ()-]{0,2}\d){8,9}\d{0,4}(?!\d)"  # with its country's code
    r"|(?<![\w/.-])8(?:[ ()-]{0,2}\d){10}(?!\d)"  # as it is dialled at home
)


def plan_confirm(
    file: RegistryFile,
    who: str,
    url: str,
    *,
    how: str | None,
    sources: Sequence[str] = (),
    on: str | None = None,
    of: str | None = None,
    kind: str = "personal",
    number: int | None = None,
) -> FileEdit:
    """Plan that `url` is the page of the office's holder, or of its institution. A later look renews an earlier one.

    `of` is the date of the source. Raises `UsageError`, of one line, for anything that speaks against it.
    """
    record, institution = _DecisionContext.open(file, who), kind == "institution"
    if kind not in {"personal", "institution"}:
        raise UsageError(phrase("--kind cannot be {kind}; write personal or institution", kind=repr(kind)))
    if not sources:
        raise UsageError(
            phrase("a confirmation needs a --source: the address of a page where others can check what ties it")
        )
    address = record.address(url)
    if address.bot and not institution:
        raise UsageError(
            phrase(
                "{address} is a bot by its name, and no person's page; for a body's give --kind institution",
                address=address,
            )
        )
    day, source_date = record.day(on, of_person=not institution), record.date("of", of)
    tenure, known = record.place_of_page(address, kind)
    if known is not None and known.confirmed is not None and day <= known.confirmed.on:
        since = known.confirmed.on
        raise UsageError(
            phrase(
                "{address} is confirmed since {since}; a newer look renews that, one of {day} does not",
                address=address,
                since=since,
                day=day,
            )
        )
    decision = {"on": day, "how": _require_text("how", how), "sources": list(dict.fromkeys(map(_source, sources)))}
    if source_date is not None:
        decision["of"] = source_date.first if source_date.exact else str(source_date)
    keys = {"confirmed": decision, "id": record.number(address, number, known)}
    changes = record_page_edits(record.office, tenure, address, kind, keys)
    if institution:
        message = N_("{path}: {url} is now on record as a page of the institution: {name}.")
        return record.plan(changes, message, url=address.url, name=record.office.municipality)
    message = N_("{path}: {url} is now confirmed. Holder: {name}.")
    return record.plan(changes, message, url=address.url, name=record.holder.tenure.name)


def plan_reject(file: RegistryFile, who: str, url: str, *, how: str | None, on: str | None = None) -> FileEdit:
    """Plan that `url` is not the holder's page and is not shown as a lead again."""
    record = _DecisionContext.open(file, who)
    address = record.address(url)
    decision = {"on": record.day(on), "how": _require_text("how", how)}
    tenure, _ = record.place_of_page(address, "personal")
    changes = record_page_edits(record.office, tenure, address, "personal", {"rejected": decision})
    message = N_("{path}: {url} is now rejected and will not be shown as a lead. Holder: {name}.")
    return record.plan(changes, message, url=address.url, name=record.holder.tenure.name)


def plan_searched(
    file: RegistryFile,
    who: str,
    *,
    how: str | None,
    by: str | None,
    found: str | None,
    networks: Sequence[str] = (),
    on: str | None = None,
) -> FileEdit:
    """Plan that a search for the holder's accounts is on record: by whom, how, where, and what it found."""
    record = _DecisionContext.open(file, who)
    result = _require_text("found", found)
    if result.casefold() in _NOTHING:
        result = "nothing"
        record.refuse_if_any_account()
    elif not _AN_ADDRESS.search(result):
        raise UsageError(
            phrase("--found holds no address; write nothing, or the addresses of the pages that were found")
        )
    where = list(
        dict.fromkeys(parse_option(some_network, name.strip().lower(), option="--network") for name in networks)
    )
    entry = RecordedSearch(
        on=record.day(on), by=_require_text("by", by), how=_require_text("how", how), networks=where, found=result
    )
    if entry in record.holder.searches:
        raise UsageError(phrase("this search of {on} is on record already", on=entry.on))
    message = N_("{path}: the search of {date} is on record. Holder: {name}. Found: {found}.")
    if entry.found_nothing:
        message = N_("{path}: the search of {date} found nothing. Holder: {name}.")
    changes = [record_search_edit(record.office, record.holder.tenure, entry)]
    return record.plan(changes, message, date=entry.on, name=record.holder.tenure.name, found=result)


# What changes ---------------------------------------------------------------------------------------------------------


def record_page_edits(
    office: Office, tenure: Tenure | None, address: Address, kind: str, keys: Mapping[str, Any]
) -> list[YamlEdit]:
    """Return what changes where `keys` are put on record of an account: the entry that is there, or a new one.

    Without a tenure the account is the office's own. A new entry keeps the case of letters that people know it by. What
    is None is left as it is.
    """
    owner: Office | Tenure = office if tenure is None else tenure
    place, given = _place(office, tenure), {key: value for key, value in keys.items() if value is not None}
    for number, known in enumerate(owner.listed):
        if isinstance(known, Account) and known.url == address:
            return [YamlEdit((*place, "accounts", number), key, value) for key, value in given.items()]
    url = address.url.removesuffix(address.name) + address.request_name
    return [YamlEdit(place, "accounts", {"url": url, "kind": kind, **given}, add=True)]


def record_search_edit(office: Office, tenure: Tenure, search: RecordedSearch) -> YamlEdit:
    """Return what changes where a search for a person's accounts is put on record."""
    networks = {"networks": list(map(str, search.networks))} if search.networks else {}
    item = {"on": search.on, "by": search.by, "how": search.how, **networks, "found": search.found}
    return YamlEdit(_place(office, tenure), "searches", item, add=True)


def _place(office: Office, tenure: Tenure | None) -> tuple[Step, ...]:
    """Return the way from an office to its tenure, or to itself."""
    number = next((n for n, known in enumerate(office.tenures) if known is tenure), None)
    return () if number is None else ("tenures", number)


# What speaks against it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DecisionContext:
    """The office that a decision is about, as the registry has it today."""

    file: RegistryFile
    registry: Registry
    office: Office
    draft: Draft
    """The file that has the office."""
    today: date

    @classmethod
    def open(cls, file: RegistryFile, who: str) -> "_DecisionContext":
        """Read the registry again and find the office. Raises `RegistryError` for its mistakes."""
        _refuse_read_only(file.path, named=file.named)
        registry = file.registry()
        office = pick_office(registry, who, whole=True)
        draft = file.draft_of(registry, office)
        _refuse_read_only(draft.path, named=file.named)
        record = cls(file, registry, office, draft, file.now.astimezone(registry.zone).date())
        record.refuse_former(who)
        return record

    def plan(self, changes: Sequence[YamlEdit], done: str, **params: Scalar) -> FileEdit:
        """Return the file with the changes, and what to say of them."""
        told = Text(done, {"path": str(self.draft.path), **params})
        return FileEdit(self.draft.path, self.draft.raw, self.draft.apply(changes), told)

    def refuse_former(self, who: str) -> None:
        """Refuse the name of a former holder: the decision would be written to the successor."""
        holder = holder_on(self.office, self.today)
        now = self.office.model_copy(update={"tenures": list(holder.chain) if holder else []})
        if not find_offices(self.registry.model_copy(update={"offices": [now]}), who, whole=True):
            name = verbatim(holder.tenure.name) if holder else phrase("nobody on record")
            raise UsageError(
                phrase(
                    "{who} does not hold {id} on {today}, but {name}; write a former holder's "
                    "page into his entry by hand",
                    who=repr(who),
                    id=now.id,
                    today=self.today,
                    name=name,
                )
            )

    @property
    def holder(self) -> Holder:
        """The person in the office today. Raises `UsageError` where there is none."""
        found = holder_on(self.office, self.today)
        if found is None:
            path = str(self.draft.path)
            raise UsageError(Text(_NO_HOLDER, {"office": self.office.id, "date": self.today, "path": path}))
        return found

    def address(self, url: str) -> Address:
        """Read a page's address. One that is looked at only to test a route is nobody's."""
        address = parse_option(Address.parse, url)
        if any(control.url == address for control in self.registry.controls):
            raise UsageError(
                phrase(
                    "{address} is a control page of the registry and nobody's account; check the address",
                    address=address,
                )
            )
        return address

    def day(self, text: str | None, *, of_person: bool = True) -> date:
        """Return the day of a decision: not in the future and not before the person can have taken office."""
        day = self.date("on", text)
        if day is None:
            return self.today
        if not day.exact:
            raise UsageError(phrase("--on {text} is not a day; write it whole, like 2026-11-24", text=repr(text)))
        first = self.holder.took_office[0] if of_person else None
        if first is not None and day.first < first:
            name = self.holder.tenure.name
            raise UsageError(
                phrase(
                    "--on {day} is before {name} took office ({first}); check the day", day=day, name=name, first=first
                )
            )
        return day.first

    def date(self, option: str, text: str | None) -> PartialDate | None:
        """Return a date that was typed: a year, a month or a day that has come."""
        if text is None:
            return None
        found = parse_option(PartialDate.parse, text, option=f"--{option}")
        if found.first > self.today:
            raise UsageError(
                phrase(
                    "--{option} {found} is in the future; it is {today} in {timezone}",
                    option=option,
                    found=found,
                    today=self.today,
                    timezone=self.registry.timezone,
                )
            )
        return found

    def place_of_page(self, address: Address, kind: str) -> tuple[Tenure | None, Account | None]:
        """Return the tenure that lists a page, and its entry; without one where a new entry belongs.

        That is the present tenure or, where the tenure is None, the office itself for its institution's page.
        """
        personal = kind == "personal"
        tenures = list(reversed(self.holder.chain)) if personal else self.office.tenures
        listed: list[tuple[Tenure | None, Account]] = [(t, a) for t in tenures for a in t.accounts]
        listed += [] if personal else [(None, account) for account in self.office.accounts]
        known = ((tenure, page) for tenure, page in listed if page.url == address and (personal or page.kind == kind))
        return next(known, (self.holder.tenure if personal else None, None))

    def refuse_if_any_account(self) -> None:
        """Refuse "nothing found" where an account is on record: the search that missed it shows no absence."""
        for account in self.holder.accounts:
            if account.kind == "personal" and (account.judged or account.lead):
                said = _CONFIRMED if account.judged else _A_LEAD
                raise UsageError(phrase(said, name=self.holder.tenure.name, url=account.url))

    def number(self, address: Address, given: int | None, known: Account | None) -> int | None:
        """Return the network's own number to be written: what was given, else what the archive has seen."""
        if known is None or known.id is None:
            return given if given is not None else self.file.seen_number(address)
        if given not in {None, known.id}:
            raise UsageError(
                phrase(
                    "--id {given}: {address} has the number {id} on record; check which page it is",
                    given=given,
                    address=address,
                    id=known.id,
                )
            )
        return None


def _refuse_read_only(path: Path, *, named: bool) -> None:
    """Refuse the registry that came with the program, and a file that is read-only."""
    mine = packaged("officials.yaml").resolve()
    copied = f"`cp {shlex.quote(str(path))} officials.yaml`"
    meant = mine.parent.name != "_data" and (named or Path("officials.yaml").resolve() == mine)
    if path.resolve() == mine and not meant:
        raise UsageError(
            phrase(
                "{path} came with the program; copy it with {copied} and run the command there again",
                path=path,
                copied=copied,
            )
        )
    # By its mode too: root can write what others have locked.
    if not all(place.stat().st_mode & 0o222 and os.access(place, os.W_OK) for place in (path, path.resolve().parent)):
        raise UsageError(
            phrase(
                "{path} is read-only; make it writable, or copy it elsewhere and give the copy by --registry", path=path
            )
        )


# What was typed -------------------------------------------------------------------------------------------------------

_MISSING = {
    "how": N_("say how that was found out: --how; a second person must be able to check it"),
    "found": N_("say what was found: --found nothing, or --found with the addresses"),
    "by": N_("say who searched: --by; the report prints it beside «not found»"),
}


def _require_text(option: str, text: str | None) -> str:
    """Return what was typed as one line of visible characters. Raises `UsageError` where nothing was."""
    if any("\ud800" <= letter <= "\udfff" for letter in text or ""):
        raise UsageError(
            phrase("--{option} is not text in the encoding of this terminal; type it again", option=option)
        )
    line = " ".join("".join(c for c in text or "" if c.isprintable() or c.isspace()).split())
    if not line:
        raise UsageError(phrase(_MISSING[option]))
    return _refuse_secret(option, line)


def _refuse_secret(option: str, text: str) -> str:
    """Return what may stand in a public file. Raises `UsageError`, without repeating it, for what may be a secret."""
    if may_hold_secret(text) or _TELEPHONE.search(text):
        raise UsageError(
            phrase(
                "--{option} holds what may be a key, a password or a telephone; the registry is public", option=option
            )
        )
    return text


def _source(text: str) -> str:
    return _refuse_secret("source", parse_option(web_address, text, option="--source"))
