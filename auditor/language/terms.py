"""By which day an answer promises something: «до 25 ноября», «в течение 10 дней», «к концу недели», «завтра»."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta

_EAST = timedelta(hours=12)
"""«Завтра» is counted from the day in the easternmost zone of the country: no term comes out earlier than meant."""

_ANY_DAY = date(2024, 1, 1)
_MONTHS = ("январ", "феврал", "март", "апрел", "ма[йя]", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_WEEKDAYS = ("понедельник", "вторник", "сред", "четверг", "пятниц", "суббот", "воскресень")
_NUMBERS = {
    word: number
    for number, words in {
        1: "один одного одну одной",
        2: "два две двух пару пары",
        3: "три трех",
        4: "четыре четырех",
        5: "пять пяти",
        7: "семь семи",
        10: "десять десяти",
        14: "четырнадцать четырнадцати",
        15: "пятнадцать пятнадцати",
        30: "тридцать тридцати",
    }.items()
    for word in words.split()
}
_NUMBER = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS)})"
_UNIT = r"(?:час\w*|дн(?:я|ей)|день|сут(?:ки|ок)|недел\w*|месяц\w*)"
_MONTH = "|".join(_MONTHS)
_WEEKDAY = "|".join(_WEEKDAYS)

_BY = re.compile(r"\b(?:до|к|ко|не позднее) $")
_DATE = re.compile(rf"\b(\d{{1,2}})(?:-?(?:го|му|е))? (?:({_MONTH})\w*)(?: (20\d\d))?")
_NUMERIC = re.compile(r"\b(\d{1,2})\.(\d{1,2})(?:\.(20\d\d|\d\d))?\b")
_DAY = re.compile(rf"\b(\d{{1,2}})(?:-?(?:го|му)| числа)\b(?! (?:{_MONTH}))")
_ON_WEEKDAY = re.compile(rf"\b(?:до|к|ко|в|во|на|не позднее) ({_WEEKDAY})\w*")
_SPAN = re.compile(
    rf"\b(?:в течение|через|за|срок\w*(?: \w+){{0,2}}?|дали|дайте (?:мне|нам)"
    rf"|не более)[ ,:—–-]*(?:срок )?({_NUMBER} )?((?:рабоч|календарн)\w+ )?({_UNIT})"
)
_UP_TO = re.compile(rf"\bдо ({_NUMBER} )((?:рабоч|календарн)\w+ )?(дн(?:я|ей)|сут(?:ки|ок)|недел\w*|месяц\w*)")
_HOUR = re.compile(
    r"\b(?:в|к|до|с|по|около) \d{1,2}(?::\d\d)?(?: час\w*)?\b(?! [а-я]*(?:руб|тыс|дом|кварт))|\b(?:в|к) (?:семь"
    r"|восемь|девять|десять|час|два|три)\b(?! раз)"
)
_NAMED = re.compile(r"\b(?:вчера|позавчера|сегодня|20\d\d|\d{1,2}:\d\d)\b")


def term_in(said: str, at: datetime) -> date | None:
    """Return the last day to come that an answer of `at` names, its words in lower case with «е» for «ё»."""
    today = (at + _EAST).date()
    return max((day for day in _days(said, today) if day >= today), default=None)


def names_a_term(said: str) -> bool:
    """Tell whether an answer names a day or a term, whenever it was written."""
    return next(_days(said, _ANY_DAY), None) is not None


def without_terms(said: str) -> str:
    """Return an answer's words without the days, hours and terms that it names."""
    for pattern in (_DATE, _NUMERIC, _SPAN, _UP_TO, _DAY, _HOUR):
        said = pattern.sub(" ", said)
    return said


def names_a_day(said: str) -> bool:
    """Tell whether an answer names a day, an hour, a year or a term, past or to come."""
    return _NAMED.search(said) is not None or names_a_term(said)


def _days(said: str, today: date) -> Iterator[date]:
    with suppress(OverflowError):  # a term of centuries
        yield from _dates(said, today)
        for found in _ON_WEEKDAY.finditer(said):
            number = next(n for n, name in enumerate(_WEEKDAYS) if found[1] == name)
            yield today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)
        for found in (*_SPAN.finditer(said), *_UP_TO.finditer(said)):
            yield _after(today, found[1], found[2], found[3])
        for words, day in _WORDS:
            if words.search(said):
                yield day(today)


def _dates(said: str, today: date) -> Iterator[date]:
    """Yield the dates; one without a year is the nearest, after «до» the next, and the next where no month is named."""
    for found in _DATE.finditer(said):
        month = next(n for n, name in enumerate(_MONTHS, 1) if re.match(name, found[2]))
        yield from _near(today, int(found[1]), month, found[3], to_come=_is_by(said, found))
    for found in _NUMERIC.finditer(said):
        yield from _near(today, int(found[1]), int(found[2]), found[3], to_come=_is_by(said, found))
    for found in _DAY.finditer(said):
        number = int(found[1])
        month = today.month if number >= today.day else today.month % 12 + 1
        yield from _made(today.year + (month < today.month), month, number)


def _is_by(said: str, found: re.Match[str]) -> bool:
    return _BY.search(said, max(found.start() - 12, 0), found.start()) is not None


def _near(today: date, day: int, month: int, year: str | None, *, to_come: bool) -> Iterator[date]:
    if year:
        yield from _made(2000 + int(year) % 100, month, day)
        return
    for one in _made(today.year, month, day):
        next_year = one < today - timedelta(days=0 if to_come else 183)
        yield from _made(today.year + 1, month, day) if next_year else [one]


def _made(year: int, month: int, day: int) -> Iterator[date]:
    if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
        yield date(year, month, day)


def _after(today: date, number: str | None, working: str | None, unit: str) -> date:
    count = int(number) if number and number.strip().isdigit() else _NUMBERS.get((number or "").strip(), 1)
    if working and working.startswith("рабоч"):
        return _working_days_after(today, count)
    if unit.startswith("час"):
        return today + timedelta(days=-(-count // 24) if count > 12 else 0)
    days = 7 if unit.startswith("недел") else 30 if unit.startswith("месяц") else 1
    return today + timedelta(days=days * count)


def _working_days_after(today: date, count: int) -> date:
    """Count days from Monday to Friday; holidays are not known here, so that a term may come out a little early."""
    weeks, rest = divmod(count, 5)
    day = today + timedelta(weeks=weeks)
    while rest:
        day += timedelta(days=1)
        rest -= day.weekday() < 5
    return day


def _sunday(day: date, weeks: int = 0) -> date:
    return day + timedelta(days=6 - day.weekday(), weeks=weeks)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


_WORDS: tuple[tuple[re.Pattern[str], Callable[[date], date]], ...] = (
    (re.compile(r"\bпослезавтра\b"), lambda day: day + timedelta(days=2)),
    (re.compile(r"\bзавтра\b"), lambda day: day + timedelta(days=1)),
    (
        re.compile(r"\b(?:сегодня|до конца дня|к вечеру|вечером|до вечера|до обеда|после обеда|к обеду)\b"),
        lambda day: day,
    ),
    (re.compile(r"\b(?:(?:к|до) концу?а? недели|на этой неделе)\b"), _sunday),
    (re.compile(r"\b(?:на (?:следующей|будущей|той) неделе|до конца следующей недели)\b"), lambda day: _sunday(day, 1)),
    (re.compile(r"\b(?:к|до) концу?а? (?:этого )?месяца\b"), _month_end),
    (re.compile(r"\b(?:к|до) концу?а? (?:этого )?года\b"), lambda day: date(day.year, 12, 31)),
)
