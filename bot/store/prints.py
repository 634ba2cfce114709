"""Fingerprints of what registered accounts published: kept with the posts, asked for many texts at once.

A hash that many posts have says little and costs much, so a text is looked up by its rare ones, and by more
common ones only where it has too few of these. What more than `CAP` posts have is never used: a phrase that
everybody writes. So the cost of a look-up stays the same however much is held.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from math import log
from typing import NamedTuple

import msgspec

from bot.store.records import AccountId, PostKind
from bot.text.fingerprints import shingles_of, winnowed
from bot.text.normalise import body
from bot.text.tokens import units

# Two of three shingles of a post are kept. Of an article's hundreds two of five are enough: a quotation of
# twenty words still meets several. Texts are looked up as posts, which asks for all that an article keeps.
WINDOW = 2
LONG = 100
LONG_WINDOW = 4

# Five words, or six characters of a script without spaces.
SHORTEST = 3

# Posts printed at once when a whole account is: enough for sorted pages, few enough for memory.
BATCH = 2_000

CAP = 400
RARE = 32
ENOUGH = 7
TOP = 10

_numbers = msgspec.json.Decoder(list[int])

INSERT_PRINTS = "INSERT OR IGNORE INTO post_print (h, post) VALUES (?, ?)"

_WAIT = "INSERT OR IGNORE INTO waiting_print (post_id) VALUES (?)"

# Registered: somebody is said to have or to own the account, or the site whose host is its handle.
_KEPT_OF = """
SELECT account_id, printed
  FROM account
 WHERE account_id IN (SELECT value FROM json_each(?))
   AND (printed = 1
        OR EXISTS (SELECT 1 FROM account_claim
                    WHERE account_claim.account_id = account.account_id AND retracted_ms IS NULL)
        OR (platform = 'website'
            AND EXISTS (SELECT 1 FROM domain JOIN domain_claim USING (domain_id)
                         WHERE domain.host = account.handle AND retracted_ms IS NULL)))
"""

_SITES = "SELECT account_id FROM account WHERE platform = 'website' AND match_key = 'website:' || ?"

_OF_ACCOUNT = f"WHERE account_id = ?1 AND kind <> '{PostKind.REPOST}' AND text_key IS NOT NULL"

_POSTS_OF = f"SELECT post_id, text FROM post {_OF_ACCOUNT} ORDER BY post_id"  # noqa: S608  # a constant of ours

_WAIT_ALL = f"INSERT OR IGNORE INTO waiting_print SELECT post_id FROM post {_OF_ACCOUNT}"  # noqa: S608  # as above

_PRINTED = (
    f"UPDATE account SET printed = 1 WHERE account_id = ?1 AND EXISTS (SELECT 1 FROM post {_OF_ACCOUNT})"  # noqa: S608  # as above
)

# One seek for a hash that nobody has, and no more than one posting beyond the limit is read of any.
_POSTINGS = """
SELECT value, (SELECT group_concat(post) FROM (SELECT post FROM post_print WHERE h = value LIMIT ?2))
  FROM json_each(?1)
 WHERE EXISTS (SELECT 1 FROM post_print WHERE h = value)
"""

_OWN = "SELECT post_id FROM post WHERE account_id = ?"


class NewPost(NamedTuple):
    """A post that was just written, with its body. A tuple, since imports make millions."""

    post_id: int
    account_id: AccountId
    kind: PostKind
    prepared: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A printed post (its row) that shares `shared` fingerprints with a text; `score` prefers rare ones."""

    post: int
    shared: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """What shares passages with one text, best first.

    `hashes` counts what the text could be looked up by; `skipped` is the share of it, 0..1, that too many
    posts have. A text of such alone is not comparable, which is not the same as original.
    """

    candidates: tuple[Candidate, ...]
    hashes: int
    skipped: float


def hashes_of(cut: Iterable[tuple[str, str]]) -> frozenset[int]:
    """Return what a body is looked up by, from its units (`text.tokens.units`)."""
    return frozenset(winnowed(shingles_of(cut), window=WINDOW))


def prints_of(prepared: str) -> frozenset[int]:
    """Return what is stored of a body; empty for a greeting.

    That is shorter than what may be compared: a text just long enough has sources that are just too short.
    """
    hashes = shingles_of(units(prepared))
    if len(hashes) < SHORTEST:
        return frozenset()
    window = WINDOW if len(hashes) <= LONG else LONG_WINDOW
    return frozenset(winnowed(hashes, window=window))


def keep(
    connection: sqlite3.Connection,
    *,
    posts: Sequence[NewPost],
    accounts: Iterable[AccountId],
    later: bool = False,
) -> None:
    """Print what `record` wrote of registered accounts; `accounts` are all that it touched.

    An account that turns out to be registered, or to be one with another, is printed with all its posts.
    With `later` the posts are only noted, for `waiting_prints.print_waiting`.
    """
    kept = _kept_of(connection, accounts)
    for account_id, complete in kept.items():
        if not complete:
            _print_all(connection, account_id, later=later)
    # Those of the others were printed a moment ago, with all that is held of their accounts.
    new = [post for post in posts if kept.get(post.account_id) and post.kind is not PostKind.REPOST]
    if later:
        connection.executemany(_WAIT, [(post.post_id,) for post in new if post.prepared])
    else:
        _insert(connection, [(h, post.post_id) for post in new for h in prints_of(post.prepared)])


