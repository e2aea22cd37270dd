"""Layout drift: a page that no longer reads as it did is noticed and reported to the operator."""

import hashlib
import re
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.base.i18n import Catalogue
from auditor.base.snapshot import EvidenceKind
from auditor.report.notices import drift_notices, drifts
from tests.archive_samples import evidence
from tests.bench import EMPTY_SHELL, NEW_DESIGN, Bench, Row, Seen, at, command_line
from tests.faulty_server import FaultyServer, Play, said

DRIFT = "незнакомом программе виде"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


def drifted(seen: Seen) -> list[str]:
    return [line for line in seen.printed.splitlines() if DRIFT in line]


@pytest.mark.parametrize(
    ("row", "named", "kind"),
    [
        (Row("t.me", "new landing", said(EMPTY_SHELL), "landings"), "t.me/primer_rayon_14_byl", "profile"),
        (Row("t.me", "new discussion", said(EMPTY_SHELL), "discussions"), "t.me/primer_rayon_01_glava", "comments"),
    ],
    ids=lambda value: value.fault if isinstance(value, Row) else "",
)
def test_an_unknown_layout_is_told_at_the_end_of_the_run(
    bench: Bench, tmp_path: Path, row: Row, named: str, kind: str
) -> None:
    """With the route, how many pages, and the answers to look at, which are those that could not be read."""
    seen = bench.run(row, tmp_path)
    (line,) = drifted(seen)
    assert named in line
    ids = re.findall(r"ev-[0-9a-f]{12}", line)
    assert ids
    with Archive.read(tmp_path / "data") as archive:
        kept = [evidence(archive, one) for one in ids]
    assert {found[0].kind for found in kept if found is not None} == {EvidenceKind(kind)}


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (Row("t.me", "new preview", said(NEW_DESIGN), "previews"), "t.me/sandbox_control"),
        (Row("VK", "new answer", said("{}"), "wall.get"), "vk.com/sandbox_control"),
    ],
    ids=lambda value: value.fault if isinstance(value, Row) else "",
)
def test_a_control_whose_posts_cannot_be_read_tells_it(bench: Bench, tmp_path: Path, row: Row, named: str) -> None:
    """What changed for the control too changed for all pages, and none of them is judged by it."""
    seen = bench.run(row, tmp_path)
    (line,) = drifted(seen)
    assert named in line
    controls = {one["url"]: (one["outcome"], one["cause"]) for one in seen.audit["controls"]}
    assert controls[f"https://{named}"] == ("cantTell", "unrecognised_page")


def test_of_a_page_that_could_not_be_read_the_digest_is_kept(bench: Bench, tmp_path: Path) -> None:
    """Not the page: nobody knows whose words stand in it. Who asks for it himself can tell that it is the same."""
    seen = bench.run(Row("t.me", "new landing", said(EMPTY_SHELL), "landings"), tmp_path)
    name = re.findall(r"ev-[0-9a-f]{12}", drifted(seen)[0])[0]
    with Archive.read(tmp_path / "data") as archive:
        found = evidence(archive, name)
    assert found is not None
    assert found[0].sha256 == hashlib.sha256(EMPTY_SHELL.encode()).hexdigest()
    assert b"unrecognised_page" in found[1]


def test_a_layout_that_changed_everywhere_is_told_by_the_control(bench: Bench, tmp_path: Path) -> None:
    """Then it is hardly one page's matter."""
    lines = drifted(bench.run(Row("t.me", "new", said(EMPTY_SHELL)), tmp_path))
    assert len(lines) == 2
    assert "t.me/sandbox_control" in lines[0]
    assert "3 страницы" in lines[1]


@pytest.mark.parametrize("play", [None, said("", 403)], ids=["well", "refused"])
def test_a_week_without_drift_says_nothing_of_it(bench: Bench, tmp_path: Path, play: Play | None) -> None:
    """Another failure is told as what it is."""
    assert drifted(bench.run(Row("t.me", "x", play), tmp_path)) == []


def test_the_notice_needs_nothing_but_the_audit(bench: Bench, tmp_path: Path) -> None:
    """In English as well; each page counts once."""
    seen = bench.run(Row("t.me", "new preview", said(NEW_DESIGN), "previews"), tmp_path)
    audit = Audit.model_validate(seen.audit)
    (drift,) = drifts(audit)
    assert (drift.route, drift.pages, drift.controls) == ("telegram_preview", [], ["https://t.me/sandbox_control"])
    (line,) = drift_notices(audit, Catalogue("en", bench.zone))
    assert line.startswith("Telegram (viewed without signing in): the control page came in a form")


def test_check_tells_it_too(bench: Bench, tmp_path: Path) -> None:
    """Whoever looks at one office is told of its page."""
    seen = bench.run(Row("t.me", "new preview", said(NEW_DESIGN), "previews"), tmp_path, command="check")
    assert DRIFT in " ".join(seen.printed.split())


def doctor(bench: Bench, folder: Path) -> str:
    """Ask the doctor while both networks are well again; return what it says of layouts."""
    with FaultyServer(bench.answer) as server:
        args = ["doctor", "--registry", folder / "officials.yaml", "--data", folder / "data"]
        _, out, _ = command_line([*args, "--as-of", bench.world.now.isoformat()], at(server.url))
    return " ".join(out.partition("layout:")[2].partition("telegram:")[0].split())


def test_the_doctor_remembers_the_last_look(bench: Bench, tmp_path: Path) -> None:
    """Until the pages were seen as they should be; a route that was never used has no line."""
    bench.run(Row("t.me", "new preview", said(NEW_DESIGN), "previews"), tmp_path)
    line = doctor(bench, tmp_path)
    assert line.startswith("telegram_preview исправить")
    assert re.search(r"2 из 3.*ev-[0-9a-f]{12}", line)
    bench.run(Row("t.me", "well"), tmp_path)
    line = doctor(bench, tmp_path)
    assert "layout: vk" not in line
    assert "все страницы распознаны" in line
