"""The parts of an X API v1.1 status that Masthead reads.

Field names: X API v1.1 data dictionary, "Tweet object" and "User object"
(developer.x.com/en/docs/x-api/v1/data-dictionary/object-model). The archive that X gives an account holder
writes the same object without `user` and with counts as text; the website's own answers, which browser
tools keep, hold it under `legacy`.
"""

from __future__ import annotations

import msgspec

from bot.imports.json_rows import Digits, Id


class V1Url(msgspec.Struct, kw_only=True):
    url: str | None = None
    expanded_url: str | None = None


class V1Mention(msgspec.Struct, kw_only=True):
    screen_name: str | None = None


class V1Media(msgspec.Struct, kw_only=True):
    id_str: str | None = None
    type: str | None = None


class V1Entities(msgspec.Struct, kw_only=True):
    urls: list[V1Url] | None = None
    user_mentions: list[V1Mention] | None = None
    media: list[V1Media] | None = None


class V1ProfileUrls(msgspec.Struct, kw_only=True):
    urls: list[V1Url] | None = None


class V1ProfileEntities(msgspec.Struct, kw_only=True):
    url: V1ProfileUrls | None = None


class V1User(msgspec.Struct, kw_only=True):
    id_str: str | None = None
    screen_name: str | None = None
    name: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    entities: V1ProfileEntities | None = None
    created_at: str | None = None
    followers_count: Digits = None
    friends_count: Digits = None
    statuses_count: Digits = None
    verified: bool | None = None


class V1Extended(msgspec.Struct, kw_only=True):
    """The whole text of a long post in streams that were made for short ones."""

    full_text: str | None = None
    entities: V1Entities | None = None


class V1Status(msgspec.Struct, kw_only=True):
    id_str: str | None = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    lang: str | None = None
    user: V1User | None = None
    # In place of `user` in the website's answers.
    user_id_str: str | None = None
    favorite_count: Digits = None
    retweet_count: Digits = None
    reply_count: Digits = None
    quote_count: Digits = None
    entities: V1Entities | None = None
    extended_entities: V1Entities | None = None
    extended_tweet: V1Extended | None = None
    retweeted_status: V1Status | None = None
    quoted_status_id_str: str | None = None
    in_reply_to_status_id_str: str | None = None
    id: Id = None
