"""A labelled world as its TOML file describes it: what is held, and what should come out.

Accounts are written `x:handle`, or `x:handle#123` with their lasting id. Everything is invented; hosts end
in `.example`. docs/evaluation.md describes the format.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from bot.accounts import AccountRef, Platform, canonical_handle
from bot.checks.dossier import State
from bot.checks.weights import BANDS
from bot.errors import InputError
from bot.evaluation.stories import Stories
from bot.store.records import PostKind, Relation
from bot.text.indicators import Mark

# What the link line can say, weakest first; "none" is a line without a likelihood.
LINKS = ("none", *(band.word for band in BANDS))
EVEN = "roughly even chance"

T = TypeVar("T")

Coordination = Literal["not assessed", "none", "note", "finding"]

DEFAULT_SOURCE = "list"

# The stories that the worlds of a folder share.
STORIES = "stories.toml"


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; a misspelt key is an error."""


class SourcePart(_Part, frozen=True, kw_only=True):
    """A source beside the default one. `copies` names the source that it derives from."""

    key: str
    grade: str = "B2"
    published: str = "2025-06-01"
    copies: str | None = None


class EntityPart(_Part, frozen=True, kw_only=True, rename={"media_class": "class"}):
    """An entity with what one source gives it. `also_in` are further sources of its accounts."""

    key: str
    name: str
    kind: str = "outlet"
    country: str | None = None
    media_class: str | None = None
    edition: str = "2025"
    names: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    source: str = DEFAULT_SOURCE
    also_in: tuple[str, ...] = ()


class ClaimPart(_Part, frozen=True, kw_only=True):
    """`subject` `relation` `object`, both keys of entities."""

    subject: str
    relation: Relation
    object: str
    source: str = DEFAULT_SOURCE
    grade: str = "B2"
    hedge: str | None = None


class ProfilePart(_Part, frozen=True, kw_only=True):
    """One snapshot; `of` is the account checked unless told otherwise."""

    of: str | None = None
    days_ago: float = 0.1
    name: str | None = None
    bio: str | None = None
    link: str | None = None
    location: str | None = None
    followers: int | None = None
    created_days_ago: float | None = None


class ClockPart(_Part, frozen=True, kw_only=True):
    """Posts at the full hours from `opens` to before `closes` of a zone; working days alone, or every day."""

    zone: str
    opens: int = 9
    closes: int = 18
    workdays: bool = True


class PostsPart(_Part, frozen=True, kw_only=True):
    """A run of posts, newest first: texts in turn, or stories `first`, `first` + 1, … of a language.

    `{n}` in a text is the number of the post. Post number n was published about `newest_hours_ago` + n times
    `every_hours` ago, as people post, or `exact`ly then, as programs do; and `later_minutes` after that.
    `clock` sets the hours instead. Equal numbers of two runs deviate equally.
    """

    by: str | None = None
    name: str | None = None
    count: int
    texts: tuple[str, ...] = ()
    stories: str | None = None
    first: int = 0
    before: str = ""
    after: str = ""
    every_hours: float = 12
    newest_hours_ago: float = 2
    later_minutes: float = 0
    exact: bool = False
    clock: ClockPart | None = None
    kind: PostKind = PostKind.ORIGINAL
    mentions: tuple[str, ...] | None = None
    links: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    likes: int | None = None
    reposts: int | None = None
    replies: int | None = None
    views: int | None = None


class SharesPart(_Part, frozen=True, kw_only=True):
    """Reposts of the newest post of a run, by named accounts and by so many readers."""

    of: str
    by: tuple[str, ...] = ()
    readers: int = 0


class FollowersPart(_Part, frozen=True, kw_only=True):
    """A list of an account's followers: named accounts and so many readers."""

    of: str | None = None
    by: tuple[str, ...] = ()
    readers: int = 0


