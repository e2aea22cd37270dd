"""Which pages stand above the line, which are only claimed or guessed, and what is to be doubted."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.base.address import Address
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Precision
from auditor.base.weeks import PartialDate
from auditor.registry.models import Account, Tenure
from auditor.search.pages import Page, PageKind, Passage, Place
from auditor.search.weighing.judge import Lead, judge
from auditor.search.weighing.lead import Mention, Person, Provenance
from auditor.search.weighing.said import said
from auditor.search.weighing.sights import sight
from tests.said_people import page as site_page
from tests.said_people import passage
from tests.weighing_people import head, page

CASES = yaml.safe_load(Path(__file__).parent.joinpath("data", "hard_cases.yaml").read_text(encoding="utf-8"))
BODY = Address.parse("vk.com/rayon_99")
NEIGHBOUR = head("Имярек Борис Борисович", "Второй район", id="boris")


def anna(case: dict[str, Any]) -> Person:
    """The head of the case, with a confirmed page or a predecessor where it has one."""
    own = [{"url": "https://vk.com/anna_own", "kind": "personal", "confirmed": {"on": "2026-01-01", "how": "по сайту"}}]
    before = case.get("predecessor")
    past = before and Tenure(
        name=before["name"],
        until=PartialDate.parse("2021-11"),
        accounts=[Account(url=url, kind="personal") for url in before["accounts"]],
    )
    return head(
        "Имярек Анна Андреевна",
        "Первомайский район",
        id="anna",
        accounts=own if case.get("own") else [],
        office_accounts=[{"url": str(BODY), "kind": "institution"}],
        predecessor=past or None,
        website="https://rayon.example/",
    )


def told(case: dict[str, Any], person: Person) -> Iterator[Mention]:
    """What the official places of a case say."""
    for one in case.get("told", ()):
        yield from said(_text(one), [person, NEIGHBOUR], [BODY], **_speaker(one["by"], person))


def _text(one: dict[str, Any]) -> Passage:
    at = datetime.combine(one["at"], time(), UTC) if "at" in one else datetime(2026, 10, 1, tzinfo=UTC)
    if "html" in one:
        return site_page(one["html"])
    kinds = {"contacts": Place.CONTACTS, "links": Place.SITE, "own": Place.DESCRIPTION}
    urls = {"body": "https://vk.com/wall-99_7", "region": "https://t.me/oblast_99/7", "own": "https://vk.com/anna_own"}
    place = kinds.get(one["by"], Place.POST)
    facts = {"place": place, "url": urls.get(one["by"], str(BODY)), "at": at if place is Place.POST else None}
    return passage(one["text"], copied=one.get("copied", False), **facts)


def _speaker(by: str, person: Person) -> dict[str, Person]:
    return {"own": person} if by == "own" else {} if by == "region" else {"home": person}


def seen(case: dict[str, Any]) -> Iterator[Page]:
    """The pages of a case as a scout saw them."""
    for row in case["pages"]:
        url = Address.parse(row["url"])
        opened = datetime.combine(row["opened"], time(), UTC) if "opened" in row else None
        facts = {key: row[key] for key in ("description", "work", "place") if key in row}
        kind = PageKind(row["kind"]) if "kind" in row else PageKind.CHANNEL if url.network == "telegram" else None
        text = row.get("description", "")
        written = "\n".join([text, *(link for link in row.get("links", ()) if link not in text)])
        own = (passage(written, place=Place.DESCRIPTION, url=url.url),)
        yield page(
            row["url"],
            row["title"],
            kind=kind or PageKind.PROFILE,
            opened_at=opened,
            opened_precision=Precision.EXACT if opened else None,
            passages=own,
            **facts,
        )


def leads(case: dict[str, Any]) -> list[Lead]:
    person = anna(case)
    mentions = list(told(case, person))
    found = [
        (sight(person, one, [person, NEIGHBOUR], whole=True), [m for m in mentions if m.address == one.address])
        for one in seen(case)
    ]
    return judge(person, found, [BODY])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_no_wrong_page_stands_above_the_line(case: dict[str, Any]) -> None:
    """And the right one is first, and what is doubtful is in doubt."""
    found = leads(case)
    assert [lead.url for lead in found if lead.above] == [f"https://{url}" for url in case["above"]]
    if "first" in case:
        assert found[0].url.removeprefix("https://") in case["first"]
        assert found[0].provenance is not Provenance.GUESSED
    doubted = {lead.url.removeprefix("https://") for lead in found if lead.doubts}
    assert set(case.get("doubt", ())) <= doubted
    for lead in found:
        for reason in (*lead.reasons, *lead.doubts):
            said_in_russian = Catalogue("ru").text(reason.text)
            assert any("а" <= letter <= "я" for letter in said_in_russian)
