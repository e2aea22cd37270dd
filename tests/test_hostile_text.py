"""Words that mean harm, on every way to a reader: the page, the terminal, a spreadsheet, an error."""

import json
import logging
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.base.address import Address
from auditor.base.errors import RegistryError
from auditor.base.i18n import Catalogue
from auditor.base.logs import set_up_logs
from auditor.base.safe import cell, clean, one_line, safe_url, show_url
from auditor.base.snapshot import Network
from auditor.base.text import Text
from auditor.commands.accounts import carry_out
from auditor.commands.console import progress_bar, say, say_json
from auditor.commands.doctor import print_diagnosis
from auditor.commands.leads import leads_document, render_leads
from auditor.commands.stored_answers import escaped
from auditor.probes.plugins import Examined
from auditor.registry import parse_registry
from auditor.registry.writing import Plan
from auditor.search.search import PersonSearch, SearchResult
from auditor.search.weighing.judge import Lead
from auditor.search.weighing.lead import Origin, Provenance, Reason
from auditor.search.weighing.sights import Sight
from auditor.search.weighing.sources import people_of
from tests.audit_samples import remarked, sample_audit
from tests.cases import NOW, TOMSK, registry, tenure
from tests.cases import office as office_of
from tests.command import auditor
from tests.hostile import FORMULAS, HALVES, HEAD, LINKS, LONG, MARKUP, OFFICE, STEERING, everywhere
from tests.pages import card, summary, whole

RU = Catalogue("ru", TOMSK)
TEXTS = [*MARKUP, *(text for text in STEERING.values() if text not in HALVES), *FORMULAS, *LONG]
OURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;id=[0-9]+;https?://[!-~]+\x1b\\|\x1b\]8;;\x1b\\")
"""Colours and links that rich itself writes, and the cursor of its progress bar."""


def steers(shown: str) -> str:
    """Return what of `shown` a terminal would obey, or what cannot be seen, beside our own colours and links."""
    rest = OURS.sub("", shown)
    harmful = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return "".join(c for c in rest if c != "\n" and (unicodedata.category(c) in harmful or c in "\u3164\u2800\u115f"))


# The page


@pytest.fixture(scope="module")
def hostile_page() -> str:
    audit, places = everywhere(TEXTS, LINKS)
    assert places > 5 * len(TEXTS)
    return whole(audit, RU)


def test_the_page_holds_no_element_that_data_made(hostile_page: str) -> None:
    """Every element, attribute and address of the page is one that the template wrote."""
    plain, hostile = (
        LexborHTMLParser(whole(remarked(sample_audit()), RU)),
        LexborHTMLParser(hostile_page),
    )
    tags = {node.tag for node in plain.root.traverse()}
    names = {name for node in plain.css("*") for name in node.attributes}
    assert {node.tag for node in hostile.root.traverse()} <= tags
    assert {name for node in hostile.css("*") for name in node.attributes} <= names
    assert not hostile.css("style, iframe, object")
    assert {node.attributes.get("src") for node in hostile.css("script")} <= {"../look/site.js"}
    links = {node.attributes["href"] for node in hostile.css("[href]")} - {None}
    ours = r"https?://[a-z0-9.-]+(?:[/?]|$)|#|mailto:|(?:\.\./)*[a-z0-9][a-z0-9./~_#-]*"
    assert not [url for url in links if not re.match(ours, url, re.IGNORECASE)]


def test_the_page_steers_no_eye(hostile_page: str) -> None:
    """No control, direction or unseen character, no half one, no pile of marks that covers its neighbours."""
    assert not set(steers(hostile_page)) - {"\n", "\t"}
    assert not re.search("[\u0300-\u036f\u20d0-\u20f0]{5}", hostile_page)
    hostile_page.encode("utf-8")


@pytest.mark.parametrize("url", LINKS)
def test_none_of_these_is_a_link(url: str) -> None:
    """Another scheme, a login, a host that looks like another."""
    assert safe_url(url) is None


