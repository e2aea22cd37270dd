"""Publishing replaces what it made and nothing else; a published folder is held against the archive."""

import json
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import CannotRunError
from auditor.report import publish as publishing
from auditor.report.publish import NAME, diff_folder, publish, read_published

Pages = dict[str, bytes]
TWO = {"2026-W46/index.html": b"46", "2026-W47/index.html": b"47", "o/a.html": b"a", "index.html": b"home"}
WEEKS = {"2026-W46": "x", "2026-W47": "y"}


def drawing(pages: Pages, unchanged_weeks: list[set[str]] | None = None) -> Any:
    """Draw these pages, less those of the weeks that are done."""

    def draw(unchanged: Collection[str]) -> Iterable[tuple[str, bytes]]:
        if unchanged_weeks is not None:
            unchanged_weeks.append(set(unchanged))
        return ((path, body) for path, body in pages.items() if path.partition("/")[0] not in unchanged)

    return draw


def files(out: Path) -> Pages:
    """What lies in the folder, but for the list of what is ours."""
    paths = (path for path in out.rglob("*") if path.is_file() and path.name != NAME)
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two weeks, published beside a file of somebody else's."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "robots.txt").write_bytes(b"User-agent: *")
    publish(drawing(TWO), folder, WEEKS, {"as_of": "then"})
    return folder


def test_publishing_anew_replaces_and_removes_only_what_is_ours(out: Path) -> None:
    """Each file is named with its digest, sorted; a page that is not made any more goes with its folder."""
    published = read_published(out)
    assert (list(published.files), published.weeks, published.made) == (sorted(TWO), WEEKS, {"as_of": "then"})
    now = {key: body for key, body in TWO.items() if key != "o/a.html"} | {"index.html": b"new", "b.html": b"b"}
    publish(drawing(now), out, WEEKS | {"2026-W47": "z"}, {})
    assert files(out) == {**now, "robots.txt": b"User-agent: *"}
    assert not (out / "o").exists()


def test_an_unchanged_week_is_not_drawn_again(out: Path) -> None:
    """Unless one of its files is not as it was."""
    unchanged_weeks: list[set[str]] = []
    publish(drawing(TWO, unchanged_weeks), out, WEEKS | {"2026-W47": "z"}, {})
    (out / "2026-W46/index.html").write_bytes(b"tampered")
    publish(drawing(TWO, unchanged_weeks), out, WEEKS | {"2026-W47": "z"}, {})
    assert unchanged_weeks == [{"2026-W46"}, {"2026-W47"}]
    assert files(out)["2026-W46/index.html"] == b"46"


def test_published_weeks_that_are_lost_stop_it_until_they_are_dropped(out: Path) -> None:
    """One line says how, and can be pasted; nothing was changed. A week that is made or unknown cannot be dropped."""
    only_newer, new = (
        {"2026-W47/index.html": b"47", "index.html": b"x"},
        {"2026-W48/index.html": b"48", "index.html": b"x"},
    )
    before = files(out)
    for pages, weeks, drop, expected in (
        (only_newer, {"2026-W47": "z"}, [], r"report --drop-week 2026-W46$"),
        (only_newer, {"2026-W47": "z"}, ["2026-W47"], "2026-W47"),
        (new, {"2026-W48": "z"}, [], r"report --drop-week 2026-W46 --drop-week 2026-W47$"),
        (new, {"2026-W48": "z"}, ["2026-W40"], "2026-W40"),
    ):
        with pytest.raises(CannotRunError, match=expected):
            publish(drawing(pages), out, weeks, {}, drop=drop)
        assert files(out) == before
    publish(drawing(only_newer), out, {"2026-W47": "z"}, {}, drop=["2026-W46"])
    assert files(out) == {**only_newer, "robots.txt": b"User-agent: *"}


