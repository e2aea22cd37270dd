"""A confirmation is of a page, and a page is a number: what is said of one that was renamed, taken over or lost."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.judge import make_audit
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Route, Snapshot, StoredSnapshot, Weight
from auditor.base.weeks import Week
from auditor.registry.models import AccountKind, Confirmation, Registry
from auditor.report.notices import notices
from auditor.run.plan import targets_of
from tests.cases import NOW, TOMSK, WEEK, account, office, opened, posts, registry, snapshot, tenure
from tests.pages import card, whole

RU = Catalogue("ru", TOMSK)
OLD, NEW = "https://t.me/perviy_rayon", "https://t.me/perviy_rayon_novoe"
OURS, THEIRS = 1500000001, 1600000002
NOBODY = {"exists": None, "id": None, "kind": None, "cause": Cause.NOT_AT_ADDRESS}
CLIENT = {"route": Route.TELEGRAM_CLIENT}
WEEK_AGO = {"taken_at": NOW - timedelta(days=7)}


def page(name: str = "perviy_rayon", *, on: str = "2026-11-01", number: int | None = None) -> Any:
    """A page that was confirmed on a day, perhaps with its number."""
    proof = Confirmation(on=date.fromisoformat(on), how="письмо пресс-службы")
    return account(name=name).model_copy(update={"confirmed": proof, "id": number})


def book_of(*accounts: Any) -> Registry:
    """One holder with these pages."""
    return registry(office(tenure(since="2019", accounts=list(accounts))))


def rows(*looks: Snapshot | StoredSnapshot) -> dict[str, list[StoredSnapshot]]:
    """Looks as the archive has them, each for the last week that had ended."""
    seen: dict[str, list[StoredSnapshot]] = {}
    for look in looks:
        row = look if isinstance(look, StoredSnapshot) else _stored(look)
        seen.setdefault(row.snapshot.url, []).append(row)
    return seen


def _stored(look: Snapshot) -> StoredSnapshot:
    return StoredSnapshot(str(Week.last_ended(look.taken_at, TOMSK)), look)


def judged(book: Registry, *looks: Snapshot | StoredSnapshot, as_of: datetime = NOW) -> Audit:
    """The week of the one office."""
    return worded(make_audit(book, WEEK, as_of, rows(*looks)), RU)


def existence(audit: Audit) -> AuditedFinding:
    """The finding about the page under its old address."""
    found = audit.offices[0].finding("account_exists", OLD)
    assert found is not None
    return found


AWAY = snapshot(taken_at=NOW - timedelta(days=14), renamed_to=NEW, **CLIENT)
LOOKS = {
    "a number on record that was never seen": (
        page(number=7), [snapshot(posts=posts(1, 2, 3))], ("cantTell", "not_at_address")
    ),
    "renamed, then nobody": (page(), [AWAY, snapshot(**NOBODY)], ("cantTell", "not_at_address")),
    "and back in between": (page(), [AWAY, snapshot(**WEEK_AGO), snapshot(**NOBODY)], ("passed", None)),
    "closed to the client": (
        page(), [snapshot(**NOBODY), snapshot(cause=Cause.PRIVATE, **CLIENT)], ("passed", None)
    ),
    "the client alone knows of the new name": (
        page(number=OURS), [snapshot(**NOBODY), snapshot(renamed_to=NEW, **CLIENT)], ("passed", None)
    ),
    "where another has the old one": (
        page(number=OURS), [snapshot(id=THEIRS, posts_cause=Cause.GONE), snapshot(renamed_to=NEW, **CLIENT)],
        ("passed", None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("known", "looks", "verdict"), LOOKS.values(), ids=LOOKS.keys())
def test_a_free_name_says_nothing_of_a_page(known: Any, looks: list[Snapshot], verdict: tuple[str, str | None]) -> None:
    """What a look in time saw was there; one way says nobody, the other what it is: what is seen counts."""
    found = existence(judged(book_of(known), *looks))
    assert (found.outcome, found.cause) == verdict


def test_of_a_page_with_another_number_both_numbers_are_told_and_nothing_is_judged() -> None:
    """Until it is settled which of them is his; an institution's page with another number is another page too."""
    audit = judged(book_of(page(number=7)), snapshot(posts=posts(1, 2, 3), **opened("2021-10-12")))
    found = existence(audit)
    assert (found.params["expected"], found.params["seen"]) == ("7", str(OURS))
    assert {f.outcome for f in audit.offices[0].findings if f.check == "posts_per_week"} == {"cantTell"}
    body = page().model_copy(update={"kind": AccountKind.INSTITUTION})
    audit = judged(registry(office(tenure(since="2019"), accounts=[body])), snapshot(**WEEK_AGO), snapshot(id=THEIRS))
    found = existence(audit)
    assert (found.outcome, found.cause, found.params["seen"]) == ("cantTell", "not_at_address", str(THEIRS))
    assert [f.check for f in audit.offices[0].findings if f.account == OLD] == ["account_exists"]


