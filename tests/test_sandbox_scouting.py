"""The servers as a scout meets them: names in bulk, limits, keys, searches, links, official sites."""

import asyncio
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.errors import RPCError

from auditor.sandbox import Sandbox, World
from auditor.sandbox.world.model import Account
from tests.test_sandbox_hidden import holders, listed, of, right

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(World.hidden()) as running:
        yield running


@pytest.fixture
def call(sandbox: Sandbox) -> Iterator[Call]:
    sandbox.faults.clear()
    with httpx.Client(base_url=sandbox.vk_url) as client:

        def ask(method: str, *, token: str = sandbox.vk_token, **params: object) -> dict[str, Any]:
            form = {"v": "5.199", "access_token": token} | {k: str(v) for k, v in params.items()}
            return client.post(f"/method/{method}", data=form).json()

        yield ask


def code(answer: dict[str, Any]) -> int:
    return answer["error"]["error_code"]


def owners(world: World, network: str) -> list[Account]:
    return [of(world, url) for _, url in right(world) if of(world, url).network == network]


# VK --------------------------------------------------------------------------------------------------------------

FIELDS = "screen_name,city,home_town,occupation,career,site,status,verified,followers_count"


def test_vk_knows_every_right_page_among_a_thousand_names(sandbox: Sandbox, call: Call) -> None:
    """Users in one call and communities in another; names that nobody has are left out."""
    pages = owners(sandbox.world, "vk")
    names = [a.name.lower() for a in pages]
    users = call("users.get", user_ids=",".join(names + [f"nobody_{n}" for n in range(1000 - len(names))]))["response"]
    groups = call("groups.getById", group_ids=",".join(names + [f"nobody_{n}" for n in range(500 - len(names))]))
    assert {u["id"] for u in users} == {a.number for a in pages if a.kind == "user"}
    assert {-g["id"] for g in groups["response"]["groups"]} == {a.number for a in pages if a.kind == "community"}
    assert {a.kind for a in pages} == {"user", "community"}


def test_vk_refuses_more_names_than_its_limits(call: Call) -> None:
    """1,001 users, 501 communities."""
    assert code(call("users.get", user_ids=",".join(f"nobody_{n}" for n in range(1001)))) == 100
    assert code(call("groups.getById", group_ids=",".join(f"nobody_{n}" for n in range(501)))) == 100


def test_where_vk_finds_nobody_it_says_so_by_an_error_or_by_an_empty_list(sandbox: Sandbox, call: Call) -> None:
    """Which of the two is not settled by the facts, so both can be had."""
    assert code(call("users.get", user_ids="nobody_1,nobody_2")) == 113
    assert code(call("groups.getById", group_ids="nobody_1,nobody_2")) == 125
    sandbox.faults.on("vk_empty_for_nobody")
    assert call("users.get", user_ids="nobody_1,nobody_2")["response"] == []
    assert call("groups.getById", group_ids="nobody_1")["response"]["groups"] == []


def test_a_profile_tells_city_work_and_site_where_it_was_filled_in(sandbox: Sandbox, call: Call) -> None:
    """And only what was asked for."""
    pages = [a for a in owners(sandbox.world, "vk") if a.kind == "user"]
    told = {u["id"]: u for u in call("users.get", user_ids=",".join(a.name for a in pages), fields=FIELDS)["response"]}
    for account in pages:
        user = told[account.number]
        assert f"{user['last_name']} {user['first_name']}" == account.title
        assert user["site"] == account.site
        assert user.get("city", {}).get("title", "") == account.city
        assert ("occupation" in user) == bool(account.work)
    assert any(u.get("city") for u in told.values())
    assert any(u["site"].startswith("https://t.me/") for u in told.values())
    assert "city" not in call("users.get", user_ids=pages[0].name)["response"][0]


def test_a_body_shows_contacts_and_the_states_mark(sandbox: Sandbox, call: Call) -> None:
    """A clerk's telephone, which nobody may keep, and the head's own profile."""
    bodies = [a for a in sandbox.world.accounts if a.government]
    fields = "contacts,links,description,is_government_organization,verified"
    told = call("groups.getById", group_ids=",".join(a.name for a in bodies), fields=fields)["response"]["groups"]
    assert all(g["is_government_organization"] for g in told)
    people = [contact for g in told for contact in g["contacts"]]
    phones = {contact["phone"] for contact in people if "phone" in contact}
    assert phones
    assert phones <= sandbox.world.strangers
    named = {contact["user_id"] for contact in people if "user_id" in contact}
    assert named
    assert named <= {a.number for a in owners(sandbox.world, "vk")}


