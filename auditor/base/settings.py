"""Settings from the environment and ``auditor.toml`` (DESIGN.md section 8).

The environment wins. In the file the names are the same without ``AUDITOR_``, in lower case: ``vk_rps = 3``. A secret
comes from the environment or from a file named by ``…_FILE``, never from an argument and never from ``auditor.toml``.
"""

import math
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from auditor.base.errors import SettingsError
from auditor.base.secrets import Secret, may_hold_secret, redact, remember_proxy

_SECRETS = {"vk_token", "telegram_api_hash"}
_URLS = {"vk_api_url", "telegram_web_url", "report_url"}
_PROXIES = {"vk_proxy", "telegram_web_proxy", "website_proxy"}
_NUMBERS = {"vk_rps", "telegram_web_interval", "telegram_api_id", "website_interval"}
_DAYS = {"keep_raw_days", "keep_comments_days"}
_FOLDERS = {
    "telegram_session",
    "telegram_public_key",
    "registry",
    "data",
    "out",
    "browser",
    "statements",
    "corrections",
}
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
_LONGEST_CONTACT = 200
"""Characters: a line of the page's foot."""
_LARGEST = 100_000
"""Bytes of ``auditor.toml``, which has a few lines."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Times are seconds."""

    vk_token: Secret | None = None
    vk_api_url: str = "https://api.vk.ru"
    vk_rps: float = 3.0
    vk_proxy: str | None = field(default=None, repr=False)
    telegram_web_url: str = "https://t.me"
    telegram_web_interval: float = 2.0
    telegram_web_proxy: str | None = field(default=None, repr=False)
    telegram_api_id: int | None = None
    telegram_api_hash: Secret | None = None
    telegram_session: Path | None = None
    telegram_proxy: str | None = field(default=None, repr=False)
    telegram_dc: str | None = None
    telegram_public_key: Path | None = None
    website_interval: float = 2.0
    website_proxy: str | None = field(default=None, repr=False)
    website_local: bool = False
    """Official sites on this machine and its network may be asked: for a test server, never for the real one."""
    registry: Path | None = None
    data: Path | None = None
    out: Path = Path("reports")
    lang: str = "ru"
    vantage: str = ""
    report_url: str = ""
    """Where the folder of reports is published. A post or message that is sent without the folder links there."""
    browser: Path | None = None
    """The chromium that prints the PDF; by default one found on the PATH."""
    statements: Path | None = None
    """What officials say to findings; by default ``statements.yaml`` beside the registry, if it is there."""
    corrections: Path | None = None
    """Public corrections of reports; by default ``corrections.yaml`` beside the registry, if it is there."""
    contact: str = ""
    """Where to send statements and corrections: a line that every report prints."""
    keep_raw_days: int = 30
    """`auditor purge` keeps stored answers of the networks this long."""
    keep_comments_days: int = 90
    """It keeps comments, rows without words and names, in stored snapshots this long."""


