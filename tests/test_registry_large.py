"""A registry of very many offices holds none of them in the memory, and says what one of few says."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from auditor.base.errors import RegistryError
from auditor.base.packed import Packed
from auditor.registry import Registry, load_registry, parse_registry
from auditor.registry.models import Office

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
        since: 2019-09
        accounts: [{{url: 't.me/s/Rayon{number}', kind: personal, confirmed: {{on: 2026-03-31, how: вымышлено}}}}]
"""


def text_of(offices: Sequence[str]) -> str:
    return HEAD + "".join(offices)


def held(text: str) -> Sequence[Office]:
    return parse_registry(text, "officials.yaml").offices


def test_each_of_very_many_offices_is_read_as_one_of_few() -> None:
    """With the spelling of its page, which is more than its address."""
    offices = [office(number) for number in range(MANY)]
    many, few = held(text_of(offices)), [held(text_of([one]))[0] for one in offices[::50]]
    assert (isinstance(many, Packed), isinstance(held(text_of(offices[:5])), list)) == (True, True)
    assert many[::50] == few
    assert [o.tenures[0].accounts[0].url.asked for o in (many[50], few[1])] == ["Rayon50", "Rayon50"]


def test_a_large_registry_that_was_kept_is_the_one_that_was_read(tmp_path: Path) -> None:
    """In every value, with the same text and lines."""
    path = tmp_path / "officials.yaml"
    path.write_text(text_of([office(number) for number in range(MANY)]), encoding="utf-8")
    first, again = load_registry(path), load_registry(path)
    assert (first, first.text, [*first.lines]) == (again, path.read_text(encoding="utf-8"), [*again.lines])
    assert _lines(again, [0, MANY - 1]) == [4, 4 + 8 * (MANY - 1)]


def _lines(book: Registry, places: Sequence[int]) -> list[int]:
    return [int(book.line_of(book.offices[place])) for place in places]


def test_a_mistake_in_one_of_very_many_offices_is_told_at_its_line() -> None:
    """As it is in one of few, once."""
    offices = [office(number) for number in range(MANY)]
    offices[-1] = offices[-1].replace("since: 2019-09", "since: 2019-13")
    with pytest.raises(RegistryError) as told:
        held(text_of(offices))
    (problem,) = told.value.problems
    assert (problem.line, "2019-13" in problem.what) == (4 + 8 * (MANY - 1) + 6, True)
