"""What an account's posts share with texts of registered accounts: read and measured in one batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.checks.likeness import Likeness, Wording, likeness
from bot.store.prints import LookedUp, hashes_of, look_up
from bot.store.published import Published, corpus, holders_of, holders_unowned, published
from bot.store.records import AccountId, Post, PostKind
from bot.text.normalise import body
from bot.text.quotations import without_quotations

# Posts compared, spread evenly over the window: enough for a share, and the card does not wait for more.
SAMPLE = 400
# What a post must share before its text is read: far below what a copy shares.
LEAST_SHARED = 0.1
FEWEST_SHARED = 2
# A post of which so much is what everybody writes cannot be compared.
ALL_COMMON = 0.8
# An account may repeat what appeared some time before.
LEAD = timedelta(days=30)
# Entities read up beside those that were copied, to know whether anybody without a state was held.
CONTROLS = 20
# Copied entities whose chains are followed.
COPIED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A text that the subject and a registered account both published.

    `post` is the first of the subject's posts with these words, quotations aside, and `repeats` how many
    of its posts have them. `holders` are the keys of the entities that are said to have the other account.
    """

    post: Post
    repeats: int
    published: Published
    holders: tuple[str, ...]
    likeness: Likeness

    @property
    def lag(self) -> timedelta:
        """How long after the other account the subject published; negative where it came first."""
        return self.post.created_at - self.published.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The words of one or several posts of the subject, newest first."""

    wording: Wording
    posts: list[Post]

    @property
    def first(self) -> Post:
        return self.posts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Posts are counted apart from reposts: `sampled` looked at, `comparable` of them long enough, with words
    of their own and not made of common phrases.

    `accounts` counts the registered accounts of which posts of these days are held, the subject's own left
    out, up to `published.COUNTED`. `others` are entities held for these days, copied or not, who may have
    no state above them.
    """

    sampled: int = 0
    comparable: int = 0
    accounts: int = 0
    copies: tuple[Copy, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def bearers(self) -> list[str]:
        """The entities that the comparison needs to know about; of those copied the most frequent."""
        counts: dict[str, int] = {}
        for copy in self.copies:
            for key in copy.holders:
                counts[key] = counts.get(key, 0) + 1
        most = sorted(counts, key=lambda key: (-counts[key], key))[:COPIED]
        return [*most, *self.others]


NOT_COMPARED = Compared()


def read_copies(
    connection: sqlite3.Connection,
    posts: Sequence[Post],
    *,
    account_id: AccountId,
    until: datetime,
) -> Compared:
    """Compare posts, newest first, with everything held from registered accounts."""
    own = [post for post in posts if post.kind is not PostKind.REPOST]
    if not own:
        return NOT_COMPARED
    since = own[-1].created_at - LEAD
    held = corpus(connection, without=account_id, since=since, until=until)
    sample = spread_evenly(own, SAMPLE)
    if not held:
        return Compared(sampled=len(sample))
    texts = _by_text(sample)
    found = look_up(
        connection,
        [hashes_of(text.wording.units) for text in texts],
        without=account_id,
        least=LEAST_SHARED,
        fewest=FEWEST_SHARED,
    )
    copies = _verified(connection, texts, found, account_id=account_id)
    copied = {copy.post.post_id for copy in copies}
    comparable = sum(
        len(text.posts)
        for text, looked_up in zip(texts, found, strict=True)
        if looked_up.skipped < ALL_COMMON or text.first.post_id in copied
    )
    return Compared(
        sampled=len(sample),
        comparable=comparable,
        accounts=held,
        copies=copies,
        others=holders_unowned(connection, without=account_id, since=since, until=until, limit=CONTROLS)
        if copies
        else (),
    )


def spread_evenly(posts: Sequence[Post], most: int) -> list[Post]:
    """Return at most `most` of the posts, taken at equal distances from the first on."""
    if len(posts) <= most:
        return list(posts)
    return [posts[at * len(posts) // most] for at in range(most)]


def own_words(text: str) -> str:
    """Return what of a post is compared: its body without what it quotes."""
    return without_quotations(body(text))


def _by_text(posts: Iterable[Post]) -> list[_Text]:
    """Group posts by their words, leaving out those too short to compare."""
    grouped: dict[str, list[Post]] = {}
    for post in posts:
        grouped.setdefault(own_words(post.text), []).append(post)
    texts = [_Text(wording=Wording(words), posts=same) for words, same in grouped.items()]
    return [text for text in texts if text.wording.long_enough]


def _verified(
    connection: sqlite3.Connection,
    texts: Sequence[_Text],
    found: Sequence[LookedUp],
    *,
    account_id: AccountId,
) -> tuple[Copy, ...]:
    """Read what was proposed, measure it and keep what is a copy."""
    rows = {candidate.post for looked_up in found for candidate in looked_up.candidates}
    if not rows:
        return ()
    read = published(connection, rows, without=account_id)
    holders = holders_of(connection, {each.account_id for same in read.values() for each in same})
    wordings: dict[str, Wording] = {}
    copies: list[Copy] = []
    for text, looked_up in zip(texts, found, strict=True):
        near = {each: None for candidate in looked_up.candidates for each in read.get(candidate.post, ())}
        for other in near:
            # A claim that was withdrawn leaves an account without holders.
            if other.account_id not in holders:
                continue
            theirs = wordings.get(other.text) or wordings.setdefault(other.text, Wording(body(other.text)))
            measured = likeness(text.wording, theirs)
            if measured.is_copy:
                copies.append(
                    Copy(
                        post=text.first,
                        repeats=len(text.posts),
                        published=other,
                        holders=holders[other.account_id],
                        likeness=measured,
                    )
                )
    return tuple(copies)
