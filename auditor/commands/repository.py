"""``auditor start --ci github``: write a folder that is a repository, whose weekly job needs no server.

The files are those of `ci_files` as they are; only the hour of the job is put in. All is asked before anything is
written, and ``auditor.toml`` is written last: what was interrupted is simply done again. Files that are there stay.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import distribution
from pathlib import Path
from zoneinfo import ZoneInfo

from auditor.base.errors import CannotRunError, SettingsError, UsageError, os_error_text, text_of
from auditor.base.files import packaged, write_file
from auditor.base.i18n import Translator, choose_language
from auditor.base.settings import load_settings
from auditor.base.text import N_, Text, phrase
from auditor.commands.console import echo
from auditor.commands.keypress import ask_line
from auditor.commands.options import Common
from auditor.commands.release import new_key
from auditor.commands.start_blank import (
    FILES,
    NO_OFFICES,
    PREFIX,
    level_names,
    next_questions,
    objection_to,
    read_blank,
    write_blank,
)
from auditor.registry import load_registry

_FILES = Path(__file__).with_name("ci_files")
_WORKFLOWS = ".github/workflows"
_REMARKS = {"statements.yaml": "statements: []\n", "corrections.yaml": "corrections: []\n"}
_IGNORED = "data/\nreports/\nsite/\n*.xlsx\n*.docx\n*-key\n*-key.txt\n*.session\n*.age\n"
"""What the commands make here, letters and lists of answers, and keys, which belong into the repository's secrets."""
_TUESDAY, _HOUR, _MINUTE = 1, 9, 17
"""The registry's own time, and no full hour: then all of GitHub's jobs begin, and some are left out."""

_FOLDER = N_("1/4 Folder of the repository [~/auditor-page]:")
_CONTACT = N_("2/4 Address for statements and corrections (mail or a link), printed in each report:")
_NAME = N_("3/4 Its name on GitHub, owner/repository; by it the report's address is known (may be left out):")
_SOURCE = N_("4/4 Where GitHub gets the program from: an address for pip with a version or a commit [{source}]:")
_IS_SET_UP = N_("{path} is set up already; change its auditor.toml, or choose another")
_NO_NAME = N_("write it as owner/repository, in Latin letters")
_NOT_PINNED = N_("name a version or a commit: git+https://…@COMMIT, auditor==1.1.0 or the address of a wheel")
_NO_HOST = N_("--ci {host}: only `--ci github` is written; GitLab takes the same commands in a .gitlab-ci.yml")
_NO_ANSWER = N_("start asks four questions; run it at a terminal")
_WRITTEN = N_("Written: {folder}. What to do next is in its README.md.")
_KEY = N_(
    "The key of the archive: {path}. Make it the repository's secret ARCHIVE_KEY, and keep a copy elsewhere: without "
    "it nobody can read the archive, and what was collected is lost."
)


def write_repository(common: Common, host: str, *, blank: bool) -> None:
    """Ask four questions, with `blank` also about another region, and write the repository.

    Raises `UsageError` for another host, and at the end of input.
    """
    if host != "github":
        raise UsageError(phrase(_NO_HOST, host=repr(host)))
    translator = Translator(choose_language(common.lang, os.environ))
    folder = Path(_ask(translator, _FOLDER, _folder_objection, "~/auditor-page")).expanduser().resolve()
    region = _ask_about_region(translator) if blank else {}
    contact = _ask(translator, _CONTACT, _contact_objection)
    name = _ask(translator, _NAME, _name_objection)
    source = _ask(translator, _SOURCE, _source_objection, _own_source())
    try:
        key_path = _write(folder, _toml({"contact": contact, "report_url": _page_url(name)}), source, region)
    except OSError as error:
        raise CannotRunError(phrase("{path}: {why}", path=folder, why=os_error_text(error))) from None
    echo(translator.translate(_WRITTEN, folder=str(folder)))
    if blank:
        echo(translator.translate(NO_OFFICES, sheet=str(folder / FILES[-1])))
    echo(translator.translate(_KEY, path=str(key_path)))


def _ask_about_region(translator: Translator) -> dict[str, str]:
    """Return the answers about a region and its directive."""
    answers: dict[str, str] = {}
    for key, question, default in next_questions(answers):
        text = translator.translate(question, levels=level_names())
        answers[f"{PREFIX}{key}"] = read_blank(key, _ask(translator, text, partial(objection_to, key), default))
    return answers


def _ask(translator: Translator, question: str, objection_to: Callable[[str], Text | None], default: str = "") -> str:
    """Return the answer, asked for until nothing is wrong with it."""
    while (reply_text := ask_line(f"{translator.translate(question, source=default or '…')} ", default)) is not None:
        if (objection := objection_to(reply_text)) is None:
            return reply_text
        echo(translator.text(objection))
    raise UsageError(phrase(_NO_ANSWER))


