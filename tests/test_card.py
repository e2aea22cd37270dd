"""One office on the terminal: what the card says, in which order, how wide, and in which letters."""

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.audit.document import (
    Audit,
    AuditedCorrection,
    AuditedOffice,
    AuditedPast,
    AuditedStatement,
)
from auditor.base.i18n import Catalogue
from auditor.report.history import BLOCKS, PLAIN, Ramp, WeekOfPosts, sparkline
from auditor.report.page.html import render_html
from auditor.report.terminal.card import print_card, render_card, wants_color
from tests.audit_samples import hostile_audit, sample_audit
from tests.cases import TOMSK
from tests.test_i18n import FORBIDDEN

RU, EN = Catalogue("ru", TOMSK), Catalogue("en", TOMSK)
POSTS = [3, 5, None, None, 0, 0, 2, 7, 9, 4, None, 1, 6, 8, 3, 3, 2, 0, 5, 6, 7, 3, 2, 1, 4, 6]
WIDTHS = (40, 48, 60, 64, 76, 80, 100, 120, 160)


@pytest.fixture(scope="module")
def audit() -> Audit:
    return sample_audit()


@pytest.fixture(scope="module")
def told() -> Audit:
    """The first office with all that a card can hold, and a correction of the report."""
    audit = sample_audit()
    correction = AuditedCorrection(
        number=2,
        week=audit.week,
        office=audit.offices[0].id,
        check="posts_per_week",
        text="Репост был посчитан дважды.",
        on=date(2026, 11, 25),
        source="https://example.invalid/correction",
    )
    offices = [full(audit.offices[0]), *audit.offices[1:]]
    return audit.model_copy(update={"offices": offices, "corrections": [correction], "version": 2})


def full(office: AuditedOffice) -> AuditedOffice:
    """An office with 26 weeks behind it, of which five are another's, and a statement."""
    assert office.holder is not None
    before = "Имярек Прежний Первович"
    history = [
        AuditedPast(
            week=f"2026-W{22 + n}", verdict="passed", holder=before if n < 5 else office.holder.name, posts=posts
        )
        for n, posts in enumerate(POSTS)
    ]
    said = AuditedStatement(
        week="2026-W46",
        text="Комментарии были закрыты на время ремонта.",
        who="пресс-служба Первого района",
        on=date(2026, 11, 23),
        until=date(2026, 12, 21),
        source="https://example.invalid/statement",
    )
    update = {
        "history": history,
        "holder": office.holder.model_copy(update={"predecessor": before}),
        "statements": [said],
    }
    return office.model_copy(update=update)


def card(audit: Audit, number: int, **options) -> str:
    return render_card(audit.offices[number - 1], audit, RU, **options)


def flat(text: str) -> str:
    """The words of a card, wherever its lines end."""
    return " ".join(text.split())


def test_the_outcome_comes_first_with_its_dates_and_who(audit: Audit) -> None:
    """Whose outcome, by which dates, who holds the office since when, which week: the first lines."""
    lines = card(audit, 3).splitlines()
    assert lines[0].endswith("вымышлены.")
    assert lines[1:5] == [
        "✕ не соблюдено · Третий район, глава района",
        "  Telegram: страница открыта 14.02.2023, позже последнего дня, 31.05.2022, на 259 дней",
        "  другой итог: изменились сведения; было «не установлено»",
        "  Имярек Глеб Глебович, с 09.2020, последние сведения 11.2026",
    ]
    assert lines[5].startswith("  Неделя 47, 16.11.2026–22.11.2026 · на 24.11.2026 12:00")


