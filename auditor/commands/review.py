"""``auditor review``: decide about pages that wait for it, office by office, with one key for each.

Each decision is written at once, by the same functions as ``auditor accounts``. Decisions are kept in the registry and
search results in the archive; as there is no other state, a review can be left at any point.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click

from auditor.base.address import Address
from auditor.base.errors import UsageError, parse_option
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_key, ask_line
from auditor.commands.options import Common, program, words_argument
from auditor.registry.gaps import GapKind, SearchLink, gaps_of
from auditor.registry.holders import Holder, holder_on
from auditor.registry.models import NOTHING, Office

if TYPE_CHECKING:
    from auditor.commands.pending_pages import PendingPage
    from auditor.registry.registry_file import FileEdit, RegistryFile
    from auditor.run.workspace import Workspace

_SAYS = {
    "given": N_("given by an official place"),
    "claimed": N_("claims it itself, unconfirmed"),
    "guessed": N_("a name that fits"),
    "registry": N_("the registry"),
}
_BY_NAME = N_("in the search of {networks}, by family name, given name and office")
_CONFIRMED, _DECIDE, _TAKEN_BACK = N_("confirmed: {page}"), N_("Decide"), N_("Taken back.")
_WRITTEN = NN_("Written: {n} decision, offices: {offices}.", "Written: {n} decisions, offices: {offices}.")
_KEYS = {
    "y": N_("it is the holder's: confirm"),
    "n": N_("it is not the holder's: reject"),
    "a": N_("add an address that you found yourself"),
    "f": N_("nothing found: record the search"),
    "l": N_("later"),
    "u": N_("undo an earlier decision about this office, with the reason"),
    "b": N_("back: ask again about the page before, and take back what was decided"),
    "q": N_("leave"),
}
_LETTERS = N_("y,n,a,f,l,u,b,q")
"""The keys in the reader's language, in the order of `_KEYS`, each by what its own word begins with."""


@program.command()
@words_argument("who", "One office. By default all where a page is to be found.")
@click.option("--by", help="Who searched: printed in the report.")
@click.pass_obj
def review(common: Common, who: str, by: str | None) -> None:
    """Decide about found pages, office by office, with a key for each.

    Each decision is written at once and shown; b takes the last one back. Leave whenever you like.
    """
    from auditor.commands.accounts import registry_file
    from auditor.registry.decisions import require_searcher

    if by is not None:
        require_searcher(by)
    workspace = common.open(needs_office=True, writes=["registry", "data"])
    offices = [workspace.existing_office(who, workspace.today, exact=True)] if who else None
    questions = list(_questions(list(_items(workspace, offices))))
    if not questions:
        echo(workspace.translator.gettext(N_("No page waits for a decision.")))
        return
    loop = _ReviewLoop(workspace, registry_file(workspace, common), by, questions)
    with suppress(_LeaveError, KeyboardInterrupt):
        loop.ask_all()
    echo(f"\n{loop.summary()}")


@dataclass(frozen=True, slots=True)
class _ReviewItem:
    """An office, its holder, the undecided pages, and links for searching by hand."""

    office: Office
    holder: Holder
    pages: "tuple[PendingPage, ...]"
    links: tuple[SearchLink, ...]
    was_searched: bool


def _items(workspace: "Workspace", offices: Sequence[Office] | None) -> "Iterator[_ReviewItem]":
    """Yield the offices that have something to decide, in the order of ``auditor next``.

    With `offices`, those alone, even without anything to decide. Raises `UsageError` if one has no holder on record.
    """
    from auditor.commands.pending_pages import pending_pages, stored_leads

    registry = workspace.registry
    today = workspace.today
    gaps_by_office = {office_gaps.office.id: office_gaps for office_gaps in gaps_of(registry, today)}
    order = [office_gaps.office for office_gaps in gaps_by_office.values()]
    order += [office for office in registry.offices if office.id not in gaps_by_office]
    leads_by_office = stored_leads(workspace, order)
    for office in order if offices is None else offices:
        holder = holder_on(office, today)
        if holder is None:
            if offices is not None:
                raise UsageError(
                    Text(
                        N_("nobody is on record as holding {office}; run: auditor next {office}"), {"office": office.id}
                    )
                )
            continue
        gaps = gaps_by_office[office.id].gaps if office.id in gaps_by_office else ()
        page_gaps = [gap for gap in gaps if gap.kind in {GapKind.DECISION, GapKind.PAGE}]
        links = page_gaps[0].links if page_gaps else ()
        stored = leads_by_office.get(office.id)
        pages = tuple(pending_pages(workspace, holder, stored))
        if pages or page_gaps or offices is not None:
            yield _ReviewItem(office, holder, pages, links, was_searched=stored is not None)


