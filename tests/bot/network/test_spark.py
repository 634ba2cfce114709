"""Spark and DuckDB give the same edges of the same expressions."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bot.network.recipe import Method, Recipe
from bot.store.corpus import CorpusPost
from tests.bot.network.made import Counts, post, swept, write

# The one that uses most of what the engines have to agree on; each costs half a minute of start-up and plans.
METHODS = (Method.SIMILAR_TEXT,)

pytestmark = [
    pytest.mark.skipif(find_spec("pyspark") is None, reason="PySpark is not installed (make spark)"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
]

# Spark runs in a process of its own: it leaves threads and sockets that tests would be blamed for.
SWEEP = """
import json, sys
from pathlib import Path
from bot.network import sweeping
from bot.network.engines import Limits, open_engine
from bot.network.recipe import Method, Recipe

engine = open_engine("local[1]", limits=Limits(threads=1, memory_mib=1024))
for name in sys.argv[2:]:
    recipe = Recipe(method=Method(name), similarity=0.6)
    found = sweeping.find(Path(sys.argv[1]), recipe, engine=engine, with_chance=False)
    print(json.dumps(found.edges.drop_columns(["expected", "q"]).to_pylist()))
engine.close()
"""

# Compiling plans for a cluster's loads takes two thirds of the time on a few hundred posts.
QUICKLY = (
    "--conf spark.sql.codegen.wholeStage=false --conf spark.sql.codegen.factoryMode=NO_CODEGEN "
    "--driver-java-options -XX:TieredStopAtLevel=1 pyspark-shell"
)

Row = dict[str, float]


def a_stream() -> list[CorpusPost]:
    """Accounts that share texts, some of them nearly the same."""
    chance = random.Random(5)  # noqa: S311 - test data
    words = [f"word{n}" for n in range(60)]
    texts = [chance.choices(words, k=12) for _ in range(12)]
    posts: list[CorpusPost] = []
    for number in range(300):
        text = list(chance.choice(texts))
        if chance.random() < 0.3:
            text[chance.randrange(12)] = chance.choice(words)
        posts.append(
            post(
                number,
                chance.randrange(25),
                chance.randrange(0, 7_200, 30),
                text=" ".join(text),
            )
        )
    return posts


def on_spark(folder: Path) -> list[list[Row]]:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-W", "ignore", "-c", SWEEP, str(folder), *METHODS],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYSPARK_SUBMIT_ARGS": QUICKLY},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[{")]


def test_both_engines_find_the_same(tmp_path: Path) -> None:
    folder = write(tmp_path, a_stream())
    for method, rows in zip(METHODS, on_spark(folder), strict=True):
        there = {
            (int(row["a"]), int(row["b"])): Counts(
                pairs=int(row["pairs"]),
                objects=int(row["objects"]),
                n_a=int(row["n_a"]),
                n_b=int(row["n_b"]),
                a_first=int(row["a_first"]),
                b_first=int(row["b_first"]),
                median_lag_ms=row["median_lag_ms"],
            )
            for row in rows
        }
        assert len(there) > 3
        assert there == swept(folder, Recipe(method=method, similarity=0.6))
