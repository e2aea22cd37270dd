"""`auditor accounts`: the change is shown, asked for, and written; what speaks against it is a line and exit 2."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.snapshot import Network, Route, Snapshot
from auditor.commands import cli
from auditor.registry import Office, load_registry
from tests.registry.helpers import SMALLEST

LEAD = "t.me/first_head"
CONFIRM = ("confirm", "first", LEAD, "--how", "названа на сайте", "--source", "https://example.org/2")
SEARCHED = ("searched", "first", "--how", "по имени", "--found", "t.me/first_head", "--by", "Имярек Г. Г.")
QUESTION = "Write this into officials.yaml? [y/N] "

Run = Callable[..., tuple[int, str, str]]


class Terminal(io.StringIO):
    """What somebody types, who may do something else first."""

    def __init__(self, answer: str = "", first: Callable[[], object] = lambda: None) -> None:
        super().__init__(answer + "\n")
        self.first = first

    def isatty(self) -> bool:
        """It is one."""
        return True

    def readline(self, size: int | None = -1, /) -> str:
        """Return the answer."""
        self.first()
        return super().readline(size)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The registry in the folder where the commands run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUDITOR_DATA", "data")
    (tmp_path / "officials.yaml").write_text(SMALLEST, encoding="utf-8")
    return tmp_path / "officials.yaml"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``auditor accounts ARGS``: return its exit code and what it wrote."""
    monkeypatch.setattr("auditor.base.logs.set_up_logs", lambda **_: None)

    def ran(*args: str, lang: str = "en", stdin: io.StringIO | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", stdin or io.StringIO())
        code = cli.run(["accounts", *args, "--as-of", "2026-11-25T12:00+07:00", "--lang", lang])
        return code, *capsys.readouterr()

    return ran


def office(book: Path) -> Office:
    """Return the only office as it is on record."""
    return load_registry(book).offices[0]


def test_a_confirmation_is_shown_as_a_diff_and_written(book: Path, run: Run) -> None:
    """Then one line says what was done."""
    code, out, err = run(*CONFIRM, "--of", "2025-07", "--on", "2026-11-20", "--id", "7", "--yes")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[:2] == ["--- officials.yaml", "+++ officials.yaml"]
    assert lines[-1] == "officials.yaml: https://t.me/first_head is now confirmed. Holder: Имярек Анна Андреевна."
    (page,) = office(book).tenures[0].accounts
    assert page.confirmed is not None
    assert (str(page.confirmed.on), str(page.confirmed.of), page.id) == ("2026-11-20", "2025-07", 7)
    assert (page.confirmed.how, page.confirmed.sources) == ("названа на сайте", ["https://example.org/2"])


def test_the_other_decisions_are_written_alike(book: Path, run: Run) -> None:
    """A page of the body, a search with its networks, a rejection; in Russian a name is never declined."""
    page = ("confirm", "first", "vk.com/rayon", *CONFIRM[3:], "--kind", "institution")
    assert run(*page, "--yes")[0] == 0
    assert run(*SEARCHED, "--network", "vk", "--network", "ok", "--on", "2026-11-20", "--yes")[0] == 0
    code, out, _ = run("reject", "first", LEAD, "--how", "другая", "--on", "2026-11-21", "--yes", lang="ru")
    assert (code, out.splitlines()[-1].endswith("Должностное лицо: Имярек Анна Андреевна.")) == (0, True)
    found = office(book)
    assert [str(account.url) for account in found.accounts] == ["https://vk.com/rayon"]
    (search,), (lead,) = found.tenures[0].searches, found.tenures[0].accounts
    assert (search.by, search.found, search.networks) == ("Имярек Г. Г.", "t.me/first_head", ["vk", "ok"])
    assert lead.rejected is not None
    assert [str(entry.on) for entry in (search, lead.rejected)] == ["2026-11-20", "2026-11-21"]


@pytest.mark.parametrize(
    ("answer", "written"), [("y", True), ("Да ", True), ("n", False), ("", False), ("nope", False)]
)
def test_at_a_terminal_it_asks_and_writes_only_on_yes(book: Path, run: Run, answer: str, written: bool) -> None:
    """Nothing is written before the answer."""
    texts: list[str] = []
    terminal = Terminal(answer, lambda: texts.append(book.read_text(encoding="utf-8")))
    code, out, err = run(*CONFIRM, stdin=terminal)
    assert (code, err, texts) == (0, QUESTION, [SMALLEST])
    assert ("is now confirmed" in out, "Nothing was written." in out) == (written, not written)
    assert (book.read_text(encoding="utf-8") != SMALLEST) == written


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_the_change_is_coloured_at_a_terminal(
    book: Path, run: Run, monkeypatch: pytest.MonkeyPatch, no_color: str, coloured: bool
) -> None:
    """Unless nobody wants it; into a file it never is."""
    assert book.exists()
    monkeypatch.setenv("NO_COLOR", no_color)
    assert "\x1b" not in run(*CONFIRM, stdin=Terminal())[1]
    monkeypatch.setattr("sys.stdout", screen := Terminal())
    run(*CONFIRM, stdin=Terminal())
    shown = screen.getvalue()
    assert ("\x1b[32m+            confirmed:\x1b[0m" in shown or "\x1b[31m-" in shown, "\x1b" in shown) == (
        coloured,
    ) * 2


def test_an_edit_by_another_hand_during_the_question_is_kept(book: Path, run: Run) -> None:
    """Exit 2 and one line; what the other wrote stays."""
    other = SMALLEST + "# another hand\n"
    terminal = Terminal("y", lambda: book.write_text(other, encoding="utf-8"))
    code, _, err = run(*CONFIRM, stdin=terminal)
    assert (code, "changed by somebody else" in err, err.count("\n")) == (2, True, 1)
    assert book.read_text(encoding="utf-8") == other


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (CONFIRM, "this asks before it writes; run it at a terminal, or give --yes"),
        (("confirm", "nowhere", *CONFIRM[2:], "--yes"), "is called 'nowhere'"),
        (("reject", "first", LEAD, "--yes"), "--how"),
        (("searched", "first", "--how", "x", "--found", "nothing", "--yes"), "is a lead: confirm or reject it first"),
        ((*CONFIRM, "--id", "1" + "0" * 16, "--yes"), "--id takes a number from"),
    ],
)
def test_what_speaks_against_it_is_one_line_and_exit_2(book: Path, run: Run, args: tuple[str, ...], told: str) -> None:
    """And the file is as it was."""
    code, out, err = run(*args)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert book.read_text(encoding="utf-8") == SMALLEST


