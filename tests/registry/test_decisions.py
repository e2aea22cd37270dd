"""A person's decisions about accounts: an objection is one line, and every other decision becomes an edit."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import UsageError
from auditor.base.i18n import Translator
from auditor.registry import load_registry
from auditor.registry.decisions import (
    decisions_of,
    plan_confirm,
    plan_reject,
    plan_searched,
    plan_undo,
    plan_undo_search,
)
from auditor.registry.models import Confirmation, RecordedSearch
from auditor.registry.registry_file import RegistryFile
from tests.cases import TOMSK
from tests.registry.registry_texts import HEAD, OFFICE

BOOK = (
    "controls: [{url: t.me/nastoyaschiy, exists: true}, {url: t.me/vtoroy, exists: true}]\n"
    + HEAD
    + OFFICE
    + """\
    accounts: [{url: vk.com/rayon1, kind: institution}]
    tenures:
      - name: Прежний Пётр Петрович
        sources: [x]
        since: 2018
        until: 2022-04-30
        accounts: [{url: t.me/prezhniy, kind: personal}]
      - name: Имярек Анна Андреевна
        sources: [x]
        since: 2022-05-01
        accounts:
          - url: t.me/Imyarek_lead   # found in a search
            kind: personal
"""
    + OFFICE.replace("first", "second")
    + """\
    tenures:
      - {name: Имярек Борис Борисович, sources: [x], since: 2023, accounts: [
          {url: vk.com/boris, kind: personal, id: 77, confirmed: {on: 2026-01-02, how: по сайту, of: 2025}},
          {url: vk.com/chuzhoy, kind: personal, rejected: {on: 2026-01-03, how: другой человек}}]}
"""
    + OFFICE.replace("first", "third").replace("Первый", "Третий")
    + "    vacancies: [{since: 2026-11-01, source: x}]\n"
)
SEARCHED = "в поиске людей VK и в Яндексе, по фамилии и имени"
HOW, SITE = "названа на сайте района", "https://example.org/glava"
LEAD = "t.me/imyarek_lead"
NUMBERS = "8 ноября 2026, новость 89131234567890 и id 812345678 на сайте example.org/89131234567"
"""Dates, ids and addresses of news, of which none is a telephone."""
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
"""Midnight in Tomsk: it is the 25th there."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The registry on disk."""
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    return tmp_path / "officials.yaml"


def decide(
    book: Path, plan: Callable[..., Any], query: str, *args: str, seen_id: int | None = None, **arguments: Any
) -> Any:
    """Plan a decision and write it; return the offices, and the sentence that says what was done."""
    file = RegistryFile(book, NOW, named=True, seen_number=lambda _: seen_id)
    edit = plan(file, query, *args, **arguments)
    edit.write()
    return load_registry(book).offices, Translator("en", TOMSK).text(edit.done_message)


def confirm(book: Path, query: str, url: str, **arguments: Any) -> Any:
    """Confirm a page with the usual reasons."""
    return decide(book, plan_confirm, query, url, **({"how": HOW, "sources": [SITE]} | arguments))


def test_a_lead_is_confirmed_where_it_stands_with_the_day_and_the_reasons(book: Path) -> None:
    """Each source once; every other line is as it was."""
    offices, _ = confirm(book, "Имярек Анна Андреевна", LEAD, sources=[SITE, SITE], of="2025-07", seen_id=42)
    (page,) = offices[0].tenures[1].accounts
    expected = {"on": "2026-11-25", "how": HOW, "of": "2025-07", "sources": [SITE]}
    assert (page.id, page.confirmed) == (42, Confirmation.model_validate(expected))
    lines = book.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line in BOOK.splitlines()] == BOOK.splitlines()


PAGES = [
    ("first", "t.me/Novaya", {"number": 5, "seen_id": 6, "how": NUMBERS}, ("https://t.me/novaya", 5, "personal")),
    ("Имярек Анна", "vk.com/chuzhoy", {"seen_id": 6}, ("https://vk.com/chuzhoy", 6, "personal")),
    ("second", "vk.com/boris", {"number": 77, "on": "2026-01-03"}, ("https://vk.com/boris", 77, "personal")),
]


