"""The account and each other that shares its texts: how much agrees, how likely by chance, how innocently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.checks.agreement import WINDOWS_S, Agreement, Chance, Level, agreement, level
from bot.checks.chance import MIN_POOL, Background, benjamini_hochberg, expected_pairs, poisson_tail
from bot.checks.houses import houses, own_house
from bot.checks.subject import Subject
from bot.checks.twins import Twin
from bot.store.records import AccountId
from bot.store.twins import Author

# Within the shortest window who comes first is an accident of sending; beyond it a source is a source.
SHORTEST_S = WINDOWS_S[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The subject and one other account, in the window that says most.

    `sisters`: both belong to one house. `source`: one of them is registered and came first nearly always, so
    that the other repeats it. `supplied` counts texts left out because a third registered account had
    published them within the window before both.
    """

    author: Author
    twins: tuple[Twin, ...]
    found: Agreement
    chance: Chance | None
    sisters: bool
    source: bool
    supplied: int

    @property
    def level(self) -> Level:
        """A house that posts the same openly, and a source that is repeated, make no finding."""
        reached = level(self.found, chance=self.chance)
        repeated = self.source and self.found.window_s > SHORTEST_S
        return min(reached, Level.NOTE) if self.sisters or repeated else reached

    @property
    def rank(self) -> tuple[int, bool, bool, int, int]:
        """Of equal levels, partners tell more than sources, and the shorter window more than the longer."""
        return (self.level, self.found.texts > 0, not self.source, -self.found.window_s, self.found.texts)


def windows(*units_s: int) -> tuple[int, ...]:
    """Return the windows that can be checked: one as short as the unit of the times cannot."""
    coarsest = max(units_s)
    return tuple(window for window in WINDOWS_S if coarsest == 1 or coarsest < window)


def pairs_of(subject: Subject) -> list[Pair]:
    """Judge every account that shares a text with the subject, the most telling first."""
    twins = subject.twins
    background = Background.of(twins.pool) if twins.pool is not None else None
    own = own_house(subject.registry)
    by_account: dict[AccountId, list[Twin]] = {}
    for twin in twins.pairs:
        by_account.setdefault(twin.other.account_id, []).append(twin)
    best: dict[AccountId, Pair] = {}
    for window in windows(twins.unit_s):
        kept = {
            account: _unsupplied(met, subject, window_s=window)
            for account, met in by_account.items()
            if window in windows(twins.unit_s, twins.authors[account].unit_s)
        }
        found = {account: agreement(met, window_s=window) for account, met in kept.items()}
        chances = _chances(found, subject, background)
        for account, each in found.items():
            registered = account in twins.holders
            pair = Pair(
                author=twins.authors[account],
                twins=tuple(kept[account]),
                found=each,
                chance=chances.get(account),
                sisters=bool(own & houses(subject.registry, twins.holders.get(account, ()))),
                source=(registered and each.follows) or (bool(own) and each.leads),
                supplied=_texts(by_account[account], window) - _texts(kept[account], window),
            )
            if account not in best or pair.rank > best[account].rank:
                best[account] = pair
    return sorted(best.values(), key=lambda pair: pair.rank, reverse=True)


def _texts(twins: Sequence[Twin], window_s: int) -> int:
    return len({twin.words for twin in twins if abs(twin.lag) <= timedelta(seconds=window_s)})


def _unsupplied(twins: Sequence[Twin], subject: Subject, *, window_s: int) -> list[Twin]:
    """Leave out texts that a third registered account published before both, and within the window.

    Both then did no more than to repeat it at once. A source of hours ago does not explain one minute.
    """
    window = timedelta(seconds=window_s)
    sources: dict[str, list[tuple[AccountId, timedelta]]] = {}
    for copy in subject.compared.copies:
        sources.setdefault(copy.post.post_id, []).append((copy.published.account_id, copy.lag))
    supplied = {
        twin.words
        for twin in twins
        for account, lag in sources.get(twin.post.post_id, ())
        if account != twin.other.account_id and timedelta() < min(lag, lag - twin.lag) <= window
    }
    return [twin for twin in twins if twin.words not in supplied]


def _chances(
    found: Mapping[AccountId, Agreement], subject: Subject, background: Background | None
) -> dict[AccountId, Chance]:
    """Return what chance alone would give for each pair; nothing where too few accounts are held."""
    if background is None or subject.account_id is None or subject.twins.pool is None:
        return {}
    own = subject.account_id
    span = subject.posts[0].created_at - subject.posts[-1].created_at
    expected: dict[AccountId, float] = {}
    sampled: dict[AccountId, int] = {}
    for account, each in found.items():
        sampled[account] = background.accounts(own, account)
        if sampled[account] < MIN_POOL:
            continue
        expected[account] = expected_pairs(
            posts=len(subject.posts),
            others=subject.twins.authors[account].posts,
            window_s=each.window_s,
            span_s=max(span.total_seconds(), each.window_s),
            same_text=background.same_text(own, account),
        )
    tails = [poisson_tail(found[account].texts, mean) for account, mean in expected.items()]
    # Every account held is a pair that was looked at, whether or not it shares a text.
    tests = max(subject.twins.pool.held - 1, len(tails))
    q = benjamini_hochberg(tails, tests=tests) if tails else []
    return {
        account: Chance(expected=expected[account], q=value, accounts=sampled[account])
        for account, value in zip(expected, q, strict=True)
    }
