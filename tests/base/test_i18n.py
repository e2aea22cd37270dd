"""The reader's language: dates, numbers, names and plural forms follow its rules."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from auditor.base import i18n
from auditor.base.i18n import Translator, alphabetical, short_name, short_place
from auditor.base.text import NNP_, NP_, Text

TOMSK, SPACE = ZoneInfo("Asia/Tomsk"), "\N{NO-BREAK SPACE}"
RU, EN = Translator("ru", TOMSK), Translator("en", TOMSK)
EVENING = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "written"),
    [(0, "0 дней"), (1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (104, "104 дня")],
)
def test_numbers_take_the_right_form(count: int, written: str) -> None:
    """Russian has its own form for 1, for 2 to 4, and for the rest; by a stored text and at once."""
    assert RU.text(Text("{n} day", {"n": count}, plural="{n} days", count=count)) == written
    assert RU.count("{n} day", "{n} days", count) == written
    assert (EN.count("{n} day", "{n} days", count), EN.gettext("")) == (f"{count} day{'s' * (count != 1)}", "")


@pytest.mark.parametrize(
    ("value", "russian", "english"),
    [
        (date(2026, 11, 2), "02.11.2026", "2 Nov 2026"),
        (EVENING, "23.11.2026 00:30", "23 Nov 2026 00:30"),
        (12345.5, "12_345,5", "12,345.5"),
        (3.0, "3", "3"),
        (0.125, "0,12", "0.12"),
        ("2021", "2021", "2021"),
        ("2021-12", "12.2021", "Dec 2021"),
        ("2021-12-05", "05.12.2021", "5 Dec 2021"),
        ("2021-13", "2021-13", "2021-13"),
        ("", "—", "—"),
        (None, "—", "—"),
        (Text("{n} day", {"n": 3}, plural="{n} days", count=3), "3 дня", "3 days"),
    ],
)
def test_a_value_is_written_as_its_reader_does(value: object, russian: str, english: str) -> None:
    """Days, moments in the zone, numbers, dates known in part, sentences within sentences; nothing is a dash."""
    assert (RU.value(value), EN.value(value)) == (russian.replace("_", SPACE), english)


def test_a_moment_written_in_a_document_is_read() -> None:
    """As a moment, or as its day in the zone; another zone is another catalogue, another language none."""
    assert RU.moment("2026-11-22T17:30:00Z") == RU.moment(EVENING) == "23.11.2026 00:30"
    assert RU.date(EVENING) == RU.date("2026-11-22T17:30:00+00:00") == "23.11.2026"
    assert RU.in_zone(ZoneInfo("UTC")).moment(EVENING) == "22.11.2026 17:30"
    with pytest.raises(ValueError, match="'xx'"):
        Translator("xx")


def test_a_parameter_is_never_a_template() -> None:
    """Braces in data stay braces, and a missing parameter is an error, not a hole."""
    assert RU.translate("found by: {how}", how="{how} {how.__class__}") == "найдена: {how} {how.__class__}"
    with pytest.raises(KeyError):
        RU.translate("found by: {how}")


def test_short_names_and_places() -> None:
    """The family name with initials, which no line end may part; a district without the word, a town whole."""
    names = {"Имярек Анна Андреевна": "Имярек А. А.", "Имярек Анна": "Имярек А.", "Имярек": "Имярек", "": ""}
    names["Имярек-Второй Али Гусейн оглы"] = "Имярек-Второй А. Г."
    for full, short in names.items():
        assert short_name(full) == short.replace(" ", SPACE)
    wholes = ("Шестой район", "Шестой муниципальный Округ ", "Шестой", "Район", "район Шестой")
    assert [short_place(whole) for whole in wholes] == ["Шестой", "Шестой", "Шестой", "Район", "район Шестой"]


def test_the_alphabet_is_a_russian_dictionarys() -> None:
    """Without case, ё next to е."""
    names = sorted(["Жуков", "ёлкин", "Еловый", "Ёлка", "ель"], key=alphabetical)
    assert names == ["Ёлка", "ёлкин", "Еловый", "ель", "Жуков"]


def test_binding_keeps_what_belongs_together() -> None:
    """A dash to the word before it, a preposition to its noun, a number to its unit."""
    bound = RU.add_no_break_spaces("75 % — в срок, а за 24 дня — № 5").replace(SPACE, "_")
    assert bound == "75_%_— в_срок, а_за_24_дня_— №_5"


@pytest.mark.parametrize(
    ("written", "number"),
    [("1.234,5", "12.345,67"), ("1234,5", "12345,67"), ("1\u2019234.5", "12\u2019345.67")],
)
def test_a_catalogue_shows_how_numbers_are_written(written: str, number: str) -> None:
    """By one example, with a sign between digit groups or without."""
    assert f"{12345.67:,}".translate(i18n._signs_of(written)) == number


def test_an_english_reader_sees_no_context() -> None:
    """A context tells the translator which meaning is meant; a sentence without a translation leaves it out."""
    answers, days = NP_("the network", "answers"), NNP_("short", "{n} day", "{n} days")
    assert (RU.gettext(answers), RU.gettext("answers")) == ("отвечает", "ответы")
    assert (EN.gettext(answers), str(Text(answers)), RU.pgettext("no such", "answers")) == ("answers",) * 3
    assert [EN.count(*days, 1), EN.count(*days, 2), RU.count(*days, 2)] == ["1 day", "2 days", "2 дн."]
