"""Recognise a post that says its page has moved, and to which network.

A move counts only if the author or the page itself moves and the destination is named or linked: timetables, schools,
offices and prices move too, and an additional page is no move (docs/dev/design.md, section 5, Excused). The words are
data: the lists of words.toml that are named here.
"""

import re
import unicodedata

from auditor.language.engine import language
from auditor.language.tagger import untagged
from auditor.language.words import without_mentions

_MOST_READ = 20_000
_MOST_SIGNS = 4_000
"""Signs of a post that are read: a notice of moving stands at its beginning."""

_LINKS = {
    "telegram": r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/\S*|(?<!\w)@\w+",
    "vk": r"(?:https?://)?(?:www\.|m\.)?vk\.(?:com|ru)/\S*|\[(?:id|club|public|event)\]",
    "max": r"(?:https?://)?(?:www\.)?max\.ru/\S*",
    "ok": r"(?:https?://)?(?:www\.|m\.)?ok\.ru/\S*",
    "other": r"https?://\S*|\[link\]",
}
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_QUOTED = re.compile(r"«[^«»]*\s[^«»]*»|\"[^\"]*\s[^\"]*\"")
"""Matches a quotation, which is another author's text, but not a single quoted word such as a name."""


def says_moved(text: str | None) -> str | None:
    """Return the key of the network to which a post says its page has moved; None if it does not say so.

    ``other`` stands for a link or a place on none of the four networks.
    """
    sentences = [untagged(sentence[0]) for sentence in _SENTENCE.finditer(_with_link_words(text))]
    return next((network for index in range(len(sentences)) if (network := _moved_in(sentences, index))), None)


def _moved_in(sentences: list[str], index: int) -> str | None:
    """Return the network to which the sentence at `index` says the page has moved, else None."""
    lists, sentence = language().lists, sentences[index]
    preceding, following = "".join(sentences[:index]), "".join(sentences[index + 1 :])
    if lists["page_stays"].search(sentence):
        return None
    if move := lists["page_moves"].search(sentence):
        verb = lists["moving"].search(sentence, move.start())
        return _network(sentence[verb.end() if verb else move.start() :] + following)
    end = lists["page_ends"].search(sentence)
    return _network(sentence[end.end() :] + following + preceding + sentence[: end.start()]) if end else None


def _network(text: str) -> str | None:
    """Return the network of the first link, else the one that is named first as a destination; None without either."""
    links = re.findall(r"(?<!\S)link(\w+)/", text)
    destination, lists = language().lists["place"].search(text), language().lists
    if links or destination is None:
        return next((link for link in links if link != "other"), "other") if links else None
    named = ((network, lists[network].search(text, destination.start())) for network in ("telegram", "vk", "max", "ok"))
    return min(((match.start(), network) for network, match in named if match), default=(0, "other"))[1]


def _with_link_words(text: str | None) -> str:
    """Return the part of a text that is read, without quotations, and each link as a word that names its network."""
    readable = unicodedata.normalize("NFKC", without_mentions((text or "")[:_MOST_READ]))[:_MOST_SIGNS]
    for network, link in _LINKS.items():
        readable = re.sub(link, f" link{network} ", readable, flags=re.IGNORECASE)
    return _QUOTED.sub(" ", readable.replace("ё", "е").replace("Ё", "Е"))
