"""Profiles that stand beside every post of an account, kept once a file."""

from __future__ import annotations

from bot.store.records import Snapshot

# Beyond it an account may be recorded twice, which the store notices.
_REMEMBERED = 50_000


class SeenProfiles:
    """Remembers which profiles were yielded."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def first(self, key: object) -> bool:
        """Tell whether a key is new, so that its snapshot need not be built again."""
        if key in self._seen:
            return False
        if len(self._seen) >= _REMEMBERED:
            self._seen.clear()
        self._seen.add(key)
        return True

    def new(self, snapshot: Snapshot | None) -> tuple[Snapshot, ...]:
        """Return the snapshot in a tuple, or nothing where there is none or it was yielded before."""
        if snapshot is None or not self.first((snapshot.account, snapshot.taken_at)):
            return ()
        return (snapshot,)
