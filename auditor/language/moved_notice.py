"""Recognise a post that says its page has moved, and to which network.

Two signs make a notice: that this page stops or its author goes, and another page, linked or named. With the first
alone a post may say so (docs/dev/design.md, section 5, Excused). The words are data: the lists of words.toml that are
named here.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

from auditor.base.networks import networks
from auditor.language.engine import language
from auditor.language.tagger import untagged
from auditor.language.words import without_mentions

_MOST_READ = 20_000
_MOST_SIGNS = 4_000
"""Signs of a post that are read: a notice of moving stands at its beginning."""

_ELSEWHERE = {"max": r"(?:www\.)?max\.ru/\S*", "ok": r"(?:www\.|m\.)?ok\.ru/\S*"}
"""Links to the networks that the program does not look at, which have no record."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_QUOTED = re.compile(r"«[^«»]*\s[^«»]*»|\"[^\"]*\s[^\"]*\"")
"""Matches a quotation, which is another author's text, but not a single quoted word such as a name."""


class Move(NamedTuple):
    """What a post says of a move of its page."""

    to: str | None = None
    """The key of the network to which the page has moved; ``other`` for a page on none of the four."""
    doubtful: bool = False
    """Whether it says that this page stops, and names no other."""


def read_move(text: str | None) -> Move:
    """Return what a post says of a move."""
    sentences = [untagged(sentence[0]) for sentence in _SENTENCE.finditer(_with_link_words(text))]
    post, lists = ", ".join(sentences), language().lists
    if not any(map(_stops, sentences)) or lists["page_keeps"].search(post):
        return Move()
    network = None if lists["page_doubts"].search(post) else _network(lists["own_place"].sub("", post))
    return Move(network, doubtful=network is None)


def _stops(sentence: str) -> bool:
    """Return whether a sentence says that this page stops or its author goes, and nothing in it speaks against that."""
    has = {name for name, pattern in language().lists.items() if name.startswith("page_") and pattern.search(sentence)}
    return "page_stays" not in has and ("page_stops" in has or {"page_here", "page_silent"} <= has)


def _network(text: str) -> str | None:
    """Return the network of the first link, else the one that is named first as a destination; None without either."""
    lists = language().lists
    destination, link = lists["place"].search(text), re.search(rf"(?<!\S)link({'|'.join(_links())})/", text)
    if link or destination is None:
        return link and link[1]
    named = ((network, lists[network].search(text, destination.start())) for network in _links() if network in lists)
    return min(((match.start(), network) for network, match in named if match), default=(0, "other"))[1]


@cache
def _links() -> dict[str, str]:
    """Return by network how a link to it looks in a text."""
    return {key: facts.link_pattern for key, facts in sorted(networks().items())} | _ELSEWHERE


@cache
def _link_words() -> dict[str, str]:
    """Return what a link or a mention looks like, by the word that stands for it, in the order of replacing."""
    mentions = {f"mention{key}": facts.mention_pattern for key, facts in networks().items()}
    links = {f"link{key}": rf"(?:https?://)?{link}" for key, link in _links().items()}
    return {**links, "linkother": r"https?://\S*|\[link\]", **mentions}


def _with_link_words(text: str | None) -> str:
    """Return the part of a text that is read, with each link as a word that names its network.

    A quotation is the word ``quoted``: after «канал» it is another page's name, or another author's text.
    """
    readable = unicodedata.normalize("NFKC", without_mentions((text or "")[:_MOST_READ]))[:_MOST_SIGNS]
    for word, pattern in _link_words().items():
        readable = re.sub(pattern, f" {word} ", readable, flags=re.IGNORECASE)
    return _QUOTED.sub(" quoted ", readable.replace("ё", "е").replace("Ё", "Е"))
