"""The packaged policy: each threshold with its basis and source, and how a registry may change it.

A basis says how far a threshold binds: `norm` binds these offices, `analogue` binds officials elsewhere in Russia, and
`convention` is this audit's own choice. The page prints it with every figure.
"""

import re
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from typing import Any

from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.source import Complain, Node


def _value(value: float | str | list[int] | dict[str, int], basis: Basis, source: str, note: str = "") -> PolicyValue:
    return PolicyValue(value=value, basis=basis, source=source, note=note)


_OWN = "опубликованного числа не найдено"
"""The source of a number that is this audit's own."""

DEFAULT_POLICY: Policy = {
    "deadline_grace_days": _value(
        1,
        Basis.CONVENTION,
        "https://m.babr24.com/?IDE=231375",
        "два канала открыты 1 июня 2022 года; точная дата всегда показана рядом",
    ),
    "newcomer_days": _value(
        30,
        Basis.CONVENTION,
        "по образцу Свердловской области: ural-meridian.ru/news/397290",
        "дней со вступления в должность",
    ),
    "posts_per_week": _value(
        3,
        Basis.ANALOGUE,
        "Башкортостан, 12.2025: news.mail.ru/society/68998010; "
        "Санкт-Петербург, 04.2024: moika78.ru/news/2024-04-18/978850",
        "не меньше, собственные публикации",
    ),
    "silence_days": _value(
        [7, 14, 30],
        Basis.CONVENTION,
        _OWN,
        "судит первое число, остальные два — ступени",
    ),
    "reply_within_hours": _value(
        24,
        Basis.ANALOGUE,
        "Ярославская область, проект: yarnews.net; Сахалин: kinoreef.ru",
        "отсчёт от комментария; в опубликованных нормах — от его обнаружения",
    ),
    "least_questions": _value(
        5,
        Basis.CONVENTION,
        _OWN,
        "меньше вопросов — мало данных",
    ),
    "least_askers": _value(
        3,
        Basis.CONVENTION,
        _OWN,
        "разных авторов среди вопросов с истёкшим сроком; меньше — мало данных",
    ),
    "possible_staff": _value(
        {"questions": 5, "people": 3, "one_in": 3},
        Basis.CONVENTION,
        _OWN,
        "кто ответил не меньше чем на столько вопросов стольких людей и на каждый третий вопрос, "
        "возможно, отвечает за главу",
    ),
    "thread_days": _value(
        14,
        Basis.CONVENTION,
        _OWN,
        "дней до недели: под публикациями этих дней комментарии недели тоже учтены",
    ),
    "comments_open": _value(
        True,
        Basis.ANALOGUE,
        "распоряжение губернатора Томской области 132-р: base.garant.ru/406849504; "
        "Санкт-Петербург: fontanka.ru/2024/05/29/73639028; Курск, 01.2025: m.ru24.pro/kursk/395637856",
        "под каждой публикацией; 132-р для муниципалитетов — рекомендация",
    ),
    "register_link_subscribers": _value(
        10000,
        Basis.NORM,
        "303-ФЗ, с 01.11.2024: msp.lenobl.ru/ru/news/80563",
        "свыше этого числа подписчиков в описании нужна ссылка на реестр",
    ),
    "register_link_since": _value(
        "2024-11-01",
        Basis.NORM,
        "303-ФЗ: msp.lenobl.ru/ru/news/80563",
        "с этого дня нужна ссылка на реестр",
    ),
    "one_network_suffices": _value(
        True,
        Basis.NORM,
        "https://babr24.com/?IDE=229542",
        "поручение не называет сети",
    ),
    "confirmation_valid_days": _value(
        365,
        Basis.CONVENTION,
        _OWN,
        "после этого принадлежность страницы нужно подтвердить заново",
    ),
    "search_valid_days": _value(
        180,
        Basis.CONVENTION,
        _OWN,
        "дней до конца недели: более ранний поиск ничего не говорит о ней",
    ),
    "holder_valid_days": _value(
        730,
        Basis.CONVENTION,
        _OWN,
        "дней: если последним сведениям о главе больше, о нём ничего не установлено",
    ),
    "acting_valid_days": _value(
        365,
        Basis.CONVENTION,
        _OWN,
        "то же для временно исполняющих обязанности",
    ),
    "late_look_days": _value(
        14,
        Basis.CONVENTION,
        _OWN,
        "дней после конца недели: более поздняя проверка не показывает, чего на ней не было",
    ),
    "same_text_hours": _value(
        72,
        Basis.CONVENTION,
        _OWN,
        "часов: публикации одного текста за это время — одна",
    ),
    "same_text_percent": _value(
        90,
        Basis.CONVENTION,
        _OWN,
        "процентов слов: публикации, у которых столько общего, — одна, если числа и названия в них не расходятся",
    ),
    "neutral_after_move_days": _value(
        30,
        Basis.CONVENTION,
        _OWN,
        "дней записей на прежней странице не ждут, если её последняя запись сообщает о переезде",
    ),
}
"""Each value names its source; a value without one is this audit's own."""


