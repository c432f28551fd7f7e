-- The account book: what became of every event that was answered, by site and day (UTC). It is
-- written in the commit that writes the events, so it is as exact as they are. Numbers only; what
-- was received is their sum and stands nowhere. Retention and erasure leave it as it is.

CREATE TABLE accounts (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (site, day, outcome)
) STRICT, WITHOUT ROWID;

-- A database from before the book: without these, more rows would be there than were ever kept.
INSERT INTO accounts
SELECT words.text, events.minute / 1440, 'kept', count(*)
FROM events JOIN words ON words.id = events.site GROUP BY 1, 2;