def test_the_registry_that_came_with_the_program_is_not_written(book: Path, run: Run) -> None:
    """Found as the last resort, it is nobody's to edit."""
    book.unlink()
    code, _, err = run("reject", "kedrovy", LEAD, "--how", "другая", "--yes")
    assert (code, "came with the program; copy it with" in err) == (2, True)


def test_the_number_that_the_archive_has_seen_is_written_too(book: Path, run: Run) -> None:
    """The newest look that has one counts; an archive that cannot be read has none."""
    with Archive.open(book.parent / "data") as archive:
        for day, number in ((20, 41), (21, 42), (22, None)):
            taken = datetime(2026, 11, day, tzinfo=UTC)
            made = archive.start_run(week="2026-W47", command="check", started_at=taken, vantage="", tool_version="0")
            seen = Snapshot(
                url="https://t.me/first_head",
                network=Network.TELEGRAM,
                route=Route.TELEGRAM_CLIENT,
                taken_at=taken,
                exists=None if number is None else True,
                id=number,
            )
            archive.looks.save(made, "2026-W47", seen)
    assert run(*CONFIRM, "--yes")[0] == 0
    assert office(book).tenures[0].accounts[0].id == 42
    (book.parent / "data" / "archive.sqlite").write_bytes(b"damaged")
    assert run("confirm", "first", "t.me/other_page", *CONFIRM[3:], "--yes")[0] == 0
    assert office(book).tenures[0].accounts[1].id is None
