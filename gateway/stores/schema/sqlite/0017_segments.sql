-- Figures are made from segments: visits with their events by column, which can be filtered, read
-- over any period and freed of one person. The cells they replace could do the last two only, and
-- were written anew with every event. Segments are made from the events at the next start.

DROP TABLE cells;
DROP TABLE visits;

-- The latest visit of each visitor: what the next event belongs to, or begins another after.
CREATE TABLE last_visits (
    visitor INTEGER PRIMARY KEY,
    site INTEGER NOT NULL,
    visit INTEGER NOT NULL,
    first_minute INTEGER NOT NULL,
    last_minute INTEGER NOT NULL
) STRICT;

-- What each turn of aggregation added: parts of visits, all columns in one value.
CREATE TABLE fresh (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    events INTEGER NOT NULL,
    data BLOB NOT NULL
) STRICT;

-- Where parts are put together: visits that began on one day of UTC, 16,384 numbers at most.
CREATE TABLE segments (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    visits INTEGER NOT NULL,
    events INTEGER NOT NULL,
    UNIQUE (site, day, bucket)
) STRICT;

CREATE TABLE segment_columns (
    segment INTEGER NOT NULL REFERENCES segments (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (segment, name)
) STRICT, WITHOUT ROWID;

-- Visitors who asked for their data to rest (GDPR Art. 18): in no figure, until it is lifted.
CREATE TABLE restricted (
    site TEXT NOT NULL,
    visitor INTEGER NOT NULL,
    number INTEGER,
    PRIMARY KEY (site, visitor)
) STRICT, WITHOUT ROWID;

DELETE FROM watermarks WHERE name = 'cells';
INSERT INTO watermarks (name, event) VALUES ('figures', 0);
