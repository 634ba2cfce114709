"""The spellings under which those in the registry may be credited, built once and asked for every post."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from bot.text.characters import GLUED, UNSPACED, lazily
from bot.text.confusables import skeleton, skeletons
from bot.text.normalise import fold

MIN_LETTERS = 5
# Three characters of Han say as much as a word: 新华社.
MIN_UNSPACED = 3

# Remembered spellings, some 10 MB.
MAX_STRANGERS = 1 << 17

_UNSPACED = lazily(lambda: rf"[{UNSPACED}]")
_GLUED = lazily(lambda: rf"[{GLUED}]")


class AliasKind(StrEnum):
    HANDLE = "handle"
    NAME = "name"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One spelling of one bearer.

    `bearer` is the caller's own key; several aliases may share it. `listed` is an analyst's word that
    this spelling is meant even though it is short or common; it then counts exactly as written.
    """

    text: str
    kind: AliasKind
    bearer: str
    listed: bool = False


class Aliases:
    """Finds an alias by a handle, a look-alike, a name or an address. Where two are equal, the first wins."""

    def __init__(self, aliases: Iterable[Alias]) -> None:
        self._handles: dict[str, Alias] = {}
        self._in_text: dict[str, Alias] = {}
        self._looks: dict[str, Alias] = {}
        self._exact: dict[str, Alias] = {}
        self._names: dict[str, Alias] = {}
        self._domains: dict[str, Alias] = {}
        for alias in aliases:
            self._add(alias)
        self._name_lengths = _lengths_by_opening(self._names)
        self.has_names = bool(self._names)
        # Words met before that stand for nobody: nearly all words are, and come again.
        self._strangers: set[str] = set()

    def _add(self, alias: Alias) -> None:
        key = " ".join(fold(alias.text).split())
        if not key:
            return
        if alias.kind is AliasKind.DOMAIN:
            self._domains.setdefault(key.removeprefix("www."), alias)
            return
        if alias.listed:
            self._exact.setdefault(alias.text, alias)
        telling = _telling(key) or alias.listed
        if alias.kind is AliasKind.NAME:
            # A name with an underscore is a handle that somebody entered as a name.
            if telling and "_" not in key:
                self._names.setdefault(key, alias)
            return
        self._handles.setdefault(key, alias)
        if _telling(key):
            self._in_text.setdefault(key, alias)
            for look in skeletons(alias.text):
                self._looks.setdefault(look, alias)

    def handle(self, handle: str) -> Alias | None:
        """Find who bears a handle that the platform itself points to: any registered one counts."""
        return self._handles.get(fold(handle))

    def word(self, folded: str, *, raw: str) -> Alias | None:
        """Find the handle that a word of running text stands for: telling ones, look-alikes, listed ones."""
        alias = self._word(folded, raw=raw)
        if alias is None and ("-" not in folded or self._parts_are_strangers(folded, raw)):
            self._remember((raw,))
        return alias

    def is_stranger(self, raw: str) -> bool:
        """Say whether `word` found nobody for this spelling before, nor for its parts between hyphens."""
        return raw in self._strangers

    def names_nobody(self, masked: str, words: Callable[[str], Iterable[str]]) -> bool:
        """Say whether every word of a text is known to stand for nobody; `words` cuts one into words.

        What stands between two spaces is remembered as a whole, since cutting it costs most of the time.
        """
        pieces = masked.split()
        if self._strangers.issuperset(pieces):
            return True
        new = [piece for piece in pieces if piece not in self._strangers]
        if not self._strangers.issuperset(words(" ".join(new))):
            return False
        self._remember(new)
        return True

    def _remember(self, raws: Sequence[str]) -> None:
        if len(self._strangers) + len(raws) > MAX_STRANGERS:
            self._strangers.clear()
        self._strangers.update(raws)

    def _parts_are_strangers(self, folded: str, raw: str) -> bool:
        parts, written = folded.split("-"), raw.split("-")
        return len(parts) == len(written) and not any(map(self._part, parts, written))

    def _part(self, folded: str, raw: str) -> Alias | None:
        return self._word(folded, raw=raw)

    def _word(self, folded: str, *, raw: str) -> Alias | None:
        found = self._in_text.get(folded) or self._exact.get(raw)
        if found or len(folded) < MIN_LETTERS or folded in _common_words():
            return found
        return self._looks.get(_look(raw)) or (None if raw == folded else self._looks.get(_look(folded)))

    def is_name(self, folded: str) -> bool:
        """Say whether a folded word is also somebody's name."""
        return folded in self._names

    def name_at(self, folded: str, at: int) -> tuple[Alias, int] | None:
        """Find the longest name that begins at an offset of a folded text, with the offset of its end."""
        for length in self._name_lengths.get(folded[at : at + 2], ()):
            end = at + length
            alias = self._names.get(folded[at:end])
            if alias and end <= len(folded) and _ends(folded, end):
                return alias, end
        return None

    def address(self, url: str) -> Alias | None:
        """Find whom an address belongs to: a profile or post of a handle, or a page of a domain."""
        plain = _PLAIN_ADDRESS.fullmatch(url)
        if plain is not None:
            host, path = plain[1], plain[2]
        else:
            try:
                parts = urlsplit(url if "://" in url[:8] else f"https://{url}")
                host, path = (parts.hostname or "").removeprefix("www."), parts.path
            except ValueError:
                return None
        handle = _profile(host, path)
        found = self._handles.get(handle) if handle else None
        while found is None and host:
            found = self._domains.get(host)
            host = host.partition(".")[2]
        return found


