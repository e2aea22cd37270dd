"""How well the name on a page agrees with an official's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rapidfuzz.distance import Levenshtein

from auditor.search.weighing.names import FullName, canonical, is_patronymic
from auditor.search.weighing.transliterate import LETTERS
from auditor.search.weighing.words import Word, clean, declined, fold, gap, plain, words


class Part(StrEnum):
    """How one part of a name agrees."""

    EQUAL = "equal"
    LIKE = "like"
    """A letter or two apart, or one half of a double name."""
    SHORT = "short"
    """A diminutive: Саша for Александр."""
    INITIAL = "initial"
    UNSEEN = "unseen"
    OTHER = "other"
    """It is there and it is another."""


_AGREES = {Part.EQUAL, Part.LIKE, Part.SHORT, Part.INITIAL}
_ALIKE = 0.84
"""Least Levenshtein similarity of two keys that may be one name misspelt: one letter in seven."""
_SHORTEST = 5
"""Shorter names are not compared by likeness: «Анин» and «Аник» are two families."""

_INITIALS = {
    letter: {part for form in (*forms, *LETTERS.get(f"^{letter}", ())) for part in (form, form[:1]) if part}
    for letter, forms in LETTERS.items()
    if len(letter) == 1
}
"""How an initial may be spelled: ``kh``, ``h``, ``k`` or ``x`` for Х."""
_DIGRAPHS = {form for forms in _INITIALS.values() for form in forms if len(form) > 1}
_WALL = re.compile(r"[|/•·—–:;()\[\]{}«»\"\n]|\s-\s")
# «Канал Имярека Бориса»: after such a word a name is in the genitive; a title that is a name alone is not.
_HEAD_NOUN = re.compile(
    r"^(?:канал|блог|страниц|групп|паблик|команд|сообществ|аккаунт|профил|дневник|новост|приемн|друзь|сторонник|"
    r"поддержк|за|про|от|у|для|о|об|против)"
)
_SURNAME = re.compile(r"(?:[оеё]в|[иы]н|[сц]к(?:ий|ой|ая)|[оеё]ва|[иы]на|енко|[иы]х|[ую]к|ян|дзе|швили|ец)$")
_BASE = {Part.EQUAL: 1.0, Part.LIKE: 0.85}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What agreed. `score` runs from 0, nothing or another's name, to 1, all three parts.

    The family name alone gives 0.4, with both initials 0.75, with the given name 0.85.
    """

    score: float = 0.0
    family: Part = Part.UNSEEN
    given: Part = Part.UNSEEN
    patronymic: Part = Part.UNSEEN

    @property
    def contradicted(self) -> bool:
        """Tell whether it is the name of somebody else: a part of it is there and is another."""
        return Part.OTHER in {self.family, self.given, self.patronymic}

    @property
    def agrees(self) -> bool:
        """Tell whether it may well be the person's name: more than the family name, and nothing against it."""
        return self.score >= 0.55 and not self.contradicted


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """A place in a text with a name, or with another one that shares its family name."""

    start: int
    end: int
    agreement: Agreement


def agree(name: FullName, title: str, *, profile: bool = False) -> Agreement:
    """Compare `title` with `name` and return the best agreement found in it.

    `profile` says that the title is a person's first and last name as VK keeps them: then a word that is not the
    person's is another's name, and no mere word. Office words, separators and either order make no difference. The
    same family name with another given name, patronymic or initial is a contradiction and scores 0.
    """
    text = clean(title)
    said = words(text)
    found = [o.agreement for o in occurrences(name, text, said, profile=profile)]
    if not found:
        found = [_without_family(name, text, said, profile=profile)]
    return max(found, key=lambda a: (not a.contradicted, a.score))


def occurrences(
    name: FullName, text: str, said: Sequence[Word] | None = None, *, prose: bool = False, profile: bool = False
) -> Iterator[_Occurrence]:
    """Yield each place of the family name in `text`, with how the rest of the name agrees there.

    In `prose` a name may be in any case; in a title, only after a word that governs one.
    """
    said = words(text) if said is None else said
    family = [word.plain for word in words(name.family)]
    if not family:
        return
    place = 0
    while place < len(said):
        oblique = prose or any(_HEAD_NOUN.match(word.plain) for word in said[max(0, place - 3) : place])
        part, count = _family(family, text, said, place, oblique=oblique)
        if part is Part.UNSEEN:
            place += 1
            continue
        found = _around(name, text, said, (place, place + count), part, oblique=oblique, profile=profile)
        # A word like a family name, or one half of a double one, is a name only next to a given name.
        if part is Part.EQUAL or found.agreement.given is not Part.UNSEEN:
            yield found
        place += count


