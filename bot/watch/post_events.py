"""What the posts that came in tell: news, credits, copies, keywords. Pure; one event a kind and a look."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.accounts import AccountRef
from bot.checks.claims import shown as name_of
from bot.checks.copies import Copy
from bot.checks.wording import Word, counted, lapse, listing, quoted
from bot.store.records import Post, PostKind
from bot.store.watch_looks import SameWords
from bot.store.watch_records import Event, EventKind, Severity, Shown, WatchlistId
from bot.text.normalise import fold
from bot.watch.facts import Facts, HalfCredit, address_of
from bot.watch.sentences import tell

# An archive that somebody imports is no news.
FRESH = timedelta(days=7)
# Posts that an alert shows; the others are counted.
SHOWN = 10
# [P] methods A6: three posts make a pattern.
PATTERN = 3
TEXT = 140
LEAD_TEXT = 80
MINUTE = timedelta(minutes=1)
# Scripts without spaces begin here (CJK radicals); words in them have no edges to look for.
_UNSPACED = "\u2e80"


NOTHING: frozenset[str] = frozenset()


def post_events(facts: Facts, *, without: frozenset[str] = NOTHING) -> Iterator[Event]:
    """Yield what the new posts tell everybody who watches the account, some of them left out."""
    fresh = [post for post in fresh_posts(facts) if post.post_id not in without]
    if not fresh:
        return
    ids = {post.post_id for post in fresh}
    yield from _half([each for each in facts.half if each.post.post_id in ids], facts)
    yield from _copied([each for each in facts.copies if each.post.post_id in ids], facts)
    yield from _identical([each for each in facts.same if each.post_id in ids], fresh, facts)
    yield _new(fresh, facts)


def keyword_events(facts: Facts, *, without: frozenset[str] = NOTHING) -> dict[WatchlistId, Event]:
    """Return what each list's words find in the new posts, some of them left out."""
    fresh = [post for post in fresh_posts(facts) if post.post_id not in without]
    found: dict[WatchlistId, Event] = {}
    for watchlist_id, words in facts.keywords.items():
        hits = [(post, held) for post in fresh if (held := words_in(post.text, words))]
        if not hits:
            continue
        posts = [post for post, _ in hits]
        named = dict.fromkeys(word for _, held in hits for word in held)
        what = tell("keyword", words=listing(quoted(word) for word in named), posts=_posts(posts))
        found[watchlist_id] = _event(facts, EventKind.KEYWORD, what, posts=posts)
    return found


def fresh_posts(facts: Facts) -> list[Post]:
    """Return the posts that are news, newest first."""
    return [post for post in facts.posts if post.created_at >= facts.now - FRESH]


def words_in(text: str, words: Iterable[str]) -> list[str]:
    """Return which of these words a text holds, in any case and spelling of width."""
    folded = fold(text)
    return [word for word in words if _pattern(fold(word)).search(folded)]


def _pattern(word: str) -> re.Pattern[str]:
    if any(character >= _UNSPACED for character in word):
        return re.compile(re.escape(word))
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def _event(
    facts: Facts,
    kind: EventKind,
    what: str,
    *,
    posts: Sequence[Post],
    shown: tuple[Shown, ...] | None = None,
    hits: int | None = None,
    detail: str = "",
    severity: Severity | None = None,
) -> Event:
    shown = tuple(_show(post) for post in posts[:SHOWN]) if shown is None else shown
    newest = posts[0]
    return Event(
        kind=kind,
        # The row of the newest post that was seen: a repeated look gives the same key.
        key=f"{facts.account_id}:{kind}:{facts.after.post_row}:{detail}",
        happened_at=newest.created_at,
        told=facts.told(kind, what, shown=shown, hits=len(posts) if hits is None else hits),
        severity=severity,
        posts=tuple(dict.fromkeys(post.post_id for post in posts)),
    )


def _show(post: Post) -> Shown:
    share = "shared: " if post.kind is PostKind.REPOST else ""
    return Shown(text=f"{share}{quoted(post.text, limit=TEXT)}", url=address_of(post), at=post.created_at)


