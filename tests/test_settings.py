"""Settings come from the environment and auditor.toml; secrets from neither argument nor file of settings."""

from pathlib import Path

import pytest

from auditor.base.errors import SettingsError
from auditor.base.secrets import Secret
from auditor.base.settings import load_settings
from auditor.probes.telegram.web.network import WebSettings
from auditor.probes.vk.network import VkSettings


def test_the_defaults_are_the_networks_own_addresses(tmp_path: Path) -> None:
    """docs/dev/design.md, section 8."""
    found = load_settings({}, tmp_path)
    assert (found.of(VkSettings).api_url, found.of(VkSettings).rps) == ("https://api.vk.ru", 3)
    assert (found.of(WebSettings).url, found.of(WebSettings).interval) == ("https://t.me", 2)
    assert found.of(VkSettings).token is None


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """The file serves what the environment leaves out."""
    (tmp_path / "auditor.toml").write_text('vk_rps = 5\nlang = "en"\n', encoding="utf-8")
    found = load_settings({"AUDITOR_VK_RPS": "1.5"}, tmp_path)
    assert (found.of(VkSettings).rps, found.lang) == (1.5, "en")


def test_a_secret_can_come_from_a_named_file(tmp_path: Path) -> None:
    """As systemd's LoadCredential hands it over."""
    (tmp_path / "key").write_text("secret-key\n", encoding="utf-8")
    found = load_settings({"AUDITOR_VK_TOKEN_FILE": str(tmp_path / "key")}, tmp_path)
    assert found.of(VkSettings).token == "secret-key"


def test_a_secret_does_not_show_itself(tmp_path: Path) -> None:
    """Neither alone nor inside the settings."""
    found = load_settings({"AUDITOR_VK_TOKEN": "secret-key", "AUDITOR_VK_PROXY": "http://u:secret-key@h"}, tmp_path)
    assert isinstance(found.of(VkSettings).token, Secret)
    assert "secret-key" not in repr(found) + repr(found.of(VkSettings).token)


@pytest.mark.parametrize(
    ("environ", "file", "said"),
    [
        ({"AUDITOR_VK_RPS": "many"}, "", "AUDITOR_VK_RPS: 'many' is not a number"),
        ({"AUDITOR_VK_RPS": "0"}, "", "out of range; write a number from 0.001 to 1000"),
        ({"AUDITOR_VK_RPS": "1e-300"}, "", "out of range"),
        ({"AUDITOR_VK_RPS": "nan"}, "", "out of range"),
        ({"AUDITOR_TELEGRAM_WEB_INTERVAL": "1e308"}, "", "out of range; write a number from 0 to 3600"),
        ({"AUDITOR_TELEGRAM_INTERVAL": "3601"}, "", "out of range"),
        ({"AUDITOR_WEBSITE_INTERVAL": "-1"}, "", "out of range"),
        ({"AUDITOR_TELEGRAM_WEB_URL": "t.me"}, "", "is not an address"),
        ({"AUDITOR_VK_API_URL": "http://[::1"}, "", "is not an address"),
        ({"AUDITOR_VK_API_URL": "https://api.vk.ru:https"}, "", "is not an address"),
        ({"AUDITOR_LANG": "xx"}, "", "no language 'xx'"),
        ({"AUDITOR_VK_TOKEN_FILE": "/none/there"}, "", "cannot be read"),
        ({}, "vk_token = 'x'", "is a secret"),
        ({}, "vk_speed = 3", "no setting 'vk_speed'"),
        ({}, "vk_rps = ", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, environ: dict[str, str], file: str, said: str) -> None:
    """With the name of the setting, and without its secret."""
    if file:
        (tmp_path / "auditor.toml").write_text(file, encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings(environ, tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("route", ["VK", "TELEGRAM_WEB"])
@pytest.mark.parametrize("proxy", ["somewhere", "host:3128", "ftp://host:21", "http:///path", "http://u:word@host:x"])
def test_a_proxy_that_is_none_is_told_without_its_password(tmp_path: Path, route: str, proxy: str) -> None:
    """Taken for a proxy, it would make the network look unreachable."""
    with pytest.raises(SettingsError, match=f"AUDITOR_{route}_PROXY: this is no proxy; write it as") as caught:
        load_settings({f"AUDITOR_{route}_PROXY": proxy}, tmp_path)
    assert proxy not in str(caught.value)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:3128", "https://u:word@host:1", "socks5://host:1080"])
def test_a_proxy_is_kept_as_it_is_written(tmp_path: Path, proxy: str) -> None:
    """Of the kinds that both routes can use."""
    assert load_settings({"AUDITOR_VK_PROXY": proxy}, tmp_path).of(VkSettings).proxy == proxy


@pytest.mark.parametrize("name", ["AUDITOR_VK_TOKEN", "AUDITOR_TELEGRAM_API_HASH"])
def test_a_key_typed_as_the_machines_label_is_not_stored(name: str, tmp_path: Path) -> None:
    """The label is kept with every look: the keys of all routes are known before it is read."""
    key = "0123456789abcdef0123456789abcdef"
    found = load_settings({"AUDITOR_VANTAGE": f"A {key}", name: key}, tmp_path)
    assert key not in found.vantage
    assert found.vantage.startswith("A ")
