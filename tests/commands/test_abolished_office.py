"""An office that was abolished: each command that takes one says so in a line, and since when."""

from pathlib import Path

import pytest

from tests.commands.heads import NOW, OFFICE
from tests.commands.typed import typed
from tests.registry.registry_texts import HEAD

GONE = OFFICE.format(n=1) + "    abolished: 2026-10-07\n"
LINE = "auditor: глава (rayon-1): abolished since 7 Oct 2026; only weeks that ended before that day are judged\n"
SEARCHED = ("--how", "в поиске VK по имени", "--by", "Имярек Г. Г.", "--found", "nothing", "--yes")
COMMANDS = [
    ("check", "rayon-1"),
    ("check", "rayon-1", "--offline"),
    ("letter", "rayon-1"),
    ("letter", "rayon-1", "--ask"),
    ("letter", "rayon-1", "--ask", "--sent", "2026-11-24", "--yes"),
    ("registry", "fill", "rayon-1"),
    ("next", "rayon-1"),
    ("discover", "rayon-1"),
    ("review", "rayon-1"),
    ("evidence", "export", "rayon-1"),
    ("ci", "summary", "rayon-1"),
    ("accounts", "searched", "rayon-1", *SEARCHED),
    ("accounts", "confirm", "rayon-1", "t.me/x_y_z", "--how", "на сайте", "--source", "https://example.org", "--yes"),
    ("accounts", "reject", "rayon-1", "t.me/x_y_z", "--how", "другая", "--yes"),
]


@pytest.mark.parametrize("line", COMMANDS, ids=" ".join)
def test_each_command_says_that_the_office_is_abolished(tmp_path: Path, line: tuple[str, ...]) -> None:
    """And changes nothing; of a week before that it still speaks."""
    (tmp_path / "officials.yaml").write_text(HEAD + GONE, encoding="utf-8")
    done = typed(*line, *NOW, cwd=tmp_path)
    assert (done.code, done.out, done.err) == (2, "", LINE)
    assert (tmp_path / "officials.yaml").read_text(encoding="utf-8") == HEAD + GONE


def test_a_week_before_that_is_judged_as_ever(tmp_path: Path) -> None:
    """The card of the last one; the list of offices says that it is abolished."""
    (tmp_path / "officials.yaml").write_text(HEAD + GONE, encoding="utf-8")
    done = typed("check", "rayon-1", "--offline", "--week", "2026-W40", *NOW, cwd=tmp_path)
    assert (done.code, done.err) == (3, "")
    assert "Имярек1" in done.out
    assert "the office is abolished" in typed("registry", "list", "rayon-1", *NOW, cwd=tmp_path).out
