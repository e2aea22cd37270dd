"""How well the name on a page, or in a text, agrees with an official's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from auditor.search.scoring.person_names import FullName, canonical, is_patronymic
from auditor.search.scoring.spelling import spellings
from auditor.search.scoring.word_forms import Word, clean, declined, fold_key, gap, plain, words


class NameFit(IntEnum):
    """How much of a name agrees, the more the higher."""

    OTHER = -1
    """It is the name of somebody else: a part is there and is another."""
    NONE = 0
    FAMILY = 1
    """The family name alone."""
    GIVEN = 2
    """The given name and the patronymic without the family name."""
    INITIAL = 3
    """The family name and one initial; with a short form of the given name: SHORT."""
    SHORT = 4
    INITIALS = 5
    NAME = 6
    """The family name and the given name; with the patronymic: FULL."""
    FULL = 7

    @property
    def agrees(self) -> bool:
        """Tell whether it may well be the person's name: more than the family name, and nothing against it."""
        return self >= NameFit.INITIAL


@dataclass(frozen=True, slots=True)
class NameOccurrence:
    """A place in a text with a name, or with another one that shares its family name."""

    start: int
    end: int
    fit: NameFit
    half: bool = False
    """It has one half of a double family name."""


_WALL = re.compile(r"[|/•·—–:;()\[\]{}«»\"\n]|\s-\s")
# «Канал Имярека Бориса»: after such a word a name is in the genitive; a title that is a name alone is not.
_HEAD_NOUN = re.compile(
    r"^(?:канал|блог|страниц|групп|паблик|команд|сообществ|аккаунт|профил|дневник|новост|приемн|друзь|сторонник|"
    r"поддержк|за|про|от|у|для|о|об|против)"
)
_SURNAME = re.compile(r"(?:[оеё]в|[иы]н|[сц]к(?:ий|ой|ая)|[оеё]ва|[иы]на|енко|[иы]х|[ую]к|ян|дзе|швили|ец)$")
_HYPHENS = {"-", "‐", "‑"}


def match_name(name: FullName, title: str, *, profile: bool = False) -> NameFit:
    """Compare `title` with `name` and return the best agreement found in it.

    `profile` says that the title is a person's first and last name as VK keeps them: then a word that is not the
    person's is another's name, and no mere word. Office words, separators and either order make no difference.
    """
    text = clean(title)
    said = words(text)
    fits = [place.fit for place in occurrences(name, text, said, profile=profile)]
    return max(fits) if fits else _without_family(name, text, said, profile=profile)


def occurrences(
    name: FullName, text: str, said: Sequence[Word] | None = None, *, prose: bool = False, profile: bool = False
) -> Iterator[NameOccurrence]:
    """Yield each place of the family name in `text`, with how the rest of the name agrees there.

    In `prose` a name may be in any case; in a title, only after a word that governs one.
    """
    said = words(text) if said is None else said
    family = [word.plain for word in words(name.family)]
    place = 0
    while family and place < len(said):
        oblique = prose or any(_HEAD_NOUN.match(word.plain) for word in said[max(0, place - 3) : place])
        count = _family(family, text, said, place, oblique=oblique)
        if count:
            found = _NameMatcher(name, text, said, oblique, profile).around(place, place + abs(count))
            if count > 0 or found.fit not in {NameFit.FAMILY, NameFit.OTHER}:
                yield replace(found, half=count < 0)
        place += abs(count) or 1


def _family(family: list[str], text: str, said: Sequence[Word], place: int, *, oblique: bool) -> int:
    """Return how many words from `place` are a family name; -1 for one half of a double name."""
    count = len(family)
    if all(map(_same, said[place : place + count], family, [oblique] * count)) and place + count <= len(said):
        several = any(map(_plural, said[place : place + count], family))
        joined = _hyphened(text, said, place) or _hyphened(text, said, place + count)
        return 0 if several or joined else count  # «Имярек-Вторая» is another family than «Имярек»
    if count > 1 and fold_key(said[place].text) == fold_key("".join(family)):
        return 1  # in Latin letters the hyphen is often left out
    alone = count > 1 and not _hyphened(text, said, place) and not _hyphened(text, said, place + 1)
    return -1 if alone and any(_same(said[place], half, oblique) for half in family) else 0


def _same(word: Word, name: str, oblique: bool) -> bool:
    """Tell whether a word is a name; `oblique`: in any case of the declension."""
    return word.plain == plain(name) or fold_key(word.text) == fold_key(name) or (oblique and declined(word.text, name))


def _plural(word: Word, family: str) -> bool:
    """Tell «Ивановы», who are several, from the cases of «Иванова»: unlike other nouns she has none in -ы."""
    return family.endswith(("ова", "ева", "ина", "ына")) and word.plain == family[:-1] + "ы"


def _hyphened(text: str, said: Sequence[Word], place: int) -> bool:
    """Tell whether a hyphen joins the word at `place` to the one before it."""
    return 0 < place < len(said) and gap(text, said[place - 1], said[place]) in _HYPHENS


def _initials_of(name: str) -> set[str]:
    """Return how a name's initial may be written: ``kh``, ``h``, ``k`` for Х."""
    letter = plain(name)[:1]
    return {letter} | {part for text, _ in spellings(letter) for part in (text, text[:1])}


