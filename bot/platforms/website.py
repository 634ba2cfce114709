"""Websites as accounts: the front page says who they are, the feed (RSS or Atom) what they publish.

Both through the safe fetcher, the page within the site's robots.txt. A feed holds the newest entries alone,
and nobody counts who reads them.
"""

from __future__ import annotations

import asyncio
import calendar
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from bot.accounts import AccountRef, Platform, PostRef, clean_url
from bot.errors import NotThereError, ShapeChangedError
from bot.imports.common import web_address
from bot.platforms.contract import Part, Rate, Terms, Wish
from bot.platforms.encodings import decode_page
from bot.platforms.visit import Visit
from bot.store.live import AccountState, Aspect
from bot.store.records import Post, PostKind, Snapshot
from bot.text.markup import decode_html

if TYPE_CHECKING:
    import feedparser

SOURCE = "api:website"
TERMS = Terms(
    platform=Platform.WEBSITE,
    source=SOURCE,
    aspects=(Aspect.PROFILE, Aspect.POSTS),
    rate=Rate(requests=60, per_s=60),
    page="https://www.rfc-editor.org/rfc/rfc9309",
    read_on="2026-11-21",
    # What feeds hold: the newest entries, mostly ten to fifty.
    history=100,
    ttl=timedelta(minutes=30),
    keep_raw=timedelta(days=14),
)
NEWEST_ALONE = "A feed holds the newest entries alone; older ones were not read."
NO_FEED = "The site names no feed, so what it publishes was not read."

_FEEDS = ("application/rss+xml", "application/atom+xml", "application/feed+json")
_PAGE = {"Accept": "text/html, application/xhtml+xml"}
_FEED = {"Accept": "application/rss+xml, application/atom+xml, application/xml, text/xml"}
MAX_TEXT = 20_000


class Website:
    """Reads front pages and feeds; `origin` turns a host into its front page: a test's own server."""

    def __init__(self, *, origin: str = "https://{}") -> None:
        self._origin = origin

    @property
    def terms(self) -> Terms:
        return TERMS

    async def fetch(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        if aspect is Aspect.PROFILE:
            yield await self._profile(account, visit)
        elif aspect is Aspect.POSTS:
            yield await self._posts(account, visit, wish=wish)

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        """Give nothing: articles are read from feeds."""
        for part in ():
            yield part

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        try:
            got = await visit.get(f"{self._origin.format(account.handle)}/", headers=_PAGE, stranger=True)
        except NotThereError:
            reason = "The site's front page is not there."
            return Part(account=account, state=AccountState.GONE, reason=reason)
        text, _ = decode_page(got.body, content_type=got.headers.get("content-type", ""))
        page = await asyncio.to_thread(LexborHTMLParser, text)
        feed = next(_feeds(page, base=got.url), None)
        visit.memory["feed"] = feed or ""
        snapshot = Snapshot(
            account=account,
            taken_at=got.at,
            source=SOURCE,
            display_name=_meta(page, "og:site_name") or _title(page),
            bio=_meta(page, "og:description") or _meta(page, "description"),
        )
        return Part(
            account=account,
            state=AccountState.PRESENT,
            snapshots=(snapshot,),
            remark=None if feed else NO_FEED,
        )

    async def _posts(self, account: AccountRef, visit: Visit, *, wish: Wish) -> Part:
        feed = visit.memory.get("feed")
        if not feed:
            return Part(account=account)
        got = await visit.get(feed, headers=_FEED, conditional=True, stranger=True)
        # A feed of megabytes takes longer than the event loop may be held.
        parsed = await asyncio.to_thread(
            read_feed, got.body, content_type=got.headers.get("content-type", "")
        )
        found = [_post(entry, parsed, account, at=got.at) for entry in parsed.get("entries", [])]
        posts = [post for post in found if post is not None][: wish.posts]
        oldest = min((post.created_at for post in posts), default=None)
        covers = oldest is not None and oldest <= wish.since
        return Part(
            account=account,
            posts=tuple(posts),
            reached=wish.since if covers else oldest,
            remark=None if covers else NEWEST_ALONE,
        )


def read_feed(body: bytes, *, content_type: str) -> feedparser.Parsed:
    """Parse RSS or Atom, broken or not. Raises ShapeChangedError for what is no feed."""
    # Here, since most teams never read a feed and the parser takes four megabytes.
    import feedparser

    parsed = feedparser.parse(
        body,
        response_headers={"content-type": content_type},
        # Text is read out of the markup by ourselves, so nothing of it is shown as it came.
        sanitize_html=False,
        resolve_relative_uris=True,
    )
    if not parsed.get("version") and not parsed.get("entries"):
        raise ShapeChangedError("What the site names as its feed is none.")
    return parsed


def _post(
    entry: feedparser.Entry, parsed: feedparser.Parsed, account: AccountRef, *, at: datetime
) -> Post | None:
    """Return an entry; None without an address or a date, since neither may be guessed."""
    address = web_address(entry.get("link")) or web_address(entry.get("id"))
    written = entry.get("published_parsed") or entry.get("updated_parsed")
    if address is None or written is None:
        return None
    created_at = datetime.fromtimestamp(calendar.timegm(written), tz=UTC)
    if created_at > at + timedelta(days=1):
        return None
    whole = next((each.get("value", "") for each in entry.get("content", [])), "")
    title = decode_html(entry.get("title", "")).text
    decoded = decode_html(whole or entry.get("summary", ""))
    links = (web_address(link.url) for link in decoded.links)
    return Post(
        platform=Platform.WEBSITE,
        post_id=clean_url(address),
        author=account,
        created_at=created_at,
        kind=PostKind.ORIGINAL,
        text="\n\n".join(part for part in (title, decoded.text[:MAX_TEXT]) if part),
        counts_at=at,
        language=parsed.get("feed", {}).get("language"),
        links=tuple(dict.fromkeys(link for link in links if link)),
        url=address,
    )


def _feeds(page: LexborHTMLParser, *, base: str) -> Iterator[str]:
    for link in page.css("link[rel~=alternate][href]"):
        kind = (link.attributes.get("type") or "").partition(";")[0].strip().lower()
        address = web_address(urljoin(base, link.attributes.get("href") or ""))
        if kind in _FEEDS and address:
            yield address


def _meta(page: LexborHTMLParser, name: str) -> str | None:
    for node in page.css(f'meta[property="{name}"], meta[name="{name}"]'):
        content = " ".join((node.attributes.get("content") or "").split())
        if content:
            return content[:1_000]
    return None


def _title(page: LexborHTMLParser) -> str | None:
    node = page.css_first("title")
    return (" ".join(node.text().split())[:200] or None) if node else None
