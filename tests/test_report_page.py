"""The weekly page, read as its readers would: what it says, what it must never say, and that it is inert."""

import base64
import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from auditor.audit.document import Audit, Summary
from auditor.base import safe
from auditor.base.i18n import Catalogue
from auditor.base.safe import clean, pieces, safe_url, show_url, viewable_url
from auditor.base.snapshot import Cause, EvidenceKind, Outcome, Route
from auditor.checks.opened_by_deadline import START_UNKNOWN
from auditor.registry.policy import DEFAULT_POLICY
from auditor.report import words
from auditor.report.checks_shown import advice
from auditor.report.headline import changes, clauses, who
from auditor.report.page.frame import Labels, label_rules
from auditor.report.page.html import left_out, render_html
from auditor.report.page.tiles import tiles
from tests.audit_samples import EVIL, hostile_audit, remarked, sample_audit
from tests.cases import TOMSK
from tests.test_i18n import FORBIDDEN

RU = Catalogue("ru", TOMSK)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


@pytest.fixture(scope="module")
def html(audit: Audit) -> str:
    return render_html(audit, catalogue=RU)


@pytest.fixture(scope="module")
def page(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def text(node) -> str:
    return " ".join(node.text().split())


def headline(audit: Audit, **counts: int) -> str:
    given_counts = {"bound": 20} | counts
    return ", ".join(clause for _, clause in clauses(audit.model_copy(update={"summary": Summary(**given_counts)}), RU))


def test_the_headline_says_how_many_of_how_many(page: LexborHTMLParser) -> None:
    """The first thing read is n of N, with what could not be told."""
    assert (
        text(page.css_first("h1"))
        == "Поручение соблюдено у 8 глав из 20, не соблюдено у 3, не установлено у 5, ещё 4 — вне оценки"
    )


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (
            {"passed": 9, "failed": 3, "cantTell": 4, "inapplicable": 3, "untested": 1},
            "Поручение соблюдено у 9 глав из 20, не соблюдено у 3, не установлено у 4, ещё 4 — вне оценки",
        ),
        ({"passed": 1, "cantTell": 19}, "Поручение соблюдено у 1 главы из 20, не установлено у 19"),
        ({"passed": 20}, "Поручение соблюдено у 20 глав из 20"),
        ({"failed": 2, "inapplicable": 18}, "Поручение не соблюдено у 2 глав из 20, ещё 18 — вне оценки"),
        ({"cantTell": 20}, "Соблюдение поручения не установлено у 20 глав из 20"),
        ({"untested": 20}, "Соблюдение поручения не проверялось у 20 глав из 20"),
        ({"inapplicable": 20}, "Поручение не применяется к 20 главам из 20"),
        (
            {"passed": 4, "inapplicable": 1, "untested": 15},
            "Поручение соблюдено у 4 глав из 20, не проверялось у 15, ещё 1 — вне оценки",
        ),
        ({"bound": 0}, "Поручение не относится ни к одной должности этого реестра"),
    ],
)
def test_headlines(audit: Audit, counts: dict[str, int], said: str) -> None:
    """Zero is left out, N stays, and what was not tested is not hidden where it is most of it."""
    assert headline(audit, **counts) == said


@given(st.tuples(*[st.integers(0, 30)] * 5))
def test_the_sum_of_the_headline_adds_up(audit: Audit, counted: tuple[int, ...]) -> None:
    """Whatever the outcomes are: the numbers of the clauses together are that of all bound offices."""
    counts = dict(zip(words.ORDER, counted, strict=True))
    numbers = [int(n) for n in re.findall(r"\d+", headline(audit, bound=sum(counted), **counts))]
    total = numbers.pop(1) if sum(counted) else 0
    assert sum(numbers) == total == sum(counted)


