"""Files that mean harm: each is told of in plain lines, at once and in little memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError, SettingsError, UsageError
from auditor.base.settings import load_settings
from auditor.base.weeks import Week
from auditor.registry import load_registry, parse_registry
from auditor.report.site import office_name
from tests.cases import TOMSK
from tests.command import auditor
from tests.hostile import HEAD, NAMES, OFFICE, TOML, YAML

SECONDS, MEGABYTES = 5.0, 150
# The largest here takes 86 MB and 2 s of the processor; a core that is shared halves its speed. It was 322 MB while a
# list could hold 200,000 wrong items: pydantic keeps each (86 MB), and makes a dict of each (190 MB) to tell of any.
MEASURED = """
import json, resource, sys
from pathlib import Path
from auditor.base.errors import RegistryError
from auditor.registry import load_registry
def spent():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
for path in map(Path, sys.argv[1:]):
    before = spent()
    try:
        load_registry(path)
        lines = None
    except RegistryError as error:
        lines = str(error).splitlines()
    # `ru_maxrss` would begin with what the process weighed that started this one.
    peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    memory = int(peak.split()[1]) // 1024
    print(json.dumps([path.name, round(spent() - before, 2), memory, lines]))
"""


def written(folder: Path, name: str, made: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass"))
    return path


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, int, list[str] | None]]:
    """Every hostile registry read in a process of its own: seconds, its memory by then, what was said."""
    folder = tmp_path_factory.mktemp("yaml")
    paths = {written(folder, f"{n}.yaml", make()): name for n, (name, make) in enumerate(YAML.items())}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *map(str, paths)], capture_output=True, text=True, check=True, timeout=600
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {paths[folder / name]: (seconds, memory, lines) for name, seconds, memory, lines in rows}


@pytest.mark.parametrize("name", YAML)
def test_a_hostile_registry_is_told_of_in_lines(
    measured: dict[str, tuple[float, int, list[str] | None]], name: str
) -> None:
    """Each mistake one line that says where and how to mend it; none is loaded, none takes long or much."""
    seconds, memory, lines = measured[name]
    assert lines, "it was loaded"
    assert len(lines) <= 501
    assert all(line.isprintable() and ".yaml:" in line and "; " in line for line in lines), lines
    assert max(map(len, lines)) < 2_000
    assert seconds <= SECONDS
    assert memory <= MEGABYTES


def test_ten_thousand_offices_are_a_registry(tmp_path: Path) -> None:
    """The bounds are far from what is meant."""
    text = HEAD + "offices:\n" + "".join(OFFICE.format(n=n) for n in range(10_000))
    assert len(load_registry(written(tmp_path, "many.yaml", text)).offices) == 10_000


def test_the_command_says_it_and_leaves(tmp_path: Path) -> None:
    """Exit 2, nothing on the standard output, lines without a traceback, also of what never ends."""
    for name in ("!!python/object", "aliases that multiply to a billion", "a tag with an escape for the terminal"):
        done = auditor("registry", "check", "--registry", written(tmp_path, "r.yaml", YAML[name]()), cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert "Traceback" not in done.err
        assert all(line.isprintable() for line in done.err.splitlines())
    done = auditor("registry", "check", "--registry", "/dev/zero", cwd=tmp_path)
    assert (done.code, done.err.count("\n")) == (2, 1)


@pytest.mark.parametrize("name", TOML)
def test_hostile_settings_are_told_of_in_one_line(tmp_path: Path, name: str) -> None:
    """Nothing else, whatever the file holds."""
    written(tmp_path, "auditor.toml", TOML[name]())
    with pytest.raises(SettingsError) as told:
        load_settings({}, tmp_path)
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 600


@pytest.mark.parametrize("name", ["vantage", "lang", "vk_api_url", "telegram_dc", "vk_rps"])
def test_bytes_that_are_no_text_in_the_environment(tmp_path: Path, name: str) -> None:
    """What is no UTF-8 comes in as half characters: one line, before it reaches a document that must be UTF-8."""
    with pytest.raises(SettingsError):
        load_settings({f"AUDITOR_{name.upper()}": os.fsdecode(b"\xff\xfe")}, tmp_path)


@pytest.mark.parametrize("number", range(len(NAMES)))
def test_an_office_id_is_never_a_path_or_a_device(number: int) -> None:
    """The id names files and places of a page: what cannot, on any system, is no id."""
    body = HEAD + "offices:\n" + OFFICE.format(n=1).replace("rayon-1", json.dumps(NAMES[number]))
    with pytest.raises(RegistryError) as told:
        parse_registry(body, "r.yaml")
    assert all(line.isprintable() and len(line) < 2_000 for line in str(told.value).splitlines())


def test_ids_that_one_file_system_takes_for_one_are_two_mistakes() -> None:
    """Case makes no difference on some."""
    offices = OFFICE.format(n=1) + OFFICE.format(n=1).replace("rayon", "RAYON")
    with pytest.raises(RegistryError, match="stands twice, first on line"):
        parse_registry(HEAD + "offices:\n" + offices, "r.yaml")


def test_no_two_offices_have_one_page() -> None:
    """Whatever an id holds, its name in a path is plain and its own."""
    ids = ["a.b", "a-b", "a_b", "a b", "a/b", "а.б", *NAMES[:35]]
    names = [office_name(one) for one in ids]
    assert len(set(names)) == len(set(ids))
    assert not [a for a in names if set(a) & set(" /\\\"'<>#%?\0\n")]


@pytest.mark.parametrize(
    "name",
    ["../../x", "2026-W47/../..", "2026-W99", "2026-W00", "W47", "9999999-W01", "２０２６-W47", "\0"],
)
def test_a_week_is_never_a_path(name: str) -> None:
    """It names a folder of reports."""
    with pytest.raises(UsageError):
        Week.parse(name, TOMSK)