@dataclass(frozen=True, slots=True)
class _NameMatcher:
    """A text in which a name is compared."""

    name: FullName
    text: str
    said: Sequence[Word]
    oblique: bool
    profile: bool

    def around(self, first: int, after: int) -> NameOccurrence:
        """Read the words on both sides of a family name, and keep the side that agrees better."""
        best, span = NameFit.FAMILY, (first, after)
        sides = []
        for given_at, patronymic_at in self._sides(first, after):
            given = self.given(given_at)
            if given is NameFit.NONE and self.profile and len(self.name.given) > 1:
                given = NameFit.OTHER
            if given is not NameFit.NONE:
                both = self._joins(*sorted((given_at, patronymic_at)))
                patronymic = self.patronymic(patronymic_at) if both else NameFit.NONE
                at = [first, after - 1, given_at] + [patronymic_at] * (patronymic is not NameFit.NONE)
                sides.append((_together(given, patronymic), (min(at), max(at) + 1)))
        if sides:
            best, span = max(sides, key=lambda side: side[0])
        return NameOccurrence(self.said[span[0]].start, self.said[span[1] - 1].end, best)

    def _sides(self, first: int, after: int) -> Iterator[tuple[int, int]]:
        """Yield where the given name and the patronymic may be: after a family name, and before it."""
        if self._joins(after - 1, after):
            yield after, after + 1
        if self._joins(first - 1, first):
            initials = self._joins(first - 2, first - 1) and self._initial(first - 1) and self._initial(first - 2)
            both = initials or (self._joins(first - 2, first - 1) and is_patronymic(self.said[first - 1].text))
            yield (first - 2, first - 1) if both else (first - 1, -1)

    def given(self, place: int) -> NameFit:
        """Compare the word at `place` with the given name. NONE: it is no name at all."""
        mine, word = self.name.given, self.said[place]
        if not mine:
            return NameFit.NONE
        known = canonical(word.text, oblique=self.oblique)
        if self._initial(place) or (known and len(plain(mine)) == 1):
            letter = word.plain if self._initial(place) else word.plain[:1]
            return NameFit.INITIAL if letter in _initials_of(mine) else NameFit.OTHER
        if _same(word, mine, self.oblique):
            return NameFit.NAME
        if not known:
            return NameFit.NONE
        return NameFit.SHORT if canonical(mine) & known else NameFit.OTHER

    def patronymic(self, place: int) -> NameFit:
        """Compare the word at `place` with the patronymic: FULL, an INITIAL, another's, or NONE where it is no such."""
        mine, word = self.name.patronymic, self.said[place]
        initial = self._initial(place)
        if initial or (is_patronymic(word.text) and len(plain(mine)) == 1):
            letter = word.plain if initial else word.plain[:1]
            return NameFit.NONE if not mine else NameFit.INITIAL if letter in _initials_of(mine) else NameFit.OTHER
        if mine and _same(word, words(mine)[0].plain if words(mine) else mine, self.oblique):
            return NameFit.FULL
        return NameFit.OTHER if mine and is_patronymic(word.text) else NameFit.NONE

    def _initial(self, place: int) -> bool:
        """Tell whether a word is an initial: a capital with a full stop, or next to another one, or last."""
        word = self.said[place]
        if not word.capital or not (len(word.text) == 1 or (len(word.text) == 2 and word.dotted)):
            return False
        if word.dotted or place + 1 == len(self.said):
            return True
        follow = self.said[place + 1]
        return (len(follow.text) == 1 and follow.capital) or bool(_WALL.search(gap(self.text, word, follow)))

    def _joins(self, first: int, second: int) -> bool:
        """Tell whether two neighbouring words may belong to one name: no bar, bracket or dash is between them."""
        if not 0 <= first < second < len(self.said):
            return False
        between = gap(self.text, self.said[first], self.said[second])
        return len(between) <= 3 and not _WALL.search(between)


def _together(given: NameFit, patronymic: NameFit) -> NameFit:
    if NameFit.OTHER in {given, patronymic}:
        return NameFit.OTHER
    if patronymic is NameFit.NONE or given is NameFit.SHORT:
        return given
    return NameFit.FULL if given is NameFit.NAME else NameFit.INITIALS


def _without_family(name: FullName, text: str, said: Sequence[Word], *, profile: bool) -> NameFit:
    """Read a title that lacks the family name: «Анна Андреевна», or another person's name."""
    reading = _NameMatcher(name, text, said, oblique=False, profile=False)
    for place in range(len(said) - 1):
        if reading.given(place) is NameFit.NAME and reading.patronymic(place + 1) is NameFit.FULL:
            shaped = any(_SURNAME.search(word.plain) for word in said[place + 2 : place + 3])
            return NameFit.OTHER if shaped or profile else NameFit.GIVEN
    other = (profile and len(said) > 1) or any(other_persons(text, said, shaped=True))
    return NameFit.OTHER if other else NameFit.NONE


def other_persons(text: str, said: Sequence[Word], *, shaped: bool = False) -> Iterator[tuple[int, int]]:
    """Yield where `text` names any person: a family name with initials, a given name or a patronymic.

    With `shaped`, the word next to a given name must look like a family name: a title has few other capitals.
    """
    for first, second in pairwise(said):
        between = gap(text, first, second)
        if len(between) > 2 or "\n" in between or not (first.capital and second.capital):
            continue
        initials = (len(first.text) == 1 and first.dotted and len(second.text) > 2) or (
            len(second.text) == 1 and second.dotted and len(first.text) > 2 and not first.dotted
        )
        pair = not (first.dotted or second.text.isascii())
        given = pair and any(
            canonical(one.text, oblique=True) and (not shaped or _SURNAME.search(other.plain))
            for one, other in ((first, second), (second, first))
        )
        if initials or given or (pair and is_patronymic(second.text)):
            yield first.start, second.end
