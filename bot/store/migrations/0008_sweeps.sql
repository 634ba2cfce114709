-- Reason: sweeps over the whole corpus: recipes with names, what they found, and the edges by account.

CREATE TABLE sweep_recipe (
    name     TEXT PRIMARY KEY,
    -- JSON of bot.network.recipe.Recipe.
    recipe   TEXT NOT NULL,
    saved_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sweep_run (
    sweep_run_id INTEGER PRIMARY KEY,
    name     TEXT,
    recipe   TEXT NOT NULL,
    engine   TEXT NOT NULL,
    ran_ms   INTEGER NOT NULL,
    accounts INTEGER NOT NULL,
    edges    INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    -- JSON of bot.network.results.Sweep, deflated.
    result   BLOB NOT NULL
) STRICT;
CREATE INDEX sweep_run_recipe ON sweep_run (recipe, ran_ms);

-- Each edge from both ends.
CREATE TABLE sweep_edge (
    account_id   INTEGER NOT NULL REFERENCES account,
    sweep_run_id INTEGER NOT NULL REFERENCES sweep_run,
    other_id     INTEGER NOT NULL REFERENCES account,
    objects      INTEGER NOT NULL,
    finding      INTEGER NOT NULL CHECK (finding IN (0, 1)),
    PRIMARY KEY (account_id, sweep_run_id, other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sweep_edge_run ON sweep_edge (sweep_run_id);
CREATE INDEX sweep_edge_other ON sweep_edge (other_id);
