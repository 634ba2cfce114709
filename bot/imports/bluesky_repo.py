"""Bluesky repositories: the CAR file that com.atproto.sync.getRepo gives of one account.

A repository holds what its account wrote and did: posts, reposts, whom it follows, its profile. It holds no
counts, no handle and nothing of others; the account is known by its DID. Records lie in any order, and the
tree that names them lies among them, so the file is read twice. Formats: atproto.com/specs/repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ImportFileError
from bot.imports.bluesky_posts import POST_URI, account_of, post_of, view_of
from bot.imports.bluesky_shapes import Profile, SignedPost
from bot.imports.car_blocks import Block, blocks, decoded, root_of
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    instant,
    instant_or_none,
    source_of,
)
from bot.imports.files import ImportFile
from bot.imports.json_values import decode
from bot.store.follows import Follow, FollowList
from bot.store.records import Post, PostKind, Snapshot
from bot.text.inert import quoted

_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
_FOLLOW, _PROFILE = "app.bsky.graph.follow", "app.bsky.actor.profile"
_READ = tuple(f"{kind}/".encode() for kind in (_POST, _REPOST, _FOLLOW, _PROFILE))
# A node of the tree is a map of two members whose first is "e", its entries.
_NODE = b"\xa2ae"
# Some 200 bytes each are held while a file is read.
MAX_RECORDS = 1_000_000


class _Subject(msgspec.Struct, kw_only=True):
    uri: str


class _Repost(msgspec.Struct, kw_only=True, rename="camel"):
    subject: _Subject
    created_at: str


class _Followed(msgspec.Struct, kw_only=True, rename="camel"):
    subject: str
    created_at: str | None = None


class _Said(msgspec.Struct, kw_only=True, rename="camel"):
    display_name: str | None = None
    description: str | None = None
    created_at: str | None = None


S = TypeVar("S", bound=msgspec.Struct)

_signed = msgspec.json.Decoder(SignedPost)


class BlueskyRepo:
    name = "bluesky_repo"
    title = "Bluesky repository as CAR (of com.atproto.sync.getRepo)"

    def recognises(self, sample: Sample) -> bool:
        return sample.is_car

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        if not file.is_car:
            raise ImportFileError(file.path, "this is no CAR file.")
        did, keys = _contents(file)
        reader = _Reader(did, collected_at=min(file.changed_at, now), now=now)
        root_of(file)
        for block in blocks(file):
            key = keys.get(block.cid)
            if key is None:
                continue
            try:
                yield reader.row(block, *key.split("/", 1))
            except RowError as error:
                yield Rejected(line=block.number, reason=f"record {quoted(key)}: {error}")


def _contents(file: ImportFile) -> tuple[AccountRef, dict[bytes, str]]:
    """Return whose repository it is, and the name of each record that is read, by its CID."""
    root = root_of(file)
    account: AccountRef | None = None
    keys: dict[bytes, str] = {}
    for block in blocks(file):
        try:
            if block.cid == root:
                did = decoded(block.data).get("did")
                platform_id = account_id_on(Platform.BLUESKY, did) if isinstance(did, str) else None
                if platform_id is not None:
                    account = AccountRef(platform=Platform.BLUESKY, platform_id=platform_id)
            elif block.data.startswith(_NODE):
                keys.update(_entries(decoded(block.data)))
        except RowError as error:
            raise ImportFileError(file.path, f"{error}.", line=block.number) from None
        if len(keys) > MAX_RECORDS:
            raise ImportFileError(file.path, f"the repository holds more than {MAX_RECORDS:,} records.")
    if account is None:
        raise ImportFileError(file.path, "the CAR file does not say whose repository it is.")
    return account, keys


def _entries(node: dict[str, Any]) -> Iterator[tuple[bytes, str]]:
    """Yield CID and name of a node's records; each name is written as what differs from the one before."""
    key = b""
    entries = node.get("e")
    if not isinstance(entries, list):
        raise RowError("a node of the tree without entries")
    for entry in entries:  # pyright: ignore[reportUnknownVariableType]  # read with care below
        if not isinstance(entry, dict):
            raise RowError("a node of the tree with an entry that is none")
        shared, rest, cid = entry.get("p"), entry.get("k"), entry.get("v")  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]  # as above
        if not isinstance(shared, int) or not isinstance(rest, bytes) or not isinstance(cid, bytes):
            raise RowError("a node of the tree with an entry that is none")
        key = key[:shared] + rest
        if key.startswith(_READ) and len(key) < 1_024:
            yield cid, key.decode("ascii", errors="replace")


class _Reader:
    def __init__(self, account: AccountRef, *, collected_at: datetime, now: datetime) -> None:
        self._account = account
        self._did = account.platform_id or ""
        self._collected_at = collected_at
        self._now = now

    def row(self, block: Block, collection: str, name: str) -> Row:
        record = decoded(block.data)
        if collection == _POST:
            return Row(line=block.number, posts=(self._post(record, name),))
        if collection == _REPOST:
            return Row(line=block.number, posts=(self._repost(record),))
        if collection == _FOLLOW:
            return Row(line=block.number, follows=(self._follow(record),))
        return Row(line=block.number, snapshots=(self._snapshot(record),))

    def _post(self, record: dict[str, Any], name: str) -> Post:
        # The lexicon is the same as in JSON, where the pieces of a post are read already.
        try:
            text = msgspec.json.encode({"uri": f"at://{self._did}/{_POST}/{name}", "value": record})
        except (TypeError, ValueError, RecursionError):
            raise RowError("it cannot be read as JSON") from None
        signed = decode(_signed, text)
        return post_of(view_of(signed), collected_at=self._collected_at, now=self._now)

    def _repost(self, record: dict[str, Any]) -> Post:
        found = _converted(record, _Repost)
        if POST_URI.fullmatch(found.subject.uri) is None:
            raise RowError(f"{quoted(found.subject.uri)} is not the address of a post")
        return Post(
            platform=Platform.BLUESKY,
            # As in feeds, where a repost has no address of its own.
            post_id=f"repost:{self._did}:{found.subject.uri}",
            author=self._account,
            created_at=instant(found.created_at, now=self._now),
            kind=PostKind.REPOST,
            # The repository of whoever reposts does not hold the text.
            text="",
            counts_at=self._collected_at,
            refers_to=found.subject.uri,
        )

    def _follow(self, record: dict[str, Any]) -> Follow:
        found = _converted(record, _Followed)
        return Follow(
            account=account_of(Profile(did=found.subject)),
            follower=self._account,
            listed_in=FollowList.FOLLOWS,
            source=source_of(BlueskyRepo.name),
            seen_at=self._collected_at,
        )

    def _snapshot(self, record: dict[str, Any]) -> Snapshot:
        found = _converted(record, _Said)
        return Snapshot(
            account=self._account,
            taken_at=self._collected_at,
            source=source_of(BlueskyRepo.name),
            display_name=found.display_name,
            bio=found.description,
            created_at=instant_or_none(found.created_at, now=self._now),
        )


def _converted(record: dict[str, Any], shape: type[S]) -> S:
    try:
        return msgspec.convert(record, shape)
    except msgspec.ValidationError as error:
        raise RowError(f"not of the expected shape: {str(error)[:200]}") from None
