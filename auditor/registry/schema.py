"""The registry's JSON Schema: editors complete and check ``officials.yaml`` by it."""

import json
from typing import Any

from auditor.base.networks import networks
from auditor.base.snapshot import Network
from auditor.registry.models import SEARCHED, Group, OtherNetwork, Registry
from auditor.registry.policy import DEFAULT_POLICY

_ANY = ", ".join([*Network, *OtherNetwork])
_NETWORKS = " or ".join(facts.name for facts in networks().values())
_HELP: dict[str, dict[str, tuple[str, Any]]] = {
    "Registry": {
        "timezone": ("The zone that weeks and deadlines live in, by its IANA name.", "Asia/Tomsk"),
        "include": (
            "Files beside this one, with offices: alone in them; their offices are added to those here.",
            ["duma.yaml"],
        ),
        "region": ("The region that all offices lie in: for searching, never for judging.", None),
        "expects": (
            "How many offices of a group there must be; a group left out is not counted.",
            {"municipal_head": 20},
        ),
        "seats": (
            "How many members a body has, where not all are on record: reports say how many are known.",
            {"city_duma": 37},
        ),
        "directive": ("The act whose observance is audited.", None),
        "policy": ("Thresholds. A key or a part of one that is left out keeps the packaged default.", None),
        "controls": ("Accounts known to exist, or known not to, looked at in every run.", None),
        "offices": ("The offices, with or without a holder.", None),
    },
    "Region": {
        "name": ("What the region is called.", "Томская область"),
        "code": ("The subject's number on car plates and in forms, 1 to 99.", 70),
    },
    "Directive": {
        "title": ("What the report calls the act.", "Поручение завести личные страницы"),
        "issuer": ("Who issued it.", None),
        "issued": ("The day it was issued.", "2022-05-25"),
        "deadline": (
            "The first moment too late: a day (its midnight), a local time, or one with an offset.",
            "2022-06-01",
        ),
        "binds": ("The group of offices it binds.", "municipal_head"),
        "source": ("Where it was published.", None),
        "neutral": ("Networks from which silence and absence are no fault from a day on.", None),
        "note": ("A remark for readers.", None),
    },
    "Neutral": {
        "network": (f"{_ANY}.", "telegram"),
        "since": ("The first day from which silence and absence there are no fault.", "2025-06-01"),
        "reason": ("Why, as the report says it.", None),
        "source": ("The act, or where it was published.", None),
    },
    "PolicyValue": {
        "value": ("The threshold.", 3),
        "basis": (
            "norm binds these offices; analogue binds others in Russia; convention is the audit's own.",
            "analogue",
        ),
        "source": ("What it rests on.", None),
        "note": ("A remark for readers.", None),
    },
    "Control": {
        "url": (f"The account's address on {_NETWORKS}, in any form that people paste.", "https://t.me/telegram"),
        "exists": ("Whether it is known to exist.", True),
        "note": ("A remark for operators.", None),
    },
    "Office": {
        "id": ("A short name of Latin letters, digits and dashes that never changes.", "tomsk-city"),
        "municipality": ("The municipality, as in the report; offices are sorted by it.", "Стрежевой"),
        "title": ("The office's name.", "мэр городского округа Стрежевой"),
        "group": ("What it belongs to. Only the directive's own group is bound by it.", "municipal_head"),
        "timezone": ("Its own zone, where it differs from the registry's.", "Asia/Vladivostok"),
        "website": ("The body's official site, where links to pages are looked for.", "https://example.org"),
        "accounts": ("The institution's pages: shown, never held for a person's.", None),
        "tenures": ("Who held the office and who does.", None),
        "vacancies": ("Times in which nobody held it.", None),
        "note": ("A remark for readers.", None),
    },
    "Tenure": {
        "name": ("The person, family name first.", "Имярек Анна Андреевна"),
        "person": (
            "The same in tenures in a row that are one person's time, like an acting head's who is then elected.",
            "denichenko",
        ),
        "title": ("The office's name for this person, where it differs.", None),
        "since": ("Taking office: a year, a month or a day.", "2021-12"),
        "until": ("Leaving it.", "2023-09-18"),
        "term_ends": ("The planned end of the term, which ends the tenure once it has passed.", "2025-09"),
        "acting": ("Whether the person stands in for a head (врио, и. о.).", True),
        "known_from": (
            "Where `since` is not known: the earliest date at which a source has the person in office.",
            None,
        ),
        "known_as_of": ("The latest date at which a source has the person in office.", "2025"),
        "sources": ("Where all this is published.", ["https://example.org/news/1"]),
        "accounts": ("The person's accounts.", None),
        "reports": ("Press reports of accounts, where the address is not known.", None),
        "exemptions": ("Releases from the directive.", None),
        "searches": ("Recorded searches for the person's accounts.", None),
        "note": ("A remark for readers.", None),
    },
    "OtherAccount": {
        "url": ("The page's address on a network that the program does not look at.", "https://ok.ru/profile/1"),
        "network": (f"{', '.join(OtherNetwork)}; known from the address for ok.ru and max.ru.", "other"),
        "kind": ("personal or institution. Only a personal one satisfies the directive.", "personal"),
        "confirmed": ("Who tied it to the person, when and how. Without it the account is a lead, never judged.", None),
        "rejected": ("Who found that it is not the person's, when and why.", None),
        "note": ("A remark for readers.", None),
        "sources": ("Where the address is published.", None),
    },
    "Account": {
        "url": (f"The account's address on {_NETWORKS}, in any form that people paste.", "https://t.me/name"),
        "kind": ("personal or institution. Only a personal one satisfies the directive.", "personal"),
        "confirmed": ("Who tied it to the person, when and how. Without it the account is a lead, never judged.", None),
        "rejected": (
            "Who found that it is not the person's, when and why. It is never judged nor shown as a lead.",
            None,
        ),
        "id": ("The network's own number, once known; a VK community's is negative.", None),
        "staff": ("Numbers or names of accounts that answer on the owner's behalf.", None),
        "note": ("A remark for readers.", None),
        "sources": ("Where the address is published.", None),
    },
    "Confirmation": {
        "on": ("The day of the decision.", "2026-11-24"),
        "of": ("The source's own date: evidence that the person held the office then.", "2025-07"),
        "how": ("What ties the account to the person.", None),
        "by": ("Who decided.", None),
        "sources": ("Where that can be seen.", None),
    },
    "Rejection": {
        "on": ("The day of the decision.", "2026-11-24"),
        "how": ("What speaks against it.", None),
        "by": ("Who decided.", None),
        "sources": ("Where that can be seen.", None),
    },
    "Report": {
        "network": (f"{_ANY}; left out where the source names none.", "telegram"),
        "opened_by": ("The account existed by the end of this date.", "2022-05-26"),
        "opened_on": ("The source names the day or month of opening.", "2022-06-01"),
        "source": ("The publication.", None),
        "note": ("A remark for readers.", None),
    },
    "Exemption": {
        "by": ("Who granted it.", None),
        "on": ("When.", None),
        "until": ("Its last day; left out, it ends with the tenure.", None),
        "reason": ("Why, as reported.", None),
        "source": ("The publication.", None),
    },
    "Search": {
        "on": ("The day of the search.", "2026-11-24"),
        "by": ("Who searched.", None),
        "how": ("Where and how.", None),
        "networks": (
            f"Where: {_ANY}. «Not found» needs {', '.join(sorted(SEARCHED))}.",
            ["vk", "telegram", "ok", "max"],
        ),
        "found": ("`nothing`, or what was found.", "nothing"),
    },
    "Vacancy": {
        "since": ("Its first day, month or year.", None),
        "until": ("Its last; left out while it lasts.", None),
        "known_as_of": ("The latest date at which a source has it vacant.", None),
        "source": ("The publication.", None),
        "note": ("A remark for readers.", None),
    },
}
"""Model -> key -> what it means and an example."""

