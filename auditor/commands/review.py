"""``auditor review``: the pages that wait for a decision, office by office, a key for each.

What was decided is in the registry, what was found in the archive; nothing else is remembered. So a review can be
left anywhere, and the next one goes on with what is still open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from auditor.base.errors import UsageError
from auditor.base.safe import one_line
from auditor.base.text import N_, NN_, Text
from auditor.commands.console import say
from auditor.commands.keys import ask_key, ask_line
from auditor.commands.options import Common, single
from auditor.registry.gaps import Link, What, gaps_of
from auditor.registry.holders import Holder, holder_on
from auditor.registry.models import Office

if TYPE_CHECKING:
    from auditor.commands.waiting import Candidate
    from auditor.registry.decisions import Plan
    from auditor.registry.writing import RegistryFile
    from auditor.run.session import Session

app = single()

_SAYS = {
    "given": N_("an official place names it"),
    "claimed": N_("calls itself so, not confirmed"),
    "guessed": N_("only the name fits"),
    "registry": N_("in the registry, not confirmed"),
}
_CONFIRMED, _DECIDE, _WRITE = N_("confirmed: {page}"), N_("Decide"), N_("Write this?")
_LEAVE = N_("leave")
_KEYS = {
    "y": N_("it is the holder's: confirm"),
    "n": N_("it is not the holder's: reject"),
    "a": N_("add an address that you found yourself"),
    "f": N_("nothing found: record the search"),
    "l": N_("later"),
    "q": _LEAVE,
}


@app.command()
def review(
    context: typer.Context,
    who: Annotated[
        str | None, typer.Argument(metavar="[WHO]", help="One office. By default all where a page is to be found.")
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who searched: printed in the report.")] = None,
) -> None:
    """Decide about found pages, office by office, with a key for each.

    The change to the registry is shown before it is written. Leave whenever you like: the next review goes on.
    """
    from auditor.commands.accounts import registry_file

    common: Common = context.obj
    session = common.open()
    offices = [session.office(who, whole=True)] if who is not None else None
    desk = _Desk(session, registry_file(session, common), by)
    open_cases = list(_cases(session, offices))
    for n, case in enumerate(open_cases, 1):
        if not desk.decide(case, f"[{n}/{len(open_cases)}]"):
            break
    say(desk.summary(len(open_cases)))


@dataclass(frozen=True, slots=True)
class _Case:
    """An office, its holder, and the pages that nobody has decided about."""

    office: Office
    holder: Holder
    candidates: "tuple[Candidate, ...]"
    links: tuple[Link, ...]
    searched: bool


def _cases(session: "Session", offices: Sequence[Office] | None) -> "Iterator[_Case]":
    """Yield what is open, in the order of ``auditor next``; an office that was asked for in any case."""
    from auditor.commands.waiting import candidates_of, found_leads

    registry = session.registry
    today = session.clock().astimezone(registry.zone).date()
    wanting = {one.office.id: one for one in gaps_of(registry, today)}
    order = [one.office for one in wanting.values()] + [o for o in registry.offices if o.id not in wanting]
    found = found_leads(session, order)
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
        ours = [gap for gap in gaps if gap.what in {What.DECISION, What.PAGE}]
        links = ours[0].links if ours else ()
        stored = found.get(office.id)
        candidates = tuple(candidates_of(session, holder, stored))
        if candidates or ours or offices is not None:
            yield _Case(office, holder, candidates, links, searched=stored is not None)


class _LeaveError(Exception):
    """The user wants to leave."""


@dataclass(slots=True)
class _Desk:
    """Asks, and writes what was decided."""

    session: "Session"
    file: "RegistryFile"
    by: str | None
    decided: int = 0
    offices: int = 0
    plans: "list[Plan]" = field(default_factory=list)

    def decide(self, case: _Case, place: str) -> bool:
        """Ask about an office, show the change and write it if agreed to; tell whether to go on."""
        self.plans.clear()
        self.show(case, place)
        go_on = True
        try:
            self.ask(case)
        except _LeaveError:
            go_on = False
        return self.write() and go_on

    def show(self, case: _Case, place: str) -> None:
        gettext, holder = self.session.words.gettext, case.holder.tenure
        say(one_line(f"\n{place} {case.office.municipality} — {holder.name}, {case.office.title}").strip())
        for page in case.holder.judged_accounts:
            say(f"  {self.session.words.say(_CONFIRMED, page=page.url.url)}")
        if not case.candidates:
            said = N_("no page waits") if case.searched else N_("no search yet; it is made by: auditor discover")
            say(f"  {gettext(said)} {'' if case.searched else case.office.id}".rstrip())
        for link in case.links:
            say(f"  {link.name}: {link.url}")

    def ask(self, case: _Case) -> None:
        for candidate in case.candidates:
            self.tell(candidate)
            key = self.key("ynaflq")
            if key == "f":
                self.attempt(partial(self.nothing_found, case))
                return
            if key == "a":
                self.attempt(partial(self.confirmed, case))
                key = self.key("ynlq")
            if key == "y":
                self.attempt(partial(self.confirmed, case, candidate))
            elif key == "n":
                self.attempt(partial(self.rejected, case, candidate))
        if case.candidates or case.holder.judged_accounts:
            return
        key = self.key("aflq")
        if key == "a":
            self.attempt(partial(self.confirmed, case))
        elif key == "f":
            self.attempt(partial(self.nothing_found, case))

    def tell(self, candidate: "Candidate") -> None:
        gettext = self.session.words.gettext
        say(f"\n  {candidate.address.url} · {gettext(_SAYS[candidate.says])}")
        for sign, lines in (("+", candidate.reasons), ("!", candidate.doubts), ("→", candidate.places)):
            for line in lines:
                say(one_line(f"    {sign} {line}"))

    def key(self, keys: str) -> str:
        gettext = self.session.words.gettext
        meanings = {key: gettext(_KEYS[key]) for key in keys}
        key = ask_key(f"  {gettext(_DECIDE)} [{','.join(keys)},?] ", meanings, default="l")
        if key == "q":
            raise _LeaveError
        return key

    def line(self, question: str, default: str = "") -> str:
        shown = f" [{default}]" if default else ""
        said = ask_line(f"  {self.session.words.gettext(question)}{shown}: ", default)
        if said is None:
            raise _LeaveError
        return said

    def confirmed(self, case: _Case, candidate: "Candidate | None" = None) -> "Plan":
        """Confirm a page that waits; without one, an address that the user found."""
        from auditor.registry.decisions import plan_confirm

        url = candidate.address.url if candidate else self.line(N_("Address of the page"))
        how = self.line(N_("How that was found out"), next(iter(candidate.reasons if candidate else ()), ""))
        sources = self.line(N_("Where that can be seen"), " ".join(candidate.places if candidate else ())).split()
        return plan_confirm(self.file, case.office.id, url, how=how or None, sources=sources)

    def rejected(self, case: _Case, candidate: "Candidate") -> "Plan":
        from auditor.registry.decisions import plan_reject

        how = self.line(N_("Why it is not"), self.session.words.gettext(N_("the page is not the holder's")))
        return plan_reject(self.file, case.office.id, candidate.address.url, how=how)

    def nothing_found(self, case: _Case) -> "Plan":
        from auditor.registry.decisions import plan_searched

        if self.by is None:
            self.by = self.line(N_("Who searched: printed in a public file")) or None
        networks = self.line(N_("Networks that you searched"), "vk telegram ok max").split()
        how = self.line(N_("How you searched"), self.session.words.gettext(N_("by name and office")))
        return plan_searched(self.file, case.office.id, how=how, by=self.by, found="nothing", networks=networks)

    def attempt(self, plan: Callable[[], "Plan"]) -> None:
        """Keep a decision; one that cannot be is said in one line, and the page waits on."""
        try:
            made = plan()
        except UsageError as error:
            say(f"  ! {one_line(str(error))}")
            return
        self.file.pending[made.draft.path.resolve()] = made.text
        self.plans.append(made)

    def write(self) -> bool:
        """Show what changes, ask, and write it; tell whether to go on."""
        from auditor.commands.accounts import show_change
        from auditor.registry.decisions import joined

        if not self.plans:
            return True
        whole = joined(self.plans)
        self.file.pending.clear()
        show_change(whole, self.session.words)
        gettext = self.session.words.gettext
        meanings = {"y": gettext(N_("write it")), "n": gettext(N_("forget it")), "q": gettext(_LEAVE)}
        key = ask_key(f"  {gettext(_WRITE)} [y,n,q] ", meanings, default="n")
        if key == "y":
            whole.write()
            self.decided += len(self.plans)
            self.offices += 1
        return key != "q"

    def summary(self, offices: int) -> str:
        if not offices:
            return self.session.words.gettext(N_("No page waits for a decision."))
        written = NN_("Written: {n} decision, offices: {offices}.", "Written: {n} decisions, offices: {offices}.")
        return self.session.words.count(*written, self.decided, offices=self.offices)