def test_a_host_that_looks_like_another_is_shown_as_browsers_write_it() -> None:
    """And one in one alphabet stays as it is."""
    assert show_url("https://т.me/x") == "xn--r1a.me/x"
    assert show_url("https://vк.com/x") == "xn--v-ttb.com/x"
    assert show_url("https://администрация.рф/глава") == "администрация.рф/глава"
    assert safe_url("https://администрация.рф/глава") == "https://администрация.рф/глава"
    assert safe_url("https://www.пример.рф/") is None


@given(st.text())
def test_one_line_is_one_line(text: str) -> None:
    """Whatever is written in a name, it begins no line, steers nothing, and is the same when done twice."""
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
    assert one_line(shown) == shown == clean(shown)


# The spreadsheet


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    """What would be computed begins with an apostrophe, and no second row begins inside it."""
    assert not re.match(r"\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20\ufe66]", cell(text))
    assert len(cell(text).splitlines()) == 1


@pytest.mark.parametrize("text", ["Первый район", "1 июня", "", "«Имярек»", "a=b", "https://t.me/x", "О-1", "№ 5"])
def test_plain_words_stay_plain(text: str) -> None:
    """Nothing is put before what is no formula."""
    assert cell(text) == text


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("=+-@|%\t\r\n \u00a0\u3000\u200b\ufeff＝＋－＠"))))
def test_no_text_is_a_formula(text: str) -> None:
    """Whatever stands before the sign, and however wide it is written."""
    made = cell(text)
    assert len(made) <= 32_767
    bare = unicodedata.normalize("NFKC", made).lstrip()
    assert not bare or bare[0] not in "=+-@|%"


def test_a_cell_is_not_longer_than_a_spreadsheet_takes() -> None:
    """It is cut, visibly."""
    assert cell("Ы" * 1_000_000).endswith("Ы…")
    assert len(cell("=" * 1_000_000)) <= 32_767


# The terminal


