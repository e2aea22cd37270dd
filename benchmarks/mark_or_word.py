"""The rule that read comments before the version 2 of the rules: a question mark or a word of request."""

import re

from auditor.language.words import _plain

# Courtesy in the words of a request: it asks for nothing. Taken out before a request is looked for.
_COURTESY = re.compile(
    r"""\b(?:
      про(?:шу|сим|сил[аи]?)\s+(?:\w+\s+){0,2}?
        (?:прощени[ея]|извинени[ея]|извинить|простить|заметить|отметить|не\s+путать|считать)|
      скажи(?:те)?\s+(?:\w+\s+){0,2}?спасибо|дайте\s+пять|поставьте\s+(?:лайк|класс|плюс)|
      включи(?:те)?\s+(?:голову|мозг\w*|логику)|помоги\s+(?:\w+\s+)?(?:бог|боже|господ[иь])|
      просьб[аыу]\s+(?:\w+\s+){0,3}?(?:услышан|выполнен|исполнен|удовлетворен|решен|учтен)\w*
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A request: the writer wants something done or told. Verbs in the forms in which people ask, not every form: «сделали»
# reports, «сделайте» asks. Whole words only, after ё -> е.
_REQUEST = re.compile(
    r"""\b(?:
      (?:очень\s+)?про(?:шу|сим)(?:\s|$|[,.!])|просьб[аыу]|прошение|требу(?:ю|ем)|
      подскажи(?:те)?|не\s+подскаж(?:ете|ешь|ут)|скажите|расскажите|поясните|объясните|разъясните|уточните|
      сообщите|ответьте|ответь|
      помоги(?:те)?|нужна\s+(?:ваша\s+)?помощь|посодействуйте|поспособствуйте|разберитесь|проверьте|
      обратите\s+внимание|
      прими(?:те)?\s+(?:\w+\s+){0,3}?(?:мер[ыу]|участие|внимание|нас|меня|заявк\w+|обращени\w+|жалоб\w+|решение)|
      сделайте|почините|отремонтируйте|исправьте|устраните|уберите|вывезите|очистите|почистите|посыпьте|
      наведите|решите|организуйте|установите|поставьте|включите|отключите|восстановите|верните|дайте|
      выделите|покажите|пришлите|рассмотрите|посмотрите|повлияйте|спасите|вмешайтесь|услышьте|
      хотелось\s+бы|хотим\s+(?:знать|узнать|понять)|хочу\s+(?:узнать|спросить|знать)|интересует|
      (?:необходимо|надо\s+бы|нужно\s+бы|пора\s+бы)\s+(?:\w+\s+){0,2}?\w+(?:ть|ти|чь)(?:ся|сь)?|
      (?:вы\s+)?(?:не\s+)?могли\s+бы\s+вы|вы\s+(?:не\s+)?могли\s+бы|не\s+могли\s+бы|
      нельзя\s+ли|можно\s+ли|возможно\s+ли|будет\s+ли|будут\s+ли|есть\s+ли|планируется\s+ли|
      до\s+каких\s+пор|доколе|сколько\s+можно|когда\s+же|когда\s+уже
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# A question without its mark, as people type it: an interrogative at the head of a sentence. «Как», «какой», «кто» and
# «что» are here only with what makes them ask: they exclaim as often («Как красиво», «Кто бы сомневался»).
_HEAD = r"(?:^|[.!…\n]\s*|,\s*а\s+)(?:а\s+|ну\s+|и\s+|так\s+|но\s+)?"
_ASKS = re.compile(
    rf"""{_HEAD}(?:
      когда|почему|зачем|отчего|где|куда|откуда|сколько|каким\s+образом|по\s+какой\s+причине|
      в\s+ч[её]м\s+(?:причина|дело|проблема)|что\s+(?:там\s+)?(?:с|со|насчет|будет\s+с)\s|
      как(?:ой|ая|ое|ие|ого|ому)\s+(?:срок|телефон|номер|адрес|график|причин|порядок|часы|день)\w*|
      как\s+(?:долго|скоро|записаться|попасть|узнать|получить|обратиться|связаться|быть|подать|оформить|добраться)|
      кто\s+(?:отвечает|ответственн\w+|должен|будет|занимается|виноват)|
      (?:не\s+)?(?!(?:мало|вряд|то|едва|шутка|не)\b)\w+\s+ли
    )\b
    |(?<![,\s])\s+когда(?:
      \s*[.!…]*$|\s+(?:\w+\s+){{0,2}}?(?:\w+(?:ете|ите)|будет|будут|уберут|починят|сделают|откроют)\b)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# The same words opening a clause that tells and does not ask: «Когда приехал, все было готово».
_TELLS = re.compile(r"^(?:когда|где|куда|сколько)\b[^?]*,", re.IGNORECASE)


def is_question(text: str | None) -> bool:
    """Tell whether a comment asks: a question mark outside a link, a request word, or an opening interrogative.

    DESIGN.md section 5: "a `?` or a request word". Quoted marks count too: the cost of a false question is one
    more comment to look at, the cost of a missed one is a resident unheard.
    """
    if not text:
        return False
    plain = _plain(text).strip()
    if "?" in plain:
        return True
    plain = _COURTESY.sub(" ", plain).strip()
    if _REQUEST.search(plain):
        return True
    return bool(_ASKS.search(plain)) and not _TELLS.match(plain)
