"""Settings come from the environment and auditor.toml; secrets from neither argument nor file of settings."""

import re
from pathlib import Path
from typing import Any

import pytest

from auditor.base.errors import SettingsError
from auditor.base.secrets import MASK, Secret, redact
from auditor.base.settings import Settings, _declared, load_settings, unknown_names
from auditor.probes.telegram.web.web_route import WebSettings
from auditor.probes.vk.vk_network import VkSettings

KEY = "0123456789abcdef0123456789abcdef"


def read(environ: dict[str, str], name: str, folder: Path) -> Any:
    """Return one setting, of VK's route where it is one."""
    settings = load_settings(environ, folder)
    return getattr(settings if hasattr(settings, name) else settings.of(VkSettings), name)


def test_the_defaults_are_the_networks_own_addresses(tmp_path: Path) -> None:
    """As docs/ru/settings.md has them."""
    settings = load_settings({}, tmp_path)
    vk, web = settings.of(VkSettings), settings.of(WebSettings)
    assert (vk.api_url, vk.rps, vk.token) == ("https://api.vk.ru", 3, None)
    assert (web.url, web.interval) == ("https://t.me", 2)
    assert settings == Settings()
    assert (settings.keep_public_days, settings.keep_comments_days, settings.lang, settings.report_index) == (
        365,
        90,
        "",
        False,
    )


def test_the_page_of_settings_names_each() -> None:
    """By its key of auditor.toml; a secret by the key that names its file."""
    page = (Path(__file__).parent.parent.parent / "docs" / "ru" / "settings.md").read_text(encoding="utf-8")
    named = {name.removesuffix("_file") for name in re.findall(r"`([a-z_]+)`", page)}
    assert _declared().keys() - named == set()


@pytest.mark.parametrize(
    ("environ", "file", "name", "value"),
    [
        ({"AUDITOR_VK_RPS": "1.5"}, "vk_rps = 5", "rps", 1.5),
        ({"AUDITOR_VK_RPS": "0.001"}, "", "rps", 0.001),
        ({"AUDITOR_VK_RPS": "1000"}, "", "rps", 1000.0),
        ({"AUDITOR_VK_API_URL": "http://127.0.0.1:8080/"}, "", "api_url", "http://127.0.0.1:8080"),
        ({"AUDITOR_VK_PROXY": "https://u:word@host:1"}, "", "proxy", "https://u:word@host:1"),
        ({"AUDITOR_LANG": " en "}, 'lang = "ru"', "lang", "en"),
        ({}, "keep_public_days = 30", "keep_public_days", 30),
        ({"AUDITOR_KEEP_COMMENTS_DAYS": "36500"}, "", "keep_comments_days", 36500),
        ({"AUDITOR_WEBSITE_LOCAL": "1"}, "", "website_local", True),
        ({"AUDITOR_DATA": "/data"}, "", "data", Path("/data")),
        ({}, 'ca_bundle = "/etc/office.pem"', "ca_bundle", Path("/etc/office.pem")),
        ({"AUDITOR_WEBSITE_INTERVAL": "0"}, "", "website_interval", 0.0),
        ({"AUDITOR_REPORT_URL": "https://example.invalid/r/"}, "", "report_url", "https://example.invalid/r"),
        ({"AUDITOR_VANTAGE": f"A {KEY}", "AUDITOR_VK_TOKEN": KEY}, "", "vantage", f"A {MASK}"),
    ],
    ids=str,
)
def test_a_setting_is_read(environ: dict[str, str], file: str, name: str, value: object, tmp_path: Path) -> None:
    """The environment wins over the file. A key typed as the machine's label, kept with every look, is taken out."""
    (tmp_path / "auditor.toml").write_text(file, encoding="utf-8")
    assert read(environ, name, tmp_path) == value


