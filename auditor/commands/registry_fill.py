"""``auditor registry fill``: ask question by question what is missing of an office, or take a filled sheet in.

Both make an `OfficeAnswer`, which is checked against the registry, shown as a diff and written when the user agrees.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.base.errors import UsageError, text_of
from auditor.base.safe import one_line
from auditor.base.text import N_, Text, phrase
from auditor.commands.accounts import agreed, registry_file, show_change
from auditor.commands.console import echo, echo_error
from auditor.commands.keypress import ask_line
from auditor.registry.answer_rows import office_answer, plan_sheet, read_answer
from auditor.registry.answer_sheet import ANSWERED_NETWORKS
from auditor.registry.answers import AnswerError, is_at, same_person, take_in, yaml_date
from auditor.registry.filled_sheet import read_filled_sheet
from auditor.registry.gaps import gaps_of
from auditor.registry.holders import Holder, holder_on, is_undated, vacancy_on
from auditor.registry.lookup import find_offices, suggested_id
from auditor.registry.models import Account, AnyNetworkKey, Office, OtherAccount, Registry, Vacancy
from auditor.registry.new_offices import office_entry, read_office_key
from auditor.registry.typed_text import ACTING, HEAD, LEVELS, VACANT, read_date, says_unknown, title_of_head

if TYPE_CHECKING:
    from auditor.base.i18n import Translator
    from auditor.commands.options import Common
    from auditor.registry.registry_file import Draft, FileEdit, RegistryFile
    from auditor.run.workspace import Workspace


# A sheet --------------------------------------------------------------------------------------------------------------


def take_sheet_in(workspace: "Workspace", common: "Common", path: Path, *, yes: bool) -> int:
    """Show what a filled sheet changes, ask, and write its right rows; return 2 if others are wrong, else 0."""
    plan = plan_sheet(registry_file(workspace, common), path, read_filled_sheet(path))
    translator = workspace.translator
    for edit in plan.edits:
        show_change(edit, translator)
    for problem in plan.problems:
        echo_error(translator.text(problem))
    counts = {"changed": len(plan.changed), "same": plan.same_count, "empty": plan.empty_count}
    echo(translator.translate(_COUNTS, **counts, wrong=len(plan.problems)))
    if plan.problems:
        echo(translator.gettext(_WRONG_ROWS))
    if plan.without_page:
        echo(translator.translate(_NO_PAGE, offices=", ".join(office.municipality for office in plan.without_page)))
    for edit in plan.edits:
        _write_agreed(edit, translator, yes=yes)
    return 2 if plan.problems else 0


_COUNTS = N_(
    "Rows that change the registry: {changed}, with nothing new: {same}, not filled in: {empty}; wrong cells: {wrong}."
)
_WRONG_ROWS = N_(
    "Rows with a wrong cell are not written. Mend them and take the sheet in again: nothing is written twice."
)
_NO_PAGE = N_("No page by their own answer, and once every network is answered red in the report: {offices}.")


def _write_agreed(edit: "FileEdit", translator: "Translator", *, yes: bool) -> bool:
    """Write an edit that was shown if the user agrees, and return whether. Raises `UsageError` without a terminal."""
    if not yes and not sys.stdin.isatty():
        raise UsageError(Text(N_("this asks before it writes; run it at a terminal, or give --yes")))
    if yes or agreed(translator.translate(N_("Write this into {path}? [y/N] "), path=str(edit.path))):
        edit.write()
        echo(translator.text(edit.done_message))
        return True
    echo(translator.gettext(N_("Nothing was written.")))
    return False


# A dialog -------------------------------------------------------------------------------------------------------------


def ask_offices(workspace: "Workspace", common: "Common", who: str, *, yes: bool) -> None:
    """Ask of one office, or of each of which something is missing, until the user leaves."""
    registry = workspace.registry
    today = workspace.today
    offices = [_named_office(workspace, who)] if who else [gaps.office for gaps in gaps_of(registry, today)]
    if not sys.stdin.isatty() and not yes:
        raise UsageError(Text(N_("this asks before it writes; run it at a terminal, or give --yes")))
    if not offices:
        echo(workspace.translator.gettext(N_("Nothing is missing.")))
    file = registry_file(workspace, common)
    try:
        for number, office in enumerate(offices, 1):
            _OfficeDialog(workspace, file, office, today).run(f"[{number}/{len(offices)}]", yes=yes)
    except (_EndOfInputError, KeyboardInterrupt):
        echo("")


def _named_office(workspace: "Workspace", who: str) -> Office:
    """Return the office to fill in. Raises `UsageError` if there is none, and says how a new one is entered."""
    try:
        return workspace.existing_office(who, workspace.today, exact=True)
    except UsageError as error:
        if find_offices(workspace.registry, who, exact=True):
            raise
        raise UsageError(phrase(_NEW_OFFICE, said=error.text), error.choices) from None


_NEW_OFFICE = N_("an office that the registry lacks is entered by `auditor registry fill --new`; {said}")


def ask_new_offices(workspace: "Workspace", common: "Common", *, yes: bool) -> None:
    """Ask for offices that the registry does not have, and of each what is known, until the user leaves."""
    if not sys.stdin.isatty() and not yes:
        raise UsageError(Text(N_("this asks before it writes; run it at a terminal, or give --yes")))
    file, today = registry_file(workspace, common), workspace.today
    try:
        while (entry := _NewOfficeDialog(workspace.translator, file.registry()).entry()) is not None:
            edit = file.with_office(entry)
            show_change(edit, workspace.translator)
            if _write_agreed(edit, workspace.translator, yes=yes):
                office = next(office for office in file.registry().offices if office.id == entry["id"])
                renewed = replace(workspace, registry=file.registry())
                _OfficeDialog(renewed, file, office, today).run("", yes=yes)
    except (_EndOfInputError, KeyboardInterrupt):
        echo("")


@dataclass(frozen=True, slots=True)
class _NewOfficeDialog:
    """Asks what a new office is called, and what it is."""

    translator: "Translator"
    registry: Registry

    def entry(self) -> dict[str, str] | None:
        """Return the office as the file has it; None if nothing is entered. Raises `_EndOfInputError`."""
        place = self.ask("municipality", N_("Municipality, like «Первый район» (Enter: no more offices)"))
        if not place:
            return None
        title = self.ask("title", N_("What the office is called, like «глава Первого района»"), title_of_head(place))
        levels = ", ".join(f"{number} {name}" for number, name in enumerate(LEVELS, 1))
        group = self.ask("group", N_("Level: {levels}"), "1", levels=levels)
        code = self.ask("id", N_("Code: Latin letters, it never changes"), suggested_id(self.registry, place))
        try:
            return office_entry({"municipality": place, "title": title, "group": group, "id": code}, self.registry)
        except AnswerError as error:
            _object(error, self.translator)
            return self.entry()

    def ask(self, key: str, message: str, default: str = "", **params: str) -> str:
        """Return an answer that can be understood; empty for an empty line without a default."""
        while reply_text := _prompted(self.translator, message, default, **params):
            try:
                return read_office_key(key, reply_text, self.registry)
            except AnswerError as error:
                _object(error, self.translator)
        return ""


def _prompted(translator: "Translator", message: str, default: str = "", **params: str) -> str:
    """Return what was typed, empty where that says that it is not known. Raises `_EndOfInputError` at the end."""
    hint = f" [{default}]" if default else ""
    reply_text = ask_line(f"  {translator.translate(message, **params)}{hint}: ", default)
    if reply_text is None:
        raise _EndOfInputError
    return "" if says_unknown(reply_text) else reply_text


def _object(error: Exception, translator: "Translator") -> None:
    echo(f"  ! {one_line(translator.text(text_of(error)))}")


class _EndOfInputError(Exception):
    """The user has left: no more is typed."""


_STILL_VACANT = N_("Who holds the office: 1 a head, 2 acting, 3 still nobody (Enter: no change)")
_STATUSES = {"1": HEAD, "2": ACTING, "3": VACANT}
_EXEMPT = "4"
_QUESTIONS: Mapping[str, str] = {
    "source": N_("Where this can be checked: письмо № 12 от 01.12.2026, or an address (Enter: skip the office)"),
    "answered": N_("Day of the answer"),
    "status": N_("Who holds the office: 1 a head, 2 acting, 3 nobody, 4 exempt from the directive (Enter: no change)"),
    "name": N_("Family name, given name, patronymic"),
    "since": N_("Since when"),
    "until": N_("Last day of the one before"),
    "institution": N_("Pages of the administration, with blanks between"),
    "website": N_("Official site"),
    "staff": N_("Who answers for the head: addresses of their pages"),
}
_PAGE, _PAGE_SINCE = N_("Personal page on {network}, or «нет»"), N_("Since when it is the head's")
_LISTED_SINCE = N_("Since when {page} is the head's")
_PASSED_ON = N_("It was {name}'s. If it was passed on, since when")
_EXEMPTION = {
    "by": N_("Who exempted the head"),
    "reason": N_("Why"),
    "on": N_("Day of the act"),
    "until": N_("Last day of the exemption (Enter: to the end of the term)"),
}


@dataclass(slots=True)
class _OfficeDialog:
    """Asks what is missing of one office."""

    workspace: "Workspace"
    file: "RegistryFile"
    office: Office
    today: date
    answers: dict[str, Any] = field(default_factory=dict)
    """By the keys of the columns of a sheet."""

    @property
    def holder(self) -> Holder | None:
        """The holder on record."""
        return holder_on(self.office, self.today)

    @property
    def vacancy(self) -> Vacancy | None:
        """The vacancy on record."""
        return vacancy_on(self.office, self.today)

    def run(self, position: str, *, yes: bool) -> None:
        """Ask, show the change and write it if the user agrees. Raises `_EndOfInputError` at the end of input."""
        self.show(position)
        if not self.ask("source"):
            return
        if self.answers["source"].day is None:
            self.ask("answered", f"{self.today:%d.%m.%Y}")
        self.ask_holder()
        self.ask_pages()
        self.ask_office()
        self.write(yes=yes)

    def show(self, position: str) -> None:
        nobody = self.workspace.translator.gettext(N_("vacant") if self.vacancy else N_("nobody on record"))
        on_record = self.holder.tenure.name if self.holder else nobody
        echo(one_line(f"{position} {self.office.municipality}, {self.office.title}: {on_record}".strip()))

    def prompt(self, message: str, default: str = "", **params: str) -> str:
        """Return what was typed. Raises `_EndOfInputError` at the end of input."""
        return _prompted(self.workspace.translator, message, default, **params)

    def ask(self, key: str, default: str = "", message: str = "", **params: str) -> bool:
        """Ask until the answer can be understood or is left out; return whether there is one."""
        self.answers.pop(key, None)
        while reply_text := self.prompt(message or _QUESTIONS[key], default, **params):
            try:
                self.answers[key] = read_answer(key, reply_text, self.today)
            except AnswerError as error:
                self.object(error)
            else:
                break
        return key in self.answers

    def say(self, message: str) -> None:
        echo(f"  {self.workspace.translator.gettext(message)}")

    def object(self, error: Exception) -> None:
        _object(error, self.workspace.translator)

    def ask_holder(self) -> None:
        """Ask who holds the office, and what is not on record of that."""
        choice = self.prompt(_STILL_VACANT if self.vacancy else _QUESTIONS["status"])
        if choice == _EXEMPT and self.holder is not None:
            self.ask_exemption()
        elif choice:
            self.ask_status(choice)
            self.ask_person(self.answers.get("status"))

    def ask_status(self, choice: str) -> None:
        """Read who holds the office, by number or in words; ask again until it can be understood."""
        try:
            self.answers["status"] = read_answer("status", _STATUSES.get(choice, choice), self.today)
        except AnswerError as error:
            self.object(error)
            self.ask("status")

    def ask_person(self, status: str | None) -> None:
        if status == VACANT and self.vacancy is not None:
            return
        tenure = self.holder.tenure if self.holder else None
        if status in {HEAD, ACTING}:
            self.ask("name", tenure.name if tenure else "")
        if tenure is None or tenure.since is None or self.is_change(status):
            self.ask("since")
        if self.is_other or status == VACANT:
            self.ask("until")

    def is_change(self, status: str | None) -> bool:
        """Return whether the standing on record changes, or the person."""
        acting = self.holder is not None and self.holder.tenure.acting
        return self.is_other or status == VACANT or (status == ACTING) is not acting

    @property
    def is_other(self) -> bool:
        """Whether somebody else is said to hold the office than is on record."""
        name = self.answers.get("name")
        return name is not None and self.holder is not None and not same_person(name, self.holder.tenure.name)

    def ask_exemption(self) -> None:
        """Ask by whom, since and until when and why the holder is exempt."""
        by, reason = (self.prompt(_EXEMPTION[key]) for key in ("by", "reason"))
        days = {key: day for key in ("on", "until") if (day := self.ask_date(_EXEMPTION[key])) is not None}
        if by and reason:
            self.answers["exemption"] = {"by": by, **days, "reason": reason, "source": self.answers["source"].text}

    def ask_date(self, message: str) -> date | str | None:
        """Return a date, of which one to come is none the worse; None if it is left out."""
        while reply_text := self.prompt(message):
            try:
                return yaml_date(read_date(reply_text))
            except ValueError as error:
                self.object(error)
        return None

    def ask_pages(self) -> None:
        """Ask for the pages of whoever holds the office that are not on record."""
        if self.answers.get("status") == VACANT or (self.holder is None and "name" not in self.answers):
            return
        chain = self.holder.chain if self.holder and not self.is_other else ()
        listed = {page.network: page for tenure in chain for page in tenure.listed if page.judged}
        for network, name in ANSWERED_NETWORKS.items():
            if network in listed:
                self.ask_missing_date(listed[network])
            elif self.ask(network.value, message=_PAGE, network=name):
                self.ask_page_date(network)
        is_looked_at = any(isinstance(page, Account) and not page.staff for page in listed.values())
        if is_looked_at or any(self.answers.get(network.value) for network in ANSWERED_NETWORKS):
            self.ask("staff")

    def ask_missing_date(self, page: Account | OtherAccount) -> None:
        """Ask since when a page on record is the holder's, if no source says that."""
        key = f"{page.network.value}_since"
        if is_undated(page, self.holder) and self.ask(key, message=_LISTED_SINCE, page=str(page.url)):
            self.answers[page.network.value] = page.url

    def ask_page_date(self, network: AnyNetworkKey) -> None:
        """Ask since when a page is the holder's; of one that was another's, since when it was passed on."""
        page, key = self.answers[network.value], f"{network.value}_since"
        former = [tenure for tenure in self.office.tenures if any(is_at(entry, page) for entry in tenure.listed)]
        if page is None:
            return
        if not former:
            self.ask(key, message=_PAGE_SINCE)
        elif self.ask(key, message=_PASSED_ON, name=former[-1].name):
            self.answers[key] = replace(self.answers[key], taken_over=True)

    def ask_office(self) -> None:
        """Ask for the pages and the site of the administration, if none is on record."""
        if not any(page.judged for page in self.office.listed):
            self.ask("institution")
        if self.office.website is None:
            self.ask("website")

    def write(self, *, yes: bool) -> None:
        """Show the change, and write it if the user agrees; ask again for an answer that the registry objects to."""
        draft = self.take_in()
        if draft is None:
            self.say(N_("Nothing was written."))
            return
        if draft.text == draft.original:
            self.say(N_("The registry has all of this already."))
            return
        edit = draft.change(phrase("{path}: written.", path=draft.path))
        show_change(edit, self.workspace.translator)
        answered_pages = [self.answers[n.value] for n in ANSWERED_NETWORKS if n.value in self.answers]
        if answered_pages and not any(answered_pages):
            echo(self.workspace.translator.translate(_NO_PAGE, offices=self.office.municipality))
        _write_agreed(edit, self.workspace.translator, yes=yes)

    def take_in(self) -> "Draft | None":
        """Return the draft with the answers; None if the registry objects to one, and no other is given."""
        while True:
            try:
                return take_in(self.file, {}, self.office, office_answer(self.answers))
            except AnswerError as error:
                self.object(error)
                was_given = error.key in self.answers
                if not self.ask_again(error.key) and not was_given:
                    return None

    def ask_again(self, key: str) -> bool:
        network, _, is_date = key.partition("_")
        if key in _QUESTIONS:
            return self.ask(key)
        names = {network.value: name for network, name in ANSWERED_NETWORKS.items()}
        return self.ask(key, message=_PAGE_SINCE if is_date else _PAGE, network=names[network])