def test_a_takeover_leaves_the_opening_as_it_was_seen() -> None:
    """Only the page's own looks date it."""
    before = snapshot(taken_at=NOW - timedelta(days=20), **opened("2021-10-12"))
    taken = {"id": THEIRS, "posts_cause": Cause.GONE}
    audit = judged(book_of(page()), before, snapshot(taken_at=NOW - timedelta(days=8), **taken), snapshot(**taken))
    assert audit.offices[0].verdict == "passed"
    assert audit.offices[0].accounts[0].taken_over_by == THEIRS


def test_a_later_confirmation_of_the_same_address_confirms_the_page_that_is_there_now() -> None:
    """What was another's until then is the confirmed page since; the newest of several counts."""
    looks = [snapshot(taken_at=NOW - timedelta(days=20)), snapshot(id=THEIRS, posts=posts(1, 2, 3))]
    assert judged(book_of(page()), *looks).watch.taken_over == 1
    again = judged(book_of(page(on="2026-11-20")), *looks)
    assert (again.watch.taken_over, again.offices[0].accounts[0].facts.exists) == (0, True)
    acting = tenure(since="2019", until="2026-05-31", accounts=[page(on="2020-01-01")])
    elected = tenure(since="2026-06-01", accounts=[page()])
    (shown,) = judged(registry(office(acting, elected))).offices[0].accounts
    assert (shown.confirmed and shown.confirmed.on, shown.under_review) == (date(2026, 11, 1), False)


def test_a_page_on_record_under_both_its_names_counts_once() -> None:
    """The operator wrote the new address beside the old one: the posts are not doubled."""
    book, line = book_of(page(), page("perviy_rayon_novoe")), posts(1, 2, 3, 4)
    (seat,) = judged(book, snapshot(renamed_to=NEW, posts=line), snapshot(url=NEW, posts=line)).offices
    assert seat.finding("posts_per_week").values["posts"] == 4
    assert [a.url for a in seat.accounts] == [NEW]


@pytest.mark.parametrize(("weight", "renamed"), [(Weight.FULL, NEW), (Weight.FOR_HIM, None)])
def test_a_rename_is_shown_where_the_look_that_says_so_is_believed(weight: Weight, renamed: str | None) -> None:
    """What a run with a failed control says is neither shown nor followed; the posts are those of the page."""
    look = snapshot(renamed_to=NEW, posts=posts(1, 2))
    audit = judged(book_of(page()), StoredSnapshot(str(WEEK), look, weight=weight))
    assert audit.offices[0].accounts[0].renamed_to == renamed
    assert audit.watch.renamed == (renamed is not None)


@pytest.mark.parametrize(
    ("known", "number", "was_seen"),
    [(page(), OURS, True), (page(number=OURS), OURS, True), (page(number=7), 7, False), (page("drugoy"), None, False)],
)
def test_a_target_knows_its_number_from_the_registry_or_from_what_was_seen(
    known: Any, number: int | None, was_seen: bool
) -> None:
    """The registry's first; one that was never seen under the address says so."""
    book = book_of(known)
    (target,) = targets_of(book, WEEK, NOW, book.offices, rows(snapshot(**WEEK_AGO)))
    assert (target.id, target.id_seen) == (number, was_seen)


def test_what_is_under_review_is_marked_on_the_page_in_the_terminal_and_in_the_summary() -> None:
    """And is judged all the same."""
    mark = "принадлежность пора подтвердить заново"
    seen = snapshot(posts=posts(1, 2, 3), **opened("2021-10-12"))
    old, fresh = (judged(book_of(page(on=day)), seen) for day in ("2025-01-10", "2026-11-01"))
    assert (old.watch.under_review, old.offices[0].verdict) == (1, "passed")
    assert [line for line in notices(old, RU) if line.startswith("1 подтверждение старше 365 дней")]
    assert mark in " ".join(card(old, RU).split())
    assert mark in whole(old, RU)
    assert notices(fresh, RU) == []
    assert mark not in whole(fresh, RU)
