"""A confirmation is bound to a page's number: findings about pages renamed, taken over or lost."""

from datetime import date, timedelta
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.localise import localise
from auditor.base.i18n import Translator
from auditor.base.snapshot import RunSnapshot, Snapshot, Weight
from auditor.registry.models import AccountKind
from auditor.report.notices import notices
from auditor.run.plan import targets_of
from tests.cases import NOW, TOMSK, WEEK, account, audit, office, posts, registry, tenure
from tests.pages import card, whole
from tests.rules.rule_rows import CLIENT, channel, confirmed, document, in_office, weighed

RU = Translator("ru", TOMSK)
OLD, NEW = "https://t.me/perviy_rayon", "https://t.me/perviy_rayon_novoe"
OURS, THEIRS = 1500000001, 1600000002


def page(name: str = "perviy_rayon", *, on: str = "2026-11-01", number: int | None = None) -> Any:
    """Return a page that was confirmed on a day, perhaps with its number."""
    return confirmed(account(name=name), on).model_copy(update={"id": number})


def judged(pages: Any, *looks: Snapshot) -> Audit:
    """Return the audit of one holder with one page or several."""
    return document(office(in_office(*pages if isinstance(pages, list) else [pages])), looks=looks)


def existence(audit: Audit) -> AuditedFinding:
    """Return the finding about the page under its old address."""
    return audit.offices[0].finding("account_exists", OLD)


def earlier_look(days: float, **fields: Any) -> Snapshot:
    """Return a look at the page, `days` before the audit."""
    return channel(at=NOW - timedelta(days=days), **fields)


NOBODY = channel(exists=None, id=None, kind=None, cause="not_at_address")
RENAMED = channel(route=CLIENT, renamed_to=NEW)
OTHER = channel(id=THEIRS, posts_cause="gone")
AWAY = earlier_look(14, renamed_to=NEW, route=CLIENT)
LOOKS = {
    "a number on record that was never seen": (page(number=7), [channel(*posts(1, 2, 3))], "not_at_address"),
    "renamed, then nobody": (page(), [AWAY, NOBODY], "not_at_address"),
    "and back in between": (page(), [AWAY, earlier_look(7), NOBODY], None),
    "closed to the client": (page(), [NOBODY, channel(cause="private", route=CLIENT)], None),
    "the client alone knows of the new name": (page(number=OURS), [NOBODY, RENAMED], None),
    "where another has the old one": (page(number=OURS), [OTHER, RENAMED], None),
}


@pytest.mark.parametrize(("confirmed_page", "looks", "cause"), LOOKS.values(), ids=LOOKS.keys())
def test_a_free_name_says_nothing_of_a_page(confirmed_page: Any, looks: list[Snapshot], cause: str | None) -> None:
    """What a look in time saw was there; one way says nobody, the other what it is: what is seen counts."""
    finding = existence(judged(confirmed_page, *looks))
    assert (finding.outcome, finding.cause) == ("cantTell" if cause else "passed", cause)


def test_of_a_page_with_another_number_both_numbers_are_told_and_nothing_is_judged() -> None:
    """Until it is settled which of them is theirs; an institution's page with another number is another page too."""
    judged_audit = judged(page(number=7), channel(*posts(1, 2, 3)))
    finding = existence(judged_audit)
    assert (finding.params["expected"], finding.params["seen"]) == ("7", str(OURS))
    assert {f.outcome for f in judged_audit.offices[0].findings if f.check == "posts_per_week"} == {"cantTell"}
    body = page().model_copy(update={"kind": AccountKind.INSTITUTION})
    judged_audit = document(office(tenure(since="2019"), accounts=[body]), looks=[earlier_look(7), channel(id=THEIRS)])
    finding = existence(judged_audit)
    assert (finding.outcome, finding.cause, finding.params["seen"]) == ("cantTell", "not_at_address", str(THEIRS))
    assert [f.check for f in judged_audit.offices[0].findings if f.account == OLD] == ["account_exists"]


