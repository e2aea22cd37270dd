"""The reader's language: nothing is left untranslated, and dates, numbers and names follow its rules."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.i18n import Catalogue, short_name, short_place
from auditor.base.text import Text
from tests.conftest import ROOT
from tests.messages import extracted, translations

TOMSK = ZoneInfo("Asia/Tomsk")
RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
FORBIDDEN = re.compile(
    r"\bне зав[её]л|(?<!сеть )\bне отве(тил[аио]?\b|чает|чал)|удалил|удал[её]н"
    r"|(?<!кто-либо )наруш(ени[ея]|ил[аио]?|ает) закон|нарушител|накру[тч]"
    r"|игнорир|уклон|скрыва|молч[аи]|саботир|отписк|не выполнил|обман|лж[её]т|боится",
    re.IGNORECASE,
)
"""What docs/dev/sources.md says never to write of a person: motives, blame, and what was not seen. A network may have
given no answer, and the report says that it does not claim «что кто-либо нарушил закон»."""


def key(message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def test_every_sentence_is_translated() -> None:
    """A msgid of the sources without a whole, settled Russian translation is named here with its file."""
    ready = {
        key(message)
        for _, message in translations()
        if not message.fuzzy and (all(message.string) if isinstance(message.string, tuple) else message.string)
    }
    missing = {f"{sorted(files)}: {message}" for message, files in extracted().items() if message not in ready}
    assert not missing


def test_no_translation_has_lost_its_sentence() -> None:
    """An entry that no source uses any more is taken out."""
    known = extracted()
    assert not {f"{path.name}: {key(message)}" for path, message in translations() if key(message) not in known}


def test_files_do_not_contradict_each_other() -> None:
    """One sentence has one translation, whichever file holds it."""
    said = defaultdict(set)
    for _, message in translations():
        said[key(message)].add(message.string)
    assert not {k: v for k, v in said.items() if len(v) > 1}


def test_translations_keep_their_places() -> None:
    """Each translation fills the places of its sentence, no more and no fewer."""
    for path, message in translations():
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = {place for i in ids for place in re.findall(r"\{(\w+)\}", i)}
        for string in message.string if isinstance(message.string, tuple) else (message.string,):
            assert set(re.findall(r"\{(\w+)\}", string)) == wanted, (path.name, message.id)


def test_translations_blame_nobody() -> None:
    """No catalogue has a wording that docs/dev/sources.md forbids."""
    for path, message in translations():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert not any(FORBIDDEN.search(s) for s in strings), (path.name, strings)


def literals(path: Path) -> Iterator[str]:
    """The strings of a module that can reach a reader: not the docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield node.value


@pytest.mark.parametrize("folder", ["auditor/report", "auditor/checks"])
def test_no_russian_in_the_code(folder: str) -> None:
    """Russian lives in the catalogue alone."""
    found = [(p.name, s) for p in (ROOT / folder).glob("*.py") for s in literals(p) if CYRILLIC.search(s)]
    assert not found


def test_no_russian_in_the_templates() -> None:
    """A template says nothing of its own."""
    files = [p for p in (ROOT / "templates").rglob("*") if p.is_file()]
    assert files
    assert not [p.name for p in files if CYRILLIC.search(p.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 дней"), (1, "1 день"), (2, "2 дня"), (5, "5 дней"), (11, "11 дней"), (21, "21 день"), (104, "104 дня")],
)
def test_numbers_take_the_right_form(count: int, said: str) -> None:
    """Russian has its own form for 1, for 2 to 4, and for the rest."""
    assert RU.text(Text("{n} day", {"n": count}, plural="{n} days", count=count)) == said


def test_english_needs_no_translation() -> None:
    """The msgid is what the English reader sees."""
    assert EN.text(Text("{n} day", {"n": 1}, plural="{n} days", count=1)) == "1 day"
    assert EN.gettext("met") == "met"


def test_dates_and_times_are_the_readers() -> None:
    """A day, and a moment in the registry's zone."""
    evening = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
    assert RU.date(date(2026, 11, 2)) == "02.11.2026"
    assert RU.moment(evening) == "23.11.2026 00:30"
    assert RU.date(evening) == "23.11.2026"
    assert RU.moment("2026-11-22T17:30:00Z") == "23.11.2026 00:30"
    assert EN.date(date(2026, 11, 2)) == "2 Nov 2026"


def test_numbers_are_the_readers() -> None:
    """A decimal comma and groups of three in Russian."""
    assert RU.number(12345.5) == "12\N{NO-BREAK SPACE}345,5"
    assert EN.number(12345.5) == "12,345.5"


@pytest.mark.parametrize(
    ("written", "said"),
    [("2021", "2021"), ("2021-12", "12.2021"), ("2021-12-05", "05.12.2021"), ("2021-13", "2021-13"), ("x", "x")],
)
def test_partial_dates_stay_partial(written: str, said: str) -> None:
    """A month known is a month shown; what is no date stays as it is."""
    assert RU.partial(written) == said
    assert RU.say("The office is vacant since {since}", since=written) == f"Должность вакантна с {said}"


def test_a_parameter_may_be_a_sentence() -> None:
    """Nested sentences are translated too."""
    inner = Text("{n} day", {"n": 3}, plural="{n} days", count=3)
    assert RU.text(Text("not more than {days}", {"days": inner})) == "не больше 3 дня"


def test_a_parameter_is_never_a_template() -> None:
    """Braces in data stay braces, and a missing parameter is an error, not a hole."""
    assert RU.say("found by: {how}", how="{how} {how.__class__}") == "найдена: {how} {how.__class__}"
    with pytest.raises(KeyError):
        RU.say("found by: {how}")


def test_another_language() -> None:
    """Another than Russian and English is refused."""
    with pytest.raises(ValueError, match="no language 'xx'"):
        Catalogue("xx")


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("Имярек Анна Андреевна", "Имярек А. А."),
        ("Имярек Анна", "Имярек А."),
        ("Имярек А. А.", "Имярек А. А."),
        ("Имярек-Второй Али Гусейн оглы", "Имярек-Второй А. Г."),
        ("Имярек", "Имярек"),
        ("", ""),
    ],
)
def test_short_names(full: str, short: str) -> None:
    """The family name with initials, which no line end may part."""
    assert short_name(full) == short.replace(" ", "\N{NO-BREAK SPACE}")


def test_short_places() -> None:
    """A district's name stands without the word; a town's stays whole."""
    assert [short_place(p) for p in ("Шестой район", "Шестой муниципальный округ", "Шестой", "Район")] == [
        "Шестой",
        "Шестой",
        "Шестой",
        "Район",
    ]


@given(st.text())
def test_binding_changes_spaces_alone(sentence: str) -> None:
    """Whatever the sentence, only spaces become non-breaking ones."""
    space = "\N{NO-BREAK SPACE}"
    assert RU.bind(sentence).replace(space, " ") == sentence.replace(space, " ")


def test_binding_keeps_what_belongs_together() -> None:
    """A dash to the word before it, a preposition to its noun, a number to its unit."""
    bound = RU.bind("75 % — в срок, а за 24 дня — № 5").replace("\N{NO-BREAK SPACE}", "_")
    assert bound == "75_%_— в_срок, а_за_24_дня_— №_5"


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))
def test_a_moment_is_written_in_the_zone(naive: datetime) -> None:
    """Reading the written moment back in the zone gives the same minute."""
    moment = naive.replace(tzinfo=UTC)
    read = datetime.strptime(RU.moment(moment), "%d.%m.%Y %H:%M")
    assert timedelta() <= moment.astimezone(TOMSK).replace(tzinfo=None) - read < timedelta(minutes=1)
