"""The names of the registry and the accounts that are held, found as they are typed.

One index in memory for everything that people name: names of entities, their spellings in Latin letters,
handles, hosts. It holds numbers of rows; what they mean, and whether the one who asks may see it, is read
through a connection. It follows the store: every question takes in first what changed since the last one.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rapidfuzz import fuzz

from bot.accounts import AccountRef, Platform
from bot.registry.grams import GramIndex, Grams
from bot.registry.packed import pack
from bot.store.names import (
    NamedAccount,
    accounts_hit,
    accounts_of_entity,
    accounts_with_id,
    beginnings,
    first_registered,
    meant_by,
    sites_hit,
)
from bot.store.records import Entity, EntityId
from bot.store.registry import entities
from bot.store.searchable import (
    Kind,
    Marks,
    changes_since,
    marks,
    number_of,
    row_of,
    search_key,
    texts_since,
)
from bot.text.romanise import has_han, romanised

log = logging.getLogger(__name__)

PLATFORM_NAMES = {
    Platform.X: "X",
    Platform.BLUESKY: "Bluesky",
    Platform.FEDIVERSE: "Fediverse",
    Platform.THREADS: "Threads",
    Platform.INSTAGRAM: "Instagram",
    Platform.FACEBOOK: "Facebook",
    Platform.YOUTUBE: "YouTube",
    Platform.TELEGRAM: "Telegram",
    Platform.TIKTOK: "TikTok",
    Platform.VK: "VK",
    Platform.WEIBO: "Weibo",
    Platform.WEBSITE: "website",
}

# Discord shows at most 100 characters of a choice.
MAX_LABEL = 100
# Longer than every name; what is pasted beside that would only take time.
MAX_ASKED = 120
# A text below this similarity (0 to 100) is not what was meant.
MIN_RATIO = 66.0
# Above it a slip of one letter is all that parts them.
CLOSE = 80.0
# A word from the middle of a long text was meant, however unlike the whole it is.
CONTAINED = 75.0
# A name inside a longer question ("cctv西班牙语") is what was meant as likely as a slip of two letters.
INSIDE = 70.0
# Texts with one beginning that are looked at.
MOST = 200
# More rows than this are read by whoever builds anew, not by a question that waits.
MANY = 5_000

# Where a word ends: between words, and where letters of one kind meet those of another.
_SEGMENTS = re.compile(r"[!-~]+|[^\x00-~]+")
_MAX_SEGMENTS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One account to choose. `label` is plain text of at most 100 characters; escape it for markup."""

    ref: AccountRef
    label: str


