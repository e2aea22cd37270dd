"""t.me's previews of the synthetic world, in the structure of facts/telegram.md 3; our own markup and words."""

import base64
import json
from datetime import UTC, datetime
from html import escape

from auditor.sandbox.tme.pages import PICTURE, document, plural, rich, rounded
from auditor.sandbox.world.model import Account, Post, PostKind

_PAGE_IDS = 20
"""Message ids a page."""


def preview(account: Account, now: datetime, before: int | None = None, after: int | None = None) -> str:
    """Return t.me/s/NAME: the newest twenty message ids, those below `before`, or those above `after`."""
    everything = account.posts_at(now)
    page = _page(everything, before, after)
    head, blocks = _preview_head(account, before), [_block(account, post, now) for post in page]
    if page:
        older = any(p.id < page[0].id for p in everything)
        newer = any(p.id > page[-1].id for p in everything)
        first, last = page[0].id, page[-1].id + page[-1].extra
        if older:
            head += f'\n    <link rel="prev" href="/s/{account.name}?before={first}">'
            blocks.insert(0, _more("before", account, first))
        if newer:
            head += f'\n    <link rel="next" href="/s/{account.name}?after={last}">'
            blocks.append(_more("after", account, last))
    return document(head, _preview_body(account, blocks or [_nothing()]), "widget_frame_base tgme_webpreview")


def above(account: Account, now: datetime, number: int) -> int:
    """Return the id after which the page of t.me/s/NAME/ID begins: the message stands in its middle."""
    older = [p.id for p in account.posts_at(now) if p.id < number]
    return older[-_PAGE_IDS // 2 - 1] if len(older) > _PAGE_IDS // 2 else 0


def empty_preview(account: Account) -> str:
    """Return the preview with "No posts found", as it is also served to those who ask too often."""
    return document(_preview_head(account, None), _preview_body(account, [_nothing()]), "widget_frame_base")


def _page(posts: list[Post], before: int | None, after: int | None) -> list[Post]:
    """Return whole messages of at least twenty ids, oldest first; an album is never cut."""
    if after is not None:
        line = [p for p in posts if p.id > after]
    else:
        line = [p for p in reversed(posts) if before is None or p.id < before]
    taken, ids = [], 0
    for post in line:
        if ids >= _PAGE_IDS:
            break
        taken.append(post)
        ids += 1 + post.extra
    return sorted(taken, key=lambda p: p.id)


def _preview_head(account: Account, before: int | None) -> str:
    here = f"/s/{account.name}" + (f"?before={before}" if before is not None else "")
    return (
        f"    <title>{escape(account.title)} – Telegram</title>\n"
        f'    <meta property="og:title" content="{escape(account.title)}">\n'
        f'    <meta property="og:image" content="{PICTURE}">\n'
        f'    <meta property="og:description" content="{escape(account.description.replace(chr(10), chr(9)))}">\n'
        f'    <link rel="canonical" href="{here}">'
    )


def _more(way: str, account: Account, number: int) -> str:
    return (
        '<div class="tgme_widget_message_centered js-messages_more_wrap">'
        f'<a href="/s/{account.name}?{way}={number}" class="tme_messages_more js-messages_more" data-{way}="{number}">'
        "</a></div>"
    )


def _nothing() -> str:
    return (
        '<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message_centered">'
        '<div class="tme_no_messages_found">No posts found</div></div></div>'
    )


def _preview_body(account: Account, blocks: list[str]) -> str:
    mark = '<i class="verified-icon"> ✔</i>' if account.verified else ""
    count = account.subscribers
    shown = {word: sum(p.media in kinds for p in account.posts) for word, kinds in _COUNTED.items()}
    counters = _counter(count, "subscriber") + "".join(_counter(n, word) for word, n in shown.items() if n)
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


_COUNTED = {"photo": {"photo", "album"}, "video": {"video"}, "file": {"document"}, "link": {"link"}}


def _counter(number: int, word: str) -> str:
    return (
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{rounded(number)}</span> '
        f'<span class="counter_type">{plural(number, word)}</span></div>'
    )


# Messages --------------------------------------------------------------------------------------------------------


def shell(account: Account, number: int, post: Post | None) -> str:
    """Return t.me/NAME/ID: a frame around the post, without a date of its own."""
    described = escape(post.text if post is not None else account.description)
    head = (
        f"    <title>Telegram: View @{account.name}</title>\n"
        f'    <meta property="og:title" content="{escape(account.title)}">\n'
        f'    <meta property="og:description" content="{described}">'
    )
    frame = f'<iframe id="telegram-post" src="https://t.me/{account.name}/{number}?embed=1&amp;mode=tme"></iframe>'
    return document(head, f'    <div class="tgme_page_wrap">{frame}</div>', "no_transition")


def single(account: Account, post: Post | None, now: datetime) -> str:
    """Return t.me/NAME/ID?embed=1: the post alone, or the words that there is none."""
    head = '    <title>Telegram Widget</title>\n    <meta name="robots" content="noindex, nofollow">'
    if post is None:
        body = '<div class="tgme_widget_message_error err_message">Post not found</div>'
    else:
        body = _block(account, post, now)
    return document(head, body, "widget_frame_base tgme_widget body_widget_post")


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
        f"{_PREVIEWED if post.media == 'link' else ''}"
        f"{_reactions(post)}{_footer(account, post)}  </div>\n</div></div>"
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
            '<a class="tgme_widget_message_photo_wrap grouped_media_wrap blured js-message_photo" '
            f'style="left:0px;top:0px;width:225px;height:226px;{_SHOWN}" href="{here}/{number}?single"></a>'
            for number in range(post.id, post.id + post.extra + 1)
        )
        return (
            '    <div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
            f'<div class="tgme_widget_message_grouped">{parts}</div></div>\n'
        )
    if post.media == "video":
        return (
            f'    <a class="tgme_widget_message_video_player js-message_video_player" href="{here}/{post.id}">'
            f'<i class="tgme_widget_message_video_thumb" style="{_SHOWN}"></i>'
            '<div class="tgme_widget_message_video_wrap" style="width:1280px;padding-top:56.25%">'
            '<video src="https://cdn4.telesco.pe/file/synthetic.mp4" '
            'class="tgme_widget_message_video js-message_video" width="100%" height="100%"></video></div>'
            '<time class="message_video_duration js-message_video_duration">0:27</time></a>\n'
        )
    if post.media == "photo":
        return (
            f'    <a class="tgme_widget_message_photo_wrap" href="{here}/{post.id}" style="width:800px;{_SHOWN}"></a>\n'
        )
    return _poll(here, post) if post.media == "poll" else _WORDLESS.get(post.media, "").format(url=f"{here}/{post.id}")


