"""Which pages stand above the line, which are only claimed or guessed, and what is to be doubted."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.base.address import Address
from auditor.base.snapshot import Precision
from auditor.registry.models import Tenure
from auditor.search.scoring.attribution import mentions_in
from auditor.search.scoring.candidate import Candidate, make_candidate
from auditor.search.scoring.lead import Mention, MentionKind, Origin, Person, Provenance
from auditor.search.scoring.score import Lead, LeadKind, score
from auditor.search.scouted_page import PageKind, PassagePlace, ScoutedPage
from tests.search.invented_people import head, page, passage, site_page

CASES = yaml.safe_load(Path(__file__).parents[1].joinpath("data", "hard_cases.yaml").read_text(encoding="utf-8"))
BODY = Address.parse("vk.com/rayon_99")
NEIGHBOUR = head("Имярек Борис Борисович", "Второй район", id="boris")

# Cases in which a wrong page looks like the right one ----------------------------------------------------------------


def anna(case: dict[str, Any]) -> Person:
    """The head of the case, with a confirmed page or a predecessor where it has one."""
    own = {"url": "https://vk.com/anna_own", "kind": "personal", "confirmed": {"on": "2026-01-01", "how": "по сайту"}}
    predecessor = case.get("predecessor")
    pages = [{"url": url, "kind": "personal"} for url in predecessor["accounts"]] if predecessor else []
    facts = {"id": "anna", "accounts": [{"url": str(BODY), "kind": "institution"}], "website": "https://rayon.example/"}
    facts |= {"predecessor": Tenure(name=predecessor["name"], accounts=pages) if predecessor else None}
    return head(municipality="Первомайский район", own=[own] if case.get("own") else [], **facts)


def case_mentions(entry: dict[str, Any], person: Person) -> list[Mention]:
    """What an official place of a case says."""
    speaker = {"own": {"owner": person}, "region": {}}.get(entry["by"], {"head": person})
    kinds = {"contacts": PassagePlace.CONTACTS, "links": PassagePlace.SITE, "own": PassagePlace.DESCRIPTION}
    urls = {"body": "https://vk.com/wall-99_7", "region": "https://t.me/oblast_99/7", "own": "https://vk.com/anna_own"}
    facts = {"place": kinds.get(entry["by"], PassagePlace.POST), "url": urls.get(entry["by"], str(BODY))}
    if entry["by"] not in kinds:
        facts["at"] = datetime.combine(entry.get("at", date(2026, 10, 1)), time(), UTC)
    text = (
        site_page(entry["html"])
        if "html" in entry
        else passage(entry["text"], copied=entry.get("copied", False), **facts)
    )
    return list(mentions_in(text, [person, NEIGHBOUR], [BODY], **speaker))


def scouted(row: dict[str, Any]) -> ScoutedPage:
    """A page of a case as a scout saw it."""
    facts = {key: row[key] for key in ("description", "work", "place", "kind") if key in row}
    if "opened" in row:
        opened = datetime.combine(row["opened"], time(), UTC)
        facts |= {"opened_at": opened, "opened_precision": Precision.EXACT}
    description = row.get("description", "")
    written = "\n".join([description, *(link for link in row.get("links", ()) if link not in description)])
    own_text = passage(written, place=PassagePlace.DESCRIPTION, url=Address.parse(row["url"]).url)
    return page(row["url"], row["title"], passages=(own_text,), **facts)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_no_wrong_page_stands_above_the_line(case: dict[str, Any]) -> None:
    """And the right one is first, and what is doubtful is in doubt."""
    person = anna(case)
    mentions = [mention for entry in case.get("told", ()) for mention in case_mentions(entry, person)]
    candidates = [make_candidate(person, scouted(row), [person, NEIGHBOUR], whole=True) for row in case["pages"]]
    leads = score(
        person,
        [(candidate, [m for m in mentions if m.address == candidate.address]) for candidate in candidates],
        [BODY],
    )
    assert [lead.url for lead in leads if lead.is_strong] == [f"https://{url}" for url in case["above"]]
    if "first" in case:
        assert leads[0].url.removeprefix("https://") in case["first"]
        assert leads[0].provenance is not Provenance.GUESSED
    doubted = {lead.url.removeprefix("https://") for lead in leads if lead.doubts}
    assert set(case.get("doubt", ())) <= doubted


# What each fact says -------------------------------------------------------------------------------------------------

PAGE = Address.parse("t.me/stranica")
MOMENT = datetime(2026, 10, 1, tzinfo=UTC)


def mention(how: MentionKind, office: str = "first", url: str = "https://vk.com/wall-99_7", **more: Any) -> Mention:
    return Mention(PAGE, office, how, url, **{"at": MOMENT, **more})


def scored(*mentions: Mention, person: Person | None = None, bodies: tuple[Address, ...] = (), **facts: Any) -> Lead:
    (lead,) = score(person or head(), [(Candidate(PAGE, **{"exists": True, **facts}), mentions)], bodies)
    return lead


def codes(lead: Lead) -> tuple[list[str], list[str]]:
    return [reason.code for reason in lead.reasons], [doubt.code for doubt in lead.doubts]


NAMED = {"name": "name", "titled": True}
BEFORE, LATER = datetime(2021, 11, 30, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
SITE = "https://www.rayon.example/x"
FACTS: list[tuple[dict[str, Any], list[Mention], Provenance, list[str], list[str]]] = [
    # what was seen, what is said, who says that it is the person's, what speaks for it, what is to be doubted
    ({}, [], Provenance.GUESSED, [], []),
    (NAMED, [], Provenance.GUESSED, ["name"], []),
    (NAMED | {"claims": {"office"}}, [], Provenance.CLAIMED, ["claimed", "name"], []),
    ({"claims": {"office", "own_voice"}}, [], Provenance.CLAIMED, ["claimed", "own_voice"], []),
    ({"claims": {"office"}}, [], Provenance.GUESSED, ["office"], []),
    ({"claims": {"place"}, "verified": True}, [], Provenance.GUESSED, ["place", "verified"], []),
    ({"origins": (Origin.REGISTRY,)}, [], Provenance.GUESSED, ["on_record"], []),
    ({"last_post_at": MOMENT}, [], Provenance.GUESSED, ["active"], []),
    ({"last_post_at": BEFORE}, [], Provenance.GUESSED, ["silent"], []),
    (NAMED, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given", "name"], []),
    (NAMED, [mention(MentionKind.GIVEN, by_office=True, at=BEFORE)], Provenance.GUESSED, ["name"], []),
    (NAMED, [mention(MentionKind.GIVEN, at=BEFORE)], Provenance.GIVEN, ["given", "name"], []),
    (NAMED, [mention(MentionKind.MENTIONED)], Provenance.GUESSED, ["mentioned", "name"], []),
    (NAMED, [mention(MentionKind.WARNED)], Provenance.GUESSED, ["name"], ["warned"]),
    (NAMED, [mention(MentionKind.GIVEN, "second")], Provenance.GUESSED, ["name"], ["given_other"]),
    ({"exists": False}, [], Provenance.GUESSED, [], ["gone"]),
    ({"name": "name_other"}, [], Provenance.GUESSED, [], ["name_other"]),
    ({"kind": PageKind.BOT}, [], Provenance.GUESSED, [], ["bot"]),
    ({"titled": True}, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given"], ["unlike"]),
    ({"titled": False}, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given"], []),
    (NAMED | {"opened_at": LATER}, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given", "name"], ["reopened"]),
    (NAMED | {"opened_at": MOMENT}, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given", "name"], []),
    (NAMED | {"claims": {"other_job"}}, [mention(MentionKind.GIVEN)], Provenance.GIVEN, ["given", "name"],
     ["other_job"]),
    (NAMED | {"claims": {"other_job"}}, [mention(MentionKind.GIVEN, at=None)], Provenance.GIVEN, ["given", "name"], []),
    (NAMED | {"links": {"rayon.example"}}, [mention(MentionKind.LINKED, "", SITE)], Provenance.GIVEN,
     ["mutual", "name"], []),
    (NAMED | {"links": {"https://vk.com/club99"}}, [mention(MentionKind.LINKED, "")], Provenance.GIVEN,
     ["mutual", "name"], []),
    ({"links": {str(BODY)}}, [mention(MentionKind.LINKED, "", str(BODY))], Provenance.GUESSED, [], []),
    (NAMED, [mention(MentionKind.LINKED, "", str(BODY))], Provenance.GUESSED, ["name"], []),
]  # fmt: skip


def test_what_each_fact_says_of_a_page() -> None:
    """For it or against it; only an official place gives a page, and only a page without doubts is above the line."""
    for facts, mentions, provenance, *reason_codes in FACTS:
        lead = scored(*mentions, **facts)
        assert (lead.provenance, [*codes(lead)]) == (provenance, reason_codes), facts
        assert lead.is_strong is (provenance is Provenance.GIVEN and not lead.doubts)


def test_what_a_page_says_against_itself_is_a_doubt() -> None:
    """Its claims are codes of what it says; the registry may have it as a body's, or the predecessor's."""
    for code in ("institution", "fan", "other_office", "other_region", "former", "other_holder"):
        assert codes(scored(claims={code}))[1] == [code]
    assert codes(scored(bodies=(PAGE,)))[1] == ["body"]
    predecessor = Tenure(name="Бывшев Клим", accounts=[{"url": PAGE.url, "kind": "personal"}])
    assert codes(scored(person=head(predecessor=predecessor)))[1] == ["predecessor"]


def test_whose_page_it_seems_to_be() -> None:
    """A body's, one about the person, a namesake's, the person's, or unknown."""
    for claims, name, kind in (
        ({"institution", "fan"}, "", LeadKind.INSTITUTION),
        ({"fan"}, "", LeadKind.FAN),
        ({"other_region"}, "name", LeadKind.NAMESAKE),
        ({"other_region"}, "", LeadKind.UNKNOWN),
        ({"office"}, "name", LeadKind.PERSONAL),
        (set(), "name", LeadKind.UNKNOWN),
    ):
        assert scored(claims=claims, name=name).kind is kind


