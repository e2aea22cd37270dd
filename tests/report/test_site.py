"""The folder of reports as it is drawn: nothing leads nowhere, and every page says what it is."""

import gc
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from weakref import ref

import pytest

from auditor.audit.document import Audit, AuditedFinding
from auditor.registry.remarks import Withdrawal
from auditor.report.site import WITHDRAWN, SiteOptions, content_keys, office_page, office_slug, site
from tests.audit_samples import sample_audit
from tests.golden.words import words as words_of
from tests.pages import folder
from tests.report.read_report import EN, RU, Files, broken_links, page, text_of

WEEK, BEFORE = "2026-W47", "2026-W46"
WHY = "Реестр был неверен."


def test_every_link_leads_somewhere(drawn: Files) -> None:
    """To a file of the folder and, where a part is named, to that part of it; ids are not given twice."""
    assert broken_links(drawn) == []


def test_a_week_that_is_quoted_and_not_published_is_not_linked(two: list[Audit]) -> None:
    """A history has its verdict all the same."""
    newer_alone = dict(site(two[1:], [], SiteOptions(), RU, two[1].as_of))
    assert [week.verdict for office in two[1].offices for week in office.history if week.week == BEFORE]
    assert broken_links(newer_alone) == []


def test_every_page_says_what_it_is(drawn: Files) -> None:
    """Its language, one heading, where one is, that it is invented; and that nothing but our own files may run."""
    for path in (path for path in drawn if path.endswith(".html")):
        shown = page(drawn, path)
        assert len(shown.css("h1")) == 1, path
        (policy,) = (n.attributes["content"] for n in shown.css("meta[http-equiv]"))
        assert "default-src 'none'" in (policy or "")
        assert shown.css_first("html").attributes["lang"] == "ru"
        assert "вымышлены" in text_of(shown.css_first(".strip"))
        assert not shown.css("style, [style], [onclick]")
        assert all(map(text_of, shown.css("nav a, nav b")))


@pytest.mark.parametrize(
    ("zone", "russian", "english"),
    [
        ("Asia/Tomsk", "(МСК+4)", "(Moscow time + 4 h)"),
        ("Asia/Kamchatka", "(МСК+9)", "(Moscow time + 9 h)"),
        ("Europe/Moscow", "(МСК)", "(Moscow time)"),
        ("Europe/Kaliningrad", "(МСК−1)", "(Moscow time − 1 h)"),
        ("Europe/Berlin", "(Europe/Berlin)", "(Europe/Berlin)"),
        ("Asia/Kolkata", "(Asia/Kolkata)", "(Asia/Kolkata)"),
    ],
)
def test_a_page_says_which_zone_its_times_are_of(zone: str, russian: str, english: str) -> None:
    """As Russian readers count it, by Moscow's; by its name where that differs in summer or by a part of an hour."""
    audit = sample_audit().model_copy(update={"timezone": zone})
    for translator, label in ((RU, russian), (EN, english)):
        files = folder([audit], translator)
        for path in ("index.html", f"{WEEK}/method.html"):
            assert label in text_of(page(files, path).css_first("footer"))
        assert f" {label}. " in text_of(page(files, f"{WEEK}/method.html").css_first("main"))


def test_every_judged_office_has_a_page_of_proof(two: list[Audit], drawn: Files) -> None:
    """A green one too, with the publication or the answers that it rests on; one of which nothing is known has none."""
    judged = {o.id for o in two[1].offices if o.bound and o.verdict in {"passed", "failed"}}
    shown = {o.id for o in two[1].offices if f"{WEEK}/proof/{o.id}.html" in drawn}
    assert "rayon-04" in judged
    assert judged <= shown
    assert "rayon-17" not in shown
    assert "источник с датой, не позднее: 05.12.2021" in text_of(page(drawn, f"{WEEK}/proof/rayon-12.html").body)


def test_an_unknown_week_is_no_zero(drawn: Files) -> None:
    """What could not be seen is shown otherwise than silence."""
    hidden, silent = (text_of(page(drawn, office_page(name)).css_first("main")) for name in ("rayon-06", "rayon-18"))
    assert "Это не ноль." in hidden
    assert "Это не ноль." not in silent


def test_the_same_arguments_give_the_same_bytes(two: list[Audit], drawn: Files) -> None:
    """And the own pages of a week that lies there unchanged are left out, those over all weeks are not."""
    again = dict(site(two, [], SiteOptions(), RU, two[1].as_of, unchanged_weeks=[BEFORE]))
    assert again.keys() == {path for path in drawn if not path.startswith(BEFORE)}
    assert again == {path: drawn[path] for path in again}
    assert list(again)[-1] == "index.html"


