"""What the rest of the program needs to know about VK: its addresses, its names, its route."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs

from auditor.base.networks import NetworkFacts, RouteFacts
from auditor.base.secrets import Secret
from auditor.base.settings import a_proxy, a_rate, a_secret, a_url, setting
from auditor.base.text import N_, phrase

_NAME = re.compile(r"[a-z0-9_][a-z0-9_.]{1,31}")
_NUMBER = re.compile(r"(id|club|public|event)([0-9]+)")
_LONGEST_NUMBER = 12
"""In digits; the longest id that VK has given has ten."""
_CONTENT = re.compile(
    r"(wall|albums|photos|audios|videos|app|tag|write|gim|board|market|gifts)-?[0-9]+"
    r"|[a-z_]+-?[0-9]+_-?[0-9]+.*"  # wall1_2, photo-1_2, topic-1_2, app1_-2
)
_POST = re.compile(r"vk\.(?:com|ru)/wall(-?[0-9]+)_")
# fmt: off
_RESERVED = {
    "feed", "im", "mail", "friends", "groups", "communities", "search", "video", "videos", "audio", "audios",
    "music", "photos", "albums", "clips", "docs", "apps", "games", "services", "settings", "edit", "login", "join",
    "restore", "support", "help", "about", "terms", "privacy", "dev", "jobs", "blog", "mobile", "fave",
    "bookmarks", "stickers", "gifts", "market", "calls", "podcasts", "stories", "wall", "newsfeed",
    "notifications", "ads", "adscreate", "editapp", "vkpay", "vkapps", "badbrowser", "blank", "challenge", "share",
    "away", "oauth", "authorize",
}
# fmt: on


def _normalise_name(path: Sequence[str], shown: str) -> str:
    if not path:
        raise ValueError(phrase("{shown} lacks the name of a page; write https://vk.com/NAME", shown=shown))
    name = path[0].lower()
    numbered = _NUMBER.fullmatch(name)
    if len(path) > 1 or _CONTENT.fullmatch(name) or name in _RESERVED or name.endswith(".php"):
        raise ValueError(
            phrase(
                "{shown} is not a page of a person or a community; open its author's page and copy that", shown=shown
            )
        )
    if numbered:
        if numbered[2].startswith("0") or len(numbered[2]) > _LONGEST_NUMBER:
            raise ValueError(
                phrase("{shown} has a number that VK does not give; copy the address from the page again", shown=shown)
            )
        kind = "club" if numbered[1] == "public" else numbered[1]
        return f"{kind}{numbered[2]}"
    if not _NAME.fullmatch(name) or not re.search(r"[a-z]", name):
        raise ValueError(
            phrase(
                "{shown} is no name VK can have; it is 2 to 32 Latin letters, digits, dots and "
                "underscores, not all digits",
                shown=shown,
            )
        )
    return name


def id_in_name(name: str) -> int | None:
    """Return the signed id in a name like ``id5`` or ``club5``; None for any other name."""
    match = _NUMBER.fullmatch(name)
    return None if match is None else int(match[2]) * (1 if match[1] == "id" else -1)


def numbered_names(page_id: int) -> tuple[str, ...]:
    """Return the names that a page has by its signed id, as addresses spell them; the usual one first."""
    return (f"id{page_id}",) if page_id > 0 else (f"club{-page_id}", f"event{-page_id}")


def _name_of(number: int) -> str:
    return numbered_names(number)[0]


def _post_owner(address: str) -> str | None:
    match = _POST.search(address)
    return None if match is None else _name_of(int(match[1]))


def _leads_on(link: SplitResult) -> str | None:
    """Return where VK's redirect ``/away.php`` leads."""
    host = (link.hostname or "").removeprefix("www.").removeprefix("m.")
    is_redirect = host in NETWORK.hosts and link.path.casefold() == "/away.php"
    return next(iter(parse_qs(link.query).get("to", [])), "") if is_redirect else None


@dataclass(frozen=True, slots=True)
class VkSettings:
    """How to reach VK's API."""

    token: Secret | None = setting(None, a_secret)
    """A service key; without it no request is sent."""
    api_url: str = setting("https://api.vk.ru", a_url)
    rps: float = setting(3.0, a_rate)
    """Requests a second."""
    proxy: str | None = setting(None, a_proxy)


NETWORK = NetworkFacts(
    key="vk",
    name="VK",
    host="vk.com",
    other_hosts=frozenset({"vk.ru"}),
    normalise_name=_normalise_name,
    number=id_in_name,
    name_of=_name_of,
    spoken_name=re.compile(r"(?<!\w)(?:vk|вк)(?!\w)|контакт", re.IGNORECASE),
    post_owner=_post_owner,
    leads_on=_leads_on,
    people_search="https://vk.com/search?c%5Bsection%5D=people&c%5Bq%5D={query}",
    looks_up_by_id=True,
    has_communities=True,
    batches_names=True,
    custom_name_pattern=re.compile(r"(?=.{5,32}$)(?!(?:id|club|public|event)[0-9]+$)[a-z0-9](?:[_.]?[a-z0-9])*"),
    link_pattern=r"(?:www\.|m\.)?vk\.(?:com|ru)/\S*",
    mention_pattern=r"\[(?:id|club|public|event)\]",
    russian_name="ВКонтакте",
)
ROUTE = RouteFacts(
    key="vk",
    network="vk",
    name="VK",
    plugin="auditor.probes.vk.vk_plugin",
    settings=VkSettings,
    prefix="vk",
    many_keys=True,  # a service key may not search, a user's may
    server_url=lambda settings: settings.api_url if settings.token is not None else None,
    needs=N_("VK: a service key, which VK gives to organisations alone; it asks for the INN."),
    key_question=N_(
        "3/5 VK service key, or the file that holds it (not shown; Enter: none, then VK is not looked at):"
    ),
    key_objection=N_(
        "this is neither a VK key nor a file with one: a key has Latin letters, digits, dots, - and _, and no blanks"
    ),
)