def test_names_stand_worst_first_and_lead_to_their_cards(page: LexborHTMLParser) -> None:
    """Who and why: each name with the reader's cause in brackets."""
    rows = [text(row) for row in page.css(".answer > .who > div")]
    assert rows[0] == "3 не соблюдено Двадцатый, Пятый, Третий"
    assert "Девятый (дата открытия неточна)" in rows[1]
    assert "Шестой (заглушка вместо страницы)" in rows[1]
    assert "Седьмой (новый глава, срок 18.12.2026)" in rows[2]
    assert rows[3] == "1 не проверялось Семнадцатый (страницу ещё не искали)"
    assert rows[4].startswith("8 соблюдено")


def test_every_inner_link_leads_somewhere(page: LexborHTMLParser) -> None:
    """An anchor exists once, and no link misses."""
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    targets = {a.attributes["href"][1:] for a in page.css('a[href^="#"]')}
    assert targets <= set(ids)
    cards = {node.attributes["id"] for node in page.css(".card > .body")}
    assert len(cards) == 22
    assert cards <= targets


def test_the_rows_of_change_add_up(audit: Audit) -> None:
    """Another verdict, better, worse and the same are all of the bound offices; lost sight is never "worse"."""
    rows = {row.key: row for row in changes(audit, RU)}
    assert sum(row.count for row in rows.values()) == audit.summary.bound
    assert {n.name: n.note for n in rows["verdict"].names} == dict.fromkeys(
        ("Двадцатый", "Третий", "Четвёртый", "Шестнадцатый", "Шестой"), "изменились сведения"
    )
    assert [(n.name, n.note) for n in rows["improvement"].names] == [("Первый", "Публикации за неделю")]
    assert [n.name for n in rows["regression"].names] == ["Восемнадцатый"]


def test_many_names_with_one_reason_say_it_once(audit: Audit) -> None:
    """With more than five names in a row the reason stands before its names, and none is lost."""
    spread = [o.model_copy(update={"verdict": "untested", "verdict_reason": "no_search"}) for o in audit.offices]
    spread[0] = spread[0].model_copy(update={"verdict_reason": "no_holder"})
    (row,) = who(audit.model_copy(update={"offices": spread}), RU)
    assert row.count == sum(len(names) for _, names in row.groups) == 20
    assert [(note, len(names)) for note, names in row.groups] == [
        ("страницу ещё не искали", 19),
        ("имени главы в реестре нет", 1),
    ]


def test_a_deadline_of_ones_own_is_shown_where_it_decides(audit: Audit, page: LexborHTMLParser) -> None:
    """Whoever took office later is judged by another day; where a page was open before that the day is nothing."""
    row = next(tr for tr in page.css(".directive tbody tr") if text(tr).startswith("Девятнадцатый"))
    assert "до вступления в должность" in text(row)
    assert "личный срок" not in text(row)
    red = [o.model_copy(update={"verdict": "failed"}) if o.id == "rayon-19" else o for o in audit.offices]
    later = LexborHTMLParser(render_html(audit.model_copy(update={"offices": red}), catalogue=RU))
    row = next(tr for tr in later.css(".directive tbody tr") if text(tr).startswith("Девятнадцатый"))
    assert "личный срок 19.09.2026" in text(row)


def test_where_the_day_of_taking_office_is_not_known_no_page_is_called_inexact(audit: Audit) -> None:
    """The row and the advice ask for what would settle it: the day of taking office, not a trace of the page."""
    one = next(o for o in audit.offices if o.verdict_cause == "too_little_data")
    findings = [
        f.model_copy(update={"message_id": START_UNKNOWN.id}) if f.check == "opened_by_deadline" else f
        for f in one.findings
    ]
    unknown = one.model_copy(update={"findings": findings})
    assert words.reason_of(one, RU) == "дата открытия неточна"
    assert words.reason_of(unknown, RU) == "день вступления в должность неизвестен"
    assert advice(unknown, audit, RU)[0].startswith("Пришлите источник с точным днём вступления в должность")


def test_a_trace_of_the_last_day_is_asked_for_too(audit: Audit) -> None:
    """A page open on the last day allowed is in time, so the advice does not say «до» that day."""
    one = next(o for o in audit.offices if o.verdict_cause == "too_little_data")
    assert "с датой не позднее 31.05.2022" in advice(one, audit, RU)[0]