def _folder_objection(text: str) -> Text | None:
    try:
        is_set_up = (Path(text).expanduser().resolve() / "auditor.toml").exists()
    except (RuntimeError, ValueError, OSError):  # unknown home folder, invalid character, loop of links
        return phrase("not a path")
    return phrase(_IS_SET_UP, path=text) if is_set_up else None


def _contact_objection(text: str) -> Text | None:
    try:
        load_settings({"AUDITOR_CONTACT": text}, Path("no-folder-here"))
    except SettingsError as error:
        return text_of(error)
    return None


def _name_objection(text: str) -> Text | None:
    return None if not text or re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", text) else phrase(_NO_NAME)


def _source_objection(text: str) -> Text | None:
    return None if re.fullmatch(r"\S*(==\d\S*|git\+\S+@[\w.-]+|https://\S+\.whl\S*)", text) else phrase(_NOT_PINNED)


def _page_url(name: str) -> str:
    """Return the address at which GitHub publishes the pages of a repository."""
    owner, _, repository = name.lower().partition("/")
    site = f"https://{owner}.github.io"
    return "" if not name else site if repository == f"{owner}.github.io" else f"{site}/{name.partition('/')[2]}"


# Where this program came from -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProgramSource:
    """Where pip installed the program from, as PEP 610 has it: an address, and the commit if it is a repository."""

    url: str
    commit: str

    def __str__(self) -> str:
        """Return it as pip takes it; empty if it is not known or only this machine has it."""
        public_url = re.sub(r"^git@([\w.-]+):", r"https://\1/", self.url)
        return f"git+{public_url}@{self.commit}" if public_url.startswith("https://") and self.commit else ""


def _own_source() -> str:
    """Return where the program that runs was installed from, with its commit; empty if that cannot be said."""
    direct_url = json.loads(distribution("auditor").read_text("direct_url.json") or "{}")
    url, commit = direct_url.get("url", ""), direct_url.get("vcs_info", {}).get("commit_id", "")
    if url.startswith("file://"):
        checkout = url.removeprefix("file://")
        url, commit = _git(checkout, "remote", "get-url", "origin"), _git(checkout, "rev-parse", "HEAD")
    return str(ProgramSource(url, commit))


def _git(checkout: str, *words: str) -> str:
    """Return what ``git`` says of a checkout, nothing if it does not."""
    line = ["git", "-C", checkout, *words]
    try:
        return subprocess.run(line, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - our own words
    except OSError:
        return ""


# The files ------------------------------------------------------------------------------------------------------------


def _write(folder: Path, settings: str, source: str, region: Mapping[str, str]) -> Path:
    """Write all files that are not there, and a key beside the folder; return the key's path. Raises `OSError`."""
    (folder / _WORKFLOWS).mkdir(parents=True, exist_ok=True)
    if region and not (folder / "officials.yaml").exists():
        write_blank(folder, region, datetime.now(UTC).date())
    for name in ("officials.yaml", "requirements.lock"):
        if not (folder / name).exists():
            shutil.copyfile(packaged(name), folder / name)
    key_path = folder.with_name(f"{folder.name}-archive-key.txt")
    _write_new(key_path, f"{new_key()}\n", mode=0o600)
    for name, text in _texts(load_registry(folder / "officials.yaml").timezone, source).items():
        _write_new(folder / name, text)
    write_file(folder / "auditor.toml", settings)
    return key_path


def _texts(zone: str, source: str) -> dict[str, str]:
    """Return the text of each file that does not differ between registries, by its name in the repository."""
    requirement = source if "==" in source else f"auditor @ {source}"
    texts = {"README.md": "README.md"} | {f"{_WORKFLOWS}/{name}": name for name in ("weekly.yml", "registry.yml")}
    files = {name: (_FILES / file).read_text(encoding="utf-8") for name, file in texts.items()}
    files[f"{_WORKFLOWS}/weekly.yml"] = files[f"{_WORKFLOWS}/weekly.yml"].replace("@CRON@", _cron(zone))
    return files | _REMARKS | {".gitignore": _IGNORED, "requirements.txt": f"{requirement}\n"}


def _write_new(path: Path, text: str, *, mode: int = 0o644) -> None:
    if not path.exists():
        write_file(path, text, mode=mode)


def _cron(zone: str) -> str:
    """Return Tuesday morning in a time zone as the line of a schedule, which GitHub reads in UTC."""
    now = datetime.now(ZoneInfo(zone))
    tuesday = now + timedelta(days=(_TUESDAY - now.weekday()) % 7)
    at = tuesday.replace(hour=_HOUR, minute=_MINUTE).astimezone(UTC)
    return f"{at.minute} {at.hour} * * {at.isoweekday() % 7}"


def _toml(values: dict[str, str]) -> str:
    return "".join(f"{line}\n" for line in _lines({**values, "vantage": "GitHub Actions", "data": "data"}))


def _lines(values: dict[str, str]) -> Iterator[str]:
    yield from (f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value)
