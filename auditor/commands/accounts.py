"""A person's decisions about accounts: checked against what is on record, shown as a diff, then written.

Nobody but a person decides: no probe and no lead ever comes here by itself.
"""

import difflib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.base.address import Address, web_address
from auditor.base.errors import UsageError
from auditor.base.i18n import Catalogue
from auditor.base.redact import redact
from auditor.base.safe import clean
from auditor.base.snapshot import Network
from auditor.base.text import N_, Scalar, Text
from auditor.commands.decisions import Record
from auditor.registry.edit import Draft, confirm, reject, searched, write_draft
from auditor.registry.models import AccountKind, Confirmation, Rejection, Search
from auditor.run.app import Session

_YES = {"y", "yes", "д", "да"}
_NOTHING = {
    *("nothing", "none", "no", "not found", "nothing found", "nothing was found", "no accounts", "no account", "0"),
    *("ничего", "не найдено", "ничего не найдено", "нет", "не найден", "не найдена", "не найдены", "ничего нет"),
    *("не нашлось", "ничего не нашлось", "не обнаружено", "ничего не обнаружено", "отсутствует", "отсутствуют"),
    *("аккаунтов не найдено", "страниц не найдено", "аккаунты не найдены", "страницы не найдены", "нет аккаунтов"),
}
"""In what words people write down that a search found nothing: each is that, whatever its case and signs."""
_HOME_NUMBER = re.compile(r"(?<![\w/.-])8(?:[ ()-]{0,2}\d){10}(?!\d)")
"""A telephone as it is dialled at home: the shapes of `redact` begin with the country's code."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller gave with a decision, as it was typed. None: not given."""

    how: str | None
    sources: Sequence[str] = ()
    by: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A decision that was found to be possible: the registry as it is, its new text, and what to say once written."""

    draft: Draft
    text: str = field(repr=False)
    done: Text

    @property
    def diff(self) -> list[str]:
        """The change, as a unified diff without line ends."""
        old, new = map(_lines, (self.draft.text, self.text))
        name = str(self.draft.path)
        return list(difflib.unified_diff(old, new, name, name, lineterm=""))


def _lines(text: str) -> list[str]:
    lines = re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff"))
    return lines if lines[-1] else lines[:-1]


def plan_confirm(
    session: Session,
    who: str,
    url: str,
    said: Said,
    *,
    kind: str = AccountKind.PERSONAL,
    number: int | None = None,
    named: bool = False,
) -> Plan:
    """Plan that `url` is the page of who holds the office, or of its institution.

    `named`: the registry was asked for by name, so that even the packaged one is meant. Raises `UsageError` in one
    line for everything that speaks against it.
    """
    case = Record.open(session, who, named=named)
    if kind not in set(AccountKind):
        raise UsageError(f"--kind cannot be {kind!r}; write personal or institution")
    if not said.sources:
        raise UsageError("a confirmation needs a --source: the address of a page where others can check what ties it")
    address = _address(url)
    if address.network is Network.TELEGRAM and address.name.endswith("bot") and kind == AccountKind.PERSONAL:
        raise UsageError(f"{address} is a bot by its name, and no person's page; for a body's give --kind institution")
    day = case.day(said.on, of_person=kind != AccountKind.INSTITUTION)
    decision = Confirmation(on=day, how=_how(said), by=_line("by", said.by), sources=_sources(said))
    case.hold_no_control(address)
    tenure = case.seat(address, AccountKind(kind))
    known = next((a.id for a in (tenure or case.office).accounts if a.url == address), None)
    number = case.number(address, number, known)
    text = confirm(case.draft.text, case.office, tenure, address, decision, kind=AccountKind(kind), number=number)
    place = {"path": str(session.registry_path), "url": address.url}
    if kind == AccountKind.INSTITUTION:
        message = N_("{path}: {url} is now on record as a page of the institution: {name}.")
        return Plan(case.draft, text, Text(message, place | {"name": case.office.municipality}))
    message = N_("{path}: {url} is now confirmed. Holder: {name}.")
    return Plan(case.draft, text, Text(message, place | {"name": case.holder.tenure.name}))


def plan_reject(session: Session, who: str, url: str, said: Said, *, named: bool = False) -> Plan:
    """Plan that `url` is not the page of who holds the office, so that it is not shown as a lead again."""
    case = Record.open(session, who, named=named)
    address = _address(url)
    decision = Rejection(on=case.day(said.on), how=_how(said), by=_line("by", said.by), sources=_sources(said))
    case.hold_no_control(address)
    text = reject(case.draft.text, case.office, case.seat_of_rejected(address), address, decision)
    message = N_("{path}: {url} is now rejected and will not be shown as a lead. Holder: {name}.")
    place = {"path": str(session.registry_path), "url": address.url, "name": case.holder.tenure.name}
    return Plan(case.draft, text, Text(message, place))


def plan_searched(session: Session, who: str, said: Said, *, found: str | None, named: bool = False) -> Plan:
    """Plan that somebody searched for the holder's accounts, where and how, and what was found."""
    case = Record.open(session, who, named=named)
    result = _line("found", found)
    if not result:
        raise UsageError("say what was found: --found nothing, or --found with the addresses")
    if not _line("by", said.by):
        raise UsageError("say who searched: --by; the report prints it beside «not found»")
    if _is_nothing(result):
        result = "nothing"
        case.hold_nothing_on_record()
    entry = Search(on=case.day(said.on), by=_line("by", said.by), how=_how(said), found=result)
    if entry in case.holder.searches:
        raise UsageError(f"this search of {entry.on} is on record already")
    text = searched(case.draft.text, case.office, case.holder.tenure, entry)
    place: Mapping[str, Scalar] = {
        "path": str(session.registry_path),
        "date": entry.on,
        "name": case.holder.tenure.name,
    }
    if result == "nothing":
        return Plan(case.draft, text, Text(N_("{path}: the search of {date} found nothing. Holder: {name}."), place))
    message = N_("{path}: the search of {date} is on record. Holder: {name}. Found: {found}.")
    return Plan(case.draft, text, Text(message, {**place, "found": result}))