_DAY = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$"}


def registry_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a registry file.

    It says what an editor can check while typing; what needs the whole file, such as one holder at a time, is left
    to `load_registry`.
    """
    schema = Registry.model_json_schema()
    models: dict[str, Any] = {"Registry": schema, **schema["$defs"]}
    for name, keys in _HELP.items():
        for key, (description, example) in keys.items():
            _explain(models[name]["properties"][key], description, example)
    directive = models["Directive"]["properties"]
    for key, form in (("issued", _DAY), ("deadline", _MOMENT)):
        directive[key].pop("format")
        directive[key] |= form
    directive["binds"]["enum"] = list(Group)
    models["PolicyValue"].pop("required")
    policy = schema["properties"]["policy"]
    policy["properties"] = {key: _policy_key(key) for key in DEFAULT_POLICY}
    policy["additionalProperties"] = False
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Registry of offices",
        "description": "Who owes what, who holds which office, and which accounts are theirs.",
    }


def schema_text(*, included: bool = False) -> str:
    """Return the schema as it is committed in ``officials.schema.json``; or that of a file that is `included`."""
    schema = registry_schema()
    if included:
        held = {key: schema["properties"][key] for key in ("include", "offices")}
        schema |= {"title": "Offices of a registry", "properties": held, "required": ["offices"]}
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _explain(place: dict[str, Any], description: str, example: Any) -> None:
    place.pop("title", None)
    place["description"] = description
    if example is not None:
        place["examples"] = [example]


def _policy_key(key: str) -> dict[str, Any]:
    default = DEFAULT_POLICY[key]
    return {
        "$ref": "#/$defs/PolicyValue",
        "description": f"Packaged default: {json.dumps(default.value)} ({default.basis}).",
    }
