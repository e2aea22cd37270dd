"""The week in a few lines, and the files that are written."""

import json
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base.errors import CannotRunError
from auditor.base.i18n import Catalogue
from auditor.commands.publish import write_report
from auditor.report.headline import render_text
from auditor.report.page.html import Place, week_pages
from tests.audit_samples import sample_audit
from tests.cases import TOMSK

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def test_the_week_in_a_few_lines(audit: Audit) -> None:
    """How many of how many, names with causes, changes; one line each."""
    lines = render_text(audit, RU).splitlines()
    assert lines[0] == "Неделя 47, 16.11.2026–22.11.2026"
    assert "вымышлены" in lines[1]
    assert lines[2] == "Поручение соблюдено у 8 глав из 20, не соблюдено у 3, не установлено у 5, ещё 4 — вне оценки"
    assert lines[3].startswith("Известно: кто глава — у 19 из 20, его страница — у 14 из 20")
    assert lines[4] == "✕ 3 не соблюдено: Двадцатый, Пятый, Третий"
    assert lines[-1].startswith("С недели 46: другой итог 5: изменились сведения: ")
    assert len(lines) == 10


def test_a_broken_control_is_in_the_lines() -> None:
    """Whoever reads only the terminal learns it too."""
    assert "Telegram (просмотр без входа) на этой неделе не проверен" in render_text(sample_audit(broken=True), RU)


def test_the_report_is_written_where_readers_look(audit: Audit, tmp_path: Path) -> None:
    """The page, what it offers and what it leads to lie in the week's folder, and nothing else does."""
    path = write_report(audit, tmp_path / "out", RU)
    assert path == tmp_path / "out" / "2026-W47" / "index.html"
    files = ("audit.json", "audit.csv", "audit.xlsx", "post.txt", "offices.csv", "posts.csv")
    assert {p.name for p in path.parent.iterdir()} == {"index.html", "method.html", "o", "proof", *files}
    pages = dict(week_pages(audit, catalogue=RU, place=Place(files=files)))
    lesser = [p for folder in ("o", "proof") for p in (path.parent / folder).iterdir()]
    assert {p.relative_to(tmp_path / "out").as_posix() for p in lesser} == set(pages) - {
        "2026-W47/index.html",
        "2026-W47/method.html",
    }
    assert path.read_text(encoding="utf-8") == pages["2026-W47/index.html"]
    assert json.loads((path.parent / "audit.json").read_text(encoding="utf-8"))["week"] == "2026-W47"


def test_writing_twice_gives_the_same_files(audit: Audit, tmp_path: Path) -> None:
    """A second report replaces the first, byte by byte the same."""
    path = write_report(audit, tmp_path, RU)
    before = {p.name: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()}
    write_report(audit, tmp_path, RU)
    assert {p.name: p.read_bytes() for p in path.parent.rglob("*") if p.is_file()} == before


def test_a_folder_that_cannot_be_written_is_one_line(audit: Audit, tmp_path: Path) -> None:
    """The reader gets a sentence, and no half of a file."""
    (tmp_path / "2026-W47").write_text("in the way")
    with pytest.raises(CannotRunError, match="the report cannot be written to"):
        write_report(audit, tmp_path, RU)


def test_a_broken_write_leaves_the_old_report(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails in the middle, the report that was there is still whole, and no scraps lie about."""
    path = write_report(audit, tmp_path, RU)
    before = path.read_bytes()
    audit = audit.model_copy(update={"version": 2})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotRunError, match="No space left"):
        write_report(audit, tmp_path, RU)
    assert path.read_bytes() == before
    assert not [p.name for p in path.parent.rglob("*") if ".part" in p.name]
