"""How a stream stands, in words for operators."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.checks.wording import counted
from bot.store.stream_records import StreamStanding, StreamState

# A listening process says every 15 s that it is there.
SILENT = timedelta(minutes=2)


def is_well(standing: StreamStanding, *, now: datetime) -> bool:
    """Whether nothing needs doing."""
    return standing.state in {StreamState.UP, StreamState.IDLE} and now - standing.noted_at <= SILENT


def stream_words(standing: StreamStanding, *, now: datetime) -> str:
    """Return one line: whether it is up, since when, how far behind, and what it missed."""
    if now - standing.noted_at > SILENT:
        return f"nobody has listened since {_time(standing.noted_at)}; accounts are looked at as usual"
    if standing.state is StreamState.IDLE:
        return "nothing is watched that it could tell of"
    parts = [f"{standing.state} since {_time(standing.since)}", counted(standing.accounts, "account")]
    if standing.heard_at is not None and standing.lag_ms is not None:
        parts.append(f"last message {_time(standing.heard_at)}, {_span(standing.lag_ms)} after it happened")
    if standing.waiting:
        parts.append(f"{counted(standing.waiting, 'message')} waiting for a look")
    if standing.unseen:
        parts.append(f"{standing.unseen} told of what no look showed")
    if standing.left_out:
        parts.append(f"{standing.left_out} more than it takes are looked at as usual")
    if standing.drops:
        parts.append(f"broke off {counted(standing.drops, 'time')} in all")
    if standing.problem and standing.state is not StreamState.UP:
        parts.append(f"{standing.problem} Accounts are looked at as usual")
    return "; ".join(parts)


def _time(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"


def _span(ms: int) -> str:
    return f"{ms} ms" if ms < 1_000 else f"{ms / 1_000:,.1f} s"