def test_then_what_to_do_then_what_is_seen_and_what_proves_it_last(told: Audit) -> None:
    """The order of a reader's questions."""
    shown = card(told, 1, leads=["https://t.me/perviy"])
    headings = re.findall(r"(?m)^(?=\S)([^·\n]+?)(?: · .*)?$", shown.partition("\n\n")[2])
    assert headings == [
        "Заявление от 23.11.2026",
        "Исправление № 2 от 25.11.2026",
        "Что сделать",
        "Страницы",
        "Практика ведения",
        "Вопросы и ответы",
        "26 недель",
        "Неделя по дням",
        "Доказательства",
        "Для оператора",
    ]


def test_a_card_has_the_words_of_the_page(audit: Audit) -> None:
    """Of each office: its outcome, the sentence of dates and what to do are the page's own."""
    page = flat(render_html(audit, catalogue=RU).replace("&nbsp;", " ")).replace("\N{NO-BREAK SPACE}", " ")
    for office in audit.offices:
        shown = render_card(office, audit, RU, width=160)
        for step in re.findall(r"(?m)^  \d\. (.+(?:\n     .+)*)", shown):
            assert flat(step) in page


def test_each_page_says_how_it_was_confirmed(audit: Audit) -> None:
    """By what, when, by whom, with the source; an institution's page is for reference."""
    shown = flat(card(audit, 1))
    assert "t.me/rayon01_glava — Telegram, личная открыта 12.10.2021, точно; подписчиков: 8 727" in shown
    proof = "принадлежность подтверждена: письмо пресс-службы; 02.11.2026; example.invalid/letter"
    assert shown.count(proof) == 2
    assert "vk.com/rayon01_adm — VK, учреждение" in shown
    assert "для справки: поручение не закрывает" in shown
    assert "▽ Ссылка на перечень в описании не видна" in shown


def test_practice_stands_apart_with_its_bases_and_without_a_cross(audit: Audit) -> None:
    """A benchmark that is not reached is a triangle; the cross is the directive's."""
    shown = card(audit, 9)
    assert "Практика ведения · не обязанность: итог не меняет" in shown
    assert re.search(
        r"▽  Публикации за неделю +2 \(ориентир: Башкортостан; [^)]+\)\n +не меньше 3 в неделю, аналог", shown
    )
    assert re.search(r"✓  Без новых записей +3 дня.*\n +не больше 7 дней, конвенция", shown)
    assert "✕" not in shown
    assert "нарушен" not in shown


def test_a_page_that_came_out_otherwise_is_named(audit: Audit) -> None:
    """The person meets the benchmark on one network and not on the other."""
    assert "· vk.com/rayon01_glava: Собственных публикаций за неделю: 1; репостов: 1" in card(audit, 1)
    assert "t.me/rayon01_glava: Собственных" not in card(audit, 1)


def test_what_became_of_the_questions_is_counted(audit: Audit) -> None:
    """Asked, in time, later, no answer of the owner seen, not yet due: each with its number and its bar."""
    shown = card(audit, 1)
    assert re.search(r"Вопросов +18  █{20}\n", shown)
    assert re.search(r"ответ в срок +3  █{4}\n", shown)
    assert re.search(r"ответ позже +6  █{7}\n", shown)
    assert re.search(r"к моменту проверки ответа владельца не видно +9  █{10}\n", shown)
    assert re.search(r"срок не истёк +0\n", shown)


def test_too_few_questions_are_no_share(audit: Audit) -> None:
    """Said in words, with the number that it would take."""
    assert "Мало данных: доля считается от 5 вопросов с истёкшим сроком." in card(audit, 9)


def test_the_weeks_are_one_line_with_unknown_zero_and_another_holder_apart(told: Audit) -> None:
    """And in words: how many are in sight, the most, what each letter means, the numbers with the others' names."""
    shown = card(told, 1)
    assert "\n  ·····▁▃▇█▅░▂▆█▄▄▃▁▅▆▇▄▃▂▅▆\n" in shown
    assert "  Видно 20 недель из 26, неизвестно: 1" in shown
    assert "больше всего за неделю: 9" in flat(shown)
    assert "  ▁ ноль, ░ неизвестно, · должность занимал другой человек\n" in shown
    assert "22–26: должность занимал другой человек, Имярек П. П.; 27–31: 0, 2, 7, 9, 4; 32: неизвестно;" in flat(shown)


