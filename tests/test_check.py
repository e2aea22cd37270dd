"""`auditor check` as it is used: on a terminal, on a pipe, as a document; with and without an archive."""

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.weeks import Week
from auditor.commands import cli
from auditor.sandbox import World
from tests.command import Done, auditor
from tests.pipeline import audit_week, sandboxed

LEAD = "https://t.me/imyarek_nepodtverzhdennyy"
BOOK = """\
# Invented: nobody here is anybody.
timezone: Asia/Tomsk
directive: {title: Поручение, issuer: Имярек А. А., issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head,
  source: 'https://example.org/directive'}
offices:
"""


@pytest.fixture(scope="module")
def world() -> World:
    return World.build()


@pytest.fixture(scope="module")
def place(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audit]:
    """A folder with the registry and the archive of one weekly run, and the audit of it."""
    folder = tmp_path_factory.mktemp("audited")
    with sandboxed(world, folder) as (_, session):
        audit, _ = audit_week(session, Week.last_ended(world.now, session.registry.zone), synthetic=True)
    return folder, audit


def asked(
    place: tuple[Path, Audit], who: str, *args: str, data: str = "data", letters: str = "utf-8", **env: str
) -> Done:
    """`auditor check WHO --offline ARGS` as of the audit, in this process: a new one each time would take long."""
    folder, audit = place
    command = ["check", who, "--offline", "--as-of", audit.as_of.isoformat(), *args]
    out, err = io.TextIOWrapper(io.BytesIO(), encoding=letters), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr("auditor.base.logs.set_up_logs", lambda **_: None)  # this process's logs are pytest's
        for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
            patch.delenv(name, raising=False)
        for name, value in (env | {"AUDITOR_DATA": data}).items():
            patch.setenv(name, value)
        code = cli.run(command)
    out.flush()
    return Done(code, out.buffer.getvalue().decode(letters), err.getvalue())


def one(audit: Audit, **wanted: object) -> AuditedOffice:
    """The first office whose fields are these."""
    return next(o for o in audit.offices if all(getattr(o, name) == value for name, value in wanted.items()))


def test_a_check_from_the_archive_reads_no_dictionary(place: tuple[Path, Audit]) -> None:
    """Comments were read when they came; what reads them, 0.2 s and 25 MB, is not loaded again."""
    folder, audit = place
    script = (
        "import sys\n"
        f"sys.argv = ['auditor', 'check', 'rayon-01', '--offline', '--as-of', '{audit.as_of.isoformat()}']\n"
        "from auditor.commands.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('LOADED', sorted({'pymorphy3'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=os.environ | {"AUDITOR_DATA": "data"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "rayon-01" in done.stdout or "Первый район" in done.stdout
    assert done.stdout.endswith("LOADED []\n")


def on_terminal(place: tuple[Path, Audit], who: str, *, columns: int, **env: str) -> str:
    """What a terminal of so many columns is sent."""
    folder, audit = place
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    plain = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"}}
    command = [sys.executable, "-m", "auditor", "check", who, "--offline", "--as-of", audit.as_of.isoformat()]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=plain | {"AUDITOR_DATA": "data", "TERM": "xterm-256color", "PAGER": ""} | env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ):
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the other side has closed
        return b""


def bare(shown: str) -> str:
    """The text without colours and links."""
    return re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", shown)


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_terminal_gets_colours_and_its_own_width(place: tuple[Path, Audit], columns: int) -> None:
    """The outcome in its colour, no line beyond the edge but an address, and room that is used."""
    failed = one(place[1], verdict="failed", bound=True)
    shown = on_terminal(place, failed.id, columns=columns)
    assert re.search(r"\x1b\[1;31m✕ не соблюдено", shown)
    lengths = [len(line) for line in bare(shown).splitlines() if "/" not in line and "auditor" not in line]
    assert columns * 3 // 4 <= max(lengths) <= columns


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_a_terminal_that_wants_no_colours_gets_plain_text(place: tuple[Path, Audit], env: dict[str, str]) -> None:
    """NO_COLOR and TERM=dumb: not one escape, and the width is still the terminal's."""
    shown = on_terminal(place, "rayon-01", columns=60, **env)
    assert "\x1b" not in shown
    assert max(len(line) for line in shown.splitlines() if "auditor" not in line) <= 60
    assert "соблюдено · " in shown


def test_a_pipe_gets_plain_text_unless_colours_are_forced(place: tuple[Path, Audit]) -> None:
    """The same words either way."""
    plain, forced = asked(place, "rayon-01"), asked(place, "rayon-01", FORCE_COLOR="1", TERM="xterm")
    assert "\x1b" not in plain.out
    assert "\x1b[1;3" in forced.out
    assert bare(forced.out) == plain.out


@pytest.mark.parametrize(("encoding", "said"), [("koi8-r", "соблюдено · "), ("ascii", "soblyudeno - ")])
def test_an_output_without_our_letters_gets_others(place: tuple[Path, Audit], encoding: str, said: str) -> None:
    """No crash, and nothing that the output cannot show."""
    done = asked(place, "rayon-01", letters=encoding)
    assert done.err == ""
    assert said in done.out


