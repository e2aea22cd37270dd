"""The gaps of a registry without mistakes, and how to close them."""

from datetime import date

import pytest

from auditor.base.i18n import Translator
from auditor.registry import parse_registry
from auditor.registry.gaps import Gap, GapKind, OfficeGaps, count_expiring, gaps_of
from tests.cases import TOMSK
from tests.registry.registry_texts import HEAD, OFFICE

EN = Translator("en", TOMSK)
TODAY = date(2026, 11, 22)
NEUTRAL = "source: с, neutral: [{network: telegram, since: 2025-06-01, reason: 41-ФЗ, source: закон}]}"
SITED = HEAD.replace("source: с}", NEUTRAL) + OFFICE + "    website: https://example.org\n"
ANNA = "Имярек Анна Андреевна"
PAGE = "accounts: [{url: t.me/imyarek, kind: personal, confirmed: {on: 2026-11-01, how: по сайту}}]"
ELSEWHERE = "accounts: [{url: https://ok.ru/imyarek, kind: personal, confirmed: {on: 2026-11-01, how: по сайту}}]"
LEAD = "accounts: [{url: t.me/imyarek, kind: personal}]"


def all_gaps(rest: str, today: date = TODAY, *, head: str = SITED) -> list[OfficeGaps]:
    """Return the gaps of all offices."""
    return gaps_of(parse_registry(head + rest, "officials.yaml"), today)


def only_gaps(rest: str, today: date = TODAY) -> list[Gap]:
    """Return the gaps of the only office."""
    return [gap for office_gaps in all_gaps(rest, today) for gap in office_gaps.gaps]


def held(*keys: str, name: str = ANNA) -> str:
    """Write an office's only holder."""
    return f"    tenures: [{{name: {name}, sources: [x], {', '.join(keys)}}}]\n"


VACANT = "    vacancies: [{since: 2023-05, source: x}]\n"
ENDED = held("since: 2020-10-06", "term_ends: 2025-10-07")


def confirmed(day: str) -> str:
    """Write a holder with a page that was confirmed on a day."""
    return held("since: 2026", PAGE.replace("2026-11-01", day))


def searched(day: str, networks: str = "vk, ok, max", result: str = "nothing") -> str:
    """Write a holder without a page, and a search for one."""
    return held("since: 2026", f"searches: [{{on: {day}, by: Г., how: x, networks: [{networks}], found: {result}}}]")


LACKING = [
    (held("known_from: 2022-05-31", PAGE), GapKind.HOLDER, f"No source says when {ANNA} held the office"),
    (VACANT, GapKind.HOLDER, "of who holds the office, or that it is vacant, is of 1 May 2023: too"),
    (held("since: 2022", "known_as_of: 2024-11-22", PAGE), GapKind.SOON, f"{ANNA} holds the office is of 22 Nov 2024"),
    (held("since: 2022", "known_as_of: 2025-01-21", PAGE), None, ""),
    (held("since: 2025-11-22", "acting: true", PAGE), GapKind.SOON, "is of 22 Nov 2025 and counts until 22 Nov 2026"),
    (ENDED, GapKind.HOLDER, f"The term of {ANNA} ended 7 Oct 2025"),
    (held("since: 2020-10-06", "until: 2025-10-07"), GapKind.HOLDER, "Who holds the office today is not on record"),
    (confirmed("2025-11-21"), GapKind.CONFIRMATION, "imyarek was confirmed on 21 Nov 2025, more than 365 days ago"),
    (confirmed("2025-11-22"), GapKind.SOON, "imyarek was confirmed on 22 Nov 2025, which counts until 22 Nov 2026"),
    (confirmed("2026-01-20"), GapKind.SOON, "which counts until 20 Jan 2027: look again"),
    (confirmed("2026-01-21"), None, ""),
    (held("since: 2026", LEAD), GapKind.DECISION, "A page waits for a decision: https://t.me/imyarek"),
    (held("since: 2026"), GapKind.PAGE, f"No page of {ANNA} is on record, and no search that found none"),
    (searched("2026-05-25"), GapKind.PAGE, f"The newest search for pages of {ANNA} is of 25 May 2026: too old"),
    (searched("2026-05-26"), GapKind.SOON, "of 26 May 2026 that found nothing counts until 22 Nov 2026"),
    (searched("2026-07-25"), None, ""),
    (held("known_from: 2022-05", "known_as_of: 2026-11", PAGE), GapKind.OPENING, f"When {ANNA} took office is not on"),
    (held("since: 2020", "known_as_of: 2026-11", ELSEWHERE), GapKind.OPENING, f"page of {ANNA} by the last day"),
    (searched("2026-11-01", "vk, ok"), GapKind.PAGE, "The search of 1 Nov 2026 left out max"),
    (searched("2026-11-01", result="t.me/imyarek"), GapKind.PAGE, "1 Nov 2026 found something that is not on record"),
    (held("since: 2026", PAGE, name="Имярек Анна"), GapKind.PATRONYMIC, "has no patronymic, write it in: Имярек Анна"),
]  # fmt: skip


@pytest.mark.parametrize(("rest", "kind", "sentence"), LACKING)
def test_what_is_missing_or_too_old_is_told(rest: str, kind: GapKind | None, sentence: str) -> None:
    """One thing at a time; a neutral network may be left out of a search, and a lead needs none."""
    gaps = only_gaps(rest)
    assert [(gap.kind, sentence in EN.text(gap.text)) for gap in gaps] == ([(kind, True)] if kind else [])
    assert all(gap.commands or gap.links for gap in gaps)


