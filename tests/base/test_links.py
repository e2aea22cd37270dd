"""Links: which lead to the register of large pages, which may, and which mark an advertisement."""

from auditor.base.links import is_advertisement, leads_to_register


def test_a_link_whose_end_is_not_known_may_lead_to_the_register() -> None:
    """Whatever its host, but for the few that lead nowhere else and the office's own site; no list is complete."""
    for text, expected in (
        ("", False),
        ("Реестр — knd.gov.ru.", True),
        ("https://www.gosuslugi.ru/snet/67a и clck.ru/3abc", True),
        ("https://vk.com/away.php?to=https%3A%2F%2Fknd.gov.ru%2F1", True),
        ("Номер в перечне: https://gu-st.ru/abc", None),
        ("Номер в перечне: gu-st.ru/abc", None),
        *(
            (f"https://{host}/abc", None)
            for host in ("clck.ru", "t.ly", "ya.cc", "surl.li", "goo.gl", "t.co", "новый.рф")
        ),
        ("https://vk.com/away.php?to=https%3A%2F%2Ft.co%2F1", None),
        ("https://knd.gov.ru.example.org/", None),
        ("https://evilvk.com/abc", None),
        ("https://user@clck.ru/x", None),
        ("https://rayon.example/novosti", False),
        ("https://notrayon.example", None),
        ("https://www.gosuslugi.ru/12345/1, vk.com/club7, t.me/rayon, https://rayon.gosweb.gosuslugi.ru", False),
        ("glava@tomsk.gov.ru, i.ivanov@mail.example, [club7|Район], @id5", False),
        ("г.Вымышленный, ул.Ленина, 5, т.е. рядом, 25.11.2026", False),
    ):
        assert leads_to_register([text], "https://www.rayon.example/") is expected, text
    assert leads_to_register(["О районе", "goo.su/a", "knd.gov.ru"]) is True


def test_an_advertisement_carries_its_token() -> None:
    """As a word, also where the token follows without a space; «Меридиан» is none."""
    for text, links, expected in (
        ("Скидки. erid: 2Vtzqw", (), True),
        ("Скидки. ERID2Vtzqw", (), True),
        ("Скидки", ("https://site.example/?a=1&erid=2Vtz",), True),
        ("Меридиан открыт, serid и erida тоже", ("https://site.example/meridian",), False),
    ):
        assert is_advertisement(text, links) is expected
