"""The world as the files that the program reads: officials.yaml (DESIGN.md section 6), statements and corrections."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from auditor.sandbox.world.model import Held, Office, Tenure
from auditor.sandbox.world.story import ZONE

_PLAIN = re.compile(r"^[A-Za-zА-Яа-яЁё0-9][A-Za-zА-Яа-яЁё0-9 _./()«»-]*$")

_HEAD = """\
# Synthetic: every office, person and page in this file is invented.
timezone: Asia/Tomsk
region: {name: Вымышленная область, code: 99}
expects: {municipal_head: COUNT}
directive:
  title: Вымышленное поручение открыть личные страницы
  issuer: Губернатор вымышленной области
  issued: 2022-05-25
  deadline: 2022-06-01T00:00
  binds: municipal_head
  source: https://example.invalid/directive
"""


def registry_yaml(
    offices: Sequence[Office],
    controls: Iterable[tuple[str, bool]],
    *,
    neutral: Sequence[Mapping[str, str]] = (),
    before: bool = False,
    websites: str = "",
) -> str:
    """Write the registry of `offices` with `controls` as (address, exists); `before`: as it stood a week earlier.

    `neutral`: the networks on which, by the directive, silence is no fault.

    `websites`: where the official sites are served, each under its office's id; left out, they have addresses that
    lead nowhere.
    """
    tree = {
        "controls": [{"url": url, "exists": exists} for url, exists in controls],
        "offices": [_office(office, before=before, websites=websites) for office in offices],
    }
    heads = sum(office.group == "municipal_head" for office in offices)
    excused = list(_lines({"neutral": list(neutral)}, 1)) if neutral else []
    return "\n".join([_HEAD.replace("COUNT", str(heads)).rstrip("\n"), *excused, *_lines(tree, 0)]) + "\n"


def _site(office: Office, websites: str) -> str | None:
    if not office.site:
        return None
    return f"{websites.rstrip('/')}/{office.id}/" if websites else f"https://{office.id}.example.invalid/"


def _office(office: Office, *, before: bool, websites: str) -> dict[str, Any]:
    return _kept(
        id=office.id,
        municipality=office.municipality,
        title=office.title,
        group=office.group,
        website=_site(office, websites),
        accounts=[{"url": held.account.url, "kind": "institution"} for held in office.accounts],
        tenures=[_tenure(tenure, before=before) for tenure in office.tenures],
        vacancies=office.vacancies,
    )


def _tenure(tenure: Tenure, *, before: bool) -> dict[str, Any]:
    return _kept(
        name=tenure.name,
        since=tenure.since,
        until=tenure.until,
        known_as_of=tenure.known_as_of,
        term_ends=tenure.term_ends,
        person=tenure.person,
        acting=tenure.acting,
        sources=["https://example.invalid/appointment"],
        accounts=[_account(held) for held in tenure.accounts if not (before and held.new)],
        reports=tenure.reports,
        exemptions=tenure.exemptions,
        searches=tenure.searches,
    )


def _account(held: Held) -> dict[str, Any]:
    confirmed = None
    if held.confirmed_on:
        confirmed = {"on": held.confirmed_on, "how": held.how, "sources": ["https://example.invalid/proof"]}
    number = held.account.number if held.with_number else None
    return _kept(url=held.account.url, kind="personal", id=number, confirmed=confirmed, staff=held.staff)


def _kept(**items: Any) -> dict[str, Any]:
    return {key: value for key, value in items.items() if value not in (None, False, [])}


def _lines(value: Any, depth: int) -> Iterator[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(item, Mapping | list):
                yield f"{pad}{key}:"
                yield from _lines(item, depth + 1)
            else:
                yield f"{pad}{key}: {_scalar(item)}"
        return
    for item in value:
        inner = list(_lines(item, depth + 1)) if isinstance(item, Mapping) else [f"{pad}  {_scalar(item)}"]
        yield f"{pad}- {inner[0].lstrip()}"
        yield from inner[1:]


def _scalar(value: Any) -> str:
    """Write a scalar bare where that cannot be misread, quoted otherwise."""
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    bare = isinstance(value, int) or text.startswith("https://") or (_PLAIN.match(text) and not text.endswith(" "))
    return text if bare else json.dumps(text, ensure_ascii=False)


# Statements and corrections --------------------------------------------------------------------------

_REMARKS_HEAD = "# Synthetic: every office, person and word in this file is invented.\n"


def statements_yaml(ends: datetime) -> str:
    """Write a statements.yaml for the world whose audited week ends at `ends`.

    One is about the week before and still holds; one is by a head who has left since and counts for that week alone.
    """
    return (
        f"{_REMARKS_HEAD}statements:\n"
        f"  - office: rayon-04\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: До открытия личной страницы на вопросы жителей отвечала страница администрации района.\n"
        f"    who: пресс-служба Четвёртого района\n"
        f"    on: {_day(ends, 3)}\n"
        f"    source: письмо, вх. № 4, https://example.invalid/statement\n"
        f"  - office: rayon-19\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: Ответы на вопросы этой недели готовятся.\n"
        f"    who: пресс-служба Девятнадцатого района\n"
        f"    on: {_day(ends, 6)}\n"
        f"    source: письмо, вх. № 3\n"
    )


def corrections_yaml(ends: datetime) -> str:
    """Write a corrections.yaml for that world: one of the week before, one of the audited week."""
    return (
        f"{_REMARKS_HEAD}corrections:\n"
        f"  - number: 1\n"
        f"    week: {_week(ends, 1)}\n"
        f"    text: В версии 1 было неверно названо время сбора.\n"
        f"    on: {_day(ends, 6)}\n"
        f"    source: проверка оператора\n"
        f"  - number: 2\n"
        f"    week: {_week(ends, 0)}\n"
        f"    office: rayon-03\n"
        f"    check: posts_per_week\n"
        f"    text: В версии 1 закреплённая запись была посчитана ещё раз, публикаций вышло на одну больше.\n"
        f"    on: {_day(ends, -1)}\n"
        f"    source: письмо, вх. № 5, https://example.invalid/correction\n"
    )


def _date(ends: datetime, back: int) -> date:
    """Return the day `back` days before the Monday at which the week ends."""
    return (ends - timedelta(days=back)).astimezone(ZONE).date()


def _day(ends: datetime, back: int) -> str:
    return _date(ends, back).isoformat()


def _week(ends: datetime, back: int) -> str:
    iso = _date(ends, 1 + 7 * back).isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"
