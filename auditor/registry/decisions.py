"""Plan an operator's decisions about accounts: check them against the registry and prepare the edit of its file.

Only a person decides: no probe and no search calls this by itself. An objection that the rules of the registry would
not raise against the edited file is a `UsageError` of one line.
"""

import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.address import Address, web_address
from auditor.base.errors import UsageError, parse_option
from auditor.base.files import packaged
from auditor.base.secrets import may_hold_secret
from auditor.base.text import N_, Scalar, Text, phrase, verbatim
from auditor.base.weeks import PartialDate, day_end
from auditor.registry.holders import Holder, deadline_of, holder_on
from auditor.registry.lookup import find_offices, pick_office, require_existing
from auditor.registry.model_reader import refusal
from auditor.registry.models import (
    NOTHING,
    Account,
    AccountKind,
    AnyNetworkKey,
    Office,
    OtherAccount,
    RecordedSearch,
    Registry,
    Tenure,
    other_network,
    search_result,
)
from auditor.registry.registry_file import Draft, FileEdit, RegistryFile
from auditor.registry.typed_text import read_date, read_networks
from auditor.registry.yaml_splice import Step

_NO_HOLDER = N_("{office} has no holder on record on {date}; enter who holds it into {path} first")
_CONFIRMED = N_("something is on record for {name}: {url} is confirmed")
_A_LEAD = N_("something is on record for {name}: {url} is a lead: confirm or reject it first")
_AN_ADDRESS = re.compile(r"(?<![\w.])@\w|\w\.\w+/\S")
"""Matches a name with @ or an address on a network, but no short reply such as «да»."""
_TELEPHONE = re.compile(
    r"(?<![\w.:+-])\+[1-9][ ()-]{0,2}\d(?:[ ()-]{0,2}\d){8,9}\d{0,4}(?!\d)"  # with its country's code
    r"|(?<![\w/.-])8(?:[ ()-]{0,2}\d){10}(?!\d)"  # as it is dialled at home
)


def plan_confirm(
    file: RegistryFile,
    query: str,
    url: str,
    *,
    how: str | None,
    sources: Sequence[str] = (),
    on: str | None = None,
    of: str | None = None,
    kind: str = "personal",
    number: int | None = None,
) -> FileEdit:
    """Plan the confirmation that `url` is the page of the office's holder, or of its institution.

    A later confirmation replaces an earlier one. `of` is the date of the source. Raises `UsageError`, of one line, for
    any objection.
    """
    record, institution = _DecisionContext.open(file, query), kind == "institution"
    if kind not in {"personal", "institution"}:
        raise refusal("--kind cannot be {kind}; write personal or institution", kind=repr(kind))
    if not sources:
        raise refusal("a confirmation needs a --source: the address of a page where others can check what ties it")
    address = record.address(url)
    if address.bot and not institution:
        raise refusal(
            "{address} is a bot by its name, and no person's page; for a body's give --kind institution",
            address=address,
        )
    day, source_date = record.day(on, of_person=not institution), record.date("of", of)
    tenure, existing = record.find_entry(address, kind)
    if existing is not None and existing.confirmed is not None and day <= existing.confirmed.on:
        since = existing.confirmed.on
        raise refusal(
            "{address} is confirmed since {since}; a newer look renews that, one of {day} does not",
            address=address,
            since=since,
            day=day,
        )
    decision = {"on": day, "how": require_how(how), "sources": list(dict.fromkeys(map(require_source, sources)))}
    if source_date is not None:
        decision["of"] = source_date.first if source_date.exact else str(source_date)
    number_to_write = record.id_to_write(address, number, existing)
    record.write_page(tenure, address, kind, {"confirmed": decision, "id": number_to_write})
    if institution:
        message = N_("{path}: {url} is now on record as a page of the institution: {name}.")
        return record.plan(message, url=address.url, name=record.office.municipality)
    message = N_("{path}: {url} is now confirmed. Holder: {name}.")
    return record.plan(message, url=address.url, name=record.holder.tenure.name)


