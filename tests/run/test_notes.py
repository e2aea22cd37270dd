"""What a look was given, as the archive keeps it: with the stored answers it is all that a replay needs."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from auditor.base.address import Address
from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Route, Snapshot
from auditor.probes.base import Target, Window
from auditor.probes.looks import Failure
from auditor.run.notes import Note
from tests.cases import NOW, WEEK
from tests.probes.toy import PLUGIN, Page, Talk
from tests.run.helpers import END, OWN

TARGET, WINDOW = Target(Address.parse("vk.com/perviy")), Window.of(WEEK, NOW)


def test_a_note_keeps_the_form_that_archives_hold() -> None:
    """Names, order, addresses as they were asked for; an unknown field or a time without a zone is refused."""
    others = frozenset({Address.parse("vk.com/rayon"), Address.parse("t.me/+AbCdEfGhIjK")})
    target = Target(
        Address.parse("t.me/Perviy_Rayon"), staff=(5, "staff"), others=others, names=("Имярек",), id=-7, id_seen=True
    )
    target = replace(target, numbers={"rayon": -9}, unknown=frozenset({"staff"}), skip={5: 2}, posts_until=WEEK.starts)
    note = Note(target=target, window=Window.of(WEEK, WEEK.ends))
    text = note.model_dump_json()
    assert json.loads(text)["target"] == {
        "address": "https://t.me/Perviy_Rayon",
        "full": True,
        "staff": [5, "staff"],
        "others": ["https://t.me/+AbCdEfGhIjK", "https://vk.com/rayon"],
        "own": [],
        "institution": [],
        "names": ["Имярек"],
        "id": -7,
        "id_seen": True,
        "photos_before": None,
        "sides": "",
        "numbers": {"rayon": -9},
        "unknown": ["staff"],
        "skip": {"5": 2},
        "posts_until": "2026-11-15T17:00:00Z",
        "opening_known": False,
        "subscribers": None,
        "control": "",
    }
    again = Note.model_validate_json(text)
    assert (again, again.target.address.asked) == (note, "Perviy_Rayon")
    starts = json.loads(text)["window"]["starts"]
    for old, new in (('"full":true', '"full":true,"more":1'), (starts, starts.removesuffix("Z"))):
        with pytest.raises(ValidationError):
            Note.model_validate_json(text.replace(old, new))


@pytest.mark.parametrize(
    ("unknown", "answer", "is_open"),
    [
        ((), None, False),
        (("staff",), None, True),
        ((), Failure(at=END, cause=Cause.THROTTLED), True),
        ((), Failure(at=END, cause=Cause.UNRECOGNISED_PAGE), True),
        ((), Failure(at=END, cause=Cause.REFUSED), False),
    ],
    ids=str,
)
def test_a_look_says_whether_a_side_may_be_told_otherwise(
    unknown: tuple[str, ...], answer: Failure | None, is_open: bool
) -> None:
    """By a number on record that was not found out, and by an answer about comments that did not come."""
    look = Note(target=replace(TARGET, unknown=frozenset(unknown)), window=WINDOW).look(PLUGIN)
    assert next(look).kind is EvidenceKind.POSTS
    look.send(Page(at=END, id=7, posts=(OWN,)))
    with pytest.raises(StopIteration) as end:
        look.send(answer or Talk(at=END, comments=0))
    assert end.value.value.sides_open is is_open


def test_a_page_that_did_not_come_leaves_no_side_open() -> None:
    """Only what is asked about comments decides whose they are."""
    look = Note(target=TARGET, window=WINDOW).look(PLUGIN)
    next(look)
    with pytest.raises(StopIteration) as end:
        look.send(Failure(at=END, cause=Cause.THROTTLED))
    assert end.value.value.sides_open is False


@pytest.mark.parametrize(
    ("live", "minutes", "cause"), [(True, 10, None), (True, 11, Cause.UNRECOGNISED_PAGE), (False, 11, None)]
)
def test_posts_that_are_yet_to_come_are_not_believed(live: bool, minutes: int, cause: Cause | None) -> None:
    """By the machine's clock, ten minutes aside: the page or our clock is wrong, and nothing follows from its posts."""
    look = Note(target=TARGET, window=WINDOW, live=live).look(PLUGIN)
    next(look)
    late = Page(at=NOW, id=7, posts=(NOW + timedelta(minutes=minutes),))
    look.send(late)
    with pytest.raises(StopIteration) as end:
        look.send(Talk(at=NOW, comments=0))
    stored = Note(target=TARGET, window=WINDOW, live=live).stored(end.value.value, Route.VK, (), NOW, "here")
    assert isinstance(stored, Snapshot)
    assert (stored.exists, stored.posts_cause, stored.vantage) == (True, cause, "here")


def test_what_broke_claims_nothing() -> None:
    """Neither a look nor a control."""
    look = Note(target=TARGET, window=WINDOW).stored(None, Route.VK, (), NOW, "here")
    control = Note(target=TARGET, exists=True).stored(None, Route.VK, (), NOW, "here")
    assert isinstance(look, Snapshot)
    assert (look.exists, look.cause, look.taken_at, look.url) == (
        None,
        Cause.UNRECOGNISED_PAGE,
        NOW,
        TARGET.address.url,
    )
    assert not isinstance(control, Snapshot)
    assert (control.outcome, control.cause, control.expected) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE, True)
