-- The counts of showings and choices are told apart by the class of device too: one of five words,
-- and nothing of the user agent it was seen by. Of those from before it is not known: ''.

CREATE TABLE classed_counts (
    site TEXT NOT NULL,
    day INTEGER NOT NULL,
    notice TEXT NOT NULL,
    language TEXT NOT NULL,
    device TEXT NOT NULL,
    outcome TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (site, day, notice, language, device, outcome)
) STRICT, WITHOUT ROWID;
INSERT INTO classed_counts (site, day, notice, language, device, outcome, count)
SELECT site, day, notice, language, '', outcome, count FROM consent_counts;
DROP TABLE consent_counts;
ALTER TABLE classed_counts RENAME TO consent_counts;
