"""Bluesky: what `getAuthorFeed` and its neighbours answer.

Read are feed pages (`feed`), pages of posts (`posts`) and of profiles (`profiles`), and single items; one
JSON value a file, an array of them, or one a line. Identity is the DID. A repost has no id of its own in
these answers, so its id here is made of who reposted what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.imports.bluesky_shapes import Embed, Facet, Item, Page, PostView, Profile, Reason, Record
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    Value,
    account_id_on,
    handle_on,
    instant_or_none,
    quoted,
    web_address,
)
from bot.imports.files import ImportFile
from bot.imports.json_values import decode, elements, located, values
from bot.store.records import Counts, Post, PostKind, Snapshot

_page = msgspec.json.Decoder(Page)
_item = msgspec.json.Decoder(Item)
_post_view = msgspec.json.Decoder(PostView)
_profile = msgspec.json.Decoder(Profile)
_embed = msgspec.json.Decoder(Embed)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])

_POST_URI = re.compile(r"at://(did:[^/]+)/app\.bsky\.feed\.post/([^/]+)")
_LISTS = ("feed", "posts", "profiles")
_COUNTS = frozenset({"followersCount", "followsCount", "postsCount"})
# How many profiles are remembered so that an author of many posts is recorded once.
_REMEMBERED = 50_000


class Bluesky:
    name = "bluesky"
    title = "Bluesky author feeds, as getAuthorFeed answers (a whole file, or one page per line)"

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
        if "did" in keys and _COUNTS & keys.keys():
            return Row(line=line, snapshots=self._snapshots(decode(_profile, piece)))
        if any(name in keys for name in _LISTS):
            return Row(line=line)
        raise RowError("neither a post nor a profile of Bluesky")

    def _read(self, view: PostView, reason: Reason | None, *, line: int) -> Row:
        post = _post(view, collected_at=self._collected_at, now=self._now)
        author = view.author
        if reason is not None and reason.by is not None:
            post = _repost(post, reason, by=reason.by, now=self._now)
            author = reason.by
        return Row(line=line, snapshots=self._snapshots(author), posts=(post,))

    def _snapshots(self, profile: Profile) -> tuple[Snapshot, ...]:
        if profile.did in self._profiles:
            return ()
        if len(self._profiles) >= _REMEMBERED:
            self._profiles.clear()
        self._profiles.add(profile.did)
        snapshot = Snapshot(
            account=_account(profile),
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
    if {"uri", "author", "record"} <= keys.keys():
        return bytes(keys["uri"]).startswith(b'"at://')
    return "did" in keys and bool(_COUNTS & keys.keys())


def _pieces(page: Page) -> list[msgspec.Raw]:
    return [*(page.feed or ()), *(page.posts or ()), *(page.profiles or ())]


def _account(profile: Profile) -> AccountRef:
    did = account_id_on(Platform.BLUESKY, profile.did)
    if did is None:
        raise RowError(f"{quoted(profile.did)} is no DID")
    handle = handle_on(Platform.BLUESKY, profile.handle) if profile.handle else None
    return AccountRef(platform=Platform.BLUESKY, handle=handle, platform_id=did)


def _post(view: PostView, *, collected_at: datetime, now: datetime) -> Post:
    uri = _POST_URI.fullmatch(view.uri)
    if uri is None:
        raise RowError(f"{quoted(view.uri)} is not the address of a post")
    record = view.record
    embed = _embedded(record)
    quoted_uri = _quoted(embed)
    kind = PostKind.REPLY if record.reply else PostKind.QUOTE if quoted_uri else PostKind.ORIGINAL
    return Post(
        platform=Platform.BLUESKY,
        post_id=view.uri,
        author=_account(view.author),
        created_at=_created(view, now=now),
        kind=kind,
        text=record.text,
        counts=Counts(
            likes=view.like_count,
            reposts=view.repost_count,
            replies=view.reply_count,
            quotes=view.quote_count,
        ),
        counts_at=collected_at,
        language=record.langs[0] if record.langs else None,
        links=_links(record, embed),
        # Facets decide: an "@name" that Bluesky did not mark leads nowhere.
        mentions=_mentions(record),
        media=_media(embed) or _media(embed.media if embed else None),
        refers_to=record.reply.parent.uri if record.reply else quoted_uri,
        url=f"https://bsky.app/profile/{uri[1]}/post/{uri[2]}",
    )


def _repost(post: Post, reason: Reason, *, by: Profile, now: datetime) -> Post:
    """Return the repost of a post: its counts are the original's, so they are not the reposter's."""
    reposted_at = instant_or_none(reason.indexed_at, now=now)
    if reposted_at is None:
        raise RowError("a repost without a date")
    author = _account(by)
    return replace(
        post,
        post_id=f"repost:{author.platform_id}:{post.post_id}",
        author=author,
        created_at=reposted_at,
        kind=PostKind.REPOST,
        counts=Counts(),
        refers_to=post.post_id,
    )


def _created(view: PostView, *, now: datetime) -> datetime:
    """Return when it was published. The author's program writes that date, so it may be missing or ahead."""
    indexed = instant_or_none(view.indexed_at, now=now)
    written = instant_or_none(view.record.created_at, now=now)
    if written is None and indexed is None:
        raise RowError("a post without a usable date")
    return min(moment for moment in (written, indexed) if moment is not None)


def _embedded(record: Record) -> Embed | None:
    if record.embed is msgspec.UNSET:
        return None
    try:
        return decode(_embed, record.embed)
    except RowError:
        # Any program may write any embed; the post is worth keeping without it.
        return None


def _quoted(embed: Embed | None) -> str | None:
    """Return the quoted post; lists, feeds and starter packs are embedded in the same way."""
    if embed is None or embed.record is None:
        return None
    uri = embed.record.uri or (embed.record.record.uri if embed.record.record else None)
    return uri if uri is not None and _POST_URI.fullmatch(uri) else None


def _links(record: Record, embed: Embed | None) -> tuple[str, ...]:
    found = [feature.uri for facet in record.facets or () for feature in facet.features]
    parts = (embed, embed.media if embed else None)
    found += [part.external.uri for part in parts if part is not None and part.external is not None]
    addresses = (web_address(uri) for uri in found)
    return tuple(dict.fromkeys(address for address in addresses if address is not None))


def _mentions(record: Record) -> tuple[str, ...]:
    text = record.text.encode()
    found = (
        _mentioned(text, facet, did=feature.did)
        for facet in record.facets or ()
        for feature in facet.features
        if feature.did is not None
    )
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _mentioned(text: bytes, facet: Facet, *, did: str) -> str | None:
    """Return the handle that the marked bytes spell, or the DID where they spell none."""
    start, end = facet.index.byte_start, facet.index.byte_end
    shown = text[start:end].decode(errors="replace") if 0 <= start < end else ""
    return handle_on(Platform.BLUESKY, shown) or account_id_on(Platform.BLUESKY, did)


def _media(embed: Embed | None) -> tuple[str, ...]:
    if embed is None:
        return ()
    return ("photo",) * len(embed.images or ()) + (("video",) if embed.video is not msgspec.UNSET else ())
