"""Sweeps on Spark: a cluster, or this machine to try it."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.expr.types import Table
from pyspark.sql import SparkSession

from bot.network.engines import Limits


class SparkEngine:
    """A Spark session. On a cluster the corpus must lie where every worker can read it."""

    in_slabs = False

    def __init__(self, master: str, *, limits: Limits) -> None:
        local = master.startswith("local")
        # A laptop's name may resolve to nothing; the local engine needs no other address.
        if local:
            os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        self._session = (
            SparkSession.builder.master(master)
            .appName("masthead sweep")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.driver.memory", f"{limits.memory_mib}m")
            .config("spark.sql.shuffle.partitions", str(limits.threads if local else 4 * limits.threads))
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .getOrCreate()
        )
        self._session.sparkContext.setLogLevel("ERROR")
        self._backend = ibis.pyspark.connect(self._session)

    def posts(self, files: Sequence[Path]) -> Table:
        frame = self._session.read.parquet(*(str(file) for file in files))
        frame.createOrReplaceTempView("posts")
        return self._backend.table("posts")

    def given(self, name: str, table: pa.Table) -> Table:
        return self._backend.create_view(name, ibis.memtable(table), overwrite=True)

    def keep(self, name: str, parts: Iterable[Table]) -> Table:
        return functools.reduce(Table.union, parts).cache()

    def close(self) -> None:
        self._session.stop()
