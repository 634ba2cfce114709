"""Alerts and a process that is killed again and again: is every event told, and none twice?

    python -m benchmarks.alert_kills [KILLS [SEED]]

The bot is a process of its own on real sockets to the sandbox, and is killed (SIGKILL) at random moments
while posts come in and alerts flow to channels, a thread and direct messages. Between the kills the sandbox
answers 429 and 5xx, drops sockets, delays requests and loses answers of messages that it did create. At the
end the bot runs undisturbed until nothing waits; then what was written is compared with what was posted.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks.measure import table, verdict

if TYPE_CHECKING:
    from bot.app import Services
    from bot.watch.service import WatchService
    from sandbox.server import Sandbox
    from sandbox.world import Message

KILLS = 300
ACCOUNTS = 60
# One post a second makes six messages a second, what six places take at five in five seconds each.
POSTS_EVERY_S = (0.3, 1.2)
LIVES_S = (0.2, 3.5)
# Long, since a loaded machine is no failure.
DRAINED_WITHIN_S = 300.0
STARTED_WITHIN_S = 120.0
SENDS = r"^/channels/\d+/messages$"


@dataclass(slots=True)
class Outcome:
    """What came of one run. `lost` and `doubled` name tokens, messages or rows."""

    kills: int = 0
    posts: int = 0
    alerts: int = 0
    deliveries: int = 0
    messages: int = 0
    seconds: float = 0.0
    faults: Counter[str] = field(default_factory=Counter[str])
    lost: list[str] = field(default_factory=list[str])
    doubled: list[str] = field(default_factory=list[str])


async def run(folder: Path, *, kills: int, seed: int, faults: bool = True) -> Outcome:
    """Kill the bot so many times while alerts flow, let it finish, and compare."""
    from sandbox.server import Sandbox

    random = Random(seed)
    outcome = Outcome()
    started = time.perf_counter()
    path = folder / "masthead.db"
    async with Sandbox() as sandbox:
        await _prepare(sandbox, path)
        tokens: list[str] = []
        feeding = asyncio.create_task(_feed(path, tokens, random=Random(seed + 1)))
        try:
            for _ in range(kills):
                if faults:
                    _disturb(sandbox, random, outcome.faults)
                await _live_and_die(sandbox, path, seconds=random.uniform(*LIVES_S))
                outcome.kills += 1
        finally:
            feeding.cancel()
            await asyncio.gather(feeding, return_exceptions=True)
        sandbox.backend.faults.clear()
        await _finish(sandbox, path)
        outcome.posts = len(tokens)
        _compare(sandbox, path, tokens, outcome)
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _prepare(sandbox: Sandbox, path: Path) -> None:
    """Make the database with one list, and subscriptions to every place of the first world."""
    from bot.app import open_services
    from bot.config import Config, StoreConfig
    from bot.store.watch_records import Severity, Terms

    guild = next(iter(sandbox.backend.world.guilds.values()))
    people = [sandbox.person(key).user.id for key in ("ana", "rui", "ada")]
    channels = [sandbox.channel(name).id for name in ("desk", "alerts", "methods")]
    terms = Terms(least=Severity.LOW)
    async with open_services(Config(store=StoreConfig(path=path)), clock=_now) as services:
        watch = _quick(services)
        watched = await watch.lists.create(guild.id, "Kills", by=people[0])
        await watch.lists.add(watched, [_account(n) for n in range(ACCOUNTS)], by=people[0])
        while await watch.poller.step():
            """Look at all of them once: what comes after that is news."""
        for channel in channels:
            await watch.subscriptions.subscribe(
                watched, user_id=people[0], channel_id=channel, made_in=channel, terms=terms
            )
        for person in people:
            await watch.subscriptions.subscribe(
                watched, user_id=person, channel_id=None, made_in=channels[0], terms=terms
            )


async def _feed(path: Path, tokens: list[str], *, random: Random) -> None:
    """Publish posts, each with a token of its own, through another connection to the file."""
    from bot.store.database import Database
    from bot.store.posts import record
    from bot.store.records import Post, PostKind

    database = Database.open(path)
    try:
        while True:
            token = f"token{len(tokens):05d}x"
            author = _account(random.randrange(ACCOUNTS))
            post = Post(
                platform=author.platform,
                post_id=token,
                author=author,
                created_at=_now(),
                kind=PostKind.ORIGINAL,
                text=f"{token} noticia de ejemplo {random.random()}",
            )
            await database.write(record, posts=[post])
            tokens.append(token)
            await asyncio.sleep(random.uniform(*POSTS_EVERY_S))
    finally:
        database.close()


def _disturb(sandbox: Sandbox, random: Random, made: Counter[str]) -> None:
    """Script what goes wrong with the next requests that send messages."""
    from sandbox.faults import Delay, LoseAnswer, RateLimited, Status

    kinds = {
        "429": RateLimited(retry_after=0.2),
        "429 without Via": RateLimited(retry_after=0.2, via=False),
        "503": Status(status=503),
        "502": Status(status=502),
        "late": Delay(seconds=random.uniform(0.05, 0.8)),
        "answer lost": LoseAnswer(),
    }
    for _ in range(random.randrange(4)):
        name = random.choice(list(kinds))
        sandbox.chaos.on_request(kinds[name], method="POST", path=SENDS)
        made[name] += 1
    if random.random() < 0.2:
        sandbox.chaos.drop_socket()
        made["socket dropped"] += 1


async def _live_and_die(sandbox: Sandbox, path: Path, *, seconds: float) -> None:
    """Start the bot and kill it so long after its first request."""
    process = await _start(sandbox, path)
    try:
        await asyncio.sleep(seconds)
    finally:
        if process.returncode is None:
            os.kill(process.pid, signal.SIGKILL)
        await process.wait()


async def _start(sandbox: Sandbox, path: Path) -> asyncio.subprocess.Process:
    """Start the bot; return once it has asked Discord for anything."""
    transcript = sandbox.backend.transcript
    before = max((entry.n for entry in transcript), default=0)
    arguments = ("bot", sandbox.host, str(sandbox.port), sandbox.token, str(path))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "benchmarks.alert_kills", *arguments
    )
    await sandbox.until(
        lambda: bool(transcript.after(before, limit=1)) or process.returncode is not None,
        seconds=STARTED_WITHIN_S,
    )
    if process.returncode is not None:
        raise RuntimeError(f"the bot ended by itself with {process.returncode}")
    return process


async def _finish(sandbox: Sandbox, path: Path) -> None:
    """Let the bot run undisturbed until it has told everything."""
    process = await _start(sandbox, path)
    try:
        async with asyncio.timeout(DRAINED_WITHIN_S):
            while not await asyncio.to_thread(_is_drained, path):  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.5)
    finally:
        process.terminate()
        await process.wait()


def _is_drained(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        (unseen,) = connection.execute(
            """
