"""Every run compares numbers: a renamed page keeps its history, a name taken over is judged no more."""

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.weeks import Week
from auditor.checks import catalogue
from auditor.checks.finding import Place
from auditor.registry import load_registry
from auditor.report.notices import notices
from auditor.run.plan import targets_of
from auditor.run.session import Session
from auditor.run.week import judge_week
from auditor.sandbox import Sandbox
from tests import worlds
from tests.pages import card, whole
from tests.pipeline import audited, session_of
from tests.truth import differences, truth_of
from tests.truth.told import ToldWorld


@contextmanager
def two_weeks(folder: Path, *, client: bool) -> Iterator[tuple[ToldWorld, Sandbox, Session, Audit]]:
    """Look under the names on record, and a week later, when they are others."""
    world = worlds.renamed()
    (folder / "client").mkdir(parents=True)
    with Sandbox(world) as sandbox:
        environ = sandbox.settings(client=folder / "client" if client else None)
        sandbox.now = world.now - timedelta(weeks=1)
        audited(session_of(world, folder, environ, sandbox.now))
        sandbox.now = world.now
        session = session_of(world, folder, environ, sandbox.now)
        yield world, sandbox, session, audited(session)


@dataclass(frozen=True)
class Known:
    """What the runs with a signed-in client came to; nothing in the session's folders may be changed."""

    world: ToldWorld
    session: Session
    audit: Audit
    written: bytes
    """Every file after two weeks, as it is and unpacked."""
    again: Audit
    """An hour later."""
    methods: Counter[str]
    """What that third run asked for."""
    later: Audit
    """A week later, when the client is out."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Known:
    """Two weeks, an hour more, and a week without the client."""
    with two_weeks(tmp_path_factory.mktemp("known"), client=True) as (world, sandbox, session, audit):
        written, before = on_disk(session.data), len(sandbox.requests)
        sandbox.now = world.now + timedelta(hours=1)
        again = audited(replace(session, as_of=sandbox.now))
        methods = Counter(r.method for r in sandbox.requests[before:] if r.network == "MTPROTO")
        sandbox.now = world.now + timedelta(weeks=1)
        sandbox.faults.on("mtproto_down")
        later = audited(replace(session, as_of=sandbox.now))
    return Known(world, session, audit, written, again, methods, later)


def on_disk(folder: Path) -> bytes:
    """Every file as it is and unpacked."""
    files = [f.read_bytes() for f in folder.rglob("*") if f.is_file()]
    return b"\n".join(files + [gzip.decompress(f) for f in files if f.startswith(b"\x1f\x8b")])


def existence(audit: Audit, number: int) -> AuditedFinding:
    """What is said of the first page of an office."""
    office = audit.offices[number - 1]
    found = office.finding("account_exists", office.accounts[0].url)
    assert found is not None
    return found


def wrong(audit: Audit, world: ToldWorld, *, names_only: bool = False) -> list[str]:
    """The differences from the truth, without those that tell what an earlier look of the week saw.

    That counts to the person's good; the truth of the world speaks of the last look alone.
    """
    rows = differences(audit, truth_of(world, names_only=["telegram"] if names_only else []))
    rows = [row for row in rows if not _seen_before(row)]
    return [row for row in rows if not (names_only and (_known_before(row) or _not_asked_again(row)))]


PRACTICE = {check.name for check in catalogue() if check.place is Place.PRACTICE}


def _seen_before(row: str) -> bool:
    office, check, *_ = row.split()
    return office in {"rayon-02", "rayon-03", "rayon-04", "rayon-08"} and check in {*PRACTICE, "account_exists"}


def _known_before(row: str) -> bool:
    """Tell whether a difference is of a fact that an earlier look of the week tells of a page not found now."""
    office, check, *_ = row.split()
    return check == "register_link" and office in {"rayon-02", "rayon-03", "rayon-04"}


def _not_asked_again(row: str) -> bool:
    """Tell whether a difference is of comments that came under a post of an earlier week after its talk had been read.

    The preview counts no comments, so such a talk is asked for again only where much is unanswered: fewer comments may
    be seen than there are, and no outcome differs by it.
    """
    _, check, _, name, *rest = row.split()
    if (check, *rest[:1]) != ("comments_answered", "="):
        return False
    seen, truth = int(rest[1].rstrip(",")), int(rest[-1])
    return name in {"comments", "questions", "due", "answered_in_time"} and seen < truth


def test_a_renamed_page_is_judged_with_its_history_and_a_lost_one_is_not(known: Known) -> None:
    """With a signed-in client every finding equals the world's truth, and each page's new address is told."""
    world, audit = known.world, known.audit
    assert wrong(audit, world) == []
    for move in world.moves:
        number = int(move.office.removeprefix("rayon-"))
        page, found = audit.offices[number - 1].accounts[0], existence(audit, number)
        assert page.url == move.old
        if move.new:
            assert (page.renamed_to, page.id) == (move.new, move.number)
            assert move.new in found.message
        elif move.network == "vk":  # by its number it is gone, and was there in the week: an earlier look saw it
            assert (found.outcome, page.renamed_to, page.taken_over_by) == ("passed", None, None)
        else:
            assert (page.renamed_to, page.taken_over_by) == (None, move.taken_by)
            assert {str(move.number), str(move.taken_by)} <= {*found.params.values()}
            assert page.facts.subscribers is None
    assert (audit.watch.renamed, audit.watch.taken_over) == (5, 1)
    assert known.session.registry_path.read_text(encoding="utf-8") == world.registry_yaml()


def test_by_the_preview_alone_a_renamed_channel_is_not_found_at_its_address(tmp_path: Path) -> None:
    """It knows names and no numbers, so it says "not found at the address", and of nothing that it was deleted."""
    with two_weeks(tmp_path, client=False) as (world, _, _, audit):
        assert wrong(audit, world, names_only=True) == []
    second, third = existence(audit, 2), existence(audit, 3)
    assert (second.outcome, second.cause) == ("passed", None)  # a look of the week had seen it
    assert (third.outcome, third.cause) == ("cantTell", "not_at_address")
    causes = {found.cause for office in audit.offices for found in office.findings if found.network == "telegram"}
    assert "gone" not in causes


def test_nothing_of_who_took_a_name_is_kept(known: Known) -> None:
    """Neither its words in the evidence nor its posts in the archive: a number and that it was there."""
    written = known.written + known.audit.to_json().encode()
    assert len(known.world.strangers) > 8
    assert [word for word in known.world.strangers if word.encode() in written] == []
    with Archive.read(known.session.data) as archive:
        rows = [row for found in archive.looks.snapshots(known.world.now).values() for row in found]
    takers = {move.taken_by for move in known.world.moves}
    assert {row.snapshot.posts for row in rows if row.snapshot.id in takers} == {()}


def test_a_client_that_has_met_a_channel_looks_up_no_name_of_it_again(known: Known) -> None:
    """A third run asks the renamed by number."""
    assert known.methods["contacts.resolveUsername"] == 0
    assert known.again.offices[1].accounts[0].renamed_to == known.world.moves[0].new


def test_while_the_client_is_out_a_channel_known_to_be_renamed_is_not_called_missing(known: Known) -> None:
    """The preview finds nobody under the old name; that it is elsewhere was seen before."""
    found = existence(known.later, 2)
    assert (found.outcome, found.cause, known.later.offices[1].verdict) == ("passed", None, "passed")
    assert known.world.moves[0].new in found.message


def test_the_operator_is_told_what_to_write_and_the_reader_where_the_page_is(known: Known) -> None:
    """The command line names the command; the card and the page show both addresses."""
    audit, words, move = known.audit, known.session.words, known.world.moves[0]
    command = f"auditor accounts confirm {move.office} {move.new} --id {move.number}"
    assert any(command in line for line in notices(audit, words))
    one = audit.model_copy(update={"offices": audit.offices[1:2]})
    shown, page = card(one, words, notices=notices(one, words)), whole(audit, words)
    assert move.new.removeprefix("https://") in shown
    assert f"auditor accounts confirm {move.office}" in " ".join(shown.split())
    assert f'href="{move.old}"' in page
    assert f'href="{move.new}"' in page


def test_the_new_address_once_on_record_has_the_history_of_the_old(known: Known, tmp_path: Path) -> None:
    """The operator writes the new address; the opening seen under the old one still counts, and the week too."""
    world, session, move, book = known.world, known.session, known.world.moves[0], tmp_path / "officials.yaml"
    text = session.registry_path.read_text(encoding="utf-8").replace(move.old, move.new)
    book.write_text(text, encoding="utf-8")
    moved = replace(session, registry=load_registry(book))
    with Archive.read(session.data) as archive:
        week = Week.parse(world.week, moved.registry.zone)
        again = judge_week(moved, archive, week, world.now)
        found = targets_of(moved.registry, week, world.now, moved.registry.offices, archive.looks.snapshots(world.now))
    same = next(t for t in found if t.address.url == move.new)
    here, there = again.offices[1], known.audit.offices[1]
    assert (here.accounts[0].url, here.accounts[0].renamed_to) == (move.new, None)
    assert here.accounts[0].facts.opened_at == there.accounts[0].facts.opened_at
    assert outcomes(here) == outcomes(there)
    assert (same.id, same.id_seen) == (move.number, True)


def outcomes(office: AuditedOffice) -> list[tuple[str, str, str | None]]:
    """What each check says."""
    return [(f.check, f.outcome, f.cause) for f in office.findings]
