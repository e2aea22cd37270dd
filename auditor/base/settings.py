"""Settings from the environment and ``auditor.toml`` (docs/dev/design.md, section 8).

The environment wins. In the file the names are the same without ``AUDITOR_``, in lower case: ``vk_rps = 3``. A secret
comes from the environment or from a file named by ``…_FILE``, never from an argument. ``auditor.toml`` may name that
file (``vk_token_file``) and never holds the secret.

Each setting is declared once, with the function that reads its text. Routes declare their own settings in their
folders (`auditor.base.networks`); `Settings.of` returns them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from auditor.base.errors import SettingsError, UsageError, os_error_text, text_of
from auditor.base.i18n import languages
from auditor.base.networks import routes
from auditor.base.safe import is_invisible
from auditor.base.secrets import Secret, may_hold_secret, redact, remember_proxy
from auditor.base.text import N_, phrase
from auditor.base.toml_mistakes import toml_mistake
from auditor.base.weeks import parse_time

_LONGEST_CONTACT = 200
"""Characters; it is one line of a page's footer."""
_LARGEST = 100_000
"""Bytes of ``auditor.toml``: ten lines are many."""

_PREFIX = "AUDITOR_"

_Kind = TypeVar("_Kind")

# How a setting is read -------------------------------------------------------------------------------------------

_Reader = Callable[[str, str], object]
"""Converts a setting's text to its value. The second argument names the setting in a `SettingsError`."""


def setting(default: object, read: _Reader) -> Any:
    """Declare a field of a dataclass as a setting."""
    return field(default=default, repr=read not in {a_proxy, any_proxy}, metadata={"read": read})


def a_text(text: str, _where: str) -> str:
    """Return the text unchanged."""
    return text


def a_secret(text: str, _where: str) -> Secret:
    """Read a secret."""
    return Secret(text)


def a_url(text: str, where: str) -> str:
    """Read the address of a server."""
    if not _is_server(text, "http", "https"):
        shown = phrase("what is set") if "@" in text else repr(text)  # a login may be in it
        raise SettingsError(
            phrase("{where}: {shown} is not an address; write it as https://host", where=where, shown=shown)
        )
    return text.rstrip("/")


