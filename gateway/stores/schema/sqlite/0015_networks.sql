-- A cut network is a number, and stands in the event itself: as a word it took a row and a page of
-- two indexes at random places for every visitor from somewhere new, and was stored for good.
-- `network_number` is a function of the program that opens the file: see rules/network.

DROP VIEW whole_events;
ALTER TABLE places RENAME TO networked_places;
CREATE TABLE places (
    id INTEGER PRIMARY KEY,
    country INTEGER NOT NULL,
    region INTEGER NOT NULL,
    owner INTEGER NOT NULL,
    UNIQUE (country, region, owner)
) STRICT;
INSERT INTO places (country, region, owner)
SELECT DISTINCT country, region, owner FROM networked_places;

CREATE TABLE moved_places (id INTEGER PRIMARY KEY, place INTEGER, network INTEGER) STRICT;
INSERT INTO moved_places
SELECT n.id, p.id, network_number(words.text)
FROM networked_places n JOIN words ON words.id = n.network
    JOIN places p ON p.country = n.country AND p.region = n.region AND p.owner = n.owner;

ALTER TABLE events ADD COLUMN network INTEGER NOT NULL DEFAULT 0;
UPDATE events SET place = m.place, network = m.network FROM moved_places m WHERE m.id = events.place;

-- A referrer or the target of a link may be a network too.
DELETE FROM words WHERE id <> 0 AND id IN (SELECT network FROM networked_places)
    AND id NOT IN (SELECT referrer FROM sources) AND id NOT IN (SELECT name FROM events);
DROP TABLE moved_places;
DROP TABLE networked_places;

CREATE VIEW whole_events AS
SELECT e.id, e.site, e.minute, e.visitor, e.consent_seq, e.kind, e.path, s.referrer, s.channel,
    s.utm_source, s.utm_medium, s.utm_campaign, s.utm_content, s.utm_term, p.country, p.region,
    e.network, p.owner, d.browser, d.browser_major, d.system, d.kind AS device, d.screen,
    d.language, e.name, e.props, e.seconds, e.scroll, e.count
FROM events e JOIN sources s ON s.id = e.source JOIN places p ON p.id = e.place
    JOIN devices d ON d.id = e.device;
