"""Every ask of every kind of look failed in turn: no more is claimed than was read, nothing turns red by it.

Each look is also taken again from its records, whole and failed, and what it stores names no citizen.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from auditor.base.snapshot import Cause, ControlResult, Outcome, Snapshot, Trace, TraceKind
from auditor.probes.driver import Transport
from auditor.probes.protocol import Failure, FailureAction
from auditor.probes.target import Target
from auditor.probes.telegram.client.client_plugin import PLUGIN as CLIENT
from auditor.probes.telegram.telegram_look import control_look
from auditor.probes.telegram.web.web_source import WebSource
from auditor.probes.vk.vk_plugin import PLUGIN as VK
from auditor.registry.models import Control
from tests.probes import signed_in, tme, vk_memory
from tests.probes.every_ask import Failed, Make, Remembering, every_failure, failures, overclaims, reds, replayed, run
from tests.probes.vk_memory import FIRST_DAY, NOW, Memory, World, comment, page_of, person, post, said, target, world

pytestmark = pytest.mark.timeout(300)  # each test takes hundreds of looks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WORDS = "Тайные слова гражданина: когда починят дорогу?"
CITIZEN = 900_000_101


def rich(owner: int = 5, *, hours: float = 8) -> World:
    """A page whose window takes three pages of a wall: a pinned post, an advertisement, a repost, two talks.

    Of 103 comments the third has thirteen answers, some of the owner's: two pages, and one of the thread.
    """
    first = NOW - timedelta(hours=40)
    tops = [comment(500 + n, first + n * timedelta(seconds=9), CITIZEN + n % 7, "Спасибо") for n in range(103)]
    tops[0]["text"] = tops[2]["text"] = WORDS
    answers = [(first + HOUR + n * timedelta(minutes=1), (CITIZEN, owner)[n % 2]) for n in range(13)]
    tops[2]["replies"] = [comment(700 + n, *said, "В среду.", parents_stack=[502]) for n, said in enumerate(answers)]
    wall = [post(1000 - n, NOW - timedelta(hours=30 + hours * n), owner) for n in range(240)]
    wall[2] |= {"comments": {"count": 116}}
    wall[5] |= {"comments": {"count": 2}}
    wall[7] |= {"copy_history": [{"id": 1, "owner_id": CITIZEN, "text": WORDS}], "text": ""}
    wall[8] |= {"marked_as_ads": 1}
    few = [comment(1, NOW - 2 * DAY, CITIZEN, WORDS), comment(2, NOW - DAY, 31, "Ответим завтра.")]
    pinned = post(7, NOW - 900 * DAY, owner, is_pinned=1)
    return world(page_of(owner), wall=[pinned, *wall], talks={998: tops, 995: few})


def quiet(owner: int = 5, *, posts: int = 0) -> World:
    """A page that has written little or nothing, and nobody has answered."""
    return world(page_of(owner), wall=[post(20 - n, FIRST_DAY - n * 9 * DAY, owner) for n in range(posts)])


def talked(owner: int) -> World:
    """A page with three posts, under the newest of which two people have written."""
    made = quiet(owner, posts=3)
    made.walls[owner][0]["comments"] = {"count": 2}
    made.comments[owner, 20] = [comment(n, NOW - n * HOUR, CITIZEN + n) for n in (2, 1)]
    return made


def ignored() -> World:
    """A page of five posts of the week, under each of which three people ask and nobody answers: it is red."""
    made = world(person(5), wall=[post(30 - n, FIRST_DAY + (5 - n) * DAY, 5, comments={"count": 3}) for n in range(5)])
    for number in range(26, 31):
        day = FIRST_DAY + (number - 25) * DAY
        line = [comment(number * 10 + n, day + n * HOUR, CITIZEN + n, WORDS + str(number)) for n in range(3)]
        made.comments[5, number] = line
    return made


def renamed() -> World:
    """The confirmed page has another name; nobody has the old one."""
    made = quiet(posts=2)
    made.users[0]["screen_name"] = "novoe_imya"
    return made


DELETED = {"id": 5, "first_name": "DELETED", "last_name": "", "deactivated": "deleted"}
"""Such a page does not say its name."""
SEEN = {"id": 5, "id_seen": True}
OLD = datetime(2022, 6, 1, tzinfo=NOW.tzinfo)
NUMBERS = {18: Cause.GONE, 15: Cause.WALL_OFF, 30: Cause.PRIVATE, 100: Cause.REFUSED, 1051: Cause.NO_CREDENTIALS}
CODES = [
    (15, Cause.GONE, FailureAction.DELIVER),
    *((code, cause, FailureAction.DELIVER) for code, cause in NUMBERS.items()),
]
PAGES: dict[str, tuple[Callable[[], Any], Target, int]] = {
    "rich": (rich, target("glava5", **SEEN, staff=(31,), photos_before=OLD), 97),
    "community": (lambda: rich(-7, hours=16), target("rayon7", id=-7, id_seen=True), 97),
    "empty": (quiet, target("glava5", **SEEN), 1),
    "few": (lambda: quiet(posts=3), target("glava5", **SEEN, photos_before=OLD), 3),
    "by name": (lambda: quiet(-7, posts=3), target("rayon7"), 2),
    "ignored": (ignored, target("glava5", **SEEN), 11),
    "renamed": (renamed, target("glava5", **SEEN), 1),
    "a slip": (renamed, target("glava5", id=5), 2),
    "deleted": (lambda: world(users_get=said([DELETED])), target("glava5", **SEEN), 1),
    "nobody": (world, target("nobody_here"), 1),
    "doubtful": (ignored, target("glava5", **SEEN, unknown=frozenset({"pomoshnik"})), 15),
    "institution": (lambda: talked(-7), target("rayon7", full=False, id=-7, id_seen=True), 1),
    "institution by name": (lambda: talked(-7), target("rayon7", full=False), 2),
}
"""VK's pages; of each of its asks one failure in so many is tried, of the next ask others."""
thorough = pytest.param(True, marks=pytest.mark.thorough, id="every failure")
some_or_all = pytest.mark.parametrize("every", [pytest.param(False, id="some"), thorough])


