from __future__ import annotations

from datetime import timedelta

import pytest

from bot.store.stream_records import StreamStanding, StreamState
from bot.watch.stream_words import is_well, stream_words
from tests.bot.watch.stream_desk import START

NOW = START + timedelta(minutes=10)
UP = StreamStanding(
    name="bluesky",
    state=StreamState.UP,
    since=START,
    noted_at=NOW,
    accounts=12,
    heard_at=START + timedelta(minutes=9),
    lag_ms=340,
)


@pytest.mark.parametrize(
    ("standing", "well", "words"),
    [
        (
            UP,
            True,
            (
                "up since 2026-11-22 09:00:00 UTC",
                "12 accounts",
                "last message 2026-11-22 09:09:00 UTC, 340 ms after it happened",
            ),
        ),
        (
            StreamStanding(
                name="bluesky",
                state=StreamState.DOWN,
                since=START,
                noted_at=NOW,
                accounts=1,
                drops=2,
                unseen=3,
                waiting=1,
                left_out=4,
                problem="`x.example` is busy (answer 503).",
            ),
            False,
            (
                "down since 2026-11-22 09:00:00 UTC",
                "1 account",
                "1 message waiting for a look",
                "3 told of what no look showed",
                "4 more than it takes are looked at as usual",
                "broke off 2 times in all",
                "`x.example` is busy (answer 503). Accounts are looked at as usual",
            ),
        ),
        (
            StreamStanding(name="bluesky", state=StreamState.IDLE, since=START, noted_at=NOW),
            True,
            ("nothing is watched that it could tell of",),
        ),
        # A process that hangs or was killed says nothing any more.
        (
            StreamStanding(name="bluesky", state=StreamState.UP, since=START, noted_at=START),
            False,
            ("nobody has listened since 2026-11-22 09:00:00 UTC", "accounts are looked at as usual"),
        ),
    ],
)
def test_a_line_says_whether_since_when_and_how_far_behind(
    standing: StreamStanding, *, well: bool, words: tuple[str, ...]
) -> None:
    assert stream_words(standing, now=NOW) == "; ".join(words)
    assert is_well(standing, now=NOW) is well
