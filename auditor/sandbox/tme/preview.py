"""t.me's previews of the synthetic world, built as docs/dev/sources.md describes, with our own markup and words."""

import base64
import json
from datetime import UTC, datetime
from html import escape

from auditor.sandbox.tme.landing_pages import document, plural, rich, rounded
from auditor.sandbox.world.model import PostKind, WorldAccount, WorldPost

_NOTHING = '<div class="tgme_widget_message_centered"><div class="tme_no_messages_found">No posts found</div></div>'
_PAGE_IDS = 20
"""Message ids on a page."""


def preview(account: WorldAccount, now: datetime, before_id: int | None = None) -> str:
    """Return t.me/s/NAME: the newest twenty message ids, or those below `before_id`."""
    everything = account.posts_at(now)
    page = _page(everything, before_id)
    head, blocks = _preview_head(account, before_id), [_block(account, post) for post in page]
    if page and any(p.id < page[0].id for p in everything):
        head += f'\n    <link rel="prev" href="/s/{account.name}?before={page[0].id}">'
        blocks.insert(0, _older(account, page[0].id))
    return document(head, _preview_body(account, blocks or [_NOTHING]), "widget_frame_base tgme_webpreview")


def _page(posts: list[WorldPost], before_id: int | None) -> list[WorldPost]:
    """Return whole messages of at least twenty ids, oldest first; albums are not split."""
    page_posts, id_count = [], 0
    for post in reversed(posts):
        if (before_id is None or post.id < before_id) and id_count < _PAGE_IDS:
            page_posts.append(post)
            id_count += 1 + post.extra
    return page_posts[::-1]


def _preview_head(account: WorldAccount, before_id: int | None) -> str:
    path = f"/s/{account.name}" + (f"?before={before_id}" if before_id is not None else "")
    return f'    <title>{escape(account.title)} – Telegram</title>\n    <link rel="canonical" href="{path}">'


def _older(account: WorldAccount, number: int) -> str:
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap">'
        f'<a href="/s/{account.name}?before={number}" class="tme_messages_more js-messages_more" '
        f'data-before="{number}"></a></div>'
    )


def _preview_body(account: WorldAccount, blocks: list[str]) -> str:
    mark = '<i class="verified-icon"> ✔</i>' if account.verified else ""
    photos = sum(post.media == "photo" for post in account.posts)
    counters = _counter(account.subscribers, "subscriber") + (_counter(photos, "photo") if photos else "")
    about = (
        f'<div class="tgme_channel_info_description">{rich(account.description)}</div>' if account.description else ""
    )
    return (
        '    <header class="tgme_header search_collapsed">\n      <div class="tgme_channel_info">\n'
        '        <div class="tgme_channel_info_header_title">'
        f'<span dir="auto">{escape(account.title)}</span></div>\n'
        f'        <div class="tgme_channel_info_header_labels">{mark}</div>\n'
        f'        <div class="tgme_channel_info_counters">{counters}</div>\n        {about}\n'
        f'      </div>\n    </header>\n    <main class="tgme_main" data-url="/{account.name}">\n'
        '      <section class="tgme_channel_history js-message_history">\n'
        + "\n".join(blocks)
        + "\n      </section>\n    </main>"
    )


def _counter(number: int, word: str) -> str:
    return (
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{rounded(number)}</span> '
        f'<span class="counter_type">{plural(number, word)}</span></div>'
    )


# Messages --------------------------------------------------------------------------------------------------------


def _block(account: WorldAccount, post: WorldPost) -> str:
    service = " service_message" if post.kind is PostKind.SERVICE else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap{service} js-widget_message" '
        f'data-post="{account.name}/{post.id}" data-view="{_view(account)}">\n'
        '  <div class="tgme_widget_message_bubble">\n'
        f'    <div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" '
        f'href="https://t.me/{account.name}"><span dir="auto">{escape(account.title)}</span></a></div>\n'
        f"{_forwarded(post)}{_reply(account, post)}{_poll(post)}{_photos(account, post)}{_text(account, post)}"
        f"{_footer(account, post)}  </div>\n</div></div>"
    )


def _view(account: WorldAccount) -> str:
    return base64.urlsafe_b64encode(json.dumps({"c": -account.number}).encode()).decode().rstrip("=")


def _forwarded(post: WorldPost) -> str:
    if post.kind is not PostKind.REPOST:
        return ""
    if post.origin is None:
        name = '<span class="tgme_widget_message_forwarded_from_name" dir="auto">Имярек скрытый</span>'
    else:
        name = (
            f'<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/{post.origin.username}/1">'
            f'<span dir="auto">{escape(post.origin.name)}</span></a>'
        )
    return f'    <div class="tgme_widget_message_forwarded_from accent_color">Forwarded from&nbsp;{name}</div>\n'


def _reply(account: WorldAccount, post: WorldPost) -> str:
    if post.replies_to is None:
        return ""
    return (
        f'    <a class="tgme_widget_message_reply" href="https://t.me/{account.name}/{post.replies_to.id}">'
        '<div class="tgme_widget_message_author accent_color">'
        f'<span class="tgme_widget_message_author_name" dir="auto">{escape(account.title)}</span></div>'
        '<div class="tgme_widget_message_text js-message_reply_text" dir="auto">'
        f"{rich(post.replies_to.text)}</div></a>\n"
    )


def _poll(post: WorldPost) -> str:
    if post.media != "poll":
        return ""
    return (
        '    <div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">'
        f"{rich(post.text)}</div></div>\n"
    )


def _photos(account: WorldAccount, post: WorldPost) -> str:
    if post.media not in {"photo", "album"}:
        return ""
    numbers = range(post.id, post.id + post.extra + 1)
    photos = "".join(
        f'<a class="tgme_widget_message_photo_wrap" href="https://t.me/{account.name}/{number}"></a>'
        for number in numbers
    )
    grouped = '<div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
    return f"    {grouped}{photos}</div>\n" if post.extra else f"    {photos}\n"


def _text(account: WorldAccount, post: WorldPost) -> str:
    if post.media == "poll" or not post.text:
        return ""
    text = rich(post.text, post.anchors)
    if " pinned «" in post.text and post.kind is PostKind.SERVICE:
        author_link = f'<a class="tgme_widget_message_author_name" href="https://t.me/{account.name}">'
        text = f"{author_link}{escape(account.title)}</a> pinned «{rich(post.text.split(' pinned «', 1)[1])}"
    return f'    <div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>\n'


def _footer(account: WorldAccount, post: WorldPost) -> str:
    voters = '<span class="tgme_widget_message_voters">12</span>' if post.media == "poll" else ""
    signed = f'<span class="tgme_widget_message_from_author" dir="auto">{escape(post.signature)}</span>,&nbsp;'
    posted_at = post.at.astimezone(UTC)
    return (
        '    <div class="tgme_widget_message_footer compact js-message_footer">\n'
        f'      {voters}<span class="tgme_widget_message_meta">{signed if post.signature else ""}'
        f'<a class="tgme_widget_message_date" href="https://t.me/{account.name}/{post.id}">'
        f'<time datetime="{posted_at.isoformat(timespec="seconds")}" class="time">{posted_at:%H:%M}</time></a>'
        "</span>\n    </div>\n"
    )
