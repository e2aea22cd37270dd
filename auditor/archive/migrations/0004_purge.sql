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

-- Snapshots whose comments were purged: the sums stand in their posts.
CREATE TABLE stripped (
    snapshot_id INTEGER PRIMARY KEY REFERENCES snapshots (id),
    purged_at TEXT NOT NULL
) STRICT;
