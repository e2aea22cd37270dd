"""Translate sentences, and write dates, numbers and names by the rules of the reader's language.

English sentences are the keys of the catalogues, ``auditor/locales/*.po``. They are compiled when the package is built.
How a day and a number are written are messages too, so that a language needs its catalogue and no code.
"""

import datetime as dt
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from auditor.base.text import NP_, Scalar, Text, without_context

RUSSIAN, _ENGLISH = "ru", "en"
_SYSTEMS = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Variables in which a system names its user's language: the first that is set counts."""

_LOCALES = Path(__file__).resolve().parent.parent / "locales"
_DAY, _MONTH = NP_("a day", "D MMM YYYY"), NP_("a month", "MMM YYYY")
_MONTHS = NP_("MMM of a day", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
_NUMBER = NP_("a number", "1,234.5")
_DIRECTIVES = {"D": "%-d", "DD": "%d", "MM": "%m", "MMM": "MMM", "YYYY": "%Y", "%": "%%"}
"""What `strftime` fills for the letters of a day's form. A month's name is not the system's: its letters stay."""
_NBSP = "\N{NO-BREAK SPACE}"
_PLACE = re.compile(r"\{(\w+)\}")
_PARTIAL = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2}))?$")
# A dash stays with the word before it, a unit or number sign with its number, a preposition with its noun.
_BIND = (
    (re.compile(r" (?=[—–] )"), _NBSP),
    (re.compile(r"(?<=\d) (?=%|[a-zа-я])"), _NBSP),
    (re.compile(r"(?<=№) (?=\d)"), _NBSP),
    (re.compile(r"(?<![\w-])([ВвКкСсУуОоИиАа]|[Нн]а|[Пп]о|[Дд]о|[Зз]а|[Ии]з|[Оо]т|[Нн]е) (?=\w)"), rf"\1{_NBSP}"),
)


@cache
def _translations(lang: str) -> NullTranslations:
    """Read a language's compiled catalogue. English has none: its sentences are the keys."""
    if lang == _ENGLISH:
        return NullTranslations()
    return GNUTranslations(BytesIO((_LOCALES / f"{lang}.mo").read_bytes()))


def languages() -> tuple[str, ...]:
    """Return the languages in which the program speaks: English, and each that has a compiled catalogue."""
    return tuple(sorted({_ENGLISH, *(path.stem for path in _LOCALES.glob("*.mo"))}))


