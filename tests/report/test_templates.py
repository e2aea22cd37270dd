"""What holds for the templates as somebody reads and changes them."""

import re
import shutil
from pathlib import Path

import pytest

from auditor.base.errors import CannotRunError
from auditor.base.files import packaged
from auditor.base.i18n import Translator
from auditor.report.site import SiteOptions, site
from tests.audit_samples import sample_audit

FOLDER = packaged("templates")
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())
_BLOCK = re.compile(
    r"<(?:address|blockquote|body|caption|dd|details|div|dl|dt|footer|form|h[1-6]|head|header|li|link|main|meta|nav|ol"
    r"|option|p|section|select|summary|table|tbody|td|th|thead|title|tr|ul)\b"
)


def _named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_no_line_is_longer_than_the_code_may_be(path: Path) -> None:
    """No line of a template, style or script has more than 120 signs."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    assert [(number, len(line)) for number, line in lines if len(line) > 120] == []


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".html"], ids=_named)
def test_a_line_opens_one_element(path: Path) -> None:
    """No line of a page opens two elements that stand below each other or beside each other in a table."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(_BLOCK.findall(line)) > 1] == []


@pytest.mark.parametrize("path", FILES, ids=_named)
def test_no_template_compares_the_words_of_truth(path: Path) -> None:
    """What is true or false comes from Python as such, and not as the text that a macro wrote."""
    assert not re.search(r"""[=!]= *["'](?:True|False|None|\d+)["']""", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lost", ["checks/default.html", "base.html", "week.html", "site.css"])
def test_a_part_that_is_missing_is_named(lost: str, tmp_path: Path) -> None:
    """With its path and what to do; a check's own template is none, as the default may draw it."""
    templates = Path(shutil.copytree(FOLDER, tmp_path / "templates"))
    for path in (*templates.glob("checks/*.html"), templates / lost) if "/" in lost else [templates / lost]:
        path.unlink(missing_ok=True)
    audit, russian = sample_audit(), Translator("ru")
    with pytest.raises(CannotRunError, match=rf"templates/{lost}, a part of the program, is missing; install"):
        dict(site([audit], [], SiteOptions(), russian, audit.as_of, templates=templates))


def test_the_sign_of_what_could_not_be_told_is_no_broken_character() -> None:
    """A filled diamond around a question mark stands for a letter that a font lacks: the sign is a ring."""
    drawn = (FOLDER / "draw.html").read_text(encoding="utf-8")
    signs = dict(re.findall(r'<symbol id="(\w+)"[^>]*>(.*?)</symbol>', drawn, re.DOTALL))
    assert '<circle cx="8" cy="8" r="7" fill="none"' in signs["cantTell"]
    assert 'fill="currentColor"' not in signs["cantTell"]
    assert len(set(signs.values())) == len(signs)