def test_a_reason_tells_who_says_it_where_and_when() -> None:
    """Each speaker once, the newest three addresses first, standing pages before all; evidence comes along."""
    urls = [f"https://vk.com/wall{post}" for post in ("-99_7", "-99_8", "5_1")] + ["https://www.rayon.example/a"]
    moments = [*(MOMENT.replace(day=n) for n in (1, 3, 2)), None]
    rows = zip(urls, moments, strict=True)
    mentions = [mention(MentionKind.GIVEN, url=url, at=at, evidence=f"e{n}") for n, (url, at) in enumerate(rows)]
    lead = scored(*mentions, evidence=("page",), **NAMED)
    (reason,) = [reason for reason in lead.reasons if reason.code == "given"]
    assert (reason.params["n"], reason.params["date"]) == (3, "2026-10-03")
    assert reason.places == (urls[3], urls[1], urls[2], urls[0])
    assert str(reason.params["pages"]).split(", ") == [urls[3], urls[1], urls[2]]
    assert lead.evidence == ("page", "e3", "e1", "e2", "e0")


# One beside the other ------------------------------------------------------------------------------------------------


def candidate(address: str, **facts: Any) -> Candidate:
    return Candidate(Address.parse(address), **{"exists": True, "name": "name", "titled": True, **facts})


