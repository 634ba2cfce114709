"""The statements that are kept ready are those that the expressions make."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bot.network.plans import compiled, plans
from tests.bot.network.made import post, write

HEAVY = ("ibis", "sqlglot", "pandas", "networkx", "pyspark")

SWEEP = """
import sys
from pathlib import Path
from pathlib import Path
from bot.network import sweeping
from bot.network.engines import Limits, open_engine
from bot.network.recipe import Method, Recipe

engine = open_engine("duckdb", limits=Limits(threads=1, memory_mib=512))
found = sweeping.find(Path(sys.argv[1]), Recipe(method=Method.SAME_LINK, min_weight=1), engine=engine)
assert found.edges.num_rows > 100
print(*(name for name in sys.argv[2:] if name in sys.modules))
"""


def test_no_statement_differs_from_its_expression() -> None:
    # Where it does: python -m bot.network.plans
    assert plans() == compiled()


def test_a_sweep_on_duckdb_waits_for_no_library_that_it_does_not_use(tmp_path: Path) -> None:
    folder = write(tmp_path, [post(n, n, n, links=["https://example.org/a"]) for n in range(30)])
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", SWEEP, str(folder), *HEAVY],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == []
