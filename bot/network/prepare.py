"""Posts turned into columns: what each one shares with others, ready to be joined.

Tokens become numbers, sorted by how rare they are, so that a sweep reads the rarest of a post by cutting
its list. The order must be one for the whole corpus and need not be exact: it decides how much a sweep
compares, never what it finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bot.network.arrays import lists
from bot.network.bodies import Folder
from bot.network.words import Cutter
from bot.store.corpus import CorpusPost
from bot.text.links import clean_link
from bot.text.mentions import tags
from bot.text.normalise import body, body_key

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.uint8]

# Token counts are kept in so many buckets; two tokens that share one are taken for equally rare.
BUCKETS = 1 << 22

SCHEMA = pa.schema(
    [
        ("post", pa.int64()),
        ("account", pa.int64()),
        ("at_ms", pa.int64()),
        ("platform", pa.string()),
        ("kind", pa.string()),
        ("language", pa.string()),
        # `platform:id`, so that what a repost or reply refers to can be found across platforms.
        ("name", pa.string()),
        ("refers_to", pa.string()),
        # The first 63 bits of the text key; NULL where the body is empty.
        ("text_key", pa.int64()),
        # Distinct token hashes, rarest first; NULL where the text is too short to compare.
        ("tokens", pa.list_(pa.int64())),
        ("links", pa.list_(pa.string())),
        ("tags", pa.list_(pa.string())),
        ("images", pa.list_(pa.string())),
        ("text", pa.string()),
        ("url", pa.string()),
    ]
)

# So many texts at a time stay within the processor's caches, which halves what they cost.
PIECE = 2_000
# Texts whose tokens say which are rare. More change the order little and nothing that is found.
SAMPLE = 10_000

_TOKENS = pa.list_(pa.int64())
_cutter = Cutter()
_folder = Folder()


def rarity_of(bodies: Sequence[str]) -> Ranks:
    """Return how common the tokens of a sample are, by bucket: 0 is unseen, each step about a fifth more."""
    cut = [_cutter.cut(piece).hashes for piece in _pieces(bodies)]
    hashes = np.concatenate(cut) if cut else np.zeros(0, dtype=np.int64)
    buckets, seen = np.unique(hashes & (BUCKETS - 1), return_counts=True)
    ranks: Ranks = np.zeros(BUCKETS, dtype=np.uint8)
    ranks[buckets] = np.minimum(np.ceil(4 * np.log2(seen + 1)), 255).astype(np.uint8)
    return ranks


def table_of(posts: Sequence[CorpusPost], *, rarity: Ranks | None = None) -> pa.Table:
    """Turn posts into a table of SCHEMA. Without `rarity` the sample is the posts themselves."""
    bodies = bodies_of([post.text for post in posts])
    ranks = rarity_of(bodies) if rarity is None else rarity
    return pa.table(
        {
            "post": [post.post for post in posts],
            "account": [post.account for post in posts],
            "at_ms": [post.at_ms for post in posts],
            "platform": [post.platform for post in posts],
            "kind": [post.kind for post in posts],
            "language": [post.language for post in posts],
            "name": [f"{post.platform}:{post.platform_post_id}" for post in posts],
            "refers_to": [f"{post.platform}:{post.refers_to}" if post.refers_to else None for post in posts],
            "text_key": [text_key(text) for text in bodies],
            "tokens": pa.chunked_array([token_sets(piece, ranks) for piece in _pieces(bodies)], _TOKENS),
            "links": [clean_links(post.links) for post in posts],
            "tags": [_tags(post.text) for post in posts],
            "images": [list(post.images) for post in posts],
            "text": [post.text for post in posts],
            "url": [post.url for post in posts],
        },
        schema=SCHEMA,
    )


def bodies_of(texts: Sequence[str]) -> list[str]:
    """Return what `bot.text.normalise.body` makes of each text."""
    return [text for piece in _pieces(texts) for text in _folder.bodies(piece)]


def token_sets(bodies: Sequence[str], ranks: Ranks) -> pa.Array:
    """Return the distinct tokens of each body in the one order of the corpus, rarest first.

    None where the body is too short to compare.
    """
    cut = _cutter.cut(bodies)
    kept = cut.enough[cut.owner]
    owner, hashes = cut.owner[kept].astype(np.uint64), cut.hashes[kept]
    rank = ranks[hashes & (BUCKETS - 1)].astype(np.uint64)
    # One number to sort by: text, rarity, and as much of the hash as there is room for.
    order = np.argsort(
        (owner << np.uint64(48)) | (rank << np.uint64(40)) | (hashes.astype(np.uint64) >> np.uint64(23)),
        kind="stable",
    )
    owner, hashes = owner[order], hashes[order]
    first = np.ones(len(hashes), dtype=np.bool_)
    first[1:] = (hashes[1:] != hashes[:-1]) | (owner[1:] != owner[:-1])
    hashes, owner = hashes[first], owner[first].astype(np.int64)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(owner, minlength=len(bodies)))))
    return lists(offsets, hashes, there=cut.enough)


def long_enough(bodies: Sequence[str]) -> Flags:
    """Say of each body whether it is long enough to be compared."""
    return _cutter.cut(bodies).enough


def _pieces(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    return (texts[at : at + PIECE] for at in range(0, len(texts), PIECE))


def text_key(prepared: str) -> int | None:
    """Return the first 63 bits of a body's text key."""
    key = body_key(prepared)
    return None if key is None else int.from_bytes(key[:8]) >> 1


def clean_links(addresses: Sequence[str]) -> list[str]:
    """Clean addresses to one spelling each; blank ones are none, and must never match."""
    if not addresses:
        return []
    cleaned = (_clean(address) for address in addresses if address)
    return list(dict.fromkeys(address for address in cleaned if address is not None))


# The same page is linked again and again.
_clean = lru_cache(maxsize=1 << 16)(clean_link)


def _tags(text: str) -> list[str]:
    return [body(tag.word) for tag in tags(text)]
