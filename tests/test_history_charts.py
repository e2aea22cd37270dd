"""The strip of weeks and the curve of times to reply: what is drawn is what is known, and words say the rest."""

import re
from itertools import accumulate
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from auditor.audit.document import Audit, AuditedOffice, AuditedPast, AuditedReplyTimes
from auditor.base.i18n import Catalogue
from auditor.base.weeks import Week
from auditor.checks.comments_answered import CHECK as ANSWERED
from auditor.checks.comments_answered import CLOSED
from auditor.checks.survival import Wait, estimate
from auditor.report.history import HEIGHT, PostWeeks, strip_of
from auditor.report.page.html import render_html
from auditor.report.reply_times import curve_of, half_of
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
    """The sample's third office with other weeks or times."""
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


# The times to reply ------------------------------------------------------------------------------------------------


def times(*answered: float, waiting: tuple[float, ...] = ()) -> AuditedReplyTimes:
    curve = estimate([*(Wait(h, over=True) for h in answered), *(Wait(h, over=False) for h in waiting)])
    return AuditedReplyTimes(
        weeks=12,
        weeks_seen=5,
        questions=len(answered) + len(waiting),
        answered=len(answered),
        steps=[(s.hours, s.share, s.low, s.high) for s in curve.steps],
        censored=sorted(waiting),
        median_hours=curve.median,
        median_low=curve.median_low,
        median_high=curve.median_high,
    )


def said(audit: Audit, known: AuditedReplyTimes | None) -> tuple[str, str]:
    """What the card says of the times, and the table."""
    one = office(audit, reply_times=known)
    curve, cell = curve_of(one, audit, RU), half_of(one, audit, RU)
    return " ".join(curve.said) if curve else "", f"{cell.said} ({cell.quiet})"


def test_the_share_within_a_day_and_the_half_are_said_with_their_bands(audit: Audit) -> None:
    """From the very steps that are drawn."""
    card, table = said(audit, times(1, 2, 3, 4, 5, 6, 30, 40, waiting=(90, 120)))
    assert card.startswith("За 24 ч публичный ответ найден на 60 % вопросов (95 %: от ")
    assert "Половина вопросов получает публичный ответ за 5 ч (95 %: от 1 ч до 40 ч)." in card
    assert table == "5 ч (1–40 ч)"


def test_the_curve_rises_from_the_ground_to_the_share(audit: Audit) -> None:
    """Five units an hour, one a hundredth; a question last seen open is ticked where it leaves."""
    curve = curve_of(office(audit, reply_times=times(2, 2, 10, 10, 10, 10, 50, 50, waiting=(30, 30))), audit, RU)
    assert curve is not None
    assert curve.plot is not None
    assert curve.plot.line == "M0 60h4v-12h16v-24h80v-24"
    assert curve.plot.ticks == "M60 21v6"
    assert curve.plot.band.endswith("z")


def test_without_an_answer_within_a_day_there_are_words_and_never_a_zero_with_bounds(audit: Audit) -> None:
    """«0 % (от 0 до 0)» would be an invented certainty."""
    card, _ = said(audit, times(30, 40, waiting=(50, 60, 70, 80)))
    assert card.startswith("За 24 ч публичный ответ не найден ни на один вопрос. Половина вопросов публичного ответа")
    assert "0 %" not in card


def test_where_half_are_not_answered_the_lower_bound_alone_is_said(audit: Audit) -> None:
    """The median is beyond what was seen, and no number stands for it."""
    card, table = said(audit, times(1, 2, 3, waiting=(40, 50, 60, 70, 80)))
    assert "за время наблюдения не получила; на половину уйдёт не меньше" in card
    assert table.startswith("половина без ответа (не меньше")