def account_registered(connection: sqlite3.Connection, account_id: AccountId) -> None:
    """Print what is held of an account about which a claim was recorded."""
    keep(connection, posts=(), accounts=[account_id])


def site_registered(connection: sqlite3.Connection, host: str) -> None:
    """Print what is held of a site about which a claim was recorded."""
    found = [account_id for (account_id,) in connection.execute(_SITES, (host,))]
    if found:
        keep(connection, posts=(), accounts=found)


def look_up(
    connection: sqlite3.Connection,
    texts: Sequence[Set[int]],
    *,
    without: AccountId | None = None,
    least: float = 0.0,
    fewest: int = 1,
    top: int = TOP,
) -> list[LookedUp]:
    """Find, for each text's hashes, the printed posts that share passages with it: at most three statements.

    Posts of the account `without` are left out, and those that share fewer than `fewest` hashes or less
    than `least` (0..1) of those used. Of equal ones the post recorded first comes first.
    """
    own = set[int]() if without is None else {row for (row,) in connection.execute(_OWN, (without,))}
    rare, common = _postings(connection, set[int]().union(*texts), limit=RARE)
    poor = [text for text in texts if len(text) - len(text & common) < ENOUGH]
    more, excessive = _postings(connection, set[int]().union(*poor) & common, limit=CAP)
    everything = {**rare, **more}
    answers: list[LookedUp] = []
    for text in texts:
        usual = len(text & common)
        is_poor = len(text) - usual < ENOUGH
        skipped = len(text & excessive) if is_poor else usual
        found = _ranked(
            text,
            everything if is_poor else rare,
            own=own,
            fewest=max(fewest, least * (len(text) - skipped)),
        )
        share = skipped / len(text) if text else 0.0
        answers.append(LookedUp(candidates=found[:top], hashes=len(text), skipped=share))
    return answers


def _postings(
    connection: sqlite3.Connection, hashes: Set[int], *, limit: int
) -> tuple[dict[int, list[int]], set[int]]:
    """Return the posts of each hash that at most `limit` posts have, and the hashes that more have."""
    if not hashes:
        return {}, set()
    postings: dict[int, list[int]] = {}
    common: set[int] = set()
    for h, found in connection.execute(_POSTINGS, (_json(sorted(hashes)), limit + 1)):
        posts = _numbers.decode(f"[{found}]") if "," in found else [int(found)]
        if len(posts) > limit:
            common.add(h)
        else:
            postings[h] = posts
    return postings, common


def _ranked(
    text: Set[int], postings: Mapping[int, list[int]], *, own: Set[int], fewest: float
) -> tuple[Candidate, ...]:
    met = [postings[h] for h in text if h in postings]
    if len(met) < fewest:
        return ()
    shared = Counter(chain.from_iterable(met))
    if max(shared.values(), default=0) < fewest:
        return ()
    kept = {post for post, n in shared.items() if n >= fewest and post not in own}
    score = dict.fromkeys(kept, 0.0)
    for posts in met:
        # Falls slowly: with 1/√n one rare phrase met by chance outweighed several commoner ones, and recall
        # at 30 % edits and a million posts fell by a point.
        worth = 1 / (1 + log(len(posts)))
        for post in kept.intersection(posts):
            score[post] += worth
    # Sums of the same numbers in another order differ in their last bits.
    best = sorted(kept, key=lambda post: (-round(score[post], 9), post))
    return tuple(Candidate(post=post, shared=shared[post], score=score[post]) for post in best)


def _kept_of(connection: sqlite3.Connection, accounts: Iterable[AccountId]) -> dict[AccountId, bool]:
    """Return those whose posts are printed, with whether all that are held were, before this batch."""
    rows = connection.execute(_KEPT_OF, (_json(sorted(set(accounts))),))
    return {AccountId(account_id): bool(printed) for account_id, printed in rows}


def _print_all(connection: sqlite3.Connection, account_id: AccountId, *, later: bool) -> None:
    if later:
        connection.execute(_WAIT_ALL, (account_id,))
    else:
        held = connection.execute(_POSTS_OF, (account_id,))
        while batch := held.fetchmany(BATCH):
            _insert(connection, [(h, post_id) for post_id, text in batch for h in prints_of(body(text))])
    connection.execute(_PRINTED, (account_id,))


def _insert(connection: sqlite3.Connection, rows: list[tuple[int, int]]) -> None:
    # In the order of the tree: neighbours land on one page.
    rows.sort()
    connection.executemany(INSERT_PRINTS, rows)


def _json(values: Collection[int]) -> str:
    return msgspec.json.encode(values).decode()
