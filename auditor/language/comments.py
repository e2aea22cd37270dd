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

from auditor.base.snapshot import Says, Side
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
    "text.repeated": Rule(_NOT, "Its author says the same under other posts", "Приглашаем всех на наш сайт"),
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
    "unsure.vague": Rule(_UNSURE, "A question or request that names nothing", "И почему так вышло?"),
    "unsure.indirect": Rule(_UNSURE, "It does not understand something, in passing", "Не понимаю почему так"),
    "unsure.own_case": Rule(_UNSURE, "One's own open case, numbered or dated", "Заявка № 5 подана 3 мая, ответа нет"),
    "report.problem": Rule(_REPORTS, "It tells of a trouble and asks nothing", "На Сказочной не горят фонари"),
    "thanks": Rule(_NOT, "It thanks or congratulates", "Спасибо за каток"),
    "other": Rule(_NOT, "Nothing of the above", "Хорошее дело"),
}  # fmt: skip
"""Every rule by its code. Older archives have `mark_or_word` besides."""

REPEATED = Reading(_NOT, "text.repeated")


def read(text: str | None, *, addressed: Side | None = None, names: Collection[str] = ()) -> Reading:
    """Return what a citizen's comment does by its words, and by which rule.

    A text made to be slow costs no more than a long letter. Of a text of more than 4,000 signs the first 3,000 and the
    last 1,000 are read; of its sentences the first 70 and the last 30, and what stands between is left unread; the
    spelling of the first 150 words alone is put right.

    `addressed`: whose a leading mention is, where the network or the registry tells; `names`: the holder's, so that a
    text that begins with them is known to speak to him. Whom a comment answers is decided over its thread
    (`auditor.base.threads.addressed`).
    """
    return Reading(RULES[code].says, code) if (code := _rule(text or "", addressed, names)) else Reading(_NOT, "other")


def _rule(text: str, addressed: Side | None, names: Collection[str]) -> str:
    whole = _Whole.of(plain(text), addressed, names)
    if whole.rule:
        return whole.rule
    rules = _settled([rule for sentence in whole.sentences for rule in _of_sentence(sentence, whole)], whole)
    return next((rule for says in (_ASKS, _UNSURE) for rule in rules if RULES[rule].says is says), "") or _rest(
        whole, rules
    )


_VAGUE = frozenset(
    {code for code in RULES if code.startswith("question.") and code not in {"question.when", "question.topic"}}
    | {"request.imperative", "request.soft", "request.wish", "request.need", "request.infinitive"}
)
"""The rules that a line without any subject of an authority's leaves unsure: people quarrel in the same forms."""


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
    troubled = phrases.TROUBLE.search(told) or (whole.polite and whole.concrete and phrases.LACKS.search(told))
    if troubled and not phrases.PRAISE.search(told):
        return "report.problem"
    return next(iter(rules), "thanks" if phrases.PRAISE.search(whole.line) else "other")


# The whole text --------------------------------------------------------------------------------------------------

_FIRST, _LAST = 70, 30
"""Sentences that are read of a text's beginning and end."""
_PUT_RIGHT = 150
"""So many words are compared with the dictionary's: 0.1 ms for each that it has not."""
_LETTER = 140
"""Signs; what is longer is a letter. Of letters to authorities half are longer, of comments under news one in six."""


@dataclass(frozen=True, slots=True)
class _Whole:
    """A comment without its greeting, quotations and numbers, cut into sentences, lower case and spelt right."""

    sentences: tuple[str, ...] = ()
    line: str = ""
    letter: bool = False
    """It addresses an office, or is long: a line that mocks decides nothing about the rest."""
    formal: bool = False
    """It greets or addresses an office: decides what else is unsure, and never makes a question of what is none."""
    concrete: bool = False
    """It names something that an authority has to do with, a place or a number."""
    own_case: bool = False
    rule: str = ""
    """What decides without reading on."""

    @property
    def polite(self) -> bool:
        """Whether it is formal or long: decides what else is unsure, and never makes a question of what is none."""
        return self.formal or self.letter

    @classmethod
    def of(cls, text: str, addressed: Side | None, names: Collection[str]) -> "_Whole":
        """Read whom it addresses, and what remains to be read."""
        text, rule = _after_mention(text, addressed)
        if not rule and not any(sign.isalnum() for sign in text):
            rule = "mark.alone" if "?" in text else "words.none"
        rule = rule or _by_name(_HELLO.sub("", text), names)
        if rule:
            return cls(rule=rule)
        bare, phone = without_phones(_without_quotes(text))
        line = _spelt(bare)
        greets, office = bool(phrases.GREETING.match(line)), False
        line = phrases.SIGNATURE.sub("", phrases.GREETING.sub("", line))
        if phrases.STRANGER.match(line):
            return cls(rule="addressee.name")
        if not phrases.TO_ALL.match(line):
            office = bool(phrases.OFFICE.match(line))
            line = phrases.OFFICE.sub("", line)
        if _sells(line, phone=phone):
            return cls(rule="advertisement")
        case = bool(phrases.CASE.search(line) and (phone or phrases.CASE_MARKS.search(line)))
        said = [one for one in sentences(line) if any(sign.isalnum() or sign == "?" for sign in one)]
        letter = office or len(line) > _LETTER
        concrete = bool(phrases.SUBJECT.search(line) or _NUMBER.search(line) or _names_a_place(bare))
        formal = greets or office
        return cls(_ends(said), line, letter, formal, concrete, case)


