"""The parts of X API v2 JSON that Masthead reads, in the names of before and after 2025.

X renamed tweets to posts field by field; files hold either name, sometimes both in one file.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from bot.imports.common import MAX_COUNT

Count = Annotated[int, msgspec.Meta(ge=0, le=MAX_COUNT)] | None


class PostMetrics(msgspec.Struct, kw_only=True):
    like_count: Count = None
    retweet_count: Count = None
    repost_count: Count = None
    reply_count: Count = None
    quote_count: Count = None
    impression_count: Count = None


class UserMetrics(msgspec.Struct, kw_only=True):
    followers_count: Count = None
    following_count: Count = None
    tweet_count: Count = None
    post_count: Count = None


class Url(msgspec.Struct, kw_only=True):
    url: str | None = None
    expanded_url: str | None = None
    unwound_url: str | None = None
    display_url: str | None = None
    # Set where the address is that of the post's own picture or video.
    media_key: str | None = None


class UrlList(msgspec.Struct, kw_only=True):
    urls: list[Url] | None = None


class UserEntities(msgspec.Struct, kw_only=True):
    url: UrlList | None = None


class User(msgspec.Struct, kw_only=True):
    """A profile. Mentions in flattened files carry one too, without `id` when the account is gone."""

    id: str | None = None
    username: str | None = None
    name: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    created_at: str | None = None
    entities: UserEntities | None = None
    public_metrics: UserMetrics | None = None
    verified: bool | None = None
    verified_type: str | None = None


class Entities(msgspec.Struct, kw_only=True):
    mentions: list[User] | None = None
    urls: list[Url] | None = None


class Media(msgspec.Struct, kw_only=True):
    media_key: str | None = None
    type: str | None = None


class Attachments(msgspec.Struct, kw_only=True):
    media_keys: list[str] | None = None
    # Inlined in flattened files.
    media: list[Media] | None = None


class Note(msgspec.Struct, kw_only=True):
    """The whole text of a post beyond 280 characters."""

    text: str | None = None
    entities: Entities | None = None


class Tweet(msgspec.Struct, kw_only=True):
    """A post, or a reference to one (`type` and `id`), which flattened files complete to a whole post."""

    id: str | None = None
    type: str | None = None
    text: str | None = None
    author_id: str | None = None
    created_at: str | None = None
    lang: str | None = None
    public_metrics: PostMetrics | None = None
    referenced_tweets: list[Tweet] | None = None
    referenced_posts: list[Tweet] | None = None
    edit_history_tweet_ids: list[str] | None = None
    edit_history_post_ids: list[str] | None = None
    entities: Entities | None = None
    attachments: Attachments | None = None
    note_tweet: Note | None = None
    note_post: Note | None = None
    # Inlined in flattened files.
    author: User | None = None
    in_reply_to_user: User | None = None


class Includes(msgspec.Struct, kw_only=True):
    users: list[msgspec.Raw] | None = None
    tweets: list[msgspec.Raw] | None = None
    posts: list[msgspec.Raw] | None = None
    media: list[msgspec.Raw] | None = None


class Collected(msgspec.Struct, kw_only=True):
    """What twarc notes beside the data."""

    retrieved_at: str | None = None


class Line(Tweet, kw_only=True):
    """One line: a post of a flattened file, or a page of the API."""

    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    includes: Includes | None = None
    errors: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    meta: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    twarc: Collected | None = msgspec.field(name="__twarc", default=None)

    @property
    def is_page(self) -> bool:
        unset = msgspec.UNSET
        return self.data is not unset or self.errors is not unset or self.meta is not unset
