"""Every ask of the kinds of look that no other module fails: institutions, controls, free names, the names' numbers.

Pages and channels of heads are in `test_vk`, `test_telegram_pages_look` and `test_telegram_client_failing`.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from auditor.base.address import Address
from auditor.base.snapshot import Cause, ControlResult, Network, Outcome, Snapshot
from auditor.probes.base import Target
from auditor.probes.driver import Way
from auditor.probes.looks import Act, Failure
from auditor.probes.telegram.client.plugin import PLUGIN as CLIENT
from auditor.probes.telegram.client.way import ClientWay
from auditor.probes.telegram.look import telegram_look
from auditor.probes.telegram.web.source import WebSource
from auditor.probes.vk.plugin import PLUGIN as VK
from auditor.registry.models import Control
from auditor.sandbox import Sandbox, World
from tests.probes import signed_in
from tests.probes import test_telegram_pages_look as preview
from tests.probes import test_vk as vk
from tests.probes.every_ask import Make, every_failure, failures, overclaims, reds, replayed, run
from tests.probes.vk_memory import NOW, WINDOW, Memory, comment, control, target
from tests.probes.vk_memory import World as Vk

CAUSES = [*failures(NOW), Failure(at=NOW, cause=Cause.UNREACHABLE, status=502), Failure(at=NOW, cause=Cause.REFUSED)]

FEWER = tuple({(failure.cause, failure.sent): failure for failure in CAUSES}.values())
"""Where a look sees neither what the driver does about a failure nor the network's number."""


def claims(make: Make[Snapshot], way: Way, causes: Sequence[Failure] = FEWER) -> list[str]:
    """Fail every ask of a look by every cause, alone and with all after it; say what it then claims too much."""
    whole = run(make(), way).seen
    red, wrong, judged = reds(whole), list[str](), dict[str, frozenset[str]]()
    for failed in every_failure(make, way, causes):
        part = failed.ran.seen
        assert replayed(make, failed.ran, NOW) == part, str(failed)
        key = part.model_dump_json()
        judged[key] = judged.get(key) or reds(part)
        wrong += [f"{failed}: {claim}" for claim in (*overclaims(part, whole), *(judged[key] - red))]
    return wrong


def talked(owner: int) -> Vk:
    """A community with three posts, under the newest of which two people have written."""
    world = vk.quiet(owner, posts=3)
    newest = world.walls[owner][0]
    newest["comments"] = {"count": 2}
    world.comments[owner, newest["id"]] = [comment(n, NOW - n * vk.HOUR, vk.CITIZEN + n) for n in (2, 1)]
    return world


def test_an_institution_on_vk() -> None:
    """Its newest posts alone are read, by its number or by its name."""
    numbered, named = target("rayon7", full=False, id=-7, id_seen=True), target("rayon7", full=False)
    assert claims(lambda: VK.look(numbered, WINDOW), Memory(talked(-7)), CAUSES) == []
    assert claims(lambda: VK.look(named, WINDOW), Memory(talked(-7))) == []


@pytest.mark.parametrize("site", [preview.plain_site, preview.talked_site])
def test_an_institution_on_telegram(site) -> None:
    """What the public pages show of it."""
    whom = Target(Address(Network.TELEGRAM, preview.NAME), full=False, control="sandbox_control")
    way = preview.Served(site(), preview.NOW).way
    assert claims(lambda: telegram_look(WebSource(whom), whom, preview.WINDOW), way) == []


@pytest.fixture(scope="module")
def phone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[signed_in.Phone]:
    with Sandbox(World.build()) as sandbox:
        yield signed_in.Phone(sandbox, Path(tmp_path_factory.mktemp("phone")))


def client_way(phone: signed_in.Phone) -> signed_in.Remembering:
    opened = CLIENT.open(phone.wiring())
    assert opened is not None
    assert isinstance(opened.way, ClientWay)
    return signed_in.Remembering(opened.way)


@pytest.mark.parametrize("who", ["_glava", "_byl"])
def test_a_channel_that_the_client_knows_by_its_name_alone(phone: signed_in.Phone, who: str) -> None:
    """One that is there, and one whose name nobody has."""
    account = signed_in.ending(phone.sandbox.world, "_glava").name if who == "_glava" else f"nobody_here{who}"
    span = signed_in.window(phone.sandbox.world, phone.sandbox.now)
    with closing(client_way(phone)) as way:
        assert claims(lambda: CLIENT.look(signed_in.target(account), span), way) == []


def control_claims(make: Make[ControlResult], way: Way) -> list[str]:
    """Fail every ask of a control; say where it then comes out otherwise than it did, or failed."""
    whole, wrong = run(make(), way).seen, list[str]()
    assert whole.outcome is Outcome.PASSED
    for failed in every_failure(make, way, CAUSES):
        part = failed.ran.seen
        assert replayed(make, failed.ran, NOW) == part, str(failed)
        if part.outcome is Outcome.FAILED or (part.outcome is Outcome.CANT_TELL and part.cause is None):
            wrong.append(f"{failed}: {part.outcome} {part.cause}")
        wrong += [
            f"{failed}: {name}" for name in ("wall", "thread") if getattr(part, name) and not getattr(whole, name)
        ]
    return wrong


@pytest.mark.parametrize(("name", "exists"), [("glava5", True), ("nobody_here", False)])
def test_a_control_on_vk(name: str, exists: bool) -> None:
    """Whatever fails of it, it does not come out as it must not be, and never without a cause."""
    assert control_claims(lambda: VK.control(control(name, exists=exists)), Memory(vk.ignored())) == []


@pytest.mark.parametrize(("name", "exists"), [(signed_in.CONTROL, True), ("sandbox_nobody_here", False)])
def test_a_control_by_the_client(phone: signed_in.Phone, name: str, exists: bool) -> None:
    """The same."""
    with closing(client_way(phone)) as way:
        about = Control(url=signed_in.address(name), exists=exists)
        assert control_claims(lambda: CLIENT.control(about), way) == []


@pytest.mark.parametrize(
    ("name", "number"), [("glava5", 5), ("rayon7", -7), ("nobody_here", 0), ("id9", 9), ("club8", -8)]
)
def test_the_search_for_a_number(name: str, number: int) -> None:
    """No name gets another's number, and none is said to be nobody's of which that could not be found out."""
    assert VK.number_of is not None
    number_of, way = VK.number_of, Memory(vk.rich())
    way.world.groups = talked(-7).groups

    def make() -> vk.Look[int | None]:
        return number_of(name)

    assert run(make(), way).seen == number
    of_many = [Failure(at=NOW, cause=Cause.REFUSED, code=code, act=Act.TELL) for code in (5, 18, 30)]
    for failed in every_failure(make, way, [*CAUSES, *of_many]):
        assert failed.ran.seen in {number, None}, str(failed)
        assert replayed(make, failed.ran, NOW) == failed.ran.seen