@pytest.mark.parametrize(("who", "url", "given", "wanted"), PAGES)
def test_a_page_is_confirmed_or_confirmed_again(book: Path, who: str, url: str, given: Any, wanted: Any) -> None:
    """Also one that was rejected for a namesake; the newer look stands in the place of the older one."""
    offices, _ = confirm(book, who, url, **given)
    pages = [page for office in offices for tenure in office.tenures for page in tenure.accounts if page.confirmed]
    (page,) = (page for page in pages if page.url.url == wanted[0])
    assert (page.id, page.kind) == wanted[1:]
    decision = page.confirmed.model_dump(mode="json", include={"on", "of", "how"})
    assert decision == {"on": given.get("on", "2026-11-25"), "of": None, "how": given.get("how", HOW)}


def test_an_institutions_page_is_the_offices_own_and_needs_no_holder(book: Path) -> None:
    """A bot may be one; one that is there already is renewed in its place."""
    page = {"kind": "institution"}
    offices, message = confirm(book, "third", "https://vk.com/public12", number=-12, **page)
    (account,) = offices[2].accounts
    assert (account.url.url, account.id, account.kind) == ("https://vk.com/club12", -12, "institution")
    assert message.endswith("https://vk.com/club12 is now on record as a page of the institution: Третий район.")
    confirm(book, "third", "t.me/PriemnayaBot", on="2020-01-01", **page)
    offices, _ = confirm(book, "first", "vk.com/rayon1", **page)
    (page,) = offices[0].accounts
    assert page.confirmed


def test_a_search_is_put_on_record_once(book: Path) -> None:
    """Only once no lead is left (a rejected page is none); "nothing" is refused beside a page on record."""
    decide(book, plan_reject, "first", "vk.com/boris", how="другой")
    offices, message = decide(book, plan_reject, "first", LEAD, how="ведёт однофамилица")
    accounts = [
        (account.lead, str(account.rejected.on), account.rejected.how) for account in offices[0].tenures[1].accounts
    ]
    assert accounts == [(False, "2026-11-25", "ведёт однофамилица"), (False, "2026-11-25", "другой")]
    assert message.endswith("is now rejected and will not be shown as a lead. Holder: Имярек Анна Андреевна.")
    arguments = {"how": SEARCHED, "by": "Имярек Г. Г.", "on": "2026-11-20", "networks": ["VK", " ok ", "vk"]}
    offices, message = decide(book, plan_searched, "first", found=" НИЧЕГО ", **arguments)
    wanted = arguments | {"found": "nothing", "networks": ["vk", "ok"]}
    assert offices[0].tenures[1].searches == [RecordedSearch.model_validate(wanted)]
    assert message.endswith("the search of 20 Nov 2026 found nothing. Holder: Имярек Анна Андреевна.")
    with pytest.raises(UsageError, match="this search of 2026-11-20 is on record already"):
        decide(book, plan_searched, "first", found="nothing", **arguments)
    offices, message = decide(book, plan_searched, "second", how=SEARCHED, by="Г.", found="vk.com/boris: он")
    assert [(search.found, search.networks) for search in offices[1].tenures[0].searches] == [("vk.com/boris: он", [])]
    assert message.endswith("is on record. Holder: Имярек Борис Борисович. Found: vk.com/boris: он.")


KEY = "vk1.a.AAAABBBBCCCCDDDDEEEEFFFF"
SECRET = "the registry is public"


AGAINST = [
    ("first", "t.me/nastoyaschiy", {}, "is a control page of the registry and nobody's account"),
    ("first", "t.me/PriemnayaBot", {}, "is a bot by its name, and no person's page; for a body's give --kind"),
    ("Прежний", LEAD, {}, "'Прежний' does not hold first on 2026-11-25, but Имярек Анна Андреевна; write"),
    ("third", "t.me/novaya", {}, "third has no holder on record on 2026-11-25; enter who holds it into"),
    ("second", "vk.com/boris", {"on": "2026-01-02"}, "is confirmed since 2026-01-02; a newer look renews that, "),
    ("second", "vk.com/boris", {"number": 78}, "--id 78: https://vk.com/boris has the number 77 on record; check"),
    ("first", LEAD, {"on": "2026-11-26"}, "--on 2026-11-26 is in the future; it is 2026-11-25 in Asia/Tomsk"),
    ("first", LEAD, {"on": "2022-04-30"}, "--on 2022-04-30 is before Имярек Анна Андреевна took office"),
    ("first", LEAD, {"on": "2026-10"}, "--on '2026-10' is not a day; write it whole, like 2026-11-24"),
    ("first", LEAD, {"how": " \n\u200b"}, "say how that was found out: --how"),
    ("first", LEAD, {"sources": []}, "a confirmation needs a --source: the address of a page where others can"),
    ("first", LEAD, {"sources": ["example.org"]}, "--source: 'example.org' is not an address of a page"),
    ("first", LEAD, {"kind": "mine"}, "--kind cannot be 'mine'; write personal or institution"),
    ("first", LEAD, {"how": f"ключ {KEY}"}, SECRET),
    ("first", LEAD, {"sources": [f"https://example.org/m?access_token={KEY}"]}, SECRET),
    ("first", LEAD, {"how": "звонок на +7 913 123-45-67"}, SECRET),
    ("first", LEAD, {"how": "звонок на 8 (913) 123-45-67"}, SECRET),
    ("second", None, {"found": "nothing"}, "Имярек Борис Борисович: https://vk.com/boris is confirmed"),
    ("first", None, {"found": "nothing"}, "https://t.me/imyarek_lead is a lead: confirm or reject it first"),
    ("first", None, {"found": "  Ничего не найдено!"}, "--found holds no address; write nothing, or the"),
    ("first", None, {"how": "по имени"}, "--how 'по имени' is too little to repeat the search; say where and by what"),
    ("first", None, {"how": "в VK и на сайте"}, "is too little to repeat the search"),
    ("first", None, {"by": None}, "say who searched: --by; the report prints it"),
    ("first", None, {"networks": ["myspace"]}, "--network: 'myspace' is no network; write one of"),
]  # fmt: skip