@pytest.fixture(params=[False, True], ids=["piped", "terminal"])
def terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Once as a pipe and once as a terminal with colours."""
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    if request.param:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "120")
    return bool(request.param)


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_check_steers_no_terminal(text: str) -> None:
    """The card of `auditor check` and the summary of `auditor report`, with a name of every kind."""
    office = next(o for o in sample_audit().offices if o.accounts and o.holder)
    named = office.model_copy(
        update={
            "municipality": text,
            "title": text,
            "holder": office.holder.model_copy(update={"name": text}),
            "findings": [f.model_copy(update={"message": text, "account": text}) for f in office.findings],
            "accounts": [a.model_copy(update={"url": f"https://t.me/{text}"}) for a in office.accounts],
        }
    )
    audit = sample_audit().model_copy(update={"offices": [named], "vantage": text})
    shown, told = card(audit, RU, leads=[f"https://t.me/{text}"]), summary(audit, RU)
    assert steers(shown) == steers(told) == ""
    assert "\n✓ forged" not in shown
    plain = summary(audit.model_copy(update={"offices": [office]}), RU)
    assert len(told.splitlines()) == len(plain.splitlines())


def hostile_search(text: str) -> SearchResult:
    """A search that found a page with a hostile title, and reasons that quote it."""
    seat = office_of(tenure("Имярек Анна Андреевна", since="2020-01")).model_copy(update={"municipality": text})
    (person,) = people_of(registry(seat), [seat], date(2026, 11, 24))
    reason = Reason("claimed", {"place": text})
    seen = Sight(Address(Network.VK, "id1"), exists=True, id=1, title=text, origins=(Origin.SEARCH,))
    lead = Lead(seen, Provenance.GIVEN, (reason,))
    one = PersonSearch(person, leads=[lead])
    return SearchResult((one,), {}, {}, {}, {}, {text: text}, spent=False, finished_at=NOW)


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_discover_steers_no_terminal(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Titles of strangers' pages, and the reasons that quote them; as JSON too."""
    found = hostile_search(text)
    shown = render_leads(found, RU)
    assert steers(shown) == ""
    assert len(shown.splitlines()) == len(render_leads(hostile_search("Ы"), RU).splitlines())
    document = leads_document(found, RU)
    say_json(document)
    said = capsys.readouterr().out
    assert steers(said).strip("\u3164\u2800\u115f\U000e0041\U000e0042\ufff9\ufffb\u2060\u00ad") == ""
    assert json.loads(said) == json.loads(document)


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_the_doctor_and_the_progress_bar_steer_no_terminal(
    text: str, terminal: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder's name, the name of the signed-in account, an address just done."""
    print_diagnosis([Examined(text, "ok", Text("cannot be used: {error}", {"error": text}))], RU)
    with progress_bar(text, shown=terminal) as advance:
        advance(1, 2, text)
    said = capsys.readouterr()
    assert steers(said.out) == ""
    assert steers(said.err.replace("\r", "")) == ""


@pytest.mark.parametrize(
    "text", [t for t in STEERING.values() if t.isprintable() or "\n" in t or t[:1] in "\u202e\u2066\u200bt"]
)
def test_the_diff_before_a_decision_steers_no_terminal(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Remarks of a registry are not read, and are shown: what they hold cannot make a change look like another."""
    remark = text.replace("\n", " ").replace("\r", " ")
    path = tmp_path / "officials.yaml"
    path.write_text(HEAD + f"offices:\n  # {remark}\n" + OFFICE.format(n=1), encoding="utf-8")
    plan = Plan(
        path,
        path.read_bytes(),
        path.read_bytes() + f"# {remark}\n".encode(errors="replace"),
        Text("{path}: {url} is now confirmed. Holder: {name}.", {"path": text, "url": text, "name": text}),
    )
    say(carry_out(plan, RU, yes=True))
    assert steers(capsys.readouterr().out) == ""


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_a_record_shown_steers_no_terminal(text: str) -> None:
    """`evidence show` writes as a number whatever would be obeyed."""
    assert not [c for c in escaped(text) if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_a_registry_with_it_is_told_of_or_harmless(text: str) -> None:
    """In a value, a key, an anchor's or an office's place: lines that steer nothing."""
    quoted = json.dumps(text)
    for body in (
        HEAD + "offices:\n" + OFFICE.format(n=1).replace("Район 1", quoted),
        HEAD + "offices:\n" + OFFICE.format(n=1).replace("municipal_head", quoted),
        HEAD + "offices:\n" + OFFICE.format(n=1).replace("title", quoted),
        HEAD.replace("Asia/Tomsk", quoted) + "offices:\n" + OFFICE.format(n=1),
        HEAD + "offices:\n" + OFFICE.format(n=1) + f"x: !{text} 1\n",
    ):
        told: tuple[object, ...] = ()
        try:
            parse_registry(body, "r.yaml")
        except RegistryError as error:
            told = error.problems
        assert all(steers(one_line(str(problem))) == "" and "\n" not in str(problem) for problem in told)


def test_an_error_is_one_line_whatever_it_quotes(tmp_path: Path) -> None:
    """The operator's own words, a file's name and the names in a registry, in a process of its own."""
    offices = "".join(
        OFFICE.format(n=n).replace(f"Район {n}", json.dumps(f"Район\n✓ forged [/x] \u3164{n}")) for n in (1, 2)
    )
    (tmp_path / "officials.yaml").write_text(HEAD + "offices:\n" + offices, encoding="utf-8")
    for args in (("check", "район"), ("check", "\x1b[2J\nx"), ("check", "a", "--registry", "\x1b]0;x\x07\n.yaml")):
        done = auditor(*args, "--offline", "--data", tmp_path / "data", cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert steers(done.err) == ""
        assert len(done.err.splitlines()) == 1
    shown = auditor("next", cwd=tmp_path)
    assert (shown.code, shown.err) == (0, "")
    assert "[/x]" in shown.out
    assert not re.search("^✓", shown.out, re.MULTILINE)


@pytest.mark.parametrize("text", STEERING.values(), ids=STEERING)
def test_a_log_steers_no_terminal(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning may name a folder or an office."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        set_up_logs()
        logging.getLogger("auditor.test").warning("the archive %s is new", text)
    finally:
        root.handlers[:], root.level = before
    assert steers(capsys.readouterr().err.replace("\t", "")) == ""
