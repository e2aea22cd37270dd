"""`auditor letter`: what an office is told, of the same findings as its card, from the archive alone."""

import errno
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from auditor.audit.document import Audit
from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.commands.cli import run
from auditor.commands.letter import letter_to
from auditor.registry.remarks import Withdrawal
from auditor.report.site import card_page
from auditor.run.judge_week import show_week
from auditor.run.workspace import Workspace, open_workspace
from tests.commands.typed import typed

NOW = "2026-11-24T12:00+07:00"


@pytest.fixture(scope="module")
def workspace(five_weeks: Path) -> Workspace:
    """The demonstration's folder, as of its last moment."""
    paths = {"registry": five_weeks / "officials.yaml", "data": five_weeks / "data", "out": five_weeks / "reports"}
    return open_workspace(**paths, as_of=NOW, publishes=True)


def test_a_letter_says_what_the_audit_says(workspace: Workspace, five_weeks: Path) -> None:
    """The verdict's sentence, the day to answer by, the seal, each post without an answer; no place or markup."""
    audit = Audit.from_json((five_weeks / "reports/2026-W47/audit.json").read_text(encoding="utf-8"))
    linked = 0
    for office in [office for office in audit.offices if office.bound]:
        plain = re.sub(r"\s+", " ", letter_to(workspace, workspace.office(office.id), workspace.week(None)))
        verdict, comments = office.finding("opened_by_deadline"), office.finding("comments_answered")
        posts = [post["url"] for post in comments.values.get("posts") or () if post["no_reply_found"]]
        sentences = [
            re.sub(r"\s+", " ", verdict.message),
            office.title,
            Translator("ru").date(date(2026, 11, 30)),
            audit.seal,
        ]
        assert [words for words in (*sentences, *posts) if words.removeprefix("https://") not in plain] == []
        assert not re.search(r"<\w|&\w+;|\{\w", plain)
        linked += len(posts)
    assert linked > 0


def test_who_met_everything_is_asked_for_nothing(workspace: Workspace) -> None:
    """The first district keeps to everything. A group that no audit has is no letter."""
    office = workspace.office("rayon-01")
    assert workspace.translator.gettext("Nothing is asked of the holder.") in letter_to(
        workspace, office, workspace.week(None)
    )
    with pytest.raises(UsageError):
        letter_to(workspace, office.model_copy(update={"id": "nobody"}), workspace.week(None))


@pytest.mark.parametrize("name", ["letter.txt", "letter.docx"])
def test_it_is_written_as_text_or_for_word(name: str, workspace: Workspace, five_weeks: Path, tmp_path: Path) -> None:
    """Both hold the same lines, but for Word's tab after a number; a folder that is not there is exit 4, one line."""
    where = ["--registry", str(five_weeks / "officials.yaml"), "--data", str(five_weeks / "data"), "--as-of", NOW]
    to = tmp_path / name
    assert run(["letter", "rayon-04", "--to", str(to), *where]) == 0
    paragraphs = [p.text.replace("\t", " ") for p in Document(str(to)).paragraphs] if to.suffix == ".docx" else []
    lines = paragraphs or to.read_text().splitlines()
    text = letter_to(workspace, workspace.office("rayon-04"), workspace.week(None))
    assert [line for line in lines if line] == [line for line in text.splitlines() if line]
    assert run(["letter", "rayon-04", "--to", str(tmp_path / "no" / name), *where]) == 4


