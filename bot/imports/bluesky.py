"""Bluesky: what `getAuthorFeed` and its neighbours answer.

Read are pages of feeds, posts, profiles and signed records, threads, and single ones of each; one JSON
value a file, an array of them, or one a line. Identity is the DID. A repost has no id of its own in these
answers, so its id here is made of who reposted what.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.imports.bluesky_posts import POST_TYPE, POST_URI, account_of, post_of, repost_of, view_of
from bot.imports.bluesky_shapes import Item, Page, PostView, Profile, Reason, Record, SignedPost, Thread
from bot.imports.common import Rejected, Row, RowError, Sample, Value, instant_or_none
from bot.imports.files import ImportFile
from bot.imports.json_values import decode, elements, located, values
from bot.store.records import Snapshot

_page = msgspec.json.Decoder(Page)
_item = msgspec.json.Decoder(Item)
_post_view = msgspec.json.Decoder(PostView)
_record = msgspec.json.Decoder(Record)
_signed = msgspec.json.Decoder(SignedPost)
_profile = msgspec.json.Decoder(Profile)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])

_LISTS = ("feed", "posts", "profiles", "records", "thread")
_COUNTS = frozenset({"followersCount", "followsCount", "postsCount"})
# How many profiles are remembered so that an author of many posts is recorded once.
_REMEMBERED = 50_000


class Bluesky:
    name = "bluesky"
    title = "Bluesky feeds (as getAuthorFeed answers: a whole file, or one page per line)"

    def recognises(self, sample: Sample) -> bool:
        if sample.json is None:
            return False
        try:
            keys = decode(_keys, sample.json.text)
            if not any(name in keys for name in _LISTS):
                return _is_single(keys)
            pieces = _pieces(decode(_page, sample.json.text))
            return not pieces or _is_single(decode(_keys, pieces[0]))
        except RowError:
            return False

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        for value in values(file):
            if isinstance(value, Rejected):
                yield value
                continue
            try:
                for element in elements(value):
                    yield from reader.rows(element)
            except RowError as error:
                yield Rejected(line=value.line, reason=str(error))


class _Reader:
    """Turns answers into rows; remembers profiles so that a repeated one is yielded once."""

    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self._collected_at = collected_at
        self._now = now
        self._profiles: set[str] = set()

    def rows(self, value: Value) -> Iterator[Row | Rejected]:
        try:
            pieces = _pieces(decode(_page, value.text)) or [msgspec.Raw(value.text)]
        except RowError as error:
            yield Rejected(line=value.line, reason=str(error))
            return
        for line, piece in located(value, pieces):
            try:
                yield self._row(piece, line=line)
            except RowError as error:
                yield Rejected(line=line, reason=str(error))

    def _row(self, piece: msgspec.Raw, *, line: int) -> Row:
        keys = decode(_keys, piece)
        if "post" in keys:
            item = decode(_item, piece)
            return self._read(item.post, item.reason, line=line)
        if "record" in keys:
            return self._read(decode(_post_view, piece), None, line=line)
        if "value" in keys:
            view = view_of(decode(_signed, piece))
            return Row(line=line, posts=(post_of(view, collected_at=self._collected_at, now=self._now),))
        if "did" in keys and _COUNTS & keys.keys():
            return Row(line=line, snapshots=self._snapshots(decode(_profile, piece)))
        if any(name in keys for name in _LISTS):
            return Row(line=line)
        raise RowError("neither a post nor a profile of Bluesky")

    def _read(self, view: PostView, reason: Reason | None, *, line: int) -> Row:
        post = post_of(view, collected_at=self._collected_at, now=self._now)
        author = view.author
        if reason is not None and reason.by is not None:
            post = repost_of(post, reason, by=reason.by, now=self._now)
            author = reason.by
        return Row(line=line, snapshots=self._snapshots(author), posts=(post,))

    def _snapshots(self, profile: Profile) -> tuple[Snapshot, ...]:
        if profile.did in self._profiles:
            return ()
        if len(self._profiles) >= _REMEMBERED:
            self._profiles.clear()
        self._profiles.add(profile.did)
        snapshot = Snapshot(
            account=account_of(profile),
            taken_at=self._collected_at,
            source="import:bluesky",
            display_name=profile.display_name,
            bio=profile.description,
            created_at=instant_or_none(profile.created_at, now=self._now),
            followers=profile.followers_count,
            following=profile.follows_count,
            posts=profile.posts_count,
        )
        return (snapshot,)


def _is_single(keys: dict[str, msgspec.Raw]) -> bool:
    """Tell a feed item, a post or a profile by its keys."""
    if "post" in keys:
        return bytes(keys["post"]).startswith(b"{") and _is_single(decode(_keys, keys["post"]))
    if {"uri", "author", "record"} <= keys.keys() or {"uri", "value"} <= keys.keys():
        record = decode(_record, keys.get("value", keys.get("record", msgspec.Raw(b"{}"))))
        if record.kind not in {None, POST_TYPE}:
            return False
        return POST_URI.fullmatch(bytes(keys["uri"]).decode(errors="replace").strip('"')) is not None
    return "did" in keys and bool(_COUNTS & keys.keys())


def _pieces(page: Page) -> list[msgspec.Raw]:
    lists = (page.feed, page.posts, page.profiles, page.records)
    return [*(piece for each in lists for piece in each or ()), *_in_thread(page.thread)]


def _in_thread(thread: Thread | None) -> Iterator[msgspec.Raw]:
    """Yield the posts of a thread: those above it first. Blocked and deleted ones have none."""
    if thread is None:
        return
    above: list[msgspec.Raw] = []
    parent = thread.parent
    while parent is not None:
        above += [] if parent.post is msgspec.UNSET else [parent.post]
        parent = parent.parent
    yield from reversed(above)
    waiting = [thread]
    while waiting:
        each = waiting.pop()
        if each.post is not msgspec.UNSET:
            yield each.post
        waiting += reversed(each.replies or ())
