"""Every run compares numbers: a renamed page keeps its history, a name taken over is judged no more."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.audit.judge import make_audit
from auditor.audit.words import worded
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, Route, Snapshot, StoredSnapshot, Weight
from auditor.base.text import write_time
from auditor.base.weeks import Week
from auditor.probes.base import Target
from auditor.registry import load_registry
from auditor.registry.holders import days_since, under_review
from auditor.registry.models import AccountKind, Confirmation, Registry
from auditor.registry.page_identity import with_earlier_names
from auditor.report.notices import notices
from auditor.run.plan import targets_of
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.cases import NOW, TOMSK, WEEK, account, case, judge, office, opened, posts, registry, snapshot, tenure
from tests.command import auditor
from tests.pages import card, whole
from tests.pipeline import audited, session_of
from tests.truth import differences, truth_of

RU = Catalogue("ru", TOMSK)
OLD, NEW = "https://t.me/perviy_rayon", "https://t.me/perviy_rayon_novoe"
OURS, THEIRS = 1500000001, 1600000002


# Two weeks of a world in which pages change their names -----------------------------------------------------------


@contextmanager
def two_weeks(folder: Path, *, client: bool) -> Iterator[tuple[World, Sandbox, Session, Audit]]:
    """Look under the names on record, and a week later, when they are others."""
    world = worlds.renamed()
    (folder / "client").mkdir(parents=True)
    with Sandbox(world) as sandbox:
        environ = sandbox.settings(client=folder / "client") if client else sandbox.settings()
        sandbox.now = world.now - timedelta(weeks=1)
        audited(session_of(world, folder, environ, sandbox.now))
        sandbox.now = world.now
        session = session_of(world, folder, environ, sandbox.now)
        yield world, sandbox, session, audited(session)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Session, Audit]:
    """What two weeks with a signed-in client came to; nothing in its folders may be changed."""
    with two_weeks(tmp_path_factory.mktemp("known"), client=True) as (world, _, session, audit):
        return world, session, audit


def existence(audit: Audit, number: int) -> AuditedFinding:
    audited_office = audit.offices[number - 1]
    found = audited_office.finding("account_exists", audited_office.accounts[0].url)
    assert found is not None
    return found


PRACTICE = {"posts_per_week", "longest_silence", "comments_open", "comments_answered"}


def on_disk(folder: Path) -> bytes:
    """Every file as it is and unpacked."""
    files = [f.read_bytes() for f in folder.rglob("*") if f.is_file()]
    return b"\n".join(files + [gzip.decompress(f) for f in files if f.startswith(b"\x1f\x8b")])


def seen_before(row: str) -> bool:
    """Tell whether a difference is of what an earlier look of the week saw of a page that is not found now.

    It counts to the person's good; the truth of the world speaks of the last look alone.
    """
    office, check, *_ = row.split()
    return office in {"rayon-02", "rayon-03", "rayon-04", "rayon-08"} and check in {*PRACTICE, "account_exists"}


def known_before(row: str) -> bool:
    """Tell whether a difference is of a fact that an earlier look of the week tells of a page not found now."""
    return row.split()[1] == "register_link" and row.split(maxsplit=1)[0] in {"rayon-02", "rayon-03", "rayon-04"}


def not_asked_again(row: str) -> bool:
    """Tell whether a difference is of comments that came under a post of an earlier week after its talk had been read.

    The preview counts no comments, so such a talk is asked for again only where much is unanswered: fewer comments may
    be seen than there are, and no outcome differs by it.
    """
    _, check, _, name, *rest = row.split()
    if (check, *rest[:1]) != ("comments_answered", "="):
        return False
    seen, truth = int(rest[1].rstrip(",")), int(rest[-1])
    return name in {"comments", "questions", "due", "answered_in_time"} and seen < truth


def test_a_renamed_page_is_judged_with_its_history_and_a_lost_one_is_not(known: tuple[World, Session, Audit]) -> None:
    """With a signed-in client every finding equals the world's truth, and each page's new address is told."""
    world, session, audit = known
    assert [row for row in differences(audit, truth_of(world)) if not seen_before(row)] == []
    before = session.registry_path.read_text(encoding="utf-8")
    for move in world.moves:
        number = int(move.office.removeprefix("rayon-"))
        page = audit.offices[number - 1].accounts[0]
        found = existence(audit, number)
        assert page.url == move.old
        if move.new:
            assert (page.renamed_to, page.id) == (move.new, move.number)
            assert move.new in found.message
        elif move.network == "vk":  # by its number it is gone, and was there in the week: an earlier look saw it
            assert (found.outcome, page.renamed_to, page.taken_over_by) == ("passed", None, None)
        else:
            assert (page.renamed_to, page.taken_over_by) == (None, move.taken_by)
            assert str(move.number) in found.message
            assert str(move.taken_by) in found.message
            assert page.facts.subscribers is None
    assert (audit.watch.renamed, audit.watch.taken_over) == (5, 1)
    assert before == world.registry_yaml()


def test_by_the_preview_alone_a_renamed_channel_is_not_found_at_its_address(tmp_path: Path) -> None:
    """It knows names and no numbers, so it says "not found at the address", and of nothing that it was deleted."""
    with two_weeks(tmp_path, client=False) as (world, _, _, audit):
        wrong = differences(audit, truth_of(world, names_only=["telegram"]))
        assert [r for r in wrong if not (seen_before(r) or known_before(r) or not_asked_again(r))] == []
    second, third = existence(audit, 2), existence(audit, 3)
    assert (second.outcome, second.cause) == ("passed", None)  # a look of the week had seen it
    assert (third.outcome, third.cause) == ("cantTell", "not_at_address")
    assert "удал" not in audit.to_json()


def test_nothing_of_who_took_a_name_is_kept(known: tuple[World, Session, Audit]) -> None:
    """Neither its words in the evidence nor its posts in the archive: a number and that it was there."""
    world, session, audit = known
    written = on_disk(session.data) + audit.to_json().encode()
    assert len(world.strangers) > 8
    assert [word for word in world.strangers if word.encode() in written] == []
    with Archive.read(session.data) as archive:
        rows = [row for found in archive.looks.snapshots(world.now).values() for row in found]
    takers = {move.taken_by for move in world.moves}
    assert {row.snapshot.posts for row in rows if row.snapshot.id in takers} == {()}


def test_a_client_that_has_met_a_channel_looks_up_no_name_of_it_again(tmp_path: Path) -> None:
    """A third run asks the renamed by number: no name is looked up but that of the one who is lost."""
    with two_weeks(tmp_path, client=True) as (world, sandbox, session, _):
        before = len(sandbox.requests)
        sandbox.now = world.now + timedelta(hours=1)
        again = audited(replace(session, as_of=sandbox.now))
        methods = [r.method for r in sandbox.requests[before:] if r.network == "MTPROTO"]
    assert methods.count("contacts.resolveUsername") == 0
    assert again.offices[1].accounts[0].renamed_to == world.moves[0].new


def test_while_the_client_is_out_a_channel_known_to_be_renamed_is_not_called_missing(tmp_path: Path) -> None:
    """The preview finds nobody under the old name; that it is elsewhere was seen before."""
    with two_weeks(tmp_path, client=True) as (world, sandbox, session, _):
        sandbox.now = world.now + timedelta(weeks=1)
        sandbox.faults.on("mtproto_down")
        later = audited(replace(session, as_of=sandbox.now))
    found = existence(later, 2)
    assert (found.outcome, found.cause) == ("passed", None), "an earlier look of the week has seen it"
    assert world.moves[0].new in found.message
    assert later.offices[1].verdict == "passed"


def test_the_operator_is_told_what_to_write_and_the_reader_where_the_page_is(
    known: tuple[World, Session, Audit], tmp_path: Path
) -> None:
    """The command line names the command; the card and the page show both addresses."""
    world, session, audit = known
    move = world.moves[0]
    lines = notices(audit, session.words)
    assert any(f"auditor accounts confirm {move.office} {move.new} --id {move.number}" in line for line in lines)
    assert sum("другим номером" in line for line in lines) == 1
    one = audit.model_copy(update={"offices": audit.offices[1:2]})
    shown = " ".join(card(one, session.words, notices=notices(one, session.words)).split())
    assert f"теперь страница по адресу {move.new.removeprefix('https://')}" in shown
    assert f"auditor accounts confirm {move.office}" in shown
    page = whole(audit, session.words)
    assert f'href="{move.old}"' in page
    assert f'href="{move.new}"' in page
    done = auditor("report", "--registry", session.registry_path, "--data", session.data, "--out", tmp_path / "r",
                   "--as-of", write_time(world.now), cwd=tmp_path)  # fmt: skip
    assert [line for line in done.out.splitlines() if line.startswith("! ")] == [f"! {line}" for line in lines]


def test_the_new_address_once_on_record_has_the_history_of_the_old(
    known: tuple[World, Session, Audit], tmp_path: Path
) -> None:
    """The operator writes the new address; the opening seen under the old one still counts, and the week too."""
    world, session, audit = known
    move, book = world.moves[0], tmp_path / "officials.yaml"
    text = session.registry_path.read_text(encoding="utf-8").replace(move.old, move.new)
    book.write_text(text, encoding="utf-8")
    moved = replace(session, registry=load_registry(book))
    with Archive.read(session.data) as archive:
        week = Week.parse(world.week, moved.registry.zone)
        again = judge_week(moved, archive, week, world.now)
        found = targets_of(moved.registry, week, world.now, moved.registry.offices, archive.looks.snapshots(world.now))
    same = next(t for t in found if t.address.url == move.new)
    here, there = again.offices[1], audit.offices[1]
    assert (here.accounts[0].url, here.accounts[0].renamed_to) == (move.new, None)
    assert here.accounts[0].facts.opened_at == there.accounts[0].facts.opened_at
    assert outcomes(here) == outcomes(there)
    assert (same.id, same.id_seen) == (move.number, True)


def outcomes(one: AuditedOffice) -> list[tuple[str, str, str | None]]:
    return [(f.check, f.outcome, f.cause) for f in one.findings]


# What is made of it -----------------------------------------------------------------------------------------------


def found_at(audit: Audit, check: str = "account_exists") -> AuditedFinding:
    """The finding about the page under its old address."""
    found = audit.offices[0].finding(check, OLD)
    assert found is not None
    return found


def rows(*snapshots: Snapshot) -> dict[str, list[StoredSnapshot]]:
    """Looks as the archive has them, each for the last week that had ended."""
    found: dict[str, list[StoredSnapshot]] = {}
    for one in snapshots:
        week = Week.last_ended(one.taken_at, TOMSK)
        found.setdefault(one.url, []).append(StoredSnapshot(str(week), one))
    return found


def page(name: str = "perviy_rayon", *, on: date = date(2026, 11, 1), number: int | None = None) -> Any:
    proof = Confirmation(on=on, how="письмо пресс-службы")
    return account(name=name).model_copy(update={"confirmed": proof, "id": number})


def book_of(*accounts: Any) -> Registry:
    return registry(office(tenure(since="2019", accounts=list(accounts))))


def judged(book: Registry, seen: dict[str, list[StoredSnapshot]], as_of: datetime = NOW) -> Audit:
    return worded(make_audit(book, WEEK, as_of, seen), RU)


def test_a_number_on_record_that_was_never_seen_right_may_be_wrong() -> None:
    """The message names both, and nothing is judged until that is settled."""
    audit = judged(book_of(page(number=7)), rows(snapshot(posts=posts(1, 2, 3), **opened("2021-10-12"))))
    found = found_at(audit)
    assert (found.outcome, found.cause) == ("cantTell", "not_at_address")
    assert (found.params["expected"], found.params["seen"]) == ("7", str(OURS))
    assert {f.outcome for f in audit.offices[0].findings if f.check == "posts_per_week"} == {"cantTell"}


def test_a_takeover_leaves_the_opening_as_it_was_seen() -> None:
    """Only the page's own looks date it."""
    before = snapshot(taken_at=NOW - timedelta(days=20), **opened("2021-10-12"))
    first = snapshot(taken_at=NOW - timedelta(days=8), id=THEIRS, posts_cause=Cause.GONE)
    audit = judged(book_of(page()), rows(before, first, snapshot(id=THEIRS, posts_cause=Cause.GONE)))
    assert audit.offices[0].verdict == "passed"
    assert audit.offices[0].accounts[0].taken_over_by == THEIRS