def plan_reject(file: RegistryFile, query: str, url: str, *, how: str | None, on: str | None = None) -> FileEdit:
    """Plan the rejection of `url`: it is not the holder's page, and is not shown as a lead again."""
    record = _DecisionContext.open(file, query)
    address = record.address(url)
    decision = {"on": record.day(on), "how": require_how(how)}
    tenure, _ = record.find_entry(address, "personal")
    record.write_page(tenure, address, "personal", {"rejected": decision})
    message = N_("{path}: {url} is now rejected and will not be shown as a lead. Holder: {name}.")
    return record.plan(message, url=address.url, name=record.holder.tenure.name)


def plan_searched(
    file: RegistryFile,
    query: str,
    *,
    how: str | None,
    by: str | None,
    found: str | None,
    networks: Sequence[str] = (),
    on: str | None = None,
) -> FileEdit:
    """Plan the record of a search for the holder's accounts: by whom, how, on which networks, and what it found."""
    record = _DecisionContext.open(file, query)
    result = record.require_found(found)
    entry = RecordedSearch(
        on=record.day(on),
        by=require_searcher(by),
        how=require_how_searched(how),
        networks=require_networks(", ".join(networks)) if networks else [],
        found=result,
    )
    if entry in record.holder.searches:
        raise refusal("this search of {on} is on record already", on=entry.on)
    message = N_("{path}: the search of {date} is on record. Holder: {name}. Found: {found}.")
    if entry.found_nothing:
        message = N_("{path}: the search of {date} found nothing. Holder: {name}.")
    record.write_search(entry)
    edit = record.plan(message, date=entry.on, name=record.holder.tenure.name, found=result)
    return replace(edit, effect=record.effect_of(entry))


def require_searchable(file: RegistryFile, query: str, on: str | None) -> None:
    """Raise `UsageError` if no search of this day for the office's holder can be recorded, whatever else is given."""
    record = _DecisionContext.open(file, query)
    assert record.holder
    record.day(on)


def require_found(file: RegistryFile, query: str, text: str | None) -> str:
    """Return what a search found: `NOTHING`, or a text with addresses. Raises `UsageError` if it cannot be so."""
    return _DecisionContext.open(file, query).require_found(text)


def plan_undo(
    file: RegistryFile, query: str, url: str, *, how: str | None, words: Callable[[Text], str] = str
) -> FileEdit:
    """Plan to take back what was decided about `url`: it waits for a decision again; an institution's page goes.

    The reason becomes a note, in the words of `words`. Raises `UsageError` if nothing was decided.
    """
    record = _DecisionContext.open(file, query)
    tenure, number, page = record.find_decided(url)
    decision = page.rejected or page.confirmed
    sentence = _PAGE_TAKEN_OFF if decision is None else _REJECTION_UNDONE if page.rejected else _CONFIRMATION_UNDONE
    day = decision.on if decision else record.today
    reason = require_why_undone(how).rstrip(".")
    note = Text(sentence, {"url": str(page.url), "date": day, "today": record.today, "reason": reason})
    path = (*record.path_to(tenure), "accounts", number)
    if page.kind is AccountKind.INSTITUTION:
        record.draft.remove(path)
        record.add_note(path[:-2], (record.office if tenure is None else tenure).note, words(note))
    else:
        record.draft.remove((*path, "rejected" if page.rejected else "confirmed"))
        record.add_note(path, page.note, words(note))
    message = N_("{path}: what was decided about {url} is taken back. The reason is kept as a note. Holder: {name}.")
    return record.plan(message, url=str(page.url), name=record.holder_name)


def plan_undo_search(
    file: RegistryFile, query: str, *, how: str | None, on: str | None = None, words: Callable[[Text], str] = str
) -> FileEdit:
    """Plan to take back a recorded search, of several that of the day `on`; the reason becomes the tenure's note."""
    record = _DecisionContext.open(file, query)
    tenure, number, search = record.find_search(record.date("on", on))
    reason = require_why_undone(how).rstrip(".")
    note = Text(_SEARCH_UNDONE, {"date": search.on, "by": search.by, "today": record.today, "reason": reason})
    path = record.path_to(tenure)
    record.draft.remove((*path, "searches", number))
    record.add_note(path, tenure.note, words(note))
    message = N_("{path}: the search of {date} is taken back. The reason is kept as a note. Holder: {name}.")
    return record.plan(message, date=search.on, name=tenure.name)


