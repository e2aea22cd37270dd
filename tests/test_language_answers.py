"""What an answer gives: kinds, terms and flags, on invented rows."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.snapshot import ReplyKind, Side
from auditor.language.answers import read_answer
from auditor.language.measured import MEASURED_KINDS
from auditor.language.reading import read_comment
from auditor.language.terms import names_a_day, term_in
from benchmarks.answers import measure

AT = datetime(2026, 11, 25, 3, tzinfo=UTC)
"""A Wednesday morning in Tomsk."""
DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[2] / "shared" / "facts" / "replies.dev.csv"


def rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        pytest.skip("the labelled rows are not here")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OURS = [*rows(DATA / "replies.csv"), *rows(DATA / "replies_unseen.csv")]


def test_the_printed_figures_are_those_of_the_rows():
    """Measured anew, on every row that is shipped."""
    assert measure((row["label"], read_answer(row["reply"], AT).kind) for row in OURS) == MEASURED_KINDS


@pytest.mark.parametrize(
    "path", [DATA / "replies.csv", DATA / "replies_unseen.csv", SHARED], ids=["ours", "unseen", "shared"]
)
def test_each_kind_that_is_shown_is_right_in_nine_of_ten(path: Path):
    """On each set of rows apart."""
    found = measure((row["label"], read_answer(row["reply"], AT).kind) for row in rows(path))
    assert {kind: one.precision for kind, one in found.items() if one.precision < 0.9} == {}


@pytest.mark.parametrize("row", [row for row in OURS if row["term"]], ids=lambda row: row["reply"][:30])
def test_a_term_is_a_day(row: dict[str, str]):
    """As labelled by hand."""
    found = read_answer(row["reply"], AT)
    if found.kind is ReplyKind.INTERIM:
        assert found.term == date.fromisoformat(row["term"])


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("отвечу до 25 ноября", "2026-11-25"),
        ("отвечу до 24 ноября", "2027-11-24"),
        ("ответ в течение 10 дней", "2026-12-05"),
        ("в течение 10 рабочих дней", "2026-12-09"),
        ("к концу недели", "2026-11-29"),
        ("завтра", "2026-11-26"),
        ("послезавтра", "2026-11-27"),
        ("до 01.12.2026", "2026-12-01"),
        ("к 5.12", "2026-12-05"),
        ("до 20-го", "2026-12-20"),
        ("до конца года", "2026-12-31"),
        ("в течение суток", "2026-11-26"),
        ("через две недели", "2026-12-09"),
        ("сегодня, а письменно до пятницы", "2026-11-27"),
        ("до 31 февраля", None),
        ("до 99.99", None),
        ("сделали 8 октября", None),
        ("был у них вчера", None),
        ("до 18 часов не звоните", None),
        ("через 999 месяцев", "2108-12-15"),
    ],
)
def test_terms_are_read_as_people_write_them(said: str, day: str | None):
    """A date without a year is the next after «до», and the nearest elsewhere; a past one is no term."""
    assert term_in(said, AT) == (date.fromisoformat(day) if day else None)


def test_tomorrow_is_counted_in_the_easternmost_zone():
    """Late in the evening of Tomsk the UTC day is the same, early in its morning it is the day before."""
    assert term_in("завтра", datetime(2026, 11, 24, 18, tzinfo=UTC)) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Фонарь заменили вчера.", (True, False, False)),
        ("Вывезли 16 кубов снега.", (False, True, False)),
        ("Этим занимается «Первая дорожная».", (False, False, True)),
        ("Ольга, спасибо!", (False, False, False)),
        ("Работаем над этим.", (False, False, False)),
    ],
)
def test_dates_numbers_and_names_are_flags(text: str, flags: tuple[bool, bool, bool]):
    """Whom the answer calls is no name of who is in charge."""
    found = read_answer(text, AT)
    assert (found.dated, found.measured, found.named) == flags


def test_a_plain_no_with_its_cause_is_no_general_answer():
    """«Планируется» promises nothing; «не планируется» answers what was asked."""
    said = "Нет, в этом году ремонт моста не планируется: в бюджете денег нет."
    assert read_answer(said, datetime(2026, 11, 18, tzinfo=UTC)).kind is ReplyKind.SUBSTANCE


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Неправда, дорогу чистили вчера дважды, есть фото.", ReplyKind.SUBSTANCE),
        ("Это неправда, дорогу чистили вчера дважды, есть фото.", ReplyKind.SUBSTANCE),
        ("Неправда, вы всё сочиняете.", ReplyKind.ARGUES),
        ("Это неправда.", ReplyKind.ARGUES),
        ("Справку выдаёт МФЦ, кабинет 5, нужен паспорт и выписка ЕГРН.", ReplyKind.REDIRECT),
        ("Справку выдали вчера, 5 экземпляров, их получила школа.", ReplyKind.SUBSTANCE),
    ],
)
def test_a_denial_with_facts_gives_facts_and_another_office_is_an_address(said: str, kind: ReplyKind):
    """A room's number and a list of papers tell where to go; «неправда» alone speaks of who asks."""
    assert read_answer(said, AT).kind is kind


@pytest.mark.parametrize("greeting", ["Здравствуйте, Ольга! ", "Ольга, добрый день! ", "Уважаемая Ольга Петровна! "])
@pytest.mark.parametrize("row", rows(DATA / "replies.csv")[::5], ids=lambda row: row["reply"][:30])
def test_a_greeting_changes_nothing(greeting: str, row: dict[str, str]):
    """Neither the kind nor the sketch."""
    plain, greeted = read_answer(row["reply"], AT), read_answer(greeting + row["reply"], AT)
    if plain.kind is not ReplyKind.EMOJI:
        assert (greeted.kind, greeted.term) == (plain.kind, plain.term)


def test_the_owners_side_and_other_bodies_answer_and_citizens_do_not():
    """What a probe stores."""
    text = "Обращайтесь в управляющую компанию."
    for identity in Side:
        kept = read_comment(text, identity, AT)
        assert ("reply" in kept) is (identity not in {Side.CITIZEN, Side.UNKNOWN})


@given(st.text(max_size=400))
def test_any_answer_is_read(text: str):
    """Nothing raises; what has a kind has its rule, and only an interim one has a term."""
    found = read_answer(text, AT)
    assert (found.kind is None) == (found.rule == "")
    assert found.term is None or (found.kind is ReplyKind.INTERIM and found.term >= AT.date())
    names_a_day(text)


@given(st.sampled_from(OURS), st.text(st.characters(codec="utf-8"), max_size=10))
def test_no_word_of_an_answer_is_kept(row: dict[str, str], more: str):
    """Codes, flags, a day and characters for private use."""
    kept = read_answer(row["reply"] + more, AT)
    assert all(0xE000 <= ord(sign) < 0xF000 for sign in kept.sketch)
    assert set(kept.rule) <= set("abcdefghijklmnopqrstuvwxyz_")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "piece",
    ["a.a-", "http://", "[id1|", "вам в ", "обращение передано ", "до 5 ", "1.", "а,", "срок а ", "\n", "а" * 99],
)
def test_a_long_answer_is_read_in_no_time(piece: str):
    """An answer made to be slow costs the run nothing."""
    read_answer(piece * 20_000, AT)
