"""The command line as a whole: which commands there are, and what becomes of a mistyped line and of an error."""

import errno
import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from shlex import quote
from unittest.mock import Mock

import pytest

from auditor.base.errors import ArchiveError, AuditorError, Problem, RegistryError, UsageError
from auditor.base.i18n import Translator, choose_language
from auditor.base.secrets import Secret
from auditor.base.text import Text
from auditor.commands import cli
from auditor.commands.options import COMMANDS
from tests.commands.typed import typed
from tests.hostile import OFFICE, steers
from tests.registry.registry_texts import HEAD
from tools.messages import CATALOGUE, entries

HEAVY = ("asyncio", "babel", "httpx", "jinja2", "pymorphy3", "requests", "selectolax", "sqlite3", "telethon", "vk_api")
CYRILLIC = re.compile("[а-яё]{3}", re.IGNORECASE)
ENGLISH = re.compile(r"\b[a-z]{3,}(?: [a-z]{2,}){2,}\b")
"""Three words in a row, none of them a name, an option or a path."""
CODE = re.compile(r"`[^`]*`|auditor [a-z].*|\{\w+\}|%\(\w+\)s|<[^>]*>|https?://\S+")
"""What is typed or filled in."""


PLACES = {"ru": {"WHO": "КТО", "COMMAND": "КОМАНДА"}, "en": {}}
"""What stands in a line for something that is typed."""


def test_the_list_of_commands_loads_no_heavy_module(tmp_path: Path) -> None:
    """It is there at once: the module of a command is imported when the command is used."""
    script = f"""
import sys
from auditor.commands.cli import run
assert run(["--version"]) == run(["--help"]) == 0
print("LOADED", [name for name in {HEAVY!r} if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("LOADED []\n")


def test_no_translation_is_english() -> None:
    """Of each of the program's sentences the Russian reader is shown Russian."""
    translations = [message.string for message in entries(CATALOGUE).values()]
    strings = [form for string in translations for form in ([string] if isinstance(string, str) else string)]
    assert not [form for form in strings if ENGLISH.search(CODE.sub("…", form))]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_whole_and_in_the_language_asked(command: str, tmp_path: Path) -> None:
    """No command and no option without a sentence, no sentence cut off at 80 columns, and none of another language."""
    russian, english = (typed("--lang", lang, *command.split(), "-h", cwd=tmp_path).out for lang in ("ru", "en"))
    assert not [line for line in russian.splitlines() if ENGLISH.search(CODE.sub("…", line))]
    assert not re.search("[а-яё]", english, re.IGNORECASE)
    for help_text in (russian, english):
        assert not re.search(r"^  [a-z]+ {2,}.*\.\.\.$", help_text, re.MULTILINE), help_text
        for option in re.findall(r"^  (-.*)$", help_text, re.MULTILINE):
            assert re.search(r"\S {2,}\S|--\S+ [A-Z]+$", option), option


def test_every_command_is_listed(tmp_path: Path) -> None:
    """As the answer to a bare line too, which asked for nothing."""
    bare = typed(cwd=tmp_path)
    assert (bare.code, bare.out) == (2, "")
    for shown in (typed("--help", cwd=tmp_path).out, bare.err):
        assert set(re.findall(r"^  ([a-z]+) {2,}\S", shown, re.MULTILINE)) == set(COMMANDS)


def test_a_common_option_stands_before_or_after_the_command(place: Path) -> None:
    """Of one that is given twice the last counts; `-q` may stand anywhere too."""
    for name in ("one.yaml", "two.yaml"):
        (place / name).write_bytes((place / "officials.yaml").read_bytes())
    once, twice = ["--registry=one.yaml", "registry", "check"], ["registry", "check", "--registry", "one.yaml"]
    for line in (once, ["--registry", "two.yaml", *twice], ["--registry=two.yaml", *twice]):
        done = typed(*line, cwd=place)
        assert (done.code, done.out.split(":")[0]) == (0, "one.yaml"), done.err
        assert [typed(*quiet, cwd=place).out for quiet in (["-q", *line], [*line, "-q"])] == ["", ""]


