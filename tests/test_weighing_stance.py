"""Whether an official text gives an address as somebody's or warns against it, clause by clause."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.i18n import Catalogue
from auditor.search.pages import Passage, Place
from auditor.search.weighing.lead import Found, LeadKind, Mention, Origin
from auditor.search.weighing.links import mentions, warned_in
from auditor.search.weighing.rank import rank
from auditor.search.weighing.reasons import Context
from tests.test_weighing_links import TWENTY, post
from tests.weighing_people import NOW, head, page


def said_of(text: str) -> dict[str, Mention]:
    return {mention.address.name: mention for mention in mentions(post(text), TWENTY)}


GIVEN = [
    ("Официальный канал главы Первого района Имярек Анны: t.me/page_1", "n0"),
    ("Единственный настоящий канал Анны Имярек — t.me/page_1, остальные — подделки", "n0"),
    ("Не верьте мошенникам! Официальная страница главы Первого района — vk.com/page_1", "n0"),
    ("Внимание, мошенники! Подписывайтесь на официальный канал главы Первого района: t.me/page_1", "n0"),
    ("Остерегайтесь подделок: официальный канал главы Второго района — t.me/page_1", "n1"),
    ("Это не фейк: Имярек Борис завёл канал t.me/page_1", "n1"),
    ("Имярек Анна опровергает фейки в своём канале t.me/page_1", "n0"),
    ("О мошенниках глава Первого района Имярек Анна рассказывает в своём канале: t.me/page_1", "n0"),
    ("После взлома доступ восстановлен: страница Имярек Анны vk.com/page_1", "n0"),
    ("Новый канал главы Второго района Имярека Бориса: t.me/page_1", "n1"),
    ("Ещё не подписаны на канал главы Первого района? t.me/page_1", "n0"),
    ("Не забудьте подписаться на канал Анны Имярек t.me/page_1", "n0"),
    ("Осторожно, гололёд! Следите за новостями в канале главы Первого района: t.me/page_1", "n0"),
    ("Настоящая страница главы Второго района: t.me/page_1; фейковая: t.me/fake_9", "n1"),
    ("Фейковый канал: t.me/fake_9, настоящий канал главы Второго района: t.me/page_1", "n1"),
    ("Имярек Анна больше не ведёт страницу в Instagram, читайте её канал t.me/page_1", "n0"),
    ("Надвигается циклон, оповещения в канале главы Первого района: t.me/page_1", "n0"),
    ("Скопируйте ссылку на канал главы Первого района: t.me/page_1", "n0"),
    ("Сложный год позади, итоги в канале главы Первого района: t.me/page_1", "n0"),
    ("Взломали замок гаража, подробности в канале главы Первого района: t.me/page_1", "n0"),
    ("Личный канал Имярек Анны t.me/page_1 не является официальным источником администрации", "n0"),
    ("Мошенники звонят и пишут пожилым людям.\nГлава Второго района Имярек Борис: t.me/page_1", "n1"),
    ("Официальные страницы глав:\nПервый район — Имярек А. А.: t.me/page_1", "n0"),
    (
        "Официальные страницы:\nt.me/gov_9\n\nФейковые страницы:\nt.me/fake_9\n\nКаналы глав:\nИмярек Анна t.me/page_1",
        "n0",
    ),
    ("Имярек Борис: t.me/page_1\nНе верьте фейкам!", "n1"),
    ("Имярек Борис: t.me/page_1\nОстерегайтесь мошенников.", "n1"),
    ("Канал главы Второго района: t.me/page_1. Это не реклама, это удобно.", "n1"),
    ("Если пишут от имени главы Первого района, сверьтесь с её официальной страницей: vk.com/page_1", "n0"),
    ("Глава Первого района предупреждает: её официальный аккаунт — t.me/page_1, все прочие — фейковые", "n0"),
]
WARNINGS = [
    "Внимание! Аккаунт t.me/page_1 выдаёт себя за главу Первого района Имярек Анну",
    "Фейковый канал Бориса Имярека: t.me/page_1 — не верьте!",
    "Страница vk.com/page_1 — поддельная, глава Первого района к ней отношения не имеет",
    "Внимание, фейк! t.me/page_1",
    "В Telegram появился фейковый аккаунт главы Первого района Имярек Анны.\nt.me/page_1\nНе отвечайте на сообщения!",
    "Мошенники от имени главы Первого района создали канал t.me/page_1",
    "t.me/page_1 рассылает жителям просьбы от имени главы Второго района",
    "Страница Имярек Анны vk.com/page_1 взломана",
    "Канал t.me/page_1 не является официальным каналом главы Первого района",
    "Это не канал главы Первого района: t.me/page_1. Это подделка!",
    "У Имярек Анны появился двойник: t.me/page_1",
    "Клон страницы главы Второго района: vk.com/page_1",
    "Остерегайтесь: t.me/page_1 пишет от имени Имярека Бориса",
    "Глава Первого района не ведёт канал t.me/page_1",
    "Имярек Борис не имеет никакого отношения к каналу t.me/page_1",
    "Подписывайтесь не на t.me/page_1, а на официальный канал главы Первого района t.me/real_9",
    "Официальный канал главы Второго района — t.me/real_9. Страница t.me/page_1 поддельная",
    "Официальный канал — t.me/real_9, а t.me/page_1 — фейк",
    "Лже-глава Первого района пишет с аккаунта t.me/page_1",
    "Канал главы Первого района: t.me/page_1. Не верьте, это мошенники!",
    "Неизвестные завели страницу vk.com/page_1 под видом главы Второго района",
    "Не подписывайтесь на канал t.me/page_1, он не принадлежит Имярек Анне",
    "Фейки: t.me/fake_9, t.me/page_1",
    "Аккаунт t.me/page_1 маскируется под официальный канал главы Первого района",
    "Это не моя страница: vk.com/page_1",
    "Пожалуйтесь на аккаунт t.me/page_1: он копирует страницу главы Второго района",
    "Фейковые страницы глав:\nИмярек Анна — t.me/fake_9\nИмярек Борис — t.me/page_1",
    "Фейковые страницы глав:\n\nИмярек Анна\nt.me/fake_9\nИмярек Борис\nt.me/page_1",
    "Имярек Борис — t.me/page_1 (фейк)",
    "Поддельный аккаунт Бориса Имярека — https://t.me/page_1.\n\nНастоящий: https://t.me/real_9.",
    "Аккаунт главы Второго района: t.me/page_1. Аккаунт поддельный!",
    "ВНИМАНИЕ! МОШЕННИКИ СОЗДАЛИ КАНАЛ ГЛАВЫ ВТОРОГО РАЙОНА: t.me/page_1",
    "Глава Второго района Имярек Борис сообщил, что страница vk.com/page_1 ему не принадлежит",
    "Telegram-канал @page_1 не имеет отношения к Имярек Анне",
    "В Telegram действует двойник Имярека Бориса — @page_1",
    "Имярек Анна: «Аккаунт t.me/page_1 не мой»",
    "Просим не реагировать на сообщения с аккаунта t.me/page_1, якобы главы Первого района",
    "Самозванец пишет с адреса t.me/page_1 под именем Имярека Бориса",
]
WARNINGS += [
    "Аферисты завели поддельный профиль главы Второго района vk.com/page_1",
    "Обращаем внимание: Имярек Анна не пользуется аккаунтом t.me/page_1",
    "Страница vk.com/page_1 создана злоумышленниками",
    "Зафиксирован факт создания фейкового канала Имярека Бориса (t.me/page_1)",
    "Не переходите по ссылке t.me/page_1: это мошенническая копия канала главы Первого района",
    "Аккаунт t.me/page_1 — ненастоящий, предупреждает Имярек Анна",
    "Телеграм-канал t.me/page_1 никак не связан с главой Первого района",
]
GIVEN += [
    ("Борьба с мошенниками — тема нового поста главы Первого района в её канале t.me/page_1", "n0"),
    ("Не путайте: настоящий канал Имярек Анны — t.me/page_1, а t.me/fake_9 — обман", "n0"),
    ("Список официальных аккаунтов: Имярек Анна — t.me/page_1; Имярек Борис — t.me/other_9", "n0"),
]
NO_WORD = [
    "Осторожно, мошенники! Страница главы Первого района: vk.com/page_1",
    "Мошенники пишут от имени главы Первого района, подробности в канале t.me/page_1",
    "В сети появился фейковый аккаунт главы Первого района. Подробнее: t.me/page_1",
    "Мошенники звонят пожилым людям, памятка: t.me/page_1",
]


@pytest.mark.parametrize(("text", "owner"), GIVEN)
def test_a_page_called_official_stays_its_owners(text: str, owner: str) -> None:
    """Fakes spoken of in general, denied, or elsewhere in the text take nothing from the page that is given."""
    found = said_of(text)["page_1"]
    assert found.person is not None
    assert found.person.office.id == owner
    assert found.why in {"name", "name+place", "office+place", "nearby"}


@pytest.mark.parametrize("text", WARNINGS)
def test_a_warning_is_against_the_address_and_never_for_it(text: str) -> None:
    """Called a fake, denied or said to act in another's name: a warning; the real page of the same text is none."""
    found = said_of(text)
    assert found["page_1"].why == "warned"
    assert "real_9" not in found or found["real_9"].why != "warned"


