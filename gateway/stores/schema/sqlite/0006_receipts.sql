-- How a consent is found besides by its visitor: by the code on its receipt, of which only the
-- digest is kept; by its end, and by the notice it was given under.

ALTER TABLE standing ADD COLUMN receipt TEXT;
CREATE UNIQUE INDEX standing_by_receipt ON standing (site, receipt) WHERE receipt IS NOT NULL;
CREATE INDEX standing_by_end ON standing (site, valid_until)
    WHERE state IN ('given', 'invalidated');
CREATE INDEX standing_by_notice ON standing (site, notice) WHERE state IN ('given', 'invalidated');
