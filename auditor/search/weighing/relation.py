"""Whether a name or an office in a text means its holder, or only says whose deputy, son or critic is meant.

A page is the head's where the text puts the two side by side («Имярек А. А. — t.me/…») or gives the page to the head
(«канал главы»). Where the name hangs on another noun or on a verb («заместитель главы», «пожаловались на главу»,
«ответ главе», «интервью главы») the page next to it is somebody else's, or its owner is unknown.
"""

import re
from collections.abc import Sequence
from enum import Enum

from auditor.search.weighing.places import Span, office_words
from auditor.search.weighing.words import Word, plain, words


class Standing(Enum):
    """How a name or an office is used in its sentence."""

    FREE = "free"
    """On its own, in the nominative: at the head of a line, after a dash."""
    OWNER = "owner"
    """A page is said to be its holder's: «канал главы»."""
    ASIDE = "aside"
    """Somebody else is meant: a deputy, a predecessor, a son; or somebody speaks to or of its holder."""


_AROUND = (
    r"(?:заместител|зам(?!\w)|замглав|помощни[кц]|советни[кц]|секретар|пресс|приемн|аппарат|команд|штаб|супруг|жен[аыеуо]|муж|"
    r"сын|доч|брат(?!с)|сестр|мать|матери(?!а)|отц|отец|племянни|друз|друг(?![ои])|соратни|представител|водител|сторонни|поклонни|"
    r"избирател|преемни|предшественни|конкурент|оппонент|критик|двойник|однофамил|тезк|родственни|семь[яией]|кандидат)"
)
_SERVES = re.compile(rf"^{_AROUND}\w*$")
_FORMER = re.compile(r"^(?:бывш\w+|экс\w*|прежн\w+|предыдущ\w+|покойн\w+|будущ\w+|несостоявш\w+|вице)$")
_TENURE = re.compile(
    r"^(?:исполняющ\w*|обязанност\w*|временно|врио|врип|действующ\w*|нынешн\w*|нов\w{2,3}|избранн\w*|вновь|наш\w*|"
    r"уважаем\w*|район\w*|округ\w*|город\w*|област\w*|кра[йяюе]|республик\w*|поселени\w*|образовани\w*|муниципальн\w*|"
    r"городск\w*|сельск\w*|администраци\w*|мо|зато|г|р|\w{2,}[ое]го)$"
)
_PAGE = re.compile(
    r"^(?:канал|страни[цч]|аккаунт|профил|групп|паблик|сообществ|блог|телеграм|телеграмм|телеграмканал|telegram|vk|вк|тг|tg|"
    r"контакт|вконтакте|соцсет|сет[иьяе]|ссылк|адрес|лент|дневник|новост|мессендж|max|макс|мах|чат|ник)\w*$"
)
_FOLLOW = re.compile(r"^(?:подпис|подпиш|чита|смотр|слуша|след|ищ|найд|знаком|представ)\w*$")
_ASKED = re.compile(r"^(?:интервью|взял\w*|узнал\w*|спроси\w*|комментари\w*)$")
_MAY = re.compile(r"^(?:у|и|от|или|а|это|лично|сам\w*)$")
_TURNED_TO = re.compile(
    r"^(?:на|об?|обо|про|против|ко?|со?|перед|над|под|за|для|без|насчет|через|вместе|благодаря|согласно|в|во|по|из)$"
)
"""After these somebody is spoken to or of, whatever the case looks like: «Имярек» is not declined by all."""
_MARK = re.compile(r"[^\s\u00a0«»\"'.\-‐‑]")
_DASH = re.compile(r"\s[-‐‑]\s")
_SENTENCE = re.compile(r"(?<![А-ЯЁ])(?<!\bи)(?<!\bо)(?<!\bг)(?<!\bр)(?<!зам)\.\s|\n")
_OWN_PAGE = re.compile(
    r"(?<!\w)(?:его|её|ее)\s+(?:[\w-]+\s+){0,2}?"
    r"(?:telegram|телеграм|канал|страни[цч]|аккаунт|профил|блог|соцсет|тг|вк|vk)",
    re.IGNORECASE,
)
_REACH = re.compile(
    r"принадлеж|напи(?:сать|шите)|зада(?:ть|йте|вайте)|связаться|свяжитесь|обратиться|обращайтесь|спросить|"
    r"подпи[сш]|на связи",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    rf"\s*[,(—–-]\s*(?:и\.\s?о\.\s*)?(?:(?:перв|старш|бывш|нов|эт|личн|её|его|ее)\w*\s+)?(?:{_AROUND}\w*|экс-?\w+|бывш\w+)",
    re.IGNORECASE,
)
_DATIVE = ("у", "ю", "ому", "ему")
_SOON = 30
"""Characters after a name within which «… можно задать» is said of it."""
_REACHED = 300
"""Characters before a name that are read at most."""
_AFTER = 160
"""Characters after a name within which «в его канале» still speaks of its bearer."""