def test_the_document_is_the_audits(place: tuple[Path, Audit]) -> None:
    """The audit's shape with one office, readable in any letters."""
    document = json.loads(asked(place, "rayon-01", "--json").out)
    assert (document["schema"], [o["id"] for o in document["offices"]]) == ("auditor/audit/2", ["rayon-01"])
    assert json.loads(asked(place, "rayon-01", "--json", letters="ascii").out) == document


def test_leads_are_on_the_card_and_in_no_document(place: tuple[Path, Audit], tmp_path: Path) -> None:
    """The operator sees what nobody has confirmed; what may be handed on does not hold it."""
    folder, audit = place
    person = one(audit, id="rayon-01").holder
    assert person is not None
    text = (folder / "officials.yaml").read_text(encoding="utf-8")
    name = re.search(rf"(?m)^( *)- name: ['\"]?{person.name}['\"]?$", text)
    assert name is not None
    accounts = text.index("accounts:\n", name.end()) + len("accounts:\n")
    indent = re.match(r" *", text[accounts:])[0]
    book = tmp_path / "officials.yaml"
    book.write_text(f"{text[:accounts]}{indent}- {{url: {LEAD}, kind: personal}}\n{text[accounts:]}", encoding="utf-8")
    shown = [asked(place, "rayon-01", "--registry", str(book), *form).out for form in ((), ("--json",))]
    assert [LEAD.rpartition("/")[2] in out for out in shown] == [True, False]


def test_a_voluntary_seat_says_that_it_is_outside(place: tuple[Path, Audit]) -> None:
    """No outcome of the directive for a member of the Duma."""
    done = asked(place, one(place[1], group="city_duma").id)
    assert done.out.splitlines()[1].startswith("— вне поручения, добровольно · ")


def test_a_vacancy_and_an_office_without_a_known_holder_are_no_persons(place: tuple[Path, Audit]) -> None:
    """The vacancy with its source; who is not on record with the request for one."""
    vacant = asked(place, one(place[1], verdict_reason="vacancy").id).out
    assert re.search(r"— не применяется · .*\n  Должность вакантна с .* \(https://", vacant)
    nobody = next((o for o in place[1].offices if o.verdict_reason == "no_holder"), None)
    if nobody is not None:
        assert "имени главы в реестре нет" in asked(place, nobody.id).out


def test_without_an_archive_nothing_is_claimed(place: tuple[Path, Audit], tmp_path: Path) -> None:
    """`--offline` where nothing was ever seen: untested, no number, exit 3, and no archive is made."""
    office = next(o for o in place[1].offices if o.bound and o.accounts and not (o.reports or o.searches))
    done = asked(place, office.id, data=str(tmp_path / "none"))
    assert done.err == ""
    assert done.code == 3
    assert re.search(r"(?m)^[○?] не (проверялось|установлено) · ", done.out)
    assert "✕" not in done.out
    assert not re.search(r"Публикации за неделю: \d", done.out)
    assert not (tmp_path / "none").exists()


def test_a_newcomers_page_that_was_never_looked_at_is_not_asked_for(tmp_path: Path) -> None:
    """A head with a page on record is not told to open one; a head without one is."""
    head = "{name: Имярек Анна Андреевна, since: 2026-11-10, sources: ['https://example.org/a'], accounts: [PAGE]}"
    page = "{url: 'https://t.me/primer_glava', kind: personal, confirmed: {on: 2026-11-12, how: on the site}}"
    book = tmp_path / "officials.yaml"
    for accounts, said in (
        (page, "Делать ничего не нужно: страница ещё не проверялась"),
        ("", "Откройте личную страницу"),
    ):
        office = f"  - {{id: one, municipality: Район, title: глава, group: municipal_head, tenures: [{head}]}}\n"
        book.write_text(BOOK + office.replace("PAGE", accounts), encoding="utf-8")
        done = auditor("check", "one", "--offline", "--data", "none", "--as-of", "2026-11-24T12:00+07:00", cwd=tmp_path)
        assert done.code in {0, 3}, done.err
        assert said in " ".join(done.out.split())


def test_an_unknown_and_an_ambiguous_name_are_one_line(place: tuple[Path, Audit]) -> None:
    """As text and as JSON, with the nearest names or all that are meant."""
    for who, said in (("Имярек", "несколько должностей"), ("вовсе не район", "нет ни должности")):
        for form in ((), ("--json",)):
            done = asked(place, who, *form)
            assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
            assert said in done.err


def test_quiet_prints_no_card_but_the_document_that_was_asked_for(place: tuple[Path, Audit]) -> None:
    """`-q` silences words for people; the exit code says the rest."""
    quiet = asked(place, "rayon-01", "-q")
    assert (quiet.out, quiet.err) == ("", "")
    assert quiet.code == asked(place, "rayon-01").code
    assert asked(place, "rayon-01", "-q", "--json").out
