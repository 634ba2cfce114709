-- Reason: the first schema: sources and claims, accounts, posts, check runs.
-- Instants are Unix milliseconds (…_ms), UTC. Dates are ISO text and may be partial ('2024', '2024-02').
-- NULL in a count means "not reported", which is not 0. Nothing is deleted: claims are retracted.

CREATE TABLE source (
    source_id    INTEGER PRIMARY KEY,
    key          TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    publisher    TEXT NOT NULL,
    url          TEXT NOT NULL,
    published_on TEXT,
    retrieved_on TEXT NOT NULL,
    -- Admiralty grade: reliability and credibility are rated apart; F and 6 mean "cannot be judged".
    reliability  TEXT NOT NULL CHECK (reliability IN ('A', 'B', 'C', 'D', 'E', 'F', 'G')),
    credibility  TEXT NOT NULL CHECK (credibility IN ('1', '2', '3', '4', '5', '6')),
    -- A list that copies another list counts as that list when evidence is weighed.
    derived_from INTEGER REFERENCES source,
    licence      TEXT
) STRICT;

CREATE TABLE entity (
    entity_id INTEGER PRIMARY KEY,
    key       TEXT NOT NULL UNIQUE,
    kind      TEXT NOT NULL CHECK (kind IN
        ('outlet', 'publisher', 'company', 'government', 'party', 'official', 'organisation')),
    country   TEXT
) STRICT;

CREATE TABLE entity_name (
    entity_name_id INTEGER PRIMARY KEY,
    entity_id      INTEGER NOT NULL REFERENCES entity,
    name           TEXT NOT NULL,
    -- NFKC, lower-case, white space folded: what look-ups compare.
    folded         TEXT NOT NULL,
    language       TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('main', 'alias', 'abbreviation', 'transliteration', 'former')),
    source_id      INTEGER NOT NULL REFERENCES source,
    UNIQUE (entity_id, name)
) STRICT;
CREATE INDEX entity_name_folded ON entity_name (folded);

-- How a monitor classes an outlet, with the edition: classes change from year to year and monitors disagree.
CREATE TABLE typology (
    typology_id INTEGER PRIMARY KEY,
    entity_id   INTEGER NOT NULL REFERENCES entity,
    code        TEXT NOT NULL CHECK (code IN ('SC', 'CaPu', 'CaPr', 'ISFM', 'ISFM?', 'ISF', 'ISM', 'IP')),
    edition     TEXT NOT NULL,
    source_id   INTEGER NOT NULL REFERENCES source,
    locator     TEXT NOT NULL DEFAULT '',
    UNIQUE (entity_id, code, source_id, locator)
) STRICT;

CREATE TABLE claim (
    claim_id     INTEGER PRIMARY KEY,
    subject_id   INTEGER NOT NULL REFERENCES entity,
    relation     TEXT NOT NULL,
    object_id    INTEGER NOT NULL REFERENCES entity,
    source_id    INTEGER NOT NULL REFERENCES source,
    -- Where in the source: row, page, section.
    locator      TEXT NOT NULL DEFAULT '',
    -- Grade of this claim; a row with a known trap is graded below its source.
    reliability  TEXT NOT NULL,
    credibility  TEXT NOT NULL,
    -- The source's own strength ('likely', 'unclear'), where it hedges.
    hedge        TEXT,
    valid_from   TEXT,
    valid_to     TEXT,
    recorded_ms  INTEGER NOT NULL,
    retracted_ms INTEGER,
    retracted_by TEXT,
    retracted_why TEXT,
    UNIQUE (subject_id, relation, object_id, source_id, locator)
) STRICT;
CREATE INDEX claim_object ON claim (object_id) WHERE retracted_ms IS NULL;

