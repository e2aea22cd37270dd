"""How much of two texts is the same, told from their sketches (`auditor.language.sketch`)."""

from collections.abc import Iterable, Sequence

FIRST_FACT = 0x100000
"""From this character on a sketch has the facts of a post: its numbers, and the names inside its sentences."""

ALIKE = 78
"""From this share of the same words on, in percent, two answers are nearly the same."""
_SHORT = 4
"""Answers of fewer characters than this are the same where all of them are."""
_CUT = 10
"""A text of fewer characters does not count as the beginning of another: its words may stand anywhere."""


def same_words(one: str, other: str) -> int:
    """Return how much of two sketches is the same, in whole percent of both: token-sort by words."""
    return 200 * _shared(one, other) // (len(one) + len(other)) if one and other else 0


def same_text(one: str, other: str) -> int:
    """Return the same, but where a text is a part of the other, by its words alone: token-set by words.

    A post is cut for one network and whole on the other.
    """
    short, shared = min(len(one), len(other)), _shared(one, other)
    if short < _CUT:
        return same_words(one, other)
    return 200 * shared // (shared + short)


def tell_apart(one: str, other: str) -> bool:
    """Tell whether each of two posts has a number or a name that the other lacks."""
    facts = [{character for character in sketch if ord(character) >= FIRST_FACT} for sketch in (one, other)]
    return bool(facts[0] - facts[1]) and bool(facts[1] - facts[0])


def groups(sketches: Sequence[str], least: int = ALIKE) -> list[list[int]]:
    """Return the places of the sketches of which each is `least` percent alike to another of its group, largest first.

    One that is like no other is in no group, nor is an empty one.
    """
    places: dict[str, list[int]] = {}
    for place, sketch in enumerate(sketches):
        if sketch:
            places.setdefault(sketch, []).append(place)
    joined = _joined(sorted(places, key=lambda sketch: (len(sketch), sketch)), least)
    found = [sorted(place for sketch in one for place in places[sketch]) for one in joined]
    return sorted((one for one in found if len(one) > 1), key=lambda one: (-len(one), one))


def _joined(line: Sequence[str], least: int) -> Iterable[list[str]]:
    """Join sketches, given by rising length; from a length on none can be like one so short."""
    group = {sketch: [sketch] for sketch in line}
    for place, one in enumerate(line):
        for other in line[place + 1 :]:
            if 200 * len(one) < least * (len(one) + len(other)):
                break
            if len(one) >= _SHORT and group[one] is not group[other] and same_words(one, other) >= least:
                group[one].extend(group[other])
                group.update(dict.fromkeys(group[other], group[one]))
    return {id(one): one for one in group.values()}.values()


def _shared(one: str, other: str) -> int:
    """Count the characters that two sorted strings share: their longest common subsequence."""
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415 - a card of one office compares few texts or none

    return LCSseq.similarity(one, other)
