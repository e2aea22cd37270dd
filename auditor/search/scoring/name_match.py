"""How well a name in a title or a text agrees with an official's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise

from auditor.search.patterns import pattern
from auditor.search.scoring.person_names import FullName, canonical, is_patronymic
from auditor.search.scoring.spelling import spellings
from auditor.search.scoring.word_forms import (
    Word,
    declined,
    fold_key,
    normalise_title,
    plain,
    split_words,
    text_between,
)


class NameFit(IntEnum):
    """How well a name agrees; more is higher."""

    OTHER = -1
    """Another person's name: a part is there and differs."""
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
        """Return whether it may well be the person's name: more than the family name agrees, and no part differs."""
        return self >= NameFit.INITIAL


@dataclass(frozen=True, slots=True)
class NameOccurrence:
    """A place in a text with the family name, and how well the rest of the name agrees there."""

    start: int
    end: int
    fit: NameFit
    half: bool = False
    """Whether it has only one half of a double family name."""

    @property
    def span(self) -> tuple[int, int]:
        """Its start and end in the text."""
        return self.start, self.end


_WALL = re.compile(r"[|/•·—–:;()\[\]{}«»\"\n]|\s-\s")
_HYPHENS = {"-", "‐", "‑"}


def match_name(name: FullName, title: str, *, profile: bool = False) -> NameFit:
    """Return how well a title agrees with `name`, at its best place.

    `profile`: the title is first and last name of a VK user, so that a word which does not agree is another's name.
    Office words, separators and the order of the names make no difference.
    """
    text = normalise_title(title)
    words = split_words(text)
    fits = [occurrence.fit for occurrence in occurrences(name, text, words, profile=profile)]
    return max(fits) if fits else _without_family(name, text, words, profile=profile)


def occurrences(
    name: FullName, text: str, words: Sequence[Word] | None = None, *, prose: bool = False, profile: bool = False
) -> Iterator[NameOccurrence]:
    """Yield each place of the family name in `text`, with how well the rest of the name agrees there.

    `words` are the text's words, if already split. In `prose` a name may be in any case, in a title only after a word
    such as «канал».
    """
    words = split_words(text) if words is None else words
    family_words = [word.plain for word in split_words(name.family)]
    index = 0
    while family_words and index < len(words):
        oblique = prose or any(pattern("head_noun").match(word.plain) for word in words[max(0, index - 3) : index])
        count = _count_family_words(family_words, text, words, index, oblique=oblique)
        if count:
            occurrence = _NameMatcher(name, text, words, oblique, profile).around(index, index + abs(count))
            if count > 0 or occurrence.fit not in {NameFit.FAMILY, NameFit.OTHER}:
                yield replace(occurrence, half=count < 0)
        index += abs(count) or 1


def _count_family_words(family: list[str], text: str, words: Sequence[Word], index: int, *, oblique: bool) -> int:
    """Return how many words from `index` on are the family name; -1 for one half of a double name, 0 for none."""
    count = len(family)
    if all(map(_is_name, words[index : index + count], family, [oblique] * count)) and index + count <= len(words):
        is_plural = any(map(_is_plural_form, words[index : index + count], family))
        is_longer = _is_hyphenated(text, words, index) or _is_hyphenated(text, words, index + count)
        return 0 if is_plural or is_longer else count  # «Имярек-Вторая» is another family than «Имярек»
    if count > 1 and fold_key(words[index].text) == fold_key("".join(family)):
        return 1  # in Latin letters the hyphen is often left out
    is_alone = count > 1 and not _is_hyphenated(text, words, index) and not _is_hyphenated(text, words, index + 1)
    return -1 if is_alone and any(_is_name(words[index], half_name, oblique) for half_name in family) else 0


def _is_name(word: Word, name: str, oblique: bool) -> bool:
    """Return whether a word is the name; `oblique`: in any case of the declension."""
    return word.plain == plain(name) or fold_key(word.text) == fold_key(name) or (oblique and declined(word.text, name))


def _is_plural_form(word: Word, family: str) -> bool:
    """Return whether a word is the plural of a feminine family name: «Ивановы» is not a case form of «Иванова»."""
    return family.endswith(("ова", "ева", "ина", "ына")) and word.plain == family[:-1] + "ы"


def _is_hyphenated(text: str, words: Sequence[Word], index: int) -> bool:
    """Return whether a hyphen joins the word at `index` to the one before it."""
    return 0 < index < len(words) and text_between(text, words[index - 1], words[index]) in _HYPHENS


def _initials_of(name: str) -> set[str]:
    """Return how a name's initial may be written: ``kh``, ``h``, ``k`` for Х."""
    letter = plain(name)[:1]
    return {letter} | {part for text, _ in spellings(letter) for part in (text, text[:1])}


