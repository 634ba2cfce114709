"""What is read before the checks run: above all, which time is looked at."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cards.text import text_card
from bot.store.database import transaction
from bot.store.posts import record
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, an_empty_store, checked


@pytest.fixture
def store(tmp_path: Path) -> sqlite3.Connection:
    return an_empty_store(tmp_path)


def _hold(store: sqlite3.Connection, *days_ago: float) -> None:
    posts = [a_post(n, hours_ago=24 * days) for n, days in enumerate(days_ago, start=1)]
    with transaction(store):
        record(store, posts=posts)


def test_an_old_export_is_looked_at_as_of_its_own_end(store: sqlite3.Connection) -> None:
    _hold(store, 1_000, 1_050, 1_089, 1_091)
    dossier = checked(store, ACCOUNT)
    assert dossier.until == NOW - timedelta(days=1_000)
    assert dossier.posts_held == 3  # the fourth is 91 days older than the newest
    assert "3 posts of the 90 days up to 25 Feb 2024" in text_card(dossier)


def test_a_silent_week_is_not_skipped_over(store: sqlite3.Connection) -> None:
    _hold(store, 8, 89, 91)
    dossier = checked(store, ACCOUNT)
    assert dossier.until == NOW
    assert dossier.posts_held == 2
    assert "2 posts of the last 90 days" in text_card(dossier)
