"""Watching on a busy day: 5,000 accounts on 50 lists with 500 subscriptions.

    python -m benchmarks.alert_load [SECONDS [POSTS_PER_S]]

The bot is a process of its own on real sockets to the sandbox, which keeps Discord's limits (5 messages in
5 s for a channel, 50 requests a second). First every account is looked at once, as fast as it goes; then
posts come in, each told by ten messages, with every step synced to the disk. Lag is counted from the post's
row, and from the alert's, to the message. How long the loop was away is sampled every 5 ms in the bot, with
the CPU time of all its threads meanwhile: on a machine with other work the first also measures that, the
second is the bot's own.
Bars: memory <= 150 MiB, lag of an alert p99 <= 5 s, the loop never away for more than 50 ms.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.alert_kills import words_of
from benchmarks.measure import heading, load, rss_mib, spread, table, verdict

if TYPE_CHECKING:
    from sandbox.server import Sandbox

ACCOUNTS = 5_000
LISTS = 50
CHANNELS = 100
SUBSCRIPTIONS = 500
POSTS_PER_S = 3.0
SECONDS = 60
# Every account is compared so often: 10,000 looks a minute.
STORED_EVERY_S = 30.0
# What Discord takes of one bot, and of one channel.
DISCORD_A_SECOND = 50
DISCORD_A_CHANNEL = 5
CHANNEL_WINDOW_S = 5.0
BAR_MIB = 150
BAR_LAG_S = 5.0
BAR_AWAY_MS = 50.0
SAMPLE_S = 0.005
WITHIN_S = 600.0


async def _bot(host: str, port: str, token: str, folder: str) -> None:
    from bot.app import open_services
    from bot.client import serve
    from bot.config import Config, StoreConfig
    from bot.watch.service import WatchService
    from sandbox.connect import NoNames, pointed_at

    config = Config(store=StoreConfig(path=Path(folder) / "masthead.db"))
    async with open_services(config, clock=_now) as services:
        watch = WatchService(
            services.database,
            clock=_now,
            aliases=services.checks.aliases,
            stored_every=timedelta(seconds=STORED_EVERY_S),
            check_every=None,
        )
        with pointed_at(host, int(port)):
            serving = asyncio.create_task(
                serve(replace(services, watch=watch), token, resolver=NoNames(), resend_commands=True)
            )
            await _until(lambda: watch.poller.looks > 0)
            begun, started = time.perf_counter(), watch.poller.looks
            await _until(lambda: watch.poller.looks >= ACCOUNTS)
            first_s = time.perf_counter() - begun
            measured = {"looks_per_min": (watch.poller.looks - started) / first_s * 60}
            away, cpu = await _sampled(serving)
            own = [min(pair) for pair in zip(away, cpu, strict=True)]
            measured |= {"away_ms": max(away), "away_p99_ms": spread(away).p99, "own_ms": max(own)}
            measured |= {"mib": rss_mib(), "looks": float(watch.poller.looks)}
    result = Path(folder) / "measured.json"
    await asyncio.to_thread(result.write_text, json.dumps(measured))


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():  # noqa: ASYNC110 - counters have no event
        await asyncio.sleep(0.02)


async def _sampled(serving: asyncio.Task[None]) -> tuple[list[float], list[float]]:
    """Sample until the bot was asked to stop: how late each came, and the CPU time of all threads in it."""
    away: list[float] = []
    cpu: list[float] = []
    while not serving.done():
        wall, own = time.perf_counter(), time.process_time()
        await asyncio.sleep(SAMPLE_S)
        away.append((time.perf_counter() - wall - SAMPLE_S) * 1000)
        cpu.append((time.process_time() - own) * 1000)
    # The last ones belong to the end of the process.
    return away[:-20] or [0.0], cpu[:-20] or [0.0]


async def _prepare(sandbox: Sandbox, path: Path) -> None:
    from bot.app import open_services
    from bot.config import Config, StoreConfig
    from bot.store.watch_records import Severity, Terms
    from bot.watch.lists import Limits
    from bot.watch.service import WatchService
    from sandbox.world import Channel, ChannelType

    guild = next(iter(sandbox.backend.world.guilds.values()))
    owner = sandbox.person("ada").user.id
    channels: list[int] = []
    for number in range(CHANNELS):
        channel = Channel(
            id=sandbox.backend.ids.next(), kind=ChannelType.TEXT, name=f"room-{number}", guild_id=guild.id
        )
        guild.channels[channel.id] = channel
        channels.append(channel.id)
    limits = Limits(accounts=ACCOUNTS, subscriptions=SUBSCRIPTIONS)
    terms = Terms(least=Severity.LOW)
    each, subscribed = ACCOUNTS // LISTS, SUBSCRIPTIONS // LISTS
    async with open_services(Config(store=StoreConfig(path=path)), clock=_now) as services:
        aliases = services.checks.aliases
        watch = WatchService(services.database, clock=_now, aliases=aliases, limits=limits)
        for number in range(LISTS):
            watched = await watch.lists.create(guild.id, f"List {number}", by=owner)
            refs = [_account(n) for n in range(number * each, (number + 1) * each)]
            await watch.lists.add(watched, refs, by=owner)
            for place in range(subscribed):
                room = channels[(number * subscribed + place) % CHANNELS]
                await watch.subscriptions.subscribe(
                    watched, user_id=owner, channel_id=room, made_in=room, terms=terms
                )


async def _feed(path: Path, *, seconds: float, pace: float) -> dict[str, float]:
    """Publish posts at an even pace; return when each was stored, by its token."""
    from bot.store.database import Database
    from bot.store.posts import record
    from bot.store.records import Post, PostKind

    random = Random(11)
    stored: dict[str, float] = {}
    database = Database.open(path)
    begun = time.perf_counter()
    try:
        while time.perf_counter() - begun < seconds:
            token = f"token{len(stored):05d}x"
            author = _account(random.randrange(ACCOUNTS))
            text = f"{token} noticia {random.random()}"
            kind = PostKind.ORIGINAL
            post = Post(
                platform=author.platform,
                post_id=token,
                author=author,
                created_at=_now(),
                kind=kind,
                text=text,
            )
            await database.write(record, posts=[post])
            stored[token] = time.time()
            await asyncio.sleep(max(0.0, begun + len(stored) / pace - time.perf_counter()))
    finally:
        database.close()
    return stored


async def _measure(seconds: float, *, pace: float) -> None:
    from sandbox.server import Sandbox

    heading()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "masthead.db"
        async with Sandbox() as sandbox:
            await _prepare(sandbox, path)
            arguments = ("bot", sandbox.host, str(sandbox.port), sandbox.token, folder)
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-W", "ignore", "-m", "benchmarks.alert_load", *arguments
            )
            try:
                await _looked(path)
                stored = await _feed(path, seconds=seconds, pace=pace)
                expected = len(stored) * SUBSCRIPTIONS // LISTS
                await sandbox.until(lambda: _delivered(sandbox) >= expected, seconds=WITHIN_S)
            finally:
                if process.returncode is None:
                    process.terminate()
                await process.wait()
            _report(sandbox, path, stored, Path(folder) / "measured.json")


async def _looked(path: Path) -> None:
    """Wait until every account was looked at once."""

    def left() -> int:
        with closing(sqlite3.connect(path)) as connection:
            (found,) = connection.execute("SELECT count(*) FROM watch_account WHERE seen IS NULL").fetchone()
            return int(found)

    async with asyncio.timeout(WITHIN_S):
        while await asyncio.to_thread(left):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.5)


def _tokens(sandbox: Sandbox) -> list[tuple[str, float]]:
    """Return what was told in the rooms and when, one entry a token and message."""
    return [
        (word, message.created.timestamp())
        for channel in sandbox.backend.world.every_channel()
        for message in channel.messages.values()
        for word in {each for each in words_of(message) if each.startswith("token")}
    ]


def _most_within(times: list[float], *, seconds: float) -> int:
    """Return how many of these moments lie within so many seconds at the most."""
    ordered = sorted(times)
    most, first = 0, 0
    for at, moment in enumerate(ordered):
        while moment - ordered[first] > seconds:
            first += 1
        most = max(most, at - first + 1)
    return most


def _delivered(sandbox: Sandbox) -> int:
    return len(_tokens(sandbox))


def _report(sandbox: Sandbox, path: Path, stored: dict[str, float], result: Path) -> None:
    measured: dict[str, float] = json.loads(result.read_text())
    with closing(sqlite3.connect(path)) as connection:
        alerts = {
            json.loads(told)["shown"][0]["text"].strip("`").split()[0]: made_ms / 1000
            for told, made_ms in connection.execute("SELECT told, made_ms FROM alert")
        }
    told = _tokens(sandbox)
    from_post = spread([at - stored[token] for token, at in told])
    from_alert = spread([at - alerts[token] for token, at in told if token in alerts])
    times = sorted(at for _, at in told)
    rate = len(times) / max(times[-1] - times[0], 1.0)
    fullest = max(
        _most_within([m.created.timestamp() for m in channel.messages.values()], seconds=CHANNEL_WINDOW_S)
        for channel in sandbox.backend.world.every_channel()
    )
    refused = sum(entry.status == 429 for entry in sandbox.backend.transcript)
    table(
        f"{ACCOUNTS:,} accounts, {LISTS} lists, {SUBSCRIPTIONS} subscriptions; {len(stored)} posts; {load()}",
        ("what", "measured", "bar"),
        (
            ("looks a minute, as fast as it goes", f"{measured['looks_per_min']:,.0f}", ""),
            ("messages a second", f"{rate:.1f}", f"Discord takes {DISCORD_A_SECOND} requests"),
            (
                "messages in the fullest second",
                f"{_most_within(times, seconds=1.0)}",
                f"Discord takes {DISCORD_A_SECOND} requests",
            ),
            (
                "messages in 5 s of the fullest channel",
                f"{fullest}",
                f"Discord takes {DISCORD_A_CHANNEL}",
            ),
            ("answers 429 among the last requests", f"{refused}", ""),
            ("messages", f"{len(told):,} of {len(stored) * SUBSCRIPTIONS // LISTS:,}", ""),
            ("alert to message, p50", f"{from_alert.p50:.2f} s", ""),
            (
                "alert to message, p99",
                f"{from_alert.p99:.2f} s",
                f"<= {BAR_LAG_S:.0f} s: {verdict(from_alert.p99 <= BAR_LAG_S)}",
            ),
            (f"post to message (looks every {STORED_EVERY_S:.0f} s), p50", f"{from_post.p50:.1f} s", ""),
            (f"post to message (looks every {STORED_EVERY_S:.0f} s), p99", f"{from_post.p99:.1f} s", ""),
            (
                "memory of the bot",
                f"{measured['mib']:.0f} MiB",
                f"<= {BAR_MIB}: {verdict(measured['mib'] <= BAR_MIB)}",
            ),
            ("loop away, p99", f"{measured['away_p99_ms']:.1f} ms", ""),
            ("loop away, longest, with all else on the machine", f"{measured['away_ms']:.1f} ms", ""),
            (
                "loop away, longest, while the bot computed",
                f"{measured['own_ms']:.1f} ms",
                f"<= {BAR_AWAY_MS:.0f} ms: {verdict(measured['own_ms'] <= BAR_AWAY_MS)}",
            ),
        ),
    )


def _account(number: int):  # noqa: ANN202 - its type is imported by the measured process alone
    from bot.accounts import AccountRef, Platform

    return AccountRef(platform=Platform.X, handle=f"ejemplo_{number}")


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    """Measure, or be the bot that is measured."""
    match sys.argv[1:]:
        case ["bot", host, port, token, folder]:
            asyncio.run(_bot(host, port, token, folder))
        case rest:
            numbers = [float(each) for each in rest]
            seconds, pace, *_ = [*numbers, *(SECONDS, POSTS_PER_S)[len(numbers) :]]
            asyncio.run(_measure(seconds, pace=pace))


if __name__ == "__main__":
    main()
