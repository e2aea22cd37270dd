"""What an answer to a citizen gives: facts, a promise by a day, an address to ask at, general words.

Rules alone, tried in their order; each has a code that is stored in place of the words. An answer that no rule knows
has no kind; a test holds that each kind is right in nine of ten.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from auditor.base.snapshot import Reply, ReplyKind
from auditor.language import answer_words as say
from auditor.language.grammar import word
from auditor.language.sketch import of_answer, plain
from auditor.language.terms import names_a_day, names_a_term, term_in, without_terms
from auditor.language.words import has_text, has_words

_MOST_SIGNS = 2_000
"""So much of an answer is read."""

_CALLED = re.compile(r"^([А-Я]\w+)(?: [А-Я]\w+)?[,!]\s*(?=\w)")
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True)
class _Read:
    """An answer made ready for the rules."""

    said: str
    """Its words in lower case, without greeting and whom it calls."""
    asked: bool
    """Its last sentence ends with a question mark."""

    @cached_property
    def term(self) -> bool:
        """Whether it names a day or a term."""
        return names_a_term(self.said)

    @cached_property
    def sentences(self) -> list[str]:
        return [one.strip() for one in _SENTENCE.findall(self.said) if one.strip()]

    @cached_property
    def figures(self) -> int:
        """How many of its sentences have a number, in digits or words."""
        told = (say.FILE_NUMBER.sub(" ", one) for one in self.sentences)
        return sum(bool(_DIGITS.search(one) or say.NUMBER_WORD.search(one)) for one in told)

    @cached_property
    def amounts(self) -> bool:
        """Whether it has a number besides days and terms."""
        left = without_terms(say.FILE_NUMBER.sub(" ", self.said))
        return bool(_DIGITS.search(left) or say.NUMBER_WORD.search(left))

    @cached_property
    def words(self) -> list[str]:
        return re.findall(r"[^\W\d_]+", self.said)

    @cached_property
    def future(self) -> bool:
        """Whether it tells what will be done."""
        return any(word(one).future for one in self.words)

    @cached_property
    def past(self) -> bool:
        """Whether it tells what was done, and not what somebody might have done."""
        return "бы" not in self.words and any(word(one).past for one in self.words)

    @cached_property
    def to_you(self) -> bool:
        return self.says(say.TO_YOU)

    def says(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.said) is not None


# The rules ---------------------------------------------------------------------------------------------------------


def _thanks(one: _Read) -> bool:
    later = one.future and not one.says(say.PASSED_ON)
    return one.says(say.THANKS) and not (one.asked or one.figures or later) and len(one.sentences) <= 3


def _details(one: _Read) -> bool:
    asks = (
        one.asked and say.QUESTION.search(one.sentences[-1]) is not None and not re.search(r"\bя\b", one.sentences[-1])
    )
    return asks or one.says(say.DETAILS)


def _redirect(one: _Read) -> bool:
    return one.says(say.REDIRECT) and one.figures <= 1 and not one.says(say.PROMISE) and not one.term


def _promised(one: _Read) -> bool:
    return _pending(one) and one.says(say.PROMISE) and (one.term or one.says(say.IN_HAND))


def _by_a_day(one: _Read) -> bool:
    return _pending(one) and one.term and (one.says(say.IN_HAND) or (one.future and len(one.sentences) == 1))


def _pending(one: _Read) -> bool:
    return not one.amounts and len(one.sentences) <= 3 and not one.says(say.RESULT)


def _general(one: _Read) -> bool:
    return one.says(say.GENERAL) and not one.figures and not one.term


def _soon(one: _Read) -> bool:
    """«Скоро сделаем», «Разберёмся»: a promise of nothing in particular."""
    return (
        one.future and len(one.words) <= 4 and not (one.figures or one.term or one.to_you or say.YES_NO.match(one.said))
    )


def _facts(one: _Read) -> bool:
    """Tell whether enough speaks for facts: numbers, what was done, causes, a day, some length."""
    if one.asked or (one.term and one.future and not one.amounts and not one.says(say.RESULT)):
        return False
    signs = (
        one.amounts,
        one.figures > 1,
        one.says(say.MEASURE),
        one.says(say.RESULT),
        one.past or one.says(say.DONE),
        one.says(say.CAUSE),
        names_a_day(one.said),
        len(one.words) >= _LONG,
        len(one.sentences) > 1 and not one.says(say.THANKS),
        say.YES_NO.match(one.said) is not None,
        not one.to_you,
    )
    return sum(signs) >= _ENOUGH


_LONG = 9
_ENOUGH = 3
_RULES: tuple[tuple[str, ReplyKind, Callable[[_Read], bool]], ...] = (
    ("private", ReplyKind.MOVED_PRIVATE, lambda one: one.says(say.PRIVATE) and not one.figures),
    ("argues", ReplyKind.ARGUES, lambda one: one.says(say.ARGUES) and not one.figures and not one.says(say.REDIRECT)),
    ("details", ReplyKind.ASKS_DETAILS, _details),
    ("redirect", ReplyKind.REDIRECT, _redirect),
    ("general", ReplyKind.TEMPLATE, _general),
    ("promise", ReplyKind.INTERIM, _promised),
    ("by_a_day", ReplyKind.INTERIM, _by_a_day),
    ("thanks", ReplyKind.THANKS, _thanks),
    ("soon", ReplyKind.TEMPLATE, _soon),
    ("facts", ReplyKind.SUBSTANCE, _facts),
    (
        "yes_no",
        ReplyKind.SUBSTANCE,
        lambda one: say.YES_NO.match(one.said) is not None and not (one.asked or one.to_you),
    ),
)


def read_answer(text: str | None, at: datetime) -> Reply:
    """Return what an answer of the owner's side or of another body gives, without its words; `at` is when, UTC."""
    if not has_text(text):
        return Reply()
    if not has_words(text):
        return Reply(kind=ReplyKind.EMOJI, rule="emoji")
    one = _made_ready(text or "")
    kind, rule = _decided(one)
    return Reply(
        kind=kind,
        rule=rule,
        term=term_in(one.said, at) if kind is ReplyKind.INTERIM else None,
        dated=names_a_day(one.said),
        measured=say.MEASURE.search(one.said) is not None,
        named=say.NAME.search(_without_call(text or "")) is not None,
        sketch=of_answer(text),
    )


def _decided(one: _Read) -> tuple[ReplyKind | None, str]:
    return next(((kind, rule) for rule, kind, holds in _RULES if holds(one)), (None, ""))


def _made_ready(text: str) -> _Read:
    said = _without_call(text)
    sentences = [one for one in re.split(r"(?<=[.!?…\n])", said) if re.search(r"\w", one)]
    return _Read(said.casefold(), bool(sentences) and "?" in sentences[-1])


def _without_call(text: str) -> str:
    """Return an answer without greeting and whom it calls, with single spaces."""
    read = re.sub(r"[ \t\r]+", " ", plain(text)[:_MOST_SIGNS]).strip()
    for _ in range(2):
        read = say.GREETING.sub("", read, count=1).strip(" ,!.\n") if say.GREETING.match(read) else read
        called = _CALLED.match(read)
        read = read[called.end() :] if called and word(called[1].casefold()).name else read
    return say.GREETING.sub(" ", read).strip()
