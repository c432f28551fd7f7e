-- Signed heads of the consent log. What was signed never changes.

CREATE TABLE heads (
    site TEXT NOT NULL,
    records INTEGER NOT NULL,
    digest TEXT NOT NULL,
    time INTEGER NOT NULL,
    key TEXT NOT NULL,
    signature TEXT NOT NULL,
    PRIMARY KEY (site, records)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER heads_never_change BEFORE UPDATE ON heads
BEGIN SELECT RAISE(ABORT, 'a signed head never changes'); END;
CREATE TRIGGER heads_stay BEFORE DELETE ON heads
BEGIN SELECT RAISE(ABORT, 'a signed head is never removed'); END;
