"""What a post says of its own page: that it has moved, and where to.

A move is believed only where the author or the page itself is what moves, and where the place it goes to is named or
linked: timetables, schools, offices and prices move too, and one page more is no move (docs/dev/design.md, section 5,
Excused). The words are data: the lists of words.toml that are named here.
"""

import re
import unicodedata

from auditor.language.engine import language
from auditor.language.tagger import untagged
from auditor.language.words import without_mentions

_MOST_READ = 20_000
_MOST_SIGNS = 4_000
"""So much of a post is looked at: who moves says so early."""

_LINKS = {
    "telegram": r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/\S*|(?<!\w)@\w+",
    "vk": r"(?:https?://)?(?:www\.|m\.)?vk\.(?:com|ru)/\S*|\[(?:id|club|public|event)\]",
    "max": r"(?:https?://)?(?:www\.)?max\.ru/\S*",
    "ok": r"(?:https?://)?(?:www\.|m\.)?ok\.ru/\S*",
    "other": r"https?://\S*|\[link\]",
}
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_QUOTED = re.compile(r"«[^«»]*\s[^«»]*»|\"[^\"]*\s[^\"]*\"")
"""What is quoted is another's word, unless it is one name."""


def says_moved(text: str | None) -> str | None:
    """Return the network to which a post says that its page has moved, as the registry names it; None: it does not.

    ``other`` is another address that is not known by its network.
    """
    lines = [untagged(sentence[0]) for sentence in _SENTENCE.finditer(_read(text))]
    return next((to for place in range(len(lines)) if (to := _moved_in(lines, place))), None)


def _moved_in(lines: list[str], place: int) -> str | None:
    """Return where a sentence says that the page has moved."""
    lists, line = language().lists, lines[place]
    before, after = "".join(lines[:place]), "".join(lines[place + 1 :])
    if lists["page_stays"].search(line):
        return None
    if move := lists["page_moves"].search(line):
        verb = lists["moving"].search(line, move.start())
        return _network(line[verb.end() if verb else move.start() :] + after)
    end = lists["page_ends"].search(line)
    return _network(line[end.end() :] + after + before + line[: end.start()]) if end else None


def _network(line: str) -> str | None:
    """Return the network of the first link, else of the first that is named as a place to go to."""
    links = re.findall(r"(?<!\S)link(\w+)/", line)
    place, lists = language().lists["place"].search(line), language().lists
    if links or place is None:
        return next((link for link in links if link != "other"), "other") if links else None
    named = ((network, lists[network].search(line, place.start())) for network in ("telegram", "vk", "max", "ok"))
    return min(((match.start(), network) for network, match in named if match), default=(0, "other"))[1]


def _read(text: str | None) -> str:
    """Return what is read of a text, with each link as a word that names its network."""
    read = unicodedata.normalize("NFKC", without_mentions((text or "")[:_MOST_READ]))[:_MOST_SIGNS]
    for network, link in _LINKS.items():
        read = re.sub(link, f" link{network} ", read, flags=re.IGNORECASE)
    return _QUOTED.sub(" ", read.replace("ё", "е").replace("Ё", "Е"))
