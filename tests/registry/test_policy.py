"""Each threshold has a basis and a source; a registry says what differs, within each key's bounds."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.base.i18n import Translator
from auditor.base.snapshot import Comment
from auditor.checks import catalogue
from auditor.checks.never_red import unreachable_reds
from auditor.registry import parse_registry
from auditor.registry.models import Basis, Policy
from auditor.registry.policy import Threshold, default_policy, quiet_days_in, thresholds
from tests import cases
from tests.cases import TOMSK
from tests.registry.registry_texts import SMALLEST, mistake


def policy_of(entry: str) -> Policy:
    """Return the policy of a registry that says so."""
    return parse_registry(SMALLEST.replace("offices:", f"policy:\n  {entry}\noffices:"), "r").policy


def problem_of(entry: str) -> str:
    """Return the mistake of such a policy."""
    return mistake("offices:", f"policy:\n  {entry}\noffices:")


def test_every_packaged_threshold_names_its_basis_and_source() -> None:
    """Without a word of its own a registry has exactly these; each is computed with."""
    assert all(entry.source and entry.note and isinstance(entry.basis, Basis) for entry in default_policy().values())
    assert parse_registry(SMALLEST, "r").policy == default_policy()
    assert default_policy()["posts_per_week"].value == 3
    assert default_policy()["confirmation_valid_days"].number == 365


BOUNDS = [
    ("deadline_grace_days", ["0", "1", "3650"], ["-1", "1.5", "true", "x", "3651", "999999999"]),
    ("posts_per_week", ["0", "3"], ["-1", "2.5", "false"]),
    ("silence_days", ["1", "7"], ["0", "[7]", "[7, 14]", "true"]),
    ("reply_within_hours", ["0.5", "24", "8760"], ["0", "-1", "true", "x", "8760.1", "1e300"]),
    ("quiet_days", ["[]", '["12-30..01-08", "02-29"]'], ["3", "[1]", "01-01", "[01-01..02-30]", "[2026-01-01]"]),
    ("least_questions", ["1", "5"], ["0", "1.5", "true"]),
    ("comments_open", ["true", "false"], ["1", "0", "x"]),
    ("register_link_since", ['"2024-11-02"'], ["2024-11-31", "2024-11", "20241102", "7", "true"]),
    ("helper_people", ["1", "3"], ["0", "1.5", "true"]),
    ("holder_valid_days", ["1", "3650"], ["0", "3651"]),
    ("confirmation_valid_days", ["1", "365"], ["0"]),
]


@pytest.mark.parametrize(("key", "good", "bad"), BOUNDS)
def test_a_value_is_taken_up_to_its_bounds(key: str, good: list[str], bad: list[str]) -> None:
    """The nearest values that are allowed, and the nearest that are not."""
    entry = f"{key}: {{value: %s, basis: norm, source: решение}}"
    for value in good:
        value_read = policy_of(entry % value)[key]
        assert (value_read.value, value_read.basis, value_read.source) == (json.loads(value), "norm", "решение")
    for value in bad:
        assert f"{key} cannot be" in problem_of(entry % value)


def test_what_is_left_out_is_the_packaged_keys_own() -> None:
    """A part of a key is enough; nothing after a key is the whole default."""
    policy = policy_of("posts_per_week: {value: 4}\n  silence_days:\n  least_questions: {basis: norm}")
    default = default_policy()["posts_per_week"]
    assert policy["posts_per_week"] == default.model_copy(update={"value": 4})
    assert policy["silence_days"] == default_policy()["silence_days"]
    assert (
        policy["least_questions"].model_copy(update={"basis": Basis.CONVENTION}) == default_policy()["least_questions"]
    )
    assert policy["comments_open"] == default_policy()["comments_open"]


WRONG = [
    ("posts_per_week: {value: three}", "posts_per_week cannot be 'three'; write a whole number of posts, 0 to 1000"),
    ("posts_per_week: 3", "posts_per_week must hold keys, not a value alone; write posts_per_week: {value: …}"),
    ("posts_per_week: {basis: law}", "basis cannot be 'law'; write one of norm, analogue, convention"),
    ("posts_per_weak: {value: 1}", "the policy has no key 'posts_per_weak'; did you mean 'posts_per_week'?"),
    ("xyzzy: {value: 1}", "the policy has no key 'xyzzy'; known are: acting_valid_days, comments_open"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "problem"), WRONG)
def test_a_wrong_policy_is_told_at_its_line(entry: str, problem: str) -> None:
    """Each key has its own kind of value; each is computed with, or it is not there."""
    assert problem_of(entry).startswith(f"10: {problem}")
    assert mistake("offices:", "policy: 3\noffices:").startswith("9: policy cannot be 3; write keys under it, each")


def accepted(packaged: Threshold) -> st.SearchStrategy[Any]:
    """Draw values that a registry may write for a key, its bounds often."""
    if packaged.least is None:
        return st.just(packaged.value)
    least, most = packaged.least, packaged.most
    between = st.integers(least, most) if isinstance(least, int) else st.floats(least, most)
    return st.one_of(st.sampled_from([least, most]), between)


ASKED = (Comment(id=1, at=cases.day(40), side="citizen", author=1, says="asks"),)
PAGES = [cases.account()]


@given(policy=st.fixed_dictionaries({key: accepted(packaged) for key, packaged in thresholds().items()}))
def test_any_policy_that_is_accepted_judges(policy: dict[str, Any]) -> None:
    """Without an error, of a holder with a page and of one with a search alone."""
    entries = ", ".join(f"{key}: {{value: {json.dumps(value)}}}" for key, value in policy.items())
    assert parse_registry(SMALLEST.replace("offices:", f"policy: {{{entries}}}\noffices:"), "r")
    posts = cases.posts(1, 30, comments=ASKED, comments_count=1)
    busy = cases.case([cases.tenure(since="2020", accounts=PAGES)], cases.snapshot(posts=posts), policy=policy)
    idle = cases.case([cases.tenure(since="2020", searches=[cases.search("2026-11-20")])], policy=policy)
    assert all(list(check.judge(what)) for check in catalogue() for what in (busy, idle))


def test_quiet_days_are_counted_of_every_year() -> None:
    """A stretch may go over the end of the year, and one day may stand alone."""
    policy = policy_of('quiet_days: {value: ["12-30..01-02", "05-01"]}')
    first, last = date(2025, 12, 29), date(2026, 5, 1)
    days = [f"{day:%m-%d}" for day in quiet_days_in(policy, first, last)]
    assert days == ["12-30", "12-31", "01-01", "01-02", "05-01"]
    assert len(quiet_days_in(default_policy(), date(2026, 12, 28), date(2027, 1, 3))) == 3


OLDER = (
    "unanswered questions of a week's end can never be a red: they must be older than three times reply_within_hours, "
    "2160 hours, and no look later than late_look_days, 14 days, counts; lower the one or raise the other"
)
NEVER = [
    ("reply_within_hours: {value: 112}", []),
    ("reply_within_hours: {value: 720}", [OLDER]),
    ("posts_per_week: {value: 0}", ["too few posts can never be a red: posts_per_week is 0"]),
]


@pytest.mark.parametrize(("entry", "remarks"), NEVER)
def test_a_red_that_the_numbers_never_let_come_is_told(entry: str, remarks: list[str]) -> None:
    """It is a remark and no mistake."""
    assert [Translator("en", TOMSK).text(remark) for remark in unreachable_reds(policy_of(entry))] == remarks