SELECT count(*) FROM post JOIN watch_account USING (account_id)
 WHERE post.post_id > json_extract(seen, '$.mark[0]')
"""
        ).fetchone()
        (waiting,) = connection.execute("SELECT count(*) FROM delivery WHERE state = 'waiting'").fetchone()
        (open_,) = connection.execute(
            "SELECT count(*) FROM outgoing WHERE wanted > sent AND failed_ms IS NULL"
        ).fetchone()
    return not (unseen or waiting or open_)


def _compare(sandbox: Sandbox, path: Path, tokens: list[str], outcome: Outcome) -> None:
    """Look for what is missing or stands twice: in the alerts, in the rows, in the channels."""
    with closing(sqlite3.connect(path)) as connection:
        told = Counter(
            shown["text"].strip("`").split()[0]
            for (raw,) in connection.execute("SELECT told FROM alert WHERE kind = 'new_post'")
            for shown in json.loads(raw).get("shown", ())
        )
        outcome.alerts = connection.execute("SELECT count(*) FROM alert").fetchone()[0]
        states = dict(connection.execute("SELECT state, count(*) FROM delivery GROUP BY state").fetchall())
        rows = connection.execute(
            """
SELECT outgoing.nonce, outgoing.place, outgoing.kind, outgoing.message_id, outgoing.failed_ms,
       group_concat(alert.told, char(10))
  FROM outgoing JOIN delivery USING (outgoing_id) JOIN alert USING (alert_id)
 GROUP BY outgoing_id
