"""The answers of Bluesky's AppView (app.bsky lexicons) and of an account's own server, as records of ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from bot.accounts import AccountRef, Platform
from bot.errors import ShapeChangedError
from bot.imports.bluesky_posts import account_of, post_of, repost_of, view_of
from bot.imports.bluesky_shapes import Item, PostView, Profile, SignedPost
from bot.imports.common import RowError, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.platforms.answers import each
from bot.platforms.contract import Part
from bot.store.follows import Follow, FollowList
from bot.store.live import AccountState
from bot.store.looks import LabelLook
from bot.store.records import Post, Snapshot
from bot.text.inert import quoted

SOURCE = "api:bluesky"
NAME = "Bluesky"
PDS_SOURCE = "api:bluesky-pds"

# The author's own label for "do not show me to people who are not signed in".
NO_UNAUTHENTICATED = "!no-unauthenticated"
ASKS_NOT_TO_BE_SHOWN = (
    "The account asks not to be shown to people who are not signed in to Bluesky. Masthead is not signed in, "
    "so it keeps neither its profile nor its posts"
)


class Label(msgspec.Struct, kw_only=True):
    """One labeller's opinion. `src` is the labeller's DID, the account's own for what it says of itself."""

    src: str
    val: str
    neg: bool = False


class Verification(msgspec.Struct, kw_only=True, rename="camel"):
    verified_status: str | None = None
    trusted_verifier_status: str | None = None


class ProfileView(Profile, kw_only=True, rename="camel"):
    """A profile as the AppView shows it now."""

    labels: list[Label] | None = None
    verification: Verification | None = None
    website: str | None = None


class Refused(msgspec.Struct, kw_only=True):
    """The body of an XRPC error."""

    error: str | None = None
    message: str | None = None


class FeedPage(msgspec.Struct, kw_only=True):
    feed: list[msgspec.Raw]
    cursor: str | None = None


class PeoplePage(msgspec.Struct, kw_only=True):
    """An answer of getFollowers or getFollows."""

    followers: list[msgspec.Raw] | None = None
    follows: list[msgspec.Raw] | None = None
    cursor: str | None = None

    @property
    def people(self) -> list[msgspec.Raw]:
        """The accounts of the page, whichever list it is."""
        return self.followers or self.follows or []


class PostsPage(msgspec.Struct, kw_only=True):
    """An answer of getPosts or getQuotes."""

    posts: list[msgspec.Raw]
    cursor: str | None = None


class RecordsPage(msgspec.Struct, kw_only=True):
    """An answer of com.atproto.repo.listRecords."""

    records: list[msgspec.Raw]
    cursor: str | None = None


class Resolved(msgspec.Struct, kw_only=True):
    did: str


class _Author(msgspec.Struct, kw_only=True):
    labels: list[Label] | None = None


class _Written(msgspec.Struct, kw_only=True):
    author: _Author


class _WrittenItem(msgspec.Struct, kw_only=True):
    post: _Written


