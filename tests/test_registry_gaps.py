"""What a registry without mistakes lacks, or has too old: `auditor next`."""

from datetime import date
from pathlib import Path

import pytest

from auditor.base.i18n import Catalogue
from auditor.registry import load_registry, parse_registry
from auditor.registry.gaps import What, gaps_of
from tests.cases import TOMSK
from tests.command import auditor
from tests.conftest import ROOT

EN = Catalogue("en", TOMSK)
TODAY = date(2026, 11, 22)
HEAD = """\
timezone: Asia/Tomsk
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с,
  neutral: [{network: telegram, since: 2025-06-01, reason: 41-ФЗ, source: закон}]}
offices:
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
    website: https://example.org
"""
NOW = ("--as-of", "2026-11-22T12:00+07:00", "--lang", "en")


def told(rest: str, today: date = TODAY) -> list[str]:
    """What the one office lacks, in sentences."""
    found = gaps_of(parse_registry(HEAD + rest, "officials.yaml"), today)
    return [EN.text(gap.text) for one in found for gap in one.gaps]


def tenure(*lines: str, name: str = "Имярек Анна Андреевна") -> str:
    return "".join([f"      - name: {name}\n        sources: [x]\n", *(f"        {line}\n" for line in lines)])


PAGE = "accounts: [{url: t.me/imyarek, kind: personal, confirmed: {on: 2026-11-01, how: по сайту}}]"


def test_who_holds_the_office_is_asked_where_nobody_is_on_record() -> None:
    """A vacancy on record is no gap while somebody has looked at it."""
    assert told("") == ["Who holds the office today is not on record"]
    assert told("    vacancies: [{since: 2026-05, source: 'https://example.org/v'}]\n") == []


def test_a_holder_who_ages_is_named_with_the_date() -> None:
    """730 days after the newest evidence nothing is said of her; two months before that it is told."""
    (line,) = told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2024-11", PAGE))
    assert line == "The newest evidence of who holds the office, or that it is vacant, is of 1 Nov 2024: too old"
    (soon,) = told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2024-12-15", PAGE))
    assert "is of 15 Dec 2024 and counts until 15 Dec 2026" in soon
    assert told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2026-01", PAGE)) == []


def test_a_vacancy_ages_alike() -> None:
    """Nobody has looked for three years."""
    (line,) = told("    vacancies: [{since: 2023-05, source: 'https://example.org/v'}]\n")
    assert line == "The newest evidence of who holds the office, or that it is vacant, is of 1 May 2023: too old"


def test_a_term_that_ended_is_told_once_nobody_is_on_record_after_it() -> None:
    """Until the successor is written down."""
    ended = tenure("since: 2020-10-06", "term_ends: 2025-10-07")
    (line,) = told("    tenures:\n" + ended)
    assert line == "The term of Имярек Анна Андреевна ended 7 Oct 2025, and nobody is on record after it"
    after = tenure("since: 2025-10-08", PAGE, name="Никтоев Борис Ильич")
    assert told("    tenures:\n" + ended + after) == []


def test_a_confirmation_too_old_is_told_with_its_page() -> None:
    """A page can change hands; 365 days are a convention."""
    page = "accounts: [{url: t.me/imyarek, kind: personal, confirmed: {on: 2025-11-21, how: по сайту}}]"
    (line,) = told("    tenures:\n" + tenure("since: 2026", page))
    assert line == "https://t.me/imyarek was confirmed on 21 Nov 2025, more than 365 days ago: look again"


def test_a_lead_waits_for_a_decision() -> None:
    """No search is asked for while there is one."""
    page = "accounts: [{url: t.me/imyarek, kind: personal}]"
    assert told("    tenures:\n" + tenure("since: 2026", page)) == ["A page waits for a decision: https://t.me/imyarek"]


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("", "No page of Имярек Анна Андреевна is on record, and no search for one"),
        (
            "{on: 2026-05-25, by: Г., how: x, networks: [vk, ok, max], found: nothing}",
            "The newest search for pages of Имярек Анна Андреевна is of 25 May 2026: too old for “not found”",
        ),
        (
            "{on: 2026-11-01, by: Г., how: x, networks: [vk, ok], found: nothing}",
            "The search of 1 Nov 2026 left out max",
        ),
        ("{on: 2026-11-01, by: Г., how: x, found: nothing}", "The search of 1 Nov 2026 left out vk, ok, max"),
        (
            "{on: 2026-11-01, by: Г., how: x, found: t.me/imyarek}",
            "The search of 1 Nov 2026 found something that is not on record: t.me/imyarek",
        ),
        ("{on: 2026-11-01, by: Г., how: x, networks: [vk, ok, max], found: nothing}", None),
    ],
)
def test_a_page_is_to_be_looked_for_unless_a_whole_search_of_late_found_nothing(search: str, said: str | None) -> None:
    """A neutral network may be left out."""
    assert told("    tenures:\n" + tenure("since: 2026", f"searches: [{search}]")) == ([said] if said else [])