class NameIndex:
    """Empty at first: then the tables answer, with exact beginnings. `take` or `build` fills it.

    Every method may be called from any thread. `when_behind` is called where building anew is cheaper than
    catching up; without it everything is caught up with, however much that is. `when_unspelt` is called where
    names were added whose pronunciation nobody looked up.
    """

    def __init__(
        self,
        *,
        when_behind: Callable[[], None] | None = None,
        when_unspelt: Callable[[], None] | None = None,
    ) -> None:
        self.when_behind, self.when_unspelt = when_behind, when_unspelt
        self._lock = threading.Lock()
        self._packed: Grams = GramIndex()
        # What came after the packing, and the numbers whose packed texts are out of date.
        self._later = GramIndex()
        self._dropped: set[int] = set()
        self._marks: Marks | None = None
        self._behind = True
        # The last question with how far was read, how many answers were wanted, and they.
        self._last: tuple[tuple[str, Marks | None], int, list[int]] | None = None

    @property
    def ready(self) -> bool:
        """Whether slips are found, and everything that is held."""
        return not self._behind

    def __len__(self) -> int:
        return len(self._packed) + len(self._later)

    def build(self, connection: sqlite3.Connection) -> None:
        """Read everything here and now: for programs that ask once, and for tests."""
        reached = marks(connection)
        self.take(pack(texts_since(connection, Marks())).packed(), marks=reached)

    def take(self, packed: Grams, *, marks: Marks) -> None:
        """Search these from now on; `marks` were taken before they were read."""
        with self._lock:
            self._packed, self._later, self._dropped = packed, GramIndex(), set()
            self._marks, self._behind = marks, False

    def find(self, connection: sqlite3.Connection, text: str, *, limit: int) -> list[tuple[Entity, str]]:
        """Return entities with what of them was found, likeliest first, as they are seen from here."""
        numbers = self._numbers(connection, text, enough=limit * 4)
        meant = meant_by(connection, numbers)
        found: dict[EntityId, str] = {}
        for number in numbers:
            if number in meant:
                found.setdefault(meant[number].entity_id, meant[number].text)
        chosen = list(found)[:limit]
        held = entities(connection, chosen)
        return [(held[entity_id], found[entity_id]) for entity_id in chosen if entity_id in held]

    def suggest(self, connection: sqlite3.Connection, text: str, *, limit: int = 25) -> list[Suggestion]:
        """Return accounts and sites that `text` may mean, likeliest first, as they are seen from here.

        A name of an entity stands for all its accounts. For an empty text those registered first.
        """
        if not search_key(text):
            return [_suggestion(each) for each in first_registered(connection, limit=limit)]
        numbers = self._numbers(connection, text, enough=limit * 2)
        rows = [row_of(number) for number in numbers]
        accounts = accounts_hit(connection, [row_id for kind, row_id in rows if kind is Kind.ACCOUNT])
        sites = sites_hit(connection, [row_id for kind, row_id in rows if kind is Kind.SITE])
        meant = meant_by(connection, [n for n in numbers if row_of(n)[0] in {Kind.NAME, Kind.SPELLING}])
        chosen: dict[AccountRef, Suggestion] = {}
        expanded: set[EntityId] = set()
        for number, (kind, row_id) in zip(numbers, rows, strict=True):
            if len(chosen) >= limit:
                break
            named: list[NamedAccount] = []
            if kind is Kind.ACCOUNT or kind is Kind.SITE:
                held = accounts if kind is Kind.ACCOUNT else sites
                named = [held[row_id]] if row_id in held else []
            elif number in meant and (entity_id := meant[number].entity_id) not in expanded:
                expanded.add(entity_id)
                named = accounts_of_entity(connection, entity_id, limit=limit)
            for each in named:
                chosen.setdefault(each.ref, _suggestion(each))
        return list(chosen.values())[:limit]

    def _numbers(self, connection: sqlite3.Connection, text: str, *, enough: int) -> list[int]:
        """Return at most `enough` numbers of what may be meant, likeliest first."""
        asked = search_key(text[:MAX_ASKED])
        if not asked:
            return []
        self._catch_up(connection)
        # Where an entry is typed, entities and then accounts are asked for.
        held = self._last
        if held is not None and held[0] == (text, self._marks) and held[1] >= enough and not self._behind:
            return held[2][:enough]
        with self._lock:
            reached = self._marks
            sources = [_Source(self._packed, self._dropped), _Source(self._later, frozenset())]
            scored = list(_scored(sources, asked, enough=enough))
        if self._behind:
            rows = beginnings(connection, asked, limit=enough)
            scored += [(*_rank_of_beginning(found, asked), [number]) for found, number in rows]
        by_id = [number_of(Kind.ACCOUNT, row_id) for row_id in accounts_with_id(connection, text.strip())]
        chosen = dict.fromkeys(by_id)
        for *_, numbers in sorted(scored, key=lambda hit: hit[:3]):
            chosen.update(dict.fromkeys(numbers))
            if len(chosen) >= enough:
                break
        answer = list(chosen)[:enough]
        self._last = ((text, reached), enough, answer)
        return answer

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._marks is None or self._behind:
                return
            now = marks(connection)
            if now == self._marks:
                return
            changed = changes_since(connection, self._marks)
            grown = len(self._later) + len(self._dropped)
            too_much = changed is None or max(self._marks.behind(now), grown) > MANY
            if too_much and self.when_behind is not None:
                self._behind = True
                self.when_behind()
                return
            for number, text in changed or ():
                self._dropped.add(number)
                self._later.remove(number)
                if text:
                    self._later.add(text, number)
            self._add(texts_since(connection, self._marks))
            self._marks = now

    def _add(self, pairs: Iterable[tuple[str, int]]) -> None:
        unspelt = False
        for text, number in pairs:
            if number in self._packed.named(text) and number not in self._dropped:
                continue
            self._later.add(text, number)
            unspelt = unspelt or (row_of(number)[0] is Kind.NAME and has_han(text))
        if unspelt and self.when_unspelt is not None:
            self.when_unspelt()


