"""The pages on record, every finding, and the weeks before, each a row of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from auditor.audit.document import AuditedAccount, AuditedFinding, AuditedOffice, AuditedPast
from auditor.base.i18n import short_name
from auditor.base.snapshot import CommentsState
from auditor.base.text import N_
from auditor.checks import catalogue, directive
from auditor.checks.finding import Past
from auditor.report.headline import in_order
from auditor.report.tables.model import (
    Frame,
    Link,
    Sheet,
    Spec,
    Value,
    Verdict,
    day_of,
    fill,
    yes_no,
)
from auditor.report.words import (
    BASES,
    CAUSES,
    NETWORKS,
    OTHER_NETWORKS,
    OUTCOMES,
    ROUTES,
    SIGNS,
    say,
    words_of,
)

_KINDS = {"personal": N_("personal"), "institution": N_("institution's")}
_COMMENTS = {
    CommentsState.OPEN.value: N_("open"),
    CommentsState.CLOSED.value: N_("closed"),
    "mixed": N_("here and there"),
}


@dataclass(frozen=True, slots=True)
class _Page:
    office: AuditedOffice
    account: AuditedAccount

    def confirmed(self, field: str) -> Value:
        return getattr(self.account.confirmed, field) if self.account.confirmed else None

    @property
    def sources(self) -> Value:
        return " ".join(self.account.confirmed.sources) or None if self.account.confirmed else None


@dataclass(frozen=True, slots=True)
class _Found:
    office: AuditedOffice
    finding: AuditedFinding
    title: str


@dataclass(frozen=True, slots=True)
class _Then:
    office: AuditedOffice
    past: AuditedPast


def _opened(page: _Page, frame: Frame) -> Value:
    return day_of(page.account.facts.opened_at, frame)


def _precision(page: _Page, frame: Frame) -> Value:
    facts = page.account.facts
    if facts.opened_at is None:
        return frame.words.gettext(N_("date of opening not visible")) if page.account.kind == "personal" else None
    exact = facts.opened_precision == "exact"
    return frame.words.gettext(N_("exact to the day") if exact else N_("not later than this day"))


def _comments(page: _Page, frame: Frame) -> Value:
    state = page.account.facts.comments
    return frame.words.gettext(_COMMENTS[state]) if state in _COMMENTS else None


def _obstacle(page: _Page, frame: Frame) -> Value:
    account = page.account
    if account.cause:
        return say(CAUSES, account.cause, frame.words)
    return frame.words.gettext(N_("not looked at yet")) if account.snapshot_at is None else None


def _outcome(found: _Found, frame: Frame) -> Value:
    """Colour only the directive's own outcome."""
    finding = found.finding
    said = say(words_of(finding), finding.outcome, frame.words)
    bound = finding.check == directive().name and found.office.bound
    return Verdict(finding.outcome, f"{SIGNS.get(finding.outcome, '')} {said}") if bound else said


def _address(found: _Found, frame: Frame) -> Value:
    url = found.finding.account
    return Link(url) if url else frame.words.gettext(N_("the holder's pages together"))


def _values(values: dict[str, Any]) -> str | None:
    """Write the figures by the names that they have in ``audit.json``; what is not known, and lists, are left out."""
    told = {key: value for key, value in values.items() if value is not None and not isinstance(value, list)}
    return "; ".join(f"{key}: {_plain(value)}" for key, value in told.items()) or None


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _past_outcome(then: _Then, frame: Frame) -> Value:
    outcome = then.past.verdict
    if outcome is None or not then.office.bound:
        return None
    return Verdict(outcome, f"{SIGNS.get(outcome, '')} {say(OUTCOMES, outcome, frame.words)}")


def _past_note(then: _Then, frame: Frame) -> Value:
    """Say why a cell is empty, and whose week it was."""
    past, holder = then.past, then.office.holder
    notes = [
        (past.verdict is None, N_("no audit of this week is stored")),
        (past.from_look, N_("posts counted in a later look")),
        (past.posts is None, N_("posts not known")),
        (past.due is None, N_("questions not known")),
        (bool(past.holder and holder and past.holder != holder.name), N_("another holder")),
    ]
    return "; ".join(frame.words.gettext(said) for true, said in notes if true) or None


def _monday(then: _Then, _: Frame) -> Value:
    year, _mark, number = then.past.week.partition("-W")
    try:
        return date.fromisocalendar(int(year), int(number), 1)
    except ValueError:
        return None


