"""What the weekly commands say at their end, and how a published folder is held against its archive."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.errors import CannotRunError
from auditor.commands.publication import (
    compare_published,
    other_changes,
    print_summary,
    publish_weeks,
    unfinished_routes,
)
from auditor.registry.remarks import Withdrawal
from auditor.run.collect import RunResult
from auditor.run.judge_week import WeeklyResult
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.archive_samples import edit
from tests.audit_samples import sample_audit
from tests.cases import NOW
from tests.commands.typed import session_in, typed


@pytest.fixture
def session(after: Path, world: World) -> Workspace:
    return session_in(after, world.now, AUDITOR_CONTACT="press@example.invalid")


def compared(session: Workspace) -> list[tuple[str, int]]:
    """What is said of the published folder: each file's name, and how the command ends for it."""
    with Archive.read(session.data) as archive:
        lines = compare_published(session, archive, session.out)
    return [(line.text.partition(":")[0].rpartition("/reports")[2].lstrip("/"), line.code) for line in lines]


def edited(out: Path, change: Callable[[dict], None]) -> None:
    told = json.loads((out / "published.json").read_text(encoding="utf-8"))
    change(told)
    (out / "published.json").write_text(json.dumps(told), encoding="utf-8")


def test_a_published_folder_is_made_again_and_compared(session: Workspace) -> None:
    """With the arguments, remarks and settings that it was made with: other ones of today are no mistake."""
    assert compared(session) == [("", 0)]
    settings = replace(session.settings, contact="other@example.invalid", report_index=True)
    assert sorted(compared(replace(session, settings=settings))) == [("", 0), ("", 0)]
    taken = Withdrawal(week="2026-W40", on=NOW.date(), reason="Реестр был неверен.")
    remarked = replace(session, remarks=replace(session.remarks, withdrawn=(taken,)))
    assert sorted(compared(remarked)) == [("", 0), ("", 3)]  # whose they are cannot be told from the folder
    (session.out / "index.html").write_text("tampered")
    (session.out / "weeks.html").unlink()
    for name in ("robots.txt", "page.html", "o/x.txt"):
        (session.out / name).write_text("x")
    changed = {"index.html": 1, "weeks.html": 1, "o/x.txt": 1, "page.html": 1, "robots.txt": 0}
    assert dict(compared(session)) == {"": 0} | changed
    edited(session.out, lambda told: told.update(program="0.0.1"))
    assert ("", 3) in compared(session)  # it cannot be made again
    (session.out / "published.json").unlink()
    assert compared(session) == [("", 1)]


def test_a_forged_report_is_told_by_the_command(session: Workspace) -> None:
    """Exit 1; what another version published cannot be told: exit 3, unless the archive itself was changed."""
    line, stray = ("evidence", "verify", "--published", "reports", "--lang", "en"), session.out / "x.html"
    stray.write_text("x")
    forged = typed(*line, cwd=session.data.parent)
    assert (forged.code, "reports/x.html: the program did not publish this file" in forged.out) == (1, True)
    stray.unlink()
    edited(session.out, lambda told: told.update(program="0.1.0"))
    assert typed(*line, cwd=session.data.parent).code == 3
    edit(session.data, "UPDATE runs SET vantage = 'x' WHERE id = 1")
    assert typed(*line, cwd=session.data.parent).code == 1


@pytest.mark.parametrize("wrong", [{"lang": "xx"}, {"week": "2026"}, {"as_of": "1960-01-01T00:00:00Z"}, {"told": 5}])
def test_a_folder_that_does_not_say_what_it_was_made_of_is_told(wrong: dict[str, object], session: Workspace) -> None:
    """Nothing of it is guessed."""
    edited(session.out, lambda told: told["made"].update(wrong))
    with pytest.raises(CannotRunError, match=r"published\.json"):
        compared(session)


def test_a_report_without_an_address_to_write_to_is_warned_of(
    session: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Before it is published; and where there is one nothing is said."""
    newest = next(session.out.glob("2*")).name
    audit = sample_audit().model_copy(update={"week": newest})
    for contact, warned in (("press@example.invalid", False), ("", True)):
        caplog.clear()
        told = replace(session, settings=replace(session.settings, contact=contact))
        with caplog.at_level("WARNING"):
            page = publish_weeks(told, audit, session.clock())
        assert ("AUDITOR_CONTACT" in caplog.text) is warned
        assert page == session.out / newest / "index.html"


def test_a_summary_ends_with_what_to_do_and_where_the_page_is(
    session: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notices and what was done besides come before, each in a line; without a step none is announced."""
    page, done = Path("reports/2026-W47/index.html"), RunResult(3, {}, NOW, {"vk": 7})
    judged = WeeklyResult(sample_audit(), (sample_audit().model_copy(update={"week": "2026-W40"}),), ("bylo",), done)
    (left,), beside = unfinished_routes(done, session.words), list(other_changes(judged, session.words))
    assert ["2026-W40" in beside[0], "bylo" in beside[1], *(word in left for word in ("7", "VK"))] == [True] * 4
    print_summary(session, sample_audit("en"), page, ["step one"], beside)
    print_summary(session, sample_audit("en"), page)
    said = capsys.readouterr().out.splitlines()
    first, second = said[: said.index(str(page)) + 1], said[said.index(str(page)) + 1 :]
    assert first[-2:] == ["  step one", str(page)]
    assert first[-5:-3] == [f"! {line}" for line in beside]
    assert second == [*first[:-5], str(page)]


def test_a_withdrawn_week_is_told_without_its_figures(session: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """The day and the reason stand in their place."""
    taken = Withdrawal(week=sample_audit().week, on=NOW.date(), reason="Реестр был неверен.")
    print_summary(replace(session, remarks=replace(session.remarks, withdrawn=(taken,))), sample_audit(), Path("page"))
    first, *rest = capsys.readouterr().out.splitlines()
    assert (taken.week in first, taken.reason in first) == (True, True)
    assert all(line.startswith("! ") for line in rest[:-1])
