"""The commands, their exit codes, and what they print."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit
from auditor.sandbox import Sandbox, World
from tests.command import auditor, started
from tests.truth import differences, truth_of

ROOT = Path(__file__).resolve().parent.parent

HEAVY = (
    "telethon",
    "vk_api",
    "requests",
    "httpx",
    "jinja2",
    "asyncio",
    "babel",
    "selectolax",
    "sqlite3",
    "pymorphy3",
)


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_help_loads_no_heavy_module(args: list[str]) -> None:
    """The list of commands is there at once: the module of a command is imported when the command is used."""
    script = (
        "import sys\n"
        f"sys.argv = ['auditor', *{args!r}]\n"
        "from auditor.commands.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        f"print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout, done.stdout[-300:]


def test_every_command_and_option_says_what_it_does(tmp_path: Path) -> None:
    """No command and no option without a sentence, and no sentence cut off at 80 columns."""
    top = auditor("--help", cwd=tmp_path)
    commands = re.findall(r"^  ([a-z]+) {2,}(\S.*)$", top.out.split("Commands:")[1], re.MULTILINE)
    assert {name for name, _ in commands} == {
        "weekly",
        "check",
        "report",
        "doctor",
        "demo",
        "registry",
        "next",
        "review",
        "accounts",
        "discover",
        "evidence",
        "login",
        "purge",
    }
    for name, said in commands:
        assert not said.endswith("...")
        options = auditor(name, "-h", cwd=tmp_path).out
        assert not re.search(r"^  [a-z]+ {2,}.*\.\.\.$", options, re.MULTILINE), options
        for line in re.findall(r"^  (-.*)$", options, re.MULTILINE):
            assert re.search(r"\S {2,}\S|--\S+ [A-Z]+$", line), line


@pytest.mark.parametrize(
    "line",
    [
        "--registry one.yaml registry check",
        "registry --registry one.yaml check",
        "registry check --registry one.yaml",
        "--registry two.yaml registry check --registry one.yaml",
        "--registry=two.yaml registry --registry one.yaml check",
    ],
)
def test_a_common_option_stands_before_or_after_the_command(line: str, tmp_path: Path, world: World) -> None:
    """Of one that is given twice the last counts; `-q` may stand anywhere too."""
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(world.registry_yaml(), encoding="utf-8")
    done = auditor(*line.split(), cwd=tmp_path)
    assert (done.code, done.out.split(":")[0]) == (0, "one.yaml"), done.err
    for quiet in (["-q", *line.split()], [*line.split(), "-q"]):
        assert auditor(*quiet, cwd=tmp_path).out == ""


@pytest.mark.parametrize("line", ["", "weekly", "registry", "registry check", "evidence verify", "login"])
def test_help_and_version_are_asked_for_anywhere(line: str, tmp_path: Path) -> None:
    """`-h` and `--help` print the page of what stands before them."""
    for asked in ("-h", "--help"):
        done = auditor(*line.split(), asked, cwd=tmp_path)
        assert (done.code, done.out.split(" [")[0]) == (0, f"Usage: auditor {line}".strip()), done.err
    assert re.fullmatch(r"auditor \d+\.\d+\.\d+\n", auditor(*line.split(), "--version", cwd=tmp_path).out)


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture
def place(tmp_path: Path, world: World) -> Path:
    (tmp_path / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def box(world: World):
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        yield sandbox


@pytest.fixture(scope="module")
def looked(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a week's run: to be copied, not written to."""
    folder = tmp_path_factory.mktemp("looked")
    (folder / "officials.yaml").write_text(world.registry_yaml(), encoding="utf-8")
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        auditor("weekly", "-q", "--as-of", as_of(world), cwd=folder, env=settled(sandbox))
    return folder


@pytest.fixture
def after(looked: Path, tmp_path: Path) -> Path:
    return shutil.copytree(looked, tmp_path, dirs_exist_ok=True)


def settled(box: Sandbox, **more: str) -> dict[str, str]:
    return box.settings() | {"AUDITOR_DATA": "data", "AUDITOR_OUT": "reports"} | more


def as_of(world: World) -> str:
    return world.now.isoformat()