def test_a_later_confirmation_of_the_same_address_confirms_the_page_that_is_there_now() -> None:
    """What was another's until then is the confirmed page since."""
    before = snapshot(taken_at=NOW - timedelta(days=20))
    now = snapshot(id=THEIRS, posts=posts(1, 2, 3))
    assert judged(book_of(page()), rows(before, now)).watch.taken_over == 1
    again = judged(book_of(page(on=date(2026, 11, 20))), rows(before, now))
    assert (again.watch.taken_over, again.offices[0].accounts[0].facts.exists) == (0, True)


def test_the_newest_of_several_confirmations_counts() -> None:
    """An acting head who is elected has two tenures, and may be confirmed in each."""
    first = tenure(since="2019", until="2026-05-31", accounts=[page(on=date(2020, 1, 1))])
    second = tenure(since="2026-06-01", accounts=[page(on=date(2026, 11, 1))])
    audit = worded(make_audit(registry(office(first, second)), WEEK, NOW, {}), RU)
    assert [(a.confirmed and a.confirmed.on, a.under_review) for a in audit.offices[0].accounts] == [
        (date(2026, 11, 1), False)
    ]


def test_a_page_on_record_under_both_its_names_counts_once() -> None:
    """The operator wrote the new address beside the old one: the posts are not doubled."""
    old = snapshot(renamed_to=NEW, posts=posts(1, 2, 3, 4))
    new = snapshot(url=NEW, posts=posts(1, 2, 3, 4))
    audit = judged(book_of(page(), page("perviy_rayon_novoe")), rows(old, new))
    found = audit.offices[0].finding("posts_per_week")
    assert found is not None
    assert found.values["posts"] == 4
    assert [a.url for a in audit.offices[0].accounts] == [NEW]


