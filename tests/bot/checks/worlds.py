"""Small invented worlds: a database with a registry and posts, or a subject without any database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.accounts import AccountRef, Platform
from bot.checks.dossier import Dossier, Finding
from bot.checks.gather import AliasCache
from bot.checks.service import examine
from bot.checks.subject import Registered, Registry, Subject
from bot.store.database import migrate
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.credits import NO_STYLE

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ACCOUNT = AccountRef(platform=Platform.X, handle="ejemplo_local_1", platform_id="111")


def an_empty_store(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "m.db", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    migrate(connection, folder / "m.db")
    return connection


def a_post(
    number: int,
    text: str = "",
    *,
    author: AccountRef = ACCOUNT,
    hours_ago: float | None = None,
    kind: PostKind = PostKind.ORIGINAL,
    counts: Counts | None = None,
    media: tuple[str, ...] = (),
    mentions: tuple[str, ...] | None = None,
    counted_after: timedelta | None = None,
) -> Post:
    """Post number n, n times eleven hours ago unless told otherwise, counted now unless told otherwise."""
    created_at = NOW - timedelta(hours=11 * number if hours_ago is None else hours_ago)
    return Post(
        platform=author.platform,
        post_id=str(number),
        author=author,
        created_at=created_at,
        kind=kind,
        text=text or f"Una noticia de ejemplo, número {number}",
        counts=counts or Counts(),
        counts_at=NOW if counted_after is None else created_at + counted_after,
        media=media,
        mentions=mentions,
        url=f"https://{author.platform}.example/status/{number}",
    )


def a_snapshot(
    followers: int | None,
    *,
    account: AccountRef = ACCOUNT,
    taken_at: datetime = NOW,
    created_at: datetime | None = None,
    rounded: bool = False,
) -> Snapshot:
    return Snapshot(
        account=account,
        taken_at=taken_at,
        source="import:example",
        followers=followers,
        created_at=created_at,
        rounded=rounded,
    )


def a_subject(
    posts: Iterable[Post] = (), *, snapshots: Iterable[Snapshot] = (), ref: AccountRef = ACCOUNT
) -> Subject:
    """A subject that no registry knows."""
    held = tuple(posts)
    return Subject(
        ref=ref,
        account_id=None,
        post=None,
        warnings=(),
        snapshots=tuple(snapshots),
        posts=held,
        credits=tuple(() for _ in held),
        styles=tuple(NO_STYLE for _ in held),
        registry=Registry(
            version="starter test",
            accounts=500,
            account=Registered(ref=ref),
            entities={},
            typologies={},
            above={},
        ),
        now=NOW,
        until=NOW,
        days=90,
    )


def checked(connection: sqlite3.Connection, ref: AccountRef, *, days: int = 90) -> Dossier:
    dossier, _account_id = examine(connection, ref, cache=AliasCache(), now=NOW, days=days)
    return dossier


def findings_of(dossier: Dossier, check: str) -> list[Finding]:
    return [finding for finding in dossier.findings if finding.check == check]


def finding_of(dossier: Dossier, check: str) -> Finding:
    (finding,) = findings_of(dossier, check)
    return finding
