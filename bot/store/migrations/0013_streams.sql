-- Reason: streams of platforms (Jetstream, Mastodon) say that something happened; the poller then looks. What was
-- heard and how far the stream was read are one transaction, so a crash between the two loses nothing.

-- How far each stream was read, and how it stands: one row a stream, written by the process that listens.
CREATE TABLE stream (
    name         TEXT PRIMARY KEY,
    -- The server's own time of the last message whose news are kept (Unix microseconds); NULL where it replays nothing.
    cursor_us    INTEGER,
    -- Until then nothing was missed, as far as can be known.
    whole_ms     INTEGER,
    state        TEXT NOT NULL CHECK (state IN ('up', 'behind', 'down', 'idle')),
    -- Since when it is in that state, and when the listening process last said so.
    since_ms     INTEGER NOT NULL,
    noted_ms     INTEGER NOT NULL,
    problem      TEXT,
    accounts     INTEGER NOT NULL DEFAULT 0,
    -- Accounts beyond what one stream takes; they are polled.
    left_out     INTEGER NOT NULL DEFAULT 0,
    heard_ms     INTEGER,
    lag_ms       INTEGER,
    messages     INTEGER NOT NULL DEFAULT 0,
    drops        INTEGER NOT NULL DEFAULT 0,
    -- News that the platform's own answers never showed.
    unseen       INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- What a stream told and no look has confirmed yet.
CREATE TABLE stream_news (
    account_id   INTEGER NOT NULL REFERENCES account,
    -- The same message gives the same key, so one that comes twice is kept once.
    key          TEXT NOT NULL,
    stream       TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('post', 'profile', 'handle', 'state', 'gap')),
    -- What a look must find: the post's id, the handle, 'active' or 'inactive'; NULL where looking is enough.
    expected     TEXT,
    happened_ms  INTEGER,
    heard_ms     INTEGER NOT NULL,
    -- Complete answers of the platform since then that did not show it, and when the last of them was asked for.
    looks        INTEGER NOT NULL DEFAULT 0,
    asked_ms     INTEGER,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
