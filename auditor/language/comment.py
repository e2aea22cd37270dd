"""Classify a citizen's comment: it asks the owner's side, reports, does neither, or is unsure.

The addressee comes first. Then each sentence is read: rhetoric is taken out, and the rules are tried on the rest for a
request or a question. The rules and their words are data (words.toml); docs/dev/comments.md walks through an example,
docs/dev/design.md, section 12, says what they mean.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from auditor.base.snapshot import Intent, Side
from auditor.language.addressee import strip_mention, strip_name
from auditor.language.clauses import TELLS, clauses_around, decided, parted
from auditor.language.engine import Rule, language
from auditor.language.tagger import plain, sentences, tagged, without_phones


class CommentReading(NamedTuple):
    """The intent of a comment, and the code of the rule that decided."""

    says: Intent
    rule: str


def classify(text: str | None, *, addressed: Side | None = None, names: Collection[str] = ()) -> CommentReading:
    """Return the intent of a citizen's comment by its words, with the rule that decided.

    `addressed`: the side of the account that the text begins by mentioning, if the network or the registry shows it;
    `names`: the holder's, so that a text that begins with them is recognised as addressed to the holder. Which comment
    this one replies to is decided over its thread (`auditor.base.reply_targets.with_addressees`).
    """
    code = _rule_code(plain(text or ""), addressed, names)
    return CommentReading(language().rules[code].says, code)


def _rule_code(text: str, addressed: Side | None, names: Collection[str]) -> str:
    text, rule = strip_mention(text, addressed)
    if not rule and not any(sign.isalnum() for sign in text):
        rule = "unsure.mark" if "?" in text else "words.none"
    if rule:
        return rule
    addressee = strip_name(text, names)
    return addressee.rule or _rule_by_words(addressee.text, formal=addressee.formal)


def _rule_by_words(text: str, *, formal: bool) -> str:
    unquoted = without_phones(_without_quotes(text))
    spoken = tagged(sentences(unquoted))
    if _is_advertisement("".join(spoken), phone=unquoted != _without_quotes(text)):
        return "advertisement"
    return _deciding_rule(_TaggedComment.of(text, spoken, formal=formal))


def _is_advertisement(text: str, *, phone: bool) -> bool:
    """Return whether a tagged comment advertises: it offers, says how the seller is reached, and begs for nothing.

    A telephone number (`phone`) reaches the seller. More offers than a citizen would name are enough by themselves.
    """
    lists, rules = language().lists, language().rules
    offers = {match[0] for match in lists["offers"].finditer(text)}
    if len(offers) <= _OFFERS and not (offers and (phone or lists["reached"].search(text))):
        return False
    asks_office = any(rules[code].phrases.search(text) for code in _OF_OFFICES) and lists["things"].search(text)
    return not (asks_office or rules["request.plea"].phrases.search(text))


_OFFERS = 2
_OF_OFFICES = ("request.imperative", "request.either", "question.when", "question.where")
"""Rules of what only an office is asked, if a thing of its own is named."""


def _without_quotes(text: str) -> str:
    """Return the text without quotations, whose questions are not the author's; a text that is mostly one stays."""
    bare = _QUOTED.sub(" ", text)
    return bare if len(bare) * 3 > len(text) else text


_QUOTED = re.compile(
    r"«[^«»]{0,400}[?][^«»]{0,400}»|«(?:[^\s«»]+\s+){2,60}[^\s«»]*»|\"(?:[^\s\"]+\s+){0,60}[^\s\"]*\?\""
)
_ANY_MARK = re.compile(r"[.,!?;:…]")
_LETTER = 140
"""Signs; a longer comment is a letter. Half of letters to authorities are longer, and a sixth of comments on news."""


