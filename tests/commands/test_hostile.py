"""Whatever a registry or a line says, an error is one line and a change looks like no other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from auditor.base.i18n import Catalogue
from auditor.base.text import Text
from auditor.commands.accounts import carry_out
from auditor.commands.console import say
from auditor.registry.writing import Plan
from tests.cases import TOMSK
from tests.commands.typed import typed
from tests.hostile import OFFICE, STEERING, steers
from tests.registry.helpers import HEAD


@pytest.mark.parametrize("text", [t for t in STEERING.values() if t.isprintable() or t[0] in "x\u202et"])
def test_the_diff_before_a_decision_steers_no_terminal(text: str, tmp_path: Path, capsys: Any) -> None:
    """Remarks of a registry are not read, and are shown: what they hold cannot make a change look like another."""
    remark = text.replace("\n", " ").replace("\r", " ")
    path = tmp_path / "officials.yaml"
    path.write_text(HEAD + f"  # {remark}\n" + OFFICE.format(n=1), encoding="utf-8")
    after = path.read_bytes() + f"# {remark}\n".encode(errors="replace")
    names = {"path": text, "url": text, "name": text}
    done = Text("{path}: {url} is now confirmed. Holder: {name}.", names)
    say(carry_out(Plan(path, path.read_bytes(), after, done), Catalogue("ru", TOMSK), yes=True))
    assert steers(capsys.readouterr().out) == ""


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
    for shown in (typed("next", cwd=tmp_path), typed("check", "rayon-1", "--offline", cwd=tmp_path)):
        assert shown.err == ""
        assert "[/x]" in shown.out
        assert not re.search("^✓", shown.out, re.MULTILINE)
