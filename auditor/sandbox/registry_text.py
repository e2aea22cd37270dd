"""The world's registry as an officials.yaml (DESIGN.md section 6). Written by hand, so that it reads like one."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditor.sandbox.model import Held, Office, Tenure

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
    offices: Sequence[Office], controls: Iterable[tuple[str, bool]], *, before: bool = False, websites: str = ""
) -> str:
    """Write the registry of `offices` with `controls` as (address, exists); `before`: as it stood a week earlier.

    `websites`: where the official sites are served, each under its office's id; left out, they have addresses that
    lead nowhere.
    """
    tree = {
        "controls": [{"url": url, "exists": exists} for url, exists in controls],
        "offices": [_office(office, before=before, websites=websites) for office in offices],
    }
    heads = sum(office.group == "municipal_head" for office in offices)
    return _HEAD.replace("COUNT", str(heads)) + "\n".join(_lines(tree, 0)) + "\n"


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