def test_what_keeps_an_office_from_being_judged_comes_first_and_counts() -> None:
    """A site or a patronymic only finds more; nobody asks of an institution, or who held what was abolished."""
    bare, abolished = HEAD + OFFICE, "    abolished: 2025-10-07\n" + ENDED
    for rest, head, kinds, steps in (
        ("", bare, [GapKind.HOLDER, GapKind.WEBSITE], 2),  # the holder's page is unknown too
        (held("since: 2026", name="Имярек Анна"), bare, [GapKind.PAGE, GapKind.WEBSITE, GapKind.PATRONYMIC], 1),
        (held("since: 2022"), SITED, [GapKind.HOLDER, GapKind.PAGE], 2),
    ):
        (office_gaps,) = all_gaps(rest, head=head)
        assert ([gap.kind for gap in office_gaps.gaps], office_gaps.blocking_count, office_gaps.bound) == (
            kinds,
            steps,
            True,
        )
    assert only_gaps(abolished, date(2025, 10, 7)) == []
    assert only_gaps(abolished, date(2025, 10, 6)) != []
    assert all_gaps("", head=bare.replace("group: municipal_head", "group: institution")) == []


def test_what_becomes_too_old_within_sixty_days_is_counted_and_keeps_nobody_from_being_judged() -> None:
    """Holders, confirmations and searches."""
    aging = held("since: 2022", "known_as_of: 2024-12", PAGE.replace("2026-11-01", "2025-12-01"))
    second = OFFICE.replace("first", "second") + "    website: https://example.org\n" + searched("2026-07-24")
    office_gaps = all_gaps(aging + second)
    assert count_expiring(office_gaps) == {"holder": 1, "confirmation": 1, "search": 1}
    assert [office.blocking_count for office in office_gaps] == [0, 0]


def test_offices_that_the_fewest_steps_keep_from_being_judged_come_first() -> None:
    """The bound ones before the others, and last among them those that something less is missing of."""
    rows = {
        "whole": held("since: 2026", PAGE),
        "unnamed": "",
        "lead": held("since: 2026", LEAD.replace("imyarek", "lead_page")),
        "search": held("since: 2026"),
        "nameless": held("since: 2026", PAGE.replace("imyarek", "other_page"), name="Имярек Анна"),
    }
    duma = SITED.replace("first", "duma").replace("group: municipal_head", "group: city_duma")
    site = "    website: https://example.org\n"
    heads = "".join(OFFICE.replace("first", name) + site + row for name, row in rows.items())
    ids = [gaps.office.id for gaps in all_gaps(heads, head=duma)]
    assert ids == ["lead", "search", "unnamed", "nameless", "duma"]


def test_each_step_has_its_commands_and_searches_that_are_ready() -> None:
    """Names stand in the searches as people write them."""
    region = "region: {name: Первая область, code: 70}\n"
    (office_gaps,) = all_gaps(
        held("since: 2026", name="Имярек Анна"), head=region + HEAD + OFFICE.replace("first", "a-b")
    )
    page, site, name = office_gaps.gaps
    assert page.commands == ("auditor discover a-b", "auditor review a-b")
    assert [(link.name, link.url) for link in page.links] == [
        ("VK", "https://vk.com/search?c%5Bsection%5D=people&c%5Bq%5D=Анна+Имярек"),
        ("Telegram", "https://yandex.ru/search/?text=site%3At.me+Анна+Имярек+Первый+район"),
        ("OK", "https://ok.ru/dk?st.cmd=searchResult&st.mode=Users&st.query=Анна+Имярек"),
        ("MAX", "https://yandex.ru/search/?text=site%3Amax.ru+Анна+Имярек+Первый+район"),
        ("Yandex", "https://yandex.ru/search/?text=Анна+Имярек+глава+страница+ВКонтакте+Telegram"),
    ]
    (governor,) = all_gaps("", head="region: {name: Первый район}\n" + HEAD + OFFICE)
    assert governor.gaps[1].links[0].url.endswith("администрация+Первый+район")  # named once
    search_text = "официальный+сайт+администрация+Первый+район+Первая+область"
    assert [link.url for link in site.links] == [f"https://yandex.ru/search/?text={search_text}"]
    assert [link.url for link in name.links] == ["https://yandex.ru/search/?text=Имярек+Анна+глава+Первая+область"]
    (old,), (lead,) = only_gaps(confirmed("2025-01-01")), only_gaps(held("since: 2026", LEAD))
    assert old.commands == ("auditor accounts confirm first https://t.me/imyarek --how … --source …",)
    assert [link.url for link in old.links] == ["https://t.me/imyarek"]
    assert (lead.commands, len(lead.links)) == (("auditor review first",), 5)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ((), "No source says when Имярек Анна Андреевна held the office"),
        (("known_from: 2020",), "No source says when Имярек Анна Андреевна held the office"),
        (
            ("since: 2020", "until: 2062"),
            "The newest evidence of who holds the office",
        ),  # an end to come is no evidence
    ],
)
def test_a_holder_needs_a_date_that_tells_of_the_present(keys: tuple[str, ...], message: str) -> None:
    """Without one nobody is judged, and it is said what to look for."""
    (gap,) = (gap for gap in only_gaps(held(*keys)) if gap.kind is GapKind.HOLDER)
    assert EN.text(gap.text).startswith(message)
