"""Whether a platform could have given a handle, in which spelling, and when two are the same account's."""

from __future__ import annotations

import unicodedata

from bot.accounts.characters import foreign_letters, has_invisible, typed
from bot.accounts.platforms import RULES
from bot.accounts.refs import AccountRef, Platform
from bot.accounts.rules import Rules

# Longer than any handle (a host name of 253 characters behind a fediverse user of 128).
_MAX_TEXT = 400


def canonical_handle(platform: Platform, handle: str) -> str | None:
    """Return the handle as `AccountRef` holds it; None where the platform could not have given it.

    One leading `@`, spaces around it, full-width letters and, where the platform ignores it, case are
    evened out. A stable id (`UC…`, a DID, `id1`) is no handle: see `canonical_id`.
    """
    plain = plain_handle(handle)
    if plain is None:
        return None
    rules = RULES[platform]
    canonical = rules.handle(plain)
    return None if canonical is None or canonical in rules.reserved else canonical


def canonical_id(platform: Platform, platform_id: str) -> str | None:
    """Return a stable id as `AccountRef` holds it (VK's `club1` as `-1`); None where it is impossible.

    The fediverse has ids that are addresses of its servers and websites have none: None for both.
    """
    text = platform_id.strip()
    return RULES[platform].account_id(text) if len(text) <= _MAX_TEXT else None


def valid_handle(platform: Platform, handle: str) -> bool:
    return canonical_handle(platform, handle) is not None


def plain_handle(text: str) -> str | None:
    """Normalise a typed handle and drop one leading `@`; None where characters hide in it."""
    if len(text) > _MAX_TEXT or has_invisible(text.strip()):
        return None
    return unicodedata.normalize("NFKC", text).strip().removeprefix("@")


def match_key(account: AccountRef) -> str:
    """Return what is equal for two references that a platform treats as one account's name.

    Facebook ignores dots in names. Weibo does not say whether case counts, so the key ignores it. A
    handle and an id never have the same key: which id a handle belongs to is a fact with a date.
    """
    if account.handle is None:
        return f"{account.platform}:id:{account.platform_id}"
    handle = account.handle
    if account.platform is Platform.FACEBOOK:
        handle = handle.replace(".", "")
    elif account.platform is Platform.WEIBO:
        handle = handle.casefold()
    return f"{account.platform}:{handle}"


def broken_handle(rules: Rules, text: str) -> str:
    """Say why a text is no handle of a platform, what would be, and what to do."""
    handle = text.strip().removeprefix("@")
    shown = typed(handle)
    if unicodedata.normalize("NFKC", handle).lower() in rules.reserved:
        return (
            f"{shown} is a page of {rules.name} itself, not an account. "
            f"Paste the account's own address, such as {rules.example}."
        )
    foreign = foreign_letters(handle)
    look = f" It contains {foreign}, which may pass for a plain letter." if foreign else ""
    length = f" This one has {len(handle)} characters." if len(handle) > 15 else ""
    return (
        f"{shown} cannot be an account on {rules.name}, which accepts {rules.accepts}.{length}{look} "
        f"Check the spelling, or paste the account's address, such as {rules.example}."
    )
