"""An import that dies leaves nothing, and one that runs while people decide takes nothing from either."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from textwrap import dedent
from typing import TypeVar

import pytest

from bot.registry.curation import proposals
from bot.registry.curation.replay import examined
from bot.registry.curation.service import Curation
from bot.registry.importers import import_file
from bot.registry.starter import update_starter
from bot.store.database import Database, transaction
from bot.store.held import ClaimKind, ClaimRef
from bot.store.proposals import ProposalState, proposal
from tests.bot.registry.curation.desks import ANALYST, CURATOR, DESK, NOW, Registry
from tests.bot.registry.importers.test_misp import saved as saved_event
from tests.bot.registry.importers.test_misp import whole as whole_event
from tests.bot.registry.importers.test_stix import saved as saved_bundle
from tests.bot.registry.importers.test_stix import whole as whole_bundle
from tests.bot.registry.test_starter_updates import NEW, OLD, Rows, written

T = TypeVar("T")

ROOT = Path(__file__).parents[4]

# Dies at the nth call of one function, as a machine without power does: nothing is cleaned up.
CHILD = """
    import asyncio, os, signal, sys
    from pathlib import Path
    from bot.registry import starter
    from bot.registry.curation import loads
    from bot.registry.importers import import_file
    from bot.store import claims
    from bot.store.database import Database
    from tests.bot.registry.curation.desks import NOW

    database, file, where, nth = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    module, name = {
        "a claim": (claims, "put_claim"),
        "an account": (claims, "put_account_claim"),
        "the entry": (loads.audit, "append"),
        "a retraction": (loads, "withdraw"),
    }[where]
    real, calls = getattr(module, name), 0

    def counted(*args, **kwargs):
        global calls
        calls += 1
        if calls == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)

    setattr(module, name, counted)
    opened = Database.open(database)
    if sys.argv[5] == "starter":
        asyncio.run(opened.write(starter.update_starter, file, now=NOW))
    else:
        asyncio.run(opened.write(import_file, file, now=NOW))
"""


def killed(registry: Registry, file: Path, *, where: str, nth: int, what: str = "import") -> None:
    ran = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", dedent(CHILD), str(registry.path), str(file), where, str(nth), what],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr


def state(registry: Registry) -> list[str]:
    return list(registry.writer.iterdump())


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "masthead.db")


@pytest.mark.skipif(sys.platform == "win32", reason="kills its own process")
@pytest.mark.parametrize(
    ("form", "where", "nth"),
    [("set", "a claim", 2), ("stix", "an account", 2), ("misp", "a claim", 1), ("stix", "the entry", 1)],
)
def test_an_import_that_dies_leaves_nothing_and_can_be_done_again(
    registry: Registry, tmp_path: Path, form: str, where: str, nth: int
) -> None:
    file = {
        "set": lambda: written(tmp_path / "set", OLD),
        "stix": lambda: saved_bundle(tmp_path, whole_bundle()),
        "misp": lambda: saved_event(tmp_path, {"Event": whole_event()}),
    }[form]()
    before = state(registry)
    killed(registry, file, where=where, nth=nth)
    assert state(registry) == before
    assert examined(registry.writer) == []
    with transaction(registry.writer) as connection:
        report = import_file(connection, file, now=NOW)
    assert report.new.entities > 0
    assert examined(registry.writer) == []


@pytest.mark.skipif(sys.platform == "win32", reason="kills its own process")
@pytest.mark.parametrize(("where", "nth"), [("the entry", 1), ("a retraction", 1), ("a retraction", 2)])
def test_an_update_of_the_starter_set_that_dies_takes_nothing_back(
    registry: Registry, tmp_path: Path, where: str, nth: int
) -> None:
    """Also between the entry in the trail and what it tells of."""
    with transaction(registry.writer) as connection:
        update_starter(connection, written(tmp_path / "old", OLD), now=NOW)
    before = state(registry)
    folder = written(tmp_path / "new", NEW)
    killed(registry, folder, where=where, nth=nth, what="starter")
    assert state(registry) == before
    with transaction(registry.writer) as connection:
        assert update_starter(connection, folder, now=NOW).withdrawn > 0
    assert examined(registry.writer) == []


def many(n: int) -> Rows:
    """A list long enough for others to decide while it is read."""
    return {
        **OLD,
        "entities.csv": [*OLD["entities.csv"], *(f"e{i},outlet,CN" for i in range(n))],
        "claims.csv": [f"other,owns,e{i},shipped,row {i},B,2,,," for i in range(n)],
        "accounts.csv": [f"e{i},x,ejemplo_{i},,has_account,shipped,row {i},B,2,,," for i in range(n)],
    }


def test_decisions_made_while_a_list_is_read_are_all_kept(registry: Registry, tmp_path: Path) -> None:
    """Two processes' worth of connections: one reads a list, the other accepts, disputes and rejects."""
    numbers: list[int] = []
    for subject in ("news", "agency", "press-network"):
        said = registry.say(ANALYST, subject, "funds", "paper", "https://one.example/a")
        with transaction(registry.writer) as connection:
            made = proposals.propose(connection, said, member=ANALYST, now=registry.clock())
        numbers.append(made.proposal_id)
    folder = written(tmp_path / "list", many(200))
    reading, deciding = Database.open(registry.path), Database.open(registry.path)
    barrier = threading.Barrier(2)
    outcomes: dict[str, object] = {}

    async def patiently(act: Callable[[], Awaitable[T]]) -> T:
        """A busy machine may keep the other side from its turn longer than a connection waits for it."""
        for _ in range(60):
            try:
                return await act()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
        raise AssertionError("the other side never let go")

    def read() -> None:
        barrier.wait(timeout=60)
        outcomes["read"] = asyncio.run(patiently(lambda: reading.write(import_file, folder, now=NOW)))

    async def decide() -> None:
        curation = Curation(deciding, clock=lambda: NOW)
        await patiently(lambda: curation.accept(CURATOR, numbers[0], version=1))
        await patiently(lambda: curation.reject(CURATOR, numbers[1], version=1, reason="not so"))
        ref = ClaimRef(kind=ClaimKind.CLAIM, claim_id=1)
        outcomes["disputed"] = await patiently(
            lambda: curation.dispute(CURATOR, ref, reason="it says otherwise", url="")
        )

    def decide_meanwhile() -> None:
        barrier.wait(timeout=60)
        asyncio.run(decide())

    threads = [threading.Thread(target=read), threading.Thread(target=decide_meanwhile)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=400)
    reading.close()
    deciding.close()
    assert set(outcomes) == {"read", "disputed"}
    states = [found.state for number in numbers if (found := proposal(registry.writer, number)) is not None]
    assert states == [ProposalState.ACCEPTED, ProposalState.REJECTED, ProposalState.OPEN]
    (brought,) = registry.writer.execute("SELECT count(*) FROM claim WHERE locator LIKE 'row %'").fetchone()
    assert brought == 200
    layers = registry.writer.execute("SELECT count(*) FROM claim WHERE layer = ?", (DESK,)).fetchone()
    assert layers == (1,)
    assert examined(registry.writer) == []
