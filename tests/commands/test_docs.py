"""Every command in README.md and docs/ is one that the program accepts and carries out."""

import re
import shlex
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.registry import Registry, load_registry
from auditor.registry.holders import holder_on
from auditor.sandbox import Sandbox, World
from tests.commands.console_blocks import PAGES, ROOT, pages_with_blocks, shortened, with_blocks_run
from tests.forked import forked

PLACES = dict.fromkeys(("WHO", "КТО"), "rayon-01") | dict.fromkeys(("КОПИЯ", "COPY"), "data")
PLACES |= dict.fromkeys(("URL", "https://t.me/NAME"), "https://t.me/primer_zapasnaya")
PLACES |= {"https://vk.com/NAME": "https://vk.com/primer_zapasnaya", "NAME": "Имярек"}
PLACES |= {"HOW": "found on the site of the demonstration, by name", "SOURCE": "https://example.org/news"}
"""What a page writes in capitals, and what it is in the invented world."""
ADDED = {"accounts": ["--yes"], "discover --all": ["--requests", "3"], "demo": ["--weeks", "1"]}
OF_A_WEEK = ("evidence export WHO", "evidence export КТО", "evidence verify --replay")
ADDED |= {key: ["--week", "2026-W47"] for key in OF_A_WEEK}
BY_HAND = ("login", "start", "ci", "demo --weeks 3 --lang en", "report --drop-week 2026-W30")
FILLS = ("registry fill", "registry fill WHO", "registry fill КТО", "registry fill answers.xlsx")
ADDED |= {key: ["--help"] for key in (*FILLS, *BY_HAND)}
"""By a command or its first word, what keeps it short, or names the demonstration's week whatever the day is. A person
at a terminal is needed for ``login`` and ``registry fill``, a repository for ``ci``, a lost week for ``--drop-week``;
the long ones are carried out whole in tests of their own."""


def commands() -> list[tuple[str, str]]:
    """Return each command once, with the first page that has it."""
    commands: dict[str, str] = {}
    for page in PAGES:
        for line in page.read_text(encoding="utf-8").splitlines():
            match = re.match(r" {4}(?:\S+=)?(?:\S*/)?auditor (?P<rest>.+)", line)
            if match:
                commands.setdefault(match["rest"].partition("#")[0].strip(), page.name)
    return [(page, command) for command, page in commands.items()]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.build(seed=2022)) as running:
        yield running


def words_of(command: str, folder: Path) -> list[str]:
    with Archive.read(folder / "data") as archive:
        evidence = archive.evidence.entries()[0].evidence.id
    offices = load_registry(folder / "officials.yaml").offices
    page = next(a.url.url for office in offices for tenure in office.tenures for a in tenure.accounts)
    places = PLACES | {"ID": evidence, "PAGE": page}
    if "searched" in command:
        places["WHO"] = places["КТО"] = "rayon-06"  # whose holder has no page on record
    words = [places.get(word, word) for word in shlex.split(command)]
    return words + ADDED.get(command, ADDED.get(words[0], []) if words[0] != "demo" else [])


@pytest.mark.thorough
@pytest.mark.parametrize(("page", "command"), commands())
def test_a_command_of_the_documentation_runs(
    page: str, command: str, five_weeks: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    """It is carried out on the invented world, which stands in for both networks."""
    here = Path(shutil.copytree(five_weeks, tmp_path / "here"))
    shipped = any(place in command for place in ("Стрежевой", "Белый Яр", "Город Томск"))
    registry = ROOT / "officials.yaml" if shipped else here / "officials.yaml"
    data = tmp_path / "fresh" if shipped else here / "data"
    env = sandbox.settings() | {"AUDITOR_REGISTRY": str(registry), "AUDITOR_DATA": str(data)}
    words = words_of(command, here)
    if "SEAL" in words:
        printed = forked("evidence", "verify", cwd=here, env=env).out.decode()
        words[words.index("SEAL")] = re.findall(r"[0-9a-f]{64}", printed)[-1]
    done = forked(*words, cwd=here, env=env)
    assert done.code in {0, 1, 3}, f"{page}: {command}: {done.code}\n{done.err.decode()}"


@pytest.mark.parametrize("page", pages_with_blocks(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_commands_print(page: Path, five_weeks: Path) -> None:
    """Each block is what the command prints in the demonstration; `make regen` writes it anew."""
    text = page.read_text(encoding="utf-8")
    assert with_blocks_run(text, five_weeks) == text


def test_a_long_output_is_shortened_by_one_line() -> None:
    """As many lines as before stay above it and below it."""
    assert shortened(["a", "b", "c", "d"], like=["x", "…", "y", "z"]) == ["a", "…", "c", "d"]
    assert shortened(["a", "b"], like=["x", "…"]) == ["a", "…"]
    assert shortened(["a", "b"], like=["x"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("page", "written"),
    [
        ("README.md", r"names\s+(\d+) heads of (\d+) .* a confirmed page for (\d+)"),
        ("README.ru.md", r"известны\s+(\d+) глав из (\d+), и только у (\d+) из них есть подтверждённые"),
    ],
)
def test_the_readme_says_how_full_the_registry_is(page: str, written: str) -> None:
    """On the day that it names: heads by evidence that is not too old, all of them, and heads with a confirmed page."""
    figures = re.search(written, (ROOT / page).read_text(encoding="utf-8"))
    assert figures is not None
    assert tuple(map(int, figures.groups())) == how_full(load_registry(ROOT / "officials.yaml"), date(2026, 12, 3))


def how_full(registry: Registry, day: date) -> tuple[int, int, int]:
    bound = [office for office in registry.offices if office.group == registry.directive.binds]
    holders = [holder for office in bound if (holder := holder_on(office, day))]
    fresh = [holder for holder in holders if holder.newest_evidence and not holder.stale_on(day, registry.policy)]
    return len(fresh), len(bound), sum(bool(holder.judged_accounts) for holder in fresh)


def test_every_page_of_the_documentation_can_be_reached() -> None:
    """README.md leads to each page of docs/, at once or over one of them, and no link leads nowhere."""
    links = {
        page: {(page.parent / target).resolve() for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))}
        for page in PAGES
    }
    assert [str(t) for targets in links.values() for t in targets if not t.exists()] == []
    reached = {ROOT / "README.md"}
    for _ in PAGES:
        reached |= {target for page in reached if page in links for target in links[page]}
    assert [page.name for page in PAGES if page not in reached] == []