@pytest.mark.parametrize("text", NO_WORD)
def test_where_fakes_are_spoken_of_nobody_is_guessed(text: str) -> None:
    """Where one reads of a fake is neither the fake's address nor the head's."""
    found = said_of(text)["page_1"]
    assert (found.person, found.why) == (None, "")


def test_a_warning_names_who_is_copied() -> None:
    """The one of whom the text speaks, or the head whose body writes it."""
    assert said_of("Фейк: t.me/page_1. Имярек Борис его не заводил")["page_1"].person == TWENTY[1]
    rayon = head("Имярек Анна", office_accounts=[{"url": "https://t.me/rayon1", "kind": "institution"}])
    (found,) = mentions(post("Осторожно, фейк: t.me/page_1", url="https://t.me/rayon1/7"), [rayon, TWENTY[1]])
    assert (found.person, found.why) == (rayon, "warned")


ANNA = head(
    "Имярек Анна Андреевна",
    "Первый район",
    id="anna",
    accounts=[
        {"url": "https://vk.com/anna_1", "kind": "personal", "confirmed": {"on": "2026-01-01", "how": "по сайту"}}
    ],
)
WORDS = {"description": "Глава Первого района"}
REAL = page("t.me/real_x", "Имярек Анна", opened_at=datetime(2022, 5, 1, tzinfo=UTC), **WORDS)
FAKE = page("t.me/fake_x", "Имярек Анна", opened_at=datetime(2026, 10, 1, tzinfo=UTC), **WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "Внимание, мошенники! Аккаунт t.me/fake_x выдаёт себя за главу Первого района Имярек Анну",
        "Фейковый канал Имярек Анны: t.me/fake_x — не верьте!",
        "Страница t.me/fake_x — поддельная, глава Первого района Имярек Анна к ней отношения не имеет",
    ],
)
def test_a_fake_that_a_body_warns_of_takes_no_place(text: str) -> None:
    """The real page stays above the line, the fake falls, and its first reason is the warning with its source."""
    told = datetime(2026, 10, 2, tzinfo=UTC)
    passage = Passage(Place.POST, text, url="https://vk.com/wall-1_1", at=told, evidence="e-1")
    found = [Found(REAL, (Origin.NAMES,)), Found(FAKE, (Origin.LINK,), tuple(mentions(passage, [ANNA])))]
    first, second = rank(ANNA, found, Context(now=NOW, people=(ANNA,)))
    assert (first.address, first.strong) == (REAL.address, True)
    assert (second.score, second.kind) == (0, LeadKind.UNKNOWN)
    assert (second.reasons[0].code, second.evidence) == ("warned", ("e-1",))
    assert Catalogue("ru").text(second.reasons[0].text) == (
        "1 официальная страница предостерегает от этого адреса: https://vk.com/club1; последний раз 02.10.2026"
    )