@dataclass(frozen=True, slots=True)
class _TaggedComment:
    """A comment's tagged sentences without greeting and courtesy."""

    sentences: tuple[str, ...]
    formal: bool
    """Whether it greets, or addresses an office or an official."""
    letter: bool
    """Whether it is as long as a letter, or addresses an office."""
    bare: bool
    """Whether it has no mark at all, so that the lack of a question mark says nothing."""

    @classmethod
    def of(cls, text: str, sentences: Sequence[str], *, formal: bool) -> "_TaggedComment":
        """Return the comment without greeting, address and courtesy.

        `sentences` are those of `text`, tagged. An address to neighbours («Соседи!») is joined to the one after it.
        """
        lists, opening, rest, letter = language().lists, "", list(sentences), len(text) > _LETTER
        while rest and not opening:
            opening, greets = _strip_list("greeting", rest.pop(0))
            if not lists["everybody"].match(opening):
                opening, office = _strip_list("office", opening)
                letter, greets = letter or office, greets or office
            formal = formal or greets
        if rest and lists["called"].match(opening):
            opening = f"{opening.removesuffix('! ')}, {rest.pop(0)}"
        rest = [_without_courtesy(sentence) for sentence in (opening, *rest)]
        return cls(tuple(filter(None, rest)), formal, letter, bare=not _ANY_MARK.search(text))

    @property
    def polite(self) -> bool:
        """Whether its form is polite: then a doubtful sentence counts as a question."""
        return self.formal or self.letter


def _strip_list(name: str, sentence: str) -> tuple[str, bool]:
    """Return a sentence without a leading phrase of the list `name`, and whether it began with one."""
    match = language().lists[name].match(sentence)
    return (_MARKS.sub("", sentence[match.end() :]), True) if match else (sentence, False)


def _without_courtesy(sentence: str) -> str:
    return _MARKS.sub("", language().lists["courtesy"].sub("", sentence))


_MARKS = re.compile(r"^(?:[,!] )+")


# One sentence ------------------------------------------------------------------------------------------------------


def _sentence_rules(index: int, comment: _TaggedComment) -> Iterator[str]:
    """Yield the rules for the sentence at `index`: its addressee's alone, or a question's and then mockery's."""
    sentence = comment.sentences[index]
    addressee_rule = next(
        (rule.code for rule in language().stages["addressee"] if _clauses_matched(rule, sentence)), ""
    )
    if addressee_rule:
        yield addressee_rule
        return
    rest, mocking_rule = _without_rhetoric(parted(sentence))
    rest = decided(rest)
    asking_rule = _asking_rule(rest, _NamedThings(comment, rest, "".join(comment.sentences[:index])), mocking_rule)
    yield from filter(None, (asking_rule, mocking_rule))


def _clauses_matched(rule: Rule, sentence: str) -> str:
    """Return the clauses of a sentence in which it has a phrase of a rule, empty if it has none.

    An exception counts in the same clauses alone. A phrase of a rule with `clause` does not count in one that tells.
    """
    exceptions = [match.span() for match in rule.unless.finditer(sentence)]
    for match in rule.phrases.finditer(sentence):
        start, end = clauses_around(sentence, match)
        tells = rule.clause and sentence[:start].endswith(TELLS)
        if not tells and all(first >= end or last < start for first, last in exceptions):
            return sentence[start:end]
    return ""


def _without_rhetoric(sentence: str) -> tuple[str, str]:
    """Return a sentence without its mocking clauses, each cut at the end of its phrase, and the first mocking rule.

    The text after the phrase stays: it may ask or beg, as in «Сколько можно ждать, когда уберут снег?».
    """
    code = ""
    for rule in language().stages["rhetoric"]:
        while (match := rule.phrases.search(sentence)) and not rule.unless.search(sentence):
            start = max(sentence.rfind(", ", 0, match.start() + 1) + 2, 0) if ", " in sentence[: match.start()] else 0
            sentence, code = f"{sentence[:start] or ', '}{sentence[match.end() :]}", code or rule.code
    return sentence, code


_BY_MARK = frozenset({"question.mark", "question.form", "question.named", "question.short"})
"""Rules too weak to make a question of a mocking sentence."""


