"""One post of Bluesky, as a post of ours."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.imports.bluesky_shapes import Embed, Facet, PostView, Profile, Reason, Record, SignedPost
from bot.imports.common import RowError, account_id_on, handle_on, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.imports.pictures import of_bluesky
from bot.store.records import Counts, Post, PostKind
from bot.text.inert import quoted

_embed = msgspec.json.Decoder(Embed)

POST_TYPE = "app.bsky.feed.post"
# The record key as its specification bounds it (atproto.com/specs/record-key).
POST_URI = re.compile(
    r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,256})/app\.bsky\.feed\.post/([A-Za-z0-9._:~-]{1,512})"
)


def view_of(signed: SignedPost) -> PostView:
    """Return a post from an author's own repository, which knows neither handle nor counts."""
    if signed.value.kind not in {None, POST_TYPE}:
        raise RowError(f"a record of the kind {quoted(signed.value.kind or '')}, which is no post")
    uri = POST_URI.fullmatch(signed.uri)
    return PostView(uri=signed.uri, author=Profile(did=uri[1] if uri else ""), record=signed.value)


def account_of(profile: Profile) -> AccountRef:
    did = account_id_on(Platform.BLUESKY, profile.did)
    if did is None:
        raise RowError(f"{quoted(profile.did)} is no DID")
    handle = handle_on(Platform.BLUESKY, profile.handle) if profile.handle else None
    return AccountRef(platform=Platform.BLUESKY, handle=handle, platform_id=did)


def post_of(view: PostView, *, collected_at: datetime, now: datetime) -> Post:
    uri = POST_URI.fullmatch(view.uri)
    if uri is None:
        raise RowError(f"{quoted(view.uri)} is not the address of a post")
    record = view.record
    embed = _embedded(record)
    quoted_uri = _quoted(embed)
    kind = PostKind.REPLY if record.reply else PostKind.QUOTE if quoted_uri else PostKind.ORIGINAL
    return Post(
        platform=Platform.BLUESKY,
        post_id=view.uri,
        author=account_of(view.author),
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
        pictures=_pictures(embed),
        refers_to=record.reply.parent.uri if record.reply else quoted_uri,
        url=f"https://bsky.app/profile/{uri[1]}/post/{uri[2]}",
    )


def repost_of(post: Post, reason: Reason, *, by: Profile, now: datetime) -> Post:
    """Return the repost of a post: its counts are the original's, so they are not the reposter's."""
    reposted_at = instant_or_none(reason.indexed_at, now=now)
    if reposted_at is None:
        raise RowError("a repost without a date")
    author = account_of(by)
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
    return uri if uri is not None and POST_URI.fullmatch(uri) else None


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


def _pictures(embed: Embed | None) -> tuple[str, ...]:
    parts = (embed, embed.media if embed else None)
    return of_bluesky(image for part in parts if part is not None for image in part.images or ())
