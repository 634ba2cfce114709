"""Sweeps on Spark: a cluster, or this machine to try it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import ibis
import pyarrow as pa
from ibis.expr.types import Table
from pyspark.sql import DataFrame, SparkSession

from bot.network.arrays import Columns, Ints
from bot.network.engines import Limits
from bot.network.steps import STEPS
from bot.network.values import Values


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

    def read(self, name: str, files: Sequence[Path]) -> None:
        self._session.read.parquet(*(str(file) for file in files)).createOrReplaceTempView(name)

    def give(self, name: str, table: pa.Table) -> None:
        self._backend.create_view(name, ibis.memtable(table), overwrite=True)

    def view(self, name: str, step: str, values: Values) -> None:
        self._frame(step, values).createOrReplaceTempView(name)

    def make(self, name: str, step: str, values: Values) -> None:
        self._frame(step, values).cache().createOrReplaceTempView(name)

    def add(self, name: str, step: str, values: Values) -> None:
        both = self._session.table(name).union(self._frame(step, values))
        both.cache().createOrReplaceTempView(name)

    def rows(self, step: str, values: Values) -> Columns:
        table = self._frame(step, values).toArrow()
        return {name: cast("Ints", table.column(name).to_numpy()) for name in table.column_names}

    def given(self, name: str, table: pa.Table) -> Table:
        self.give(name, table)
        return self.table(name)

    def table(self, name: str) -> Table:
        return self._backend.table(name)

    def close(self) -> None:
        self._session.stop()

    def _frame(self, step: str, values: Values) -> DataFrame:
        given = {
            name: ibis.literal(value, type="float64" if isinstance(value, float) else "int64")
            for name, value in asdict(values).items()
        }
        return self._session.sql(str(self._backend.compile(STEPS[step](given))))
