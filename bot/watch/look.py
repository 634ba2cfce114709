"""The look itself: whatever brings the store up to date about an account before it is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.accounts import AccountRef


class Look(Protocol):
    """Asks a platform about an account and stores what it says."""

    def is_live(self, account: AccountRef) -> bool:
        """Whether this account can be asked about; otherwise what is stored is all there is to compare."""
        ...

    async def look(self, account: AccountRef, *, payers: Sequence[int]) -> None:
        """Ask and store; one of the servers `payers` pays.

        Raises PlatformError, of the class of what went wrong; what an account *is* (gone, suspended,
        private) is stored, not raised.
        """
        ...


class StoredLook:
    """Asks nobody: imports and checks change the store, and the comparison finds it."""

    def is_live(self, account: AccountRef) -> bool:
        """No account is."""
        return False

    async def look(self, account: AccountRef, *, payers: Sequence[int]) -> None:
        """Do nothing."""
