"""The input of a look as the archive keeps it: with the stored responses it is all that a replay needs."""

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
from tests.probes.toy_route import PLUGIN, Page, Thread
from tests.run.toy_runs import END, IN_WEEK

TARGET, WINDOW = Target(Address.parse("vk.com/perviy")), Window.of(WEEK, NOW)
LOOK_INPUT, PAGE = LookInput(target=TARGET, window=WINDOW), Page(at=END, id=7, posts=(IN_WEEK,))


def test_a_look_input_keeps_the_form_that_archives_hold() -> None:
    """Names, order, addresses as requested; an unknown field or a time without a zone is refused."""
    others = frozenset({Address.parse("vk.com/rayon"), Address.parse("t.me/+AbCdEfGhIjK")})
    target = Target(Address.parse("t.me/Perviy_Rayon"), staff=(5, "staff"), others=others, id=-7)
    look_input = LookInput(
        target=replace(target, numbers={"rayon": -9}, skip={5: 2}, posts_until=WEEK.starts), window=WINDOW
    )
    text = look_input.model_dump_json()
    fields = {"address": "https://t.me/Perviy_Rayon", "staff": [5, "staff"], "id": -7, "numbers": {"rayon": -9}}
    fields |= {"own": [], "others": ["https://t.me/+AbCdEfGhIjK", "https://vk.com/rayon"], "skip": {"5": 2}}
    assert (fields | {"posts_until": "2026-11-15T17:00:00Z"}).items() <= json.loads(text)["target"].items()
    repeated = LookInput.model_validate_json(text)
    assert (repeated, repeated.target.address.request_name) == (look_input, "Perviy_Rayon")
    starts = json.loads(text)["window"]["starts"]
    for old, new in (('"full":true', '"full":true,"more":1'), (starts, starts.removesuffix("Z"))):
        with pytest.raises(ValidationError):
            LookInput.model_validate_json(text.replace(old, new))


def result_of(responses: Sequence[Any], *, look_input: LookInput = LOOK_INPUT) -> Snapshot:
    """Return the snapshot of a look that gets these responses."""
    look = look_input.look(PLUGIN)
    next(look)
    for response in responses[:-1]:
        look.send(response)
    with pytest.raises(StopIteration) as end:
        look.send(responses[-1])
    snapshot: Snapshot = end.value.value
    return snapshot


@pytest.mark.parametrize(
    ("unknown", "responses", "is_open"),
    [
        ((), [PAGE, Thread(at=END, comments=0)], False),
        (("staff",), [PAGE, Thread(at=END, comments=0)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.THROTTLED)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.UNRECOGNISED_PAGE)], True),
        ((), [PAGE, Failure(at=END, cause=Cause.REFUSED)], False),
        ((), [Failure(at=END, cause=Cause.THROTTLED)], False),
    ],
    ids=str,
)
def test_a_look_says_whether_a_side_may_change(
    unknown: tuple[str, ...], responses: Sequence[Any], is_open: bool
) -> None:
    """Because of an id on record that was not resolved, or a failed request for comments; not one for the page."""
    look_input = LookInput(target=replace(TARGET, unknown=frozenset(unknown)), window=WINDOW)
    assert result_of(responses, look_input=look_input).sides_open is is_open


@pytest.mark.parametrize(
    ("live", "minutes", "cause"), [(True, 10, None), (True, 11, Cause.UNRECOGNISED_PAGE), (False, 11, None)]
)
def test_posts_that_are_yet_to_come_are_not_believed(live: bool, minutes: int, cause: Cause | None) -> None:
    """By the machine's clock, with ten minutes' tolerance: the page or our clock is wrong, so no post is believed."""
    snapshot = result_of([Page(at=NOW, id=7, posts=(NOW + timedelta(minutes=minutes),)), Thread(at=NOW, comments=0)])
    stored = LookInput(target=TARGET, window=WINDOW, live=live).to_stored(snapshot, Route.VK, (), NOW, "here")
    assert (stored.exists, stored.posts_cause, stored.vantage) == (True, cause, "here")


def test_what_broke_claims_nothing() -> None:
    """Whether a look or a control."""
    stored = LOOK_INPUT.to_stored(None, Route.VK, (), NOW, "here").model_dump()
    failed = {"exists": None, "cause": Cause.UNRECOGNISED_PAGE, "taken_at": NOW, "url": TARGET.address.url}
    assert failed.items() <= stored.items()
    control = LookInput(target=TARGET, exists=True).to_stored(None, Route.VK, (), NOW, "here")
    assert (control.outcome, control.cause, control.expected) == (Outcome.CANT_TELL, Cause.UNRECOGNISED_PAGE, True)
