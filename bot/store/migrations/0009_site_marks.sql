-- Reason: what web sites share (analytics ids, certificates, credits) is kept with date and page, so that one
-- site's marks can be looked for on all others.

-- The last look at the marks of a site. Without a row nobody looked; a look may have found none.
CREATE TABLE domain_look (
    domain_id  INTEGER PRIMARY KEY REFERENCES domain,
    -- What somebody registered (Public Suffix List): "news.site.example" and "site.example" are one.
    registered TEXT NOT NULL,
    looked_ms  INTEGER NOT NULL,
    -- 0 where nothing of it could be read: such a site is no part of the sample.
    answered   INTEGER NOT NULL CHECK (answered IN (0, 1)),
    -- 'look', or 'import:' and the name of a file.
    source     TEXT NOT NULL,
    -- JSON array of sentences: what could not be read.
    missed     TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX domain_look_registered ON domain_look (registered);
CREATE INDEX domain_look_time ON domain_look (looked_ms);

CREATE TABLE domain_indicator (
    domain_id     INTEGER NOT NULL REFERENCES domain,
    -- As in bot.text.indicators.
    kind          TEXT NOT NULL,
    value         TEXT NOT NULL,
    registered    TEXT NOT NULL,
    -- Where it stood.
    url           TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms  INTEGER NOT NULL,
    PRIMARY KEY (domain_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX domain_indicator_value ON domain_indicator (kind, value, registered);