def test_a_first_week_has_nothing_to_compare_with() -> None:
    """Without an earlier audit the page says so, instead of "no change"."""
    shown = text(LexborHTMLParser(render_html(sample_audit(previous=False), catalogue=RU)).css_first(".changes"))
    assert shown == "Что изменилось Это первая проверенная неделя: сравнивать не с чем."


def test_a_failed_control_stands_above_the_headline() -> None:
    """What was not judged at all is said first."""
    page = LexborHTMLParser(render_html(sample_audit(broken=True), catalogue=RU))
    first = page.css_first(".answer > *")
    assert "Telegram (просмотр без входа) на этой неделе не проверен" in text(first)
    assert not LexborHTMLParser(render_html(sample_audit(), catalogue=RU)).css(".alarm")


def test_the_directive_table_is_alphabetical_and_holds_the_bound_alone(page: LexborHTMLParser) -> None:
    """Twenty rows by municipality, no rank, no Duma; e and yo stand together."""
    names = [text(th) for th in page.css(".directive tbody th a")]
    assert len(names) == 20
    assert names == sorted(names, key=lambda n: n.casefold().replace("ё", "е"))
    assert not any("дум" in name for name in names)


def test_the_volunteers_stand_apart(page: LexborHTMLParser) -> None:
    """Others are said to be outside the directive and its count, and carry no outcome."""
    assert "добровольно, вне поручения и вне счёта «из 20»" in text(page.css_first(".practice tr.group"))
    assert text(page.css_first(".grouphead")) == "Дума города: добровольно, вне поручения и вне счёта «из 20»"
    for card in page.css(".voluntary .card"):
        assert "o-free" in card.attributes["class"]
        assert "соблюдено" not in text(card.css_first("summary"))


def test_practice_never_wears_the_outcomes_colours(page: LexborHTMLParser) -> None:
    """Red can only mean the directive: the practice has hollow signs and ink."""
    table = page.css_first("#practice").html
    assert table
    assert not re.search(r"[st]-(failed|passed|cantTell)\b|#s-", table)
    assert re.findall(r"\S+ нарушени\w+", text(page.css_first("#practice"))) == ["не нарушение"]


def test_unknown_is_never_a_number(page: LexborHTMLParser) -> None:
    """A page behind a block page has no posts counted, and the card says that this is not zero."""
    row = next(tr for tr in page.css(".practice tbody tr") if text(tr).startswith("Шестой"))
    assert text(row) == "Шестой не установлено: заглушка вместо страницы"
    card = page.css_first("details:has(#o-rayon-06)")
    assert "Это не ноль." in text(card)
    assert not card.css(".days")


def test_a_card_says_what_would_put_it_right(page: LexborHTMLParser) -> None:
    """The one thing that moves the outcome, or that nothing does."""

    def advised(office: str) -> str:
        return text(page.css_first(f"details:has(#{office}) .todo"))

    assert "Срок прошёл: страницы из реестра итог не изменят." in advised("o-rayon-03")
    assert "источник с датой не позднее 31.05.2022" in advised("o-rayon-03")
    assert "От главы ничего не требуется" in advised("o-rayon-06")
    assert "до 18.12.2026 включительно" in advised("o-rayon-07")
    assert "освобождение действует" in advised("o-rayon-10")
    assert "свежего поиска нет" in advised("o-rayon-17")


def test_a_card_shows_proof_and_posts(page: LexborHTMLParser) -> None:
    """Accounts with their confirmation, the week by day, the posts, the questions, the answers behind it."""
    card = page.css_first("details:has(#o-rayon-01)")
    shown = text(card)
    assert "письмо пресс-службы; 02.11.2026" in shown
    assert [text(li) for li in card.css(".days li")][:3] == ["2пн 16", "1вт 17", "2ср 18"]
    assert card.css_first('.posts a[href="https://t.me/rayon01_glava/1"]')
    assert "Комментариев 18, из них вопросов 18. Ответ в срок: 3 из 18." in shown
    assert "к моменту проверки ответа владельца не видно9" in shown
    assert "02" * 32 in [text(cell) for cell in card.css(".evidence td:last-child")]
    assert "Ссылка на перечень в описании не видна" in shown


