"""The packaged policy, ``policy.yaml``: each threshold with its basis and source, and how a registry may change it."""

from datetime import date
from pathlib import Path
from typing import Any

from auditor.base.text import Text, phrase, quoted, shortened
from auditor.registry.models import Basis, Policy, PolicyValue
from auditor.registry.reading import BROKEN, Items, Keys, Reader, did_you_mean
from auditor.registry.source import parse_source

_FILE = Path(__file__).with_name("policy.yaml")
_PARTS = ("value", "basis", "source", "note")


PACKAGED: Keys = parse_source(_FILE.read_text(encoding="utf-8"), _FILE.name, Reader())
DEFAULT_POLICY: Policy = {
    key: PolicyValue(**{part: entry[part] for part in _PARTS} | {"basis": Basis(entry["basis"])})
    for key, entry in PACKAGED.items()
}
"""Each value names its source; a value without one is this audit's own."""


def complete_policy(root: Keys, reader: Reader) -> None:
    """Fill in what a registry's `policy` leaves out: whole keys, or parts of one.

    An unknown key, and one that holds no keys, is told and left out, so that the rest of the registry is still checked.
    """
    given = root.get("policy")
    if given is None:
        given = root["policy"] = Keys(root.line, root.file)
    if not isinstance(given, Keys):
        return  # the model tells that it must be a mapping
    for key in list(given):
        if key not in DEFAULT_POLICY:
            mend = did_you_mean(
                key, DEFAULT_POLICY, phrase("known are: {default_policy}", default_policy=", ".join(DEFAULT_POLICY))
            )
            reader.tell(given.file, given.lines[key], phrase("the policy has no key {key}", key=repr(key)), mend)
            del given[key]
        elif not isinstance(given[key], Keys):
            if given[key] is not None and given[key] is not BROKEN:
                what = phrase("{key} must hold keys, not a value alone", key=key)
                reader.tell(
                    given.file, given.lines[key], what, phrase("write {key}: {example}", key=key, example="{value: …}")
                )
            del given[key]
    for key, packaged in PACKAGED.items():
        entry = given.setdefault(key, Keys(given.line, given.file, quoted(key)))
        for part in _PARTS:
            entry.setdefault(part, packaged[part])


def check_policy(policy: Policy, reader: Reader) -> None:
    """Tell every value that does not fit its key."""
    for key, entry in policy.items():
        value, packaged = reader.written[id(entry)]["value"], PACKAGED[key]
        if value is not BROKEN and not _fits(value, packaged):
            shown = list(value) if isinstance(value, Items) else value
            reader.wrong(
                entry,
                "value",
                phrase("{key} cannot be {shown}", key=key, shown=shortened(repr(shown), 40)),
                phrase("write {wanted}", wanted=_wanted(packaged)),
            )


def _wanted(packaged: Keys) -> Text:
    sentence = packaged.text("wanted")  # in the catalogue too
    return Text(sentence)


def _fits(value: Any, packaged: Keys) -> bool:
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
