"""Which accounts a stream is asked for, read on a reader's thread: there may be thousands."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.accounts import AccountRef
from bot.platforms.stream_contract import StreamSource
from bot.store.records import AccountId
from bot.store.watch_streams import wanted_accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The accounts that the stream is asked for, by the names that it uses.

    It tells for certain of those in `covered`, which `refs` name. `left_out` are more than it takes.
    """

    names: Mapping[str, AccountId] = field(default_factory=dict[str, AccountId])
    covered: frozenset[AccountId] = frozenset()
    refs: frozenset[AccountRef] = frozenset()
    left_out: int = 0


def read_wanted(connection: sqlite3.Connection, source: StreamSource) -> Wanted:
    """Return what is watched now and the stream can tell of, at most as many as one connection takes."""
    found = wanted_accounts(connection, source.platform)
    named = [(name, each) for each in found if (name := source.named(each.ref)) is not None]
    taken = named[: source.most]
    covered = [each for _, each in taken if source.covers(each.ref)]
    return Wanted(
        names={name: each.account_id for name, each in taken},
        covered=frozenset(each.account_id for each in covered),
        refs=frozenset(each.ref for each in covered),
        left_out=len(named) - len(taken),
    )