def standing(text: str, span: Span, *, name: bool, oblique: bool = False, places: Sequence[Span] = ()) -> Standing:
    """Tell how the name, or the municipality of an office, at `span` is used in `text`.

    `oblique`: the name cannot be read in the nominative. `places` are the municipalities named in the text.
    """
    phrase, governor = _before(text, span, places)
    offices = list(office_words(phrase))
    if governor is not None and _SERVES.match(governor.plain):
        return Standing.ASIDE
    if not (name or offices):
        return Standing.FREE
    if any(_FORMER.match(word.plain) for word in phrase) or _asked(text, span, governor):
        return Standing.ASIDE
    if name and _APPOSED.match(text, span[1]):
        return Standing.ASIDE
    if offices:
        case = _case(offices[0])
    else:
        case = "given" if name and oblique and _dative(text[span[0] : span[1]]) else "of" if oblique else ""
    return _governed(text, span, governor, case)


def asks_oblique(text: str, span: Span, places: Sequence[Span] = ()) -> bool | None:
    """Tell whether a name at `span` must be in an oblique case or in the nominative; None if it may be either.

    «Иванова» is a woman at the head of a line, and a man after «канал».
    """
    phrase, governor = _before(text, span, places)
    office = next(office_words(phrase), None)
    if office is not None:
        return bool(_case(office))
    if governor is None:
        return False
    word = governor.plain
    return True if word in {"у", "от"} or _PAGE.match(word) or _TURNED_TO.match(word) else None


def _before(text: str, span: Span, places: Sequence[Span]) -> tuple[list[Word], Word | None]:
    begin = _sentence(text, span)
    before = text[begin : span[0]]
    return _phrase(before, words(before), [(a - begin, b - begin) for a, b in places])


def _sentence(text: str, span: Span) -> int:
    """Return where the sentence or line begins in which `span` lies."""
    least = max(0, span[0] - _REACHED)
    return max((m.end() for m in _SENTENCE.finditer(text, least, span[0])), default=least)


def _phrase(text: str, said: Sequence[Word], places: Sequence[Span]) -> tuple[list[Word], Word | None]:
    """Walk back over office, place and tenure words to the word that governs them, if no mark is between."""
    phrase: list[Word] = []
    follow = len(text)
    for word in reversed(said):
        between = text[word.end : follow]
        if _MARK.search(between) or _DASH.search(between) or "\n" in between:
            break
        placed = any(first <= word.start < last for first, last in places)
        area = bool(phrase) and word.capital and phrase[-1].plain.startswith(("район", "округ", "город", "област"))
        if not (placed or area or _inside(text, word) or _by_branch(word, said)):
            return phrase, word
        phrase.append(word)
        follow = word.start
    return phrase, None


def _inside(text: str, word: Word) -> bool:
    """Tell whether a word may be part of «и. о. главы Первого р-на»."""
    if word.plain in {"и", "о", "вр"}:
        return word.dotted
    if word.plain in {"н", "на"}:
        return text[word.start - 1 : word.start] == "-"
    return bool(_TENURE.match(word.plain) or _FORMER.match(word.plain) or any(office_words([word])))


def _by_branch(word: Word, said: Sequence[Word]) -> bool:
    """Tell whether a word belongs to «… по социальным вопросам»."""
    place = list(said).index(word)
    back = [w.plain for w in said[max(0, place - 3) : place + 1]]
    return "по" in back and any(_SERVES.match(w.plain) or any(office_words([w])) for w in said[:place])


def _asked(text: str, span: Span, governor: Word | None) -> bool:
    """Tell «взял интервью у главы» from «у главы появился канал»."""
    said = words(text[_sentence(text, span) : span[0]])
    return governor is not None and governor.plain == "у" and any(_ASKED.match(word.plain) for word in said)


def _case(office: Word) -> str:
    """Return ``given`` for the dative, ``of`` for the genitive and its like; nominative and «стал главой» give none."""
    form = office.plain
    if form == "главе" or (form.endswith(("у", "ю")) and form != "главу"):
        return "given"
    free = form == "глава" or form.isascii() or form.startswith(("врио", "врип")) or form.endswith(("ой", "ом", "ем"))
    return "" if free or form[-1] in "рьтк" else "of"


def _dative(written: str) -> bool:
    return any(plain(word.text).endswith(_DATIVE) and len(word.text) > 3 for word in words(written))


def _governed(text: str, span: Span, governor: Word | None, case: str) -> Standing:
    """Judge by the case and by the word on which the phrase hangs."""
    word = governor.plain if governor is not None else ""
    if not (case or _TURNED_TO.match(word)):
        return Standing.FREE
    if _PAGE.match(word) or re.search(r"канал$", word):
        return Standing.OWNER
    if case == "of" and (governor is None or _MAY.match(word) or _FOLLOW.match(word)):
        return Standing.OWNER if governor is not None else Standing.FREE
    after = text[span[1] : span[1] + _AFTER]
    soon = re.split(r"[.!?\n]", after[:_SOON], maxsplit=1)[0]
    reached = _REACH.search(text[_sentence(text, span) : span[1]] + soon) or _OWN_PAGE.search(after)
    return Standing.OWNER if reached else Standing.ASIDE
