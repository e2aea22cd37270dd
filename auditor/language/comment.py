"""What a citizen's comment does: it asks the owner's side, reports, does neither, or two readers would differ.

Whom it addresses comes first, then it is read sentence by sentence: what is rhetoric is taken out, and of what remains
each rule is asked whether it requests or asks. The rules and their words are data (words.toml); docs/comments.md walks
through an example. docs/dev/design.md, section 12.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from auditor.base.snapshot import Intent, Side
from auditor.language.addressee import strip_mention, strip_name
from auditor.language.engine import Rule, language
from auditor.language.tagger import plain, sentences, tagged, without_phones


class CommentReading(NamedTuple):
    """What a comment does, and the code of the rule that decided."""

    says: Intent
    rule: str


def classify(text: str | None, *, addressed: Side | None = None, names: Collection[str] = ()) -> CommentReading:
    """Return what a citizen's comment does by its words, and by which rule.

    `addressed`: whose a leading mention is, where the network or the registry tells; `names`: the holder's, so that a
    text that begins with them is known to speak to him. Whom a comment answers is decided over its thread
    (`auditor.base.reply_targets.addressed`).
    """
    code = _rule(plain(text or ""), addressed, names)
    return CommentReading(language().rules[code].says, code)


def _rule(text: str, addressed: Side | None, names: Collection[str]) -> str:
    text, rule = strip_mention(text, addressed)
    if not rule and not any(sign.isalnum() for sign in text):
        rule = "unsure.mark" if "?" in text else "words.none"
    if rule:
        return rule
    called = strip_name(text, names)
    return called.rule or _of_words(called.text, formal=called.formal)


def _of_words(text: str, *, formal: bool) -> str:
    bare = without_phones(_without_quotes(text))
    whole = _TaggedComment.of(tagged(sentences(bare)), formal=formal, letter=len(text) > _LETTER)
    return "advertisement" if whole.sells(phone=bare != _without_quotes(text)) else _decided(whole)


def _without_quotes(text: str) -> str:
    """Take out what is quoted: who tells what was asked does not ask. A text that is one quotation stays."""
    bare = _QUOTED.sub(" ", text)
    return bare if len(bare) * 3 > len(text) else text


_QUOTED = re.compile(
    r"«[^«»]{0,400}[?][^«»]{0,400}»|«(?:[^\s«»]+\s+){2,60}[^\s«»]*»|\"(?:[^\s\"]+\s+){0,60}[^\s\"]*\?\""
)
_LETTER = 140
"""Signs; what is longer is a letter. Of letters to authorities half are longer, of comments under news one in six."""


@dataclass(frozen=True, slots=True)
class _TaggedComment:
    """A comment's tagged sentences without greeting and courtesy."""

    lines: tuple[str, ...]
    formal: bool
    """It greets or addresses an office."""
    letter: bool

    @classmethod
    def of(cls, lines: Sequence[str], *, formal: bool, letter: bool) -> "_TaggedComment":
        """Take greeting and address off its beginning; neighbours called there are joined to what they are told."""
        lists, first, rest = language().lists, "", list(lines)
        while rest and not first:
            first, greets = _without("greeting", rest.pop(0))
            if not lists["everybody"].match(first):
                first, office = _without("office", first)
                letter, greets = letter or office, greets or office
            formal = formal or greets
        if rest and lists["called"].match(first):
            first = f"{first.removesuffix('! ')}, {rest.pop(0)}"
        bare = (_without_courtesy(line) for line in (first, *rest))
        return cls(tuple(line for line in bare if line), formal, letter)

    @property
    def polite(self) -> bool:
        """Whether what is doubtful elsewhere asks here."""
        return self.formal or self.letter

    def sells(self, *, phone: bool) -> bool:
        """Tell whether it advertises: two of its signs and no plea."""
        line = "".join(self.lines)
        signs = {match[0] for match in language().lists["sale"].finditer(line)}
        pleads = any(language().rules[code].phrases.search(line) for code in ("request.plea", "request.could"))
        return len(signs) + phone > 1 and not pleads


def _without(name: str, line: str) -> tuple[str, bool]:
    """Return a line without what of a list it begins with, and whether it did."""
    match = language().lists[name].match(line)
    return (_MARKS.sub("", line[match.end() :]), True) if match else (line, False)


def _without_courtesy(line: str) -> str:
    return _MARKS.sub("", language().lists["courtesy"].sub("", line))


_MARKS = re.compile(r"^(?:[,!] )+")


# One sentence ------------------------------------------------------------------------------------------------------


def _of_sentence(place: int, comment: _TaggedComment) -> Iterator[str]:
    """Yield the rules that speak for a sentence, the one that asks first."""
    line = _with_comma(comment.lines[place])
    speaks = next((rule.code for rule in language().stages["addressee"] if _matches(rule, line)), "")
    if speaks:
        yield speaks
        return
    rest, mocks = _without_rhetoric(line)
    asks = _asks(rest, _NamedThings(comment, rest, "".join(comment.lines[:place])), mocks)
    yield from filter(None, (asks, mocks))


def _with_comma(line: str) -> str:
    """Put in what is left out before and after the question of a complaint: «Опять нет воды когда дадут»."""
    lists, marked = language().lists, "? " in line
    complaint = lists["complains"].search(line)
    asks = complaint and lists["asks_amid" if marked else "asks_last"].search(line, complaint.end())
    if not asks or line[asks.start() - 2] == "," or (not marked and lists["tells"].search(line[: asks.start()])):
        return line
    return f"{line[: asks.start()]}, {line[asks.start() :]}{'' if marked else '? '}"


