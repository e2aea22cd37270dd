"""The first day with the program: five steps lead from nothing to a judged cell, as `auditor next` names them."""

import io
import json
from pathlib import Path

import pytest
import yaml

from auditor.sandbox import Sandbox
from tests import worlds
from tests.commands.typed import document, typed

pytestmark = pytest.mark.thorough


def test_from_nothing_to_a_judged_cell(tmp_path: Path) -> None:
    """Who holds the office, where the page is, that it is his, and what can be said of it."""
    world = worlds.hidden(seed=3)
    office, page = next(
        (office, url)
        for office, pages in world.owners.items()
        for url in pages.values()
        if url is not None and "link" in world.ways[url] and "vk.com" in url
    )
    data = yaml.safe_load(world.registry_yaml())
    here = next(one for one in data["offices"] if one["id"] == office)
    tenure, site = here.pop("tenures")[-1], here.pop("website", None)
    news = {"since": tenure.get("since", "2025"), "known_as_of": "2026-11", "sources": ["https://example.org/news"]}
    now, book = ("--as-of", world.now.isoformat(), "--lang", "en"), tmp_path / "officials.yaml"
    with Sandbox(world) as sandbox:
        env = sandbox.settings()
        book.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
        assert "auditor discover" not in typed("next", office, *now, cwd=tmp_path, env=env).out
        here |= {"tenures": [{"name": tenure["name"]} | news], "website": site}  # what a person reads of it in the news
        book.write_text(json.dumps(data, ensure_ascii=False, default=str), encoding="utf-8")
        assert typed("registry", "check", *now, cwd=tmp_path, env=env).code == 0
        assert page.removeprefix("https://") in typed("discover", office, *now, cwd=tmp_path, env=env).out
        answers = io.StringIO("y\n\n\n" + "l\n" * 20)
        assert page in typed("review", office, *now, cwd=tmp_path, env=env, answers=answers).out
        (judged,) = document(typed("check", office, "--json", *now, cwd=tmp_path, env=env))["offices"]
    assert {"passed", "failed"} & {f["outcome"] for f in judged["findings"] if f["account"] is None}
