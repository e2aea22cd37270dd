"""Every request of every look fails in turn: a snapshot claims no more than was read, and no check fails by it.

Each look, failed or not, is also replayed from its stored responses, and those name no citizen.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from auditor.base.snapshot import Cause, ControlResult, Outcome, Snapshot, Trace, TraceKind
from auditor.probes.driver import Transport
from auditor.probes.look import look_at_control
from auditor.probes.protocol import Failure, FailureAction
from auditor.probes.target import Target
from auditor.probes.telegram.client.client_plugin import PLUGIN as CLIENT
from auditor.probes.telegram.web.web_source import WebSource
from auditor.probes.vk.vk_plugin import PLUGIN as VK
from auditor.registry.models import Control
from tests.probes import signed_in, vk_memory
from tests.probes import tme_memory as tme
from tests.probes.every_request import (
    CachingTransport,
    FailedLook,
    LookFactory,
    every_failure,
    failed_checks,
    failures,
    overclaims,
    replay_look,
    run,
)
from tests.probes.vk_memory import (
    FIRST_DAY,
    NOW,
    MemoryTransport,
    VkServer,
    comment,
    page_of,
    person,
    post,
    response_of,
    target,
    vk_server,
)

pytestmark = pytest.mark.timeout(300)  # each test takes hundreds of looks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Тайные слова гражданина: когда починят дорогу?"
CITIZEN = 900_000_101


def rich_page(owner: int = 5, *, hours: float = 8) -> VkServer:
    """Return a page whose window takes three pages of a wall: a pinned post, an advertisement, a repost, two threads.

    One thread has 103 comments, the third with thirteen replies, some by the owner: two pages, and one of replies.
    """
    first_at = NOW - timedelta(hours=40)
    top_comments = [
        comment(500 + n, first_at + n * timedelta(seconds=9), CITIZEN + n % 7, "Спасибо") for n in range(103)
    ]
    top_comments[0]["text"] = top_comments[2]["text"] = WORDS
    replies = [(first_at + HOUR + n * timedelta(minutes=1), (CITIZEN, owner)[n % 2]) for n in range(13)]
    top_comments[2]["replies"] = [
        comment(700 + n, *reply, "В среду.", parents_stack=[502]) for n, reply in enumerate(replies)
    ]
    wall = [post(1000 - n, NOW - timedelta(hours=30 + hours * n), owner) for n in range(240)]
    wall[2] |= {"comments": {"count": 116}}
    wall[5] |= {"comments": {"count": 2}}
    wall[7] |= {"copy_history": [{"id": 1, "owner_id": CITIZEN, "text": WORDS}], "text": ""}
    wall[8] |= {"marked_as_ads": 1}
    few_comments = [comment(1, NOW - 2 * DAY, CITIZEN, WORDS), comment(2, NOW - DAY, 31, "Ответим завтра.")]
    pinned = post(7, NOW - 900 * DAY, owner, is_pinned=1)
    return vk_server(page_of(owner), wall=[pinned, *wall], threads={998: top_comments, 995: few_comments})


def quiet_page(owner: int = 5, *, posts: int = 0) -> VkServer:
    """Return a page with few posts or none, and without comments."""
    return vk_server(page_of(owner), wall=[post(20 - n, FIRST_DAY - n * 9 * DAY, owner) for n in range(posts)])


def page_with_commenters(owner: int) -> VkServer:
    """Return a page with three posts, the newest with comments by two people."""
    vk = quiet_page(owner, posts=3)
    vk.walls[owner][0]["comments"] = {"count": 2}
    vk.comments[owner, 20] = [comment(n, NOW - n * HOUR, CITIZEN + n) for n in (2, 1)]
    return vk


def page_without_replies() -> VkServer:
    """Return a page with five posts in the week, each with three unanswered questions, so that a check fails."""
    vk = vk_server(
        person(5), wall=[post(30 - n, FIRST_DAY + (5 - n) * DAY, 5, comments={"count": 3}) for n in range(5)]
    )
    for number in range(26, 31):
        day = FIRST_DAY + (number - 25) * DAY
        comments = [comment(number * 10 + n, day + n * HOUR, CITIZEN + n, WORDS + str(number)) for n in range(3)]
        vk.comments[5, number] = comments
    return vk


def renamed_page() -> VkServer:
    """Return a world where the confirmed page has a new name and the old one is unused."""
    vk = quiet_page(posts=2)
    vk.users[0]["screen_name"] = "novoe_imya"
    return vk


DELETED = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
"""A deleted page, which VK sends without its name."""
ID_SEEN = {"id": 5, "id_seen": True}
LONG_AGO = datetime(2022, 6, 1, tzinfo=NOW.tzinfo)
NUMBERS = {18: Cause.GONE, 15: Cause.WALL_OFF, 30: Cause.PRIVATE, 100: Cause.REFUSED, 1051: Cause.NO_CREDENTIALS}
CODES = [
    (15, Cause.GONE, FailureAction.DELIVER),
    *((code, cause, FailureAction.DELIVER) for code, cause in NUMBERS.items()),
]
PAGES: dict[str, tuple[Callable[[], Any], Target, int]] = {
    "rich": (rich_page, target("glava5", **ID_SEEN, staff=(31,), photos_before=LONG_AGO), 97),
    "community": (lambda: rich_page(-7, hours=16), target("rayon7", id=-7, id_seen=True), 97),
    "empty": (quiet_page, target("glava5", **ID_SEEN), 1),
    "few": (lambda: quiet_page(posts=3), target("glava5", **ID_SEEN, photos_before=LONG_AGO), 3),
    "by name": (lambda: quiet_page(-7, posts=3), target("rayon7"), 2),
    "ignored": (page_without_replies, target("glava5", **ID_SEEN), 11),
    "renamed": (renamed_page, target("glava5", **ID_SEEN), 1),
    "a slip": (renamed_page, target("glava5", id=5), 2),
    "deleted": (lambda: vk_server(users_get=response_of([DELETED])), target("glava5", **ID_SEEN), 1),
    "nobody": (vk_server, target("nobody_here"), 1),
    "doubtful": (page_without_replies, target("glava5", **ID_SEEN, unknown=frozenset({"pomoshnik"})), 15),
    "institution": (lambda: page_with_commenters(-7), target("rayon7", full=False, id=-7, id_seen=True), 1),
    "institution by name": (lambda: page_with_commenters(-7), target("rayon7", full=False), 2),
}
"""VK's pages: the world, the target, and the step in which failures are tried for a request."""
thorough = pytest.param(True, marks=pytest.mark.thorough, id="every failure")
some_or_all = pytest.mark.parametrize("every", [pytest.param(False, id="some"), thorough])


