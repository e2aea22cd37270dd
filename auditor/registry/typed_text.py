"""Read what people type or paste about an office: dates, names, pages and sources in the forms that offices use.

Blanks, quotes and dashes of Word are understood. Each reader returns the value or raises `ValueError` with a sentence
that says what to write instead.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from auditor.base.address import Address, web_address
from auditor.base.snapshot import Network
from auditor.base.weeks import PartialDate
from auditor.registry.model_reader import invalid
from auditor.registry.models import (
    PATRONYMIC,
    AnyNetworkKey,
    OfficeGroup,
    one_alphabet,
    other_network,
    parse_network,
    parse_partial_date,
    person_name,
)

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_QUOTES = "\"'“”„‟‘’‚‛`«»"
_DASHES = re.compile("[\u2010-\u2015\u2212]")


def plain_text(value: Any) -> str:
    """Return what is in a cell or was typed as one line: without unseen signs, with plain blanks, out of its quotes."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", " ".join(_UNSEEN.sub("", "" if value is None else str(value)).split()))
    return text.strip(_QUOTES).strip() if text[:1] in _QUOTES and text[-1:] in _QUOTES else text


_LOOK_ALIKE = str.maketrans("aceopxykmthb", "асеорхукмтнв")


def look_alike(text: str) -> str:
    """Return a text in small letters with Russian ones in the place of the Latin that look like them."""
    return text.translate(_LOOK_ALIKE)


def _plain_words(value: Any) -> str:
    """Return a text for comparison with Russian words: small, without a last stop, no letter Latin that looks alike."""
    text = _DASHES.sub("-", plain_text(value)).casefold().replace("ё", "е")
    return look_alike(text).strip(" .!")


_UNKNOWN = re.compile(
    r"(?:пока )?не (?:знаю|знаем|известн\w+)|неизвестн\w+|нет (?:данных|сведений|информации)|н ?/ ?д|-+|\?+"
)
_NONE = re.compile(
    r"нету?(?: (?:личн\w+ )?(?:страниц|аккаунт|сайт)\w*)?|(?:страниц|аккаунт|сайт)\w* нет|отсутству\w+|удален\w?"
    r"|не (?:име|вед)\w+|не зарегистрирован\w*"
)


def says_unknown(value: Any) -> bool:
    """Return whether it is said that an answer is not known, with which an empty cell would say the same."""
    return _UNKNOWN.fullmatch(_plain_words(value)) is not None


def _says_none(value: Any) -> bool:
    """Return whether it is said that there is none."""
    return _NONE.fullmatch(_plain_words(value)) is not None


# Dates ----------------------------------------------------------------------------------------------------------------

