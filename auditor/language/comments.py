"""What a citizen's comment does: it asks the owner's side, reports, does neither, or two readers would differ.

Whom it addresses is looked at first, then it is read sentence by sentence. Each decision names its rule; `RULES` says
of each what it means, and docs/comments.md shows them with examples. DESIGN.md section 12.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from auditor.base.snapshot import Identity, Says
from auditor.language import lexicon, phrases
from auditor.language.grammar import Word, word
from auditor.language.sentences import plain, sentences, without_phones


class Reading(NamedTuple):
    """What a comment does, and the code of the rule that decided."""

    says: Says
    rule: str


class Rule(NamedTuple):
    """What a rule's code means, with an invented comment that it decides."""

    says: Says
    meaning: str
    example: str


_ASKS, _REPORTS, _NOT, _UNSURE = Says.ASKS, Says.REPORTS, Says.NOT, Says.UNSURE
RULES: Mapping[str, Rule] = {
    "addressee.mention": Rule(_NOT, "It begins by mentioning a citizen", "[id1|Фёкла], а вы где живёте?"),
    "addressee.name": Rule(_NOT, "It begins with a citizen's name", "Савва, покажите хоть один пример"),
    "addressee.reply": Rule(_NOT, "It answers another citizen's comment", "А вам когда включили?"),
    "addressee.public": Rule(_NOT, "It asks neighbours or everybody", "Народ, кто едет в город, возьмите"),
    "addressee.retort": Rule(_NOT, "It answers back somebody who writes there", "С чего вы взяли?"),
    "advertisement": Rule(_NOT, "It sells, hires or collects readers", "Займ за 5 минут, ссылка в профиле"),
    "words.none": Rule(_NOT, "It has neither letters nor digits", "🙏"),
    "mark.alone": Rule(_UNSURE, "A question mark with nothing to ask about", "???"),
    "mark.short": Rule(_UNSURE, "One or two words and a question mark", "Ответ?"),
    "request.plea": Rule(_ASKS, "It says that it asks, demands or appeals", "Прошу вывезти мусор с улицы Мнимой"),
    "request.imperative": Rule(_ASKS, "An imperative of what an office does", "Засыпьте яму на Сказочной"),
    "request.please": Rule(_ASKS, "Another imperative, with «пожалуйста» or in a letter", "Подарите, пожалуйста, ёлку"),
    "request.need": Rule(_ASKS, "What is needed, as a thing or a deed", "Нужен переход у школы"),
    "request.soft": Rule(_ASKS, "What would be good", "Хорошо бы урны на остановке"),
    "request.wish": Rule(_ASKS, "What the writer wants to know or get", "Хотела бы узнать свою очередь"),
    "request.wait": Rule(_ASKS, "What the writer waits or hopes for", "Ждём ответа о садике"),
    "request.could": Rule(_ASKS, "Whether something can be had or done", "Можно щебня на Условную"),
    "request.infinitive": Rule(_ASKS, "It names the deed alone", "Убрать снег с парковки"),
    "question.topic": Rule(_ASKS, "It says what its question is about", "Вопрос по освещению на Мнимой"),
    "question.when": Rule(_ASKS, "When, by what day, at what hour", "Когда откроют мост"),
    "question.where": Rule(_ASKS, "Where, where to, to whom", "Куда звонить по отоплению"),
    "question.how_much": Rule(_ASKS, "How much or how many", "Сколько стоит подключение"),
    "question.who": Rule(_ASKS, "Who does it or answers for it", "Кто отвечает за уборку"),
    "question.why": Rule(_ASKS, "Why, on what ground", "Почему отменили рейс"),
    "question.how": Rule(_ASKS, "How something is done", "Как оформить субсидию"),
    "question.which": Rule(_ASKS, "Which, of what kind", "Какие пособия есть"),
    "question.what": Rule(_ASKS, "What has become or will become of it", "Что с дорогой на Небылово"),
    "question.whether": Rule(_ASKS, "Whether it is so or will be", "Будет ли автобус в субботу"),
    "question.indirect": Rule(_ASKS, "It politely does not understand why", "Добрый день, непонятно, будут ли чистить"),
    "question.mark": Rule(_ASKS, "A question mark, and no sign of rhetoric", "Клуб в этом году достроят?"),
    "rhetoric.payment": Rule(_NOT, "What do I pay for?", "За что я плачу?"),
    "rhetoric.shame": Rule(_NOT, "Are you pleased, or not ashamed?", "Вы довольны?"),
    "rhetoric.patience": Rule(_NOT, "How long can it go on?", "Доколе?"),
    "rhetoric.nobody": Rule(_NOT, "Who needs it, who would have thought it", "Кому это надо?"),
    "rhetoric.expected": Rule(_NOT, "What did you expect?", "А что вы хотели?"),
    "rhetoric.called": Rule(_NOT, "It names a thing to doubt it", "И это дорога?"),
    "rhetoric.how_can": Rule(_NOT, "How can one, what for, what has it come to", "Как так можно?"),
    "rhetoric.surprise": Rule(_NOT, "Surprise or mockery with a mark", "Опять обещания?"),
    "unsure.imperative": Rule(_UNSURE, "An imperative that may be meant for anybody", "Нарисуйте ещё одну картинку"),
    "unsure.indirect": Rule(_UNSURE, "It does not understand something, in passing", "Не понимаю почему так"),
    "unsure.own_case": Rule(_UNSURE, "One's own open case, numbered or dated", "Заявка № 5 подана 3 мая, ответа нет"),
    "report.problem": Rule(_REPORTS, "It tells of a trouble and asks nothing", "На Сказочной не горят фонари"),
    "thanks": Rule(_NOT, "It thanks or congratulates", "Спасибо за каток"),
    "other": Rule(_NOT, "Nothing of the above", "Хорошее дело"),
}  # fmt: skip
"""Every rule by its code. Older archives have `mark_or_word` besides."""


