"""Where a text speaks of a municipality or a public office, in any case of the declension."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from auditor.search.scoring.word_forms import Word, declined, fold_key, gap, plain, words

TextSpan = tuple[int, int]

_AREA = re.compile(r"(?:район|округ|област|кра[йяюе]|республик|поселени|сельсовет|волост)")
_SHORT_AREA = re.compile(r"р-н[ауе]?(?:ом)?\b", re.IGNORECASE)
_SEVERAL = re.compile(r"(?:ы|ов|ам|ами|ах)$")
_FILLER = ("муниципальн", "городск", "сельск", "образовани", "закрыт", "административн", "территориальн")
_LEAD = ("город", "городск", "муниципальн", "зато", "округ", "образовани", "г", "область", "пгт", "село", "поселок")
_MASCULINE = re.compile(r"(?:[иыо]й|[ое]го|[ое]му|[оеыи]м)$")
_OFFICE = re.compile(
    r"^(?:глав(?:а|ы|е|у|ой)|мэр(?:|а|у|ом|е)|губернатор(?:|а|у|ом|е)|градоначальник(?:|а|у|ом|е)|врио|врип"
    r"|председател(?:ь|я|ю|ем|е)|спикер(?:|а|у|ом|е)|депутат(?:|а|у|ом|е)|head|mayor|governor|chairman|deputy)$"
)

_KINDS = (("губернатор", "governor"), ("председател", "спикер", "депутат", "chairman", "deputy"))
"""Offices that no head of a municipality has by being one."""


def office_words(said: Sequence[Word]) -> Iterator[Word]:
    """Yield the words that name a public office."""
    return (word for word in said if _OFFICE.match(word.plain))


def of_another_office(title: str, said: Sequence[Word]) -> bool:
    """Tell whether an office is named that is neither a head's nor `title`: a governor's, a deputy's."""
    mine, named = title.casefold(), [word.plain for word in office_words(said)]
    return any(word.startswith(kind) for kind in _KINDS for word in named if not any(stem in mine for stem in kind))


@dataclass(frozen=True, slots=True)
class _PlaceName:
    """A municipality's name taken apart: `area` is «район» or «област» where its name is an adjective, else empty."""

    core: tuple[str, ...]
    area: str = ""


@lru_cache(maxsize=4096)
def _parsed(name: str) -> _PlaceName:
    """Read «Томский район», «Первомайский муниципальный округ», «городской округ Стрежевой», «ЗАТО Северск»."""
    said = [word.plain for word in words(name)]
    if len(said) > 1 and _AREA.match(said[-1]) and not said[0].startswith(_FILLER):
        kinds = [place for place, word in enumerate(said) if _AREA.match(word)]
        core = tuple(word for word in said[: kinds[-1]] if not word.startswith(_FILLER))
        return _PlaceName(core, "област" if said[-1].startswith("област") else "район")
    core = tuple(word for word in said if word not in _LEAD and not word.startswith(_FILLER))
    return _PlaceName(core or tuple(said))


def core_of(name: str) -> str:
    """Return the last word by which a municipality is called."""
    return next(reversed(_parsed(name).core), "")


def place_spans(name: str, text: str, said: Sequence[Word] | None = None, region: str = "") -> list[TextSpan]:
    """Return where `text` speaks of a municipality. `region` is the name of the region it lies in.

    «Томский район» is found in «главы Томского района», not in «Томская область» nor in «город Томск». The bare
    adjective counts where it cannot mean the region: «Верхнекетского».
    """
    said = words(text) if said is None else said
    wanted = _parsed(name)
    size = len(wanted.core)
    found = []
    for place in range(len(said) - size + 1 if size else 0):
        if all(_is(word, core) for word, core in zip(said[place : place + size], wanted.core, strict=True)):
            end = _end(wanted, text, said, place + size - 1, region)
            if end is not None:
                found.append((said[place].start, end))
    return found


def _is(word: Word, core: str) -> bool:
    return (
        word.plain == core
        or declined(word.plain, core)
        or (word.text.isascii() and fold_key(word.text) == fold_key(core))
    )


def _end(wanted: _PlaceName, text: str, said: Sequence[Word], last: int, region: str) -> int | None:
    """Return where the mention whose last proper word is at `last` ends, or None where it is none."""
    follow = last + 1
    while follow < len(said) and said[follow].plain.startswith(_FILLER) and _close(text, said, follow):
        follow += 1
    kind = said[follow] if follow < len(said) and _close(text, said, follow) else None
    area = kind is not None and bool(_AREA.match(kind.plain) or _SHORT_AREA.match(text, kind.start))
    if not wanted.area:
        adjective = wanted.core[-1].endswith(("ой", "ый", "ий"))
        return None if area or (adjective and not said[last].capital) else said[last].end
    if kind is None or not area:
        return said[last].end if wanted.area == "район" and _is_adjective_alone(text, said, last, region) else None
    if _SEVERAL.search(kind.plain):  # «Первый и Второй районы»: one of several
        return None
    region_meant = kind.plain.startswith("област")
    fits = region_meant == (wanted.area == "област") and kind.plain.startswith(("район", "округ", "област", "р"))
    return kind.end if fits else None


def _is_adjective_alone(text: str, said: Sequence[Word], last: int, region: str) -> bool:
    """Tell whether an adjective alone names the district."""
    word = said[last]
    noun = any(not other.capital and gap(text, word, other).strip() == "" for other in said[last + 1 : last + 2])
    of_region = region and _root(word.plain) == _root(plain(region.split(maxsplit=1)[0]))
    shaped = word.capital and re.search(r"[сц]к\w+$", word.plain) and _MASCULINE.search(word.plain)
    return bool(shaped and not noun and not of_region)


def spans_of(names: Iterable[str], text: str, said: Sequence[Word], region: str = "") -> dict[str, list[TextSpan]]:
    """Return where `text` speaks of each municipality; «Двадцать второй район» is no word of «Второй район»."""
    found = {name: place_spans(name, text, said, region) for name in dict.fromkeys(names)}
    every = [span for some in found.values() for span in some]

    def inner(span: TextSpan) -> bool:
        return any(one[0] <= span[0] and span[1] <= one[1] and one != span for one in every)

    return {name: [span for span in some if not inner(span)] for name, some in found.items()}


def _root(adjective: str) -> str:
    return re.sub(r"(?:[иыо]й|[ая]я|ое|[ое]го|[ое]му|[оеыи]м)$", "", adjective)


def _close(text: str, said: Sequence[Word], place: int) -> bool:
    """Tell whether a word follows the one before it with no more than a blank or a quote between."""
    return place > 0 and gap(text, said[place - 1], said[place]).strip(' \t\u00a0«»"') == ""
