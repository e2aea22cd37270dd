"""What people ask about, week by week: what is known is drawn, what is not is a gap, and nothing ranks."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from auditor.base.i18n import Catalogue
from auditor.report.weeks.figures import Figures, figures_of, together
from auditor.report.weeks.published_weeks import ShelvedWeek, Volume, read_shelf
from auditor.report.weeks.trends import Chart, Trend, too_many, trends_of
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.weeks_samples import back, shelve, week_audit

RU = Catalogue("ru", TOMSK)


def volume(week: str, *offices: dict) -> Volume:
    """A published week with these offices."""
    whole = {
        "schema": "auditor/audit/2", "week": week, "as_of": "2026-11-24T05:00:00Z", "timezone": "Asia/Tomsk",
        "closed": True, "summary": {"bound": len(offices), "passed": 0, "failed": 0, "cantTell": 0, "inapplicable": 0,
                                    "untested": len(offices)}, "offices": list(offices),
    }  # fmt: skip
    return Volume(week, ShelvedWeek.model_validate(whole))


def an_office(name: str = "one", holder: str = "Имярек Анна Андреевна", **values: float | bool | None) -> dict:
    """An office with the week's figures; without any it was not seen."""
    posts = {key: values[key] for key in ("distinct", "at_least") if key in values}
    answers = {key: value for key, value in values.items() if key not in posts}
    return {
        "id": name, "municipality": f"{name} район", "title": "глава", "group": "municipal_head", "bound": True,
        "verdict": "untested", "holder": {"name": holder},
        "findings": [{"check": "posts_per_week", "values": posts}, {"check": "comments_answered", "values": answers},
                     {"check": "account_exists", "account": "https://t.me/x", "values": {"exists": True}}],
    }  # fmt: skip


def asked(due: int, in_time: int, median: int | None = None, unsure: int = 0) -> dict:
    return {"due": due, "answered_in_time": in_time, "median_hours": median, "unsure": unsure}


def trend(*volumes: Volume) -> Trend:
    return next(found for found in trends_of(volumes, RU)[1] if found.id == "one")


def drawn(*volumes: Volume) -> tuple[Chart, Chart, Chart]:
    posts, shares, medians = trend(*volumes).charts
    return posts, shares, medians


def test_a_week_without_a_report_and_one_that_was_not_seen_are_gaps() -> None:
    """Two of four weeks are known; the others are hatched, and not a zero among them."""
    weeks = [volume("2026-W40", an_office(distinct=3)), volume("2026-W42", an_office()),
             volume("2026-W43", an_office(distinct=0))]  # fmt: skip
    posts = drawn(*weeks)[0]
    assert [(blank.kind, blank.x, blank.width) for blank in posts.blanks] == [("unknown", "25", "50")]
    assert posts.bars.count("M") == posts.zeros.count("M") == 1
    assert posts.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "Публикации за неделю. Неделя 43: 0; неизвестно: 2 недели."
    )
    assert [(line.weeks, line.said or line.cells[0]) for line in trend(*weeks).lines] == [
        ("43", "0"),
        ("42", "неизвестно"),
        ("41", "отчёта нет"),
        ("40", "3"),
    ]
    assert trend(*weeks).lines[-1].cells == ("3", "неизвестно", "неизвестно")


def test_few_questions_are_bounds_and_no_share() -> None:
    """Of three questions a range is drawn, of five a point within it; without questions neither."""
    weeks = [volume("2026-W40", an_office(distinct=1, **asked(3, 2))), volume("2026-W41", an_office(**asked(5, 2, 30))),
             volume("2026-W42", an_office(distinct=1, **asked(0, 0)))]  # fmt: skip
    _, shares, medians = drawn(*weeks)
    assert (shares.ranges.count("M"), shares.points.count("M"), shares.zeros.count("M")) == (2, 1, 1)
    assert medians.points.count("M") == 1
    assert [line.cells[1:] for line in trend(*weeks).lines] == [
        ("вопросов не видно", ""),
        ("2 из 5", "30 ч"),
        ("2 из 3", "мало данных"),
    ]


def test_what_is_known_from_one_side_has_an_arrow() -> None:
    """Posts of a week that was not read whole; a median that was not reached; a median off the scale."""
    weeks = [volume("2026-W40", an_office(distinct=2, at_least=True, **asked(6, 1))),
             volume("2026-W41", an_office(distinct=2, **asked(6, 1, 90)))]  # fmt: skip
    posts, _, medians = drawn(*weeks)
    assert posts.more.count("M") == 1
    assert (medians.more.count("M"), medians.points) == (2, "")
    first = trend(*weeks).lines[1]
    assert first.cells == ("не меньше 2", "1 из 6", "отвечено меньше половины")


