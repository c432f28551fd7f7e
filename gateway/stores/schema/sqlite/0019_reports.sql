-- Summaries that go out by mail: one row for each period of each report, and how sending it went.
-- To whom they go stands in the configuration and nowhere here.

CREATE TABLE reports (
    site TEXT NOT NULL,
    every TEXT NOT NULL CHECK (every IN ('week', 'month')),
    language TEXT NOT NULL,
    start TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'handing', 'sent', 'failed', 'unsure')),
    attempts INTEGER NOT NULL,
    next_try INTEGER,
    answer TEXT NOT NULL DEFAULT '',
    finished INTEGER,
    PRIMARY KEY (site, every, language, start)
) STRICT, WITHOUT ROWID;
