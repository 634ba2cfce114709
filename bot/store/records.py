"""The values that go into the store and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.accounts import AccountRef, Platform

AccountId = NewType("AccountId", int)
EntityId = NewType("EntityId", int)
CheckRunId = NewType("CheckRunId", int)


class PostKind(StrEnum):
    """What a post is to the account that published it."""

    ORIGINAL = "original"
    REPOST = "repost"
    QUOTE = "quote"
    REPLY = "reply"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a post was reported to have earned. None means "not reported", which is not 0."""

    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    quotes: int | None = None
    views: int | None = None
    rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One published item. Times are aware UTC.

    `mentions` holds the canonical handles that the platform itself marked as mentions; None where it
    marked nothing, so that the text decides. `refers_to` is the id of the reposted, quoted or answered
    post. `text` is what the account wrote; for a repost it is the original's text.
    """

    platform: Platform
    post_id: str
    author: AccountRef
    created_at: datetime
    kind: PostKind
    text: str
    counts: Counts = field(default_factory=Counts)
    counts_at: datetime | None = None
    language: str | None = None
    links: tuple[str, ...] = ()
    mentions: tuple[str, ...] | None = None
    # Kinds of attached media ("photo", "video"), for the checks that look at videos alone.
    media: tuple[str, ...] = ()
    # What tells attached pictures apart, with where the name comes from (`cid:…`, `hash:…`). Written and not
    # read back: sweeps alone compare them.
    pictures: tuple[str, ...] = ()
    refers_to: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What an account's profile said at one moment."""

    account: AccountRef
    taken_at: datetime
    source: str
    display_name: str | None = None
    bio: str | None = None
    profile_link: str | None = None
    location: str | None = None
    created_at: datetime | None = None
    followers: int | None = None
    following: int | None = None
    posts: int | None = None
    rounded: bool = False
    verified: str | None = None


# The key of the source that marks the demonstration; cards of its accounts say what they are.
DEMO_SOURCE = "masthead-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """Admiralty grade. F and 6 mean "cannot be judged", not "bad"."""

    reliability: str
    credibility: str

    def __str__(self) -> str:
        return f"{self.reliability}{self.credibility}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a claim comes from. `derived_from` names the source it copies; the two count as one."""

    key: str
    title: str
    publisher: str
    url: str
    published_on: str | None
    retrieved_on: str
    grade: Grade
    derived_from: str | None = None
    licence: str | None = None
    # How far it goes (TLP 2.0): CLEAR, GREEN, AMBER or AMBER+STRICT; None where its author set no limit.
    tlp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """An organisation, outlet, government body or official. `country` is ISO 3166-1 alpha-2."""

    entity_id: EntityId
    key: str
    kind: str
    country: str | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typology:
    """One monitor's class for an outlet in one edition."""

    code: str
    edition: str
    source: Source


class Relation(StrEnum):
    """How two entities, or an entity and an account or domain, are related: `subject relation object`.

    Only OWNS, CONTROLS and APPOINTS carry ownership; owning is not developing, co-publishing,
    supplying content or being a member.
    """

    OWNS = "owns"
    CONTROLS = "controls"
    APPOINTS = "appoints"
    FUNDS = "funds"
    PUBLISHES = "publishes"
    CO_PUBLISHES = "co_publishes"
    LICENSES_CONTENT = "licenses_content"
    DEVELOPS = "develops"
    HOSTS = "hosts"
    MEMBER_OF = "member_of"
    EMPLOYS = "employs"
    REPRESENTS = "represents"
    CREDITS = "credits"
    # A source reports a link and does not say of which kind.
    LINKS_TO = "links_to"
    # Entity to account or domain.
    HAS_ACCOUNT = "has_account"
    HAS_SITE = "has_site"


OWNERSHIP = frozenset({Relation.OWNS, Relation.CONTROLS, Relation.APPOINTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sourced statement between two entities."""

    subject: Entity
    relation: Relation
    object: Entity
    source: Source
    grade: Grade
    locator: str = ""
    hedge: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClaim:
    """One sourced statement that an entity has an account. `by_id`: the source named the lasting id."""

    account: AccountRef
    entity: Entity
    relation: Relation
    source: Source
    grade: Grade
    by_id: bool
    locator: str = ""
    hedge: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
