"""What a look was given, as the archive keeps it: with the stored answers it is all that a replay needs."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from auditor.base.address import Address
from auditor.base.snapshot import Cause, Outcome, Route, Snapshot
from auditor.probes.protocol import Failure
from auditor.probes.target import Target, Window
from auditor.run.look_input import LookInput
from tests.cases import NOW, WEEK
from tests.probes.toy import PLUGIN, Page, Talk
from tests.run.helpers import END, OWN

TARGET, WINDOW = Target(Address.parse("vk.com/perviy")), Window.of(WEEK, NOW)
NOTE, PAGE = LookInput(target=TARGET, window=WINDOW), Page(at=END, id=7, posts=(OWN,))


def test_a_note_keeps_the_form_that_archives_hold() -> None:
    """Names, order, addresses as they were asked for; an unknown field or a time without a zone is refused."""
    others = frozenset({Address.parse("vk.com/rayon"), Address.parse("t.me/+AbCdEfGhIjK")})
    target = Target(Address.parse("t.me/Perviy_Rayon"), staff=(5, "staff"), others=others, id=-7)
    note = LookInput(target=replace(target, numbers={"rayon": -9}, skip={5: 2}, posts_until=WEEK.starts), window=WINDOW)
    text = note.model_dump_json()
    told = {"address": "https://t.me/Perviy_Rayon", "staff": [5, "staff"], "id": -7, "numbers": {"rayon": -9}}
    told |= {"own": [], "others": ["https://t.me/+AbCdEfGhIjK", "https://vk.com/rayon"], "skip": {"5": 2}}
    assert (told | {"posts_until": "2026-11-15T17:00:00Z"}).items() <= json.loads(text)["target"].items()
    again = LookInput.model_validate_json(text)
    assert (again, again.target.address.request_name) == (note, "Perviy_Rayon")
    starts = json.loads(text)["window"]["starts"]
    for old, new in (('"full":true', '"full":true,"more":1'), (starts, starts.removesuffix("Z"))):
        with pytest.raises(ValidationError):
            LookInput.model_validate_json(text.replace(old, new))


def watched(answers: Sequence[Any], *, note: LookInput = NOTE) -> Snapshot:
    """What a look sees that is answered so."""
    look = note.look(PLUGIN)
    next(look)
    for answer in answers[:-1]:
        look.send(answer)
    with pytest.raises(StopIteration) as end:
        look.send(answers[-1])
    seen: Snapshot = end.value.value
    return seen


@pytest.mark.parametrize(
    ("unknown", "answers", "is_open"),
    [
        ((), [PAGE, Talk(at=END, comments=0)], False),
        (("staff",), [PAGE, Talk(at=END, comments=0)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.THROTTLED)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.UNRECOGNISED_PAGE)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.REFUSED)], False),
        ((), [Failure(at=END, cause=Cause.THROTTLED)], False),
    ],
    ids=str,
)
def test_a_look_says_whether_a_side_may_be_told_otherwise(
    unknown: tuple[str, ...], answers: Sequence[Any], is_open: bool
) -> None:
    """By a number on record that was not found out, and by an answer about comments that did not come; not the page."""
    note = LookInput(target=replace(TARGET, unknown=frozenset(unknown)), window=WINDOW)
    assert watched(answers, note=note).sides_open is is_open


@pytest.mark.parametrize(
    ("live", "minutes", "cause"), [(True, 10, None), (True, 11, Cause.UNRECOGNISED_PAGE), (False, 11, None)]
)
def test_posts_that_are_yet_to_come_are_not_believed(live: bool, minutes: int, cause: Cause | None) -> None:
    """By the machine's clock, ten minutes aside: the page or our clock is wrong, and nothing follows from its posts."""
    seen = watched([Page(at=NOW, id=7, posts=(NOW + timedelta(minutes=minutes),)), Talk(at=NOW, comments=0)])
    stored = LookInput(target=TARGET, window=WINDOW, live=live).to_stored(seen, Route.VK, (), NOW, "here")
    assert (stored.exists, stored.posts_cause, stored.vantage) == (True, cause, "here")


def test_what_broke_claims_nothing() -> None:
    """Neither a look nor a control."""
    look = NOTE.to_stored(None, Route.VK, (), NOW, "here").model_dump()
    unseen = {"exists": None, "cause": Cause.UNRECOGNISED_PAGE, "taken_at": NOW, "url": TARGET.address.url}
    assert unseen.items() <= look.items()
    control = LookInput(target=TARGET, exists=True).to_stored(None, Route.VK, (), NOW, "here")
    assert (control.outcome, control.cause, control.expected) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE, True)
