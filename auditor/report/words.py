"""What outcomes, causes, dates and deadlines are called wherever the report speaks.

The sentences here are English and keys of the catalogue, which has the reader's words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from auditor.audit.document import (
    Audit,
    AuditedAccount,
    AuditedEarlier,
    AuditedEvidence,
    AuditedFinding,
    AuditedHolder,
    AuditedOffice,
    AuditedReport,
    AuditedSearch,
    AuditedTurn,
    Turned,
)
from auditor.base.i18n import Catalogue, short_place
from auditor.base.networks import networks, routes
from auditor.base.safe import show_url
from auditor.base.snapshot import EvidenceKind, Outcome, TraceKind
from auditor.base.text import N_, Text
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue, causes, check_of, directive
from auditor.checks.finding import Place
from auditor.checks.opening import REPORT, TraceShown
from auditor.report.checks import shown

_Default = TypeVar("_Default", int, str, None)

_SEAL = N_("Seal of the archive: {hash}")

ORDER = ("failed", "cantTell", "inapplicable", "untested", "passed")
"""Worst first; the headline and the list of names follow it."""

OUTCOMES = {
    "passed": N_("met"),
    "failed": N_("not met"),
    "cantTell": N_("could not be told"),
    "inapplicable": N_("does not apply"),
    "untested": N_("not tested"),
}
OUTCOMES_NARROW = {
    "passed": N_("Met"),
    "failed": N_("Not met"),
    "cantTell": N_("Not told"),
    "inapplicable": N_("N/a"),
    "untested": N_("Untested"),
}
SIGNS = {"passed": "✓", "failed": "✕", "cantTell": "?", "inapplicable": "—", "untested": "○"}
"""For the terminal and a messenger."""

NETWORKS = {facts.key: facts.name for facts in networks().values()}
OTHER_NETWORKS = {"ok": N_("Odnoklassniki"), "max": N_("MAX"), "other": N_("another network")}
"""Networks that the program does not look at; a dated source may name them."""
ROUTES = {facts.key: facts.name for facts in routes().values()}
BASES = {"norm": N_("norm"), "analogue": N_("analogue"), "convention": N_("convention")}
GROUPS = {
    "municipal_head": N_("Heads of municipalities"),
    "city_duma": N_("City Duma"),
    "governor": N_("Governor"),
    "institution": N_("Institutions"),
}
VOLUNTARY = "city_duma"
"""The group whose members keep pages though nothing asks them to."""
CONTROLS = {"passed": N_("as it must be"), "failed": N_("not as it must be"), "cantTell": N_("did not open")}
"""How a control page came out."""
EVIDENCE = {
    EvidenceKind.PROFILE.value: N_("page"),
    EvidenceKind.OPENING.value: N_("oldest trace"),
    EvidenceKind.POSTS.value: N_("posts"),
    EvidenceKind.COMMENTS.value: N_("comments"),
    EvidenceKind.CONTROL.value: N_("control page"),
}
"""In the order in which one would read them."""
CAUSES = {cause.value: words.short for cause, words in causes.CAUSES.items()}
_REASONS = {
    "exemption": N_("exempt"),
    "vacancy": N_("vacancy"),
    "not_bound": N_("not bound by the directive"),
    "not_due": N_("deadline not reached"),
    "no_holder": N_("holder not on record"),
    "no_search": N_("no search recorded"),
    "undecided": N_("a page was found and is not decided"),
    "in_doubt": N_("who held the office is not clear"),
    "not_looked_at": N_("not looked at yet"),
}
CHANGES = {
    "verdict": N_("another outcome"),
    "improvement": N_("better in practice"),
    "regression": N_("worse in practice"),
    "neutral": N_("no change seen"),
}
POLICY = {check.policy_key: check.policy_title for check in catalogue() if check.policy_key and check.policy_title} | {
    "newcomer_days": N_("Time for a new holder, days from taking office"),
    "least_questions": N_("Questions for a verdict, at least"),
    "least_askers": N_("People who asked, for a verdict, at least"),
    "helper_people": N_("Who asks nothing and answers so many people may speak for the holder, people"),
    "thread_days": N_("Posts before the week whose comments count, days"),
    "register_link_since": N_("Link to the register needed since"),
    "search_valid_days": N_("A search is valid, days"),
    "holder_valid_days": N_("Evidence of the holder is valid, days"),
    "acting_valid_days": N_("Evidence of an acting holder is valid, days"),
    "late_look_days": N_("Last look for a week, days after its end"),
    "same_text_hours": N_("Posts with the same text are one within, hours"),
    "moved_days": N_("No posts are awaited after a page moved, days"),
}
"""A check names its own threshold; the rest are named here."""
LIMITS = (
    N_("that anyone broke the law: the directive is not a law;"),
    N_("why a page is not there, or why no answer of the owner is seen: motives cannot be seen from outside;"),
    N_("that nobody answered: an answer is seen or not as of the look, and it may have been given in a new post, in "
       "private messages, by telephone or in person;"),
    N_("who was banned, and why a comment is not available: this cannot be seen from outside;"),
    N_("anything about pages that nobody has confirmed: they are not judged;"),
    N_("that whoever posts more works better: there are no marks and no ranks here."),
)  # fmt: skip
"""What the report does not claim: said on the page, and in every form that leaves without it."""
UNKNOWABLE = (
    N_("what was deleted before the first look at a page;"),
    N_("whether comments that are closed now were open earlier;"),
    N_("who manages a community on VK: the network does not say;"),
    N_("whether it is true that a page moved, where the page says so;"),
    N_("answers given in private;"),
    N_("whether the same citizen asks on two networks."),
)
"""What no run can know (DESIGN.md section 5): said with the method."""
TRACES = {
    TraceKind.CREATED.value: N_("the message “Channel created”, exact"),
    TraceKind.CHANNEL_DATE.value: N_("the channel's date as the network gives it, exact"),
    TraceKind.OLDEST_POST.value: N_("the oldest post that can be read, not later than"),
    TraceKind.PROFILE_PHOTO.value: N_("the earliest profile photo, not later than"),
    REPORT: N_("a dated source, not later than"),
}
"""What shows that a page was there on a day, by the kind of a trace."""


_BENCHMARK = {"passed": N_("within the benchmark"), "failed": N_("below the benchmark")}
"""Analogues and conventions are no duty: to be below one is never "not met"."""
_PLAIN = {"passed": N_("yes"), "failed": N_("no")}


def words_of(finding: AuditedFinding) -> dict[str, str]:
    """Return the words of a finding's outcome, by what it rests on."""
    if finding.basis == "norm":
        return OUTCOMES
    return OUTCOMES | (_BENCHMARK if _is_practice(finding) else _PLAIN)


