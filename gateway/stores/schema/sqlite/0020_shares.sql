-- Links that show the figures of one site to whoever has them. Of a link only its SHA-256 is kept:
-- it has 256 random bits. A password is chosen by people, so of that an argon2id digest is kept.
-- Made on the command line a link has no maker.

CREATE TABLE shares (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL,
    name TEXT NOT NULL,
    maker TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    password TEXT,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    ended INTEGER
) STRICT;
CREATE INDEX shares_by_site ON shares (site, expires);