def _ends(said: Sequence[str]) -> tuple[str, ...]:
    """Return the sentences that are read."""
    return (*said[:_FIRST], *said[max(_FIRST, len(said) - _LAST) :])


def _after_mention(text: str, addressed: Side | None) -> tuple[str, str]:
    """Return the text after its leading mention, and the rule where that mentions a citizen."""
    found = phrases.MENTIONS.match(text)
    if addressed in {Side.CITIZEN, Side.BODY}:
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
    return _TOKEN.sub(lambda found: _right(found[0]), line, count=_PUT_RIGHT)


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
_NUMBER = re.compile(r"\d")


def _names_a_place(text: str) -> bool:
    return not text.isupper() and bool(phrases.OWN_WORD.search(text))


_ALIKE = 4
"""Letters."""
_HELLO = re.compile(rf"{phrases.GREETING.pattern}|^[\W_]*сп[ао]сиб\w*[\s,.!]+", re.IGNORECASE)
_NAMED_LAST = re.compile(r",\s*([А-ЯЁ][а-яё]{2,})\s*[?!]+$")
_SHORT = 100
"""Signs: a name after a comma ends a longer text as its signature."""
_BACK = re.compile(r"^\s*(?:а|ну|и|так|да)?[\s,]*(?:вы|ты|вам|тебе|у вас|у тебя)(?![\w-])", re.IGNORECASE)


def _by_name(text: str, names: Collection[str]) -> str:
    """Return the rule of a text that begins with a person's name who is not the holder."""
    known = {_alike(part) for name in names for part in name.split()}
    last = _NAMED_LAST.search(text) if len(text) < _SHORT else None
    if last is not None and word(_even(last[1])).name and _alike(last[1]) not in known:
        return "addressee.name"
    found = _NAMED.match(text)
    if found is None:
        return ""
    parts = [found[1], *found[2].split()]
    seen = [word(_even(part)) for part in parts]
    if not seen[0].name or any(not (one.name or one.patronymic or one.family) for one in seen[1:]):
        return ""
    if known and all(_alike(part) in known for part in parts):
        return ""
    formal = any(one.patronymic for one in seen[1:])
    if formal and not known and not _BACK.match(text[found.end() :]):
        return ""
    return "addressee.name"


def _even(part: str) -> str:
    return part.casefold().replace("ё", "е")


def _alike(part: str) -> str:
    """Return by what a part of a name is known: «Валерьевич» and «Валериевич», in any case."""
    return _even(part)[:_ALIKE]


# One sentence ----------------------------------------------------------------------------------------------------


def _of_sentence(sentence: str, whole: _Whole) -> Iterator[str]:
    """Yield the rules that speak for a sentence, the one that asks first."""
    line = phrases.COURTESY.sub(" ", phrases.GREETING.sub("", sentence)).strip()
    if phrases.PEOPLE.search(line) or phrases.CALLED.search(sentence):
        yield "addressee.public"
    elif phrases.RETORT.search(line) and ("?" in line or not whole.letter) and not phrases.PLEA.search(line):
        yield "addressee.retort"
    else:
        if whole.concrete and _can_be_done(line):
            yield "request.could"
            return
        mocked = next((code for code, pattern in phrases.MOCKERY.items() if pattern.search(line)), "")
        if mocked:
            line = _after_mockery(phrases.MOCKERY[mocked], line)
        rule = _request(line, whole) or _question(line, whole, mocked=bool(mocked))
        yield from filter(None, ("unsure.vague" if _vague(rule, line, whole) else rule, mocked))


def _can_be_done(line: str) -> bool:
    """Tell whether «неужели нельзя» goes on with what an office does: «Неужели нельзя поставить урну?»."""
    found = phrases.CANNOT.search(line)
    after = _words(line[found.end() :])[:3] if found else []
    return any(form.endswith(_INFINITIVES) and word(form).infinitive in lexicon.SERVICE for form in after)


