-- Answers move out of the database into one WARC file a run; the database keeps where each record stands.
-- `size` is how far the file is valid: what follows was written by a run that was killed before it could say so.
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