def without_times(document: dict) -> dict:
    """The document without its seal, its requests and the moments of its looks, which differ by run, and its evidence.

    A second look asks for less and rests on answers of both: an album of photos is asked for once, a history read on.
    """
    for office in document["offices"]:
        for finding in office["findings"]:
            del finding["evidence"]
        office["evidence"] = bool(office["evidence"])
    document.pop("requests")
    document.pop("first_as_of")
    return json.loads(re.sub(r'"(as_of|snapshot_at|seal)": "[^"]*"', r'"\1": "…"', json.dumps(document)))


def test_weekly_twice_in_one_week_doubles_nothing(place: Path, world: World, box: Sandbox) -> None:
    """The same audit but for its times, and one folder of reports."""
    audits = []
    for minutes in ("12:00", "12:30"):
        moment = f"{world.now.date().isoformat()}T{minutes}+07:00"
        done = started("weekly", "--as-of", moment, cwd=place, env=settled(box))
        assert done.code == 1, done.err
        audits.append(json.loads((place / "reports" / world.week / "audit.json").read_text(encoding="utf-8")))
    first, second = map(without_times, audits)
    assert first == second
    assert [p.name for p in (place / "reports").iterdir() if p.name.startswith("20")] == [world.week]


def test_weekly_prints_a_summary_and_the_reports_path_and_nothing_else_when_piped(
    place: Path, world: World, box: Sandbox
) -> None:
    """No progress bar on a pipe; `-q` is silent."""
    env = settled(box, AUDITOR_CONTACT="press@example.invalid")
    done = auditor("weekly", "--as-of", as_of(world), cwd=place, env=env)
    assert done.err == ""
    assert done.out.strip().splitlines()[-1] == f"reports/{world.week}/index.html"
    assert "\x1b" not in done.out
    quiet = auditor("weekly", "-q", "--as-of", as_of(world), cwd=place, env=env)
    assert (quiet.out, quiet.err) == ("", "")


def test_report_gives_the_same_bytes_for_the_same_archive_and_moment(after: Path, world: World) -> None:
    """A report rendered again does not differ by a byte."""
    pages = []
    for folder in ("one", "two"):
        done = auditor("report", "--as-of", as_of(world), "--out", folder, cwd=after, env={"AUDITOR_DATA": "data"})
        assert done.code == 1, done.err
        pages.append([(after / folder / world.week / name).read_bytes() for name in ("index.html", "audit.json")])
    assert pages[0] == pages[1]


def test_check_prints_the_document_of_one_office(place: Path, world: World, box: Sandbox) -> None:
    """`--json` has the audit's own shape; the exit code is that office's."""
    for expected in truth_of(world):
        if expected.check == "opened_by_deadline" and expected.account is None and expected.outcome == "failed":
            break
    done = auditor("check", expected.office.upper(), "--json", "--as-of", as_of(world), cwd=place, env=settled(box))
    document = json.loads(done.out)
    assert done.code == 1
    assert document["schema"] == "auditor/audit/2"
    assert [(o["id"], o["verdict"]) for o in document["offices"]] == [(expected.office, "failed")]


def test_check_offline_asks_no_network(after: Path, world: World, box: Sandbox) -> None:
    """It judges from the archive alone."""
    office = world.offices[0].id
    done = auditor("check", office, "--json", "--offline", "--as-of", as_of(world), cwd=after, env=settled(box))
    assert box.requests == []
    assert json.loads(done.out)["offices"][0]["accounts"][0]["snapshot_at"]


def test_check_prints_a_card_of_words_when_piped(place: Path, world: World, box: Sandbox) -> None:
    """No colour codes, the outcome as a word, the account's address."""
    office = world.offices[0]
    done = auditor("check", office.id, "--as-of", as_of(world), cwd=place, env=settled(box))
    assert "\x1b" not in done.out
    assert office.municipality in done.out
    assert "https://" in done.out or "t.me/" in done.out or "vk.com/" in done.out