def decisions_of(file: RegistryFile, query: str) -> Iterator[tuple[Text, str | None, str | None]]:
    """Yield what can be taken back of an office: what it is, and the address of the page or the day of the search."""
    record = _DecisionContext.open(file, query)
    for _, _, page in record.iter_listed():
        decision = page.rejected or page.confirmed
        if decision is not None:
            sentence = _A_REJECTION if page.rejected else _A_CONFIRMATION
            yield Text(sentence, {"url": str(page.url), "date": decision.on}), str(page.url), None
    for _, _, search in record.iter_searches():
        yield Text(_A_SEARCH, {"date": search.on, "by": search.by}), None, str(search.on)


_A_CONFIRMATION = N_("confirmed on {date}: {url}")
_A_REJECTION = N_("rejected on {date}: {url}")
_A_SEARCH = N_("the search of {date} by {by}")
_CONFIRMATION_UNDONE = N_("The confirmation of {date} was taken back on {today}: {reason}.")
_REJECTION_UNDONE = N_("The rejection of {date} was taken back on {today}: {reason}.")
_SEARCH_UNDONE = N_("The search of {date} by {by} was taken back on {today}: {reason}.")
_PAGE_TAKEN_OFF = N_("The page {url} was taken off on {today}: {reason}.")


# The objections -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _DecisionContext:
    """The office that a decision is about, its registry as read from the file now, and today's date in its zone."""

    file: RegistryFile
    registry: Registry
    office: Office
    draft: Draft
    """The file that lists the office: the registry itself, or one that it includes."""
    today: date

    @classmethod
    def open(cls, file: RegistryFile, query: str) -> "_DecisionContext":
        """Read the registry again and find the office. Raises `RegistryError` if the registry has problems."""
        refuse_read_only(file.path, named=file.named)
        registry = file.registry()
        office = pick_office(registry, query, exact=True)
        draft = file.draft_of(registry, office)
        refuse_read_only(draft.path, named=file.named)
        record = cls(file, registry, office, draft, file.now.astimezone(registry.zone).date())
        record.refuse_former(query)
        return record

    def write_page(self, tenure: Tenure | None, address: Address, kind: str, keys: Mapping[str, Any]) -> None:
        """Set `keys` of an account: in its entry if it is listed, else in a new one.

        Without a tenure the account is the office's own. A new entry keeps the case of the letters in the name. A key
        whose value is None is left as it is.
        """
        owner: Office | Tenure = self.office if tenure is None else tenure
        path, values = self.path_to(tenure), {key: value for key, value in keys.items() if value is not None}
        pages = [page.url if isinstance(page, Account) else None for page in owner.listed]
        if address not in pages:
            url = address.url.removesuffix(address.name) + address.request_name
            self.draft.add(path, "accounts", {"url": url, "kind": kind, **values})
            return
        for key, value in values.items():
            self.draft.set((*path, "accounts", pages.index(address)), key, value)

    def write_search(self, search: RecordedSearch) -> None:
        """Add a search to the holder's tenure."""
        networks = {"networks": list(map(str, search.networks))} if search.networks else {}
        item = {"on": search.on, "by": search.by, "how": search.how, **networks, "found": search.found}
        self.draft.add(self.path_to(self.holder.tenure), "searches", item)

    def add_note(self, path: Sequence[Step], note: str, sentence: str) -> None:
        """Add a sentence to the note of an entry, which has `note` already."""
        self.draft.set(path, "note", f"{' '.join(note.split())} {sentence}".strip())

    def path_to(self, tenure: Tenure | None) -> tuple[Step, ...]:
        """Return the YAML path from the office to its tenure; empty for the office itself."""
        index = next((n for n, entry in enumerate(self.office.tenures) if entry is tenure), None)
        return () if index is None else ("tenures", index)

    def plan(self, sentence: str, **params: Scalar) -> FileEdit:
        """Return the edit of the file, with `sentence`, filled with its path and `params`, as the message once done."""
        return self.draft.change(Text(sentence, {"path": str(self.draft.path), **params}))

    def refuse_former(self, query: str) -> None:
        """Raise `UsageError` if `query` names a former holder: the decision would be written to the successor."""
        holder = holder_on(self.office, self.today)
        current_office = self.office.model_copy(update={"tenures": list(holder.chain) if holder else []})
        if not find_offices(self.registry.model_copy(update={"offices": [current_office]}), query, exact=True):
            name = verbatim(holder.tenure.name) if holder else phrase("nobody on record")
            raise refusal(
                "{who} does not hold {id} on {today}, but {name}; write a former holder's page into his entry by hand",
                who=repr(query),
                id=current_office.id,
                today=self.today,
                name=name,
            )

    @property
    def holder_name(self) -> str:
        """The name of the holder today; a dash if the registry has none."""
        holder = holder_on(self.office, self.today)
        return holder.tenure.name if holder is not None else "—"

    @property
    def holder(self) -> Holder:
        """The holder today. Raises `UsageError` if the registry has none, or the office is abolished."""
        require_existing(self.office, self.today)
        holder = holder_on(self.office, self.today)
        if holder is None:
            path = str(self.draft.path)
            raise UsageError(Text(_NO_HOLDER, {"office": self.office.id, "date": self.today, "path": path}))
        return holder

    def address(self, url: str) -> Address:
        """Parse a page's address. Raises `UsageError` for a control page: it is no official's account."""
        address = parse_option(Address.parse, url)
        if any(control.url == address for control in self.registry.controls):
            raise refusal(
                "{address} is a control page of the registry and nobody's account; check the address", address=address
            )
        return address

    def day(self, text: str | None, *, of_person: bool = True) -> date:
        """Return the day of a decision, today without `text`. Raises `UsageError` for a day to come.

        With `of_person` also for a day before the holder can have taken office.
        """
        day = self.date("on", text)
        if day is None:
            return self.today
        if not day.exact:
            raise refusal("--on {text} is not a day; write it whole, like 2026-11-24", text=repr(text))
        earliest_start = self.holder.took_office[0] if of_person else None
        if earliest_start is not None and day.first < earliest_start:
            name = self.holder.tenure.name
            raise refusal(
                "--on {day} is before {name} took office ({first}); check the day",
                day=day,
                name=name,
                first=earliest_start,
            )
        return day.first

    def date(self, option: str, text: str | None) -> PartialDate | None:
        """Parse a typed date of a year, a month or a day; None if not given. Raises `UsageError` for one to come."""
        if text is None:
            return None
        partial_date = parse_option(read_date, text, option=f"--{option}")
        if partial_date.first > self.today:
            raise refusal(
                "--{option} {found} is in the future; it is {today} in {timezone}",
                option=option,
                found=partial_date,
                today=self.today,
                timezone=self.registry.timezone,
            )
        return partial_date

    def find_entry(self, address: Address, kind: str) -> tuple[Tenure | None, Account | None]:
        """Return the tenure that lists a page and the page's entry; the entry is None if it is not listed yet.

        Then the tenure is the one for a new entry: the present one for a personal page, None (the office itself) for an
        institution's. An entry of the office itself also comes with None as its tenure.
        """
        personal = kind == "personal"
        tenures = list(reversed(self.holder.chain)) if personal else self.office.tenures
        listed: list[tuple[Tenure | None, Account]] = [(t, a) for t in tenures for a in t.accounts]
        listed += [] if personal else [(None, account) for account in self.office.accounts]
        matches = ((tenure, page) for tenure, page in listed if page.url == address and (personal or page.kind == kind))
        return next(matches, (self.holder.tenure if personal else None, None))

    def iter_listed(self) -> Iterator[tuple[Tenure | None, int, Account | OtherAccount]]:
        """Yield the pages of the holder, the latest tenure first, and of the institution: tenure, number, page."""
        holder = holder_on(self.office, self.today)
        for tenure in reversed(self.office.tenures):
            is_own = holder is not None and any(entry is tenure for entry in holder.chain)
            for number, page in enumerate(tenure.listed):
                if is_own or page.kind is AccountKind.INSTITUTION:
                    yield tenure, number, page
        yield from ((None, number, page) for number, page in enumerate(self.office.listed))

    def iter_searches(self) -> Iterator[tuple[Tenure, int, RecordedSearch]]:
        """Yield the recorded searches for the holder's pages: tenure, number, search."""
        holder = holder_on(self.office, self.today)
        for tenure in holder.chain if holder is not None else ():
            yield from ((tenure, number, search) for number, search in enumerate(tenure.searches))

    def find_decided(self, url: str) -> tuple[Tenure | None, int, Account | OtherAccount]:
        """Return the page of this address about which something is decided. Raises `UsageError` if there is none."""
        elsewhere = parse_option(web_address, url) if other_network(url) is not None else None
        address = None if elsewhere else parse_option(Address.parse, url)
        for tenure, number, page in self.iter_listed():
            is_meant = page.url == elsewhere if address is None else isinstance(page, Account) and page.is_at(address)
            if is_meant and not page.lead:
                return tenure, number, page
        raise refusal(_UNDECIDED, url=elsewhere or str(address), id=self.office.id)

    def find_search(self, day: PartialDate | None) -> tuple[Tenure, int, RecordedSearch]:
        """Return the recorded search of `day`, or the only one. Raises `UsageError` if there is none, or several."""
        searches = [entry for entry in self.iter_searches() if day is None or entry[2].on == day.first]
        if not searches:
            raise refusal("no such search for pages of {name} is on record", name=self.holder_name)
        if day is None and len(searches) > 1:
            days = ", ".join(str(entry[2].on) for entry in searches)
            raise refusal("several searches are on record; say by --on which is meant: {days}", days=days)
        return searches[-1]

    def effect_of(self, search: RecordedSearch) -> Text | None:
        """Return what a search that found nothing makes of the cell of the directive; None where it has no part."""
        deadline, name = deadline_of(self.registry, self.holder), self.holder.tenure.name
        if not search.found_nothing or not self.registry.bound(self.office):
            return None
        if missing := [n for n in self.registry.searched_on(search.on) if n not in search.networks]:
            return Text(_NOT_RED, {"name": name, "networks": ", ".join(missing)})
        is_late = deadline.start_known and day_end(search.on, self.registry.zone) >= deadline.late_from
        return Text(_RED, {"name": name}) if is_late and not self.holder.reports else None

    def require_found(self, text: str | None) -> str:
        """Return what a search found. Raises `UsageError` for what has no address, or for "nothing" if a page is."""
        result: str = search_result(_require_text("found", text))
        if result == NOTHING:
            self.refuse_if_any_account()
        elif not _AN_ADDRESS.search(result):
            raise refusal("--found holds no address; write nothing, or the addresses of the pages that were found")
        return result

    def refuse_if_any_account(self) -> None:
        """Raise `UsageError` for "nothing found" if a page is on record: a search that missed it proves no absence."""
        for account in self.holder.accounts:
            if account.kind == "personal" and (account.judged or account.lead):
                sentence = _CONFIRMED if account.judged else _A_LEAD
                raise refusal(sentence, name=self.holder.tenure.name, url=account.url)

    def id_to_write(self, address: Address, given_id: int | None, existing: Account | None) -> int | None:
        """Return the network's id to write into the entry: the given one, else the one the archive saw last.

        None: nothing to write, either because no id is known or because the entry has it already.
        """
        if existing is None or existing.id is None:
            return given_id if given_id is not None else self.file.seen_number(address)
        if given_id not in {None, existing.id}:
            raise refusal(
                "--id {given}: {address} has the number {id} on record; check which page it is",
                given=given_id,
                address=address,
                id=existing.id,
            )
        return None


