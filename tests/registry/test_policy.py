"""Each threshold has a basis and a source; a registry says what differs, within each key's bounds."""

import json

import pytest

from auditor.registry import parse_registry
from auditor.registry.models import Basis, Policy
from auditor.registry.policy import DEFAULT_POLICY
from tests.registry.registry_texts import SMALLEST, mistake


def policy_of(entry: str) -> Policy:
    """Return the policy of a registry that says so."""
    return parse_registry(SMALLEST.replace("offices:", f"policy:\n  {entry}\noffices:"), "r").policy


def problem_of(entry: str) -> str:
    """Return the mistake of such a policy."""
    return mistake("offices:", f"policy:\n  {entry}\noffices:")


def test_every_packaged_threshold_names_its_basis_and_source() -> None:
    """Without a word of its own a registry has exactly these; twenty keys are each computed with."""
    assert all(entry.source and entry.note and isinstance(entry.basis, Basis) for entry in DEFAULT_POLICY.values())
    assert parse_registry(SMALLEST, "r").policy == DEFAULT_POLICY
    assert DEFAULT_POLICY["posts_per_week"].value == 3
    assert DEFAULT_POLICY["confirmation_valid_days"].number == 365


BOUNDS = [
    ("deadline_grace_days", ["0", "1"], ["-1", "1.5", "true", "x"]),
    ("posts_per_week", ["0", "3"], ["-1", "2.5", "false"]),
    ("silence_days", ["1", "7"], ["0", "[7]", "[7, 14]", "true"]),
    ("reply_within_hours", ["0.5", "24"], ["0", "-1", "true", "x"]),
    ("least_questions", ["1", "5"], ["0", "1.5", "true"]),
    ("comments_open", ["true", "false"], ["1", "0", "x"]),
    ("register_link_since", ['"2024-11-02"'], ["2024-11-31", "2024-11", "20241102", "7", "true"]),
    ("helper_people", ["1", "3"], ["0", "1.5", "true"]),
    ("holder_valid_days", ["1"], ["0"]),
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
    default = DEFAULT_POLICY["posts_per_week"]
    assert policy["posts_per_week"] == default.model_copy(update={"value": 4})
    assert policy["silence_days"] == DEFAULT_POLICY["silence_days"]
    assert policy["least_questions"].model_copy(update={"basis": Basis.CONVENTION}) == DEFAULT_POLICY["least_questions"]
    assert policy["comments_open"] == DEFAULT_POLICY["comments_open"]


WRONG = [
    ("posts_per_week: {value: three}", "posts_per_week cannot be 'three'; write a whole number of posts, 0 or"),
    ("posts_per_week: 3", "posts_per_week must hold keys, not a value alone; write posts_per_week: {value: …}"),
    ("posts_per_week: {basis: law}", "basis cannot be 'law'; write one of norm, analogue, convention"),
    ("posts_per_weak: {value: 1}", "the policy has no key 'posts_per_weak'; did you mean 'posts_per_week'?"),
    ("xyzzy: {value: 1}", "the policy has no key 'xyzzy'; known are: deadline_grace_days, newcomer_days"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "problem"), WRONG)
def test_a_wrong_policy_is_told_at_its_line(entry: str, problem: str) -> None:
    """Each key has its own kind of value; each is computed with, or it is not there."""
    assert problem_of(entry).startswith(f"10: {problem}")
    assert mistake("offices:", "policy: 3\noffices:").startswith("9: policy cannot be 3; write keys under it, each")