def claims_too_much(
    make: LookFactory[Snapshot],
    transport: Transport,
    causes: list[Failure],
    at: datetime,
    expected: Snapshot | None = None,
    step: int = 1,
) -> Iterator[tuple[FailedLook[Snapshot], list[str]]]:
    """Yield each failed look with its overclaims and newly failed checks; each request fails alone and onwards."""
    undisturbed = run(make(), transport).result
    expected, failed_before, newly_failed = (
        expected or undisturbed,
        failed_checks(undisturbed),
        dict[str, frozenset[str]](),
    )
    for failed in every_failure(make, transport, causes, step):
        disturbed = failed.finished.result
        key = disturbed.model_dump_json()
        if key not in newly_failed:
            newly_failed[key] = failed_checks(disturbed) - failed_before
            assert replay_look(make, failed.finished, at) == disturbed, str(failed)
        yield failed, [f"{failed}: {claim}" for claim in (*overclaims(disturbed, expected), *newly_failed[key])]


def distinguishable(causes: list[Failure]) -> list[Failure]:
    """Return the failures that a look on Telegram can tell apart: it does not see what the driver does about them."""
    return list({(failure.cause, failure.sent): failure for failure in causes}.values())


@some_or_all
@pytest.mark.parametrize("case", PAGES)
def test_no_request_of_vk_can_fail_unnoticed(case: str, every: bool) -> None:
    """Whichever response fails, and however, the snapshot says that something is missing."""
    make_world, looked_at, step = PAGES[case]
    transport, make = CachingTransport(MemoryTransport(make_world())), partial(VK.look, looked_at, vk_memory.WINDOW)
    undisturbed = run(make(), transport)
    for failed, claims in claims_too_much(
        make, transport, failures(NOW, CODES), NOW, step=min(step, 11) if every else step
    ):
        assert claims == [] or _is_private_by_vk(failed)
        is_compensated = len(failed.finished.requests) > len(undisturbed.requests) or _is_response_needless(
            failed, undisturbed.result
        )
        assert failed.finished.result != undisturbed.result or is_compensated or not looked_at.full, str(failed)
    stored = b"".join(record.body for record in undisturbed.tape).decode()
    assert replay_look(make, undisturbed, NOW) == undisturbed.result
    assert not [word for word in ("Тайные", "Имярек", *(str(CITIZEN + n) for n in range(7))) if word in stored]
    assert case != "ignored" or "comments_answered" in failed_checks(undisturbed.result), (
        "the check must fail undisturbed, so that a failed request could change it"
    )


