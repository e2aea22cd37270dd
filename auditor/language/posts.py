"""What a post says of its own page: that it has moved, and where to.

A move is believed only where the post speaks of the page or for itself and names the place: schools and offices move
too, and one page more is no move.
"""

import re
import unicodedata

from auditor.language.words import without_mentions

_MOST_READ = 20_000
_MOST_SIGNS = 4_000
"""So much of a post is looked at: who moves says so early."""

_LINKS = (
    ("telegram", r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/\S*|(?<!\w)@\w+"),
    ("vk", r"(?:https?://)?(?:www\.|m\.)?vk\.(?:com|ru)/\S*|\[(?:id|club|public|event)\]"),
    ("max", r"(?:https?://)?(?:www\.)?max\.ru/\S*"),
    ("ok", r"(?:https?://)?(?:www\.|m\.)?ok\.ru/\S*"),
    ("other", r"https?://\S*|\[link\]"),
)
_NAMES = (
    ("telegram", r"телеграм+\w*|telegram|тг|тг[ -]канал\w*"),
    ("vk", r"вк|вконтакте|vk"),
    ("max", r"max|макс|максе"),
    ("ok", r"одноклассник\w*"),
)
_PAGE = r"(?:канал|страниц|страничк|аккаунт|паблик|групп|сообществ|блог|профил)\w*"
_OWN = r"(?:мо[йяеёи]\w*|наш\w*|эт[аоу]\w*|данн\w+|сво[йяюеё]\w*)"
_PLACE = (
    rf"(?:⟨\w+⟩|(?:нов|друг)\w+ (?:\w+ )?(?:{_PAGE}|адрес\w*)|адресу ⟨"
    rf"|(?:мессенджер\w* |канал\w* |сет\w+ )?(?:{'|'.join(names for _, names in _NAMES)})\b)"
)
_INTO = rf"(?:\b(?:в|во|на|по) )?{_PLACE}"
_FEW = r"(?:[^\s.!?⟨]+ ){0,6}?"

_MOVES = re.compile(
    "|".join(
        (
            # «переезжаем в MAX», «мы перешли в Max»
            rf"\b(?<!не )(?:переезжа(?:ю|ем)|перее(?:ду|дем)|перехо(?:жу|дим)|перебира(?:юсь|емся)),? {_FEW}{_INTO}",
            rf"\b(?:я|мы) {_FEW}(?<!не )(?:переехал\w?|переш(?:ел|ла|ли)|перебрал(?:ся|ась|ись)) {_FEW}{_INTO}",
            # «наш канал переехал», «страница переехала по адресу …»
            rf"(?:^|[.!?] ?|\b{_OWN} (?:\S+ )?)(?:теперь )?{_PAGE} {_FEW}(?<!не )(?:переехал\w?|переезжает)\b",
            # «все новости теперь в …», «теперь я только ВКонтакте», «отныне пишу только в канале MAX»
            rf"\bвс[её] (?:новости|публикации|посты|записи) (?:\S+ ){{0,2}}?(?:теперь|отныне) {_FEW}{_INTO}",
            rf"\b(?:теперь|отныне) (?:\S+ ){{0,2}}?только {_FEW}{_INTO}",
            rf"\bтеперь {_OWN} {_PAGE}\b",
        )
    )
)
_NO_MORE = (
    r"больше не\b|не (?:обновля|вед|буд|пиш|публик)\w*|ничего не (?:пишу|публику\w+)|закрыва\w+|удаля\w+"
    r"|вести не буд\w+"
)
_STOPPING = (
    r"больше не (?:веду|ведем|буду вести|обновляю|обновляем)|прекраща(?:ю|ем) (?:вести|обновлять)|закрыва(?:ю|ем)"
    r"|удаля(?:ю|ем)|не буд(?:у|ем) (?:больше )?вести"
)
_ENDS = re.compile(
    "|".join(
        (
            # «эта страница больше не обновляется», «здесь ничего не публикую»
            rf"\b(?:здесь|тут|{_OWN} {_PAGE}|{_PAGE} \S+|{_PAGE}) (?:\S+ ){{0,2}}?(?:{_NO_MORE})",
            # «больше не веду этот канал»
            rf"\b(?:{_STOPPING}) (?:{_OWN} )?{_PAGE}",
        )
    )
)
_SOMEWHERE = re.compile(_PLACE)
_KNOWN = re.compile(r"⟨(\w+)⟩|" + "|".join(rf"\b(?P<{network}>{names})\b" for network, names in _NAMES))


def says_moved(text: str | None) -> str | None:
    """Return the network to which a post says that its page has moved, as the registry names it; None: it does not.

    ``other`` is another address that is not known by its network.
    """
    read = _read(text)
    found = _MOVES.search(read) or _ENDS.search(read)
    if found is None or not _SOMEWHERE.search(read):
        return None
    places = [m[1] or m.lastgroup or "other" for m in _KNOWN.finditer(read)]
    links = [m[1] for m in _KNOWN.finditer(read) if m[1] and m[1] != "other"]
    return (links or places or ["other"])[0]


def _read(text: str | None) -> str:
    """Return a text in lower case with each link as its network's name in marks, and single spaces."""
    read = unicodedata.normalize("NFKC", without_mentions((text or "")[:_MOST_READ]))[:_MOST_SIGNS]
    for network, link in _LINKS:
        read = re.sub(link, f" ⟨{network}⟩ ", read, flags=re.IGNORECASE)
    read = read.casefold().replace("ё", "е")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s⟨⟩.!?,:-]|_", " ", read)).strip()
