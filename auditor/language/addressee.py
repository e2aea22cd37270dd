"""Whom a comment's beginning speaks to: a mention or a name of a citizen, or of the holder."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from auditor.base.snapshot import Side
from auditor.language.grammar import word

_MENTION = re.compile(
    r"^[\W_]*?(?:\w+[\s,.!]+){0,3}?(?:\[(id|club|public)(\d+)\|([^\]]{0,200})\]|(?<!\w)@(\w+))[\s,:]*"
)
_OFFICIAL = re.compile(
    r"glav|adm|mer_|mayor|gubern|rayon|raion|gorod|official|vlast|duma|deputat|sovet|gov", re.IGNORECASE
)
_GREETED = re.compile(
    r"^(?:[\W_]|(?:здр\w+|привет\w*|до+бр\w+|день|утро|вечер|дня|времени|суток|всем|сп[ао]сибо|ответ)\b)*",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"([А-Я][а-я]+(?:-[А-Я][а-я]+)?(?:\s+[А-Я][а-я]+){0,2})\s*(?:[,:!]|(?=\s(?:а\s)?(?:вы|ты|вам|тебе|у вас)\b))"
)
_NAMED_LAST = re.compile(r",\s*([А-Я][а-я]{2,})\s*[?!]+$")
_BACK = re.compile(r"\s*(?:а|ну|и|так|да)?[\s,]*(?:вы|ты|вам|тебе|у вас|у тебя)(?![\w-])", re.IGNORECASE)
_SHORT = 100
"""Signs: a name after a comma ends a longer text as its signature."""
_ALIKE = 4
"""Letters by which a part of a name is known: «Валерьевич» and «Валериевич», in any case."""


class Addressee(NamedTuple):
    """What remains of a text to be read, whether it calls an official by name, or the rule that decides."""

    text: str
    formal: bool = False
    rule: str = ""


def strip_mention(text: str, addressed: Side | None) -> tuple[str, str]:
    """Return the text after its leading mention, and the rule where that mentions a citizen."""
    if addressed is Side.CITIZEN:
        return text, "addressee.mention"
    mention = _MENTION.match(text)
    if mention is None or not any(sign.isalnum() for sign in text[mention.end() :]):
        return text, "words.none" if mention else ""
    office = mention[1] in {"club", "public"} or _OFFICIAL.search(mention[3] or mention[4] or "")
    return text[mention.end() :], "" if addressed is not None or office else "addressee.mention"


def strip_name(text: str, names: Collection[str]) -> Addressee:
    """Return the text after the name that it begins with: the holder's, or one as people write to an official."""
    known = {_even(part)[:_ALIKE] for name in names for part in name.split()}
    last = _NAMED_LAST.search(text) if len(text) < _SHORT else None
    if last is not None and word(_even(last[1])).given and _even(last[1])[:_ALIKE] not in known:
        return Addressee(text, rule="addressee.name")
    greeted = _GREETED.match(text)
    match = _NAMED.match(text, greeted.end() if greeted else 0)
    parts = match[1].split() if match else []
    if match is None or not _is_name(parts):
        return Addressee(text)
    rest = text[: match.start()] + text[match.end() :]
    holder = known and all(_even(part)[:_ALIKE] in known for part in parts)
    official = not known and any(word(_even(part)).patronymic for part in parts) and not _BACK.match(text, match.end())
    return Addressee(rest, formal=True) if holder or official else Addressee(text, rule="addressee.name")


def _is_name(parts: Sequence[str]) -> bool:
    words = [word(_even(part)) for part in parts]
    return words[0].given and all(part.name for part in words)


def _even(part: str) -> str:
    return part.casefold().replace("ё", "е")
