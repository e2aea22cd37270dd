"""A person's decisions about accounts, checked against what is on record and ready to be written.

Only a person decides: no probe and no lead leads here by itself.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from auditor.base.address import Address, web_address
from auditor.base.errors import UsageError, typed
from auditor.base.secrets import may_hold_secret
from auditor.base.snapshot import Network
from auditor.base.text import N_, Scalar, Text
from auditor.base.weeks import PartialDate
from auditor.registry.models import SEARCHED, Account, AccountKind, Office, OtherNetwork, Search, Tenure, some_network
from auditor.registry.objections import OnRecord
from auditor.registry.splice import Step
from auditor.registry.writing import Change, Draft, RegistryFile, write_draft

_NOTHING = {
    *("nothing", "none", "no", "not found", "nothing found", "nothing was found", "no accounts", "no account", "0"),
    *("ничего", "не найдено", "ничего не найдено", "нет", "не найден", "не найдена", "не найдены", "ничего нет"),
    *("не нашлось", "ничего не нашлось", "не обнаружено", "ничего не обнаружено", "отсутствует", "отсутствуют"),
    *("аккаунтов не найдено", "страниц не найдено", "аккаунты не найдены", "страницы не найдены", "нет аккаунтов"),
}
"""How people write that a search found nothing; case and punctuation make no difference."""
_AN_ADDRESS = re.compile(r"(?<![\w.])@\w|\w\.\w+/\S")
"""What a name and an address on a network have, and an answer like «да» has not."""
_TELEPHONE = re.compile(
    r"(?<![\w.:+-])\+[1-9][ ()-]{0,2}\d(?:[ ()-]{0,2}\d){8,9}\d{0,4}(?!\d)"  # with its country's code
    r"|(?<![\w/.-])8(?:[ ()-]{0,2}\d){10}(?!\d)"  # as it is dialled at home
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller gave with a decision, as it was typed. None: not given."""

    how: str | None
    sources: Sequence[str] = ()
    on: str | None = None
    of: str | None = None
    """The date of the source, where it is known."""

    @property
    def how_line(self) -> str:
        """How it was found out. Raises `UsageError` if not given."""
        how = _line("how", self.how)
        if not how:
            raise UsageError("say how that was found out: --how; a second person must be able to check it")
        return how

    @property
    def source_addresses(self) -> list[str]:
        """The addresses of the sources, each once. Raises `UsageError` for what is no address."""
        return list(dict.fromkeys(map(_source, self.sources)))


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision that is possible: the registry as it is, its new text, and what to say once it is written.

    `remark` is what to know before agreeing, if anything.
    """

    draft: Draft
    text: str = field(repr=False)
    done: Text
    remark: Text | None = None

    @property
    def diff(self) -> list[str]:
        """The change, as a unified diff without line ends."""
        old, new = map(_lines, (self.draft.text, self.text))
        name = str(self.draft.path)
        return list(difflib.unified_diff(old, new, name, name, lineterm=""))

    def write(self) -> None:
        """Write the new text into the registry, as `write_draft` does."""
        write_draft(self.draft, self.text)


def joined(plans: Sequence[Plan]) -> Plan:
    """Return one change out of several of one office, each made after the one before it."""
    first, last = plans[0], plans[-1]
    draft = replace(last.draft, text=first.draft.text)
    remark = next((plan.remark for plan in plans if plan.remark is not None), None)
    return Plan(draft, last.text, last.done, remark)


def _dated(text: str | None, today: date) -> PartialDate | None:
    """Return the date of a source: a year, a month or a day that has come. Raises `UsageError`."""
    if text is None:
        return None
    try:
        found = PartialDate.parse(text)
    except ValueError:
        raise UsageError(f"--of {text!r} is not a date; write it like 2025, 2025-07 or 2025-07-31") from None
    if found.first > today:
        raise UsageError(f"--of {found} is in the future; it is {today}")
    return found


def plan_confirm(
    file: RegistryFile,
    who: str,
    url: str,
    said: Said,
    *,
    kind: str = AccountKind.PERSONAL,
    number: int | None = None,
) -> Plan:
    """Plan that `url` is the page of the office's holder, or of its institution.

    Raises `UsageError`, of one line, for anything that speaks against it.
    """
    record = OnRecord.open(file, who)
    if kind not in set(AccountKind):
        raise UsageError(f"--kind cannot be {kind!r}; write personal or institution")
    if not said.sources:
        raise UsageError("a confirmation needs a --source: the address of a page where others can check what ties it")
    address = typed(Address.parse, url)
    if address.bot and kind == AccountKind.PERSONAL:
        raise UsageError(f"{address} is a bot by its name, and no person's page; for a body's give --kind institution")
    day = record.day(said.on, of_person=kind != AccountKind.INSTITUTION)
    of = _dated(said.of, record.today)
    dated = {"on": day, **({"of": _written(of)} if of else {})}
    decision = {**dated, "how": said.how_line, "sources": said.source_addresses}
    record.refuse_control(address)
    tenure = record.tenure_of_confirmed(address, AccountKind(kind), day)
    known = next((a.id for a in (tenure or record.office).accounts if a.url == address), None)
    number = record.number(address, number, known)
    keys = {"confirmed": decision, **({"id": number} if number is not None and known is None else {})}
    text = record.draft.edited(page_changes(record.office, tenure, address, kind, keys))
    place = {"path": str(record.draft.path), "url": address.url}
    if kind == AccountKind.INSTITUTION:
        message = N_("{path}: {url} is now on record as a page of the institution: {name}.")
        return Plan(record.draft, text, Text(message, place | {"name": record.office.municipality}))
    message = N_("{path}: {url} is now confirmed. Holder: {name}.")
    return Plan(record.draft, text, Text(message, place | {"name": record.name}))


def plan_reject(file: RegistryFile, who: str, url: str, said: Said) -> Plan:
    """Plan that `url` is not the holder's page and is not shown as a lead again."""
    record = OnRecord.open(file, who)
    address = typed(Address.parse, url)
    decision = {"on": record.day(said.on), "how": said.how_line}
    record.refuse_control(address)
    tenure = record.tenure_of_rejected(address)
    text = record.draft.edited(page_changes(record.office, tenure, address, "personal", {"rejected": decision}))
    message = N_("{path}: {url} is now rejected and will not be shown as a lead. Holder: {name}.")
    place = {"path": str(record.draft.path), "url": address.url, "name": record.name}
    return Plan(record.draft, text, Text(message, place))


