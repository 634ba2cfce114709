"""Names in Latin letters, so that one who types them so finds them. They are never shown.

Two ways: `romanised` writes every script letter by letter, for what is typed and for every name. `pronounced`
looks up how Chinese is spoken, which takes 57 MB of tables: 重庆 is "chongqing", and "zhongqing" letter by
letter. Only a process that ends calls it (docs/search.md has the figures).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

LETTERS: Final = "letters"
PINYIN: Final = "pinyin"
WADE_GILES: Final = "wade-giles"

_HAN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelt:
    """A text in ASCII letters, lower-case, and the way it was written."""

    text: str
    way: str


@lru_cache(maxsize=1_024)
def romanised(text: str) -> str | None:
    """Return a text in ASCII letters, lower-case; None where it has nothing else, or nothing to write.

    One script is spelt in one way whatever its language (anyascii, ISC licence): 新华社 becomes "xinhuashe",
    Новости "novosti".
    """
    if text.isascii():
        return None
    # Here, since its tables are read from disk script by script.
    from anyascii import anyascii

    latin = " ".join(anyascii(text).lower().split())
    return latin or None


def spelt(text: str) -> list[Spelt]:
    """Return how a name is written letter by letter; nothing for one in ASCII letters."""
    latin = romanised(text)
    return [] if latin is None else [Spelt(text=latin, way=LETTERS)]


def pronounced(text: str) -> list[Spelt]:
    """Return a name with Han characters in pinyin and in Wade-Giles; nothing for one without them.

    As outlets write themselves: no tones, no apostrophes, the syllables of a run together. 新华社 is
    "xinhuashe" and "hsinhuashe" (pypinyin, MIT licence).
    """
    if not has_han(text):
        return []
    from pypinyin import Style, lazy_pinyin

    def written(style: Style) -> str:
        spoken = _HAN.sub(lambda run: _joined(lazy_pinyin(run[0], style=style)), text)
        return romanised(spoken) or " ".join(spoken.lower().split())

    return [
        Spelt(text=written(Style.NORMAL), way=PINYIN),
        Spelt(text=written(Style.WADEGILES), way=WADE_GILES),
    ]


def has_han(text: str) -> bool:
    """Whether a text has Chinese characters, which are spelt as they are spoken."""
    return not text.isascii() and _HAN.search(text) is not None


def _joined(syllables: list[str]) -> str:
    # "lv" is how pypinyin writes lü; apostrophes and dashes belong to the scheme, not to how people type.
    return re.sub("[^a-z]", "", "".join(syllables).lower().replace("ü", "u").replace("v", "u"))
