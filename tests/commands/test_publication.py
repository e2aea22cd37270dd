"""What the weekly commands say at their end, and how a published folder is held against its archive."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from auditor.archive import Archive
from auditor.base.errors import CannotRunError
from auditor.base.text import verbatim
from auditor.base.weeks import Week
from auditor.commands.publication import (
    compare_published,
    other_changes,
    print_summary,
    publish_weeks,
    unfinished_routes,
)
from auditor.registry.remarks import Withdrawal
from auditor.report.publish import digest
from auditor.run.collect import RunResult
from auditor.run.judge_week import WeeklyResult, show_week
from auditor.run.workspace import Workspace
from auditor.sandbox import World
from tests.archive_samples import edit
from tests.audit_samples import sample_audit
from tests.cases import NOW
from tests.commands.typed import typed, workspace_in


@pytest.fixture
def workspace(after: Path, world: World) -> Workspace:
    return workspace_in(after, world.now, AUDITOR_CONTACT="press@example.invalid")


def compared(workspace: Workspace) -> list[tuple[str, int]]:
    """What is said of the published folder: each file's name, and how the command ends for it."""
    with Archive.read(workspace.data) as archive:
        lines = compare_published(workspace, archive, workspace.out)
    return [(line.text.partition(":")[0].rpartition("/reports")[2].lstrip("/"), line.code) for line in lines]


def edited(out: Path, change: Callable[[dict], None]) -> None:
    published = json.loads((out / "published.json").read_text(encoding="utf-8"))
    change(published)
    (out / "published.json").write_text(json.dumps(published), encoding="utf-8")


@pytest.mark.parametrize("line", ["weekly --plan", "report", "letter rayon-04", "evidence export rayon-04 --to a.zip"])
def test_what_others_read_is_russian_on_a_server_that_speaks_english(
    line: str, after: Path, as_of: tuple[str, str]
) -> None:
    """What only the operator reads follows the system's language."""
    (after / "reports/index.html").unlink()
    system = {"LANG": "en_US.UTF-8"}
    done, own = (typed(*each.split(), *as_of, cwd=after, env=system) for each in (line, "check rayon-04 --offline"))
    written = [path.read_text(encoding="utf-8") for path in after.glob("reports/index.html")]
    if (after / "a.zip").is_file():
        with ZipFile(after / "a.zip") as dispute:
            written = [dispute.read(name).decode() for name in dispute.namelist() if name.endswith(".html")]
    assert re.findall("[a-z]+ [a-z]+ [a-z]+", done.out) == []
    assert [re.findall('<html lang="(..)"', page) for page in written] == [["ru"]] * len(written)
    assert "week 47" in own.out


def test_a_published_folder_is_made_again_and_compared(workspace: Workspace) -> None:
    """A page that was altered, is missing or was put there is named; the host may add what it needs itself."""
    assert compared(workspace) == [("", 0)]
    (workspace.out / "index.html").write_text("tampered")
    (workspace.out / "weeks.html").unlink()
    for name in ("robots.txt", "page.html", "o/x.txt"):
        (workspace.out / name).write_text("x")
    changed = {"index.html": 1, "weeks.html": 1, "o/x.txt": 1, "page.html": 1, "robots.txt": 0}
    assert dict(compared(workspace)) == {"": 0} | changed
    (workspace.out / "published.json").unlink()
    assert compared(workspace) == [("", 1)]


@pytest.mark.parametrize(
    ("added", "code"),
    [
        *((name, 0) for name in ("robots.txt", "CNAME", ".nojekyll", "favicon.ico", ".well-known/security.txt")),
        *((name, 1) for name in ("x.HTML", "x.htm", "x.svg", "index.php", ".htaccess", "o/.htaccess", "o/robots.txt")),
        *((name, 1) for name in (".well-known/x.html", ".well-known/.htaccess", "robots.txt\n")),
    ],
)
def test_only_what_a_host_needs_may_be_added(workspace: Workspace, added: str, code: int) -> None:
    """All else a reader, or the server, could take for a part of the report."""
    (workspace.out / added).parent.mkdir(exist_ok=True)
    (workspace.out / added).write_text("x")
    assert sorted(compared(workspace)) == [("", 0), (added, code)]


@pytest.mark.parametrize("part", [[], ["made"], ["weeks"]])
def test_an_unknown_key_of_the_list_is_named(workspace: Workspace, part: list[str]) -> None:
    """With its name, wherever it stands."""
    edited(workspace.out, lambda published: (published[part[0]] if part else published).update({"2000-W01": "x"}))
    with Archive.read(workspace.data) as archive:
        line, whole = compare_published(workspace, archive, workspace.out)
    assert (line.code, whole.code) == (1, 0)
    assert "published.json: 2000-W01: this is not what the archive makes" in line.text


def alter(out: Path, path: str, old: str, new: str) -> None:
    """Change a published file, and its digest in the list."""
    text = (out / path).read_text(encoding="utf-8")
    assert old in text
    (out / path).write_text(text.replace(old, new), encoding="utf-8")
    edited(out, lambda published: published["files"].update({path: digest((out / path).read_bytes())}))