def test_evidence_leads_to_the_page_that_was_seen(audit: Audit) -> None:
    """A reader follows a verdict to the page itself; a call of VK's API, which no browser shows, is printed in full."""
    call = "https://api.vk.ru/method/wall.get?owner_id=-1&filter=owner&count=100&offset=0&fields=screen_name"
    one = next(office for office in audit.offices if len(office.evidence) > 1)
    first, *others = one.evidence
    changed = one.evidence | {first: one.evidence[first].model_copy(update={"url": call})}
    alone = audit.model_copy(update={"offices": [one.model_copy(update={"evidence": changed})]})
    table = LexborHTMLParser(render_html(alone, catalogue=RU)).css("table.evidence")
    linked = {a.attributes["href"] for part in table for a in part.css("a")}
    assert linked == {one.evidence[key].url for key in others}
    assert call.removeprefix("https://") in {span.text() for part in table for span in part.css(".cut")}


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://t.me/s/perviy?before=37", True),
        ("https://vk.com/id1", True),
        ("https://api.vk.ru/method/users.get?user_ids=1", False),
        ("http://127.0.0.1:8000/method/users.get", False),
        ("https://t.me/api/method?api_hash=1", False),
        ("https://t.me/perviy/155?embed=1&discussion=1&comments_limit=100", False),
        ("javascript:alert(1)", False),
    ],
)
def test_only_what_a_browser_shows_is_linked_as_evidence(url: str, shown: bool) -> None:
    """A link to an API leads nowhere, and one to a discussion to what citizens wrote."""
    assert (viewable_url(url) is not None) is shown


def test_the_method_is_made_from_the_checks(audit: Audit, page: LexborHTMLParser) -> None:
    """Each check with its question, method, threshold, basis and how many it leaves out."""
    table = text(page.css_first("table.method"))
    assert len(audit.checks) == 8
    for check in audit.checks:
        assert " ".join(check.method.split()) in table
        assert f"{check.left_out} из {check.applies}" in table


def test_the_page_says_what_it_does_not_claim(page: LexborHTMLParser) -> None:
    """Six lines, and a place for a reply."""
    assert len(page.css("#limits li")) == 6
    assert "Право на ответ и исправления" in text(page.css_first("footer"))


@pytest.fixture(scope="module")
def amended(audit: Audit) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(remarked(audit), catalogue=RU))


def test_a_statement_stands_beside_the_finding_and_changes_nothing(
    page: LexborHTMLParser, amended: LexborHTMLParser
) -> None:
    """Its words, its source, until when; the row leads to it, and every outcome is as without it."""
    shown = text(amended.css_first("details:has(#o-rayon-03) .remark"))
    assert shown.startswith("Заявление от 20.11.2026 Страницу в другой сети вели с января 2022 года.")
    assert "Итог не меняет. Показывается до 18.12.2026." in shown
    row = next(tr for tr in amended.css(".directive tbody tr") if text(tr).startswith("Третий"))
    assert row.css_first('.outcome a[href="#said-o-rayon-03"]').text() == "есть заявление"
    assert [text(v) for v in amended.css(".verdict")] == [text(v) for v in page.css(".verdict")]
    assert not page.css(".remark")


