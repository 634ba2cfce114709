"""The archive that X gives an account holder: `data/tweets.js`, with `account.js` and `profile.js` beside it.

Each file is a line of JavaScript, `window.YTD.tweets.part0 = [`, and a JSON array of `{"tweet": …}`, the
status of the API v1.1 with counts as text (README.txt in the archive; field names as read by the archive
tools that are public, such as timhutton/twitter-archive-parser). The tweets do not say whose they are:
`account.js` does, so it must lie beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.accounts import AccountRef
from bot.errors import ImportFileError
from bot.imports.common import Rejected, Row, RowError, Sample, Value, instant_or_none, source_of, web_address
from bot.imports.files import MAX_LINE, ImportFile
from bot.imports.json_rows import read_each
from bot.imports.json_stream import Document
from bot.imports.json_values import decode
from bot.imports.x_v1_posts import account_on_x, v1_post
from bot.imports.x_v1_shapes import V1Status
from bot.store.records import Snapshot

_TWEETS = re.compile(r"window\.YTD\.tweets?\.part\d+\s*=")


class _Tweet(msgspec.Struct, kw_only=True):
    tweet: V1Status


class _Account(msgspec.Struct, kw_only=True, rename="camel"):
    account_id: str
    username: str
    account_display_name: str | None = None
    created_at: str | None = None


class _AccountItem(msgspec.Struct, kw_only=True):
    account: _Account


class _Description(msgspec.Struct, kw_only=True):
    bio: str | None = None
    website: str | None = None
    location: str | None = None


class _Profile(msgspec.Struct, kw_only=True):
    description: _Description


class _ProfileItem(msgspec.Struct, kw_only=True):
    profile: _Profile


_tweet = msgspec.json.Decoder(_Tweet)
_flat = msgspec.json.Decoder(V1Status)
_accounts = msgspec.json.Decoder(list[_AccountItem])
_profiles = msgspec.json.Decoder(list[_ProfileItem])


class XArchive:
    name = "x_archive"
    title = "X archive (the ZIP, or tweets.js with account.js beside it)"

    def recognises(self, sample: Sample) -> bool:
        return sample.text is not None and _TWEETS.match(sample.text) is not None

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        collected_at = min(file.changed_at, now)
        account = _account(file)
        author = account_on_x(account.account_id, account.username)
        if author is None or author.platform_id is None:
            raise ImportFileError(file.path, "account.js beside it names no account of X.")
        yield Row(line=1, snapshots=(_snapshot(file, author, account, collected_at=collected_at, now=now),))

        def read(value: Value) -> Row:
            status = _status(value)
            post = v1_post(status, author, collected_at=collected_at, now=now)
            return Row(line=value.line, posts=(post,))

        yield from read_each(Document(file, start=b"=").elements(), read)


def _status(value: Value) -> V1Status:
    # Before 2020 the array held the tweets themselves.
    if b'"tweet"' in value.text[:40]:
        return decode(_tweet, value.text).tweet
    return decode(_flat, value.text)


def _account(file: ImportFile) -> _Account:
    text = _companion(file, "account.js")
    if text is None:
        reason = (
            "the file does not say whose posts it holds; import the archive's ZIP, or keep account.js "
            "beside it."
        )
        raise ImportFileError(file.path, reason)
    try:
        accounts = decode(_accounts, text)
    except RowError as error:
        raise ImportFileError(file.path, f"account.js beside it: {error}.") from None
    if len(accounts) != 1:
        raise ImportFileError(file.path, "account.js beside it does not name exactly one account.")
    return accounts[0].account


def _snapshot(
    file: ImportFile, author: AccountRef, account: _Account, *, collected_at: datetime, now: datetime
) -> Snapshot:
    """Return the profile. The archive lists followers in another file; their number is not read."""
    said = _Description()
    text = _companion(file, "profile.js")
    if text is not None:
        try:
            profiles = decode(_profiles, text)
            said = profiles[0].profile.description if profiles else said
        except RowError:
            # The posts are worth having without it.
            pass
    return Snapshot(
        account=author,
        taken_at=collected_at,
        source=source_of(XArchive.name),
        display_name=account.account_display_name,
        bio=said.bio,
        profile_link=web_address(said.website),
        location=said.location or None,
        created_at=instant_or_none(account.created_at, now=now),
    )


def _companion(file: ImportFile, name: str) -> bytes | None:
    other = file.beside(name)
    if other is None:
        return None
    with other:
        other.rewind()
        return other.read(MAX_LINE).partition(b"=")[2].strip()
