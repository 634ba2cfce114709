"""What a connector is: a platform's terms as data, and one generator that turns answers into records.

A connector holds no state, no session and no clock: a `Visit` (visit.py) sends its requests, paces and
pays for them and keeps the raw answers. It yields `Part`s, each fit to be stored at once, so that a card
can be drawn from the first of them. What an account *is* (gone, private, …) is a value in a part; what could
not be had is one of the PlatformErrors of bot/errors.py, raised and told on the card.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.accounts import AccountRef, Platform, PostRef
from bot.store.follows import Follow
from bot.store.live import AccountState, Aspect
from bot.store.looks import LabelLook
from bot.store.records import Post, Snapshot

if TYPE_CHECKING:
    from bot.platforms.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `requests` in `per_s` seconds to one host."""

    requests: int
    per_s: float


class Scope(StrEnum):
    """Whose spending a limit counts."""

    ALL = "all"
    PLACE = "place"  # one Discord server; the command line counts as a place of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLimit:
    """At most `amount` of the platform's unit in the period that began at `since(now)`."""

    amount: int
    scope: Scope
    since: Callable[[datetime], datetime]
    # Completes "… are used up for": "this month", "today".
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a platform gives, demands and allows. Every figure is documented at `page` as of `read_on`.

    `source` is what snapshots and posts give as their source ("api:bluesky"); a connector with several
    ways to the same facts adds to it ("api:bluesky-pds"). `aspects` is what can be asked for, in the order
    in which it is fetched. `history` is how many posts can be had at most, None for all.
    """

    platform: Platform
    source: str
    aspects: tuple[Aspect, ...]
    rate: Rate
    page: str
    read_on: str
    # Whether one post can be asked for by its id, and so its author found.
    finds_posts: bool = False
    history: int | None = None
    # A younger look is not repeated.
    ttl: timedelta = timedelta(minutes=15)
    # How long raw answers are kept, for parsers that learn something.
    keep_raw: timedelta = timedelta(days=14)
    # When posts and profiles must be fetched again or deleted; None where they may stay.
    keep_data: timedelta | None = None
    # What calls cost besides being a request ("units", "usd_micros"), None where nothing; the limits on it;
    # and what a call costs that was answered with an error.
    unit: str | None = None
    limits: tuple[SpendLimit, ...] = ()
    error_cost: int = 0
    # What one look costs at most, where nothing may be spent before somebody has seen the price; else 0.
    price: int = 0
    # The setting that holds a token, for the sentence that asks for one; None where none exists.
    token_setting: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How much is wanted: posts back to `since`, at most `posts`; of a list of accounts at most `accounts`.

    `shared` are the ids of the account's posts that were shared most, for SHARES. Connectors may give less
    (and say so) but never ask for more than these need.
    """

    since: datetime
    posts: int = 1_000
    accounts: int = 1_000
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of what was asked for. All of it is stored in one transaction.

    `account` is the account as the platform names it now; its `platform_id` outlives the handle, and a
    handle that differs from the one held becomes a line of the handle history.
    `reason` says in words why the account is in `state`, `remark` what a reader should know of these data
    ("counts are not available this way"): sentences of ours, strangers' text between backticks
    (bot.text.inert.quoted).
    """

    account: AccountRef
    state: AccountState | None = None
    reason: str | None = None
    snapshots: tuple[Snapshot, ...] = ()
    posts: tuple[Post, ...] = ()
    follows: tuple[Follow, ...] = ()
    labels: tuple[LabelLook, ...] = ()
    # Posts: everything since then has now been given.
    reached: datetime | None = None
    # The platform's terms or the author's wish ask that what was fetched before be deleted.
    withdraw: bool = False
    remark: str | None = None

    @property
    def items(self) -> int:
        """How many rows this brings."""
        return len(self.snapshots) + len(self.posts) + len(self.follows) + len(self.labels)


class Connector(Protocol):
    """One platform. A new one is a file with this and a line in catalogue.py."""

    @property
    def terms(self) -> Terms:
        """What it gives and demands."""
        ...

    def fetch(self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        """Give one aspect of an account, page by page.

        PROFILE comes first: it yields one part with the state and, where there is one, the account with
        its lasting id, which is handed in with every later aspect; no other aspect is asked for of an account
        that is not PRESENT or LIMITED. Stopping early (the caller stops iterating) is allowed at any part.
        Raises PlatformError.
        """
        ...

    def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        """Give one post, its author as the part's account; nothing where there is no such post.

        Asked only where `terms.finds_posts`. Raises PlatformError.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """A platform that has no connector, with the reason and what access would be needed, as sentences."""

    platform: Platform
    why: str
    access: str
    page: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """A platform that was not asked, since that costs money: at most `most`, of which `left` may be spent.

    Both in millionths of a US dollar.
    """

    platform: Platform
    most: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOff:
    """A platform whose connector is not configured: `setting` is the line that switches it on."""

    platform: Platform
    setting: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Stops runaway paging: a cursor that came before, too many pages, too many items."""

    most: int
    items: int
    _seen: set[str] = field(default_factory=set[str], init=False, repr=False)

    def goes_on(self, cursor: str | None, *, given: int, pages: int) -> bool:
        """Whether to ask for the page at `cursor` after `given` items on `pages` pages."""
        if not cursor or cursor in self._seen or given >= self.items or pages >= self.most:
            return False
        self._seen.add(cursor)
        return True