def test_closed_comments_are_no_unknown_week() -> None:
    """Nobody could ask: that is known, and is neither a gap nor a zero."""
    office = an_office(distinct=2)
    office["findings"][1] |= {"message_id": "comments_answered.closed", "values": {}}
    _, shares, _ = drawn(volume("2026-W40", office))
    assert [blank.kind for blank in shares.blanks] == ["closed"]
    assert trend(volume("2026-W40", office)).lines[0].cells[1] == "комментарии закрыты"


def test_a_new_holder_is_marked_and_named() -> None:
    """The line stands before the first week of the other; weeks without a known holder turn nothing."""
    weeks = [volume("2026-W40", an_office(distinct=1)), volume("2026-W41", an_office(distinct=1) | {"holder": None}),
             volume("2026-W42", an_office(distinct=1, holder="Имярек Ольга Олеговна"))]  # fmt: skip
    assert drawn(*weeks)[0].turns == ("66.7",)
    assert trend(*weeks).holders.replace("\N{NO-BREAK SPACE}", " ") == "Имярек А. А.; с недели 42: Имярек О. О."


def test_figures_that_lost_their_form_are_not_known() -> None:
    """A document of another version does no harm."""
    office = an_office(distinct=1)
    office["findings"][0]["values"] = {"distinct": "three"}
    week = volume("2026-W40", office)
    assert week.known is not None
    assert figures_of(week.known.offices[0], week.known).posts is None
    assert trend(week).charts == ()


figures = st.builds(
    Figures,
    posts=st.none() | st.integers(0, 100),
    due=st.just(0) | st.integers(0, 200),
    in_time=st.just(0),
    unsure=st.integers(0, 50),
)


@given(st.integers(1, 300), st.data())
def test_the_share_lies_within_its_bounds(due: int, data: st.DataObject) -> None:
    """And they lie within nothing and all, with the unsure too."""
    in_time, unsure = data.draw(st.integers(0, due)), data.draw(st.integers(0, 50))
    low, high = Figures(due=due, in_time=in_time).bounds or (2, -1)
    assert 0 <= low <= in_time / due <= high <= 1
    low, high = Figures(due=due, in_time=in_time, unsure=unsure).bounds or (2, -1)
    assert 0 <= low <= in_time / (due + unsure) <= (in_time + unsure) / (due + unsure) <= high <= 1


@given(st.lists(figures, max_size=20))
def test_all_together_are_no_more_than_was_seen(weeks: list[Figures]) -> None:
    """Posts are added up over the offices in sight; where one was not seen there may be more; none seen is no zero."""
    whole, seen = together(weeks), [one.posts for one in weeks if one.posts is not None]
    assert whole.posts == (sum(seen) if seen else None)
    assert whole.at_least == (len(seen) < len(weeks))
    assert whole.offices == len(seen)


def test_the_median_of_all_is_unknown_where_half_of_the_offices_have_none() -> None:
    """An office whose half was not answered counts as longer than every other."""
    weeks = [Figures(due=9, in_time=1, median=hours) for hours in (2.0, 30.0, None)]
    assert together(weeks).median == 30.0
    assert together([*weeks, Figures(due=9, in_time=0)]).median is None


def test_the_shelf_gives_every_office_alphabetically(tmp_path: Path) -> None:
    """From documents alone; the bound ones first, without ranks; twice the same."""
    for week in (back(2), back(0)):
        shelve(tmp_path, week_audit(week))
    whole, each = trends_of(read_shelf(tmp_path), RU)
    names = [trend.name for trend in each if not trend.group]
    assert names == sorted(names, key=lambda name: name.casefold().replace("ё", "е"))
    assert len(each) == len(sample_audit().offices)
    assert [blank.width for blank in whole.charts[0].blanks] == ["33.3"]
    assert trends_of(read_shelf(tmp_path), RU) == (whole, each)


def test_more_than_a_hundred_offices_are_drawn_on_their_own_pages() -> None:
    """One page of them all would be too heavy to open."""
    assert not too_many([volume("2026-W40", an_office())])
    assert too_many([volume("2026-W40", *(an_office(f"o{n}") for n in range(101)))])