def test_an_address_that_was_anothers_takes_no_history_over() -> None:
    """A page was renamed to an address under which another was seen before: the two stay apart."""
    theirs = snapshot(url=NEW, id=THEIRS, taken_at=NOW - timedelta(days=30))
    moved = snapshot(renamed_to=NEW)
    seen = rows(theirs, moved)
    assert with_earlier_names(seen)[NEW] == seen[NEW]
    free = rows(snapshot(taken_at=NOW - timedelta(days=30)), moved)
    assert [r.snapshot.url for r in with_earlier_names(free)[NEW]] == [OLD, OLD]


def test_a_distrusted_rename_moves_nothing() -> None:
    """What a run with a failed control says is neither shown nor followed."""
    row = StoredSnapshot(str(WEEK), snapshot(renamed_to=NEW), weight=Weight.FOR_HIM)
    assert NEW not in with_earlier_names({OLD: [row]})
    audit = judged(book_of(page()), {OLD: [row]})
    assert audit.offices[0].accounts[0].renamed_to is None
    assert audit.watch.renamed == 0


@pytest.mark.parametrize(
    ("fields", "trusted"),
    [({"id": THEIRS}, False), ({"id": None, "exists": None, "cause": Cause.UNREACHABLE}, True)],
)
def test_only_a_believed_look_with_a_number_says_whose_the_new_address_was(
    fields: dict[str, Any], trusted: bool
) -> None:
    """A look whose control failed, or that saw no number, does not make the new address another page's."""
    before = NOW - timedelta(days=7)
    first = StoredSnapshot(
        str(WEEK), snapshot(url=NEW, taken_at=before, **fields), weight=Weight.FULL if trusted else Weight.FOR_HIM
    )
    moved = StoredSnapshot(str(WEEK), snapshot(renamed_to=NEW))
    joined = with_earlier_names({OLD: [moved], NEW: [first]})
    assert joined[NEW] == [first, moved]
    assert joined[OLD] == [moved]


