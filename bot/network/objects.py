"""What each method takes two posts to share, as expressions over the corpus."""

from __future__ import annotations

from ibis.expr.types import Table, Value

from bot.network.recipe import Method

REPOST, REPLY = "repost", "reply"


def between(posts: Table, *, start_ms: Value, end_ms: Value) -> Table:
    """Return the posts from `start_ms` on and before `end_ms`."""
    return posts.filter(posts["at_ms"] >= start_ms, posts["at_ms"] < end_ms)


def objects(posts: Table, method: Method, *, short_texts: bool, min_tags: Value, fast_ms: Value) -> Table:
    """Return (post, account, at_ms, key): one row for each thing that a post can share with another.

    For similar text the key is the text itself, as it is for identical text: which texts resemble each
    other is `coincidences.similar`'s to find.
    """
    match method:
        case Method.IDENTICAL_TEXT | Method.SIMILAR_TEXT:
            return _texts(posts, short_texts=short_texts)
        case Method.SAME_LINK:
            return _each(_own(posts), "links")
        case Method.SAME_IMAGE:
            return _each(_own(posts), "images")
        case Method.SAME_HASHTAGS:
            own = _own(posts)
            own = own.filter(own["tags"].length() >= min_tags)
            return _keyed(own, own["tags"].join(" "))
        case Method.SAME_REPOST:
            reposts = _referring(posts, REPOST)
            return _keyed(reposts, reposts["refers_to"])
        case Method.FAST_REPOST:
            return _fast(posts, fast_ms)
        case Method.SAME_REPLY:
            replies = _referring(posts, REPLY)
            return _keyed(replies, replies["refers_to"])


def _own(posts: Table) -> Table:
    """Leave out reposts, whose words, links and pictures are somebody else's."""
    return posts.filter(posts["kind"] != REPOST)


def _texts(posts: Table, *, short_texts: bool) -> Table:
    own = _own(posts)
    own = own.filter(own["text_key"].notnull())
    # Greetings and lone words agree all the time.
    if not short_texts:
        own = own.filter(own["tokens"].notnull())
    return _keyed(own, own["text_key"])


def _referring(posts: Table, kind: str) -> Table:
    return posts.filter(posts["kind"] == kind, posts["refers_to"].notnull())


def _fast(posts: Table, fast_ms: Value) -> Table:
    """Keep the reposts of a post that is held, made within the given time of its publication."""
    reposts = _referring(posts, REPOST).select("post", "account", "at_ms", "refers_to")
    originals = posts.select(name=posts["name"], published_ms=posts["at_ms"])
    both = reposts.join(originals, [reposts["refers_to"] == originals["name"]])
    after = both["at_ms"] - both["published_ms"]
    both = both.filter(after >= 0, after <= fast_ms)
    return _keyed(both, both["refers_to"])


def _each(posts: Table, column: str) -> Table:
    held = posts.filter(posts[column].length() > 0)
    # A post that names one page twice shares it once.
    return held.select("post", "account", "at_ms", key=held[column].unnest()).distinct()


def _keyed(posts: Table, key: object) -> Table:
    return posts.select("post", "account", "at_ms", key=key)
