"""The world as files for the program: officials.yaml (docs/dev/design.md, section 6), statements, corrections."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

import yaml

from auditor.sandbox.world.model import RegisteredAccount, WorldOffice, WorldTenure
from auditor.sandbox.world.story import ZONE

_DIRECTIVE = {
    "title": "Вымышленное поручение открыть личные страницы",
    "issuer": "Губернатор вымышленной области",
    "issued": "2022-05-25",
    "deadline": "2022-06-01T00:00",
    "binds": "municipal_head",
    "source": "https://example.invalid/directive",
}


def registry_yaml(
    offices: Sequence[WorldOffice],
    controls: Iterable[tuple[str, bool]],
    *,
    week_earlier: bool = False,
    websites: str = "",
) -> str:
    """Write the registry of `offices` with `controls` as (address, exists); `week_earlier`: as it was a week before.

    `websites`: where the official sites are served, each under its office's id; without it their addresses lead
    nowhere.
    """
    return _dump(
        timezone="Asia/Tomsk",
        region={"name": "Вымышленная область", "code": 99},
        expects={"municipal_head": sum(office.group == "municipal_head" for office in offices)},
        directive=_DIRECTIVE,
        controls=[{"url": url, "exists": exists} for url, exists in controls],
        offices=[_office(office, week_earlier=week_earlier, websites=websites) for office in offices],
    )


def _dump(**tree: Any) -> str:
    head = "# Synthetic: every office, person and word in this file is invented.\n"
    text: str = yaml.dump(tree, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=1000)
    return head + text


def _site(office: WorldOffice, websites: str) -> str | None:
    if not office.site:
        return None
    return f"{websites.rstrip('/')}/{office.id}/" if websites else f"https://{office.id}.example.invalid/"


def _office(office: WorldOffice, *, week_earlier: bool, websites: str) -> dict[str, Any]:
    return _without_empty(
        id=office.id,
        municipality=office.municipality,
        title=office.title,
        group=office.group,
        website=_site(office, websites),
        accounts=[{"url": registered.account.url, "kind": "institution"} for registered in office.accounts],
        tenures=[_tenure(tenure, week_earlier=week_earlier) for tenure in office.tenures],
        vacancies=office.vacancies,
    )


def _tenure(tenure: WorldTenure, *, week_earlier: bool) -> dict[str, Any]:
    entries = {entry.name: getattr(tenure, entry.name) for entry in fields(tenure)}
    accounts = [_account(registered) for registered in tenure.accounts if not (week_earlier and registered.new)]
    return _without_empty(**{**entries, "accounts": accounts, "sources": ["https://example.invalid/appointment"]})


def _account(registered: RegisteredAccount) -> dict[str, Any]:
    confirmed = None
    if registered.confirmed_on:
        confirmed = {"on": registered.confirmed_on, "how": registered.how, "sources": ["https://example.invalid/proof"]}
    number = registered.account.number if registered.with_number else None
    return _without_empty(
        url=registered.account.url, kind="personal", id=number, confirmed=confirmed, staff=registered.staff
    )


def _without_empty(**items: Any) -> dict[str, Any]:
    return {key: value for key, value in items.items() if value not in (None, False, [])}


# Statements and corrections --------------------------------------------------------------------------


def statements_yaml(ends: datetime) -> str:
    """Write a statements.yaml for the world whose audited week ends at `ends`.

    One is about the week before and still holds; one is by a head who has left since and counts for that week alone.
    """
    in_force = {
        "office": "rayon-04",
        "week": _week(ends, 1),
        "text": "До открытия личной страницы на вопросы жителей отвечала страница администрации района.",
        "who": "пресс-служба Четвёртого района",
        "on": _day(ends, 3),
        "source": "письмо, вх. № 4, https://example.invalid/statement",
    }
    of_that_week = {
        "office": "rayon-19",
        "week": _week(ends, 1),
        "text": "Ответы на вопросы этой недели готовятся.",
        "who": "пресс-служба Девятнадцатого района",
        "on": _day(ends, 6),
        "source": "письмо, вх. № 3",
    }
    return _dump(statements=[in_force, of_that_week])


def corrections_yaml(ends: datetime) -> str:
    """Write a corrections.yaml for that world: one of the week before, one of the audited week."""
    earlier = {
        "number": 1,
        "week": _week(ends, 1),
        "text": "В версии 1 было неверно названо время сбора.",
        "on": _day(ends, 6),
        "source": "проверка оператора",
    }
    current = {
        "number": 2,
        "week": _week(ends, 0),
        "office": "rayon-03",
        "check": "posts_per_week",
        "text": "В версии 1 закреплённая запись была посчитана ещё раз, публикаций вышло на одну больше.",
        "on": _day(ends, -1),
        "source": "письмо, вх. № 5, https://example.invalid/correction",
    }
    return _dump(corrections=[earlier, current])


def _date(ends: datetime, back: int) -> date:
    """Return the day `back` days before the Monday at which the week ends."""
    return (ends - timedelta(days=back)).astimezone(ZONE).date()


def _day(ends: datetime, back: int) -> str:
    return _date(ends, back).isoformat()


def _week(ends: datetime, back: int) -> str:
    iso = _date(ends, 1 + 7 * back).isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"