@pytest.mark.parametrize("step", ["_replace", "_remove"])
def test_what_a_killed_run_left_is_made_good(out: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Killed between two files: the next run knows which are ours, leaves no scrap, and loses no week."""
    now = {path: b"new " + body for path, body in TWO.items()} | {"more.html": b"more"}
    weeks = WEEKS | {"2026-W46": "1"}

    def killed(_out: Path, _paths: Iterable[str]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, step, killed)
        with pytest.raises(KeyboardInterrupt):
            publish(drawing(now), out, weeks, {})
    with pytest.raises(CannotRunError, match="--drop-week 2026-W46"):
        publish(drawing({"2026-W47/index.html": b"47", "index.html": b"new"}), out, {"2026-W47": "y"}, {})
    publish(drawing(now), out, weeks, {})
    assert files(out) == {**now, "robots.txt": b"User-agent: *"}
    assert read_published(out).files.keys() == now.keys()


def test_a_folder_is_compared_file_by_file(out: Path) -> None:
    """Missing, changed since, made otherwise or not at all now, never published, another's: each by its own word."""
    (out / "o/a.html").unlink()
    (out / "index.html").write_bytes(b"tampered")
    now = TWO | {"2026-W46/index.html": b"another", "more.html": b"more"}
    del now["2026-W47/index.html"]
    assert dict(diff_folder(out, now.items())) == {
        "o/a.html": "missing",
        "index.html": "changed",
        "2026-W46/index.html": "differs",
        "2026-W47/index.html": "differs",
        "more.html": "unknown",
        "robots.txt": "strange",
    }
    assert dict(diff_folder(out, None)) == {"o/a.html": "missing", "index.html": "changed", "robots.txt": "strange"}


OUTSIDE = ["../victim/a.txt", "/tmp/victim", "./index.html", "", "a\\b", "a\x00", "x" * 300]
FORMS = [{"files": []}, {"weeks": []}, {"weeks": None}, {"weeks": {"../..": "x"}}, {"made": 7}, {"program": None}]


@pytest.mark.parametrize("wrong", [*FORMS, *({"files": {path: "0" * 64}} for path in OUTSIDE), "[" * 100_000, "{"])
def test_a_list_of_another_form_or_that_leads_out_of_the_folder_is_refused(out: Path, wrong: Any) -> None:
    """It may be another's hand, or damaged: nothing is removed by it, nor read."""
    listed = json.loads((out / NAME).read_text(encoding="utf-8"))
    (out / NAME).write_text(wrong if isinstance(wrong, str) else json.dumps(listed | wrong), encoding="utf-8")
    before = files(out)
    with pytest.raises(CannotRunError, match=NAME):
        publish(drawing(TWO), out, WEEKS, {})
    assert files(out) == before


def test_only_our_own_scraps_are_cleared(out: Path, tmp_path: Path) -> None:
    """A file of another's that looks like a scrap stays, and a link is not followed."""
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "a").write_bytes(b"a")
    (out / "movie.abcdefgh.part").write_bytes(b"movie")
    (out / f"{NAME}.abcdefgh.part.json").write_bytes(b"scrap")
    publish(drawing(TWO), out, WEEKS, {})
    assert files(out).keys() == {*TWO, "robots.txt", "movie.abcdefgh.part"}
    (out / ".publishing").symlink_to(victim)
    with pytest.raises(CannotRunError, match=r"\.publishing"):
        publish(drawing(TWO), out, WEEKS, {})
    assert files(victim) == {"a": b"a"}


@pytest.mark.parametrize("place", ["index.html", "o", "file"])
def test_nothing_is_written_over_anothers_file_or_through_his_link(tmp_path: Path, place: str) -> None:
    """Neither in its place, wherever it leads, nor into the folder that it leads to."""
    away, out = tmp_path / "away", tmp_path / "out"
    away.mkdir()
    out.mkdir()
    if place == "file":
        (out / "index.html").write_bytes(b"another's")
    else:
        (out / place).symlink_to(away if place == "o" else tmp_path / "nowhere")
    with pytest.raises(CannotRunError, match="index.html" if place == "file" else place):
        publish(drawing(TWO), out, WEEKS, {})
    assert files(away) == {}
    assert not (tmp_path / "nowhere").exists()
    assert files(out) == ({"index.html": b"another's"} if place == "file" else {})
