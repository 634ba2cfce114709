"""The corpus grows by day, and holds what the store holds."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.accounts import AccountRef, Platform
from bot.errors import InputError
from bot.network import corpus
from bot.network.recipe import Method, Recipe
from bot.network.words import Cutter
from bot.store.database import migrate
from bot.store.posts import record
from bot.store.purge import purge
from bot.store.records import Post, PostKind
from bot.text.normalise import body
from bot.text.tokens import enough, tokens_of, units
from tests.bot.network.made import swept

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, Path(":memory:"))
    return connection


def hold(store: sqlite3.Connection, *posts: tuple[str, int, float]) -> None:
    """Hold posts (handle, day, second) with one link."""
    record(
        store,
        posts=[
            Post(
                platform=Platform.X,
                post_id=f"{handle}-{day}-{second}",
                author=AccountRef(platform=Platform.X, handle=handle, platform_id=f"id-{handle}"),
                created_at=NOON + timedelta(days=day, seconds=second),
                kind=PostKind.ORIGINAL,
                text=f"a text of {handle} on day {day} and second {second}",
                links=(f"https://example.org/{day}",),
            )
            for handle, day, second in posts
        ],
    )


def days_in(folder: Path) -> dict[str, int]:
    return {
        path.parent.name: pq.read_metadata(path).num_rows
        for path in sorted((folder / "posts").glob("day=*/posts.parquet"))
    }


def test_only_changed_days_are_written(store: sqlite3.Connection, tmp_path: Path) -> None:
    hold(store, ("one", 0, 0), ("two", 0, 5), ("one", 1, 0))
    assert corpus.update(store, tmp_path).written == 2
    assert days_in(tmp_path) == {"day=2026-03-01": 2, "day=2026-03-02": 1}
    before = (tmp_path / "posts" / "day=2026-03-01" / "posts.parquet").stat().st_mtime_ns
    hold(store, ("two", 1, 5), ("three", 2, 0))
    updated = corpus.update(store, tmp_path)
    assert (updated.posts, updated.days, updated.written) == (5, 3, 2)
    assert days_in(tmp_path) == {"day=2026-03-01": 2, "day=2026-03-02": 2, "day=2026-03-03": 1}
    assert (tmp_path / "posts" / "day=2026-03-01" / "posts.parquet").stat().st_mtime_ns == before
    assert corpus.update(store, tmp_path).written == 0


def test_growing_by_day_finds_what_one_export_finds(store: sqlite3.Connection, tmp_path: Path) -> None:
    recipe = Recipe(method=Method.SAME_LINK, min_weight=1)
    for day in range(3):
        hold(store, ("one", day, 0), ("two", day, 30), ("three", day, 61))
        corpus.update(store, tmp_path / "grown")
    corpus.update(store, tmp_path / "whole")
    found = swept(tmp_path / "grown", recipe)
    assert found == swept(tmp_path / "whole", recipe)
    assert {each.objects for each in found.values()} == {3}


def test_what_is_purged_leaves_the_corpus(store: sqlite3.Connection, tmp_path: Path) -> None:
    hold(store, ("one", 0, 0), ("two", 0, 5), ("two", 1, 5))
    corpus.update(store, tmp_path)
    (row,) = store.execute("SELECT account_id FROM account WHERE handle = 'two'").fetchall()
    purge(store, "account", ids=[row[0]])
    updated = corpus.update(store, tmp_path)
    assert (updated.written, updated.removed) == (1, 1)
    assert days_in(tmp_path) == {"day=2026-03-01": 1}
    assert pq.read_table(tmp_path / "accounts.parquet").column("handle").to_pylist() == ["one"]


def test_a_folder_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no corpus"):
        corpus.read_manifest(tmp_path)


CUTTER = Cutter()
LETTERS = st.text(
    alphabet=st.sampled_from("ab9é_'’.,;:·\"ا٬א״の漢字ภาไทย中 \u0301\u0e31\u093f-#@"), max_size=24
)


@settings(max_examples=150, deadline=None)
@given(texts=st.lists(LETTERS, min_size=1, max_size=4))
def test_bulk_tokens_are_the_tokens_of_single_texts(texts: list[str]) -> None:
    bodies = [body(text) for text in texts]
    cut = CUTTER.cut(bodies)
    names: dict[int, str] = {}
    for number, text in enumerate(bodies):
        its = units(text)
        hashes = cut.hashes[cut.owner == number].tolist()
        assert len(set(hashes)) == len(set(tokens_of(its)))
        assert bool(cut.enough[number]) == enough(its)
        for each in hashes:
            names.setdefault(each, text)
    together = {token for text in bodies for token in tokens_of(units(text))}
    assert len(names) == len(together)
