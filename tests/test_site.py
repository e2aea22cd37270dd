"""The folder of reports as it is drawn: nothing leads nowhere, and every page says what it is."""

import posixpath
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.registry.remarks import Withdrawal
from auditor.report.site import Face, card_page, office_page, proof_page, site
from tests.audit_samples import sample_audit
from tests.cases import TOMSK
from tests.golden.words import words as words_of
from tests.pages import folder

RU = Catalogue("ru", TOMSK)
WEEK = "2026-W47"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Two weeks of the demonstration, as they were published."""
    out = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "auditor", "demo", "-q", "--weeks", "2", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    reports = out / "reports"
    return {p.relative_to(reports).as_posix(): p.read_bytes() for p in reports.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def sample() -> dict[str, bytes]:
    """The tests' invented week, which holds every outcome and many causes."""
    return folder([sample_audit()], RU)


@pytest.fixture(params=["demo", "sample"])
def files(request: pytest.FixtureRequest) -> dict[str, bytes]:
    found: dict[str, bytes] = request.getfixturevalue(request.param)
    return found


def page(files: Mapping[str, bytes], path: str) -> LexborHTMLParser:
    return LexborHTMLParser(files[path].decode())


def said(node: Any) -> str:
    return " ".join(node.text(separator=" ").split())


