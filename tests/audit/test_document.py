"""The audit document of docs/dev/design.md, section 9: every office, every check, and their sums."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from auditor.audit.compare import diff_audits
from auditor.audit.localise import localise
from auditor.base.i18n import Translator
from auditor.base.snapshot import ControlResult, Evidence, Weight
from auditor.base.weeks import PartialDate
from auditor.checks import catalogue
from auditor.registry.models import OfficeGroup, Vacancy
from tests.cases import NOW, TOMSK, WEEK, account, audit, day, office, posts, search, tenure
from tests.rules.rule_rows import (
    BOTH,
    CLIENT,
    FIVE,
    channel,
    confirmed,
    exactly,
    exemption,
    in_office,
    not_later,
    post,
    profile,
    weighed,
)


def head(*pages: Any, **fields: Any):
    """Return a bound office whose holder has a channel."""
    return office(in_office(*pages, **fields))


def audited_office(*looks: Any, **fields: Any):
    """Return the one office as audited after these looks."""
    return audit(head(**fields), looks=looks).offices[0]


def answer(name: str, kind: str = "profile", url: str = "https://t.me/perviy_rayon") -> Any:
    """Return the evidence entry of a stored response."""
    digests = dict.fromkeys(("sha256", "stored_sha256"), "a" * 64)
    return Evidence(id=name, kind=kind, url=url, fetched_at=NOW, status=200, **digests)


def test_the_document_has_every_key_that_others_rely_on() -> None:
    """docs/dev/design.md, section 9, key by key, at each level."""
    document = json.loads(audit(head(), looks=[channel()]).to_json())
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
    """An empty registry entry too: nothing is left out in silence, and no id leads nowhere. The Duma is not counted."""
    lost = office(tenure(since="2020", searches=[search("2026-11-18")]))
    looks = [channel(*posts(1), evidence=(answer("one"),))]
    document = audit(head(), lost, office(), office(group=OfficeGroup.CITY_DUMA), looks=looks)
    for seat in document.offices:
        assert {f.check for f in seat.findings} == {check.name for check in catalogue()}
        assert {name for finding in seat.findings for name in finding.evidence} <= set(seat.evidence)
    counted = {"bound": 3, "passed": 1, "failed": 1, "cantTell": 0, "inapplicable": 0, "untested": 1}
    assert document.summary.model_dump() == counted


EMPTY = Vacancy(since=PartialDate.parse("2026-01"), source="https://example.invalid/v")


@pytest.mark.parametrize(
    ("seat", "verdict", "reason"),
    [
        (office(vacancies=[EMPTY]), "inapplicable", "vacancy"),
        (office(in_office(), group=OfficeGroup.CITY_DUMA), "inapplicable", "not_bound"),
        (head(exemptions=[exemption(on="2026-10-01")]), "inapplicable", "exemption"),
        (head(since="2026-11-10"), "inapplicable", "newcomer"),
        (office(), "untested", "no_holder"),
        (head(), "untested", "not_looked_at"),
        (office(tenure(since="2020")), "untested", "no_search"),
        (office(tenure(since="2020", searches=[search("2026-11-18")])), "failed", None),
    ],
)
def test_a_verdict_that_is_none_says_why(seat: Any, verdict: str, reason: str | None) -> None:
    """Each reason by its name, which the report has words for."""
    (audited,) = audit(seat).offices
    assert (audited.verdict, audited.verdict_reason) == (verdict, reason)


def test_of_several_looks_the_one_that_tells_something_is_shown() -> None:
    """A throttled one after it, or a route whose control failed, takes nothing from it; its answers are evidence."""
    good = channel(*posts(1, 2, 3), at=NOW - timedelta(hours=1), evidence=(answer("good"),))
    bad = channel(exists=None, cause="throttled", evidence=(answer("bad"),))
    audited = audited_office(good, bad)
    assert (audited.finding("posts_per_week").values["posts"], list(audited.evidence)) == (3, ["good"])
    assert list(audited_office(good.model_copy(update={"posts": ()}), bad).evidence) == ["good"]
    doubted = weighed(channel(*posts(1, 2)), Weight.FAVOURABLE_ONLY)
    audited = audited_office(doubted, channel(*posts(1, 2, 3), route=CLIENT))
    assert (audited.accounts[0].facts.exists, audited.accounts[0].route) == (True, "telegram_client")
    assert audited.finding("posts_per_week").values["posts"] == 3


def test_without_a_look_since_the_weeks_start_the_practice_is_untested_and_the_opening_is_dated() -> None:
    """An opening date does not age; a count does."""
    audited = audited_office(weighed(channel(*posts(-40), at=day(-1)), made_for=WEEK.shift(-1)))
    assert (audited.verdict, audited.finding("posts_per_week").outcome, audited.days) == ("passed", "untested", None)


def test_a_look_of_a_run_with_a_failed_control_shows_a_trace_and_no_more() -> None:
    """No facts come from it, nothing fails by it, and the date that it saw is no exact one."""
    row = weighed(channel(**exactly("2023-10-12"), posts=posts(1)), Weight.FAVOURABLE_ONLY)
    audited, phantom = audited_office(row), audited_office(replace(row, weight=Weight.NONE))
    assert (audited.verdict, audited.verdict_cause) == ("cantTell", "too_little_data")
    assert (audited.accounts[0].facts.exists, audited.accounts[0].facts.opened_precision) == (None, "not_later_than")
    assert phantom.accounts[0].facts.opened_at is None


def test_days_add_up_to_the_weeks_posts_and_are_unknown_where_one_page_was_not_seen() -> None:
    """By the calendar of the registry's zone."""
    audited = audited_office(channel(*posts(0, 23.9, 24, 167), *posts(50, repost=True, first_id=9)))
    assert [(d.posts, d.reposts) for d in audited.days] == [(2, 0), (1, 0), (0, 1), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert len(audited.posts) == 5
    audited = audited_office(channel(*posts(1)), profile(exists=None, cause="unreachable"), accounts=BOTH)
    assert (audited.days, len(audited.posts)) == (None, 1)


@pytest.mark.parametrize(("on", "old"), [("2025-11-22", False), ("2025-11-21", True)])
def test_an_old_confirmation_is_marked_at_the_account(on: str, old: bool) -> None:
    """365 days before the week's last day are not old yet."""
    document = audit(head(confirmed(account(), on)), looks=[channel()])
    assert (document.offices[0].accounts[0].under_review, document.watch.under_review) == (old, int(old))
    assert (document.watch.renamed, document.watch.taken_over) == (0, 0)


def test_an_address_of_comments_is_shown_without_their_numbers() -> None:
    """Any other is shown as it was asked for."""
    url = "https://example.invalid/wall?post=5&offset_id=777"
    look = channel(evidence=(answer("said", "comments", url), answer("wall", "posts", url)))
    urls = {name: entry.url for name, entry in audited_office(look).evidence.items()}
    assert urls == {"said": "https://example.invalid/wall?post=5", "wall": url}


def test_a_newcomer_is_told_and_of_who_was_acting_the_time_before() -> None:
    """Whose own last day is to come; all of the holder's tenures in a row, but for the one that lasts."""
    assert [audited_office(since=day).holder.newcomer for day in ("2026-11-10", "2026-09-01", "2020")] == [
        True,
        False,
        False,
    ]
    acting = tenure(since="2025-02-03", until="2025-09-14", acting=True)
    (audited,) = audit(office(acting, tenure(since="2025-09-15"))).offices
    assert [(term.since, term.acting) for term in audited.holder.earlier] == [("2025-02-03", True)]


def test_after_a_purge_the_comments_alone_are_as_they_were() -> None:
    """Posts are counted anew: they were not purged. Controls are printed as they came out."""
    read_posts = [post(1, *FIVE), post(2)]
    purged_posts = [
        post.model_copy(update={"comments": (), "comments_cause": "too_little_data"}) for post in read_posts
    ]
    target_fields = {"network": "vk", "route": "vk", "url": "https://vk.com/id1"}
    control = ControlResult(**target_fields, expected=True, outcome="failed")
    stored_audit = audit(head(), looks=[channel(*read_posts)], controls=[control])
    audited = audit(head(), looks=[channel(*purged_posts, *posts(9, first_id=7))], before_purge=stored_audit).offices[0]
    answers, written = audited.finding("comments_answered"), audited.finding("posts_per_week")
    assert (answers.outcome, answers.values["questions"], written.values["posts"]) == ("failed", 5, 3)
    assert [(entry.network, entry.expected, entry.outcome) for entry in stored_audit.controls] == [
        ("vk", True, "failed")
    ]


def test_a_mended_spelling_drops_no_figures_of_before_a_purge() -> None:
    """Another letter case, ё or coding is no other holder."""
    stored_audit = audit(head(name="Имярек Семён"), looks=[channel(post(1, *FIVE), post(2))])
    for name in ("Имярек Семен", "имярек Семён"):
        (audited,) = audit(head(name=name), looks=[channel(*posts(9, first_id=7))], before_purge=stored_audit).offices
        assert audited.finding("comments_answered").values["questions"] == 5


def test_a_look_without_an_answer_is_no_check_of_the_page() -> None:
    """What the network says of a page is one, even where nothing is shown."""
    for fields, is_seen in (({"cause": "unreachable"}, False), ({"cause": "banned"}, True), ({"exists": True}, True)):
        (page,) = audited_office(channel(**{"exists": None, **fields})).accounts
        assert (page.seen_at is not None) == is_seen
        assert page.snapshot_at is not None


def test_a_difference_is_told_with_its_office_its_check_and_its_field() -> None:
    """Of an account or of the document there is no check; the same input gives the same bytes, as people read them."""
    first_audit, second_audit = (audit(head(), looks=[channel(**not_later("2021-10-12"))]) for _ in range(2))
    assert first_audit.to_json() == second_audit.to_json()
    (seat,), ((page,), (first_finding, *others)) = (
        first_audit.offices,
        (first_audit.offices[0].accounts, first_audit.offices[0].findings),
    )
    assert seat.municipality in first_audit.to_stored()

    def gaps(other_audit: Any = None, **update: object) -> list[tuple[str, str, str]]:
        other_audit = other_audit or first_audit.model_copy(update={"offices": [seat.model_copy(update=update)]})
        return [(gap.office, gap.check, gap.field) for gap in diff_audits(first_audit, other_audit)]

    renamed = page.model_copy(update={"facts": page.facts.model_copy(update={"subscribers": 5})})
    named = f"{first_finding.check} {first_finding.account}" if first_finding.account else first_finding.check
    assert gaps() == []
    assert gaps(findings=[first_finding.model_copy(update={"outcome": "failed"}), *others]) == [
        (seat.id, named, "outcome")
    ]
    assert gaps(findings=others) == [(seat.id, named, "")]
    assert gaps(title="другой глава") == [(seat.id, "", "title")]
    assert gaps(accounts=[renamed]) == [(seat.id, "", f"accounts.{page.url}.facts.subscribers")]
    assert gaps(first_audit.model_copy(update={"vantage": "другая"})) == [("", "", "vantage")]


def test_words_are_given_to_every_check_that_is_known() -> None:
    """One that another version knew is left as it was stored."""
    document = audit(head())
    first_check, *others = document.checks
    unheard_of = first_check.model_copy(update={"name": "unheard_of"})
    localised = localise(document.model_copy(update={"checks": [*others, unheard_of]}), Translator("en", TOMSK))
    assert all(check.title and check.method for check in localised.checks[:-1])
    assert localised.checks[-1] == unheard_of