def _is_practice(finding: AuditedFinding) -> bool:
    check = check_of(finding.check)
    return check is not None and check.place is Place.PRACTICE


WHY = {
    Turned.RULE.value: N_("by another rule"),
    Turned.REGISTRY.value: N_("by the registry"),
    Turned.EVIDENCE.value: N_("by other looks"),
    Turned.UNKNOWN.value: N_("the cause is not known"),
}
_PAGES_OWN = {Place.DIRECTIVE, Place.PAGE}
"""Checks whose finding about a single page is shown; of the practice only the person's is."""


def shown_turns(audit: Audit) -> list[AuditedTurn]:
    """Return the turned cells that a reader of the published week saw say something of a page."""
    turns = audit.rejudged.cells if audit.rejudged else []
    return [t for t in turns if (t.account is None or _place(t) in _PAGES_OWN) and not _is_first_look(t)]


def _is_first_look(turn: AuditedTurn) -> bool:
    """Tell whether a page was only come to later, as after a `--budget`: nothing was said that is corrected now.

    The own finding of a person's page is then `inapplicable`.
    """
    unseen = {Outcome.UNTESTED.value} if turn.account is None else {Outcome.UNTESTED.value, Outcome.INAPPLICABLE.value}
    return turn.before in unseen and turn.why is Turned.EVIDENCE


def _place(turn: AuditedTurn) -> Place | None:
    check = check_of(turn.check)
    return check.place if check is not None else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A sign's name (or none), what is said, and what is said more quietly after it."""

    sign: str
    said: str
    strong: str = ""
    quiet: str = ""
    key: float | None = None
    """What to sort the column by; None comes last."""


def say(table: dict[str, str], key: str, words: Catalogue) -> str:
    """Return the reader's word for `key`; a key that the table does not know is shown as it is."""
    return words.gettext(table[key]) if key in table else key


def policy_number(audit: Audit, key: str, default: _Default) -> int | _Default:
    """Return a whole number of the policy that the week was judged by, or `default` where the document has none."""
    entry = audit.policy.get(key)
    return entry.value if entry is not None and isinstance(entry.value, int) else default


