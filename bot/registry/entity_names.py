"""The names of entities in memory: found by their beginning, a slip, other word order or Latin letters."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from itertools import islice

from bot.registry.grams import GramIndex
from bot.store.names import entities_by_name_id, entity_names_since
from bot.store.records import Entity
from bot.text.normalise import fold
from bot.text.romanise import romanised

# Below this similarity (0 to 100) a name is not what was meant.
MIN_RATIO = 66.0
# A short name inside a longer question ("cctv西班牙语") is what was meant as likely as a slip of two letters.
INSIDE = 70.0
# Names with one beginning that are looked at.
MOST = 200


class EntityNames:
    """Built at the first question or by `prepare`; names that were added since are taken in at each one.

    Numbers of names are kept, not names: whoever asks reads them through a connection, which shows what its
    server may see.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index = GramIndex()
        self._newest = 0

    def prepare(self, connection: sqlite3.Connection) -> None:
        """Read the names that are not known yet. The first time takes 20 s for a million of them."""
        with self._lock:
            new = entity_names_since(connection, self._newest)
            pairs = ((key, number) for number, name in new for key in keys_of(name))
            if self._newest == 0:
                self._index = GramIndex(pairs)
            else:
                for key, number in pairs:
                    self._index.add(key, number)
            if new:
                self._newest = new[-1][0]

    def find(self, connection: sqlite3.Connection, text: str, *, limit: int) -> list[tuple[Entity, str]]:
        """Return entities with the name that was found, likeliest first, as `connection` sees them."""
        self.prepare(connection)
        numbers: dict[int, None] = {}
        for number in self._numbers(text, limit=limit):
            numbers.setdefault(number)
            # Several names of one entity may be found, and names that this server does not see.
            if len(numbers) >= limit * 4:
                break
        return entities_by_name_id(connection, list(numbers), limit=limit)

    def _numbers(self, text: str, *, limit: int) -> Iterator[int]:
        asked = sorted(keys_of(text), key=lambda key: key != fold(text).strip())
        beginning = [pair for key in asked for pair in islice(self._index.starting_with(key), MOST)]
        for _, numbers in sorted(beginning, key=lambda pair: (pair[0] not in asked, len(pair[0]))):
            yield from numbers
        scored: list[tuple[float, str, list[int]]] = []
        for key in asked:
            for ratio, name, numbers in self._index.similar_to(key, at_least=0):
                inside = INSIDE if len(name) > 1 and not name.isascii() and name in key else 0.0
                inside = INSIDE if len(name) > 2 and key.startswith(name) else inside
                if (score := max(ratio, inside)) >= MIN_RATIO:
                    scored.append((-score, name, list(numbers)))
        for _, _, numbers in sorted(scored)[: limit * 4]:
            yield from numbers


def keys_of(name: str) -> set[str]:
    """Return the spellings that find a name: as it is, its words in order, and both in Latin letters."""
    folded = " ".join(fold(name).split())
    found = {folded, _in_order(folded)}
    latin = romanised(folded)
    if latin is not None:
        found |= {latin, _in_order(latin)}
    found.discard("")
    return found


def _in_order(text: str) -> str:
    return " ".join(sorted(text.split()))
