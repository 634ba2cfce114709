"""What each method takes two posts to share, as expressions over the corpus."""

from __future__ import annotations

from collections.abc import Sequence

from ibis.expr.types import Table

from bot.network.corpus import start_ms
from bot.network.recipe import Method, Recipe
from bot.store.corpus import DAY_MS

REPOST, REPLY = "repost", "reply"


def chosen(posts: Table, recipe: Recipe, *, accounts: Sequence[int] | None = None) -> Table:
    """Return the posts that pass the filters. `accounts` are those of the watchlist; None is everybody."""
    if recipe.since is not None:
        posts = posts.filter(posts["at_ms"] >= start_ms(recipe.since))
    if recipe.until is not None:
        posts = posts.filter(posts["at_ms"] < start_ms(recipe.until) + DAY_MS)
    if recipe.platforms:
        posts = posts.filter(posts["platform"].isin(recipe.platforms))
    if recipe.languages:
        posts = posts.filter(posts["language"].isin(recipe.languages))
    if accounts is not None:
        posts = posts.filter(posts["account"].isin(list(accounts) or [-1]))
    return posts


def objects(posts: Table, recipe: Recipe) -> Table:
    """Return (post, account, at_ms, key): one row for each thing that a post can share with another.

    For similar text the key is the text itself, as it is for identical text: which texts resemble each
    other is `coincidences.similar`'s to find.
    """
    match recipe.method:
        case Method.IDENTICAL_TEXT | Method.SIMILAR_TEXT:
            return _texts(posts, recipe)
        case Method.SAME_LINK:
            return _each(_own(posts), "links")
        case Method.SAME_IMAGE:
            return _each(_own(posts), "images")
        case Method.SAME_HASHTAGS:
            own = _own(posts)
            own = own.filter(own["tags"].length() >= recipe.min_tags)
            return _keyed(own, own["tags"].join(" "))
        case Method.SAME_REPOST:
            reposts = _referring(posts, REPOST)
            return _keyed(reposts, reposts["refers_to"])
        case Method.FAST_REPOST:
            return _fast(posts, recipe)
        case Method.SAME_REPLY:
            replies = _referring(posts, REPLY)
            return _keyed(replies, replies["refers_to"])


def _own(posts: Table) -> Table:
    """Leave out reposts, whose words, links and pictures are somebody else's."""
    return posts.filter(posts["kind"] != REPOST)


def _texts(posts: Table, recipe: Recipe) -> Table:
    own = _own(posts)
    own = own.filter(own["text_key"].notnull())
    # Greetings and lone words agree all the time.
    if not recipe.short_texts:
        own = own.filter(own["tokens"].notnull())
    return _keyed(own, own["text_key"])


def _referring(posts: Table, kind: str) -> Table:
    return posts.filter(posts["kind"] == kind, posts["refers_to"].notnull())


def _fast(posts: Table, recipe: Recipe) -> Table:
    """Keep the reposts of a post that is held, made within the given time of its publication."""
    reposts = _referring(posts, REPOST).select("post", "account", "at_ms", "refers_to")
    originals = posts.select(name=posts["name"], published_ms=posts["at_ms"])
    both = reposts.join(originals, [reposts["refers_to"] == originals["name"]])
    after = both["at_ms"] - both["published_ms"]
    both = both.filter(after >= 0, after <= round(recipe.fast_s * 1000))
    return _keyed(both, both["refers_to"])


def _each(posts: Table, column: str) -> Table:
    held = posts.filter(posts[column].length() > 0)
    # A post that names one page twice shares it once.
    return held.select("post", "account", "at_ms", key=held[column].unnest()).distinct()


def _keyed(posts: Table, key: object) -> Table:
    return posts.select("post", "account", "at_ms", key=key)