def _matches(rule: Rule, line: str) -> bool:
    return bool(rule.phrases.search(line)) and not rule.unless.search(line)


def _without_rhetoric(line: str) -> tuple[str, str]:
    """Return a sentence without the clauses that mock, up to the mocking words' end, and the rule they mock by.

    What follows them stays: it may ask or beg, as in «Сколько можно ждать, когда уберут снег?».
    """
    code = ""
    for rule in language().stages["rhetoric"]:
        while (match := rule.phrases.search(line)) and not rule.unless.search(line):
            begins = max(line.rfind(", ", 0, match.start() + 1) + 2, 0) if ", " in line[: match.start()] else 0
            line, code = f"{line[:begins] or ', '}{line[match.end() :]}", code or rule.code
    return line, code


_BY_MARK = frozenset({"question.mark", "question.form", "question.named", "question.short"})
"""Rules by which a sentence that mocks hardly asks."""


def _asks(line: str, names: "_NamedThings", mocked: str) -> str:
    """Return the rule by which a sentence requests or asks something, or may do so."""
    doubtful = ""
    for rule in language().stages["asks"]:
        if not _matches_rule(rule, line):
            continue
        named, mocks = names.allow(rule), _is_rhetorical(rule, line, mocked)
        if named and not mocks:
            return rule.code
        if named or not mocks:
            doubtful = "unsure.vague"
    return doubtful


def _is_rhetorical(rule: Rule, line: str, mocked: str) -> bool:
    """Tell whether what remains of a sentence beside mockery is hardly a question to an office."""
    if mocked == "addressee.retort" and not language().lists["future"].search(line):
        return rule.code.startswith("question.")
    return bool(mocked) and rule.code in _BY_MARK


def _matches_rule(rule: Rule, line: str) -> bool:
    """Tell whether a rule's phrases are in a sentence and no other clause governs them."""
    found = any(not (rule.clause and _governed(line, match)) for match in rule.phrases.finditer(line))
    return found and not rule.unless.search(line)


def _governed(line: str, match: re.Match[str]) -> bool:
    """Tell whether a clause with a question's word only goes on with the clause before: «там, где», «знаю, когда»."""
    lists, before = language().lists, line[: match.start()]
    if not before or "? " in line:
        return bool(before and lists["asked"].match(line))
    clause = before.removesuffix(", ").rsplit(", ", 1)[-1]
    if lists["asks_on"].search(clause) or lists["curt"].match(line):
        return False
    goes_on = lists["relative"].match(line, match.start()) or lists["governs"].search(clause)
    return bool(goes_on or lists["said"].search(before))


@dataclass(frozen=True, slots=True)
class _NamedThings:
    """What a sentence is about: a rule may want a thing named before it is sure that somebody is asked for it."""

    comment: _TaggedComment
    line: str
    before: str = ""
    """The sentences before it, in which a question's thing may be named."""

    def allow(self, rule: Rule) -> bool:
        """Tell whether a sentence names what a rule wants named, or is of a polite text."""
        names = "things" if rule.code.startswith("question.") and self._of_others() else rule.names
        if not names or self.comment.polite:
            return True
        things, thing = language().lists["things"], language().lists["thing"]
        if names == "thing":
            return bool(things.search(self.before + self.line) or thing.search(self.line))
        return names == "things" and bool(things.search(self.line))

    def _of_others(self) -> bool:
        lists = language().lists
        return bool(lists["others"].search(self.line)) and not lists["future"].search(self.line)


def _reports(line: str, comment: _TaggedComment) -> bool:
    rule = language().rules["report.problem"]
    return _matches(rule, line) and _NamedThings(comment, line).allow(rule)


# The whole comment -------------------------------------------------------------------------------------------------


def _decided(comment: _TaggedComment) -> str:
    """Return the rule that decides: one that asks goes before one that is unsure, and that before the rest."""
    places = range(len(comment.lines))
    codes = _settled([(place, code) for place in places for code in _of_sentence(place, comment)], comment)
    for says in (Intent.ASKS, Intent.UNSURE):
        asked = [(place, code) for place, code in codes if language().rules[code].says is says]
        if asked:
            settled = any(_withdraws_question(line) for line in comment.lines[asked[-1][0] :])
            return "withdrawn" if settled else asked[0][1]
    return _rest(comment, [code for _, code in codes])


def _withdraws_question(line: str) -> bool:
    """Tell whether a sentence says that nothing need be answered any more; one that itself asks does not."""
    lists = language().lists
    match = None if "? " in line else lists["withdrawn"].search(line)
    return match is not None and not lists["not_settled"].search(line, match.end())


def _settled(codes: Sequence[tuple[int, str]], comment: _TaggedComment) -> Sequence[tuple[int, str]]:
    """Doubt what a mark alone makes a question, where a short comment mocks or any asks everybody."""
    mocks = any(language().rules[code].stage == "rhetoric" for _, code in codes) and not comment.letter
    if not mocks and all(code != "addressee.public" for _, code in codes):
        return codes
    return [(place, "unsure.vague" if code in _BY_MARK else code) for place, code in codes]


def _rest(comment: _TaggedComment, codes: Sequence[str]) -> str:
    """Return the rule of a text that asks nothing."""
    lists, line = language().lists, "".join(comment.lines)
    if lists["case"].search(line) and lists["case_marks"].search(line):
        return "unsure.own_case"
    if codes and codes[0].startswith("addressee"):
        return codes[0]
    praises = lists["praise"].search(lists["sincere"].sub("", line))
    if not praises and any(_reports(line, comment) for line in comment.lines):
        return "report.problem"
    return next(iter(codes), "thanks" if praises else "other")
