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
