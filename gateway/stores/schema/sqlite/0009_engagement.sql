-- What events of the newer kinds measure: seconds a page was looked at, percent of its height that
-- was seen, and how many of what was sent. 0 for every other kind.

ALTER TABLE events ADD COLUMN seconds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN scroll INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN count INTEGER NOT NULL DEFAULT 0;
