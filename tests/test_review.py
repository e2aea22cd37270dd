"""`auditor review` as a person meets it: forty invented heads at a real terminal, a key for each page."""

import os
import pty
import re
import select
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.base.address import Address
from auditor.registry import Registry, load_registry
from auditor.registry.holders import holder_on
from auditor.search.asked import Asked
from auditor.search.weighing.judge import Lead
from auditor.search.weighing.lead import Person, Provenance, Reason
from auditor.search.weighing.names import FullName
from auditor.search.weighing.sights import Sight
from tests.command import auditor

NOW = ("--as-of", "2026-11-25T12:00+07:00", "--lang", "en")
MOMENT = datetime(2026, 11, 25, 5, tzinfo=UTC)
HEAD = """\
# Invented: nobody here is anybody.
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
offices:
"""
SITE = "https://example.org/glava"


def lead(url: str, provenance: Provenance, *places: str) -> Lead:
    reason = Reason("given", {"n": len(places), "pages": ", ".join(places)}, places)
    return Lead(Sight(Address.parse(url)), provenance, (reason,))


def right(n: int) -> str | None:
    """The page of a head; every fourth has none."""
    return None if n % 4 == 0 else f"t.me/pravda_{n:02d}"


def leads_of(n: int) -> list[Lead]:
    """What the search found: the right page by a site or by its name alone, beside it one of somebody else."""
    page = right(n)
    found = [] if page is None else [lead(page, *((Provenance.GUESSED,) if n % 4 == 3 else (Provenance.GIVEN, SITE)))]
    return found + ([lead(f"t.me/chuzhoy_{n:02d}", Provenance.CLAIMED)] if n % 2 else [])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Forty heads on record, and what was found for them in the archive."""
    offices = [
        f"  - id: rayon-{n:02d}\n    municipality: Район {n:02d}\n    title: глава\n    group: municipal_head\n"
        f"    tenures: [{{name: Имярек{n:02d} Анна Андреевна, since: 2025, sources: ['{SITE}']}}]\n"
        for n in range(1, 41)
    ]
    (tmp_path / "officials.yaml").write_text(HEAD + "".join(offices), encoding="utf-8")
    registry = load_registry(tmp_path / "officials.yaml")
    with Archive.open(tmp_path / "data") as archive:
        run = archive.start_run(week="", command="discover", started_at=MOMENT, vantage="t", tool_version="0")
        for n, office in enumerate(registry.offices, 1):
            holder = holder_on(office, MOMENT.date())
            assert holder is not None
            person = Person(office, holder, FullName.parse(holder.tenure.name), None, MOMENT.date())
            Asked(archive, run).keep_leads(person, leads_of(n), MOMENT)
        archive.finish_run(run, MOMENT)
    return tmp_path


class Terminal:
    """``auditor review`` on a terminal of its own."""

    def __init__(self, place: Path, *args: str) -> None:
        self.seen, self.told, self.keys = "", 0, 0
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.chdir(place)
            os.environ["AUDITOR_DATA"] = "data"
            os.execv(sys.executable, [sys.executable, "-m", "auditor", "review", *args, *NOW])

    def asked(self) -> str:
        """Wait for the next question; return all that was shown before it since the last."""
        end = time.monotonic() + 30
        while not self.waits():
            if not self.read():
                return ""
            assert time.monotonic() < end, self.seen[-2000:]
        shown, self.told = self.seen[self.told :], len(self.seen)
        return shown

    def waits(self) -> bool:
        """Tell whether the last that is seen is a question, and not a line that came in two pieces."""
        if re.search(r"(\?\] |: )$", self.seen[self.told :]) is None:
            return False
        return not select.select([self.file], [], [], 0.06 if self.seen.endswith(": ") else 0.01)[0]

    def read(self) -> bool:
        if not select.select([self.file], [], [], 0.05)[0]:
            return True
        try:
            self.seen += os.read(self.file, 65536).decode()
        except OSError:
            return False
        return True

    def type(self, text: str) -> None:
        self.keys += len(text)
        os.write(self.file, text.encode())

    def end(self) -> int:
        end = time.monotonic() + 30
        while self.read():
            if time.monotonic() > end:  # it waits for an answer that nobody gives
                os.kill(self.process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.file)
        return code


def answer(shown: str) -> str:
    """What somebody types who knows the right pages and reads the screen."""
    if "where that can be seen" in shown.lower().splitlines()[-1]:
        return "\n" if "[http" in shown.splitlines()[-1] else f"{SITE}\n"
    if shown.endswith(": "):
        return "Имярек Г. Г.\n" if "Who searched" in shown else "\n"
    page = "".join(re.findall(r"https://\S+(?= · )", shown))
    if "pravda" in page:
        return "н"  # the key of y on a Russian keyboard
    return "n" if "chuzhoy" in page else "f"


def through(terminal: Terminal, most: int = 1000) -> None:
    """Answer up to `most` questions."""
    for _ in range(most):
        shown = terminal.asked()
        if not shown:
            return
        terminal.type(answer(shown))


def decided(place: Path) -> Registry:
    return load_registry(place / "officials.yaml")


def test_forty_heads_are_decided_at_a_terminal(place: Path) -> None:
    """Every right page is confirmed, every other one rejected, and where there is none the search is on record."""
    terminal, before = Terminal(place), time.monotonic()
    through(terminal)
    assert terminal.end() == 0
    spent = time.monotonic() - before
    for n, office in enumerate(decided(place).offices, 1):
        (tenure,) = office.tenures
        pages = {a.url.url: a.confirmed is not None for a in tenure.accounts}
        wanted = {f"https://{right(n)}": True} if right(n) else {}
        assert pages == wanted | ({f"https://t.me/chuzhoy_{n:02d}": False} if n % 2 else {})
        assert [s.found for s in tenure.searches] == ([] if right(n) else ["nothing"])
    assert "Written: 60 decisions, offices: 40." in terminal.seen
    assert terminal.keys < 40 * 12
    print(f"{terminal.keys} keys, {spent:.0f} s of the program's time")  # noqa: T201 - for docs/first-day.md
    again = auditor("review", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
    assert again.out == "No page waits for a decision.\n"


@pytest.mark.parametrize("leave", ["q", "\x03", "\x04"])
def test_it_can_be_left_anywhere_and_goes_on(place: Path, leave: str) -> None:
    """What was decided is written, and it is said how much; the page that was being decided is asked about again."""
    terminal = Terminal(place)
    through(terminal, 20)
    terminal.asked()
    terminal.type(leave)
    while terminal.asked():  # a line is not left by a letter
        terminal.type("\x04")
    assert terminal.end() == 0
    tenures = [tenure for office in decided(place).offices for tenure in office.tenures]
    written = sum(len(tenure.accounts) + len(tenure.searches) for tenure in tenures)
    assert written >= 2
    done = sum(bool(tenure.accounts or tenure.searches) for tenure in tenures)
    assert f"Written: {written} decisions, offices: {done}." in terminal.seen


def test_a_decision_can_be_taken_back(place: Path) -> None:
    """One key leads to the page before, as often as is wanted; what was decided of it is as if it had never been."""
    before = (place / "officials.yaml").read_bytes()
    terminal = Terminal(place, "rayon-01")
    for typed in ("y", "\n", "\n", "n", "\n"):
        terminal.asked()
        terminal.type(typed)
    assert terminal.end() == 0
    assert "Written: 2 decisions, offices: 1." in terminal.seen
    (place / "officials.yaml").write_bytes(before)
    terminal = Terminal(place, "rayon-01")
    for typed in ("y", "\n", "\n", "b"):
        terminal.asked()
        terminal.type(typed)
    assert "Taken back." in terminal.asked()
    assert (place / "officials.yaml").read_bytes() == before
    for typed in ("l", "b"):
        terminal.type(typed)
        if typed == "l":
            assert "chuzhoy_01" in terminal.asked()
    assert "pravda_01" in terminal.asked()
    terminal.type("b")
    terminal.asked()
    terminal.type("q")
    assert terminal.end() == 0
    assert "Written: 0 decisions" in terminal.seen
    assert (place / "officials.yaml").read_bytes() == before


def test_only_places_that_give_the_page_are_offered_as_sources(place: Path) -> None:
    """What warns of it, what mentions it, and another page that links to it are no proof."""
    registry = load_registry(place / "officials.yaml")
    holder = holder_on(registry.offices[0], MOMENT.date())
    assert holder is not None
    said = [Reason(code, {"n": 1, "pages": code}, (f"https://example.org/{code}",)) for code in ("given", "mentioned")]
    said.append(Reason("linked_both", {"page": "x"}, ("https://t.me/samozvanec",)))
    doubt = Reason("warned", {"n": 1, "pages": "x"}, ("https://example.org/warned",))
    found = Lead(Sight(Address.parse("t.me/pravda_01")), Provenance.GIVEN, tuple(said), (doubt,))
    person = Person(registry.offices[0], holder, FullName.parse(holder.tenure.name), None, MOMENT.date())
    with Archive.open(place / "data") as archive:
        run = archive.start_run(week="", command="discover", started_at=MOMENT, vantage="t", tool_version="0")
        Asked(archive, run).keep_leads(person, [found], MOMENT)
        archive.finish_run(run, MOMENT)
    terminal = Terminal(place, "rayon-01")
    for typed in ("y", "\n", "\n"):
        terminal.asked()
        terminal.type(typed)
    assert terminal.end() == 0
    (page,) = decided(place).offices[0].tenures[0].accounts
    assert page.confirmed is not None
    assert page.confirmed.sources == ["https://example.org/given"]


def test_next_says_how_many_found_pages_wait(place: Path) -> None:
    """What was found is in the archive, and the next step is to decide."""
    done = auditor("next", "rayon-01", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
    assert "  1. 2 pages that a search found wait for a decision" in done.out
    assert "     $ auditor review rayon-01" in done.out
    assert "auditor discover" not in done.out
    nothing = auditor("next", "rayon-04", *NOW, cwd=place, env={"AUDITOR_DATA": "data"})
    assert "     $ auditor discover rayon-04" in nothing.out


def test_later_and_what_cannot_be_change_nothing(place: Path) -> None:
    """A confirmation without a source is refused in one line, and nothing is written."""
    before = (place / "officials.yaml").read_bytes()
    terminal = Terminal(place, "rayon-03")
    terminal.asked()
    terminal.type("y")
    for _ in range(2):
        terminal.asked()
        terminal.type("\n")
    assert "a confirmation needs a --source" in terminal.asked()
    terminal.type("l")
    assert "chuzhoy_03" in terminal.asked()
    terminal.type("l")
    assert terminal.end() == 0
    assert (place / "officials.yaml").read_bytes() == before


def test_a_page_found_by_hand_is_added(place: Path) -> None:
    """Where the search found none."""
    terminal = Terminal(place, "rayon-04")
    for typed in ("a", "@pravda_04\n", "названа на сайте района\n", f"{SITE}\n"):
        assert terminal.asked()
        terminal.type(typed)
    assert terminal.end() == 0
    assert "\x1b[32m+" in terminal.seen
    (page,) = decided(place).offices[3].tenures[0].accounts
    assert (str(page.url), page.judged) == ("https://t.me/pravda_04", True)


def test_without_a_terminal_a_line_is_read_for_each_key(place: Path) -> None:
    """So that it can be piped into; the end of the input leaves."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "auditor", "review", "rayon-02", *NOW],
        cwd=place,
        env={**os.environ, "AUDITOR_DATA": "data"},
        input="y\n\n\n",
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "Written: 1 decision, offices: 1."


@pytest.mark.parametrize("delay", [0.0, 0.001, 0.002, 0.004, 0.006, 0.01, 0.02, 0.05])
def test_killed_in_mid_write_the_registry_is_whole(place: Path, delay: float) -> None:
    """It is the old one or the new one, and nothing lies beside it."""
    before = (place / "officials.yaml").read_text()
    terminal = Terminal(place, "rayon-01")
    for _ in range(20):
        shown = terminal.asked()
        terminal.type(answer(shown))
        if "[http" in shown.splitlines()[-1]:
            break
    time.sleep(delay)
    os.kill(terminal.process, signal.SIGKILL)
    terminal.end()
    text = (place / "officials.yaml").read_text()
    assert text == before or "pravda_01" in text
    assert len(decided(place).offices) == 40
