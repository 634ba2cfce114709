"""Where expressions run: DuckDB inside this process, or Spark. Both take the same Ibis expressions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from bot.errors import InputError

DUCKDB = "duckdb"
SPARK_SCHEMES = ("spark://", "local", "yarn", "k8s://")


class Engine(Protocol):
    """What a sweep needs of an engine."""

    # Whether the engine is handed one stretch of time after the other, so that memory does not grow with
    # the corpus, a person sees how far it is and can stop it. Spark cuts its work by itself.
    in_slabs: bool

    def posts(self, files: Sequence[Path]) -> Table:
        """Read files of posts."""
        ...

    def given(self, name: str, table: pa.Table) -> Table:
        """Hand over a small table."""
        ...

    def keep(self, name: str, parts: Iterable[Table]) -> Table:
        """Work out expressions of one shape one after the other and keep what they give under one name."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of this machine a sweep may take."""

    threads: int = 2
    memory_mib: int = 2_048


def open_engine(name: str, *, limits: Limits) -> Engine:
    """Open the engine of a setting: `duckdb`, or a Spark master such as `local[2]` or `spark://host:7077`.

    Raises InputError for anything else, MissingLibraryError inside `libraries.wanted()`.
    """
    refuse_unknown(name)
    if name == DUCKDB:
        return DuckDbEngine(limits=limits)
    from bot.network.spark import SparkEngine  # importing PySpark takes seconds, and it is an extra

    return SparkEngine(name, limits=limits)


def refuse_unknown(name: str) -> None:
    """Raise InputError where a name is no engine's, before any work is done."""
    if name != DUCKDB and not name.startswith(SPARK_SCHEMES):
        raise InputError(f"there is no engine {name!r}. Write `duckdb`, `local[2]` or `spark://host:7077`.")


class DuckDbEngine:
    """DuckDB in this process. What does not fit into its memory limit goes to a folder that is deleted."""

    in_slabs = True

    def __init__(self, *, limits: Limits) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="masthead-sweep-"))
        self._backend = ibis.duckdb.connect(
            threads=limits.threads,
            memory_limit=f"{limits.memory_mib}MiB",
            temp_directory=str(self._folder),
            # Rows may come in any order, which takes less memory.
            preserve_insertion_order=False,
        )

    def posts(self, files: Sequence[Path]) -> Table:
        return self._backend.read_parquet([str(file) for file in files], hive_partitioning=False)

    def given(self, name: str, table: pa.Table) -> Table:
        self._backend.drop_table(name, force=True)
        return self._backend.create_table(name, table)

    def keep(self, name: str, parts: Iterable[Table]) -> Table:
        made = False
        for part in parts:
            if made:
                self._backend.insert(name, part)
            else:
                self._backend.drop_table(name, force=True)
                self._backend.create_table(name, part)
                made = True
        return self._backend.table(name)

    def close(self) -> None:
        self._backend.disconnect()
        shutil.rmtree(self._folder, ignore_errors=True)
