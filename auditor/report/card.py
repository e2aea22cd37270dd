"""One office in the terminal, for `auditor check`: the same words and signs as on the page."""

__all__ = ["print_card", "render_card"]

import shutil
import sys
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedAccount, AuditedFinding, AuditedOffice
from auditor.i18n import Catalogue, short_name
from auditor.report import headline, words
from auditor.report.advice import advice
from auditor.report.dates import opened_text
from auditor.report.drift import drift_notices
from auditor.report.safe import one_line, safe_url, show_url
from auditor.report.view import proof_order
from auditor.report.watch import moved
from auditor.text import N_

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text as Line

_COLOURS = {"passed": "blue", "failed": "red", "cantTell": "yellow", "inapplicable": "", "untested": ""}
_NARROWEST, _PIPED = 40, 100
_VERDICT, _BELOW = "opened_by_deadline", "▽"
_SHOWN = 12
"""So many rows of evidence are listed; the document has them all."""


def print_card(
    office: AuditedOffice, audit: Audit, catalogue: Catalogue, *, leads: Sequence[str] = (), width: int | None = None
) -> None:
    """Print the card to the standard output: coloured and linked on a terminal, plain where it is piped.

    `leads` are unconfirmed accounts: shown to the operator, never judged and never in the document.
    """
    terminal = sys.stdout.isatty()
    wide = width or (shutil.get_terminal_size().columns if terminal else _PIPED)
    sys.stdout.write(render_card(office, audit, catalogue, width=wide, color=terminal, leads=leads))


def render_card(
    office: AuditedOffice,
    audit: Audit,
    catalogue: Catalogue,
    *,
    width: int = _PIPED,
    color: bool = False,
    leads: Sequence[str] = (),
) -> str:
    """Return the card as text of at most `width` columns; with `color`, with ANSI colours and OSC 8 links."""
    from rich.console import Console  # noqa: PLC0415 - rich is heavy, and only `check` prints a card

    stream = StringIO()
    console = Console(
        file=stream,
        width=max(width, _NARROWEST),
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    _print(console, office, audit, catalogue.at(ZoneInfo(audit.timezone)), leads)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _print(console: "Console", office: AuditedOffice, audit: Audit, said: Catalogue, leads: Sequence[str]) -> None:
    for alarm in headline.alarms(audit, said):
        console.print(_line(f"! {alarm}", "bold"))
    for block in _blocks(office, audit, said, leads):
        console.print(block)


def _blocks(office: AuditedOffice, audit: Audit, said: Catalogue, leads: Sequence[str]) -> "Iterator[RenderableType]":
    yield _line(f"{office.municipality} — {office.title}", "bold")
    yield _line(_holder(office, audit, said), "dim")
    yield _verdict(office, said)
    yield _line(said.say(N_("Pages")), "bold", above=True)
    yield _accounts(office, said)
    for account in office.accounts:
        for notice in moved(office, account, said):
            yield _line(f"! {notice}")
    for notice in drift_notices(audit, said):
        yield _line(f"! {notice}")
    if leads:
        yield _line(said.say(N_("Not confirmed, not judged: {leads}"), leads=", ".join(map(show_url, leads))), "dim")
    for title, rows in _sections(office, said):
        yield _line(title, "bold", above=True)
        yield _findings(rows, audit, said)
    yield _line(said.gettext(N_("What to do")), "bold", above=True)
    for n, step in enumerate(advice(office, audit, said), start=1):
        yield _line(f"{n}. {step}")
    if office.evidence:
        yield _line(said.gettext(N_("Evidence")), "bold", above=True)
        yield _evidence(office, said)


def _line(text: str, style: str = "", *, above: bool = False) -> "Line":
    from rich.text import Text as Line  # noqa: PLC0415 - as above

    return Line(("\n" if above else "") + one_line(text), style=style)


def _holder(office: AuditedOffice, audit: Audit, said: Catalogue) -> str:
    parts = [words.since_of(office, said)]
    if office.holder is not None:
        parts.insert(0, short_name(office.holder.name))
        if office.holder.acting:
            parts.append(said.gettext(N_("acting")))
        if office.holder.newcomer:
            parts.append(said.gettext(N_("new holder")))
    week = said.say(N_("Week {n}, {span}"), n=str(words.week_number(audit.week)), span=words.week_span(audit, said))
    return f"{', '.join(parts)} · {week}"


def _verdict(office: AuditedOffice, said: Catalogue) -> "Line":
    finding = office.finding("opened_by_deadline")
    message = finding.message if finding else ""
    if not office.bound:
        voluntary = office.group == "city_duma"
        aside = N_("voluntary, outside the directive") if voluntary else N_("outside the directive")
        return _line(said.gettext(aside))
    word = words.say(words.OUTCOMES, office.verdict, said)
    line = _line(f"{words.SIGNS[office.verdict]} {word}", f"bold {_COLOURS[office.verdict]}".strip())
    return line.append(one_line(f". {message}"), style="not bold default")


def _grid() -> "Table":
    from rich.table import Table  # noqa: PLC0415 - as above

    return Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))


