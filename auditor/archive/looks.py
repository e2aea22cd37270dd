"""Looks as they are stored: by page, each post once, the rest compressed, and of each look a brief row.

A look goes in as the text of its snapshot and comes out as the same text, byte for byte: seals and replays rest on it.
Where a text cannot be made again from its parts it is kept as it came.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditor.base.packing import opened, packed, stamp, written
from auditor.base.snapshot import EvidenceKind, RouteSeen

_STALE = "stale"
"""The cause (DESIGN.md 9) for what was seen and is not kept: it is unknown, not none."""
_EVIDENCE = ("id", "kind", "url", "fetched_at", "status", "sha256", "stored_sha256", "minimised")
MALFORMED = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What is raised of a row that has lost its form."""
_KEPT_OF_A_POST = ("id", "at", "url", "repost")


@dataclass(frozen=True, slots=True)
class LookRow:
    """A row of the table `looks`."""

    id: int
    run: int
    week: str
    route: str
    url: str
    taken_at: str
    brief: bytes
    body: bytes | None
    purged_at: str | None
    renamed_to: str | None
    comments: int


# Writing ------------------------------------------------------------------------------------------------------------


def add_look(
    db: sqlite3.Connection, run: int, week: str, page: tuple[str, str, str], text: str, purged_at: str | None = None
) -> None:
    """Store a look; `page` is its route, its address and when it was taken, `text` its snapshot as JSON.

    Its answers must be in the index already. A look of the same run at the same page is replaced.
    """
    route, url, taken_at = page
    brief, renamed = packed(brief_text(db, text)), renamed_to(text)
    body = _body(db, route, url, taken_at, text)
    db.execute(
        "INSERT OR REPLACE INTO looks "
        "(run_id, week, route, url, taken_at, renamed_to, comments, purged_at, brief, body) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (run, week, route, url, taken_at, renamed, count_comments(text), purged_at, brief, body),
    )
    _note_route(db, run, route, taken_at, text)


def rewrite_look(db: sqlite3.Connection, row: LookRow, text: str, purged_at: str) -> None:
    """Put `text`, which has less in it, in the place of a look's."""
    body = _body(db, row.route, row.url, row.taken_at, text)
    db.execute("UPDATE looks SET body = ?, comments = 0, purged_at = ? WHERE id = ?", (body, purged_at, row.id))


def count_comments(text: str) -> int:
    """Return how many comments a snapshot's text holds; 0 where it is none."""
    try:
        return sum(len(post.get("comments", ())) for post in json.loads(text).get("posts", ()))
    except MALFORMED:
        return 0


def _body(db: sqlite3.Connection, route: str, url: str, taken_at: str, text: str) -> bytes:
    """Return what is stored of a look beside its brief: its text in parts, or the text itself where that is not it."""
    parts = _parts(db, route, url, taken_at, text)
    if parts is not None and written(_joined(parts, *_named(db, [parts]))) == text:
        return packed(written(parts))
    return packed(written(text))


def _parts(db: sqlite3.Connection, route: str, url: str, taken_at: str, text: str) -> dict[str, Any] | None:
    """Return a look with the numbers of its posts' rows in place of the posts, of its answers in place of those."""
    try:
        seen = json.loads(text)
        posts = [_post(db, route, url, taken_at, post) for post in seen["posts"]]
        return {**seen, "posts": posts, "evidence": _by_id(db, seen["evidence"])}
    except MALFORMED:
        return None


def _post(db: sqlite3.Connection, route: str, url: str, taken_at: str, post: dict[str, Any]) -> list[Any]:
    """Store a post where it is new; return the number of its row, and what this look saw otherwise."""
    known = db.execute(
        "SELECT id, body FROM posts WHERE url = ? AND route = ? AND number = ? ORDER BY id DESC LIMIT 1",
        (url, route, post["id"]),
    ).fetchone()
    if known is not None and list(base := json.loads(opened(known[1]))) == list(post):
        db.execute("UPDATE posts SET last_seen = max(last_seen, ?) WHERE id = ?", (taken_at, known[0]))
        return [known[0], {key: value for key, value in post.items() if base[key] != value}]
    bare = {**post, "comments": []}
    at = stamp(datetime.fromisoformat(post["at"]))
    cursor = db.execute(
        "INSERT INTO posts (route, url, number, at, last_seen, body) VALUES (?, ?, ?, ?, ?, ?)",
        (route, url, post["id"], at, taken_at, packed(written(bare))),
    )
    return [cursor.lastrowid, {"comments": post["comments"]} if post["comments"] else {}]


def _by_id(db: sqlite3.Connection, answers: Sequence[dict[str, Any]]) -> list[Any]:
    """Return the ids of answers that the index has as they are; the others as they are."""
    known = _answers(db, [{"evidence": [answer["id"] for answer in answers]}])
    return [answer["id"] if known.get(answer["id"]) == answer else answer for answer in answers]