_RED = N_("By this the cell of the directive turns red in the report, “a personal page was not found”: {name}")
_NOT_RED = N_("By this no cell turns red, since this was not searched: {networks}. Holder: {name}")
_UNDECIDED = N_(
    "{id}: nothing is decided about {url} that could be taken back; `auditor review {id}` shows what is on record"
)


def refuse_read_only(path: Path, *, named: bool) -> None:
    """Raise `UsageError` for the registry that came with the program, and for a file that is read-only.

    `named`: the operator named this file, so that the packaged one may be meant.
    """
    packaged_file = packaged("officials.yaml").resolve()
    copy_command = f"`cp {shlex.quote(str(path))} officials.yaml`"
    is_intended = packaged_file.parent.name != "_data" and (named or Path("officials.yaml").resolve() == packaged_file)
    if path.resolve() == packaged_file and not is_intended:
        raise refusal(
            "{path} came with the program; copy it with {copied} and run the command there again",
            path=path,
            copied=copy_command,
        )
    # The mode is checked too: root can write to files that others have made read-only.
    if not all(
        needed_path.stat().st_mode & 0o222 and os.access(needed_path, os.W_OK)
        for needed_path in (path, path.resolve().parent)
    ):
        raise refusal(
            "{path} is read-only; make it writable, or copy it elsewhere and give the copy by --registry", path=path
        )


