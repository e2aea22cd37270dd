"""Reading Russian texts just far enough: has it words, whom does it mention.

Nothing here returns a citizen's words; a probe calls these and keeps only the flags.
"""

import re
import unicodedata

# A question mark that ends a link belongs to the sentence, one inside it does not.
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
    """Tell whether there is any text, if only a smiley."""
    return bool(text and text.strip())


def has_words(text: str | None) -> bool:
    """Tell whether there is a letter or a digit besides links and mentions: a smiley alone is no answer."""
    return bool(text and _WORD.search(_plain(text)))


def without_mentions(text: str) -> str:
    """Take the names and ids of those whom a VK text mentions out of it: «[id]», «[club]» or «[link]» is left."""
    return _VK_MENTION.sub(lambda match: f"[{match[1] or 'link'}]", text)
