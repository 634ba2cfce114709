-- Reason: who follows and shares an account, which labels a platform showed, what a site links to.

-- One account seen among the followers of another. A list of followers is a sample of an audience; the list of
-- whom somebody follows is not: only the former can be counted and compared.
CREATE TABLE follow (
    listed_in     TEXT NOT NULL CHECK (listed_in IN ('followers', 'follows')),
    -- Who is followed.
    account_id    INTEGER NOT NULL REFERENCES account,
    follower_id   INTEGER NOT NULL REFERENCES account,
    source        TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    last_seen_ms  INTEGER NOT NULL,
    PRIMARY KEY (listed_in, account_id, follower_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_follower ON follow (follower_id);
-- Rows of accounts move when two of them turn out to be one.
CREATE INDEX follow_account ON follow (account_id);

-- Who reposted or quoted a post.
CREATE INDEX post_shares ON post (refers_to) WHERE kind IN ('repost', 'quote');

-- One look at an account's page. label is NULL where the page was looked at and showed none: an account that
-- nobody looked at has no row.
CREATE TABLE platform_label (
    platform_label_id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account,
    looked_ms  INTEGER NOT NULL,
    -- The platform's own words ('state-controlled media').
    label      TEXT,
    source     TEXT NOT NULL,
    url        TEXT,
    UNIQUE (account_id, looked_ms, source)
) STRICT;

-- One look at a page of a site, with the addresses that it links to. A site without a row was not looked at.
CREATE TABLE site_look (
    site_look_id INTEGER PRIMARY KEY,
    -- As in domain: A-labels, lower-case, no "www.".
    host       TEXT NOT NULL,
    url        TEXT NOT NULL,
    looked_ms  INTEGER NOT NULL,
    -- JSON array of addresses, as the page has them.
    links      TEXT NOT NULL,
    UNIQUE (host, looked_ms, url)
) STRICT;
