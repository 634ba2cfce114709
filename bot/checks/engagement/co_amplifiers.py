"""E7: accounts that repost nearly the same of an account's posts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import attrgetter

from bot.checks.check import Check, insufficient
from bot.checks.claims import shown
from bot.checks.dossier import Bond, BondKind, Category, Evidence, Finding, Line, State
from bot.checks.engagement.amplifiers import named, without_reposts
from bot.checks.engagement.words import fine
from bot.checks.statistics import hypergeometric_tail
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, phrase, say
from bot.store.records import AccountId
from bot.store.reposts import Repost

# [S] Accounts, edges and cosine: methods, E7 (Pacheco 2021).
MIN_REPOSTS = 10
TOP_EDGES = 0.005
MIN_COSINE = 0.9
# Methods §5.1, levels of a pair.
MIN_SHARED = 5
MIN_SYMMETRY = 0.3
# [P] As many pairs as are compared, the most alike of them would be found by chance so rarely.
MAX_CHANCE = 0.01
# [P] The most active, for time's sake: pairs grow with the square.
MOST_ACCOUNTS = 100
SHOWN = 5
# Pairs that are handed to pictures and tables.
MOST_BONDS = 60

# Below the cosine asked for by less than the last digit of a float.
_NEARLY = MIN_COSINE - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two accounts that repost the same posts: `shared` of `n` and `m`.

    `cosine` is that of their TF-IDF vectors, `symmetry` the smaller of `n` and `m` over the larger.
    """

    one: AccountId
    other: AccountId
    shared: int
    n: int
    m: int
    cosine: float

    @property
    def symmetry(self) -> float:
        return min(self.n, self.m) / max(self.n, self.m)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoAmplifiers:
    """Pairs among the `accounts` compared, of `active` with ten reposts or more.

    `edges` are pairs that share a post; `top` of them, the top 0.5 %, begin at `cut`, None where they are
    too few for that. `alike` pairs reach the cosine beyond chance, the most alike first;
    `by_chance` reach it as those must who repost nearly everything.
    """

    state: State
    active: int
    accounts: int
    edges: int = 0
    top: int = 0
    cut: float | None = None
    alike: tuple[Pair, ...] = ()
    by_chance: int = 0


def co_amplifiers(reposts: Sequence[Repost]) -> CoAmplifiers:
    """Compare who reposts which posts. Rare posts weigh more than those that everybody reposts.

    An account is there once for each post, as the store gives reposts.
    """
    counts = Counter(map(attrgetter("account"), reposts))
    active = [account for account, n in counts.items() if n >= MIN_REPOSTS]
    active.sort(key=lambda account: (-counts[account], account))
    chosen = active[:MOST_ACCOUNTS]
    if len(chosen) < 2:
        return CoAmplifiers(state=State.INSUFFICIENT, active=len(active), accounts=len(chosen))
    made: dict[AccountId, set[int]] = {account: set() for account in chosen}
    for account, post, _at, _published in reposts:
        if account in made:
            made[account].add(post)
    frequency = Counter(map(attrgetter("post"), reposts))
    squares = {
        # Over all who reposted anything; the 1 lets a post still count that everybody reposted.
        post: (1 + log((1 + len(counts)) / (1 + frequency[post]))) ** 2
        for post in set[int]().union(*made.values())
    }
    cosines, near = _compare(made, squares)
    chances = _chances(near, posts=len(frequency), accounts=len(chosen))
    alike = [pair for pair, chance in zip(near, chances, strict=True) if chance < MAX_CHANCE]
    top = int(len(cosines) * TOP_EDGES)
    return CoAmplifiers(
        state=State.FOUND if alike else State.NOT_FOUND,
        active=len(active),
        accounts=len(chosen),
        edges=len(cosines),
        top=top,
        cut=sorted(cosines, reverse=True)[top - 1] if top else None,
        alike=tuple(sorted(alike, key=lambda pair: (-pair.cosine, -pair.shared, pair.one, pair.other))),
        by_chance=len(near) - len(alike),
    )


def _chances(near: Sequence[Pair], *, posts: int, accounts: int) -> list[float]:
    """Return how often chance would make a pair so alike among all pairs of `accounts` (Bonferroni)."""
    pairs = accounts * (accounts - 1) // 2
    tails = {
        key: hypergeometric_tail(key[0], drawn=key[1], marked=key[2], population=posts)
        for key in {(pair.shared, pair.n, pair.m) for pair in near}
    }
    return [pairs * tails[pair.shared, pair.n, pair.m] for pair in near]


