"""What the trail tells of registry rows, replayed beside the tables: a row that was edited past it shows.

An import brings prints of its rows in blocks, a decision those of the few that it wrote. Which layer a row is
in, who took it back and which source it copies may change later; for those the last entry counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.store.audit import Entry
from bot.store.row_prints import (
    NO_ROW,
    SIZE,
    TABLES,
    Marks,
    blocks_of,
    derivations,
    high,
    keep_prints,
    kept_prints,
    layers,
    of_other_accounts,
    retractions,
    row_prints,
    sealed,
    since,
)

Row = tuple[str, int]

# Who took a row back, where a person decided so; imports leave other marks, which are compared by themselves.
BY_A_PERSON = "actor:"


@dataclass(slots=True, kw_only=True)
class Rows:
    """What the entries so far tell. `told` is whether they tell of rows at all."""

    told: bool = False
    prints: dict[str, bytearray] = field(default_factory=dict[str, bytearray])
    layers: dict[Row, int] = field(default_factory=dict[Row, int])
    derived: dict[int, int] = field(default_factory=dict[int, int])
    retracted: dict[Row, tuple[int, str, str]] = field(default_factory=dict[Row, tuple[int, str, str]])
    wrong: list[str] = field(default_factory=list[str])

    def follow(self, connection: sqlite3.Connection, entry: Entry) -> None:
        """Take in one entry."""
        after: dict[str, Any] = entry.after or {}
        if "rows" in after and "seals" in after["rows"]:
            self._loaded(connection, entry, after["rows"])
        for table, numbers in after.get("gone", {}).items():
            for number in numbers:
                self._gone(table, number)
        for effect in after.get("effects", ()):
            self._effect(effect)

    def _loaded(self, connection: sqlite3.Connection, entry: Entry, rows: dict[str, Any]) -> None:
        if rows.get("anew"):
            self.prints, self.layers, self.derived, self.retracted = {}, {}, {}, {}
        self.told = True
        blocks: dict[str, list[tuple[int, bytes]]] = {}
        for table, first, raw in kept_prints(connection, entry.audit_id):
            blocks.setdefault(table, []).append((first, raw))
            self._room(table, first + len(raw) // SIZE)[SIZE * first : SIZE * first + len(raw)] = raw
        seals = sealed(blocks)
        for table in sorted(seals.keys() | rows["seals"].keys()):
            if seals.get(table) != rows["seals"].get(table):
                self.wrong.append(f"entry {entry.audit_id}: the prints of its {table} rows were changed")
        for table, number, layer in rows.get("layers", ()):
            self.layers[table, number] = layer
        for table, number, at, by, why in rows.get("retracted", ()):
            self.retracted[table, number] = (at, by, why)
        self.derived |= dict(rows.get("derived", ()))

    def _effect(self, effect: dict[str, Any]) -> None:
        row: Row = (effect["kind"], effect["id"])
        for table, prints in effect.get("rows", {}).items():
            for number, found in prints.items():
                at = SIZE * int(number)
                self._room(table, int(number) + 1)[at : at + SIZE] = bytes.fromhex(found)
        for table, number, layer in effect.get("layers", ()):
            if layer:
                self.layers[table, number] = layer
            else:
                self.layers.pop((table, number), None)
        if effect["op"] == "retract" and "at" in effect:
            self.retracted[row] = (effect["at"], effect["by"], effect["why"])
        elif effect["op"] in {"make", "revive"}:
            self.retracted.pop(row, None)

    def _gone(self, table: str, number: int) -> None:
        if table in TABLES:
            self._room(table, number + 1)[SIZE * number : SIZE * (number + 1)] = NO_ROW
            self.layers.pop((table, number), None)
            self.retracted.pop((table, number), None)
        if table == "source":
            self.derived.pop(number, None)

    def _room(self, table: str, rows: int) -> bytearray:
        held = self.prints.setdefault(table, bytearray())
        if len(held) < rows * SIZE:
            held.extend(bytes(rows * SIZE - len(held)))
        return held


def differences(connection: sqlite3.Connection, told: Rows) -> Iterator[str]:
    """Yield what the tables hold other than the trail tells; needs a connection that sees every layer."""
    yield from told.wrong
    if not told.told:
        return
    for table in TABLES:
        yield from _edited(connection, table, told.prints.get(table, bytearray()))
    yield from _unlike("is in the layer", told.layers, layers(connection))
    yield from _unlike("copies the source", _of_sources(told.derived), _of_sources(derivations(connection)))
    held = retractions(connection)
    decided = {row: found for row, found in held.items() if str(found[1]).startswith(BY_A_PERSON)}
    yield from _unlike("was taken back by", told.retracted, decided)
    for row, (at, by, why) in sorted(held.items()):
        if at is None or by is None or why is None:
            yield f"{row[0]}:{row[1]} is taken back by half"
    for number in of_other_accounts(connection):
        yield f"account_claim:{number} stands on another account than it was made of"


def _edited(connection: sqlite3.Connection, table: str, told: bytearray) -> Iterator[str]:
    # Number 0 is no row's.
    at = SIZE
    last = max(high(connection)[table], len(told) // SIZE)
    for number, found in row_prints(connection, table, first=0, last=last):
        place = SIZE * number
        yield from _missing(table, told, start=at, end=place)
        expected = bytes(told[place : place + SIZE])
        if expected in {b"", NO_ROW}:
            yield f"{table}:{number} is held and the trail does not say so"
        elif expected != found:
            yield f"{table}:{number} was changed"
        at = max(at, place + SIZE)
    yield from _missing(table, told, start=at, end=len(told))


def _missing(table: str, told: bytearray, *, start: int, end: int) -> Iterator[str]:
    if start >= end or not any(told[start:end]):
        return
    for place in range(start, min(end, len(told)), SIZE):
        if bytes(told[place : place + SIZE]) != NO_ROW:
            yield f"{table}:{place // SIZE} went missing"


def _unlike(what: str, told: Mapping[Row, object], held: Mapping[Row, object]) -> Iterator[str]:
    for row in sorted(told.keys() | held.keys()):
        if told.get(row) != held.get(row):
            yield f"{row[0]}:{row[1]} {what} {held.get(row)} and should be {told.get(row)}"


def _of_sources(derived: Mapping[int, int]) -> dict[Row, int]:
    return {("source", copy): origin for copy, origin in derived.items()}


def rows_told(connection: sqlite3.Connection, entries: Iterable[Entry]) -> Rows:
    """Replay what entries tell of rows."""
    told = Rows()
    for entry in entries:
        told.follow(connection, entry)
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Rows to tell of in an entry: `json` stands in it, the blocks beside it (`keep`)."""

    json: dict[str, Any]
    blocks: dict[str, list[tuple[int, bytes]]]

    def keep(self, connection: sqlite3.Connection, audit_id: int) -> None:
        keep_prints(connection, audit_id, self.blocks)


def brought(connection: sqlite3.Connection, before: Marks) -> Brought:
    """Return what was brought since."""
    blocks = blocks_of(connection, since(connection, before.high))
    derived = [
        [copy, origin]
        for copy, origin in sorted(derivations(connection).items())
        if before.derived.get(copy) != origin
    ]
    json: dict[str, Any] = {"seals": sealed(blocks)}
    return Brought(json=json | ({"derived": derived} if derived else {}), blocks=blocks)


def everything(connection: sqlite3.Connection) -> Brought:
    """Return whatever is held: with it the telling begins anew."""
    blocks = blocks_of(connection, {table: (1, last) for table, last in high(connection).items() if last})
    json: dict[str, Any] = {"anew": True, "seals": sealed(blocks)}
    placed = [[table, number, layer] for (table, number), layer in sorted(layers(connection).items())]
    taken = [
        [table, number, *found]
        for (table, number), found in sorted(retractions(connection).items())
        if str(found[1]).startswith(BY_A_PERSON)
    ]
    derived = [[copy, origin] for copy, origin in sorted(derivations(connection).items())]
    more = {"layers": placed, "retracted": taken, "derived": derived}
    return Brought(json=json | {name: told for name, told in more.items() if told}, blocks=blocks)
