"""What a sweep looks for, and in which posts: plain values that can be named, saved and repeated."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec


class Method(StrEnum):
    """What two posts of different accounts share. Each is a network of its own; they are never mixed."""

    IDENTICAL_TEXT = "identical-text"
    SIMILAR_TEXT = "similar-text"
    SAME_LINK = "same-link"
    SAME_HASHTAGS = "same-hashtags"
    SAME_IMAGE = "same-image"
    SAME_REPOST = "same-repost"
    FAST_REPOST = "fast-repost"
    SAME_REPLY = "same-reply"


DESCRIPTIONS: dict[Method, str] = {
    Method.IDENTICAL_TEXT: "the same text, but for mentions, links, case and spaces",
    Method.SIMILAR_TEXT: "texts whose sets of words resemble each other (exact Jaccard)",
    Method.SAME_LINK: "a link to the same page",
    Method.SAME_HASHTAGS: "the same hashtags in the same order",
    Method.SAME_IMAGE: "a picture that their sources name alike",
    Method.SAME_REPOST: "a repost of the same post",
    Method.FAST_REPOST: "a repost of the same post, each soon after it was published",
    Method.SAME_REPLY: "a reply to the same post",
}

# What a sweep says where no post has what its method compares.
LACKING: dict[Method, str] = {
    Method.IDENTICAL_TEXT: "no post has a text that is long enough; `--short-texts` takes short ones too",
    Method.SIMILAR_TEXT: "no post has a text of 5 words, or 20 characters of Chinese, Japanese or Thai",
    Method.SAME_LINK: "no post holds a link",
    Method.SAME_HASHTAGS: "no post has so many hashtags",
    Method.SAME_IMAGE: (
        "nothing is held that tells one picture from another. Exports of Bluesky and X name their pictures, "
        "and a CSV file may have a column `image_hashes`; import them again if they were imported before "
        "Masthead kept these names. It downloads and looks at no picture"
    ),
    Method.SAME_REPOST: "no post is a repost that says of what",
    Method.FAST_REPOST: "no post is a repost of a held one, made so soon after it",
    Method.SAME_REPLY: "no post is a reply that says to what",
}

Seconds = Annotated[float, msgspec.Meta(ge=0, le=7 * 86_400)]
Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Recipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that decides which edges a sweep finds.

    `window_s`: two posts coincide when they are at most so far apart, both ends included; None estimates
    it from the data. `min_weight` is on distinct objects, so that one repeated headline is one.
    `similarity` is the Jaccard value of similar text, `fast_s` how soon a fast repost follows, `min_tags`
    how many hashtags make a sequence. `since` and `until` are days (UTC), both included. Empty filters let
    everything through; `watchlist` names one of the bot's lists. `cap` bounds how many posts with one
    object within one window are compared: beyond it a sweep says that its counts are lower bounds.
    """

    method: Method
    window_s: Seconds | None = 60
    min_weight: Annotated[int, msgspec.Meta(ge=1)] = 2
    similarity: Share = 0.8
    fast_s: Seconds = 10
    min_tags: Annotated[int, msgspec.Meta(ge=1)] = 2
    short_texts: bool = False
    since: date | None = None
    until: date | None = None
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    watchlist: str | None = None
    cap: Annotated[int, msgspec.Meta(ge=2)] = 2_000


def to_json(recipe: Recipe) -> bytes:
    """Return the recipe as JSON, as it is saved and printed."""
    return msgspec.json.encode(recipe)


def from_json(raw: bytes | str) -> Recipe:
    """Read what `to_json` wrote. Raises msgspec.ValidationError on anything else."""
    return msgspec.json.decode(raw, type=Recipe)