def read(text: str | None, *, addressed: Identity | None = None, names: Collection[str] = ()) -> Reading:
    """Return what a citizen's comment does by its words, and by which rule.

    `addressed`: whose a leading mention is, where the network or the registry tells; `names`: the holder's, so that a
    text that begins with them is known to speak to him. Whom a comment answers is decided over its thread
    (`auditor.base.threads.addressed`).
    """
    return Reading(RULES[code].says, code) if (code := _rule(text or "", addressed, names)) else Reading(_NOT, "other")


def _rule(text: str, addressed: Identity | None, names: Collection[str]) -> str:
    whole = _Whole.of(plain(text), addressed, names)
    if whole.rule:
        return whole.rule
    rules = _settled([rule for sentence in whole.sentences for rule in _of_sentence(sentence, whole)], whole)
    return next((rule for says in (_ASKS, _UNSURE) for rule in rules if RULES[rule].says is says), "") or _rest(
        whole, rules
    )


def _settled(rules: list[str], whole: "_Whole") -> list[str]:
    """Leave out a question that nothing but its mark makes one, where the comment mocks or says thanks for it."""
    mocks = any(rule.startswith("rhetoric") for rule in rules) and not whole.letter
    if mocks or phrases.THANKS_AFTER.search(whole.line):
        return [rule for rule in rules if rule not in {"question.mark", "mark.short"}]
    return rules


def _rest(whole: "_Whole", rules: Sequence[str]) -> str:
    """Return the rule of a text that asks nothing."""
    if whole.own_case:
        return "unsure.own_case"
    if any(rule.startswith("addressee") for rule in rules):
        return rules[0]
    told = phrases.SINCERE.sub("", whole.line)
    if phrases.TROUBLE.search(told) and not phrases.PRAISE.search(told):
        return "report.problem"
    return next(iter(rules), "thanks" if phrases.PRAISE.search(whole.line) else "other")


# The whole text --------------------------------------------------------------------------------------------------

