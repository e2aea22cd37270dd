"""The synthetic world: plainly invented, the same for a seed, with the same right answers whatever the seed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from auditor.sandbox import World
from auditor.sandbox.world.invented_names import ORDINALS
from tests.truth import truth_of


def verdicts(world: World) -> list[tuple[Any, ...]]:
    """Outcomes and causes by office and check; the accounts' names vary with the seed."""
    return [(e.office, e.check, e.account is None, e.outcome, e.cause) for e in truth_of(world)]


@pytest.mark.parametrize("seed", [7, pytest.param(123_456_789, marks=pytest.mark.thorough)])
def test_another_seed_or_week_changes_the_data_and_not_the_answers(world: World, seed: int) -> None:
    """Texts and numbers differ; outcomes and causes do not."""
    other = World.build(seed=seed, ends=datetime(2027, 6, 6, 17, tzinfo=UTC))
    assert (other.week, verdicts(other)) == ("2027-W22", verdicts(world))
    texts, other_texts = ({post.text for account in some.accounts for post in account.posts} for some in (world, other))
    assert len(texts & other_texts) < len(texts) / 2
    assert {a.number for a in world.accounts} != {a.number for a in other.accounts}
    assert world.citizens != other.citizens


def test_the_same_seed_gives_the_same_world(world: World) -> None:
    """To the letter: a demonstration can be made again."""
    again = World.build()
    assert again.registry_yaml() == world.registry_yaml()
    posts = [[(p.id, p.at, p.text) for a in some.accounts for p in a.posts] for some in (world, again)]
    assert posts[0] == posts[1]


def test_the_registry_names_invented_offices_and_people_only(world: World) -> None:
    """Twenty heads, four seats, a governor and two institutions; each person is an Имярек."""
    book = yaml.safe_load(world.registry_yaml())
    counts = {"municipal_head": 20, "city_duma": 4, "governor": 1, "institution": 2}
    assert Counter(o["group"] for o in book["offices"]) == counts
    assert [o["municipality"] for o in book["offices"]][:20] == [f"{ordinal} район" for ordinal in ORDINALS]
    people = [t["name"] for o in book["offices"] for t in o.get("tenures", [])]
    assert all(name.startswith("Имярек ") and len(name.split()) == 3 for name in people)
    assert len(set(people)) == len(people)
    assert {c["exists"] for c in book["controls"]} == {True, False}


def test_the_registry_of_the_week_before_lacks_the_page_that_turned_up(world: World) -> None:
    """So the office turns from a recorded search that found nothing to a page opened in time."""
    now = yaml.safe_load(world.registry_yaml())["offices"]
    before = yaml.safe_load(world.registry_yaml(week_earlier=True))["offices"]
    assert [a["id"] for a, b in zip(now, before, strict=True) if a != b] == ["rayon-07"]
    assert before[6]["tenures"][0]["searches"][0]["found"] == "nothing"
    assert "accounts" not in before[6]["tenures"][0]


def test_a_week_that_does_not_end_on_a_monday_in_tomsk_is_refused() -> None:
    """So is a time without a zone, and a week before the stories have happened."""
    monday, early = datetime(2026, 11, 23, tzinfo=UTC), datetime(2022, 6, 5, 17, tzinfo=UTC)
    for ends in (monday.replace(tzinfo=None), monday, monday + timedelta(hours=17), early):
        with pytest.raises(ValueError, match="audited week"):
            World.build(ends=ends)
