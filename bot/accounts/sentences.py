"""Sentences that several refusals share."""

from __future__ import annotations

from bot.accounts.characters import invisible_names, typed, visible
from bot.accounts.results import Refused

READS = (
    "Masthead reads accounts and posts on X, Bluesky, the fediverse, Threads, Instagram, Facebook, YouTube, "
    "Telegram, TikTok, VK, Weibo and plain websites."
)
HOW_TO_NAME = "Give a handle such as @name or @name@server, or paste the address of an account or a post."


def unknown(text: str) -> Refused:
    """Refuse a text in which nothing was recognised."""
    shown = visible(text)
    return Refused(text=shown, reason=f"{typed(text)} names no account or post. {READS} {HOW_TO_NAME}")


def invisible(text: str, culprit: str) -> Refused:
    """Refuse a text because of characters that do not show."""
    return Refused(
        text=visible(text),
        reason=f"The text contains characters that do not show ({invisible_names(culprit)}) "
        "and can hide what is really written. "
        "Type the handle by hand, or copy the address from the browser's address bar.",
    )
