"""What one check of an account produced: plain data that turns into JSON and back.

Sentences in a dossier carry one piece of markup: text between backticks was written by somebody
else (a handle, a name, a post); everything outside them is ours. `wording.say` puts the backticks,
the card writers turn them into inert text. Cards, exports and alerts are drawn from a dossier alone.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import msgspec

from bot.accounts import Platform
from bot.store.live import AccountState
from bot.store.records import Relation

# Raised whenever a field changes its meaning or goes away; new fields do not raise it.
SCHEMA_VERSION = 1


class State(StrEnum):
    """How a check ended. COULD_NOT_CHECK is never counted as NOT_FOUND."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    INSUFFICIENT = "insufficient"
    COULD_NOT_CHECK = "could_not_check"
    NOT_APPLICABLE = "not_applicable"


class Line(StrEnum):
    """The three lines of an assessment. A finding on one never changes the words on another."""

    STATE_LINK = "state_link"
    COORDINATION = "coordination"
    ENGAGEMENT = "engagement"


class Category(StrEnum):
    """Kinds of evidence that count as independent of each other (IIAF, Pamment and Smith 2022)."""

    TECHNICAL = "technical"
    BEHAVIOURAL = "behavioural"
    CONTEXTUAL = "contextual"


class SourceNote(msgspec.Struct, frozen=True, kw_only=True):
    """A source as the dossier shows it. `grade` is the Admiralty grade of the source, such as "B2"."""

    key: str
    title: str
    publisher: str
    url: str
    published_on: str | None
    retrieved_on: str
    grade: str
    # The source whose content this one copies; the two count as one.
    derived_from: str | None = None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a reader can look at. `source` is the key of a SourceNote; `grade` that of the claim."""

    text: str
    at: datetime | None = None
    url: str | None = None
    source: str | None = None
    grade: str | None = None


class BondKind(StrEnum):
    """What two accounts have in common: the texts they publish, or whose posts they repost."""

    TEXTS = "texts"
    REPOSTS = "reposts"


class Bond(msgspec.Struct, frozen=True, kw_only=True):
    """Two accounts that publish the same, as far as posts are held; in itself no sign of anything.

    `one` and `other` are names of accounts on `platform` as people write them; `one` is None for the account
    that was checked. `shared` counts texts that both published within `window_s` seconds, or posts of the
    account that both reposted (`window_s` None).
    """

    kind: BondKind
    one: str | None
    other: str
    platform: Platform
    shared: int
    window_s: int | None = None


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What one check says.

    `n` of `of`: how many items showed it out of how many looked at, or, where the data are too few, how
    many are held out of how many are needed; None where counting makes no sense.
    `weight` is the value on the link line before qualifiers, 0..1, negative when it speaks against;
    None when the finding carries no weight. `reason` says why the check could not run, was
    insufficient or does not apply. `towards` names the entity (registry key) that the finding points to.
    `qualifiers` are the keys of bot.checks.weights.QUALIFIERS that hold for it. `figure` is the main
    figure with its sample, without a full stop: what the line quotes; None where there is none. `bonds` are
    the pairs of accounts that it speaks of, the strongest first.
    """

    check: str
    line: Line
    category: Category | None
    state: State
    summary: str
    reason: str | None = None
    n: int | None = None
    of: int | None = None
    weight: float | None = None
    evidence: tuple[Evidence, ...] = ()
    benign: str | None = None
    disarm: tuple[str, ...] = ()
    towards: str | None = None
    qualifiers: tuple[str, ...] = ()
    figure: str | None = None
    bonds: tuple[Bond, ...] = ()