def test_a_correction_is_marked_where_it_corrected(amended: LexborHTMLParser) -> None:
    """The cell has its number and leads to the list, which leads back; the line of the act names them all."""
    row = next(tr for tr in amended.css(".directive tbody tr") if text(tr).startswith("Третий"))
    assert row.css_first('.outcome a[href="#correction-5"]').text() == "испр. №\N{NO-BREAK SPACE}5"
    answers = next(tr for tr in amended.css(".practice tbody tr") if text(tr).startswith("Первый"))
    assert [n for n, td in enumerate(answers.css("td")) if td.css('a[href="#correction-6"]')] == [3]
    listed = [" ".join(tr.text(separator=" ").split()) for tr in amended.css(".corrections tbody tr")]
    assert listed[0] == "4 25.11.2026 весь отчёт опечатка в источнике порога"
    assert listed[1].startswith("5 25.11.2026 Третий : Открыта в срок")
    assert amended.css_first('#correction-5 a[href="#o-rayon-03"]')
    act = text(amended.css_first(".act"))
    assert "Версия отчёта 4. Исправления: № 4, № 5, № 6." in act.replace("\N{NO-BREAK SPACE}", " ")


def test_the_foot_says_where_to_write(page: LexborHTMLParser, amended: LexborHTMLParser) -> None:
    """The address of the settings, its link alone linked; without one a plain sentence."""
    shown = text(amended.css_first("footer"))
    assert "Куда писать: пресс-служба проверки, pochta@example.invalid, https://example.invalid/contact" in shown
    assert [a.attributes["href"] for a in amended.css("footer a")] == ["https://example.invalid/contact"]
    assert "своего адреса в нём не указано" in text(page.css_first("footer"))
    assert "Исправлений нет." in text(page.css_first("#method"))


def test_a_correction_of_an_unknown_office_is_listed_without_a_link(audit: Audit) -> None:
    """An office that left the registry since: its number and words stay."""
    lost = remarked(audit).corrections[1].model_copy(update={"office": "gone"})
    page = LexborHTMLParser(render_html(audit.model_copy(update={"corrections": [lost]}), catalogue=RU))
    assert "весь отчёт" in text(page.css_first("#correction-5"))


def test_the_method_says_why_offices_were_left_out(audit: Audit, page: LexborHTMLParser) -> None:
    """The causes add up to the count beside them."""
    why = left_out(audit, RU)
    assert {check.name: check.left_out for check in audit.checks} == {
        name: sum(n for _, n in causes) for name, causes in why.items()
    }
    cell = page.css_first(".method tbody tr td:nth-child(5)")
    assert text(cell).startswith("6 из 20")
    assert "заглушка вместо страницы: 1" in text(cell)


def test_column_names_cannot_end_their_string() -> None:
    """Whatever a name holds, the rule is one string that gives the name back; no markup ends the style sheet."""
    rules = label_rules([Labels("x", 900, ["", 'a"}</style>\\\n*{}', "Поля, «да»"])])
    assert "</style" not in rules
    assert rules.count('"') == 4
    assert rules.count("{") == rules.count("}") == 3
    assert 'content:"Поля, «да»"' in rules


def test_nothing_forbidden_is_written(html: str) -> None:
    """The wordings of norms.md hold on the whole page."""
    assert not FORBIDDEN.search(html)


def test_every_word_of_the_code_has_a_readers_word() -> None:
    """A new cause, outcome, route, kind of evidence or key of the policy needs a word here."""
    assert set(Cause) == set(words.CAUSES)
    assert set(Outcome) == set(words.OUTCOMES) == set(words.OUTCOMES_NARROW) == set(words.SIGNS) == set(words.ORDER)
    assert set(Route) == set(words.ROUTES)
    assert set(EvidenceKind) - {EvidenceKind.LEAD} == set(words.EVIDENCE)  # no finding rests on a lead's answers
    assert set(DEFAULT_POLICY) <= set(words.POLICY)


def test_the_same_audit_gives_the_same_bytes(audit: Audit, html: str) -> None:
    """Also after a way through JSON."""
    assert render_html(audit, catalogue=RU) == html
    assert render_html(Audit.model_validate_json(audit.to_json()), catalogue=Catalogue("ru")) == html


