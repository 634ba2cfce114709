-- Reason: live platforms: what was fetched when and how it went, raw answers with an end, costs, account states.

-- The last attempt at each aspect of an account. done_ms and reached_ms remember the last complete one.
CREATE TABLE account_fetch (
    account_id INTEGER NOT NULL REFERENCES account,
    aspect     TEXT NOT NULL CHECK (aspect IN ('profile', 'posts', 'shares', 'followers', 'follows')),
    source     TEXT NOT NULL,
    tried_ms   INTEGER NOT NULL,
    done_ms    INTEGER,
    -- The time back to which every post was given.
    reached_ms INTEGER,
    items      INTEGER NOT NULL,
    -- Sentences for people; problem is NULL where all went well.
    problem    TEXT,
    remark     TEXT,
    retry_ms   INTEGER,
    PRIMARY KEY (account_id, aspect)
) STRICT, WITHOUT ROWID;

-- What an account was when it was asked for: one row for each unbroken span of one state.
CREATE TABLE account_state (
    account_state_id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account,
    state      TEXT NOT NULL CHECK (state IN
        ('present', 'not_found', 'gone', 'suspended', 'private', 'limited', 'needs_sign_in')),
    reason     TEXT,
    source     TEXT NOT NULL,
    first_ms   INTEGER NOT NULL,
    last_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX account_state_account ON account_state (account_id, last_ms);

-- Posts that a platform gave itself: its terms may ask for their deletion, those of imports do not.
CREATE TABLE live_post (
    post_id    INTEGER PRIMARY KEY REFERENCES post,
    source     TEXT NOT NULL,
    fetched_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX live_post_source ON live_post (source, fetched_ms);

CREATE TABLE raw_answer (
    raw_answer_id INTEGER PRIMARY KEY,
    source     TEXT NOT NULL,
    -- Method, address and parameters; never a token.
    key        TEXT NOT NULL,
    fetched_ms INTEGER NOT NULL,
    status     INTEGER NOT NULL,
    -- JSON object of the headers of interest.
    headers    TEXT NOT NULL,
    -- zlib.
    body       BLOB NOT NULL,
    expires_ms INTEGER NOT NULL,
    account_id INTEGER REFERENCES account,
    UNIQUE (source, key, fetched_ms)
) STRICT;
CREATE INDEX raw_answer_expires ON raw_answer (expires_ms);
CREATE INDEX raw_answer_account ON raw_answer (account_id) WHERE account_id IS NOT NULL;

-- One charge a call, in whole units of the platform ('requests', 'units', 'usd_micros').
CREATE TABLE spend (
    spend_id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    unit     TEXT NOT NULL,
    -- The Discord server that asked; NULL for the command line.
    place    TEXT,
    at_ms    INTEGER NOT NULL,
    amount   INTEGER NOT NULL CHECK (amount >= 0),
    what     TEXT NOT NULL
) STRICT;
CREATE INDEX spend_platform ON spend (platform, unit, at_ms);
