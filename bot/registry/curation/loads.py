"""Imports in the audit trail: what each brought, taking it back, bringing it back.

An entry names the rows by their numbers, table by table, since an import may bring a million. `begin`
accounts for whatever was held before the trail began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.errors import InputError, NotAllowedError
from bot.registry.curation.roles import Member, Right, require
from bot.registry.curation.rows import brought, everything
from bot.store import audit
from bot.store.held import changed, gaps, ranges_since, retract_ranges, revive_ranges
from bot.store.layers import BASE
from bot.store.row_prints import TABLES, Marks
from bot.store.withdrawals import REVOKED, WITHDRAWN, Rows, bring_back, marked, unmarked, withdraw, within
from bot.text.inert import quoted

BEGAN = "registry.began"
PRINTED = "registry.printed"
LOADED = "registry.loaded"
UNDONE = "import.undone"
RESTORED = "import.restored"

_NO_LONGER = "the newer set no longer states it"
_TAKEN_BACK = "its author took it back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What an import did to rows that were held: numbers by table.

    `withdrawn` is no longer stated, `revoked` was taken back by its author for good, `again` is stated again.
    `left` is no longer stated either, but somebody proposed something about it or judged it.
    """

    withdrawn: Rows = field(default_factory=dict[str, list[int]])
    revoked: Rows = field(default_factory=dict[str, list[int]])
    again: Rows = field(default_factory=dict[str, list[int]])
    left: Rows = field(default_factory=dict[str, list[int]])

    @property
    def rows(self) -> int:
        taken = (self.withdrawn, self.revoked, self.again)
        return sum(len(numbers) for each in taken for numbers in each.values())


def begin(connection: sqlite3.Connection, *, now: datetime) -> None:
    """Begin the trail of the base, unless it has begun: with whatever is held already."""
    began = audit.entries_about(connection, "registry", limit=100)
    if any("rows" in (entry.after or {}) for entry in began):
        return
    rows = everything(connection)
    after: dict[str, Any] = {"rows": rows.json}
    if not any(entry.act == BEGAN for entry in began):
        held = ranges_since(connection, Marks(high=dict.fromkeys(TABLES, 0), derived={}))
        after |= {"ranges": held, "missing": gaps(connection, held)}
    # A trail that began before rows were printed goes on with whatever is held.
    act = BEGAN if "ranges" in after else PRINTED
    rows.keep(connection, audit.append(connection, act, "registry", at=now, after=after))


def enter_load(
    connection: sqlite3.Connection,
    version: str,
    *,
    before: Marks,
    now: datetime,
    facts: int,
    taken: Taken | None = None,
) -> None:
    """Note what an import brought since `before` (`held.high_marks`), and do what it takes back."""
    rows = brought(connection, before)
    after: dict[str, Any] = {"ranges": ranges_since(connection, before), "facts": facts, "rows": rows.json}
    for name in ("withdrawn", "revoked", "again", "left") if taken is not None else ():
        if listed := _listed(getattr(taken, name)):
            after[name] = listed
    number = audit.append(connection, LOADED, f"load:{version}", at=now, after=after)
    rows.keep(connection, number)
    if taken is None or not taken.rows:
        return
    bring_back(connection, taken.again)
    withdraw(connection, taken.withdrawn, mark=f"{WITHDRAWN}:{number}", why=_NO_LONGER, at=now)
    withdraw(connection, taken.revoked, mark=f"{REVOKED}:{number}", why=_TAKEN_BACK, at=now)
    changed(connection, BASE)


def _listed(rows: Rows) -> dict[str, list[int]]:
    return {str(table): sorted(numbers) for table, numbers in rows.items() if numbers}


def brought_by(connection: sqlite3.Connection, version: str) -> list[dict[str, tuple[int, int]]]:
    """Return the ranges of rows that a load brought, each time that it was read."""
    told = audit.entries_about(connection, f"load:{version}", limit=1_000)
    return [_ranges(entry) for entry in told if entry.act == LOADED]