def _vague(rule: str, line: str, whole: _Whole) -> bool:
    """Tell whether a line asks in a form in which people quarrel too, and names nothing that tells the two apart."""
    if rule.startswith("question") and (phrases.FORM.search(line) or _wills(line)):
        return False
    if "почему бы не" in line and not whole.formal:
        return True
    if rule not in _VAGUE or whole.formal or phrases.POLITE.search(whole.line):
        return False
    if whole.concrete and (len(whole.line) <= _LETTER or phrases.SUBJECT.search(line) or _NUMBER.search(line)):
        return False
    if rule == "request.imperative":
        forms = (form for form in _words(line) if form.endswith(_PLURALS) or form in _OF_ONE)
        return any(word(form).imperative in lexicon.QUARREL for form in forms)
    if rule == "request.wish" and phrases.TO_KNOW.search(line):
        return False
    return not any(phrases.BARE[code].match(line) for code in _SPECIFIC)


_SPECIFIC = ("question.who", "question.how", "question.which", "question.what")


def _after_mockery(pattern: re.Pattern[str], line: str) -> str:
    """Return the clauses of a sentence that do not mock."""
    return ", ".join(
        clause for clause in re.split(r"[,;]\s*|\s(?=и (?:когда|почему|кто)\b)", line) if not pattern.search(clause)
    )


def _request(line: str, whole: _Whole) -> str:
    """Return the rule by which a sentence requests something, or nothing."""
    if (phrases.PLEA.search(line) or phrases.LISTED.match(line)) and not phrases.TOLD_PLEA.search(line):
        return "request.plea"
    for code, pattern in (
        ("request.could", phrases.COULD),
        ("request.wish", phrases.WISH),
        ("request.wait", phrases.WAIT),
        ("request.soft", phrases.SOFT),
    ):
        if pattern.search(line) and not (code == "request.soft" and phrases.OPINION.match(line)):
            return code
    if (phrases.TOPIC.search(line) or phrases.TOPIC_END.search(line)) and not phrases.TOPIC_LEFT.search(line):
        return "question.topic"
    return _need(line) or _imperative(line, whole) or _deed(line, whole)


def _words(line: str) -> list[str]:
    return re.findall(r"[а-я]+(?:-[а-я]+)*", line)


def _need(line: str) -> str:
    for found in phrases.NEED.finditer(line):
        if phrases.NEEDLESS.search(line[: found.start()][-40:]):
            continue
        after = _words(line[found.end() : found.end() + 80])[:4]
        if after[:1] == ["не"]:
            continue
        deed = next((word(form) for form in after if form.endswith(_INFINITIVES) and word(form).infinitive), None)
        if deed is not None:
            if deed.infinitive in lexicon.SERVICE and not _OWN_NEED.search(line[: found.start()]):
                return "request.need"
        elif found[0].strip(" ,") not in {"надо", "пора", "обязаны"} and any(word(form).noun for form in after[:3]):
            return "request.need"
    return ""


_OWN_NEED = re.compile(r"(?:мне|нам|ему|ей|им|людям|жителям|самим|всем)\s+(?:\w+\s+)?$")
"""Whose need it is who acts himself: «нам нужно собрать справки»."""
_INFINITIVES = ("ть", "ти", "чь", "ться", "тись", "чься")
_PLURALS = ("те", "тесь")
_OF_ONE = frozenset({"помоги", "сделай", "почини", "подскажи", "убери", "верни", "ответь", "поставь", "прими", "дай"})
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
        return "request.imperative" if lemma in lexicon.NOT_TO_DO else ""
    if lemma in lexicon.SERVICE:
        return "unsure.imperative" if phrases.BARGAIN.search(line) or _taunts(line) else "request.imperative"
    if lemma in lexicon.PUBLIC:
        return "request.please" if please and one.perfective else ""
    if lemma == "сказать":
        return "request.please" if please or _TELL_ME.search(line) else ""
    if not one.perfective:
        return ""
    return "request.please" if please or whole.polite else "unsure.imperative"


def _taunts(line: str) -> bool:
    """Tell whether an imperative of what an office does asks for nothing of an office's."""
    insults = phrases.INSULT.search(line) and not phrases.SUBJECT.search(line.replace("что-нибудь", ""))
    return bool(insults or phrases.TAUNT.search(line))


_TELL_ME = re.compile(r"(?<!\w)скажите,? а (?!то\b|кто\b|вам\b|вы\b|вас\b)")
"""«Скажите а кабинет работает в субботу»: a question that no mark and no word of a question shows."""


