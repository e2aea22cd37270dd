"""A week's pages: the tables, what the week says of each office, its method; and the whole week in one file."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby, islice
from typing import Any
from zoneinfo import ZoneInfo

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import NN_
from auditor.checks import directive
from auditor.report import headline, words
from auditor.report.checks_shown import head_of, practice_heads
from auditor.report.headline import no_comparison
from auditor.report.page.cards import Card, cards_of, tables_of
from auditor.report.page.dates import end_of_week, shared_marks
from auditor.report.page.frame import TABLES, page_rules, week_frame
from auditor.report.page.proofs import proof_pages
from auditor.report.page.templates import lay_out, named_by_content
from auditor.report.page.tiles import tiles
from auditor.report.site import HOME, LOOK, MANY, Public, Spot, card_page, method_page, part_page, proof_page, week_page
from auditor.report.turned import turned_cells
from auditor.report.words import CAUSES, LIMITS, OUTCOMES, UNKNOWABLE, policy_number, say

_WEEK = re.compile(r"\d{4}-W(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """The ways out of a page. Every address is relative to it, so that a folder of reports can lie anywhere."""

    previous: str | None = None
    """The nearest week before of which there is a page: ``../2026-W46/index.html``."""
    next: str | None = None
    weeks: str | None = None
    """The page of all weeks."""
    files: tuple[str, ...] = ()
    """The other files in the page's folder: ``audit.csv``."""

    @property
    def previous_number(self) -> int | None:
        """The number of the week before; None where there is none."""
        return _number(self.previous)

    @property
    def next_number(self) -> int | None:
        """The number of the week after; None where there is none."""
        return _number(self.next)


def _number(href: str | None) -> int | None:
    found = _WEEK.search(href or "")
    return int(found[1]) if found else None


def render_html(
    audit: Audit, *, catalogue: Catalogue, place: Place | None = None, template: str = "report.html"
) -> str:
    """Return the whole week in one file that needs nothing beside it: it is printed.

    The same audit and place give the same bytes; every time in it is in the registry's zone. ``one.html`` is the page
    of a document with one office: its card and the method.
    """
    said = catalogue.at(ZoneInfo(audit.timezone))
    context = week_context(audit, said) | method_context(audit, said) | {"ways": place or Place()}
    cards = list(cards_of(audit, said))
    context |= tables_of(cards, audit, said) | {"marks": shared_marks(card.line for card in cards)}
    return lay_out(template, Spot(), said, context, page_rules(audit, said, *TABLES))