def test_where_no_week_was_seen_no_line_is_drawn(audit: Audit) -> None:
    """A row of blanks would look like a row of nothing."""
    office = full(audit.offices[5])
    assert office.holder is not None
    blank = [past.model_copy(update={"posts": None, "holder": office.holder.name}) for past in office.history]
    shown = render_card(office.model_copy(update={"history": blank}), audit, RU)
    assert "░" not in shown
    assert "Видно 0 недель из 26, неизвестно: 26\n" in shown
    assert "Публикации неизвестны: это не значит, что их не было." in shown


def test_the_week_is_told_by_day_with_links_to_the_posts(audit: Audit) -> None:
    """Own posts and reposts apart; the first posts with their time, and how many more there are."""
    shown = card(audit, 1)
    assert re.search(
        r"пн 16 +вт 17 +ср 18 +чт 19 +пт 20 +сб 21 +вс 22\n  свои +2 +1 +1 +1 +1 +1 +0\n  репосты +0 +0 +1", shown
    )
    assert "vk.com/rayon01_glava/2 · ср 18.11.2026 03:00, репост" in shown
    assert "Ещё публикаций: 1" in shown


def test_what_could_not_be_seen_is_a_cause_and_never_a_number(audit: Audit) -> None:
    """Not zero posts, not a row of days."""
    shown = card(audit, 6)
    assert "? не установлено: заглушка вместо страницы. Это не ноль." in shown
    assert "Публикации за неделю" not in shown
    assert "пн" not in shown
    assert "От главы ничего не требуется" in shown


def test_a_statement_and_a_correction_stand_under_the_outcome(told: Audit) -> None:
    """Whose words, when, until when, where from; that they change nothing; of which week if it is not this one."""
    shown = flat(card(told, 1, width=160))
    assert "Заявление от 23.11.2026 · о неделе 46 «Комментарии были закрыты на время ремонта.» пресс-служба" in shown
    assert "example.invalid/statement. Итог не меняет. Показывается до 21.12.2026." in shown
    assert "Исправление № 2 от 25.11.2026 · Публикации за неделю Репост был посчитан дважды." in shown
    assert "версия отчёта 2" in shown
    assert "Исправление" not in card(told, 3)


def test_a_successor_is_told_from_the_predecessor(told: Audit) -> None:
    """Who was before; acting, new, since this week."""
    assert "Имярек Борис Борисович, с 09.2020, последние сведения 11.2026; до этого: Имярек П. П." in card(told, 1)
    assert (
        "Имярек Вера Викторовна, с 18.11.2026, последние сведения 11.2026, врио (и. о.), новый глава, вступил на этой "
        "неделе; до этого: Имярек Г. Г." in flat(card(told, 7))
    )


def test_who_is_released_and_by_whom_has_its_source(audit: Audit) -> None:
    """An exemption and a vacancy are sourced reasons, told in the first lines."""
    assert (
        "— не применяется · Десятый район, глава района Освобождён: губернатор вымышленной области; ведёт страницу "
        "учреждения; 09.06.2022. Источник: example.invalid/exempt" in flat(card(audit, 10))
    )
    vacant = card(audit, 11)
    assert "Должность вакантна с 01.11.2026. Источник: example.invalid/vacancy" in vacant
    assert "Имярек" not in vacant


def test_a_search_and_a_press_report_are_told(audit: Audit) -> None:
    """Who looked, when and how; what the press dates."""
    assert (
        "18.11.2026: поиск страницы (оператор; по имени и должности; VK, Telegram, Одноклассники, MAX) ничего не дал"
        in flat(card(audit, 5))
    )
    assert "СМИ: VK: страница открыта 05.12.2021." in flat(card(audit, 12))


