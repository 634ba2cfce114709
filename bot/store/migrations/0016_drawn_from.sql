-- Reason: a server's own layer of the registry is told to that server alone, so checks that drew on it are apart.

-- The server whose own layer a check was drawn from; 0 where it is what everybody sees.
ALTER TABLE check_run ADD COLUMN drawn_from INTEGER NOT NULL DEFAULT 0;
