"""`auditor check` as it is used: on a terminal, on a pipe, as a document, as a page; with and without an archive."""

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
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.weeks import Week
from auditor.commands import cli
from auditor.sandbox import World
from tests.command import Done
from tests.pipeline import audit_week, sandboxed

LEAD = "https://t.me/imyarek_nepodtverzhdennyy"


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
        try:
            code = cli.run_guarded(lambda: cli.app(command))
        except SystemExit as end:
            code = int(end.code or 0)
    out.flush()
    return Done(code, out.buffer.getvalue().decode(letters if "html" not in args else "utf-8"), err.getvalue())


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
def test_a_terminal_gets_colours_links_and_its_own_width(place: tuple[Path, Audit], columns: int) -> None:
    """The outcome in its colour, addresses that open, no line beyond the edge, and room that is used."""
    failed = one(place[1], verdict="failed", bound=True)
    shown = on_terminal(place, failed.id, columns=columns)
    assert re.search(r"\x1b\[1;31m✕ не соблюдено", shown)
    assert not failed.accounts or "\x1b]8;id=" in shown
    lengths = [len(line) for line in bare(shown).splitlines()]
    assert columns * 3 // 4 <= max(lengths) <= columns


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_a_terminal_that_wants_no_colours_gets_plain_text(place: tuple[Path, Audit], env: dict[str, str]) -> None:
    """NO_COLOR and TERM=dumb: not one escape, and the width is still the terminal's."""
    shown = on_terminal(place, "rayon-01", columns=60, **env)
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= 60
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


def test_the_document_is_the_same_by_both_names(place: tuple[Path, Audit]) -> None:
    """`--json` is `--format json`: the audit's shape with one office, readable in any letters."""
    named, short = asked(place, "rayon-01", "--format", "json"), asked(place, "rayon-01", "--json")
    assert named.out == short.out == asked(place, "rayon-01", "--json", "--format", "json").out
    document = json.loads(named.out)
    assert (document["schema"], [o["id"] for o in document["offices"]]) == ("auditor/audit/2", ["rayon-01"])
    assert json.loads(asked(place, "rayon-01", "--json", letters="ascii").out) == document


@pytest.mark.parametrize("args", [["--json", "--format", "html"], ["--json", "--format", "text"], ["--format", "pdf"]])
def test_formats_that_contradict_or_are_unknown_are_one_line(place: tuple[Path, Audit], args: list[str]) -> None:
    """Exit 2, before anything is read or asked."""
    done = asked(place, "rayon-01", *args)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert args[-1] in done.err


def test_the_page_is_one_card_with_its_method(place: tuple[Path, Audit]) -> None:
    """Open, of this office alone, without the week's counts and map; every link inside it leads somewhere."""
    office = one(place[1], verdict="failed", bound=True)
    done = asked(place, office.id, "--format", "html")
    assert (done.code, done.err) == (1, "")
    page = LexborHTMLParser(done.out)
    assert [d.attributes.get("open", "no") for d in page.css("details.card")] == [None]
    assert page.css_first("h1").text(strip=True) == f"{office.municipality}, {office.title}"
    assert not page.css(".tiles, table.practice, nav, script")
    assert "не соблюдено" in page.css_first("details.card summary").text()
    assert "Методика" in [h.text(strip=True) for h in page.css("h2")]
    assert not re.search(r"из\s1\b", page.body.text())
    ids = {node.attributes["id"] for node in page.css("[id]")}
    assert {a.attributes["href"][1:] for a in page.css("a[href^='#']")} <= ids
    assert not re.search(r'(?:src|xlink:href|action)="|url\((?!#)', done.out)


def test_the_page_of_each_kind_of_office_is_whole(place: tuple[Path, Audit]) -> None:
    """A voluntary seat too, and the same bytes twice, whatever the output's letters."""
    seat = one(place[1], group="city_duma")
    done = asked(place, seat.id, "--format", "html")
    assert done.out == asked(place, seat.id, "--format", "html", letters="ascii").out
    assert "добровольно, вне поручения" in LexborHTMLParser(done.out).css_first("details.card summary").text()


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
    shown = [
        asked(place, "rayon-01", "--registry", str(book), "--format", form).out for form in ("text", "json", "html")
    ]
    assert [LEAD.rpartition("/")[2] in out for out in shown] == [True, False, False]


def test_a_voluntary_seat_says_that_it_is_outside(place: tuple[Path, Audit]) -> None:
    """No outcome of the directive for a member of the Duma."""
    done = asked(place, one(place[1], group="city_duma").id)
    assert done.out.splitlines()[1].startswith("— добровольно, вне поручения · ")


def test_a_vacancy_and_an_office_without_a_known_holder_are_no_persons(place: tuple[Path, Audit]) -> None:
    """The vacancy with its source; who is not on record with the request for one."""
    vacant = asked(place, one(place[1], verdict_reason="vacancy").id).out
    assert re.search(r"— не применяется · .*\n  Должность вакантна с .* Источник: ", vacant)
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
    assert not re.search(r"Публикации за неделю +\d", done.out)
    assert not (tmp_path / "none").exists()


def test_an_unknown_and_an_ambiguous_name_are_one_line(place: tuple[Path, Audit]) -> None:
    """In every format, with the nearest names or all that are meant."""
    for who, said in (("Имярек", "несколько должностей"), ("вовсе не район", "нет ни должности")):
        for form in ("text", "json", "html"):
            done = asked(place, who, "--format", form)
            assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
            assert said in done.err


def test_quiet_prints_no_card_but_the_document_that_was_asked_for(place: tuple[Path, Audit]) -> None:
    """`-q` silences words for people; the exit code says the rest."""
    quiet = asked(place, "rayon-01", "-q")
    assert (quiet.out, quiet.err) == ("", "")
    assert quiet.code == asked(place, "rayon-01").code
    assert asked(place, "rayon-01", "-q", "--json").out
