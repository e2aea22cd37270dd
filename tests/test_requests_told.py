"""How many requests a week took, beside the fewest that would have told as much: in the audit and in its method."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedRequests
from auditor.base.i18n import Catalogue
from auditor.report.page.html import render_html
from auditor.sandbox import Sandbox, World
from tests.cases import TOMSK
from tests.pipeline import audited, few, session_of

WORLD = few(World.build())


def _told(audit: Audit) -> dict[str, AuditedRequests]:
    return {one.route: one for one in audit.requests}


def test_what_the_servers_counted_is_in_the_audit(tmp_path: Path) -> None:
    """The sum by route is what the sandbox was asked, and no more was needed than was made."""
    with Sandbox(WORLD) as sandbox:
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now))
        counted = {name: sum(r.network == name for r in sandbox.requests) for name in ("vk", "telegram")}
    told = _told(audit)
    assert {name: told[route].made for name, route in (("vk", "vk"), ("telegram", "telegram_preview"))} == counted
    assert all(one.least is not None and one.made is not None and 0 < one.least <= one.made for one in told.values())


def test_a_second_look_that_saw_nothing_new_needed_one_request_a_page(tmp_path: Path) -> None:
    """What the archive had word for word was not needed again: the second run adds little to the fewest."""
    with Sandbox(WORLD) as sandbox:
        first = _told(audited(session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now)))["vk"]
        sandbox.now = later = WORLD.now + timedelta(hours=1)
        both = _told(audited(session_of(WORLD, tmp_path, sandbox.settings(), later)))["vk"]
    assert first.least is not None
    assert first.made is not None
    assert both.least is not None
    assert both.made is not None
    assert both.made > first.made
    assert both.least - first.least < first.least


def test_a_run_that_told_nothing_leaves_the_sum_unknown(tmp_path: Path) -> None:
    """Where a run of the week was killed the sum is not known, and is not what the other runs made."""
    with Sandbox(WORLD) as sandbox:
        session = session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Archive, "keep_requests", lambda *_: None)
            assert audited(session).requests == []
        sandbox.now = later = WORLD.now + timedelta(hours=1)
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), later))
    assert audit.requests
    assert all(one.made is None and one.least is None for one in audit.requests)


def test_the_method_says_them_in_both_languages(tmp_path: Path) -> None:
    """The method names each route with what was made and needed, and says so where it is not known."""
    with Sandbox(WORLD) as sandbox:
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now))
    told = [AuditedRequests(route="vk", made=41, least=37), AuditedRequests(route="telegram_preview")]
    shown = audit.model_copy(update={"requests": told})
    pages = {lang: render_html(shown, catalogue=Catalogue(lang, TOMSK)) for lang in ("ru", "en")}
    assert "сделано 41, хватило бы 37" in pages["ru"]
    assert "неизвестно: проверка прерывалась" in pages["ru"]
    assert "41 made, at least 37 needed" in pages["en"]