@pytest.mark.parametrize("line", ["", "weekly", "registry", "registry check"])
def test_help_and_version_are_asked_for_anywhere(line: str, tmp_path: Path) -> None:
    """`-h` and `--help` print the page of what stands before them."""
    for asked in ("-h", "--help"):
        done = typed(*line.split(), asked, cwd=tmp_path)
        assert (done.code, done.err) == (0, "")
        assert f"auditor {line}".strip() in done.out.splitlines()[0]
    assert re.fullmatch(r"auditor \d+\.\d+\.\d+(\.dev\d+)?\n", typed(*line.split(), "--version", cwd=tmp_path).out)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("chek", ["chek", "check?"]),
        ("zzz", ["zzz", "`auditor -h`"]),
        ("check --deep", ["--deep", "`auditor check -h`"]),
        ("weekly --regsitry x", ["--regsitry", "--registry?"]),
        ("registry chekc", ["chekc", "check?", "`auditor registry -h`"]),
        ("check", ["WHO", "`auditor check -h`"]),
        ("-q", ["COMMAND"]),
        ("report Томск", ["`auditor report -h`"]),
        ("demo --weeks 27", ["--weeks", "1", "26"]),
        ("discover --all --requests 0", ["--requests", "1", "…"]),
        ("discover --all --minutes nan", ["--minutes", "0"]),
        ("weekly --registry", ["--registry"]),
        ("check --week", ["--week", "`auditor check -h`"]),
        ("evidence verify --seal", ["--seal", "`auditor evidence verify -h`"]),
    ],
)
def test_a_mistyped_line_is_told_in_the_language_asked(line: str, named: list[str], tmp_path: Path) -> None:
    """One line with what is wrong and what may have been meant, and exit 2; Russian unless asked otherwise."""
    ways = [([], {}, "ru"), ([], {"AUDITOR_LANG": "en"}, "en"), (["--lang", "en"], {}, "en"), (["--lang=en"], {}, "en")]
    for before, env, lang in ways:
        done = typed(*before, *line.split(), cwd=tmp_path, env=env)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert [word for word in named if PLACES[lang].get(word, word) not in done.err] == []
        assert bool(CYRILLIC.search(done.err.replace("Томск", ""))) is (lang == "ru"), done.err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("report --week 2026-W99", 2),
        ("report --as-of yesterday", 2),
        *((line, 2) for line in ("report --lang xx", "--lang xx --help", "check -h --lang xx", "demo --lang ''")),
        ("weekly --budget soon", 2),
        ("weekly --data officials.yaml", 4),
        ("report --data officials.yaml", 4),
    ],
)
def test_what_cannot_be_used_is_one_line(line: str, code: int, place: Path) -> None:
    """Never a traceback."""
    done = typed(*line.split(), cwd=place)
    assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1), done.err


