"""Fold names of offices as people type and paste them: what reads the same to a person becomes the same text."""

import re
import unicodedata
from functools import cache

from auditor.registry.typed_text import plain_text


def plain_name(text: str) -> str:
    """Return `text` with case, ё, dashes and blanks folded and decomposed letters (й, ё) composed."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(re.sub(r"[‐-―−]", "-", folded).split())


_SIGNS = re.compile(r"""["'“”„‟‘’‚‛`«»‹›<>()\[\],;:!?№#]""")
"""Signs around names and between them, which no name is told by."""


@cache
def plain_query(text: str) -> str:
    """Return a name as `plain_name` does, without quotes and other signs, and with its abbreviations written out.

    A Latin letter among Russian ones is the Russian one that looks like it.
    """
    folded = plain_name(_SIGNS.sub(" ", plain_text(text)))
    if not folded.isascii():
        folded = " ".join(map(_russian, folded.split()))
    for pattern, whole in _ABBREVIATIONS:
        folded = pattern.sub(whole, folded)
    return " ".join(folded.split())


_LOOK_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LATIN = re.compile("[a-z]")


def _russian(word: str) -> str:
    """Return a word of a name that is not Latin as a whole, in Russian letters if nothing but they can be meant."""
    replaced = word.translate(_LOOK_ALIKE)
    return word if _LATIN.search(replaced) and word.isascii() else replaced


_ABBREVIATIONS = tuple(
    (re.compile(pattern), whole)
    for pattern, whole in (
        (r"\bр[-.] ?о?н(?:а|у|ом|е)?\b\.?", " район "),
        (r"\bм\. ?р\b\.?|\bмр\b\.?|\bм\. *(?=район)", " муниципальный район "),
        (r"\bг\. ?о\b\.?|\bго\b\.?(?= ?\w)", " городской округ "),
        (r"\bм\. ?о\b\.?|\bмо\b\.?(?= ?\w)", " муниципальный "),
        (r"\bобл\b\.?", " область "),
        (r"\bадм\b\.?", " администрация "),
        (r"\b(\d+)-?[а-я]{1,3}\b", r"\1"),  # «4-й»
        (r"\b(?:(?:по|от|одномандатн\w+|избирательн\w+) )+(?=округ|\d)", ""),
        (r"\b(округ\w*) (?:n|no|номер)\b\.? ?(?=\d)", r"\1 "),
    )
)
"""What stands for more words than a name tells apart, in the order in which it is written out."""