def coordinate(value: float, digits: int = 2) -> str:
    """Write a place of a drawing without trailing zeros, so that the same audit gives the same bytes."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def place_of(office: AuditedOffice) -> str:
    """Name an office in a list: its municipality, and for a seat without one of its own its title."""
    return short_place(office.municipality) if office.bound else office.title


def last_day(deadline: datetime, words: Catalogue) -> str:
    """Write the last day allowed: `deadline` is the first moment too late."""
    return words.date(deadline - timedelta(seconds=1))


def own_deadline(office: AuditedOffice, words: Catalogue) -> str:
    """Write the holder's own last day; empty where there is none, nothing is due, or the finding's sentence has it."""
    if office.deadline is None or office.verdict in {"inapplicable", "passed"}:
        return ""
    return words.say(N_("own deadline {date}"), date=last_day(office.deadline, words))


def reason_of(office: AuditedOffice, words: Catalogue) -> str:
    """Say in a few words why an office is neither passed nor failed: what comes in brackets after its name."""
    if office.verdict == "cantTell":
        finding = office.read(directive())
        why = shown(directive()).why(finding) if finding is not None else None
        return words.text(why) if why is not None else say(CAUSES, office.verdict_cause or "", words)
    if office.verdict_reason == "newcomer" and office.deadline is not None:
        return words.say(N_("new head, due {date}"), date=last_day(office.deadline, words))
    if office.verdict_reason == "newcomer":
        return words.gettext(N_("new head"))
    return say(_REASONS, office.verdict_reason or "", words) if office.verdict != "failed" else ""


def since_of(office: AuditedOffice, words: Catalogue) -> str:
    """Say since when the holder is in office, as exactly as it is known."""
    holder = office.holder
    if holder is None:
        if office.vacancy is not None:
            return words.say(N_("Vacant since {since}"), since=office.vacancy.since)
        return words.gettext(N_("Holder not on record"))
    if holder.since and holder.known_as_of:
        said = N_("since {since}, latest evidence {known}")
        return words.say(said, since=holder.since, known=holder.known_as_of)
    if holder.since:
        return words.say(N_("since {since}"), since=holder.since)
    if holder.known_as_of:
        return words.say(N_("start not known; in office as of {date}"), date=holder.known_as_of)
    return words.gettext(N_("start not known"))


def known_until(holder: AuditedHolder) -> date | None:
    """Return the last day that the newest source of a tenure may speak of; None where no end of it is on record."""
    return PartialDate.parse(holder.known_as_of).last if holder.known_as_of else None


def zone_name(audit: Audit, words: Catalogue) -> str:
    """Name the zone that every time on the page is in."""
    if audit.timezone == "Asia/Tomsk":
        return words.gettext(N_("Tomsk time (Moscow time + 4 h)"))
    offset = audit.as_of.astimezone(ZoneInfo(audit.timezone)).utcoffset() or timedelta()
    hours = offset / timedelta(hours=1)
    return words.say(N_("time of {zone} (UTC{offset})"), zone=audit.timezone, offset=f"{hours:+g}")


def week_span(audit: Audit, words: Catalogue) -> str:
    """Write the week's first and last day."""
    first = audit.week_starts.astimezone(words.zone).date()
    last = (audit.week_ends.astimezone(UTC) - timedelta(seconds=1)).astimezone(words.zone).date()
    return words.span(first, last)


def week_number(week: str) -> int:
    """Return 47 for ``2026-W47``."""
    return int(week.partition("-W")[2])


def network_of(network: str | None) -> Text | str:
    """Return a network's name as a sentence part."""
    names = NETWORKS | OTHER_NETWORKS
    return Text(names[network]) if network in names else (network or "—")


def opened_text(account: AuditedAccount, words: Catalogue) -> str:
    """Say when a page was opened, as exactly as it is known."""
    facts = account.facts
    if facts.opened_at is None:
        return words.gettext(N_("date of opening not visible"))
    if facts.opened_precision == "exact":
        return words.say(N_("opened {date}, exact"), date=words.date(facts.opened_at))
    return words.say(N_("not later than {date}"), date=words.date(facts.opened_at))


def traces_of(office: AuditedOffice) -> tuple[TraceShown, ...]:
    """Return the dates that say something of when a page of the holder was opened, the oldest first.

    Of one kind on one page from one source the oldest is left: a later one says nothing more.
    """
    finding = office.read(directive())
    first: dict[tuple[str | None, ...], TraceShown] = {}
    for trace in finding.values.traces if finding is not None else ():
        first.setdefault((trace.kind, trace.account, trace.network, trace.source), trace)
    return tuple(first.values())


