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
_MENTION = re.compile(r"\[(?:id|club|public)\d+\|[^\]]{0,200}\]|(?<!\w)@\w+")
_VK_MENTION = re.compile(r"\[(?:(id|club|public|event)-?\d*(?::[^\s\[\]|]*)?|[^\s\[\]|]{1,200})\|[^\]]*\]")
_WORD = re.compile(r"[^\W_]", re.UNICODE)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).replace("ё", "е").replace("Ё", "Е")
    return _MENTION.sub(" ", URL.sub(" ", text))


def has_text(text: str | None) -> bool:
    """Return whether there is any text, even if only a smiley."""
    return bool(text and text.strip())


def has_words(text: str | None) -> bool:
    """Return whether there is a letter or a digit besides links and mentions: a smiley alone is no reply."""
    return bool(text and _WORD.search(_plain(text)))


def without_mentions(text: str) -> str:
    """Return a VK text with each mention replaced by «[id]», «[club]» or «[link]», without names and ids."""
    return _VK_MENTION.sub(lambda match: f"[{match[1] or 'link'}]", text)
