-- Reason: texts taken over from registered accounts are found by fingerprints, identical ones by their key.
-- Whoever deletes posts deletes their prints too; one left behind costs a look and never makes a match, since
-- the texts themselves are compared.

-- Winnowed fingerprints of the posts of registered accounts, cut to 32 bits: every byte counts a hundred
-- million times, and false meetings are rare and harmless.
CREATE TABLE post_print (
    h    INTEGER NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (h, post)
) STRICT, WITHOUT ROWID;

-- Posts of registered accounts whose fingerprints are still to be made: whoever imports a million posts need not
-- wait for these, and many made at once cost less.
CREATE TABLE waiting_print (
    post_id INTEGER PRIMARY KEY REFERENCES post
) STRICT;

-- 1 where all posts held of the account are in post_print, or wait for it.
ALTER TABLE account ADD COLUMN printed INTEGER NOT NULL DEFAULT 0 CHECK (printed IN (0, 1));
CREATE INDEX account_printed ON account (account_id) WHERE printed = 1;

-- Two rows turn out to be one account, and the posts of one of them may not be printed.
CREATE TRIGGER post_moved AFTER UPDATE OF account_id ON post BEGIN
    UPDATE account SET printed = 0 WHERE account_id = NEW.account_id;
END;

-- What an account wrote itself, by text and then time: a repost is never the same text by coincidence. The
-- kind stands in it so that the table itself need not be read.
DROP INDEX post_text_key;
CREATE INDEX post_same_text ON post (text_key, created_ms, account_id, kind)
 WHERE text_key IS NOT NULL AND kind <> 'repost';