def test_a_seat_that_the_directive_does_not_bind_says_so(audit: Audit) -> None:
    """Voluntary, with a dash and no outcome of the directive."""
    first = card(audit, 21).splitlines()[1]
    assert first == "— добровольно, вне поручения · Вымышлен, депутат вымышленной думы, место 1"
    assert not re.search(r"(?m)^[✓✕?] (не )?соблюдено", card(audit, 21))


def test_what_changed_is_told(audit: Audit) -> None:
    """Of the practice what moved; a verdict that is another is no better, and says what it was."""
    assert "▲ в практике лучше: Публикации за неделю" in card(audit, 1)
    assert "▼ в практике хуже: Публикации за неделю" in card(audit, 18)
    assert "другой итог: изменились сведения; было «соблюдено»" in card(audit, 20)
    assert "другой итог: изменились сведения; было «соблюдено»" in card(audit, 6)


def test_evidence_comes_with_the_command_that_shows_it(audit: Audit) -> None:
    """Id, kind, time and digest in a row; the commands in full."""
    shown = card(audit, 3)
    assert re.search(r"ev-rayon03_glava-t1 +самый ранний след +24\.11\.2026 06:01 +01010101…0101", shown)
    assert "auditor evidence show ev-rayon03_glava-t0" in shown
    assert "auditor evidence export rayon-03 --week 2026-W47" in card(audit, 3, width=60)


def test_leads_are_for_the_operator_alone(audit: Audit) -> None:
    """Unjudged, apart, and gone where there are none."""
    assert "Не подтверждены, не оцениваются: t.me/perviy" in card(audit, 17, leads=["https://t.me/perviy"])
    assert "Для оператора" not in card(audit, 17)


def test_a_broken_control_is_said_above_the_outcome() -> None:
    """Nothing that was seen by that route is judged."""
    lines = render_card((audit := sample_audit(broken=True)).offices[0], audit, RU).splitlines()
    assert lines[1].startswith("  ! Telegram (просмотр без входа) на этой неделе не проверен")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_card_keeps_to_its_width_and_breaks_no_word(told: Audit, width: int) -> None:
    """At no width is a line too long or a word in two."""
    from rich.cells import cell_len

    whole, shown = (card(told, 1, width=columns, leads=["https://t.me/perviy"]) for columns in (160, width))
    assert max(map(cell_len, shown.splitlines())) <= width
    assert set(re.findall(r"\w+", shown)) == set(re.findall(r"\w+", whole))


@pytest.mark.parametrize("width", [40, 80])
def test_wide_letters_and_endless_words_keep_to_the_width(audit: Audit, width: int) -> None:
    """A name in ideographs takes two columns a letter; a word longer than the line is folded, not cut."""
    from rich.cells import cell_len

    name = "測試" * 30
    holder = audit.offices[2].holder
    assert holder is not None
    office = audit.offices[2].model_copy(
        update={"municipality": name, "holder": holder.model_copy(update={"name": name})}
    )
    shown = render_card(office, audit, RU, width=width)
    assert max(map(cell_len, shown.splitlines())) <= width
    assert name in re.sub(r"\s", "", shown)


def test_spaces_that_keep_words_together_are_plain_ones(told: Audit) -> None:
    """What is copied from a terminal, or searched for in a file, has the spaces that people type."""
    shown = card(told, 1)
    assert "\N{NO-BREAK SPACE}" not in shown
    assert "подписчиков: 12 480" in shown
    for width in WIDTHS:
        assert not re.search(r"12\s*\n\s*480", card(told, 1, width=width))


