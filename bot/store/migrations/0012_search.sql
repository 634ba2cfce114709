-- Reason: names are searched in memory. What changed is read from here, so that nothing has to be built again.

-- How a name is written in Latin letters: what people type who cannot type its script.
CREATE TABLE name_spelling (
    name_spelling_id INTEGER PRIMARY KEY,
    entity_name_id   INTEGER NOT NULL REFERENCES entity_name,
    spelling         TEXT NOT NULL,
    way              TEXT NOT NULL CHECK (way IN ('letters', 'pinyin', 'wade-giles')),
    UNIQUE (entity_name_id, way)
) STRICT;

-- Rows whose text changed or went. New rows are found by their numbers, which only grow.
CREATE TABLE text_change (
    text_change_id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT NOT NULL CHECK (kind IN ('name', 'spelling', 'account', 'site')),
    row_id         INTEGER NOT NULL
) STRICT;
-- Whoever is further behind reads everything again.
CREATE TRIGGER text_change_bounded AFTER INSERT ON text_change WHEN NEW.text_change_id % 1000 = 0 BEGIN
    DELETE FROM text_change WHERE text_change_id <= NEW.text_change_id - 20000;
END;
CREATE TRIGGER name_text AFTER UPDATE OF folded ON entity_name BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('name', NEW.entity_name_id);
END;
CREATE TRIGGER name_went AFTER DELETE ON entity_name BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('name', OLD.entity_name_id);
END;
CREATE TRIGGER spelling_went AFTER DELETE ON name_spelling BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('spelling', OLD.name_spelling_id);
END;
CREATE TRIGGER account_text AFTER UPDATE OF handle ON account WHEN OLD.handle IS NOT NEW.handle BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('account', NEW.account_id);
END;
CREATE TRIGGER account_went AFTER DELETE ON account BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('account', OLD.account_id);
END;
CREATE TRIGGER site_went AFTER DELETE ON domain BEGIN
    INSERT INTO text_change (kind, row_id) VALUES ('site', OLD.domain_id);
END;