def test_a_curve_is_drawn_from_ten_questions_on(audit: Audit) -> None:
    """Below, the sentences give the half with its bounds: a curve beside «мало данных» would look like knowledge."""
    nine = curve_of(office(audit, reply_times=times(1, 2, 3, 4, 5, 6, 7, 8, waiting=(90,))), audit, RU)
    ten = curve_of(office(audit, reply_times=times(1, 2, 3, 4, 5, 6, 7, 8, 9, waiting=(90,))), audit, RU)
    assert nine is not None
    assert ten is not None
    assert (nine.plot, len(nine.said)) == (None, 2)
    assert ten.plot is not None


def test_with_few_questions_or_none_answered_there_is_no_picture(audit: Audit) -> None:
    """Fewer than five are too few for a share; none answered is said in words; none asked is no row."""
    few = curve_of(office(audit, reply_times=times(1, 2, 3)), audit, RU)
    none = curve_of(office(audit, reply_times=times(waiting=(40, 50, 60, 70, 80))), audit, RU)
    assert few is not None
    assert none is not None
    assert (few.plot, few.said) == (None, ("Мало данных: 3 вопроса за все эти недели.",))
    assert (none.plot, none.said) == (None, ("Публичный ответ не найден к моменту проверки ни на один вопрос.",))
    assert said(audit, times()) == ("", " (вопросов не видно)")
    assert said(audit, None) == ("", " (—)")


def test_where_comments_are_closed_nothing_is_said_of_questions(audit: Audit) -> None:
    """Where nobody can ask, that no questions were seen tells nothing."""
    one = office(audit, reply_times=times())
    found = one.finding(ANSWERED.name)
    assert found is not None
    closed = found.model_copy(update={"message_id": CLOSED.id, "params": {"all": 9}})
    others = [closed if other is found else other for other in one.findings]
    cell = half_of(one.model_copy(update={"findings": others}), audit, RU)
    assert (cell.said, cell.quiet) == ("", "—")


def test_where_every_question_was_answered_none_is_said_to_be_counted_without_an_answer(audit: Audit) -> None:
    """A sentence about zero questions would say nothing."""
    curve = curve_of(office(audit, reply_times=times(1, 2, 3, 4, 5)), audit, RU)
    assert curve is not None
    assert curve.note.endswith("публичный ответ найден на каждый из них.")
    assert "Каплан" not in curve.note
    some = curve_of(office(audit, reply_times=times(1, 2, 3, 4, waiting=(50,))), audit, RU)
    assert some is not None
    assert "не найден к моменту проверки: 1, они учтены (Каплан" in some.note


# On the page ---------------------------------------------------------------------------------------------------------


def page_of(audit: Audit, one: AuditedOffice) -> LexborHTMLParser:
    offices = [one if other.id == one.id else other for other in audit.offices]
    return LexborHTMLParser(render_html(audit.model_copy(update={"offices": offices}), catalogue=RU))


def words(node: LexborNode | None) -> str:
    assert node is not None
    return " ".join(node.text().split())


def test_pictures_have_a_sentence_and_the_table_shows_the_cards_own_paths(audit: Audit) -> None:
    """A picture's name is the sentence above it; the numbers are printed next to it."""
    one = office(
        audit, history=weeks(3, 0, (4, 2), other=4), reply_times=times(1, 2, 3, 5, 6, 7, 8, 30, 40, waiting=(60,))
    )
    page = page_of(audit, one)
    for picture in page.css(f"#o-{one.id} svg[role=img]"):
        name = picture.attributes["aria-labelledby"]
        assert len(words(page.css_first(f"#{name}"))) > 20
    assert len(page.css(f"#o-{one.id} svg[role=img]")) == 2
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
    full = office(audit, history=weeks(*posts), reply_times=times(*range(1, 27), waiting=(60, 70, 80, 90)))
    bare = office(audit, history=[], reply_times=None)
    one, other = (
        len(render_html(audit.model_copy(update={"offices": [each]}), catalogue=RU).encode()) for each in (full, bare)
    )
    assert one - other <= 4096