@dataclass(frozen=True, slots=True)
class _ReviewQuestion:
    """Asks to decide about a page, or, without a page, whether one was found. `position`: ``[office/offices]``."""

    item: _ReviewItem
    position: str
    page: "PendingPage | None"

    @property
    def keys(self) -> str:
        """The keys that answer it; none if there is nothing to decide."""
        if self.page is not None:
            return "ynaflubq"
        return "" if self.item.holder.judged_accounts else "aflubq"


def _questions(items: Sequence[_ReviewItem]) -> Iterator[_ReviewQuestion]:
    for number, item in enumerate(items, 1):
        for page in item.pages or (None,):
            yield _ReviewQuestion(item, f"[{number}/{len(items)}]", page)


_UNDO_BY = N_("What was decided wrongly is taken back by: auditor accounts undo {office} URL")
_TURNS_RED = N_("With all four networks searched, the report says that no page was found, in red.")


def _require_address(text: str | None) -> Address:
    return parse_option(Address.parse, text or "")


class _LeaveError(Exception):
    """The user wants to leave."""


@dataclass(slots=True)
class _ReviewLoop:
    """Asks the questions one by one and writes each decision."""

    workspace: "Workspace"
    file: "RegistryFile"
    by: str | None
    questions: list[_ReviewQuestion]
    answered: "list[tuple[int, FileEdit | None]]" = field(default_factory=list)
    """Answered questions: index in `questions`, and the edit that was written, None for ``l``."""

    def ask_all(self) -> None:
        """Ask one question after the other. Raises `_LeaveError` if the user leaves."""
        index = 0
        while index < len(self.questions):
            question = self.questions[index]
            if index == 0 or question.item is not self.questions[index - 1].item:
                self.show(question.item, question.position)
            key = self.ask(question) if question.keys else ""
            if key == "l":
                self.answered.append((index, None))
            if key == "b":
                index = self.back(index)
            elif key in {"l", ""} or self.decide(key, index):
                index += self.step(index, key)

    def step(self, index: int, key: str) -> int:
        """Return by how many questions to advance: past the office after ``f``, else 1.

        After ``u``, and after ``a`` at a page, 0: the same is asked again.
        """
        question = self.questions[index]
        if key == "f":
            return sum(later.item is question.item for later in self.questions[index:])
        return 0 if key == "u" or (key == "a" and question.page is not None) else 1

    def back(self, index: int) -> int:
        """Undo the last decision and return the index of its question; return `index` if that cannot be done."""
        if not self.answered:
            return index
        previous, edit = self.answered[-1]
        if edit is not None:
            try:
                edit.undo()
            except UsageError as error:
                echo(f"  ! {one_line(self.workspace.translator.text(error.text))}")
                return index
            echo(f"  {self.workspace.translator.gettext(_TAKEN_BACK)}")
        self.answered.pop()
        return previous

    def show(self, item: _ReviewItem, position: str) -> None:
        gettext, holder = self.workspace.translator.gettext, item.holder.tenure
        echo(one_line(f"\n{position} {item.office.municipality} — {holder.name}, {item.office.title}").strip())
        for page in item.holder.judged_accounts:
            echo(f"  {self.workspace.translator.translate(_CONFIRMED, page=page.url.url)}")
        if not item.pages:
            sentence = (
                N_("No page waits for a decision.")
                if item.was_searched
                else N_("no search yet; it is made by: auditor discover")
            )
            echo(f"  {gettext(sentence)} {'' if item.was_searched else item.office.id}".rstrip())
            if item.holder.judged_accounts:
                echo(f"  {self.workspace.translator.translate(_UNDO_BY, office=item.office.id)}")
        for link in item.links:
            echo(f"  {link.name}: {link.url}")

    @property
    def letters(self) -> dict[str, str]:
        """The letter of the reader's language for each key."""
        return dict(zip(_KEYS, self.workspace.translator.gettext(_LETTERS).split(","), strict=True))

    def ask(self, question: _ReviewQuestion) -> str:
        """Show the question's page, and return the key that the user presses. Raises `_LeaveError` for ``q``."""
        if question.page is not None:
            self.show_page(question.page)
        gettext = self.workspace.translator.gettext
        meanings = {key: gettext(_KEYS[key]) for key in question.keys}
        shown = ",".join(self.letters[key] for key in question.keys)
        key = ask_key(f"  {gettext(_DECIDE)} [{shown},?] ", meanings, self.letters, default="l")
        if key == "q":
            raise _LeaveError
        return key

    def show_page(self, page: "PendingPage") -> None:
        gettext = self.workspace.translator.gettext
        echo(f"\n  {page.address.url} · {gettext(_SAYS[page.says])}")
        for sign, lines in (("+", page.reasons), ("!", page.doubts), ("→", page.places)):
            for line in lines:
                echo(one_line(f"    {sign} {line}"))

    def ask_text(
        self, prompt: str, default: str = "", require: Callable[[str | None], object] = lambda _text: None
    ) -> str:
        """Return an answer to which `require` does not object; an empty line may leave the decision.

        Raises `_LeaveError` at the end of input, and for the key that leaves.
        """
        from auditor.commands.accounts import is_accepted

        hint = f" [{default}]" if default else ""
        while True:
            reply_text = ask_line(f"  {self.workspace.translator.gettext(prompt)}{hint}: ", default)
            if reply_text is None or reply_text.lower() in {"q", self.letters["q"]}:
                raise _LeaveError
            if not reply_text or is_accepted(reply_text, require, self.workspace.translator):
                return reply_text

    def decide(self, key: str, index: int) -> bool:
        """Write a decision and show it; if it cannot be written, print why in one line and return False."""
        from auditor.commands.accounts import show_change

        question = self.questions[index]
        others = {"n": self.reject, "f": self.record_nothing_found, "u": self.undo_earlier}
        make_edit = others.get(key, self.confirm)
        try:
            edit = make_edit(question.item.office.id, question.page if key != "a" else None)
            edit.write()
        except UsageError as error:
            echo(f"  ! {one_line(self.workspace.translator.text(error.text))}")
            return False
        self.answered.append((index, edit))
        show_change(edit, self.workspace.translator)
        echo(f"  {self.workspace.translator.text(edit.done_message)}")
        return True

    def confirm(self, office: str, page: "PendingPage | None") -> "FileEdit":
        """Confirm `page`, or without one an address that the user types."""
        from auditor.registry.decisions import plan_confirm, require_how, require_sources

        url = page.address.url if page else self.ask_text(N_("Address of the page"), require=_require_address)
        reason, places = next(iter(page.reasons if page else ()), ""), " ".join(page.places if page else ())
        how = self.ask_text(N_("How that was found out"), reason, require_how)
        sources = self.ask_text(N_("Where that can be seen"), places, require_sources)
        return plan_confirm(self.file, office, url, how=how, sources=sources.split())

    def reject(self, office: str, page: "PendingPage | None") -> "FileEdit":
        from auditor.registry.decisions import plan_reject, require_how

        assert page is not None
        offered = self.workspace.translator.gettext(N_("the page is not the holder's"))
        how = self.ask_text(N_("Why it is not"), offered, require_how)
        return plan_reject(self.file, office, page.address.url, how=how)

    def record_nothing_found(self, office: str, _: "PendingPage | None") -> "FileEdit":
        from auditor.commands.accounts import WHICH_NETWORKS, WHO_SEARCHED
        from auditor.registry.decisions import (
            plan_searched,
            require_found,
            require_how_searched,
            require_networks,
            require_searcher,
        )

        require_found(self.file, office, NOTHING)
        if self.by is None:
            self.by = self.ask_text(WHO_SEARCHED, require=require_searcher) or None
        echo(f"  {self.workspace.translator.gettext(_TURNS_RED)}")
        networks = require_networks(self.ask_text(WHICH_NETWORKS, require=require_networks))
        offered = self.workspace.translator.translate(_BY_NAME, networks=", ".join(networks))
        how = self.ask_text(N_("How you searched"), offered, require_how_searched)
        return plan_searched(self.file, office, how=how, by=self.by, found=NOTHING, networks=networks)

    def undo_earlier(self, office: str, _: "PendingPage | None") -> "FileEdit":
        """Take back a decision on record, chosen by its number."""
        from auditor.commands.accounts import WHY_UNDONE
        from auditor.registry.decisions import decisions_of, plan_undo, plan_undo_search, require_why_undone

        text, decisions = self.workspace.translator.text, list(decisions_of(self.file, office))
        if not decisions:
            raise UsageError(phrase("nothing has been decided about this office yet"))
        for number, (decision, _url, _day) in enumerate(decisions, 1):
            echo(one_line(f"  {number:3} {text(decision)}"))
        reply_text = self.ask_text(N_("Number of the decision to take back"))
        if reply_text not in map(str, range(1, len(decisions) + 1)):
            raise UsageError(phrase("no decision was chosen"))
        how = self.ask_text(WHY_UNDONE, require=require_why_undone)
        url, day = decisions[int(reply_text) - 1][1:]
        if url is None:
            return plan_undo_search(self.file, office, how=how, on=day, words=text)
        return plan_undo(self.file, office, url, how=how, words=text)

    def summary(self) -> str:
        """Return a line that counts the decisions written."""
        offices = [self.questions[index].item.office.id for index, edit in self.answered if edit is not None]
        return self.workspace.translator.count(*_WRITTEN, len(offices), offices=len(set(offices)))