def test_the_client_alone_speaks_of_a_renamed_channel() -> None:
    """To the preview the name is nobody's or another's; the posts are the client's."""
    there = snapshot(route=Route.TELEGRAM_CLIENT, renamed_to=NEW, posts=posts(1, 2))
    for here in (
        snapshot(exists=None, id=None, kind=None, cause=Cause.NOT_AT_ADDRESS),
        snapshot(id=THEIRS, posts_cause=Cause.GONE),
    ):
        before = snapshot(taken_at=NOW - timedelta(days=20))
        (one,) = judged(book_of(page(number=OURS)), rows(before, here, there)).offices
        assert (one.accounts[0].renamed_to, len(one.posts)) == (NEW, 2)


def test_a_page_that_came_back_to_its_name_can_be_missing_again() -> None:
    """A free name says nothing of a page; what a look in time saw was there."""
    away = snapshot(taken_at=NOW - timedelta(days=14), route=Route.TELEGRAM_CLIENT, renamed_to=NEW)
    back = snapshot(taken_at=NOW - timedelta(days=7))
    missing = snapshot(exists=None, id=None, kind=None, cause=Cause.NOT_AT_ADDRESS)

    def told(*looks: Snapshot) -> tuple[str, str | None]:
        found = found_at(judged(book_of(page()), rows(*looks)))
        return found.outcome, found.cause

    assert told(away, missing) == ("cantTell", "not_at_address")
    assert told(away, back, missing) == ("passed", None), "a look of the week has seen it"


