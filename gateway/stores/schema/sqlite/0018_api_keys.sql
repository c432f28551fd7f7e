-- Keys of programs that ask for figures. Of each only its SHA-256 is kept: a key has 256 random
-- bits, so there is nothing a slow digest would have to protect. What was taken back stays listed.

CREATE TABLE api_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    last_used INTEGER,
    revoked INTEGER
) STRICT;
CREATE UNIQUE INDEX api_keys_named ON api_keys (name) WHERE revoked IS NULL;

-- The sites a key may ask about.
CREATE TABLE api_key_sites (
    key INTEGER NOT NULL REFERENCES api_keys (id),
    site TEXT NOT NULL,
    PRIMARY KEY (key, site)
) STRICT, WITHOUT ROWID;