_LETTER = 140
"""Signs; what is longer is a letter. Of letters to authorities half are longer, of comments under news one in six."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A comment without its greeting, quotations and numbers, cut into sentences, lower case and spelt right."""

    sentences: tuple[str, ...] = ()
    line: str = ""
    letter: bool = False
    """It addresses an office, or is long: what mocks in a line of a quarrel may ask in a letter."""
    polite: bool = False
    """It greets, or is a letter: enough to decide what is unsure, and never to make a question of what is none."""
    own_case: bool = False
    rule: str = ""
    """What decides without reading on."""

    @classmethod
    def of(cls, text: str, addressed: Identity | None, names: Collection[str]) -> "_Whole":
        """Read whom it addresses, and what remains to be read."""
        greets = bool(_HELLO.match(text))
        text, rule = _after_mention(_HELLO.sub("", text), addressed)
        if not rule and not any(sign.isalnum() for sign in text):
            rule = "mark.alone" if "?" in text else "words.none"
        rule = rule or _by_name(_HELLO.sub("", text), names)
        if rule:
            return cls(rule=rule)
        bare, phone = without_phones(_without_quotes(text))
        line = _spelt(bare)
        greets, office = greets or bool(phrases.GREETING.match(line)), False
        line = phrases.SIGNATURE.sub("", phrases.GREETING.sub("", line))
        if phrases.STRANGER.match(line):
            return cls(rule="addressee.name")
        if not phrases.TO_ALL.match(line):
            office = bool(phrases.OFFICE.match(line))
            line = phrases.OFFICE.sub("", line)
        if _sells(line, phone=phone):
            return cls(rule="advertisement")
        case = bool(phrases.CASE.search(line) and (phone or phrases.CASE_MARKS.search(line)))
        said = tuple(one for one in sentences(line) if any(sign.isalnum() or sign == "?" for sign in one))
        letter = office or len(line) > _LETTER
        return cls(said, line, letter, greets or letter, case)


def _after_mention(text: str, addressed: Identity | None) -> tuple[str, str]:
    """Return the text after its leading mention, and the rule where that mentions a citizen."""
    found = phrases.MENTIONS.match(text)
    if addressed in {Identity.CITIZEN, Identity.OTHER_BODY}:
        return text, "addressee.mention"
    if found is None or not any(sign.isalnum() for sign in text[found.end() :]):
        return text, "words.none" if found else ""
    official = (
        addressed is not None or found[1] in {"club", "public"} or phrases.OFFICIAL.search(found[3] or found[4] or "")
    )
    return text[found.end() :], "" if official else "addressee.mention"


def _without_quotes(text: str) -> str:
    """Take out what is quoted: who tells what was asked does not ask. A text that is one quotation stays."""
    bare = re.sub(
        r"«[^«»]{0,400}[?][^«»]{0,400}»|«(?:[^\s«»]+\s+){2,60}[^\s«»]*»|\"(?:[^\s\"]+\s+){0,60}[^\s\"]*\?\"", " ", text
    )
    return bare if len(bare) * 3 > len(text) else text


_TWICE = re.compile(r"(.)\1+")
_TOKEN = re.compile(r"[а-яa-z]+(?:-[а-яa-z]+)*")


def _spelt(text: str) -> str:
    line = re.sub(r"-(?=ли\b|бы\b|же\b)", " ", text.casefold())
    return _TOKEN.sub(lambda found: _right(found[0]), line)


@lru_cache(maxsize=20_000)
def _right(form: str) -> str:
    """Return a word as it is spelt in the dictionary, where it is near to one by which people ask."""
    if form in lexicon.ALIASES:
        return lexicon.ALIASES[form]
    if form.isascii():
        return lexicon.LATIN.get(form, form)
    if not 3 <= len(form) <= 20 or word(form).known:
        return form
    if len(single := _TWICE.sub(r"\1", form)) < len(form) and word(single).known:
        return single
    if len(form) < 4:
        return form
    near = extractOne(form, lexicon.SPELT, scorer=OSA.distance, score_cutoff=2 if len(form) > 7 else 1)
    return near[0] if near else form


def _sells(line: str, *, phone: bool) -> bool:
    signals = sum(len({found[0] for found in pattern.finditer(line)}) for pattern in phrases.SALE) + phone
    return signals >= 2 and not phrases.PLEA.search(line) and not phrases.COULD.search(line)


# By a name -------------------------------------------------------------------------------------------------------

_NAMED = re.compile(
    r"^[\W_]*(?:ответ[\s]+)?([А-ЯA-Z][а-яa-z]+(?:-[А-Я][а-я]+)?)((?:[\s]+[А-Я][а-я]+){0,2})[\s]*"
    r"([,:!]|(?=\s+(?:а\s+)?(?:вы|ты|вам|тебе|у вас)\b))"
)
_HELLO = re.compile(phrases.GREETING.pattern, re.IGNORECASE)
_BACK = re.compile(r"^\s*(?:а|ну|и|так|да)?[\s,]*(?:вы|ты|вам|тебе|у вас|у тебя)(?![\w-])", re.IGNORECASE)


