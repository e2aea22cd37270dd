"""The packaged policy: each threshold with its basis and source, and how a registry may change it.

A basis says how far a threshold binds: `norm` binds these offices, `analogue` binds officials elsewhere in Russia, and
`convention` is this audit's own choice. The page prints it with every figure.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from auditor.base.text import shortened
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.source import Complain, Node, did_you_mean

_Kind = tuple[Callable[[Any], bool], str]
"""Tells whether something may be written as a value; and what to write, for a mistake in it."""


def _whole(unit: str, least: int = 0) -> _Kind:
    return lambda value: _is_whole(value, least), f"a whole number of {unit}, {least} or more"


def _is_whole(value: Any, least: int = 1) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _day(value: Any) -> bool:
    """Tell whether it is a day of the calendar, quoted or not."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


_Key = tuple[PolicyValue, _Kind]
"""A packaged threshold, and what a registry may write in its place."""


def _sourced(value: Any, basis: Basis, source: str, note: str, kind: _Kind) -> _Key:
    return PolicyValue(value=value, basis=basis, source=source, note=note), kind


def _ours(value: Any, note: str, kind: _Kind) -> _Key:
    """Return a threshold that is this audit's own."""
    return _sourced(value, Basis.CONVENTION, "опубликованного числа не найдено", note, kind)


_KEYS = {
    "deadline_grace_days": _sourced(
        1,
        Basis.CONVENTION,
        "https://m.babr24.com/?IDE=231375",
        "два канала открыты 1 июня 2022 года; точная дата всегда показана рядом",
        _whole("days"),
    ),
    "newcomer_days": _sourced(
        30,
        Basis.CONVENTION,
        "по образцу Свердловской области: ural-meridian.ru/news/397290",
        "дней со вступления в должность",
        _whole("days"),
    ),
    "posts_per_week": _sourced(
        3,
        Basis.ANALOGUE,
        "Башкортостан, 12.2025: news.mail.ru/society/68998010; "
        "Санкт-Петербург, 04.2024: moika78.ru/news/2024-04-18/978850",
        "не меньше, собственные публикации",
        _whole("posts"),
    ),
    "silence_days": _ours(7, "дней без записей и репостов", _whole("days", 1)),
    "reply_within_hours": _sourced(
        24,
        Basis.ANALOGUE,
        "Ярославская область, проект: yarnews.net; Сахалин: kinoreef.ru",
        "отсчёт от комментария; в опубликованных нормах — от его обнаружения",
        (
            lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value > 0,
            "a number of hours above 0",
        ),
    ),
    "least_questions": _ours(5, "меньше вопросов — мало данных", _whole("questions", 1)),
    "least_askers": _ours(
        3, "разных авторов среди вопросов с истёкшим сроком; меньше — мало данных", _whole("people", 1)
    ),
    "helper_people": _ours(
        3, "кто сам не спрашивает и ответил стольким людям, возможно, отвечает за главу", _whole("people", 1)
    ),
    "thread_days": _ours(
        14, "дней до недели: под публикациями этих дней комментарии недели тоже учтены", _whole("days")
    ),
    "comments_open": _sourced(
        True,
        Basis.ANALOGUE,
        "распоряжение губернатора Томской области 132-р: base.garant.ru/406849504; "
        "Санкт-Петербург: fontanka.ru/2024/05/29/73639028; Курск, 01.2025: m.ru24.pro/kursk/395637856",
        "под каждой публикацией; 132-р для муниципалитетов — рекомендация",
        (lambda value: isinstance(value, bool), "true or false"),
    ),
    "register_link_subscribers": _sourced(
        10000,
        Basis.NORM,
        "303-ФЗ, с 01.11.2024: msp.lenobl.ru/ru/news/80563",
        "свыше этого числа подписчиков в описании нужна ссылка на перечень",
        _whole("subscribers"),
    ),
    "register_link_since": _sourced(
        "2024-11-01",
        Basis.NORM,
        "303-ФЗ: msp.lenobl.ru/ru/news/80563",
        "с этого дня нужна ссылка на перечень",
        (_day, "a day, like 2024-11-01"),
    ),
    "confirmation_valid_days": _ours(
        365, "после этого принадлежность страницы нужно подтвердить заново", _whole("days", 1)
    ),
    "search_valid_days": _ours(
        180, "дней до конца недели: более ранний поиск ничего не говорит о ней", _whole("days", 1)
    ),
    "holder_valid_days": _ours(
        730, "дней: если последним сведениям о главе больше, о нём ничего не установлено", _whole("days", 1)
    ),
    "acting_valid_days": _ours(365, "то же для временно исполняющих обязанности", _whole("days", 1)),
    "late_look_days": _ours(
        14, "дней после конца недели: более поздняя проверка не показывает, чего на ней не было", _whole("days")
    ),
    "same_text_hours": _ours(72, "часов: публикации одного текста за это время — одна", _whole("hours")),
    "moved_days": _ours(
        30,
        "дней записей на прежней странице не ждут, если её последняя запись сообщает о переезде",
        _whole("days"),
    ),
}
DEFAULT_POLICY: Policy = {key: packaged for key, (packaged, _) in _KEYS.items()}
"""Each value names its source; a value without one is this audit's own."""


def complete_policy(node: Node | None, complain: Complain) -> dict[str, Any]:
    """Merge the registry's `policy` into the packaged one: a key, or a part of one, that is left out keeps its default.

    `complain(line, what, mend)` is called for unknown keys and wrong values. Their defaults stay, so that the rest of
    the registry is still checked.
    """
    policy: dict[str, Any] = {key: value.model_dump() for key, value in DEFAULT_POLICY.items()}
    if node is None or node.value is None or not isinstance(node.value, dict):
        return policy  # the model complains of anything but a mapping
    for key, entry in node.value.items():
        if key not in _KEYS:
            mend = did_you_mean(key, _KEYS, f"known are: {', '.join(_KEYS)}")
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
    _, (fits, wanted) = _KEYS[key]
    value = merged.get("value")
    if fits(value):
        return True
    if not (entry.child("value") or entry).broken:
        complain(entry.line_of("value"), f"{key} cannot be {shortened(repr(value), 40)}", f"write {wanted}")
    return False
