"""Accounts of a watchlist as people write them down: one text, a file of them, and the file we write."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from bot.accounts import AccountRef, Platform, account_url, canonical_handle, canonical_id, read_one
from bot.errors import AmbiguousError, InputError, UnknownAccountError
from bot.store.watch_records import Watched

MAX_FILE_BYTES = 1_000_000
TOO_LARGE = "The file has more than 1 MB. Split it, or leave out all columns but the addresses."
COLUMNS = ("platform", "handle", "platform_id", "url")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """What a file names. `refused` are lines that name no account for certain, with the reason."""

    accounts: tuple[AccountRef, ...]
    refused: tuple[tuple[str, str], ...]


def read_account(text: str, *, platform: Platform | None = None) -> AccountRef:
    """Return the account that a text names; a post's author counts. Raises InputError."""
    target = read_one(text, platform=platform).reference
    if isinstance(target, AccountRef):
        return target
    if target.author is None:
        raise UnknownAccountError("This address does not tell who wrote the post. Give the account itself.")
    return target.author


def read_accounts(raw: bytes, *, platform: Platform | None = None) -> ReadFile:
    """Read a file: our own CSV, any CSV whose cells hold addresses, or one account a line.

    Raises InputError for what is no text.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise InputError(TOO_LARGE)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The file is not UTF-8 text (byte {error.start}). Save it as CSV UTF-8, or as plain text with "
            "one account a line."
        ) from error
    refs: list[AccountRef] = []
    refused: list[tuple[str, str]] = []
    lines = text.splitlines()
    if lines and tuple(lines[0].strip().split(",")) == COLUMNS:
        for row in csv.DictReader(io.StringIO(text)):
            _own_row(row, refs=refs, refused=refused)
    else:
        for line in lines:
            if line.strip() and not line.lstrip().startswith("#"):
                _line(line.strip(), platform, refs=refs, refused=refused)
    return ReadFile(accounts=tuple(dict.fromkeys(refs)), refused=tuple(refused))


def write_accounts(items: Iterable[Watched]) -> bytes:
    """Return accounts as CSV that `read_accounts` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items:
        ref = item.ref
        writer.writerow((ref.platform.value, ref.handle or "", ref.platform_id or "", _address(ref)))
    return text.getvalue().encode()


def _own_row(row: dict[str, str], *, refs: list[AccountRef], refused: list[tuple[str, str]]) -> None:
    name = row.get("handle") or row.get("platform_id") or ""
    try:
        platform = Platform(row.get("platform") or "")
    except ValueError:
        refused.append((name, "unknown platform"))
        return
    handle = canonical_handle(platform, row.get("handle") or "")
    number = canonical_id(platform, row.get("platform_id") or "")
    if handle is None and number is None:
        refused.append((name, "no handle or id of this platform"))
        return
    refs.append(AccountRef(platform=platform, handle=handle, platform_id=number))


def _line(
    line: str, platform: Platform | None, *, refs: list[AccountRef], refused: list[tuple[str, str]]
) -> None:
    try:
        refs.append(read_account(line, platform=platform))
    except AmbiguousError as error:
        names = ", ".join(dict.fromkeys(choice.platform.value for choice in error.choices))
        refused.append((line, f"it may be on {names}: write its address, or name the platform for all"))
    except UnknownAccountError as error:
        refused.append((line, str(error)))


def _address(ref: AccountRef) -> str:
    try:
        return account_url(ref)
    except ValueError:
        return ""
