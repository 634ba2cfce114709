-- Reason: every check of a site says on how many of the sites looked at a mark stands; counting them from the looks
-- took 56 ms at 20,000 sites.

CREATE TABLE looked_domain (
    -- What somebody registered, once it has answered.
    registered TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT OR IGNORE INTO looked_domain SELECT registered FROM domain_look WHERE answered = 1;
DROP INDEX domain_look_registered;