@pytest.mark.parametrize("claim", [{"program": "0.9.0"}, {"drawing": "0" * 64}, {"made": {"inputs": "0" * 64}}])
def test_a_folder_that_only_says_that_it_was_made_otherwise_is_made_again(
    workspace: Workspace, claim: dict[str, Any]
) -> None:
    """The weeks' keys also cover settings, remarks and what drew it: an altered page is named all the same."""
    alter(workspace.out, "index.html", "</h1>", " forged</h1>")
    edited(
        workspace.out, lambda published: published.update({**claim, "made": published["made"] | claim.get("made", {})})
    )
    assert {("index.html", 1), ("", 3)} <= set(compared(workspace))


def otherwise(workspace: Workspace, patch: pytest.MonkeyPatch, kind: str) -> Workspace:
    """The workspace of other settings, or on a program that draws otherwise."""
    if kind == "settings":
        return replace(workspace, settings=replace(workspace.settings, contact="other@example.invalid"))
    for module in ("commands.publication", "report.site"):
        patch.setattr(f"auditor.{module}.drawing_digest", lambda *_: "0" * 64)
    return workspace


@pytest.mark.parametrize("kind", ["settings", "program"])
def test_a_folder_made_otherwise_is_held_to_the_archives_audits(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Its document, its weeks and its seal depend on no setting and no version: contradicting the archive is exit 1."""
    other = otherwise(workspace, monkeypatch, kind)
    newest = next(workspace.out.glob("2*")).name
    document = f"{newest}/audit.json"
    assert compared(other) == [("", 3)]
    as_it_was = [(workspace.out / name).read_bytes() for name in (document, "published.json")]
    for change, name in (
        (lambda: alter(workspace.out, document, '"outcome":"failed"', '"outcome":"passed"'), document),
        (lambda: alter(workspace.out, document, "{", "["), document),
        (lambda: edited(workspace.out, lambda listed: listed["made"].update(seal="0" * 64)), "published.json"),
        (lambda: edited(workspace.out, lambda listed: listed["weeks"].pop(newest)), "published.json"),
        (lambda: edited(workspace.out, lambda listed: listed["weeks"].update({"2000-W01": ""})), "published.json"),
    ):
        change()
        assert sorted(compared(other)) == [("", 3), (name, 1)]
        for path, body in zip((document, "published.json"), as_it_was, strict=True):
            (workspace.out / path).write_bytes(body)


def test_with_other_remarks_or_settings_a_folder_is_held_against_its_own_list(workspace: Workspace) -> None:
    """They may be the operator's since then, or a forger's: exit 3; a file changed since is exit 1 as always."""
    contact = replace(workspace, settings=replace(workspace.settings, contact="other@example.invalid"))
    listed = replace(workspace, settings=replace(workspace.settings, report_index=True))
    taken = Withdrawal(week="2026-W40", on=NOW.date(), reason="Реестр был неверен.")
    remarked = replace(workspace, remarks=replace(workspace.remarks, withdrawn=(taken,)))
    for other in (contact, listed, remarked):
        assert compared(other) == [("", 3)]
    (workspace.out / "weeks.html").write_text("tampered")
    assert dict(compared(remarked)) == {"": 3, "weeks.html": 1}


def test_the_list_holds_hashes_and_no_copy_of_remarks_and_settings(workspace: Workspace) -> None:
    """With them the seal, which binds the folder to the archive: another one is noticed."""
    text = (workspace.out / "published.json").read_text(encoding="utf-8")
    assert json.loads(text)["made"].keys() == {"as_of", "week", "lang", "seal", "inputs"}
    assert workspace.settings.contact not in text
    edited(workspace.out, lambda published: published["made"].update(seal="0" * 64))
    assert sorted(compared(workspace)) == [("", 0), ("published.json", 1)]


@pytest.mark.parametrize("part", ["files", "weeks"])
@pytest.mark.parametrize("wrong", ["0" * 64, None])
def test_a_digest_altered_in_the_list_alone_is_noticed(workspace: Workspace, part: str, wrong: str | None) -> None:
    """No file differs then: by the list the next publication decides which weeks to leave as they are."""

    def alter(published: dict) -> None:
        name = max(name for name in published[part] if not name.endswith(".xml"))
        published[part] |= {name: wrong}
        if wrong is None:
            del published[part][name]

    edited(workspace.out, alter)
    assert max(code for _, code in compared(workspace)) == 1


def test_what_another_version_drew_is_no_tampering(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changed lines of a template: the folder's own list still holds, so exit 3; a file changed since is exit 1."""
    other = otherwise(workspace, monkeypatch, "program")
    assert compared(other) == [("", 3)]
    (workspace.out / "weeks.html").write_text("tampered")
    assert dict(compared(other)) == {"": 3, "weeks.html": 1}


def test_a_folder_that_auditor_1_0_drew_is_another_versions(workspace: Workspace) -> None:
    """It does not say by what it was drawn; publishing again replaces each of its files."""

    def by_1_0(published: dict) -> None:
        del published["drawing"], published["made"]["seal"], published["made"]["inputs"]
        published |= {"program": "1.0.0", "weeks": dict.fromkeys(published["weeks"], "0" * 64)}

    edited(workspace.out, by_1_0)
    with Archive.read(workspace.data) as archive:
        (line,) = compare_published(workspace, archive, workspace.out)
    assert line.code == 3
    assert "another version of the program (1.0.0)" in line.text


def test_what_is_dated_later_is_in_no_published_file(workspace: Workspace) -> None:
    """A withdrawal's reason before its day, a statement or a correction: from the day on it is published."""
    newest, moment = max(page.parent.name for page in workspace.out.glob("2*/index.html")), workspace.clock()
    taken = Withdrawal(week=newest, on=moment.date() + timedelta(days=1), reason="Реестр был неверен.")
    with_withdrawal = replace(workspace, remarks=replace(workspace.remarks, withdrawn=(taken,)))
    with Archive.read(workspace.data) as archive:
        audit = show_week(with_withdrawal, archive, Week.parse(newest, workspace.registry.zone), moment)
    publish_weeks(with_withdrawal, audit, moment)
    published = [path for path in workspace.out.rglob("*") if path.is_file()]
    assert [path for path in published if taken.reason.encode() in path.read_bytes()] == []
    assert compared(with_withdrawal) == [("", 0)]
    publish_weeks(with_withdrawal, audit, moment + timedelta(days=1))
    assert taken.reason in (workspace.out / newest / "index.html").read_text(encoding="utf-8")


def test_a_forged_report_is_told_by_the_command(workspace: Workspace) -> None:
    """Exit 1; what another version published cannot be told: exit 3, unless the archive itself was changed."""
    line, stray = ("evidence", "verify", "--published", "reports", "--lang", "en"), workspace.out / "x.html"
    stray.write_text("x")
    forged = typed(*line, cwd=workspace.data.parent)
    assert forged.code == 1
    assert "reports/x.html: the program did not publish this file" in forged.out
    stray.unlink()
    edited(workspace.out, lambda published: published.update(program="0.1.0"))
    assert typed(*line, cwd=workspace.data.parent).code == 3
    edit(workspace.data, "UPDATE runs SET vantage = 'x' WHERE id = 1")
    assert typed(*line, cwd=workspace.data.parent).code == 1


@pytest.mark.parametrize("wrong", [{"lang": "xx"}, {"week": "2026"}, {"as_of": "1960-01-01T00:00:00Z"}, {"inputs": 5}])
def test_a_folder_that_does_not_say_what_it_was_made_of_is_told(wrong: dict[str, object], workspace: Workspace) -> None:
    """Nothing of it is guessed."""
    edited(workspace.out, lambda published: published["made"].update(wrong))
    with pytest.raises(CannotRunError, match=r"published\.json"):
        compared(workspace)


def test_a_report_without_an_address_to_write_to_is_warned_of(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """Before it is published; where there is one nothing is said, and words are none."""
    newest = next(workspace.out.glob("2*")).name
    audit = sample_audit().model_copy(update={"week": newest})
    for contact, warning in (("press@example.invalid", ""), ("", "is not set"), ("не знаю", "is no e-mail, link")):
        caplog.clear()
        with_contact = replace(workspace, settings=replace(workspace.settings, contact=contact))
        with caplog.at_level("WARNING"):
            page = publish_weeks(with_contact, audit, workspace.clock())
        assert warning in caplog.text
        assert bool(caplog.text) is bool(warning)
        assert page == workspace.out / newest / "index.html"


def test_a_summary_ends_with_what_to_do_and_where_the_page_is(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Notices and what was done besides come before, each in a line; without a step none is announced."""
    page, done = Path("reports/2026-W47/index.html"), RunResult(3, {}, NOW, {"vk": 7})
    judged = WeeklyResult(sample_audit(), ("2026-W40",), ("bylo",), done)
    (left,), beside = unfinished_routes(done, workspace.translator), list(other_changes(judged, workspace.translator))
    assert "2026-W40" in beside[0]
    assert "bylo" in beside[1]
    assert [word for word in ("7", "VK") if word not in left] == []
    print_summary(workspace, sample_audit("en"), page, [verbatim("step one")], beside)
    print_summary(workspace, sample_audit("en"), page)
    lines = capsys.readouterr().out.splitlines()
    first, second = lines[: lines.index(str(page)) + 1], lines[lines.index(str(page)) + 1 :]
    assert first[-2:] == ["  step one", str(page)]
    assert first[-5:-3] == [f"! {line}" for line in beside]
    assert second == [*first[:-5], str(page)]


def test_a_withdrawn_week_is_told_without_its_figures(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """The day and the reason stand in their place."""
    taken = Withdrawal(week=sample_audit().week, on=NOW.date(), reason="Реестр был неверен.")
    print_summary(
        replace(workspace, remarks=replace(workspace.remarks, withdrawn=(taken,))), sample_audit(), Path("page")
    )
    first, *rest = capsys.readouterr().out.splitlines()
    assert taken.week in first
    assert taken.reason in first
    assert all(line.startswith("! ") for line in rest[:-1])
