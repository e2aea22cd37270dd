"""What a post of the official's own says of its page: that it has moved, that comments are closed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.language.posts import says_closing, says_moved

MOVED = [
    ("Друзья, переезжаем в MAX! Подписывайтесь: https://max.ru/glava_primer", "max"),
    ("Я переехал на новую страницу: [id17|Имярек Первый]. Здесь больше не пишу.", "vk"),
    ("Канал переехал. Новый адрес канала @primer_glava", "telegram"),
    ("Эта страница больше не обновляется, все новости теперь в телеграм-канале t.me/primer_glava", "telegram"),
    ("Уважаемые подписчики! С 1 сентября перехожу в мессенджер МАКС, этот канал вести не буду.", "max"),
    ("Теперь я только ВКонтакте: https://vk.com/primer_glava", "vk"),
    ("Закрываю эту страницу. Мой новый аккаунт: vk.com/primer_glava2", "vk"),
    ("Наш канал переехал в MAX 👉 max.ru/primer", "max"),
    ("Прекращаю вести страницу ВКонтакте, читайте меня в Телеграме @primer", "telegram"),
    ("Мы перешли в Max. Ссылка на новый канал в комментариях", "max"),
    ("Все публикации теперь выходят в Одноклассниках: ok.ru/primer", "ok"),
    ("Старый аккаунт взломали, веду новую страницу: vk.com/primer_novaya. Здесь ничего не публикую.", "vk"),
    ("Страница переехала по адресу vk.com/primer.glava", "vk"),
    ("Больше не веду этот канал. Новый: t.me/primer2", "telegram"),
    ("переезжаю на другой канал, ссылка ниже\nhttps://t.me/primer3", "telegram"),
    ("Перебираемся в MAX, догоняйте", "max"),
    ("Дорогие земляки! Этот аккаунт закрывается. Теперь моя страница здесь: [club5|Глава района]", "vk"),
    ("Отныне пишу только в канале MAX", "max"),
]
STAYS = [
    "Администрация переехала в новое здание на Ленина, 5.",
    "Школы района переходят в MAX: родительские чаты перенесут до 1 сентября.",
    "Я теперь и в MAX! Подписывайтесь: max.ru/primer",
    "Завёл канал в Телеграме: t.me/primer. Буду писать и там, и тут.",
    "Перешли на зимнее расписание автобусов, подробности на сайте primer.ru/raspisanie",
    "Поликлиника переехала, приём теперь на Лесной, 3.",
    "Семья Примеровых переехала в Дальнее, дали дом. Подробнее: https://vk.com/wall-1_2",
    "Переезд через железную дорогу закрывается 5 мая, объезд по Кирова.",
    "Больше не будем терпеть срыв сроков: контракт расторгнут. Читайте в нашем телеграм-канале t.me/primer",
    "Теперь в Дальнем есть аптека.",
    "Канал под мостом расчистили, вода ушла.",
    "Закрываем отопительный сезон. Подписывайтесь на наш канал @primer",
    "Новая страница в истории района: открыли больницу.",
    "Паром переходит на летний график. Вопросы: t.me/primer_bot",
    "Госуслуги переезжают в MAX, как войти, читайте в инструкции max.ru/gosuslugi",
    "Подписывайтесь на мой канал в MAX: там прямые эфиры",
    "Мы перешли рубеж в миллион тонн нефти!",
    "Детский сад переехал временно в здание школы № 2",
    "Не верьте: я никуда не переехал, эта страница моя. Фальшивая: t.me/fake_primer",
    "",
]
CLOSING = [
    "Комментарии под постами закрываю из-за потока оскорблений.",
    "Друзья, комментарии временно отключены: спам-атака.",
    "Закрыл комментарии, пишите в приёмную.",
    "Пришлось ограничить комментирование, боты одолели.",
]
OPEN = [
    "Дорогу закрыли, спрашивайте в комментариях.",
    "Комментарии открыты, пишите.",
    "Не буду закрывать комментарии, спрашивайте.",
    "Отключили воду на Кирова, адреса в комментариях",
]


@pytest.mark.parametrize(("text", "where"), MOVED)
def test_a_post_that_says_where_the_page_moved_is_known(text: str, where: str):
    """It names the page or speaks for itself, and the place it has gone to."""
    assert says_moved(text) == where


@pytest.mark.parametrize("text", STAYS)
def test_other_removals_are_none_of_the_page(text: str):
    """Schools, offices and families move too, and one more page is no move."""
    assert says_moved(text) is None


@pytest.mark.parametrize("text", CLOSING)
def test_a_post_that_says_comments_are_closed_is_known(text: str):
    """The page's own stated reason stands there."""
    assert says_closing(text)


@pytest.mark.parametrize("text", OPEN)
def test_other_closures_are_none_of_the_comments(text: str):
    """A road is closed, and people ask in comments."""
    assert not says_closing(text)


@given(st.text(max_size=300))
def test_any_post_is_read(text: str):
    """Nothing raises, and a text without words says nothing."""
    says_moved(text)
    says_closing(text)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "piece", ["переехал ", "в MAX ", "канал, ", "теперь все ", "[id1|", "не веду канал ", "a.a/", "комментарии "]
)
def test_a_long_post_is_read_in_no_time(piece: str):
    """A post made to be slow costs the run nothing."""
    says_moved(piece * 20_000)
    says_closing(piece * 20_000)