def undo_load(connection: sqlite3.Connection, version: str, *, member: Member, now: datetime) -> int:
    """Take back everything that an import brought; return how many rows.

    What a person took back before, or decided since, is not touched.
    """
    by = require(connection, member, Right.UNDO)
    _refuse_below(member)
    load = _load(connection, version)
    if load.undone is not None:
        raise InputError(f"{quoted(version)} is taken back already.")
    # What it took back holds again, and what it brought back does not.
    back = {mark: marked(connection, rows, mark=mark) for mark, rows in load.took.items()}
    gone = unmarked(connection, load.again)
    number = audit.append(
        connection,
        UNDONE,
        f"load:{version}",
        at=now,
        actor_id=by.actor_id,
        before={"brought": load.brought},
        after={"brought": [], "again": _joined(back.values()), "withdrawn": gone},
    )
    changed(connection, BASE)
    rows = sum(retract_ranges(connection, each, mark=f"undo:{number}", at=now) for each in load.brought)
    rows += withdraw(connection, gone, mark=f"{WITHDRAWN}:{number}", why=_NO_LONGER, at=now)
    for mark, numbers in back.items():
        rows += bring_back(connection, numbers, mark=mark)
        _keep_undone(connection, numbers, at=now)
    return rows


def restore_load(connection: sqlite3.Connection, version: str, *, member: Member, now: datetime) -> int:
    """Bring back what `undo_load` took; return how many rows."""
    by = require(connection, member, Right.UNDO)
    _refuse_below(member)
    load = _load(connection, version)
    if load.undone is None:
        raise InputError(f"{quoted(version)} stands: there is nothing to bring back.")
    gone = {mark: unmarked(connection, rows) for mark, rows in load.took.items()}
    back = marked(connection, load.again, mark=f"{WITHDRAWN}:%")
    audit.append(
        connection,
        RESTORED,
        f"load:{version}",
        at=now,
        actor_id=by.actor_id,
        before={"brought": []},
        after={"brought": load.brought, "again": back, "withdrawn": _joined(gone.values())},
    )
    changed(connection, BASE)
    rows = sum(revive_ranges(connection, each, mark=f"undo:{load.undone}") for each in load.brought)
    rows += bring_back(connection, back)
    for mark, numbers in gone.items():
        why = _NO_LONGER if mark.startswith(WITHDRAWN) else _TAKEN_BACK
        rows += withdraw(connection, numbers, mark=mark, why=why, at=now)
    return rows


def _refuse_below(member: Member) -> None:
    if member.layer != BASE:
        raise NotAllowedError(
            "imports belong to the base, which the operator looks after at the command line."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Load:
    """What an import did, each time that it was read. `took` is by mark, `undone` the entry that undid it."""

    brought: list[dict[str, tuple[int, int]]]
    took: dict[str, Rows]
    again: Rows
    undone: int | None


def _load(connection: sqlite3.Connection, version: str) -> _Load:
    told = audit.entries_about(connection, f"load:{version}", limit=1_000)
    loads = [entry for entry in told if entry.act == LOADED]
    if not loads:
        raise InputError(
            f"there is no import {quoted(version)}. `masthead registry history imports` lists what was "
            "imported."
        )
    brought: list[dict[str, tuple[int, int]]] = []
    took: dict[str, Rows] = {}
    again: list[Rows] = []
    for entry in loads:
        after: dict[str, Any] = entry.after or {}
        brought.append(_ranges(entry))
        took |= {f"{act}:{entry.audit_id}": after[act] for act in (WITHDRAWN, REVOKED) if act in after}
        again.append(after.get("again", {}))
    last = next((entry for entry in told if entry.act in {UNDONE, RESTORED}), None)
    undone = last.audit_id if last is not None and last.act == UNDONE else None
    return _Load(brought=brought, took=took, again=_joined(again), undone=undone)


def _ranges(entry: audit.Entry) -> dict[str, tuple[int, int]]:
    return {table: (first, last) for table, (first, last) in (entry.after or {})["ranges"].items()}


def _joined(parts: Iterable[Rows]) -> dict[str, list[int]]:
    joined: dict[str, set[int]] = {}
    for part in parts:
        for table, numbers in part.items():
            joined.setdefault(table, set()).update(numbers)
    return _listed(joined)


def _keep_undone(connection: sqlite3.Connection, rows: Rows, *, at: datetime) -> None:
    """Rows that hold again, but came with an import that is undone, stay undone with it."""
    undone: dict[str, int | None] = {}
    brought: dict[str, list[dict[str, tuple[int, int]]]] = {}
    for entry in audit.entries(connection, layer=BASE):
        if entry.act == LOADED:
            brought.setdefault(entry.subject, []).append(_ranges(entry))
        elif entry.act in {UNDONE, RESTORED}:
            undone[entry.subject] = entry.audit_id if entry.act == UNDONE else None
    for subject, number in undone.items():
        for ranges in brought.get(subject, []) if number is not None else ():
            withdraw(
                connection, within(rows, ranges), mark=f"undo:{number}", why="the import was undone", at=at
            )