@dataclass(frozen=True, slots=True)
class _Source:
    """Where to look, and which numbers there are out of date."""

    grams: Grams
    dropped: set[int] | frozenset[int]

    def living(self, numbers: Sequence[int]) -> list[int]:
        return [number for number in numbers if number not in self.dropped]


def _scored(
    sources: Sequence[_Source], asked: str, *, enough: int
) -> Iterator[tuple[bool, float, str, list[int]]]:
    """Yield (not its beginning, rank, text, numbers) of texts that may be meant; the lowest is likeliest."""
    latin = romanised(asked)
    keys = [asked] if latin is None else [asked, latin]
    begun = 0
    for source in sources:
        for key in keys:
            for text, numbers in islice(source.grams.starting_with(key), max(MOST, enough)):
                living = source.living(numbers)
                begun += len(living)
                yield (*_rank_of_beginning(text, key), living)
    if begun >= enough // 2:
        return
    for source in sources:
        for part in _parts(asked):
            if living := source.living(source.grams.named(part)):
                # The longest part says most.
                yield True, -INSIDE - len(part) / 100, part, living
    best = 0.0
    for key in keys:
        if best >= CLOSE:
            # What is meant was found in its own letters.
            return
        for source in sources:
            for text, numbers in source.grams.like(key):
                if (ratio := _likeness(key, text)) >= MIN_RATIO and (living := source.living(numbers)):
                    best = max(best, ratio)
                    yield True, -ratio, text, living


def _rank_of_beginning(text: str, key: str) -> tuple[bool, float, str]:
    return False, len(text) - len(key), text


def _likeness(asked: str, text: str) -> float:
    """Return how alike two texts are, 0 to 100: letter by letter, or with their words in order."""
    ratio = fuzz.ratio(asked, text)
    if " " in asked or " " in text:
        ratio = max(ratio, fuzz.token_sort_ratio(asked, text))
    if asked in text and len(asked) > 1:
        ratio = max(ratio, CONTAINED)
    if len(text) > 1 and not text.isascii() and text in asked:
        ratio = max(ratio, INSIDE)
    return ratio


def _parts(asked: str) -> set[str]:
    """Return what may be a whole name inside a longer question: runs of its words, beginnings in Han."""
    segments = list(islice(_SEGMENTS.finditer(asked), _MAX_SEGMENTS))
    found = {asked[first.start() : last.end()] for at, first in enumerate(segments) for last in segments[at:]}
    for segment in segments:
        if has_han(segment[0]):
            found |= {segment[0][:end] for end in range(2, len(segment[0]))}
    return {part for part in found if len(part) > 1 and part != asked}


def _suggestion(account: NamedAccount) -> Suggestion:
    ref = account.ref
    handle = ref.handle or ref.platform_id or ""
    bare = ref.platform is Platform.WEBSITE or ref.handle is None
    parts = [handle if bare else f"@{handle}", PLATFORM_NAMES[ref.platform]]
    if account.name is not None:
        parts.append(account.name)
    label = " · ".join(parts)
    if len(label) > MAX_LABEL:
        label = f"{label[: MAX_LABEL - 1].rstrip()}…"
    return Suggestion(ref=ref, label=label)
