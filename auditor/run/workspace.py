"""The workspace of one command: its settings, registry, folders, language and clock."""

import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from platformdirs import user_data_path

from auditor.base.address import Address
from auditor.base.errors import UsageError
from auditor.base.files import own_folder
from auditor.base.i18n import RUSSIAN, Translator, choose_language
from auditor.base.safe import is_local_url
from auditor.base.settings import Settings, load_settings, unknown_names
from auditor.base.snapshot import Route
from auditor.base.text import N_, phrase
from auditor.base.weeks import Week, parse_time
from auditor.checks import catalogue
from auditor.registry import Office, Registry, load_registry, locate_registry, pick_office
from auditor.registry.holders import office_urls
from auditor.registry.lookup import UnclearOfficeError, require_existing
from auditor.registry.remarks import Remarks, load_remarks, locate_remarks
from auditor.run.home_folder import HomeFolder, find_home, require_set_up

if TYPE_CHECKING:
    from auditor.probes.target import Clock

log = logging.getLogger(__name__)

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything one command works with. `as_of` is None if the clock is the machine's."""

    settings: Settings
    registry: Registry
    registry_path: Path
    data: Path
    out: Path
    translator: Translator
    as_of: datetime | None = None
    remarks: Remarks = field(default_factory=Remarks)
    """Statements and corrections: attached when a report is shown, never stored with an audit."""
    choose: Callable[[UnclearOfficeError], Office] | None = None
    """Asks which of several offices is meant, where somebody can be asked."""
    home: HomeFolder = field(default_factory=lambda: HomeFolder(Path()))
    """The folder of its ``auditor.toml``."""

    @property
    def clock(self) -> "Clock":
        """The caller's moment if one was given, else the machine's."""
        fixed = self.as_of
        return (lambda: datetime.now(UTC)) if fixed is None else (lambda: fixed)

    @property
    def routes_to_pages(self) -> list[Route]:
        """The routes to the networks on which the registry has a page: a look asks no other."""
        urls = {url for office in self.registry.offices for url in office_urls(office)}
        networks = {Address.parse(url).network for url in urls}
        return [route for route in Route if route.network in networks]

    def require_own_time(self, sites: Collection[str] = (), routes: Iterable[Route] = Route) -> None:
        """Raise `UsageError` if ``--as-of`` would date what is fetched now.

        The option is for judging what is stored. It may date looks only in an invented world, where the servers of the
        `routes` and the official `sites` are on this machine.
        """
        outside = any(not is_local_url(url) for url in server_urls(self.settings, routes)) or bool(
            sites and not self.settings.website_local
        )
        if self.as_of is not None and outside:
            raise UsageError(
                phrase(
                    "--as-of judges and cannot date what is looked at now; leave it out, or "
                    "judge what is stored: `auditor report` and `auditor check --offline` take any moment"
                )
            )

    def week(self, text: str | None) -> Week:
        """Return the week written as `text`, by default the last one that has ended.

        Raises `UsageError` for a week that has not begun.
        """
        now, zone = self.clock(), self.registry.zone
        if text is None:
            return Week.last_ended(now, zone)
        week = Week.parse(text, zone)
        if now < week.starts:
            moment = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
            raise UsageError(
                phrase("week {week} has not begun at {moment}; choose an earlier one", week=week, moment=moment)
            )
        return week

    @property
    def today(self) -> date:
        """The day in the registry's zone."""
        return self.clock().astimezone(self.registry.zone).date()

    def existing_office(self, query: str, day: date, *, exact: bool = False) -> Office:
        """Return the office that `query` names, as `office` does. Raises `UsageError` if it is abolished by `day`."""
        office = self.office(query, exact=exact)
        require_existing(office, day)
        return office

    def office(self, query: str, *, exact: bool = False) -> Office:
        """Return the one office that `query` names; with `exact`, a part of a name is not enough.

        Of several one is asked for. Raises `UsageError`, which lists offices, if nobody can be asked, or none is named.
        """
        try:
            return pick_office(self.registry, query, exact=exact)
        except UnclearOfficeError as unclear:
            if self.choose is None:
                raise
            return self.choose(unclear)


def server_urls(settings: Settings, routes: Iterable[Route] = Route) -> Iterator[str]:
    """Yield the URL of each route's server to which a look would send requests."""
    for route in routes:
        facts = route.facts
        url: str | None = f"https://{route.network.facts.host}"
        if facts.server_url is not None and facts.settings is not None:
            url = facts.server_url(settings.of(facts.settings))
        if url is not None:
            yield url


def remark_files(settings: Settings, registry: Path) -> tuple[Path | None, Path | None]:
    """Return the files of statements and of corrections; None for one that is not there."""
    return (
        locate_remarks(settings.statements, registry, "statements.yaml"),
        locate_remarks(settings.corrections, registry, "corrections.yaml"),
    )


def open_workspace(
    *,
    registry: Path | None = None,
    data: Path | None = None,
    out: Path | None = None,
    as_of: str | None = None,
    lang: str | None = None,
    publishes: bool = False,
) -> Workspace:
    """Read the settings and the registry; arguments have precedence over settings.

    If a command `publishes`, others read its output, so it does not follow the system's language.
    Raises `UsageError` for a setting, file or moment that cannot be read.
    """
    current_folder = Path.cwd()
    home = find_home(os.environ, current_folder)
    folder = Path() if home.folder == current_folder else home.folder  # shorter in messages
    settings = load_settings(os.environ, folder)
    for name, suggestion in unknown_names(os.environ).items():
        sentence = N_("{name} is no setting; did you mean {near}?") if suggestion else N_("{name} is no setting")
        log.warning(phrase(sentence, name=name, near=suggestion))
    lang = lang or settings.lang or (RUSSIAN if publishes else choose_language(None, os.environ))
    if not (registry or settings.registry) and home.folder != current_folder:
        require_set_up(home.folder)  # else the registry that comes with the program would be used
    environ = {"AUDITOR_REGISTRY": str(settings.registry or "")}
    path = locate_registry(registry, environ, current_folder if registry or settings.registry else home.folder)
    path = path.relative_to(current_folder) if path.is_relative_to(current_folder) else path  # shorter in messages
    # A moment that was given may be earlier than what is on record; nothing on record is later than today.
    moment = as_of if as_of is not None else settings.as_of or None
    given_moment = [parse_time(moment, _UTC)] if moment is not None else []
    loaded_registry = load_registry(path, max([datetime.now(UTC), *given_moment]))
    return Workspace(
        settings=settings,
        registry=loaded_registry,
        registry_path=path,
        data=data or settings.data or own_folder(user_data_path) or folder / "data",
        out=out or settings.out or folder / "reports",
        translator=Translator(lang, loaded_registry.zone),
        as_of=parse_time(moment, loaded_registry.zone) if moment is not None else None,
        remarks=load_remarks(
            *remark_files(settings, path),
            offices=[office.id for office in loaded_registry.offices],
            checks=[check.name for check in catalogue()],
        ),
        home=home,
    )
