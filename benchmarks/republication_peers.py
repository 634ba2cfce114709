"""What the fingerprints are measured against, in its best form: FTS5 and datasketch's MinHash LSH."""

from __future__ import annotations

import re
import sqlite3
import time
import unicodedata
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, Self

from bot.store.prints import TOP, hashes_of, look_up
from bot.text.fingerprints import shingles
from bot.text.normalise import body
from bot.text.tokens import units

_WORD = re.compile(r"[^\W_]+")


class Peer(Protocol):
    """Something that proposes at most ten posts, by row, for a text."""

    name: str

    def candidates(self, text: str) -> list[int]: ...


class MinHash(Protocol):
    """What is used of datasketch, which has no types."""

    def update_batch(self, b: Sequence[int]) -> None: ...
    def jaccard(self, other: Self) -> float: ...


class Prints:
    """The product's own look-up, one text at a time."""

    name = "fingerprints"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def candidates(self, text: str) -> list[int]:
        (found,) = look_up(self._connection, [hashes_of(units(body(text)))])
        return [candidate.post for candidate in found.candidates]


class FullText:
    """FTS5 with unicode61, asked for a text's eight rarest words; how rare they are is cached."""

    name = "FTS5, 8 rarest"

    def __init__(self, path: Path, texts: Iterable[tuple[int, str]]) -> None:
        begin = time.process_time()
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE VIRTUAL TABLE fts USING fts5(text, content='', tokenize='unicode61')"
        )
        self._connection.execute("BEGIN")
        self._connection.executemany("INSERT INTO fts (rowid, text) VALUES (?, ?)", texts)
        self._connection.execute("COMMIT")
        self._connection.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(fts, 'row')")
        self._rarity: dict[str, int] = dict(self._connection.execute("SELECT term, doc FROM vocabulary"))
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.build_s = time.process_time() - begin
        self.size = path.stat().st_size

    def candidates(self, text: str) -> list[int]:
        plain = unicodedata.normalize("NFD", text.lower())
        plain = "".join(each for each in plain if not unicodedata.combining(each))
        known = {word for word in _WORD.findall(plain) if word in self._rarity}
        rarest = sorted(known, key=lambda word: (self._rarity[word], word))[:8]
        if not rarest:
            return []
        asked = " OR ".join(f'"{word}"' for word in rarest)
        rows = self._connection.execute(
            "SELECT rowid FROM fts WHERE fts MATCH ? ORDER BY rank LIMIT ?", (asked, TOP)
        )
        return [row for (row,) in rows]


class MinHashes:
    """datasketch: 128 permutations over the same shingles, LSH at 0.2, the ten likest by estimate."""

    name = "datasketch LSH"

    def __init__(self, texts: Iterable[tuple[int, str]]) -> None:
        # Only here: numpy and scipy behind it cost a second and 60 MiB.
        self._module = import_module("datasketch")
        begin = time.process_time()
        self._lsh = self._module.MinHashLSH(threshold=0.2, num_perm=128)
        self._hashes: dict[int, MinHash] = {}
        for row, text in texts:
            made = self._minhash(text)
            self._hashes[row] = made
            self._lsh.insert(row, made, check_duplication=False)
        self.build_s = time.process_time() - begin

    def _minhash(self, text: str) -> MinHash:
        made: MinHash = self._module.MinHash(num_perm=128, hashfunc=_lower_bits)
        made.update_batch(shingles(body(text)) or [0])
        return made

    def candidates(self, text: str) -> list[int]:
        mine = self._minhash(text)
        found: list[int] = self._lsh.query(mine)
        return sorted(found, key=lambda row: (-mine.jaccard(self._hashes[row]), row))[:TOP]


def _lower_bits(hashed: int) -> int:
    """The shingles are hashed already; datasketch takes 32 bits."""
    return hashed & 0xFFFFFFFF
