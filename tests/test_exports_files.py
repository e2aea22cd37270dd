"""Which files are written, and what a browser that is not there, hangs or lies does to them."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.audit.document import Audit, Summary
from auditor.base.errors import CannotRunError
from auditor.base.i18n import Catalogue
from auditor.base.settings import load_settings
from auditor.commands.publish import FORMATS, USUAL, publish
from auditor.report.page.html import render_html
from auditor.report.pdf import find_browser, print_pdf
from auditor.run.session import Session
from tests.audit_samples import sample_audit
from tests.cases import TOMSK, registry
from tests.command import auditor

RU = Catalogue("ru", TOMSK)
HANGS = "#!/bin/sh\nsleep 300 &\necho $! > {pid}\nwait\n"
PRINTS = """#!/bin/sh
env > {seen}
printf '%s\\n' "$@" >> {seen}
for part in "$@"; do case "$part" in --print-to-pdf=*) to="${{part#*=}}";; esac; done
date="D:202611260102$(date +%S)+00'00'"
printf '%%PDF-1.4\\n/CreationDate (%s)\\n/ID (node000{id})\\n%%%%EOF\\n' "$date" > "$to"
"""


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


def session(folder: Path, **environ: str) -> Session:
    """A session without an archive: nothing here reads one."""
    book = registry()
    settings = load_settings({f"AUDITOR_{name.upper()}": value for name, value in environ.items()}, folder)
    return Session(settings, book, folder / "officials.yaml", folder / "data", folder / "out", RU)


def browser(folder: Path, text: str, name: str = "browser") -> Path:
    """A program that is called as the browser is."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def written(folder: Path) -> set[str]:
    """Which files of one format each lie in the week's folder."""
    return {path.name for path in (folder / "out" / "2026-W47").iterdir()} & set(FORMATS.values())


def test_the_usual_files_need_no_browser(audit: Audit, tmp_path: Path) -> None:
    """All but the PDF, and the page's path."""
    assert publish(session(tmp_path), audit) == tmp_path / "out" / "2026-W47" / "index.html"
    assert written(tmp_path) == {FORMATS[kind] for kind in USUAL}


