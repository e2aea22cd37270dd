"""t.me's landing pages of the synthetic world, as docs/dev/sources.md describes, with our own markup and words."""

import re
from collections.abc import Sequence
from html import escape

from auditor.sandbox.world.model import WorldAccount

_NOTE = "<!-- synthetic page of auditor's sandbox: every name, text and number in it is invented -->"
PICTURE = "https://cdn4.telesco.pe/file/synthetic.jpg"


def document(head: str, body: str, body_class: str = "") -> str:
    """Return a whole page. Padding as in real pages keeps even the smallest larger than an error page."""
    return (
        f'<!DOCTYPE html>\n<html>\n  <head>\n    <meta charset="utf-8">\n    {_NOTE}\n{head}\n'
        '    <link rel="icon" type="image/svg+xml" href="//telegram.org/img/website_icon.svg?4">\n'
        '    <link href="//telegram.org/css/telegram.css?254" rel="stylesheet" media="screen">\n  </head>\n'
        f'  <body class="{body_class}">\n{body}\n  </body>\n</html>\n{_NOTE}\n'
    )


def rich(text: str, anchors: Sequence[tuple[str, str]] = ()) -> str:
    """Return a text as Telegram's HTML: escaped, ! as a number, line ends as <br/>, emoji in <i class=emoji>.

    Addresses and @names become links, and so do the words of `anchors`, (words, address), which hide their address.
    """
    links = [(m.start(), m.end(), m[0]) for m in _LINK.finditer(text)]
    links += [(text.find(anchor_text), text.find(anchor_text) + len(anchor_text), url) for anchor_text, url in anchors]
    pieces, position = [], 0
    for start, end, url_text in sorted(links):
        url = url_text if "://" in url_text else f"https://{url_text.replace('@', 't.me/')}"
        link = f'<a href="{escape(url)}" target="_blank" rel="noopener">{_escape(text[start:end])}</a>'
        pieces += [_escape(text[position:start]), link]
        position = end
    return "".join([*pieces, _escape(text[position:])])


_LINK = re.compile(
    r"(?<![\w@./])(?:https?://[^\s<>«»]*[\w/=]|(?:t\.me|vk\.com)/[\w./+-]*[\w/]|@[A-Za-z]\w{4,31})", re.ASCII
)


def _escape(text: str) -> str:
    pieces = []
    for character in escape(text).replace("!", "&#33;").replace("\n", "<br/>"):
        smiley = ord(character) >= 0x1F300
        pieces.append(f'<i class="emoji"><b>{character}</b></i>' if smiley else character)
    return "".join(pieces)


def _spaced(number: int) -> str:
    """Return a number with spaces between its thousands."""
    return f"{number:,}".replace(",", " ")


def rounded(number: int) -> str:
    """Return a number as a channel's header shows it: exact below a thousand, else 5.01K, 11.3K."""
    if number < 1000:
        return str(number)
    thousands = number / 1000
    digits = 2 if thousands < 10 else 1 if thousands < 100 else 0
    return f"{thousands:.{digits}f}".rstrip("0").rstrip(".") + "K"


def plural(number: int, word: str) -> str:
    """Return a word in the form for a number."""
    return word if number == 1 else f"{word}s"


# Landing pages ---------------------------------------------------------------------------------------------------


def landing(account: WorldAccount) -> str:
    """Return t.me/NAME of an account that exists, by its kind."""
    title, extra, action, link = _landing_parts(account)
    mark = '<i class="verified-icon"> ✔</i>' if account.verified else ""
    description = (
        f'<div class="tgme_page_description" dir="auto">{rich(account.description)}</div>'
        if account.description
        else ""
    )
    page = (
        f'<div class="tgme_page_photo">\n  <a href="tg://resolve?domain={account.name}">'
        f'<img class="tgme_page_photo_image" src="{PICTURE}"></a>\n</div>\n'
        f'<div class="tgme_page_title" dir="auto">\n  <span dir="auto">{escape(account.title)}</span>{mark}\n</div>\n'
        f'{extra}\n{description}\n<div class="tgme_page_action">\n'
        f'  <a class="tgme_action_button_new shine" href="tg://resolve?domain={account.name}">{action}</a>\n</div>\n{link}'
    )
    return _landing(title, page)


def _landing_parts(account: WorldAccount) -> tuple[str, str, str, str]:
    name, count = account.name, account.subscribers
    if account.kind == "group":
        extra = f"{_spaced(count)} {plural(count, 'member')}, {_spaced(count // 20)} online"
        return f"Telegram: View @{name}", _extra(extra), "View in Telegram", ""
    if account.kind == "user":
        return f"Telegram: Contact @{name}", _extra(f"@{name}"), "Send Message", ""
    if account.kind == "bot":
        extra = _extra(f"\n  @{name}\n") + _extra(f"{_spaced(count)} monthly users")
        return f"Telegram: Launch @{name}", extra, "Start Bot", ""
    extra = _extra(f"{_spaced(count)} {plural(count, 'subscriber')}")
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
    """Return the stub of an unused name, which throttled clients get for every name."""
    safe = escape(name)
    page = (
        '<div class="tgme_page_icon">\n  <i class="tgme_icon_user"></i>\n</div>\n<div class="tgme_page_description">\n'
        f'  Write to <a class="tgme_username_link" href="tg://resolve?domain={safe}">@{safe}</a> in the application.\n'
        f'</div>\n<div class="tgme_page_action">\n  <a class="tgme_action_button_new" '
        f'href="tg://resolve?domain={safe}">Send Message</a>\n</div>\n'
    )
    return _landing(f"Telegram: Contact @{safe}", page)


def _landing(title: str, page: str) -> str:
    body = (
        '    <div class="tgme_page_wrap">\n      <div class="tgme_body_wrap">\n        <div class="tgme_page">\n'
        f"{page}        </div>\n      </div>\n    </div>"
    )
    return document(f"    <title>{title}</title>", body, "no_transition")


# Pages that replace another --------------------------------------------------------------------------------------


def block_page() -> str:
    """Return a provider's page in place of t.me."""
    notice = (
        "Доступ к информационному ресурсу ограничен на основании Федерального закона № 149-ФЗ. "
        "Сведения о ресурсе внесены в реестр Роскомнадзора: https://eais.rkn.gov.ru/. "
    )
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Доступ ограничен</title>{_NOTE}</head>"
        f"<body><h1>Доступ ограничен</h1><p>{notice * 3}</p></body></html>"
    )


def other_layout(name: str) -> str:
    """Return a page of an unknown layout."""
    filler = "<p>Lorem ipsum synthetic layout.</p>" * 20
    return document("    <title>Telegram</title>", f'<div id="app" data-peer="{escape(name)}">{filler}</div>')


def too_many() -> str:
    """Return the body of a 429."""
    return document("    <title>Too Many Requests</title>", "<h1>Too Many Requests</h1>")
