"""What people paste, read as accounts and posts. Pure: no network, no database."""

from bot.accounts.refs import AccountRef, Platform, PostRef

__all__ = ["AccountRef", "Platform", "PostRef"]
