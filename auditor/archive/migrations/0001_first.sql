-- Times are ISO 8601 UTC text of one fixed form, so that they sort as they follow each other.
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

CREATE TABLE snapshots (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    week TEXT NOT NULL,
    route TEXT NOT NULL,
    url TEXT NOT NULL,
    taken_at TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (run_id, route, url)
) STRICT;
CREATE INDEX snapshots_by_url ON snapshots (url, taken_at);

-- What was written of an answer, once for each content.
CREATE TABLE answers (
    stored_sha256 TEXT PRIMARY KEY,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE evidence (
    id TEXT PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    fetched_at TEXT NOT NULL,
    status INTEGER,
    sha256 TEXT NOT NULL,
    stored_sha256 TEXT NOT NULL REFERENCES answers (stored_sha256),
    minimised INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audits (
    week TEXT PRIMARY KEY,
    as_of TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What a signed-in route remembers between runs: channels' numbers with the hashes of this login, closed methods.
CREATE TABLE logins (
    session TEXT PRIMARY KEY,
    saved_at TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
