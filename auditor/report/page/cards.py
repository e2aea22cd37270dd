"""What a card shows, worked out before the template, which only lays it out."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from auditor.audit.document import (
    Audit,
    AuditedAccount,
    AuditedCorrection,
    AuditedDay,
    AuditedEvidence,
    AuditedOffice,
)
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import CommentsState
from auditor.base.text import N_
from auditor.checks import check_of, directive
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.finding import Place
from auditor.checks.opened_by_deadline import CHECK as OPENED
from auditor.checks.posts_per_week import CHECK as POSTS
from auditor.checks.posts_per_week import said_of
from auditor.report.checks import shown
from auditor.report.checks_shown import Chart, Practice, PracticeHead, advice, charts, networks, notes_of, practice
from auditor.report.headline import change_kind, in_order, why_changed
from auditor.report.history import PostWeeks, strip_of
from auditor.report.page.asked import AskedPost, asked_posts
from auditor.report.page.dates import DateLine, date_line
from auditor.report.site import proof_page
from auditor.report.words import (
    CAUSES,
    GROUPS,
    ORDER,
    VOLUNTARY,
    Cell,
    coordinate,
    opened_text,
    proof_order,
    say,
)

_VOLUNTARY = N_("voluntary, outside the directive and outside the count “of {n}”")
_ASIDE = N_("outside the directive and outside the count “of {n}”")
_BLOCK, _TALLEST = 10, 80
"""A post is a block so many pixels high; a day is at most so high, and its blocks shrink to fit."""


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
class _Corrections:
    """An office's corrections of this report, by the place at which each is marked."""

    all: list[AuditedCorrection]
    verdict: list[AuditedCorrection]
    """Of the outcome, and those that do not say what they correct."""
    pages: list[AuditedCorrection]
    """Of a check of single pages: whether a page is there, how it was confirmed."""
    by_check: dict[str, list[AuditedCorrection]]
    """Of a cell of the practice."""


@dataclass(frozen=True, slots=True)
class Card:
    """One office, ready to be laid out."""

    office: AuditedOffice
    message: str
    why: bool
    """Whether to say why the directive does not apply."""
    cause: str
    networks: list[Cell]
    on: list[str]
    """The networks on which a confirmed personal page is on record."""
    rank: int
    """Of the outcome, to sort by."""
    opened: str
    """The earliest known opening of a personal page, as an ISO date to sort by; empty where none is known."""
    corrections: _Corrections
    change: str
    why_changed: str
    line: DateLine | None
    pages: list[_PageRow]
    advice: list[str]
    practice: Practice
    lines: list[tuple[str, Cell]]
    """The cells of those checks that have no drawing of their own on the card, each with what it is of."""
    strip: PostWeeks | None
    days: list[_DayBar]
    posts: list[tuple[str, list[_PostLink]]]
    asked: dict[str, list[AskedPost]]
    """The posts of the window with questions of the week, by the check of these, those with most unanswered first."""
    counted: str
    """How many posts there were, as the finding says it; empty where nothing was counted."""
    reposted: bool
    """There are reposts among the days'."""
    charts: list[Chart]
    """What the checks draw, each a block."""
    evidence: list[tuple[str, AuditedEvidence]]
    proofs: dict[str, str]
    """Of contested findings: the titles of their checks, by check."""
    proof_page: str
    """The path of the page on what they rest on."""


@dataclass(frozen=True, slots=True)
class _Group:
    """Offices that the directive does not bind. `aside` says that they are outside it and its count."""

    key: str
    name: str
    aside: str
    cards: list[Card]


def cards_of(audit: Audit, words: Catalogue, only: Collection[str] | None = None) -> Iterator[Card]:
    """Yield the cards of the bound offices, alphabetically by municipality, then the others' by group.

    With `only` there are no cards but of these ids.
    """
    return (_card(o, audit, words) for o in in_order(audit) if only is None or o.id in only)


def tables_of(cards: Sequence[Card], audit: Audit, words: Catalogue) -> dict[str, Any]:
    """Return what the tables show of these cards: those of bound offices, and the others by group."""
    free = [card for card in cards if not card.office.bound]
    groups = [
        _Group(
            key,
            say(GROUPS, key, words),
            words.say(_VOLUNTARY if key == VOLUNTARY else _ASIDE, n=audit.summary.bound),
            list(some),
        )
        for key, some in groupby(free, key=lambda card: card.office.group)
    ]
    bound = [card for card in cards if card.office.bound]
    return {"bound": bound, "groups": groups, "figures": has_figures(cards), "has_figures": has_figures}


