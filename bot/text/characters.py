"""Classes of characters that the standard `re` cannot name, written as insides of `[...]`.

A class that holds whole scripts takes milliseconds to compile, and there are thirty of them: patterns
with one are compiled at their first use, so that a bot that waits has paid for none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache


def _ranges(points: Iterable[int]) -> str:
    """Write ascending code points as the inside of a character class."""
    spans: list[list[int]] = []
    for point in points:
        if spans and spans[-1][1] == point - 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in spans)


def lazily(pattern: Callable[[], str]) -> Callable[[], re.Pattern[str]]:
    """Return a function that compiles the pattern once, when it is first called."""
    return cache(lambda: re.compile(pattern()))


@cache
def marks() -> str:
    """Return the combining marks of all scripts; none has any outside the first two planes."""
    return _ranges(point for point in range(0x20000) if unicodedata.category(chr(point))[0] == "M")


# What leaves no trace on screen: soft hyphen, grapheme joiner, Arabic letter mark, the fillers of Hangul
# and Khmer, zero-width characters, direction controls, variation selectors and tags. The Arabic number
# signs are format characters too (Cf) but are drawn, so they are no part of it.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)

# Scripts written without spaces between words. Bopomofo is not among them: it is used as a gloss.
HAN = (
    "\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
KANA = (
    "\u3041-\u3096\u3099-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
    "\U0001aff0-\U0001afff\U0001b000-\U0001b16f"
)
SOUTH_EAST_ASIAN = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59\u0e80-\u0eff"  # Thai without its currency sign, Lao
    "\u1780-\u17d3\u17d7\u17dc-\u17e9\u1000-\u1049\u1050-\u109f\ua9e0-\ua9fe\uaa60-\uaa7f"  # Khmer, Myanmar
)
UNSPACED = HAN + KANA + SOUTH_EAST_ASIAN

# Scripts that attach to a Latin word without a space: the above, and Korean for its particles.
GLUED = UNSPACED + "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
