"""t.me's pages of the synthetic world, in the structure of facts/telegram.md 2-3; our own markup and words."""

__all__ = ["block_page", "landing", "missing", "other_layout", "preview", "single", "too_many"]

import base64
import json
from datetime import UTC, datetime
from html import escape

from auditor.sandbox.model import Account, Post, PostKind

NOTE = "<!-- synthetic page of auditor's sandbox: every name, text and number in it is invented -->"
_PICTURE = "https://cdn4.telesco.pe/file/synthetic.jpg"
PAGE_IDS = 20


def document(head: str, body: str, body_class: str = "") -> str:
    """Wrap a page. Padding like the real pages' keeps even the smallest above the size of an error page."""
    return (
        f'<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    {NOTE}\n{head}\n'
        '    <link rel="icon" type="image/svg+xml" href="//telegram.org/img/website_icon.svg?4">\n'
        '    <link href="//telegram.org/css/telegram.css?254" rel="stylesheet" media="screen">\n  </head>\n'
        f'  <body class="{body_class}">\n{body}\n  </body>\n</html>\n{NOTE}\n'
    )


def rich(text: str) -> str:
    """Write a text as Telegram does: escaped, ! as a number, line ends as <br/>, smileys in <i class=emoji>."""
    parts = []
    for sign in escape(text).replace("!", "&#33;").replace("\n", "<br/>"):
        smiley = ord(sign) >= 0x1F300
        parts.append(f'<i class="emoji"><b>{sign}</b></i>' if smiley else sign)
    return "".join(parts)


def spaced(number: int) -> str:
    """Write a number with a no-break space between its thousands."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def rounded(number: int) -> str:
    """Write a number as a channel's header does: exact below a thousand, else 5.01K, 11.3K."""
    if number < 1000:
        return str(number)
    thousands = number / 1000
    digits = 2 if thousands < 10 else 1 if thousands < 100 else 0
    return f"{thousands:.{digits}f}".rstrip("0").rstrip(".") + "K"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else f"{word}s"


# Landing pages ---------------------------------------------------------------------------------------------------


def landing(account: Account) -> str:
    """Return t.me/NAME of an account that exists, by its kind."""
    title, extra, action, link = _landing_parts(account)
    mark = '<i class="verified-icon"> ✔</i>' if account.verified else ""
    described = (
        f'<div class="tgme_page_description" dir="auto">{rich(account.description)}</div>'
        if account.description
        else ""
    )
    page = (
        f'<div class="tgme_page_photo">\n  <a href="tg://resolve?domain={account.name}">'
        f'<img class="tgme_page_photo_image" src="{_PICTURE}"></a>\n</div>\n'
        f'<div class="tgme_page_title" dir="auto">\n  <span dir="auto">{escape(account.title)}</span>{mark}\n</div>\n'
        f'{extra}\n{described}\n<div class="tgme_page_action">\n'
        f'  <a class="tgme_action_button_new shine" href="tg://resolve?domain={account.name}">{action}</a>\n</div>\n{link}'
    )
    return _landing(title, account.title, account.description, page)


def _landing_parts(account: Account) -> tuple[str, str, str, str]:
    name, count = account.name, account.subscribers
    if account.kind == "group":
        extra = f"{spaced(count)} {_plural(count, 'member')}, {spaced(count // 20)} online"
        return f"Telegram: View @{name}", _extra(extra), "View in Telegram", ""
    if account.kind == "user":
        return f"Telegram: Contact @{name}", _extra(f"@{name}"), "Send Message", ""
    if account.kind == "bot":
        extra = _extra(f"\n  @{name}\n") + _extra(f"{spaced(count)} monthly users")
        return f"Telegram: Launch @{name}", extra, "Start Bot", ""
    extra = _extra(f"{spaced(count)} {_plural(count, 'subscriber')}")
    if account.kind == "invite":
        return "Telegram: Join Group Chat", extra, "Join Channel", ""
    link = (
        '<div class="tgme_page_context_link_wrap">'
        f'<a class="tgme_page_context_link" href="/s/{name}">Preview channel</a></div>\n'
    )
    return f"Telegram: View @{name}", extra, "View in Telegram", link


def _extra(text: str) -> str:
    return f'<div class="tgme_page_extra">{text}</div>'


def missing(name: str) -> str:
    """Return the stub for a name that nobody has, which throttled clients get as well."""
    safe = escape(name)
    page = (
        '<div class="tgme_page_icon">\n  <i class="tgme_icon_user"></i>\n</div>\n<div class="tgme_page_description">\n'
        f'  Write to <a class="tgme_username_link" href="tg://resolve?domain={safe}">@{safe}</a> in the application.\n'
        f'</div>\n<div class="tgme_page_action">\n  <a class="tgme_action_button_new" '
        f'href="tg://resolve?domain={safe}">Send Message</a>\n</div>\n'
    )
    return _landing(f"Telegram: Contact @{safe}", f"Telegram: Contact @{safe}", "", page, robots=True)


