"""A registry of some hundred offices says what one of few says."""

from collections.abc import Sequence

import pytest

from auditor.base.errors import RegistryError
from auditor.registry import parse_registry

MANY = 300
HEAD = """\
timezone: Asia/Tomsk
directive: {title: П, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: с}
offices:
"""


def office(number: int) -> str:
    return f"""\
  - id: rayon-{number:03d}
    municipality: Район № {number}
    title: глава
    group: municipal_head
    tenures:
      - name: Имярек{number} А. А.
        sources: [https://example.org/{number}]
        since: 2019-09
        accounts: [{{url: 't.me/s/Rayon{number}', kind: personal, confirmed: {{on: 2026-03-31, how: вымышлено}}}}]
"""


def text_of(offices: Sequence[str]) -> str:
    return HEAD + "".join(offices)


def test_a_mistake_in_the_last_of_many_offices_is_told_at_its_line() -> None:
    """Once, as in one of few."""
    offices = [office(number) for number in range(MANY)]
    offices[-1] = offices[-1].replace("since: 2019-09", "since: 2019-13")
    with pytest.raises(RegistryError) as told:
        parse_registry(text_of(offices), "officials.yaml")
    (problem,) = told.value.problems
    assert (problem.line, "2019-13" in problem.what) == (4 + 9 * (MANY - 1) + 7, True)
