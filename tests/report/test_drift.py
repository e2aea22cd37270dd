"""Layout drift: a page that no longer reads as it did is noticed and reported to the operator."""

from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import Cause, ControlResult, Evidence, EvidenceKind, Network, Outcome, Route, Snapshot
from auditor.commands import doctor
from auditor.report.notices import drift_notices, drifts
from tests.archive_samples import begun, control, session
from tests.cases import NOW, TOMSK, WEEK, account, audit, office, posts, snapshot, tenure

STRANGE = Cause.UNRECOGNISED_PAGE
NAMES = ("perviy_rayon", "vtoroy_rayon", "tretiy_rayon", "chetvertyi_rayon")
EN = Catalogue("en", TOMSK)


def answer(kind: EvidenceKind, number: int = 0) -> Evidence:
    """A stored answer of a kind."""
    about = {"url": "https://t.me/x", "fetched_at": NOW, "status": 200, "sha256": "0" * 64, "stored_sha256": "0" * 64}
    return Evidence(id=f"ev-{kind.value}{number}", kind=kind, **about)


ANSWERS = tuple(
    answer(kind, n) for kind in (EvidenceKind.PROFILE, EvidenceKind.POSTS, EvidenceKind.COMMENTS) for n in (1, 2)
)


def week(*looks: Snapshot, controls: tuple[ControlResult, ...] = ()) -> Audit:
    """A week's document after these looks, each at the page of another head."""
    named = [(look.network, look.url.rpartition("/")[2]) for look in looks]
    heads = [(name, tenure(since="2020", accounts=[account(network, name)])) for network, name in named]
    offices = [office(head).model_copy(update={"id": name}) for name, head in heads]
    return audit(*offices, seen=looks, controls=controls)


def look(name: str = NAMES[0], **fields) -> Snapshot:
    """A look behind which are two answers of each kind."""
    return snapshot(url=f"https://t.me/{name}", evidence=ANSWERS, **fields)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"exists": None, "cause": STRANGE, "posts_cause": STRANGE}, "ev-profile2"),
        ({"posts_cause": STRANGE}, "ev-posts2"),
        ({"posts": posts(5, comments_cause=STRANGE)}, "ev-comments2"),
    ],
)
def test_an_unknown_layout_is_told_with_the_answer_that_could_not_be_read(fields: dict, named: str) -> None:
    """Its route, how many pages, and what to look at: reading stopped at the last answer of that kind."""
    (drift,) = drifts(week(look(**fields)))
    assert (drift.route, drift.controls) == ("telegram_preview", [])
    assert (drift.pages, drift.answers) == (["https://t.me/perviy_rayon"], [named])
    (line,) = drift_notices(week(look(**fields)), EN)
    assert f"t.me/perviy_rayon. Kept as evidence: {named} (auditor evidence show {named})." in line


@pytest.mark.parametrize("fields", [{}, {"exists": None, "cause": Cause.BLOCKED, "posts_cause": Cause.BLOCKED}])
def test_a_week_without_drift_says_nothing_of_it(fields: dict) -> None:
    """Another failure is told as what it is."""
    assert drifts(week(look(**fields), controls=(control(),))) == []


def test_a_control_that_reads_otherwise_comes_first_and_many_pages_are_counted() -> None:
    """What changed for the control too changed for all pages; three are named, by route in the routes' order."""
    vk = {"network": Network.VK, "route": Route.VK, "url": "https://vk.com/pyatyi_rayon"}
    looks = [look(name, posts_cause=STRANGE) for name in NAMES]
    failed = control(Outcome.CANT_TELL).model_copy(update={"cause": STRANGE})
    told = week(*looks, look().model_copy(update={**vk, "posts_cause": STRANGE}), controls=(failed,))
    first, second = drifts(told)
    assert [(d.route, len(d.pages), d.controls) for d in (first, second)] == [
        ("vk", 1, []),
        ("telegram_preview", 4, ["https://t.me/telegram"]),
    ]
    one, of_control, of_pages = drift_notices(told, EN)
    assert "1 page" in one
    assert "the control page came in a form" in of_control
    assert "t.me/telegram" in of_control
    assert "4 pages" in of_pages
    assert "t.me/perviy_rayon, t.me/vtoroy_rayon, t.me/tretiy_rayon, …" in of_pages


def test_the_doctor_remembers_the_last_look(tmp_path: Path) -> None:
    """Until the pages were seen as they should be; a route that was never used has no line."""
    by = session(tmp_path / "a")

    def layouts() -> list[str]:
        return [line.state for line in doctor._layout(by)]

    assert layouts() == []
    with Archive.open(by.data) as archive:
        archive.looks.save(begun(archive), str(WEEK), look(posts_cause=STRANGE))
    assert layouts() == ["noted"]
    with Archive.open(by.data) as archive:
        archive.looks.save(begun(archive), str(WEEK), look())
    assert layouts() == ["ok"]
