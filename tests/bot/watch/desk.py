"""A desk that watches in simulated time: real database, poller and outbox, and a courier that remembers.

The courier stands for Discord and keeps what was sent where and when; what it refuses is said beforehand. The
wire itself is tried in `tests/sandbox` and `benchmarks/alert_kills`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random

from bot.accounts import AccountRef, Platform
from bot.checks.gather import AliasCache
from bot.errors import PlatformError
from bot.store.database import Database
from bot.store.posts import record
from bot.store.records import Post, PostKind, Snapshot
from bot.store.watch_records import Alert, OutgoingKind, Severity, Subscription, Terms, Watchlist
from bot.watch.courier import DeliveryError, Letter, Placed
from bot.watch.lists import Limits
from bot.watch.outbox import Outbox
from bot.watch.service import WatchService
from tests.bot.registry.founding import add_case

START = datetime(2026, 10, 19, 8, 0, tzinfo=UTC)  # a Monday; Europe leaves summer time on Sunday the 25th
GUILD, OTHER_GUILD = 1, 2
ANA, RUI = 11, 12
ALERTS, DESK = 21, 22


@dataclass(slots=True, kw_only=True)
class Standing:
    """A message as it stands now, with every version it had."""

    place: str
    kind: OutgoingKind
    alerts: tuple[Alert, ...]
    notice: str | None
    at: datetime
    nonce: str
    number: int
    edits: list[datetime] = field(default_factory=list[datetime])

    @property
    def texts(self) -> str:
        return "\n".join(alert.told.what for alert in self.alerts) or (self.notice or "")


class Recorder:
    """A courier over memory. `refuse` holds what the next requests to a place raise, in order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1000)
        self.sent: list[Standing] = []
        self.refuse: dict[str, list[DeliveryError]] = defaultdict(list)
        # Raised by every request to a place, for good.
        self.closed: dict[str, DeliveryError] = {}
        # The message is made, the answer is lost.
        self.lose_answers: list[DeliveryError] = []
        self.unsearchable: DeliveryError | None = None
        self.searches = 0

    async def send(self, letter: Letter) -> Placed:
        place = letter.outgoing.place
        self._ask(place)
        known = next((post for post in self.sent if post.nonce == letter.outgoing.nonce), None)
        # Discord remembers a nonce for minutes.
        if known is not None and self._clock.now - known.at <= timedelta(minutes=5):
            return Placed(channel_id=1, message_id=known.number)
        post = Standing(
            place=place,
            kind=letter.outgoing.kind,
            alerts=letter.alerts,
            notice=letter.outgoing.notice.text if letter.outgoing.notice else None,
            at=self._clock.now,
            nonce=letter.outgoing.nonce,
            number=next(self._numbers),
        )
        self.sent.append(post)
        if self.lose_answers:
            raise self.lose_answers.pop(0)
        return Placed(channel_id=1, message_id=post.number)

    async def edit(self, letter: Letter, placed: Placed) -> None:
        self._ask(letter.outgoing.place)
        post = next(post for post in self.sent if post.number == placed.message_id)
        post.alerts = letter.alerts
        post.edits.append(self._clock.now)

    async def find(self, letter: Letter, *, since: datetime) -> Placed | None:
        self.searches += 1
        if self.unsearchable is not None:
            raise self.unsearchable
        for post in self.sent:
            if post.nonce == letter.outgoing.nonce and post.at >= since:
                return Placed(channel_id=1, message_id=post.number)
        return None

    def to(self, place: str) -> list[Standing]:
        return [post for post in self.sent if post.place == place]

    def _ask(self, place: str) -> None:
        if place in self.closed:
            raise self.closed[place]
        if self.refuse[place]:
            raise self.refuse[place].pop(0)


@dataclass(slots=True)
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