def trace_text(trace: TraceShown, words: Catalogue) -> str:
    """Say what a trace is, of which page, and its day."""
    what = f"{say(TRACES, trace.kind, words)}: {words.date(trace.at)}"
    where = show_url(trace.account) if trace.account else say(NETWORKS | OTHER_NETWORKS, trace.network or "", words)
    return f"{where} — {what}" if where else what


def search_text(search: AuditedSearch, words: Catalogue) -> str:
    """Say who searched for a page, when, how, and what was found."""
    names = NETWORKS | OTHER_NETWORKS
    networks = ", ".join(say(names, network, words) for network in search.networks)
    sentence = N_("On {date} {by} searched {networks} ({how}) and found {found}")
    if search.found == "nothing":
        sentence = N_("On {date} {by} searched {networks} ({how}) and found nothing")
    how = {"by": search.by, "how": search.how, "networks": networks or "—"}
    return words.say(sentence, date=search.on, found=search.found, **how)


def outside(group: str, words: Catalogue) -> str:
    """Say that the directive does not bind a group."""
    aside = N_("voluntary, outside the directive") if group == VOLUNTARY else N_("outside the directive")
    return words.gettext(aside)


def report_text(report: AuditedReport, words: Catalogue) -> str:
    """Say what a press report dates."""
    name = network_of(report.network) if report.network else words.gettext(N_("network not named"))
    if report.opened_on:
        return words.say(N_("{network}: opened {date}"), network=name, date=report.opened_on)
    if report.opened_by:
        return words.say(N_("{network}: existed by {date}"), network=name, date=report.opened_by)
    return words.say(N_("{network}: reported without a date"), network=name)


_SINCE = {True: N_("acting since {date}"), False: N_("in office since {date}")}
_BY = {True: N_("acting by {date} at the latest"), False: N_("in office by {date} at the latest")}


def deadline_note(office: AuditedOffice, audit: Audit, words: Catalogue) -> str:
    """Say that an earlier tenure of the same person decides; empty where that does not matter.

    A page that was open before the earliest of them needs no word of it.
    """
    holder = office.holder
    if holder is None or not office.bound or office.exemption is not None or office.verdict == "passed":
        return ""
    if not holder.earlier or not holder.since:
        return ""
    if office.deadline_known and not _would_have_own(holder.since, audit, words):
        return ""
    said = N_("The deadline is not counted from {now} but from the first day in this office: {start}.")
    return words.say(said, now=holder.since, start=_start(holder.earlier[0], words))


def _would_have_own(since: str, audit: Audit, words: Catalogue) -> bool:
    """Tell whether who took office then would have a deadline later than the directive's."""
    grace = timedelta(days=policy_number(audit, "newcomer_days", 0))
    return PartialDate.parse(since).last + grace >= audit.directive.deadline.astimezone(words.zone).date()


def _start(first: AuditedEarlier | AuditedHolder, words: Catalogue) -> str:
    if first.since:
        return words.say(_SINCE[first.acting], date=first.since)
    return words.say(_BY[first.acting], date=first.known_from or first.known_as_of or "")


def proof_order(item: tuple[str, AuditedEvidence]) -> tuple[int, str, str]:
    """Order answers as one would read them: the page, its oldest trace, its posts, their comments."""
    name, proof = item
    kinds = list(EVIDENCE)
    return kinds.index(proof.kind) if proof.kind in kinds else len(kinds), proof.at.isoformat(), name


def seal_line(audit: Audit, said: Catalogue) -> Iterator[str]:
    """Yield the line with the seal of the stored audit, if there is one."""
    if audit.seal:
        yield said.say(_SEAL, hash=audit.seal)


_HEADINGS = {
    "passed": N_("the directive is met"),
    "failed": N_("the directive is not met"),
    "cantTell": N_("whether the directive is met could not be told"),
    "inapplicable": N_("the directive does not apply"),
    "untested": N_("whether the directive is met was not tested"),
}


def verdict_heading(office: AuditedOffice, words: Catalogue) -> str:
    """Say the directive's outcome after an office's name; of one that is not bound, that it is outside it."""
    return say(_HEADINGS, office.verdict, words) if office.bound else outside(office.group, words)