def test_its_link_leads_to_the_page_that_is_published(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address of a page is made in one place: an office's id may need other letters in a file's name."""
    office, shown = workspace.office("rayon-04"), show_week

    def show_renamed(*where: Any) -> Audit:
        return shown(*where).map_offices(lambda audited: audited.model_copy(update={"id": f"R{audited.id[1:]}"}))

    monkeypatch.setattr("auditor.commands.letter.show_week", show_renamed)
    settings = replace(workspace.settings, report_url="https://example.invalid/r")
    published, renamed = replace(workspace, settings=settings), office.model_copy(update={"id": "Rayon-04"})
    text = letter_to(published, renamed, workspace.week(None))
    assert f"https://example.invalid/r/{card_page('2026-W47', 'Rayon-04')}" in text
    assert card_page("2026-W47", "Rayon-04") == "2026-W47/o/~52~ayon-04.html"


def test_a_letter_without_a_contact_leaves_room_for_one(workspace: Workspace) -> None:
    """As sender and as the address to answer to, else nobody could be answered; one that is set stands there."""
    office, week, room = workspace.office("rayon-04"), workspace.week(None), "(впишите сюда своё имя и адрес)"
    for contact, rooms in (("", 2), ("press@example.invalid", 0)):
        settings = replace(workspace.settings, contact=contact)
        text = letter_to(replace(workspace, settings=settings), office, week)
        assert text.count(room) == rooms
        assert contact in text


def test_a_week_that_was_not_sealed_has_no_page_to_lead_to(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was judged for the letter alone: its page is not published, and a link would lead nowhere."""
    settings = replace(workspace.settings, report_url="https://example.invalid/r")
    asked = (replace(workspace, settings=settings), workspace.office("rayon-04"), workspace.week(None))
    assert f"{settings.report_url}/" in letter_to(*asked)
    shown = show_week

    def show_unsealed(*where: Any) -> Audit:
        return shown(*where).model_copy(update={"seal": ""})

    monkeypatch.setattr("auditor.commands.letter.show_week", show_unsealed)
    assert f"{settings.report_url}/" not in letter_to(*asked)


def test_of_a_withdrawn_week_no_letter_is_written(workspace: Workspace) -> None:
    """What was taken back is not sent on; from its day on, and no week before it is touched."""
    taken = Withdrawal(week="2026-W47", on=date(2026, 11, 24), reason="Реестр был неверен.")
    after = replace(workspace, remarks=replace(workspace.remarks, withdrawn=(taken,)))
    with pytest.raises(UsageError, match="2026-W47 is withdrawn"):
        letter_to(after, after.office("rayon-01"), after.week(None))
    later = taken.model_copy(update={"on": date(2026, 11, 25)})
    early = replace(workspace, remarks=replace(workspace.remarks, withdrawn=(later,)))
    assert letter_to(early, early.office("rayon-01"), early.week(None))


LETTERS = ("letter.txt", "letter.docx")


@pytest.mark.parametrize("name", LETTERS)
def test_an_edited_letter_is_not_overwritten(name: str, five_weeks: Path, tmp_path: Path) -> None:
    """It stays as it is, with one line that says how to go on; one that nobody edited may be written again."""
    where = ("--registry", five_weeks / "officials.yaml", "--data", five_weeks / "data", "--as-of", NOW)
    written = typed("letter", "rayon-04", "--to", name, *where, cwd=tmp_path)
    content = (tmp_path / name).read_bytes()
    assert (written.code, typed("letter", "rayon-04", "--to", name, *where, cwd=tmp_path).code) == (0, 0)
    (tmp_path / name).write_bytes(content + b" ")
    done = typed("letter", "rayon-04", "--to", name, *where, "--lang", "en", cwd=tmp_path)
    assert (done.code, (tmp_path / name).read_bytes()) == (2, content + b" ")
    assert done.err == f"auditor: {name}: holds something else, perhaps your changes; name another with --to\n"


@pytest.mark.parametrize("name", LETTERS)
def test_on_a_full_disk_nothing_is_half_written(
    name: str, five_weeks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line says so, and no file is left."""

    def no_space(_path: Path, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    where = ("--registry", five_weeks / "officials.yaml", "--data", five_weeks / "data", "--as-of", NOW, "--lang", "en")
    done = typed("letter", "rayon-04", "--to", name, *where, cwd=tmp_path)
    assert (done.code, list(tmp_path.iterdir())) == (4, [])
    assert done.err == f"auditor: {name}: cannot be written (the disk is full); choose another with --to\n"


def test_a_letter_for_word_is_a4_russian_and_of_today(five_weeks: Path, tmp_path: Path) -> None:
    """As an office in Russia prints it, and Word checks its spelling; today is the clock's."""
    where = ("--registry", five_weeks / "officials.yaml", "--data", five_weeks / "data", "--as-of", NOW)
    assert typed("letter", "rayon-04", "--to", "letter.docx", *where, cwd=tmp_path).code == 0
    document = Document(str(tmp_path / "letter.docx"))
    section, properties = document.sections[0], document.core_properties
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert {properties.created.date(), properties.modified.date()} == {date(2026, 11, 24)}
    languages = {tag.get(qn("w:val")) for tag in document.styles.element.iter(qn("w:lang"))}
    assert {*languages, properties.language} == {"ru-RU"}
