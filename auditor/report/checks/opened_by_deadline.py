"""How opened_by_deadline is shown: see `auditor.checks.opened_by_deadline`."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from auditor.base.snapshot import Cause, Outcome, Precision
from auditor.base.text import N_, Text
from auditor.checks.causes import CAUSES
from auditor.checks.finding import Finding
from auditor.checks.opened_by_deadline import START_UNKNOWN, Opened
from auditor.report.checks.shown import Advised, Cell, Column, Shown, Sign

_CELLS = {
    "passed": (Sign.RING, N_("in time")),
    "grace": (Sign.RING, N_("in time by the grace")),
    "unsure": (Sign.UNKNOWN, N_("date not exact")),
    "cantTell": (Sign.UNKNOWN, N_("not visible")),
    "untested": (Sign.DASHED, N_("not looked at yet")),
    "late": (Sign.DOWN, N_("after the deadline")),
    "inapplicable": (Sign.RING, N_("page on record")),
    "unasked": (Sign.NOTHING, N_("nothing is asked")),
}
"""The cell of a page in the column of networks; of several pages the first in this order is shown."""


def _cell(finding: Finding[Opened]) -> Cell:
    kind = finding.outcome.value
    if finding.outcome is Outcome.PASSED and finding.values.grace_used:
        kind = "grace"
    elif finding.cause is Cause.TOO_LITTLE_DATA:
        kind = "unsure"
    elif finding.outcome is Outcome.FAILED or (finding.values.days_late or 0) > 0:
        kind = "late"
    elif finding.outcome is Outcome.INAPPLICABLE and finding.values.opened_at is None:
        kind = "unasked"  # not even a trace of it was seen: that it is there is not said
    sign, said = _CELLS[kind]
    return Cell(sign, Text(said), key=list(_CELLS).index(kind))


def _why(finding: Finding[Opened]) -> Text | None:
    if finding.cause is not Cause.TOO_LITTLE_DATA:
        return None
    start = finding.message.id == START_UNKNOWN.id
    return Text(N_("the day of taking office is not known") if start else N_("the date of opening is not exact"))


def _precision(finding: Finding[Opened]) -> Text | None:
    if finding.values.precision is None:
        return None
    exact = finding.values.precision is Precision.EXACT
    return Text(N_("exact to the day") if exact else N_("not later than this day"))


def _last_day(finding: Finding[Opened]) -> datetime | None:
    deadline = finding.values.deadline
    return deadline - timedelta(seconds=1) if deadline is not None else None


_OPEN_ONE = N_("Open a personal page on VK or Telegram by {last_day} inclusive, and send its address.")
_SEND_ONE = N_(
    "No page is on record, and no search is new enough to say that there is none. Send the address of the personal "
    "page if there is one."
)
_ADVICE = {
    "exemption": N_("By the directive nothing: the exemption holds."),
    "vacancy": N_("Nothing: the office is vacant. A new holder will have time from the day of taking office."),
    "newcomer": _OPEN_ONE,
    "not_due": _OPEN_ONE,
    "no_holder": CAUSES[Cause.STALE_HOLDER].to_do,
    "no_search": _SEND_ONE,
    "undecided": N_(
        "Nothing is asked of the holder: whether the page that was found is the holder's is being decided."
    ),
    "not_looked_at": N_("Nothing is asked of the holder: the page is on record and has not been looked at yet."),
}
"""By `AuditedOffice.verdict_reason`."""
_ADVICE_START = N_("Send a source for the exact day of taking office: the person's own deadline is counted from it.")


def _advice(advised: Advised[Opened]) -> Iterator[Text]:
    finding, last_day = advised.finding, {"last_day": advised.last_day, "deadline": advised.last_day}
    if finding.outcome is Outcome.FAILED:
        yield from _advice_failed(advised)
    elif finding.message.id == START_UNKNOWN.id:
        yield Text(_ADVICE_START)
    elif finding.cause is not None:
        yield Text(CAUSES[finding.cause].to_do, last_day)
    elif advised.reason in _ADVICE:
        yield Text(_ADVICE[advised.reason], last_day)


def _advice_failed(advised: Advised[Opened]) -> Iterator[Text]:
    deadline = {"deadline": advised.last_day}
    if not advised.has_page:
        yield Text(
            N_(
                "If there is a personal page, send its address: it goes into the registry once confirmed. A page that "
                "was open by {deadline} changes the outcome."
            ),
            deadline,
        )
        return
    yield Text(N_("The deadline is over: the pages on record do not change the outcome."))
    yield Text(
        N_(
            "Confirmation of an earlier personal page would. Send its address and a source dated {deadline} "
            "or earlier: a post, a publication of the press, an answer of the network."
        ),
        deadline,
    )


SHOWN = Shown(
    why=_why,
    cell=_cell,
    columns=(
        Column(N_("Opened"), 12, lambda finding: finding.values.opened_at),
        Column(N_("How exactly that is known"), 18, _precision),
        Column(N_("Last day allowed"), 12, _last_day, bound_only=True),
        Column(N_("Days after it (before it: below 0)"), 13, lambda finding: finding.values.days_late, bound_only=True),
    ),
    advice=_advice,
)
