"""t.me's previews of the synthetic world, built as docs/dev/sources.md tells; our own markup and words."""

import base64
import json
from datetime import UTC, datetime
from html import escape

from auditor.sandbox.tme.pages import PICTURE, document, plural, rich, rounded
from auditor.sandbox.world.model import Account, Post, PostKind

_PAGE_IDS = 20
"""Message ids a page."""


def preview(account: Account, now: datetime, before: int | None = None) -> str:
    """Return t.me/s/NAME: the newest twenty message ids, or those below `before`."""
    everything = account.posts_at(now)
    page = _page(everything, before)
    head, blocks = _preview_head(account, before), [_block(account, post, now) for post in page]
    if page and any(p.id < page[0].id for p in everything):
        head += f'\n    <link rel="prev" href="/s/{account.name}?before={page[0].id}">'
        blocks.insert(0, _older(account, page[0].id))
    return document(head, _preview_body(account, blocks or [_nothing()]), "widget_frame_base tgme_webpreview")


def _page(posts: list[Post], before: int | None) -> list[Post]:
    """Return whole messages of at least twenty ids, oldest first; an album is never cut."""
    taken, ids = [], 0
    for post in reversed(posts):
        if (before is None or post.id < before) and ids < _PAGE_IDS:
            taken.append(post)
            ids += 1 + post.extra
    return taken[::-1]


def _preview_head(account: Account, before: int | None) -> str:
    here = f"/s/{account.name}" + (f"?before={before}" if before is not None else "")
    return (
        f"    <title>{escape(account.title)} – Telegram</title>\n"
        f'    <meta property="og:title" content="{escape(account.title)}">\n'
        f'    <meta property="og:image" content="{PICTURE}">\n'
        f'    <meta property="og:description" content="{escape(account.description.replace(chr(10), chr(9)))}">\n'
        f'    <link rel="canonical" href="{here}">'
    )


def _older(account: Account, number: int) -> str:
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap">'
        f'<a href="/s/{account.name}?before={number}" class="tme_messages_more js-messages_more" '
        f'data-before="{number}"></a></div>'
    )


def _nothing() -> str:
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message_centered">'
        '<div class="tme_no_messages_found">No posts found</div></div></div>'
    )


def _preview_body(account: Account, blocks: list[str]) -> str:
    mark = '<i class="verified-icon"> ✔</i>' if account.verified else ""
    count = account.subscribers
    photos = sum(post.media == "photo" for post in account.posts)
    counters = _counter(count, "subscriber") + (_counter(photos, "photo") if photos else "")
    described = (
        f'<div class="tgme_channel_info_description">{rich(account.description)}</div>' if account.description else ""
    )
    return (
        '    <header class="tgme_header search_collapsed">\n      <div class="tgme_container">\n'
        '        <div class="tgme_header_right_column"><section class="tgme_right_column">\n'
        '          <div class="tgme_channel_info">\n            <div class="tgme_channel_info_header">\n'
        f'              <i class="tgme_page_photo_image"><img src="{PICTURE}"></i>\n'
        '              <div class="tgme_channel_info_header_title_wrap">\n'
        '                <div class="tgme_channel_info_header_title">'
        f'<span dir="auto">{escape(account.title)}</span></div>\n'
        f'                <div class="tgme_channel_info_header_labels">{mark}</div>\n              </div>\n'
        '              <div class="tgme_channel_info_header_username">'
        f'<a href="https://t.me/{account.name}">@{account.name}</a></div>\n            </div>\n'
        f'            <div class="tgme_channel_info_counters">{counters}</div>\n            {described}\n'
        "          </div>\n        </section></div>\n"
        '        <div class="tgme_header_info"><a class="tgme_header_link" '
        f'href="https://t.me/{account.name}"><div class="tgme_header_counter">'
        f"{rounded(count)} {plural(count, 'subscriber')}</div></a></div>\n      </div>\n    </header>\n"
        f'    <main class="tgme_main" data-url="/{account.name}">\n      <div class="tgme_container">\n'
        '        <section class="tgme_channel_history js-message_history">\n'
        + "\n".join(blocks)
        + "\n        </section>\n      </div>\n    </main>"
    )


def _counter(number: int, word: str) -> str:
    return (
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{rounded(number)}</span> '
        f'<span class="counter_type">{plural(number, word)}</span></div>'
    )


# Messages --------------------------------------------------------------------------------------------------------


