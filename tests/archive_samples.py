"""An archive of three finished runs, and the ways in which tests look into it and spoil it."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive, Flaw
from auditor.base.answers import Answer, keep
from auditor.base.packing import opened, packed
from auditor.base.snapshot import ControlResult, EvidenceKind, Network, Outcome, Route, Snapshot
from tests.cases import NOW, WEEK, snapshot

PAGES = ("https://t.me/perviy_rayon", "https://t.me/vtoroy_rayon", "https://t.me/tretiy_rayon")
START = {"command": "weekly", "vantage": "тест", "tool_version": "0"}


def look(url: str, moment) -> tuple[Snapshot, tuple[Answer, ...]]:
    body = f"<html>{url} {moment}</html>".encode() * 20
    answer = keep(EvidenceKind.PROFILE, url, fetched_at=moment, status=200, received=body, method="GET", headers=())
    return snapshot(url=url, taken_at=moment, evidence=(answer.evidence,)), (answer,)


def fill(folder: Path) -> Path:
    """Three finished runs of three accounts each, with a control and an audit."""
    with Archive.open(folder) as archive:
        archive.mark_synthetic()
        for number in range(3):
            moment = NOW + timedelta(weeks=number)
            week = str(WEEK.shift(number))
            run = archive.start_run(week=week, started_at=moment, **START)
            control = ControlResult(
                network=Network.TELEGRAM,
                route=Route.TELEGRAM_PREVIEW,
                url="https://t.me/telegram",
                expected=True,
                outcome=Outcome.PASSED,
            )
            archive.save_control(run, control, ())
            ids = []
            for url in PAGES:
                seen, answers = look(url, moment)
                ids.append(answers[0].evidence.id)
                archive.save(run, week, seen, answers)
            archive.finish_run(run, moment + timedelta(minutes=1))
            finding = {"check": "account_exists", "outcome": "passed", "evidence": ids}
            document = {"offices": [{"id": "perviy", "findings": [finding]}]}
            archive.save_audit(week, moment, json.dumps(document, indent=2) + "\n")
    return folder


def flaws(folder: Path) -> list[Flaw]:
    with Archive.read(folder) as archive:
        return archive.verify()


def edit(folder: Path, *statements: str) -> None:
    database = connect(folder)
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def connect(folder: Path) -> sqlite3.Connection:
    """The archive's database, where SQL can open (`unzipped`) and write (`zipped`) what is stored compressed."""
    database = sqlite3.connect(folder / "archive.sqlite")
    database.create_function("unzipped", 1, opened)
    database.create_function("zipped", 1, packed)
    return database


def replace_audit(folder: Path, week: str, text: str) -> None:
    """Put `text` in the place of the audit that stands for a week."""
    newest = f"(SELECT max(id) FROM editions WHERE week = '{week}')"
    database = connect(folder)
    database.execute(f"UPDATE editions SET body = zipped(?) WHERE id = {newest}", (text,))
    database.commit()
    database.close()
