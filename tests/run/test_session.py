"""A session is what one command works with: folders, language, registry, moment and week."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.base.errors import UsageError
from auditor.run.session import open_session
from auditor.sandbox import World
from tests.cases import NOW, WEEK
from tests.pipeline import few, session_of


@pytest.mark.parametrize(
    ("typed", "hours", "week"),
    [(None, 0, "2026-W46"), (None, 168, "2026-W47"), ("2026-W47", 0, "2026-W47"), ("2026-W47", -0.1, None)],
)
def test_a_week_is_the_last_that_ended_or_one_that_has_begun(
    typed: str | None, hours: float, week: str | None, tmp_path: Path
) -> None:
    """Counted from the beginning of 2026-W47."""
    session = session_of(few(World.build()), tmp_path, {}, WEEK.starts + timedelta(hours=hours))
    if week is None:
        with pytest.raises(UsageError, match="has not begun"):
            session.week(typed)
    else:
        assert str(session.week(typed)) == week


def test_a_session_is_what_the_arguments_say_before_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders, language and moment; of the registry the shortest path that is true."""
    (tmp_path / "officials.yaml").write_text(few(World.build()).registry_yaml(), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in (("LANG", "en"), ("DATA", str(tmp_path / "a")), ("OUT", str(tmp_path / "b"))):
        monkeypatch.setenv(f"AUDITOR_{name}", value)
    plain = open_session()
    assert (plain.registry_path, plain.data, plain.out) == (Path("officials.yaml"), tmp_path / "a", tmp_path / "b")
    assert (plain.words.lang, plain.as_of) == ("en", None)
    given = open_session(data=tmp_path / "c", out=tmp_path / "d", as_of="2026-11-24T12:00", lang="ru")
    assert (given.data, given.out, given.words.lang, given.clock()) == (tmp_path / "c", tmp_path / "d", "ru", NOW)
    assert given.office("rayon-01").id == "rayon-01"
    with pytest.raises(UsageError):
        given.office("нет такого")