def _days(value: Any) -> bool:
    """Tell whether it is a number of days, or a rising list of them."""
    steps = value if isinstance(value, list) else [value]
    whole = bool(steps) and all(isinstance(v, int) and not isinstance(v, bool) and v > 0 for v in steps)
    return whole and sorted(set(steps)) == steps


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


def _hours(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _percent(value: Any) -> bool:
    return _whole(1)(value) and value <= 100


def _day(value: Any) -> bool:
    """Tell whether it is a day of the calendar, quoted or not."""
    return isinstance(value, str) and bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)) and _on_calendar(value)


def _on_calendar(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _staff(value: Any) -> bool:
    """Tell whether it names questions, people and how many of the questions due, each at least one."""
    return (
        isinstance(value, dict)
        and set(value) == {"questions", "people", "one_in"}
        and all(map(_whole(1), value.values()))
    )


def _yes_no(value: Any) -> bool:
    return isinstance(value, bool)


def _yes(value: Any) -> bool:
    return value is True


_KINDS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "deadline_grace_days": (_whole(0), "a whole number of days, 0 or more"),
    "newcomer_days": (_whole(0), "a whole number of days, 0 or more"),
    "posts_per_week": (_whole(0), "a whole number of posts, 0 or more"),
    "silence_days": (_days, "a number of days, or a rising list like [7, 14, 30]"),
    "reply_within_hours": (_hours, "a number of hours above 0"),
    "least_questions": (_whole(1), "a whole number of questions, 1 or more"),
    "least_askers": (_whole(1), "a whole number of people, 1 or more"),
    "possible_staff": (_staff, "{questions: 5, people: 3, one_in: 3}, each a whole number, 1 or more"),
    "thread_days": (_whole(0), "a whole number of days, 0 or more"),
    "comments_open": (_yes_no, "true or false"),
    "register_link_subscribers": (_whole(0), "a whole number of subscribers, 0 or more"),
    "register_link_since": (_day, "a day, like 2024-11-01"),
    "one_network_suffices": (_yes, "true: the directive names no network, so it cannot ask for two"),
    "confirmation_valid_days": (_whole(1), "a whole number of days, 1 or more"),
    "search_valid_days": (_whole(1), "a whole number of days, 1 or more"),
    "holder_valid_days": (_whole(1), "a whole number of days, 1 or more"),
    "acting_valid_days": (_whole(1), "a whole number of days, 1 or more"),
    "late_look_days": (_whole(0), "a whole number of days, 0 or more"),
    "same_text_hours": (_whole(0), "a whole number of hours, 0 or more"),
    "same_text_percent": (_percent, "a whole number, 1 to 100"),
    "neutral_after_move_days": (_whole(0), "a whole number of days, 0 or more"),
}
_RETIRED = {"posts_per_week_target", "reply_working_hours", "reply_share"}
"""Keys of 0.2.0 that nothing is computed with."""


def drop_retired(node: Node | None) -> None:
    """Take out of a stored registry's `policy` the keys that nothing is computed with any more."""
    if node is not None and isinstance(node.value, dict):
        for key in _RETIRED & node.value.keys():
            del node.value[key]


def complete_policy(node: Node | None, complain: Complain) -> dict[str, Any]:
    """Merge the registry's `policy` into the packaged one: a key, or a part of one, that is left out keeps its default.

    `complain(line, what, mend)` is told of unknown keys and wrong values. Their defaults stay, so that the rest of the
    registry is still checked.
    """
    policy: dict[str, Any] = {key: value.model_dump() for key, value in DEFAULT_POLICY.items()}
    if node is None or node.value is None or not isinstance(node.value, dict):
        return policy  # the model complains of anything but a mapping
    for key, entry in node.value.items():
        if key in _RETIRED:
            complain(entry.line, f"nothing is computed with {key} any more", "take it out")
        elif key not in _KINDS:
            near = get_close_matches(key, _KINDS, n=1)
            mend = f"did you mean {near[0]!r}?" if near else f"known are: {', '.join(_KINDS)}"
            complain(entry.line, f"the policy has no key {key!r}", mend)
        elif isinstance(entry.value, dict):
            merged = policy.get(key, {}) | {part: child.plain() for part, child in entry.value.items()}
            if _holds(key, entry, merged, complain):
                policy[key] = merged
        elif entry.value is not None and not entry.broken:
            complain(entry.line, f"{key} must hold keys, not a value alone", f"write {key}: {{value: …}}")
    return policy


def _holds(key: str, entry: Node, merged: dict[str, Any], complain: Complain) -> bool:
    """Tell whether the value fits its key; complain if it does not."""
    fits, wanted = _KINDS[key]
    value = merged.get("value")
    if fits(value):
        return True
    if not (entry.child("value") or entry).broken:
        complain(entry.line_of("value"), f"{key} cannot be {_short(value)}", f"write {wanted}")
    return False


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "…"
