"""Public channels of Telegram through the preview that t.me shows to everybody: HTML, about 20 posts a page.

Telegram publishes no description of that page; the classes read here are those that public parsers of it
agree on, as of November 2026. What is not found there is a change of shape, never "nothing". Groups, people
and restricted channels have no preview.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from selectolax.lexbor import LexborHTMLParser, LexborNode

from bot.accounts import AccountRef, Platform, PostRef
from bot.errors import ShapeChangedError, WithheldError
from bot.imports.common import RowError, count, handle_on, instant, web_address
from bot.platforms.answers import unread_remark
from bot.platforms.contract import Pages, Part, Rate, Terms, Wish
from bot.platforms.settings import TelegramSettings
from bot.platforms.visit import Answer, Visit
from bot.store.live import AccountState, Aspect
from bot.store.records import Counts, Post, PostKind, Snapshot
from bot.text.inert import quoted
from bot.text.markup import decode_html

SOURCE = "api:telegram-preview"
TERMS = Terms(
    platform=Platform.TELEGRAM,
    source=SOURCE,
    aspects=(Aspect.PROFILE, Aspect.POSTS),
    # Nothing is published; one request in a second is what a reader who scrolls needs.
    rate=Rate(requests=60, per_s=60),
    page="https://telegram.org/tos",
    read_on="2026-11-21",
    finds_posts=True,
    ttl=timedelta(minutes=30),
    keep_raw=timedelta(days=14),
)

A_PAGE = 20
NO_PREVIEW = "Telegram shows no preview of it on the web: it is a group, a person or a restricted channel."

_ELSEWHERE = frozenset({301, 302, 303, 307, 308})
_HTML = {"Accept": "text/html"}
_POST = re.compile(r"([A-Za-z0-9_]{4,32})/([0-9]{1,12})")
_LINK = re.compile(r"https://(?:www\.)?(?:t|telegram)\.me/(?:s/)?([A-Za-z0-9_]{4,32})/([0-9]{1,12})\b")
_NUMBER_LAST = re.compile(r"[0-9][0-9.,]* ?[KMB]?$")
_MEDIA = (
    (".tgme_widget_message_photo_wrap", "photo"),
    (".tgme_widget_message_video_player, .tgme_widget_message_roundvideo_player", "video"),
    (".tgme_widget_message_voice_player", "audio"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of the preview, newest post first; `first` is the smallest number of a message on it."""

    posts: tuple[Post, ...]
    unread: int
    first: int | None


