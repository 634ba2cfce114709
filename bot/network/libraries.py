"""The libraries of sweeps are an extra: where one is missing, say which and how to get it."""

from __future__ import annotations

import contextlib
from collections.abc import Generator

from bot.errors import MissingLibraryError

_EXTRAS = {"pyspark": "spark", "py4j": "spark"}
_OURS = frozenset({"ibis", "duckdb", "pyarrow", "numpy", "pandas", "networkx", "sqlglot", "pyspark", "py4j"})


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