def _is_server(text: str, *schemes: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number or too large, a broken IPv6 address
        return False


def any_proxy(text: str, _where: str) -> str:
    """Return a proxy's address unchanged: its route parses it."""
    remember_proxy(text)
    return text


def a_proxy(text: str, where: str) -> str:
    """Read an HTTP proxy. It may hold a password, so errors do not repeat it."""
    remember_proxy(text)
    if not _is_server(text, "http", "https", "socks5", "socks5h"):
        raise SettingsError(
            phrase(
                "{where}: this is no proxy; write it as http://host:port, https://host:port or socks5://host:port",
                where=where,
            )
        )
    return text


def _contact(text: str, where: str) -> str:
    """Read a published line. A key or a login in it is an error that does not repeat it."""
    if len(text) > _LONGEST_CONTACT or any(map(is_invisible, text)):
        raise SettingsError(
            phrase(
                "{where}: write one line of at most {longest_contact} characters that can all be seen",
                where=where,
                longest_contact=_LONGEST_CONTACT,
            )
        )
    if may_hold_secret(text):
        raise SettingsError(
            phrase("{where}: it holds a key or a login, and every report prints it; take that out", where=where)
        )
    return text


def can_be_reached(contact: str) -> bool:
    """Return whether a contact holds an e-mail, a link or a telephone with its code."""
    return _REACHABLE.search(contact) is not None


_REACHABLE = re.compile(
    r"\S@\S+\.\w|https?://\S|\b(?:[\w-]+\.)+(?:[a-z]{2,}|рф)\b|(?:\d[\s()-]*){10}",
    re.IGNORECASE,
)


def _public_url(text: str, where: str) -> str:
    """Read a published address. A login in it is an error that does not repeat it."""
    if "@" in text.partition("://")[2].partition("/")[0] or may_hold_secret(text):
        raise SettingsError(
            phrase("{where}: it holds a key or a login, and the feed prints it; take that out", where=where)
        )
    return a_url(text, where)


def a_path(text: str, where: str) -> Path:
    """Read the name of a file or a folder."""
    try:
        path = Path(text).expanduser()
    except RuntimeError:  # the home of an unknown user
        path = None
    if path is None or "\0" in text:
        raise SettingsError(phrase("{where}: {text} is not a path", where=where, text=repr(text)))
    return path


def _yes_or_no(text: str, where: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no"}:
        raise SettingsError(phrase("{where}: {text} is neither yes nor no", where=where, text=repr(text)))
    return text.lower() in {"1", "true", "yes"}


def _days(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= 36_500):
        raise SettingsError(
            phrase(
                "{where}: {text} is no number of days; write a whole one from 1 to 36500", where=where, text=repr(text)
            )
        )
    return int(text)


def an_interval(text: str, where: str) -> float:
    """Read the seconds between two requests: an hour at most."""
    return _number(text, where, 0, 3600)


def a_rate(text: str, where: str) -> float:
    """Read the requests allowed per second: from 0.001 to 1000."""
    return _number(text, where, 0.001, 1000)


def _number(text: str, where: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        raise SettingsError(phrase("{where}: {text} is not a number", where=where, text=repr(text))) from None
    if not least <= number <= most:
        raise SettingsError(
            phrase(
                "{where}: {text} is out of range; write a number from {least} to {most}",
                where=where,
                text=repr(text),
                least=least,
                most=most,
            )
        )
    return number


def _moment(text: str, where: str) -> str:
    """Read a moment that the registry's zone is still to be added to."""
    try:
        parse_time(text, ZoneInfo("UTC"))
    except UsageError as error:
        raise SettingsError(phrase("{where}: {why}", where=where, why=text_of(error))) from None
    return text


def an_id(text: str, where: str) -> int:
    """Read an id. It is copied beside a secret and easily swapped with it, so errors do not repeat it."""
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(phrase("{where}: this is not a number", where=where)) from None
    if number < 0:
        raise SettingsError(phrase("{where}: this is out of range; it must be above 0", where=where))
    return number


def _language(text: str, where: str) -> str:
    if text not in languages():
        message = N_("{where}: there is no language {text}; there are {languages}")
        raise SettingsError(phrase(message, where=where, text=repr(text), languages=", ".join(languages())))
    return text


def _vantage(text: str, _where: str) -> str:
    """Read the machine's label. It is stored with every look, so a key typed here by mistake is masked."""
    return redact(text)


# The settings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Intervals are seconds."""

    website_interval: float = setting(2.0, an_interval)
    website_proxy: str | None = setting(None, a_proxy)
    website_local: bool = setting(default=False, read=_yes_or_no)
    """Official sites on this machine and its network may be requested: for test servers only."""
    registry: Path | None = setting(None, a_path)
    data: Path | None = setting(None, a_path)
    out: Path | None = setting(None, a_path)
    """Empty: ``reports`` in the folder of ``auditor.toml``."""
    as_of: str = setting("", _moment)
    """The moment at which an invented world stands; what is fetched from a real network cannot be dated by it."""
    lang: str = setting("", _language)
    """Empty: output is in the reader's language, reports are in Russian."""
    vantage: str = setting("", _vantage)
    report_url: str = setting("", _public_url)
    """The public address of the report folder: messages sent without the folder link to it."""
    report_licence: str = setting("CC BY 4.0", a_text)
    """The licence of the published data: a line on the data page."""
    report_index: bool = setting(default=False, read=_yes_or_no)
    """Search engines may list the reports. They name people, and a listing outlives a correction."""
    stamp_url: str = setting("", a_url)
    """An RFC 3161 authority that timestamps the seal of each audit; empty: no timestamps."""
    stamp_proxy: str | None = setting(None, a_proxy)
    ca_bundle: Path | None = setting(None, a_path)
    """Certificates of authorities, in PEM, that every HTTPS route trusts beside the usual ones."""
    statements: Path | None = setting(None, a_path)
    """Statements of officials about findings; by default ``statements.yaml`` beside the registry, if it exists."""
    corrections: Path | None = setting(None, a_path)
    """Public corrections of reports; by default ``corrections.yaml`` beside the registry, if it exists."""
    contact: str = setting("", _contact)
    """Where to send statements and corrections: a line printed in every report."""
    keep_public_days: int = setting(365, _days)
    """Days for which `auditor purge` keeps officials' own public pages and posts."""
    keep_comments_days: int = setting(90, _days)
    """Days for which it keeps comments, rows without words and names, and the responses that hold them."""
    archive_key: Secret | None = setting(None, a_secret)
    """The key of age that encrypts the archive where it is kept in a release: see `auditor.commands.release`."""
    of_routes: Mapping[type, object] = field(default_factory=dict)
    """The routes' settings, by their class."""

    def of(self, kind: type[_Kind]) -> _Kind:
        """Return the route settings of class `kind`; their defaults if none are set."""
        route_settings = self.of_routes.get(kind)
        return route_settings if isinstance(route_settings, kind) else kind()


def load_settings(
    environ: Mapping[str, str], folder: Path, answers: Mapping[str, str] = MappingProxyType({})
) -> Settings:
    """Read settings from `environ`, from ``auditor.toml`` in `folder` and from `answers`, as if these stood in it.

    Relative paths in the file are from `folder`. Raises `SettingsError` in one line.
    """
    declared = _declared()
    file_values = _from_file(folder / "auditor.toml", declared) | dict(answers)
    values: dict[type, dict[str, Any]] = defaultdict(dict)
    for name, (kind, setting_field) in declared.items():
        text, where = _text(name, setting_field, environ, file_values, folder)
        if text:
            values[kind][setting_field.name] = setting_field.metadata["read"](text, where)
    own_values = values.pop(Settings, {})
    return Settings(**own_values, of_routes={kind: kind(**route_values) for kind, route_values in values.items()})


def unknown_names(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of `environ` that look like settings but are unknown, each with its likeliest name or ""."""
    declared = {name.upper(): setting_field.metadata["read"] for name, (_, setting_field) in _declared().items()}
    valid_names = [*declared, *(f"{name}_FILE" for name, read in declared.items() if read is a_secret)]
    odd = sorted(name.removeprefix(_PREFIX) for name in environ if name.startswith(_PREFIX))
    near = {name: get_close_matches(name, valid_names, n=1) for name in odd if name not in {*valid_names, "HOME"}}
    return {_PREFIX + name: _PREFIX + likeliest[0] if likeliest else "" for name, likeliest in near.items()}


def _declared() -> dict[str, tuple[type, "Field[Any]"]]:
    """Return every setting by its name in ``auditor.toml``: the class that declares it, and its field.

    The routes' come first: their keys must be remembered before published lines are searched for secrets.
    """
    declared: dict[str, tuple[type, Field[Any]]] = {}
    for route in routes().values():
        if route.settings is not None:
            declared |= {f"{route.prefix}_{f.name}": (route.settings, f) for f in fields(route.settings)}
    return declared | {f.name: (Settings, f) for f in fields(Settings) if f.metadata}


def _text(
    name: str, declared: "Field[Any]", environ: Mapping[str, str], file_values: Mapping[str, object], folder: Path
) -> tuple[str, str]:
    """Return a setting's text, empty if it is not set, and its name for an error."""
    where, read = f"AUDITOR_{name.upper()}", declared.metadata["read"]
    text = environ.get(where, "").strip()
    if read is a_secret and not text:
        text = _secret_file(name, environ, file_values, folder)
    if not text and name in file_values:
        text, where = _plain(file_values[name], name), f"auditor.toml: {name}"
        text = str(folder / a_path(text, where)) if read is a_path and text else text
    if read is not a_path and not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        raise SettingsError(phrase("{where}: this is not text in UTF-8; write it again", where=where))
    return text, where


def _from_file(path: Path, declared: Mapping[str, tuple[type, "Field[Any]"]]) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
        if len(raw) > _LARGEST:
            raise SettingsError(
                phrase("{path}: is larger than {largest} bytes; mend it or remove it", path=path, largest=_LARGEST)
            )
        import tomllib  # noqa: PLC0415 - most commands have no such file

        data = tomllib.loads(raw.decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise SettingsError(
            phrase("{path}: cannot be read: brackets in brackets; mend it or remove it", path=path)
        ) from None
    except OSError as error:
        raise SettingsError(
            phrase("{path}: cannot be read: {error}; mend it or remove it", path=path, error=os_error_text(error))
        ) from None
    except ValueError as error:  # invalid TOML or UTF-8, or a number with thousands of digits
        line, what, how = toml_mistake(raw, error)
        raise SettingsError(phrase("{path}:{line}: {what}; {how}", path=path, line=line, what=what, how=how)) from None
    secrets = {name for name, (_, setting_field) in declared.items() if setting_field.metadata["read"] is a_secret}
    for name in data:
        if name.endswith("_file") and name.removesuffix("_file") in secrets:
            continue
        if name in secrets:
            raise SettingsError(
                phrase(
                    "{path}: {name} is a secret; write it into a file, and name that by {name}_file",
                    path=path,
                    name=name,
                )
            )
        if name not in declared:
            raise SettingsError(
                phrase(
                    "{path}: there is no setting {name}; known are: {declared}",
                    path=path,
                    name=repr(name),
                    declared=", ".join(get_close_matches(name, declared, n=1) or sorted(declared)),
                )
            )
    return data


def _plain(value: object, name: str) -> str:
    if isinstance(value, dict | list):
        raise SettingsError(phrase("auditor.toml: {name} is a list or a table; write a value", name=name))
    return str(value)


def _secret_file(name: str, environ: Mapping[str, str], file_values: Mapping[str, object], folder: Path) -> str:
    variable, start = f"AUDITOR_{name.upper()}_FILE", Path()
    path = environ.get(variable, "").strip()
    if not path and f"{name}_file" in file_values:
        path, variable, start = str(file_values[f"{name}_file"]), f"auditor.toml: {name}_file", folder
    if not path:
        return ""
    try:
        with (start / Path(path).expanduser()).open("rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig").strip()
    except (OSError, ValueError, RuntimeError):
        raise SettingsError(
            phrase("{variable}: the file it names cannot be read; check the path and its rights", variable=variable)
        ) from None
