"""Find whom the beginning of a comment addresses: a citizen or the holder, by a mention or a name."""

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
"""Signs. In a longer text a name after a last comma is its signature, not the person addressed."""
_ALIKE = 4
"""Leading letters that identify a part of a name in any case and spelling: «Валерьевич», «Валериевич»."""


class Addressee(NamedTuple):
    """The rest of a text to read, whether it addresses an official by name (`formal`), or the rule that decides."""

    text: str
    formal: bool = False
    rule: str = ""


def strip_mention(text: str, addressed: Side | None) -> tuple[str, str]:
    """Return the text after its leading mention, and the rule if the mention decides, else an empty string.

    It decides if it is of a citizen or nothing follows it. `addressed` is the mentioned account's side if known.
    """
    if addressed is Side.CITIZEN:
        return text, "addressee.mention"
    mention = _MENTION.match(text)
    if mention is None or not any(sign.isalnum() for sign in text[mention.end() :]):
        return text, "words.none" if mention else ""
    office = mention[1] in {"club", "public"} or _OFFICIAL.search(mention[3] or mention[4] or "")
    return text[mention.end() :], "" if addressed is not None or office else "addressee.mention"


def strip_name(text: str, names: Collection[str]) -> Addressee:
    """Return the text after the name it begins with: the holder's (`names`) or, without `names`, an official's.

    The name of another person decides: the comment is addressed to a citizen. Without a name the text is unchanged.
    """
    name_starts = {_normalise(part)[:_ALIKE] for name in names for part in name.split()}
    signature = _NAMED_LAST.search(text) if len(text) < _SHORT else None
    if (
        signature is not None
        and word(_normalise(signature[1])).given
        and _normalise(signature[1])[:_ALIKE] not in name_starts
    ):
        return Addressee(text, rule="addressee.name")
    greeting = _GREETED.match(text)
    match = _NAMED.match(text, greeting.end() if greeting else 0)
    name_parts = match[1].split() if match else []
    if match is None or not _is_name(name_parts):
        return Addressee(text)
    rest = text[: match.start()] + text[match.end() :]
    is_holder = name_starts and all(_normalise(part)[:_ALIKE] in name_starts for part in name_parts)
    is_official = (
        not name_starts
        and any(word(_normalise(part)).patronymic for part in name_parts)
        and not _BACK.match(text, match.end())
    )
    return Addressee(rest, formal=True) if is_holder or is_official else Addressee(text, rule="addressee.name")


def _is_name(name_parts: Sequence[str]) -> bool:
    forms = [word(_normalise(part)) for part in name_parts]
    return forms[0].given and all(part.name for part in forms)


def _normalise(part: str) -> str:
    return part.casefold().replace("ё", "е")
