"""What a card shows, worked out before the template, which only lays it out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditor.audit.document import (
    Audit,
    AuditedAccount,
    AuditedCorrection,
    AuditedDay,
    AuditedEvidence,
    AuditedFinding,
    AuditedOffice,
)
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.report.advice import advice
from auditor.report.headline import change_kind, sort_key, why_neutral
from auditor.report.history import PostWeeks, strip_of
from auditor.report.page.dates import DateLine, date_line
from auditor.report.practice import CHECKS, Cell, networks, practice, row_reason
from auditor.report.reply_times import Curve, curve_of, half_of
from auditor.report.words import CAUSES, GROUPS, ORDER, coordinate, opened_text, proof_order, reason_of, say

VERDICT = "opened_by_deadline"
"""The place of what corrects an office's outcome, or does not say what it corrects."""
_PAGES = "pages"
"""The place of what corrects a check of a single page: whether it is there, how it was confirmed."""
_VOLUNTARY = N_("voluntary, outside the directive and outside the count “of {n}”")
_ASIDE = N_("outside the directive and outside the count “of {n}”")
_BLOCK, _TALLEST = 10, 80
"""A post is a block so many pixels high; a day is at most so high, and its blocks shrink to fit."""
_NOTE_SIGNS = {"passed": "ring", "failed": "down", "cantTell": "unknown", "untested": "dashed"}


@dataclass(frozen=True, slots=True)
class _PageRow:
    """An account with what is said of it."""

    account: AuditedAccount
    personal: bool
    opened: str
    notes: list[Cell]


@dataclass(frozen=True, slots=True)
class _DayBar:
    """One day's posts, each a block: one path for the own ones and one for the reposts on top of them, in pixels."""

    label: str
    count: int
    height: str
    own: str
    reposted: str


@dataclass(frozen=True, slots=True)
class _PostLink:
    """A link to one post of the week."""

    url: str
    label: str
    note: str


@dataclass(frozen=True, slots=True)
class _QuestionBar:
    """One line of the questions' figures; `width` in per cent of all questions."""

    label: str
    count: int
    kind: str
    width: str


@dataclass(frozen=True, slots=True)
class Questions:
    """The week's questions and what became of them."""

    comments: int
    questions: int
    in_time: int
    due: int
    pending: int
    general: int
    other: int
    little: bool
    nowhere: bool
    """Every post of the week is closed to comments, and none was seen: there was nowhere to ask."""
    message: str
    bars: list[_QuestionBar]


