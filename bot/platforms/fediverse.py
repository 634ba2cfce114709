"""The fediverse: every account is asked of its own server, since copies elsewhere under-count.

WebFinger (RFC 7033) says which server that is, NodeInfo (https://nodeinfo.diaspora.software/) which
software runs there. Then its API is asked; where that wants a token, what servers tell each other.
All servers are strangers': every request goes through the safe fetcher.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from yarl import URL

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import NotThereError, PlatformError, ShapeChangedError, SignInNeededError
from bot.imports.common import handle_on, web_address
from bot.platforms import activitypub
from bot.platforms import mastodon_answers as answers
from bot.platforms.contract import Part, Rate, Terms, Wish
from bot.platforms.mastodon import Mastodon
from bot.platforms.misskey import DIALECTS as MISSKEYS
from bot.platforms.misskey import Misskey
from bot.platforms.visit import Visit
from bot.store.follows import FollowList
from bot.store.live import AccountState, Aspect
from bot.text.inert import quoted

Origin = Callable[[str], str]

TERMS = Terms(
    platform=Platform.FEDIVERSE,
    source=answers.SOURCE,
    aspects=(Aspect.PROFILE, Aspect.POSTS, Aspect.FOLLOWERS, Aspect.FOLLOWS),
    # Mastodon's own limit for one address is 7,500 in 5 minutes; small servers deserve less.
    rate=Rate(requests=300, per_s=300),
    page="https://docs.joinmastodon.org/api/rate-limits/",
    read_on="2026-11-21",
    finds_posts=True,
    ttl=timedelta(minutes=30),
    keep_raw=timedelta(days=14),
)

NO_INDEX = "The account asks not to be indexed, so its posts are not kept."
_SIGN_IN_FIRST = "Its server shows the account to nobody without a token."
_REFUSED = frozenset({401, 403})
_ABSENT = frozenset({400, 404, 410})


class _Link(msgspec.Struct, kw_only=True):
    rel: str = ""
    type: str | None = None
    href: str | None = None


class _Finger(msgspec.Struct, kw_only=True):
    subject: str = ""
    links: list[_Link] = msgspec.field(default_factory=list[_Link])


class _Software(msgspec.Struct, kw_only=True):
    name: str = ""


class _NodeInfo(msgspec.Struct, kw_only=True):
    software: _Software


_finger = msgspec.json.Decoder(_Finger)
_node_info = msgspec.json.Decoder(_NodeInfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Home:
    """Where an account is at home. `origin` is its server's, `actor` the account's lasting address."""

    account: AccountRef
    user: str
    host: str
    origin: str
    actor: str


class Fediverse:
    """Reads accounts of any server. `origin` turns a host into where it is asked: a test's own server."""

    def __init__(self, *, origin: Origin = "https://{}".format) -> None:
        self._origin = origin

    @property
    def terms(self) -> Terms:
        return TERMS

    async def fetch(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        if aspect is Aspect.PROFILE:
            yield await self._profile(account, visit)
            return
        async for part in self._rest(aspect, account, wish=wish, visit=visit):
            yield part

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        address = URL(post.post_id)
        host, status_id = address.host or "", address.name
        server = Mastodon(origin=self._origin(host), host=host, dialect="")
        part = await server.find_post(post, status_id, visit=visit)
        if part is not None:
            yield part

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        home = await self._home(account, visit)
        if isinstance(home, Part):
            return home
        dialect = await self._dialect(home.origin, visit)
        visit.memory |= {"origin": home.origin, "host": home.host, "dialect": dialect}
        if dialect in MISSKEYS:
            server = Misskey(origin=home.origin)
            part, local_id = await server.profile(home.account, home.user, visit=visit)
            visit.memory |= {"local_id": local_id or ""}
            return part
        part = await self._by_api(home, dialect, visit)
        return part or await self._by_activitypub(home, visit)

    async def _by_api(self, home: _Home, dialect: str, visit: Visit) -> Part | None:
        """Ask the API; None where it refuses or is another one."""
        server = Mastodon(origin=home.origin, host=home.host, dialect=dialect)
        try:
            got = await server.lookup(home.user, visit=visit)
        except ShapeChangedError:
            # No API of this kind: a page of the website came back.
            return None
        if got.status != 200:
            return None
        found = got.read(answers.ACCOUNT)
        if found.uri is not None and found.uri != home.actor:
            # The name belongs to somebody else there.
            return None
        visit.memory["local_id"] = found.id
        if found.noindex:
            visit.memory["noindex"] = "yes"
        return answers.profile_part(found, named=home.account, dialect=dialect, at=got.at)

    async def _by_activitypub(self, home: _Home, visit: Visit) -> Part:
        got = await activitypub.ask_actor(home.actor, visit=visit)
        if got.status in _REFUSED:
            reason = _SIGN_IN_FIRST
            return Part(account=home.account, state=AccountState.NEEDS_SIGN_IN, reason=reason)
        if got.status in _ABSENT:
            reason = (
                "Its server has deleted the account." if got.status == 410 else "Its server knows it no more."
            )
            return Part(account=home.account, state=AccountState.GONE, reason=reason)
        actor = got.read(activitypub.ACTOR)
        visit.memory["outbox"] = actor.outbox or ""
        return await activitypub.profile(actor, home.account, at=got.at, visit=visit)

    async def _rest(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        memory = visit.memory
        if aspect is Aspect.POSTS and memory.get("noindex"):
            yield Part(account=account, withdraw=True, remark=NO_INDEX)
            return
        local_id = memory.get("local_id")
        if memory.get("dialect") in MISSKEYS:
            if aspect is Aspect.POSTS and local_id:
                server = Misskey(origin=memory["origin"])
                async for part in server.posts(account, local_id, wish=wish, visit=visit):
                    yield part
        elif local_id:
            async for part in self._of_mastodon(aspect, account, local_id, wish=wish, visit=visit):
                yield part
        elif aspect is Aspect.POSTS and memory.get("outbox"):
            async for part in activitypub.posts(account, memory["outbox"], wish=wish, visit=visit):
                yield part

    async def _of_mastodon(
        self, aspect: Aspect, account: AccountRef, local_id: str, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        memory = visit.memory
        server = Mastodon(origin=memory["origin"], host=memory["host"], dialect=memory["dialect"])
        if aspect is Aspect.POSTS:
            try:
                async for part in server.posts(account, local_id, wish=wish, visit=visit):
                    yield part
            except SignInNeededError:
                # snac answers look-ups and wants a token for posts.
                async for part in self._outbox(account, wish=wish, visit=visit):
                    yield part
            return
        listed_in = FollowList.FOLLOWERS if aspect is Aspect.FOLLOWERS else FollowList.FOLLOWS
        async for part in server.people(listed_in, account, local_id, wish=wish, visit=visit):
            yield part

    async def _outbox(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        got = await activitypub.ask_actor(account.platform_id or "", visit=visit)
        if got.status != 200:
            raise SignInNeededError("Its server shows posts to nobody without a token.")
        outbox = got.read(activitypub.ACTOR).outbox
        if outbox is not None:
            async for part in activitypub.posts(account, outbox, wish=wish, visit=visit):
                yield part

    async def _home(self, account: AccountRef, visit: Visit) -> _Home | Part:
        """Find the server of an account; a part that says why where there is none."""
        handle = account.handle or await self._handle_of(account.platform_id or "", visit)
        host = handle.rpartition("@")[2]
        finger = await self._ask_finger(self._origin(host), f"acct:{handle}", visit)
        if isinstance(finger, AccountState):
            verb = "has deleted the account" if finger is AccountState.GONE else "knows no account"
            return Part(account=account, state=finger, reason=f"{quoted(host)} {verb} {quoted(handle)}.")
        actor = _actor(finger)
        if actor is None:
            raise ShapeChangedError(f"{quoted(host)} does not say where the account {quoted(handle)} is.")
        at = URL(actor)
        if at.host == host:
            named = _subject(finger)
            named = named if named and named.endswith(f"@{host}") else handle
        else:
            named = await self._confirmed(handle, actor, visit)
        return _Home(
            account=AccountRef(platform=Platform.FEDIVERSE, handle=named, platform_id=actor),
            user=named.rpartition("@")[0],
            host=named.rpartition("@")[2],
            origin=str(at.origin()),
            actor=actor,
        )

    async def _confirmed(self, handle: str, actor: str, visit: Visit) -> str:
        """Return the name of an actor on another host, as its own server gives it.

        Anybody can point at somebody else's actor; only that actor's server can say that the name is its.
        """
        at = URL(actor)
        back = await self._ask_finger(str(at.origin()), actor, visit)
        named = None if isinstance(back, AccountState) or _actor(back) != actor else _subject(back)
        if named is None or (named != handle and not named.endswith(f"@{at.host}")):
            where = quoted(at.host or "")
            raise ShapeChangedError(
                f"{quoted(handle)} points to an account on {where}, which does not know that name."
            )
        return named

    async def _ask_finger(self, origin: str, resource: str, visit: Visit) -> _Finger | AccountState:
        got = await visit.get(
            f"{origin}/.well-known/webfinger",
            params={"resource": resource},
            headers={"Accept": "application/jrd+json, application/json"},
            accept=_ABSENT,
            stranger=True,
        )
        if got.status in _ABSENT:
            return AccountState.GONE if got.status == 410 else AccountState.NOT_FOUND
        return got.read(_finger)

    async def _handle_of(self, actor: str, visit: Visit) -> str:
        """Return the name that an actor bears now. Raises PlatformError."""
        got = await activitypub.ask_actor(actor, visit=visit)
        if got.status in _REFUSED:
            raise SignInNeededError(_SIGN_IN_FIRST)
        if got.status != 200:
            raise NotThereError("Its server knows the account no more.", gone=got.status == 410)
        found = got.read(activitypub.ACTOR)
        handle = handle_on(Platform.FEDIVERSE, f"{found.preferred_username}@{URL(actor).host or ''}")
        if handle is None:
            raise ShapeChangedError("The server gave the account a name that no account can have.")
        return handle

    async def _dialect(self, origin: str, visit: Visit) -> str:
        """Return the software of a server in lower case; "" where it does not say."""
        try:
            got = await visit.get(f"{origin}/.well-known/nodeinfo", stranger=True)
            addresses = [web_address(link.href) for link in got.read(_finger).links]
            inside = [address for address in addresses if address and str(URL(address).origin()) == origin]
            if not inside:
                return ""
            told = await visit.get(inside[-1], stranger=True)
            return told.read(_node_info).software.name.lower()
        except PlatformError:
            # Which software it is decides only which way is tried first.
            return ""


def _actor(finger: _Finger) -> str | None:
    kinds = ("application/activity+json", "application/ld+json")
    actors = (
        link.href for link in finger.links if link.rel == "self" and (link.type or "").startswith(kinds)
    )
    return web_address(next(actors, None))


def _subject(finger: _Finger) -> str | None:
    return handle_on(Platform.FEDIVERSE, finger.subject.removeprefix("acct:"))
