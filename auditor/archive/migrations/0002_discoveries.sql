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
