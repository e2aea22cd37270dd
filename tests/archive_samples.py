"""An archive of three finished runs, a week each, and the ways in which tests look into it and spoil it."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from auditor.archive import Archive
from auditor.archive.verify import Flaw
from auditor.audit.make_audit import WeekRuns, make_audit
from auditor.base.i18n import Translator
from auditor.base.settings import load_settings
from auditor.base.snapshot import (
    Comment,
    CommentsState,
    ControlResult,
    Evidence,
    EvidenceKind,
    Intent,
    Network,
    Outcome,
    Post,
    Route,
    Side,
    Snapshot,
)
from auditor.base.storage_format import compress_text, decompress_text
from auditor.base.stored_response import StoredResponse, make_stored_response
from auditor.base.weeks import Week
from auditor.registry import Registry, parse_registry
from auditor.run.workspace import Workspace
from tests.cases import NOW, TOMSK, WEEK, snapshot

PAGES = ("https://t.me/perviy_rayon", "https://t.me/vtoroy_rayon", "https://t.me/tretiy_rayon")
START = {"command": "weekly", "vantage": "тест", "tool_version": "0"}
RUNS = 3
BOOK = """timezone: Asia/Tomsk
directive: {title: Т, issuer: И, issued: 2022-05-25, deadline: 2022-06-01, binds: municipal_head, source: С}
offices:
  - id: perviy
    municipality: Первый район
    title: глава района
    group: municipal_head
    tenures:
      - name: Имярек Анна Андреевна
        since: 2020
        known_as_of: 2026-11
        sources: [https://example.invalid/1]
        accounts:
          - {url: t.me/perviy_rayon, kind: personal, confirmed: {on: 2026-09-01, how: письмо пресс-службы}}
  - {id: vtoroy, municipality: Второй район, title: глава района, group: municipal_head}
"""


def moment(number: int) -> datetime:
    """When a run began; the runs are numbered from 1."""
    return NOW + timedelta(weeks=number - 1)


def week(number: int) -> Week:
    """The week that a run looked at."""
    return WEEK.shift(number - 1)


def words(at: datetime) -> bytes:
    """What stood in one answer, and nowhere else."""
    return f'{{"said": "вымышленные слова {at:%Y%m%d} {"неповторимые" * 5}"}}'.encode()


def row(at: datetime) -> str:
    """How the numbers of a run's comments begin, and nothing else does."""
    return f"7{at:%Y%m%d}"


def namesake(at: datetime) -> str:
    """The address of somebody else's page that a search came upon."""
    return f"https://t.me/odnofamilets_{at:%Y%m%d}"


def look(url: str, at: datetime) -> tuple[Snapshot, tuple[StoredResponse, ...]]:
    """A page without posts, behind which is one answer."""
    body = f"<html>{url} {at}</html>".encode() * 20
    answer = make_stored_response(
        EvidenceKind.PROFILE, url, fetched_at=at, status=200, received=body, method="GET", headers=()
    )
    return snapshot(url=url, taken_at=at, evidence=(answer.evidence,)), (answer,)


def talked(url: str, at: datetime) -> tuple[Snapshot, tuple[StoredResponse, ...]]:
    """A look at two posts: under one of them a citizen asks, another only writes, and the owner answers."""
    page_snapshot, answers = look(url, at)
    address = f"{url}/5?embed=1"
    comment_page = make_stored_response(
        EvidenceKind.COMMENTS, address, fetched_at=at, status=200, received=b"{}", stored=words(at)
    )
    kinds = ((Side.CITIZEN, Intent.ASKS), (Side.CITIZEN, Intent.NOT), (Side.OWNER, Intent.NOT))
    comments = tuple(
        Comment(id=int(f"{row(at)}{n}"), at=at - timedelta(days=6), side=side, author=n + 1, says=says)
        for n, (side, says) in enumerate(kinds)
    )
    before = {"at": at - timedelta(days=6), "comments_state": CommentsState.OPEN}
    posts = (Post(id=5, url=f"{url}/5", comments=comments, **before), Post(id=6, url=f"{url}/6", **before))
    return page_snapshot.model_copy(
        update={"posts": posts, "evidence": (*page_snapshot.evidence, comment_page.evidence)}
    ), (*answers, comment_page)


def control(outcome: Outcome = Outcome.PASSED) -> ControlResult:
    """What a run saw of a page of which it is known how it looks."""
    about = {"network": Network.TELEGRAM, "route": Route.TELEGRAM_PREVIEW, "url": "https://t.me/telegram"}
    return ControlResult(**about, expected=True, outcome=outcome)


@cache
def book() -> Registry:
    """The registry that the runs went by."""
    return parse_registry(BOOK, "officials.yaml")


def begun(archive: Archive, at: datetime = NOW, of: Week = WEEK) -> int:
    """Begin a run."""
    return archive.start_run(week=str(of), started_at=at, **START)


def fill(folder: Path) -> Path:
    """Three finished runs of three accounts each, with a control, a search and an audit."""
    with Archive.open(folder) as archive:
        archive.mark_synthetic()
        for number in range(1, RUNS + 1):
            at, of = moment(number), week(number)
            run = begun(archive, at, of)
            archive.snapshots.save_control(run, control(), ())
            archive.keep_registry(run, BOOK)
            for url in PAGES:
                archive.snapshots.save(run, str(of), *(talked if url == PAGES[0] else look)(url, at))
            page = make_stored_response(EvidenceKind.LEAD, namesake(at), fetched_at=at, status=200, received=b"page")
            archive.searches.save_responses(run, [page])
            archive.searches.save(run, "perviy", "Имярек А. А.", "vk", 10, f'["{namesake(at)}"]', at)
            archive.finish_run(run, at + timedelta(minutes=1), {"telegram_preview": 4})
            audit = make_audit(
                book(), of, at, archive.snapshots.snapshots(at), WeekRuns(controls=[control()], synthetic=True)
            )
            archive.audits.save(str(of), at, audit.to_stored(), BOOK)
    return folder


def workspace_on(folder: Path, at: datetime = NOW, lang: str = "en") -> Workspace:
    """Return a workspace on the archive in `folder`, with the registry of its runs."""
    settings, translator = load_settings({}, folder), Translator(lang, TOMSK)
    return Workspace(settings, book(), folder / "officials.yaml", folder, folder / "reports", translator, at)


def evidence(archive: Archive, identifier: str) -> tuple[Evidence, bytes] | None:
    """A stored answer with its body, by its id."""
    entries = archive.evidence.entries(ids=[identifier])
    return (entries[0].evidence, archive.evidence.record(entries[0]).body) if entries else None


def flaws(folder: Path) -> list[Flaw]:
    """What `verify` finds."""
    with Archive.read(folder) as archive:
        return archive.verify()


def edit(folder: Path, *statements: str) -> None:
    """Change the database behind the archive's back."""
    with closing(connect(folder)) as database, database:
        for statement in statements:
            database.execute(statement)


def connect(folder: Path) -> sqlite3.Connection:
    """The archive's database, where SQL can open (`unzipped`) and write (`zipped`) what is stored compressed."""
    database = sqlite3.connect(folder / "archive.sqlite")
    database.create_function("unzipped", 1, decompress_text)
    database.create_function("zipped", 1, compress_text)
    return database


def replace_audit(folder: Path, week: str, text: str) -> None:
    """Put `text` in the place of the audit that stands for a week."""
    newest = f"(SELECT max(id) FROM audits WHERE week = '{week}')"
    with closing(connect(folder)) as database, database:
        database.execute(f"UPDATE audits SET body = zipped(?) WHERE id = {newest}", (text,))
