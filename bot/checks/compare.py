"""Several accounts side by side, from their dossiers alone.

Engagement is compared within a platform only: what a like costs and who sees a post differ between them,
so figures of different platforms stand apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from bot.accounts import AccountRef, Platform, PostRef
from bot.checks.dossier import Dossier, DossierAccount
from bot.checks.engagement.engagement_rate import WITHOUT_RATIOS
from bot.checks.engagement.readings import followers_flaw
from bot.checks.wording import Word, counted, listing, quoted, say
from bot.errors import InputError

MIN_ACCOUNTS = 2
MAX_ACCOUNTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One account of a comparison; None is "not known" everywhere, never 0.

    `number` counts from 1 in the order asked. `per_day` is over the days from the oldest to the newest post
    held, `median` the engagement of `counted` original posts, `rate` that in followers (a fraction).
    """

    number: int
    account: DossierAccount
    band: str | None
    posts: int
    days: int
    per_day: float | None
    median: float | None
    counted: int
    followers: int | None
    rounded: bool
    rate: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Accounts by platform, in the order asked, and sentences on what the figures do not allow."""

    groups: tuple[tuple[Platform, tuple[Compared, ...]], ...]
    notes: tuple[str, ...]

    @property
    def accounts(self) -> tuple[Compared, ...]:
        """All accounts by number."""
        everybody = (one for _platform, group in self.groups for one in group)
        return tuple(sorted(everybody, key=lambda one: one.number))


def refuse_unless_comparable(targets: Sequence[AccountRef | PostRef]) -> None:
    """Raise InputError unless these are two to five different accounts or posts."""
    if len(set(targets)) < len(targets):
        raise InputError(say("compare.same"))
    if not MIN_ACCOUNTS <= len(targets) <= MAX_ACCOUNTS:
        raise InputError(say("compare.number", least=MIN_ACCOUNTS, most=MAX_ACCOUNTS, n=len(targets)))


def refuse_the_same(dossiers: Sequence[Dossier]) -> None:
    """Raise InputError where two spellings turned out to mean one account: an old handle, an id, a post."""
    for (n, one), (m, other) in combinations(enumerate(dossiers, start=1), 2):
        if _same(one.account, other.account):
            account = other.account.handle or other.account.platform_id or ""
            raise InputError(say("compare.same spelt", n=Word(str(n)), m=Word(str(m)), account=account))


def _same(one: DossierAccount, other: DossierAccount) -> bool:
    if one.platform is not other.platform:
        return False
    if one.platform_id is not None and other.platform_id is not None:
        return one.platform_id == other.platform_id
    return one.handle is not None and one.handle == other.handle


def which_one(text: str, *, choices: Sequence[str]) -> str:
    """Ask back about a name that could be one of `choices` (names of accounts, in plain text)."""
    return say("compare.ambiguous", text=text, choices=listing([quoted(choice) for choice in choices]))


def compare(dossiers: Sequence[Dossier]) -> Comparison:
    """Put dossiers side by side."""
    rows = [_compared(dossier, n) for n, dossier in enumerate(dossiers, start=1)]
    # By platform in the order in which each is first named.
    first = {row.account.platform: -row.number for row in reversed(rows)}
    rows.sort(key=lambda row: (-first[row.account.platform], row.number))
    groups = tuple((key, tuple(group)) for key, group in groupby(rows, key=lambda row: row.account.platform))
    return Comparison(groups=groups, notes=tuple(_notes(groups, dossiers)))


def _compared(dossier: Dossier, n: int) -> Compared:
    series, profile = dossier.series, dossier.snapshot
    followers = _followers(dossier)
    ratio = dossier.account.platform not in WITHOUT_RATIOS
    median = series.median if series else None
    return Compared(
        number=n,
        account=dossier.account,
        band=dossier.assessment.state_link.band,
        posts=dossier.posts_held,
        days=len(series.posts) if series else 0,
        per_day=sum(series.posts) / len(series.posts) if series else None,
        median=median,
        counted=series.counted if series else 0,
        followers=followers,
        rounded=profile is not None and profile.rounded,
        rate=median / followers if ratio and median is not None and followers else None,
    )


def _followers(dossier: Dossier) -> int | None:
    """Return the newest follower count where it can be true."""
    profile = dossier.snapshot
    if profile is None:
        return None
    flaw = followers_flaw(
        profile.followers,
        following=profile.following,
        posts=profile.posts,
        posts_held=dossier.posts_held,
    )
    return profile.followers if flaw is None else None


def _notes(
    groups: tuple[tuple[Platform, tuple[Compared, ...]], ...], dossiers: Sequence[Dossier]
) -> list[str]:
    notes: list[str] = []
    if len(groups) > 1:
        notes.append(say("compare.platforms"))
    lacking = [one.number for _platform, group in groups for one in group if one.median is None]
    if lacking:
        numbers = listing([Word(str(n)) for n in sorted(lacking)])
        notes.append(say("compare.no engagement", accounts=numbers))
    short = [one for _platform, group in groups for one in group if 0 < one.days < 14]
    notes.extend(
        say("compare.few days", n=Word(str(one.number)), days=counted(one.days, "day"))
        for one in sorted(short, key=lambda one: one.number)
    )
    if len({dossier.until.date() for dossier in dossiers}) > 1:
        notes.append(say("compare.windows"))
    return notes