def wrong_of(
    make: Make[Snapshot],
    way: Transport,
    causes: list[Failure],
    at: datetime,
    whole: Snapshot | None = None,
    step: int = 1,
) -> Iterator[tuple[Failed[Snapshot], list[str]]]:
    """Fail every ask of a look by its causes, alone and with all after it; yield what it then claims too much."""
    calm = run(make(), way).seen
    whole, red, judged = whole or calm, reds(calm), dict[str, frozenset[str]]()
    for failed in every_failure(make, way, causes, step):
        part = failed.ran.seen
        key = part.model_dump_json()
        if key not in judged:
            judged[key] = reds(part) - red
            assert replayed(make, failed.ran, at) == part, str(failed)
        yield failed, [f"{failed}: {claim}" for claim in (*overclaims(part, whole), *judged[key])]


def told(causes: list[Failure]) -> list[Failure]:
    """Of failures those that a look on Telegram can tell apart: what the driver does about one it does not see."""
    return list({(failure.cause, failure.sent): failure for failure in causes}.values())


@some_or_all
@pytest.mark.parametrize("case", PAGES)
def test_no_ask_of_vk_can_fail_unnoticed(case: str, every: bool) -> None:
    """Whatever comes instead of whichever answer, and the snapshot says that something is missing."""
    made, whom, step = PAGES[case]
    way, make = Remembering(Memory(made())), partial(VK.look, whom, vk_memory.WINDOW)
    calm = run(make(), way)
    for failed, claims in wrong_of(make, way, failures(NOW, CODES), NOW, step=min(step, 11) if every else step):
        assert claims == [] or _says_private(failed)
        made_good = len(failed.ran.asks) > len(calm.asks) or _tells_nothing(failed, calm.seen)
        assert failed.ran.seen != calm.seen or made_good or not whom.full, str(failed)
    stored = b"".join(record.body for record in calm.tape).decode()
    assert replayed(make, calm, NOW) == calm.seen
    assert not [word for word in ("Тайные", "Имярек", *(str(CITIZEN + n) for n in range(7))) if word in stored]
    assert case != "ignored" or "comments_answered" in reds(calm.seen), "so that there is something to turn"


def _says_private(failed: Failed[Snapshot]) -> bool:
    """Tell whether it is VK's own word that the page is there, and closed."""
    return failed.failure.code == 30 and "wall" not in failed.ask.call.method


def _tells_nothing(failed: Failed[Snapshot], whole: Snapshot) -> bool:
    """Tell whether the answer was not needed: the page was found by name instead, or an empty thread has no state."""
    params = failed.ask.call.params
    by_name = not str(params.get("user_ids", params.get("group_ids", "1"))).isdigit()
    empty = {post.id for post in whole.posts if post.comments_count == 0}
    no_such = failed.failure.code == 100 or failed.failure.cause is whole.cause
    return by_name or no_such or _says_private(failed) or params.get("post_id") in empty


def test_no_ask_for_a_number_can_fail_unnoticed() -> None:
    """No name gets another's number, and none is said to be nobody's of which that could not be found out."""
    for name, number in [("glava5", 5), ("rayon7", -7), ("nobody_here", 0), ("id9", 9), ("club8", -8)]:
        way, make = Memory(world(person(5), vk_memory.group(7))), partial(VK.resolve_id, name)
        assert run(make(), way).seen == number
        of_many = [Failure(at=NOW, cause=Cause.REFUSED, code=code, act=FailureAction.DELIVER) for code in (5, 18, 30)]
        for failed in every_failure(make, way, [*failures(NOW), *of_many]):
            assert failed.ran.seen in {number, None}, str(failed)
            assert replayed(make, failed.ran, NOW) == failed.ran.seen