def test_a_registry_without_offices_has_its_files_too(audit: Audit, tmp_path: Path) -> None:
    """On the first day there may be nobody on record yet."""
    none = {"offices": [], "statements": [], "corrections": [], "summary": Summary(bound=0)}
    publish(session(tmp_path), audit.model_copy(update=none))
    assert written(tmp_path) == {FORMATS[kind] for kind in USUAL}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: writing on fails as on a disk that is full."""
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


@pytest.mark.parametrize("largest", ["index.html", "audit.json", "post.txt"])
def test_a_full_disk_leaves_the_week_as_it_was(audit: Audit, tmp_path: Path, largest: str) -> None:
    """A new table never lies beside an old page: all files are written first and then renamed together."""
    publish(session(tmp_path), audit)
    folder = tmp_path / "out" / audit.week
    before = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    later = audit.model_copy(update={"version": 2, "as_of": audit.as_of.replace(hour=9)})
    with room_for(len(before[largest]) - 1), pytest.raises(CannotRunError, match="cannot be written to"):
        publish(session(tmp_path), later)
    assert {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    publish(session(tmp_path), later)
    after = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert all(after[name] != before[name] for name in ("index.html", "audit.json"))


def test_only_what_is_asked_for_is_written(audit: Audit, tmp_path: Path) -> None:
    """And the page of all weeks does not lead to a page that is not there."""
    assert publish(session(tmp_path), audit, ["csv"]).name == "audit.csv"
    assert written(tmp_path) == {"audit.csv"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"2026-W47"}


def test_the_page_offers_what_was_written_with_it(audit: Audit, tmp_path: Path) -> None:
    """No link leads to a file that is not beside it."""
    publish(session(tmp_path), audit, ["html", "xlsx"])
    page = (tmp_path / "out" / "2026-W47" / "index.html").read_text(encoding="utf-8")
    assert 'href="audit.xlsx"' in page
    assert 'href="audit.csv"' not in page
    assert 'href="report.pdf"' not in page


def test_without_a_browser_all_else_is_written(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then it is told in one line, with what to do, and the exit is 4."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        CannotRunError, match="printed by chromium, and there is none here; install it, or set AUDI"
    ) as told:
        publish(session(tmp_path), audit, list(FORMATS))
    assert told.value.exit_code == 4
    assert written(tmp_path) == {FORMATS[kind] for kind in USUAL}
    assert (tmp_path / "out" / "index.html").is_file()


def test_a_browser_that_is_named_must_be_one(audit: Audit, tmp_path: Path) -> None:
    """A file that is not there is named with its setting; nothing else is tried in its place."""
    with pytest.raises(CannotRunError, match=r"AUDITOR_BROWSER: .*none is no program that can be run"):
        find_browser(tmp_path / "none")
    with pytest.raises(CannotRunError, match="printed no PDF; is it a chromium"):
        print_pdf(render_html(audit, catalogue=RU), audit, browser=browser(tmp_path, "#!/bin/sh\nexit 0\n"))
    with pytest.raises(CannotRunError, match="cannot be started"):
        print_pdf(render_html(audit, catalogue=RU), audit, browser=browser(tmp_path, "#!/no/such/shell\n", "broken"))


def test_a_browser_that_hangs_is_ended_with_all_it_started(audit: Audit, tmp_path: Path) -> None:
    """After its time, in one line, and no process is left behind."""
    slow = browser(tmp_path, HANGS.format(pid=tmp_path / "pid"))
    with pytest.raises(CannotRunError, match="did not print the PDF within 1 s"):
        print_pdf(render_html(audit, catalogue=RU), audit, browser=slow, timeout=1)
    child = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "\nState:\tZ" in Path(f"/proc/{child}/status").read_text():
            return
        time.sleep(0.05)
    pytest.fail("the browser's child is still running")


def test_a_browser_sees_no_secret_and_no_network(audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its environment is made anew, its home is a folder that is removed, no name resolves for it."""
    monkeypatch.setenv("AUDITOR_VK_TOKEN", "vk1.a.secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    print_pdf(
        render_html(audit, catalogue=RU),
        audit,
        browser=browser(tmp_path, PRINTS.format(seen=tmp_path / "seen", id="12345")),
    )
    seen = (tmp_path / "seen").read_text(encoding="utf-8")
    assert "secret" not in seen
    assert "HTTPS_PROXY" not in seen
    assert {"--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=http://127.0.0.1:9"} <= set(seen.splitlines())
    assert ("--no-sandbox" in seen.splitlines()) is (os.geteuid() == 0)
    home = next(line for line in seen.splitlines() if line.startswith("HOME=")).removeprefix("HOME=")
    assert not Path(home).exists()


def test_the_pdf_holds_the_audits_moment_and_numbers_of_its_own(audit: Audit, tmp_path: Path) -> None:
    """What a browser writes of the clock and of its own past is replaced, as long as it was."""
    first, second = (
        print_pdf(
            render_html(audit, catalogue=RU),
            audit,
            browser=browser(tmp_path, PRINTS.format(seen=tmp_path / "seen", id=number), name),
        )
        for number, name in (("12345", "one"), ("54321", "two"))
    )
    assert first == second
    assert b"(D:20261124050000+00'00')" in first
    assert audit.as_of == datetime(2026, 11, 24, 5, tzinfo=UTC)


def test_an_unknown_format_is_one_line(tmp_path: Path) -> None:
    """Told before anything is opened; the exit is 2."""
    done = auditor("report", "--format", "html,docx", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    known = "html, json, csv, xlsx, pdf, txt, offices, posts, or all"
    assert done.err == f"auditor: there is no format 'docx'; choose among {known}\n"
