"""A post's text with its links, mentions and tags found and taken out, and the rest folded."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from bot.text.characters import GLUED, INVISIBLE, lazily, marks
from bot.text.links import Link, links
from bot.text.mentions import Mention, Tag, mentions, tags
from bot.text.normalise import fold

# Stands for what was taken out: no letter, no space, no marker, and the same length.
_TAKEN = "\ue000"
_GOES_ON = lazily(lambda: rf"[{INVISIBLE}]*+(?:[^\W{GLUED}]|[{marks()}])")
# A letter with its marks folds as one; runs of scripts that NFKC leaves alone are taken in one piece.
_CLUSTER = lazily(
    lambda: (
        rf"(?P<plain>[ -~\u0400-\u04ff\u3041-\u3096\u4e00-\u9fff]+)(?![{marks()}])"
        rf"|[{INVISIBLE}]|(?s:.)[{marks()}]*"
    )
)


class Reading(NamedTuple):
    """One raw text, read once. A named tuple, since a check reads thousands.

    `masked` has the length of `text`; in it every reference is blanked out. `folded` is the fold of
    that; its character at `i` comes from the raw characters `starts[i]:ends[i]`. `starts` has one entry
    more than `folded`: the end of the text.
    """

    text: str
    masked: str
    links: list[Link]
    mentions: list[Mention]
    tags: list[Tag]
    folded: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str, *, platform: str, mentioned: Collection[str] | None) -> Reading:
        """Read a text; `mentioned` is the platform's list of handles, None where the text decides."""
        if not ("." in text or "@" in text or "＠" in text or "#" in text or "＃" in text):
            # Nothing that a link, a mention or a tag needs.
            return cls(text, text, [], [], [], *_folded(text))
        addresses = links(text)
        named = mentions(text, platform=platform, addresses=addresses)
        if mentioned is not None:
            real = {fold(handle).lstrip("@") for handle in mentioned}
            named = [mention for mention in named if fold(mention.handle) in real]
        # A mention that runs on into other letters is cut short by the platform; people read it whole.
        whole = [mention for mention in named if not _GOES_ON().match(text, mention.end)]
        words = tags(text, addresses=addresses)
        masked = _masked(text, [(span.start, span.end) for span in (*addresses, *whole, *words)])
        folded, starts, ends = _folded(masked)
        return cls(
            text=text,
            masked=masked,
            links=addresses,
            mentions=named,
            tags=words,
            folded=folded,
            starts=starts,
            ends=ends,
        )

    @property
    def is_ascii(self) -> bool:
        """Whether the words that are left are plain ASCII, as written and folded."""
        return self.masked.isascii() or self.masked.replace(_TAKEN, "").isascii()

    @property
    def is_unmoved(self) -> bool:
        """Whether folding did no more than lower the case, letter for letter."""
        return isinstance(self.starts, range)

    def folded_offset(self, raw: int) -> int:
        """Return where a raw offset lies in `folded`."""
        return bisect_left(self.starts, raw)


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        parts += (text[at:start], _TAKEN * (end - max(at, start)))
        at = max(at, end)
    return "".join(parts) + text[at:]


def _folded(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Fold a text and map each folded character to the raw one that it begins and ends in."""
    folded = fold(text)
    if len(folded) == len(text) and folded == text.lower():
        return folded, range(len(text) + 1), range(1, len(text) + 1)
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster in _CLUSTER().finditer(text):
        if cluster["plain"]:
            characters.append(cluster[0].lower())
            starts += range(cluster.start(), cluster.end())
            ends += range(cluster.start() + 1, cluster.end() + 1)
            continue
        made = _folded_cluster(cluster[0])
        characters.append(made)
        starts += [cluster.start()] * len(made)
        ends += [cluster.end()] * len(made)
    return "".join(characters), [*starts, len(text)], ends


_folded_cluster = lru_cache(maxsize=1 << 14)(fold)
