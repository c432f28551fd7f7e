-- What the service deleted by itself, when and why (P10). Counts and limits only.

CREATE TABLE deletions (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    site TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('events', 'visits', 'statistics', 'consents')),
    before INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;
