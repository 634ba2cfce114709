"""Misskey and its kin (Sharkey, Iceshrimp, Firefish): every question is a POST to `/api/…`.

Shapes: https://misskey-hub.net/en/docs/for-developers/api/. A reaction is what others call a like; its
kinds are summed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import msgspec

from bot.accounts import AccountRef, Platform
from bot.imports.common import instant, instant_or_none, web_address
from bot.imports.json_values import decode
from bot.platforms import mastodon_answers as answers
from bot.platforms.answers import each, unread_remark
from bot.platforms.contract import Pages, Part, Wish
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.links import links

SOURCE = f"{answers.SOURCE}-misskey"
DIALECTS = frozenset({"misskey", "sharkey", "iceshrimp", "firefish", "foundkey", "cherrypick", "calckey"})

PAGE = 100
_UNKNOWN_USER = "NO_SUCH_USER"
_MEDIA = {"image": "photo", "video": "video", "audio": "audio"}


class User(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    username: str
    host: str | None = None
    name: str | None = None
    description: str | None = None
    created_at: str | None = None
    followers_count: int | None = None
    following_count: int | None = None
    notes_count: int | None = None
    url: str | None = None
    uri: str | None = None
    is_suspended: bool = False
    is_silenced: bool = False


class _File(msgspec.Struct, kw_only=True):
    type: str = ""


class Note(msgspec.Struct, kw_only=True, rename="camel"):
    id: str
    created_at: str
    text: str | None = None
    cw: str | None = None
    visibility: str = "public"
    reply_id: str | None = None
    renote_id: str | None = None
    renote: Note | None = None
    renote_count: int | None = None
    replies_count: int | None = None
    reactions: dict[str, int] | None = None
    files: list[_File] | None = None
    uri: str | None = None
    url: str | None = None


class _Problem(msgspec.Struct, kw_only=True):
    code: str = ""


class Refused(msgspec.Struct, kw_only=True):
    error: _Problem


_user = msgspec.json.Decoder(User)
_notes = msgspec.json.Decoder(list[msgspec.Raw])
_note = msgspec.json.Decoder(Note)
_refused = msgspec.json.Decoder(Refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Misskey:
    """One server. `origin` is where its API is."""

    origin: str

    async def profile(self, account: AccountRef, user: str, *, visit: Visit) -> tuple[Part, str | None]:
        """Give the profile, and the id under which the server knows the account. Raises PlatformError."""
        question = {"username": user, "host": None}
        got = await self._ask("users/show", question, visit=visit, accept=frozenset({400, 404}))
        if got.status != 200:
            return self._absent(got, account), None
        found = got.read(_user)
        if found.is_suspended:
            reason = "Its server has suspended the account."
            return Part(account=account, state=AccountState.SUSPENDED, reason=reason), None
        snapshot = Snapshot(
            account=account,
            taken_at=got.at,
            source=SOURCE,
            display_name=found.name or None,
            bio=found.description or None,
            created_at=instant_or_none(found.created_at, now=got.at),
            followers=_count(found.followers_count),
            following=_count(found.following_count),
            posts=_count(found.notes_count),
        )
        limited = "Its server has limited the account." if found.is_silenced else None
        state = AccountState.LIMITED if limited else AccountState.PRESENT
        return Part(account=account, state=state, reason=limited, snapshots=(snapshot,)), found.id

    async def posts(
        self, account: AccountRef, local_id: str, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        """Give the public notes of an account, newest first. Raises PlatformError."""
        pages = Pages(most=-(-wish.posts // PAGE) + 1, items=wish.posts)
        given, page = 0, 0
        until: str | None = None
        while True:
            question: dict[str, object] = {"userId": local_id, "limit": PAGE, "withReplies": True}
            if until:
                question["untilId"] = until
            got = await self._ask("users/notes", question, visit=visit)
            entries = got.read(_notes)
            notes, unread = each(entries, partial(decode, _note), name=answers.SERVER)
            read = [self._post(note, author=account, at=got.at) for note in notes]
            posts = tuple(post for post in read if post is not None)
            given, page = given + len(entries), page + 1
            newest = max((post.created_at for post in posts), default=None)
            until = notes[-1].id if notes else None
            ended = (newest is not None and newest < wish.since) or len(entries) < PAGE
            yield Part(
                account=account,
                posts=posts,
                reached=wish.since if ended else min((post.created_at for post in posts), default=None),
                remark=unread_remark(unread),
            )
            if ended or not pages.goes_on(until, given=given, pages=page):
                return

    def _post(self, note: Note, *, author: AccountRef, at: datetime) -> Post | None:
        if note.visibility not in {"public", "home"}:
            return None
        # A renote with words of its own is a quotation.
        is_repost = note.renote_id is not None and not note.text and not note.files
        shown = note.renote if is_repost and note.renote else note
        text = "\n\n".join(part for part in (shown.cw, shown.text) if part)
        kinds = (_MEDIA.get(file.type.partition("/")[0]) for file in note.files or ())
        return Post(
            platform=Platform.FEDIVERSE,
            post_id=f"repost:{self._address(note)}" if is_repost else self._address(note),
            author=author,
            created_at=instant(note.created_at, now=at),
            kind=_kind(note, is_repost=is_repost),
            text=text,
            counts=Counts() if is_repost else _counts(note),
            counts_at=at,
            links=tuple(dict.fromkeys(link.url for link in links(text) if web_address(link.url))),
            media=tuple(kind for kind in kinds if kind),
            refers_to=self._referred(note),
            url=self._address(note),
        )

    def _referred(self, note: Note) -> str | None:
        if note.renote is not None:
            return self._address(note.renote)
        return f"{self.origin}/notes/{note.reply_id}" if note.reply_id else None

    def _address(self, note: Note) -> str:
        return web_address(note.url) or web_address(note.uri) or f"{self.origin}/notes/{note.id}"

    async def _ask(
        self,
        method: str,
        question: dict[str, object] | dict[str, str | None],
        *,
        visit: Visit,
        accept: frozenset[int] = frozenset(),
    ) -> Answer:
        return await visit.post(
            f"{self.origin}/api/{method}", json=question, accept=accept, stranger=True, source=SOURCE
        )

    def _absent(self, got: Answer, account: AccountRef) -> Part:
        code = got.read(_refused).error.code
        if code == _UNKNOWN_USER or got.status == 404:
            reason = "Its server knows no such account."
            return Part(account=account, state=AccountState.NOT_FOUND, reason=reason)
        reason = "Its server shows the account to nobody who is not signed in."
        return Part(account=account, state=AccountState.NEEDS_SIGN_IN, reason=reason)


def _kind(note: Note, *, is_repost: bool) -> PostKind:
    if is_repost:
        return PostKind.REPOST
    if note.reply_id is not None:
        return PostKind.REPLY
    return PostKind.QUOTE if note.renote_id is not None else PostKind.ORIGINAL


def _counts(note: Note) -> Counts:
    likes = sum(note.reactions.values()) if note.reactions is not None else None
    return Counts(likes=_count(likes), reposts=_count(note.renote_count), replies=_count(note.replies_count))


def _count(number: int | None) -> int | None:
    return number if number is not None and number >= 0 else None
