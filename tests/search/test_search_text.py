"""A search's result in words and as JSON: leads with their reasons, and which routes were closed."""

import json
from dataclasses import replace
from typing import Any

import pytest

from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause
from auditor.commands.search_text import leads_document, render_leads
from auditor.search.scouts.scout import Capability, Task
from auditor.search.search import SearchResult
from tests.search.search_world import SearchWorld, registry_of_two

EN = Translator("en")
OWN = "https://vk.com/anna_own"
TEXT = """\
Первый район — Имярек Анна Андреевна
On record: vk.com/anna_own
  t.me/opaque_anna «Анна Имярек» · given by an official place · personal page · found by: a link
    + 1 official place gives this address as the person's: https://vk.com/wall-101_1; last on 15 Nov 2026
    + The title bears the family name and the given name
    + The last post is of 20 Nov 2026
  vk.com/anna_imyarek «Анна Имярек» · given by an official place · personal page · found by: a name that was tried, \
a link
    + It and another page of the person link to each other: https://t.me/opaque_anna
    + The title bears the family name and the given name
    + The last post is of 15 Nov 2026

Второй район — Небылицын Борис Ильич
No official place gives a page so far; not everything could be asked, see the routes.
Below the line, 2 pages:
  vk.com/nebylitsyn «Борис Небылицын» · claims it itself, unconfirmed · personal page · found by: a name that was tried
    + It says itself that it is the holder's, unconfirmed: Второй район
    + The title bears the family name and the given name
    + The last post is of 15 Nov 2026
  t.me/nebylitsyn «Борис Небылицын» · a name that fits · not known whose · found by: a name that was tried
    + The title bears the family name and the given name

Routes
  Official sites: 1 request
  VK: 18 requests
    closed: search (no access key has the rights for this); it would open with a user's key in vk_token_file
  Telegram (viewed without signing in): 29 requests
    closed: search (no access key has the rights for this); it would open with `auditor login`
  not read for links: vk.com/anna_own (the network says that the page is gone)
Next: open each page and decide about it: auditor review"""


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> SearchResult:
    """A search for two heads, of whom one has a page on record that is gone."""
    own = {"url": OWN, "confirmed": {"on": "2026-11-01", "how": "по сайту"}}
    return SearchWorld(tmp_path_factory.mktemp("found") / "data", registry=registry_of_two([own])).search()


def test_the_text_names_each_lead_its_reasons_and_the_routes(result: SearchResult) -> None:
    """Who says that a page is the person's, where, how it came up; what a key would open."""
    assert render_leads(result, EN) == TEXT
    person_search = replace(result.searches[1], leads=[result.searches[1].leads[1]] * 5)
    text = render_leads(replace(result, searches=(person_search,)), EN)
    assert text.count("t.me/nebylitsyn") == 3, "three are printed"
    assert "Below the line, 5 pages:" in text, "three are printed"


def test_the_document_holds_the_same_leads(result: SearchResult) -> None:
    """With codes, places, evidence, and what was asked."""
    document = json.loads(leads_document(result, EN))
    anna, boris = document["people"]
    head = [document[key] for key in ("schema", "as_of", "complete", "goes_on", "moved", "unread")]
    assert head == ["auditor/leads/2", "2026-11-22T22:00:00Z", False, False, {}, {OWN: "gone"}]
    assert (anna["office"], anna["name"], anna["on_record"]) == ("anna", "Имярек Анна Андреевна", [OWN])
    assert boris["names_tried"] == {"vk": 1000, "telegram_preview": 20}
    first_lead, (given, *_) = anna["leads"][0], anna["leads"][0]["reasons"]
    keys = ("url", "network", "id", "kind", "provenance", "above", "found_by", "doubts")
    facts = ["https://t.me/opaque_anna", "telegram", 1500000001, "personal", "given", True, ["link"], []]
    assert [first_lead[key] for key in keys] == facts
    assert (given["code"], given["places"]) == ("given", ["https://vk.com/wall-101_1"])
    assert given["text"] in TEXT
    assert set(given["evidence"]) < set(first_lead["evidence"])
    assert [route["requests"] for route in document["routes"]] == [1, 18, 29]
    capability = {"task": "search", "open": False, "cause": "no_credentials", "key": "vk_token_file"}
    assert document["routes"][1]["doors"][1] == capability


def printed_lines(result: SearchResult, **changes: Any) -> list[str]:
    """Return the lines about a result without leads, with some changes."""
    person_search = replace(result.searches[1], leads=[], tried=changes.pop("tried", {}))
    bare = replace(result, searches=(person_search,), unread={}, capabilities={"vk": ()}, requests={"vk": 0})
    return [line.strip() for line in render_leads(replace(bare, **changes), EN).splitlines()][1:]


def test_no_lead_is_told_as_no_more_than_was_asked(result: SearchResult) -> None:
    """An error is not absence."""
    so_far = "No official place gives a page so far; not everything could be asked, see the routes."
    nothing = "Nothing could be asked: that says nothing about pages."
    assert printed_lines(result)[0] == "On the open routes no official place gives a page."
    assert printed_lines(result, spent=True, tried={"vk": 9})[0] == so_far
    assert printed_lines(result, spent=True)[0] == nothing
    assert printed_lines(result, causes={"vk": Cause.UNREACHABLE}, tried={"vk": 0})[0] == nothing


READ = "closed: reading pages (no access key has the rights for this); it would open with vk_token_file"
SHUT = {"vk": (Capability(Task.READ, Cause.NO_CREDENTIALS, "vk_token_file"), Capability(Task.NAMES, Cause.BLOCKED))}
SESSION = Capability(Task.SEARCH, Cause.NO_CREDENTIALS, "`auditor login`")
BOTH = {"telegram_preview": (SESSION,), "telegram_client": ()}
ROUTES = [
    ({"causes": {"vk": Cause.UNREACHABLE}}, ["stopped: from where we looked the network did not answer"]),
    ({"unread": {OWN: Cause.THROTTLED}}, ["not read for links: vk.com/anna_own (the network limited our requests)"]),
    ({"moved": {"https://a.example/": "https://b.example/"}}, ["website moved to b.example: a.example"]),
    ({"spent": True}, ["The budget ran out; run it again to go on from here, or give more with --requests."]),
    (
        {"capabilities": BOTH, "requests": {"telegram_preview": 2, "telegram_client": 0}},
        ["Telegram (client): 0 requests"],
    ),
    ({"capabilities": SHUT}, [READ, "closed: names (a block page instead of the page)"]),
]


def test_what_is_said_of_routes(result: SearchResult) -> None:
    """Why one stopped, which doors are closed and what opens them, what was not read, where a site is now."""
    for changes, lines in ROUTES:
        assert printed_lines(result, **changes)[4:-1] == lines
