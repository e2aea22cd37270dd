"""Registries of invented offices, as texts."""

from datetime import datetime

from auditor.base.errors import RegistryError
from auditor.registry import parse_registry

HEAD = """\
timezone: Asia/Tomsk
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с}
offices:
"""
OFFICE = """\
  - id: first
    municipality: Первый район
    title: глава
    group: municipal_head
"""
SMALLEST = """\
timezone: Asia/Tomsk
directive:
  title: Поручение
  issuer: Имярек А. А.
  issued: 2022-05-25
  deadline: 2022-06-01
  binds: municipal_head
  source: https://example.org/directive
offices:
  - id: first
    municipality: Первый район
    title: глава Первого района
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2021-12
        sources: [https://example.org/1]
        accounts:
          - {url: t.me/first_head, kind: personal}
"""
"""One office with one account; each key on a line of its own."""


def mistakes(text: str, now: datetime | None = None) -> list[str]:
    """Return the lines that tell what is wrong with a registry, without its name."""
    try:
        parse_registry(text, "officials.yaml", now=now)
    except RegistryError as error:
        return [str(problem).removeprefix("officials.yaml:") for problem in error.problems]
    return []


def mistake(old: str, new: str) -> str:
    """Return the only mistake of the smallest registry once `old` is replaced by `new`; empty if it has none."""
    assert old in SMALLEST
    problems = mistakes(SMALLEST.replace(old, new, 1))
    assert len(problems) <= 1, problems
    return "".join(problems)
