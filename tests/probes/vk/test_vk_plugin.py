"""VK as a plug-in: what a key may call in a day, and what the doctor says of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from auditor.base.settings import load_settings
from auditor.probes.driver import Driver, Response
from auditor.probes.event_loop import run
from auditor.probes.plugins import PluginContext
from auditor.probes.target import CallCount, FloodWait, LoginState
from auditor.probes.vk.vk_plugin import PLUGIN
from tests.probes.vk_memory import (
    FIRST_DAY,
    NOW,
    TOKEN,
    WINDOW,
    MemoryTransport,
    VkResponse,
    comment,
    control,
    page_with_comments,
    target,
)


@pytest.fixture
def make_context(monkeypatch: pytest.MonkeyPatch) -> Callable[..., PluginContext]:
    """VK in memory, with one page that has a post and a comment; an `error` is its response for walls."""

    def make(
        *logins: LoginState, key: str = TOKEN, error: int = 0, rps: str = "4", answered_at: datetime | None = None
    ) -> PluginContext:
        plans = {"wall_get": VkResponse.error(error)} if error else {}
        transport = MemoryTransport(page_with_comments([comment(11, FIRST_DAY, 901)], **plans))
        sent = transport.send

        async def send(*args: Any) -> Response:
            return replace(await sent(*args), date=answered_at)

        transport.send = send
        monkeypatch.setattr("auditor.probes.vk.vk_plugin.VkTransport", lambda *_: transport)
        settings = load_settings({"AUDITOR_VK_TOKEN": key, "AUDITOR_VK_RPS": rps}, Path())
        controls, live = (control("glava5", exists=True),), answered_at is not None
        return PluginContext(settings, lambda: NOW, Path(), logins=logins, controls=controls, live=live)

    return make


def after(context: PluginContext) -> LoginState:
    opened = PLUGIN.open(context)
    driver = Driver(opened.transport, context.clock, opened.limits)
    run(driver.run({"it": PLUGIN.look(target("glava5", id=5, id_seen=True), WINDOW)}, lambda *_: None))
    return opened.login(driver)


def test_what_a_key_remembers_bounds_a_day(make_context: Callable[..., PluginContext]) -> None:
    """Calls of the last day count, and those of a wrong clock's tomorrow as of now; no method is closed for longer."""
    session = after(make_context()).session
    calls = (("wall.get", 1), ("wall.get", -1), ("users.get", -0.5))
    spent = tuple(CallCount(method, NOW + timedelta(days=days), 7) for method, days in calls)
    floods = tuple(FloodWait(str(ahead), NOW + timedelta(seconds=ahead)) for ahead in (-1, 0, 60, 90_000))
    for name, calls_left, closed in ((session, 4993, {"60": 60, "90000": 86_400}), ("another key's", 5000, {})):
        limits = PLUGIN.open(make_context(LoginState(name, (), floods, spent))).limits
        assert (limits.calls_left, limits.closed_for, limits.interval) == ({"wall.get": calls_left}, closed, 0.25)


def test_a_run_leaves_its_calls_and_what_was_closed_to_the_next(make_context: Callable[..., PluginContext]) -> None:
    """Of walls alone, until VK's limit is over; the key is named without being given away."""
    whole, limited, stopped = (after(make_context(error=error)) for error in (0, 29, 5))
    assert (whole.floods, whole.spent) == ((), (CallCount("wall.get", NOW, 1),))
    assert limited.floods == (FloodWait("wall.get", NOW + timedelta(seconds=1800)),)
    assert (stopped.floods, after(make_context(limited)).spent) == ((), ())
    assert whole.session == limited.session != after(make_context(key="another")).session
    assert not any(part in whole.session for part in (TOKEN, "service"))


def test_the_doctor_tries_each_method_once(make_context: Callable[..., PluginContext]) -> None:
    """An error about the page is ok, as the key may call the method; any other is shown with its number."""
    methods = ["users.get", "groups.getById", "utils.resolveScreenName", "wall.get", "wall.getComments", "photos.get"]
    for error in (0, 18):
        lines = [(line.subject, line.state) for line in run(PLUGIN.diagnose(make_context(error=error)))]
        assert lines == [(f"vk: {method}", "ok") for method in methods]
    (refused,) = (line for line in run(PLUGIN.diagnose(make_context(error=29))) if line.state != "ok")
    assert (refused.subject, refused.state, refused.detail.params["code"]) == ("vk: wall.get", "refused", "29")


def test_the_doctor_believes_no_answer_of_another_moment(make_context: Callable[..., PluginContext]) -> None:
    """As a run: an old copy, or a wrong clock on this machine."""
    fine, old = (
        [*run(PLUGIN.diagnose(make_context(rps="1000", answered_at=NOW - timedelta(minutes=minutes))))]
        for minutes in (10, 11)
    )
    assert ({line.state for line in fine}, {line.state for line in old}) == ({"ok"}, {"refused"})
    assert {line.detail.message for line in old} == {
        "the answer's date is not this moment: set this machine's clock right"
    }