def test_the_best_come_first() -> None:
    """Given, claimed, guessed; undoubted, mentioned, agreeing, verified, read by many; last what is another's."""
    given = mention(MentionKind.GIVEN)
    rows = [
        (candidate("t.me/aa_given"), [given]),
        (candidate("t.me/ab_given", claims={"former"}), [given]),
        (candidate("vk.com/ac_claimed", claims={"office"}), []),
        (candidate("t.me/ad_mentioned"), [mention(MentionKind.MENTIONED)]),
        (candidate("t.me/ae_verified", verified=True), []),
        (candidate("t.me/af_many", subscribers=9), []),
        (candidate("t.me/ag_few", subscribers=2), []),
        (candidate("t.me/ah_none"), []),
        (candidate("vk.com/ai_none"), []),
        (candidate("t.me/aj_family", name="name_family"), []),
        (candidate("t.me/ak_doubted", claims={"former"}), []),
        (candidate("t.me/al_other", name="name_other"), [given]),
        (candidate("t.me/am_fan", claims={"fan"}), []),
    ]
    names = [lead.address.name for lead in score(head(), reversed(rows))]
    assert names == sorted(names)


def test_two_pages_that_both_claim_are_twins() -> None:
    """A person decides; with one of them given, the other alone is in doubt; linked to each other they are none."""
    office = {"claims": {"office"}}
    first_page, second_page = candidate("t.me/page_1", **office), candidate("t.me/page_2", **office)
    leads = score(head(), [(first_page, []), (second_page, [])])
    assert [codes(lead)[1] for lead in leads] == [["twin"], ["twin"]]
    assert {lead.kind for lead in leads} == {LeadKind.PERSONAL}
    best, worse = score(head(), [(first_page, []), (second_page, [mention(MentionKind.GIVEN)])])
    assert (best.url, best.is_strong, codes(best)[0][-1]) == ("https://t.me/page_2", True, "twin")
    assert codes(worse)[1] == ["twin"]
    assert worse.doubts[0].places == ("https://t.me/page_2",)
    linked, link_back = ({"links": {f"https://t.me/page_{n}"}, **office} for n in (2, 1))
    for pages in (
        [first_page, candidate("vk.com/page_2", **office)],
        [first_page, candidate("t.me/page_2")],
        [first_page, candidate("t.me/page_2", claims={"office", "former"})],
        [candidate("t.me/page_1", **linked), candidate("t.me/page_2", **link_back)],
    ):
        assert all("twin" not in codes(lead)[1] for lead in score(head(), [(page, []) for page in pages]))


def test_a_page_that_the_given_one_calls_its_own_is_given_too() -> None:
    """Where both link to each other; by its number as well."""
    for own_name, link_back, raised in (
        ("page_2", "page_1", 1),
        ("id5", "page_1", 1),
        ("", "page_1", 0),
        ("page_2", "", 0),
    ):
        urls = {f"https://vk.com/{own_name}"}
        given = candidate("t.me/page_1", own=urls, links={*urls, "https://vk.com/page_2"})
        rows = [
            (given, [mention(MentionKind.GIVEN)]),
            (candidate("vk.com/page_2", id=5, links={f"https://t.me/{link_back}"}), []),
        ]
        lead = next(lead for lead in score(head(), rows) if lead.network == "vk")
        assert (lead.is_strong, "linked_both" in codes(lead)[0]) == (bool(raised), bool(raised))
