-- Times are ISO 8601 UTC text of one fixed form, so that sorting the text sorts the times. Each BLOB is compressed text
-- (`auditor.base.storage_format`).
CREATE TABLE IF NOT EXISTS meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Each registry that a run or an audit used, once.
CREATE TABLE IF NOT EXISTS registries (
    sha256 TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- `requests` are the numbers of requests by route, null for a run that was killed. `pages` and `words` say how many bytes
-- of its two files are valid: what follows was written by a transaction that failed or was killed.
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

-- `asked` is the input of a control or a look (`auditor.run.look_input`): with the responses it is all a replay needs.
-- A second result of a run over the same route replaces the first; so does a second look.
CREATE TABLE IF NOT EXISTS controls (
    run_id INTEGER NOT NULL REFERENCES runs (id),
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    asked BLOB NOT NULL,
    PRIMARY KEY (run_id, route, url)
) STRICT, WITHOUT ROWID;

-- A row is a look. Its parts are removed separately: `comments` after 90 days, `core` (all else, with sums of the
-- comments) and `asked` after a year; `facts`, which date the page, stay. `posts` and `said` are the numbers of posts and
-- of comments that were read.
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

-- The index of stored responses: each is in its run's file of `part`, from byte `offset` on. The row stays when the file
-- is purged, except for responses to searches.
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

-- How far each scout has got in its search for a person's accounts; the newest row counts. `tried` is the number of names
-- or pages it has requested; `state` is the scout's own JSON, from which it continues. The rows of a run are removed
-- together with its comments.
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

-- What a signed-in route remembers between runs: ids of channels with the hashes of this login, closed methods.
CREATE TABLE IF NOT EXISTS logins (
    session TEXT PRIMARY KEY,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every audit ever stored of a week, as it was written; the newest is the week's audit.
CREATE TABLE IF NOT EXISTS audits (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    week TEXT NOT NULL,
    as_of TEXT NOT NULL,
    registry TEXT REFERENCES registries (sha256),
    body BLOB NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS audits_by_week ON audits (week, as_of);

-- A chain: each body names the SHA-256 of the previous one. `leaves` are the hashes under its root, of all that a run
-- stored or a purge removed. AUTOINCREMENT remembers the highest number ever given, so that seals missing from the end
-- are noticed.
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
