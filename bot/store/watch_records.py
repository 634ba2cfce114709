"""The values of watchlists, subscriptions and alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NewType

import msgspec

from bot.accounts import AccountRef, Platform
from bot.store.records import AccountId

WatchlistId = NewType("WatchlistId", int)
SubscriptionId = NewType("SubscriptionId", int)
AlertId = NewType("AlertId", int)
OutgoingId = NewType("OutgoingId", int)


class EventKind(StrEnum):
    """What can be told about a watched account. The value is stored."""

    NEW_POST = "new_post"
    HALF_ATTRIBUTION = "half_attribution"
    REPUBLICATION = "republication"
    IDENTICAL_POST = "identical_post"
    KEYWORD = "keyword"
    NAME_CHANGED = "name_changed"
    HANDLE_CHANGED = "handle_changed"
    BIO_CHANGED = "bio_changed"
    LINK_CHANGED = "link_changed"
    LABEL_GAINED = "label_gained"
    LABEL_LOST = "label_lost"
    FOLLOWER_JUMP = "follower_jump"
    GONE = "gone"
    SUSPENDED = "suspended"
    BACK = "back"
    CLAIM_ADDED = "claim_added"
    CLAIM_DISPUTED = "claim_disputed"
    ASSESSMENT_CHANGED = "assessment_changed"
    PARKED = "parked"


class Severity(IntEnum):
    """How much an alert matters. A list may set it by kind of event; 0 there means "never tell"."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


class Cadence(StrEnum):
    """When a subscriber hears of things."""

    NOW = "now"
    HOURLY = "hourly"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchlist:
    """A named set of accounts of one server. `severities` holds 0 for kinds that are never told."""

    watchlist_id: WatchlistId
    guild_id: int
    name: str
    description: str = ""
    editor_roles: tuple[int, ...] = ()
    keywords: tuple[str, ...] = ()
    severities: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    created_by: int | None = None
    created_at: datetime
    paused_at: datetime | None = None
    paused_why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """An account of a list, with how its looks went."""

    account_id: AccountId
    ref: AccountRef
    added_at: datetime
    next_look: datetime | None
    looked_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    last_error: str | None = None
    parked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a subscriber asked for. Quiet hours are minutes of the day in `zone`; from > to spans midnight."""

    events: tuple[EventKind, ...] = ()
    least: Severity = Severity.MEDIUM
    cadence: Cadence = Cadence.NOW
    digest_hour: int = 9
    quiet: tuple[int, int] | None = None
    zone: str = "UTC"
    mention_role: int | None = None
    mention_user: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who hears of a list, where and how. `channel_id` None: by direct message to `user_id`."""

    subscription_id: SubscriptionId
    watchlist_id: WatchlistId
    user_id: int | None
    channel_id: int | None
    made_in: int
    terms: Terms
    created_at: datetime
    ended_at: datetime | None = None
    ended_why: str | None = None

    @property
    def place(self) -> str:
        """Where its messages go, as the outbox writes it."""
        return f"channel:{self.channel_id}" if self.channel_id is not None else f"user:{self.user_id}"


class Shown(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to look at: a sentence in the dossier's markup, with its address and time."""

    text: str
    url: str | None = None
    at: datetime | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an alert says: sentences in the dossier's markup, written when the change was seen.

    `what` is the change without the account ("credited `x` without a link in a post"), `why` why it
    matters, `todo` what to do. `hits` counts what it stands for where that is more than one.
    """

    platform: Platform
    handle: str | None
    platform_id: str | None
    # None where the platform has no address for what is known of the account.
    url: str | None
    what: str
    why: str
    todo: str
    before: str | None = None
    after: str | None = None
    shown: tuple[Shown, ...] = ()
    hits: int = 1
    # What else the same posts are, weaker than what this alert is about.
    also: tuple[str, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message about the alerts themselves. `member` is whom it concerns, named without a ping.

    `test`: sent to show how alerts arrive, with the ping of one.
    """

    text: str
    member: int | None = None
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A change of one account, before it is known who hears of it.

    `key` is the same whenever the same change is seen. `posts` are the ids of the posts it is about, empty
    where it is about the account itself.
    """

    kind: EventKind
    key: str
    happened_at: datetime
    told: Told
    # Set by the rules of an event where one case of it matters more than its kind does.
    severity: Severity | None = None
    posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to tell about one account of one list."""

    alert_id: AlertId
    watchlist_id: WatchlistId
    list_name: str
    account_id: AccountId
    kind: EventKind
    severity: Severity
    made_at: datetime
    happened_at: datetime
    told: Told
    acknowledged_by: int | None = None
    acknowledged_at: datetime | None = None
    comment: str | None = None


class OutgoingKind(StrEnum):
    """What a message is."""

    ALERT = "alert"
    DIGEST = "digest"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to Discord, with what is known of its delivery.

    `tried_at` is set before the first request leaves: from then on the message may exist although
    `message_id` is None.
    """

    outgoing_id: OutgoingId
    subscription_id: SubscriptionId | None
    place: str
    kind: OutgoingKind
    nonce: str
    made_at: datetime
    wanted: int
    sent: int
    attempts: int
    merge_key: str | None = None
    notice: Notice | None = None
    tried_at: datetime | None = None
    channel_id: int | None = None
    message_id: int | None = None
