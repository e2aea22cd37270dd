"""How many requests a week took: in the audit and in its method."""

from datetime import timedelta
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.audit.document import Audit, AuditedRequests
from auditor.base.i18n import Catalogue
from auditor.sandbox import Sandbox, World
from tests.cases import TOMSK
from tests.pages import whole
from tests.pipeline import audited, few, session_of

WORLD = few(World.build())


def _told(audit: Audit) -> dict[str, AuditedRequests]:
    return {one.route: one for one in audit.requests}


def test_what_the_servers_counted_is_in_the_audit(tmp_path: Path) -> None:
    """The sum by route is what the sandbox was asked."""
    with Sandbox(WORLD) as sandbox:
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now))
        counted = {name: sum(r.network == name for r in sandbox.requests) for name in ("vk", "telegram")}
    told = _told(audit)
    assert {name: told[route].made for name, route in (("vk", "vk"), ("telegram", "telegram_preview"))} == counted


def test_a_run_that_told_nothing_leaves_the_sum_unknown(tmp_path: Path) -> None:
    """Where a run of the week was killed the sum is not known, and is not what the other runs made."""
    with Sandbox(WORLD) as sandbox:
        session = session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Archive, "finish_run", lambda *_: None)
            assert audited(session).requests == []
        sandbox.now = later = WORLD.now + timedelta(hours=1)
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), later))
    assert audit.requests
    assert all(one.made is None for one in audit.requests)


def test_the_method_says_them_in_both_languages(tmp_path: Path) -> None:
    """The method names each route with what was made, and says so where it is not known."""
    with Sandbox(WORLD) as sandbox:
        audit = audited(session_of(WORLD, tmp_path, sandbox.settings(), WORLD.now))
    told = [AuditedRequests(route="vk", made=41), AuditedRequests(route="telegram_preview")]
    shown = audit.model_copy(update={"requests": told})
    pages = {lang: whole(shown, Catalogue(lang, TOMSK)) for lang in ("ru", "en")}
    assert ": 41</li>" in pages["ru"]
    assert "неизвестно: проверка прерывалась" in pages["ru"]
    assert ": 41</li>" in pages["en"]
