"""What is purged leaves the kept results of sweeps too: names, edges, and posts shown as examples.

A result is one JSON text (bot.network.results.Sweep), so it is read, cut and written anew. What it counted
stays where it speaks of all posts looked at; whatever names the account goes.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from bot.store.times import from_ms

_RUNS_OF = """
SELECT DISTINCT sweep_run_id FROM sweep_edge WHERE account_id IN (SELECT value FROM json_each(?))
"""
_WRITTEN = """
SELECT account_id, created_ms FROM post
 WHERE post_id IN (SELECT value FROM json_each(?))
   AND EXISTS (SELECT 1 FROM sweep_edge WHERE sweep_edge.account_id = post.account_id)
"""
_RESULT = "SELECT result FROM sweep_run WHERE sweep_run_id = ?"
_REPLACE = "UPDATE sweep_run SET result = ?, accounts = ?, edges = ?, findings = ? WHERE sweep_run_id = ?"
_FINDINGS = """
SELECT count(*) FROM sweep_edge
 WHERE sweep_run_id = ?1 AND account_id < other_id AND finding = 1
   AND account_id NOT IN (SELECT value FROM json_each(?2))
   AND other_id NOT IN (SELECT value FROM json_each(?2))
"""

Json = dict[str, Any]


def forget_accounts(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Take accounts out of every result. Call it before their edges are deleted."""
    gone = frozenset(ids)

    def cut(sweep: Json) -> bool:
        return _without_accounts(sweep, gone)

    _rewrite(connection, accounts=gone, leaving=gone, cut=cut)


def forget_posts(connection: sqlite3.Connection, ids: Collection[int]) -> None:
    """Take posts out of the examples of every result. Call it before they are deleted."""
    written = {
        (account, _iso(created_ms))
        for account, created_ms in connection.execute(_WRITTEN, (json.dumps(list(ids)),))
    }

    def cut(sweep: Json) -> bool:
        return _without_examples(sweep, lambda example: (example["account"], example["at"]) in written)

    _rewrite(connection, accounts={account for account, _at in written}, leaving=frozenset(), cut=cut)


def _rewrite(
    connection: sqlite3.Connection,
    *,
    accounts: Collection[int],
    leaving: Collection[int],
    cut: Callable[[Json], bool],
) -> None:
    """Cut the results that name any of the accounts, and write those that changed."""
    if not accounts:
        return
    for (run_id,) in connection.execute(_RUNS_OF, (json.dumps(list(accounts)),)).fetchall():
        (raw,) = connection.execute(_RESULT, (run_id,)).fetchone()
        sweep: Json = msgspec.json.decode(zlib.decompress(raw))
        if not cut(sweep):
            continue
        (findings,) = connection.execute(_FINDINGS, (run_id, json.dumps(list(leaving)))).fetchone()
        row = (zlib.compress(msgspec.json.encode(sweep)), len(sweep["nodes"]), len(sweep["edges"]), findings)
        connection.execute(_REPLACE, (*row, run_id))


def _without_accounts(sweep: Json, gone: frozenset[int]) -> bool:
    """Take the accounts and their edges out, and say whether anything went."""
    held = {node["account"] for node in sweep["nodes"]}
    leaving = held & gone
    if not leaving:
        return False
    sweep["edges"] = [edge for edge in sweep["edges"] if edge["a"] not in gone and edge["b"] not in gone]
    joined = {edge[end] for edge in sweep["edges"] for end in ("a", "b")}
    sweep["nodes"] = [node for node in sweep["nodes"] if node["account"] in joined]
    for group in sweep["groups"]:
        _cut_group(group, joined, sweep["edges"])
    sweep["groups"] = [group for group in sweep["groups"] if group["accounts"]]
    _without_examples(sweep, lambda example: example["account"] not in joined)
    if sweep.get("change"):
        sweep["change"]["new_accounts"] = [
            account for account in sweep["change"]["new_accounts"] if account in joined
        ]
    sweep["purged"] = sweep.get("purged", 0) + len(leaving)
    return True


def _cut_group(group: Json, joined: set[int], edges: list[Json]) -> None:
    members = {account for account in group["accounts"] if account in joined}
    inside = [edge for edge in edges if edge["a"] in members]
    possible = len(members) * (len(members) - 1) / 2
    communities = [[each for each in part if each in members] for part in group["communities"]]
    group["accounts"] = [account for account in group["accounts"] if account in members]
    group["places"] = [place for place in group["places"] if place[0] in members]
    group["communities"] = [part for part in communities if part]
    group["edges"] = len(inside)
    group["density"] = round(len(inside) / possible, 3) if possible else 0.0
    group["pairs"] = sum(edge["pairs"] for edge in inside)
    group["objects"] = max((edge["objects"] for edge in inside), default=0)


def _without_examples(sweep: Json, gone: Callable[[Json], bool]) -> bool:
    changed = False
    for group in sweep["groups"]:
        kept = [example for example in group["examples"] if not gone(example)]
        changed = changed or len(kept) < len(group["examples"])
        group["examples"] = kept
    return changed


def _iso(at_ms: int) -> str:
    """Write an instant as results do."""
    return str(msgspec.to_builtins(from_ms(at_ms)))
