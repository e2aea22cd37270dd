"""The card of one office: at the width of who reads it, in letters that it has, the outcome alone in colour."""

import io
import re
from typing import Any

import pytest

from auditor.audit.document import Audit
from auditor.base.safe import show_url
from auditor.report.terminal import card_for, wants_colour
from tests.audit_samples import remarked, sample_audit
from tests.hostile import HALVES, STEERING, everywhere, steers
from tests.pages import card, summary
from tests.report.read_report import RU


class TerminalStream(io.TextIOWrapper):
    """A stream that may be a terminal."""

    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def of(office: str) -> Audit:
    """The document of one office."""
    week = sample_audit()
    return week.model_copy(update={"offices": [o for o in week.offices if o.id == office]})


def bare(shown: str) -> str:
    """The text without colours."""
    return re.sub(r"\x1b\[[\d;]*m", "", shown)


@pytest.mark.parametrize(("columns", "least", "most"), [(20, 30, 40), (80, 60, 80), (400, 90, 120)])
def test_a_card_is_as_wide_as_its_terminal(columns: int, least: int, most: int, monkeypatch: Any) -> None:
    """No line beyond the edge but an address, and room that is used; neither too narrow nor too wide to read."""
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = card_for(TerminalStream(), of("rayon-03"), RU)
    lengths = [len(line) for line in bare(shown).splitlines() if "/" not in line and "auditor" not in line]
    assert least <= max(lengths) <= most
    assert re.fullmatch(r"\S((?!\n{3}).)*\S\n", shown, re.DOTALL)


@pytest.mark.parametrize(
    ("office", "colour"),
    [("rayon-01", "1;34"), ("rayon-03", "1;31"), ("rayon-06", "1;33"), ("rayon-10", ""), ("duma-1", "")],
)
def test_only_the_outcome_is_coloured(office: str, colour: str) -> None:
    """Of a bound office, on a terminal; the words are the same without."""
    shown, plain = card_for(TerminalStream(), of(office), RU), card_for(TerminalStream(terminal=False), of(office), RU)
    assert re.findall(r"\x1b\[([\d;]+)m[✓✕?—○] ", shown) == ([colour] if colour else [])
    assert (shown.count("\x1b"), bare(shown)) == (2 * bool(colour), plain)


WISHES = [
    ({"FORCE_COLOR": "1"}, False, True),
    ({"NO_COLOR": "1"}, True, False),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
]


@pytest.mark.parametrize(("env", "terminal", "wanted"), WISHES)
def test_who_wants_no_colours_gets_none(env: Any, terminal: bool, wanted: bool, monkeypatch: Any) -> None:
    """A pipe has none unless they are forced."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert wants_colour(TerminalStream(terminal=terminal)) is wanted


def test_leads_and_notices_are_the_operators_alone() -> None:
    """They stand on the card, beside what the document says: of a council's seat, of a vacancy with its source."""
    shown = card(of("rayon-01"), RU, leads=["https://t.me/nepodtverzhdennyy"], notices=["осмотритесь"])
    assert "nepodtverzhdennyy" in shown
    assert "! осмотритесь" in shown
    assert re.search(r"(?m)^— вне поручения, добровольно · ", card(of("duma-1"), RU))
    assert re.search(r"— не применяется · .*\n  Должность вакантна с .* \(https://", card(of("rayon-11"), RU))


def test_a_dated_source_is_told_by_its_address() -> None:
    """A terminal has no links, so the word for one would lead nowhere."""
    shown = " ".join(card(of("rayon-12"), RU).split())
    (source,) = {trace.source for office in of("rayon-12").offices for trace in office.reports}
    assert f"источник с датой, не позднее: 05.12.2021, {show_url(source)}" in shown
    assert ", источник" not in shown


@pytest.mark.parametrize("text", [text for text in STEERING.values() if text not in HALVES])
def test_a_name_steers_no_terminal(text: str) -> None:
    """Neither the card nor the summary of a week, whatever an office, a person, a page or a lead is called."""
    weeks = (everywhere([text], [f"https://t.me/{text}"])[0], remarked(sample_audit()))
    hostile, plain = (week.model_copy(update={"offices": week.offices[:1]}) for week in weeks)
    shown, week_summary = card(hostile, RU, leads=[f"https://t.me/{text}"]), summary(hostile, RU)
    assert steers(shown) == steers(week_summary) == ""
    assert not re.search("^✓ Поручение", shown, re.MULTILINE)
    assert len(week_summary.splitlines()) == len(summary(plain, RU).splitlines())
