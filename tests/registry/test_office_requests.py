"""What an office is asked for: what the registry lacks, and nothing else; and which answers are awaited."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from auditor.base.errors import UsageError
from auditor.registry import Office, Registry, parse_registry
from auditor.registry.registry_file import RegistryFile
from auditor.registry.requests import awaited_answers, lacking_offices, plan_sent, progress, questions_to, sent_day
from tests.registry.registry_texts import HEAD, OFFICE

TODAY = date(2026, 12, 3)
ANNA = "Имярек Анна Андреевна"
BODY = "    website: https://example.org\n    accounts: [{url: t.me/pervy_rayon, kind: institution}]\n"
YES = "confirmed: {on: 2026-11-01, how: по сайту}"
PAGE = f"{{url: t.me/imyarek, kind: personal, {YES}, staff: [helper]}}"
OPENED = "reports: [{network: telegram, opened_on: 2026-02-01, source: x}]"
ELSEWHERE = "ВКонтакте, Одноклассники, MAX"
NETWORKS = "ВКонтакте, Telegram, Одноклассники, MAX"
NOTHING = "searches: [{on: 2026-11-01, by: Г., how: x, networks: [vk, telegram, ok, max], found: nothing}]"


def registry_of(*offices: str) -> Registry:
    """Return a registry of offices, each written as what follows its group."""
    entries = (OFFICE.replace("first", f"office-{n}") + rest for n, rest in enumerate(offices, 1))
    return parse_registry(HEAD + "".join(entries), "officials.yaml")


def asked(rest: str, today: date = TODAY) -> list[str]:
    """Return what the only office is asked, in English."""
    registry = registry_of(rest)
    return [str(question) for question in questions_to(registry, registry.offices[0], today)]


def held(*keys: str, name: str = ANNA, body: str = BODY) -> str:
    """Write an office's holder, in office since 2026 unless the keys say otherwise."""
    return f"{body}    tenures: [{{name: {name}, sources: [x], {', '.join(keys)}}}]\n"


def whole(*keys: str) -> str:
    """Write an office of which nothing is missing but what the keys leave out."""
    return held("since: 2026-02", *keys)


def answered(day: str) -> str:
    """Write a request and the day of its answer."""
    return f"    requests: [{{sent: 2026-01-01, due: 2026-01-31, answered: {day}}}]\n"


