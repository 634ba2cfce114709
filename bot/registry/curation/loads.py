"""Imports in the audit trail: what each brought, taking it back, bringing it back.

An entry names the rows by their numbers, table by table, since an import may bring a million. `begin`
accounts for whatever was held before the trail began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import InputError
from bot.registry.curation.roles import Member, Right, require
from bot.store import audit
from bot.store.held import changed, gaps, high_marks, ranges_since, retract_ranges, revive_ranges
from bot.store.layers import BASE
from bot.text.inert import quoted

BEGAN = "registry.began"
LOADED = "registry.loaded"
UNDONE = "import.undone"
RESTORED = "import.restored"


def begin(connection: sqlite3.Connection, *, now: datetime) -> None:
    """Begin the trail of the base, unless it has begun: with whatever is held already."""
    if audit.head(connection, BASE) != audit.NOTHING:
        return
    held = {table: (1, last) for table, last in high_marks(connection).items() if last}
    after = {"ranges": held, "missing": gaps(connection, held)}
    audit.append(connection, BEGAN, "registry", at=now, after=after)


def enter_load(
    connection: sqlite3.Connection,
    version: str,
    *,
    before: Mapping[str, int],
    now: datetime,
    facts: int,
) -> None:
    """Note what an import brought since `before` (`held.high_marks`)."""
    brought = ranges_since(connection, before)
    after = {"ranges": brought, "facts": facts}
    audit.append(connection, LOADED, f"load:{version}", at=now, after=after)


def undo_load(connection: sqlite3.Connection, version: str, *, member: Member, now: datetime) -> int:
    """Take back everything that an import brought; return how many rows.

    What a person took back before, or decided since, is not touched.
    """
    by = require(connection, member, Right.UNDO)
    _refuse_below(member)
    brought, undone = _load(connection, version)
    if undone is not None:
        raise InputError(f"{quoted(version)} is taken back already.")
    number = audit.append(
        connection,
        UNDONE,
        f"load:{version}",
        at=now,
        actor_id=by.actor_id,
        before={"brought": brought},
        after={"brought": []},
    )
    changed(connection, BASE)
    mark = f"undo:{number}"
    return sum(retract_ranges(connection, ranges, mark=mark, at=now) for ranges in brought)


def restore_load(connection: sqlite3.Connection, version: str, *, member: Member, now: datetime) -> int:
    """Bring back what `undo_load` took; return how many rows."""
    by = require(connection, member, Right.UNDO)
    _refuse_below(member)
    brought, undone = _load(connection, version)
    if undone is None:
        raise InputError(f"{quoted(version)} stands: there is nothing to bring back.")
    audit.append(
        connection,
        RESTORED,
        f"load:{version}",
        at=now,
        actor_id=by.actor_id,
        before={"brought": []},
        after={"brought": brought},
    )
    changed(connection, BASE)
    return sum(revive_ranges(connection, ranges, mark=f"undo:{undone}") for ranges in brought)


def _refuse_below(member: Member) -> None:
    if member.layer != BASE:
        raise InputError("imports belong to the base, which the operator looks after at the command line.")


def _load(
    connection: sqlite3.Connection, version: str
) -> tuple[list[dict[str, tuple[int, int]]], int | None]:
    """Return what an import brought, each time that it was read, and the entry that took it back, if any."""
    told = audit.entries_about(connection, f"load:{version}", limit=1_000)
    loads = [entry for entry in told if entry.act == LOADED]
    if not loads:
        raise InputError(
            f"there is no import {quoted(version)}. `masthead registry history imports` lists what was "
            "imported."
        )
    brought: list[dict[str, tuple[int, int]]] = []
    for entry in loads:
        after: dict[str, Any] = entry.after or {}
        brought.append({table: (first, last) for table, (first, last) in after["ranges"].items()})
    last = next((entry for entry in told if entry.act in {UNDONE, RESTORED}), None)
    return brought, last.audit_id if last is not None and last.act == UNDONE else None
