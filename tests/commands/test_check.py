"""`auditor check`: one office on the spot, as a card or as a document, with and without an archive."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from auditor.commands import check
from auditor.sandbox import Sandbox
from tests.command import Done
from tests.commands.typed import Screen, typed

LEAD = "https://t.me/imyarek_nepodtverzhdennyy"


def judged(done: Done) -> Any:
    """The only office of the document that a command printed."""
    (office,) = json.loads(done.out)["offices"]
    return office


def test_a_document_is_the_audits_with_one_office(looked: Path, as_of: tuple[str, str]) -> None:
    """The exit code is that office's; WHO is an id, a name, or the address of a page, in any case."""
    audit = json.loads(next(looked.glob("reports/2*/audit.json")).read_text(encoding="utf-8"))
    for office in audit["offices"]:
        done = typed("check", office["id"].upper(), "--offline", "--json", *as_of, cwd=looked)
        assert (judged(done)["id"], judged(done)["verdict"]) == (office["id"], office["verdict"])
        outcomes = {finding["outcome"] for finding in judged(done)["findings"]}
        assert done.code == (1 if "failed" in outcomes else 3 if outcomes & {"cantTell", "untested"} else 0)
    head = audit["offices"][0]
    for who in (head["municipality"].split(), [head["accounts"][0]["url"].partition("//")[2]]):
        done = typed("check", *who, "--offline", "--json", *as_of, cwd=looked)
        assert judged(done)["id"] == head["id"], who


def test_a_look_is_stored_and_judged(
    place: Path, box: Sandbox, as_of: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As later from the archive; before it nothing is claimed, nor of what was not seen in time. Progress is told."""
    early = typed("check", "rayon-02", "--offline", *as_of, cwd=place)
    assert (early.code, early.err) == (3, "")
    assert "✕" not in early.out
    assert not (place / "data").exists()
    assert re.search(r"(?m)^[○?] ", early.out)
    assert not re.search(r": \d+ публикац", early.out)
    line, env = ("check", "rayon-01", "--json", *as_of), box.settings() | {"TERM": "xterm"}
    done = typed(*line, cwd=place, env=env, err=Screen(terminal=True))
    later, quiet = (typed(*line, way, cwd=place, env=env, err=Screen(terminal=True)) for way in ("--offline", "-q"))
    assert "Первый район" in done.err
    assert "Первый район" not in later.err + quiet.err
    assert all(account["snapshot_at"] for account in judged(done)["accounts"])
    assert (judged(done)["verdict"], judged(later)["verdict"]) == ("passed", "passed")
    monkeypatch.setattr(check, "_LONGEST", -1)
    cut = typed("check", "rayon-05", "--json", *as_of, cwd=place, env=box.settings())
    assert cut.code == 3
    assert "failed" not in {finding["outcome"] for finding in judged(cut)["findings"]}


def test_a_terminal_gets_a_card_in_colour_and_a_pipe_plain_words(looked: Path, as_of: tuple[str, str]) -> None:
    """And `-q` neither, but the document that was asked for."""
    line = ("check", "rayon-04", "--offline", *as_of)
    piped, shown = typed(*line, cwd=looked), typed(*line, cwd=looked, out=Screen(terminal=True), env={"PAGER": ""})
    assert "\x1b[1;31m✕ " in shown.out
    assert "\x1b" not in piped.out
    assert re.sub(r"\x1b\[[\d;]*m", "", shown.out).split() == piped.out.split()
    quiet = typed(*line, "-q", cwd=looked)
    assert (quiet.code, quiet.out, quiet.err) == (piped.code, "", "")
    assert judged(typed(*line, "-q", "--json", cwd=looked))


def test_leads_are_on_the_card_and_in_no_document(after: Path, as_of: tuple[str, str]) -> None:
    """The operator sees what nobody has confirmed; what may be handed on does not hold it."""
    book = yaml.safe_load((after / "officials.yaml").read_text(encoding="utf-8"))
    head = next(office for office in book["offices"] if office["id"] == "rayon-01")
    head["tenures"][-1]["accounts"].append({"url": LEAD, "kind": "personal"})
    (after / "officials.yaml").write_text(json.dumps(book, default=str), encoding="utf-8")
    card, document = (
        typed("check", "rayon-01", "--offline", *as_of, *form, cwd=after).out for form in ((), ("--json",))
    )
    assert LEAD.rpartition("/")[2] in card
    assert LEAD.rpartition("/")[2] not in document