@pytest.mark.parametrize(
    ("environ", "file", "expected"),
    [
        ({"AUDITOR_VK_RPS": "many"}, "", "AUDITOR_VK_RPS: 'many' is not a number"),
        ({"AUDITOR_VK_RPS": "0"}, "", "out of range; write a number from 0.001 to 1000"),
        ({"AUDITOR_VK_RPS": "nan"}, "", "out of range"),
        ({"AUDITOR_TELEGRAM_INTERVAL": "3601"}, "", "out of range; write a number from 0 to 3600"),
        ({"AUDITOR_TELEGRAM_WEB_URL": "t.me"}, "", "'t.me' is not an address"),
        ({"AUDITOR_VK_API_URL": "https://api.vk.ru:0"}, "", "is not an address"),
        ({"AUDITOR_VK_API_URL": "https://u:word@api.vk.ru:https"}, "", "what is set is not an address"),
        ({"AUDITOR_LANG": "xx"}, "", "no language 'xx'"),
        ({"AUDITOR_KEEP_PUBLIC_DAYS": "0"}, "", "AUDITOR_KEEP_PUBLIC_DAYS: "),
        ({"AUDITOR_KEEP_PUBLIC_DAYS": "36501"}, "", "AUDITOR_KEEP_PUBLIC_DAYS: "),
        ({"AUDITOR_WEBSITE_LOCAL": "perhaps"}, "", "AUDITOR_WEBSITE_LOCAL: "),
        ({"AUDITOR_CONTACT": "x" * 201}, "", "one line of at most 200 characters"),
        ({"AUDITOR_CONTACT": "a\u202eb"}, "", "that can all be seen"),
        ({"AUDITOR_CONTACT": "token=abc"}, "", "holds a key or a login"),
        ({"AUDITOR_TELEGRAM_API_ID": KEY}, "", "AUDITOR_TELEGRAM_API_ID: this is not a number"),
        ({"AUDITOR_TELEGRAM_API_ID": "-1"}, "", "this is out of range"),
        ({"AUDITOR_VK_TOKEN_FILE": "/none/there"}, "", "the file it names cannot be read"),
        ({"AUDITOR_VANTAGE": "a\udcff"}, "", "not text in UTF-8"),
        ({"AUDITOR_DATA": "a\0b"}, "", "AUDITOR_DATA: 'a\\x00b' is not a path"),
        ({"AUDITOR_DATA": "~nobody-of-that-name/a"}, "", "is not a path"),
        ({}, "vk_token = 'x'", "vk_token is a secret; write it into a file, and name that by vk_token_file"),
        ({}, "vk_rps_file = 'x'", "no setting 'vk_rps_file'"),
        ({}, "[vk_rps]", "vk_rps is a list or a table; write a value"),
        ({}, f"vk_rps = {'[' * 5000}", "cannot be read: brackets in brackets"),
        ({}, "#" * 100_001, "is larger than 100000 bytes"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_cannot_be_read_is_one_line(environ: dict[str, str], file: str, expected: str, tmp_path: Path) -> None:
    """With the name of the setting, and without a secret; the hash beside a number is swapped with it easily."""
    (tmp_path / "auditor.toml").write_text(file, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, tmp_path)
    line = str(caught.value)
    assert expected in line
    assert "\n" not in line
    assert not [secret for secret in (KEY, "word", "abc") if secret in line]


@pytest.mark.parametrize("route", ["VK", "TELEGRAM_WEB"])
@pytest.mark.parametrize("proxy", ["somewhere", "host:3128", "ftp://host:21", "http:///path", "http://u:word@host:x"])
def test_a_proxy_that_is_none_is_told_without_its_password(tmp_path: Path, route: str, proxy: str) -> None:
    """Taken for a proxy, it would make the network look unreachable."""
    with pytest.raises(SettingsError, match=f"AUDITOR_{route}_PROXY: this is no proxy; write it as") as caught:
        load_settings({f"AUDITOR_{route}_PROXY": proxy}, tmp_path)
    assert proxy not in str(caught.value)


def test_secrets_are_read_remembered_and_not_shown(tmp_path: Path) -> None:
    """From the environment, and from a file that it or auditor.toml names, as systemd's LoadCredential gives it."""
    (tmp_path / "key").write_text("key-from-a-file\n", encoding="utf-8")
    routes = ("VK", "TELEGRAM_WEB", "TELEGRAM", "WEBSITE", "STAMP")
    environ = {f"AUDITOR_{route}_PROXY": f"socks5://a:{route}-password@h:1" for route in routes}
    environ |= {"AUDITOR_VK_TOKEN_FILE": str(tmp_path / "key"), "AUDITOR_TELEGRAM_API_HASH": "hash-of-the-api"}
    settings = load_settings(environ, tmp_path)
    token = settings.of(VkSettings).token
    assert (type(token), token) == (Secret, "key-from-a-file")
    assert not [word for word in ("key-from", "hash-of", "password") if word in repr(settings)]
    words = ["key-from-a-file", "hash-of-the-api", *(f"{route}-password" for route in routes)]
    assert redact(" ".join(words)) == " ".join([MASK] * 7)


def test_a_file_of_a_secret_named_in_auditor_toml_gives_way_to_the_environment(tmp_path: Path) -> None:
    """To the secret itself, and to a file that the environment names."""
    for name in ("in-toml", "in-environment"):
        (tmp_path / name).write_text(f"key-{name}\n", encoding="utf-8")
    (tmp_path / "auditor.toml").write_text(f"vk_token_file = '{tmp_path}/in-toml'", encoding="utf-8")
    named = {"AUDITOR_VK_TOKEN_FILE": str(tmp_path / "in-environment")}
    assert read({}, "token", tmp_path) == "key-in-toml"
    assert read(named, "token", tmp_path) == "key-in-environment"
    assert read(named | {"AUDITOR_VK_TOKEN": "key-itself"}, "token", tmp_path) == "key-itself"


def test_files_that_windows_notepad_wrote_are_read(tmp_path: Path) -> None:
    """It puts a byte order mark before settings and secrets alike, which is part of neither."""
    (tmp_path / "key").write_text("key-in-file\n", encoding="utf-8-sig")
    settings = f'vantage = "Офис"\nvk_token_file = "{tmp_path}/key"\n'
    (tmp_path / "auditor.toml").write_text(settings, encoding="utf-8-sig")
    assert (read({}, "vantage", tmp_path), read({}, "token", tmp_path)) == ("Офис", "key-in-file")


def test_a_file_of_settings_that_cannot_be_opened_is_told_without_the_systems_words(tmp_path: Path) -> None:
    """A folder in its place."""
    (tmp_path / "auditor.toml").mkdir()
    with pytest.raises(SettingsError, match=r"auditor\.toml: cannot be read: it is a folder; mend it or remove it$"):
        load_settings({}, tmp_path)


def test_a_variable_that_looks_like_a_setting_and_is_none_is_told_with_the_likeliest() -> None:
    """A slip would leave the setting at its default in silence."""
    valid = {
        "AUDITOR_LANG": "",
        "AUDITOR_HOME": "",
        "AUDITOR_VK_TOKEN_FILE": "",
        "AUDITOR_TELEGRAM_WEB_URL": "",
        "VK_TOKEN": "",
    }
    assert unknown_names(valid) == {}
    odd = valid | {"AUDITOR_XYZZY": "", "AUDITOR_VK_TOKN": "", "AUDITOR_LANG_FILE": ""}
    wanted = {"AUDITOR_LANG_FILE": "AUDITOR_LANG", "AUDITOR_VK_TOKN": "AUDITOR_VK_TOKEN", "AUDITOR_XYZZY": ""}
    assert unknown_names(odd) == wanted
