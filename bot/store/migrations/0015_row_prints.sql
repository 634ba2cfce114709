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

-- Every server may hold a name for itself that another one, or the base, holds too.
CREATE UNIQUE INDEX entity_name_once ON entity_name (entity_id, name, layer);

ALTER TABLE typology ADD COLUMN layer INTEGER NOT NULL DEFAULT 0;
ALTER TABLE typology ADD COLUMN retracted_ms INTEGER;
ALTER TABLE typology ADD COLUMN retracted_why TEXT;
ALTER TABLE entity_name ADD COLUMN retracted_ms INTEGER;
ALTER TABLE entity_name ADD COLUMN retracted_why TEXT;

-- Which account a claim or a judgement was made of, in words: rows of accounts are joined and change their handles.
-- "x:id:42" or "x:@handle" with what two spellings of the handle share.
ALTER TABLE account_claim ADD COLUMN said TEXT;
UPDATE account_claim SET said = (
    SELECT platform || CASE WHEN identified_by = 'platform_id' AND platform_id IS NOT NULL
                            THEN ':id:' || platform_id
                            ELSE ifnull(':@' || match_key, ':id:' || platform_id) END
      FROM account WHERE account.account_id = account_claim.account_id);
ALTER TABLE judgement ADD COLUMN said TEXT;
UPDATE judgement SET said = (
    SELECT platform || ifnull(':id:' || platform_id, ':@' || match_key)
      FROM account WHERE account.account_id = judgement.account_id)
 WHERE account_id IS NOT NULL;

-- What went for good is told by the trail.
DROP TRIGGER claim_gone;
DROP TRIGGER account_claim_gone;
DROP TRIGGER domain_claim_gone;
DROP TRIGGER judgement_gone;
DROP TRIGGER claim_back;
DROP TRIGGER account_claim_back;
DROP TRIGGER domain_claim_back;
DROP TRIGGER judgement_back;
DROP TABLE gone;
