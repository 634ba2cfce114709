-- Reason: a team curates the registry: proposals and decisions, judgements, roles, an audit trail that shows
-- later edits, and a layer of its own for every server above the shared base.

-- A row belongs to the shared base (0) or to one server (its Discord id). What a server adds is seen there alone.
ALTER TABLE source ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entity ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entity_name ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE claim ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE account_claim ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE domain_claim ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;

-- An import that is taken back takes its names and classes along; claims could be retracted before.
ALTER TABLE entity_name ADD COLUMN retracted_by TEXT;
ALTER TABLE typology ADD COLUMN retracted_by TEXT;

-- What a server took out of its own view of the base.
CREATE TABLE hidden (
    layer      INTEGER NOT NULL,
    claim_kind TEXT NOT NULL CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim')),
    claim_id   INTEGER NOT NULL,
    PRIMARY KEY (layer, claim_kind, claim_id)
) STRICT, WITHOUT ROWID;

-- How often a layer was changed by a decision: what was read from it before is out of date.
CREATE TABLE layer_change (
    layer INTEGER PRIMARY KEY,
    n     INTEGER NOT NULL
) STRICT;

-- Who decided. The audit trail names the number alone, so that a person can be forgotten and the trail still
-- verifies: then member and name are NULL.
CREATE TABLE actor (
    actor_id INTEGER PRIMARY KEY,
    -- A Discord id, or "operator" for the command line.
    member   TEXT UNIQUE,
    name     TEXT
) STRICT;

CREATE TABLE guild (
    guild_id   INTEGER PRIMARY KEY,
    -- 1: nobody accepts words of their own.
    two_person INTEGER NOT NULL DEFAULT 0 CHECK (two_person IN (0, 1)),
    -- What members without a mapped role are.
    everyone   TEXT NOT NULL DEFAULT 'reader' CHECK (everyone IN ('reader', 'analyst'))
) STRICT;

CREATE TABLE guild_role (
    guild_id INTEGER NOT NULL,
    role_id  INTEGER NOT NULL,
    grants   TEXT NOT NULL CHECK (grants IN ('analyst', 'curator', 'admin')),
    PRIMARY KEY (guild_id, role_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE proposal (
    proposal_id INTEGER PRIMARY KEY,
    layer       INTEGER NOT NULL,
    act         TEXT NOT NULL CHECK (act IN ('add', 'retract', 'publish')),
    -- JSON of bot.registry.curation.statements.Statement; NULL where a held claim is meant.
    statement   TEXT,
    -- The claim to retract or publish; of an addition that was accepted, the claim that it became.
    claim_kind  TEXT CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim')),
    claim_id    INTEGER,
    reason      TEXT NOT NULL,
    url         TEXT,
    state       TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'rejected', 'withdrawn')),
    -- Raised by every change, so that nobody decides on words they have not seen.
    version     INTEGER NOT NULL DEFAULT 1,
    made_by     INTEGER NOT NULL REFERENCES actor,
    made_ms     INTEGER NOT NULL,
    -- Who wrote it as it stands now.
    worded_by   INTEGER NOT NULL REFERENCES actor,
    decided_by  INTEGER REFERENCES actor,
    decided_ms  INTEGER,
    decision    TEXT
) STRICT;
CREATE INDEX proposal_open ON proposal (layer, proposal_id) WHERE state = 'open';
CREATE INDEX proposal_claim ON proposal (claim_kind, claim_id) WHERE claim_id IS NOT NULL;

CREATE TABLE judgement (
    judgement_id   INTEGER PRIMARY KEY,
    layer          INTEGER NOT NULL,
    -- An account's link ('link') or one of its findings (the check's name), or a claim ('claim').
    account_id     INTEGER REFERENCES account,
    about          TEXT NOT NULL,
    -- Key of the entity that the finding points to.
    towards        TEXT,
    claim_kind     TEXT CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim')),
    claim_id       INTEGER,
    verdict        TEXT NOT NULL CHECK (verdict IN ('confirm', 'refute', 'unsure')),
    -- The analyst's own word for the likelihood of a link, and for a state's part in it.
    likelihood     TEXT,
    responsibility TEXT,
    reason         TEXT NOT NULL,
    made_by        INTEGER NOT NULL REFERENCES actor,
    made_ms        INTEGER NOT NULL,
    withdrawn_ms   INTEGER,
    withdrawn_by   INTEGER REFERENCES actor,
    withdrawn_why  TEXT,
    CHECK ((account_id IS NULL) <> (claim_id IS NULL))
) STRICT;
CREATE INDEX judgement_account ON judgement (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX judgement_claim ON judgement (claim_kind, claim_id) WHERE claim_id IS NOT NULL;

-- Every change, in one chain for each layer: a row's hash covers the row and the hash before it.
CREATE TABLE audit (
    audit_id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms    INTEGER NOT NULL,
    layer    INTEGER NOT NULL,
    -- NULL: Masthead itself, or an import by the operator.
    actor_id INTEGER,
    act      TEXT NOT NULL,
    subject  TEXT NOT NULL,
    -- JSON of what was and of what is; NULL where there was or is nothing.
    before   TEXT,
    after    TEXT,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
) STRICT;
CREATE INDEX audit_layer ON audit (layer, audit_id);
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;
CREATE TRIGGER audit_keeps BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit trail is append-only');
END;

-- What an entry speaks of, to find the history of an entity or account.
CREATE TABLE audit_about (
    ref      TEXT NOT NULL,
    audit_id INTEGER NOT NULL REFERENCES audit,
    PRIMARY KEY (ref, audit_id)
) STRICT, WITHOUT ROWID;

-- Rows that went for good (a purge, two accounts that turned out to be one), so that the trail can account
-- for them.
CREATE TABLE gone (
    kind TEXT NOT NULL,
    id   INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER claim_gone AFTER DELETE ON claim BEGIN
    INSERT OR IGNORE INTO gone (kind, id) VALUES ('claim', OLD.claim_id);
END;
CREATE TRIGGER account_claim_gone AFTER DELETE ON account_claim BEGIN
    INSERT OR IGNORE INTO gone (kind, id) VALUES ('account_claim', OLD.account_claim_id);
END;
CREATE TRIGGER domain_claim_gone AFTER DELETE ON domain_claim BEGIN
    INSERT OR IGNORE INTO gone (kind, id) VALUES ('domain_claim', OLD.domain_claim_id);
END;
CREATE TRIGGER judgement_gone AFTER DELETE ON judgement BEGIN
    INSERT OR IGNORE INTO gone (kind, id) VALUES ('judgement', OLD.judgement_id);
END;
-- The number of a row that went could be given again.
CREATE TRIGGER claim_back AFTER INSERT ON claim BEGIN
    DELETE FROM gone WHERE kind = 'claim' AND id = NEW.claim_id;
END;
CREATE TRIGGER account_claim_back AFTER INSERT ON account_claim BEGIN
    DELETE FROM gone WHERE kind = 'account_claim' AND id = NEW.account_claim_id;
END;
CREATE TRIGGER domain_claim_back AFTER INSERT ON domain_claim BEGIN
    DELETE FROM gone WHERE kind = 'domain_claim' AND id = NEW.domain_claim_id;
END;
CREATE TRIGGER judgement_back AFTER INSERT ON judgement BEGIN
    DELETE FROM gone WHERE kind = 'judgement' AND id = NEW.judgement_id;
END;