def carry_out(plan: Plan, words: Catalogue, *, yes: bool) -> str:
    """Show the change, ask unless `yes`, write it; return the line that says what was done.

    Raises `UsageError` where there is no terminal to ask at.
    """
    if not yes and not sys.stdin.isatty():
        raise UsageError("this asks before it writes; run it at a terminal, or give --yes")
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in plan.diff:
        shown = clean(line)
        sys.stdout.write((_coloured(shown) if colour else shown) + "\n")
    sys.stdout.flush()
    if not yes and not _agreed(words.text(Text(N_("Write this into {path}? [y/N] "), {"path": str(plan.draft.path)}))):
        return words.gettext(N_("Nothing was written."))
    write_draft(plan.draft, plan.text)
    return words.text(plan.done)


def _coloured(line: str) -> str:
    codes = {"+": "32", "-": "31", "@": "36"}
    code = codes.get(line[:1])
    return f"\x1b[{code}m{line}\x1b[0m" if code else line


def _agreed(question: str) -> bool:
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in _YES


def _address(url: str) -> Address:
    try:
        return Address.parse(url)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _line(option: str, text: str | None) -> str:
    """Return what was typed as one line of visible characters. Raises `UsageError` for what is no text."""
    if text is None:
        return ""
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UsageError(f"--{option} is not text in the encoding of this terminal; type it again")
    return _public(option, " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split()))


def _public(option: str, text: str) -> str:
    """Return what may stand in a public file. Raises `UsageError`, without repeating it, for what may be a secret."""
    if redact(text) != text or _HOME_NUMBER.search(text):
        raise UsageError(f"--{option} holds what may be a key, a password or a telephone; the registry is public")
    return text


def _is_nothing(text: str) -> bool:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold().replace("ё", "е")).split()) in _NOTHING


def _how(said: Said) -> str:
    how = _line("how", said.how)
    if not how:
        raise UsageError("say how that was found out: --how; a second person must be able to check it")
    return how


def _sources(said: Said) -> list[str]:
    return list(dict.fromkeys(map(_source, said.sources)))


def _source(text: str) -> str:
    try:
        return _public("source", web_address(text))
    except ValueError as error:
        raise UsageError(f"--source: {error}") from None
