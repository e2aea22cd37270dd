"""Where a text names a municipality or a public office, in any case of the declension."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from auditor.search.patterns import pattern
from auditor.search.scoring.word_forms import Word, declined, fold_key, plain, split_words, text_between

TextSpan = tuple[int, int]

_SHORT_AREA = re.compile(r"р-н[ауе]?(?:ом)?\b", re.IGNORECASE)
_MASCULINE = re.compile(r"(?:[иыо]й|[ое]го|[ое]му|[оеыи]м)$")
_KINDS = (("губернатор", "governor"), ("председател", "спикер", "депутат", "chairman", "deputy"))
"""Offices that are not a head of municipality's, with alternative stems for each."""


def office_words(words: Sequence[Word]) -> Iterator[Word]:
    """Yield the words that name a public office."""
    return (word for word in words if pattern("office").fullmatch(word.plain))


def of_another_office(title: str, words: Sequence[Word]) -> bool:
    """Return whether the words name an office, such as a governor's or deputy's, that is not in `title`."""
    own_title, office_names = title.casefold(), [word.plain for word in office_words(words)]
    other_kinds = [kind for kind in _KINDS if not any(stem in own_title for stem in kind)]
    return any(word.startswith(kind) for kind in other_kinds for word in office_names)


@dataclass(frozen=True, slots=True)
class _PlaceName:
    """A municipality's name in parts: its proper words, and «район» or «област» after an adjective, else empty."""

    core: tuple[str, ...]
    area: str = ""


@lru_cache(maxsize=4096)
def _parsed(name: str) -> _PlaceName:
    """Read «Томский район», «Первомайский муниципальный округ», «городской округ Стрежевой», «ЗАТО Северск»."""
    words = [word.plain for word in split_words(name)]
    own_words = [word for word in words if not pattern("filler").match(word)]
    if len(words) > 1 and pattern("area").match(words[-1]) and words[0] in own_words:
        last_area = max(index for index, word in enumerate(own_words) if pattern("area").match(word))
        core = tuple(own_words[:last_area])
        return _PlaceName(core, "област" if words[-1].startswith("област") else "район")
    core = tuple(word for word in own_words if not pattern("before_a_place").fullmatch(word))
    return _PlaceName(core or tuple(words))


def core_of(name: str) -> str:
    """Return the last proper word of a municipality's name; empty if it has none."""
    return next(reversed(_parsed(name).core), "")


def place_spans(name: str, text: str, words: Sequence[Word] | None = None, region: str = "") -> list[TextSpan]:
    """Return where `text` names a municipality. `region` is the name of the region it lies in.

    «Томский район» is found in «главы Томского района», but neither in «Томская область» nor in «город Томск». An
    adjective alone counts if it cannot mean the region: «Верхнекетского».
    """
    words = split_words(text) if words is None else words
    place_name = _parsed(name)
    size = len(place_name.core)
    spans = []
    for index in range(len(words) - size + 1 if size else 0):
        if all(_matches(word, core) for word, core in zip(words[index : index + size], place_name.core, strict=True)):
            end = _mention_end(place_name, text, words, index + size - 1, region)
            if end is not None:
                spans.append((words[index].start, end))
    return spans


def _matches(word: Word, core: str) -> bool:
    is_transliterated = word.text.isascii() and fold_key(word.text) == fold_key(core)
    return word.plain == core or is_transliterated or declined(word.plain, core)


def _mention_end(place_name: _PlaceName, text: str, words: Sequence[Word], last_index: int, region: str) -> int | None:
    """Return where the place name whose last proper word is at `last_index` ends; None if it is another place."""
    kind_word, last_word = _area_word(text, words, last_index), words[last_index]
    if not place_name.area:
        is_adjective = place_name.core[-1].endswith(("ой", "ый", "ий"))
        return None if kind_word or (is_adjective and not last_word.capital) else last_word.end
    if kind_word is None:
        is_alone = place_name.area == "район" and _is_adjective_alone(text, words, last_index, region)
        return last_word.end if is_alone else None
    if pattern("several").search(kind_word.plain):  # «Первый и Второй районы» are several
        return None
    is_region = kind_word.plain.startswith("област")
    fits = is_region == (place_name.area == "област") and kind_word.plain.startswith(("район", "округ", "област", "р"))
    return kind_word.end if fits else None


def _area_word(text: str, words: Sequence[Word], index: int) -> Word | None:
    """Return «район», «округ» or «область» after the word at `index` and words such as «муниципальный»; else None."""
    for following in itertools.takewhile(partial(_follows_closely, text, words), range(index + 1, len(words))):
        word = words[following]
        if not pattern("filler").match(word.plain):
            return word if pattern("area").match(word.plain) or _SHORT_AREA.match(text, word.start) else None
    return None


def _is_adjective_alone(text: str, words: Sequence[Word], index: int, region: str) -> bool:
    """Return whether the adjective at `index` alone names the district."""
    word = words[index]
    following = [other for other in words[index + 1 : index + 2] if text_between(text, word, other).strip() == ""]
    noun_follows = any(not other.capital for other in following)
    is_of_region = region and _root(word.plain) == _root(plain(region.split(maxsplit=1)[0]))
    has_shape = word.capital and re.search(r"[сц]к\w+$", word.plain) and _MASCULINE.search(word.plain)
    return bool(has_shape and not noun_follows and not is_of_region)


def spans_of(names: Iterable[str], text: str, words: Sequence[Word], region: str = "") -> dict[str, list[TextSpan]]:
    """Return where `text` names each municipality, without spans inside another: «Двадцать второй район»."""
    spans_by_name = {name: place_spans(name, text, words, region) for name in dict.fromkeys(names)}
    all_spans = [span for some in spans_by_name.values() for span in some]

    def is_inner(span: TextSpan) -> bool:
        return any(outer[0] <= span[0] and span[1] <= outer[1] and outer != span for outer in all_spans)

    return {name: [span for span in some if not is_inner(span)] for name, some in spans_by_name.items()}


def _root(adjective: str) -> str:
    return re.sub(r"(?:[иыо]й|[ая]я|ое|[ое]го|[ое]му|[оеыи]м)$", "", adjective)


def _follows_closely(text: str, words: Sequence[Word], index: int) -> bool:
    """Return whether only blanks or quotes are between the word at `index` and the one before it."""
    return index > 0 and text_between(text, words[index - 1], words[index]).strip(' \t\u00a0«»"') == ""