_ACCOUNTS: tuple[Spec[_Page], ...] = (
    Spec(N_("Municipality"), 24, lambda page, _: page.office.municipality),
    Spec(N_("Office"), 28, lambda page, _: page.office.title),
    Spec(N_("Holder"), 28, lambda page, _: page.office.holder.name if page.office.holder else None),
    Spec(N_("Network"), 12, lambda page, frame: say(NETWORKS, page.account.network, frame.words)),
    Spec(N_("Whose"), 13, lambda page, frame: say(_KINDS, page.account.kind, frame.words)),
    Spec(N_("Address"), 34, lambda page, _: Link(page.account.url)),
    Spec(N_("The network's own number"), 14, lambda page, _: page.account.id),
    Spec(N_("How confirmed"), 30, lambda page, _: page.confirmed("how")),
    Spec(N_("Confirmed on"), 12, lambda page, _: page.confirmed("on")),
    Spec(N_("Sources"), 30, lambda page, _: page.sources),
    Spec(N_("Confirmation under review"), 14, lambda page, frame: yes_no(page.account.under_review, frame)),
    Spec(N_("Now at"), 24, lambda page, _: Link(page.account.renamed_to) if page.account.renamed_to else None),
    Spec(N_("Looked at"), 16, lambda page, _: page.account.snapshot_at),
    Spec(N_("By which way"), 20, lambda page, frame: say(ROUTES, page.account.route or "", frame.words) or None),
    Spec(N_("Exists"), 10, lambda page, frame: yes_no(page.account.facts.exists, frame)),
    Spec(N_("Marked by the network"), 12, lambda page, frame: yes_no(page.account.facts.verified, frame)),
    Spec(N_("Subscribers"), 12, lambda page, _: page.account.facts.subscribers),
    Spec(N_("Opened"), 12, _opened),
    Spec(N_("How exactly that is known"), 18, _precision),
    Spec(N_("Comments"), 12, _comments),
    Spec(N_("What was in the way"), 28, _obstacle),
)
_FINDINGS: tuple[Spec[_Found], ...] = (
    Spec(N_("Municipality"), 24, lambda found, _: found.office.municipality),
    Spec(N_("Office"), 28, lambda found, _: found.office.title),
    Spec(N_("Check"), 24, lambda found, _: found.title),
    Spec(N_("Its name in audit.json"), 20, lambda found, _: found.finding.check),
    Spec(
        N_("Network"),
        12,
        lambda found, frame: say(NETWORKS | OTHER_NETWORKS, found.finding.network or "", frame.words) or None,
    ),
    Spec(N_("Address"), 32, _address),
    Spec(N_("Basis"), 13, lambda found, frame: say(BASES, found.finding.basis, frame.words)),
    Spec(N_("Outcome"), 19, _outcome),
    Spec(N_("Cause"), 26, lambda found, frame: say(CAUSES, found.finding.cause or "", frame.words) or None),
    # A long list of ids is cut off by the next cell, which is never empty.
    Spec(N_("Evidence"), 18, lambda found, _: " ".join(found.finding.evidence) or None, wrapped=False),
    Spec(N_("What is found"), 50, lambda found, _: found.finding.message),
    Spec(N_("Figures, by their names in audit.json"), 40, lambda found, _: _values(found.finding.values)),
)
_HISTORY: tuple[Spec[_Then], ...] = (
    Spec(N_("Municipality"), 24, lambda then, _: then.office.municipality),
    Spec(N_("Office"), 28, lambda then, _: then.office.title),
    Spec(N_("Week"), 11, lambda then, _: then.past.week),
    Spec(N_("Monday"), 12, _monday),
    Spec(N_("Holder"), 22, lambda then, _: short_name(then.past.holder) if then.past.holder else None),
    Spec(N_("Outcome"), 19, _past_outcome),
)
_NOTE: Spec[_Then] = Spec(N_("Note"), 44, _past_note)


def accounts_sheet(frame: Frame) -> Sheet:
    """Return every page on record with how it was confirmed and what was seen of it."""
    pages = (_Page(office, account) for office in in_order(frame.audit) for account in office.accounts)
    return fill(N_("Pages"), _ACCOUNTS, pages, frame)


def findings_sheet(frame: Frame) -> Sheet:
    """Return every finding of the week."""
    titles = {check.name: check.title for check in frame.audit.checks}
    offices = in_order(frame.audit)
    rows = (_Found(office, f, titles.get(f.check, f.check)) for office in offices for f in office.findings)
    return fill(N_("Findings"), _FINDINGS, rows, frame)


def history_sheet(frame: Frame) -> Sheet:
    """Return the weeks up to this one, office by office."""
    rows = (_Then(office, past) for office in in_order(frame.audit) for past in office.history)
    figures = (_kept(past) for check in catalogue() for past in check.past)
    return fill(N_("Weeks before"), (*_HISTORY, *figures, _NOTE), rows, frame)


def _kept(past: Past[Any]) -> Spec[_Then]:
    """Make the column of a figure that a check has kept of each week."""
    return Spec(past.title, 12, lambda then, _: then.past.figure(past.key))
