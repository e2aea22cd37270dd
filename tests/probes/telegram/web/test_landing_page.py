"""What t.me's landing page says, and what all its pages have in common."""

from auditor.probes.linked_text import Anchor, LinkedText
from auditor.probes.telegram.responses import EntityKind, has_register_link
from auditor.probes.telegram.web.landing_page import read_landing
from auditor.probes.telegram.web.tme_html import (
    exact_subscribers,
    handle_of,
    is_rounding_of,
    is_wrongly_decoded,
    parse_time,
)
from auditor.sandbox.tme import landing_pages
from tests.probes.tme_memory import NAME, landing

CHANNEL, GROUP, USER = landing(), landing(kind="group", subscribers=97_957), landing(kind="user")


def test_the_kind_is_told_by_markup() -> None:
    """Title and status say nothing; a page without its marks is not "missing"."""
    for page, kind in [
        (CHANNEL, EntityKind.CHANNEL),
        (landing(subscribers=1).replace("/s/", "/"), EntityKind.CHANNEL),
        (CHANNEL.replace("120 subscribers", ""), EntityKind.CHANNEL),
        (GROUP, EntityKind.GROUP),
        (CHANNEL.replace("120 subscribers", "3 members").replace("/s/", "/"), EntityKind.GROUP),
        (USER, EntityKind.USER),
        (landing(kind="bot"), EntityKind.BOT),
        (GROUP.replace('shine" href="tg://resolve', 'shine" href="tg://join'), EntityKind.PRIVATE),
        (USER.replace("Send Message", "Something new"), EntityKind.UNRECOGNISED),
        (landing_pages.missing(NAME), EntityKind.MISSING),
        (landing_pages.document("<title>Telegram</title>", "<div class='tgme_page'></div>"), EntityKind.UNRECOGNISED),
    ]:
        assert read_landing(page).kind is kind


def test_a_channels_card_is_read_exactly() -> None:
    """Subscribers to the last one, the verified mark, its name, the description with its line breaks and links."""
    about = "Глава!\nhttps://knd.gov.ru/license?id=1"
    page = landing(subscribers=11_286_994, verified=True, description=about)
    page_read, header = read_landing(page), read_landing(page).header
    assert (header.subscribers, header.verified, header.title, page_read.handle) == (
        11286994,
        True,
        "Первый район",
        NAME,
    )
    assert page_read.about == LinkedText(about, (Anchor(7, 38, "https://knd.gov.ru/license?id=1"),))
    assert has_register_link(page_read.about) is True
    other = '<meta property="al:ios:url" content="tg://resolve?domain=Drugoi"></head>'
    assert read_landing(page.replace("</head>", other)).handle == "drugoi"


def test_rounded_counters_are_no_numbers() -> None:
    """Above 10,000 subscribers a norm applies: a guess will not do."""
    exact = {"1 subscriber": 1, "5 012 subscribers": 5012, "11\u00a0286\u00a0994 subscribers": 11_286_994}
    assert {text: exact_subscribers(text) for text in exact} == exact
    for text in ("11.3M subscribers", "8 photos", "subscribers", f"{'9' * 5000} subscribers"):
        assert exact_subscribers(text) is None


def test_a_register_link_is_seen_not_seen_or_perhaps() -> None:
    """A link to a host that is not known to be final may be the one; an unseen description says nothing."""
    hidden = LinkedText("реестр", (Anchor(0, 6, "https://www.gosuslugi.ru/snet/67a"),))
    assert [has_register_link(about) for about in (hidden, LinkedText(), None)] == [True, False, None]
    for text, has_link in (
        ("приём: https://www.gosuslugi.ru/12345/1", False),
        ("Реестр — knd.gov.ru.", True),
        ("notknd.gov.ru и https://knd.gov.ru.example.org/", None),
        ("https://vk.com/pervyi и @pervyi_rayon", False),
        ("реестр: clck.ru/3abc", None),
        ("clck.ru/3abc и knd.gov.ru/x", True),
    ):
        assert has_register_link(LinkedText(text)) is has_link


def test_a_link_names_a_handle_only_on_telegrams_hosts() -> None:
    """A link to elsewhere is no identity."""
    for href in ("https://t.me/Imyarek", "//t.me/imyarek/", "/imyarek"):
        assert handle_of(href) == "imyarek"
    for href in ("https://example.org/imyarek", "https://t.me/c/123/4", "tg://user?id=1", "http://[::1", ""):
        assert handle_of(href) is None


def test_a_time_without_zone_or_sense_is_none() -> None:
    """A guess at a zone may move a post over a deadline."""
    texts = ("", "2026", "2026-11-18T07:30:00", "0001-01-01T00:00:00+14:00", "x")
    assert [parse_time(text) for text in texts] == [None] * 5


def test_a_rounded_counter_may_be_of_a_number() -> None:
    """Up or down, by less than its last digit."""
    assert [number for number in (5012, 5001, 5000, 5020) if is_rounding_of("5.01K", number)] == [5012, 5001]
    assert [shown for shown in ("11.3M", "11.2M", "11.1M", "11.4M") if is_rounding_of(shown, 11_286_994)] == [
        "11.3M",
        "11.2M",
    ]
    assert not any(is_rounding_of(*pair) for pair in (("5012", 5012), ("", None), ("5.01K", None), ("1.234K", 1234)))


def test_a_page_in_another_code_is_garbled() -> None:
    """More than a letter that was cut in two somewhere: above twenty, and one in a hundred."""
    pages = (
        "\N{REPLACEMENT CHARACTER}" * replacements + "x" * (size - replacements)
        for replacements, size in ((21, 2000), (20, 1000), (21, 2200))
    )
    assert [is_wrongly_decoded(page) for page in pages] == [True, False, False]