@pytest.mark.parametrize(("who", "url", "given", "message"), AGAINST)
def test_what_speaks_against_a_decision_is_one_line(book: Path, who: str, url: Any, given: Any, message: str) -> None:
    """Against a confirmation, or a search where there is no page: the file is as it was, no secret is repeated."""
    plan, names, defaults = plan_confirm, [who, url], {"how": HOW, "sources": [SITE]}
    if url is None:
        plan, names, defaults = plan_searched, [who], {"how": SEARCHED, "by": "Г.", "found": "t.me/x"}
    with pytest.raises(UsageError) as refused:
        decide(book, plan, *names, **(defaults | given))
    assert message in str(refused.value)
    assert not [text for text in ("\n", KEY, "123-45-67") if text in str(refused.value)]
    assert book.read_text(encoding="utf-8") == BOOK


def test_a_search_says_which_cell_turns_red(book: Path) -> None:
    """Only once all networks that count were searched, and nothing was found."""
    decide(book, plan_reject, "first", LEAD, how="ведёт однофамилица")
    file, given = RegistryFile(book, NOW, named=True), {"how": SEARCHED, "by": "Г.", "found": "nothing"}
    name = "Имярек Анна Андреевна"
    told = {
        networks: plan_searched(file, "first", networks=networks.split(), **given).effect
        for networks in ("vk telegram ok max", "vk ok")
    }
    assert [str(effect) for effect in told.values()] == [
        "By this the cell of the directive turns red in the report, “a personal page was not found”: " + name,
        "By this no cell turns red, since this was not searched: telegram, max. Holder: Имярек Анна Андреевна",
    ]
    assert plan_searched(file, "first", **given | {"found": "t.me/x"}).effect is None


def test_a_decision_is_taken_back_with_the_reason_as_a_note(book: Path) -> None:
    """The page waits for a decision again, with its comment and what was noted; then it can be decided anew."""
    confirm(book, "first", LEAD)
    offices, message = decide(book, plan_undo, "first", LEAD, how="опечатка.")
    (page,) = offices[0].tenures[1].accounts
    assert (page.lead, page.note) == (True, "The confirmation of 2026-11-25 was taken back on 2026-11-25: опечатка.")
    assert message.endswith("is taken back. The reason is kept as a note. Holder: Имярек Анна Андреевна.")
    assert "# found in a search" in book.read_text(encoding="utf-8")
    decide(book, plan_reject, "first", LEAD, how="другой")
    offices, _ = decide(book, plan_undo, "first", LEAD, how="нет, тот самый")
    (page,) = offices[0].tenures[1].accounts
    assert page.note.endswith("опечатка. The rejection of 2026-11-25 was taken back on 2026-11-25: нет, тот самый.")
    offices, _ = decide(book, plan_undo, "second", "vk.com/chuzhoy", how="тот самый")
    confirm(book, "second", "vk.com/chuzhoy")
    offices, _ = decide(book, plan_undo, "second", "vk.com/id77", how="другой")
    assert [(page.lead, page.note != "") for page in offices[1].tenures[0].accounts] == [(True, True), (False, True)]


