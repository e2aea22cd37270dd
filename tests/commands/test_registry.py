"""`auditor registry`: mistakes in officials.yaml and what is said to reports, counts, schemas."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.commands import cli
from auditor.registry.schema import schema_text
from tests.registry.helpers import OFFICE, SMALLEST

STATEMENTS = "statements: [{office: first, week: 2026-W47, text: т, who: я, on: 2026-11-24, source: с}]\n"
CORRECTIONS = "corrections: [{number: 1, week: 2026-W46, text: т, on: 2026-11-18, source: с}]\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``auditor registry ARGS`` beside a registry: return its exit code and what it wrote."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("auditor.base.logs.set_up_logs", lambda **_: None)
    (tmp_path / "officials.yaml").write_text(SMALLEST, encoding="utf-8")

    def ran(*args: str, lang: str = "en") -> tuple[int, str, str]:
        code = cli.run(["registry", *args, "--as-of", "2026-11-25T12:00+07:00", "--lang", lang])
        return code, *capsys.readouterr()

    return ran


def test_check_counts_what_is_on_record(run: Run, tmp_path: Path) -> None:
    """Offices, holders, pages, what is said to reports, and offices of which something is missing; `-q` is silent."""
    duma = OFFICE.replace("first", "duma").replace("municipal_head", "city_duma")
    page = "    accounts: [{url: vk.com/rayon, kind: institution}]\n"
    (tmp_path / "officials.yaml").write_text(SMALLEST + duma + page, encoding="utf-8")
    (tmp_path / "statements.yaml").write_text(STATEMENTS, encoding="utf-8")
    (tmp_path / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    code, out, err = run("check")
    assert (code, err) == (0, "")
    assert " ".join(out.split()) == (
        "officials.yaml: no mistakes. Offices: 2, bound by the directive: 1. Tenures: 1. "
        "Accounts: 1, waiting for confirmation: 1. Statements of officials: 1, corrections: 1. "
        "Offices of which something is missing or too old, see `auditor next`: 2."
    )
    assert "Заявлений должностных лиц: 1, исправлений: 1." in run("check", lang="ru")[1]
    assert run("check", "-q") == (0, "", "")


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("officials.yaml", SMALLEST.replace("id: first", "id: no id"), "officials.yaml:10: id: 'no id' is not of at m"),
        ("officials.yaml", SMALLEST + "include: [a.yaml]\n", "officials.yaml:20: include: a.yaml: there is no such fi"),
        ("statements.yaml", STATEMENTS.replace("first", "second"), "statements.yaml:1: there is no office 'second'; "),
        ("corrections.yaml", CORRECTIONS.replace("1,", "x,"), "corrections.yaml:1: number cannot be 'x'; write a whol"),
    ],
)  # fmt: skip
def test_a_mistake_is_a_line_and_exit_2(run: Run, tmp_path: Path, name: str, text: str, told: str) -> None:
    """Named by file and line, in whichever of the files it is."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    code, out, err = run("check")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(told)


@pytest.mark.parametrize(
    ("of", "keys"),
    [
        ("registry", {"timezone", "directive", "offices"}),
        ("included", {"timezone", "groups", "offices"}),
        ("statements", {"statements"}),
        ("corrections", {"corrections", "withdrawn"}),
        ("audit", {"schema", "directive", "offices"}),
    ],
)
def test_each_file_has_a_schema(run: Run, of: str, keys: set[str]) -> None:
    """As JSON alone; without a name it is the registry's."""
    code, out, err = run("schema", of)
    assert (code, err, keys <= json.loads(out)["properties"].keys()) == (0, "", True)
    assert (of == "registry") == (out == run("schema")[1] == schema_text())


def test_another_schema_is_a_usage_error(run: Run) -> None:
    """One line names those that there are."""
    told = "auditor: there is no schema 'x'; choose one of registry, included, statements, corrections, audit\n"
    assert run("schema", "x") == (2, "", told)