def _deed(line: str, whole: _Whole) -> str:
    """Return the rule of a sentence that names a deed alone: «Убрать снег с парковки»."""
    forms = _words(line)
    if len(forms) < 3 or not forms[0].endswith(_INFINITIVES):
        return ""
    deed = word(forms[0])
    told = any(word(form).finite or form in _HARD for form in forms[1:])
    if deed.infinitive is None or not deed.perfective or told or forms[0] in _PUNISH:
        return ""
    return "request.infinitive" if deed.infinitive in lexicon.SERVICE or whole.polite else "unsure.imperative"


_PUNISH = frozenset({"наказать", "снести"})
_HARD = frozenset(
    {"надо", "нужно", "можно", "нельзя", "невозможно", "нереально", "сложно", "трудно", "негде", "некому", "некогда"}
)


def _question(line: str, whole: _Whole, *, mocked: bool) -> str:
    """Return the rule by which a sentence asks a question, or nothing."""
    if phrases.SNEER.search(line) and not (whole.letter and not _INDEED.search(line)):
        return "rhetoric.surprise"
    if phrases.INDIRECT.search(line):
        return "question.indirect" if whole.polite or "?" in line else "unsure.indirect"
    if "?" in line:
        asked = next((code for code, pattern in phrases.ANYWHERE.items() if pattern.search(line)), "")
        if asked or phrases.WHETHER.search(line):
            return asked or "question.whether"
        return "" if mocked else _by_mark(line, whole)
    return _without_mark(line, whole)


_INDEED = re.compile(r"(?<![\w-])(?:разве|неужели)(?![\w-])(?!.*(?:нельзя|можно))")


def _by_mark(line: str, whole: _Whole) -> str:
    forms = re.findall(r"\w+", line)
    if not forms:
        return "" if len(whole.sentences) > 1 else "mark.alone"
    if len(forms) > 2 or len(whole.sentences) > 1:
        return "question.mark"
    return "mark.short"


def _without_mark(line: str, whole: _Whole) -> str:
    if phrases.CAN.match(line):
        return "request.could"
    for code, pattern in phrases.BARE.items():
        if code in _EXCLAIM and (line.endswith("!") or phrases.THEN.search(line)):
            continue
        for part in phrases.CLAUSE.split(line):
            asks = pattern.match(part)
            if asks and not (code in _OF_A_CLAUSE and _tells(part[asks.start(1) :])):
                past = code == "question.when" and not whole.polite and _PAST.search(part)
                return "unsure.vague" if past else code
    whether = phrases.WHETHER.search(line)
    if whether and not phrases.WONDERED.search(line[: whether.start()]):
        return "question.whether"
    return _inside(line) or _whether(line, whole)


def _tells(line: str) -> bool:
    """Tell whether an opening «когда» only says when something else happens: «Когда приехал, всё было готово»."""
    clause = phrases.TELLS.match(line)
    if phrases.THEN.search(line):
        return True
    if clause is None or len(clause[0]) > len(line) - 3:
        return False
    will = re.search(r"(?<![\w-])буд(?:ет|ут)(?![\w-])", clause[0])
    return not will and not any(word(form).future for form in _words(clause[0]))


_EXCLAIM = frozenset({"question.which", "question.how", "question.how_much", "question.what"})
_PAST = re.compile(r"(?<![\w-])\w+(?:ал|ел|ил|ыл|ул|ла|ло|ли)(?:с[яь])?(?![\w-])")
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
        after = _words(line[found.end() :])[:5]
        if code == "question.when":
            asks = any(
                word(form).future or form.endswith(("ете", "ите")) or form in {"будет", "будут"} for form in after
            )
        else:
            asks = any(phrases.VERB_END.search(form) or _is_verb(form) for form in after)
        if asks:
            return code
    return ""


def _whether(line: str, whole: _Whole) -> str:
    """Return the rule of a line that asks by its order of words: «а на Мнимой свет дадут сегодня»."""
    forms = _words(line)
    if forms[:2] == ["а", "если"]:
        return "question.whether" if whole.polite else "unsure.vague"
    if len(forms) > 9 or "," in line or _LATER & set(forms) or line.endswith("!"):
        return ""
    if forms[-1:] in (["будет"], ["будут"]) and not any(_is_verb(form) for form in forms[:-1]):
        return "question.whether"
    opens = forms[:1] == ["а"] and any(form.endswith(_WILL) and word(form).future for form in forms)
    return ("question.whether" if whole.polite else "unsure.vague") if opens and whole.concrete else ""


def _wills(line: str) -> bool:
    return any(form.endswith(_WILL) and word(form).future and word(form).perfective for form in _words(line))


_WILL = ("ут", "ют", "ат", "ят")
_LATER = frozenset({"потом", "завтра", "опять", "снова", "скоро", "конечно", "теперь", "так", "не", "все"})


def _is_verb(form: str) -> bool:
    one = word(form)
    return bool(one.finite or one.imperative or one.infinitive)