@pytest.mark.parametrize(
    ("encoding", "holds"),
    [("koi8-r", "+ соблюдено"), ("cp866", "+ соблюдено"), ("cp1251", "+ соблюдено"), ("ascii", "+ soblyudeno")],
)
def test_a_card_has_only_letters_that_the_output_has(told: Audit, encoding: str, holds: str) -> None:
    """Signs and blocks have stand-ins; without Russian letters it is written in Latin ones."""
    shown = card(told, 1, encoding=encoding)
    shown.encode(encoding)
    assert shown.splitlines()[1].startswith(holds)
    assert "\n  /////_:*#=?.+#--:_=+*-:.=+\n" in shown


def test_a_piped_card_is_plain(audit: Audit) -> None:
    """No colour, no link codes, no trailing spaces."""
    stream = io.StringIO()
    print_card(audit.offices[0], audit, RU, stream=stream)
    assert "\x1b" not in stream.getvalue()
    assert not re.search(r" +$", stream.getvalue(), re.MULTILINE)


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "environment", "wanted"),
    [
        (True, {}, True),
        (True, {"TERM": "xterm-256color"}, True),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
        (False, {}, False),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (False, {"FORCE_COLOR": ""}, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(terminal: bool, environment: dict[str, str], wanted: bool) -> None:
    """NO_COLOR and TERM=dumb forbid it, FORCE_COLOR asks for it on a pipe."""
    assert wants_color(Terminal() if terminal else io.StringIO(), environment) is wanted


def test_colour_is_the_outcomes_alone(audit: Audit) -> None:
    """Red is nothing but «не соблюдено»; without colours the text is the same."""
    shown = card(audit, 3, color=True)
    assert re.findall(r"\x1b\[[\d;]*31m([^\x1b]*)", shown) == ["✕ не соблюдено"]
    assert "31m" not in card(audit, 9, color=True)
    bare = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\|\x1b\[[\d;]*m", "", shown)
    assert bare == card(audit, 3)


def test_a_terminal_card_has_links(audit: Audit) -> None:
    """On a terminal the addresses are OSC 8 links, and only safe ones."""
    linked = set(re.findall(r"\x1b\]8;id=\d+;([^\x1b]+)\x1b", card(audit, 1, color=True)))
    assert {"https://t.me/rayon01_glava", "https://t.me/rayon01_glava/1", "https://example.invalid/letter"} <= linked
    hostile = set(re.findall(r"\x1b\]8;id=\d+;([^\x1b]+)\x1b", card(hostile_audit(), 1, color=True)))
    assert hostile == {"https://example.invalid/letter"}


def test_hostile_data_cannot_drive_the_terminal() -> None:
    """Escape sequences, directions and rich's own markup in data stay visible text."""
    office = hostile_audit().offices[2].model_copy(update={"municipality": "\x1b[31m[bold]x[/bold]\u202e"})
    shown = render_card(office, hostile_audit(), RU, width=100)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[31m[bold]x[/bold]" in shown


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_every_card_renders_and_blames_nobody(lang: str) -> None:
    """For each office, volunteers too, in both languages, narrow and wide."""
    audit, said = sample_audit(lang), Catalogue(lang, TOMSK)
    for office in audit.offices:
        for width in (40, 100):
            assert not FORBIDDEN.search(flat(render_card(office, audit, said, width=width)))


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 900), st.booleans()), max_size=60), st.sampled_from([BLOCKS, PLAIN])
)
def test_a_week_is_one_letter_and_none_is_taken_for_another(weeks: list[tuple[int | None, bool]], ramp: Ramp) -> None:
    """Zero alone is drawn as zero, unknown as unknown, another's as another's; the most is the highest."""
    row = [WeekOfPosts(count, other) for count, other in weeks]
    line = sparkline(row, ramp)
    assert len(line) == len(row)
    own = [week.count for week in row if week.count is not None and not week.other]
    for week, letter in zip(row, line, strict=True):
        kind = ramp.other if week.other else ramp.unknown if week.count is None else ramp.zero
        assert (letter == kind) is (week.other or not week.count)
        assert (letter == ramp.levels[-1]) or week.other or not week.count or week.count < max(own)