class LabelPart(_Part, frozen=True, kw_only=True):
    """A look at an account's page. Without `label` the page showed none."""

    of: str | None = None
    on: str
    label: str | None = None


class SitePart(_Part, frozen=True, kw_only=True):
    """A look at a page of a site and the addresses on it."""

    host: str
    links: tuple[str, ...] = ()
    days_ago: float = 1


class MarkPart(_Part, frozen=True, kw_only=True):
    """A value of one kind (bot.text.indicators) that stands on these sites."""

    kind: Mark
    value: str
    hosts: tuple[str, ...]
    days_ago: float = 3


class LookedPart(_Part, frozen=True, kw_only=True):
    """Sites that were looked at without finding more than `mark` says: named ones, and so many others."""

    hosts: tuple[str, ...] = ()
    others: int = 0
    days_ago: float = 3


class Expected(_Part, frozen=True, kw_only=True):
    """What should come out. The link stands between `at_least` and `at_most`, both included.

    `found` are the checks that should find something, `may_find` those that may; every other should not.
    `states` fixes the state of single checks, `towards` names whom the link points to by registry key,
    `says` and `never` are words of the findings.
    """

    at_least: str = LINKS[0]
    at_most: str
    coordination: Coordination | Literal["any"] = "none"
    found: tuple[str, ...] = ()
    may_find: tuple[str, ...] = ()
    states: dict[str, State] = {}
    towards: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class Scenario(_Part, frozen=True, kw_only=True):
    """One world. `needs` are checks without which its link line is not to be scored."""

    title: str
    benign: bool
    account: str
    expect: Expected
    post: str | None = None
    days: int = 90
    needs: tuple[str, ...] = ()
    source: tuple[SourcePart, ...] = ()
    entity: tuple[EntityPart, ...] = ()
    claim: tuple[ClaimPart, ...] = ()
    profile: tuple[ProfilePart, ...] = ()
    posts: tuple[PostsPart, ...] = ()
    shares: tuple[SharesPart, ...] = ()
    followers: tuple[FollowersPart, ...] = ()
    label: tuple[LabelPart, ...] = ()
    site: tuple[SitePart, ...] = ()
    mark: tuple[MarkPart, ...] = ()
    looked: tuple[LookedPart, ...] = ()


def read_scenarios(folder: Path) -> tuple[dict[str, Scenario], Stories]:
    """Read every world of a folder, by file name, and the stories beside them.

    Raises InputError, which names the file, for a folder without worlds and for a file that is none.
    """
    files = sorted(file for file in folder.glob("*.toml") if file.name != STORIES)
    if not files:
        raise InputError(f"there are no scenarios (*.toml) in {folder}.")
    stories = _read(folder / STORIES, Stories) if (folder / STORIES).is_file() else Stories(languages={})
    worlds = {file.stem: _read(file, Scenario) for file in files}
    for name, world in worlds.items():
        for word in (world.expect.at_least, world.expect.at_most):
            if word not in LINKS:
                raise InputError(f"{name}.toml: {word!r} is none of {', '.join(LINKS)}.")
    return worlds, stories


def _read(file: Path, kind: type[T]) -> T:
    try:
        return msgspec.toml.decode(file.read_bytes(), type=kind)
    except (msgspec.DecodeError, OSError) as error:
        raise InputError(f"{file.name}: {error}.") from error


def account_of(text: str) -> AccountRef:
    """Read `platform:handle` or `platform:handle#id`. Raises InputError for anything else."""
    platform, _, rest = text.partition(":")
    handle, _, platform_id = rest.partition("#")
    try:
        known = Platform(platform)
    except ValueError:
        raise InputError(f"{text!r} names no platform before its colon.") from None
    canonical = canonical_handle(known, handle) if handle else None
    if canonical is None and not platform_id:
        raise InputError(f"{text!r} is no account: write x:handle or x:handle#123.")
    return AccountRef(platform=known, handle=canonical, platform_id=platform_id or None)