VK_TOO = (
    f"accounts: [{PAGE}, {{url: vk.com/imyarek, kind: personal, {YES}, since: 2026-03-01}}, "
    f"{{url: 'https://ok.ru/imyarek', kind: personal, {YES}, since: 2026-03-01}}, "
    f"{{url: 'https://max.ru/imyarek', kind: personal, {YES}, since: 2026-03-01}}]"
)
ASKED = [
    (whole(VK_TOO, OPENED), []),
    (BODY, ["who holds the office and since", f"personal pages ({NETWORKS})", "who answers comments"]),
    (BODY + "    vacancies: [{since: 2026-11, source: x}]\n", []),
    (BODY + "    vacancies: [{since: 2023-11, source: x}]\n",
     ["whether the office is still vacant", f"({NETWORKS})", "who answers"]),
    (held("since: 2019", VK_TOO, OPENED), [f"whether {ANNA} holds the office now"]),
    (held("known_as_of: 2026-11", VK_TOO, OPENED), [f"since what day {ANNA} holds"]),
    (held("since: 2026-02", VK_TOO, OPENED, name="Имярек Анна"), ["the full name of the head with the patronymic"]),
    (whole(NOTHING), []),
    (whole(NOTHING) + answered("2026-11-01"), []),
    (whole(f"accounts: [{PAGE}]", OPENED), [f"personal pages ({ELSEWHERE})"]),
    (whole(f"accounts: [{PAGE}]", OPENED) + answered("2026-11-01"), []),
    (whole(f"accounts: [{PAGE}]", OPENED) + answered("2026-01-31"), [f"personal pages ({ELSEWHERE})"]),
    (whole(VK_TOO), ["since what day https://t.me/imyarek is the head's"]),
    (whole(VK_TOO.replace(", staff: [helper]", ""), OPENED), ["who answers comments"]),
    (whole(VK_TOO.replace("on: 2026-11-01", "on: 2025-11-01", 1), OPENED),
     ["whether https://t.me/imyarek is the personal page"]),
    (whole("accounts: [{url: t.me/lead, kind: personal}]", NOTHING.replace("nothing", "'https://t.me/lead'")),
     ["whether https://t.me/lead is the personal page", f"({NETWORKS})", "who answers"]),
    (held("since: 2026-02", VK_TOO, OPENED, body=""),
     ["which pages in social networks are the administration's", "official site"]),
    (BODY + "    abolished: 2026-10-01\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "beginnings"), ASKED)
def test_an_office_is_asked_for_what_is_missing_and_nothing_else(rest: str, beginnings: list[str]) -> None:
    """What an answer of the same holder left out is not asked again for as long as a search counts."""
    questions = asked(rest)
    assert len(questions) == len(beginnings), questions
    assert [part for part, question in zip(beginnings, questions, strict=True) if part not in question] == []


def test_of_all_offices_those_that_the_directive_binds_are_asked() -> None:
    """Any other may be named."""
    text = HEAD + OFFICE + OFFICE.replace("first", "second").replace("municipal_head", "city_duma")
    registry = parse_registry(text, "officials.yaml")
    assert [office.id for office in lacking_offices(registry, TODAY)] == ["first"]
    assert [office.id for office in lacking_offices(registry, TODAY, registry.offices[1:])] == ["second"]


def requests(*entries: str) -> str:
    """Write an office's requests."""
    return f"    requests: [{', '.join(f'{{{entry}}}' for entry in entries)}]\n"


def test_who_must_answer_is_told_by_day_and_who_is_late_with_what_to_do() -> None:
    """The most urgent first; an answer closes all requests before it, and the last day is still in time."""
    registry = registry_of(
        requests("sent: 2026-11-03, due: 2026-12-03"),
        requests("sent: 2026-10-01, due: 2026-10-31", "sent: 2026-11-01, due: 2026-12-01"),
        requests("sent: 2026-10-01, due: 2026-10-31", "sent: 2026-11-01, due: 2026-12-01, answered: 2026-11-20"),
        "",
    )
    lines = [str(line) for line in awaited_answers(registry.offices, TODAY)]
    assert ["days late: 2" in lines[0], "the answer is due by 2026-12-03" in lines[1]] == [True, True]
    assert lines[2].startswith("Who is late: ask whether and when the letter was registered")
    assert len(lines) == 3
    assert len([*awaited_answers(registry.offices, date(2026, 12, 1))]) == 2


def test_that_letters_were_sent_is_one_edit_of_the_file(tmp_path: Path) -> None:
    """Each office gets the day and thirty days after it; who has that day already is left as is, and all is refused."""
    path = tmp_path / "officials.yaml"
    path.write_text(HEAD + OFFICE + OFFICE.replace("first", "second"), encoding="utf-8")
    file = RegistryFile(path, datetime(2026, 12, 4, tzinfo=UTC), named=True)

    def send(offices: list[Office]) -> list[str]:
        edit = plan_sent(file, offices, TODAY)
        edit.write()
        return [line for line in edit.diff if line.startswith(("+ ", "- "))]

    written = ["+    requests:", "+      - sent: 2026-12-03", "+        due: 2027-01-02"]
    assert send(file.registry().offices[1:]) == written
    assert send(file.registry().offices) == written
    with pytest.raises(UsageError, match="on record already"):
        send(file.registry().offices)


SENT = [("3.12.2026", ""), ("2026-12-03", ""), ("декабрь 2026", "is not a day"), ("04.12.2026", "is after today")]


@pytest.mark.parametrize(("text", "problem"), SENT)
def test_the_day_of_sending_is_whole_and_not_to_come(text: str, problem: str) -> None:
    """As people write it."""
    if not problem:
        assert sent_day(text, TODAY) == TODAY
        return
    with pytest.raises(UsageError, match=problem):
        sent_day(text, TODAY)


def sent(*dates: str) -> str:
    """Write a request by the days of its sending, its due day and, if there is one, its answer."""
    return f"    requests: [{{{', '.join(f'{key}: {day}' for key, day in zip(KEYS, dates, strict=False))}}}]\n"


SITE = "    website: https://example.org\n"


def alone(*keys: str) -> str:
    """Write an office with a holder, and no page of the administration."""
    return held("since: 2026-02", *keys, body=SITE)


KEYS = ("sent", "due", "answered")
VACANT = SITE + "    vacancies: [{since: 2026-11, source: x}]\n"
PROGRESS = [
    ([SITE, alone(f"accounts: [{PAGE}]")], ["1 of 2", "theirs: 1"]),
    ([VACANT, alone()], ["1 of 2", "among them: 1", "theirs: 0"]),
    ([SITE + sent("2026-11-03", "2026-12-03"), SITE + sent("2026-11-10", "2026-12-10"), SITE],
     ["0 of 3", "theirs: 0", "requests: 0 of 2", "due by 2026-12-10"]),
    ([SITE + sent("2026-10-01", "2026-10-31"), alone() + sent("2026-11-10", "2026-12-10", "2026-12-01")],
     ["1 of 2", "theirs: 0", "requests: 1 of 2", "overdue: 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("offices", "parts"), PROGRESS)
def test_how_far_one_is_leaves_out_what_does_not_apply(offices: list[str], parts: list[str]) -> None:
    """Heads and pages always; vacancies, answers, those overdue and the last day only where there are any."""
    line = [str(part) for part in progress(registry_of(*offices), TODAY)]
    assert len(line) == len(parts)
    assert [text for text, part in zip(line, parts, strict=True) if not text.endswith(part)] == []


def test_only_offices_that_the_directive_binds_and_that_exist_count() -> None:
    """An abolished one and another group are left out."""
    duma = registry_of(whole()).model_copy(update={"directive": registry_of("").directive})
    offices = [office.model_copy(update={"group": "city_duma"}) for office in registry_of(whole()).offices]
    gone = registry_of(BODY + "    abolished: 2026-12-03\n").offices
    mixed = duma.model_copy(update={"offices": [*duma.offices, *offices, *gone]})
    assert str(next(progress(mixed, TODAY))) == "Heads known: 1 of 1"