def test_the_page_is_self_contained_and_inert(html: str, page: LexborHTMLParser) -> None:
    """One script, no frame, no image; the policy allows this style sheet and this script; links give nothing away."""
    assert not page.css("iframe, img, object, embed, form, base, link[rel=stylesheet], [style]")
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"url\((?!#)", page.css_first("style").text())
    policy = page.css_first('meta[http-equiv="Content-Security-Policy"]').attributes["content"]
    digest = base64.b64encode(hashlib.sha256(page.css_first("style").text().encode()).digest()).decode()
    assert policy.startswith("default-src 'none'")
    assert f"style-src 'sha256-{digest}'" in policy
    (script,) = page.css("script")
    digest = base64.b64encode(hashlib.sha256(script.text().encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert not script.attributes
    assert page.css_first('meta[name="referrer"]').attributes["content"] == "no-referrer"
    assert page.css_first('meta[name="robots"]').attributes["content"] == "noindex,nofollow"
    assert not page.css("a[target]")


def test_the_style_sheet_has_only_what_validators_know(html: str) -> None:
    """`vector-effect` is an attribute to them and no property; a container's query is neither."""
    sheet = html[html.index("<style>") : html.index("</style>")]
    assert "vector-effect" not in sheet
    assert "@container" not in sheet


def test_the_demonstration_says_so_and_a_real_week_does_not() -> None:
    """Invented data is called invented at the top and at the foot."""
    assert render_html(sample_audit(), catalogue=RU).count("Имена, районы, даты и числа вымышлены.") == 2
    assert "вымышлены" not in render_html(sample_audit(synthetic=False), catalogue=RU)


def test_hostile_data_stays_text() -> None:
    """Markup, templates, links and directions in data become visible, dead characters."""
    html = render_html(hostile_audit(), catalogue=RU)
    page = LexborHTMLParser(html)
    assert not page.css("img, iframe")
    assert len(page.css("style")) == len(page.css("script")) == 1
    assert "alert" not in page.css_first("script").text()
    assert not page.css('a[href^="javascript"], a[href^="data"]')
    assert "\u202e" not in html
    assert "{{7*7}}{n}" in page.css_first("h3").text()
    assert '"><img src=x onerror=alert(1)></style>' in page.css_first("h3").text()


def test_the_twenty_lie_where_they_lie() -> None:
    """With the real ids the tiles make the map: one place each, read row by row."""
    bound = [o for o in sample_audit(places=True).offices if o.bound]
    placed, real = tiles(bound, RU)
    assert real
    assert len({(t.column, t.row) for t in placed}) == 20
    assert placed == sorted(placed, key=lambda t: (t.row, t.column))
    by_id = {t.id: (t.column, t.row, t.code, t.urban) for t in placed}
    assert by_id["strezhevoy"] == (1, 1, "СТР", True)
    assert by_id["tomsky"] == (4, 6, "ТмР", False)


def test_other_offices_lie_in_a_plain_grid(page: LexborHTMLParser) -> None:
    """Unknown ids make no map, and no map is pretended."""
    assert len(page.css(".tiles.plain li")) == 20
    assert not page.css(".tiles.real")


def test_one_office_without_anything_makes_a_page() -> None:
    """The smallest audit renders."""
    audit = sample_audit(previous=False)
    small = audit.model_copy(update={"offices": [audit.offices[16]], "summary": Summary(bound=1, untested=1)})
    page = LexborHTMLParser(render_html(small, catalogue=RU))
    assert text(page.css_first("h1")) == "Соблюдение поручения не проверялось у 1 главы из 1"


def test_an_empty_registry_makes_a_page() -> None:
    """No office at all: a page without a table of nothing."""
    audit = sample_audit(previous=False)
    empty = audit.model_copy(update={"offices": [], "checks": [], "summary": Summary(bound=0)})
    page = LexborHTMLParser(render_html(empty, catalogue=RU))
    assert "ни к одной" in text(page.css_first("h1"))


def test_an_open_week_says_that_it_is_open(audit: Audit) -> None:
    """Before the last comments had their day, the page says so above the headline."""
    page = LexborHTMLParser(render_html(audit.model_copy(update={"closed": False}), catalogue=RU))
    assert "Неделя ещё не закрыта" in text(page.css_first(".alarm"))


def test_english_is_english() -> None:
    """The English page has no Russian but the data's."""
    page = LexborHTMLParser(render_html(sample_audit("en", places=True), catalogue=Catalogue("en")))
    assert (
        text(page.css_first("h1"))
        == "The directive is met by 8 heads of 20, not met by 3, could not be told of 5, 4 more not assessed"
    )
    for name in page.css(".of"):
        name.decompose()
    for node in page.css("h2, h4, thead th, caption, .filter label, nav a"):
        assert not re.search("[а-яё]", text(node), re.IGNORECASE), text(node)


@given(st.text())
def test_clean_text_cannot_steer(raw: str) -> None:
    """Whatever comes in, no control, direction or invisible character goes out, and nothing is done twice."""
    shown = clean(raw)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b-\u200f]", shown)
    assert clean(shown) == shown


def test_what_is_taken_for_plain_needs_no_cleaning() -> None:
    """Letters that are passed over unread are no controls, no marks, and can be seen."""
    plain = [chr(n) for n in range(0x110000) if safe._PLAIN.fullmatch(chr(n))]
    assert len(plain) > 150
    assert {unicodedata.category(letter) for letter in plain} & {"Cc", "Cf", "Cs", "Mn", "Me"} == {"Cc"}
    assert {letter for letter in plain if unicodedata.category(letter) == "Cc"} == {"\t", "\n"}
    assert not any(safe._UNSEEN.search(letter) for letter in plain)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "data:text/html,x", "//evil.example", "https:///x", "http://a b", "ftp://a.example",
        "https://user@evil.example/", "https://a.example/\u202ex", "HTTPS://[", "tg://resolve?domain=x", "", "x",
    ],
)  # fmt: skip
def test_only_web_addresses_are_links(url: str) -> None:
    """Anything but http and https with a plain host stays text."""
    assert safe_url(url) is None