_SHOWN = f"background-image:url('{PICTURE}')"
_WORDLESS = {
    "voice": (
        '    <a class="tgme_widget_message_voice_player js-message_voice_player" href="{url}">'
        '<audio class="tgme_widget_message_voice js-message_voice" src="https://cdn4.telesco.pe/file/synthetic.ogg" '
        'data-ogg width="100%"></audio><div class="tgme_widget_message_voice_wrap">'
        '<time class="tgme_widget_message_voice_duration js-message_voice_duration">0:21</time></div></a>\n'
    ),
    "sticker": (
        '    <div class="tgme_widget_message_sticker_wrap media_supported_cont">'
        '<i class="tgme_widget_message_sticker js-sticker_image" style="width:256px;" '
        'data-webp="https://cdn4.telesco.pe/file/synthetic.webp"></i></div>\n'
    ),
    "note": (
        '    <div class="tgme_widget_message_roundvideo_player js-message_roundvideo_player">'
        '<video src="https://cdn4.telesco.pe/file/synthetic.mp4" '
        'class="tgme_widget_message_roundvideo js-message_roundvideo" width="100%" height="100%"></video>'
        '<time class="tgme_widget_message_roundvideo_duration js-message_roundvideo_duration">0:12</time></div>\n'
    ),
    "document": (
        '    <a class="tgme_widget_message_document_wrap" href="{url}"><div class="tgme_widget_message_document_icon '
        'accent_bg"></div><div class="tgme_widget_message_document">'
        '<div class="tgme_widget_message_document_title accent_color" dir="auto">vymysel.pdf</div>'
        '<div class="tgme_widget_message_document_extra" dir="auto">1.2 MB</div></div></a>\n'
    ),
}
_PREVIEWED = (
    '    <a class="tgme_widget_message_link_preview" href="https://primer.invalid/novost">'
    '<div class="link_preview_site_name accent_color" dir="auto">Вымышленный сайт</div>'
    f'<i class="link_preview_image" style="{_SHOWN}"></i>'
    '<div class="link_preview_title" dir="auto">Вымышленная новость</div>'
    '<div class="link_preview_description" dir="auto">Придуманный пересказ придуманной страницы.</div></a>\n'
)
"""What Telegram shows under the text of a post that has a link, in front of its foot."""


def _poll(here: str, post: Post) -> str:
    options = "".join(
        '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">'
        f'{share}%</div><div class="tgme_widget_message_poll_option_value">'
        f'<div class="tgme_widget_message_poll_option_text">{word}</div></div></div>'
        for word, share in (("За", 60), ("Против", 40))
    )
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


def _reactions(post: Post) -> str:
    if post.kind is PostKind.SERVICE or post.id % 3:
        return ""
    return (
        '    <div class="tgme_widget_message_reactions js-message_reactions"><span class="tgme_reaction">'
        f'<i class="emoji"><b>👍</b></i>{post.id % 50 + 1}</span></div>\n'
    )


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