def _by_name(text: str, names: Collection[str]) -> str:
    """Return the rule of a text that begins with a person's name who is not the holder."""
    found = _NAMED.match(text)
    if found is None:
        return ""
    parts = [found[1], *found[2].split()]
    seen = [word(part.casefold().replace("ё", "е")) for part in parts]
    if not seen[0].name or any(not (one.name or one.patronymic or one.family) for one in seen[1:]):
        return ""
    known = {part.casefold().replace("ё", "е") for name in names for part in name.split()}
    if known and all(part.casefold() in known for part in parts):
        return ""
    formal = any(one.patronymic for one in seen[1:])
    if formal and not known and not _BACK.match(text[found.end() :]):
        return ""
    return "addressee.name"


# One sentence ----------------------------------------------------------------------------------------------------


def _of_sentence(sentence: str, whole: _Whole) -> Iterator[str]:
    """Yield the rules that speak for a sentence, the one that asks first."""
    line = phrases.COURTESY.sub(" ", phrases.GREETING.sub("", sentence)).strip()
    if phrases.PEOPLE.search(line) or phrases.CALLED.search(sentence):
        yield "addressee.public"
    elif phrases.RETORT.search(line) and ("?" in line or not whole.letter) and not phrases.PLEA.search(line):
        yield "addressee.retort"
    else:
        mocked = next((code for code, pattern in phrases.MOCKERY.items() if pattern.search(line)), "")
        if mocked:
            line = _after_mockery(phrases.MOCKERY[mocked], line)
        yield from filter(None, (_request(line, whole) or _question(line, whole, mocked=bool(mocked)), mocked))


def _after_mockery(pattern: re.Pattern[str], line: str) -> str:
    """Return the clauses of a sentence that do not mock."""
    return ", ".join(clause for clause in re.split(r"[,;]\s*", line) if not pattern.search(clause))


def _request(line: str, whole: _Whole) -> str:
    """Return the rule by which a sentence requests something, or nothing."""
    if phrases.PLEA.search(line) and not phrases.TOLD_PLEA.search(line):
        return "request.plea"
    for code, pattern in (
        ("request.could", phrases.COULD),
        ("request.wish", phrases.WISH),
        ("request.wait", phrases.WAIT),
        ("request.soft", phrases.SOFT),
    ):
        if pattern.search(line):
            return code
    if phrases.TOPIC.search(line) or phrases.TOPIC_END.search(line):
        return "question.topic"
    return _need(line) or _imperative(line, whole) or _deed(line)


def _words(line: str) -> list[str]:
    return re.findall(r"[а-я]+(?:-[а-я]+)*", line)


def _need(line: str) -> str:
    for found in phrases.NEED.finditer(line):
        if phrases.NEEDLESS.search(line[: found.start()][-40:]):
            continue
        after = _words(line[found.end() : found.end() + 80])[:4]
        deed = next((word(form) for form in after if form.endswith(_INFINITIVES) and word(form).infinitive), None)
        if deed is not None:
            if deed.infinitive in lexicon.SERVICE:
                return "request.need"
        elif found[0].strip(" ,") not in {"надо", "пора", "обязаны"} and any(word(form).noun for form in after[:3]):
            return "request.need"
    return ""


_INFINITIVES = ("ть", "ти", "чь", "ться", "тись", "чься")
_PLURALS = ("те", "тесь")
_OF_ONE = frozenset({"помоги", "сделай", "почини", "подскажи", "убери", "верни", "ответь", "поставь", "прими", "дай"})
_NOT_TO_DO = frozenset(
    {
        "забывать",
        "допустить",
        "допускать",
        "закрывать",
        "отменять",
        "оставлять",
        "трогать",
        "отдавать",
        "бросать",
        "убирать",
        "вырубать",
        "рубить",
        "сносить",
        "лишать",
        "закрыть",
        "забыть",
        "оставить",
    }
)
_ASKED_OF = frozenset(
    {"вы", "когда", "если", "пока", "как", "что", "раз", "где", "почему", "зачем", "сколько", "куда", "кого"}
)


def _imperative(line: str, whole: _Whole) -> str:
    """Return the rule of an imperative that is meant for an office, or may be."""
    before: list[str] = []
    unsure = ""
    for form in _words(line):
        one = word(form) if form.endswith(_PLURALS) or form in _OF_ONE else None
        if one is not None and one.imperative and not (one.finite and _ASKED_OF & set(before)):
            rule = _of_imperative(one, before, line, whole)
            if rule.startswith("request"):
                return rule
            unsure = unsure or rule
        elif one is not None and one.future and one.perfective and "может" in before[-3:]:
            return "request.could"
        before.append(form)
    return unsure