def test_a_takeover_leaves_the_opening_as_it_was_seen() -> None:
    """Only the page's own looks date it, and tell its new name."""
    taken = {"id": THEIRS, "posts_cause": "gone", "opened_at": None, "traces": ()}
    judged_audit = judged(page(), earlier_look(20, renamed_to=NEW), earlier_look(8, **taken), channel(**taken))
    (audited_page,) = judged_audit.offices[0].accounts
    assert (judged_audit.offices[0].verdict, audited_page.taken_over_by, audited_page.renamed_to) == (
        "passed",
        THEIRS,
        None,
    )


def test_a_later_confirmation_of_the_same_address_confirms_the_page_that_is_there_now() -> None:
    """What was another's until then is the confirmed page since; the newest of several counts."""
    looks = [earlier_look(20), channel(*posts(1, 2, 3), id=THEIRS)]
    assert judged(page(), *looks).watch.taken_over == 1
    confirmed_anew = judged(page(on="2026-11-20"), *looks)
    assert (confirmed_anew.watch.taken_over, confirmed_anew.offices[0].accounts[0].facts.exists) == (0, True)
    acting = in_office(page(on="2020-01-01"), until="2026-05-31")
    (audited_page,) = audit(office(acting, in_office(page(), since="2026-06-01"))).offices[0].accounts
    assert (audited_page.confirmed and audited_page.confirmed.on, audited_page.under_review) == (
        date(2026, 11, 1),
        False,
    )


def test_a_page_on_record_under_both_its_names_counts_once() -> None:
    """The operator wrote the new address beside the old one: the posts are not doubled."""
    page_posts, both_pages = posts(1, 2, 3, 4), [page(), page("perviy_rayon_novoe")]
    (seat,) = judged(both_pages, channel(*page_posts, renamed_to=NEW), channel(*page_posts, url=NEW)).offices
    assert seat.finding("posts_per_week").values["posts"] == 4
    assert [a.url for a in seat.accounts] == [NEW]


@pytest.mark.parametrize(("weight", "renamed"), [(Weight.FULL, NEW), (Weight.FAVOURABLE_ONLY, None)])
def test_a_rename_is_shown_where_the_look_that_says_so_is_believed(weight: Weight, renamed: str | None) -> None:
    """What a run with a failed control says is neither shown nor followed; the posts are those of the page."""
    judged_audit = audit(office(in_office(page())), looks=[weighed(channel(*posts(1, 2), renamed_to=NEW), weight)])
    assert judged_audit.offices[0].accounts[0].renamed_to == renamed
    assert judged_audit.watch.renamed == (renamed is not None)


@pytest.mark.parametrize(
    ("confirmed_page", "number", "was_seen"),
    [(page(), OURS, True), (page(number=OURS), OURS, True), (page(number=7), 7, False), (page("drugoy"), None, False)],
)
def test_a_target_knows_its_number_from_registry_or_look(
    confirmed_page: Any, number: int | None, was_seen: bool
) -> None:
    """The registry's first; one that was never seen under the address says so."""
    book = registry(office(in_office(confirmed_page)))
    (target,) = targets_of(book, WEEK, NOW, book.offices, {OLD: [RunSnapshot("2026-W46", earlier_look(7))]})
    assert (target.id, target.id_seen) == (number, was_seen)


def test_what_is_under_review_is_marked_on_the_page_in_the_terminal_and_in_the_summary() -> None:
    """And is judged all the same."""
    mark = "принадлежность пора подтвердить заново"
    old, fresh = (localise(judged(page(on=day), channel()), RU) for day in ("2025-01-10", "2026-11-01"))
    assert (old.watch.under_review, old.offices[0].verdict) == (1, "passed")
    assert [line for line in notices(old, RU) if line.startswith("1 подтверждение старше 365 дней")]
    assert mark in " ".join(card(old, RU).split())
    assert notices(fresh, RU) == []
    assert mark in whole(old, RU)
    assert mark not in whole(fresh, RU)