def test_a_page_of_the_institution_leaves_the_record(book: Path) -> None:
    """It would be shown without a confirmation too; the reason is the office's note."""
    offices, _ = decide(book, plan_undo, "first", "vk.com/rayon1", how="чужая")
    assert (offices[0].accounts, offices[0].note) == (
        [],
        "The page https://vk.com/rayon1 was taken off on 2026-11-25: чужая.",
    )


def test_a_recorded_search_is_taken_back(book: Path) -> None:
    """The only one, or that of the day; the reason is the tenure's note. What can be taken back is listed."""
    given = {"how": SEARCHED, "by": "Г.", "found": "t.me/x"}
    for day in ("2026-11-20", "2026-11-21"):
        decide(book, plan_searched, "second", on=day, **given)
    file = RegistryFile(book, NOW, named=True)
    assert [(url, day) for _, url, day in decisions_of(file, "second")] == [
        *(("https://vk.com/boris", None), ("https://vk.com/chuzhoy", None)),
        *((None, "2026-11-20"), (None, "2026-11-21")),
    ]
    with pytest.raises(UsageError, match="say by --on which is meant: 2026-11-20, 2026-11-21"):
        decide(book, plan_undo_search, "second", how="x")
    offices, _ = decide(book, plan_undo_search, "second", how="искали другого", on="2026-11-20")
    assert [str(search.on) for search in offices[1].tenures[0].searches] == ["2026-11-21"]
    offices, _ = decide(book, plan_undo_search, "second", how="и этот")
    assert (offices[1].tenures[0].searches, offices[1].tenures[0].note.count("was taken back")) == ([], 2)
    with pytest.raises(UsageError, match="no such search for pages of Имярек Борис Борисович is on record"):
        decide(book, plan_undo_search, "second", how="x")


UNDO_REFUSED = [
    (LEAD, "x", "first: nothing is decided about https://t.me/imyarek_lead that could be taken back; `auditor review"),
    ("ok.ru/x", "x", "'ok.ru/x' is not an address of a page"),
    ("https://ok.ru/x", "x", "first: nothing is decided about https://ok.ru/x that could"),
    ("vk.com/rayon1", None, "say why it is taken back: --how; it is kept as a note"),
    ("vk.com/rayon1", "звонок на +7 913 123-45-67", SECRET),
]


@pytest.mark.parametrize(("url", "how", "message"), UNDO_REFUSED)
def test_what_cannot_be_taken_back_is_one_line(book: Path, url: str, how: str | None, message: str) -> None:
    """And the file is as it was."""
    with pytest.raises(UsageError) as refused:
        decide(book, plan_undo, "first", url, how=how)
    assert message in str(refused.value)
    assert book.read_text(encoding="utf-8") == BOOK


def test_a_page_elsewhere_is_taken_back_too(book: Path) -> None:
    """On a network that the program does not look at."""
    page = "{url: 'https://ok.ru/profile/1', kind: personal, confirmed: {on: 2026-01-02, how: по сайту}}"
    book.write_text(BOOK.replace("accounts: [\n", f"accounts: [\n          {page},\n"), encoding="utf-8")
    offices, _ = decide(book, plan_undo, "second", "https://ok.ru/profile/1", how="другой")
    assert [page.confirmed for page in offices[1].tenures[0].elsewhere] == [None]


def test_a_lead_of_an_acting_head_is_confirmed_where_it_stands_after_the_election(book: Path) -> None:
    """One person, two tenures, one entry."""
    acting = "since: 2022-05-01\n        until: 2022-09-08\n        acting: true\n"
    elected = "      - name: Имярек Анна Андреевна\n        sources: [x]\n        since: 2022-09-08\n"
    text = BOOK.replace("since: 2022-05-01\n", acting).replace("  - id: second", elected + "  - id: second")
    book.write_text(text, encoding="utf-8")
    offices, _ = confirm(book, "first", LEAD, on="2022-05-02")
    assert [[page.judged for page in tenure.accounts] for tenure in offices[0].tenures[1:]] == [[True], []]
    confirm(book, "first", "https://t.me/s/Novaya_Stranica")
    assert "- url: https://t.me/Novaya_Stranica\n" in book.read_text(encoding="utf-8")  # as people know it


def test_a_registry_that_may_not_be_written_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read-only, though its folder would let it be replaced; as where it is another's."""
    book.chmod(0o444)
    with pytest.raises(UsageError, match=r"is read-only; make it writable, or copy it elsewhere and give the copy by"):
        confirm(book, "first", LEAD)
    assert book.read_text(encoding="utf-8") == BOOK
    book.chmod(0o644)
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(UsageError, match="is read-only"):
        confirm(book, "first", LEAD)
