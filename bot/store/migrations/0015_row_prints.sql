-- Reason: a later edit of any row shows, of the trail's and of the registry's; names and classes are proposed,
-- disputed and shown to every server as claims are.

-- What an entry speaks of, as a JSON array that its hash covers; NULL in entries that were made before.
ALTER TABLE audit ADD COLUMN about TEXT;

-- Prints of the rows that an import brought, 16 bytes a row from `first` on; zeros where there was no row. The
-- entry holds one hash of all of them, so that a million rows do not make a million lines of the trail.
CREATE TABLE audit_prints (
    audit_id INTEGER NOT NULL REFERENCES audit,
    kind     TEXT NOT NULL,
    first    INTEGER NOT NULL,
    prints   BLOB NOT NULL,
    PRIMARY KEY (audit_id, kind, first)
) STRICT, WITHOUT ROWID;

-- Every server may hold a name for itself that another one, or the base, holds too; and a name or a class is
-- proposed, hidden and judged like a claim. SQLite changes such conditions with a new table alone.
CREATE TABLE entity_name_wider (
    entity_name_id INTEGER PRIMARY KEY,
    entity_id      INTEGER NOT NULL REFERENCES entity,
    name           TEXT NOT NULL,
    -- NFKC, lower-case, white space folded: what look-ups compare.
    folded         TEXT NOT NULL,
    language       TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('main', 'alias', 'abbreviation', 'transliteration', 'former')),
    source_id      INTEGER NOT NULL REFERENCES source,
    layer          INTEGER NOT NULL DEFAULT 0,
    retracted_by   TEXT,
    retracted_ms   INTEGER,
    retracted_why  TEXT
) STRICT;
INSERT INTO entity_name_wider (entity_name_id, entity_id, name, folded, language, kind, source_id, layer, retracted_by)
SELECT entity_name_id, entity_id, name, folded, language, kind, source_id, layer, retracted_by FROM entity_name;
DROP TABLE entity_name;
ALTER TABLE entity_name_wider RENAME TO entity_name;
CREATE INDEX entity_name_folded ON entity_name (folded);
CREATE UNIQUE INDEX entity_name_once ON entity_name (entity_id, name, layer);
CREATE TRIGGER name_text AFTER UPDATE OF folded ON entity_name BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('name', NEW.entity_name_id);
END;
CREATE TRIGGER name_went AFTER DELETE ON entity_name BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('name', OLD.entity_name_id);
END;

CREATE TABLE hidden_wider (
    layer      INTEGER NOT NULL,
    claim_kind TEXT NOT NULL CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim', 'entity_name', 'typology')),
    claim_id   INTEGER NOT NULL,
    PRIMARY KEY (layer, claim_kind, claim_id)
) STRICT, WITHOUT ROWID;
INSERT INTO hidden_wider SELECT layer, claim_kind, claim_id FROM hidden;
DROP TABLE hidden;
ALTER TABLE hidden_wider RENAME TO hidden;

CREATE TABLE proposal_wider (
    proposal_id INTEGER PRIMARY KEY,
    layer       INTEGER NOT NULL,
    act         TEXT NOT NULL CHECK (act IN ('add', 'retract', 'publish')),
    -- JSON of bot.registry.curation.statements.Statement; NULL where a held claim is meant.
    statement   TEXT,
    -- The claim to retract or publish; of an addition that was accepted, the claim that it became.
    claim_kind  TEXT CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim', 'entity_name', 'typology')),
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
INSERT INTO proposal_wider SELECT proposal_id, layer, act, statement, claim_kind, claim_id, reason, url, state,
    version, made_by, made_ms, worded_by, decided_by, decided_ms, decision FROM proposal;
DROP TABLE proposal;
ALTER TABLE proposal_wider RENAME TO proposal;
CREATE INDEX proposal_open ON proposal (layer, proposal_id) WHERE state = 'open';
CREATE INDEX proposal_claim ON proposal (claim_kind, claim_id) WHERE claim_id IS NOT NULL;

CREATE TABLE judgement_wider (
    judgement_id   INTEGER PRIMARY KEY,
    layer          INTEGER NOT NULL,
    -- An account's link ('link') or one of its findings (the check's name), or a claim ('claim').
    account_id     INTEGER REFERENCES account,
    about          TEXT NOT NULL,
    -- Key of the entity that the finding points to.
    towards        TEXT,
    claim_kind     TEXT CHECK (claim_kind IN ('claim', 'account_claim', 'domain_claim', 'entity_name', 'typology')),
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
    -- The account in words, as in account_claim.
    said           TEXT,
    CHECK ((account_id IS NULL) <> (claim_id IS NULL))
) STRICT;
INSERT INTO judgement_wider SELECT judgement_id, layer, account_id, about, towards, claim_kind, claim_id, verdict,
    likelihood, responsibility, reason, made_by, made_ms, withdrawn_ms, withdrawn_by, withdrawn_why, NULL FROM judgement;
DROP TABLE judgement;
ALTER TABLE judgement_wider RENAME TO judgement;
CREATE INDEX judgement_account ON judgement (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX judgement_claim ON judgement (claim_kind, claim_id) WHERE claim_id IS NOT NULL;

ALTER TABLE typology ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE typology ADD COLUMN retracted_ms INTEGER;
ALTER TABLE typology ADD COLUMN retracted_why TEXT;

-- Which account a claim or a judgement was made of, in words: rows of accounts are joined and change their handles.
-- "x:id:42" or "x:@handle" with what two spellings of the handle share.
ALTER TABLE account_claim ADD COLUMN said TEXT;
UPDATE account_claim SET said = (
    SELECT platform || CASE WHEN identified_by = 'platform_id' AND platform_id IS NOT NULL
                            THEN ':id:' || platform_id
                            ELSE ifnull(':@' || match_key, ':id:' || platform_id) END
      FROM account WHERE account.account_id = account_claim.account_id);
UPDATE judgement SET said = (
    SELECT platform || ifnull(':id:' || platform_id, ':@' || match_key)
      FROM account WHERE account.account_id = judgement.account_id)
 WHERE account_id IS NOT NULL;

-- What went for good is told by the trail.
DROP TRIGGER claim_gone;
DROP TRIGGER account_claim_gone;
DROP TRIGGER domain_claim_gone;
DROP TRIGGER claim_back;
DROP TRIGGER account_claim_back;
DROP TRIGGER domain_claim_back;
DROP TABLE gone;
