-- Reason: watchlists, who hears of them, what happened, and the outbox that carries it to Discord.
-- Discord's ids are integers here. A change and its alerts are written in one transaction, an alert and its
-- deliveries too, so a crash can lose neither.

CREATE TABLE watchlist (
    watchlist_id INTEGER PRIMARY KEY,
    -- The server that it belongs to.
    guild_id     INTEGER NOT NULL,
    name         TEXT NOT NULL,
    folded       TEXT NOT NULL,
    description  TEXT NOT NULL DEFAULT '',
    -- JSON: ids of roles that may edit it, words to look for, severity by kind of event (0: never tell).
    editor_roles TEXT NOT NULL DEFAULT '[]',
    keywords     TEXT NOT NULL DEFAULT '[]',
    severities   TEXT NOT NULL DEFAULT '{}',
    created_by   INTEGER,
    created_ms   INTEGER NOT NULL,
    paused_ms    INTEGER,
    paused_why   TEXT,
    UNIQUE (guild_id, folded)
) STRICT;

CREATE TABLE watch_item (
    watchlist_id INTEGER NOT NULL REFERENCES watchlist,
    account_id   INTEGER NOT NULL REFERENCES account,
    added_by     INTEGER,
    added_ms     INTEGER NOT NULL,
    PRIMARY KEY (watchlist_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_item_account ON watch_item (account_id);

-- One row an account, however many lists hold it: when it is looked at next, and what the last look saw.
CREATE TABLE watch_account (
    account_id   INTEGER PRIMARY KEY REFERENCES account,
    -- JSON of bot.watch.seen.Seen; NULL before the first look, which tells nothing.
    seen         TEXT,
    next_ms      INTEGER NOT NULL,
    looked_ms    INTEGER,
    succeeded_ms INTEGER,
    -- In a row. last_error stays until a look succeeds.
    failures     INTEGER NOT NULL DEFAULT 0,
    last_error   TEXT,
    parked_ms    INTEGER
) STRICT;
CREATE INDEX watch_account_due ON watch_account (next_ms) WHERE parked_ms IS NULL;

CREATE TABLE subscription (
    subscription_id INTEGER PRIMARY KEY,
    watchlist_id INTEGER NOT NULL REFERENCES watchlist,
    -- Who made it; NULL once that person asked to be forgotten.
    user_id      INTEGER,
    -- A channel or thread; NULL for direct messages to user_id.
    channel_id   INTEGER,
    -- The channel where it was made: there it is said when direct messages fail.
    made_in      INTEGER NOT NULL,
    -- JSON array of kinds; empty for all.
    events       TEXT NOT NULL DEFAULT '[]',
    least        INTEGER NOT NULL CHECK (least BETWEEN 1 AND 4),
    cadence      TEXT NOT NULL CHECK (cadence IN ('now', 'hourly', 'daily')),
    -- Hour of the daily digest, and quiet hours in minutes of the day, in the zone (IANA name).
    digest_hour  INTEGER NOT NULL CHECK (digest_hour BETWEEN 0 AND 23),
    quiet_from   INTEGER CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_to     INTEGER CHECK (quiet_to BETWEEN 0 AND 1439),
    zone         TEXT NOT NULL,
    mention_role INTEGER,
    mention_user INTEGER,
    created_ms   INTEGER NOT NULL,
    ended_ms     INTEGER,
    ended_why    TEXT,
    CHECK (channel_id IS NOT NULL OR user_id IS NOT NULL OR ended_ms IS NOT NULL),
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
) STRICT;
CREATE INDEX subscription_list ON subscription (watchlist_id) WHERE ended_ms IS NULL;
CREATE INDEX subscription_user ON subscription (user_id);

-- One thing to tell about one account of one list.
CREATE TABLE alert (
    alert_id     INTEGER PRIMARY KEY,
    watchlist_id INTEGER NOT NULL REFERENCES watchlist,
    account_id   INTEGER NOT NULL REFERENCES account,
    -- The same change gives the same key, so a look that is repeated tells nothing twice.
    key          TEXT NOT NULL,
    kind         TEXT NOT NULL,
    severity     INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
    made_ms      INTEGER NOT NULL,
    happened_ms  INTEGER NOT NULL,
    -- JSON of bot.store.watch_records.Told.
    told         TEXT NOT NULL,
    acknowledged_by INTEGER,
    acknowledged_ms INTEGER,
    comment      TEXT,
    UNIQUE (watchlist_id, key)
) STRICT;
CREATE INDEX alert_account ON alert (account_id, made_ms);
CREATE INDEX alert_time ON alert (made_ms);

-- One message to Discord. wanted > sent: it still has to be sent, or edited.
CREATE TABLE outgoing (
    outgoing_id  INTEGER PRIMARY KEY,
    -- NULL for a message to an administrator.
    subscription_id INTEGER REFERENCES subscription,
    -- 'channel:1', 'user:1' or 'owner:1' (of a server). Messages to one place go in the order of their ids.
    place        TEXT NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('alert', 'digest', 'notice')),
    -- What further hits must share to be merged into this message; NULL where nothing is merged.
    merge_key    TEXT,
    -- The sentence of a notice.
    notice       TEXT,
    -- Also part of the buttons' ids, by which the message is found in its channel.
    nonce        TEXT NOT NULL UNIQUE,
    wanted       INTEGER NOT NULL DEFAULT 1,
    sent         INTEGER NOT NULL DEFAULT 0,
    made_ms      INTEGER NOT NULL,
    next_ms      INTEGER NOT NULL,
    -- Set before the first request leaves: from then on the message may exist.
    tried_ms     INTEGER,
    attempts     INTEGER NOT NULL DEFAULT 0,
    channel_id   INTEGER,
    message_id   INTEGER,
    sent_ms      INTEGER,
    failed_ms    INTEGER,
    code         INTEGER,
    error        TEXT
) STRICT;
CREATE INDEX outgoing_open ON outgoing (place, outgoing_id) WHERE wanted > sent AND failed_ms IS NULL;
CREATE INDEX outgoing_merge ON outgoing (subscription_id, merge_key, outgoing_id) WHERE merge_key IS NOT NULL;
CREATE INDEX outgoing_failed ON outgoing (failed_ms) WHERE failed_ms IS NOT NULL;

-- An alert for a subscription: waiting until it is due, then part of one message.
CREATE TABLE delivery (
    delivery_id  INTEGER PRIMARY KEY,
    alert_id     INTEGER NOT NULL REFERENCES alert,
    subscription_id INTEGER NOT NULL REFERENCES subscription,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'grouped', 'muted', 'dropped')),
    due_ms       INTEGER NOT NULL,
    -- 1 where it waits for a digest, or for the end of quiet hours or of a snooze.
    held         INTEGER NOT NULL CHECK (held IN (0, 1)),
    outgoing_id  INTEGER REFERENCES outgoing,
    -- The version of the message that it came with.
    revision     INTEGER,
    UNIQUE (alert_id, subscription_id)
) STRICT;
CREATE INDEX delivery_due ON delivery (due_ms) WHERE state = 'waiting';
CREATE INDEX delivery_outgoing ON delivery (outgoing_id) WHERE outgoing_id IS NOT NULL;
CREATE INDEX delivery_subscription ON delivery (subscription_id, state);

-- kind NULL: every kind. until_ms NULL: for good.
CREATE TABLE mute (
    mute_id      INTEGER PRIMARY KEY,
    subscription_id INTEGER NOT NULL REFERENCES subscription,
    account_id   INTEGER NOT NULL REFERENCES account,
    kind         TEXT,
    until_ms     INTEGER,
    made_by      INTEGER,
    made_ms      INTEGER NOT NULL
) STRICT;
CREATE INDEX mute_subscription ON mute (subscription_id, account_id);

-- The newest check of an account is compared with the one before it.
CREATE INDEX check_run_account ON check_run (account_id, ran_ms) WHERE account_id IS NOT NULL;