def _new(fresh: Sequence[Post], facts: Facts) -> Event:
    # Those beyond what was read are as new as these, unless some of these are old.
    unread = facts.came_in - len(facts.posts) if len(fresh_posts(facts)) == len(facts.posts) else 0
    count = len(fresh) + unread
    if count == 1:
        what = tell("new post", text=quoted(fresh[0].text, limit=LEAD_TEXT))
    else:
        what = tell("new posts", n=count, since=_moment(fresh[-1].created_at, now=facts.now))
    return _event(facts, EventKind.NEW_POST, what, posts=fresh, hits=count)


def _half(found: Sequence[HalfCredit], facts: Facts) -> Iterator[Event]:
    by_entity: dict[str, list[HalfCredit]] = {}
    for each in found:
        by_entity.setdefault(each.entity, []).append(each)
    for entity, given in by_entity.items():
        posts = list({each.post.post_id: each.post for each in given}.values())
        what = tell("half", entity=entity, handle=given[0].handle, posts=_posts(posts))
        severity = Severity.HIGH if len(posts) >= PATTERN else None
        yield _event(facts, EventKind.HALF_ATTRIBUTION, what, posts=posts, detail=entity, severity=severity)


def _copied(copies: Sequence[Copy], facts: Facts) -> Iterator[Event]:
    by_outlet: dict[AccountRef, list[Copy]] = {}
    for copy in copies:
        by_outlet.setdefault(copy.published.author, []).append(copy)
    for outlet, found in by_outlet.items():
        nearest = min(found, key=lambda copy: copy.lag)
        what = tell(
            "republication",
            texts=Word("a text") if len(found) == 1 else counted(len(found), "text"),
            outlet=name_of(outlet),
            lag=lapse(nearest.lag),
        )
        shown = tuple(
            shown
            for copy in found[:4]
            for shown in (
                _show(copy.post),
                Shown(
                    text=f"{quoted(name_of(outlet))} before: {quoted(copy.published.text, limit=TEXT)}",
                    url=copy.published.url,
                    at=copy.published.created_at,
                ),
            )
        )
        posts = [copy.post for copy in found]
        yield _event(facts, EventKind.REPUBLICATION, what, posts=posts, shown=shown, detail=name_of(outlet))


def _identical(same: Sequence[SameWords], fresh: Sequence[Post], facts: Facts) -> Iterator[Event]:
    # What a registered account published before is a republication, and told as one.
    copied = {(copy.post.post_id, copy.published.author) for copy in facts.copies}
    found = [each for each in same if (each.post_id, each.other) not in copied]
    if not found:
        return
    by_post = {post.post_id: post for post in fresh}
    posts = list({each.post_id: by_post[each.post_id] for each in found}.values())
    others = dict.fromkeys(name_of(each.other) for each in found)
    nearest = min(found, key=lambda each: abs(each.at - by_post[each.post_id].created_at))
    apart = abs(nearest.at - by_post[nearest.post_id].created_at)
    if len(found) == 1:
        key = "identical" if apart >= timedelta(seconds=1) else "identical at once"
        what = tell(key, account=name_of(nearest.other), lag=lapse(apart))
    else:
        named = [quoted(other) for other in list(others)[:3]]
        named += [counted(len(others) - 3, "other account")] if len(others) > 3 else []
        what = tell("identical many", accounts=listing(named), posts=_posts(posts))
    shown = tuple(
        shown
        for each in found[:4]
        for shown in (
            _show(by_post[each.post_id]),
            Shown(text=f"{quoted(name_of(each.other))} with the same words", url=each.url, at=each.at),
        )
    )
    severity = Severity.HIGH if apart <= MINUTE else None
    yield _event(facts, EventKind.IDENTICAL_POST, what, posts=posts, shown=shown, severity=severity)


def _posts(posts: Sequence[Post]) -> Word:
    return Word("a post") if len(posts) == 1 else counted(len(posts), "post")


def _moment(at: datetime, *, now: datetime) -> Word:
    """Return when it was, in UTC, short enough for a lock screen."""
    return Word(f"{at:%H:%M} UTC" if now - at < timedelta(hours=20) else f"{at:%d %b, %H:%M} UTC")
