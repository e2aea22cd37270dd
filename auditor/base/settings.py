"""Settings from the environment and ``auditor.toml`` (docs/dev/design.md, section 8).

The environment wins. In the file the names are the same without ``AUDITOR_``, in lower case: ``vk_rps = 3``. A secret
comes from the environment or from a file named by ``…_FILE``, never from an argument. ``auditor.toml`` may name that
file (``vk_token_file``) and never holds the secret.

Each setting is declared once, with the rule by which its text is read. What a route needs it declares itself, in its
folder (`auditor.base.networks`); `Settings.of` returns it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from auditor.base.errors import SettingsError, os_error_text
from auditor.base.networks import routes
from auditor.base.safe import is_invisible
from auditor.base.secrets import Secret, may_hold_secret, redact, remember_proxy
from auditor.base.text import phrase

_LONGEST_CONTACT = 200
"""Characters: a line of the page's foot."""
_LARGEST = 100_000
"""Bytes of ``auditor.toml``: ten lines are many."""

_PREFIX = "AUDITOR_"

_Kind = TypeVar("_Kind")

# How a setting is read -------------------------------------------------------------------------------------------

_Reader = Callable[[str, str], object]
"""Makes a value of a setting's text. The second argument names the setting, for a `SettingsError` in one line."""


def setting(default: object, read: _Reader) -> Any:
    """Declare a field of a dataclass as a setting."""
    return field(default=default, repr=read not in {a_proxy, any_proxy}, metadata={"read": read})


def a_text(text: str, _where: str) -> str:
    """Take the text as it is."""
    return text


def a_secret(text: str, _where: str) -> Secret:
    """Read what must never show."""
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
    """Take a proxy that its route reads by itself."""
    remember_proxy(text)
    return text


def a_proxy(text: str, where: str) -> str:
    """Read a proxy for HTTP. It may hold a password, so a mistake does not repeat it."""
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
    """Read a line that is published. A key or a login in it is a mistake and is not repeated."""
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


def _public_url(text: str, where: str) -> str:
    """Read an address that is published. A login in it is a mistake and is not repeated."""
    if "@" in text.partition("://")[2].partition("/")[0] or may_hold_secret(text):
        raise SettingsError(
            phrase("{where}: it holds a key or a login, and the feed prints it; take that out", where=where)
        )
    return a_url(text, where)


def a_path(text: str, where: str) -> Path:
    """Read the name of a file or a folder."""
    try:
        found = Path(text).expanduser()
    except RuntimeError:  # the home of an unknown user
        found = None
    if found is None or "\0" in text:
        raise SettingsError(phrase("{where}: {text} is not a path", where=where, text=repr(text)))
    return found


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
    """Read how many seconds are to lie between two requests: an hour at most."""
    return _number(text, where, 0, 3600)


def a_rate(text: str, where: str) -> float:
    """Read how many requests may go in a second: from one in a thousand seconds to a thousand."""
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


def an_id(text: str, where: str) -> int:
    """Read a whole number that is copied beside a secret and easily swapped with it: a mistake does not repeat it."""
    try:
        number = int(text)
    except ValueError:
        raise SettingsError(phrase("{where}: this is not a number", where=where)) from None
    if number < 0:
        raise SettingsError(phrase("{where}: this is out of range; it must be above 0", where=where))
    return number


def _language(text: str, where: str) -> str:
    if text not in {"ru", "en"}:
        raise SettingsError(
            phrase("{where}: there is no language {text}; choose ru or en", where=where, text=repr(text))
        )
    return text


def _vantage(text: str, _where: str) -> str:
    """Read the machine's label. It is stored with every look: a key typed here by mistake must not be."""
    return redact(text)


# The settings ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Times are seconds."""

    website_interval: float = setting(2.0, an_interval)
    website_proxy: str | None = setting(None, a_proxy)
    website_local: bool = setting(default=False, read=_yes_or_no)
    """Official sites on this machine and its network may be asked: for a test server, never for the real one."""
    registry: Path | None = setting(None, a_path)
    data: Path | None = setting(None, a_path)
    out: Path = setting(Path("reports"), a_path)
    lang: str = setting("", _language)
    """Empty: what is printed is in the reader's language, what is published in Russian."""
    vantage: str = setting("", _vantage)
    report_url: str = setting("", _public_url)
    """Where the folder of reports can be read by everybody: what is sent without the folder links there."""
    report_licence: str = setting("CC BY 4.0", a_text)
    """Under which the published data may be used: a line on the page of the data."""
    report_index: bool = setting(default=False, read=_yes_or_no)
    """Search engines may list the reports: they name people, and what is listed outlives a correction."""
    stamp_url: str = setting("", a_url)
    """An authority of RFC 3161 that stamps the seal of each audit with its own time; empty: none is asked."""
    statements: Path | None = setting(None, a_path)
    """What officials say to findings; by default ``statements.yaml`` beside the registry, if it is there."""
    corrections: Path | None = setting(None, a_path)
    """Public corrections of reports; by default ``corrections.yaml`` beside the registry, if it is there."""
    contact: str = setting("", _contact)
    """Where statements and corrections are to be sent: a line that every report prints."""
    keep_public_days: int = setting(365, _days)
    """So long `auditor purge` leaves an official's own public pages and posts."""
    keep_comments_days: int = setting(90, _days)
    """So long it leaves comments, each a row without words and names, and the answers that hold such rows."""
    of_routes: Mapping[type, object] = field(default_factory=dict)
    """What the routes have declared, by its class."""

    def of(self, kind: type[_Kind]) -> _Kind:
        """Return the settings that a route has declared as the class `kind`."""
        found = self.of_routes.get(kind)
        return found if isinstance(found, kind) else kind()


