"""The pages on the terminal's card: each with whose it is, how that was confirmed, and since when it is open."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from auditor.audit.document import AuditedAccount, AuditedOffice
from auditor.base.safe import show_url
from auditor.base.text import N_
from auditor.report import words
from auditor.report.dates import opened_text, report_text
from auditor.report.terminal.ink import Ink

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text as Line

_NOTED = ("account_exists", "register_link")
MARKS = {"ring": "✓", "down": "▽", "lock": "▽", "unknown": "?", "dots": "…", "dashed": "○", "cross": "○", "": "—"}
"""The hollow signs of what is not the directive: never a cross."""


def pages(office: AuditedOffice, ink: Ink) -> "Iterator[RenderableType]":
    """List the pages on record, then what the press says and what was searched for."""
    yield ink.title(ink.said.gettext(N_("Pages")))
    if not office.accounts:
        yield ink.below(ink.text(ink.said.gettext(N_("No confirmed page is on record.")), "dim"))
    for account in office.accounts:
        yield ink.below(_name(account, ink))
        for line in (ink.text(_facts(account, ink)), _confirmed(account, ink), *_notes(office, account, ink)):
            if line.plain:
                yield ink.below(line, 4)
    yield from _records(office, ink)


def _notes(office: AuditedOffice, account: AuditedAccount, ink: Ink) -> "Iterator[Line]":
    """Say what is amiss with a page by a check of its own; that it is there needs no line."""
    for finding in office.findings:
        if finding.account == account.url and finding.check in _NOTED and finding.outcome == "failed":
            yield ink.text(f"▽ {finding.message}")


def _name(account: AuditedAccount, ink: Ink) -> "Line":
    said = ink.said
    whose = said.gettext(N_("personal") if account.kind == "personal" else N_("institution's"))
    parts = [words.say(words.NETWORKS, account.network, said), whose]
    parts += [said.gettext(N_("marked by the network"))] * bool(account.facts.verified)
    return ink.link(account.url).append_text(ink.text(f" — {', '.join(parts)}", "dim"))


def _facts(account: AuditedAccount, ink: Ink) -> str:
    said, facts, parts = ink.said, account.facts, []
    if account.kind == "personal":
        parts.append(opened_text(account, said))
    if facts.subscribers is not None:
        parts.append(said.say(N_("subscribers: {n}"), n=facts.subscribers))
    if account.snapshot_at is not None:
        parts.append(said.say(N_("looked at {moment}"), moment=account.snapshot_at))
    if account.renamed_to is not None:
        parts.append(said.say(N_("now at {address}"), address=show_url(account.renamed_to)))
    if account.cause is not None:
        parts.append(said.say(N_("could not be told: {cause}"), cause=words.say(words.CAUSES, account.cause, said)))
    return "; ".join(parts)


def _confirmed(account: AuditedAccount, ink: Ink) -> "Line":
    said, proof = ink.said, account.confirmed
    if account.kind != "personal":
        return ink.text(said.gettext(N_("for reference: it does not satisfy the directive")), "dim")
    if proof is None:
        return ink.text("")
    day = ", ".join(filter(None, (said.date(proof.on), proof.by)))
    review = said.gettext(N_("confirmation under review")) if account.under_review else ""
    shown = [ink.source(source) for source in proof.sources]
    line = ink.text(said.say(N_("ownership confirmed: {how}"), how=proof.how))
    return ink.joined("; ", [line, day, review, ink.joined(", ", shown)])


def _records(office: AuditedOffice, ink: Ink) -> "Iterator[RenderableType]":
    said = ink.said
    for report in office.reports:
        line = ink.text(said.gettext(N_("Press")) + f": {report_text(report, said)}. ")
        yield ink.below(line.append_text(ink.source(report.source)))
    for one in office.searches:
        found = said.gettext(N_("nothing")) if one.found == "nothing" else one.found
        sentence = N_("Search of {date}: by {by}; how: {how}; found: {found}")
        yield ink.below(ink.text(said.say(sentence, date=one.on, by=one.by, how=one.how, found=found)))