class Translator:
    """Writes texts in one language. `zone` is the registry's: every time is written in it."""

    def __init__(self, lang: str = RUSSIAN, zone: tzinfo = UTC) -> None:
        """Raise `ValueError` for a language without translations."""
        if lang not in languages():
            raise ValueError(f"there is no language {lang!r}; choose {' or '.join(languages())}")
        self.lang = lang
        self.zone = zone
        self._translations = _translations(lang)
        self._day, self._month = map(_strftime_of, (self.gettext(_DAY), self.gettext(_MONTH)))
        self._months = self.gettext(_MONTHS).split()
        self._signs = _signs_of(self.gettext(_NUMBER))

    def in_zone(self, zone: tzinfo) -> "Translator":
        """Return a translator of the same language that writes times in `zone`."""
        return Translator(self.lang, zone)

    def gettext(self, message: str) -> str:
        """Return `message` in the reader's language, with its placeholders unfilled."""
        return without_context(self._translations.gettext(message)) if message else ""

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the plural form for `count`, with its placeholders unfilled."""
        return without_context(self._translations.ngettext(singular, plural, count))

    def pgettext(self, context: str, message: str) -> str:
        """Return `message` in the meaning that `context` names, with its placeholders unfilled."""
        return self.gettext(NP_(context, message))

    def text(self, text: Text) -> str:
        """Return the translated and filled sentence. Raises `KeyError` if a placeholder has no parameter."""
        if text.plural is not None:
            sentence = self.ngettext(text.message, text.plural, text.count or 0)
        else:
            sentence = self.gettext(text.message)
        return self._fill(sentence, text.params)

    def translate(self, message: str, /, **params: Scalar | Text) -> str:
        """Translate and fill a sentence: ``translate("{n} of {total}", n=3, total=20)``."""
        return self._fill(self.gettext(message), params)

    def count(self, singular: str, plural: str, count: int, /, **params: Scalar | Text) -> str:
        """Translate the plural form for `count`, which also fills ``{n}``."""
        return self._fill(self.ngettext(singular, plural, count), {"n": count, **params})

    def _fill(self, sentence: str, params: Mapping[str, Scalar | Text]) -> str:
        # One pass and no attribute access, so that braces in a parameter stay as they are.
        return _PLACE.sub(lambda place: self.value(params[place[1]]), sentence)

    def value(self, value: Scalar | Text) -> str:
        """Write one parameter by the reader's rules. A string like a partial date is written as a date."""
        if isinstance(value, Text):
            return self.text(value)
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, dt.date):
            return self.date(value)
        if isinstance(value, int | float):
            return self.number(value)
        return self.partial(value) if value else "—"

    def date(self, day: dt.date | str) -> str:
        """Write a day: ``02.11.2026``; of an aware moment its day in the zone."""
        if isinstance(day, str):
            day = datetime.fromisoformat(day)
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return self._fill_day(self._day, day)

    def moment(self, moment: datetime | str) -> str:
        """Write an aware time in the zone: ``24.11.2026 12:00``."""
        parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{self.date(parsed)} {parsed.astimezone(self.zone):%H:%M}"

    def partial(self, day: object) -> str:
        """Write a date known to the year, month or day: ``2021-12`` as ``12.2021``. Other strings are unchanged."""
        text = str(day)
        match = _PARTIAL.match(text)
        if match is None:
            return text
        try:
            first_day = dt.date(int(match[1]), int(match[2]), int(match[3] or 1))
        except ValueError:
            return text
        return self._fill_day(self._day if match[3] else self._month, first_day)

    def _fill_day(self, pattern: str, day: dt.date) -> str:
        return day.strftime(pattern).replace("MMM", self._months[day.month - 1])

    def number(self, value: float) -> str:
        """Write a number with the reader's decimal sign and grouping."""
        digits = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
        return digits.translate(self._signs)

    def add_no_break_spaces(self, sentence: str) -> str:
        """Put no-break spaces where a line must not end: before a dash, after a short preposition, in «75 %»."""
        for pattern, replacement in _BIND:
            sentence = pattern.sub(replacement, sentence)
        return sentence


def _strftime_of(form: str) -> str:
    """Return the pattern of a form such as ``D MMM YYYY``."""
    return re.sub("DD?|MMM?|YYYY|%", lambda part: _DIRECTIVES[part[0]], form)


def _signs_of(number: str) -> dict[int, str]:
    """Return what stands for the English signs of digit groups and of the fraction, as `number` is written: 1,234.5."""
    return str.maketrans(dict(zip(",.", re.split("1|234|5", number)[1:-1], strict=True)))


def choose_language(requested: str | None, environ: Mapping[str, str]) -> str:
    """Return the requested language, else that of ``AUDITOR_LANG``, else the system's; Russian if unsupported."""
    system = next((environ[name] for name in _SYSTEMS if environ.get(name)), "")
    lang = requested or environ.get("AUDITOR_LANG") or re.split(r"[_.@]", system)[0]
    return lang if lang in languages() else RUSSIAN


def alphabetical(name: str) -> tuple[str, str]:
    """Return the sort key of `name` in a Russian dictionary: without case, ё next to е."""
    plain = name.casefold()
    return plain.replace("ё", "е"), plain


def short_name(full: str) -> str:
    """Shorten «Имярек Анна Андреевна», family name first, to «Имярек А. А.» with no-break spaces."""
    family, *given = full.split()[:3] or [""]
    return _NBSP.join([family, *(f"{part[0]}." for part in given)])


def short_place(municipality: str) -> str:
    """Return a municipality's name without its kind where that is clear: «Шестой район» becomes «Шестой»."""
    return re.sub(r"\s+(?:муниципальный\s+)?(?:район|округ)$", "", municipality.strip(), flags=re.IGNORECASE)
