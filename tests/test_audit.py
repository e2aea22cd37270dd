"""Offices times checks: the document, its sums and its changes."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from auditor.audit.compare import compare_audits
from auditor.audit.document import Audit
from auditor.audit.judge import make_audit
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
from tests.rules.helpers import asked, post


def audit(*offices, seen=(), previous=None, **more) -> Audit:
    rows: dict[str, list[StoredSnapshot]] = {}
    for row in seen:
        stored = row if isinstance(row, StoredSnapshot) else StoredSnapshot(str(WEEK), row)
        rows.setdefault(stored.snapshot.url, []).append(stored)
    return make_audit(registry(*offices), WEEK, NOW, rows, previous=previous, **more)


def head(**fields):
    return office(tenure(since="2020", accounts=[account()], **fields))


def test_the_document_has_every_key_that_others_rely_on() -> None:
    """DESIGN.md section 9, key by key, at each level."""
    made = json.loads(audit(head(), seen=[snapshot(**opened("2021-10-12"))]).to_json())
    levels = [made, made["offices"][0], made["offices"][0]["accounts"][0]]
    levels += [levels[2]["facts"], made["offices"][0]["findings"][0]]
    wanted = [
        "schema as_of week week_starts week_ends timezone closed tool_version directive policy summary offices",
        "id municipality title group bound holder verdict accounts findings change",
        "network url kind id confirmed snapshot_at facts",
        "exists verified subscribers opened_at opened_precision comments",
        "check network account outcome cause basis message values threshold evidence",
    ]
    for level, keys in zip(levels, wanted, strict=True):
        assert set(keys.split()) <= set(level)
    assert made["schema"] == "auditor/audit/2"
    assert made["as_of"].endswith("Z")
    assert set(made["policy"]["posts_per_week"]) >= {"value", "basis", "source"}


def test_every_check_has_its_finding_about_every_office() -> None:
    """An empty registry entry too: nothing is left out in silence."""
    made = audit(head(), office(), office(group=Group.CITY_DUMA))
    for one in made.offices:
        assert {f.check for f in one.findings} == {check.name for check in catalogue()}


def test_the_summary_counts_bound_offices_and_adds_up() -> None:
    """The Duma is outside the count."""
    lost = office(tenure(since="2020", searches=[search("2026-11-18")]))
    made = audit(head(), lost, office(), office(group=Group.CITY_DUMA), seen=[snapshot(**opened("2021-10-12"))])
    assert made.summary.model_dump() == {
        "bound": 3,
        "passed": 1,
        "failed": 1,
        "cantTell": 0,
        "inapplicable": 0,
        "untested": 1,
    }


def test_a_good_look_is_not_pushed_out_by_a_failed_one_of_the_same_week() -> None:
    """Monday saw the week whole, Tuesday was throttled."""
    good = snapshot(posts=posts(1, 2, 3), taken_at=WEEK.ends + timedelta(hours=3))
    bad = snapshot(exists=None, cause=Cause.THROTTLED)
    made = audit(head(), seen=[good, bad]).offices[0]
    found = made.finding("posts_per_week")
    assert found is not None
    assert found.values["posts"] == 3


def test_without_a_look_since_the_weeks_start_the_practice_is_untested_and_the_opening_is_dated() -> None:
    """An opening date does not age; a count does."""
    before = snapshot(**opened("2021-10-12"), posts=posts(-40), taken_at=day(-1))
    old = StoredSnapshot("2026-W46", before)
    made = audit(head(), seen=[old]).offices[0]
    assert made.verdict == Outcome.PASSED
    found = made.finding("posts_per_week")
    assert found is not None
    assert (found.outcome, found.cause) == (Outcome.UNTESTED, None)
    assert made.days is None


def test_a_look_of_a_run_with_a_failed_control_shows_a_trace_and_no_more() -> None:
    """No facts come from it, nothing fails by it, and the date that it saw is no exact one."""
    row = StoredSnapshot(str(WEEK), snapshot(**opened("2023-10-12"), posts=posts(1)), weight=Weight.FOR_HIM)
    made = audit(head(), seen=[row]).offices[0]
    assert (made.verdict, made.verdict_cause) == (Outcome.CANT_TELL, Cause.TOO_LITTLE_DATA)
    assert made.accounts[0].facts.exists is None
    assert made.accounts[0].facts.opened_precision == "not_later_than"
    phantom = audit(head(), seen=[replace(row, weight=Weight.NONE)]).offices[0]
    assert phantom.accounts[0].facts.opened_at is None


def test_days_add_up_to_the_weeks_posts() -> None:
    """By the calendar of the registry's zone."""
    made = audit(head(), seen=[snapshot(posts=posts(0, 23.9, 24, 167) + posts(50, repost=True, first_id=9))]).offices[0]
    assert made.days is not None
    assert [(d.posts, d.reposts) for d in made.days] == [(2, 0), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert len(made.posts) == 5


def test_every_finding_names_evidence_that_the_office_lists() -> None:
    """No id leads nowhere."""
    made = audit(head(), seen=[snapshot(**traced("2021-10-12"), posts=posts(1))])
    for one in made.offices:
        for found in one.findings:
            assert set(found.evidence) <= set(one.evidence)


EXEMPT = Exemption(by="губернатор", reason="без страницы", source="https://example.invalid/e")
EMPTY = Vacancy(since=PartialDate.parse("2026-01"), source="https://example.invalid/v")


@pytest.mark.parametrize(
    ("seat", "verdict", "reason"),
    [
        (office(vacancies=[EMPTY]), "inapplicable", "vacancy"),
        (office(tenure(since="2020", accounts=[account()]), group=Group.CITY_DUMA), "inapplicable", "not_bound"),
        (office(tenure(since="2020", accounts=[account()], exemptions=[EXEMPT])), "inapplicable", "exemption"),
        (office(tenure(since="2026-11-10", accounts=[account()])), "inapplicable", "newcomer"),
        (office(), "untested", "no_holder"),
        (head(), "untested", "not_looked_at"),
        (office(tenure(since="2020")), "untested", "no_search"),
        (office(tenure(since="2020", searches=[search("2026-11-18")])), "failed", None),
    ],
)
def test_a_verdict_that_is_none_says_why(seat, verdict: str, reason: str | None) -> None:
    """Each reason by its name, which the report has words for."""
    (made,) = audit(seat).offices
    assert (made.verdict, made.verdict_reason) == (verdict, reason)


def test_days_are_unknown_where_one_page_of_two_was_not_seen() -> None:
    """The posts of the other are not the week's."""
    person = tenure(since="2020", accounts=[account(), account(Network.VK, "perviy")])
    shut = snapshot(
        network=Network.VK, route=Route.VK, url="https://vk.com/perviy", exists=None, cause=Cause.UNREACHABLE
    )
    (made,) = audit(office(person), seen=[snapshot(posts=posts(1)), shut]).offices
    assert made.days is None
    assert len(made.posts) == 1


def test_a_route_whose_control_failed_takes_nothing_from_the_other() -> None:
    """The signed-in client is believed where the preview is not."""
    preview = StoredSnapshot(str(WEEK), snapshot(posts=posts(1, 2)), weight=Weight.FOR_HIM)
    client = snapshot(posts=posts(1, 2, 3), route=Route.TELEGRAM_CLIENT)
    (made,) = audit(head(), seen=[preview, client]).offices
    found = made.finding("posts_per_week")
    assert (made.accounts[0].facts.exists, made.accounts[0].route) == (True, "telegram_client")
    assert found is not None
    assert found.values["posts"] == 3


@pytest.mark.parametrize(("on", "old"), [("2025-11-22", False), ("2025-11-21", True)])
def test_an_old_confirmation_is_marked_at_the_account(on: str, old: bool) -> None:
    """365 days before the week's last day are not old yet."""
    known = account()
    assert known.confirmed is not None
    proof = known.confirmed.model_copy(update={"on": date.fromisoformat(on)})
    person = tenure(since="2020", accounts=[known.model_copy(update={"confirmed": proof})])
    made = audit(office(person), seen=[snapshot()])
    assert (made.offices[0].accounts[0].under_review, made.watch.under_review) == (old, int(old))
    assert (made.watch.renamed, made.watch.taken_over) == (0, 0)


def test_controls_are_printed_as_they_came_out() -> None:
    """Expected and seen side by side."""
    control = ControlResult(
        network=Network.VK, route=Route.VK, url="https://vk.com/id1", expected=True, outcome=Outcome.FAILED
    )
    (made,) = audit(head(), controls=[control]).controls
    assert (made.network, made.expected, made.outcome) == ("vk", True, "failed")


def test_the_same_input_gives_the_same_bytes() -> None:
    """The clock is passed in and nothing else is read."""
    seen = [snapshot(**opened("2021-10-12"), posts=posts(1, 2))]
    assert audit(head(), seen=seen).to_json() == audit(head(), seen=seen).to_json()


def test_a_difference_is_told_with_its_office_its_check_and_its_field() -> None:
    """Of an account or of the document there is no check; a finding that is missing is one of its office."""
    one = audit(head(), seen=[snapshot(**opened("2021-10-12"))])
    (seat,) = one.offices
    (page,) = seat.accounts
    first, *others = seat.findings

    def gaps(**update: object) -> list[tuple[str, str, str]]:
        other = one.model_copy(update={"offices": [seat.model_copy(update=update)]})
        return [(gap.office, gap.check, gap.field) for gap in compare_audits(one, other)]

    named = f"{first.check} {first.account}" if first.account else first.check
    assert gaps() == []
    assert gaps(findings=[first.model_copy(update={"outcome": "failed"}), *others]) == [(seat.id, named, "outcome")]
    assert gaps(findings=others) == [(seat.id, named, "")]
    assert gaps(title="другой глава") == [(seat.id, "", "title")]
    renamed = page.model_copy(update={"facts": page.facts.model_copy(update={"subscribers": 5})})
    assert gaps(accounts=[renamed]) == [(seat.id, "", f"accounts.{page.url}.facts.subscribers")]
    assert [
        (g.office, g.check, g.field) for g in compare_audits(one, one.model_copy(update={"vantage": "другая"}))
    ] == [("", "", "vantage")]


# What a report shows besides ----------------------------------------------------------------------------------------


def answer(name: str, kind: EvidenceKind = EvidenceKind.PROFILE, url: str = "https://t.me/perviy_rayon") -> Evidence:
    """A stored answer of a network."""
    return Evidence(id=name, kind=kind, url=url, fetched_at=NOW, status=200, sha256="a" * 64, stored_sha256="a" * 64)


def test_a_page_that_was_renamed_is_said_to_be_unless_another_has_its_address() -> None:
    """What the confirmed page was told of its new name is not of the other."""
    new = "https://t.me/perviy_noviy"
    mine = snapshot(renamed_to=new, taken_at=NOW - timedelta(hours=1))
    for looks, renamed in (([mine], new), ([mine, snapshot(id=9)], None)):
        assert audit(head(), seen=looks).offices[0].accounts[0].renamed_to == renamed


def test_the_look_that_tells_something_is_shown_before_a_later_one_that_does_not() -> None:
    """Its answers are the evidence; both are of one route, and neither shows a post."""
    good = snapshot(evidence=(answer("good"),), taken_at=NOW - timedelta(hours=1))
    bad = snapshot(exists=None, cause=Cause.THROTTLED, evidence=(answer("bad"),))
    assert list(audit(head(), seen=[good, bad]).offices[0].evidence) == ["good"]


def test_an_address_of_comments_is_shown_without_their_numbers() -> None:
    """Any other is shown as it was asked for."""
    url = "https://example.invalid/wall?post=5&offset_id=777"
    seen = [snapshot(evidence=(answer("said", EvidenceKind.COMMENTS, url), answer("wall", EvidenceKind.POSTS, url)))]
    shown = audit(head(), seen=seen).offices[0].evidence
    assert {name: one.url for name, one in shown.items()} == {
        "said": "https://example.invalid/wall?post=5",
        "wall": url,
    }


@pytest.mark.parametrize(("since", "newcomer"), [("2026-11-10", True), ("2026-09-01", False), ("2020", False)])
def test_a_newcomer_is_whose_own_last_day_is_to_come(since: str, newcomer: bool) -> None:
    """Not one whose own has passed, nor one of old."""
    (made,) = audit(office(tenure(since=since, accounts=[account()]))).offices
    assert made.holder is not None
    assert made.holder.newcomer is newcomer


def test_of_who_was_acting_before_the_time_before_is_shown() -> None:
    """All tenures of his in a row, but for the one that lasts."""
    acting = tenure(since="2025-02-03", until="2025-09-14", acting=True)
    (made,) = audit(office(acting, tenure(since="2025-09-15"))).offices
    assert made.holder is not None
    assert [(one.since, one.acting) for one in made.holder.earlier] == [("2025-02-03", True)]


def test_after_a_purge_the_comments_alone_are_as_they_were() -> None:
    """Posts are counted anew: they were not purged."""
    then = [post(1, *asked(5)), post(2)]
    line = [one.model_copy(update={"comments": (), "comments_cause": Cause.TOO_LITTLE_DATA}) for one in then]
    before = audit(head(), seen=[snapshot(posts=then)])
    now = audit(head(), seen=[snapshot(posts=(*line, *posts(9, first_id=7)))], before_purge=before).offices[0]
    answers, written = now.finding("comments_answered"), now.finding("posts_per_week")
    assert answers is not None
    assert written is not None
    assert (answers.outcome, answers.values["questions"], written.values["posts"]) == ("failed", 5, 3)


def test_words_are_given_to_every_check_that_is_known() -> None:
    """One that another version knew is left as it was stored."""
    made = audit(head())
    known, *others = made.checks
    strange = known.model_copy(update={"name": "unheard_of"})
    said = worded(made.model_copy(update={"checks": [*others, strange]}), Catalogue("en", TOMSK))
    assert all(check.title and check.method for check in said.checks[:-1])
    assert said.checks[-1] == strange


def test_a_stored_audit_is_written_in_its_own_letters() -> None:
    """It is read by people too."""
    assert "Первый район" in audit(head()).to_stored()
