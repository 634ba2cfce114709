"""X API v2 JSON, as twarc writes it: one page or one flattened post a line.

Kept are the posts of `data` and every full profile. Posts that are only referred to are not kept: they
are there because somebody reposted them, so an account's engagement computed from them would be too high.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

import msgspec

from bot.imports.common import Rejected, Row, RowError, Sample, Value, instant
from bot.imports.files import ImportFile
from bot.imports.json_values import decode, elements, located, values
from bot.imports.x_posts import Page, people_in, post_of, snapshot_of
from bot.imports.x_shapes import Collected, Includes, Line, Media, Tweet, User
from bot.store.records import Post, Snapshot
from bot.text.inert import quoted

T = TypeVar("T")

_line = msgspec.json.Decoder(Line)
_tweet = msgspec.json.Decoder(Tweet)
_user = msgspec.json.Decoder(User)
_media = msgspec.json.Decoder(Media)
_raws = msgspec.json.Decoder(list[msgspec.Raw])

# How many profiles are remembered so that one that stands in every line is recorded once.
_REMEMBERED = 50_000


class XApiV2:
    name = "x_api_v2"
    title = "X API v2 JSON lines (as twarc2 writes them, flattened or not)"

    def recognises(self, sample: Sample) -> bool:
        """Look for a post, or for a page whose data are posts or accounts."""
        if sample.json is None:
            return False
        try:
            line = decode(_line, sample.json.text)
            return _is_post(line) or (line.is_page and _is_page_of_x(line))
        except RowError:
            return False

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        for value in values(file):
            if isinstance(value, Rejected):
                yield value
                continue
            try:
                for element in elements(value):
                    yield from reader.read(element)
            except RowError as error:
                yield Rejected(line=value.line, reason=str(error))


class _Reader:
    """Turns lines into rows; remembers profiles so that a repeated one is yielded once."""

    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self._collected_at = collected_at
        self._now = now
        self._profiles: set[tuple[str, datetime]] = set()
        # Lines of one page follow each other and give the same time.
        self._noted = ("", collected_at)
        self._alone = Page(collected_at=collected_at)

    def read(self, value: Value) -> Iterable[Row | Rejected]:
        """Return the rows of one value, which may be a whole page."""
        try:
            line = decode(_line, value.text)
            collected_at = self._collected(line.twarc)
            if line.is_page:
                return self._page(line, value, collected_at=collected_at)
            if _is_post(line):
                return (self._flattened(line, line=value.line, collected_at=collected_at),)
        except RowError as error:
            return (Rejected(line=value.line, reason=str(error)),)
        return (Rejected(line=value.line, reason="neither a post nor a page of posts of the X API v2"),)

    def _collected(self, note: Collected | None) -> datetime:
        if note is None or note.retrieved_at is None:
            return self._collected_at
        if note.retrieved_at != self._noted[0]:
            self._noted = (note.retrieved_at, instant(note.retrieved_at, now=self._now))
        return self._noted[1]

    def _flattened(self, tweet: Tweet, *, line: int, collected_at: datetime) -> Row:
        if collected_at != self._alone.collected_at:
            self._alone = Page(collected_at=collected_at)
        post = self._read_post(tweet, self._alone)
        return Row(
            line=line, snapshots=self._snapshots(people_in(tweet), collected_at=collected_at), posts=(post,)
        )

    def _page(self, line: Line, value: Value, *, collected_at: datetime) -> Iterator[Row | Rejected]:
        includes = line.includes or Includes()
        users = _readable(_user, includes.users)
        tweets = [*_readable(_tweet, includes.tweets), *_readable(_tweet, includes.posts)]
        media = _readable(_media, includes.media)
        page = Page(
            collected_at=collected_at,
            users={user.id: user for user in users if user.id},
            tweets={tweet.id: tweet for tweet in tweets if tweet.id},
            media={each.media_key: each.type for each in media if each.media_key and each.type},
        )
        yield Row(line=value.line, snapshots=self._snapshots(users, collected_at=collected_at))
        for at, piece in located(value, _pieces(line)):
            try:
                yield self._item(piece, page, line=at)
            except RowError as error:
                yield Rejected(line=at, reason=str(error))

    def _item(self, piece: msgspec.Raw, page: Page, *, line: int) -> Row:
        """Read one element of `data`: a post, or a profile in the answer to a question for accounts."""
        tweet = decode(_tweet, piece)
        if tweet.text is None and tweet.author_id is None:
            user = decode(_user, piece)
            if user.username is not None:
                return Row(line=line, snapshots=self._snapshots([user], collected_at=page.collected_at))
        return Row(line=line, posts=(self._read_post(tweet, page),))

    def _read_post(self, tweet: Tweet, page: Page) -> Post:
        if not tweet.id or not tweet.id.isdigit():
            raise RowError("a post without an id")
        try:
            return post_of(tweet, page, now=self._now)
        except RowError as error:
            raise RowError(f"post {quoted(tweet.id)}: {error}") from None

    def _snapshots(self, users: Iterable[User], *, collected_at: datetime) -> tuple[Snapshot, ...]:
        if len(self._profiles) > _REMEMBERED:
            self._profiles.clear()
        found: list[Snapshot] = []
        for user in users:
            # Mentions name people without a profile where the account is gone.
            if user.id is None or user.public_metrics is None or (user.id, collected_at) in self._profiles:
                continue
            self._profiles.add((user.id, collected_at))
            snapshot = snapshot_of(user, collected_at=collected_at, now=self._now)
            if snapshot is not None:
                found.append(snapshot)
        return tuple(found)


def _is_post(line: Line) -> bool:
    return bool(line.id and line.text is not None and (line.author_id or line.author or line.public_metrics))


def _is_page_of_x(line: Line) -> bool:
    """Tell a page of X from other APIs' answers, which also hold `data`."""
    pieces = _pieces(line)
    if not pieces:
        return line.twarc is not None or (line.errors is not msgspec.UNSET and line.meta is not msgspec.UNSET)
    first = decode(_tweet, pieces[0])
    return bool(first.id) and (first.text is not None or decode(_user, pieces[0]).username is not None)


def _readable(decoder: msgspec.json.Decoder[T], pieces: Iterable[msgspec.Raw] | None) -> list[T]:
    """Decode what stands beside the posts; a part that cannot be read counts as missing, as it often is."""
    found: list[T] = []
    for piece in pieces or ():
        with contextlib.suppress(RowError):
            found.append(decode(decoder, piece))
    return found


def _pieces(line: Line) -> list[msgspec.Raw]:
    """Return the elements of `data`, which is a list, a single object, or absent beside errors."""
    if line.data is msgspec.UNSET:
        return []
    text = bytes(line.data)
    if text.startswith(b"["):
        return decode(_raws, text)
    return [line.data] if text.startswith(b"{") else []
