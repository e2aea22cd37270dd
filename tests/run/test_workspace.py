"""A workspace is what one command works with: folders, language, registry, moment, week, and its routes' servers."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.base.errors import UsageError
from auditor.base.settings import load_settings
from auditor.base.snapshot import Network
from auditor.registry import parse_registry
from auditor.run.judge_week import audit_week
from auditor.run.workspace import open_workspace, server_urls
from tests.archive_samples import BOOK, workspace_on
from tests.cases import NOW, WEEK

HERE = {"AUDITOR_TELEGRAM_WEB_URL": "http://127.0.0.1:9"}
KEY = {"AUDITOR_VK_TOKEN": "x"}
CLIENT = {"AUDITOR_TELEGRAM_API_ID": "1"}


def test_a_week_is_the_last_that_ended_or_one_that_has_begun(tmp_path: Path) -> None:
    """At the beginning of 2026-W47 and at its end."""
    workspace = workspace_on(tmp_path, WEEK.starts)
    assert [str(workspace.week(None)), str(workspace_on(tmp_path, WEEK.ends).week(None))] == ["2026-W46", "2026-W47"]
    assert workspace.week("2026-W47") == WEEK
    with pytest.raises(UsageError, match="has not begun"):
        workspace_on(tmp_path, WEEK.starts - timedelta(minutes=1)).week("2026-W47")


def test_a_workspace_is_what_the_arguments_say_before_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Folders, language and moment, else the machine's clock; the registry's path is the shortest one."""
    (tmp_path / "officials.yaml").write_text(BOOK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name, value in (("LANG", "en"), ("DATA", str(tmp_path / "a")), ("OUT", str(tmp_path / "b"))):
        monkeypatch.setenv(f"AUDITOR_{name}", value)
    started, by_settings = datetime.now(UTC), open_workspace()
    assert (by_settings.registry_path, by_settings.data, by_settings.out) == (
        Path("officials.yaml"),
        tmp_path / "a",
        tmp_path / "b",
    )
    assert (by_settings.translator.lang, by_settings.as_of) == ("en", None)
    assert started <= by_settings.clock() <= datetime.now(UTC)
    by_arguments = open_workspace(data=tmp_path / "c", out=tmp_path / "d", as_of="2026-11-24T12:00", lang="ru")
    assert (by_arguments.data, by_arguments.out, by_arguments.translator.lang, by_arguments.clock()) == (
        tmp_path / "c",
        tmp_path / "d",
        "ru",
        NOW,
    )
    assert by_arguments.office("perviy").id == "perviy"
    with pytest.raises(UsageError):
        by_arguments.office("нет такого")


def test_each_route_names_its_server(tmp_path: Path) -> None:
    """By the settings; a route without its key has none."""
    own_server = CLIENT | {"AUDITOR_TELEGRAM_DC": "2@127.0.0.1:443"}
    urls = [list(server_urls(load_settings(environ, tmp_path))) for environ in ({}, HERE | KEY, CLIENT, own_server)]
    assert urls[:2] == [["https://t.me"], ["https://api.vk.ru", "http://127.0.0.1:9"]]
    assert urls[2:] == [["https://t.me", "tcp://telegram.org"], ["https://t.me", "tcp://127.0.0.1:443"]]


@pytest.mark.parametrize(
    ("environ", "sites", "refused"),
    [
        (HERE, [], False),
        (HERE | KEY, [], True),
        (HERE, ["https://site.example"], True),
        (HERE | {"AUDITOR_WEBSITE_LOCAL": "1"}, ["https://site.example"], False),
    ],
)
def test_a_moment_dates_nothing_that_is_fetched_from_a_real_network(
    environ: dict[str, str], sites: list[str], refused: bool, tmp_path: Path
) -> None:
    """One real network is enough to refuse, before anything is sent or written; without a moment nothing is refused.

    A week is looked at on the networks alone where a page is on record.
    """
    workspace = replace(workspace_on(tmp_path / "a"), settings=load_settings(environ, tmp_path))
    replace(workspace, as_of=None).require_own_time(sites)
    with pytest.raises(UsageError, match="--as-of judges and cannot date") if refused else nullcontext():
        workspace.require_own_time(sites)
    if refused and not sites:
        assert [route.network for route in workspace.routes_to_pages] == [Network.TELEGRAM] * 2
        workspace.require_own_time(routes=workspace.routes_to_pages)
        with_page = BOOK.replace("accounts:", "accounts:\n          - {url: vk.com/perviy, kind: personal}")
        workspace = replace(workspace, registry=parse_registry(with_page, "officials.yaml"))
        with pytest.raises(UsageError, match="--as-of judges"):
            audit_week(workspace, WEEK, lambda _: pytest.fail("it looked"))
        assert not workspace.data.exists()