@dataclass(frozen=True, slots=True)
class _NameMatcher:
    """A text with the name that is compared in it."""

    name: FullName
    text: str
    words: Sequence[Word]
    oblique: bool
    profile: bool

    def around(self, start: int, end: int) -> NameOccurrence:
        """Return the occurrence with the family name at words `start` to `end`, by the side that agrees better."""
        best, span = NameFit.FAMILY, (start, end)
        sides = []
        for given_at, patronymic_at in self._sides(start, end):
            given = self.given(given_at)
            if given is NameFit.NONE and self.profile and len(self.name.given) > 1:
                given = NameFit.OTHER
            if given is not NameFit.NONE:
                may_have_patronymic = self._may_join(*sorted((given_at, patronymic_at)))
                patronymic = self.patronymic(patronymic_at) if may_have_patronymic else NameFit.NONE
                indices = [start, end - 1, given_at] + [patronymic_at] * (patronymic is not NameFit.NONE)
                sides.append((_combine(given, patronymic), (min(indices), max(indices) + 1)))
        if sides:
            best, span = max(sides, key=lambda side: side[0])
        return NameOccurrence(self.words[span[0]].start, self.words[span[1] - 1].end, best)

    def _sides(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the indices where given name and patronymic may be: after the family name, and before it.

        An index for the patronymic may be outside the text.
        """
        if self._may_join(end - 1, end):
            yield end, end + 1
        if self._may_join(start - 1, start):
            initials = (
                self._may_join(start - 2, start - 1) and self._is_initial(start - 1) and self._is_initial(start - 2)
            )
            both = initials or (self._may_join(start - 2, start - 1) and is_patronymic(self.words[start - 1].text))
            yield (start - 2, start - 1) if both else (start - 1, -1)

    def given(self, index: int) -> NameFit:
        """Compare the word at `index` with the given name. NONE: it is no given name."""
        expected, word = self.name.given, self.words[index]
        if not expected:
            return NameFit.NONE
        full_names = canonical(word.text, oblique=self.oblique)
        if self._is_initial(index) or (full_names and len(plain(expected)) == 1):
            letter = word.plain if self._is_initial(index) else word.plain[:1]
            return NameFit.INITIAL if letter in _initials_of(expected) else NameFit.OTHER
        if _is_name(word, expected, self.oblique):
            return NameFit.NAME
        if not full_names:
            return NameFit.NONE
        return NameFit.SHORT if canonical(expected) & full_names else NameFit.OTHER

    def patronymic(self, index: int) -> NameFit:
        """Compare the word at `index` with the patronymic: FULL, INITIAL, OTHER, or NONE if it is no patronymic."""
        expected, word = self.name.patronymic, self.words[index]
        is_initial = self._is_initial(index)
        if not expected:
            return NameFit.NONE
        if is_initial or (is_patronymic(word.text) and len(plain(expected)) == 1):
            letter = word.plain if is_initial else word.plain[:1]
            return NameFit.INITIAL if letter in _initials_of(expected) else NameFit.OTHER
        first_word = next((part.plain for part in split_words(expected)), expected)
        if _is_name(word, first_word, self.oblique):
            return NameFit.FULL
        return NameFit.OTHER if is_patronymic(word.text) else NameFit.NONE

    def _is_initial(self, index: int) -> bool:
        """Return whether a word is an initial: one capital, with a full stop, before another capital, or at an end."""
        word = self.words[index]
        if not word.capital or not (len(word.text) == 1 or (len(word.text) == 2 and word.dotted)):
            return False
        if word.dotted or index + 1 == len(self.words):
            return True
        next_word = self.words[index + 1]
        is_walled = bool(_WALL.search(text_between(self.text, word, next_word)))
        return is_walled or (len(next_word.text) == 1 and next_word.capital)

    def _may_join(self, first: int, second: int) -> bool:
        """Return whether two neighbouring words may belong to one name: no bar, bracket or dash is between them."""
        if not 0 <= first < second < len(self.words):
            return False
        between = text_between(self.text, self.words[first], self.words[second])
        return len(between) <= 3 and not _WALL.search(between)


def _combine(given: NameFit, patronymic: NameFit) -> NameFit:
    if NameFit.OTHER in {given, patronymic}:
        return NameFit.OTHER
    if patronymic is NameFit.NONE or given is NameFit.SHORT:
        return given
    return NameFit.FULL if given is NameFit.NAME else NameFit.INITIALS


def _without_family(name: FullName, text: str, words: Sequence[Word], *, profile: bool) -> NameFit:
    """Return how a title without the family name agrees: GIVEN for «Анна Андреевна», OTHER for another's name."""
    matcher = _NameMatcher(name, text, words, oblique=False, profile=False)
    for index in range(len(words) - 1):
        if matcher.given(index) is NameFit.NAME and matcher.patronymic(index + 1) is NameFit.FULL:
            is_surname = any(pattern("surname").search(word.plain) for word in words[index + 2 : index + 3])
            return NameFit.OTHER if is_surname or profile else NameFit.GIVEN
    other = (profile and len(words) > 1) or any(other_persons(text, words, shaped=True))
    return NameFit.OTHER if other else NameFit.NONE


def other_persons(text: str, words: Sequence[Word], *, shaped: bool = False) -> Iterator[tuple[int, int]]:
    """Yield the spans where `text` names any person: a family name with initials, a given name or a patronymic.

    With `shaped`, the word next to a given name must look like a family name.
    """
    for first, second in pairwise(words):
        between = text_between(text, first, second)
        if len(between) > 2 or "\n" in between or not (first.capital and second.capital):
            continue
        initials = (len(first.text) == 1 and first.dotted and len(second.text) > 2) or (
            len(second.text) == 1 and second.dotted and len(first.text) > 2 and not first.dotted
        )
        pair = not (first.dotted or second.text.isascii())
        given = pair and any(
            canonical(word.text, oblique=True) and (not shaped or pattern("surname").search(neighbour.plain))
            for word, neighbour in ((first, second), (second, first))
        )
        if initials or given or (pair and is_patronymic(second.text)):
            yield first.start, second.end