def load_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read settings from `environ` and from ``auditor.toml`` in `folder`. Raises `SettingsError` in one line."""
    written = _from_file(folder / "auditor.toml")
    values: dict[str, object] = {}
    for name in (f.name for f in fields(Settings)):
        text = environ.get(f"AUDITOR_{name.upper()}", "").strip()
        if name in _SECRETS and not text:
            text = _secret_file(name, environ)
        where = f"AUDITOR_{name.upper()}"
        if not text and name in written:
            text, where = _plain(written[name], name), f"auditor.toml: {name}"
        if text:
            if name in _PROXIES or name == "telegram_proxy":
                remember_proxy(text)
            values[name] = _read(name, text, where)
    return Settings(**values)  # type: ignore[arg-type]  # each value was read by its own field's rule


def _from_file(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise SettingsError(f"{path}: is larger than {_LARGEST:,} bytes; mend it or remove it")
        data = tomllib.loads(raw.decode("utf-8"))
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise SettingsError(f"{path}: cannot be read: brackets in brackets; mend it or remove it") from None
    except (OSError, ValueError) as error:  # of TOML, of UTF-8, or of a number with thousands of digits
        raise SettingsError(f"{path}: cannot be read: {error}; mend it or remove it") from None
    known = {f.name for f in fields(Settings)}
    for name in data:
        if name in _SECRETS:
            raise SettingsError(f"{path}: {name} is a secret; give it by AUDITOR_{name.upper()} or …_FILE instead")
        if name not in known:
            raise SettingsError(f"{path}: there is no setting {name!r}; known are: {', '.join(sorted(known))}")
    return data


def _plain(value: object, name: str) -> str:
    if isinstance(value, dict | list):
        raise SettingsError(
            f"auditor.toml: {name} is a {'table' if isinstance(value, dict) else 'list'}; write a value"
        )
    return str(value)


def _secret_file(name: str, environ: Mapping[str, str]) -> str:
    variable = f"AUDITOR_{name.upper()}_FILE"
    path = environ.get(variable, "").strip()
    if not path:
        return ""
    try:
        with Path(path).open("rb") as file:
            return file.read(_LARGEST).decode("utf-8").strip()
    except (OSError, ValueError):
        raise SettingsError(f"{variable}: the file it names cannot be read; check the path and its rights") from None


def _read(name: str, text: str, where: str) -> object:
    if name not in _FOLDERS and not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise SettingsError(f"{where}: this is not text in UTF-8; write it again")
    if name in _SECRETS:
        return Secret(text)
    if name in _URLS:
        return _url(text, where)
    if name in _PROXIES:
        return _proxy(text, where)
    if name in _NUMBERS:
        return _number(name, text, where)
    if name in _DAYS:
        return _days(text, where)
    if name == "website_local":
        return _yes(text, where)
    if name in _FOLDERS:
        return _path(text, where)
    if name == "contact":
        return _contact(text, where)
    if name == "vantage":
        return redact(text)  # it is stored with every look: a key typed here by mistake must not be
    if name == "lang" and text not in {"ru", "en"}:
        raise SettingsError(f"{where}: there is no language {text!r}; choose ru or en")
    return text


def _url(text: str, where: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number or too large, a broken IPv6 address
        good = False
    if not good:
        raise SettingsError(f"{where}: {text!r} is not an address; write it as https://host")
    return text.rstrip("/")


def _proxy(text: str, where: str) -> str:
    """Read a proxy. It may hold a password, so a mistake does not repeat it."""
    try:
        parts = urlsplit(text)
        good = parts.scheme in {"http", "https", "socks5", "socks5h"} and parts.hostname and parts.port != 0
    except ValueError:  # a port that is no number or too large, a broken IPv6 address
        good = False
    if not good:
        raise SettingsError(
            f"{where}: this is no proxy; write it as http://host:port, https://host:port or socks5://host:port"
        )
    return text


def _contact(text: str, where: str) -> str:
    """Read a line that is published. A key or a login in it is a mistake and is not repeated."""
    if len(text) > _LONGEST_CONTACT or any(unicodedata.category(c) in _UNSEEN for c in text):
        raise SettingsError(f"{where}: write one line of at most {_LONGEST_CONTACT} characters that can all be seen")
    if may_hold_secret(text):
        raise SettingsError(f"{where}: it holds a key or a login, and every report prints it; take that out")
    return text


def _path(text: str, where: str) -> Path:
    try:
        found = Path(text).expanduser()
    except RuntimeError:  # the home of an unknown user
        found = None
    if found is None or "\0" in text:
        raise SettingsError(f"{where}: {text!r} is not a path")
    return found


def _yes(text: str, where: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingsError(f"{where}: {text!r} is neither yes nor no")
    return text.lower() in {"1", "true", "yes"}


def _days(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 36_500):
        raise SettingsError(f"{where}: {text!r} is no number of days; write a whole one from 1 to 36500")
    return int(text)


def _number(name: str, text: str, where: str) -> int | float:
    try:
        number = int(text) if name == "telegram_api_id" else float(text)
    except ValueError:
        # The id and the hash are copied from one page and easily swapped.
        shown = "this" if name == "telegram_api_id" else repr(text)
        raise SettingsError(f"{where}: {shown} is not a number") from None
    if number < 0 or (name == "vk_rps" and number == 0) or not math.isfinite(number):
        raise SettingsError(f"{where}: {text!r} is out of range; it must be above 0")
    return number
