"""Every form of an address that people paste becomes one, and nothing else passes."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.base.address import Address
from auditor.base.snapshot import Network


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("vk.com/x_y", "https://vk.com/x_y"),
        ("HTTP://M.VK.COM/Durov/", "https://vk.com/durov"),
        ("  https://www.vk.com/ivan.petrov?w=wall1_2#top\n", "https://vk.com/ivan.petrov"),
        ("//vk.com:443/x_y", "https://vk.com/x_y"),
        ("https://vk.ru/id1#a", "https://vk.com/id1"),
        ("vk.com/public123", "https://vk.com/club123"),
        ("vk.com/event123", "https://vk.com/event123"),
        ("vk.com/note70", "https://vk.com/note70"),
        ("@Durov", "https://t.me/durov"),
        ("t.me/S/Durov/12?before=3", "https://t.me/durov"),
        ("t.me/durov/12/34/", "https://t.me/durov"),
        ("t.me/durov/s/5", "https://t.me/durov"),
        ("https://durov.t.me/15", "https://t.me/durov"),
        ("t.me/+AbC-d_EfGh1", "https://t.me/+AbC-d_EfGh1"),
        ("t.me/%2BAbCdEfGh1", "https://t.me/+AbCdEfGh1"),
        ("https://T.me/JoinChat/AbCdEfGh1/", "https://t.me/+AbCdEfGh1"),
        ("\ufeffhttps://t.me/durov\u200b", "https://t.me/durov"),
    ],
)
def test_pasted_forms_become_one(pasted: str, url: str) -> None:
    """Scheme, host's spelling, case, slashes, query, message number and blanks make no difference."""
    assert Address.parse(pasted).url == url


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        ("https://ok.ru/tomskobl", "is on none of VK, Telegram; write one like https://vk.com/NAME, https://t.me/NAME"),
        ("https://vk.com.example.org/x_y", "is on none of VK, Telegram"),
        ("https://vk.com@example.org/x_y", "not an address of a page"),
        ("tg://resolve?domain=durov", "not an address of a page; write"),
        ("", "names no network; write"),
        ("vk.com", "lacks the name of a page"),
        ("t.me/", "lacks the name of a channel"),
        ("t.me/s/", "not an address of a channel"),
        ("vk.com/wall-123_45", "not a page of a person or a community; open its author's page"),
        ("vk.com/feed", "not a page of a person"),
        ("vk.com/photo1_2", "not a page of a person"),
        ("vk.com/durov/photos", "not a page of a person"),
        ("vk.com/id0", "a number that VK does not give"),
        ("vk.com/12345", "no name VK can have"),
        ("t.me/share/url?url=x", "not an address of a channel"),
        ("vk.com/a-b", "no name VK can have"),
        ("t.me/joinchat", "not an address of a channel"),
        ("t.me/durov/abc", "not an address of a channel"),
        ("t.me/+abc", "not a whole invite"),
        ("@", "no name Telegram can have"),
        ("t.me/1abc", "no name Telegram can have"),
        ("t.me/" + "a" * 33, "no name Telegram can have"),
        ("t.me/+70001234567", "a phone number"),
        ("https://t.me/%2B70001234567", "a phone number"),
        ("@+70001234567", "a phone number"),
    ],
)
def test_anything_else_is_refused_with_a_way_to_mend_it(pasted: str, expected: str) -> None:
    """The sentence names what is wrong and, after a semicolon, what to do; no message may carry a phone number."""
    with pytest.raises(ValueError) as caught:
        Address.parse(pasted)
    assert expected in str(caught.value)
    assert "; " in str(caught.value)
    assert not [word for word in ("\n", "7000") if word in str(caught.value)]


TELEGRAM = st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{4,31}", fullmatch=True).filter(lambda n: "://" not in n)


@given(
    TELEGRAM,
    st.sampled_from(["{}", "s/{}", "{}/12", "s/{}/7", "{}/", "{}?single", "{}#x", "{}/3/4"]),
    st.sampled_from(["", "http://", "https://", "HTTPS://", "//"]),
    st.sampled_from(["t.me", "T.Me", "www.t.me", "telegram.me", "telegram.dog"]),
    st.sampled_from(["", " ", "\n", "\u00a0"]),
)
def test_each_telegram_form_gives_the_same_address(name: str, form: str, scheme: str, host: str, blank: str) -> None:
    """Whatever is pasted, it is the address that ``@name`` gives."""
    try:
        expected = Address.parse(f"@{name}")
    except ValueError:
        assume(False)
    assert Address.parse(f"{blank}{scheme}{host}/{form.format(name)}{blank}") == expected
    assert expected == Address(Network.TELEGRAM, name.lower())


HOSTS = st.sampled_from(["vk.com", "https://t.me", "//t.me/s", "@t.me/joinchat", "x.t.me"])
ODD = st.text(alphabet=string.ascii_letters + string.digits + "+-_./%?#@ яё\u2060", max_size=40)
PASTED = st.text(max_size=80) | st.builds("{}/{}".format, HOSTS, ODD)


@given(PASTED)
def test_reading_is_idempotent_and_raises_nothing_but_value_error(pasted: str) -> None:
    """What was read once reads again as the same address; what cannot be read is a ValueError in one line."""
    try:
        address = Address.parse(pasted)
    except ValueError as error:
        assert str(error).isprintable()  # noqa: PT017 - the other outcome is as right
        return
    assert Address.parse(address.url) == address
    assert Address.parse(str(address)) == address


def test_a_name_is_asked_for_as_it_was_written_and_is_the_same_in_any_case() -> None:
    """Telegram ignores case; a cache or a test server on the way may not."""
    written, plain = Address.parse("https://t.me/s/First_Rayon/12"), Address.parse("@first_rayon")
    assert (written, written.url, hash(written)) == (plain, plain.url, hash(plain))
    assert (written.request_name, plain.request_name) == ("First_Rayon", "first_rayon")
