"""An entry of the registry and a chain of depth six, in a registry of a million claims.

    python -m benchmarks registry

200,000 entities in a tree of ownership six deep with co-publishers across it, 600,000 accounts, 200,000
sites, a server's layer above. CPU time of the reading thread, wall time beside it. Bars: an entry with
everything beside it p95 <= 100 ms, a chain of depth six p95 <= 2 ms, both read through the views of a
server's layer as /registry show does. Beside it: the same chain without layers, a decision, and what it
costs to examine the whole trail.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import peak_rss_mib, rss_mib, spread, table, verdict
from bot.registry.curation import proposals
from bot.registry.curation.ends import EntityEnd, SiteEnd
from bot.registry.curation.loads import begin
from bot.registry.curation.replay import examined
from bot.registry.curation.roles import Member
from bot.registry.curation.statements import Statement
from bot.registry.record import entity_record
from bot.store.chains import chains
from bot.store.database import Database, transaction
from bot.store.layers import look_through_layers, seen_from
from bot.store.records import EntityId, Relation

ENTITIES, ACCOUNTS, SITES = 200_000, 600_000, 200_000
DEPTH = 6
DESK = 1_001
NOW = datetime(2026, 11, 21, tzinfo=UTC)
MS = 1_763_683_200_000
QUERIES, DISCARDED = 400, 20
SHOW_BAR_MS, CHAIN_BAR_MS = 100, 2


def _build(path: Path) -> float:
    """Fill a database; every entity of a tree is owned by the one a level above, six deep."""
    Database.open(path).close()
    chance = random.Random(7)
    started = time.perf_counter()
    connection = sqlite3.connect(path, isolation_level=None)
    with transaction(connection):
        connection.execute(
            "INSERT INTO source (source_id, key, title, publisher, url, retrieved_on, reliability,"
            " credibility)"
            " VALUES (1, 'list', 'List', 'Example', 'https://list.example/', '2026-11-21', 'B', '2')"
        )
        connection.executemany(
            "INSERT INTO entity (entity_id, key, kind, country) VALUES (?, ?, 'outlet', 'PY')",
            ((n, f"entity-{n}") for n in range(1, ENTITIES + 1)),
        )
        connection.executemany(
            "INSERT INTO entity_name (entity_id, name, folded, kind, source_id) VALUES (?, ?, ?, 'main', 1)",
            ((n, f"Entity {n}", f"entity {n}") for n in range(1, ENTITIES + 1)),
        )
        connection.executemany(
            "INSERT INTO claim (subject_id, relation, object_id, source_id, locator, reliability,"
            " credibility, recorded_ms, layer) VALUES (?, ?, ?, 1, ?, 'B', '2', ?, ?)",
            (
                (owner, relation, n, f"row {n}", MS, 0)
                for n in range(1, ENTITIES + 1)
                for owner, relation in _claims(n, chance)
            ),
        )
        connection.executemany(
            "INSERT INTO account (account_id, platform, handle, match_key) VALUES (?, 'x', ?, ?)",
            ((n, f"account_{n}", f"x:account_{n}") for n in range(1, ACCOUNTS + 1)),
        )
        connection.executemany(
            "INSERT INTO account_claim (account_id, said, relation, entity_id, identified_by, source_id,"
            " locator, reliability, credibility, recorded_ms)"
            " VALUES (?, ?, 'has_account', ?, 'handle', 1, '', 'B', '2', ?)",
            ((n, f"x:@x:account_{n}", _skewed(chance), MS) for n in range(1, ACCOUNTS + 1)),
        )
        connection.executemany(
            "INSERT INTO domain (domain_id, host) VALUES (?, ?)",
            ((n, f"site-{n}.example") for n in range(1, SITES + 1)),
        )
        connection.executemany(
            "INSERT INTO domain_claim (domain_id, relation, entity_id, source_id, locator, reliability,"
            " credibility, recorded_ms) VALUES (?, 'has_site', ?, 1, '', 'B', '2', ?)",
            ((n, _skewed(chance), MS) for n in range(1, SITES + 1)),
        )
    connection.close()
    return time.perf_counter() - started


def _claims(n: int, chance: random.Random) -> list[tuple[int, str]]:
    """The owner a level above (a tree with six children a node), and now and then a co-publisher."""
    claims = [((n + 4) // 6, Relation.OWNS.value)] if n > 1 else []
    if chance.random() < 0.1:
        claims.append((chance.randrange(1, ENTITIES + 1), Relation.CO_PUBLISHES.value))
    return [claim for claim in claims if claim[0] != n]


def _skewed(chance: random.Random) -> int:
    """A few houses have thousands of accounts, most have some."""
    return min(ENTITIES, int(ENTITIES * chance.random() ** 3) + 1)


def _timed(work: Callable[[int], object], numbers: list[int]) -> tuple[list[float], list[float]]:
    """Return milliseconds of CPU and of wall time of each call, after some discarded ones."""
    cpu: list[float] = []
    wall: list[float] = []
    for number in numbers:
        began, spent = time.perf_counter(), time.thread_time()
        work(number)
        cpu.append((time.thread_time() - spent) * 1000)
        wall.append((time.perf_counter() - began) * 1000)
    return cpu[DISCARDED:], wall[DISCARDED:]


def main() -> None:
    """Build, measure, print."""
    with tempfile.TemporaryDirectory(prefix="masthead-registry-") as folder:
        path = Path(folder) / "masthead.db"
        before = rss_mib()
        built = _build(path)
        writer = sqlite3.connect(path, isolation_level=None)
        plain = sqlite3.connect(path, isolation_level=None)
        reader = sqlite3.connect(path, isolation_level=None)
        look_through_layers(reader)
        held: int = sum(
            plain.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608 - our own tables
            for name in ("claim", "account_claim", "domain_claim")
        )
        with transaction(writer):
            begin(writer, now=NOW)
        _decisions(writer)
        chance = random.Random(11)
        deep = [chance.randrange(ENTITIES // 6, ENTITIES) for _ in range(QUERIES + DISCARDED)]
        anywhere = [chance.randrange(1, ENTITIES) for _ in range(QUERIES + DISCARDED)]
        # Those with most accounts, whom people look up most.
        houses = [1 + number % 40 for number in range(QUERIES + DISCARDED)]

        def show(number: int) -> object:
            with seen_from(reader, DESK):
                return entity_record(reader, f"entity-{number}")

        def climb(number: int) -> object:
            with seen_from(reader, DESK):
                return chains(reader, EntityId(number))

        def climb_plainly(number: int) -> object:
            return chains(plain, EntityId(number))

        rows: list[tuple[str, ...]] = []
        for name, work, numbers, bar in (
            ("/registry show, any entity", show, anywhere, SHOW_BAR_MS),
            ("/registry show, the largest houses", show, houses, SHOW_BAR_MS),
            ("chain of depth 6, seen from a server", climb, deep, CHAIN_BAR_MS),
            ("chain of depth 6, without layers", climb_plainly, deep, CHAIN_BAR_MS),
        ):
            cpu, wall = _timed(work, numbers)
            found = spread(cpu)
            rows.append(
                (
                    name,
                    f"{found.p50:.2f}",
                    f"{found.p95:.2f}",
                    f"{found.p99:.2f}",
                    f"{spread(wall).p95:.2f}",
                    f"{found.n}",
                    f"<= {bar} ms: {verdict(found.p95 <= bar)}",
                )
            )
        table(
            f"registry of {held:,} claims, {ENTITIES:,} entities; built in {built:.0f} s, "
            f"{path.stat().st_size / 2**20:.0f} MiB; {rss_mib() - before:.0f} MiB more in memory, "
            f"peak {peak_rss_mib():.0f} MiB; CPU ms",
            ("read", "p50", "p95", "p99", "wall p95", "n", "p95"),
            rows,
        )
        writer.close()
        plain.close()
        reader.close()


def _decisions(writer: sqlite3.Connection) -> None:
    member = Member(layer=DESK, member="1", name="Curator", manages=True)
    writer.execute("PRAGMA synchronous = FULL")
    spent: list[float] = []
    for n in range(200):
        statement = Statement(
            subject=EntityEnd(key=f"entity-{n + 1}", name=f"Entity {n + 1}"),
            relation=Relation.HAS_SITE,
            object=SiteEnd(host=f"new-{n}.example"),
            url=f"https://source-{n % 50}.example/",
            title="A source",
            grade="B2",
        )
        began = time.perf_counter()
        with transaction(writer):
            made = proposals.propose(writer, statement, member=member, now=NOW)
        with transaction(writer):
            proposals.accept(writer, made.proposal_id, version=1, member=member, now=NOW)
        spent.append((time.perf_counter() - began) * 1000)
    found = spread(spent)
    began = time.perf_counter()
    wrong = examined(writer)
    took = time.perf_counter() - began
    table(
        "decisions, each proposal and its acceptance on the disk before the next",
        ("what", "p50 ms", "p95 ms", "n"),
        [
            ("propose and accept, synchronous=FULL", f"{found.p50:.1f}", f"{found.p95:.1f}", f"{found.n}"),
            ("examine trail and tables", f"{took * 1000:.0f}", "", f"{len(wrong)} differences"),
        ],
    )


if __name__ == "__main__":
    main()
