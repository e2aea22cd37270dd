"""Compile words.toml: its phrases become regular expressions for tagged sentences.

A tagged sentence has each word with letters for its classes by the dictionary, and a comma for any mark that ends a
clause: «Когда дадут воду?» is «когда/s дадут/FV воду/Ns ? ».
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
    "theirs": "3", "yours": "4", "thing": "N", "person": "A", "name": "Z", "still": "s", "deed": "D", "result": "R",
    "office": "O", "either": "E", "other": "X", "never": "L", "place": "C", "number": "#", "date": "Y", "any": "",
}  # fmt: skip
"""The letter that tags each class of words. Only this module and `tagger` know the letters."""
_WORD = r"[^\s/,?!]+"
_ANY = rf"{_WORD}/\S* "
_STILL = rf"{_WORD}/\S*s\S* "
_SIGNS = {
    "…": rf"(?:{_ANY}(?:[,;] )?){{0,3}}?",
    "~": rf"(?:(?<![,;] ){_ANY}){{0,12}}?",
    "≈": rf"(?:(?<![,;] ){_STILL}){{1,6}}",
    "$": r"(?:(?<=[,;?!] )|(?=[?!,;] |$)(?:[?!,;] )?)",
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
    """A rule of comments: its code, the intent it stands for (`says`), and the phrases that it matches."""

    code: str
    says: Intent
    meaning: str
    example: str
    stage: str
    names: str
    clause: bool
    """Whether its phrases begin a clause that another may govern: «не знаю, когда»."""
    bare: bool
    """Whether it is tried in comments without any mark alone."""
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
    """The rules that are tried at each stage, in order."""


@lru_cache(maxsize=1)
def language() -> Lexicon:
    """Return words.toml, compiled; it is read once, at the first call."""
    file = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    words, names = _sets(file["words"]), file["names"]
    lead = rf"(?:(?:{'|'.join(sorted(words['lead'], key=len, reverse=True))})/\S* (?:[,;] )?){{0,4}}"
    rules = {code: _rule(code, fields, names, lead) for code, fields in file["rules"].items()}
    return Lexicon(
        words=words,
        aliases=file["aliases"],
        verbs=_sets(file["verbs"]),
        lists={name: compile_phrases(phrases, names, lead) for name, phrases in file["lists"].items()},
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
        bare=fields.get("bare", False),
        phrases=compile_phrases(fields.get("phrases", ()), names, lead),
        unless=compile_phrases(fields.get("unless", ()), names, lead),
    )


def _expand_names(phrase: str, names: _Names) -> str:
    """Return a phrase with each @name replaced by its alternatives."""
    return _NAME.sub(lambda match: _expand_names(f"({'|'.join(names[match[1]])})", names), phrase)


def compile_phrases(phrases: Iterable[str], names: _Names, lead: str) -> re.Pattern[str]:
    """Return the pattern that matches any of the phrases; without phrases one that never matches."""
    expanded = (_ENDINGS.sub(_endings, _expand_names(phrase, names)) for phrase in phrases)
    body = "|".join("".join(_token_pattern(element, lead) for element in _PART.findall(phrase)) for phrase in expanded)
    return re.compile(rf"(?<!\S)(?:{body})" if body else r"(?!)")


def _endings(match: re.Match[str]) -> str:
    """Return a word with several endings as alternatives: «скажи(те)?» is «(скажите|скажи)»."""
    endings = [*match[2].split("|"), *([""] if match[3] else [])]
    return f"({'|'.join(match[1] + ending for ending in endings)})"


def _token_pattern(element: str, lead: str) -> str:
    """Return the pattern of one element of a phrase: a sign, a class, a word or a stem."""
    if element in {"^", "⊢"}:
        return rf"{'^' if element == '⊢' else '(?:^|(?<=[,?!] ))'}{lead}"
    if element in _SIGNS or element in {")", "|", "?"}:
        return _SIGNS.get(element, element)
    if element.startswith("<"):
        letter = _CLASSES[element[1:-1]]
        return rf"{_WORD}/[^\s{letter}]*{letter}\S* (?:[,;] )?" if letter else rf"{_ANY}(?:[,;] )?"
    if element == "^≈":  # a comma may stand before it, as before any clause
        return rf"{_token_pattern('^', lead)}{_STILL}(?:(?<![,;] ){_STILL}){{0,5}}"
    stem = re.escape(element.rstrip("*")) + (r"[^\s/]*" if element.endswith("*") else "")
    return rf"{stem}/\S* (?:[,;] )?"