@some_or_all
@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("site", [tme.plain_site, tme.talked_site])
def test_no_ask_of_the_public_pages_can_fail_unnoticed(site: Callable[[], tme.Site], full: bool, every: bool) -> None:
    """What is then seen is less and never other; without its birth the oldest message is a trace as well."""
    way, whom = Remembering(site().way), Target(tme.TARGET.address, full=full, control=tme.CONTROL)
    whole = run(tme.look(whom), way).seen
    oldest = Trace(kind=TraceKind.OLDEST_POST, at=tme.BORN)
    whole = whole.model_copy(update={"traces": (*whole.traces, oldest)})
    causes = told([*failures(tme.NOW), Failure(at=tme.NOW, cause=Cause.REFUSED)])
    step = 1 if every or not full else 13
    wrong = wrong_of(lambda: tme.look(whom), way, causes, tme.NOW, whole, step)
    assert [claim for _, claims in wrong for claim in claims] == []


def test_no_ask_of_a_missing_name_can_fail_unnoticed() -> None:
    """Only with all three answers it is said that nobody has the name."""
    whole = run(tme.look(), tme.Site().way)
    assert (whole.seen.exists, whole.seen.cause, len(whole.asks)) == (None, Cause.NOT_AT_ADDRESS, 3)
    for failed in every_failure(tme.look, tme.Site().way, failures(tme.NOW)):
        assert failed.ran.seen.cause == failed.failure.cause or failed.failure.cause is Cause.UNRECOGNISED_PAGE
        assert failed.ran.seen.exists is None


CLIENTS = {
    "head": ("_glava", "", True),
    "without its group": ("_glava", "mtproto_group_private", True),
    "institution": ("_adm", "", True),
    "by name": ("_glava", "", False),
    "nobody": ("", "", False),
}


@pytest.mark.parametrize("case", CLIENTS)
@some_or_all
def test_no_ask_of_the_client_can_fail_unnoticed(phone: signed_in.Phone, case: str, every: bool) -> None:
    """Of a channel that it knows by its number, by its name alone, and of a name that nobody has."""
    who, fault, known = CLIENTS[case]
    there, now = signed_in.ending(phone.sandbox.world, who or "_glava"), phone.sandbox.now
    about = {"id": there.number, "id_seen": True} if known else {}
    whom = signed_in.target(there if who else "nobody_here", full=who != "_adm", **about)
    span = signed_in.window(phone.sandbox.world, now)
    if fault:
        phone.sandbox.faults.on(fault)
    codes = [(400, Cause.REFUSED, FailureAction.DELIVER), (401, Cause.NO_CREDENTIALS, FailureAction.CLOSE_ROUTE)]
    with closing(phone.way()) as way:
        assert (run(CLIENT.look(whom, span), way).seen.exists is True) is bool(who)
        wrong = wrong_of(lambda: CLIENT.look(whom, span), way, told(failures(now, codes)), now, step=1 if every else 13)
        assert [claim for _, claims in wrong for claim in claims] == []


@pytest.mark.parametrize("exists", [True, False])
@pytest.mark.parametrize("route", ["vk", "preview", "client"])
def test_no_ask_of_a_control_can_fail_unnoticed(phone: signed_in.Phone, route: str, exists: bool) -> None:
    """Whatever fails of it, it does not come out as it must not be, and never without a cause."""
    names = {"vk": "glava5", "preview": tme.NAME, "client": signed_in.CONTROL}
    name = names[route] if exists else "nobody_here"
    url = vk_memory.target(name).address if route == "vk" else signed_in.address(name)
    known = Control(url=url, exists=exists)
    with closing(phone.way()) as client:
        make, way = {
            "vk": (lambda: VK.control(known), Memory(ignored())),
            "preview": (lambda: control_look(WebSource(Target(known.url)), known), tme.talked_site().way),
            "client": (lambda: CLIENT.control(known), client),
        }[route]
        assert list(_wrong_controls(make, way)) == []


def _wrong_controls(make: Make[ControlResult], way: Transport) -> Iterator[str]:
    whole = run(make(), way).seen
    assert whole.outcome is Outcome.PASSED
    for failed in every_failure(make, way, failures(NOW)):
        part = failed.ran.seen
        assert replayed(make, failed.ran, NOW) == part, str(failed)
        if part.outcome is Outcome.FAILED or (part.outcome is Outcome.CANT_TELL and part.cause is None):
            yield f"{failed}: {part.outcome} {part.cause}"
        if (part.wall and not whole.wall) or (part.thread and not whole.thread) or (failed.index == 1 and part.wall):
            yield f"{failed}: more was shown"