class Platforms:
    """A look at live accounts that fails where it is told to."""

    def __init__(self) -> None:
        self.live: set[str] = set()
        # Raised for every account while it is set: the platform as a whole is in trouble.
        self.out: PlatformError | None = None
        self.payers: dict[str, tuple[int, ...]] = {}
        self.failing: dict[str, PlatformError] = {}
        self.asked: list[str] = []

    def is_live(self, account: AccountRef) -> bool:
        return account.handle in self.live

    async def look(self, account: AccountRef, *, payers: Sequence[int]) -> None:
        name = account.handle or ""
        self.asked.append(name)
        self.payers[name] = tuple(payers)
        if self.out is not None:
            raise self.out
        if name in self.failing:
            raise self.failing[name]


class Desk:
    """Everything a scenario does, in the words of people."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.database = database
        self.courier = Recorder(self.clock)
        self.platforms = Platforms()
        self.check_every: timedelta | None = None
        self.watch = self._service()
        self.outbox = Outbox(database, self.courier, clock=self.clock)
        self._posts = count(1)

    def _service(self) -> WatchService:
        return WatchService(
            self.database,
            clock=self.clock,
            aliases=AliasCache(),
            limits=Limits(),
            look=self.platforms,
            random=Random(5),  # noqa: S311  # the same jitter in every run
            check_every=self.check_every,
        )

    async def list_of(self, *handles: str, name: str = "Papers", guild: int = GUILD) -> Watchlist:
        watched = await self.watch.lists.create(guild, name, by=ANA)
        await self.watch.lists.add(watched, [account(handle) for handle in handles], by=ANA)
        await self.work()
        return watched

    async def subscribe(
        self, watched: Watchlist, *, channel: int | None = ALERTS, terms: Terms | None = None, user: int = ANA
    ) -> Subscription:
        made, _ = await self.watch.subscriptions.subscribe(
            watched,
            user_id=user,
            channel_id=channel,
            made_in=channel or DESK,
            terms=terms or Terms(least=Severity.LOW),
        )
        return made

    async def publish(
        self, handle: str, *texts: str, at: datetime | None = None, kind: PostKind = PostKind.ORIGINAL
    ) -> None:
        posts = [
            Post(
                platform=Platform.X,
                post_id=str(next(self._posts)),
                author=account(handle),
                created_at=at or self.clock.now,
                kind=kind,
                text=text,
            )
            for text in texts
        ]
        await self.database.write(record, posts=posts)

    async def profile(self, handle: str, **facts: object) -> None:
        """Store what the profile says now."""
        author = facts.pop("account", None) or account(handle)
        snapshot = Snapshot(account=author, taken_at=self.clock.now, source="import:test", **facts)  # pyright: ignore[reportArgumentType]  # a test's own keywords
        await self.database.write(record, snapshots=[snapshot])

    async def work(self) -> None:
        """Look at what is due and deliver what can be delivered, at this moment."""
        while await self.watch.poller.step():
            """Batch by batch."""
        await self.outbox.drain()

    async def look(self) -> None:
        """Look at every account now, and deliver nothing yet."""
        await self.database.write(
            lambda connection: connection.execute("UPDATE watch_account SET next_ms = 0")
        )
        while await self.watch.poller.step():
            """Batch by batch."""

    async def until(self, moment: datetime, *, step: timedelta = timedelta(minutes=5)) -> None:
        """Let time go by, working every few minutes as the bot does."""
        while self.clock.now < moment:
            self.clock.now = min(self.clock.now + step, moment)
            await self.work()

    async def after(self, **span: float) -> None:
        await self.until(self.clock.now + timedelta(**span))

    def restart(self) -> None:
        """A new process on the same file: nothing in memory is left."""
        self.watch = self._service()
        self.outbox = Outbox(self.database, self.courier, clock=self.clock)

    @property
    def in_channel(self) -> list[Standing]:
        return self.courier.to(f"channel:{ALERTS}")


def account(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.X, handle=handle)


def whats(posts: Sequence[Standing]) -> list[str]:
    return [post.texts for post in posts]


@asynccontextmanager
async def open_desk(folder: Path) -> AsyncGenerator[Desk]:
    database = Database.open(folder / "masthead.db")
    try:
        await database.write(add_case)
        yield Desk(database)
    finally:
        database.close()
