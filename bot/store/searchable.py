"""Every text that a search can hit, with the row it stands in, and which of them changed since.

A search is told of rows of every layer and decides nothing: what a server may see is decided where a hit is
resolved (`names`), through the views of a reading connection.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from enum import IntEnum

from bot.text.normalise import fold
from bot.text.romanise import Spelt

# Followers are held by the million and nobody asks for them: an account is found where anything more is held.
_HELD = """
(EXISTS (SELECT 1 FROM main.account_claim AS link WHERE link.account_id = account.account_id)
 OR EXISTS (SELECT 1 FROM main.snapshot AS look WHERE look.account_id = account.account_id)
 OR EXISTS (SELECT 1 FROM main.post AS said WHERE said.account_id = account.account_id))
"""

_TEXTS = {
    "name": "SELECT entity_name_id, folded FROM main.entity_name WHERE entity_name_id > ?",
    "spelling": "SELECT name_spelling_id, spelling FROM main.name_spelling WHERE name_spelling_id > ?",
    "account": f"""
SELECT account_id, coalesce(handle, platform_id) FROM main.account WHERE account_id > ? AND {_HELD}
""",  # noqa: S608
    "site": "SELECT domain_id, host FROM main.domain WHERE domain_id > ?",
    # Accounts that were held before anything was said of them.
    "claim": """
SELECT account_id, coalesce(handle, platform_id)
  FROM main.account_claim JOIN main.account USING (account_id) WHERE account_claim_id > ?
""",
    "look": """
SELECT DISTINCT account_id, coalesce(handle, platform_id)
  FROM main.snapshot JOIN main.account USING (account_id) WHERE snapshot_id > ?
""",
}

_TEXT_OF = {
    "name": "SELECT folded FROM main.entity_name WHERE entity_name_id = ?",
    "spelling": "SELECT spelling FROM main.name_spelling WHERE name_spelling_id = ?",
    "account": f"SELECT coalesce(handle, platform_id) FROM main.account WHERE account_id = ? AND {_HELD}",  # noqa: S608
    "site": "SELECT host FROM main.domain WHERE domain_id = ?",
}

# Highest numbers are read from the ends of the tables, so this costs nothing however large they are.
_MARKS = """
SELECT (SELECT ifnull(max(entity_name_id), 0) FROM main.entity_name),
       (SELECT ifnull(max(name_spelling_id), 0) FROM main.name_spelling),
       (SELECT ifnull(max(account_id), 0) FROM main.account),
       (SELECT ifnull(max(domain_id), 0) FROM main.domain),
       (SELECT ifnull(max(account_claim_id), 0) FROM main.account_claim),
       (SELECT ifnull(max(snapshot_id), 0) FROM main.snapshot),
       (SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'text_change')
"""

_CHANGED = "SELECT text_change_id, kind, row_id FROM main.text_change WHERE text_change_id > ? ORDER BY 1"

_SPELT = """
INSERT INTO name_spelling (entity_name_id, spelling, way) VALUES (?, ?, ?)
ON CONFLICT (entity_name_id, way) DO NOTHING
"""

# Names that are not written in Latin letters alone, and of which no spelling is held; Han in two ways.
_UNSPELT = """
SELECT entity_name_id, name
  FROM entity_name
 WHERE entity_name_id > ?1 AND name GLOB '*[^ -~]*'
   AND (NOT EXISTS (SELECT 1 FROM name_spelling AS held
                     WHERE held.entity_name_id = entity_name.entity_name_id AND held.way = 'letters')
        OR (name GLOB '*[\u3400-\u9fff]*'
            AND NOT EXISTS (SELECT 1 FROM name_spelling AS held
                             WHERE held.entity_name_id = entity_name.entity_name_id
                               AND held.way = 'pinyin')))
 ORDER BY entity_name_id
 LIMIT ?2