def _same(word: Word, wanted: str, *, oblique: bool) -> Part:
    """Compare one word with one word of a name."""
    if word.plain == wanted or fold(word.text) == fold(wanted) or (oblique and declined(word.plain, wanted)):
        return Part.EQUAL
    mine, theirs = fold(wanted), fold(word.text)
    comparable = min(len(mine), len(theirs)) >= _SHORTEST and mine[0] == theirs[0] and not _gendered(mine, theirs)
    if comparable and Levenshtein.normalized_similarity(mine, theirs) >= _ALIKE:
        return Part.LIKE
    return Part.UNSEEN


def _gendered(mine: str, theirs: str) -> bool:
    """Tell a man's surname from a woman's of the same family: two persons."""
    short, long = sorted((mine, theirs), key=len)
    return long == short + "a" or (short.endswith("ski") and long == short.removesuffix("i") + "aia")


def _plural(word: Word, family: str) -> bool:
    """Tell «Ивановы», who are several, from the cases of «Иванова»: unlike other nouns she has none in -ы."""
    return family.endswith(("ова", "ева", "ёва", "ина", "ына")) and word.plain == plain(family)[:-1] + "ы"


def _hyphened(text: str, said: Sequence[Word], place: int) -> bool:
    """Tell whether a hyphen joins the word at `place` to the one before it."""
    return 0 < place < len(said) and gap(text, said[place - 1], said[place]) in {"-", "‐", "‑"}


def _family(family: list[str], text: str, said: Sequence[Word], place: int, *, oblique: bool) -> tuple[Part, int]:
    """Compare the words from `place` with a family name; return how many of them are it."""
    count = len(family)
    here = said[place : place + count]
    if len(here) == count:
        parts = [_same(word, wanted, oblique=oblique) for word, wanted in zip(here, family, strict=True)]
        if not any(map(_plural, here, family)) and Part.UNSEEN not in parts:
            if _hyphened(text, said, place) or _hyphened(text, said, place + count):
                return Part.UNSEEN, 0  # «Имярек-Вторая» is another family than «Имярек»
            return Part.LIKE if Part.LIKE in parts else Part.EQUAL, count
    if count > 1 and fold(said[place].text) == fold("".join(family)):
        return Part.EQUAL, 1  # in Latin letters the hyphen is often left out
    if count > 1 and not _hyphened(text, said, place) and not _hyphened(text, said, place + 1):
        half = any(_same(said[place], wanted, oblique=oblique) is Part.EQUAL for wanted in family)
        return (Part.LIKE, 1) if half else (Part.UNSEEN, 0)
    return Part.UNSEEN, 0


def _initial(text: str, said: Sequence[Word], place: int) -> bool:
    """Tell whether the word at `place` is an initial: a capital with a full stop, or next to another one, or last."""
    word = said[place]
    if not word.capital or not (len(word.text) == 1 or (word.plain in _DIGRAPHS and word.dotted)):
        return False
    if word.dotted or place + 1 == len(said):
        return True
    follow = said[place + 1]
    return (len(follow.text) == 1 and follow.capital) or bool(_WALL.search(gap(text, word, follow)))


def _begins(name: str, initial: str) -> bool:
    letter = plain(name)[:1]
    return initial == letter or initial in _INITIALS.get(letter, {fold(letter)})


def _given(mine: str, text: str, said: Sequence[Word], place: int, *, oblique: bool) -> Part:
    """Compare the word at `place` with a given name. UNSEEN: it is no name at all."""
    word = said[place]
    if not mine:
        return Part.UNSEEN
    known = canonical(word.text, oblique=oblique)
    if _initial(text, said, place) or (known and len(plain(mine)) == 1):
        right = _begins(mine, word.plain if _initial(text, said, place) else word.plain[0])
        return Part.INITIAL if right else Part.OTHER
    same = _same(word, plain(mine), oblique=oblique)
    if same is Part.EQUAL:
        return same
    if known:
        ours = canonical(mine)
        return Part.SHORT if ours & known else Part.OTHER
    return same


def _patronymic(mine: str, text: str, said: Sequence[Word], place: int, *, oblique: bool) -> Part:
    """Compare the word at `place` with a patronymic of one or more words."""
    if _initial(text, said, place):
        return Part.UNSEEN if not mine else Part.INITIAL if _begins(mine, said[place].plain) else Part.OTHER
    if not is_patronymic(said[place].text):
        first = [w.plain for w in words(mine)][:1]  # «Али Гусейн оглы»
        return _same(said[place], first[0], oblique=oblique) if first else Part.UNSEEN
    if not mine:
        return Part.UNSEEN
    if len(plain(mine)) == 1:
        return Part.INITIAL if _begins(mine, said[place].plain[0]) else Part.OTHER
    same = _same(said[place], words(mine)[0].plain, oblique=oblique)
    return Part.OTHER if same is Part.UNSEEN else same


