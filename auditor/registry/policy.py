"""The packaged policy, ``policy.yaml``: each threshold with its basis and source, and how a registry may change it."""

from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.text import Text, phrase, shorten, verbatim
from auditor.registry.model_reader import INVALID, ModelReader, YamlList, YamlMapping, did_you_mean
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.yaml_tree import parse_yaml

_FILE = Path(__file__).with_name("policy.yaml")
_PARTS = ("value", "basis", "source", "note")


PACKAGED: YamlMapping = parse_yaml(_FILE.read_text(encoding="utf-8"), _FILE.name, ModelReader())
DEFAULT_POLICY: Policy = {
    key: PolicyValue(**{part: entry[part] for part in _PARTS} | {"basis": Basis(entry["basis"])})
    for key, entry in PACKAGED.items()
}
"""Each value names its source; a value without one is this audit's own."""


def complete_policy(root: YamlMapping, reader: ModelReader) -> None:
    """Fill in what a registry's `policy` leaves out: whole keys, or parts of one.

    An unknown key, and one that holds no keys, is told and left out, so that the rest of the registry is still checked.
    """
    given = root.get("policy")
    if given is None:
        given = root["policy"] = YamlMapping(root.line, root.file)
    if not isinstance(given, YamlMapping):
        return  # the model tells that it must be a mapping
    for key in list(given):
        if key not in DEFAULT_POLICY:
            mend = did_you_mean(
                key, DEFAULT_POLICY, phrase("known are: {default_policy}", default_policy=", ".join(DEFAULT_POLICY))
            )
            reader.add_problem(given.file, given.lines[key], phrase("the policy has no key {key}", key=repr(key)), mend)
            del given[key]
        elif not isinstance(given[key], YamlMapping):
            if given[key] is not None and given[key] is not INVALID:
                what = phrase("{key} must hold keys, not a value alone", key=key)
                reader.add_problem(
                    given.file, given.lines[key], what, phrase("write {key}: {example}", key=key, example="{value: …}")
                )
            del given[key]
    for key, packaged in PACKAGED.items():
        entry = given.setdefault(key, YamlMapping(given.line, given.file, verbatim(key)))
        for part in _PARTS:
            entry.setdefault(part, packaged[part])


def check_policy(policy: Policy, reader: ModelReader) -> None:
    """Tell every value that does not fit its key."""
    for key, entry in policy.items():
        value, packaged = reader.mapping_of[id(entry)]["value"], PACKAGED[key]
        if value is not INVALID and not _fits(value, packaged):
            shown = list(value) if isinstance(value, YamlList) else value
            reader.add_problem_at(
                entry,
                "value",
                phrase("{key} cannot be {shown}", key=key, shown=shorten(repr(shown), 40)),
                phrase("write {wanted}", wanted=_wanted(packaged)),
            )


def _wanted(packaged: YamlMapping) -> Text:
    sentence = packaged.text("wanted")  # in the catalogue too
    return Text(sentence)


def _fits(value: Any, packaged: YamlMapping) -> bool:
    """Tell whether a value may stand for the packaged one."""
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