def page_changes(
    office: Office, tenure: Tenure | None, address: Address, kind: str, keys: Mapping[str, Any]
) -> list[Change]:
    """Return what changes where `keys` are put on record of an account: the entry that is there, or a new one.

    Without a tenure the account is the office's own. A new entry keeps the case of letters that people know it by.
    """
    owner: Office | Tenure = office if tenure is None else tenure
    place = place_of(office, tenure)
    for number, known in enumerate(owner.listed):
        if isinstance(known, Account) and known.url == address:
            return [Change((*place, "accounts", number), Account, key, value) for key, value in keys.items()]
    url = address.url.removesuffix(address.name) + address.asked
    return [Change(place, type(owner), "accounts", {"url": url, "kind": str(kind), **keys}, add=True)]


def place_of(office: Office, tenure: Tenure | None) -> tuple[Step, ...]:
    """Return the way from an office to its tenure, or to itself."""
    number = next((n for n, one in enumerate(office.tenures) if one is tenure), None)
    return () if number is None else ("tenures", number)


def _written(day: PartialDate) -> date | int | str:
    """Return a date as the registry writes it, without quotes where it can be."""
    text = str(day)
    return day.first if day.exact else int(text) if len(text) == 4 else text


def plan_searched(
    file: RegistryFile,
    who: str,
    said: Said,
    *,
    by: str | None,
    found: str | None,
    networks: Sequence[str] = (),
) -> Plan:
    """Plan that a search for the holder's accounts is on record: by whom, how, where, and what it found."""
    record = OnRecord.open(file, who)
    result = _line("found", found)
    if not result:
        raise UsageError("say what was found: --found nothing, or --found with the addresses")
    searcher = _line("by", by)
    if not searcher:
        raise UsageError("say who searched: --by; the report prints it beside «not found»")
    if _is_nothing(result):
        result = "nothing"
        record.refuse_if_any_account()
    elif not _AN_ADDRESS.search(result):
        raise UsageError("--found holds no address; write nothing, or the addresses of the pages that were found")
    where = list(dict.fromkeys(typed(some_network, one.strip().lower(), option="--network") for one in networks))
    entry = Search(on=record.day(said.on), by=searcher, how=said.how_line, networks=where, found=result)
    if entry in record.holder.searches:
        raise UsageError(f"this search of {entry.on} is on record already")
    text = record.draft.edited([search_change(record.office, record.holder.tenure, entry)])
    told: Mapping[str, Scalar] = {"path": str(record.draft.path), "date": entry.on, "name": record.name}
    if result == "nothing":
        done = Text(N_("{path}: the search of {date} found nothing. Holder: {name}."), told)
    else:
        message = N_("{path}: the search of {date} is on record. Holder: {name}. Found: {found}.")
        done = Text(message, {**told, "found": result})
    return Plan(record.draft, text, done, _left_out(record, entry))


def search_change(office: Office, tenure: Tenure, search: Search) -> Change:
    """Return what changes where a search for a person's accounts is put on record."""
    networks = {"networks": list(map(str, search.networks))} if search.networks else {}
    item = {"on": search.on, "by": search.by, "how": search.how, **networks, "found": search.found}
    return Change(place_of(office, tenure), Tenure, "searches", item, add=True)


def _left_out(record: OnRecord, entry: Search) -> Text | None:
    """Say what the search does not show, where it left a network out."""
    neutral = {one.network for one in record.registry.directive.neutral_on(entry.on)}
    needed = [network for network in (*Network, *OtherNetwork) if network in SEARCHED and network not in neutral]
    if set(needed) <= set(entry.networks):
        return None
    said = N_("“Not found” may be said only after a search of {networks}: name what you searched with --network.")
    return Text(said, {"networks": ", ".join(needed)})


def _lines(text: str) -> list[str]:
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    return lines if lines[-1] else lines[:-1]


def _line(option: str, text: str | None) -> str:
    """Return what was typed as one line of visible characters. Raises `UsageError` for bytes that are no text."""
    if text is None:
        return ""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UsageError(f"--{option} is not text in the encoding of this terminal; type it again")
    return _public(option, " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split()))


def _public(option: str, text: str) -> str:
    """Return what may stand in a public file. Raises `UsageError`, without repeating it, for what may be a secret."""
    if may_hold_secret(text) or _TELEPHONE.search(text):
        raise UsageError(f"--{option} holds what may be a key, a password or a telephone; the registry is public")
    return text


def _is_nothing(text: str) -> bool:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold().replace("ё", "е")).split()) in _NOTHING


def _source(text: str) -> str:
    return _public("source", typed(web_address, text, option="--source:"))
