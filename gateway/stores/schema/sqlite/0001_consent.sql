-- The consent log, the notices it points at, and the current state derived from it.
-- No column here can hold an address or a user agent (R26).

CREATE TABLE notices (
    id TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    first_published INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE publications (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    notice TEXT NOT NULL REFERENCES notices (id),
    published INTEGER NOT NULL
) STRICT;
CREATE INDEX publications_by_site ON publications (site, id);

CREATE TABLE consents (
    site TEXT NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    state TEXT NOT NULL,
    choices TEXT NOT NULL,
    notice TEXT NOT NULL REFERENCES notices (id),
    language TEXT NOT NULL,
    action TEXT NOT NULL,
    layer TEXT NOT NULL,
    method TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    valid_until INTEGER NOT NULL,
    consent_id TEXT,
    salt TEXT,
    person TEXT,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (site, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX consents_by_id ON consents (consent_id) WHERE consent_id IS NOT NULL;

-- Append-only, kept by the database itself. Only the personal part may be blanked (P5).
CREATE TRIGGER notices_never_change BEFORE UPDATE ON notices
BEGIN SELECT RAISE(ABORT, 'a notice never changes'); END;
CREATE TRIGGER notices_stay BEFORE DELETE ON notices
BEGIN SELECT RAISE(ABORT, 'a notice is never removed'); END;
CREATE TRIGGER consents_stay BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'a consent record is never removed'); END;
CREATE TRIGGER consents_never_change BEFORE UPDATE ON consents
WHEN NEW.consent_id IS NOT NULL OR NEW.salt IS NOT NULL
    OR (OLD.site, OLD.seq, OLD.time, OLD.state, OLD.choices, OLD.notice, OLD.language,
        OLD.action, OLD.layer, OLD.method, OLD.jurisdiction, OLD.valid_until, OLD.person,
        OLD.previous, OLD.digest)
    IS NOT (NEW.site, NEW.seq, NEW.time, NEW.state, NEW.choices, NEW.notice, NEW.language,
        NEW.action, NEW.layer, NEW.method, NEW.jurisdiction, NEW.valid_until, NEW.person,
        NEW.previous, NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a consent record never changes'); END;

-- The last word of the log about each consent, read inside every event's transaction (P1).
CREATE TABLE standing (
    site TEXT NOT NULL,
    visitor INTEGER NOT NULL,
    consent_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    choices TEXT NOT NULL,
    notice TEXT NOT NULL,
    language TEXT NOT NULL,
    analytics INTEGER NOT NULL,
    valid_until INTEGER NOT NULL,
    PRIMARY KEY (site, visitor)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX standing_by_id ON standing (site, consent_id);

-- How often the banner was shown and what was chosen: counts, nothing else (R27).
CREATE TABLE consent_counts (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    notice TEXT NOT NULL,
    language TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (site, day, notice, language, outcome)
) STRICT, WITHOUT ROWID;
