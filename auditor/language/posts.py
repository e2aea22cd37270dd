"""What a post says of its own page: that it has moved, and where to.

A move is believed only where the author or the page itself is what moves, and where the place it goes to is named or
linked: timetables, schools, offices and prices move too, and one page more is no move (DESIGN.md section 5, Excused).
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
_NETWORKS = (
    ("telegram", r"телеграм+\w*|telegram|тг|телег[уе]"),
    ("vk", r"вк|вконтакте|vk"),
    ("max", r"max|мах|макс|максе"),
    ("ok", r"одноклассник\w*|ок|ok"),
)
_NETWORK = rf"(?:{'|'.join(names for _, names in _NETWORKS)})\b(?:[- ]?канал\w*)?"
_PAGE = r"(?:канал|страниц|страничк|аккаунт|паблик|групп|сообществ|блог|профил)\w*"
_OWN = r"(?:мо[йяеёию]\w*|наш\w*|эт[аоу]\w*|данн\w+|сво[йяюеё]\w*|стар\w+)"
_LINK = r"⟨(?:\w+)⟩"
_KIND = (
    r"(?:мессенджер\w*|соцсет\w*|сет[ьи]|национальн\w+|отечественн\w+|наш\w*|мой|моем|нов\w+|друг\w+|канал\w*"
    r"|страниц\w*)"
)
_PLACE = (
    rf"(?:{_LINK}|(?:{_KIND} ){{0,3}}(?:{_NETWORK})|(?:мо[юйе]\w* )?(?:нов|друг)\w+ {_PAGE}(?! (?:в )?(?:истори|жизн))"
    rf"|(?:нов\w+ )?адресу? {_LINK})"
)
_INTO = rf"(?:(?:в|во|на|по) )?{_PLACE}"
_WHEN = (
    r"(?:(?:теперь|отныне|сегодня|завтра|скоро|уже|полностью|окончательно|официально|тоже|наконец|все|всей|вместе"
    r"|с вами|командой|друзья|с \d+ \w+|с \w+(?:я|а)|с понедельника|отсюда|из \w+|вам),? )"
)
_GOES = r"(?:переезжа(?:ю|ем)|перее(?:ду|дем)|перехо(?:жу|дим)|перейд(?:у|ем)|перебира(?:юсь|емся)|ухо(?:жу|дим))"
_WENT = r"(?:переехал\w?|переш(?:ел|ла|ли)|перебрал(?:ся|ась|ись)|ушел|ушла|ушли)"
_PAGE_GOES = r"(?:переехал\w?|переезжает|перенес[еа]н\w?|переш(?:ел|ла|ло)|переходит|перемести\w+)"
_WRITES = r"(?:пишу|пишем|публикую|публикуем|буду писать|веду|ведем|читайте меня|ищите меня|ищите нас|читайте нас)"
_NEWS = r"(?:новости|публикации|посты|записи)"
_APPEARS = r"(?:только|выходят|будут|публикую|здесь)"
_STOPS = r"(?:больше не|прекраща(?:ю|ем)|переста(?:ю|ем))"
_THERE = rf"(?: (?:в )?{_NETWORK})?"
_ENDS_THERE = rf"(?= ?[.,!:;)⟨-]|$| {_WHEN}*{_INTO})"
_WHOSE = rf"(?: (?:главы \w+|(?:в )?{_NETWORK}))?"

_MOVES = re.compile(
    "|".join(
        (
            # «переезжаем в MAX», «мы с 1 сентября перешли в Max»
            rf"(?<!не )\b{_GOES},? {_WHEN}*{_INTO}(?! за )",
            rf"\b(?:я|мы) {_WHEN}*{_WENT} {_WHEN}*{_INTO}",
            # «наш канал переехал», «страница переехала по адресу …»
            rf"(?:^|[.!?] ?|\b{_OWN} )(?:теперь )?{_PAGE}{_WHOSE} {_WHEN}*{_PAGE_GOES}\b{_ENDS_THERE}",
            # «все новости теперь в …», «теперь я только ВКонтакте», «отныне пишу только в канале MAX»
            rf"\bвсе (?:(?:мои|наши|новые) )?{_NEWS} (?:теперь|отныне) (?:{_APPEARS} ){{0,2}}{_INTO}",
            rf"\b(?:теперь|отныне) (?:(?:я|мы|меня|нас|{_WRITES}) ){{1,2}}(?:вам )?только {_INTO}",
            rf"\b{_OWN} (?:официальн\w+ |личн\w+ )?{_PAGE} теперь {_INTO}",
            rf"\bтеперь {_OWN} {_PAGE}(?: (?:здесь|тут|находится|по адресу|вот))* ?:? ?{_INTO}",
        )
    )
)
_VERB = re.compile(rf"\b(?:{_GOES}|{_WENT}|{_PAGE_GOES})\b")
_NO_MORE = r"(?:больше )?не (?:обновля(?:ется|ем)|ведется|веду|ведем|буд\w+ (?:больше )?(?:обновлят|вест)\w+)"
_ENDS = re.compile(
    "|".join(
        (
            # «эта страница больше не обновляется», «здесь ничего не публикую»
            rf"\b(?:{_OWN} )?{_PAGE}{_THERE} {_NO_MORE}\b",
            rf"\b{_OWN} {_PAGE}{_THERE} (?:скоро |теперь )?(?:закрыва|удаля)(?:ется|ю|ем)\b(?! на )",
            r"\b(?:здесь|тут) (?:новых )?(?:публикаций|постов|новостей) больше не будет\b",
            r"\b(?:здесь|тут) (?:я |мы )?(?:больше )?(?:ничего )?не (?:пишу|пишем|публикую|публикуем|буду писать)\b",
            # «больше не веду этот канал», «закрываю эту страницу»
            rf"\b{_STOPS} (?:буду |будем )?(?:веду|ведем|вести|обновля\w+) (?:{_OWN} )?{_PAGE}{_THERE}",
            rf"\b(?:закрыва|удаля)(?:ю|ем) (?:{_OWN} {_PAGE}{_THERE}|{_PAGE} (?:в )?{_NETWORK})",
            rf"\b{_OWN} {_PAGE} (?:больше )?(?:вести )?не буд(?:у|ем)\b",
        )
    )
)
_DOUBTED = re.compile(
    r"\b(?:если|якобы|слух\w*|не верьте|неправда|думал\w*|хотел\w*|предлага\w+|возможно|может)\b|\?$|\bли\b"
)
"""Of a sentence with any of it nothing is believed."""
_SOMEWHERE = re.compile(rf"{_LINK}|\b(?:в|во|на|по) {_PLACE}|\bнов\w+ {_PAGE}|\bвконтакте\b")
_KNOWN = re.compile(r"⟨(\w+)⟩|" + "|".join(rf"\b(?P<{network}>{names})\b" for network, names in _NETWORKS))
_NAMED = re.compile(rf"[«\"](?:{_NETWORK})[»\"]$")
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?]+|\n|$)")
_QUOTED = re.compile(r"«[^«»]{0,400}»|\"[^\"]{0,400}\"")


def says_moved(text: str | None) -> str | None:
    """Return the network to which a post says that its page has moved, as the registry names it; None: it does not.

    ``other`` is another address that is not known by its network.
    """
    whole = _read(text)
    for sentence in _SENTENCE.finditer(whole):
        said = sentence[0].strip()
        if _DOUBTED.search(said):
            continue
        if move := _MOVES.search(said):
            verb = _VERB.search(move[0])
            return _place(said[verb.end() + move.start() if verb else move.start() :] + " " + whole[sentence.end() :])
        if end := _ENDS.search(said):
            return _place(
                " ".join((said[end.end() :], whole[sentence.end() :], whole[: sentence.start()], said[: end.start()]))
            )
    return None


def _place(text: str) -> str | None:
    """Return the network of the first link in a text, else of the first that it names as a place to go to."""
    if not _SOMEWHERE.search(text):
        return None
    known = [(match[1], match.lastgroup) for match in _KNOWN.finditer(text)]
    links = [link for link, _ in known if link and link != "other"]
    return (links or [link or name or "other" for link, name in known] or ["other"])[0]


def _read(text: str | None) -> str:
    """Return a text in lower case with each link as its network's name in marks, and single spaces."""
    read = unicodedata.normalize("NFKC", without_mentions((text or "")[:_MOST_READ]))[:_MOST_SIGNS]
    for network, link in _LINKS:
        read = re.sub(link, f" ⟨{network}⟩ ", read, flags=re.IGNORECASE)
    read = read.casefold().replace("ё", "е")
    read = _QUOTED.sub(lambda quoted: quoted[0] if _NAMED.match(quoted[0]) else " ", read)
    read = re.sub(r"[^\w\s⟨⟩.!?,:-]|_", " ", read)
    return re.sub(r"[^\S\n]+", " ", read).strip()