def _block(account: Account, post: Post, now: datetime) -> str:
    service = " service_message" if post.kind is PostKind.SERVICE else ""
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
        f'<div class="tgme_widget_message text_not_supported_wrap{service} js-widget_message" '
        f'data-post="{account.name}/{post.id}" data-view="{_view(account, post, now)}">\n'
        f'  <div class="tgme_widget_message_user"><a href="https://t.me/{account.name}">'
        f'<i class="tgme_widget_message_user_photo"><img src="{PICTURE}"></i></a></div>\n'
        '  <div class="tgme_widget_message_bubble">\n'
        f'    <div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" '
        f'href="https://t.me/{account.name}"><span dir="auto">{escape(account.title)}</span></a></div>\n'
        f"{_forwarded(post)}{_reply(account, post)}{_media(account, post)}{_text(account, post)}"
        f"{_footer(account, post)}  </div>\n</div></div>"
    )


def _view(account: Account, post: Post, now: datetime) -> str:
    seen = {
        "c": -account.number,
        "p": f"{post.id}g" if post.extra else post.id,
        "t": int(now.timestamp()),
        "h": f"{account.number ^ post.id:018x}",
    }
    return base64.urlsafe_b64encode(json.dumps(seen, separators=(",", ":")).encode()).decode().rstrip("=")


def _forwarded(post: Post) -> str:
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


def _reply(account: Account, post: Post) -> str:
    if post.replies_to is None:
        return ""
    return (
        f'    <a class="tgme_widget_message_reply" href="https://t.me/{account.name}/{post.replies_to.id}">'
        '<div class="tgme_widget_message_author accent_color">'
        f'<span class="tgme_widget_message_author_name" dir="auto">{escape(account.title)}</span></div>'
        '<div class="tgme_widget_message_text js-message_reply_text" dir="auto">'
        f"{rich(post.replies_to.text)}</div></a>\n"
    )


def _media(account: Account, post: Post) -> str:
    here = f"https://t.me/{account.name}"
    if post.media == "album":
        parts = "".join(
            f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="{here}/{number}?single"></a>'
            for number in range(post.id, post.id + post.extra + 1)
        )
        return f'    <div class="tgme_widget_message_grouped_wrap">{parts}</div>\n'
    if post.media == "video":
        return (
            f'    <a class="tgme_widget_message_video_player js-message_video_player" href="{here}/{post.id}">'
            '<time class="message_video_duration js-message_video_duration">0:27</time></a>\n'
        )
    if post.media == "photo":
        return f'    <a class="tgme_widget_message_photo_wrap" href="{here}/{post.id}"></a>\n'
    return _poll(here, post) if post.media == "poll" else ""


def _poll(here: str, post: Post) -> str:
    options = "".join(f'<div class="tgme_widget_message_poll_option_text">{word}</div>' for word in ("За", "Против"))
    return (
        '    <div class="tgme_widget_message_poll js-poll"><div class="tgme_widget_message_poll_question">'
        f'{rich(post.text)}</div><div class="tgme_widget_message_poll_type">Anonymous Poll</div>'
        f'<a class="tgme_widget_message_poll_options" href="{here}/{post.id}">{options}</a></div>\n'
    )


def _text(account: Account, post: Post) -> str:
    if post.media == "poll" or not post.text:
        return ""
    text = rich(post.text, post.anchors)
    if " pinned «" in post.text and post.kind is PostKind.SERVICE:
        pinned = rich(post.text.split(" pinned «", 1)[1].removesuffix("»"))
        text = (
            f'<a class="tgme_widget_message_author_name" href="https://t.me/{account.name}"><span dir="auto">'
            f'{escape(account.title)}</span></a> pinned «<span class="tgme_widget_service_strong_text" dir="auto">'
            f"{pinned}</span>»"
        )
    return f'    <div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>\n'


def _footer(account: Account, post: Post) -> str:
    views = rounded(post.id * 37 % 9000 + 1)
    seen = f'<span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span>'
    if post.kind is PostKind.SERVICE:
        seen = ""
    if post.media == "poll":
        seen = '<span class="tgme_widget_message_voters">12</span><span class="copyonly"> voters</span>' + seen
    signed = (
        f'<span class="tgme_widget_message_from_author" dir="auto">{escape(post.signature)}</span>,&nbsp;'
        if post.signature
        else ""
    )
    edited = "edited &nbsp;" if post.edited else ""
    at = post.at.astimezone(UTC)
    return (
        '    <div class="tgme_widget_message_footer compact js-message_footer">\n'
        f'      <div class="tgme_widget_message_info short js-message_info">{seen}'
        f'<span class="tgme_widget_message_meta">{signed}{edited}<a class="tgme_widget_message_date" '
        f'href="https://t.me/{account.name}/{post.id}">'
        f'<time datetime="{at.isoformat(timespec="seconds")}" class="time">'
        f"{at:%H:%M}</time></a></span></div>\n    </div>\n"
    )
