-- What recipients are told about consents that ended (R22), and the log of how that went. A row
-- is written with the choice it tells of; the consent id goes when it has been told.

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    hook TEXT NOT NULL,
    message TEXT NOT NULL UNIQUE,
    consent_id TEXT,
    state TEXT NOT NULL,
    purposes TEXT NOT NULL,
    created INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER,
    status TEXT NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'delivered', 'failed')),
    answer TEXT NOT NULL DEFAULT '',
    finished INTEGER
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX deliveries_by_site ON deliveries (site, id);

-- The log of what was deleted knows two more classes.
CREATE TABLE deletions_of_more (
    id INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    site TEXT NOT NULL,
    class TEXT NOT NULL CHECK (class IN
        ('events', 'visits', 'statistics', 'consents', 'deliveries', 'erasure')),
    before INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;
INSERT INTO deletions_of_more SELECT * FROM deletions;
DROP TABLE deletions;
ALTER TABLE deletions_of_more RENAME TO deletions;