@dataclass(frozen=True, slots=True)
class Card:
    """One office, ready to be laid out."""

    office: AuditedOffice
    message: str
    reason: str
    why: bool
    cause: str
    networks: list[Cell]
    on: list[str]
    """The networks on which a confirmed personal page is on record."""
    rank: int
    """Of the outcome, to sort by."""
    opened: str
    """The earliest known opening of a personal page, as an ISO date to sort by; empty where none is known."""
    corrections: dict[str, Sequence[AuditedCorrection]]
    change: str
    why_neutral: str
    line: DateLine | None
    pages: list[_PageRow]
    advice: list[str]
    practice: list[Cell] | None
    practice_reason: Cell | None
    half: Cell
    strip: PostWeeks | None
    curve: Curve | None
    days: list[_DayBar]
    posts: list[tuple[str, list[_PostLink]]]
    posts_total: int
    reposts_total: int
    distinct: int | None
    questions: Questions | None
    evidence: list[tuple[str, AuditedEvidence]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """Offices that the directive does not bind. `aside` says that they are outside it and its count."""

    key: str
    name: str
    aside: str
    cards: list[Card]


def cards_of(audit: Audit, words: Catalogue) -> list[Card]:
    """Return the cards of the bound offices, alphabetically by municipality."""
    return [_card(o, audit, words) for o in sorted(audit.offices, key=sort_key) if o.bound]


def groups_of(audit: Audit, words: Catalogue) -> list[Group]:
    """Return the others by group, in the registry's own order within each."""
    groups = []
    for key in dict.fromkeys([*GROUPS, *(o.group for o in audit.offices)]):
        cards = [_card(o, audit, words) for o in audit.offices if not o.bound and o.group == key]
        if cards:
            sentence = _VOLUNTARY if key == "city_duma" else _ASIDE
            aside = words.say(sentence, n=audit.summary.bound)
            groups.append(Group(key, say(GROUPS, key, words), aside, cards))
    return groups


def _card(office: AuditedOffice, audit: Audit, words: Catalogue) -> Card:
    verdict = office.finding(VERDICT)
    days = office.days or []
    posts = office.finding("posts_per_week")
    obstacle = next((a.cause for a in office.accounts if a.kind == "personal" and a.cause), None)
    return Card(
        office=office,
        message=verdict.message if verdict else "",
        reason=reason_of(office, words),
        why=office.verdict == "inapplicable" and office.bound,
        cause=say(CAUSES, obstacle, words) if obstacle else "",
        networks=networks(office, words),
        on=sorted({a.network for a in office.accounts if a.kind == "personal"}),
        rank=ORDER.index(office.verdict),
        opened=_earliest(office, words),
        corrections=_placed(office, audit),
        change=change_kind(office),
        why_neutral=why_neutral(office, words),
        line=date_line(office, audit, words),
        pages=[_page(a, office, words) for a in office.accounts],
        advice=advice(office, audit, words),
        practice=practice(office, words),
        practice_reason=row_reason(office, words),
        half=half_of(office, audit, words),
        strip=strip_of(office, audit, words),
        curve=curve_of(office, audit, words),
        days=_days(days, words),
        posts=_posts(office, words),
        posts_total=sum(d.posts for d in days),
        reposts_total=sum(d.reposts for d in days),
        distinct=posts.values.get("distinct") if posts else None,
        questions=_questions(office, words),
        evidence=sorted(office.evidence.items(), key=proof_order),
    )


def _earliest(office: AuditedOffice, words: Catalogue) -> str:
    """Return the day by which the earliest personal page was open: by a look, or by the press as the verdict has it."""
    verdict = office.finding(VERDICT)
    judged = verdict.values.get("opened_at") if verdict else None
    moments = [a.facts.opened_at for a in office.accounts if a.kind == "personal"]
    moments.append(datetime.fromisoformat(judged) if judged else None)
    return min((at.astimezone(words.zone).date().isoformat() for at in moments if at), default="")


def _page(account: AuditedAccount, office: AuditedOffice, words: Catalogue) -> _PageRow:
    found = [f for f in office.findings if f.account == account.url and f.outcome in _NOTE_SIGNS and _noted(f)]
    notes = [Cell(_NOTE_SIGNS[f.outcome], f"{f.title}: {f.message}" if _unsure(f) else f.message) for f in found]
    return _PageRow(account, account.kind == "personal", opened_text(account, words), notes)


def _noted(finding: AuditedFinding) -> bool:
    """Tell what stands beside a page: whether it is there, and the register link where something is known of it."""
    if finding.check == "register_link":
        return finding.outcome != "cantTell" or _unsure(finding)
    return finding.check == "account_exists"


def _unsure(finding: AuditedFinding) -> bool:
    """Tell whether a page was seen and too little of it: its other obstacles are said once, by `account_exists`."""
    return finding.cause == "too_little_data" and finding.values.get("subscribers") is not None


def _days(days: Sequence[AuditedDay], words: Catalogue) -> list[_DayBar]:
    most = max((d.posts + d.reposts for d in days), default=0)
    step = min(_BLOCK, _TALLEST / most) if most else _BLOCK
    return [_day(day, step, words) for day in days]


def _day(day: AuditedDay, step: float, words: Catalogue) -> _DayBar:
    count = day.posts + day.reposts
    height = max(count * step, 4)
    return _DayBar(
        label=f"{words.weekday(day.date)} {day.date.day}",
        count=count,
        height=coordinate(height),
        own=_blocks(range(day.posts), step, height),
        reposted=_blocks(range(day.posts, count), step, height),
    )


def _blocks(numbers: range, step: float, height: float) -> str:
    """Draw the blocks with these numbers, counted from the ground, as one path."""
    gap = 2 if step > 4 else 0
    return "".join(
        f"M1 {coordinate(height - (n + 1) * step + gap / 2)}h24v{coordinate(step - gap)}h-24z" for n in numbers
    )


def _posts(office: AuditedOffice, words: Catalogue) -> list[tuple[str, list[_PostLink]]]:
    """Link the week's posts by network, each by its day and time."""
    linked: dict[str, list[_PostLink]] = {}
    for post in office.posts:
        day = post.at.astimezone(words.zone).date()
        notes = [
            *([words.gettext(N_("repost"))] if post.repost else []),
            *([words.gettext(N_("comments closed"))] if post.comments == "closed" else []),
        ]
        label = f"{words.weekday(day)} {day.day}, {words.time(post.at)}"
        linked.setdefault(post.network, []).append(_PostLink(post.url, label, f"({', '.join(notes)})" if notes else ""))
    return list(linked.items())


def _questions(office: AuditedOffice, words: Catalogue) -> Questions | None:
    finding = office.finding("comments_answered")
    if finding is None or finding.values.get("questions") is None:
        return None
    v = finding.values
    total = v["questions"]
    lines = (
        (N_("Questions"), total, "all"),
        (N_("answered in time"), v["answered_in_time"], "solid"),
        (N_("answered later"), v["answered_late"], "striped"),
        (N_("no public reply found by the time of the look"), v["no_reply_found"], "hollow"),
        (N_("not yet due"), v["pending"], "dotted"),
    )
    bars = [_QuestionBar(words.gettext(label), n, kind, f"{n / total * 99:.2f}") for label, n, kind in lines if total]
    return Questions(
        comments=v["comments"],
        questions=total,
        in_time=v["answered_in_time"],
        due=v["due"],
        pending=v["pending"],
        general=v.get("general_answers") or 0,
        other=v.get("answered_by_other") or 0,
        little=finding.cause == "too_little_data",
        nowhere=not v["comments"] and _all_closed(office),
        message=finding.message,
        bars=bars,
    )


def _all_closed(office: AuditedOffice) -> bool:
    finding = office.finding("comments_open")
    values = finding.values if finding else {}
    return bool(values.get("closed")) and not values.get("open") and not values.get("unseen")


def _cell_of(correction: AuditedCorrection) -> str:
    """Name the cell: the outcome's, one of the practice's by its check, or the card's table of pages."""
    if correction.check in {None, VERDICT}:
        return VERDICT
    return correction.check if correction.check in CHECKS else _PAGES


def _placed(office: AuditedOffice, audit: Audit) -> dict[str, Sequence[AuditedCorrection]]:
    """Return an office's corrections of this report by the cell in which each is marked."""
    places: dict[str, list[AuditedCorrection]] = {}
    for correction in audit.corrections:
        if correction.office == office.id:
            places.setdefault(_cell_of(correction), []).append(correction)
    return dict(places)
