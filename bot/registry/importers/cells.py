"""One cell of a public list: an account, several, or a reason why not. Never a guess at a lost id."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform, PostRef
from bot.accounts.handles import canonical_id
from bot.accounts.match import match_url
from bot.accounts.platforms import RULES
from bot.accounts.results import Refused
from bot.accounts.urls import split_url
from bot.text.inert import quoted

# What an account's name stands behind, so that a bare cell is read as the address it was cut from.
ADDRESSES = {
    Platform.X: "https://x.com/",
    Platform.FACEBOOK: "https://www.facebook.com/",
    Platform.YOUTUBE: "https://www.youtube.com/",
    Platform.INSTAGRAM: "https://www.instagram.com/",
    Platform.TIKTOK: "https://www.tiktok.com/@",
    Platform.TELEGRAM: "https://t.me/",
    Platform.THREADS: "https://www.threads.com/@",
    Platform.VK: "https://vk.com/",
}

# Where a lasting id cannot be taken for a handle.
IDS_STAND_ALONE = frozenset({Platform.YOUTUBE, Platform.TIKTOK, Platform.FACEBOOK})

# A spreadsheet turned a long number into one of these; the last digits are gone.
_ROUNDED = re.compile(r"(?:.*/)?(?:\d(?:[.,]\d+)?e\+\d+|\d{4,}0{8,})", re.IGNORECASE)

# Facebook pages without a name of their own: title, then the lasting number, with or without a hyphen.
_TITLE_AND_NUMBER = re.compile(r"\D*\D(\d{14,17})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a cell names. `doubtful` where the reading is right but weaker than a plain handle."""

    accounts: tuple[AccountRef, ...] = ()
    reasons: tuple[str, ...] = ()
    doubtful: bool = False


def read_cell(platform: Platform, text: str) -> Cell:
    """Read one cell of a column of `platform`; each line of it is read apart."""
    lines = [line for line in (part.strip() for part in text.splitlines()) if line]
    accounts: list[AccountRef] = []
    reasons: list[str] = []
    doubtful = len(lines) > 1
    for line in lines:
        match _account(platform, line):
            case AccountRef() as account:
                accounts.append(account)
                doubtful |= _is_doubtful(platform, line, account)
            case reason:
                reasons.append(reason)
    return Cell(accounts=tuple(dict.fromkeys(accounts)), reasons=tuple(reasons), doubtful=doubtful)


def _account(platform: Platform, line: str) -> AccountRef | str:
    if "parody" in line.lower().split():
        return f"{quoted(line)} says that the account is a parody; it names none"
    if _ROUNDED.fullmatch(line):
        return f"{quoted(line)} is a number that a spreadsheet rounded; the id is lost"
    bare = line.rstrip("/\\")
    platform_id = canonical_id(platform, bare) if platform in IDS_STAND_ALONE else None
    if platform_id is not None:
        return AccountRef(platform=platform, platform_id=platform_id)
    url = split_url(bare if "://" in bare else ADDRESSES[platform] + bare.removeprefix("@"))
    reference = match_url(url).reference if url is not None else None
    account = reference.author if isinstance(reference, PostRef) else reference
    if isinstance(account, AccountRef) and account.platform is platform:
        return account
    if platform is Platform.FACEBOOK and (found := _TITLE_AND_NUMBER.fullmatch(bare)):
        return AccountRef(platform=platform, platform_id=found[1])
    accepts = RULES[platform].accepts
    if isinstance(reference, Refused) or account is None or url is None:
        return f"{quoted(line)} is no {RULES[platform].name} account ({accepts})"
    return f"{quoted(line)} does not lead to {RULES[platform].name}"


def _is_doubtful(platform: Platform, line: str, account: AccountRef) -> bool:
    """A title in front of a number may be out of date; an old YouTube address need not be the handle."""
    if platform is Platform.FACEBOOK:
        return account.platform_id is not None and not line.isdigit() and "profile.php" not in line
    if platform is Platform.YOUTUBE and account.platform_id is None:
        return "@" not in line
    return False