def test_a_channel_closed_to_the_client_is_not_missing_because_its_name_is() -> None:
    """One way says nobody, the other that it is there and closed: what is seen counts."""
    closed = snapshot(route=Route.TELEGRAM_CLIENT, cause=Cause.PRIVATE)
    audit = judged(book_of(page()), rows(snapshot(exists=None, id=None, kind=None, cause=Cause.NOT_AT_ADDRESS), closed))
    found = found_at(audit)
    assert (found.outcome, found.cause) == ("passed", None)


def test_an_institutions_page_with_another_number_than_last_week_is_another_page() -> None:
    """The page on record is gone: the finding names the number that was seen instead."""
    book = registry(
        office(tenure(since="2019"), accounts=[page().model_copy(update={"kind": AccountKind.INSTITUTION})])
    )
    audit = judged(book, rows(snapshot(taken_at=NOW - timedelta(days=7)), snapshot(id=THEIRS)))
    found = found_at(audit)
    assert (found.outcome, found.cause, found.params["seen"]) == ("cantTell", "not_at_address", str(THEIRS))
    assert [f.check for f in audit.offices[0].findings if f.account == OLD] == ["account_exists"]


def test_a_target_knows_its_number_from_the_registry_or_from_what_was_seen() -> None:
    """The registry's first; one that was never seen under the address says so."""
    seen = rows(snapshot(taken_at=NOW - timedelta(days=7)))

    def planned(known: Any) -> tuple[int | None, bool]:
        book = book_of(known)
        (one,) = targets_of(book, WEEK, NOW, book.offices, seen)
        assert isinstance(one, Target)
        return one.id, one.id_seen

    assert planned(page()) == (OURS, True)
    assert planned(page(number=OURS)) == (OURS, True)
    assert planned(page(number=7)) == (7, False)
    assert planned(page("drugoy_rayon")) == (None, False)


# Old confirmations ------------------------------------------------------------------------------------------------


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(-400, 400), st.integers(1, 365))
def test_a_confirmation_is_under_review_once_it_is_older_than_it_may_be(on: date, days: int, valid: int) -> None:
    """Not on its last day, and never before it was made."""
    proof, day = Confirmation(on=on, how="—"), on + timedelta(days=days)
    assert under_review(proof, day, valid) is (days > valid)
    assert days_since(proof, day) == (days if days >= 0 else None)


@pytest.mark.parametrize(
    ("on", "review"), [("2025-11-22", False), ("2025-11-21", True), ("2026-11-22", False), ("2026-11-23", False)]
)
def test_an_old_confirmation_has_to_be_made_anew(on: str, review: bool) -> None:
    """Counted to the week's last day, 22 November, whenever it is judged."""
    what = case([tenure(since="2019", accounts=[page(on=date.fromisoformat(on))])], snapshot())
    for found in judge("account_confirmed", what):
        assert (found.outcome, found.cause) == (("cantTell", "stale") if review else ("passed", None))
    assert {found.outcome for found in judge("account_exists", what)} == {"passed"}


def test_in_an_open_week_the_age_is_counted_to_the_moment_of_the_audit() -> None:
    """The clock is passed in."""
    what = case(
        [tenure(since="2019", accounts=[page(on=date(2025, 11, 21))])],
        snapshot(),
        as_of=WEEK.starts + timedelta(days=5),
    )
    assert {found.outcome for found in judge("account_confirmed", what)} == {"passed"}


def test_what_is_under_review_is_marked_on_the_page_in_the_terminal_and_in_the_summary() -> None:
    """And is judged all the same."""
    audit = judged(book_of(page(on=date(2025, 1, 10))), rows(snapshot(posts=posts(1, 2, 3), **opened("2021-10-12"))))
    assert (audit.watch.under_review, audit.offices[0].verdict) == (1, "passed")
    assert [line for line in notices(audit, RU) if line.startswith("1 подтверждение старше 365 дней")]
    assert "принадлежность пора подтвердить заново" in " ".join(card(audit, RU).split())
    assert "принадлежность пора подтвердить заново" in whole(audit, RU)
    fresh = judged(book_of(page()), rows(snapshot()))
    assert notices(fresh, RU) == []
    assert "принадлежность пора подтвердить заново" not in whole(fresh, RU)
