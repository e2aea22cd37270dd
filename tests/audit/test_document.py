"""Offices times checks: the document of docs/dev/design.md, section 9, and its sums."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.compare import compare_audits
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import (
    Cause,
    ControlResult,
    Evidence,
    EvidenceKind,
    Network,
    Outcome,
    Route,
    StoredSnapshot,
    Weight,
)
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue
from auditor.registry.models import Exemption, Group, Vacancy
from tests.cases import (
    NOW,
    TOMSK,
    WEEK,
    account,
    audit,
    day,
    office,
    opened,
    posts,
    registry,
    search,
    snapshot,
    tenure,
    traced,
)
from tests.rules.helpers import asked, confirmed, post


def head(**fields: Any):
    """A bound office whose holder has a channel."""
    return office(tenure(**{"since": "2020", "accounts": [account()]} | fields))


def made(*looks: Any, **fields: Any):
    """The office after these looks."""
    return audit(head(**fields), seen=looks).offices[0]


GOOD = snapshot(**opened("2021-10-12"))


def test_the_document_has_every_key_that_others_rely_on() -> None:
    """docs/dev/design.md, section 9, key by key, at each level."""
    document = json.loads(audit(head(), seen=[GOOD]).to_json())
    levels = [document, document["offices"][0], document["offices"][0]["accounts"][0]]
    levels += [levels[2]["facts"], document["offices"][0]["findings"][0], document["policy"]["posts_per_week"]]
    wanted = [
        "schema as_of week week_starts week_ends timezone closed tool_version directive policy summary offices",
        "id municipality title group bound holder verdict accounts findings change",
        "network url kind id confirmed snapshot_at facts",
        "exists verified subscribers opened_at opened_precision comments",
        "check network account outcome cause basis message values threshold evidence",
        "value basis source",
    ]
    for level, keys in zip(levels, wanted, strict=True):
        assert set(keys.split()) <= set(level)
    assert (document["schema"], document["as_of"][-1]) == ("auditor/audit/2", "Z")


def test_every_check_has_its_finding_about_every_office_with_evidence_that_it_lists() -> None:
    """An empty registry entry too: nothing is left out in silence, and no id leads nowhere."""
    seen = [snapshot(**traced("2021-10-12"), posts=posts(1), evidence=(answer("one"),))]
    for one in audit(head(), office(), office(group=Group.CITY_DUMA), seen=seen).offices:
        assert {f.check for f in one.findings} == {check.name for check in catalogue()}
        assert {name for found in one.findings for name in found.evidence} <= set(one.evidence)


def test_the_summary_counts_bound_offices_and_adds_up() -> None:
    """The Duma is outside the count."""
    lost = office(tenure(since="2020", searches=[search("2026-11-18")]))
    summary = audit(head(), lost, office(), office(group=Group.CITY_DUMA), seen=[GOOD]).summary.model_dump()
    assert summary == {"bound": 3, "passed": 1, "failed": 1, "cantTell": 0, "inapplicable": 0, "untested": 1}


EXEMPT = Exemption(by="губернатор", reason="без страницы", source="https://example.invalid/e")
EMPTY = Vacancy(since=PartialDate.parse("2026-01"), source="https://example.invalid/v")


@pytest.mark.parametrize(
    ("seat", "verdict", "reason"),
    [
        (office(vacancies=[EMPTY]), "inapplicable", "vacancy"),
        (office(tenure(since="2020", accounts=[account()]), group=Group.CITY_DUMA), "inapplicable", "not_bound"),
        (head(exemptions=[EXEMPT]), "inapplicable", "exemption"),
        (head(since="2026-11-10"), "inapplicable", "newcomer"),
        (office(), "untested", "no_holder"),
        (head(), "untested", "not_looked_at"),
        (office(tenure(since="2020")), "untested", "no_search"),
        (office(tenure(since="2020", searches=[search("2026-11-18")])), "failed", None),
    ],
)
def test_a_verdict_that_is_none_says_why(seat: Any, verdict: str, reason: str | None) -> None:
    """Each reason by its name, which the report has words for."""
    (one,) = audit(seat).offices
    assert (one.verdict, one.verdict_reason) == (verdict, reason)


def answer(name: str, kind: EvidenceKind = EvidenceKind.PROFILE, url: str = "https://t.me/perviy_rayon") -> Evidence:
    """A stored answer of a network."""
    return Evidence(id=name, kind=kind, url=url, fetched_at=NOW, status=200, sha256="a" * 64, stored_sha256="a" * 64)


# What is shown of a page and of its posts ---------------------------------------------------------------------------


def test_of_several_looks_the_one_that_tells_something_is_shown() -> None:
    """A throttled one after it, or a route whose control failed, takes nothing from it; its answers are evidence."""
    good = snapshot(posts=posts(1, 2, 3), taken_at=NOW - timedelta(hours=1), evidence=(answer("good"),))
    bad = snapshot(exists=None, cause=Cause.THROTTLED, evidence=(answer("bad"),))
    one = made(good, bad)
    assert (one.finding("posts_per_week").values["posts"], list(one.evidence)) == (3, ["good"])
    assert list(made(good.model_copy(update={"posts": ()}), bad).evidence) == ["good"]
    doubted = StoredSnapshot(str(WEEK), snapshot(posts=posts(1, 2)), weight=Weight.FOR_HIM)
    one = made(doubted, snapshot(posts=posts(1, 2, 3), route=Route.TELEGRAM_CLIENT))
    assert (one.accounts[0].facts.exists, one.accounts[0].route) == (True, "telegram_client")
    assert one.finding("posts_per_week").values["posts"] == 3


def test_without_a_look_since_the_weeks_start_the_practice_is_untested_and_the_opening_is_dated() -> None:
    """An opening date does not age; a count does."""
    before = snapshot(**opened("2021-10-12"), posts=posts(-40), taken_at=day(-1))
    one = made(StoredSnapshot("2026-W46", before))
    assert (one.verdict, one.finding("posts_per_week").outcome, one.days) == ("passed", "untested", None)


def test_a_look_of_a_run_with_a_failed_control_shows_a_trace_and_no_more() -> None:
    """No facts come from it, nothing fails by it, and the date that it saw is no exact one."""
    row = StoredSnapshot(str(WEEK), snapshot(**opened("2023-10-12"), posts=posts(1)), weight=Weight.FOR_HIM)
    one, phantom = made(row), made(replace(row, weight=Weight.NONE))
    assert (one.verdict, one.verdict_cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert (one.accounts[0].facts.exists, one.accounts[0].facts.opened_precision) == (None, "not_later_than")
    assert phantom.accounts[0].facts.opened_at is None


def test_days_add_up_to_the_weeks_posts_and_are_unknown_where_one_page_was_not_seen() -> None:
    """By the calendar of the registry's zone."""
    one = made(snapshot(posts=posts(0, 23.9, 24, 167) + posts(50, repost=True, first_id=9)))
    assert [(d.posts, d.reposts) for d in one.days] == [(2, 0), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert len(one.posts) == 5
    vk = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/perviy"}
    shut = snapshot(**vk, exists=None, cause=Cause.UNREACHABLE)
    one = made(snapshot(posts=posts(1)), shut, accounts=[account(), account(Network.VK, "perviy")])
    assert (one.days, len(one.posts)) == (None, 1)


@pytest.mark.parametrize(("on", "old"), [("2025-11-22", False), ("2025-11-21", True)])
def test_an_old_confirmation_is_marked_at_the_account(on: str, old: bool) -> None:
    """365 days before the week's last day are not old yet."""
    document = audit(head(accounts=[confirmed(account(), on)]), seen=[snapshot()])
    watch = document.watch
    assert (document.offices[0].accounts[0].under_review, watch.under_review) == (old, int(old))
    assert (watch.renamed, watch.taken_over) == (0, 0)


def test_a_page_that_was_renamed_is_said_to_be_unless_another_has_its_address() -> None:
    """What the confirmed page was told of its new name is not of the other."""
    new = "https://t.me/perviy_noviy"
    mine = snapshot(renamed_to=new, taken_at=NOW - timedelta(hours=1))
    for looks, renamed in (([mine], new), ([mine, snapshot(id=9)], None)):
        assert made(*looks).accounts[0].renamed_to == renamed


def test_an_address_of_comments_is_shown_without_their_numbers() -> None:
    """Any other is shown as it was asked for."""
    url = "https://example.invalid/wall?post=5&offset_id=777"
    seen = snapshot(evidence=(answer("said", EvidenceKind.COMMENTS, url), answer("wall", EvidenceKind.POSTS, url)))
    shown = {name: one.url for name, one in made(seen).evidence.items()}
    assert shown == {"said": "https://example.invalid/wall?post=5", "wall": url}


# Who holds it, and the rest -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("since", "newcomer"), [("2026-11-10", True), ("2026-09-01", False), ("2020", False)])
def test_a_newcomer_is_whose_own_last_day_is_to_come(since: str, newcomer: bool) -> None:
    """Not one whose own has passed, nor one of old."""
    assert made(since=since).holder.newcomer is newcomer


def test_of_who_was_acting_before_the_time_before_is_shown() -> None:
    """All tenures of his in a row, but for the one that lasts."""
    acting = tenure(since="2025-02-03", until="2025-09-14", acting=True)
    (one,) = audit(office(acting, tenure(since="2025-09-15"))).offices
    assert [(term.since, term.acting) for term in one.holder.earlier] == [("2025-02-03", True)]


def test_controls_are_printed_as_they_came_out() -> None:
    """Expected and seen side by side."""
    where = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/id1"}
    (one,) = audit(head(), controls=[ControlResult(**where, expected=True, outcome=Outcome.FAILED)]).controls
    assert (one.network, one.expected, one.outcome) == ("vk", True, "failed")


def test_after_a_purge_the_comments_alone_are_as_they_were() -> None:
    """Posts are counted anew: they were not purged."""
    then = [post(1, *asked(5)), post(2)]
    line = [one.model_copy(update={"comments": (), "comments_cause": Cause.TOO_LITTLE_DATA}) for one in then]
    before = audit(head(), seen=[snapshot(posts=then)])
    now = audit(head(), seen=[snapshot(posts=(*line, *posts(9, first_id=7)))], before_purge=before).offices[0]
    answers, written = now.finding("comments_answered"), now.finding("posts_per_week")
    assert (answers.outcome, answers.values["questions"], written.values["posts"]) == ("failed", 5, 3)


def test_the_same_input_gives_the_same_bytes_in_letters_that_people_read() -> None:
    """The clock is passed in and nothing else is read."""
    one, two = (audit(head(), seen=[snapshot(**opened("2021-10-12"), posts=posts(1, 2))]) for _ in range(2))
    assert one.to_json() == two.to_json()
    assert registry(head()).offices[0].municipality in one.to_stored()


def test_a_difference_is_told_with_its_office_its_check_and_its_field() -> None:
    """Of an account or of the document there is no check; a finding that is missing is one of its office."""
    one = audit(head(), seen=[GOOD])
    (seat,), ((page,), (first, *others)) = one.offices, (one.offices[0].accounts, one.offices[0].findings)

    def gaps(other: Any = None, **update: object) -> list[tuple[str, str, str]]:
        other = other or one.model_copy(update={"offices": [seat.model_copy(update=update)]})
        return [(gap.office, gap.check, gap.field) for gap in compare_audits(one, other)]

    renamed = page.model_copy(update={"facts": page.facts.model_copy(update={"subscribers": 5})})
    named = f"{first.check} {first.account}" if first.account else first.check
    assert gaps() == []
    assert gaps(findings=[first.model_copy(update={"outcome": "failed"}), *others]) == [(seat.id, named, "outcome")]
    assert gaps(findings=others) == [(seat.id, named, "")]
    assert gaps(title="другой глава") == [(seat.id, "", "title")]
    assert gaps(accounts=[renamed]) == [(seat.id, "", f"accounts.{page.url}.facts.subscribers")]
    assert gaps(one.model_copy(update={"vantage": "другая"})) == [("", "", "vantage")]


def test_words_are_given_to_every_check_that_is_known() -> None:
    """One that another version knew is left as it was stored."""
    document = audit(head())
    known, *others = document.checks
    strange = known.model_copy(update={"name": "unheard_of"})
    said = worded(document.model_copy(update={"checks": [*others, strange]}), Catalogue("en", TOMSK))
    assert all(check.title and check.method for check in said.checks[:-1])
    assert said.checks[-1] == strange
