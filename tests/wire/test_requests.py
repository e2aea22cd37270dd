"""How many requests a run makes: little more than the least, and next to nothing again; the audit tells it.

What the least is for every world, `benchmarks/requests.py` prints.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import AuditedRequests
from auditor.base.i18n import Translator
from auditor.base.snapshot import Route
from auditor.base.weeks import Week
from auditor.run.collect_week import forecast_week
from auditor.sandbox import Sandbox, World
from tests import worlds
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.golden.words import words
from tests.pages import whole
from tests.pipeline import audited, few, workspace_of

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
VK, WEB, CLIENT = Route.VK, Route.TELEGRAM_PREVIEW, Route.TELEGRAM_CLIENT
SERVERS = {VK: "vk", WEB: "telegram", CLIENT: "MTPROTO"}


@pytest.mark.parametrize(
    ("route", "most"),
    [(VK, [41, 39, 5 + 4]), (WEB, [77, 57, 4 + 4 + 3]), (CLIENT, [4 + 4 * 5, 4 + 4 * 4, 4 + 4 * 2])],
    ids=str,
)
def test_what_earlier_looks_have_read_is_not_asked_for_again(route: Route, most: list[int], tmp_path: Path) -> None:
    """Of four alike pages in one week, in the next, and an hour later: three posts and six comments a week on each.

    Controls take five requests of VK and four of Telegram. Of a page, VK is asked in the next week for its wall and
    the talks of the window, as long as silence may be held against it; so is t.me, which counts no comments. An
    hour later t.me is asked again for three talks in which a question waits; the others' counts say that nothing
    came. The plan that is made for the next week is within a fifth of what is asked.
    """
    world, made, planned = worlds.alike(route.network.value, channels=4), list[int](), list[int]()
    with Sandbox(world) as sandbox:
        environ = sandbox.settings(client=tmp_path if route is CLIENT else None)
        for moment in (-WEEK, 0 * HOUR, HOUR):
            sandbox.now = world.now + moment
            workspace, earlier = workspace_of(world, tmp_path, environ, sandbox.now), len(sandbox.requests)
            week = Week.last_ended(sandbox.now, workspace.registry.zone)
            planned += [forecast.requests for forecast in forecast_week(workspace, week) if forecast.route is route]
            audited(workspace)
            made.append(sum(request.network == SERVERS[route] for request in sandbox.requests[earlier:]))
    assert made == most
    assert route is not VK or planned[1] == pytest.approx(made[1], rel=0.2)


def test_what_the_servers_counted_is_in_the_audit(tmp_path: Path) -> None:
    """The sum by route; where a later run of the week was killed it is unknown, and not what the other runs made."""
    world = few(World.build())
    with Sandbox(world) as sandbox:
        route_requests = audited(workspace_of(world, tmp_path, sandbox.settings(), world.now)).requests
        counted = {route.value: sum(r.network == SERVERS[route] for r in sandbox.requests) for route in (VK, WEB)}
        sandbox.now = later = world.now + HOUR
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Archive, "finish_run", lambda *_: None)
            unknown = audited(workspace_of(world, tmp_path, sandbox.settings(), later)).requests
    assert {requests.route: requests.made for requests in route_requests} == counted
    assert {requests.made for requests in unknown} == {None}


def test_the_method_says_how_many_requests_were_made() -> None:
    """By route; where it is not known, that."""
    requests = [AuditedRequests(route="vk", made=41), AuditedRequests(route="telegram_preview")]
    page = words(whole(sample_audit().model_copy(update={"requests": requests}), Translator("ru", TOMSK)))
    assert "\nVK: 41\n" in page
    assert "неизвестно: проверка прерывалась" in page
