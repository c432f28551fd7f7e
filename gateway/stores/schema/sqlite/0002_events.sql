-- Events with every string replaced by its number in `words`, and what is made from them.

CREATE TABLE words (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO words (id, text) VALUES (0, '');

CREATE TABLE visitors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    key INTEGER NOT NULL,
    UNIQUE (site, key)
) STRICT;

-- AUTOINCREMENT: an id is never used twice, so that aggregation's watermark stays true after
-- rows were erased.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site INTEGER NOT NULL,
    minute INTEGER NOT NULL,
    visitor INTEGER NOT NULL,
    consent_seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    path INTEGER NOT NULL,
    referrer INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    utm_source INTEGER NOT NULL,
    utm_medium INTEGER NOT NULL,
    utm_campaign INTEGER NOT NULL,
    utm_content INTEGER NOT NULL,
    utm_term INTEGER NOT NULL,
    country INTEGER NOT NULL,
    region INTEGER NOT NULL,
    network INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    browser INTEGER NOT NULL,
    browser_major INTEGER NOT NULL,
    system INTEGER NOT NULL,
    device INTEGER NOT NULL,
    screen INTEGER NOT NULL,
    language INTEGER NOT NULL,
    name INTEGER NOT NULL,
    props INTEGER NOT NULL
) STRICT;

CREATE TABLE visits (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    visitor INTEGER NOT NULL,
    first_minute INTEGER NOT NULL,
    last_minute INTEGER NOT NULL,
    views INTEGER NOT NULL,
    referrer INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    country INTEGER NOT NULL,
    device INTEGER NOT NULL,
    browser INTEGER NOT NULL,
    system INTEGER NOT NULL
) STRICT;
CREATE INDEX visits_by_visitor ON visits (visitor, id);

CREATE TABLE cells (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    dimension TEXT NOT NULL,
    value INTEGER NOT NULL,
    views INTEGER NOT NULL,
    visits BLOB NOT NULL,
    visitors BLOB NOT NULL,
    PRIMARY KEY (site, dimension, day, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE watermarks (
    name TEXT PRIMARY KEY,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO watermarks (name, event) VALUES ('cells', 0);
