"""Instants in the store: Unix milliseconds, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def to_ms(when: datetime) -> int:
    """Return an aware instant as milliseconds, exactly (floats would round some of them down)."""
    return (when - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return the aware UTC instant."""
    return _EPOCH + ms * _MILLISECOND
