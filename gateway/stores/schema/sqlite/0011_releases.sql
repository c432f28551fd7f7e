-- The banner's code, byte for byte, as pages loaded it (R25): a page that pinned a release goes on
-- getting it after an upgrade.

CREATE TABLE releases (
    release TEXT NOT NULL,
    name TEXT NOT NULL,
    first_served INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (release, name)
) WITHOUT ROWID, STRICT;

CREATE TRIGGER releases_never_change BEFORE UPDATE ON releases
BEGIN SELECT RAISE(ABORT, 'a release never changes'); END;
CREATE TRIGGER releases_stay BEFORE DELETE ON releases
BEGIN SELECT RAISE(ABORT, 'a release is never removed'); END;
