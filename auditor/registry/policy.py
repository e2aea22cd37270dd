"""The packaged policy, ``policy.yaml``: each threshold with its basis and source, and the values a registry may set."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from auditor.base.text import N_, Text, phrase, shorten, verbatim
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
    """Return whether a value may replace the packaged one: by its type and its bounds."""
    default = packaged["value"]
    if isinstance(value, bool) or isinstance(default, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if "least" in packaged:
        numbers = int if isinstance(packaged["least"], int) else int | float
        return isinstance(value, numbers) and packaged["least"] <= value <= packaged["most"]
    if isinstance(default, list):
        return isinstance(value, list) and all(isinstance(item, str) and _is_stretch(item) for item in value)
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


# Days of every year -----------------------------------------------------------------------------------------------

_LEAP_YEAR = 2024
_STRETCH = re.compile(r"(\d\d-\d\d)(?:\.\.(\d\d-\d\d))?", re.ASCII)
"""Matches ``01-01..01-08`` or ``05-01``: a month and a day, and the last of them."""


def _is_stretch(text: str) -> bool:
    """Return whether a text names days of a year: ``01-01..01-08``, ``12-31..01-08`` or ``05-01``."""
    match = _STRETCH.fullmatch(text)
    try:
        return match is not None and all(date.fromisoformat(f"{_LEAP_YEAR}-{day}") for day in match.groups() if day)
    except ValueError:
        return False


def _is_within(day: date, stretch: str) -> bool:
    first, _, last = stretch.partition("..")
    month_day = f"{day:%m-%d}"
    if first <= (last or first):
        return first <= month_day <= (last or first)
    return month_day >= first or month_day <= last  # over the end of the year


def stretch_text(stretch: str) -> str:
    """Return a stretch of the year as readers write it: ``01.01–08.01``."""
    return "–".join(f"{day[3:]}.{day[:2]}" for day in stretch.split(".."))


QUIET_WEEK = 3
"""So many quiet days make a quiet week (docs/dev/design.md, section 5, Excused)."""


def quiet_days_in(policy: Policy, first_day: date, last_day: date) -> list[date]:
    """Return the days from `first_day` to `last_day` that stand among the policy's `quiet_days`."""
    stretches = policy["quiet_days"].stretches
    days = (first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1))
    return [day for day in days if any(_is_within(day, stretch) for stretch in stretches)]


# Reds that are never reached --------------------------------------------------------------------------------------

_ANSWERS = N_(
    "unanswered questions of a week's end can never be a red: they must be older than three times reply_within_hours, "
    "{hours} hours, and no look later than late_look_days, {days} days, counts; lower the one or raise the other"
)
_LATE = N_(
    "posts, silence and open comments can hardly be a red: late_look_days is 0, so a look counts only in the instant "
    "of the week's end"
)
_QUIET = N_("nothing of the practice can be a red: each week has three days of quiet_days")
_POSTS = N_("too few posts can never be a red: posts_per_week is 0")


def unreachable_reds(policy: Policy) -> list[Text]:
    """Return a sentence for each check that can never be `failed` by the policy's numbers."""
    hours, days = 3 * Decimal(str(policy["reply_within_hours"].value)), policy["late_look_days"].number
    reds = [
        (hours > days * 24, phrase(_ANSWERS, hours=f"{hours:g}", days=days)),
        (days == 0, phrase(_LATE)),
        (_is_always_quiet(policy), phrase(_QUIET)),
        (policy["posts_per_week"].value == 0, phrase(_POSTS)),
    ]
    return [sentence for is_unreachable, sentence in reds if is_unreachable]


def _is_always_quiet(policy: Policy) -> bool:
    """Return whether each week of a leap year has three quiet days."""
    mondays = [date(_LEAP_YEAR, 1, 1) + timedelta(weeks=number) for number in range(53)]  # 1 January 2024 is a Monday
    return all(len(quiet_days_in(policy, monday, monday + timedelta(days=6))) >= QUIET_WEEK for monday in mondays)