# Hosts whose paths begin with a handle, after one of these words or at once.
_PROFILE_HOSTS = frozenset(
    "x.com twitter.com mobile.twitter.com t.me telegram.me instagram.com threads.net threads.com "
    "facebook.com m.facebook.com fb.com youtube.com m.youtube.com tiktok.com bsky.app "
    "vk.com m.vk.com weibo.com".split()
)
# What most addresses look like; the same answer as that of `urlsplit`, at a fifth of its cost.
_PLAIN_ADDRESS = re.compile(r"https?://(?:www\.)?([a-z0-9.-]+)((?:/[\w./@~%+-]*)?)", re.ASCII)
_BEFORE_HANDLE = frozenset({"s", "profile", "c", "user", "channel", "n"})


def _profile(host: str, path: str) -> str | None:
    """Return the folded handle that an address names, `user@host` on the fediverse."""
    segments = [segment for segment in path.split("/") if segment]
    if host in _PROFILE_HOSTS:
        if len(segments) > 1 and segments[0] in _BEFORE_HANDLE:
            del segments[0]
        return fold(segments[0].lstrip("@")) if segments else None
    if segments and segments[0].startswith("@"):
        user = fold(segments[0].lstrip("@"))
        return user if "@" in user else f"{user}@{host}"
    return None


def _telling(key: str) -> bool:
    """Say whether a folded spelling is too long and too rare to stand in a text by chance."""
    if _UNSPACED().search(key):
        return len(key) >= MIN_UNSPACED
    return len(key) >= MIN_LETTERS and key not in _common_words()


def _ends(folded: str, end: int) -> bool:
    """Say whether a name may end here; scripts that write words together end anywhere."""
    after = folded[end : end + 2]
    if not after or _GLUED().match(folded[end - 1]):
        return True
    return not (after[0].isalnum() or after[0] == "_" or (after[0] == "." and after[1:].isalpha()))


def _lengths_by_opening(names: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Group the lengths of names, longest first, by their first two characters."""
    lengths: dict[str, set[int]] = {}
    for name in names:
        lengths.setdefault(name[:2], set()).add(len(name))
    return {opening: tuple(sorted(found, reverse=True)) for opening, found in lengths.items()}


_look = lru_cache(maxsize=1 << 16)(skeleton)


@cache
def _common_words() -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
