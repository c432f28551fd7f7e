-- The SHA-256 of banner.js as it was served from that publication on (R25).

ALTER TABLE publications ADD COLUMN script TEXT NOT NULL DEFAULT '';

-- For the history of each key.
CREATE INDEX heads_by_key ON heads (site, key, time);

CREATE TRIGGER publications_never_change BEFORE UPDATE ON publications
BEGIN SELECT RAISE(ABORT, 'a publication never changes'); END;
CREATE TRIGGER publications_stay BEFORE DELETE ON publications
BEGIN SELECT RAISE(ABORT, 'a publication is never removed'); END;