# Typed text -----------------------------------------------------------------------------------------------------------

_MISSING = {
    "how": N_("say how that was found out: --how; a second person must be able to check it"),
    "undo": N_("say why it is taken back: --how; it is kept as a note"),
    "found": N_("say what was found: --found nothing, or --found with the addresses"),
    "by": N_("say who searched: --by; the report prints it beside «not found»"),
}


_WHERE = re.compile(
    r"\b(?:vk|вк\b|в ?контакте|telegram|телег|тг\b|ok\b|ок\b|одноклассник|max\b|мах\b|макс\b|yandex|яндекс|google|гугл|"
    r"поисковик|справочник|сайт|site|t\.me)|\w\.\w{2,}/?",
    re.IGNORECASE,
)
"""Matches a place where a person can search."""
_BY_WHAT = re.compile(
    r"\b(?:им(?:я|ени)|фамили|фио\b|отчеств|должност|назван|телефон|почт|ссылк|фото|район|город|"
    r"name|surname|office|title|link|photo|phone)",
    re.IGNORECASE,
)
"""Matches what a person can search by."""


def require_how_searched(text: str | None) -> str:
    """Return how a search was made. Raises `UsageError` unless it names where, and by what, so it can be repeated."""
    how = require_how(text)
    if not _WHERE.search(how) or not _BY_WHAT.search(how):
        raise refusal(
            "--how {how} is too little to repeat the search; say where and by what, like: in the people search of VK "
            "and OK and in Yandex, by family name, given name and office",
            how=repr(how),
        )
    return how