CREATE TABLE account (
    account_id  INTEGER PRIMARY KEY,
    platform    TEXT NOT NULL,
    platform_id TEXT,
    handle      TEXT,
    -- accounts.match_key of the handle: what two spellings of one handle share.
    match_key   TEXT,
    CHECK (platform_id IS NOT NULL OR handle IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX account_id_on_platform ON account (platform, platform_id) WHERE platform_id IS NOT NULL;
-- A handle can be given up and taken by another account, so it is unique only among rows without an id.
CREATE UNIQUE INDEX account_handle_alone ON account (platform, match_key) WHERE platform_id IS NULL;
CREATE INDEX account_match_key ON account (match_key, platform);

CREATE TABLE handle_history (
    account_id    INTEGER NOT NULL REFERENCES account,
    handle        TEXT NOT NULL,
    match_key     TEXT NOT NULL,
    -- NULL where a list names the handle without saying when.
    first_seen_ms INTEGER,
    last_seen_ms  INTEGER,
    PRIMARY KEY (account_id, handle)
) STRICT, WITHOUT ROWID;
CREATE INDEX handle_history_match_key ON handle_history (match_key);

CREATE TABLE account_claim (
    account_claim_id INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES account,
    relation     TEXT NOT NULL,
    entity_id    INTEGER NOT NULL REFERENCES entity,
    -- What the source itself named: the lasting id, or only a handle, which is a grade weaker.
    identified_by TEXT NOT NULL CHECK (identified_by IN ('platform_id', 'handle')),
    source_id    INTEGER NOT NULL REFERENCES source,
    locator      TEXT NOT NULL DEFAULT '',
    reliability  TEXT NOT NULL,
    credibility  TEXT NOT NULL,
    hedge        TEXT,
    valid_from   TEXT,
    valid_to     TEXT,
    recorded_ms  INTEGER NOT NULL,
    retracted_ms INTEGER,
    retracted_by TEXT,
    retracted_why TEXT,
    UNIQUE (account_id, relation, entity_id, source_id, locator)
) STRICT;
CREATE INDEX account_claim_entity ON account_claim (entity_id) WHERE retracted_ms IS NULL;

CREATE TABLE domain (
    domain_id INTEGER PRIMARY KEY,
    -- A-labels, lower-case, no "www."; the full host, since hosted blogs share a registrable domain.
    host      TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE domain_claim (
    domain_claim_id INTEGER PRIMARY KEY,
    domain_id    INTEGER NOT NULL REFERENCES domain,
    relation     TEXT NOT NULL,
    entity_id    INTEGER NOT NULL REFERENCES entity,
    source_id    INTEGER NOT NULL REFERENCES source,
    locator      TEXT NOT NULL DEFAULT '',
    reliability  TEXT NOT NULL,
    credibility  TEXT NOT NULL,
    hedge        TEXT,
    valid_from   TEXT,
    valid_to     TEXT,
    recorded_ms  INTEGER NOT NULL,
    retracted_ms INTEGER,
    retracted_by TEXT,
    retracted_why TEXT,
    UNIQUE (domain_id, relation, entity_id, source_id, locator)
) STRICT;
CREATE INDEX domain_claim_entity ON domain_claim (entity_id) WHERE retracted_ms IS NULL;

-- What registered handles and names look like (confusable skeleton, signs dropped): finds look-alikes only.
CREATE TABLE look_alike (
    shape      TEXT NOT NULL,
    account_id INTEGER REFERENCES account,
    entity_id  INTEGER REFERENCES entity,
    CHECK ((account_id IS NULL) <> (entity_id IS NULL)),
    UNIQUE (shape, account_id, entity_id)
) STRICT;

-- Which starter set and which files the registry holds; together they are its version.
CREATE TABLE registry_load (
    load_id   INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('starter', 'import')),
    version   TEXT NOT NULL,
    loaded_ms INTEGER NOT NULL,
    UNIQUE (kind, version)
) STRICT;

CREATE TABLE snapshot (
    snapshot_id  INTEGER PRIMARY KEY,
    account_id   INTEGER NOT NULL REFERENCES account,
    taken_ms     INTEGER NOT NULL,
    -- Where it came from: 'import:x_api_v2', 'api:bluesky'.
    source       TEXT NOT NULL,
    display_name TEXT,
    bio          TEXT,
    profile_link TEXT,
    location     TEXT,
    created_ms   INTEGER,
    followers    INTEGER,
    following    INTEGER,
    posts        INTEGER,
    -- 1 where the platform rounds its figures (YouTube subscribers, "12.3K").
    rounded      INTEGER NOT NULL DEFAULT 0 CHECK (rounded IN (0, 1)),
    verified     TEXT,
    UNIQUE (account_id, taken_ms, source)
) STRICT;

CREATE TABLE post (
    post_id     INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES account,
    platform    TEXT NOT NULL,
    platform_post_id TEXT NOT NULL,
    created_ms  INTEGER NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('original', 'repost', 'quote', 'reply')),
    text        TEXT NOT NULL,
    -- SHA-256 of text.body; NULL where the body is empty, so that blank posts never match each other.
    text_key    BLOB,
    language    TEXT,
    -- JSON arrays. mentions is NULL where the platform gave no structured mentions.
    links       TEXT NOT NULL DEFAULT '[]',
    mentions    TEXT,
    media       TEXT NOT NULL DEFAULT '[]',
    -- The platform's id of the post that is reposted, quoted or answered.
    refers_to   TEXT,
    url         TEXT,
    UNIQUE (platform, platform_post_id)
) STRICT;
CREATE INDEX post_account_time ON post (account_id, created_ms);
CREATE INDEX post_text_key ON post (text_key) WHERE text_key IS NOT NULL;

CREATE TABLE post_counts (
    post_id  INTEGER NOT NULL REFERENCES post,
    taken_ms INTEGER NOT NULL,
    likes    INTEGER,
    reposts  INTEGER,
    replies  INTEGER,
    quotes   INTEGER,
    views    INTEGER,
    rounded  INTEGER NOT NULL DEFAULT 0 CHECK (rounded IN (0, 1)),
    PRIMARY KEY (post_id, taken_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE check_run (
    check_run_id INTEGER PRIMARY KEY,
    account_id   INTEGER REFERENCES account,
    asked        TEXT NOT NULL,
    requested_by TEXT,
    ran_ms       INTEGER NOT NULL,
    dossier      TEXT NOT NULL
) STRICT;
CREATE INDEX check_run_time ON check_run (ran_ms);

-- What Discord was last told of our commands, so that they are sent again only when they change.
CREATE TABLE command_sync (
    scope       TEXT PRIMARY KEY,
    hash        TEXT NOT NULL,
    command_ids TEXT NOT NULL,
    synced_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
