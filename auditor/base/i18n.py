"""The reader's language: translated sentences, and dates, numbers and names by its rules.

English sentences are the catalogue's keys. Translations are ``auditor/locales/ru.po``. It is compiled when the package
is built; a file that was changed since is compiled as it is read.
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

from auditor.base.text import Scalar, Text

RUSSIAN = "ru"
_SYSTEMS = ("LC_ALL", "LC_MESSAGES", "LANG")
"""Where a system says which language its user reads: the first that is set counts."""

_LOCALES = Path(__file__).resolve().parent.parent / "locales"
_FORMATS = {"ru": ("%d.%m.%Y", "%m.%Y"), "en": ("%-d %b %Y", "%b %Y")}
"""How a day and a month are written; nothing sets Python's locale, so its months are English."""
_NBSP = "\N{NO-BREAK SPACE}"
_SIGNS = {"ru": str.maketrans({",": _NBSP, ".": ","}), "en": {}}
"""What stands between the groups of a number's digits, and before its fraction."""
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
    """Read a language's catalogue, compiled if it was not changed since."""
    written, compiled = _LOCALES / f"{lang}.po", _LOCALES / f"{lang}.mo"
    if not written.is_file():
        return NullTranslations()
    if compiled.is_file() and compiled.stat().st_mtime >= written.stat().st_mtime:
        return GNUTranslations(BytesIO(compiled.read_bytes()))
    return GNUTranslations(BytesIO(compile_catalogue(written)))


def compile_catalogue(written: Path) -> bytes:
    """Compile a ``*.po`` file. A fuzzy translation is left out, as msgfmt does."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - what was compiled before needs no compiler
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    compiled = BytesIO()
    with written.open("rb") as file:
        write_mo(compiled, read_po(file, locale=written.stem))
    return compiled.getvalue()


class Translator:
    """Speaks one language. `zone` is the registry's: every time is written in it."""

    def __init__(self, lang: str = RUSSIAN, zone: tzinfo = UTC) -> None:
        """Raise `ValueError` for a language in which no report can be read."""
        if lang not in _FORMATS:
            raise ValueError(f"there is no language {lang!r}; choose {' or '.join(sorted(_FORMATS))}")
        self.lang = lang
        self.zone = zone
        self._day, self._month = _FORMATS[lang]

    def in_zone(self, zone: tzinfo) -> "Translator":
        """Return the same language with times written in `zone`."""
        return Translator(self.lang, zone)

    def gettext(self, message: str) -> str:
        """Return `message` in the reader's language, with its places still open."""
        return _translations(self.lang).gettext(message) if message else ""

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Return the form for `count`, with its places still open."""
        return _translations(self.lang).ngettext(singular, plural, count)

    def text(self, text: Text) -> str:
        """Return the whole sentence. Raises `KeyError` if a place has no parameter."""
        if text.plural is not None:
            sentence = self.ngettext(text.message, text.plural, text.count or 0)
        else:
            sentence = self.gettext(text.message)
        return self._fill(sentence, text.params)

    def translate(self, message: str, /, **params: Scalar | Text) -> str:
        """Translate and fill in one go: ``say("{n} of {total}", n=3, total=20)``."""
        return self._fill(self.gettext(message), params)

    def count(self, singular: str, plural: str, count: int, /, **params: Scalar | Text) -> str:
        """Translate the form for `count`, which is also the place ``{n}``."""
        return self._fill(self.ngettext(singular, plural, count), {"n": count, **params})

    def _fill(self, sentence: str, params: Mapping[str, Scalar | Text]) -> str:
        # One pass and no attribute access, so that braces in a parameter stay as they are.
        return _PLACE.sub(lambda place: self.value(params[place[1]]), sentence)

    def value(self, value: Scalar | Text) -> str:
        """Write one parameter by the reader's rules. A string that is a partial date is written as one."""
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
        """Write a day: ``02.11.2026``; an aware moment gives its day in the zone."""
        if isinstance(day, str):
            day = datetime.fromisoformat(day)
        if isinstance(day, datetime):
            day = day.astimezone(self.zone).date()
        return day.strftime(self._day)

    def moment(self, moment: datetime | str) -> str:
        """Write an aware time in the zone: ``24.11.2026 12:00``."""
        known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        return f"{self.date(known)} {known.astimezone(self.zone):%H:%M}"

    def partial(self, written: str) -> str:
        """Write a date known to the year, month or day: ``2021-12`` as ``12.2021``. Other strings stay."""
        match = _PARTIAL.match(written)
        if match is None:
            return written
        year, month, day = int(match[1]), int(match[2]), int(match[3] or 1)
        try:
            first = dt.date(year, month, day)
        except ValueError:
            return written
        return first.strftime(self._day if match[3] else self._month)

    def number(self, value: float) -> str:
        """Write a number with the reader's decimal sign and grouping."""
        digits = f"{value:,}" if isinstance(value, int) else f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
        return digits.translate(_SIGNS[self.lang])

    def add_no_break_spaces(self, sentence: str) -> str:
        """Put non-breaking spaces where a line must not end: before a dash, after a short preposition, in «75 %»."""
        for pattern, bound in _BIND:
            sentence = pattern.sub(bound, sentence)
        return sentence


def choose_language(asked: str | None, environ: Mapping[str, str]) -> str:
    """Return the language that was asked for, by ``AUDITOR_LANG`` or by the system; Russian where it is neither."""
    system = next((environ[name] for name in _SYSTEMS if environ.get(name)), "")
    wanted = asked or environ.get("AUDITOR_LANG") or re.split(r"[_.@]", system)[0]
    return wanted if wanted in _FORMATS else RUSSIAN


def alphabetical(name: str) -> tuple[str, str]:
    """Return what to sort `name` by, as a Russian dictionary does: without case, ё next to е."""
    plain = name.casefold()
    return plain.replace("ё", "е"), plain


def short_name(full: str) -> str:
    """Shorten «Имярек Анна Андреевна», family name first, to «Имярек А. А.» with non-breaking spaces."""
    family, *given = full.split()[:3] or [""]
    return _NBSP.join([family, *(f"{part[0]}." for part in given)])


def short_place(municipality: str) -> str:
    """Leave out the kind of a municipality if its name is clear without it: «Шестой район» is «Шестой»."""
    return re.sub(r"\s+(?:муниципальный\s+)?(?:район|округ)$", "", municipality.strip(), flags=re.IGNORECASE)