def test_a_name_without_a_patronymic_and_a_body_without_a_site_are_told_last() -> None:
    """Nothing waits for them, but a search by them finds more, and fewer namesakes."""
    rest = "    tenures:\n" + tenure("since: 2026", name="Имярек Анна")
    (one,) = gaps_of(parse_registry(HEAD.replace("    website: https://example.org\n", "") + rest, "r"), TODAY)
    assert [gap.what for gap in one.gaps] == [What.PAGE, What.WEBSITE, What.PATRONYMIC]
    assert one.steps == 1


def test_every_gap_has_a_command_or_a_search_that_is_ready() -> None:
    """The shipped registry has each kind but one; names stand in the searches as people write them."""
    found = gaps_of(load_registry(ROOT / "officials.yaml"), TODAY)
    for gap in (gap for one in found for gap in one.gaps):
        assert gap.commands or gap.links, gap
        assert all(command.startswith("auditor ") for command in gap.commands)
    (page,) = (gap for one in found if one.office.id == "zyryansky" for gap in one.gaps if gap.what is What.PAGE)
    assert [link.name for link in page.links] == ["VK", "Telegram", "OK", "MAX", "Yandex"]
    assert page.links[0].url == "https://vk.com/search?c[section]=people&c[q]=Сергей+Бикмаев"


def test_offices_that_the_fewest_steps_keep_from_being_judged_come_first() -> None:
    """Among those that the directive binds: a page that only waits for a word comes before one to be looked for."""
    found = [one for one in gaps_of(load_registry(ROOT / "officials.yaml"), TODAY) if one.bound]
    steps = [one.steps for one in found if one.steps]
    assert steps == sorted(steps)
    ids = [one.office.id for one in found]
    assert ids.index("zyryansky") < ids.index("shegarsky")


def test_an_office_that_was_abolished_lacks_nothing() -> None:
    """Whoever held it is nobody's question any more; until then it is."""
    rest = "    abolished: 2025-10-07\n    tenures:\n" + tenure("since: 2020", "term_ends: 2025-10-07")
    assert told(rest) == []
    assert told(rest, date(2025, 10, 6)) != []


def test_registry_check_counts_them_and_says_where_they_are(tmp_path: Path) -> None:
    """In the language asked, after the counts; `-q` leaves it out."""
    book = tmp_path / "officials.yaml"
    book.write_text(HEAD + "    tenures:\n" + tenure("since: 2022"), encoding="utf-8")
    done = auditor("registry", "check", *NOW, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.rstrip().endswith("something is missing or too old, see `auditor next`: 1.")
    assert "устарело, см. `auditor next`: 1." in auditor("registry", "check", *NOW[:2], cwd=tmp_path).out
    assert auditor("registry", "check", "-q", cwd=tmp_path).out == ""


def test_next_tells_each_step_with_its_command(tmp_path: Path) -> None:
    """Or with the search that leads to what a person writes into the file."""
    book = tmp_path / "officials.yaml"
    book.write_text(HEAD.replace("    website: https://example.org\n", ""), encoding="utf-8")
    done = auditor("next", "first", *NOW, cwd=tmp_path)
    assert done.out.splitlines() == [
        "Первый район — глава (first)",
        "  1. Who holds the office today is not on record",
        "     Yandex: https://yandex.ru/search/?text=глава",
        "  2. The body's official site is not on record: its links tell more than any search",
        "     Yandex: https://yandex.ru/search/?text=официальный+сайт+администрация+Первый+район",
        "",
    ]


def test_the_shipped_registry_names_whoever_ages() -> None:
    """In November 2026 many names rest on evidence of 2024 or before; the ended convocation is asked about no more."""
    found = gaps_of(load_registry(ROOT / "officials.yaml"), TODAY)
    lines = [(one.office.id, EN.text(gap.text)) for one in found for gap in one.gaps]
    stale = {name for name, line in lines if "or that it is vacant" in line}
    assert {"kolpashevsky", "asinovsky", "verkhneketsky", "molchanovsky"} <= stale
    assert stale.isdisjoint({"strezhevoy", "seversk", "pervomaysky", "zyryansky", "tomsk-city"})
    assert {name for name, line in lines if "The term of" in line} == {"chainsky"}