def test_an_ambiguous_name_lists_the_offices_and_an_unknown_one_the_nearest(place: Path, world: World) -> None:
    """One line on the standard error, exit 2."""
    for who, said in (("Имярек", "several offices"), ("вовсе не район", "no office")):
        done = started("check", who, "--offline", "--lang", "en", cwd=place)
        assert (done.code, done.out) == (2, "")
        assert said in done.err
        assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [
        ["report", "--week", "2026-W99"],
        ["report", "--week", "last"],
        ["report", "--week", "2030-W01", "--as-of", "2026-11-24T12:00+07:00"],
        ["report", "--as-of", "yesterday"],
        ["report", "--lang", "xx"],
        ["report", "--registry", "none.yaml"],
        ["weekly", "--no-such-option"],
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(place: Path, args: list[str]) -> None:
    """Never a traceback."""
    done = auditor(*args, cwd=place, env={"AUDITOR_DATA": "data"})
    assert done.code == 2
    assert "Traceback" not in done.err
    assert done.err.strip()


@pytest.mark.parametrize("command", ["weekly", "report"])
def test_an_unusable_data_folder_is_one_line_and_exit_4(place: Path, command: str) -> None:
    """A file lies where the folder should be."""
    (place / "data").write_text("x", encoding="utf-8")
    done = started(command, cwd=place, env={"AUDITOR_DATA": "data"})
    assert (done.code, len(done.err.strip().splitlines())) == (4, 1), done.err


def test_a_name_is_found_in_the_form_that_the_report_prints(place: Path, world: World) -> None:
    """Family name and initials, as a reader copies it."""
    person = next(o for o in world.offices if o.id == "rayon-01").tenures[-1].name.split()
    short = f"{person[0]} {person[1][0]}. {person[2][0]}."
    done = auditor("check", short, "--offline", "--json", "--as-of", as_of(world), cwd=place, env={"AUDITOR_DATA": "d"})
    assert done.code in {0, 1, 2, 3}
    assert "no office" not in done.err, done.err


def test_a_registry_with_ten_mistakes_gives_ten_lines(tmp_path: Path) -> None:
    """Each with file and line, exit 2."""
    lines = [
        "timezone: Asia/Nowhere",  # 1
        "expects: {municipal_head: 3}",  # 2
        "directive: {title: a, issuer: b, issued: 2022-13-25, deadline: 2022-06-01, binds: municipal_head, source: s}",
        "controls:",
        "  - {url: 'https://ok.ru/x', exists: true}",  # 5
        "offices:",
        "  - id: one",
        "    municipality: Первый район",
        "    title: глава",
        "    group: king",  # 10
        "    tenures:",
        "      - {name: Имярек Анна, sources: [x],",
        "        since: 2024-02-30,",  # 13
        "        acount: []}",  # 14
        "  - id: one",  # 15
        "    municipality: Второй район",
        "    title: глава",
        "    group: municipal_head",
        "    tenures:",
        "      - {name: Имярек Борис, sources: [x],",
        "        since: 2024,",
        "        until: 2020,",  # 22
        "        accounts: [{url: 'https://t.me/odin_kanal', kind: mine}]}",  # 23
    ]
    (tmp_path / "officials.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = auditor("registry", "check", cwd=tmp_path)
    said = done.err.strip().splitlines()
    assert done.code == 2
    assert len(said) == 10, done.err
    assert {int(re.match(r"officials\.yaml:(\d+): ", line)[1]) for line in said} == {1, 2, 3, 5, 10, 13, 14, 15, 22, 23}


def test_the_packaged_registry_alone_judges_the_first_week_after_the_deadline(tmp_path: Path) -> None:
    """Empty archive, no network: only what press reports and exemptions on record show."""
    done = started(
        *("report", "--week", "2022-W22", "--as-of", "2022-06-07T12:00+07:00", "--data", "none", "--out", "out"),
        cwd=tmp_path,
    )
    assert done.code == 3, done.err
    assert not (tmp_path / "none").exists()
    audit = json.loads((tmp_path / "out" / "2022-W22" / "audit.json").read_text(encoding="utf-8"))
    verdicts = {o["id"]: o["verdict"] for o in audit["offices"] if o["bound"]}
    assert {i for i, v in verdicts.items() if v == "passed"} == {
        "strezhevoy",
        "seversk",
        "verkhneketsky",
        "kolpashevsky",
    }
    assert "failed" not in verdicts.values()
    assert verdicts["tomsk-city"] == "inapplicable"
    tomsk = next(o for o in audit["offices"] if o["id"] == "tomsk-city")
    assert tomsk["exemption"]["source"].startswith("https://expert-club.online/")
    grace = {
        o["id"]: f["values"]["grace_used"]
        for o in audit["offices"]
        for f in o["findings"]
        if f["check"] == "opened_by_deadline" and f["account"] is None
    }
    assert grace["verkhneketsky"] is True
    assert grace["kolpashevsky"] is False


def test_registry_commands_print_counts_and_the_schema(place: Path) -> None:
    """And `check` is quiet about nothing."""
    assert auditor("registry", "check", cwd=place).out.startswith("officials.yaml")
    assert json.loads(auditor("registry", "schema", cwd=place).out)["$schema"].startswith("https://json-schema.org/")


def test_doctor_says_what_each_route_can_do(place: Path, world: World, box: Sandbox) -> None:
    """Ok where the sandbox answers; no key is `refused`, no network `unreachable`."""
    fine = auditor("doctor", "--as-of", as_of(world), "--lang", "en", cwd=place, env=settled(box))
    assert re.search(r"vk: wall.getComments +ok", fine.out), fine.out + fine.err
    assert re.search(r"telegram: /s/ +ok", fine.out), fine.out
    keyless = auditor(
        "doctor", "--as-of", as_of(world), "--lang", "en", cwd=place, env=settled(box, AUDITOR_VK_TOKEN="")
    )
    assert re.search(r"vk: users.get +refused", keyless.out), keyless.out
    assert keyless.code == 3
    dead = settled(box, AUDITOR_VK_API_URL="http://127.0.0.1:9", AUDITOR_TELEGRAM_WEB_URL="http://127.0.0.1:9")
    lost = auditor("doctor", "--as-of", as_of(world), "--lang", "en", cwd=place, env=dead)
    for network in ("telegram", "vk"):
        (line,) = (line for line in lost.out.splitlines() if line.startswith(f"{network}: ") and "unreachable" in line)
        assert "the server is down: 127.0.0.1 refuses connections; try later, or name a proxy in AUDITOR_" in line
    assert box.vk_token not in fine.out + fine.err + lost.out + lost.err


def test_the_demo_writes_a_report_that_says_it_is_invented(tmp_path: Path) -> None:
    """Twice into one folder too; never over a real archive."""
    for run in (started, auditor):
        done = run("demo", "--out", "demo", "--weeks", "1", cwd=tmp_path)
        assert done.code == 0, done.err
    page = tmp_path / done.out.strip().splitlines()[-1]
    assert page.name == "index.html"
    assert "вымышлен" in page.read_text(encoding="utf-8")
    assert json.loads((page.parent / "audit.json").read_text(encoding="utf-8"))["synthetic"] is True
    (tmp_path / "real" / "data").mkdir(parents=True)
    (tmp_path / "real" / "data" / "archive.sqlite").write_bytes(b"")
    refused = auditor("demo", "--out", "real", cwd=tmp_path)
    assert (refused.code, len(refused.err.strip().splitlines())) == (2, 1)


def test_a_killed_run_loses_at_most_the_account_in_hand(place: Path, world: World, box: Sandbox) -> None:
    """Killed without warning in the middle: what was stored is whole, and the next run comes to the truth."""
    slow = settled(box, AUDITOR_TELEGRAM_WEB_INTERVAL="0.03")
    command = [sys.executable, "-m", "auditor", "weekly", "--as-of", as_of(world)]
    with subprocess.Popen(command, cwd=place, env={**os.environ, **slow}, stderr=subprocess.DEVNULL) as running:
        stored = 0
        while stored < 5 and running.poll() is None:
            stored = _stored(place / "data" / "archive.sqlite")
            time.sleep(0.02)
        assert running.poll() is None, "the run ended before it could be killed"
        running.kill()
    database = sqlite3.connect(place / "data" / "archive.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    with Archive.open(place / "data") as archive:
        stored = archive.looks.all(world.now)
    assert len(stored) >= 5
    done = auditor("weekly", "-q", "--as-of", as_of(world), cwd=place, env=settled(box))
    assert done.code == 1, done.err
    audit = Audit.model_validate_json((place / "reports" / world.week / "audit.json").read_text(encoding="utf-8"))
    assert differences(audit, truth_of(world)) == []


def _stored(path: Path) -> int:
    if not path.exists():
        return 0
    database = sqlite3.connect(path)
    try:
        return database.execute("SELECT count(*) FROM looks").fetchone()[0]
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()
