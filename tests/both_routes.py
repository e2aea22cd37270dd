"""A run of the whole way by every route, the signed-in client too, over a sandbox's servers."""

from collections import Counter
from pathlib import Path

from auditor.audit.document import Audit
from auditor.sandbox import Sandbox, World
from tests.pipeline import audited, workspace_of


def private(folder: Path) -> Path:
    """The folder in which the client's session is."""
    made = folder / "client"
    made.mkdir(parents=True, exist_ok=True)
    return made


def both(world: World, folder: Path, *faults: str) -> tuple[Audit, Counter[str]]:
    """Look and judge; return the audit, and what Telegram's client was asked."""
    with Sandbox(world) as sandbox:
        sandbox.now = world.now
        for fault in faults:
            sandbox.faults.on(fault)
        audit = audited(workspace_of(world, folder, sandbox.settings(client=private(folder)), world.now))
        return audit, Counter(r.method for r in sandbox.requests if r.network == "MTPROTO")
