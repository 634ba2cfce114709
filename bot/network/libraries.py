"""The libraries of sweeps are an extra: where one is missing, say which and how to get it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Generator
from importlib.util import find_spec

from bot.errors import MissingLibraryError

_EXTRAS = {"pyspark": "spark", "py4j": "spark"}
_OURS = frozenset({"ibis", "duckdb", "pyarrow", "numpy", "pandas", "networkx", "sqlglot", "pyspark", "py4j"})

# What each extra brings, as it is imported.
NETWORK = ("duckdb", "ibis", "networkx", "numpy", "pandas", "pyarrow")
SPARK = ("pyspark",)


def missing(names: tuple[str, ...]) -> list[str]:
    """Return those that are not installed. Nothing is imported, which would take seconds."""
    return [name for name in names if find_spec(name) is None]


def has_java() -> bool:
    """Say whether there is a Java to start Spark with."""
    return shutil.which("java") is not None


@contextlib.contextmanager
def wanted() -> Generator[None, None, None]:
    """Turn a missing library into the sentence that says how to install it.

    Raises MissingLibraryError. What is missing for another reason is raised as it is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name not in _OURS:
            raise
        raise MissingLibraryError(name, extra=_EXTRAS.get(name, "network")) from error
