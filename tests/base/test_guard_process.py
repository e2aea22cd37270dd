"""What ends with the process leaves nothing on the standard error that is no defect."""

import asyncio
import sys
import threading

import pytest

from auditor.base.logs import guard_process


def test_a_connection_that_ends_with_the_process_is_no_defect(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What waits for an answer, and would say goodbye, when a command ends early: its own line has said why."""

    async def connection() -> None:
        try:
            await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)

    for place, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(place, name, getattr(place, name))
    guard_process()
    waiting = connection()
    waiting.send(None)
    del waiting
    assert capsys.readouterr().err == ""