def week_pages(
    audit: Audit, *, catalogue: Catalogue, place: Place | None = None, public: Public | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the pages of a week with their paths; its own page, which leads to the others, is the last.

    The same audit, place and public face give the same bytes.
    """
    said = catalogue.at(ZoneInfo(audit.timezone))
    context = week_context(audit, said) | {"ways": place or Place(), "public": public or Public()}
    sheet, rules = next(iter(week_sheet(audit, catalogue))), page_rules(audit, said, "practice")
    parts, tables = list[dict[str, Any]](), tables_of([], audit, said)  # so they stay where there is no office
    for cards in _pieces(cards_of(audit, said), few=len(audit.offices) <= MANY):
        for card in cards:
            yield from proof_pages(card.office, audit.week, said, context, sheet)
            yield _card_page(audit, said, card, context, sheet)
        tables = tables_of(cards, audit, said)
        if len(audit.offices) > MANY:
            parts.append(_part(len(parts) + 1, tables))
            path = part_page(audit.week, len(parts))
            yield path, lay_out("part.html", Spot(path, audit.week), said, {**context, **tables, **parts[-1]}, rules)
    path, method = method_page(audit.week), page_rules(audit, said, "method", "policy")
    yield path, lay_out("method.html", Spot(path, audit.week), said, context | method_context(audit, said), method)
    path = week_page(audit.week)
    yield (
        path,
        lay_out("week.html", Spot(path, audit.week), said, {**context, **tables, "tiles": [], "parts": parts}, rules),
    )


def week_sheet(audit: Audit, catalogue: Catalogue) -> dict[str, str]:
    """Return, by its path, the style sheet that the cards and the pages of proof of a week share."""
    rules = page_rules(audit, catalogue.at(ZoneInfo(audit.timezone)), "pages")
    return {f"{LOOK}/{named_by_content('week.css', rules)}": rules}


def home_page(audit: Audit, *, catalogue: Catalogue, public: Public | None = None) -> str:
    """Return the page that opens the folder: the latest answer, of the newest week."""
    said = catalogue.at(ZoneInfo(audit.timezone))
    context = week_context(audit, said) | {"ways": Place(), "public": public or Public()}
    return lay_out("home.html", Spot(HOME, audit.week), said, context)


def _card_page(audit: Audit, said: Catalogue, card: Card, context: Mapping[str, Any], sheet: str) -> tuple[str, str]:
    path = card_page(audit.week, card.office.id)
    own = {"card": card, "marks": shared_marks([card.line])}
    return path, lay_out("card.html", Spot(path, audit.week), said, {**context, **own}, week_css=sheet)


def _pieces(cards: Iterable[Card], *, few: bool) -> Iterator[list[Card]]:
    """Cut a week's cards into the parts of its tables, no two groups in one; those of few offices are one piece."""
    for _, some in groupby(cards, key=lambda card: "" if few or card.office.bound else card.office.group):
        while piece := list(islice(some, MANY)):
            yield piece


def _part(number: int, tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the week's page says of a part of its tables, with the offices in it."""
    cards = tables["bound"] or tables["groups"][0].cards
    counts = Counter(card.office.verdict for card in tables["bound"])
    return {
        "part": number,
        "group": "" if tables["bound"] else tables["groups"][0].name,
        "summary": {outcome: counts[outcome] for outcome in words.ORDER},
        "from_to": (words.place_of(cards[0].office), words.place_of(cards[-1].office)),
        "places": [(card.office.id, words.place_of(card.office)) for card in cards],
    }


def week_context(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return what the templates say of a week as a whole."""
    few = [office for office in headline.in_order(audit) if office.bound] if len(audit.offices) <= MANY else []
    placed, real = tiles(few, said)
    return {
        **week_frame(audit, said),
        "parts": [],
        "marks": shared_marks(()),
        "order": words.ORDER,
        "part_page": part_page,
        "last_date": end_of_week(audit),
        "summary": audit.summary.model_dump(),
        "clauses": headline.clauses(audit, said),
        "in_short": headline.in_short(audit, said),
        "who": headline.who(audit, said),
        "changes": headline.changes(audit, said),
        "alarms": headline.alarms(audit, said),
        "no_comparison": no_comparison(audit, said),
        "turned": turned_cells(audit, said),
        "old_word": headline.old_word(audit, said),
        "coverage": headline.coverage(audit, said),
        "mostly_untold": headline.mostly_untold(audit),
        "tiles": placed,
        "real_map": real,
        "practice_heads": practice_heads(audit),
        "proof_of": partial(_proof_of, audit),
        "directive_check": directive().name,
        "directive_basis": head_of(directive(), audit).basis,
        "names": {office.id: words.place_of(office) for office in audit.offices},
        "check_titles": {check.name: check.title for check in audit.checks},
        **_act(audit, said),
    }


def _proof_of(audit: Audit, office: AuditedOffice, check: str) -> str:
    """Return the path of the page on what a finding rests on; empty where it has none."""
    return proof_page(audit.week, office.id) if any(one.check == check for one in office.contested()) else ""


def _act(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return the numbers of the line of the act."""
    return {
        "grace": _days(policy_number(audit, "deadline_grace_days", None), said),
        "newcomer": _days(policy_number(audit, "newcomer_days", None), said),
    }


def _days(value: int | None, said: Catalogue) -> str:
    return said.count(*NN_("{n} day", "{n} days"), value) if value is not None else "—"


def method_context(audit: Audit, said: Catalogue) -> dict[str, Any]:
    """Return what the method says besides."""
    return {
        "limits": [said.gettext(limit) for limit in LIMITS],
        "unknowable": [said.gettext(one) for one in UNKNOWABLE],
        "left_out": left_out(audit, said),
    }


def left_out(audit: Audit, said: Catalogue) -> dict[str, list[tuple[str, int]]]:
    """Return for each check the causes in the reader's words with their counts, the most frequent first."""
    counted: dict[str, Counter[str]] = {check.name: Counter() for check in audit.checks}
    for office in audit.offices:
        for finding in office.findings:
            if finding.account is None and finding.outcome in {"cantTell", "untested"} and finding.check in counted:
                counted[finding.check][_why(finding, said)] += 1
    return {name: sorted(causes.items(), key=lambda item: (-item[1], item[0])) for name, causes in counted.items()}


def _why(finding: AuditedFinding, said: Catalogue) -> str:
    return say(CAUSES, finding.cause, said) if finding.cause else say(OUTCOMES, finding.outcome, said)
