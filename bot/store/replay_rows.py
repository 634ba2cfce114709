"""What the tables of curation hold, in the form in which a replayed trail is compared with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from bot.store.held import ClaimKind

# Half a claim is none, and is to be seen.
_CLAIM = """
CASE WHEN claim_kind IS NOT NULL OR claim_id IS NOT NULL
     THEN ifnull(claim_kind, '') || ':' || ifnull(claim_id, '') END
"""
_PROPOSALS = f"""
SELECT proposal_id, layer, act, state, version, statement, {_CLAIM} AS claim, reason,
       url, decision, made_by, made_ms, worded_by, decided_by, decided_ms
  FROM main.proposal ORDER BY proposal_id
"""  # noqa: S608  # a constant of ours
_JUDGEMENTS = f"""
SELECT judgement_id, layer, said, about, towards, {_CLAIM} AS claim, verdict, likelihood,
       responsibility, reason, made_by, made_ms, withdrawn_by, withdrawn_ms, withdrawn_why
  FROM main.judgement ORDER BY judgement_id
"""  # noqa: S608  # as above
# Judgements that stand on another account than the one they were made of.
_ELSEWHERE = """
SELECT judgement_id FROM main.judgement LEFT JOIN account USING (account_id)
 WHERE (said IS NULL) <> (judgement.account_id IS NULL)
    OR (said IS NOT NULL AND account.platform IS NULL)
    OR NOT (said = platform || ':id:' || ifnull(platform_id, '')
            OR said = platform || ':@' || ifnull(match_key, '')
            OR EXISTS (SELECT 1 FROM handle_history
                        WHERE handle_history.account_id = account.account_id
                          AND said = platform || ':@' || handle_history.match_key))
"""


def proposal_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every proposal by column."""
    yield from _by_column(connection, _PROPOSALS)


def judgement_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every judgement by column."""
    elsewhere = {number for (number,) in connection.execute(_ELSEWHERE)}
    for number, row in _by_column(connection, _JUDGEMENTS):
        yield number, row | ({"said": "another account"} if number in elsewhere else {})


def _by_column(connection: sqlite3.Connection, query: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = connection.execute(query)
    names = [column[0] for column in rows.description]
    for row in rows:
        yield row[0], dict(zip(names[1:], row[1:], strict=True))


def retracted_rows(connection: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return the claims that a decision took back; those of undone imports are left out."""
    found: set[tuple[str, int]] = set()
    for kind in ClaimKind:
        query = f"SELECT {kind}_id FROM main.{kind} WHERE retracted_by NOT LIKE 'undo:%'"  # noqa: S608
        found |= {(kind.value, claim_id) for (claim_id,) in connection.execute(query)}
    return found


def undone_rows(connection: sqlite3.Connection) -> dict[tuple[str, int], str]:
    """Return the rows that carry the mark of an undone import, with it."""
    found: dict[tuple[str, int], str] = {}
    for kind in ClaimKind:
        query = f"SELECT {kind}_id, retracted_by FROM main.{kind} WHERE retracted_by LIKE 'undo:%'"  # noqa: S608
        found |= {(kind.value, number): mark for number, mark in connection.execute(query)}
    return found


def hidden_rows(connection: sqlite3.Connection) -> set[tuple[int, str, int]]:
    """Return what layers took out of their view."""
    return set(connection.execute("SELECT layer, claim_kind, claim_id FROM hidden"))