def _is_private_by_vk(failed: FailedLook[Snapshot]) -> bool:
    """Return whether VK itself says that the page exists and is private."""
    return failed.failure.code == 30 and "wall" not in failed.request.call.method


def _is_response_needless(failed: FailedLook[Snapshot], undisturbed: Snapshot) -> bool:
    """Return whether the response was not needed: the page was found by name, or an empty thread has no state."""
    params = failed.request.call.params
    is_by_name = not str(params.get("user_ids", params.get("group_ids", "1"))).isdigit()
    empty_threads = {post.id for post in undisturbed.posts if post.comments_count == 0}
    is_absent = failed.failure.code == 100 or failed.failure.cause is undisturbed.cause
    return is_by_name or is_absent or _is_private_by_vk(failed) or params.get("post_id") in empty_threads


def test_no_request_for_a_number_can_fail_unnoticed() -> None:
    """No name gets another page's id, and none counts as unused if that could not be found out."""
    for name, number in [("glava5", 5), ("rayon7", -7), ("nobody_here", 0), ("id9", 9), ("club8", -8)]:
        transport, make = MemoryTransport(vk_server(person(5), vk_memory.group(7))), partial(VK.resolve_id, name)
        assert run(make(), transport).result == number
        batch_failures = [
            Failure(at=NOW, cause=Cause.REFUSED, code=code, act=FailureAction.DELIVER) for code in (5, 18, 30)
        ]
        for failed in every_failure(make, transport, [*failures(NOW), *batch_failures]):
            assert failed.finished.result in {number, None}, str(failed)
            assert replay_look(make, failed.finished, NOW) == failed.finished.result


@some_or_all
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("site", [tme.plain_site, tme.site_with_comments])
def test_no_request_of_the_public_pages_can_fail_unnoticed(
    site: Callable[[], tme.Site], full: bool, every: bool
) -> None:
    """The snapshot shows less, never anything else; without the creation date the oldest message is a trace as well."""
    transport, looked_at = (
        CachingTransport(site().transport),
        Target(tme.TARGET.address, full=full, control=tme.CONTROL),
    )
    expected = run(tme.look(looked_at), transport).result
    oldest = Trace(kind=TraceKind.OLDEST_POST, at=tme.CREATED_AT)
    expected = expected.model_copy(update={"traces": (*expected.traces, oldest)})
    causes = distinguishable([*failures(tme.NOW), Failure(at=tme.NOW, cause=Cause.REFUSED)])
    step = 1 if every or not full else 13
    claims_of = claims_too_much(lambda: tme.look(looked_at), transport, causes, tme.NOW, expected, step)
    assert [claim for _, claims in claims_of for claim in claims] == []


