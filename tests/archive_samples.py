"""An archive of three finished runs, and the ways in which tests look into it and spoil it."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive
from auditor.archive.verify import Flaw
from auditor.base.answers import Answer, keep
from auditor.base.packing import opened, packed
from auditor.base.snapshot import (
    Comment,
    CommentsState,
    ControlResult,
    Evidence,
    EvidenceKind,
    Network,
    Outcome,
    Post,
    Route,
    Side,
    Snapshot,
)
from tests.cases import NOW, WEEK, snapshot

PAGES = ("https://t.me/perviy_rayon", "https://t.me/vtoroy_rayon", "https://t.me/tretiy_rayon")
START = {"command": "weekly", "vantage": "тест", "tool_version": "0"}


def look(url: str, moment) -> tuple[Snapshot, tuple[Answer, ...]]:
    body = f"<html>{url} {moment}</html>".encode() * 20
    answer = keep(EvidenceKind.PROFILE, url, fetched_at=moment, status=200, received=body, method="GET", headers=())
    return snapshot(url=url, taken_at=moment, evidence=(answer.evidence,)), (answer,)


def talked(url: str, moment) -> tuple[Snapshot, tuple[Answer, ...]]:
    """A look under whose only post a citizen wrote."""
    seen, answers = look(url, moment)
    said = keep(EvidenceKind.COMMENTS, f"{url}/5", fetched_at=moment, status=200, received=b"{}", stored=b"[]")
    comment = Comment(id=7, at=moment, side=Side.CITIZEN, author=1)
    post = Post(id=5, at=moment, url=f"{url}/5", comments_state=CommentsState.OPEN, comments=(comment,))
    evidence = (*seen.evidence, said.evidence)
    return seen.model_copy(update={"posts": (post,), "evidence": evidence}), (*answers, said)


def fill(folder: Path) -> Path:
    """Three finished runs of three accounts each, with a control, a search and an audit."""
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
            archive.looks.save_control(run, control, ())
            archive.keep_registry(run, "timezone: Asia/Tomsk\n")
            ids = []
            for url in PAGES:
                seen, answers = talked(url, moment) if url == PAGES[0] else look(url, moment)
                ids.append(answers[0].evidence.id)
                archive.looks.save(run, week, seen, answers)
            found = keep(EvidenceKind.LEAD, "https://t.me/tyozka", fetched_at=moment, status=200, received=b"page")
            archive.searches.keep(run, [found])
            archive.searches.save(run, "perviy", "Имярек А. А.", "vk", 10, '{"next": 10}', moment)
            archive.finish_run(run, moment + timedelta(minutes=1), {"telegram_preview": 4})
            finding = {"check": "account_exists", "outcome": "passed", "evidence": ids}
            document = {"offices": [{"id": "perviy", "findings": [finding]}]}
            archive.audits.save(week, moment, json.dumps(document, indent=2) + "\n", "timezone: Asia/Tomsk\n")
    return folder


def evidence(archive: Archive, identifier: str) -> tuple[Evidence, bytes] | None:
    """A stored answer with its body, by its id."""
    found = archive.answers.entries(ids=[identifier])
    return (found[0].evidence, archive.answers.record(found[0]).body) if found else None


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
    newest = f"(SELECT max(id) FROM audits WHERE week = '{week}')"
    database = connect(folder)
    database.execute(f"UPDATE audits SET body = zipped(?) WHERE id = {newest}", (text,))
    database.commit()
    database.close()
