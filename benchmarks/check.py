"""`/check` from stored data, and autocomplete, at 100,000 accounts and 1,000,000 posts.

    python -m benchmarks.check [--accounts 100000] [--posts 1000000] [--world FILE]

CPU time is that of the whole process, all threads. Bars: `/check` p95 <= 100 ms, autocomplete p99 <= 10 ms,
and no turn of the event loop above 20 ms of its thread's CPU: so long everybody else would wait.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path

from benchmarks import world
from benchmarks.measure import Spread, load, rss_mib, spread, table, verdict
from bot.accounts import AccountRef
from bot.app import Services, open_services
from bot.config import Config, StoreConfig

CHECKS = 300
QUESTIONS = 2_000
WARM_UP = 20
CHECK_BAR_MS = 100
AUTOCOMPLETE_BAR_MS = 10
TURN_BAR_MS = 20


class Turns(asyncio.SelectorEventLoop):
    """An event loop that notes the CPU milliseconds of each of its turns while `noted` is a list."""

    noted: list[float] | None = None

    def _run_once(self) -> None:
        begin = time.thread_time()
        super()._run_once()  # pyright: ignore[reportUnknownMemberType, reportAttributeAccessIssue]
        if self.noted is not None:
            self.noted.append((time.thread_time() - begin) * 1000)


async def build(path: Path, *, accounts: int, posts: int) -> None:
    """Build the world."""
    async with open_services(Config(store=StoreConfig(path=path)), clock=lambda: world.NOW) as services:
        begin = time.process_time()
        await world.fill_registry(services.database, accounts=accounts * 4 // 5)
        await world.fill_posts(services.database, posts=posts, authors=accounts // 5)
        built = time.process_time() - begin
    print(f"\nworld: {accounts:,} accounts, {posts:,} posts, seed {world.SEED}, built in {built:,.0f} s CPU")


async def measure(path: Path, *, accounts: int) -> None:
    """Measure on a world that was built; opened anew, so that the index of names holds everything."""
    authors = world.authors_of(accounts // 5)
    async with open_services(Config(store=StoreConfig(path=path)), clock=lambda: world.NOW) as services:
        await services.checks.prepare()
        await services.database.read(services.names.build)
        loop = asyncio.get_running_loop()
        assert isinstance(loop, Turns)
        turns: list[float] = []
        loop.noted = turns
        rows = [
            (
                "/check, account with posts",
                *_cells(await checks(services, authors), CHECK_BAR_MS, tail="p95"),
            ),
            (
                "/check, account of the registry",
                *_cells(await registered(services), CHECK_BAR_MS, tail="p95"),
            ),
        ]
        loop.noted = None
        longest = max(turns)
        rows += [
            (
                "turn of the event loop, longest of these checks",
                str(len(turns)),
                *(f"{value:.2f}" for value in (spread(turns).p50, spread(turns).p95, longest)),
                f"longest <= {TURN_BAR_MS}",
                verdict(longest <= TURN_BAR_MS),
            ),
            (
                "autocomplete, mistyped",
                *_cells(await autocomplete(services), AUTOCOMPLETE_BAR_MS, tail="p99"),
            ),
        ]
        table(
            f"CPU ms; {len(services.names):,} texts in the index of names; process {rss_mib():,.0f} MiB; "
            f"{load()}",
            ("what", "n", "p50", "p95", "p99", "bar", "reached"),
            rows,
        )


async def checks(services: Services, authors: list[AccountRef]) -> Spread:
    """Check accounts that have posts, active and quiet ones alike, the most active ones first."""
    rng = random.Random(world.SEED)
    chosen = authors[: CHECKS // 3] + rng.sample(authors, CHECKS - CHECKS // 3 + WARM_UP)
    return await _timed(services, chosen[-WARM_UP:] + chosen[:-WARM_UP])


async def registered(services: Services) -> Spread:
    """Check accounts that the registry lists."""
    found = await services.database.read(services.names.suggest, "@b", limit=CHECKS + WARM_UP)
    return await _timed(services, [suggestion.ref for suggestion in found])


async def _timed(services: Services, refs: list[AccountRef]) -> Spread:
    samples: list[float] = []
    for ref in refs:
        begin = time.process_time()
        await services.checks.check(ref, asked=f"@{ref.handle}")
        samples.append((time.process_time() - begin) * 1000)
    return spread(samples[WARM_UP:])


async def autocomplete(services: Services) -> Spread:
    """Type names with one letter exchanged, and prefixes of them."""
    rng = random.Random(world.SEED + 2)
    offered = await services.database.read(services.names.suggest, "", limit=20_000)
    known = [suggestion.ref.handle for suggestion in offered if suggestion.ref.handle]
    samples: list[float] = []
    for _ in range(QUESTIONS + WARM_UP):
        name = rng.choice(known)
        at = rng.randrange(len(name))
        typed = name[: at + 1] if rng.random() < 0.5 else f"{name[:at]}x{name[at + 1 :]}"
        begin = time.process_time()
        await services.database.read(services.names.suggest, typed)
        samples.append((time.process_time() - begin) * 1000)
    return spread(samples[WARM_UP:])


def _cells(found: Spread, bar: float, *, tail: str) -> tuple[str, ...]:
    reached = (found.p95 if tail == "p95" else found.p99) <= bar
    figures = (f"{value:.2f}" for value in (found.p50, found.p95, found.p99))
    return (str(found.n), *figures, f"{tail} <= {bar}", verdict(reached))


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument(
        "--world", type=Path, help="Keep the world in this file, or measure on the one there."
    )
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=Turns) as runner, tempfile.TemporaryDirectory() as folder:
        path: Path = asked.world or Path(folder) / "masthead.db"
        if not path.exists():
            runner.run(build(path, accounts=asked.accounts, posts=asked.posts))
        print(f"{path.stat().st_size / 2**20:,.0f} MiB")
        runner.run(measure(path, accounts=asked.accounts))


if __name__ == "__main__":
    main()
