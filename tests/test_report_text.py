"""The week in a few lines, one office on the terminal, and the files that are written."""

import json
import re
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.errors import CannotRunError
from auditor.i18n import Catalogue
from auditor.report.card import print_card, render_card
from auditor.report.html import render_html
from auditor.report.text import render_text
from auditor.report.write import write_report
from tests.audit_samples import hostile_audit, sample_audit
from tests.cases import TOMSK
from tests.test_i18n import FORBIDDEN

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def card(audit: Audit, number: int, **options) -> str:
    return render_card(audit.offices[number - 1], audit, RU, **options)


def test_the_week_in_a_few_lines(audit: Audit) -> None:
    """How many of how many, names with causes, changes; one line each."""
    lines = render_text(audit, RU).splitlines()
    assert lines[0] == "Неделя 47, 16.11.2026–22.11.2026"
    assert "вымышлены" in lines[1]
    assert lines[2] == "Поручение соблюдено у 8 глав из 20, не соблюдено у 3, не установлено у 5"
    assert lines[3] == "✕ 3 не соблюдено: Двадцатый, Пятый, Третий"
    assert lines[-1].startswith("С недели 46: лучше 1 (Четвёртый); хуже 1 (Двадцатый); сравнить нельзя 2")
    assert len(lines) == 9


def test_a_broken_control_is_in_the_lines() -> None:
    """Whoever reads only the terminal learns it too."""
    assert "Telegram (просмотр без входа) на этой неделе не оценивается" in render_text(sample_audit(broken=True), RU)


def test_a_card_says_the_same_as_the_page(audit: Audit) -> None:
    """Verdict, pages, findings by what they rest on, and what to do."""
    shown = card(audit, 3)
    assert "✕ не соблюдено. Telegram: страница открыта 14.02.2023, через 259 дней после срока" in shown
    assert re.search(r"t\.me/rayon03_glava\s+личная\s+открыта 14\.02\.2023, точно", shown)
    assert shown.index("\nПоручение\n") < shown.index("\nПрактика ведения\n") < shown.index("\nЧто сделать\n")
    assert "1. Срок прошёл" in shown
    assert "ev-rayon03_glava-t1" in shown


def test_practice_has_no_cross(audit: Audit) -> None:
    """A benchmark that is not reached is a triangle; the cross is the directive's."""
    shown = card(audit, 9)
    assert "▽  Публикации за неделю" in shown
    assert "✕" not in shown


def test_a_card_names_the_cause(audit: Audit) -> None:
    """What could not be told is said with its cause, never as a number."""
    shown = card(audit, 6)
    assert "не установлено: заглушка вместо страницы" in shown
    assert "Публикаций за неделю: 0" not in shown


def test_a_card_shows_leads_as_unjudged(audit: Audit) -> None:
    """The operator sees what nobody has confirmed, and that it is not judged."""
    assert "Не подтверждены, не оцениваются: t.me/perviy" in card(audit, 17, leads=["https://t.me/perviy"])


def test_a_piped_card_is_plain(audit: Audit, capsys: pytest.CaptureFixture[str]) -> None:
    """No colour, no link codes, no trailing spaces."""
    print_card(audit.offices[0], audit, RU)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert not re.search(r" +$", shown, re.MULTILINE)


def test_a_terminal_card_has_links(audit: Audit) -> None:
    """On a terminal the addresses are OSC 8 links, and only safe ones."""
    assert "\x1b]8;" in card(audit, 1, color=True)
    assert "https://t.me/rayon01_glava" in card(audit, 1, color=True)
    assert "\x1b]8;" not in card(hostile_audit(), 1, color=True)


@pytest.mark.parametrize("width", [40, 60, 100, 160])
def test_a_card_keeps_to_its_width(audit: Audit, width: int) -> None:
    """No line is longer than the terminal."""
    assert max(len(line) for line in card(audit, 1, width=width).splitlines()) <= width


def test_hostile_data_cannot_drive_the_terminal() -> None:
    """Escape sequences, directions and rich's own markup in data stay visible text."""
    office = hostile_audit().offices[2].model_copy(update={"municipality": "\x1b[31m[bold]x[/bold]\u202e"})
    shown = render_card(office, hostile_audit(), RU, width=100)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[31m[bold]x[/bold]" in shown


def test_every_card_renders_and_blames_nobody(audit: Audit) -> None:
    """For each office, volunteers too."""
    for office in audit.offices:
        assert not FORBIDDEN.search(render_card(office, audit, RU))
    assert "добровольно, вне поручения" in card(audit, 21)


def test_the_report_is_written_where_readers_look(audit: Audit, tmp_path: Path) -> None:
    """The page and the document lie in the week's folder, and nothing else does."""
    path = write_report(audit, tmp_path / "out", RU)
    assert path == tmp_path / "out" / "2026-W47" / "index.html"
    assert sorted(p.name for p in path.parent.iterdir()) == ["audit.json", "index.html"]
    assert path.read_text(encoding="utf-8") == render_html(audit, catalogue=RU)
    assert json.loads((path.parent / "audit.json").read_text(encoding="utf-8"))["week"] == "2026-W47"


def test_writing_twice_gives_the_same_files(audit: Audit, tmp_path: Path) -> None:
    """A second report replaces the first, byte by byte the same."""
    path = write_report(audit, tmp_path, RU)
    before = {p.name: p.read_bytes() for p in path.parent.iterdir()}
    write_report(audit, tmp_path, RU)
    assert {p.name: p.read_bytes() for p in path.parent.iterdir()} == before


def test_a_folder_that_cannot_be_written_is_one_line(audit: Audit, tmp_path: Path) -> None:
    """The reader gets a sentence, and no half of a file."""
    (tmp_path / "2026-W47").write_text("in the way")
    with pytest.raises(CannotRunError, match="the report cannot be written to"):
        write_report(audit, tmp_path, RU)


def test_a_broken_write_leaves_the_old_report(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails in the middle, the report that was there is still whole, and no scraps lie about."""
    path = write_report(audit, tmp_path, RU)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotRunError, match="No space left"):
        write_report(audit, tmp_path, RU)
    assert path.read_bytes() == before
    assert sorted(p.name for p in path.parent.iterdir()) == ["audit.json", "index.html"]
