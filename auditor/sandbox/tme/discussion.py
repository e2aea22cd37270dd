"""t.me's discussion widget of the synthetic world (docs/dev/sources.md, Telegram): comments, older ones as JSON."""

import hashlib
import json
from datetime import UTC, datetime
from html import escape

from auditor.sandbox.tme.landing_pages import document, rich
from auditor.sandbox.world.model import WorldAccount, WorldAuthor, WorldComment, WorldPost

_PICTURE = "https://cdn5.telesco.pe/file/synthetic.jpg"
_AT_MOST = 100
_OLDER = 50
_API = "https:\\/\\/t.me\\/api\\/method?api_hash=5a2db0c5a2db0c5a2d"
"""As in real pages, the address names t.me: a client of another server must replace the host."""


def _digest(*parts: object) -> str:
    return hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:18]


def peer_of(account: WorldAccount) -> str:
    """Return the `peer` of the discussion group, in the widget's form."""
    return f"c{account.group_number}_{int(_digest(account.group_number), 16) % 10**18}"


def hash_of(account: WorldAccount, post: WorldPost) -> str:
    """Return the `discussion_hash` of one post."""
    return _digest(account.group_number, post.copy_id)


def discussion(account: WorldAccount, post: WorldPost | None, now: datetime, limit: int) -> str:
    """Return t.me/NAME/ID?embed=1&discussion=1: the newest comments, or an error page."""
    if post is None:
        return _page('<div class="tgme_widget_message_error err_message">Post not found</div>', None)
    if account.group_name is None or post.closed:
        return _page(_unavailable(), None)
    comments = post.comments_at(now)
    shown = comments[-min(limit, _AT_MOST) :] if limit > 0 else []
    return _page(_open(account, post, comments, shown), len(comments))


def older_comments(account: WorldAccount, post: WorldPost, now: datetime, before_id: int) -> dict[str, object]:
    """Return the JSON of `loadComments`: the fifty comments before an id."""
    comments = post.comments_at(now)
    older = [c for c in comments if c.id < before_id]
    shown = older[-_OLDER:]
    more = _more(shown[0].id, len(older) - len(shown)) if len(older) > len(shown) else ""
    return {
        "ok": True,
        "comments_cnt": len(comments),
        "header_html": _count(len(comments)),
        "comments_html": more + "".join(_comment(account, post, c) for c in shown),
    }


def _page(body: str, count: int | None) -> str:
    head = '    <title>Telegram Widget</title>\n    <meta name="robots" content="noindex, nofollow" />'
    init: dict[str, object] = {"auto_height": True}
    if count is not None:
        init = {"comments_cnt": count, "can_send_media": False, "autoload": True, **init}
    script = (
        f'\n    <script>TWidgetAuth.init({{"api_url":"{_API}","unauth":true,"bot_id":1}});\n'
        f"TWidgetDiscussion.init({json.dumps(init, separators=(',', ':'))});\n</script>"
    )
    return document(head, body + script, "widget_frame_base tgme_widget body_widget_discussion")


def _unavailable() -> str:
    return (
        '<h3 class="tgme_post_discussion_header js-header">Comments</h3>\n'
        '<div class="tgme_post_discussion tgme_widget_messages_helper js-message_history">\n'
        '  <div class="tme_no_messages_found">Discussion is not available at the moment.</div>\n</div>'
    )


def _open(account: WorldAccount, post: WorldPost, comments: list[WorldComment], shown: list[WorldComment]) -> str:
    hidden = len(comments) - len(shown)
    more = _more(shown[0].id, hidden) if shown and hidden else ""
    return (
        '<div class="tgme_post_discussion_header_wrap">\n  <h3 class="tgme_post_discussion_header">'
        f'<span class="js-header">{_count(len(comments))}</span> on '
        f'<a href="https://t.me/{account.name}/{post.id}">this post</a></h3>\n</div>\n'
        '<div class="tgme_post_discussion js-message_history">\n  '
        + more
        + "".join(_comment(account, post, c) for c in shown)
        + '\n</div>\n<div class="tgme_post_discussion_footer">\n'
        '  <form class="tgme_post_discussion_new_message_form js-new_message_form">\n'
        f'    <input type="hidden" name="peer" value="{peer_of(account)}" />\n'
        f'    <input type="hidden" name="top_msg_id" value="{post.copy_id}" />\n'
        f'    <input type="hidden" name="discussion_hash" value="{hash_of(account, post)}" />\n  </form>\n</div>'
    )


def _count(number: int) -> str:
    return "Comments" if number == 0 else f"{number} comment{'' if number == 1 else 's'}"


def _more(before_id: int, hidden: int) -> str:
    return (
        f'<div class="tme_messages_more accent_bghover js-messages_more" data-before="{before_id}">'
        f"Show {hidden} more comments</div>\n"
    )


def _name(author: WorldAuthor, *, linked: bool) -> str:
    name = f'<span dir="auto" class="name">{escape(author.name)}</span>' if linked else escape(author.name)
    if linked and author.username:
        return f'<a class="tgme_widget_message_author_name" href="https://t.me/{author.username}">{name}</a>'
    return f'<span class="tgme_widget_message_author_name" dir="auto">{name}</span>'


def _comment(account: WorldAccount, post: WorldPost, comment: WorldComment) -> str:
    text, written_at = rich(comment.text), comment.at.astimezone(UTC)
    quotation = _quotation(comment.answers) if comment.answers is not None else ""
    body = f'    <div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>\n'
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post-id="{comment.id}">\n'
        '  <div class="tgme_widget_message_user"><i class="tgme_widget_message_user_photo">'
        f'<img src="{_PICTURE}"></i></div>\n'
        '  <div class="tgme_widget_message_bubble">\n'
        f'    <div class="tgme_widget_message_author accent_color">{_name(comment.author, linked=True)}</div>\n'
        f"{quotation}{body if comment.text else ''}"
        '    <div class="tgme_widget_message_footer js-message_footer">'
        f'<a class="tgme_widget_message_date" href="https://t.me/{account.name}/{post.id}?comment={comment.id}">'
        f'<time datetime="{written_at.isoformat(timespec="seconds")}">{written_at:%b %d}'
        "</time></a></div>\n  </div>\n</div></div>\n"
    )


def _quotation(comment: WorldComment) -> str:
    return (
        f'    <div class="tgme_widget_message_reply user-color-default js-reply_to" data-reply-to="{comment.id}">'
        f'<div class="tgme_widget_message_author accent_color">{_name(comment.author, linked=False)}</div>'
        f'<div class="tgme_widget_message_text js-message_reply_text" dir="auto">{rich(comment.text)}</div></div>\n'
    )