def require_how(text: str | None) -> str:
    """Return how something was found out. Raises `UsageError` if that is not said, or may not be published."""
    return _require_text("how", text)


def require_why_undone(text: str | None) -> str:
    """Return why a decision is taken back. Raises `UsageError` if that is not said, or may not be published."""
    return _require_text("how", text, _MISSING["undo"])


def require_searcher(text: str | None) -> str:
    """Return who searched. Raises `UsageError` if that is not said, or may not be published."""
    return _require_text("by", text)


def require_networks(text: str | None) -> list[AnyNetworkKey]:
    """Return the networks in which somebody searched. Raises `UsageError` for another name, or none at all."""
    networks = parse_option(read_networks, text or "", option="--network")
    if not networks:
        raise refusal("name the networks in which you searched")
    return networks


def _require_text(option: str, text: str | None, missing: str = "") -> str:
    """Return the text of an option as one line of visible characters. Raises `UsageError` if there are none."""
    if any("\ud800" <= letter <= "\udfff" for letter in text or ""):
        raise refusal("--{option} is not text in the encoding of this terminal; type it again", option=option)
    line = " ".join("".join(c for c in text or "" if c.isprintable() or c.isspace()).split())
    if not line:
        raise refusal(missing or _MISSING[option])
    return _refuse_secret(option, line)


def may_be_private(text: str) -> bool:
    """Return whether a text may hold a secret or a telephone number, which the public registry must not have."""
    return may_hold_secret(text) or _TELEPHONE.search(text) is not None


def _refuse_secret(option: str, text: str) -> str:
    """Return `text` if it may be published. Raises `UsageError`, without repeating it, if it may hold a secret."""
    if may_be_private(text):
        raise refusal(
            "--{option} holds what may be a key, a password or a telephone; the registry is public", option=option
        )
    return text


def require_sources(text: str | None) -> list[str]:
    """Return the addresses of sources, parted by blanks. Raises `UsageError` as `require_source` does."""
    return list(map(require_source, (text or "").split()))


def require_source(text: str) -> str:
    """Return the address of a source. Raises `UsageError` for anything else, or what may not be published."""
    return _refuse_secret("source", parse_option(web_address, text, option="--source"))
