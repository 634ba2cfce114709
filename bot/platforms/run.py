"""One look under way: aspect by aspect, each part stored as it comes, every gap told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.accounts import AccountRef, PostRef
from bot.errors import PlatformError, PlatformUnreachableError, RateLimitedError, StoreError
from bot.platforms.contract import Connector, Part, Terms, Wish
from bot.platforms.look import Look
from bot.platforms.settings import PlatformsConfig
from bot.platforms.visit import Visit
from bot.registry.names import PLATFORM_NAMES
from bot.store.accounts import FoundBy
from bot.store.database import Database
from bot.store.live import AccountState, Aspect, Fetch, record_fetch
from bot.store.live_parts import Given, HeldAccount, held_account, held_post, most_shared, record_given
from bot.store.raw_answers import keep_all
from bot.store.records import AccountId

log = logging.getLogger(__name__)

# Counts of a post change for a few days, so these are read again at every look.
SETTLING = timedelta(days=3)
# Lists of followers and of sharers change slowly and cost many requests.
LIST_TTL = timedelta(days=1)
SHARED_POSTS = 5
FEEDS = frozenset({Aspect.PROFILE, Aspect.POSTS})
NOTHING: Mapping[Aspect, datetime] = MappingProxyType({})
SHOWN = frozenset({AccountState.PRESENT, AccountState.LIMITED})


@dataclass(slots=True, kw_only=True)
class _Progress:
    """What is known so far."""

    account: AccountRef | None
    account_id: AccountId | None = None
    state: AccountState | None = None
    reason: str | None = None
    looked_at: datetime | None = None
    renamed_from: str | None = None
    fetched: int = 0
    problems: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])
    error: PlatformError | None = None


class Run:
    """Asks one connector about one account. Made for one look; `run` is called once."""

    def __init__(
        self,
        connector: Connector,
        visit: Visit,
        *,
        database: Database,
        settings: PlatformsConfig,
        account: AccountRef | None,
        post: PostRef | None,
        days: int,
        anew: Mapping[Aspect, datetime] = NOTHING,
    ) -> None:
        self._connector = connector
        self._terms: Terms = connector.terms
        self._visit = visit
        self._database = database
        self._settings = settings
        self._post = post
        self._days = days
        self._anew = anew
        self._held: HeldAccount | None = None
        self._progress = _Progress(account=account)

    def look(self, *, rest: asyncio.Task[Look] | None = None) -> Look:
        """Return how far this has come."""
        progress = self._progress
        return Look(
            platform=self._terms.platform,
            account=progress.account,
            post=self._post,
            source=self._terms.source,
            state=progress.state,
            reason=progress.reason,
            looked_at=progress.looked_at,
            renamed_from=progress.renamed_from,
            fetched=progress.fetched,
            problems=tuple(dict.fromkeys(progress.problems)),
            remarks=tuple(dict.fromkeys(progress.remarks)),
            error=progress.error,
            rest=rest,
        )

    async def run(self) -> Look:
        """Ask for everything that is not fresh. Raises StoreError alone."""
        try:
            async with asyncio.timeout(self._settings.wait_s + self._settings.rest_s):
                await self._post_first()
                await self._aspects()
        except TimeoutError:
            name = PLATFORM_NAMES[self._terms.platform]
            slow = f"{name} was too slow to be read to the end; the next look goes on."
            self._progress.problems.append(slow)
            self._failed(PlatformUnreachableError(slow))
        if self._visit.kept:
            # Answers that no part came of: errors, and shapes that nobody could read.
            await self._database.write(keep_all, self._visit.kept, account_id=self._progress.account_id)
        return self.look()

    async def _post_first(self) -> None:
        """Fetch the post that was asked about, where it is not held: it also tells its author."""
        post = self._post
        if post is None or not self._terms.finds_posts:
            return
        if await self._database.read(held_post, post) is not None:
            return
        try:
            async for part in self._connector.find_post(post, visit=self._visit):
                await self._store(part)
                if self._progress.account is None:
                    self._progress.account = part.account
        except PlatformError as error:
            self._progress.problems.append(str(error))

    async def _aspects(self) -> None:
        account = self._progress.account
        if account is None:
            return
        self._held = await self._database.read(held_account, account)
        if not await self._profile(account):
            return
        for aspect in self._terms.aspects:
            if aspect is not Aspect.PROFILE and self._progress.state in SHOWN:
                await self._aspect(aspect)

    async def _profile(self, asked: AccountRef) -> bool:
        """Find out who this is now; False where nothing more is to be asked."""
        held, progress = self._held, self._progress
        last = held.fetches.get(Aspect.PROFILE) if held else None
        if held is not None and held.by is not FoundBy.FORMER_HANDLE:
            progress.account_id = held.account_id
            if last is not None and self._is_fresh(last):
                progress.looked_at = last.done_at
                progress.account = held.ref
                if held.state is not None:
                    progress.state, progress.reason = held.state.state, held.state.reason
                self._recall(last)
                return True
            if last is not None:
                progress.looked_at = last.done_at
        known_id = held.ref.platform_id if held else None
        if known_id is not None:
            self._visit.memory["held_id"] = known_id
        if not await self._aspect(Aspect.PROFILE):
            return False
        lost = progress.state is AccountState.NOT_FOUND and asked.platform_id is None
        if lost and held is not None and known_id is not None:
            # Nobody bears the handle any more; whoever bore it may have taken another.
            await self._by_id(held)
        return True

    async def _by_id(self, held: HeldAccount) -> None:
        progress = self._progress
        asked, told = progress.account, (progress.state, progress.reason)
        progress.account = AccountRef(platform=held.ref.platform, platform_id=held.ref.platform_id)
        await self._aspect(Aspect.PROFILE)
        if progress.state is AccountState.NOT_FOUND:
            progress.account, (progress.state, progress.reason) = asked, told
        elif asked is not None and progress.account.handle != asked.handle:
            progress.renamed_from = asked.handle

    async def _aspect(self, aspect: Aspect) -> bool:
        """Fetch one aspect unless it is fresh; False where it failed."""
        progress = self._progress
        last = self._held.fetches.get(aspect) if self._held else None
        if aspect is not Aspect.PROFILE and last is not None and self._is_fresh(last):
            self._recall(last)
            return True
        account = progress.account
        if account is None or (aspect in {Aspect.FOLLOWERS, Aspect.FOLLOWS} and not self._settings.accounts):
            return True
        wish = await self._wish(aspect, last)
        tried_at = self._visit.now
        items, reached, remarks = 0, None, list[str]()
        problem: PlatformError | None = None
        try:
            async for part in self._connector.fetch(aspect, account, wish=wish, visit=self._visit):
                await self._store(part)
                items += part.items
                reached = part.reached or reached
                remarks += [part.remark] if part.remark and part.remark not in remarks else []
                self._heed(aspect, part)
        except PlatformError as error:
            problem = error
            log.info("%s: %s of an account: %s", self._terms.platform, aspect, error)
        except (TimeoutError, StoreError):
            raise
        except Exception:
            # A connector that breaks costs its own part of the card and nothing else.
            log.exception("%s: %s could not be read", self._terms.platform, aspect)
            name = PLATFORM_NAMES[self._terms.platform]
            problem = PlatformError(f"Masthead could not read what {name} answered; the log says why.")
        progress.fetched += items
        progress.remarks += remarks
        progress.problems += [str(problem)] if problem else []
        if problem is not None and aspect in FEEDS:
            self._failed(problem)
        await self._note(
            Fetch(
                aspect=aspect,
                source=self._terms.source,
                tried_at=tried_at,
                done_at=None if problem else tried_at,
                reached=None if problem else reached,
                items=items,
                problem=str(problem) if problem else None,
                remark=" ".join(remarks) or None,
                retry_at=problem.retry_at if isinstance(problem, RateLimitedError) else None,
            )
        )
        if aspect is Aspect.PROFILE and problem is None:
            progress.looked_at = tried_at
        return problem is None

    def _failed(self, error: PlatformError) -> None:
        self._progress.error = self._progress.error or error

    def _heed(self, aspect: Aspect, part: Part) -> None:
        """Take over what a part says of the account itself."""
        progress = self._progress
        if aspect is not Aspect.PROFILE:
            return
        before = progress.account
        if part.state is not None:
            progress.state, progress.reason = part.state, part.reason
        progress.account = part.account
        if before is not None and before.platform_id is not None and part.account.handle is None:
            progress.account = replace(part.account, handle=before.handle)

    async def _store(self, part: Part) -> None:
        known_id = self._visit.memory.get("held_id")
        if part.state is AccountState.NOT_FOUND and part.account.platform_id is None and known_id is not None:
            # This is about a handle. What became of the identity that bore it is asked next.
            return
        raw, self._visit.kept = tuple(self._visit.kept), []
        given = Given(
            account=part.account,
            source=self._terms.source,
            at=self._visit.now,
            state=part.state,
            reason=part.reason,
            snapshots=part.snapshots,
            posts=part.posts,
            follows=part.follows,
            labels=part.labels,
            raw=raw,
            withdraw=f"{self._terms.source}*" if part.withdraw else None,
        )
        account_id, former = await self._database.write(record_given, given)
        if account_id is not None and part.state is not None:
            self._progress.account_id = account_id
        if former is not None and part.state is not None:
            self._progress.renamed_from = former

    async def _note(self, fetch: Fetch) -> None:
        """Remember how it went, and when asking again makes sense."""
        if self._progress.account_id is not None:
            await self._database.write(record_fetch, self._progress.account_id, fetch)

    async def _wish(self, aspect: Aspect, last: Fetch | None) -> Wish:
        since = self._visit.now - timedelta(days=self._days)
        if aspect is Aspect.POSTS and last is not None and last.done_at and last.reached:
            # Older posts are held, back to the beginning of the window: only newer ones can have changed.
            since = max(since, last.done_at - SETTLING) if last.reached <= since else since
        shared: tuple[str, ...] = ()
        if aspect is Aspect.SHARES and self._progress.account_id is not None:
            shared = await self._database.read(most_shared, self._progress.account_id, limit=SHARED_POSTS)
        return Wish(since=since, posts=self._settings.posts, accounts=self._settings.accounts, shared=shared)

    def _is_fresh(self, last: Fetch) -> bool:
        """Whether asking again is useless: a young answer, or a refusal that still holds."""
        now = self._visit.now
        if last.retry_at is not None and last.retry_at > now:
            return True
        since = self._anew.get(last.aspect)
        if since is not None and (last.done_at is None or last.done_at <= since):
            return False
        ttl = self._terms.ttl if last.aspect in FEEDS else max(self._terms.ttl, LIST_TTL)
        done = last.problem is None and last.done_at is not None and now - last.done_at < ttl
        if not done or last.aspect is not Aspect.POSTS:
            return done
        # A longer window than was read before needs older posts, unless there are too many of them.
        begins = now - timedelta(days=self._days) + self._terms.ttl
        return last.items >= self._settings.posts or (last.reached is not None and last.reached <= begins)

    def _recall(self, last: Fetch) -> None:
        """Tell again what the last attempt told."""
        self._progress.problems += [last.problem] if last.problem else []
        if last.problem is not None and last.aspect in FEEDS:
            # Only a limit is kept from asking by a problem: it was not asked again before its time.
            self._failed(RateLimitedError(last.problem, retry_at=last.retry_at))
        self._progress.remarks += [last.remark] if last.remark else []