def load_settings(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read settings from `environ` and from ``auditor.toml`` in `folder`. Raises `SettingsError` in one line."""
    declared = _declared()
    written = _from_file(folder / "auditor.toml", declared)
    values: dict[type, dict[str, Any]] = defaultdict(dict)
    for name, (kind, one) in declared.items():
        text, where = _text(name, one, environ, written)
        if text:
            values[kind][one.name] = one.metadata["read"](text, where)
    mine = values.pop(Settings, {})
    return Settings(**mine, of_routes={kind: kind(**given) for kind, given in values.items()})


def unknown_names(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of `environ` that look like settings and are none, each with the likeliest, or nothing."""
    declared = {name.upper(): one.metadata["read"] for name, (_, one) in _declared().items()}
    known = [*declared, *(f"{name}_FILE" for name, read in declared.items() if read is a_secret)]
    odd = sorted(name.removeprefix(_PREFIX) for name in environ if name.startswith(_PREFIX))
    near = {name: get_close_matches(name, known, n=1) for name in odd if name not in known}
    return {_PREFIX + name: _PREFIX + likeliest[0] if likeliest else "" for name, likeliest in near.items()}


def _declared() -> dict[str, tuple[type, "Field[Any]"]]:
    """Return every setting by its name in ``auditor.toml``: the class that declares it, and its field.

    The routes' come first: their keys are remembered before a line that is published is searched for them.
    """
    found: dict[str, tuple[type, Field[Any]]] = {}
    for route in routes().values():
        if route.settings is not None:
            found |= {f"{route.prefix}_{f.name}": (route.settings, f) for f in fields(route.settings)}
    return found | {f.name: (Settings, f) for f in fields(Settings) if f.metadata}


def _text(
    name: str, declared: "Field[Any]", environ: Mapping[str, str], written: Mapping[str, object]
) -> tuple[str, str]:
    """Return a setting's text, empty where it is not set, and how to name it in an error."""
    where, read = f"AUDITOR_{name.upper()}", declared.metadata["read"]
    text = environ.get(where, "").strip()
    if read is a_secret and not text:
        text = _secret_file(name, environ, written)
    if not text and name in written:
        text, where = _plain(written[name], name), f"auditor.toml: {name}"
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

        data = tomllib.loads(raw.decode("utf-8"))
    except FileNotFoundError:
        return {}
    except RecursionError:
        raise SettingsError(
            phrase("{path}: cannot be read: brackets in brackets; mend it or remove it", path=path)
        ) from None
    except (OSError, ValueError) as error:  # of TOML, of UTF-8, or of a number with thousands of digits
        line = re.search(r"at line (\d+)", str(error))  # the rest of it is English
        at = phrase("line {line}", line=line[1]) if line else phrase("this is not TOML in UTF-8")
        why = os_error_text(error) if isinstance(error, OSError) else at
        raise SettingsError(
            phrase("{path}: cannot be read: {error}; mend it or remove it", path=path, error=why)
        ) from None
    secrets = {name for name, (_, one) in declared.items() if one.metadata["read"] is a_secret}
    for name in data:
        if name.endswith("_file") and name.removesuffix("_file") in secrets:
            continue
        if name in secrets:
            raise SettingsError(
                phrase(
                    "{path}: {name} is a secret; give it by AUDITOR_{upper} or …_FILE instead",
                    path=path,
                    name=name,
                    upper=name.upper(),
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


def _secret_file(name: str, environ: Mapping[str, str], written: Mapping[str, object]) -> str:
    variable = f"AUDITOR_{name.upper()}_FILE"
    path = environ.get(variable, "").strip()
    if not path and f"{name}_file" in written:
        path, variable = str(written[f"{name}_file"]), f"auditor.toml: {name}_file"
    if not path:
        return ""
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(_LARGEST).decode("utf-8").strip()
    except (OSError, ValueError, RuntimeError):
        raise SettingsError(
            phrase("{variable}: the file it names cannot be read; check the path and its rights", variable=variable)
        ) from None
