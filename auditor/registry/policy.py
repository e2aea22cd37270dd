"""The packaged policy, ``policy.yaml``: each threshold with its basis and source, and the values a registry may set."""

from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.text import Text, phrase, shorten, verbatim
from auditor.registry.model_reader import INVALID, ModelReader, YamlList, YamlMapping, did_you_mean
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.yaml_tree import parse_yaml

_FILE = Path(__file__).with_name("policy.yaml")
_FIELDS = ("value", "basis", "source", "note")


PACKAGED: YamlMapping = parse_yaml(_FILE.read_text(encoding="utf-8"), _FILE.name, ModelReader())
DEFAULT_POLICY: Policy = {
    key: PolicyValue(**{field: entry[field] for field in _FIELDS} | {"basis": Basis(entry["basis"])})
    for key, entry in PACKAGED.items()
}
"""The packaged values by key, each with its source."""


def complete_policy(root: YamlMapping, reader: ModelReader) -> None:
    """Fill in the keys, and the fields of a key, that a registry's `policy` leaves out.

    An unknown key, or one that is no mapping, is reported and removed, so that the rest is still checked.
    """
    policy = root.get("policy")
    if policy is None:
        policy = root["policy"] = YamlMapping(root.line, root.file)
    if not isinstance(policy, YamlMapping):
        return  # the model reports that it must be a mapping
    for key in list(policy):
        if key not in DEFAULT_POLICY:
            fix = did_you_mean(
                key, DEFAULT_POLICY, phrase("known are: {default_policy}", default_policy=", ".join(DEFAULT_POLICY))
            )
            reader.add_problem(
                policy.file, policy.lines[key], phrase("the policy has no key {key}", key=repr(key)), fix
            )
            del policy[key]
        elif not isinstance(policy[key], YamlMapping):
            if policy[key] is not None and policy[key] is not INVALID:
                message = phrase("{key} must hold keys, not a value alone", key=key)
                reader.add_problem(
                    policy.file,
                    policy.lines[key],
                    message,
                    phrase("write {key}: {example}", key=key, example="{value: …}"),
                )
            del policy[key]
    for key, packaged in PACKAGED.items():
        entry = policy.setdefault(key, YamlMapping(policy.line, policy.file, verbatim(key)))
        for field in _FIELDS:
            entry.setdefault(field, packaged[field])


def check_policy(policy: Policy, reader: ModelReader) -> None:
    """Add a problem for every value that does not fit its key."""
    for key, entry in policy.items():
        value, packaged = reader.mapping_of[id(entry)]["value"], PACKAGED[key]
        if value is not INVALID and not _fits(value, packaged):
            shown = list(value) if isinstance(value, YamlList) else value
            reader.add_problem_at(
                entry,
                "value",
                phrase("{key} cannot be {shown}", key=key, shown=shorten(repr(shown), 40)),
                phrase("write {wanted}", wanted=_wanted_text(packaged)),
            )


def _wanted_text(packaged: YamlMapping) -> Text:
    sentence = packaged.text("wanted")  # translated: it is in the catalogue too
    return Text(sentence)


def _fits(value: Any, packaged: YamlMapping) -> bool:
    """Return whether a value may replace the packaged one: by its type and its lower bound."""
    if isinstance(value, bool) or isinstance(packaged["value"], bool):
        return isinstance(value, bool) and isinstance(packaged["value"], bool)
    if "least" in packaged:
        return isinstance(value, int) and value >= packaged["least"]
    if not isinstance(packaged["value"], str):
        return isinstance(value, int | float) and value > 0
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