class ChainStep(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One hop from the account upward, in the source's own direction: `from_` `relation` `to`.

    `source` is the key of a SourceNote, `grade` the Admiralty grade of the claim, `hedge` the source's
    own words of caution.
    """

    from_: str
    relation: Relation
    to: str
    source: str
    grade: str
    as_of: str | None = None
    hedge: str | None = None


class Reckoned(msgspec.Struct, frozen=True, kw_only=True):
    """One step of how the likelihood came about: a number of bot.checks.weights and the sum after it."""

    step: str
    value: float
    result: float


class AssessedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the assessment.

    `band` is a likelihood word of ICD 203 with its bounds `low` and `high`, all None when not assessed
    or where a line carries no likelihood (coordination, engagement). `confidence` is a sentence of its own.
    `reckoning` explains the band, number by number.
    """

    band: str | None
    low: float | None
    high: float | None
    confidence: str | None
    sentence: str
    chain: tuple[ChainStep, ...] = ()
    reckoning: tuple[Reckoned, ...] = ()


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a named analyst said of the link ("link"), of a finding (its check) or of a claim ("claim").

    `verdict` is confirm, refute or unsure; `likelihood` a band of ICD 203, `responsibility` one of MISP's
    steps of state responsibility, both None where nothing was said of them.
    """

    number: int
    about: str
    towards: str | None
    verdict: str
    likelihood: str | None
    responsibility: str | None
    reason: str
    by: str
    at: datetime


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """The three lines, the strongest thing against, and what would change them.

    `not_run` says in one sentence which methods of docs/methods.md this version does not have.
    """

    state_link: AssessedLine
    coordination: AssessedLine
    engagement: AssessedLine
    against: str
    would_change: tuple[str, ...] = ()
    not_run: str | None = None
    judgements: tuple[Judged, ...] = ()


class DossierAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Which account was checked. `name` is the registry's or the profile's, `url` its canonical page."""

    platform: Platform
    handle: str | None
    platform_id: str | None
    url: str
    name: str | None = None
    # Set when a post was asked about: its canonical URL.
    post_url: str | None = None
    # What a reader should know of the name itself: look-alike letters, a mirror that was replaced.
    warnings: tuple[str, ...] = ()


class DossierSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The newest profile held. None in a count means "not reported"."""

    taken_at: datetime
    source: str
    display_name: str | None
    bio: str | None
    created_at: datetime | None
    followers: int | None
    following: int | None
    posts: int | None
    rounded: bool


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The posts in the window by day and by hour (UTC): what pictures are drawn from.

    `posts` and `engagement` have one entry a day from `starts_on`, the day of the oldest post held, to the
    day of the newest; of the days around them nothing is known. `engagement` is the median of
    likes + reposts + replies over the day's original posts with all of these reported; None where there
    are none. `median` is that over all `counted` of the `originals`. `hours` counts posts of every kind by
    weekday, Monday first, and hour.
    """

    starts_on: date
    posts: tuple[int, ...]
    engagement: tuple[float | None, ...]
    hours: tuple[tuple[int, ...], ...]
    originals: int
    counted: int
    median: float | None


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """What the middle half of the accounts of its size would earn a post with as many followers.

    `low` and `high` are the quartiles of `accounts` others, in likes + reposts + replies.
    """

    accounts: int
    low: float
    median: float
    high: float


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to the account or in the registry on a day (UTC), as a sentence's part."""

    on: date
    words: str


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform itself gave for this check.

    `asked` is False where it was not asked at all; `gaps` say why then. `looked_at` is when it last gave the
    profile. `complete` is False where fetching still went on. `said` is what a reader must know of the
    account first (its state, another handle), `gaps` what could not be had, `remarks` what to know of the
    data: sentences.
    """

    asked: bool
    complete: bool
    looked_at: datetime | None
    source: str | None
    # None where the platform did not say.
    state: AccountState | None
    said: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    # What a look that is offered would cost at most, in millionths of a US dollar.
    price: int | None = None


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one check produced.

    `posts_held` counts the posts in the window: the `days` days up to `until`. `happened` is oldest first.
    """

    account: DossierAccount
    snapshot: DossierSnapshot | None
    assessment: Assessment
    findings: tuple[Finding, ...]
    sources: tuple[SourceNote, ...]
    checked_at: datetime
    days: int
    # Earlier than `checked_at` where only older posts are held.
    until: datetime
    posts_held: int
    # None where no posts are held.
    series: Series | None = None
    # None where too few accounts of its size are held, or where there is nothing to compare.
    cohort: Band | None = None
    happened: tuple[Happened, ...] = ()
    # None where this check was made from what is held alone.
    live: Live | None = None
    registry_version: str
    timings_ms: dict[str, float]
    schema: int = SCHEMA_VERSION


def to_json(dossier: Dossier) -> bytes:
    """Return the documented JSON (docs/json.md)."""
    return msgspec.json.encode(dossier)


def from_json(raw: bytes | str) -> Dossier:
    """Read what `to_json` wrote. Raises msgspec.ValidationError on anything else."""
    return msgspec.json.decode(raw, type=Dossier)