SLIPS = RegistryError([Problem("b.yaml", 2, "x", "y"), Problem("b.yaml", 1, "x\nz", "y")])


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (UsageError("wrong\n[/x] \x1b[2J"), 2, ["auditor: wrong [/x] \N{REPLACEMENT CHARACTER}[2J"]),
        (ArchiveError("no"), 4, ["auditor: no"]),
        (SLIPS, 2, ["b.yaml:1: x z; y", "b.yaml:2: x; y"]),
        (AuditorError(Text("met")), 4, [f"auditor: {Translator('ru').gettext('met')}"]),
        (KeyboardInterrupt(), 130, ["auditor: *"]),
        (OSError(errno.ENOSPC, "no space left"), 4, ["auditor: *на диске нет места*"]),
        (OSError(errno.EACCES, "not allowed", "/place"), 4, ["auditor: /place: *прав*; *"]),
        (OSError(errno.EACCES, "words of a citizen"), 4, ["auditor: *PermissionError, auditor/commands/cli.py:*"]),
        (OSError(errno.ENOENT, "words of a citizen", "/place"), 4, ["auditor: *FileNotFoundError, *cli.py:*"]),
        (RuntimeError("words of a citizen"), 4, ["auditor: *RuntimeError, auditor/commands/cli.py:*"]),
        (UsageError("key sekret-klyuch"), 2, ["auditor: key *"]),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_error_is_told_in_lines_and_by_its_exit_code(
    error: BaseException, code: int, lines: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """Without secrets, and of a defect without what its message quotes."""
    Secret("sekret-klyuch")
    out = os.dup(shown := sys.stdout.fileno())
    try:
        assert cli.run_guarded(Mock(side_effect=error)) == code
    finally:
        os.dup2(out, shown)
        os.close(out)
    printed = capfd.readouterr().err.splitlines()
    assert len(printed) == len(lines)
    for line, pattern in zip(printed, lines, strict=True):
        assert line == pattern or fnmatch(line, pattern), line
    assert not re.search("citizen|sekret", "".join(printed))


def test_how_a_command_ended_is_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    """One that returns nothing went well."""
    assert [cli.run_guarded(lambda ended=ended: ended) for ended in (3, None, "text")] == [3, 0, 0]
    assert capsys.readouterr().err == ""


def test_closed_streams_and_a_full_disk_change_no_exit_code(tmp_path: Path) -> None:
    """Whoever called closed them; where the error cannot be told either, the code says it alone."""
    env = {**os.environ, "AUDITOR_REGISTRY": "none.yaml"}
    command = f"{quote(sys.executable)} -m auditor"
    for line, code in (
        (f"{command} --version <&- >&- 2>&-", 0),
        (f"{command} registry check 2>/dev/full", 2),
        (f"{command} --version >/dev/full 2>/dev/full", 4),
    ):
        assert subprocess.run(line, shell=True, cwd=tmp_path, env=env, check=False).returncode == code, line


@pytest.mark.parametrize("line", ["check rayon-04 --offline", "check rayon-04 --offline --json", "-h", "check -h"])
def test_a_reader_who_leaves_ends_a_command_as_it_ends_every_other(
    line: str, looked: Path, as_of: tuple[str, str]
) -> None:
    """Neither what was found nor a mistake is told by the exit code: 141, as a shell writes SIGPIPE."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "auditor", *as_of, *line.split()]
        done = subprocess.run(command, cwd=looked, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr.decode()) == (141, "")


def test_more_than_a_pipe_holds_is_cut_where_its_reader_leaves(tmp_path: Path) -> None:
    """`auditor … | head`: the reader has what it asked for, and nobody is told of a failure."""
    line = f"{{ {quote(sys.executable)} -m auditor registry schema audit; echo $? >&2; }} | head -c 9"
    for unbuffered in ("", "1"):  # Python itself drops what a pipe does not take at once
        env = os.environ | {"PYTHONUNBUFFERED": unbuffered}
        done = subprocess.run(line, shell=True, cwd=tmp_path, env=env, capture_output=True, check=False)
        assert (len(done.stdout), done.stderr) == (9, b"141\n"), unbuffered


def test_an_error_is_one_line_whatever_it_quotes(tmp_path: Path) -> None:
    """The operator's own words, a file's name and the names in a registry; what is listed is on lines of its own."""
    offices = "".join(
        OFFICE.format(n=n).replace(f"Район {n}", json.dumps(f"Район\n✓ forged [/x] \u3164{n}")) for n in (1, 2)
    )
    (tmp_path / "officials.yaml").write_text(HEAD + offices, encoding="utf-8")
    for args in (("check", "район"), ("check", "\x1b[2J\nx"), ("check", "a", "--registry", "\x1b]0;x\x07\n.yaml")):
        done = typed(*args, "--offline", cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert steers(done.err) == ""
        assert len(done.err.splitlines()) == (3 if args == ("check", "район") else 1)
    listed = typed("next", cwd=tmp_path)
    assert (listed.err, re.search("(?m)^✓", listed.out)) == ("", None)
    assert "[/x]" in listed.out


@pytest.mark.parametrize(
    ("asked", "environ", "lang"),
    [
        ("en", {"AUDITOR_LANG": "ru"}, "en"),
        (None, {"AUDITOR_LANG": "en", "LANG": "ru_RU.UTF-8"}, "en"),
        (None, {"LC_ALL": "ru_RU.UTF-8", "LANG": "en_US.UTF-8"}, "ru"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "ru"),
        ("xx", {}, "ru"),
    ],
)
def test_the_language_is_the_readers(asked: str | None, environ: dict[str, str], lang: str) -> None:
    """What was asked for, else the system's; Russian where it is neither."""
    assert choose_language(asked, environ) == lang
