"""Whether an official text gives an address as somebody's, or warns against it: «фейк», «выдаёт себя за главу».

A text is read clause by clause: each address has the words from the clause border before it to the one after it. What
a clause says of its own address comes first; an address without words shares what was said before it. Plural fakes and
frauds spoken of in general («не верьте мошенникам») are not about an address, but do not support it either.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from auditor.search.weighing.lead import NETWORK_WORD, Chunk
from auditor.search.weighing.words import words


class Stance(Enum):
    """How an address is spoken of."""

    PLAIN = "plain"
    GENUINE = "genuine"
    """Called official, real or new: no warning nearby is meant for it."""
    DOUBT = "doubt"
    """Fakes and frauds are mentioned near it, but not clearly about it."""
    WARNED = "warned"


_AT = "\0"
_SITE = _AT + r"+"
_PAGE = (
    r"(?:канал|страни[цч]|аккаунт|акаунт|профил|групп|паблик|сообществ|блог|телеграм|telegram|учетн|адрес|пользовател|"
    r"ссылк|(?:вк|тг|vk|tg)(?!\w))\w*"
)
_FORGED = r"(?<!\w)(?:фейков|поддельн|подложн|лживы|ложн|липов|мошенническ|клонированн|фальшив)\w*"
_FORGERY = r"(?:фейк|подделк[аиу]|клон|двойник|самозван(?:ец|ка|ца|ки)|фальшивк[аиу]|лже-?\w+)(?!\w)"
_CROOKS = r"(?:мошенник|аферист|злоумышленник|самозванц|неизвестны|посторонни)\w*"
_FEW = r"(?:\s+\w+){0,4}?\s+"
_OFFICE = r"(?:глав[аыеу]|мэр|губернатор|председател)\w*"
_BAIT = (
    r"(?<!\w)(?:на|за|по)?"
    r"(?:пис|пиш|рассыл|созда|завел|завед|прос|обраща|обща|действ|появил|зарегистр|открыл|использу)\w*"
)
_MAKE = r"(?<!\w)(?:созда|завел|завод|зарегистр|открыл|использ|ведут|подделал|скопир)\w*(?:\s+\w+){0,3}?\s+"
_STOP = (
    r"не\s+(?:верьте|верить|верим|ведитесь|(?:подписыва|отвеча|реагиру|реагирова|переходи|переводи|вступа|поддава|доверя|"
    r"пересыла|обща|добавля|открыва|перехо|перево|пиши)(?:йте|те|ть|дить)(?:сь|ся)?)"
)

_NO_WORD_OF_IT = re.compile(
    # «Не фейк», fakes as a topic, what the page is not said to be, and fakes in general.
    rf"не\s+(?:\w*фейк\w*|{_FORGED}|клон\w*|двойник\w*)|"
    rf"(?<!\w)(?:о|об|про|против|от|с|среди)\s+(?:\w+\s+)?(?:{_FORGED}|фейк\w*|{_CROOKS}|подделк\w*|клон\w*|двойник\w*)|"
    rf"(?:опроверг|опроверж|разоблач|разбира|борьб|борет|отлич)\w*(?:\s+\w+){{0,2}}?\s+(?:фейк|{_CROOKS}|подделк|клон)\w*|"
    r"(?:фейк|слух)\w*[^,.]{0,60}?(?:опроверг|опроверж|разоблач)\w*|"
    r"(?:больше|уже|пока|еще|давно)\s+не\s+\w+|"
    r"не\s+явля\w+(?:\s+\w+){0,4}?\s+(?:администраци|орган|сми(?!\w)|средств|офер|реклам)\w*|"
    rf"(?:{_STOP}|остерега\w+|опаса\w+)\s+(?:\w+\s+)?(?:фейк[аио]|мошенник|подделк[аио]м|клон[аио]|двойник[аио]|"
    r"слух|провокац|звонк|аферист)\w*"
)
_AGAINST = re.compile(
    rf"{_FORGED}{_FEW}?(?:{_PAGE}|{_OFFICE})|{_FORGED}\s+(?:{_PAGE}|{_OFFICE})|{_FORGED}\W*{_SITE}|"
    rf"(?:{_PAGE}|{_SITE})[^,;]{{0,60}}?(?<!\w){_FORGED}|(?<!\w){_FORGERY}|"
    rf"(?:фейк|{_CROOKS})\w*\W{{0,4}}{_SITE}|{_SITE}\W{{0,4}}(?:это\s+)?(?:фейк|{_CROOKS})\w*|"
    rf"{_CROOKS}[^;]{{0,60}}?{_MAKE}(?:{_PAGE}|{_SITE})|выда[юе]\w*\s+себя(?:\s+за{_FEW}{_PAGE})?|выдава\w+\s+себя|"
    rf"(?<!\w)(?:маскиру|имитиру|копиру)[юе]т\w*(?:\s+\w+){{0,2}}|под\s+видом|прикрыва\w+\s+(?:\w+\s+)?имен|"
    rf"{_BAIT}[^;]{{0,60}}?от\s+имени|от\s+имени[^;]{{0,60}}?(?<!\w){_BAIT}|"
    rf"не\s+явля\w+(?:\s+\w+){{0,4}}|ненастоящ\w*|(?<!\w)не\s+(?:пользу|использу)\w+\s+(?:\w+\s+)?(?:{_PAGE}|{_SITE})|"
    rf"не\s+(?:связан|относ)\w*|(?:созда|завед|зарегистр|открыт)\w*\s+(?:\w+\s+)?{_CROOKS}|"
    rf"(?<!\w)не\s+(?:мо[йяе]|наш\w*|его|ее|официальн\w*|настоящ\w*|подлинн\w*)(?!\w)"
    rf"(?:\s+{_PAGE})?|"
    r"отношени\w+(?:\s+\w+){0,6}?\s+не\s+име\w+|не\s+име\w+(?:\s+\w+){0,5}?\s+отношени\w*|не\s*причаст\w+|не\s+принадлеж\w+|"
    rf"не\s+(?:созда|завод|завел|регистрир|вед[ею]?т)\w*\s+(?:эт|данн|указанн|{_PAGE}|{_SITE})|вед[еу]т(?:ся)?\s+не\s|"
    rf"(?:эт|данн|указанн)\w+\s+{_PAGE}(?:\s+\w+){{0,3}}?\s+не\s+(?:вед|созда|завод)\w*|"
    rf"(?<!\w)не\s+(?:(?:на|в)\s+)?(?:{_PAGE}\s+)?{_SITE}|{_STOP}|(?:остерега|опаса)\w+|"
    rf"(?:{_PAGE}|{_SITE})[^,;:]{{0,60}}?взлома[нл]\w*|взлома[нл]\w*[^,;:]{{0,60}}?(?:{_PAGE}|{_SITE})|взломан\w*\W{{0,3}}{_SITE}|"
    rf"(?:жалуйтесь|пожалуйтесь|пожаловаться)\s+на\s+(?:{_PAGE}|{_SITE})|(?:за)?блокируйте"
)
_VAGUE = re.compile(
    rf"{_FORGED}|(?<!\w)(?:фейк|подделк|клон|двойник)\w*|мошенни\w*|аферист\w*|злоумышленни\w*|(?<!\w)лже\w+|от\s+имени|"
    r"неофициальн\w*"
)
_REAL = (
    r"(?<!\w)(?:официальн|подлинн|реальн|единственн|настоящ|действующ|нов)"
    r"(?:[ыи]й|ая|[ое]е|[ое]го|[ое]й|[ое]м|ую|[ыи][ехм])"
)
_FOR = re.compile(
    rf"{_REAL}(?:[\s,]+\w+){{0,2}}?\s+{_PAGE}|{_REAL}\W{{0,4}}{_SITE}|{_SITE}\W{{0,4}}(?:это\s+)?{_REAL}|"
    r"восстановлен\w*|восстановил\w*|вернул\w*"
)
_BORDER = re.compile(r",|\.\s|\n|;|\)|(?<!\w)(?:и|а|но)(?=\s)")
_BACK = re.compile(
    rf"(?<!\w)(?:эт(?:о|от|а|у|ому|ой)|данн\w+|указанн\w+|он|она|ему|ей|н[ие][мй]|ней|нему)(?!\w)|^\W*(?:{_PAGE}|{_STOP})"
)
_LINKING = re.compile(r"(?<!\w)(?:и|а|но|или|это|в|на|с)(?!\w)", re.IGNORECASE)


_ALARM = 4
"""Words that a cry like «Осторожно, мошенники!» has at most; what is longer speaks of its own matter."""
_REPORT = re.compile(r"(?<!\w)(?:подробн|читайте|смотрите|источник|ссылке|расска|сообщ(?:и|ае))")
"""Links to the source of a warning, not to the fake."""


def stances(chunks: Sequence[Chunk]) -> dict[int, Stance]:
    """Tell of each place where an address begins how it is spoken of there."""
    found: dict[int, Stance] = {}
    heard = _Heard()
    for number, chunk in enumerate(chunks):
        heard.enter(chunk)
        if not chunk.links:
            heard.sentence(_low(chunk.text))
            continue
        here = dict(_within(chunk, heard))
        after = chunks[number + 1 :]
        if after and _looks_back(after[0], after[1:]):
            here = {at: said if said is Stance.GENUINE else Stance.WARNED for at, said in here.items()}
        found |= here
        heard.used()
    return found


@dataclass(slots=True)
class _Heard:
    """What sentences without an address leave for the addresses after them, to the next blank line."""

    said: Stance = Stance.PLAIN
    close: bool = False
    """The last sentence said so, and none came between."""
    heading: bool = False
    """«Фейковые страницы глав:»: it holds for every line of the list."""
    listed: bool = False
    block: int = 0

    def enter(self, chunk: Chunk) -> None:
        """Forget what was said before a blank line, unless an address alone or the list of a heading follows it."""
        if chunk.block != self.block and not ((chunk.links and chunk.words == 0) or (self.heading and not self.listed)):
            self.said, self.heading, self.listed = Stance.PLAIN, False, False
        self.block = chunk.block

    def sentence(self, text: str) -> None:
        """Take in a sentence."""
        said = _read(text)
        brief = len(words(text)) <= _ALARM
        self.close = said is Stance.WARNED or (said is Stance.DOUBT and brief) or (self.close and not words(text))
        if said is not Stance.PLAIN:
            self.said = Stance.PLAIN if said is Stance.GENUINE else said
            self.heading = said is Stance.WARNED and text.rstrip().endswith(":")

    def used(self) -> None:
        """Note that an address came, to which all this was said."""
        self.listed, self.close = True, False
        if not self.heading:
            self.said = Stance.PLAIN

    @property
    def left(self) -> Stance:
        """What is left for an address that has other words of its own."""
        if self.heading:
            return Stance.WARNED
        return Stance.DOUBT if self.close else Stance.PLAIN


def _looks_back(chunk: Chunk, rest: Sequence[Chunk]) -> bool:
    """Tell whether a sentence warns of the address before it: «Это подделка!», and no address follows to be meant."""
    if chunk.links or (rest and rest[0].links and rest[0].words == 0) or chunk.text.rstrip().endswith(":"):
        return False
    text = _low(chunk.text)
    return _read(text) is Stance.WARNED and bool(_BACK.search(text))


def _within(chunk: Chunk, heard: _Heard) -> Iterator[tuple[int, Stance]]:
    last, left = heard.said, heard.left
    for at, text in _clauses(chunk):
        said = _read(text)
        if said is Stance.PLAIN:
            # «Фейки: t.me/…, t.me/…»: one without words shares the word; with words of its own it is told apart.
            said = last if _bare(text) else left
        yield at, said
        last, left = said, Stance.WARNED if heard.heading else Stance.PLAIN


def _clauses(chunk: Chunk) -> Iterator[tuple[int, str]]:
    """Yield each address with the words that are its own: up to the border next to the following address."""
    text, places = _blanked(chunk)
    begin = 0
    for number, (at, end) in enumerate(places):
        if number + 1 == len(places):
            yield at + chunk.start, text[begin:]
            return
        following = places[number + 1][0]
        borders = [m.end() for m in _BORDER.finditer(text, end, following)]
        stop = borders[-1] if borders else end
        yield at + chunk.start, text[begin:stop]
        begin = stop


def _blanked(chunk: Chunk) -> tuple[str, list[tuple[int, int]]]:
    """Return the text in small letters with its addresses blanked, and where those are."""
    text, places = _low(chunk.text), []
    for link, _ in chunk.links:
        at = min(link - chunk.start, len(text))
        written = re.match(r"[^\s,;()«»\"]+", text[at:])
        end = at + len(written[0].rstrip(".:!?…") if written else "")
        cyrillic = re.search("[а-я]", text[at:end])  # linked words: they stay
        if not cyrillic:
            text = text[:at] + _AT * (end - at) + text[end:]
        places.append((at, end))
    return text, places


def _low(text: str) -> str:
    return text.lower().replace("ё", "е")


def _bare(text: str) -> bool:
    return not words(_LINKING.sub(" ", NETWORK_WORD.sub(" ", text)))


def _read(text: str) -> Stance:
    """Read one clause. If it says both, what is nearer to the address counts, and a tie warns."""
    text = _NO_WORD_OF_IT.sub(lambda match: " " * len(match[0]), text)
    against = list(_AGAINST.finditer(text))
    rest = _AGAINST.sub(lambda match: match[0] if _AT in match[0] else "_" * len(match[0]), text)
    genuine = list(_FOR.finditer(rest))
    if against and genuine:
        near, far = (min(_distance(text, m) for m in some) for some in (against, genuine))
        return Stance.WARNED if near <= far else Stance.GENUINE
    if against:
        return Stance.DOUBT if _told_elsewhere(text, against) else Stance.WARNED
    if genuine:
        return Stance.GENUINE
    return Stance.DOUBT if _VAGUE.search(text) else Stance.PLAIN


def _told_elsewhere(text: str, against: Sequence[re.Match[str]]) -> bool:
    """Tell whether the address is where one may read of the fake: «…, подробности: t.me/…»."""
    at = text.find(_AT)
    return at >= 0 and all(m.end() <= at and _REPORT.search(text, m.end(), at) for m in against)


def _distance(text: str, match: re.Match[str]) -> int:
    """Return how far a word is from the address of its clause; each comma between counts as a line."""
    at = text.find(_AT)
    if at < 0:
        return 0
    end = text.rfind(_AT) + 1
    between = text[match.end() : at] if match.end() <= at else text[end : match.start()]
    return len(between) + 60 * sum(between.count(mark) for mark in ",(")
