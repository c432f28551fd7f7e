-- Who may see the figures. Passwords, sessions and links are kept as digests only.

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    password TEXT,
    role TEXT NOT NULL CHECK (role IN ('marketing', 'officer', 'admin')),
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE passes (
    digest TEXT PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('session', 'link')),
    expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passes_by_expiry ON passes (expires);
