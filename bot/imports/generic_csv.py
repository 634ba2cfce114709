"""The CSV that any tool can write: documented columns, one post a row (docs/generic-csv.md)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.accounts import RULES, AccountRef, Platform, PostRef
from bot.errors import ImportFileError
from bot.imports.common import (
    Rejected,
    Row,
    RowError,
    Sample,
    account_id_on,
    count,
    handle_on,
    instant,
    web_address,
)
from bot.imports.csv_columns import Cells, cell_reader, known_columns, split_header
from bot.imports.csv_rows import fitted, rows
from bot.imports.files import ImportFile
from bot.imports.pictures import of_cell
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted
from bot.text.links import links as links_in

PLATFORMS = {platform.value: platform for platform in Platform} | {
    "twitter": Platform.X,
    "mastodon": Platform.FEDIVERSE,
    "web": Platform.WEBSITE,
}
KINDS = {kind.value: kind for kind in PostKind} | {
    "": PostKind.ORIGINAL,
    "post": PostKind.ORIGINAL,
    "tweet": PostKind.ORIGINAL,
    "retweet": PostKind.REPOST,
    "retweeted": PostKind.REPOST,
    "reposted": PostKind.REPOST,
    "boost": PostKind.REPOST,
    "share": PostKind.REPOST,
    "quoted": PostKind.QUOTE,
    "replied_to": PostKind.REPLY,
    "comment": PostKind.REPLY,
}
# Where a repost is shown with the counts of the original, which are not the reposter's.
_COUNTS_OF_THE_ORIGINAL = frozenset({Platform.X, Platform.BLUESKY, Platform.FEDIVERSE, Platform.THREADS})

# What spreadsheets make of long ids; the digits that are gone cannot be guessed.
_DESTROYED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_REPOST_PREFIX = re.compile(r"RT @\w{1,15}:")
_BETWEEN_ADDRESSES = re.compile(r"[\s|]+|['\"]?[,;]\s*['\"]?(?=https?://)")
_MAX_ID = 512
# How many accounts are remembered between rows.
_REMEMBERED = 50_000


class GenericCsv:
    name = "csv"
    title = "any CSV with the columns of docs/generic-csv.md"

    def recognises(self, sample: Sample) -> bool:
        """Believe a header with an id or date of posts and at least one more column that is known."""
        if sample.text is None:
            return False
        lines = (line for line in sample.text.splitlines() if not _names_delimiter(line))
        known = set(known_columns(split_header(next(lines, ""))[1]))
        return len(known) > 1 and bool(known & {"post_id", "created_at", "text"})

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader: _Reader | None = None
        for row in rows(file, delimiter=split_header(_header(file))[0]):
            if isinstance(row, Rejected):
                if reader is None:
                    raise ImportFileError(file.path, f"{row.reason}.", line=row.line)
                yield row
                continue
            line, cells = row
            if reader is None:
                if not _names_delimiter(cells[0]):
                    reader = _Reader(file, cells, line=line, now=now)
                continue
            try:
                yield reader.row(cells, line=line)
            except RowError as error:
                yield Rejected(line=line, reason=str(error))


class _Reader:
    """Reads the rows under one header."""

    def __init__(self, file: ImportFile, header: Sequence[str], *, line: int, now: datetime) -> None:
        self._pick = cell_reader(file, header, line=line)
        self._width = len(header)
        self._now = now
        self._collected_at = min(file.changed_at, now)
        # Whose profile was recorded already, since it stands in every row.
        self._profiles: set[tuple[AccountRef, datetime]] = set()
        self._accounts: dict[tuple[str, str, str], AccountRef] = {}

    def row(self, row: list[str], *, line: int) -> Row:
        if len(row) != self._width:
            row = fitted(row, width=self._width)
        row.append("")
        cells = self._pick(row)
        author = self._author(cells)
        at = instant(cells.snapshot_at, now=self._now) if cells.snapshot_at else self._collected_at
        return Row(
            line=line,
            snapshots=self._snapshots(cells, author, at=at),
            posts=(_post(cells, author, at=at, now=self._now),),
        )

    def _author(self, cells: Cells) -> AccountRef:
        key = (cells.platform, cells.handle, cells.platform_id)
        author = self._accounts.get(key)
        if author is None:
            if len(self._accounts) >= _REMEMBERED:
                self._accounts.clear()
            author = self._accounts[key] = account_of(*key)
        return author

    def _snapshots(self, cells: Cells, author: AccountRef, *, at: datetime) -> tuple[Snapshot, ...]:
        says = (cells.display_name, cells.bio, cells.followers, cells.following, cells.posts)
        if not any(says) and not cells.account_created_at:
            return ()
        if (author, at) in self._profiles:
            return ()
        snapshot = _snapshot(cells, author, at=at, now=self._now)
        if len(self._profiles) >= _REMEMBERED:
            self._profiles.clear()
        self._profiles.add((author, at))
        return (snapshot,)


def _header(file: ImportFile) -> str:
    """Return the first line that holds names; before it Excel may name the delimiter."""
    for line in itertools.islice(file.lines(), 2):
        text = "" if line.content is None else line.content.decode(errors="replace")
        if not _names_delimiter(text):
            return text
    return ""


def _names_delimiter(text: str) -> bool:
    return text.lower().startswith("sep=")


def _post(cells: Cells, author: AccountRef, *, at: datetime, now: datetime) -> Post:
    post_id = _post_id(cells.post_id)
    kind = _kind(cells.kind, cells.text, platform=author.platform)
    own_counts = kind is not PostKind.REPOST or author.platform not in _COUNTS_OF_THE_ORIGINAL
    return Post(
        platform=author.platform,
        post_id=post_id,
        author=author,
        created_at=instant(cells.created_at, now=now),
        kind=kind,
        text=cells.text,
        counts=_counts(cells) if own_counts else Counts(),
        counts_at=at,
        language=cells.language.strip() or None,
        links=links_of(cells.links) if cells.links else tuple(link.url for link in links_in(cells.text)),
        pictures=of_cell(cells.image_hashes) if cells.image_hashes else (),
        refers_to=cells.refers_to.strip() or None,
        url=web_address(cells.url) or address_of(author, post_id),
    )


def _counts(cells: Cells) -> Counts:
    likes, reposts = count(cells.likes, "likes"), count(cells.reposts, "reposts")
    replies, quotes = count(cells.replies, "replies"), count(cells.quotes, "quotes")
    views = count(cells.views, "views")
    return Counts(
        likes=likes.value,
        reposts=reposts.value,
        replies=replies.value,
        quotes=quotes.value,
        views=views.value,
        rounded=likes.rounded or reposts.rounded or replies.rounded or quotes.rounded or views.rounded,
    )


def _snapshot(cells: Cells, author: AccountRef, *, at: datetime, now: datetime) -> Snapshot:
    followers = count(cells.followers, "followers")
    following = count(cells.following, "following")
    posts = count(cells.posts, "posts")
    created_at = cells.account_created_at
    return Snapshot(
        account=author,
        taken_at=at,
        source="import:csv",
        display_name=cells.display_name.strip() or None,
        bio=cells.bio.strip() or None,
        created_at=instant(created_at, now=now) if created_at else None,
        followers=followers.value,
        following=following.value,
        posts=posts.value,
        rounded=followers.rounded or following.rounded or posts.rounded,
    )


def account_of(platform: str, handle: str, platform_id: str) -> AccountRef:
    on = PLATFORMS.get(platform.strip().lower())
    if on is None:
        known = ", ".join(each.value for each in Platform)
        raise RowError(f"{quoted(platform)} is not a platform that Masthead knows ({known})")
    known_handle = handle_on(on, handle) if handle.strip() else None
    if handle.strip() and known_handle is None:
        raise RowError(f"{quoted(handle)} cannot be a handle on {on}")
    known_id = _account_id(on, platform_id)
    if known_handle is None and known_id is None:
        raise RowError("neither a handle nor a platform_id")
    return AccountRef(platform=on, handle=known_handle, platform_id=known_id)


def _account_id(platform: Platform, text: str) -> str | None:
    text = text.strip()
    # Ids on the fediverse belong to one server's database, and websites have none: the name decides there.
    if not text or platform in {Platform.FEDIVERSE, Platform.WEBSITE}:
        return None
    _refuse_destroyed(text)
    known = account_id_on(platform, text)
    if known is None:
        raise RowError(f"{quoted(text)} cannot be the id of an account on {platform}")
    return known


def _post_id(text: str) -> str:
    text = text.strip()
    if not text:
        raise RowError("the post has no post_id")
    _refuse_destroyed(text)
    if len(text) > _MAX_ID or not text.isprintable():
        raise RowError(f"{quoted(text)} cannot be the id of a post")
    return text


def _refuse_destroyed(text: str) -> None:
    if _DESTROYED.fullmatch(text):
        raise RowError(f"the id {quoted(text)} was rounded by a spreadsheet; export it again as text")


def _kind(text: str, post: str, *, platform: Platform) -> PostKind:
    kind = KINDS.get(text.strip().lower())
    if kind is None:
        raise RowError(f"{quoted(text)} is no kind of post; write original, repost, quote or reply")
    if not text and platform is Platform.X and _REPOST_PREFIX.match(post):
        return PostKind.REPOST
    return kind


def links_of(text: str) -> tuple[str, ...]:
    """Read addresses that are separated by white space, `|`, `,` or `;`, also in a JSON or Python list."""
    parts = (web_address(part.strip("[]'\"")) for part in _BETWEEN_ADDRESSES.split(text))
    return tuple(dict.fromkeys(part for part in parts if part is not None))


def address_of(author: AccountRef, post_id: str) -> str | None:
    rules = RULES[author.platform]
    if rules.post_id(post_id) is None:
        return None
    return rules.post_url(PostRef(platform=author.platform, post_id=post_id, author=author))
