"""Where the steps of a sweep run: DuckDB inside this process, or Spark, from the same Ibis expressions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

import duckdb
import pyarrow as pa

from bot.errors import InputError
from bot.network import plans
from bot.network.arrays import Columns, Ints
from bot.network.values import Values

if TYPE_CHECKING:
    from ibis.expr.types import Table

DUCKDB = "duckdb"
SPARK_SCHEMES = ("spark://", "local", "yarn", "k8s://")


class Engine(Protocol):
    """What a sweep needs of an engine: tables under names, made by the steps of `bot.network.steps`."""

    # Whether the engine is handed one stretch of time after the other, so that memory does not grow with
    # the corpus, a person sees how far it is and can stop it. Spark cuts its work by itself.
    in_slabs: bool

    def read(self, name: str, files: Sequence[Path]) -> None:
        """Let a table be what stands in Parquet files."""
        ...

    def give(self, name: str, table: pa.Table) -> None:
        """Let a table be this small one."""
        ...

    def view(self, name: str, step: str, values: Values) -> None:
        """Let a table be what a step gives, worked out where it is used."""
        ...

    def make(self, name: str, step: str, values: Values) -> None:
        """Work out a step and keep what it gives under a name, in place of what is there."""
        ...

    def add(self, name: str, step: str, values: Values) -> None:
        """Work out a step and add what it gives to a table that is there."""
        ...

    def rows(self, step: str, values: Values) -> Columns:
        """Work out a step and hand over what it gives, all of it numbers."""
        ...

    def given(self, name: str, table: pa.Table) -> Table:
        """Hand over a small table, for expressions that are no steps."""
        ...

    def table(self, name: str) -> Table:
        """Return a table for expressions that are no steps."""
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
        self._connection = duckdb.connect(
            config={
                "threads": limits.threads,
                "memory_limit": f"{limits.memory_mib}MiB",
                "temp_directory": str(self._folder),
                # Rows may come in any order, which takes less memory.
                "preserve_insertion_order": False,
            }
        )

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The connection, for what reads into the engine."""
        return self._connection

    def numbers(self, name: str, columns: Mapping[str, Ints]) -> None:
        """Let a table be these numbers. For a table of Arrow DuckDB would import Pandas."""
        self._connection.register(name, dict(columns))

    def read_csv(
        self,
        name: str,
        files: Sequence[Path],
        *,
        delimiter: str,
        width: int,
        cells: Mapping[str, str],
        longest: int,
    ) -> None:
        """Let a table be the `cells` (name: expression over c0, c1, …) of CSV files with a header.

        DuckDB refuses whatever is not well-formed when it is read; a row may have `longest` bytes.
        """
        # As a statement, since the method of this name imports Pandas.
        places = ", ".join(f"c{number}: 'VARCHAR'" for number in range(width))
        paths = ", ".join(_quoted(str(file)) for file in files)
        columns = ", ".join(f"{cell} AS {name}" for name, cell in cells.items())
        self._connection.execute(
            f'CREATE OR REPLACE VIEW "{name}" AS SELECT {columns} FROM read_csv([{paths}], header = true, '  # noqa: S608 - columns by number, paths quoted
            f"auto_detect = false, strict_mode = true, null_padding = false, max_line_size = {longest}, "
            f"delim = {_quoted(delimiter)}, quote = '\"', escape = '\"', columns = {{{places}}})"
        )

    def arrow(self, step: str, values: Values) -> pa.Table:
        """Work out a step that gives texts."""
        return cast("pa.Table", self._relation(step, values).to_arrow_table())  # pyright: ignore[reportUnknownMemberType]  # its stubs know no PyArrow

    def batches(self, step: str, values: Values, *, size: int) -> Iterator[pa.RecordBatch]:
        """Work out a step and hand over so many rows at a time. Nothing else may be asked meanwhile."""
        yield from cast("Iterator[pa.RecordBatch]", self._relation(step, values).to_arrow_reader(size))  # pyright: ignore[reportUnknownMemberType]

    def read(self, name: str, files: Sequence[Path]) -> None:
        held = self._connection.read_parquet([str(file) for file in files], hive_partitioning=False)
        held.create_view(name, replace=True)

    def give(self, name: str, table: pa.Table) -> None:
        self._connection.register(name, table)

    def view(self, name: str, step: str, values: Values) -> None:
        self._relation(step, values).create_view(name, replace=True)

    def make(self, name: str, step: str, values: Values) -> None:
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {plans.statement(step, values)}')

    def add(self, name: str, step: str, values: Values) -> None:
        self._relation(step, values).insert_into(name)

    def rows(self, step: str, values: Values) -> Columns:
        # Only texts would come as a Categorical.
        return cast("Columns", self._relation(step, values).fetchnumpy())

    def given(self, name: str, table: pa.Table) -> Table:
        self.give(name, table)
        return self.table(name)

    def table(self, name: str) -> Table:
        import ibis  # a second of importing, which the steps do without

        return ibis.duckdb.from_connection(self._connection).table(name)

    def close(self) -> None:
        self._connection.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _relation(self, step: str, values: Values) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(plans.statement(step, values))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
