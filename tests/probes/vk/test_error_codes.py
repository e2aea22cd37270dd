"""What each of VK's error codes means: a cause, and what the driver does about it."""

from typing import Any

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.event_loop import run
from auditor.probes.protocol import FailureAction
from auditor.probes.vk.error_codes import concerns_page, failure_of
from auditor.probes.vk.vk_plugin import PLUGIN
from tests.cases import NOW
from tests.probes.vk_memory import (
    FIRST_DAY,
    WINDOW,
    VkResponse,
    VkServer,
    control,
    driver_of,
    person,
    post,
    target,
    vk_server,
)

CODES = {
    (Cause.UNREACHABLE, FailureAction.RETRY, None): (1, 10, 36),
    (Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE, None): (2, 5, 8, 17, 27, 1114, 1116, 1117, 1118),
    (Cause.NO_CREDENTIALS, FailureAction.CLOSE_METHOD, None): (28,),
    (Cause.NO_CREDENTIALS, FailureAction.DELIVER, None): (7, 20, 21, 1051),
    (Cause.REFUSED, FailureAction.CLOSE_METHOD, None): (3, 23),
    (Cause.THROTTLED, FailureAction.RETRY, 1.0): (6,),
    (Cause.THROTTLED, FailureAction.RETRY, None): (9,),
    (Cause.THROTTLED, FailureAction.CLOSE_METHOD, 1800.0): (29, 601),
    (Cause.BLOCKED, FailureAction.CLOSE_ROUTE, None): (14,),
    (Cause.PRIVATE, FailureAction.DELIVER, None): (30, 203),
    (Cause.REFUSED, FailureAction.DELIVER, None): (15, 18, 19, 37, 100, 104, 113, 125, 212, 1260, 3610, 4, 9999),
}
SPEAK = {18, 19, 30, 37, 100, 104, 113, 125, 203, 212, 1260, 3610}
"""Codes that concern the page, and not the key or the method."""


def test_each_code_has_its_meaning() -> None:
    """An unknown one is refused, and never a fact about a page."""
    for meaning, code in ((meaning, code) for meaning, codes in CODES.items() for code in codes):
        failure = failure_of(code, "words of tomorrow", NOW)
        assert (failure.cause, failure.act, failure.wait) == meaning
        assert (failure.code, failure.at, concerns_page(failure)) == (code, NOW, code in SPEAK)


WORDS = {
    "wall is disabled": (15, Cause.WALL_OFF),
    "this wall available only for community members": (203, Cause.PRIVATE),
    "post was not found": (15, Cause.GONE),
    "comment not found": (15, Cause.GONE),
    "user was deactivated": (18, Cause.REFUSED),
    "no access to call this method": (28, Cause.NO_CREDENTIALS),
    "This profile is private": (30, Cause.PRIVATE),
    "comments are closed": (212, Cause.REFUSED),
}


def test_what_code_15_means_its_words_tell() -> None:
    """Each like the code that says the same alone."""
    for words, expected in WORDS.items():
        failure = failure_of(15, f"Access denied: {words}", NOW)
        assert (failure.code, failure.cause) == expected


def refused_to(code: int, *owners: int) -> VkServer:
    """Return a control, 5, and twenty pages, each with a post; for the walls of `owners` VK sends an error."""

    def wall(params: dict[str, str]) -> VkResponse | None:
        return VkResponse.error(code) if int(params["owner_id"]) in owners else None

    server = vk_server(*(person(number) for number in range(5, 26)), wall_get=wall)
    server.walls = {number: [post(10, FIRST_DAY, number)] for number in range(5, 26)}
    return server


@pytest.mark.parametrize("code", [7, 20, 21, 1051])
def test_three_neighbours_that_a_key_may_not_read_cost_no_other_page(code: int) -> None:
    """The control's wall is asked once more; if the key may read that no more either, no other wall is asked."""
    for owners, unread in [((6, 7, 8, 9, 10, 11, 12), 7), (tuple(range(6, 26)), 20)]:
        server, results = refused_to(code, *owners), list[Any]()
        looks = {f"glava{n}": PLUGIN.look(target(f"glava{n}", id=n, id_seen=True), WINDOW) for n in range(6, 26)}
        driver = driver_of(server)
        run(driver.run({"control": PLUGIN.control(control("glava5", exists=True))}, lambda *_: None))
        run(driver.run(looks, lambda _, snapshot, __, results=results: results.append(snapshot.posts_cause)))
        assert results.count(Cause.NO_CREDENTIALS) == unread
        assert [params["owner_id"] for params in server.requests_of("wall.get")].count("5") == 2


def test_a_key_that_may_read_no_wall_is_told_so_after_three() -> None:
    """Also if the control was refused before."""
    server = refused_to(1051, *range(5, 26))
    driver = driver_of(server)
    run(driver.run({"control": PLUGIN.control(control("glava5", exists=True))}, lambda *_: None))
    run(driver.run({str(n): PLUGIN.look(target(f"glava{n}", id=n), WINDOW) for n in range(6, 26)}, lambda *_: None))
    assert len(server.requests_of("wall.get")) == 3
