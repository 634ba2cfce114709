"""What one look at a live platform told, for the card: values and sentences, no records."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import PlatformError
from bot.platforms.contract import Priced, SwitchedOff, Unavailable
from bot.store.live import AccountState


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How far a look has come.

    `account` is the account as the platform names it now (with its lasting id), or as it was asked for.
    `looked_at` is when the platform last gave its profile, None where it never did. `renamed_from` is the
    handle it was asked for or held under and no longer bears. `problems` are sentences about what could not
    be had, `remarks` about what was had. `error` is the first of those problems that kept the profile or the
    newest posts from being read: when to ask again depends on its class. `none` says why the platform was
    not asked at all.
    `rest` is the look still going on, None once it is complete.
    """

    platform: Platform
    account: AccountRef | None
    post: PostRef | None = None
    source: str | None = None
    state: AccountState | None = None
    reason: str | None = None
    looked_at: datetime | None = None
    renamed_from: str | None = None
    fetched: int = 0
    problems: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    error: PlatformError | None = field(default=None, compare=False)
    none: Unavailable | SwitchedOff | Priced | None = None
    rest: asyncio.Task[Look] | None = field(default=None, repr=False, compare=False)
