"""The strip of weeks: what is drawn is what is known, and words say the rest."""

import re
from itertools import accumulate
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.audit.document import Audit, AuditedOffice, AuditedPast
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.report.history import HEIGHT, PostWeeks, strip_of
from auditor.report.page.html import render_html
from tests.audit_samples import EVIL, sample_audit
from tests.cases import TOMSK, WEEK

RU = Catalogue("ru", TOMSK)
ME, BEFORE = "Имярек Анна Андреевна", "Имярек Борис Борисович"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def weeks(*posts: int | tuple[int, int] | None, other: int = 0) -> list[AuditedPast]:
    """The last weeks' posts, or posts and reposts; the weeks before are unknown, the first `other` another holder's."""
    told = [*[None] * (26 - len(posts)), *posts]
    pairs = [one if isinstance(one, tuple) else (one, None if one is None else 0) for one in told]
    return [
        AuditedPast(week=str(WEEK.shift(n - 25)), holder=BEFORE if n < other else ME, posts=own, reposts=shared)
        for n, (own, shared) in enumerate(pairs)
    ]


def office(audit: Audit, **fields: Any) -> AuditedOffice:
    """The sample's third office with other weeks."""
    one = audit.offices[2]
    assert one.holder is not None
    return one.model_copy(update={"holder": one.holder.model_copy(update={"name": ME})} | fields)


def drawn(audit: Audit, *posts: int | tuple[int, int] | None, other: int = 0) -> PostWeeks:
    strip = strip_of(office(audit, history=weeks(*posts, other=other)), audit, RU)
    assert strip is not None
    return strip


def bars(path: str) -> list[tuple[int, int]]:
    """The left edges and heights of a path's bars."""
    moves = [int(step) for step in re.findall(r"(?:M|h)(-?\d+)", path)]
    edges = list(accumulate(moves))[::2]
    return list(zip(edges, (int(up) for up in re.findall(r"v-(\d+)", path)), strict=True))


def test_each_known_week_is_a_bar_and_the_scale_ends_at_the_most(audit: Audit) -> None:
    """Heights are in proportion; the place is the week's."""
    strip = drawn(audit, 2, 0, 8, 4)
    assert bars(strip.own) == [(221, HEIGHT // 4), (241, HEIGHT), (251, HEIGHT // 2)]
    assert strip.marks[0] == (8, 0)
    assert strip.benchmark == HEIGHT - HEIGHT * 3 // 8


def test_a_quiet_week_is_a_notch_and_an_unknown_one_a_hatching(audit: Audit) -> None:
    """Zero is drawn and is no hatching; unknown is no zero."""
    strip = drawn(audit, 3, 0, None)
    assert strip.zeros.count("M") == 1
    assert [(b.kind, b.x, b.width) for b in strip.blanks] == [("unknown", "0", "88.5"), ("unknown", "96.2", "3.8")]
    assert strip.seen == "Видно 2 недели из 26, неизвестно: 24"
    assert strip.numbers == "22–44: неизвестно; 45–46: 3, 0; 47: неизвестно"


def test_weeks_over_the_end_of_a_year_are_named_with_their_years(audit: Audit) -> None:
    """Week 47 of one year to week 20 of the next is not “47–20”."""
    first = Week(2025, 47, TOMSK)
    known = [AuditedPast(week=str(first.shift(n)), holder=ME, posts=None if n < 24 else n) for n in range(26)]
    strip = strip_of(office(audit, history=known), audit, RU)
    assert strip is not None
    assert strip.numbers == "47 (2025) – 18 (2026): неизвестно; 19–20 (2026): 24, 25"


def test_reposts_stand_on_the_own_posts(audit: Audit) -> None:
    """Together they are the week's bar; a week of reposts alone is no quiet one."""
    strip = drawn(audit, (2, 6), (0, 4))
    assert bars(strip.own) == [(241, HEIGHT // 4)]
    assert strip.reposted == f"M241 72v-72h8V72zM251 {HEIGHT}v-48h8V{HEIGHT}z"
    assert strip.zeros == ""
    assert strip.numbers.endswith("46–47: 2+6, 0+4")
    assert "После плюса — репосты." in strip.notes


def test_another_holders_weeks_are_ground_without_bars_and_named(audit: Audit) -> None:
    """The predecessor's posts are not the holder's record, and the change is marked."""
    strip = drawn(audit, *[5] * 20, other=13)
    assert len(bars(strip.own)) == 13
    assert ("other", "0", "50") in [(b.kind, b.x, b.width) for b in strip.blanks]
    assert strip.turns == ("50",)
    assert "должность занимал другой человек: 13" in strip.seen
    assert f"22–34: должность занимал другой человек, Имярек{NBSP}Б.{NBSP}Б." in strip.numbers


def test_one_post_among_hundreds_is_seen(audit: Audit) -> None:
    """It is never drawn as none."""
    assert bars(drawn(audit, 1, 900).own)[0] == (241, 2)


def test_where_all_is_unknown_there_are_words_and_no_picture(audit: Audit) -> None:
    """And without a page or a holder there is nothing to say at all."""
    strip = drawn(audit)
    assert (strip.drawn, strip.known) == (False, False)
    assert strip.seen == "Видно 0 недель из 26, неизвестно: 26"
    assert strip_of(office(audit, history=weeks(), accounts=[]), audit, RU) is None
    assert strip_of(office(audit, history=weeks(3), holder=None), audit, RU) is None


# On the page ---------------------------------------------------------------------------------------------------------


def page_of(audit: Audit, one: AuditedOffice) -> LexborHTMLParser:
    offices = [one if other.id == one.id else other for other in audit.offices]
    return LexborHTMLParser(render_html(audit.model_copy(update={"offices": offices}), catalogue=RU))


def words(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def test_pictures_have_a_sentence_and_the_table_shows_the_cards_own_paths(audit: Audit) -> None:
    """A picture's name is the sentence above it; the numbers are printed next to it."""
    one = office(audit, history=weeks(3, 0, (4, 2), other=4))
    page = page_of(audit, one)
    for picture in page.css(f"#o-{one.id} svg[role=img]"):
        name = picture.attributes["aria-labelledby"]
        assert len(words(page.css_first(f"#{name}"))) > 20
    assert len(page.css(f"#o-{one.id} svg[role=img]")) == 1
    assert page.css_first(f"#ko-{one.id} path.d1") is not None
    assert page.css_first(f'.practice .mini use[href="#ko-{one.id}"]') is not None
    assert "45–47: 3, 0, 4+2" in words(page.css_first(f"#o-{one.id}"))


def test_what_a_stored_audit_calls_a_predecessor_cannot_become_markup(audit: Audit) -> None:
    """A name comes from outside, of an earlier week too."""
    history = [past.model_copy(update={"holder": EVIL}) if n < 9 else past for n, past in enumerate(weeks(*[3] * 26))]
    page = page_of(audit, office(audit, history=history))
    assert not page.css("img")
    assert [node for node in page.css("script") if "alert" in node.text()] == []


def test_charts_add_little_to_the_page(audit: Audit) -> None:
    """At most 4 KB for an office at its fullest, with the signs that a page without charts leaves out."""
    posts = [(n % 7, n % 3) for n in range(26)]
    full = office(audit, history=weeks(*posts))
    bare = office(audit, history=[])
    one, other = (
        len(render_html(audit.model_copy(update={"offices": [each]}), catalogue=RU).encode()) for each in (full, bare)
    )
    assert one - other <= 4096
