"""A few kills of the real process on real sockets; `python -m benchmarks.alert_kills` does hundreds."""

from __future__ import annotations

from pathlib import Path

from benchmarks.alert_kills import run


async def test_a_killed_process_loses_no_alert_and_doubles_none(tmp_path: Path) -> None:
    outcome = await run(tmp_path, kills=2, seed=11)
    assert outcome.posts > 0
    assert outcome.messages > 0
    assert (outcome.lost, outcome.doubled) == ([], [])
