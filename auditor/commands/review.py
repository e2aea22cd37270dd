"""``auditor review``: the pages that wait for a decision, office by office, a key for each.

Each decision is written as it is made, by the same functions as ``auditor accounts``. What was decided is in the
registry, what was found in the archive; nothing else is remembered. So a review can be left anywhere.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_key, ask_line
from auditor.commands.options import Common, single
from auditor.registry.gaps import GapKind, SearchLink, gaps_of
from auditor.registry.holders import Holder, holder_on
from auditor.registry.models import Office

if TYPE_CHECKING:
    from auditor.commands.pending_pages import PendingPage
    from auditor.registry.registry_file import FileEdit, RegistryFile
    from auditor.run.workspace import Workspace

app = single()

_SAYS = {
    "given": N_("given by an official place"),
    "claimed": N_("claims it itself, unconfirmed"),
    "guessed": N_("a name that fits"),
    "registry": N_("the registry"),
}
_CONFIRMED, _DECIDE, _TAKEN_BACK = N_("confirmed: {page}"), N_("Decide"), N_("Taken back.")
_WRITTEN = NN_("Written: {n} decision, offices: {offices}.", "Written: {n} decisions, offices: {offices}.")
_KEYS = {
    "y": N_("it is the holder's: confirm"),
    "n": N_("it is not the holder's: reject"),
    "a": N_("add an address that you found yourself"),
    "f": N_("nothing found: record the search"),
    "l": N_("later"),
    "b": N_("back: ask again about the page before, and take back what was decided"),
    "q": N_("leave"),
}


@app.command()
def review(
    context: typer.Context,
    who: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WHO]", help="One office. By default all where a page is to be found."),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who searched: printed in the report.")] = None,
) -> None:
    """Decide about found pages, office by office, with a key for each.

    Each decision is written at once and shown; b takes the last one back. Leave whenever you like.
    """
    from auditor.commands.accounts import registry_file

    common: Common = context.obj
    session = common.open()
    offices = [session.office(" ".join(who), whole=True)] if who else None
    questions = list(_questions(list(_cases(session, offices))))
    if not questions:
        echo(session.words.gettext(N_("No page waits for a decision.")))
        return
    desk = _ReviewLoop(session, registry_file(session, common), by, questions)
    with suppress(_LeaveError, KeyboardInterrupt):
        desk.ask_all()
    echo(f"\n{desk.summary()}")


@dataclass(frozen=True, slots=True)
class _ReviewItem:
    """An office, its holder, and the pages that nobody has decided about."""

    office: Office
    holder: Holder
    candidates: "tuple[PendingPage, ...]"
    links: tuple[SearchLink, ...]
    searched: bool


def _cases(session: "Workspace", offices: Sequence[Office] | None) -> "Iterator[_ReviewItem]":
    """Yield what is open, in the order of ``auditor next``; an office that was asked for in any case."""
    from auditor.commands.pending_pages import pending_pages, stored_leads

    registry = session.registry
    today = session.clock().astimezone(registry.zone).date()
    wanting = {one.office.id: one for one in gaps_of(registry, today)}
    order = [one.office for one in wanting.values()] + [o for o in registry.offices if o.id not in wanting]
    found = stored_leads(session, order)
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
        gaps = wanting[office.id].gaps if office.id in wanting else ()
        ours = [gap for gap in gaps if gap.kind in {GapKind.DECISION, GapKind.PAGE}]
        links = ours[0].links if ours else ()
        stored = found.get(office.id)
        candidates = tuple(pending_pages(session, holder, stored))
        if candidates or ours or offices is not None:
            yield _ReviewItem(office, holder, candidates, links, searched=stored is not None)


@dataclass(frozen=True, slots=True)
class _ReviewQuestion:
    """A page to decide about; without one whether any was found. `place` says which office it is, of how many."""

    case: _ReviewItem
    place: str
    candidate: "PendingPage | None"

    @property
    def keys(self) -> str:
        """The keys that answer it: none where nothing is to be decided."""
        if self.candidate is not None:
            return "ynaflbq"
        return "" if self.case.holder.judged_accounts else "aflbq"


def _questions(cases: Sequence[_ReviewItem]) -> Iterator[_ReviewQuestion]:
    for n, case in enumerate(cases, 1):
        for candidate in case.candidates or (None,):
            yield _ReviewQuestion(case, f"[{n}/{len(cases)}]", candidate)


_TURNS_RED = N_("With all four networks searched, the report says that no page was found, in red.")


class _LeaveError(Exception):
    """The user wants to leave."""


@dataclass(slots=True)
class _ReviewLoop:
    """Asks, and writes what was decided."""

    session: "Workspace"
    file: "RegistryFile"
    by: str | None
    questions: list[_ReviewQuestion]
    answered: "list[tuple[int, FileEdit | None]]" = field(default_factory=list)
    """The questions that were answered, by their place among all, with what was written."""

    def ask_all(self) -> None:
        """Ask one question after the other. Raises `_LeaveError` where the user wants to leave."""
        n = 0
        while n < len(self.questions):
            question = self.questions[n]
            if n == 0 or question.case is not self.questions[n - 1].case:
                self.show(question.case, question.place)
            key = self.ask(question) if question.keys else ""
            if key == "l":
                self.answered.append((n, None))
            if key == "b":
                n = self.back(n)
            elif key in {"l", ""} or self.decide(key, n):
                n += self.step(n, key)

    def step(self, n: int, key: str) -> int:
        """Return how many questions further the next one is: none after an address that was added to a page's."""
        question = self.questions[n]
        if key == "f":
            return sum(later.case is question.case for later in self.questions[n:])
        return 0 if key == "a" and question.candidate is not None else 1

    def back(self, n: int) -> int:
        """Take back what was written last, and return the question before; `n` is the present one."""
        if not self.answered:
            return n
        before, written = self.answered[-1]
        if written is not None:
            try:
                written.undo()
            except UsageError as error:
                echo(f"  ! {one_line(self.session.words.text(error.text))}")
                return n
            echo(f"  {self.session.words.gettext(_TAKEN_BACK)}")
        self.answered.pop()
        return before

    def show(self, case: _ReviewItem, place: str) -> None:
        gettext, holder = self.session.words.gettext, case.holder.tenure
        echo(one_line(f"\n{place} {case.office.municipality} — {holder.name}, {case.office.title}").strip())
        for page in case.holder.judged_accounts:
            echo(f"  {self.session.words.translate(_CONFIRMED, page=page.url.url)}")
        if not case.candidates:
            said = (
                N_("No page waits for a decision.")
                if case.searched
                else N_("no search yet; it is made by: auditor discover")
            )
            echo(f"  {gettext(said)} {'' if case.searched else case.office.id}".rstrip())
        for link in case.links:
            echo(f"  {link.name}: {link.url}")

    def ask(self, question: _ReviewQuestion) -> str:
        """Show a page, and return the key for it."""
        if question.candidate is not None:
            self.show_page(question.candidate)
        gettext = self.session.words.gettext
        meanings = {key: gettext(_KEYS[key]) for key in question.keys}
        key = ask_key(f"  {gettext(_DECIDE)} [{','.join(question.keys)},?] ", meanings, default="l")
        if key == "q":
            raise _LeaveError
        return key

    def show_page(self, candidate: "PendingPage") -> None:
        gettext = self.session.words.gettext
        echo(f"\n  {candidate.address.url} · {gettext(_SAYS[candidate.says])}")
        for sign, lines in (("+", candidate.reasons), ("!", candidate.doubts), ("→", candidate.places)):
            for line in lines:
                echo(one_line(f"    {sign} {line}"))

    def line(self, question: str, default: str = "") -> str:
        shown = f" [{default}]" if default else ""
        said = ask_line(f"  {self.session.words.gettext(question)}{shown}: ", default)
        if said is None:
            raise _LeaveError
        return said

    def decide(self, key: str, n: int) -> bool:
        """Write a decision and show it; False where it cannot be, which is said in one line."""
        from auditor.commands.accounts import show_change

        question = self.questions[n]
        way = {"n": self.rejected, "f": self.nothing_found}.get(key, self.confirmed)
        try:
            plan = way(question.case.office.id, question.candidate if key != "a" else None)
            plan.write()
        except UsageError as error:
            echo(f"  ! {one_line(self.session.words.text(error.text))}")
            return False
        self.answered.append((n, plan))
        show_change(plan)
        echo(f"  {self.session.words.text(plan.done_message)}")
        return True

    def confirmed(self, office: str, candidate: "PendingPage | None") -> "FileEdit":
        """Confirm a page that waits; without one, an address that the user found."""
        from auditor.registry.decisions import plan_confirm

        url = candidate.address.url if candidate else self.line(N_("Address of the page"))
        how = self.line(N_("How that was found out"), next(iter(candidate.reasons if candidate else ()), ""))
        sources = self.line(N_("Where that can be seen"), " ".join(candidate.places if candidate else ())).split()
        return plan_confirm(self.file, office, url, how=how, sources=sources)

    def rejected(self, office: str, candidate: "PendingPage | None") -> "FileEdit":
        from auditor.registry.decisions import plan_reject

        assert candidate is not None
        how = self.line(N_("Why it is not"), self.session.words.gettext(N_("the page is not the holder's")))
        return plan_reject(self.file, office, candidate.address.url, how=how)

    def nothing_found(self, office: str, _: "PendingPage | None") -> "FileEdit":
        from auditor.registry.decisions import plan_searched

        if self.by is None:
            self.by = self.line(N_("Who searched: printed in a public file")) or None
        echo(f"  {self.session.words.gettext(_TURNS_RED)}")
        named = self.line(N_("Networks that you searched: vk, telegram, ok, max"))
        networks = named.replace(",", " ").split()
        if not networks:
            raise UsageError(phrase("name the networks in which you searched"))
        how = self.line(N_("How you searched"), self.session.words.gettext(N_("by name and office")))
        return plan_searched(self.file, office, how=how, by=self.by, found="nothing", networks=networks)

    def summary(self) -> str:
        """Say how many decisions are written."""
        offices = [self.questions[n].case.office.id for n, written in self.answered if written is not None]
        return self.session.words.count(*_WRITTEN, len(offices), offices=len(set(offices)))
