"""Worlds for the checks that compare texts: outlets that publish, accounts that repeat them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.store.database import migrate, transaction
from bot.store.posts import record
from bot.store.records import Post, PostKind
from tests.bot.checks.worlds import ACCOUNT, NOW
from tests.bot.registry.founding import add_account, add_entity, add_typology

STATE = AccountRef(platform=Platform.X, handle="agencia_ejemplo")
STATE_TOO = AccountRef(platform=Platform.X, handle="diario_ejemplo")
WIRE = AccountRef(platform=Platform.X, handle="cable_ejemplo")
ALLY = AccountRef(platform=Platform.X, handle="ejemplo_hoy_2")

_STEMS = "cas rí mont luz mar camp puent call plaz tren barc libr cant piedr niev sol lun vient".split()
_ENDS = "al ero ista ura ado ante ible eza oso ción mente illo ar ería ense ivo".split()
WORDS = tuple(stem + end for stem in _STEMS for end in _ENDS)


def a_store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    return connection


def a_text(seed: int | str, *, words: int = 18) -> str:
    """A text of its own for each seed; two have hardly three words in a row in common."""
    return " ".join(random.Random(str(seed)).choices(WORDS, k=words))  # noqa: S311  # test data


def written(
    text: str,
    *,
    by: AccountRef = ACCOUNT,
    minutes_ago: float,
    kind: PostKind = PostKind.ORIGINAL,
    refers_to: str | None = None,
    links: tuple[str, ...] = (),
    name: str = "",
) -> Post:
    """A post; its id tells author and time unless it is named."""
    post_id = name or f"{by.handle}-{minutes_ago:g}-{len(text)}"
    return Post(
        platform=by.platform,
        post_id=post_id,
        author=by,
        # Off the full minute, as real times are.
        created_at=NOW - timedelta(minutes=minutes_ago, seconds=7),
        kind=kind,
        text=text,
        refers_to=refers_to,
        links=links,
        url=f"https://{by.platform}.example/{post_id}",
    )


def add_outlet(
    connection: sqlite3.Connection,
    ref: AccountRef,
    *,
    key: str,
    code: str | None = None,
    kind: str = "outlet",
) -> None:
    """Register an account; `code` is the class that a monitor gives whoever has it."""
    add_entity(connection, key, kind=kind)
    if code is not None:
        add_typology(connection, key, code)
    add_account(connection, key, ref)


def hold(connection: sqlite3.Connection, *groups: Iterable[Post]) -> None:
    with transaction(connection):
        record(connection, posts=[post for group in groups for post in group])


def each_day(
    seeds: Sequence[int], *, by: AccountRef = ACCOUNT, minutes_later: float = 0.0, credit: str = ""
) -> list[Post]:
    """One text a day and seed; the same seed is the same text, `minutes_later` than at 0."""
    return [
        written(
            a_text(seed) + credit,
            by=by,
            minutes_ago=1440 * (seed % 80) + 700 - minutes_later,
            name=f"{by.handle}-{seed}",
        )
        for seed in seeds
    ]
