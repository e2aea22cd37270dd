"""Carry out docs/ru/own-region.md: a region begins with nothing and comes to its first page, on the sandbox's networks.

``python -m tests.own_region`` writes what the commands print into the page; a test holds the page to it.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from auditor.registry.answer_sheet import COLUMNS, LEVEL
from auditor.sandbox import Sandbox, World
from tests.commands.typed import Person, Screen, typed
from tests.conftest import ROOT

PAGE = ROOT / "docs/ru/own-region.md"
HOME = "/home/anna"
"""What the page has in place of the folder of the run."""
CONTROLS = re.compile(r"^controls:\n(?:[ -].*\n)+", re.MULTILINE)
SHEET = (
    {
        "municipality": "Восьмой район",
        "title": "глава Восьмого района",
        "group": "глава муниципалитета",
        "status": "глава",
        "name": "Имярек Вера Викторовна",
        "since": "10.03.2025",
        "telegram": "t.me/nebyl_rayon_08_novyi",
        "source": "письмо администрации № 8 от 20.11.2026",
    },
    {
        "municipality": "Шестой район",
        "title": "глава Шестого района",
        "group": "глава муниципалитета",
        "status": "глава",
        "name": "Имярек Роман Романович",
        "since": "сентябрь 2019",
        "source": "письмо администрации № 6 от 20.11.2026",
    },
)
"""Rows of the sheet of new offices, as a person fills them in."""


@dataclass(frozen=True)
class DocumentedStep:
    """A command of the page, and the lines that a person types at its questions."""

    command: str
    lines: Sequence[str] = ()
    before: Callable[[Path], None] = lambda _folder: None
    """What the person does by hand before it, in the folder of the region."""


def fill_sheet(folder: Path) -> None:
    """Fill in the sheet that start has made."""
    path = folder / "answers.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings = {cell.value: cell.column for cell in sheet[1]}
    by_key = {column.key: headings[column.heading] for column in (*COLUMNS, LEVEL)}
    for number, row in enumerate(SHEET, 2):
        for key, value in row.items():
            sheet.cell(number, by_key[key]).value = value
    book.save(path)


STEPS = (
    DocumentedStep(
        "start --blank",
        (
            "oblast",
            "Вымышленная область",
            "МСК+4",
            "Вымышленное поручение открыть личные страницы",
            "Губернатор вымышленной области",
            "25.05.2022",
            "31.05.2022",
            "1",
            "https://example.invalid/directive",
            "otchet@example.invalid",
            "",
            "2",
        ),
    ),
    DocumentedStep(
        "registry fill --new",
        (
            "Первый район",
            "",
            "",
            "",
            "д",
            "письмо администрации № 1 от 20.11.2026",
            "1",
            "Имярек Егор Егорович",
            "сентябрь 2019",
            "",
            "t.me/primer_rayon_01_glava",
            "",
            "",
            "",
            "",
            "",
            "",
            "д",
            "",
        ),
    ),
    DocumentedStep("registry check"),
    DocumentedStep("registry fill answers.xlsx", ("д",), fill_sheet),
    DocumentedStep("next pervy"),
    DocumentedStep("next shestoy"),
    DocumentedStep("check pervy"),
    DocumentedStep("weekly"),
    DocumentedStep("letter shestoy"),
    DocumentedStep("evidence verify"),
)


def transcript(base: Path) -> Iterator[str]:
    """Yield each step as a terminal shows it: the command, what it prints, and what the person types."""
    world = World.build(seed=2022)
    packaged_text = (ROOT / "officials.yaml").read_text(encoding="utf-8")
    controls = CONTROLS.search(world.registry_yaml())
    assert controls is not None
    origin = base / "packaged.yaml"
    indented = controls[0].replace("\n-", "\n  -").replace("\n  e", "\n    e")
    origin.write_text(CONTROLS.sub(lambda _: indented, packaged_text), encoding="utf-8")
    with Sandbox(world) as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr("auditor.commands.start_blank.packaged", lambda _name: origin)
        patch.setattr("auditor.commands.keypress.getpass", lambda _prompt: sys.stdin.readline().strip())
        patch.setenv("HOME", str(base))
        patch.setenv("XDG_CONFIG_HOME", str(base / "config"))
        patch.setattr("shutil.which", lambda _name: "/usr/bin/auditor")
        sandbox.now = world.now
        env = {name: value for name, value in sandbox.settings().items() if name != "AUDITOR_VK_TOKEN"}
        env["AUDITOR_AS_OF"] = world.now.isoformat()
        for step in STEPS:
            yield shown(step, base, env)


def shown(step: DocumentedStep, base: Path, env: dict[str, str]) -> str:
    """Run a step in the region's folder, once there is one, and return what a terminal shows."""
    folder = base / "oblast"
    here = folder if folder.exists() else base
    step.before(folder)
    screen, lines = Screen(), iter(step.lines)

    def answer() -> str | None:
        line = next(lines, None)
        screen.write(f"{line or ''}\n")
        return line

    own = env if here is base else env | {"AUDITOR_HOME": str(folder)}
    done = typed(
        *step.command.split(),
        "--lang",
        "ru",
        cwd=here,
        env=own,
        answers=Person(answer, terminal=True),
        out=screen,
        err=screen,
    )
    assert done.code in {0, 1, 3}, screen.shown
    assert next(lines, None) is None, screen.shown
    text = screen.shown.replace(str(base), HOME)
    text = re.sub(r"\b[0-9a-f]{64}\b", "…", text)  # no two archives have the same
    return f"$ auditor {step.command}\n{text.rstrip()}"


def page_with(blocks: Sequence[str]) -> str:
    """Return the page with these blocks in place of its own, in order."""
    rest = iter(blocks)
    fenced = re.compile(r"(?ms)^```console\n.*?^```$")
    return fenced.sub(lambda _: f"```console\n{next(rest)}\n```", PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        made = list(transcript(Path(name).resolve()))
    if "--print" in sys.argv:
        sys.stdout.write("\n\n".join(made))
    else:
        PAGE.write_text(page_with(made), encoding="utf-8")
