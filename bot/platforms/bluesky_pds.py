"""An account's own server (PDS): what it wrote, when no AppView answers. It knows of no counts at all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from bot.accounts import AccountRef
from bot.errors import NotThereError, PlatformUnreachableError, ShapeChangedError
from bot.imports.common import instant_or_none
from bot.platforms import bluesky_answers as answers
from bot.platforms.contract import Pages, Part, Wish
from bot.platforms.visit import Visit
from bot.store.live import AccountState
from bot.store.records import Snapshot

PAGE = 100
PROFILE_RECORD = "app.bsky.actor.profile"
POST_RECORD = "app.bsky.feed.post"
REMARK = "Bluesky did not answer, so the account's own server was asked, which knows no counts."


class _Service(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    service_endpoint: str = ""


class _Document(msgspec.Struct, kw_only=True, rename="camel"):
    """A DID document."""

    id: str
    also_known_as: list[str] = msgspec.field(default_factory=list[str])
    service: list[_Service] = msgspec.field(default_factory=list[_Service])


class _SelfLabel(msgspec.Struct, kw_only=True):
    val: str


class _SelfLabels(msgspec.Struct, kw_only=True):
    values: list[_SelfLabel] = msgspec.field(default_factory=list[_SelfLabel])


class _Profile(msgspec.Struct, kw_only=True, rename="camel"):
    display_name: str | None = None
    description: str | None = None
    created_at: str | None = None
    labels: _SelfLabels | None = None


class _ProfileRecord(msgspec.Struct, kw_only=True):
    value: _Profile


_document = msgspec.json.Decoder(_Document)
_profile = msgspec.json.Decoder(_ProfileRecord)


class Pds:
    """Finds the server of an account in the directory of DIDs and reads its repository there."""

    def __init__(self, *, directory_url: str) -> None:
        self._directory_url = directory_url

    async def profile(self, account: AccountRef, *, visit: Visit) -> Part:
        """Give the profile record; remembers in `visit.memory` which server has it."""
        did = account.platform_id or visit.memory.get("held_id")
        if did is None:
            did = await self._did_of(account.handle or "", visit=visit)
        document = await self._document(did, visit=visit)
        server = next((each for each in document.service if each.id.endswith("#atproto_pds")), None)
        if server is None or not server.service_endpoint.startswith(("http://", "https://")):
            raise PlatformUnreachableError(
                "Bluesky did not answer, and the account names no server of its own."
            )
        endpoint = server.service_endpoint.rstrip("/")
        handles = [name.removeprefix("at://") for name in document.also_known_as if name.startswith("at://")]
        found = answers.platform_account(did, next(iter(handles), account.handle))
        visit.memory["pds"] = endpoint
        try:
            got = await visit.get(
                f"{endpoint}/xrpc/com.atproto.repo.getRecord",
                params={"repo": did, "collection": PROFILE_RECORD, "rkey": "self"},
                accept=frozenset({400, 404}),
                stranger=True,
                source=answers.PDS_SOURCE,
            )
        except NotThereError:
            return Part(account=found, state=AccountState.PRESENT, remark=REMARK)
        # An account need not have written a profile.
        profile = got.read(_profile).value if got.status == 200 else _Profile()
        labels = profile.labels.values if profile.labels else []
        if any(label.val == answers.NO_UNAUTHENTICATED for label in labels):
            return answers.withheld(found)
        snapshot = Snapshot(
            account=found,
            taken_at=got.at,
            source=answers.PDS_SOURCE,
            display_name=profile.display_name,
            bio=profile.description,
            created_at=instant_or_none(profile.created_at, now=got.at),
        )
        return Part(account=found, state=AccountState.PRESENT, snapshots=(snapshot,), remark=REMARK)

    async def posts(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        """Give the posts of the repository, newest first. Reposts lie in another collection: not read."""
        endpoint = visit.memory["pds"]
        pages = Pages(most=-(-wish.posts // PAGE) + 1, items=wish.posts)
        given, page, cursor = 0, 0, None
        while True:
            params: dict[str, str | int] = {
                "repo": account.platform_id or "",
                "collection": POST_RECORD,
                "limit": min(PAGE, wish.posts - given),
                **({"cursor": cursor} if cursor else {}),
            }
            got = await visit.get(
                f"{endpoint}/xrpc/com.atproto.repo.listRecords",
                params=params,
                stranger=True,
                source=answers.PDS_SOURCE,
            )
            found = got.read(answers.RECORDS)
            read = answers.record_posts(found, at=got.at)
            given, page, cursor = given + len(found.records), page + 1, found.cursor
            # Sorted by when each was written, which the date that its author gave need not follow.
            newest = max((post.created_at for post in read.posts), default=None)
            past = newest is not None and newest < wish.since
            yield Part(
                account=account,
                posts=tuple(read.posts),
                reached=wish.since if past or not cursor else newest,
                remark=REMARK,
            )
            if past or not pages.goes_on(cursor, given=given, pages=page):
                return

    async def _did_of(self, handle: str, *, visit: Visit) -> str:
        """Ask the handle's own host, which is one of the two places where a handle is proved."""
        try:
            got = await visit.get(f"https://{handle}/.well-known/atproto-did", stranger=True)
        except (NotThereError, ShapeChangedError) as error:
            raise PlatformUnreachableError(
                "Bluesky did not answer, and the handle's own host does not say whose it is."
            ) from error
        did = got.body[:256].decode("ascii", errors="replace").strip()
        if not answers.is_did(did):
            raise PlatformUnreachableError(
                "Bluesky did not answer, and the handle's own host does not say whose it is."
            )
        return did

    async def _document(self, did: str, *, visit: Visit) -> _Document:
        if did.startswith("did:web:"):
            host = did.removeprefix("did:web:")
            got = await visit.get(f"https://{host}/.well-known/did.json", stranger=True)
        else:
            got = await visit.get(f"{self._directory_url}/{did}")
        document = got.read(_document)
        if document.id != did:
            raise ShapeChangedError("The directory answered about another identity.")
        return document
