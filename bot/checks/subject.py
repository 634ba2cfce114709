"""Everything the checks of one account may look at, read once: plain data without a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.accounts import AccountRef, PostRef
from bot.checks.around import NOTHING, Around
from bot.checks.copies import NOT_COMPARED, Compared
from bot.checks.engagement.readings import Flaw, Reading, audience_of, profile_flaw, readings
from bot.checks.reach import UNKNOWN, Reach
from bot.checks.sites import NO_SITES, Sites
from bot.checks.twins import NO_TWINS, Twins
from bot.registry.look_alikes import Resemblance
from bot.store.accounts import FoundBy
from bot.store.chains import Chain, above, below
from bot.store.judgements import Judgement
from bot.store.records import AccountClaim, AccountId, Claim, Entity, Post, PostKind, Snapshot, Typology
from bot.store.sweeps import Membership
from bot.text.credits import Credit, CreditStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A registered claim about an account, and what of the account it was found by."""

    claim: AccountClaim
    by: FoundBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the registry says of one account: who has it, and the chains that lead up from there."""

    ref: AccountRef
    listings: tuple[Listing, ...] = ()
    chains: tuple[Chain, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """What the registry says that bears on the subject, by entity key where it is about entities.

    `entities` and `typologies` cover everybody met on the way; `above` holds the chains that lead up from
    entities whom the posts credit, and from bodies where chains of the account end. `accounts` counts
    the whole registry: 0 means that nothing could be looked up, not that nothing was found.
    """

    version: str
    accounts: int
    account: Registered
    entities: Mapping[str, Entity]
    typologies: Mapping[str, tuple[Typology, ...]]
    above: Mapping[str, tuple[Chain, ...]]
    resembling: tuple[Resemblance, ...] = ()

    def lineage(self, key: str) -> frozenset[str]:
        """Return an entity and all who stand above it on any chain held."""
        found = {key}
        for chain in (*self.account.chains, *self.above.get(key, ())):
            uppers = [above(step).key for step in chain.steps]
            lowers = [below(step).key for step in chain.steps]
            if key in lowers:
                found.update(uppers[lowers.index(key) :])
        return frozenset(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upon:
    """An analyst's word on a claim between two entities."""

    judgement: Judgement
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One account as it is known at `now`.

    `ref` carries what is held beside what was asked (the id of a handle). `until` is `now`, or the newest
    post held where that is older than the window: an old export is looked at as of its own end. `posts`
    are those of the `days` days before it, newest first, at most as many as the store gives at once.
    `snapshots` are newest first.
    """

    ref: AccountRef
    account_id: AccountId | None
    post: PostRef | None
    warnings: tuple[str, ...]
    snapshots: tuple[Snapshot, ...]
    posts: tuple[Post, ...]
    # Parallel to `posts`: whom each one credits, and how it credits anybody. Empty for reposts, whose words
    # are somebody else's.
    credits: tuple[tuple[Credit, ...], ...]
    styles: tuple[CreditStyle, ...]
    registry: Registry
    now: datetime
    until: datetime
    days: int
    around: Around = NOTHING
    compared: Compared = NOT_COMPARED
    twins: Twins = NO_TWINS
    reach: Reach = UNKNOWN
    sites: Sites = NO_SITES
    # What analysts of this server said of the account and of the claims about it, oldest first.
    judgements: tuple[Judgement, ...] = ()
    # What they said of claims further up its chains, oldest first.
    upon: tuple[Upon, ...] = ()
    # The newest sweep of each recipe that joined the account to others; how many sweeps are held in all.
    sweeps: tuple[Membership, ...] = ()
    sweeps_held: int = 0
    # What the account wrote itself, without replies and quotes; parallel to it, what each post earned.
    originals: tuple[Post, ...] = field(init=False)
    earned: tuple[Reading, ...] = field(init=False)

    def __post_init__(self) -> None:
        originals = tuple(post for post in self.posts if post.kind is PostKind.ORIGINAL)
        object.__setattr__(self, "originals", originals)
        object.__setattr__(self, "earned", tuple(readings(originals, platform=self.ref.platform)))

    @property
    def snapshot(self) -> Snapshot | None:
        """The newest profile."""
        return self.snapshots[0] if self.snapshots else None

    @property
    def audience(self) -> Snapshot | None:
        """The newest profile that reports a follower count which can be true."""
        return audience_of(self.snapshots, posts_held=len(self.posts))

    @property
    def audience_flaw(self) -> Flaw | None:
        """What is wrong with the newest follower count that was not used; None where all were."""
        flaws = (profile_flaw(each, posts_held=len(self.posts)) for each in self.snapshots)
        return next((flaw for flaw in flaws if flaw is not None), None)