@pytest.mark.parametrize(
    ("method", "refusal"), [("users.search", 28), ("groups.search", 28), ("newsfeed.search", 1051)]
)
def test_searches_are_refused_to_a_service_key_and_open_to_a_users(
    sandbox: Sandbox, call: Call, method: str, refusal: int
) -> None:
    """By the codes of the facts."""
    assert code(call(method, q="район")) == refusal
    assert "items" in call(method, token=sandbox.vk_user_token, q="район")["response"]
    assert code(call(method, token="somebody's", q="район")) == 5


def test_vks_search_finds_every_profile_by_its_name(sandbox: Sandbox, call: Call) -> None:
    """In any order, with е for ё; namesakes come along."""
    for account in owners(sandbox.world, "vk"):
        family, given = account.title.replace("|", " ").split()[:2]
        method = "users.search" if account.kind == "user" else "groups.search"
        words = f"{given} {family}".replace("ё", "е").lower()
        found = call(method, token=sandbox.vk_user_token, q=words, count=1000)["response"]
        assert found["count"] == len(found["items"])
        assert abs(account.number) in {item["id"] for item in found["items"]}
    assert call("users.search", token=sandbox.vk_user_token, q="")["response"]["count"] == 0
    assert code(call("users.search", token=sandbox.vk_user_token, q="а", count=1001)) == 100


def test_the_settings_can_have_a_users_key(sandbox: Sandbox) -> None:
    """In place of the service key."""
    assert sandbox.settings()["AUDITOR_VK_TOKEN"] == sandbox.vk_token
    assert sandbox.settings(user_token=True)["AUDITOR_VK_TOKEN"] == sandbox.vk_user_token


def test_the_list_on_vks_wall_has_its_links_as_vk_writes_them(sandbox: Sandbox, call: Call) -> None:
    """Plain addresses, and [address|words]."""
    body = sandbox.world.account("vk", "adm_administration")
    assert body is not None
    items = call("wall.get", owner_id=body.number, count=100)["response"]["items"]
    text = next(item["text"] for item in items if item["text"].startswith("Страницы глав"))
    hidden = re.findall(r"\[(https://vk\.com/\w+)\|([^\]]+)\]", text)
    assert [(words, url) for url, words in hidden] == listed(sandbox.world, "vk").anchors
    assert len(re.findall(r"vk\.com/\w+", text)) == 12


# t.me ------------------------------------------------------------------------------------------------------------


def page(sandbox: Sandbox, path: str) -> LexborHTMLParser:
    answer = httpx.get(f"{sandbox.telegram_url}{path}")
    assert answer.status_code == 200, path
    return LexborHTMLParser(answer.text)


def test_every_right_channel_has_its_card_and_its_posts(sandbox: Sandbox) -> None:
    """Under its name in any case."""
    for account in owners(sandbox.world, "telegram"):
        card = page(sandbox, f"/{account.name.lower()}")
        assert card.css_first(".tgme_page_title").text(strip=True).removesuffix("✔").strip() == account.title
        assert page(sandbox, f"/s/{account.name}").css_first(".tgme_widget_message[data-post]") is not None


def test_the_list_on_telegram_links_twenty_addresses(sandbox: Sandbox) -> None:
    """Written out, as @name, or behind the head's name; a reader sees the same text as was posted."""
    post = listed(sandbox.world, "telegram")
    shown = page(sandbox, f"/adm_administration/{post.id}?embed=1").css_first(".js-message_text")
    links = [a.attributes["href"] for a in shown.css("a[href]")]
    assert len(links) == 20
    known = {url for _, url in right(sandbox.world)}
    assert {str(link).lower() for link in links} <= known
    assert shown.html is not None
    text = LexborHTMLParser(shown.html.replace("<br>", "\n")).text()
    assert text == post.text
    assert [a.text() for a in shown.css("a[onclick]") if "@" not in a.text() and "/" not in a.text()] == [
        words for words, _ in post.anchors
    ]


def test_descriptions_link_the_other_network(sandbox: Sandbox) -> None:
    """As t.me does for addresses written without a scheme."""
    linked = 0
    for account in owners(sandbox.world, "telegram"):
        if "VK: " in account.description:
            link = page(sandbox, f"/{account.name}").css_first(".tgme_page_description a[href]")
            assert link.attributes["href"] == "https://" + account.description.rsplit("VK: ", 1)[1]
            linked += 1
    assert linked >= 3


# MTProto ---------------------------------------------------------------------------------------------------------


def signed_in(sandbox: Sandbox, folder: Path, ask: Callable[[TelegramClient], Any]) -> Any:
    """Run `ask` with a signed-in client."""

    async def run() -> Any:
        pem = sandbox.telegram_public_key_pem
        rsa.add_key(pem, old=False)
        client = TelegramClient(
            str(sandbox.make_session(folder / "s.session")),
            sandbox.telegram_api_id,
            sandbox.telegram_api_hash,
            receive_updates=False,
        )
        await client.connect()
        try:
            return await ask(client)
        finally:
            await client.disconnect()

    return asyncio.run(run())