def test_the_persons_own_warning_counts() -> None:
    """A confirmed page that warns of a copy in its description does not link to it; a copy's own word is none."""
    about = "Мой официальный канал: t.me/real_x. Аккаунт t.me/fake_x — подделка!"
    links = (Address.parse("t.me/real_x"), Address.parse("t.me/fake_x"))
    passage = Passage(
        Place.DESCRIPTION, about, links, tuple(about.index(a.name) - 5 for a in links), url="https://vk.com/anna_1"
    )
    assert warned_in(passage) == {links[1]}
    confirmed = page("vk.com/anna_1", "Анна Имярек", passages=(passage,))
    said = tuple(mentions(passage, [ANNA]))
    context = Context(now=NOW, people=(ANNA,), others=(confirmed,), mentions=said)
    first, second = rank(ANNA, [Found(FAKE, (Origin.LINK,)), Found(REAL, (Origin.LINK,))], context)
    assert (first.address, second.address) == (REAL.address, FAKE.address)
    assert "linked_confirmed" in {r.code for r in first.reasons}
    assert {r.code for r in second.reasons} & {"warned", "linked_confirmed"} == {"warned"}
    copy = Passage(Place.POST, "Канал t.me/real_x — фейк главы Первого района", url="https://t.me/fake_x/5")
    libel = Found(REAL, (Origin.LINK,), tuple(mentions(copy, [ANNA])))
    leads = rank(ANNA, [Found(FAKE, (Origin.LINK,)), libel], Context(now=NOW, people=(ANNA,)))
    assert not any(r.code == "warned" for lead in leads for r in lead.reasons)


PIECES = (
    "фейк",
    "канал",
    "главы",
    "не",
    "официальный",
    "t.me/page_1",
    "Имярек",
    ",",
    ".",
    ":",
    "—",
    "!",
    "мошенники",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_any_text_is_judged(some: list[str]) -> None:
    """No order of such words breaks the reading, and none gives the address to somebody in so many words."""
    for mention in mentions(post(" ".join(some)), TWENTY[:2]):
        assert mention.why in {"warned", "nearby", ""}
