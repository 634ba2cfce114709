"""Names in memory for autocomplete: a prefix first, then what was meant by a slip of the finger.

Every keystroke asks, so nothing here touches the disk. Prefixes are found by bisection; where they
do not fill the list, grams of the text select a few dozen candidates and the edit distance orders
them (scanning every name was measured at 7 ms for 100,000 names, partial scorers at ten times that).
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from bot.accounts import AccountRef, Platform
from bot.store.names import NamedAccount, named_accounts
from bot.text.normalise import fold

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

# A name below this similarity (0..100) is not what was meant.
MIN_RATIO = 60

CONTAINED = 75

# Postings read for one question, rarest grams first, and names compared after that.
_POSTINGS = 15_000
_CANDIDATES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One account to choose. `label` is plain text of at most 100 characters; escape it for markup."""

    ref: AccountRef
    label: str


class NameIndex:
    """Handles and names of accounts, searchable as they are typed. Built once, then only read.

    Rebuild it after an import. Measured with 100,000 accounts (158,000 names): 2.6 s and 57 MB to build,
    p99 of a question 4 ms; the starter registry takes 0.14 s and 4 MB.
    """

    def __init__(self, accounts: Iterable[NamedAccount]) -> None:
        self._suggestions: list[Suggestion] = []
        # A name of an outlet stands for all its accounts and is kept once.
        named: dict[str, array[int]] = {}
        for number, account in enumerate(accounts):
            self._suggestions.append(Suggestion(ref=account.ref, label=_label(account)))
            for key in _keys(account):
                named.setdefault(key, array("I")).append(number)
        self._keys = sorted(named)
        self._numbers = [named[key] for key in self._keys]
        self._grams: dict[str, array[int]] = {}
        for position, key in enumerate(self._keys):
            for gram in _grams(key):
                self._grams.setdefault(gram, array("I")).append(position)

    @classmethod
    def build(cls, connection: sqlite3.Connection) -> NameIndex:
        """Read every account of the registry and of earlier checks."""
        return cls(named_accounts(connection))

    def __len__(self) -> int:
        return len(self._suggestions)

    def suggest(self, text: str, *, limit: int = 25) -> list[Suggestion]:
        """Return what `text` may mean, likeliest first; registered accounts for an empty text."""
        asked = _asked(text)
        if not asked:
            return self._suggestions[:limit]
        chosen: dict[int, None] = {}
        for number in self._starting_with(asked):
            chosen.setdefault(number)
            if len(chosen) == limit:
                break
        if len(chosen) < limit:
            for number in self._similar_to(asked):
                chosen.setdefault(number)
                if len(chosen) == limit:
                    break
        return [self._suggestions[number] for number in chosen]

    def _starting_with(self, asked: str) -> Iterator[int]:
        for position in range(bisect_left(self._keys, asked), len(self._keys)):
            if not self._keys[position].startswith(asked):
                return
            yield from self._numbers[position]

    def _similar_to(self, asked: str) -> list[int]:
        scored: list[tuple[float, int]] = []
        for position in self._candidates(asked):
            key = self._keys[position]
            # A word from the middle of a long name was meant, however unlike the whole it is.
            ratio = max(fuzz.ratio(asked, key), CONTAINED if asked in key else 0)
            if ratio >= MIN_RATIO:
                scored.append((-ratio, position))
        return [number for _, position in sorted(scored) for number in self._numbers[position]]

    def _candidates(self, asked: str) -> list[int]:
        """Return the positions that share most grams with `asked`, counting rare grams first."""
        postings = sorted((self._grams[gram] for gram in _grams(asked) if gram in self._grams), key=len)
        shared: Counter[int] = Counter()
        read = 0
        for posting in postings:
            read += len(posting)
            if read > _POSTINGS and shared:
                break
            shared.update(posting)
        return [position for position, _ in shared.most_common(_CANDIDATES)]


def _label(account: NamedAccount) -> str:
    ref = account.ref
    handle = ref.handle or ref.platform_id or ""
    bare = ref.platform is Platform.WEBSITE or ref.handle is None
    parts = [handle if bare else f"@{handle}", PLATFORM_NAMES[ref.platform]]
    if account.name is not None:
        parts.append(account.name)
    label = " · ".join(parts)
    return label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1].rstrip()}…"


def _keys(account: NamedAccount) -> set[str]:
    texts = [account.ref.handle, account.ref.platform_id, account.name, *account.names]
    return {key for text in texts if text is not None and (key := _asked(text))}


def _asked(text: str) -> str:
    return " ".join(fold(text).split()).lstrip("@＠ ").rstrip()


def _grams(key: str) -> set[str]:
    """Return the grams of a key: three characters, for Han one and two, since two are a whole word there."""
    grams = {f" {key} "[start : start + 3] for start in range(len(key))}
    han = [character for character in key if "\u3400" <= character <= "\u9fff"]
    grams.update(han)
    grams.update(first + second for first, second in pairwise(han))
    return grams