def brief_text(db: sqlite3.Connection, text: str) -> str:
    """Return what later weeks need of a look. A text that is no snapshot is its own brief."""
    try:
        brief = brief_of(json.loads(text))
        return written({**brief, "evidence": _by_id(db, brief["evidence"])})
    except MALFORMED:
        return text


def brief_of(seen: dict[str, Any]) -> dict[str, Any]:
    """Return a look without comments: its facts, its oldest and its newest post, the answers that date the page."""
    line = sorted(seen["posts"], key=lambda post: (datetime.fromisoformat(post["at"]), post["id"]))
    ends = line[:1] + line[1:][-1:]
    posts = [{**{key: post[key] for key in _KEPT_OF_A_POST}, "comments_cause": _STALE} for post in ends]
    told = {key: value for key, value in seen.items() if value not in (None, "", [])}
    return {
        **told,
        "posts_cause": seen["posts_cause"] or _STALE,
        "posts": posts,
        "evidence": list(_dating(seen["evidence"])),
    }


def _dating(answers: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the last answer of those that may show since when a page is there (`checks.opening`), by kind."""
    for kind in (EvidenceKind.OPENING, EvidenceKind.POSTS):
        yield from [answer for answer in answers if answer["kind"] == kind.value][-1:]


def renamed_to(text: str) -> str | None:
    """Return the address under which a look found its page, where it is another than its own."""
    try:
        found = json.loads(text)["renamed_to"]
    except MALFORMED:
        return None
    return found if isinstance(found, str) else None


# What a run saw of a route as a whole -------------------------------------------------------------------------------


def _note_route(db: sqlite3.Connection, run: int, route: str, taken_at: str, text: str) -> None:
    """Note when a run first saw a post of a route, and a thread."""
    posts, threads = _shows(text)
    db.execute(
        "INSERT INTO run_routes VALUES (?, ?, ?, ?, '[]') ON CONFLICT DO UPDATE SET "
        "posts_at = min(coalesce(posts_at, excluded.posts_at), coalesce(excluded.posts_at, posts_at)), "
        "threads_at = min(coalesce(threads_at, excluded.threads_at), coalesce(excluded.threads_at, threads_at))",
        (run, route, taken_at if posts else None, taken_at if threads else None),
    )


def _shows(text: str) -> tuple[bool, bool]:
    """Tell whether a look shows a post, and a thread (`Snapshot.shows_thread`)."""
    try:
        posts = json.loads(text)["posts"]
        return bool(posts), any(post["comments"] for post in posts)
    except MALFORMED:
        return False, False


def note_controls(db: sqlite3.Connection, run: int, route: str) -> None:
    """Note how the controls of a run's route came out: once more after each of them."""
    rows = db.execute("SELECT body FROM controls WHERE run_id = ? AND route = ? ORDER BY url", (run, route))
    told = [_control(body) for (body,) in rows]
    db.execute(
        "INSERT INTO run_routes VALUES (?, ?, NULL, NULL, ?) ON CONFLICT DO UPDATE SET controls = excluded.controls",
        (run, route, written(told)),
    )


def _control(body: str) -> list[Any]:
    """Return what `RouteSeen.of` takes of a control."""
    try:
        result = json.loads(body)
        return [result["expected"], result["outcome"], result.get("wall"), result.get("thread")]
    except MALFORMED:
        return []


def routes_seen(db: sqlite3.Connection, as_of: str, runs: Collection[int]) -> dict[tuple[int, str], RouteSeen]:
    """Return what each of `runs` saw of its routes up to `as_of`."""
    rows = db.execute(
        "SELECT run_id, route, posts_at, threads_at, controls FROM run_routes "
        "WHERE run_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(runs)),),
    )
    return {
        (run, route): RouteSeen.of(json.loads(controls), posts=_by(posts_at, as_of), threads=_by(threads_at, as_of))
        for run, route, posts_at, threads_at, controls in rows
    }


def _by(at: str | None, as_of: str) -> bool:
    return at is not None and at <= as_of


# Reading ------------------------------------------------------------------------------------------------------------


_COLUMNS = "id, run_id, week, route, url, taken_at, brief, {body}, purged_at, renamed_to, comments"


def rows_of(
    db: sqlite3.Connection,
    where: str,
    values: Mapping[str, object] | None = None,
    order: str = "taken_at, route, id",
    *,
    whole_from: str = "",
) -> list[LookRow]:
    """Return rows of looks; those taken before `whole_from` without their bodies. The SQL of the two is trusted."""
    return list(each_row(db, where, values, order, whole_from=whole_from))


def each_row(
    db: sqlite3.Connection,
    where: str,
    values: Mapping[str, object] | None = None,
    order: str = "taken_at, route, id",
    *,
    whole_from: str = "",
) -> Iterator[LookRow]:
    """Yield the same one by one, so that no more than one body is held: nothing may be written meanwhile."""
    columns = _COLUMNS.format(body="CASE WHEN taken_at >= :whole_from THEN body END")
    sql = f"SELECT {columns} FROM looks WHERE {where} ORDER BY {order}"  # noqa: S608 - trusted
    yield from (LookRow(*row) for row in db.execute(sql, {**(values or {}), "whole_from": whole_from}))


_MANY = 256


def batched(rows: Sequence[LookRow]) -> Iterator[Sequence[LookRow]]:
    """Yield rows some at a time, so that years of looks need no more memory than some."""
    yield from (rows[start : start + _MANY] for start in range(0, len(rows), _MANY))


def documents(db: sqlite3.Connection, rows: Sequence[LookRow]) -> list[Any]:
    """Return looks as JSON: as they were stored, and in brief where the row has no body."""
    found = [json.loads(opened(row.brief if row.body is None else row.body)) for row in rows]
    posts, answers = _named(db, [one for one, row in zip(found, rows, strict=True) if row.body is not None])
    answers |= _answers(db, [one for one, row in zip(found, rows, strict=True) if row.body is None])
    return [_document(one, row, posts, answers) for one, row in zip(found, rows, strict=True)]


def _document(found: Any, row: LookRow, posts: "_Rows", answers: "_Rows") -> Any:
    if isinstance(found, str):
        return json.loads(found)
    if row.body is not None:
        return _joined(found, posts, answers)
    return {**found, "evidence": [_answer(name, answers) for name in found["evidence"]]}


def text_of(db: sqlite3.Connection, row: LookRow) -> str:
    """Return a look's text as it was stored, or its brief. Raises `ValueError` and its like where it is malformed."""
    if row.body is None:
        return opened(row.brief)
    found = json.loads(opened(row.body))
    return found if isinstance(found, str) else written(_joined(found, *_named(db, [found])))


def with_earlier_addresses(db: sqlite3.Connection, urls: Collection[str]) -> set[str]:
    """Return addresses with those from which a page was seen to have moved to one of them."""
    known, new = set(urls), set(urls)
    while new:
        moved = "SELECT url FROM looks WHERE renamed_to IN (SELECT value FROM json_each(?))"
        new = {url for (url,) in db.execute(moved, (json.dumps(sorted(new)),))} - known
        known |= new
    return known


_Rows = dict[Any, dict[str, Any]]


def _named(db: sqlite3.Connection, looks: Iterable[Any]) -> tuple[_Rows, _Rows]:
    """Return the rows of posts and of answers that stored looks name."""
    parts = [one for one in looks if isinstance(one, dict)]
    wanted = json.dumps([number for one in parts for number, _ in one["posts"]])
    posts = db.execute("SELECT id, body FROM posts WHERE id IN (SELECT value FROM json_each(?))", (wanted,))
    return {number: json.loads(opened(body)) for number, body in posts}, _answers(db, parts)


def _answers(db: sqlite3.Connection, parts: Iterable[Mapping[str, Any]]) -> _Rows:
    names = json.dumps([name for one in parts for name in one["evidence"]])
    columns = ", ".join(_EVIDENCE)
    rows = db.execute(f"SELECT {columns} FROM records WHERE id IN (SELECT value FROM json_each(?))", (names,))  # noqa: S608
    return {row[0]: _as_json(row) for row in rows}


def _as_json(row: Sequence[Any]) -> dict[str, Any]:
    """Write an answer of the index as a snapshot does."""
    told = dict(zip(_EVIDENCE, row, strict=True))
    at = str(told["fetched_at"]).removesuffix(".000000Z")
    return {**told, "fetched_at": at if at.endswith("Z") else f"{at}Z", "minimised": bool(told["minimised"])}


def _joined(look: Mapping[str, Any], posts: _Rows, answers: _Rows) -> dict[str, Any]:
    """Put the posts and the answers back where a stored look names them."""
    line = [{**posts.get(number, {}), **otherwise} for number, otherwise in look["posts"]]
    return {**look, "posts": line, "evidence": [_answer(name, answers) for name in look["evidence"]]}


def _answer(name: Any, answers: _Rows) -> Any:
    return answers.get(name, {"id": name}) if isinstance(name, str) else name


def ids_named(row: LookRow) -> list[str]:
    """Return the ids of the answers that a look names; none where it has lost its form."""
    try:
        found = json.loads(opened(row.brief if row.body is None else row.body))
        found = json.loads(found) if isinstance(found, str) else found
        return [one if isinstance(one, str) else str(one["id"]) for one in found["evidence"]]
    except MALFORMED:
        return []