"""
        ).fetchall()
        subscriptions = connection.execute("SELECT count(*) FROM subscription").fetchone()[0]
    outcome.deliveries = states.get("grouped", 0)
    outcome.lost += [f"{token} in no alert" for token in tokens if told[token] == 0]
    outcome.doubled += [f"{token} in {told[token]} alerts" for token in tokens if told[token] > 1]
    if outcome.deliveries != outcome.alerts * subscriptions:
        outcome.lost.append(f"{outcome.alerts * subscriptions - outcome.deliveries} deliveries")
    standing: dict[str, list[Message]] = {}
    for message in _messages(sandbox):
        for nonce in _nonces(message):
            standing.setdefault(nonce, []).append(message)
    outcome.messages = sum(len(found) for found in standing.values())
    known = {row[0] for row in rows}
    outcome.doubled += [
        f"message {nonce} {len(found)} times" for nonce, found in standing.items() if len(found) > 1
    ]
    outcome.doubled += [f"message {nonce} without a row" for nonce in standing if nonce not in known]
    for nonce, place, kind, message_id, failed_ms, texts in rows:
        found = standing.get(nonce, [])
        if not found or failed_ms is not None:
            outcome.lost.append(f"message {nonce} to {place}")
        elif found[0].id != message_id:
            outcome.doubled.append(f"message {nonce} has another number than its row")
        elif kind == "alert":
            words = _text(found[0])
            missing = [token for token in tokens if token in texts and token not in words]
            outcome.lost += [f"{token} in message {nonce}" for token in missing]
    per_place = Counter(
        (message.channel_id, token)
        for message in _messages(sandbox)
        for token in {word for word in words_of(message) if word.startswith("token")}
        if _is_alert(message)
    )
    outcome.doubled += [
        f"{token} in {n} messages of one place" for (_, token), n in per_place.items() if n > 1
    ]


def _messages(sandbox: Sandbox) -> Iterator[Message]:
    for channel in sandbox.backend.world.every_channel():
        for message in channel.messages.values():
            if message.author.bot:
                yield message


def _nonces(message: Message) -> set[str]:
    from sandbox.components import walk

    found: set[str] = set()
    for component in walk(message.components):
        if "custom_id" in component:
            found.add(str(component["custom_id"]).rsplit(":", 1)[1])
    return found


def _text(message: Message) -> str:
    return "\n".join([message.content, *(str(embed.get("description", "")) for embed in message.embeds)])


def words_of(message: Message) -> list[str]:
    """Return the words of an alert as people read them, its embed included."""
    return _text(message).replace("`", " ").split()


def _is_alert(message: Message) -> bool:
    return not any(embed.get("title") == "Digest" for embed in message.embeds)


def _account(number: int):  # noqa: ANN202 - its type is imported by the measured process alone
    from bot.accounts import AccountRef, Platform

    return AccountRef(platform=Platform.X, handle=f"ejemplo_{number}")


def _now() -> datetime:
    return datetime.now(UTC)


async def _bot(host: str, port: int, token: str, path: str) -> None:
    from bot.app import open_services
    from bot.client import serve
    from bot.config import Config, StoreConfig
    from sandbox.connect import NoNames, pointed_at

    config = Config(store=StoreConfig(path=Path(path)))
    async with open_services(config, clock=_now) as services:
        with pointed_at(host, port):
            await serve(replace(services, watch=_quick(services)), token, resolver=NoNames())


def _quick(services: Services) -> WatchService:
    """Return a service that compares accounts several times a second, so that kills meet work under way."""
    from bot.watch.service import WatchService

    return WatchService(
        services.database,
        clock=_now,
        aliases=services.checks.aliases,
        stored_every=timedelta(milliseconds=300),
        check_every=None,
    )


def _print(outcome: Outcome) -> None:
    faults = ", ".join(f"{n} x {name}" for name, n in sorted(outcome.faults.items()))
    table(
        f"{outcome.kills} kills while alerts flow, {outcome.seconds:.0f} s",
        ("what", "number"),
        (
            ("posts published", f"{outcome.posts:,}"),
            ("alerts written", f"{outcome.alerts:,}"),
            ("alerts to deliver, to six places", f"{outcome.deliveries:,}"),
            ("messages in Discord (merged, digests)", f"{outcome.messages:,}"),
            ("faults scripted", faults or "none"),
            ("lost", f"{len(outcome.lost)}, bar 0: {verdict(not outcome.lost)}"),
            ("told twice", f"{len(outcome.doubled)}, bar 0: {verdict(not outcome.doubled)}"),
        ),
    )
    for line in [*outcome.lost, *outcome.doubled][:20]:
        print(f"  {line}")


def main() -> None:
    """Measure, or be the bot that is killed."""
    match sys.argv[1:]:
        case ["bot", host, port, token, path]:
            asyncio.run(_bot(host, int(port), token, path))
        case rest:
            kills = int(rest[0]) if rest else KILLS
            seed = int(rest[1]) if len(rest) > 1 else 7
            with tempfile.TemporaryDirectory() as folder:
                outcome = asyncio.run(run(Path(folder), kills=kills, seed=seed))
            _print(outcome)
            sys.exit(bool(outcome.lost or outcome.doubled))


if __name__ == "__main__":
    main()