def test_web_addresses_are_links() -> None:
    """And are shown without what every reader knows."""
    assert safe_url("https://t.me/x/12?single") == "https://t.me/x/12?single"
    assert show_url("https://www.vk.com/id1/") == "vk.com/id1"


def test_addresses_in_a_source_become_links() -> None:
    """A source may name its addresses without a scheme; the words around them stay words."""
    said = "Башкортостан, 12.2025: news.mail.ru/society/68998010; С.-Петербург: https://moika78.ru/a."
    assert pieces(said) == [
        ("Башкортостан, 12.2025: ", None),
        ("news.mail.ru/society/68998010", "https://news.mail.ru/society/68998010"),
        ("; С.-Петербург: ", None),
        ("https://moika78.ru/a", "https://moika78.ru/a"),
        (".", None),
    ]


@given(st.text(alphabet=st.sampled_from("ab.:/ ,;@«»hтps-1")))
def test_splitting_a_source_loses_nothing(said: str) -> None:
    """The pieces put together are the source, and each link is safe."""
    found = pieces(said)
    assert "".join(part for part, _ in found) == said
    assert all(url is None or safe_url(url) == url for _, url in found)


def test_evil_really_is() -> None:
    """The hostile string holds what the tests above look for."""
    assert "\u202e" in EVIL
    assert "</style>" in EVIL


def test_the_posts_with_questions_are_linked_the_most_unanswered_first(page: LexborHTMLParser) -> None:
    """To the official's own posts; no link leads to a comment of a citizen."""
    lists = [[text(row) for row in one.css("li")] for one in page.css("ul.asked")]
    assert lists
    for rows in lists:
        found = [re.search(r"без публичного ответа (\d+) из \d+$", row) for row in rows]
        unanswered = [int(one[1]) if one else 0 for one in found]
        assert unanswered == sorted(unanswered, reverse=True)
    assert {text(one.parent.css_first("h2, h3, h4"))[:16] for one in page.css("ul.asked")} == {"Вопросы и ответы"}
    links = [link.attributes["href"] or "" for link in page.css("ul.asked a")]
    assert links
    assert not [link for link in links if re.search(r"comment=|reply=|thread=|#", link)]
