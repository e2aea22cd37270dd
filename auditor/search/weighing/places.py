"""Where a text speaks of a municipality, in any case of the declension."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from auditor.search.weighing.words import Word, declined, fold, gap, plain, words

Span = tuple[int, int]

_AREA = re.compile(r"(?:район|округ|област|кра[йяюе]|республик|поселени|сельсовет|волост)")
_FILLER = ("муниципальн", "городск", "сельск", "образовани", "закрыт", "административн", "территориальн")
_LEAD = ("город", "городск", "муниципальн", "зато", "округ", "образовани", "г", "область", "пгт", "село", "поселок")
_AFTER_LIST = re.compile(r"\s*(?:район\s*)?[—–:|(-]")
_OFFICE = re.compile(
    r"^(?:глав(?:а|ы|е|у|ой)|мэр(?:|а|у|ом|е)|губернатор(?:|а|у|ом|е)|градоначальник(?:|а|у|ом|е)|врио|врип"
    r"|председател(?:ь|я|ю|ем|е)|спикер(?:|а|у|ом|е)|депутат(?:|а|у|ом|е)|head|mayor|governor|chairman|deputy)$"
)


def _is_area(word: str) -> bool:
    return bool(_AREA.match(word))


def office_words(said: Sequence[Word]) -> Iterator[Word]:
    """Yield the words that name a public office."""
    return (word for word in said if _OFFICE.match(word.plain))


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality's name taken apart: `area` is «район» or «област» where its name is an adjective, else empty."""

    name: str
    core: tuple[str, ...]
    area: str = ""

    @classmethod
    def parse(cls, name: str) -> Self:
        """Read «Томский район», «Первомайский муниципальный округ», «городской округ Стрежевой», «ЗАТО Северск»."""
        said = [word.plain for word in words(name)]
        kinds = [place for place, word in enumerate(said) if _is_area(word)]
        if kinds and kinds[-1] > 0 and kinds[-1] == len(said) - 1 and not said[0].startswith(_FILLER):
            core = tuple(word for word in said[: kinds[-1]] if not word.startswith(_FILLER))
            return cls(name, core, "област" if said[-1].startswith("област") else "район")
        core = tuple(word for word in said if word not in _LEAD and not word.startswith(_FILLER))
        return cls(name, core or tuple(said))

    def spans(self, text: str, said: Sequence[Word] | None = None, region: str = "") -> list[Span]:
        """Return where `text` speaks of it. `region` is the name of the region it lies in.

        «Томский район» is found in «главы Томского района», not in «Томская область» nor in «город Томск». The bare
        adjective counts where it cannot mean the region («Верхнекетского»), or where it opens an item of a list.
        """
        said = words(text) if said is None else said
        found = []
        for place in range(len(said) - len(self.core) + 1):
            here = said[place : place + len(self.core)]
            if all(self._is(word, core) for word, core in zip(here, self.core, strict=True)):
                end = self._end(text, said, place, region)
                if end is not None:
                    found.append((here[0].start, end))
        return found

    def said_in(self, text: str, region: str = "") -> bool:
        """Tell whether `text` speaks of it."""
        return bool(self.spans(text, region=region))

    @staticmethod
    def _is(word: Word, core: str) -> bool:
        return (
            word.plain == core or declined(word.plain, core) or (word.text.isascii() and fold(word.text) == fold(core))
        )

    def _end(self, text: str, said: Sequence[Word], place: int, region: str) -> int | None:
        """Return where the mention that begins at `place` ends, or None where it is none."""
        last = place + len(self.core) - 1
        follow = last + 1
        while follow < len(said) and said[follow].plain.startswith(_FILLER) and _close(text, said, follow):
            follow += 1
        kind = said[follow] if follow < len(said) and _close(text, said, follow) else None
        area = kind is not None and (_is_area(kind.plain) or _short_area(text, said, follow))
        if not self.area:
            adjective = self.core[-1].endswith(("ой", "ый", "ий"))
            return None if area or (adjective and not said[last].capital) else said[last].end
        if area and kind is not None:
            if kind.plain.endswith(("ы", "ов", "ам", "ами", "ах")):  # «Первый и Второй районы»: one of several
                return None
            same = kind.plain.startswith("област") == (self.area == "област")
            wrong = not kind.plain.startswith(("район", "округ", "област", "р"))
            return kind.end if same and not wrong else None
        return said[last].end if self.area == "район" and self._lone(text, said, place, region) else None

    def _lone(self, text: str, said: Sequence[Word], place: int, region: str) -> bool:
        """Tell whether the adjective alone names the district."""
        last = said[place + len(self.core) - 1]
        masculine = last.plain.endswith(("ий", "ый", "ой", *("ого", "его", "ому", "ему", "ом", "ем", "ым", "им")))
        if not last.capital or not masculine:
            return False
        before = text[: said[place].start].rstrip(" \t•*-–—·")
        opens = not before or before[-1] in "\n;." or not (before[-1].isalnum() or before[-1] in ",«\"'()")
        if opens and _AFTER_LIST.match(text[last.end :]):
            return True
        follow = said[place + len(self.core)] if place + len(self.core) < len(said) else None
        noun = follow is not None and not follow.capital and gap(text, last, follow).strip() == ""
        of_region = _root(self.core[-1]) == _root(plain(region.split(maxsplit=1)[0])) if region else False
        return self.core[-1].endswith(("ский", "цкий")) and not noun and not of_region


def spans_of(names: Iterable[str], text: str, said: Sequence[Word], region: str = "") -> dict[str, list[Span]]:
    """Return where `text` speaks of each municipality; «Двадцать второй район» is no word of «Второй район»."""
    found = {name: Municipality.parse(name).spans(text, said, region) for name in dict.fromkeys(names)}
    every = [span for spans in found.values() for span in spans]

    def inner(span: Span) -> bool:
        return any(one[0] <= span[0] and span[1] <= one[1] and one != span for one in every)

    return {name: [span for span in spans if not inner(span)] for name, spans in found.items()}


def _root(adjective: str) -> str:
    return re.sub(r"(?:ий|ый|ой|ая|яя|ое)$", "", adjective)


def _close(text: str, said: Sequence[Word], place: int) -> bool:
    """Tell whether a word follows the one before it with no more than a blank or a quote between."""
    return place > 0 and gap(text, said[place - 1], said[place]).strip(' \t\u00a0«»"') == ""


def _short_area(text: str, said: Sequence[Word], place: int) -> bool:
    """Read «р-н» and «р-на»."""
    return bool(re.match(r"р-н[ауе]?(?:ом)?\b", text[said[place].start :], re.IGNORECASE))
