"""The digest of what draws a folder: whatever changes a drawn byte changes it, and nothing else does."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from auditor.audit.document import Audit
from auditor.base.files import packaged
from auditor.report import drawing
from auditor.report.drawing import drawing_digest
from auditor.report.site import SiteOptions, content_keys, site
from tests.report.read_report import RU


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """Return a copy of the templates."""
    return Path(shutil.copytree(packaged("templates"), tmp_path / "templates"))


def test_the_same_program_has_the_same_digest(templates: Path) -> None:
    """Wherever it is installed; a second look at it changes nothing."""
    assert drawing_digest(templates) == drawing_digest()
    (templates / "__pycache__").mkdir()
    assert drawing_digest.__wrapped__(templates) == drawing_digest()


@pytest.mark.parametrize("name", ["office.html", "checks/comments_answered.html", "site.css"])
def test_two_changed_lines_of_a_template_are_another_drawing(name: str, templates: Path) -> None:
    """With the same number of the version; so are a template more and one less."""
    digest_now, path = partial(drawing_digest.__wrapped__, templates), templates / name
    first = digest_now()
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n", encoding="utf-8")
    changed = digest_now()
    path.unlink()
    assert len({first, changed, digest_now()}) == 3


@pytest.mark.parametrize("name", ["locales/ru.po", "report/feed.py", "base/i18n.py"])
def test_the_code_and_the_catalogue_are_part_of_it(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sentence that is translated otherwise is drawn otherwise."""
    package = Path(shutil.copytree(drawing._PACKAGE, tmp_path / "auditor"))
    monkeypatch.setattr(drawing, "_PACKAGE", package)
    first = drawing_digest.__wrapped__()
    (package / name).write_text(f"{(package / name).read_text(encoding='utf-8')}\n", encoding="utf-8")
    assert first == drawing_digest() != drawing_digest.__wrapped__()


def test_a_week_is_drawn_again_by_another_drawing(two: list[Audit], monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a changed sentence would reach the weeks to come alone, and the folder would say two things."""
    first = content_keys(two, [], SiteOptions(), RU, two[1].as_of)
    monkeypatch.setattr("auditor.report.site.drawing_digest", lambda _templates: "another")
    later = content_keys(two, [], SiteOptions(), RU, two[1].as_of)
    assert [week for week in first if first[week] == later[week]] == []


def test_a_folder_is_drawn_from_the_templates_that_are_given(two: list[Audit], templates: Path) -> None:
    """Its pages and its styles; and each week has another key, so that it is drawn again."""
    page = templates / "home.html"
    page.write_text(page.read_text(encoding="utf-8").replace('class="first"', 'class="first ours"'), encoding="utf-8")
    (templates / "site.css").write_text("body {}", encoding="utf-8")
    files = dict(site(two, [], SiteOptions(), RU, two[1].as_of, templates=templates))
    assert b'class="first ours"' in files["index.html"]
    assert files["look/site.css"] == b"body {}"
    ours = content_keys(two, [], SiteOptions(), RU, two[1].as_of, templates=templates)
    theirs = content_keys(two, [], SiteOptions(), RU, two[1].as_of)
    assert [week for week in theirs if ours[week] == theirs[week]] == []