def test_no_request_of_a_missing_name_can_fail_unnoticed() -> None:
    """A name counts as unused only after all three responses."""
    undisturbed = run(tme.look(), tme.Site().transport)
    assert (undisturbed.result.exists, undisturbed.result.cause, len(undisturbed.requests)) == (
        None,
        Cause.NOT_AT_ADDRESS,
        3,
    )
    for failed in every_failure(tme.look, tme.Site().transport, failures(tme.NOW)):
        assert failed.finished.result.cause == failed.failure.cause or failed.failure.cause is Cause.UNRECOGNISED_PAGE
        assert failed.finished.result.exists is None


CLIENTS = {
    "head": ("_glava", "", True),
    "without its group": ("_glava", "mtproto_group_private", True),
    "institution": ("_adm", "", True),
    "by name": ("_glava", "", False),
    "nobody": ("", "", False),
}


@pytest.mark.parametrize("case", CLIENTS)
@some_or_all
def test_no_request_of_the_client_can_fail_unnoticed(phone: signed_in.Phone, case: str, every: bool) -> None:
    """A channel known by its id, one known by name alone, and an unused name."""
    suffix, fault, by_id = CLIENTS[case]
    account, now = signed_in.ending(phone.sandbox.world, suffix or "_glava"), phone.sandbox.now
    fields = {"id": account.number, "id_seen": True} if by_id else {}
    looked_at = signed_in.target(account if suffix else "nobody_here", full=suffix != "_adm", **fields)
    window = signed_in.window(phone.sandbox.world, now)
    if fault:
        phone.sandbox.faults.on(fault)
    codes = [(400, Cause.REFUSED, FailureAction.DELIVER), (401, Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)]
    with closing(phone.transport()) as transport:
        assert (run(CLIENT.look(looked_at, window), transport).result.exists is True) is bool(suffix)
        claims_of = claims_too_much(
            lambda: CLIENT.look(looked_at, window),
            transport,
            distinguishable(failures(now, codes)),
            now,
            step=1 if every else 13,
        )
        assert [claim for _, claims in claims_of for claim in claims] == []


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("route", ["vk", "preview", "client"])
def test_no_request_of_a_control_can_fail_unnoticed(phone: signed_in.Phone, route: str, exists: bool) -> None:
    """A failed request never makes a control fail, and each control that cannot tell has a cause."""
    names = {"vk": "glava5", "preview": tme.NAME, "client": signed_in.CONTROL}
    name = names[route] if exists else "nobody_here"
    url = vk_memory.target(name).address if route == "vk" else signed_in.address(name)
    checked = Control(url=url, exists=exists)
    with closing(phone.transport()) as client:
        make, transport = {
            "vk": (lambda: VK.control(checked), MemoryTransport(page_without_replies())),
            "preview": (
                lambda: look_at_control(WebSource(Target(checked.url)), checked),
                tme.site_with_comments().transport,
            ),
            "client": (lambda: CLIENT.control(checked), client),
        }[route]
        assert list(_wrong_controls(make, transport)) == []


def _wrong_controls(make: LookFactory[ControlResult], transport: Transport) -> Iterator[str]:
    undisturbed = run(make(), transport).result
    assert undisturbed.outcome is Outcome.PASSED
    for failed in every_failure(make, transport, failures(NOW)):
        disturbed = failed.finished.result
        assert replay_look(make, failed.finished, NOW) == disturbed, str(failed)
        if disturbed.outcome is Outcome.FAILED or (disturbed.outcome is Outcome.CANT_TELL and disturbed.cause is None):
            yield f"{failed}: {disturbed.outcome} {disturbed.cause}"
        if (
            (disturbed.wall and not undisturbed.wall)
            or (disturbed.thread and not undisturbed.thread)
            or (failed.index == 1 and disturbed.wall)
        ):
            yield f"{failed}: more was shown"