@dataclass
class Archived:
    """Weeks that are read from their texts whenever they are asked for; at most so many at once are held."""

    texts: list[str]
    findings: list[ref[AuditedFinding]] = field(default_factory=list)
    most: int = 0

    def __iter__(self) -> Iterator[Audit]:
        for audit in map(Audit.from_json, self.texts):
            self.findings.append(ref(audit.offices[0].findings[0]))
            gc.collect()  # what waits for the collector in cycles is held by nobody
            self.most = max(self.most, sum(finding() is not None for finding in self.findings))
            yield audit


def test_a_folder_of_many_weeks_holds_one_of_them_at_a_time(two: list[Audit]) -> None:
    """Beside the one that is read next: half a year of a region does not stand in memory."""
    weeks = [two[0].model_copy(update={"week": f"2026-W{n}", "offices": two[0].offices[:2]}) for n in range(40, 46)]
    archived = Archived([audit.to_json() for audit in [*weeks, *two]])
    drawn_lazily = dict(site(archived, [], SiteOptions(), RU, two[1].as_of))
    assert drawn_lazily == dict(site([*weeks, *two], [], SiteOptions(), RU, two[1].as_of))
    assert archived.most <= 2


def test_only_a_real_folder_that_was_so_set_is_listed(drawn: Files) -> None:
    """For search engines; where it has an address each page names its own."""
    real = sample_audit().model_copy(update={"synthetic": False, "offices": sample_audit().offices[:2]})
    assert b'content="noindex"' in drawn["index.html"]
    assert b'content="noindex"' in folder([real], RU)["index.html"]
    shown = folder([real], RU, SiteOptions(address="https://example.invalid/r", listed=True))["index.html"]
    assert b'content="noindex"' not in shown
    assert b'rel="canonical" href="https://example.invalid/r/index.html"' in shown


def test_an_office_has_a_name_that_every_disk_takes() -> None:
    """Small ASCII letters, digits, dots, hyphens; no two have one, however long they are called."""
    same = ("rayon-01", "a.b_c", "a" * 120)
    escaped = {"Rayon": "~52~ayon", "а/b": "~430~~2f~b", ".hidden": "~2e~hidden", "dot.": "dot~2e~"}
    assert {office: office_slug(office) for office in (*same, *escaped)} == dict(zip(same, same, strict=True)) | escaped
    names = {office_slug("a" * length + end) for length in (119, 120, 200) for end in ("", "b", "~")}
    assert len(names) == 9
    assert max(map(len, names)) <= 137


# Withdrawn weeks ------------------------------------------------------------------------------------------------------


def taken_back(week: str, day: int = 24) -> Withdrawal:
    return Withdrawal(week=week, on=date(2026, 11, day), reason=WHY)


@pytest.fixture(scope="module")
def without_earlier(two: list[Audit]) -> dict[str, bytes]:
    """The folder of the two where the earlier is withdrawn, and one besides that nobody ever audited."""
    return dict(site(two, [taken_back(BEFORE), taken_back("2019-W10")], SiteOptions(), RU, two[1].as_of))


def test_a_withdrawn_week_leaves_a_notice_and_no_page(two: list[Audit], without_earlier: Files) -> None:
    """From its day on. The notice gives no other week's version and checksum for its own."""
    assert [path for path in without_earlier if path.startswith(f"{BEFORE}/")] == [f"{BEFORE}/index.html"]
    notice = words_of(without_earlier[f"{BEFORE}/index.html"].decode())
    assert WHY in notice
    assert "ерсия" not in notice
    assert "отозвана" in words_of(without_earlier["weeks.html"].decode())
    assert broken_links(without_earlier) == []
    assert [path for path, body in without_earlier.items() if "2019-W10" in path or b"2019-W10" in body] == []
    later = content_keys(two, [taken_back(BEFORE, 26)], SiteOptions(), RU, two[1].as_of)
    assert (
        content_keys(two, [taken_back(BEFORE)], SiteOptions(), RU, two[1].as_of)[BEFORE] == WITHDRAWN != later[BEFORE]
    )


def test_nothing_that_is_shown_rests_on_a_withdrawn_week(drawn: Files, without_earlier: Files) -> None:
    """Neither a change since it nor a figure of it: as if nobody had audited it."""
    for path, text in (
        ("index.html", "Что изменилось"),
        ("feed.xml", "С недели"),
        (office_page("rayon-20"), "не соблюдено 6"),
    ):
        assert text in text_of(page(drawn, path).body), path
        assert text not in text_of(page(without_earlier, path).body), path
    assert "Отчёт за неделю 46 отозван : сравнить нельзя." in text_of(
        page(without_earlier, "index.html").css_first("main")
    )
    document = Audit.from_json(without_earlier[f"{WEEK}/audit.json"].decode())
    assert document.previous_week is None
    changes = {(o.change, o.previous_verdict, o.verdict_change, len(o.moves)) for o in document.offices}
    assert changes == {("neutral", None, None, 0)}
    assert {p.posts for o in document.offices for p in o.history if p.week == BEFORE} == {None}


