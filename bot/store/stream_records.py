"""The values of streams: what a platform's stream told, and how a stream stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NewsKind(StrEnum):
    """What a stream says happened; a look finds out what it is. The value is stored."""

    POST = "post"
    PROFILE = "profile"
    HANDLE = "handle"
    STATE = "state"
    GAP = "gap"  # messages may have been missed, or were not asked for yet


# What `expected` holds for STATE.
ACTIVE = "active"
INACTIVE = "inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One message of a stream about one account.

    `who` is the account as the stream names it; `key` tells messages of one account apart. `expected` is
    what a look must find (a post's id, a handle, ACTIVE or INACTIVE), None where looking is enough.
    `cursor` is the server's time in Unix microseconds. `taken_back`: the post of this key was deleted.
    """

    who: str
    kind: NewsKind
    key: str
    expected: str | None = None
    at: datetime | None = None
    cursor: int | None = None
    taken_back: bool = False


class StreamState(StrEnum):
    """How a stream stands. While it is up, the accounts that it covers are looked at less often."""

    UP = "up"
    BEHIND = "behind"  # connected, but what it tells is old
    DOWN = "down"
    IDLE = "idle"  # nothing is watched that it could tell of


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamStanding:
    """How a stream stands, as the listening process last noted it.

    `since` is when it came into that state, `noted_at` when the process last said so. `lag_ms` is how old the
    newest message was when it came. `unseen` counts news that no look ever showed.
    """

    name: str
    state: StreamState
    since: datetime
    noted_at: datetime
    cursor: int | None = None
    whole_until: datetime | None = None
    problem: str | None = None
    accounts: int = 0
    left_out: int = 0
    heard_at: datetime | None = None
    lag_ms: int | None = None
    messages: int = 0
    drops: int = 0
    unseen: int = 0
    waiting: int = 0