def _landing(title: str, og_title: str, description: str, page: str, *, robots: bool = False) -> str:
    picture = "https://telegram.org/img/t_logo_2x.png" if robots else _PICTURE
    head = (
        f"    <title>{title}</title>\n"
        + ('    <meta name="robots" content="noindex, nofollow">\n' if robots else "")
        + f'    <meta property="og:title" content="{escape(og_title)}">\n'
        f'    <meta property="og:image" content="{picture}">\n'
        '    <meta property="og:site_name" content="Telegram">\n'
        f'    <meta property="og:description" content="{escape(description.replace(chr(10), chr(9)))}">'
    )
    body = (
        '    <div class="tgme_page_wrap">\n      <div class="tgme_head_wrap"><div class="tgme_head">'
        '<a href="//telegram.org/" class="tgme_head_brand"></a></div></div>\n'
        f'      <div class="tgme_body_wrap">\n        <div class="tgme_page">\n{page}        </div>\n      </div>\n'
        '    </div>\n    <div id="tgme_frame_cont"></div>'
    )
    return document(head, body, "no_transition")


# Preview ---------------------------------------------------------------------------------------------------------


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
        if ids >= PAGE_IDS:
            break
        taken.append(post)
        ids += 1 + post.extra
    return sorted(taken, key=lambda p: p.id)


def _preview_head(account: Account, before: int | None) -> str:
    here = f"/s/{account.name}" + (f"?before={before}" if before is not None else "")
    return (
        f"    <title>{escape(account.title)} – Telegram</title>\n"
        f'    <meta property="og:title" content="{escape(account.title)}">\n'
        f'    <meta property="og:image" content="{_PICTURE}">\n'
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
    count, photos = account.subscribers, sum(p.media in {"photo", "album"} for p in account.posts)
    counters = _counter(count, "subscriber") + (_counter(photos, "photo") if photos else "")
    described = (
        f'<div class="tgme_channel_info_description">{rich(account.description)}</div>' if account.description else ""
    )
    return (
        '    <header class="tgme_header search_collapsed">\n      <div class="tgme_container">\n'
        '        <div class="tgme_header_right_column"><section class="tgme_right_column">\n'
        '          <div class="tgme_channel_info">\n            <div class="tgme_channel_info_header">\n'
        f'              <i class="tgme_page_photo_image"><img src="{_PICTURE}"></i>\n'
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
        f"{rounded(count)} {_plural(count, 'subscriber')}</div></a></div>\n      </div>\n    </header>\n"
        f'    <main class="tgme_main" data-url="/{account.name}">\n      <div class="tgme_container">\n'
        '        <section class="tgme_channel_history js-message_history">\n'
        + "\n".join(blocks)
        + "\n        </section>\n      </div>\n    </main>"
    )


def _counter(number: int, word: str) -> str:
    return (
        f'<div class="tgme_channel_info_counter"><span class="counter_value">{rounded(number)}</span> '
        f'<span class="counter_type">{_plural(number, word)}</span></div>'
    )


# Messages --------------------------------------------------------------------------------------------------------


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
        f'<i class="tgme_widget_message_user_photo"><img src="{_PICTURE}"></i></a></div>\n'
        '  <div class="tgme_widget_message_bubble">\n'
        f'    <div class="tgme_widget_message_author accent_color"><a class="tgme_widget_message_owner_name" '
        f'href="https://t.me/{account.name}"><span dir="auto">{escape(account.title)}</span></a></div>\n'
        f"{_forwarded(post)}{_reply(account, post)}{_media(account, post)}{_text(account, post)}"
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
            f'<a class="tgme_widget_message_photo_wrap grouped_media_wrap" href="{here}/{number}?single"></a>'
            for number in range(post.id, post.id + post.extra + 1)
        )
        return (
            '    <div class="tgme_widget_message_grouped_wrap js-message_grouped_wrap">'
            f'<div class="tgme_widget_message_grouped">{parts}</div></div>\n'
        )
    if post.media == "video":
        return (
            f'    <a class="tgme_widget_message_video_player js-message_video_player" href="{here}/{post.id}">'
            '<time class="message_video_duration js-message_video_duration">0:27</time></a>\n'
        )
    if post.media == "photo":
        return f'    <a class="tgme_widget_message_photo_wrap" href="{here}/{post.id}"></a>\n'
    return _poll(here, post) if post.media == "poll" else ""


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
    text = rich(post.text)
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


# What comes instead of a page ------------------------------------------------------------------------------------


def block_page() -> str:
    """Return a provider's page in place of t.me."""
    words = (
        "Доступ к информационному ресурсу ограничен на основании Федерального закона № 149-ФЗ. "
        "Сведения о ресурсе внесены в реестр Роскомнадзора: https://eais.rkn.gov.ru/. "
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Доступ ограничен</title>{NOTE}</head>"
        f"<body><h1>Доступ ограничен</h1><p>{words * 3}</p></body></html>"
    )


def other_layout(name: str) -> str:
    """Return a page of a form that nobody has described."""
    filler = "<p>Lorem ipsum synthetic layout.</p>" * 20
    return document("    <title>Telegram</title>", f'<div id="app" data-peer="{escape(name)}">{filler}</div>')


def too_many() -> str:
    """Return the body of a 429."""
    return document("    <title>Too Many Requests</title>", "<h1>Too Many Requests</h1>")
