-- Choices on their way to a sibling site, each for a minute. A row names the record of the log that
-- stands, no consent: what is handed over is read from that record when the code comes back, and
-- the row goes then. Of the code itself only the digest is kept. A refusal has no record (P7).

CREATE TABLE handovers (
    digest TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    target TEXT NOT NULL,
    seq INTEGER,
    valid_until INTEGER NOT NULL,
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX handovers_by_end ON handovers (site, expires);