def _compare(
    made: Mapping[AccountId, set[int]], squares: Mapping[int, float]
) -> tuple[list[float], list[Pair]]:
    """Return the cosine of every pair that shares a post, and the pairs that are near each other.

    `squares` are the squared weights of the posts.
    """
    chosen = list(made)
    squared, dots = _products(made, squares)
    lengths = [sqrt(each) for each in squared]
    cosines: list[float] = []
    near: list[Pair] = []
    for one, mine in enumerate(lengths):
        row = one * len(chosen)
        for other in range(one + 1, len(chosen)):
            dot = dots[row + other]
            if not dot:
                continue
            cosine = dot / (mine * lengths[other])
            cosines.append(cosine)
            if cosine > _NEARLY:
                pair = _pair(chosen[one], chosen[other], made, cosine=cosine)
                if pair.cosine >= MIN_COSINE and pair.shared >= MIN_SHARED and pair.symmetry >= MIN_SYMMETRY:
                    near.append(pair)
    return cosines, near


def _pair(one: AccountId, other: AccountId, made: Mapping[AccountId, set[int]], *, cosine: float) -> Pair:
    return Pair(
        one=one,
        other=other,
        shared=len(made[one] & made[other]),
        n=len(made[one]),
        m=len(made[other]),
        # Equal vectors reach 1 but for the last digit.
        cosine=min(1.0, round(cosine, 12)),
    )


def _products(
    made: Mapping[AccountId, set[int]], squares: Mapping[int, float]
) -> tuple[list[float], list[float]]:
    """Return the squared lengths of the TF-IDF vectors and, row by row, their products."""
    by_post: defaultdict[int, list[int]] = defaultdict(list)
    for place, posts in enumerate(made.values()):
        for post in posts:
            by_post[post].append(place)
    n = len(made)
    squared, dots = [0.0] * n, [0.0] * (n * n)
    for post, places in by_post.items():
        square = squares[post]
        for rank, one in enumerate(places):
            squared[one] += square
            row = one * n
            for other in places[rank + 1 :]:
                dots[row + other] += square
    return squared, dots


def run(subject: Subject) -> tuple[Finding, ...]:
    """Compare the reposts held of the window's posts."""
    missing = without_reposts(CHECK, subject, needed=2 * MIN_REPOSTS)
    if missing is not None:
        return (missing,)
    measured = co_amplifiers(subject.reach.reposts)
    if measured.state is State.INSUFFICIENT:
        reason = say("reason.few amplifiers", n=measured.active, needed=2, each=MIN_REPOSTS)
        return (insufficient(CHECK, n=measured.active, needed=2, reason=reason),)
    found = bool(measured.alike)
    compared = counted(measured.accounts, "account")
    if found:
        summary = say(
            "co.found",
            pairs=counted(len(measured.alike), "pair"),
            of=compared,
            limit=MIN_COSINE,
            edges=_begin(measured),
            notes=_notes(measured),
        )
    else:
        summary = say(
            "co.nothing",
            of=compared,
            each=MIN_REPOSTS,
            edges=_begin(measured),
            notes=_notes(measured),
        )
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=measured.state,
            summary=summary,
            n=len(measured.alike),
            of=measured.accounts * (measured.accounts - 1) // 2,
            evidence=tuple(_shown(pair, subject) for pair in measured.alike[:SHOWN]),
            benign=say("co.benign") if found else None,
            bonds=tuple(_bonds(measured.alike, subject)),
        ),
    )


def _bonds(pairs: Sequence[Pair], subject: Subject) -> Iterator[Bond]:
    names = subject.reach.names
    for pair in pairs[:MOST_BONDS]:
        # Without a name there is nothing to look up.
        if pair.one in names and pair.other in names:
            one, other = names[pair.one], names[pair.other]
            yield Bond(
                kind=BondKind.REPOSTS,
                one=shown(one),
                other=shown(other),
                platform=other.platform,
                shared=pair.shared,
            )


def _begin(measured: CoAmplifiers) -> Word:
    if measured.cut is None:
        return Word("")
    return phrase(
        "co.edges",
        edges=counted(measured.edges, "pair"),
        share=fine(TOP_EDGES),
        top=measured.top,
        cosine=_decimal(measured.cut),
    )


def _notes(measured: CoAmplifiers) -> Word:
    parts: list[str] = []
    if measured.by_chance:
        parts.append(say("co.chance", pairs=counted(measured.by_chance, "pair is", "pairs are")))
    if measured.active > measured.accounts:
        parts.append(say("co.capped", n=measured.accounts))
    return Word("".join(parts))


def _shown(pair: Pair, subject: Subject) -> Evidence:
    return Evidence(
        text=say(
            "co.pair",
            one=named(pair.one, subject),
            other=named(pair.other, subject),
            shared=pair.shared,
            n=pair.n,
            m=pair.m,
            cosine=_decimal(pair.cosine),
            symmetry=_decimal(pair.symmetry),
        )
    )


def _decimal(value: float) -> Word:
    return number(round(value, 2))


CHECK = Check(name="co_amplifiers", line=Line.COORDINATION, category=Category.BEHAVIOURAL, run=run)