class Telegram:
    """Reads public channels; `settings` name the server."""

    def __init__(self, settings: TelegramSettings) -> None:
        self._settings = settings

    @property
    def terms(self) -> Terms:
        return TERMS

    async def fetch(
        self, aspect: Aspect, account: AccountRef, *, wish: Wish, visit: Visit
    ) -> AsyncIterator[Part]:
        if aspect is Aspect.PROFILE:
            yield await self._profile(account, visit)
        elif aspect is Aspect.POSTS:
            async for part in self._posts(account, wish=wish, visit=visit):
                yield part

    async def find_post(self, post: PostRef, *, visit: Visit) -> AsyncIterator[Part]:
        author = post.author
        if author is None or author.handle is None:
            return
        got = await visit.get(
            f"{self._settings.url}/{author.handle}/{post.post_id}",
            params={"embed": "1", "mode": "tme"},
            headers=_HTML,
        )
        page = read_page(_text(got), author, at=got.at)
        wanted = [each for each in page.posts if each.post_id == f"{author.handle}/{post.post_id}"]
        if wanted:
            yield Part(account=author, posts=tuple(wanted))

    async def _profile(self, account: AccountRef, visit: Visit) -> Part:
        if account.handle is None:
            raise WithheldError("Telegram's preview is found by the public name alone, which is not known.")
        got = await self._page(account.handle, visit)
        if got.status != 200:
            return await self._without_preview(account, visit)
        text = _text(got)
        part = read_profile(text, account, at=got.at)
        # The first posts stand on the same page.
        visit.memory["page"] = text
        return part

    async def _without_preview(self, account: AccountRef, visit: Visit) -> Part:
        got = await visit.get(f"{self._settings.url}/{account.handle}", headers=_HTML)
        title = LexborHTMLParser(_text(got)).css_first(".tgme_page_title")
        if title is None or not title.text(strip=True):
            reason = f"Telegram knows no public name {quoted(account.handle or '')}."
            return Part(account=account, state=AccountState.NOT_FOUND, reason=reason)
        snapshot = Snapshot(
            account=account, taken_at=got.at, source=SOURCE, display_name=title.text(strip=True)
        )
        return Part(account=account, state=AccountState.LIMITED, reason=NO_PREVIEW, snapshots=(snapshot,))

    async def _posts(self, account: AccountRef, *, wish: Wish, visit: Visit) -> AsyncIterator[Part]:
        first = visit.memory.pop("page", None)
        if first is None:
            # Without a preview there is nothing to read, which the profile has told.
            return
        pages = Pages(most=-(-wish.posts // A_PAGE) + 1, items=wish.posts)
        page = read_page(first, account, at=visit.now)
        given, asked = 0, 1
        while True:
            given += len(page.posts)
            newest = page.posts[0].created_at if page.posts else None
            past = newest is not None and newest < wish.since
            ended = past or page.first is None or page.first <= 1
            yield Part(
                account=account,
                posts=page.posts,
                reached=wish.since if ended else page.posts[-1].created_at if page.posts else None,
                remark=unread_remark(page.unread),
            )
            before = None if ended else str(page.first)
            if before is None or not pages.goes_on(before, given=given, pages=asked):
                return
            got = await self._page(account.handle or "", visit, before=before)
            page, asked = read_page(_text(got), account, at=got.at), asked + 1

    async def _page(self, name: str, visit: Visit, *, before: str | None = None) -> Answer:
        params = {"before": before} if before else None
        return await visit.get(
            f"{self._settings.url}/s/{name}", params=params, headers=_HTML, accept=_ELSEWHERE
        )


def read_profile(html: str, account: AccountRef, *, at: datetime) -> Part:
    """Return what the head of a preview says. Raises ShapeChangedError where it has none."""
    info = LexborHTMLParser(html).css_first(".tgme_channel_info")
    title = info.css_first(".tgme_channel_info_header_title") if info else None
    if info is None or title is None:
        raise ShapeChangedError("Telegram's preview has no head of the kind that Masthead can read.")
    shown = info.css_first(".tgme_channel_info_header_username")
    handle = handle_on(Platform.TELEGRAM, shown.text(strip=True).removeprefix("@")) if shown else None
    named = AccountRef(platform=Platform.TELEGRAM, handle=handle or account.handle)
    about = info.css_first(".tgme_channel_info_description")
    described = decode_html(about.inner_html or "") if about else None
    links = (web_address(link.url) for link in described.links) if described else ()
    # Subscribers come first; photos, videos, files and links follow.
    counter = info.css_first(".tgme_channel_info_counter .counter_value")
    try:
        followers = count(counter.text(strip=True), "subscribers") if counter else None
    except RowError as error:
        raise ShapeChangedError(f"Telegram's preview changed its shape ({error}).") from error
    snapshot = Snapshot(
        account=named,
        taken_at=at,
        source=SOURCE,
        display_name=title.text(strip=True) or None,
        bio=described.text if described else None,
        profile_link=next((link for link in links if link and not _LINK.match(link)), None),
        followers=followers.value if followers else None,
        rounded=followers.rounded if followers else False,
        verified="verified" if title.css_first(".verified-icon") else None,
    )
    return Part(account=named, state=AccountState.PRESENT, snapshots=(snapshot,))


def read_page(html: str, account: AccountRef, *, at: datetime) -> Page:
    """Return the posts of a page. Raises ShapeChangedError where there are messages but none can be read."""
    posts: list[Post] = []
    unread, numbers = 0, list[int]()
    for node in LexborHTMLParser(html).css(".tgme_widget_message[data-post]"):
        place = _POST.fullmatch(node.attributes.get("data-post") or "")
        if place is not None:
            numbers.append(int(place[2]))
        if place is None or "service_message" in (node.attributes.get("class") or ""):
            continue
        try:
            posts.append(_post(node, f"{place[1].lower()}/{place[2]}", account, at=at))
        except RowError:
            unread += 1
    if unread and not posts:
        raise ShapeChangedError("Telegram's preview shows posts of a kind that Masthead cannot read.")
    posts.sort(key=lambda post: post.created_at, reverse=True)
    return Page(posts=tuple(posts), unread=unread, first=min(numbers, default=None))


def _post(node: LexborNode, post_id: str, author: AccountRef, *, at: datetime) -> Post:
    moment = node.css_first(".tgme_widget_message_date time[datetime]") or node.css_first("time[datetime]")
    if moment is None:
        raise RowError("a post without a date")
    forwarded = node.css_first(".tgme_widget_message_forwarded_from_name")
    answered = node.css_first("a.tgme_widget_message_reply")
    # An answer shows the beginning of what it answers, in an element of the same class as its own text.
    if answered is not None:
        reply = _LINK.match(answered.attributes.get("href") or "")
        answered.decompose()
    else:
        reply = None
    text = node.css_first(".tgme_widget_message_text.js-message_text") or node.css_first(
        ".tgme_widget_message_text"
    )
    decoded = decode_html(text.inner_html or "") if text else None
    links = (web_address(link.url) for link in decoded.links) if decoded else ()
    source = _LINK.match(forwarded.attributes.get("href") or "") if forwarded else None
    reference = source or reply
    kind = PostKind.REPOST if forwarded else PostKind.REPLY if answered else PostKind.ORIGINAL
    return Post(
        platform=Platform.TELEGRAM,
        post_id=post_id,
        author=author,
        created_at=instant(moment.attributes.get("datetime") or "", now=at),
        kind=kind,
        text=decoded.text if decoded else "",
        # A forwarded message shows the views of the original.
        counts=Counts() if forwarded else _counts(node),
        counts_at=at,
        links=tuple(dict.fromkeys(link for link in links if link)),
        media=tuple(kind for selector, kind in _MEDIA for _ in node.css(selector)),
        refers_to=f"{reference[1].lower()}/{reference[2]}" if reference else None,
        url=f"https://t.me/{post_id}",
    )


def _counts(node: LexborNode) -> Counts:
    shown = node.css_first(".tgme_widget_message_views")
    views = count(shown.text(strip=True), "views") if shown else None
    given = [_NUMBER_LAST.search(each.text(strip=True)) for each in node.css(".tgme_reaction")]
    reactions = [count(number[0], "reactions") for number in given if number]
    return Counts(
        likes=sum(each.value or 0 for each in reactions) if reactions else None,
        views=views.value if views else None,
        rounded=any(each.rounded for each in (*reactions, *([views] if views else ()))),
    )


def _text(got: Answer) -> str:
    return got.body.decode("utf-8", errors="replace")
