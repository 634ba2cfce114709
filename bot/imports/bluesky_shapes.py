"""The parts of Bluesky's JSON (app.bsky lexicons) that Masthead reads."""

from __future__ import annotations

from typing import Annotated

import msgspec

from bot.imports.common import MAX_COUNT

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)] | None


class Profile(msgspec.Struct, kw_only=True, rename="camel"):
    """A profile; the short form that stands beside posts has neither counts nor description."""

    did: str
    handle: str | None = None
    display_name: str | None = None
    description: str | None = None
    created_at: str | None = None
    followers_count: Count = None
    follows_count: Count = None
    posts_count: Count = None


class Span(msgspec.Struct, kw_only=True, rename="camel"):
    """Offsets into the UTF-8 bytes of the text."""

    byte_start: int
    byte_end: int


class Feature(msgspec.Struct, kw_only=True):
    """What a facet marks: an account (`did`) or an address (`uri`); tags have neither."""

    did: str | None = None
    uri: str | None = None


class Facet(msgspec.Struct, kw_only=True):
    index: Span
    features: list[Feature]


class Ref(msgspec.Struct, kw_only=True):
    uri: str


class Reply(msgspec.Struct, kw_only=True):
    parent: Ref


class Record(msgspec.Struct, kw_only=True, rename="camel"):
    """What the author signed. `embed` has many kinds, also unknown ones, and is read apart."""

    kind: str | None = msgspec.field(name="$type", default=None)
    text: str
    created_at: str | None = None
    langs: list[str] | None = None
    facets: list[Facet] | None = None
    reply: Reply | None = None
    embed: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


class PostView(msgspec.Struct, kw_only=True, rename="camel"):
    uri: str
    author: Profile
    record: Record
    indexed_at: str | None = None
    like_count: Count = None
    repost_count: Count = None
    reply_count: Count = None
    quote_count: Count = None


class Reason(msgspec.Struct, kw_only=True, rename="camel"):
    """Why an item stands in a feed: a repost has `by`, a pinned post has not."""

    by: Profile | None = None
    indexed_at: str | None = None


class Item(msgspec.Struct, kw_only=True):
    post: PostView
    reason: Reason | None = None


class SignedPost(msgspec.Struct, kw_only=True):
    """A post as it lies in its author's repository."""

    uri: str
    value: Record


class Thread(msgspec.Struct, kw_only=True):
    """A post with what it answers and what answers it; one that is gone has no `post`."""

    post: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    parent: Thread | None = None
    replies: list[Thread] | None = None


class Page(msgspec.Struct, kw_only=True):
    """An answer of the API that holds several things."""

    feed: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None
    profiles: list[msgspec.Raw] | None = None
    records: list[msgspec.Raw] | None = None
    thread: Thread | None = None


class External(msgspec.Struct, kw_only=True):
    uri: str | None = None


class Quoted(msgspec.Struct, kw_only=True):
    """A reference, or in a quote with media something that holds one."""

    uri: str | None = None
    record: Ref | None = None


class Embed(msgspec.Struct, kw_only=True):
    """Everything that the known kinds of embed hold, in one."""

    images: list[msgspec.Raw] | None = None
    video: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    external: External | None = None
    record: Quoted | None = None
    media: Embed | None = None
