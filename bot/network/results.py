"""What a sweep found: plain data that turns into JSON and back. Needs no library of sweeps."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

from bot.network.recipe import Recipe

# Raised whenever a field changes its meaning or goes away.
SCHEMA_VERSION = 1

# [P] methods §5.1.
FINDING_OBJECTS = 5
MIN_SYMMETRY = 0.3
MAX_EXPECTED = 0.5
MAX_Q = 0.01
# [P] Fewer shared things say nothing about how fast things spread.
MIN_SHARED = 50


class Level(StrEnum):
    """What an edge amounts to."""

    NOTE = "note"
    FINDING = "finding"


class Benign(StrEnum):
    """An innocent explanation that was found for an edge; with one, it is no finding."""

    # The registry has both accounts under one house.
    SISTERS = "sisters"
    # One of the two is a registered outlet that comes first nearly always.
    SOURCE = "source"
    # A registered account outside the pair published most of the objects first.
    SUPPLIED = "supplied"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the network. `entities` are (registry key, name) of those said to have it."""

    account: int
    platform: str
    handle: str | None
    platform_id: str | None
    name: str | None = None
    entities: tuple[tuple[str, str], ...] = ()
    # Posts that could have taken part, and pairs of its own posts that share something.
    posts: int = 0
    repeats: int = 0

    @property
    def label(self) -> str:
        """What the account is called in lists: handle, id or row."""
        return f"{self.platform} {self.handle or self.platform_id or self.account}"


class Edge(msgspec.Struct, frozen=True, kw_only=True):
    """Two accounts (a < b) that share things; see `bot.network.edges` for the counts.

    `expected` is how many pairs of posts chance would give, `q` the false-discovery rate at which the edge
    stands; both None where too few accounts are held to say what is usual.
    """

    a: int
    b: int
    pairs: int
    objects: int
    n_a: int
    n_b: int
    a_first: int
    b_first: int
    median_lag_s: float
    first_at: datetime
    last_at: datetime
    expected: float | None = None
    q: float | None = None
    benign: tuple[Benign, ...] = ()

    @property
    def symmetry(self) -> float:
        """The smaller side as a share of the larger, 0..1: low where one hyper-active account does it all."""
        return min(self.n_a, self.n_b) / max(self.n_a, self.n_b)

    @property
    def level(self) -> Level:
        """Whether the edge is more than a note."""
        strong = self.objects >= FINDING_OBJECTS and self.symmetry >= MIN_SYMMETRY and not self.benign
        if not strong or self.expected is None or self.q is None:
            return Level.NOTE
        return Level.FINDING if self.expected <= MAX_EXPECTED and self.q < MAX_Q else Level.NOTE


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A post of a group, as evidence. `shared_by` counts the accounts that share what it shows."""

    account: int
    at: datetime
    text: str
    url: str | None
    shared_by: int


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A connected component of the edges that count.

    `communities` are its parts that hang together more closely (Louvain), largest first, where there is
    more than one. `accounts` are all members, those first that share most objects, over all their edges.
    `timeline` has the pairs of posts by day (ISO).
    """

    number: int
    accounts: tuple[int, ...]
    edges: int
    density: float
    pairs: int
    objects: int
    communities: tuple[tuple[int, ...], ...] = ()
    timeline: tuple[tuple[str, int], ...] = ()
    examples: tuple[Example, ...] = ()
    # (account, x, y) for a picture, 0..1, of the accounts that matter most.
    places: tuple[tuple[int, float, float], ...] = ()


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at. `accounts` and `posts` are those that could take part, `held` all posts."""

    held: int
    posts: int
    accounts: int
    first_day: str | None
    last_day: str | None


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """What was not compared because too many posts share one object in one window."""

    crowds: int = 0
    rows: int = 0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is new against the sweep before with the same name: pairs of accounts, and accounts."""

    before: int
    new_edges: int
    gone_edges: int
    new_accounts: tuple[int, ...] = ()


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """One sweep: the recipe, what was looked at, and what was found."""

    recipe: Recipe
    name: str | None
    engine: str
    window_s: float
    looked: Looked
    pairs: int
    cut: Cut
    level: Level
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    groups: tuple[Group, ...]
    ran_at: datetime
    timings_s: dict[str, float]
    pool: int = 0
    # Of how many shared things the window was estimated; None where it was given.
    window_from: int | None = None
    change: Change | None = None
    # Accounts that were deleted since, and were taken out of all the rest.
    purged: int = 0
    schema: int = SCHEMA_VERSION

    def node(self, account: int) -> Node:
        """Return an account of the network."""
        return next(node for node in self.nodes if node.account == account)


def to_json(sweep: Sweep) -> bytes:
    """Return the documented JSON (docs/sweeps.md)."""
    return msgspec.json.encode(sweep)


def from_json(raw: bytes | str) -> Sweep:
    """Read what `to_json` wrote. Raises msgspec.ValidationError on anything else."""
    return msgspec.json.decode(raw, type=Sweep)
