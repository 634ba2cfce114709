"""What texts are compared by: words where a script has spaces, character 3-grams where it has none.

Every function takes what `normalise.body` returned. Words follow Unicode's word breaks (UAX #29), with
these differences: symbols and emoji are dropped like punctuation; a colon never joins two letters
(Swedish does that, posts write "Fuente:nombre"); the typographic apostrophe is read as the plain one;
Katakana is cut into 3-grams like Han and Thai, which UAX #29 leaves to dictionaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from bot.text.characters import UNSPACED, lazily, marks

MIN_WORDS = 5
MIN_CHARACTERS = 20
GRAM = 3


def _unit_pattern() -> str:
    letter = rf"[^\W\d_{UNSPACED}]"
    joint = (
        rf"(?:['.·‧״](?<=(?:{letter}|[{marks()}]).)(?={letter})"
        r"|['.,;،٬⁄](?<=\d.)(?=\d)"
        # Between Hebrew letters a quotation mark makes an abbreviation.
        r"|\"(?<=[א-ת].)(?=[א-ת]))"
    )
    word = rf"[^\W{UNSPACED}]+(?:(?:[{marks()}]|{joint})[^\W{UNSPACED}]*)*"
    return rf"(?P<run>[{UNSPACED}]+)|(?P<word>{word})"


_UNIT = lazily(_unit_pattern)
_APOSTROPHES = str.maketrans("’‘", "''")
# The same for plain English, at a quarter of the cost.
_ASCII_WORD = re.compile(r"\w+(?:(?:['.](?<=[a-z].)(?=[a-z])|['.,;](?<=\d.)(?=\d))\w+)*", re.ASCII)
# And for Latin, Greek, Cyrillic and Armenian letters, punctuation and emoji: no combining marks among them.
ALPHABETIC = (
    "\x00-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\u2000-\u206f\u20a0-\u20cf\u2100-\u2bff"
    "\U0001f000-\U0001faff"
)
_ALPHABETIC = re.compile(rf"[{ALPHABETIC}]*")
_ALPHABETIC_WORD = re.compile(r"\w+(?:(?:['.·‧״](?<=[^\W\d_].)(?=[^\W\d_])|['.,;،٬⁄](?<=\d.)(?=\d))\w+)*")


def units(prepared: str) -> list[tuple[str, str]]:
    """Cut a body into (run of unspaced script, word), in order; one of the two is empty."""
    if prepared.isascii():
        found = [("", word) for word in _ASCII_WORD.findall(prepared)]
    elif _ALPHABETIC.fullmatch(prepared):
        found = [("", word) for word in _ALPHABETIC_WORD.findall(prepared.translate(_APOSTROPHES))]
    else:
        found: list[tuple[str, str]] = _UNIT().findall(prepared.translate(_APOSTROPHES))
    # Underscores alone are a line drawn, not a word.
    return [unit for unit in found if unit[0] or unit[1].strip("_")] if "_" in prepared else found


def tokens(prepared: str) -> list[str]:
    """Cut a body into tokens, in order and with repetition; compare texts by their sets."""
    return tokens_of(units(prepared))


def tokens_of(cut: Iterable[tuple[str, str]]) -> list[str]:
    """Return the tokens of what `units` returned, for callers that keep that."""
    found: list[str] = []
    for run, word in cut:
        if len(run) > GRAM:
            found += [run[at : at + GRAM] for at in range(len(run) - GRAM + 1)]
        else:
            found.append(run or word)
    return found


def long_enough(prepared: str) -> bool:
    """Say whether a body is long enough for coordination and near-duplicates.

    It has 5 words, or 20 characters of unspaced script; punctuation counts for neither.
    """
    return enough(units(prepared))


def enough(cut: Iterable[tuple[str, str]]) -> bool:
    """Say the same of what `units` returned."""
    words = characters = 0
    for run, word in cut:
        words += bool(word)
        characters += len(run)
    return words >= MIN_WORDS or characters >= MIN_CHARACTERS


@lru_cache(maxsize=1 << 16)
def stable_hash(token: str) -> int:
    """Hash a token to 63 bits: what SQLite holds without a sign. The same in every process and release."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8).digest()) >> 1