def _asking_rule(sentence: str, named_things: "_NamedThings", mocking_rule: str) -> str:
    """Return the rule by which a sentence requests or asks something; ``unsure.vague`` if it may, empty if not."""
    doubtful = ""
    for rule in language().stages["asks"]:
        clauses = _clauses_matched(rule, sentence)
        if not clauses or (rule.bare and not named_things.comment.bare):
            continue
        is_named, is_mockery = named_things.allow(rule, clauses), _is_rhetorical(rule, sentence, mocking_rule)
        if is_named and not is_mockery:
            return rule.code
        if is_named or not is_mockery:
            doubtful = "unsure.vague"
    return doubtful


def _is_rhetorical(rule: Rule, sentence: str, mocking_rule: str) -> bool:
    """Return whether a rule that matches a mocking sentence is too weak to make it a question to an office."""
    if mocking_rule == "addressee.retort" and not language().lists["future"].search(sentence):
        return rule.code.startswith("question.")
    return bool(mocking_rule) and rule.code in _BY_MARK


@dataclass(frozen=True, slots=True)
class _NamedThings:
    """The things that a sentence names: some rules need one before they count it as a question."""

    comment: _TaggedComment
    sentence: str
    preceding: str = ""
    """The sentences before it, which may name the thing that a question is about."""

    def allow(self, rule: Rule, clauses: str) -> bool:
        """Return whether the sentence names what the rule needs, or the comment is polite; `clauses` it matches."""
        names = "things" if rule.code.startswith("question.") and self._is_about_others(clauses) else rule.names
        if not names or self.comment.polite:
            return True
        things, thing = language().lists["things"], language().lists["thing"]
        if names == "thing":
            return bool(things.search(self.preceding + self.sentence) or thing.search(self.sentence))
        return names == "things" and bool(things.search(self.sentence))

    def _is_about_others(self, clauses: str) -> bool:
        lists = language().lists
        return bool(lists["others"].search(clauses)) and not lists["future"].search(self.sentence)


def _reports(sentence: str, comment: _TaggedComment) -> bool:
    rule = language().rules["report.problem"]
    return bool(_clauses_matched(rule, sentence)) and _NamedThings(comment, sentence).allow(rule, sentence)


# The whole comment -------------------------------------------------------------------------------------------------


def _deciding_rule(comment: _TaggedComment) -> str:
    """Return the rule that decides: first one that asks, then one that is unsure, then the others."""
    indexes = range(len(comment.sentences))
    codes = _with_doubts([(index, code) for index in indexes for code in _sentence_rules(index, comment)], comment)
    for intent in (Intent.ASKS, Intent.UNSURE):
        deciding = [(index, code) for index, code in codes if language().rules[code].says is intent]
        if deciding:
            is_withdrawn = any(_withdraws_question(sentence) for sentence in comment.sentences[deciding[-1][0] :])
            return "withdrawn" if is_withdrawn else deciding[0][1]
    return _rule_without_question(comment, [code for _, code in codes])


def _withdraws_question(sentence: str) -> bool:
    """Return whether a sentence says that the question is settled, and does not ask itself."""
    lists = language().lists
    match = None if "? " in sentence else lists["withdrawn"].search(sentence)
    return match is not None and not lists["not_settled"].search(sentence, match.end())


def _with_doubts(codes: Sequence[tuple[int, str]], comment: _TaggedComment) -> Sequence[tuple[int, str]]:
    """Return the codes, weak questions made unsure if a short comment mocks or any comment addresses everybody."""
    mocks = any(language().rules[code].stage == "rhetoric" for _, code in codes) and not comment.letter
    if not mocks and all(code != "addressee.public" for _, code in codes):
        return codes
    return [(index, "unsure.vague" if code in _BY_MARK else code) for index, code in codes]


def _rule_without_question(comment: _TaggedComment, codes: Sequence[str]) -> str:
    """Return the rule of a comment that asks nothing, by the `codes` of its sentences."""
    lists, text = language().lists, "".join(comment.sentences)
    if lists["case"].search(text) and lists["case_marks"].search(text):
        return "unsure.own_case"
    if codes and codes[0].startswith("addressee"):
        return codes[0]
    praises = lists["praise"].search(lists["sincere"].sub("", text))
    if not praises and any(_reports(sentence, comment) for sentence in comment.sentences):
        return "report.problem"
    return next(iter(codes), "thanks" if praises else "other")
