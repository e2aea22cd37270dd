"""Patterns of links and mentions, and whether a text has words at all.

The flags are stored in place of the text; `without_mentions` removes people's names and ids from it.
"""

import re
import unicodedata

# A question mark at the end of a link belongs to the sentence; inside the link it is part of the address.
URL = re.compile(
    r"(?:https?://|www\.)\S*[^\s?!.,;)»]|(?<![\w.-])[\w.-]{1,80}\.(?:ru|com|org|net|me|рф|su|example)/(?:\S*[^\s?!.,;)»])?",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\[(?:id|club|public|event)\d+\|[^\]]{0,200}\]|(?<!\w)@\w+")
_VK_MENTION = re.compile(r"\[(?:(id|club|public|event)-?\d*(?::[^\s\[\]|]*)?|[^\s\[\]|]{1,200})\|[^\]]*\]")
_STRIPPED_MENTION = re.compile(r"\[(?:id|club|public|event|link)\]")
_WORD = re.compile(r"[^\W_]", re.UNICODE)
_WHOLE_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+|(?<=\d)[.,:/]\d+)*")
_INSIDE_WORDS = re.compile("[\u00ad\u200b-\u200d\u2060\u0300-\u036f]")
"""Matches an accent, a soft hyphen and other signs that part no word."""
_FIVE, _MOST_SIGNS = 5, 20_000


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("ё", "е").replace("Ё", "Е")
    return _MENTION.sub(" ", URL.sub(" ", text))


def has_text(text: str | None) -> bool:
    """Return whether there is any text, even if only a smiley."""
    return bool(text and text.strip())


def has_words(text: str | None) -> bool:
    """Return whether there is a letter or a digit besides links and mentions: a smiley alone is no reply."""
    return bool(text and _WORD.search(_plain(text)))


def has_five_words(text: str | None) -> bool:
    """Return whether there are five words or more, each with a letter or digit; links and mentions are none."""
    readable = _plain(_STRIPPED_MENTION.sub(" ", without_mentions((text or "")[:_MOST_SIGNS])))
    return len(_WHOLE_WORD.findall(_INSIDE_WORDS.sub("", readable))) >= _FIVE


def without_mentions(text: str) -> str:
    """Return a VK text with each mention replaced by «[id]», «[club]» or «[link]», without names and ids."""
    return _VK_MENTION.sub(lambda match: f"[{match[1] or 'link'}]", text)