"""

_STILL_NAMED = "SELECT 1 FROM entity_name WHERE entity_name_id = ? AND name = ?"


class Kind(IntEnum):
    """What a text is. The order is that of `number`."""

    NAME = 0
    SPELLING = 1
    ACCOUNT = 2
    SITE = 3


_KINDS = {"name": Kind.NAME, "spelling": Kind.SPELLING, "site": Kind.SITE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How far a reading went: the highest number of each table, and of the changes."""

    names: int = 0
    spellings: int = 0
    accounts: int = 0
    sites: int = 0
    claims: int = 0
    looks: int = 0
    changes: int = 0

    def behind(self, other: Marks) -> int:
        """Return about how many rows `other` knows that have to be read here.

        Watched accounts are looked at again and again: most looks are at accounts that are known.
        """
        grown = replace(other, looks=self.looks + (other.looks - self.looks) // 20)
        return sum(max(0, theirs - ours) for ours, theirs in zip(astuple(self), astuple(grown), strict=True))


def number_of(kind: Kind, row_id: int) -> int:
    """Return the one number that stands for a row of a kind."""
    return row_id * len(Kind) + kind


def row_of(number: int) -> tuple[Kind, int]:
    """Return what `number_of` was given."""
    row_id, kind = divmod(number, len(Kind))
    return Kind(kind), row_id


def marks(connection: sqlite3.Connection) -> Marks:
    """Return how far a reading would go now. Take them before reading: what comes between is read twice."""
    names, spellings, accounts, sites, claims, looks, changes = connection.execute(_MARKS).fetchone()
    return Marks(
        names=names,
        spellings=spellings,
        accounts=accounts,
        sites=sites,
        claims=claims,
        looks=looks,
        changes=changes,
    )


def texts_since(connection: sqlite3.Connection, since: Marks) -> Iterator[tuple[str, int]]:
    """Yield (text, number) of rows that are new since, or of which something was said for the first time."""
    reached = {
        "name": since.names,
        "spelling": since.spellings,
        "account": since.accounts,
        "site": since.sites,
    }
    if since != Marks():
        reached |= {"claim": since.claims, "look": since.looks}
    for table, mark in reached.items():
        kind = _KINDS.get(table, Kind.ACCOUNT)
        for row_id, text in connection.execute(_TEXTS[table], (mark,)):
            yield search_key(text), number_of(kind, row_id)


def changes_since(connection: sqlite3.Connection, since: Marks) -> list[tuple[int, str | None]] | None:
    """Return the numbers of rows that changed, with their text now (None: gone); None where too many did."""
    rows = connection.execute(_CHANGED, (since.changes,)).fetchall()
    if rows and rows[0][0] != since.changes + 1:
        return None
    found: list[tuple[int, str | None]] = []
    for _, kind, row_id in rows:
        text = connection.execute(_TEXT_OF[kind], (row_id,)).fetchone()
        number = number_of(_KINDS.get(kind, Kind.ACCOUNT), row_id)
        found.append((number, None if text is None else search_key(text[0])))
    return found


def put_spellings(connection: sqlite3.Connection, entity_name_id: int, *, spelt: Iterable[Spelt]) -> None:
    """Keep how a name is written in Latin letters."""
    connection.executemany(_SPELT, [(entity_name_id, each.text, each.way) for each in spelt])


def unspelt_names(connection: sqlite3.Connection, *, after: int, limit: int) -> list[tuple[int, str]]:
    """Return names, by number, of which a spelling in Latin letters may be lacking."""
    return connection.execute(_UNSPELT, (after, limit)).fetchall()


def put_all_spellings(
    connection: sqlite3.Connection, found: Iterable[tuple[int, str, Iterable[Spelt]]]
) -> None:
    """Keep spellings of (number, name, spellings), of the names that are still held."""
    for number, name, spelt in found:
        if connection.execute(_STILL_NAMED, (number, name)).fetchone() is not None:
            put_spellings(connection, number, spelt=spelt)


def search_key(text: str) -> str:
    """Return what of a text is compared: folded, one space between words, no @ before it."""
    return " ".join(fold(text).split()).lstrip("@ ").rstrip()