def has_figures(cards: Sequence[Card]) -> bool:
    """Tell whether the table of the practice has anything to show of these offices: a figure, or a correction."""
    return any(not card.practice.reason or card.corrections.by_check for card in cards)


def _card(office: AuditedOffice, audit: Audit, words: Catalogue) -> Card:
    drawn, titles = charts(office, audit, words), {check.name: check.title for check in audit.checks}
    verdict, posts, row = office.finding(directive().name), office.read(POSTS), practice(office, audit, words)
    days = office.days or []
    obstacle = next((a.cause for a in office.accounts if a.kind == "personal" and a.cause), None)
    return Card(
        office=office,
        message=verdict.message if verdict else "",
        why=office.verdict == "inapplicable" and office.bound,
        cause=say(CAUSES, obstacle, words) if obstacle else "",
        networks=networks(office, words),
        on=sorted({a.network for a in office.accounts if a.kind == "personal"}),
        rank=ORDER.index(office.verdict),
        opened=_earliest(office, words),
        corrections=_corrections(office, audit),
        change=change_kind(office),
        why_changed=why_changed(office, words),
        line=date_line(office, audit, words),
        pages=[_page(a, office, audit, words) for a in office.accounts],
        advice=advice(office, audit, words),
        practice=row,
        lines=[(words.gettext(head.check.label or head.check.title), cell) for head, cell in row.cells if _plain(head)],
        strip=strip_of(office, audit, words),
        days=_days(days, words),
        posts=_posts(office, words),
        asked={ANSWERED.name: asked_posts(office, words)},
        counted=words.text(said_of(posts.values)) if posts is not None and posts.values.posts is not None else "",
        reposted=any(day.reposts for day in days),
        charts=drawn,
        evidence=sorted(office.evidence.items(), key=proof_order),
        proofs={finding.check: titles[finding.check] for finding in office.contested()},
        proof_page=proof_page(audit.week, office.id),
    )


def _plain(head: PracticeHead) -> bool:
    """Tell whether a check is a line of words on the card: the posts are drawn by day, others as their bars."""
    return head.check is not POSTS and not shown(head.check).bars


def _earliest(office: AuditedOffice, words: Catalogue) -> str:
    """Return the day by which the earliest personal page was open: by a look, or by the press as the verdict has it."""
    verdict = office.read(OPENED)
    moments = [a.facts.opened_at for a in office.accounts if a.kind == "personal"]
    moments.append(verdict.values.opened_at if verdict else None)
    return min((at.astimezone(words.zone).date().isoformat() for at in moments if at), default="")


def _page(account: AuditedAccount, office: AuditedOffice, audit: Audit, words: Catalogue) -> _PageRow:
    notes = notes_of(account, office, audit, words)
    return _PageRow(account, account.kind == "personal", opened_text(account, words), notes)


def _corrections(office: AuditedOffice, audit: Audit) -> _Corrections:
    mine = _Corrections([c for c in audit.corrections if c.office == office.id], [], [], {})
    for correction in mine.all:
        check = check_of(correction.check) if correction.check else directive()
        if check is None or check.place is Place.PAGE:
            mine.pages.append(correction)
        elif check.place is Place.DIRECTIVE:
            mine.verdict.append(correction)
        else:
            mine.by_check.setdefault(check.name, []).append(correction)
    return mine


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


def _when(at: datetime, words: Catalogue) -> str:
    day = at.astimezone(words.zone).date()
    return f"{words.weekday(day)} {day.day}, {words.time(at)}"


def _posts(office: AuditedOffice, words: Catalogue) -> list[tuple[str, list[_PostLink]]]:
    """Link the week's posts by network, each by its day and time."""
    linked: dict[str, list[_PostLink]] = {}
    for post in office.posts:
        notes = [
            *([words.gettext(N_("repost"))] if post.repost else []),
            *([words.gettext(N_("comments closed"))] if post.comments == CommentsState.CLOSED else []),
        ]
        note = f"({', '.join(notes)})" if notes else ""
        linked.setdefault(post.network, []).append(_PostLink(post.url, _when(post.at, words), note))
    return list(linked.items())