def test_subscribers_and_readers_of_the_data_are_told_of_a_withdrawal(drawn: Files, without_earlier: Files) -> None:
    """The entry keeps its id and says the day and the reason; the README names the week."""
    before, after = (page(files, "feed.xml").css("entry") for files in (drawn, without_earlier))
    assert [text_of(entry.css_first("id")) for entry in before] == [text_of(entry.css_first("id")) for entry in after]
    assert f"24.11.2026: {WHY}" in text_of(after[1])
    assert text_of(after[1].css_first("updated")) >= "2026-11-23T17:00:00Z"
    assert re.search(rf"2026-W46: .*24\.11\.2026\. {WHY}\n", without_earlier["data/README.txt"].decode())


def test_a_folder_of_withdrawn_weeks_says_so(two: list[Audit]) -> None:
    """No page of a week is left; what opens the folder leads to the notices, and the feed tells of them."""
    made = dict(site(two, [taken_back(BEFORE), taken_back(WEEK)], SiteOptions(), RU, two[1].as_of))
    notices = {f"{BEFORE}/index.html", f"{WEEK}/index.html"}
    assert {path for path in made if not path.startswith("look/")} == {"index.html", "feed.xml"} | notices
    home = page(made, "index.html")
    assert [n.attributes["href"] for n in home.css("main a")] == [f"{WEEK}/index.html", f"{BEFORE}/index.html"]
    assert text_of(home.css_first("main")).count(WHY) == 2
    assert broken_links(made) == []
    assert len(page(made, "feed.xml").css("entry")) == 2
    nothing = dict(site([], [taken_back(WEEK)], SiteOptions(), RU, two[1].as_of))
    assert nothing.keys() == {"look/site.css", "look/site.js", "look/icon.svg"}


def test_a_week_is_drawn_anew_only_where_something_that_it_hangs_on_changed(two: list[Audit]) -> None:
    """The document, the week that it is compared with, its neighbours, the folder's face; not the moment."""
    moment = two[1].as_of
    first = content_keys(two, [], SiteOptions(), RU, moment)
    assert first.keys() == {BEFORE, WEEK}
    assert content_keys(two, [], SiteOptions(), RU, moment + timedelta(days=1)) == first
    for other in (
        content_keys([two[0].model_copy(update={"version": 9}), two[1]], [], SiteOptions(), RU, moment),
        content_keys(two, [], SiteOptions(licence="x"), RU, moment),
        content_keys(two, [], SiteOptions(), EN, moment),
    ):
        assert not set(first.values()) & set(other.values())
    assert content_keys(two[:1], [], SiteOptions(), RU, moment)[BEFORE] != first[BEFORE]
    changed = content_keys([two[0], two[1].model_copy(update={"version": 9})], [], SiteOptions(), RU, moment)
    assert changed[BEFORE] == first[BEFORE]
    assert changed[WEEK] != first[WEEK]


def test_a_demonstration_is_never_listed() -> None:
    """Though its folder was so set: an invented failure is found under a real office's name."""
    invented = sample_audit().model_copy(update={"offices": sample_audit().offices[:2]})
    files = folder([invented], RU, SiteOptions(listed=True))
    shown = [path for path, body in files.items() if path.endswith(".html") and b'content="noindex"' not in body]
    assert shown == []


@pytest.mark.parametrize(
    ("changed", "alarm"),
    [
        ({"looked": False}, "На этой неделе страницы не проверялись"),
        ({"closed": False}, "Неделя ещё не закрыта"),
    ],
    ids=["nobody looked", "not closed"],
)
def test_what_keeps_a_week_from_being_whole_stands_before_everything(changed: dict[str, bool], alarm: str) -> None:
    """On the front page, the week's and an office's; a whole week has no such line."""
    whole = sample_audit().model_copy(update={"looked": True, "closed": True})
    for audit, alarms in ((whole, False), (whole.model_copy(update=changed), True)):
        files = folder([audit], RU)
        for path in ("index.html", f"{WEEK}/index.html", office_page("rayon-01")):
            shown = [text_of(node) for node in page(files, path).css("main .alarm")]
            assert any(line.startswith(alarm) for line in shown) == alarms, (path, shown)