_MONTHS = ("янв", "фев", "мар", "апр", "ма[йя]", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_YEAR = r"(?P<year>\d{4}|\d{2})(?: ?(?:г\.?|год[ау]?))?"
_DATE_FORMS = (
    re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?(?: \d{2}:\d{2}:\d{2})?"),
    re.compile(rf"(?P<day>\d{{1,2}}) ?[./-] ?(?P<month>\d{{1,2}}) ?[./-] ?{_YEAR}"),
    re.compile(r"(?P<month>\d{1,2})[./](?P<year>\d{4})"),
    re.compile(rf"(?:(?P<day>\d{{1,2}}) )?(?P<word>[а-я]{{3,8}})\.? {_YEAR}"),
    re.compile(r"(?P<year>\d{4}) ?(?:г\.?|год[ау]?)"),
)
_EXCEL_ZERO, _EXCEL_DAYS = date(1899, 12, 30), range(10_000, 80_000)
"""Spreadsheets count days; a cell of another format shows the count."""


def read_date(value: Any) -> PartialDate:
    """Return a date known to the day, the month or the year: ``01.02.2024``, «февраль 2024», ``2024``."""
    if isinstance(value, datetime | date):
        return parse_partial_date(f"{value:%Y-%m-%d}")
    text = _DASHES.sub("-", plain_text(value)).casefold().removeprefix("с ").removeprefix("в ").strip(" .")
    if text.isdecimal() and int(text) in _EXCEL_DAYS:
        return parse_partial_date((_EXCEL_ZERO + timedelta(days=int(text))).isoformat())
    match = next((match for form in _DATE_FORMS if (match := form.fullmatch(text))), None)
    parts = match.groupdict() if match else {}
    month = _month_of(parts["word"]) if parts.get("word") else parts.get("month")
    if not parts or month == 0:
        raise invalid("{text} is no date; write it like 01.02.2024, 02.2024 or 2024", text=repr(plain_text(value)))
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    numbers = [part for part in (month, parts.get("day")) if part]
    try:
        return parse_partial_date("-".join([f"{year:04}", *(f"{int(part):02}" for part in numbers)]))
    except ValueError:
        raise invalid("{text} is no day of the calendar; write it like 01.02.2024", text=repr(text)) from None


def _month_of(word: str) -> int:
    return next((number for number, stem in enumerate(_MONTHS, 1) if re.match(stem, word)), 0)


# People and offices ---------------------------------------------------------------------------------------------------

HEAD, ACTING, VACANT, NO_PAGE = "глава", "и. о.", "вакантно", "нет"
"""What an office may say of who holds it, and of a page that there is none."""
_PLACE = r"(?:глав\w*|мэра?|район\w*|город\w*|округ\w*|муниципал\w+|зато)*"
_STATUSES = {
    HEAD: rf"(?:глава|мэр|избран\w*|назначен\w*){_PLACE}",
    ACTING: rf"(?:(?:вр\.?)?и\.?о\.?|(?:временно)?исполняющ\w+обязанности){_PLACE}",
    VACANT: r"(?:по-?прежнему|всееще|еще)?(?:должность)?(?:вакантн\w*|вакансия|никто|незанята|свободн\w*)",
}
"""The forms of each, without blanks."""


def read_status(value: Any) -> str:
    """Return `HEAD`, `ACTING` or `VACANT`."""
    bare = _plain_words(value).replace(" ", "")
    status = next((status for status, form in _STATUSES.items() if re.fullmatch(form, bare)), None)
    if status is None:
        raise invalid(
            "{text} says not who holds the office; write «глава», «и. о.» or «вакантно»", text=repr(plain_text(value))
        )
    return status


LEVELS = {
    "глава муниципалитета": OfficeGroup.MUNICIPAL_HEAD,
    "депутат городской думы": OfficeGroup.CITY_DUMA,
    "губернатор": OfficeGroup.GOVERNOR,
    "учреждение": OfficeGroup.INSTITUTION,
}
"""What a new office may be, in the order of its numbers: the first is bound by most directives."""


def read_level(value: Any) -> OfficeGroup:
    """Return the group of an office: by its number from 1 on, or by the first word of its name."""
    text = plain_text(value).casefold()
    numbers = {str(number): group for number, group in enumerate(LEVELS.values(), 1)}
    by_word = {name.split()[0]: group for name, group in LEVELS.items()}
    group = numbers.get(text) or by_word.get((text.split() or [""])[0])
    if group is None:
        raise invalid("{text} is no level; write a number or one of: {known}", text=repr(text), known=", ".join(LEVELS))
    return group


def read_place(value: Any) -> str:
    """Return what a municipality, a region or an office is called."""
    text = plain_text(value)
    if not re.search(r"[^\W\d_]{2}", text):
        raise invalid("{text} is no name; write it in words", text=repr(text))
    return one_alphabet(text)


def title_of_head(municipality: str) -> str:
    """Return the usual title of a head, «глава Первого района»; empty where the genitive is not plain."""
    forms = [_genitive(word) for word in municipality.split()]
    return f"глава {' '.join(forms)}" if all(forms) else ""


_GENITIVES = {
    "ый": "ого",
    "ой": "ого",
    "кий": "кого",
    "ний": "него",
    "жий": "жего",
    "район": "района",
    "округ": "округа",
}


def _genitive(word: str) -> str:
    return next((word.removesuffix(end) + other for end, other in _GENITIVES.items() if word.endswith(end)), "")


def read_name(value: Any) -> str:
    """Return a person's whole name, the family name first."""
    text = one_alphabet(plain_text(value))
    words = [word.title() if word.isupper() and len(word) > 1 else word for word in text.split()]
    if re.search(r"[A-Za-z]", text) and not re.search(r"\d|@|https?:", text):
        raise invalid("{text} is in Latin letters; write the name in Russian ones", text=repr(text))
    if len(words) < 2 or any("." in word for word in words):
        raise invalid("{text} is not the whole name; write family name, given name and patronymic", text=repr(text))
    if re.search(r"\d|@|https?:", text) or not _is_capitalised(words):
        raise invalid(
            "{text} is no name; write family name, given name and patronymic, each with a capital letter",
            text=repr(text),
        )
    if not _is_one_person(words):
        raise invalid(
            "more than one person's name stands here: {text}; write family name, given name and patronymic alone",
            text=repr(text),
        )
    return person_name(" ".join(words))


_PARTICLES = {"оглы", "оглу", "кызы", "гызы", "уулу", "фон", "ван", "дер", "де"}
"""Words of names that are written small."""
_OFFICE_WORDS = {"глава", "главы", "мэр", "мэра", "врио", "район", "района", "округ", "округа", "город", "города"}


def _is_capitalised(words: Sequence[str]) -> bool:
    """Return whether each word of a name, a particle apart, begins with a capital letter; remarks do not."""
    letters = [letter for word in words if word not in _PARTICLES for letter in re.findall(r"[^\W\d_]", word)[:1]]
    return all(letter.isupper() for letter in letters)


def _is_one_person(words: Sequence[str]) -> bool:
    """Return whether words are one person's name, and nothing of an office or another name stands among them."""
    small = {word.casefold() for word in words}
    patronymic_count = sum(PATRONYMIC.search(word) is not None for word in words[1:])  # some family names end so too
    is_usual = len(words) == 3 and patronymic_count == 1
    is_long = len(words) > 3 and not (patronymic_count or _PARTICLES & small)
    is_plain = all(re.fullmatch(r"[^\W\d_](?:['’-]?[^\W\d_])*", word) for word in words)
    return is_plain and patronymic_count < 2 and not is_long and (is_usual or not _OFFICE_WORDS & small)


# Networks -------------------------------------------------------------------------------------------------------------

_SPOKEN = {
    "vk": re.compile(r"вк|vkontakte|вконтакте?|vk\.(?:com|ru)"),
    "telegram": re.compile(r"tg|тг|телег\w*|t\.me"),
    "ok": re.compile(r"ок|одноклас+ник\w*|odnoklassniki|ok\.ru"),
    "max": re.compile(r"макс|мах|max\.ru"),
}
"""What people call a network beside its name, by its key."""


def read_network(value: Any) -> AnyNetworkKey:
    """Return the network that is called so: by its key, its name or as people speak of it."""
    text = plain_text(value).strip(".").casefold()
    names = {network.facts.name.casefold(): network for network in Network}
    spoken = next((key for key, form in _SPOKEN.items() if form.fullmatch(text)), text)
    return names.get(text) or parse_network(spoken)


def read_networks(value: Any) -> list[AnyNetworkKey]:
    """Return the networks that are named, parted by blanks, commas or «и», each once."""
    text = re.sub(r"\bв контакте?\b", "вконтакте", plain_text(value).casefold())
    words = (word for word in re.split(r"[\s,;+/]+", text) if word not in {"", "и", "and"})
    return list(dict.fromkeys(map(read_network, words)))


# Pages ----------------------------------------------------------------------------------------------------------------

_TAKEN_OVER = re.compile(r"(?:перешл\w+|передан\w*|достал\w+|от прежн\w+ глав\w+|прежн\w+ глав\w+)", re.IGNORECASE)


def read_page(value: Any, network: AnyNetworkKey) -> Address | str | None:
    """Return the address of a page on `network`; None where it is said that there is none."""
    text = plain_text(value)
    if _says_none(text):
        return None
    if len(re.findall(r"[\w-]\.\w+/", text)) > 1:
        raise invalid("two pages stand here; write one, and the other by `auditor accounts confirm`")
    if isinstance(network, Network) and re.fullmatch(r"[\w.]{3,}", text, re.ASCII) and "." not in text:
        text = f"{network.facts.host}/{text}"
    page = read_any_page(text)
    actual = page.network if isinstance(page, Address) else other_network(page)
    if actual is not network:
        raise invalid("{page} is a page on another network; write it into the column of its own", page=str(page))
    return page


def read_any_page(value: Any) -> Address | str:
    """Return the address of a page on any network that an office is asked about."""
    text = plain_text(value).rstrip(",;")
    if other_network(text) is not None:
        return web_address(text if "://" in text else f"https://{text}")
    return Address.parse(text)


def read_pages(value: Any) -> list[Address | str]:
    """Return the addresses of pages, parted by blanks, commas or line ends; none for «нет»."""
    if _says_none(value):
        return []
    return [read_any_page(word) for word in re.split(r"[\s,;]+", str(value)) if plain_text(word)]


@dataclass(frozen=True, slots=True)
class PageDate:
    """Since when a page is the holder's, and whether it was the holder's before in the same office."""

    day: PartialDate
    taken_over: bool = False


def read_page_date(value: Any) -> PageDate:
    """Return since when a page is the holder's; «перешла 01.02.2024» of one taken over."""
    if isinstance(value, datetime | date):
        return PageDate(read_date(value))
    text, count = _TAKEN_OVER.subn(" ", plain_text(value))
    day = read_date(plain_text(text))
    if count and not day.exact:
        raise invalid("{day} is not a whole day; of a page taken over write it like 01.02.2024", day=str(day))
    return PageDate(day, taken_over=bool(count))


def read_staff(value: Any) -> list[Address | str]:
    """Return the accounts that answer on the holder's behalf: addresses, or numbers that the registry has already.

    None for «нет», and for «сам»: the head alone answers.
    """
    if _says_none(value) or _ALONE.fullmatch(_plain_words(value)):
        return []
    words = [plain_text(word) for word in re.split(r"[\s,;]+", str(value))]
    return [word if word.isdecimal() else Address.parse(word) for word in words if word]


_ALONE = re.compile(r"(?:только |отвечает )?(?:(?:сам\w?|лично|самостоятельно|глава|никто) ?){1,2}")


def read_website(value: Any) -> str:
    """Return the address of an official site, whose scheme may be left out; empty for «нет»."""
    text = plain_text(value)
    if _says_none(text):
        return ""
    url = web_address(text if "://" in text or not _looks_like_host(text) else f"https://{text}")
    if Address.read(url) is not None or other_network(url) is not None:
        raise invalid("{url} is a page on a network, and no site; write it among the pages", url=url)
    return url


def _looks_like_host(text: str) -> bool:
    return re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?", text) is not None


# Sources --------------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"(?:№|\bN[o°º]?\.?|#|\bномер)\s*[\w/.-]*\d", re.IGNORECASE)
_DATED = re.compile(r"\bот\s+([\d./-]{6,10}|\d{1,2}\s+[а-я]+\s+\d{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CitedSource:
    """Where something is published or filed, and the day of a document."""

    text: str
    day: date | None = None


def read_source(value: Any) -> CitedSource:
    """Return a source: the address of a page, or a document with number and date."""
    text = plain_text(value)
    if "://" in text or _looks_like_host(text):
        return CitedSource(web_address(text if "://" in text else f"https://{text}"))
    days = [day for match in _DATED.finditer(text) for day in _days_in(match[1])]
    if not days or not _NUMBER.search(text):
        raise invalid(
            "{text} can be checked by nobody; write an address, or number and date: письмо № 12 от 01.12.2026",
            text=repr(text),
        )
    return CitedSource(text, days[0])


def _days_in(text: str) -> Iterator[date]:
    try:
        day = read_date(text)
    except ValueError:
        return
    if day.exact:
        yield day.first