def _open(text: str, said: Sequence[Word], first: int, second: int) -> bool:
    """Tell whether two neighbouring words may belong to one name: no bar, bracket or dash is between them."""
    if not (0 <= first < len(said) and 0 <= second < len(said)):
        return False
    between = gap(text, said[first], said[second])
    return len(between) <= 3 and not _WALL.search(between)


def _around(
    name: FullName,
    text: str,
    said: Sequence[Word],
    family: tuple[int, int],
    part: Part,
    *,
    oblique: bool,
    profile: bool,
) -> _Occurrence:
    """Read the words on both sides of a family name, of which `part` agrees, and keep the side that agrees better."""
    first, after = family
    sides = [(after, after + 1) if _open(text, said, after - 1, after) else None, _before(text, said, first)]
    best, span = Agreement(0.4 * _BASE[part], part), (first, after)
    options = []
    for given_at, patronymic_at in filter(None, sides):
        given = _given(name.given, text, said, given_at, oblique=oblique)
        if given is Part.UNSEEN and profile and len(name.given) > 1:
            given = Part.OTHER
        if given is Part.UNSEEN:
            continue
        patronymic, last = Part.UNSEEN, given_at
        if _open(text, said, *sorted((given_at, patronymic_at))):
            patronymic = _patronymic(name.patronymic, text, said, patronymic_at, oblique=oblique)
            last = patronymic_at if patronymic is not Part.UNSEEN or is_patronymic(said[patronymic_at].text) else last
        options.append((Agreement(_score(part, given, patronymic), part, given, patronymic), given_at, last))
    if options:
        best, at, last = max(options, key=lambda option: option[0].score)
        span = (min(first, at, last), max(after, at + 1, last + 1))
    return _Occurrence(said[span[0]].start, said[span[1] - 1].end, best)


def _before(text: str, said: Sequence[Word], first: int) -> tuple[int, int] | None:
    """Return where the given name and the patronymic before a family name are."""
    if not _open(text, said, first - 1, first):
        return None
    pair = _open(text, said, first - 2, first - 1)
    both = pair and (
        is_patronymic(said[first - 1].text) or (_initial(text, said, first - 1) and _initial(text, said, first - 2))
    )
    # With one name before the family name, what is before that is no part of it.
    return (first - 2, first - 1) if both else (first - 1, -1)


def _score(family: Part, given: Part, patronymic: Part) -> float:
    if Part.OTHER in {family, given, patronymic}:
        return 0.0
    full = patronymic in {Part.EQUAL, Part.LIKE}
    score = {
        Part.EQUAL: 1.0 if full else 0.95 if patronymic is Part.INITIAL else 0.85,
        Part.LIKE: 0.9 if full else 0.75,
        Part.SHORT: 0.7,
        Part.INITIAL: 0.75 if patronymic in _AGREES else 0.6,
    }[given]
    return score * _BASE[family]


def _without_family(name: FullName, text: str, said: Sequence[Word], *, profile: bool) -> Agreement:
    """Read a title that lacks the family name: «Анна Андреевна», or another family's name after the given one."""
    for place in range(len(said)):
        if _initial(text, said, place):
            continue
        given = _given(name.given, text, said, place, oblique=False)
        if given not in {Part.EQUAL, Part.SHORT}:
            continue
        patronymic, follow = Part.UNSEEN, place + 1
        if _open(text, said, place, follow) and is_patronymic(said[follow].text):
            patronymic, follow = _patronymic(name.patronymic, text, said, follow, oblique=False), follow + 1
        family = _other_family(text, said, place, follow)
        if Part.OTHER in {family, patronymic} or (profile and len(said) > 1):
            return Agreement(0.0, Part.OTHER, given, patronymic)
        if given is Part.EQUAL and patronymic in {Part.EQUAL, Part.LIKE}:
            return Agreement(0.5, Part.UNSEEN, given, patronymic)
        return Agreement(0.15 if given is Part.EQUAL else 0.1, Part.UNSEEN, given, patronymic)
    other = (profile and len(said) > 1) or any(strangers(text, said, shaped=True))
    return Agreement(0.0, Part.OTHER) if other else Agreement()


def _other_family(text: str, said: Sequence[Word], place: int, follow: int) -> Part:
    """Return OTHER if a word next to a given name looks like a family name."""
    beside = [
        at
        for at, joins in ((follow, (follow - 1, follow)), (place - 1, (place - 1, place)))
        if _open(text, said, *joins)
    ]
    shaped = any(said[at].capital and _SURNAME.search(said[at].plain) and not canonical(said[at].text) for at in beside)
    return Part.OTHER if shaped else Part.UNSEEN


def strangers(text: str, said: Sequence[Word], *, shaped: bool = False) -> Iterator[tuple[int, int]]:
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
