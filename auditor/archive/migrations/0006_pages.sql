-- What was seen is kept by page. What is a BLOB is compressed (`auditor.archive.packing`). A post stands here once, without its comments; a look names it, and what it saw
-- otherwise. `last_seen` is when the newest look at it was taken.
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

-- Each audit ever stored of a week; the newest stands for it. `head` is the document without its offices, which
-- follow one by one; `form` says how the document was written, so that it is given back byte for byte.
CREATE TABLE editions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    week TEXT NOT NULL,
    as_of TEXT NOT NULL,
    form TEXT NOT NULL,
    head BLOB NOT NULL
) STRICT;
CREATE INDEX editions_by_week ON editions (week, as_of);

CREATE TABLE edition_offices (
    edition INTEGER NOT NULL REFERENCES editions (id),
    place INTEGER NOT NULL,
    office TEXT NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (edition, place)
) STRICT;
CREATE INDEX edition_offices_by_office ON edition_offices (office, edition);
