-- Reason: sweeps compare which pictures posts show, where a source names them by a hash or a number.

CREATE TABLE post_picture (
    post_id INTEGER NOT NULL REFERENCES post,
    -- Where the name comes from, and the name: 'cid:bafkrei…', 'x:1663…', 'hash:f0e4…'.
    picture TEXT NOT NULL,
    PRIMARY KEY (post_id, picture)
) STRICT, WITHOUT ROWID;
