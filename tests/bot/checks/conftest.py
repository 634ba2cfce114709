from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.bot.checks.worlds import an_empty_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """An empty database with the schema of today."""
    with closing(an_empty_store(tmp_path)) as connection:
        yield connection