def _of_imperative(one: Word, before: Sequence[str], line: str, whole: _Whole) -> str:
    lemma = (one.imperative or "").replace("ё", "е")
    please = "пожалуйста" in line
    if before[-1:] == ["не"]:
        return "request.imperative" if lemma in _NOT_TO_DO else ""
    if lemma in lexicon.SERVICE:
        return "unsure.imperative" if phrases.BARGAIN.search(line) else "request.imperative"
    if lemma in lexicon.PUBLIC:
        return "request.please" if please and one.perfective else ""
    if lemma == "сказать" or not one.perfective:
        return ""
    return "request.please" if please or whole.polite else "unsure.imperative"


def _deed(line: str) -> str:
    """Return the rule of a sentence that names a deed alone: «Убрать снег с парковки»."""
    forms = _words(line)
    if len(forms) < 3 or not forms[0].endswith(_INFINITIVES) or word(forms[0]).infinitive not in lexicon.SERVICE:
        return ""
    told = any(word(form).finite or form in {"надо", "нужно", "можно", "нельзя"} for form in forms[1:])
    return "" if told or forms[0] in _PUNISH else "request.infinitive"


_PUNISH = frozenset({"наказать", "снести"})


def _question(line: str, whole: _Whole, *, mocked: bool) -> str:
    """Return the rule by which a sentence asks a question, or nothing."""
    if phrases.SNEER.search(line) and not whole.letter:
        return "rhetoric.surprise"
    if phrases.INDIRECT.search(line):
        return "question.indirect" if whole.polite or "?" in line else "unsure.indirect"
    if "?" in line:
        asked = next((code for code, pattern in phrases.ANYWHERE.items() if pattern.search(line)), "")
        if asked or phrases.WHETHER.search(line):
            return asked or "question.whether"
        return "" if mocked else _by_mark(line, whole)
    return _without_mark(line)


def _by_mark(line: str, whole: _Whole) -> str:
    forms = re.findall(r"\w+", line)
    if not forms:
        return "" if len(whole.sentences) > 1 else "mark.alone"
    if len(forms) > 2 or len(whole.sentences) > 1:
        return "question.mark"
    return "mark.short"


def _without_mark(line: str) -> str:
    if phrases.CAN.match(line):
        return "request.could"
    for code, pattern in phrases.BARE.items():
        if pattern.match(line) and not line.endswith("!") and not (code in _OF_A_CLAUSE and _tells(line)):
            return code
    if phrases.WHETHER.search(line):
        return "question.whether"
    return _inside(line)


def _tells(line: str) -> bool:
    """Tell whether an opening «когда» only says when something else happens: «Когда приехал, всё было готово»."""
    clause = phrases.TELLS.match(line)
    if phrases.THEN.search(line):
        return True
    if clause is None or len(clause[0]) > len(line) - 3:
        return False
    will = re.search(r"(?<![\w-])буд(?:ет|ут)(?![\w-])", clause[0])
    return not will and not any(word(form).future for form in _words(clause[0]))


_OF_A_CLAUSE = frozenset({"question.when", "question.where", "question.how_much"})
"""Their words open a clause that tells as often as a question."""
_WITHIN = {
    code: phrases.ANYWHERE[code] for code in ("question.when", "question.where", "question.how_much", "question.why")
} | {
    "question.which": re.compile(
        r"(?<![\w-])(?:на|в|до|с|по|к|о|из|за)\s+как(?:ой|ая|ое|ие|ого|ому|ую|им|их|ом|ими)(?![\w-])"
    )
}


def _inside(line: str) -> str:
    """Return the rule of a question word in the midst of a sentence: «дорогу когда сделаете»."""
    for code, pattern in _WITHIN.items():
        found = pattern.search(line)
        if found is None or "," in line[found.end() :] or phrases.AFTER.search(line[: found.start()]):
            continue
        clause = "," in line[max(0, found.start() - 2) : found.start()]
        if clause and not phrases.HOW_TO.match(line, found.start()):
            continue
        if any(_is_verb(form) for form in _words(line[: found.start()])):
            continue
        if code == "question.when" and not _words(line[found.end() :]):
            return code
        if any(phrases.VERB_END.search(form) or _is_verb(form) for form in _words(line[found.end() :])[:5]):
            return code
    return ""


def _is_verb(form: str) -> bool:
    one = word(form)
    return bool(one.finite or one.imperative or one.infinitive)