def astray(files: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Every link of the pages that leads nowhere, with its page; an id that is given twice."""
    parts = {path: [n.attributes["id"] for n in page(files, path).css("[id]")] for path in files if "html" in path}
    wrong = [(path, "ids") for path, ids in parts.items() if len(ids) != len(set(ids))]
    for path in parts:
        for node in page(files, path).css("[href], [src]"):
            url = node.attributes.get("href") or node.attributes.get("src") or ""
            if node.tag == "use" or re.match(r"https?:|mailto:", url):
                continue
            target, _, part = url.partition("#")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            if at not in files or (part and part not in parts.get(at, [part])):
                wrong.append((path, url))
    return wrong


def test_every_link_leads_somewhere(files: dict[str, bytes]) -> None:
    """To a file of the folder and, where a part is named, to that part of it; ids are not given twice."""
    assert astray(files) == []


def test_every_page_says_what_it_is(files: dict[str, bytes]) -> None:
    """Its language, one heading, where one is, that it is invented; and that nothing but our own files may run."""
    for path in (path for path in files if path.endswith(".html")):
        shown = page(files, path)
        assert len(shown.css("h1")) == 1, path
        policies = {n.attributes["content"] for n in shown.css("meta[http-equiv]")}
        assert len(policies) == 1
        assert "default-src 'none'" in policies.pop()
        assert shown.css_first("html").attributes["lang"] == "ru"
        assert "вымышлены" in said(shown.css_first(".strip"))
        assert not shown.css("style, [style], [onclick]")
        for link in shown.css("nav a, nav b"):
            assert said(link)


def test_an_unknown_week_is_hatched_and_a_zero_is_not(sample: dict[str, bytes]) -> None:
    """Two drawings of what is not the same: the posts of an office that could not be seen, and of a silent one."""
    silent, hidden = (page(sample, office_page(name)) for name in ("rayon-18", "rayon-06"))
    assert "Это не ноль" in said(hidden.css_first("main"))
    assert "Это не ноль" not in said(silent.css_first("main"))


def test_a_red_cell_by_a_search_has_its_proof(demo: dict[str, bytes]) -> None:
    """Who searched, when, how and where, without a stored answer."""
    proof = said(page(demo, proof_page(WEEK, "rayon-06")).css_first("main"))
    for told in ("Имярек Т. Т.", "03.11.2026", "поиск по имени и должности", "VK, Telegram, Одноклассники, MAX"):
        assert told in proof
    assert proof_page(WEEK, "rayon-06") in {
        posixpath.normpath(posixpath.join(f"{WEEK}/o", (n.attributes["href"] or "").partition("#")[0]))
        for n in page(demo, card_page(WEEK, "rayon-06")).css("a")
    }


def test_no_reader_is_shown_keys_and_zeros_on_a_proof(demo: dict[str, bytes]) -> None:
    """What the document calls a value is for programs."""
    for path in (path for path in demo if "/proof/" in path):
        text = words_of(demo[path].decode())
        assert "distinct" not in text
        assert not re.search(r"^0\n", text, re.MULTILINE)


@pytest.mark.parametrize(("path", "table"), [(f"{WEEK}/index.html", ".rows"), ("weeks.html", ".list-of-weeks")])
def test_a_cell_says_what_the_head_of_its_column_says(path: str, table: str, sample: dict[str, bytes]) -> None:
    """For a screen too narrow for the head; the sheet shows what stands in the page and makes no words."""
    (shown,) = page(sample, path).css(table)
    heads = [said(head) for head in shown.css("thead th")]
    cells = [row.css("th, td") for row in shown.css("tbody tr:not(.group)")]
    labelled = [row for row in cells if len(row) == len(heads)]
    assert labelled
    for row in labelled:
        assert [said(label) for cell in row[2:] for label in cell.css(".label")] == [f"{head}:" for head in heads[2:]]
    assert b"attr(" not in sample["look/site.css"]


WHY = "Реестр был неверен."


def taken_back(week: str, day: int = 24) -> Withdrawal:
    return Withdrawal(week=week, on=date(2026, 11, day), reason=WHY)


@pytest.fixture(scope="module")
def two() -> list[Audit]:
    """Two weeks as they are stored: the later was compared with the earlier, and its histories hold it."""
    later = sample_audit()

    def known(office: AuditedOffice) -> AuditedOffice:
        then = {"verdict": "failed", "posts": 5, "holder": office.holder.name if office.holder else None}
        history = [past.model_copy(update=then) if past.week == "2026-W46" else past for past in office.history]
        return office.model_copy(update={"history": history})

    return [sample_audit(previous=False).model_copy(update={"week": "2026-W46"}), later.each(known)]


@pytest.fixture(scope="module")
def left(two: list[Audit]) -> dict[str, bytes]:
    """The folder of the two where the earlier is withdrawn, and one besides that nobody ever audited."""
    return dict(site(two, [taken_back("2026-W46"), taken_back("2019-W10")], Face(), RU, two[1].as_of))


def test_a_withdrawn_week_leaves_a_notice_and_no_page(two: list[Audit], left: dict[str, bytes]) -> None:
    """From its day on. The notice gives no other week's version and checksum for its own."""
    assert [path for path in left if path.startswith("2026-W46/")] == ["2026-W46/index.html"]
    notice = words_of(left["2026-W46/index.html"].decode())
    assert WHY in notice
    assert "ерсия" not in notice
    assert "отозвана" in words_of(left["weeks.html"].decode())
    assert astray(left) == []
    assert "2026-W46/method.html" in dict(site(two, [taken_back("2026-W46", 26)], Face(), RU, two[1].as_of))


def test_nothing_that_is_shown_rests_on_a_withdrawn_week(two: list[Audit], left: dict[str, bytes]) -> None:
    """Neither a change since it nor a figure of it: as if nobody had audited it."""
    whole = dict(site(two, [], Face(), RU, two[1].as_of))
    for path, told in (
        ("index.html", "Что изменилось"),
        ("feed.xml", "С недели"),
        (office_page("rayon-20"), "не соблюдено 5"),
    ):
        assert told in said(page(whole, path).body), path
        assert told not in said(page(left, path).body), path
    assert "Отчёт за неделю 46 отозван : сравнить нельзя." in said(page(left, "index.html").css_first("main"))
    document = Audit.from_json(left[f"{WEEK}/audit.json"])
    assert document.previous_week is None
    assert {(o.change, o.previous_verdict, o.verdict_change, len(o.moves)) for o in document.offices} == {
        ("neutral", None, None, 0)
    }
    assert {p.posts for o in document.offices for p in o.history if p.week == "2026-W46"} == {None}
    rows = [said(row) for row in page(left, office_page("rayon-20")).css("#weeks tbody tr")]
    assert all("46" not in row or "не проверялась" in row for row in rows)


def test_a_subscriber_and_a_reader_of_the_data_are_told_of_a_withdrawal(
    two: list[Audit], left: dict[str, bytes]
) -> None:
    """The entry keeps its id and says the day and the reason; the README names the week."""
    whole = dict(site(two, [], Face(), RU, two[1].as_of))
    before, after = (page(files, "feed.xml").css("entry") for files in (whole, left))
    assert [said(entry.css_first("id")) for entry in before] == [said(entry.css_first("id")) for entry in after]
    assert "Отчёт за неделю 46 отозван. 24.11.2026: Реестр был неверен." in said(after[1])
    assert said(after[1].css_first("updated")) >= "2026-11-23T17:00:00Z"
    assert f"2026-W46: отозвана 24.11.2026. {WHY}\n" in left["data/README.txt"].decode()


def test_a_week_that_nobody_audited_cannot_be_withdrawn(left: dict[str, bytes]) -> None:
    """It has no page, and is no week's neighbour."""
    assert [path for path, body in left.items() if "2019-W10" in path or b"2019-W10" in body] == []


def test_a_folder_of_withdrawn_weeks_says_so(two: list[Audit]) -> None:
    """No page of a week is left; what opens the folder leads to the notices, and the feed tells of them."""
    made = dict(site(two, [taken_back("2026-W46"), taken_back(WEEK)], Face(), RU, two[1].as_of))
    assert {path for path in made if not path.startswith("look/")} == {
        "index.html", "feed.xml", "2026-W46/index.html", "2026-W47/index.html",
    }  # fmt: skip
    home = page(made, "index.html")
    assert said(home.css_first("h1")) == "Все отчёты отозваны"
    assert [n.attributes["href"] for n in home.css("main a")] == ["2026-W47/index.html", "2026-W46/index.html"]
    assert said(home.css_first("main")).count(WHY) == 2
    assert astray(made) == []
    assert len(page(made, "feed.xml").css("entry")) == 2


def test_the_same_arguments_give_the_same_bytes(sample: dict[str, bytes]) -> None:
    """And what is published is listed for search engines only where that was asked for, and never if invented."""
    assert folder([sample_audit()], RU) == sample
    real = sample_audit(synthetic=False)
    assert b'content="noindex"' in sample["index.html"]
    assert b'content="noindex"' in folder([real], RU)["index.html"]
    shown = folder([real], RU, Face(address="https://example.invalid/r", listed=True))["index.html"]
    assert b'content="noindex"' not in shown
    assert b'rel="canonical" href="https://example.invalid/r/index.html"' in shown


def test_the_readers_language_is_all_that_is_spoken() -> None:
    """No Russian word of the program is left in an English folder."""
    russian = re.compile("[а-яё]{4,}", re.IGNORECASE)
    ours = {word for path, body in folder([sample_audit()], RU).items() if path.endswith("method.html")
            for word in russian.findall(words_of(body.decode()))}  # fmt: skip
    audit = sample_audit("en")
    theirs = {word for path, body in folder([audit], Catalogue("en", TOMSK)).items() if path.endswith("week.html")
              for word in russian.findall(words_of(body.decode()))}  # fmt: skip
    assert ours
    assert theirs <= ours
