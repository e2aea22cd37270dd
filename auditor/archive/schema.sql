-- Times are ISO 8601 UTC text of one fixed form, so that they sort as they follow each other. What is a BLOB is
-- compressed (`auditor.base.packing`).
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    week TEXT NOT NULL,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    vantage TEXT NOT NULL,
    tool_version TEXT NOT NULL
) STRICT;

CREATE TABLE controls (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    outcome TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run_id, route, url)
) STRICT, WITHOUT ROWID;

-- What a signed-in route remembers between runs: channels' numbers with the hashes of this login, closed methods.
CREATE TABLE logins (
    session TEXT PRIMARY KEY,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How far a search for a person's accounts has come, for each way of searching: the newest stands. `tried` is how many
-- names or pages were asked for; `state` is the scout's own JSON, from which it goes on.
CREATE TABLE discoveries (
    office_id TEXT NOT NULL,
    person TEXT NOT NULL,
    scout TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    at TEXT NOT NULL,
    tried INTEGER NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (office_id, person, scout)
) STRICT, WITHOUT ROWID;

-- Answers are in one WARC file a run; the database keeps where each record stands. `size` is how far the file is valid:
-- what follows was written by a run that was killed before it could say so.
CREATE TABLE warcs (
    run_id INTEGER PRIMARY KEY REFERENCES runs (id),
    name TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL
) STRICT;

CREATE TABLE records (
    id TEXT PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES warcs (run_id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    sha256 TEXT NOT NULL,
    stored_sha256 TEXT NOT NULL,
    minimised INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    record_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_run ON records (run_id, offset);

-- What a purge leaves. A row of `records` stays as its run was sealed; where a file was written anew, `moved` says where
-- the record stands now, and by `purged_at` that a mark stands in its place.
CREATE TABLE moved (
    id TEXT PRIMARY KEY REFERENCES records (id),
    run_id INTEGER NOT NULL REFERENCES runs (id),
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    purged_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_by_run ON moved (run_id, offset);

CREATE VIEW placed AS
SELECT
    r.id,
    r.run_id,
    r.kind,
    r.url,
    r.fetched_at,
    r.status,
    r.sha256,
    r.stored_sha256,
    r.minimised,
    coalesce(m.offset, r.offset) AS offset,
    coalesce(m.length, r.length) AS length,
    r.record_id,
    m.purged_at
FROM records r LEFT JOIN moved m USING (id);

-- What a run wrote down of itself, each a record in its file: of every look and control what it was to look at and which
-- answers came; the registry that was judged by. Where a record stands changes with a purge, its content never does.
CREATE TABLE notes (
    run_id INTEGER NOT NULL REFERENCES warcs (run_id),
    kind TEXT NOT NULL,
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    record_id TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    PRIMARY KEY (run_id, kind, route, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX notes_by_hash ON notes (sha256);

-- A post stands here once, without its comments; a look names it, and what it saw otherwise. `last_seen` is when the
-- newest look at it was taken.
CREATE TABLE posts (
    id INTEGER PRIMARY KEY,
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX posts_by_page ON posts (url, route, number);
CREATE INDEX posts_by_time ON posts (at);
CREATE INDEX posts_by_last_look ON posts (last_seen);

-- `brief` is what later weeks need of a look, without comments, with its oldest and its newest post. `body` is all
-- that it saw, and null once retention has left the brief alone. `comments` counts its rows of comments; they are
-- sums since `purged_at`.
CREATE TABLE looks (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    week TEXT NOT NULL,
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    renamed_to TEXT,
    comments INTEGER NOT NULL,
    purged_at TEXT,
    brief BLOB NOT NULL,
    body BLOB,
    UNIQUE (run_id, route, url)
) STRICT;
CREATE INDEX looks_by_url ON looks (url, taken_at);
CREATE INDEX looks_by_time ON looks (taken_at);
CREATE INDEX looks_with_comments ON looks (taken_at) WHERE comments > 0;
CREATE INDEX looks_by_week ON looks (week, purged_at);
CREATE INDEX looks_renamed ON looks (renamed_to, url) WHERE renamed_to IS NOT NULL;

-- What a run saw of a route as a whole: JSON made of its controls and looks, so that a page is read without the others.
CREATE TABLE run_routes (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    route TEXT NOT NULL,
    posts_at TEXT,
    threads_at TEXT,
    controls TEXT NOT NULL,
    PRIMARY KEY (run_id, route)
) STRICT, WITHOUT ROWID;

-- Each audit ever stored of a week, as it was written; the newest stands for it.
CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    week TEXT NOT NULL,
    as_of TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX editions_by_week ON editions (week, as_of);

-- A chain: each body names the SHA-256 of the one before. AUTOINCREMENT remembers the last number that was ever given,
-- so that links missing from the end are missed.
CREATE TABLE manifests (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    run_id INTEGER UNIQUE,
    week TEXT,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
