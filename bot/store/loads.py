"""What was loaded into the registry, and how much it holds."""

from __future__ import annotations

import sqlite3

_LOADS = "SELECT version FROM registry_load WHERE kind = ? ORDER BY load_id"

_FORGET = "DELETE FROM registry_load WHERE kind = 'import' AND version = ?"

_SIZES = """
SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM entity_name), (SELECT count(*) FROM source),
       (SELECT count(*) FROM typology),
       (SELECT count(*) FROM claim WHERE retracted_ms IS NULL),
       (SELECT count(*) FROM account_claim WHERE retracted_ms IS NULL),
       (SELECT count(*) FROM domain_claim WHERE retracted_ms IS NULL),
       (SELECT count(DISTINCT domain_id) FROM domain_claim WHERE retracted_ms IS NULL)
"""

_ACCOUNTS = """
SELECT platform, count(*)
  FROM account
 WHERE account_id IN (SELECT account_id FROM account_claim WHERE retracted_ms IS NULL)
 GROUP BY platform
 ORDER BY count(*) DESC, platform
"""


def loads(connection: sqlite3.Connection, kind: str) -> list[str]:
    """Return the versions of the starter sets ("starter") or files ("import") loaded, oldest first."""
    return [version for (version,) in connection.execute(_LOADS, (kind,))]


def forget_load(connection: sqlite3.Connection, version: str) -> None:
    """Forget that a file was loaded: what it brought was taken out again."""
    connection.execute(_FORGET, (version,))


def sizes(connection: sqlite3.Connection) -> tuple[dict[str, int], dict[str, int]]:
    """Return the number of rows of each kind, and of registered accounts on each platform."""
    names = (
        "entities",
        "names",
        "sources",
        "typologies",
        "claims",
        "account_claims",
        "domain_claims",
        "domains",
    )
    row = connection.execute(_SIZES).fetchone()
    return dict(zip(names, row, strict=True)), dict(connection.execute(_ACCOUNTS).fetchall())
