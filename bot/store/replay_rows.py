"""What the tables of curation hold, in the form in which a replayed trail is compared with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bot.store.held import ClaimKind, ClaimRef, held_claim

_PROPOSALS = """
SELECT proposal_id, layer, act, state, version, statement, claim_kind || ':' || claim_id
  FROM main.proposal ORDER BY proposal_id
"""
_JUDGEMENTS = """
SELECT judgement_id, layer, about, towards, claim_kind || ':' || claim_id, verdict, likelihood,
       responsibility, withdrawn_ms IS NOT NULL
  FROM main.judgement ORDER BY judgement_id
"""


def proposal_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield every proposal."""
    for proposal_id, *rest in connection.execute(_PROPOSALS):
        yield proposal_id, tuple(rest)


def judgement_rows(connection: sqlite3.Connection) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield every judgement."""
    for judgement_id, *rest, withdrawn in connection.execute(_JUDGEMENTS):
        yield judgement_id, (*rest, bool(withdrawn))


def curated_rows(
    connection: sqlite3.Connection, made: Collection[tuple[str, int]]
) -> dict[tuple[str, int], tuple[Any, ...]]:
    """Return what proposals became, and every claim of a server's layer. Needs a connection that sees all."""
    keys = set(made)
    for kind in ClaimKind:
        query = f"SELECT {kind}_id FROM main.{kind} WHERE layer <> 0"  # noqa: S608
        keys |= {(kind.value, claim_id) for (claim_id,) in connection.execute(query)}
    found: dict[tuple[str, int], tuple[Any, ...]] = {}
    for kind, claim_id in keys:
        held = held_claim(connection, ClaimRef(kind=ClaimKind(kind), claim_id=claim_id))
        if held is not None:
            found[kind, claim_id] = (held.layer, held.entity, held.relation, held.grade)
    return found


def retracted_rows(connection: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return the claims that a decision took back; those of undone imports are left out."""
    found: set[tuple[str, int]] = set()
    for kind in ClaimKind:
        query = f"""
SELECT {kind}_id FROM main.{kind} WHERE retracted_ms IS NOT NULL AND retracted_by NOT LIKE 'undo:%'
"""  # noqa: S608
        found |= {(kind.value, claim_id) for (claim_id,) in connection.execute(query)}
    return found


def undo_marks(connection: sqlite3.Connection) -> set[str]:
    """Return the marks of undone imports that rows carry."""
    marks: set[str] = set()
    for table in (*ClaimKind, "entity_name", "typology"):
        query = f"SELECT DISTINCT retracted_by FROM main.{table} WHERE retracted_by LIKE 'undo:%'"  # noqa: S608
        marks |= {mark for (mark,) in connection.execute(query)}
    return marks


def hidden_rows(connection: sqlite3.Connection) -> set[tuple[int, str, int]]:
    """Return what layers took out of their view."""
    return set(connection.execute("SELECT layer, claim_kind, claim_id FROM hidden"))


def gone_rows(connection: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return what went for good."""
    return set(connection.execute("SELECT kind, id FROM gone"))


def uncounted(
    connection: sqlite3.Connection,
    loaded: Mapping[str, Collection[tuple[int, int]]],
    *,
    made: Collection[tuple[str, int]],
    missing: Mapping[str, int],
) -> dict[str, int]:
    """Return by how many rows tables of claims and trail differ; empty where they agree.

    `missing` numbers of the ranges had no row when the trail began.
    """
    found: dict[str, int] = {}
    for kind in ClaimKind:
        table = kind.value
        held: int = connection.execute(f"SELECT count(*) FROM main.{table}").fetchone()[0]  # noqa: S608
        gone: int = connection.execute("SELECT count(*) FROM gone WHERE kind = ?", (table,)).fetchone()[0]
        told = _merged(loaded.get(table, ()))
        inside = sum(last - first + 1 for first, last in told) - missing.get(table, 0)
        alone = sum(
            1
            for made_kind, claim_id in made
            if made_kind == table and not any(first <= claim_id <= last for first, last in told)
        )
        if inside + alone != held + gone:
            found[table] = held + gone - inside - alone
    return found


def _merged(ranges: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join ranges that overlap: the number of a row that went for good is given again."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
