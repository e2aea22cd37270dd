"""What a registry without mistakes needs from time to time, told by `auditor registry check`."""

from datetime import date
from pathlib import Path

import pytest

from auditor.base.i18n import Catalogue
from auditor.registry import load_registry, parse_registry
from auditor.registry.upkeep import may_be_one, upkeep
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
"""
NOW = ("--as-of", "2026-11-22T12:00+07:00", "--lang", "en")


def told(rest: str, today: date = TODAY) -> list[str]:
    """Each line without the file: its number and the sentence."""
    found = upkeep(parse_registry(HEAD + rest, "officials.yaml"), today)
    return [f"{one.line}: {EN.text(one.text)}" for one in found]


def tenure(*lines: str, name: str = "Имярек Анна Андреевна") -> str:
    return "".join([f"      - name: {name}\n", *(f"        {line}\n" for line in lines)])


def test_a_holder_who_ages_is_named_with_the_date() -> None:
    """730 days after the newest evidence nothing is said of her; two months before that it is told."""
    (line,) = told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2024-11"))
    assert line == (
        "10: first: the newest evidence that Имярек Анна Андреевна holds the office is of 1 Nov 2024: nothing is said "
        "of the holder any more. Add a newer source and known_as_of"
    )
    (soon,) = told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2024-12-15"))
    assert "is of 15 Dec 2024 and counts until 15 Dec 2026" in soon
    assert told("    tenures:\n" + tenure("since: 2022", "known_as_of: 2026-01")) == []


def test_a_vacancy_ages_alike() -> None:
    """Nobody has looked for three years."""
    (line,) = told("    vacancies: [{since: 2023-05, source: 'https://example.org/v'}]\n")
    assert "the newest evidence of the vacancy is of 1 May 2023" in line


def test_a_term_that_ended_is_told_once_nobody_is_on_record_after_it() -> None:
    """Until the successor is written down."""
    ended = tenure("since: 2020-10-06", "term_ends: 2025-10-07")
    (line,) = told("    tenures:\n" + ended)
    assert line.endswith(
        "the term of Имярек Анна Андреевна ended 7 Oct 2025, and nobody is on record after it. Add who followed"
    )
    after = tenure("since: 2025-10-08", name="Никтоев Борис")
    assert told("    tenures:\n" + ended + after) == []


def test_a_confirmation_too_old_is_told_with_its_page() -> None:
    """A page can change hands; 365 days are a convention."""
    page = "accounts: [{url: t.me/imyarek, kind: personal, confirmed: {on: 2025-11-21, how: по сайту}}]"
    (line,) = told("    tenures:\n" + tenure("since: 2026", page))
    assert line.startswith("12: first: https://t.me/imyarek was confirmed on 21 Nov 2025, more than 365 days ago. Look")


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("{on: 2026-05-25, by: Г., how: x, networks: [vk, ok, max], found: nothing}", "too old for “not found”"),
        ("{on: 2026-11-01, by: Г., how: x, networks: [vk, ok], found: nothing}", "left out max. Search there too"),
        ("{on: 2026-11-01, by: Г., how: x, found: nothing}", "left out vk, ok, max."),
        ("{on: 2026-11-01, by: Г., how: x, networks: [vk, ok, max], found: nothing}", None),
    ],
)
def test_a_search_too_old_or_of_too_few_networks_is_told(search: str, said: str | None) -> None:
    """A neutral network may be left out."""
    lines = told("    tenures:\n" + tenure("since: 2026", f"searches: [{search}]"))
    assert [said in line for line in lines if said] == ([True] if said else [])
    assert said is not None or lines == []


def test_two_names_in_a_row_that_may_be_one_person_are_asked_about() -> None:
    """Acting, then elected: the registry says whether it is the same person. Once both say so it is settled."""
    acting, elected = ("since: 2025-05-01", "until: 2025-09-07", "acting: true"), ("since: 2025-09-07",)
    rows = tenure(*acting, name="Имярек А. А.") + tenure(*elected)
    (line,) = told("    tenures:\n" + rows)
    assert line.startswith("14: first: Имярек Анна Андреевна may be the same person as Имярек А. А. (line 10).")
    assert told("    tenures:\n" + tenure(*acting, "person: anna") + tenure(*elected, "person: anna")) == []
    apart = tenure(*acting, "person: anna-1") + tenure(*elected, "person: anna-2")
    assert told("    tenures:\n" + apart) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Имярек Анна Андреевна", "Имярек Анна", True),
        ("Имярек", "Имярек Анна Андреевна", True),
        ("Соловьева", "Соловьёва Анна", True),
        ("Имярек А. А.", "Имярек Анна Андреевна", True),
        ("Имярек Анна Андреевна", "Никтоева Анна Андреевна", True),
        ("Имярек Анна Андреевна", "Имярек Анна Петровна", False),
        ("Имярек Анна", "Никтоева Анна", False),
        ("Имярек Борис Ильич", "Имярек Анна Ильинична", False),
    ],
)
def test_which_names_may_be_one_persons(one: str, other: str, same: bool) -> None:
    """One is a part of the other, or all but the family name is the same."""
    assert (may_be_one(one, other), may_be_one(other, one)) == (same, same)


def test_registry_check_tells_it_with_file_and_line_and_is_no_mistake(tmp_path: Path) -> None:
    """In the language asked, below the counts; `-q` leaves it out."""
    book = tmp_path / "officials.yaml"
    book.write_text(HEAD + "    tenures:\n" + tenure("since: 2022"), encoding="utf-8")
    done = auditor("registry", "check", *NOW, cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].startswith("officials.yaml:10: first: the newest evidence that")
    assert "последние сведения" in auditor("registry", "check", *NOW[:2], cwd=tmp_path).out
    assert auditor("registry", "check", "-q", cwd=tmp_path).out == ""


def test_the_shipped_registry_names_whoever_ages() -> None:
    """In November 2026 many names rest on evidence of 2024 or before; no two in a row are in doubt."""
    lines = [EN.text(one.text) for one in upkeep(load_registry(ROOT / "officials.yaml"), TODAY)]
    stale = {line.split(":")[0] for line in lines if "nothing is said" in line}
    assert {"kolpashevsky", "asinovsky", "verkhneketsky", "molchanovsky"} <= stale
    assert stale.isdisjoint({"strezhevoy", "seversk", "pervomaysky", "zyryansky", "tomsk-city"})
    assert not [line for line in lines if "may be the same person" in line]
    ended = [line.split(":")[0] for line in lines if "the term of" in line]
    assert ended == ["tomsk-duma-budget-committee-deputy", "tomsk-duma-social-committee"]