PROFILE = msgspec.json.Decoder(ProfileView)
REFUSED = msgspec.json.Decoder(Refused)
FEED = msgspec.json.Decoder(FeedPage)
PEOPLE = msgspec.json.Decoder(PeoplePage)
POSTS = msgspec.json.Decoder(PostsPage)
RECORDS = msgspec.json.Decoder(RecordsPage)
_item = msgspec.json.Decoder(Item)
_item_labels = msgspec.json.Decoder(_WrittenItem)
_post_view = msgspec.json.Decoder(PostView)
_post_labels = msgspec.json.Decoder(_Written)
_signed = msgspec.json.Decoder(SignedPost)
_person = msgspec.json.Decoder(Profile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Posts or accounts of one page, and how many of its entries could not be read."""

    posts: list[Post] = field(default_factory=list[Post])
    people: list[AccountRef] = field(default_factory=list[AccountRef])
    unread: int = 0


def profile_part(profile: ProfileView, *, at: datetime) -> Part:
    """Return what a profile says; nothing but the account's names where its owner asks not to be shown."""
    try:
        account = account_of(profile)
    except RowError as error:
        raise ShapeChangedError(f"Bluesky answered in an unknown shape ({error}).") from error
    if not may_be_shown(profile.labels):
        return withheld(account)
    verified = profile.verification
    return Part(
        account=account,
        state=AccountState.PRESENT,
        snapshots=(
            Snapshot(
                account=account,
                taken_at=at,
                source=SOURCE,
                display_name=profile.display_name,
                bio=profile.description,
                profile_link=web_address(profile.website),
                created_at=instant_or_none(profile.created_at, now=at),
                followers=profile.followers_count,
                following=profile.follows_count,
                posts=profile.posts_count,
                verified="verified" if verified and verified.verified_status == "valid" else None,
            ),
        ),
        labels=label_looks(profile, at=at),
    )


def withheld(account: AccountRef) -> Part:
    """Return the part of an account that asks not to be shown; what was fetched before goes."""
    return Part(
        account=account, state=AccountState.NEEDS_SIGN_IN, reason=f"{ASKS_NOT_TO_BE_SHOWN}.", withdraw=True
    )


def may_be_shown(labels: Iterable[Label] | None) -> bool:
    """Whether the author lets people who are not signed in see this."""
    return all(label.neg or label.val != NO_UNAUTHENTICATED for label in labels or ())


def label_looks(profile: ProfileView, *, at: datetime) -> tuple[LabelLook, ...]:
    """Return the labels by labeller. A profile without any is a look that showed none."""
    by_source: dict[str, list[str]] = {}
    for label in profile.labels or ():
        if not label.neg:
            by_source.setdefault(label.src, []).append(label.val)
    url = f"https://bsky.app/profile/{profile.did}"
    if not by_source:
        return (LabelLook(looked_at=at, label=None, source=SOURCE, url=url),)
    return tuple(
        LabelLook(looked_at=at, label=", ".join(sorted(set(values))), source=f"{SOURCE} {source}", url=url)
        for source, values in sorted(by_source.items())
    )


def feed_posts(page: FeedPage, *, at: datetime) -> Read:
    """Read a page of an author's feed: own posts, and reposts of others'."""

    def read(piece: msgspec.Raw) -> Post:
        item = decode(_item, piece)
        post = post_of(item.post, collected_at=at, now=at)
        if item.reason is None or item.reason.by is None:
            return post
        repost = repost_of(post, item.reason, by=item.reason.by, now=at)
        # The one who is reposted may ask not to be shown; that it was reposted is the other's doing.
        if not may_be_shown(decode(_item_labels, piece).post.author.labels):
            repost = replace(repost, text="", links=(), mentions=None, media=())
        return repost

    posts, unread = each(page.feed, read, name=NAME)
    return Read(posts=posts, unread=unread)


def view_posts(page: PostsPage, *, at: datetime) -> Read:
    """Read posts that stand alone; those whose authors ask not to be shown are left out."""

    def read(piece: msgspec.Raw) -> Post | None:
        shown = may_be_shown(decode(_post_labels, piece).author.labels)
        return post_of(decode(_post_view, piece), collected_at=at, now=at) if shown else None

    posts, unread = each(page.posts, read, name=NAME)
    return Read(posts=[post for post in posts if post is not None], unread=unread)


def record_posts(page: RecordsPage, *, at: datetime) -> Read:
    """Read posts out of their author's own repository, which knows no counts."""
    posts, unread = each(
        page.records,
        lambda piece: post_of(view_of(decode(_signed, piece)), collected_at=at, now=at),
        name=NAME,
    )
    return Read(posts=posts, unread=unread)


def people(page: PeoplePage) -> Read:
    """Read a page of followers or follows."""
    found, unread = each(page.people, lambda piece: account_of(decode(_person, piece)), name=NAME)
    return Read(people=found, unread=unread)


def follows(account: AccountRef, read: Read, *, listed_in: FollowList, at: datetime) -> tuple[Follow, ...]:
    """Return who follows whom on a page of `account`'s list."""
    audience = listed_in is FollowList.FOLLOWERS
    return tuple(
        Follow(
            account=account if audience else other,
            follower=other if audience else account,
            listed_in=listed_in,
            source=SOURCE,
            seen_at=at,
        )
        for other in read.people
    )


def handle_remark(account: AccountRef) -> str:
    """Return the account as a sentence names it."""
    return quoted(account.handle or account.platform_id or "")


def platform_account(did: str, handle: str | None) -> AccountRef:
    """Return the account of a DID. Raises ShapeChangedError where it is none."""
    try:
        return account_of(Profile(did=did, handle=handle))
    except RowError as error:
        raise ShapeChangedError(f"Bluesky answered in an unknown shape ({error}).") from error


def is_did(text: str) -> bool:
    """Whether a text is a DID that Bluesky knows."""
    try:
        return account_of(Profile(did=text)).platform is Platform.BLUESKY
    except RowError:
        return False
