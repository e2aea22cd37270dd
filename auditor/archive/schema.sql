-- Times are ISO 8601 UTC text of one fixed form, so that they sort as they follow each other. What is a BLOB is a text,
-- compressed (`auditor.base.packing`).
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each registry that a run or an audit went by, once.
CREATE TABLE IF NOT EXISTS registries (
    sha256 TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- `requests` is how many it made, by route, null of a run that was killed. `pages` and `words` say how far its two files
-- are valid, in bytes: what follows was written by a run that was killed before it could say so.
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY,
    week TEXT NOT NULL,
    command TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    vantage TEXT NOT NULL,
    tool_version TEXT NOT NULL,
    registry TEXT REFERENCES registries (sha256),
    requests TEXT,
    pages INTEGER NOT NULL DEFAULT 0,
    words INTEGER NOT NULL DEFAULT 0
) STRICT;

-- `asked` is what a control, or a look, was to look at: with the answers it is all that a replay needs.
CREATE TABLE IF NOT EXISTS controls (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    asked BLOB NOT NULL,
    PRIMARY KEY (run_id, route, url)
) STRICT, WITHOUT ROWID;

-- A look is a row. What lies apart goes apart: `comments` after 90 days, `core` (all else, with their sums) and `asked`
-- after a year; `facts`, what dates the page, stay. `posts` and `said` count the posts and the comments that were read.
CREATE TABLE IF NOT EXISTS looks (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    week TEXT NOT NULL,
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    renamed_to TEXT,
    posts INTEGER NOT NULL,
    said INTEGER NOT NULL,
    facts BLOB NOT NULL,
    core BLOB,
    comments BLOB,
    asked BLOB,
    UNIQUE (run_id, route, url)
) STRICT;
CREATE INDEX IF NOT EXISTS looks_by_url ON looks (url, taken_at);
CREATE INDEX IF NOT EXISTS looks_by_time ON looks (taken_at);
CREATE INDEX IF NOT EXISTS looks_by_route ON looks (run_id, route, taken_at, posts, said);
CREATE INDEX IF NOT EXISTS looks_renamed ON looks (renamed_to, url) WHERE renamed_to IS NOT NULL;
CREATE INDEX IF NOT EXISTS looks_with_comments ON looks (run_id) WHERE comments IS NOT NULL;
CREATE INDEX IF NOT EXISTS looks_whole ON looks (run_id) WHERE core IS NOT NULL;

-- Where each answer is: in its run's file of `part`, from byte `offset` on. The row stays when the file is purged, but
-- for what was asked while looking for accounts.
CREATE TABLE IF NOT EXISTS answers (
    id TEXT PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    sha256 TEXT NOT NULL,
    stored_sha256 TEXT NOT NULL,
    minimised INTEGER NOT NULL,
    part TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    record_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answers_by_run ON answers (run_id, part, offset);
CREATE INDEX IF NOT EXISTS answers_of_searches ON answers (run_id) WHERE kind = 'lead';

-- How far a search for a person's accounts has come, for each way of searching: the newest stands. `tried` is how many
-- names or pages were asked for; `state` is the scout's own JSON, from which it goes on. All of a run goes with its
-- comments.
CREATE TABLE IF NOT EXISTS searches (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    office_id TEXT NOT NULL,
    person TEXT NOT NULL,
    scout TEXT NOT NULL,
    at TEXT NOT NULL,
    tried INTEGER NOT NULL,
    state TEXT NOT NULL,
    UNIQUE (office_id, person, scout, run_id)
) STRICT;
CREATE INDEX IF NOT EXISTS searches_by_run ON searches (run_id);

-- What a signed-in route remembers between runs: channels' numbers with the hashes of this login, closed methods.
CREATE TABLE IF NOT EXISTS logins (
    session TEXT PRIMARY KEY,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each audit ever stored of a week, as it was written; the newest stands for it.
CREATE TABLE IF NOT EXISTS audits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    week TEXT NOT NULL,
    as_of TEXT NOT NULL,
    registry TEXT REFERENCES registries (sha256),
    body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS audits_by_week ON audits (week, as_of);

-- A chain: each body names the SHA-256 of the one before. `leaves` are the hashes under its root, of all that a run
-- stored or a purge removed. AUTOINCREMENT remembers the last number that was ever given, so that links missing from
-- the end are missed.
CREATE TABLE IF NOT EXISTS seals (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    run_id INTEGER,
    week TEXT,
    sha256 TEXT NOT NULL,
    body TEXT NOT NULL,
    leaves BLOB
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS seals_of_runs ON seals (run_id) WHERE kind = 'run';
CREATE INDEX IF NOT EXISTS seals_by_week ON seals (week, kind);