def test_contacts_search_finds_channels_and_people_by_title_and_name(sandbox: Sandbox, tmp_path: Path) -> None:
    """Words of the title in any order, or how the user name begins."""
    account = next(a for a in owners(sandbox.world, "telegram") if "search" in sandbox.world.ways[a.url])
    people = next(a for a in sandbox.world.accounts if a.network == "telegram" and a.kind == "user")

    async def ask(client: TelegramClient) -> list[Any]:
        words = (" ".join(reversed(account.title.split()[:2])), account.name[:6], people.title)
        return [await client(functions.contacts.SearchRequest(q=w, limit=50)) for w in words]

    by_title, by_name, person = signed_in(sandbox, tmp_path, ask)
    assert account.number in {p.channel_id for p in by_title.results if isinstance(p, types.PeerChannel)}
    assert account.number in {c.id for c in by_name.chats}
    assert people.number in {u.id for u in person.users}
    assert people.number in {p.user_id for p in person.results if isinstance(p, types.PeerUser)}


def test_an_empty_search_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """By Telegram's word for it."""

    async def ask(client: TelegramClient) -> Any:
        with pytest.raises(RPCError, match=r"empty|EMPTY"):
            await client(functions.contacts.SearchRequest(q=" ", limit=5))
        return True

    assert signed_in(sandbox, tmp_path, ask)


def test_a_clients_posts_carry_their_links_as_entities(sandbox: Sandbox, tmp_path: Path) -> None:
    """Hidden ones with their address, written ones by their place, counted as Telegram counts."""
    post = listed(sandbox.world, "telegram")

    async def ask(client: TelegramClient) -> Any:
        return await client.get_messages("adm_administration", ids=post.id)

    message = signed_in(sandbox, tmp_path, ask)
    assert message.message == post.text
    hidden = [(words, e.url) for e, words in message.get_entities_text(types.MessageEntityTextUrl)]
    assert hidden == post.anchors
    assert len(message.entities) == 20
    assert {type(e).__name__ for e in message.entities} == {
        "MessageEntityTextUrl", "MessageEntityMention", "MessageEntityUrl",
    }  # fmt: skip


# Official sites --------------------------------------------------------------------------------------------------


def test_every_site_is_served_where_the_registry_says(sandbox: Sandbox) -> None:
    """In its own charset, with the links that make a page known; some have moved to another host."""
    text = sandbox.registry_yaml()
    for office, site in sandbox.world.sites.items():
        url = sandbox.website_url(office)
        assert f"website: {url}" in text or f'website: "{url}"' in text
        answer = httpx.get(url, follow_redirects=True)
        assert answer.status_code == 200
        assert (answer.url.host == "localhost") is site.moved
        assert answer.content.decode(site.charset) == site.pages[""]
        assert ("charset" in answer.headers["content-type"]) == site.said
        assert httpx.get(f"{answer.url}glava").content.decode(site.charset) == site.pages["glava"]
    assert {site.charset for site in sandbox.world.sites.values()} == {"utf-8", "windows-1251"}


def test_the_site_in_windows_1251_names_its_head_and_the_page(sandbox: Sandbox) -> None:
    """Read as UTF-8 it is rubbish; only the page itself says what it is."""
    office = next(key for key, site in sandbox.world.sites.items() if site.charset != "utf-8")
    content = httpx.get(sandbox.website_url(office)).content
    with pytest.raises(UnicodeDecodeError):
        content.decode()
    text = content.decode("windows-1251")
    assert 'charset="windows-1251"' in text
    assert holders(sandbox.world)[office] in text
    assert any(url in text for url in sandbox.world.owners[office].values() if url)


def test_sites_redirect_to_the_slash_and_know_no_other_page(sandbox: Sandbox) -> None:
    """As sites do."""
    office = next(iter(sandbox.world.sites))
    bare = httpx.get(sandbox.website_url(office).rstrip("/"))
    assert (bare.status_code, bare.headers["location"]) == (301, f"/{office}/")
    assert httpx.get(sandbox.website_url("nowhere")).status_code == 404
    assert httpx.get(sandbox.website_url(office) + "nothing").status_code == 404


def test_faults_reach_the_sites(sandbox: Sandbox) -> None:
    """Down, refused, a passing error."""
    url = sandbox.website_url(next(iter(sandbox.world.sites)))
    sandbox.faults.on("website_500_once")
    assert [httpx.get(url).status_code for _ in range(2)] == [502, 200]
    sandbox.faults.on("website_403")
    assert httpx.get(url).status_code == 403
    sandbox.faults.on("website_down")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url)
    sandbox.faults.clear()