def _accounts(office: AuditedOffice, said: Catalogue) -> "RenderableType":
    if not office.accounts:
        return _line(said.gettext(N_("No confirmed page is on record.")), "dim")
    table = _grid()
    for account in office.accounts:
        table.add_row(_linked(account.url), _whose(account, said), _facts(account, said))
    return table


def _linked(url: str) -> "Line":
    line = _line(show_url(url))
    if safe_url(url):
        line.stylize(f"link {url}")
    return line


def _whose(account: AuditedAccount, said: Catalogue) -> str:
    return said.gettext(N_("personal") if account.kind == "personal" else N_("institution's"))


def _facts(account: AuditedAccount, said: Catalogue) -> "Line":
    facts = account.facts
    parts = []
    if account.kind == "personal":
        parts.append(opened_text(account, said))
    if facts.subscribers is not None:
        parts.append(said.say(N_("subscribers: {n}"), n=facts.subscribers))
    if account.snapshot_at is not None:
        parts.append(said.say(N_("looked at {moment}"), moment=account.snapshot_at))
    if account.renamed_to is not None:
        parts.append(said.say(N_("now at {address}"), address=show_url(account.renamed_to)))
    if account.under_review:
        parts.append(said.gettext(N_("confirmation under review")))
    if account.cause is not None:
        parts.append(words.say(words.CAUSES, account.cause, said))
    return _line("; ".join(parts))


def _sections(office: AuditedOffice, said: Catalogue) -> Iterator[tuple[str, list[AuditedFinding]]]:
    """Group by what a finding rests on: the directive and other norms stand apart from practice."""
    shown = [f for f in office.findings if not _twin(f, office)]
    verdict = [f for f in shown if f.check == _VERDICT]
    practice = [f for f in shown if f.basis != "norm"]
    others = [f for f in shown if f.basis == "norm" and f.check != _VERDICT]
    titles = (N_("Directive"), N_("How the pages are kept"), N_("Other norms"))
    for title, rows in zip(titles, (verdict, practice, others), strict=True):
        if rows:
            yield said.gettext(title), rows


def _twin(finding: AuditedFinding, office: AuditedOffice) -> bool:
    """Tell whether an account's finding only repeats its office's, as it does where there is one page."""
    whole = office.finding(finding.check)
    return (
        finding.account is not None
        and whole is not None
        and (finding.outcome, finding.message) == (whole.outcome, whole.message)
    )


def _findings(rows: Sequence[AuditedFinding], audit: Audit, said: Catalogue) -> "Table":
    titles = {check.name: check.title for check in audit.checks}
    table = _grid()
    table.add_column(no_wrap=True)
    table.add_column(max_width=30)
    before = ""
    for finding in rows:
        title = "" if finding.check == before else titles.get(finding.check, finding.check)
        subject = _line(title)
        if finding.account:
            subject.append(("\n" if title else "") + show_url(one_line(finding.account)), style="dim")
        table.add_row(_sign(finding), subject, _line(_words_of(finding, said)))
        before = finding.check
    return table


def _sign(finding: AuditedFinding) -> "Line":
    """Give the sign; colour and cross belong to the directive alone, as on the page."""
    if finding.check == _VERDICT:
        return _line(words.SIGNS[finding.outcome], _COLOURS[finding.outcome])
    return _line(_BELOW if finding.outcome == "failed" else words.SIGNS[finding.outcome])


def _words_of(finding: AuditedFinding, said: Catalogue) -> str:
    """Say the finding; what could not be told is said by its cause, with the numbers where there are some."""
    if finding.outcome != "cantTell":
        return finding.message
    cause = words.say(words.CAUSES, finding.cause or "", said)
    told = said.say(N_("could not be told: {cause}"), cause=cause)
    known = any(value is not None for value in finding.values.values())
    return f"{finding.message} ({told})" if known and finding.check != _VERDICT else told


def _evidence(office: AuditedOffice, said: Catalogue) -> "Table":
    table = _grid()
    rows = sorted(office.evidence.items(), key=proof_order)
    for name, proof in rows[:_SHOWN]:
        kind = words.say(words.EVIDENCE, proof.kind, said)
        table.add_row(_line(name), kind, said.moment(proof.at), _line(f"SHA-256 {proof.sha256[:12]}…", "dim"))
    if len(rows) > _SHOWN:
        table.add_row(said.say(N_("More evidence: {n}"), n=len(rows) - _SHOWN))
    return table
