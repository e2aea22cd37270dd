"""What Telegram's posts carry besides words: pictures, links, files, a sticker, a voice. Only posts of long ago get it.

It is drawn by no chance, so that a world stays what it was but for this.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from auditor.sandbox.world.model import Account, Post, PostKind

KINDS = ("photo", "video", "link", "document", "voice", "sticker", "note")
"""As `Post.media` names them; ``note`` is a round video."""
WORDLESS = frozenset({"voice", "sticker", "note"})
"""Kinds that have no words of their own."""
_LONG_AGO = timedelta(days=62)
"""Before what any silence is measured on."""


def vary(accounts: Iterable[Account], ends: datetime, kinds: Sequence[str] = KINDS) -> None:
    """Give the channels' old posts something to show, each kind in turn."""
    for account in accounts:
        if account.network == "telegram" and account.kind == "channel":
            plain = (post for post in account.posts if post.at < ends - _LONG_AGO and _is_plain(post))
            for post, kind in zip(plain, kinds, strict=False):
                post.media, post.text = kind, "" if kind in WORDLESS else post.text


def _is_plain(post: Post) -> bool:
    """Tell whether a post has words and nothing else, and nothing hangs on it."""
    more = (post.media, post.anchors, post.comments, post.replies_to, post.pinned, "/" in post.text, "@" in post.text)
    return post.kind is PostKind.OWN and bool(post.text) and not any(more)
