"""The small engine of words.toml: its phrases become patterns that are found in a tagged sentence.

A tagged sentence has each word with a letter for each thing that the dictionary says of it, and a comma for any mark
that ends a clause: «Когда дадут воду?» is «когда/s дадут/FV воду/Ns ? ».
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from auditor.base.snapshot import Intent

_CLASSES = {
    "imperative": "M", "infinitive": "I", "future": "F", "present": "T", "past": "P", "verb": "V", "you": "2",
    "theirs": "3", "thing": "N", "person": "A", "name": "Z", "still": "s", "deed": "D", "result": "R", "office": "O",
    "either": "E", "other": "X", "never": "L", "place": "C", "number": "#", "date": "Y", "any": "",
}  # fmt: skip
"""A class of words by the letter that tags it; `engine` and `tagged` are all that know the letters."""
_WORD = r"[^\s/,?!]+"
_ANY = rf"{_WORD}/\S* "
_STILL = rf"{_WORD}/\S*s\S* "
_SIGNS = {
    "…": rf"(?:{_ANY}(?:, )?){{0,3}}?",
    "~": rf"(?:(?<!, ){_ANY}){{0,12}}?",
    "≈": rf"(?:(?<!, ){_STILL}){{1,6}}",
    "$": r"(?:(?<=[,?!] )|(?=[?!,] |$)(?:[?!,] )?)",
    "■": r"(?=[?!] |$)",
    "⁇": r"\? ",
    "‼": r"! ",
    "<?>": r"(?=[^?]*\? )",
    "(": "(?:",
}
_ENDINGS = re.compile(r"([\w-]+)\(([^()]*)\)(\?)?")
_NAME = re.compile(r"@(\w+)")
_PART = re.compile(r"\^≈|<\?>|<[a-z]+>|[()|?^⊢…~≈$■⁇‼]|[^\s()|?^⊢…~≈$■⁇‼<>]+")


_Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """What decides: a code, what it makes of a comment, and the phrases by which it is known."""

    code: str
    says: Intent
    meaning: str
    example: str
    stage: str
    names: str
    clause: bool
    """Its phrases begin a clause that another may govern: «не знаю, когда»."""
    phrases: re.Pattern[str]
    unless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All of words.toml, compiled."""

    words: Mapping[str, frozenset[str]]
    aliases: Mapping[str, str]
    verbs: Mapping[str, frozenset[str]]
    lists: Mapping[str, re.Pattern[str]]
    rules: Mapping[str, Rule]
    stages: Mapping[str, tuple[Rule, ...]]
    """The rules that are asked at a stage, in their order."""


@lru_cache(maxsize=1)
def language() -> Lexicon:
    """Return what the file says, read at the first comment."""
    file = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    words, names = _sets(file["words"]), file["names"]
    lead = rf"(?:(?:{'|'.join(sorted(words['lead'], key=len, reverse=True))})/\S* (?:, )?){{0,4}}"
    rules = {code: _rule(code, fields, names, lead) for code, fields in file["rules"].items()}
    return Lexicon(
        words=words,
        aliases=file["aliases"],
        verbs=_sets(file["verbs"]),
        lists={name: compiled(phrases, names, lead) for name, phrases in file["lists"].items()},
        rules=rules,
        stages={stage: tuple(r for r in rules.values() if r.stage == stage) for stage in _STAGES},
    )


_STAGES = ("addressee", "rhetoric", "asks")


def _sets(table: Mapping[str, str]) -> dict[str, frozenset[str]]:
    return {name: frozenset(text.split()) for name, text in table.items()}


def _rule(code: str, fields: Mapping[str, Any], names: _Names, lead: str) -> Rule:
    return Rule(
        code=code,
        says=Intent(fields["says"]),
        meaning=fields["meaning"],
        example=fields["example"],
        stage=fields.get("stage", ""),
        names=fields.get("names", ""),
        clause=fields.get("clause", False),
        phrases=compiled(fields.get("phrases", ()), names, lead),
        unless=compiled(fields.get("unless", ()), names, lead),
    )


def _named(phrase: str, names: _Names) -> str:
    """Write out the @words of a phrase."""
    return _NAME.sub(lambda match: _named(f"({'|'.join(names[match[1]])})", names), phrase)


def compiled(phrases: Iterable[str], names: _Names, lead: str) -> re.Pattern[str]:
    """Return the pattern of any of some phrases; of none one that is never found."""
    whole = (_ENDINGS.sub(_endings, _named(phrase, names)) for phrase in phrases)
    body = "|".join("".join(_sign(part, lead) for part in _PART.findall(phrase)) for phrase in whole)
    return re.compile(rf"(?<!\S)(?:{body})" if body else r"(?!)")


def _endings(match: re.Match[str]) -> str:
    """Write a word with several endings out: «скажи(те)?» is «(скажите|скажи)»."""
    endings = [*match[2].split("|"), *([""] if match[3] else [])]
    return f"({'|'.join(match[1] + ending for ending in endings)})"


def _sign(part: str, lead: str) -> str:
    """Return the pattern of a part of a phrase: a sign, a class, a word or a stem."""
    if part in {"^", "⊢"}:
        return rf"{'^' if part == '⊢' else '(?:^|(?<=[,?!] ))'}{lead}"
    if part in _SIGNS or part in {")", "|", "?"}:
        return _SIGNS.get(part, part)
    if part.startswith("<"):
        letter = _CLASSES[part[1:-1]]
        return rf"{_WORD}/[^\s{letter}]*{letter}\S* (?:, )?" if letter else rf"{_ANY}(?:, )?"
    if part == "^≈":  # a comma may stand before it, as before any clause
        return rf"{_sign('^', lead)}{_STILL}(?:(?<!, ){_STILL}){{0,5}}"
    stem = re.escape(part.rstrip("*")) + (r"[^\s/]*" if part.endswith("*") else "")
    return rf"{stem}/\S* (?:, )?"
