"""Which of an account's texts other accounts published at about the same time: read in a few statements."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.checks.copies import Compared, own_words
from bot.checks.likeness import Wording, likeness
from bot.store.published import holders_of
from bot.store.records import AccountId, Post, PostKind
from bot.store.twins import (
    SAMPLE,
    Author,
    Pool,
    Written,
    anybody_else,
    authors,
    partners_of,
    pool,
    repeated_posts,
    twins_of,
    written_by,
)
from bot.text.normalise import body
from bot.text.tokens import long_enough

# The widest of the windows.
AROUND = timedelta(hours=24)
# Other accounts looked at closely, those with most texts in common; of the first few all posts are compared.
PARTNERS = 20
NEAR_PARTNERS = 3
NEAR_POSTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A post of the subject and one of another account that say the same. Not `exact`: nearly the same.

    `words` is what was compared of the subject's post: equal for its posts of one text.
    """

    post: Post
    other: Written
    words: str
    exact: bool

    @property
    def lag(self) -> timedelta:
        """How long after the other account the subject published; negative where it came first."""
        return self.post.created_at - self.other.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Twins:
    """Pairs of posts that agree within 24 hours, and what is needed to judge them.

    `authors` are the others by account, `holders` the entities that are said to have them. `more` counts
    further accounts that share a text and were not looked at. `others_held` tells whether posts of anybody
    else are held from those days; `unit_s` is the unit that the subject's own times are whole in.
    """

    pairs: tuple[Twin, ...] = ()
    authors: Mapping[AccountId, Author] = field(default_factory=dict[AccountId, Author])
    holders: Mapping[AccountId, tuple[str, ...]] = field(default_factory=dict[AccountId, tuple[str, ...]])
    more: int = 0
    others_held: bool = False
    unit_s: int = 1
    pool: Pool | None = None

    @property
    def bearers(self) -> list[str]:
        """The entities that are said to have one of the other accounts."""
        return list(dict.fromkeys(key for keys in self.holders.values() for key in keys))


NO_TWINS = Twins()


def read_twins(
    connection: sqlite3.Connection,
    posts: Sequence[Post],
    *,
    account_id: AccountId,
    until: datetime,
    compared: Compared,
) -> Twins:
    """Read what other accounts published in the words of these posts, newest first."""
    own = {post.post_id: post for post in posts if post.kind is not PostKind.REPOST}
    if not own:
        return NO_TWINS
    since = posts[-1].created_at
    repeated = repeated_posts(connection, account_id, since=since, until=until, around=AROUND)
    words = {each.post_id: own_words(each.text) for each in repeated if each.post_id in own}
    rows = [each.row for each in repeated if long_enough(words.get(each.post_id, ""))]
    partners = partners_of(connection, rows, around=AROUND)
    chosen = [partner for partner, _texts in partners[:PARTNERS]]
    pairs = [
        Twin(post=own[each.twin_of], other=each, words=words[each.twin_of], exact=True)
        for each in twins_of(connection, rows, accounts=chosen, around=AROUND)
        if each.twin_of is not None
    ]
    pairs += _near(connection, own.values(), chosen[:NEAR_PARTNERS], exact=pairs, since=since, until=until)
    pairs += _known_near(compared, own, exact=pairs)
    met = dict.fromkeys(twin.other.account_id for twin in pairs)
    known = authors(connection, [account_id, *met], since=since, until=until)
    return Twins(
        pairs=tuple(pairs),
        authors={each: known[each] for each in met},
        holders=holders_of(connection, met),
        more=max(0, len(partners) - len(chosen)),
        others_held=bool(pairs) or anybody_else(connection, account_id, since=since, until=until),
        unit_s=known[account_id].unit_s,
        pool=pool(connection, since=since, until=until, limit=SAMPLE) if pairs else None,
    )


def _near(
    connection: sqlite3.Connection,
    own: Collection[Post],
    partners: Iterable[AccountId],
    *,
    exact: Sequence[Twin],
    since: datetime,
    until: datetime,
) -> list[Twin]:
    """Compare the newest posts of accounts that share a text to the letter with all of the subject's."""
    paired = {(twin.post.post_id, twin.other.post_id) for twin in exact}
    ordered = sorted(own, key=lambda post: post.created_at)
    times = [post.created_at for post in ordered]
    words: dict[str, str] = {}
    wordings: dict[str, Wording | None] = {}
    found: list[Twin] = []
    for partner in partners:
        for other in written_by(
            connection, partner, since=since - AROUND, until=until + AROUND, limit=NEAR_POSTS
        ):
            theirs = _wording(body(other.text))
            if theirs is None:
                continue
            first = bisect_left(times, other.created_at - AROUND)
            for post in ordered[first : bisect_right(times, other.created_at + AROUND)]:
                if (post.post_id, other.post_id) in paired:
                    continue
                if post.post_id not in wordings:
                    words[post.post_id] = own_words(post.text)
                    wordings[post.post_id] = _wording(words[post.post_id])
                mine = wordings[post.post_id]
                if mine is not None and _may_agree(mine, theirs) and likeness(mine, theirs).is_near_duplicate:
                    found.append(Twin(post=post, other=other, words=words[post.post_id], exact=False))
    return found


def _wording(prepared: str) -> Wording | None:
    wording = Wording(prepared)
    return wording if wording.long_enough else None


def _may_agree(mine: Wording, theirs: Wording) -> bool:
    """Rule out by length alone: of four tokens and more than five not four fifths can be shared."""
    shorter, longer = sorted((len(mine.tokens), len(theirs.tokens)))
    return 5 * shorter >= 4 * longer


def _known_near(compared: Compared, own: Mapping[str, Post], *, exact: Sequence[Twin]) -> list[Twin]:
    """Take over near-duplicates that the comparison with registered accounts found."""
    paired = {(twin.post.post_id, twin.other.post_id) for twin in exact}
    return [
        Twin(
            post=own[copy.post.post_id],
            other=Written(
                account_id=copy.published.account_id,
                post_id=copy.published.post_id,
                created_at=copy.published.created_at,
                text=copy.published.text,
                url=copy.published.url,
            ),
            words=own_words(copy.post.text),
            exact=False,
        )
        for copy in compared.copies
        if copy.likeness.is_near_duplicate
        and abs(copy.lag) <= AROUND
        and (copy.post.post_id, copy.published.post_id) not in paired
    ]
