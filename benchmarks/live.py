"""How soon a card comes when the platform is quick, slow, hanging or out of patience; and what a look costs.

A server on loopback answers as Bluesky's AppView, for accounts with 1,000 posts in the window and
1,000 followers. The bar: a card within 10 s whatever the platform does.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from benchmarks.measure import table
from bot.accounts import AccountRef, Platform
from bot.checks.service import Checked, CheckService
from bot.platforms.bluesky import Bluesky
from bot.platforms.safe_http import SafeHttp
from bot.platforms.service import PlatformService
from bot.platforms.settings import BlueskySettings, PlatformsConfig
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.store.database import Database

POSTS = FOLLOWERS = 1_000
PAGE = 100
BAR_S = 10.0

Delay = Callable[[int], Awaitable[None]]


@dataclass
class AppView:
    """Answers every question after `delay`; `asked` counts them."""

    delay: Delay
    refuse_first: bool = False
    asked: int = 0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        if self.refuse_first and self.asked == 2:
            return web.json_response({}, status=429, headers={"Retry-After": "3"})
        await self.delay(self.asked)
        query, name = request.query, request.path.rpartition(".")[2]
        start = int(query.get("cursor", "0"))
        match name:
            case "getProfile":
                return web.json_response(
                    self._person(query["actor"], followersCount=FOLLOWERS, postsCount=POSTS)
                )
            case "getAuthorFeed":
                posts = [{"post": self._post(query["actor"], n)} for n in range(start, start + PAGE)]
                return web.json_response({"feed": posts, **self._next(start, POSTS)})
            case "getFollowers" | "getFollows":
                people = [self._person(f"reader-{n}.example.org") for n in range(start, start + PAGE)]
                key = "followers" if name == "getFollowers" else "follows"
                return web.json_response({key: people, "subject": people[0], **self._next(start, FOLLOWERS)})
            case _:
                return web.json_response({"posts": []})

    def _person(self, actor: str, **more: int) -> dict[str, Any]:
        number = actor if actor.startswith("did:") else self._did(actor)
        handle = actor if "." in actor else "account.example.org"
        return {"did": number, "handle": handle, "labels": [], **more}

    def _did(self, actor: str) -> str:
        alphabet = "abcdefghijklmnopqrstuvwxyz234567"
        total = sum(ord(letter) * 257**place for place, letter in enumerate(actor))
        return "did:plc:" + "".join(alphabet[(total >> 5 * place) % 32] for place in range(24))

    def _post(self, actor: str, number: int) -> dict[str, Any]:
        at = (self.began - timedelta(hours=2 * number)).isoformat().replace("+00:00", "Z")
        return {
            "uri": f"at://{actor}/app.bsky.feed.post/{number}",
            "author": self._person(actor),
            "record": {"text": f"A post about something, number {number}", "createdAt": at},
            "likeCount": number % 7,
            "repostCount": 0,
            "replyCount": 0,
            "quoteCount": 0,
            "indexedAt": at,
        }

    def _next(self, start: int, most: int) -> dict[str, str]:
        return {"cursor": str(start + PAGE)} if start + PAGE < most else {}


@asynccontextmanager
async def opened(appview: AppView, folder: Path) -> AsyncGenerator[CheckService]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", appview.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    database = Database.open(folder / "masthead.db")
    http = SafeHttp(clock=_now)
    async with api_session("Masthead benchmarks") as session:
        platforms = PlatformService(
            database,
            connectors={
                Platform.BLUESKY: Bluesky(
                    BlueskySettings(enabled=True, url=url, fallback_url="", directory_url=url)
                )
            },
            settings=PlatformsConfig(),
            api=ApiTransport(session, clock=_now),
            strangers=StrangersTransport(http),
            clock=_now,
        )
        yield CheckService(database, clock=_now, platforms=platforms)
        await platforms.close()
    http.close()
    await runner.cleanup()
    database.close()


async def one(name: str, appview: AppView, *, waits_for_rest: bool = True) -> list[str]:
    """Check one account; return a row as the table's head has it."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(appview, Path(folder)) as checks:
            started = time.perf_counter()
            looked, first, look = await _card(checks, "account.example.org")
            soon = time.perf_counter() - started
            row = [name, f"{looked:.2f}", f"{soon:.2f}", f"{first.dossier.posts_held:,}"]
            if look is None or not waits_for_rest:
                return [*row, "–", "–", str(appview.asked)]
            await look
            again = await checks.check(_named("account.example.org"), asked="a benchmark")
            return [
                *row,
                f"{time.perf_counter() - started:.2f}",
                f"{again.dossier.posts_held:,}",
                str(appview.asked),
            ]


async def many(appview: AppView, accounts: int) -> list[str]:
    """Check many accounts at once; return the row of the slowest card."""
    with tempfile.TemporaryDirectory() as folder:
        async with opened(appview, Path(folder)) as checks:
            started = time.perf_counter()

            async def timed(number: int) -> tuple[float, float]:
                looked, _, _ = await _card(checks, f"account-{number}.example.org")
                return looked, time.perf_counter() - started

            both = await asyncio.gather(*(timed(number) for number in range(accounts)))
            looked, last = (max(column) for column in zip(*both, strict=True))
            return [
                f"{accounts} accounts at once, the slowest",
                f"{looked:.2f}",
                f"{last:.2f}",
                "",
                "–",
                "–",
                str(appview.asked),
            ]


async def _card(checks: CheckService, handle: str) -> tuple[float, Checked, asyncio.Task[Any] | None]:
    """Check one account; return how long the platform was waited for, the card, and the rest of the look."""
    target = _named(handle)
    started = time.perf_counter()
    look = await checks.look(target)
    looked = time.perf_counter() - started
    checked = await checks.check(target, asked="a benchmark", look=look)
    return looked, checked, look.rest if look else None


def _named(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.BLUESKY, handle=handle)


def _now() -> datetime:
    return datetime.now(UTC)


def _after(seconds: float) -> Delay:
    async def delay(number: int) -> None:
        await asyncio.sleep(seconds)

    return delay


async def main() -> None:
    """Print one row for each kind of weather."""
    rows = [
        await one("quick (no delay)", AppView(_after(0))),
        await one("usual (0.15 s an answer)", AppView(_after(0.15))),
        await one("slow (1.5 s an answer)", AppView(_after(1.5))),
        await one("429 with Retry-After: 3", AppView(_after(0.15), refuse_first=True)),
        await one("hangs after the profile", AppView(_hangs), waits_for_rest=False),
        await many(AppView(_after(0.15)), 20),
    ]
    head = ("the platform is", "waited, s", "card, s", "posts on it", "everything, s", "posts", "requests")
    table(f"Live looks: 1,000 posts and 2 x 1,000 accounts around; bar {BAR_S:.0f} s to the card", head, rows)
    late = [row[0] for row in rows if float(row[2]) > BAR_S]
    print(f"over the bar: {', '.join(late) or 'none'}")


async def _hangs(number: int) -> None:
    if number > 1:
        await asyncio.sleep(3_600)


if __name__ == "__main__":
    asyncio.run(main())
