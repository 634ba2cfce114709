"""What characters do to a handle: full-width forms, invisible ones, and letters that look like others."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.text.inert import quoted

# Direction controls, zero-width characters, fillers, variation selectors, tags, C0/C1 controls, lone
# surrogates and the replacement character: nobody types them on purpose in a handle or an address.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
INVISIBLE = (
    _DIRECTION
    + "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d"
    + "\u2060-\u2065\u206a-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    + "\U000e0000-\U000e0fff"
)
# Scripts that are written straight after a Latin handle, without a space: Chinese, Japanese, Korean.
GLUED = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa"
    "\u30fc-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DIRECTION_CONTROL = re.compile(f"[{_DIRECTION}]")
_GLUED = re.compile(f"[{GLUED}]")
_FOLDED_SIGNS = frozenset("@./_-%&=#+~ ")
# A host whose dots are all ideographic. Elsewhere they end a sentence.
_WIDE_DOTS = re.compile(r"(?<=//)[A-Za-z0-9-]+(?:[。｡][A-Za-z0-9-]+)+")
_DOTS = str.maketrans("。｡", "..")
_WIDE_COLON = re.compile(r"(?<=[A-Za-z])：(?=//)")

# Letters of other scripts that are drawn like a Latin one, and characters that pass for each other in a
# host name: i, l and 1; o and 0. After Unicode TS #39, narrowed to what is needed to compare host names
# with platforms. It says "resembles", never "is".
_DRAWN_AS = {
    "a": "аαɑ", "b": "ьƅ", "c": "сᴄϲ", "d": "ԁ", "e": "еεɛ", "f": "ғ", "g": "ɡց", "h": "һհн", "j": "јյϳ",
    "k": "кκ", "l": "iіıɩιӏ1|ǀ", "m": "мᴍ", "n": "пηոɴ", "o": "оοօσᴏ0", "p": "рρ", "q": "ԛզգ", "r": "гᴦ",
    "s": "ѕꜱ", "t": "тτᴛ", "u": "υսᴜ", "v": "ѵνᴠ", "w": "ԝωᴡѡ", "x": "хχ", "y": "уγүʏ", "z": "ᴢ",
}  # fmt: skip
_LOOKS_LIKE = str.maketrans({char: plain for plain, drawn in _DRAWN_AS.items() for char in drawn})
_SHAPES = (("rn", "m"), ("vv", "w"))
# Scripts that one word may rightly mix (Unicode TS #39, "highly restrictive").
_MAY_MIX = frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC"})


def fold(text: str) -> str:
    """Turn full-width and styled letters, digits and handle signs into plain ones, place by place.

    Offsets stay valid, so what was found in the folded text can be cut out of the original. Full-width
    punctuation stays: it ends a reference, as it does for a reader.
    """
    if text.isascii():
        return text
    folded = "".join([char if char.isascii() else _fold(char) for char in text])
    folded = _WIDE_COLON.sub(":", folded)
    return _WIDE_DOTS.sub(lambda found: found[0].translate(_DOTS), folded)


@lru_cache(maxsize=8192)
def _fold(char: str) -> str:
    plain = unicodedata.normalize("NFKC", char)
    return plain if len(plain) == 1 and (plain.isalnum() or plain in _FOLDED_SIGNS) else char


def has_invisible(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and _INVISIBLE.search(text) is not None


def is_direction_control(char: str) -> bool:
    return _DIRECTION_CONTROL.match(char) is not None


def before_glued(text: str) -> str:
    """Cut a text before its first Chinese, Japanese or Korean character."""
    found = _GLUED.search(text)
    return text[: found.start()] if found else text


def visible(text: str, *, limit: int = 80) -> str:
    """Write a stranger's text so that it can be quoted: nothing invisible, one line, at most `limit` long."""
    words = " ".join(text[: 2 * limit].split())
    if words.isascii() and words.isprintable():
        return words if len(words) <= limit else words[: limit - 1] + "…"
    shown = "".join(
        [char if char.isprintable() and not _INVISIBLE.match(char) else _number(char) for char in words]
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def typed(text: str) -> str:
    """Put what somebody typed or pasted into a sentence: between backticks, as everywhere."""
    return quoted(visible(text), limit=80)


def _number(char: str) -> str:
    return f"<U+{ord(char):04X}>"


def invisible_names(text: str) -> str:
    """Name the invisible characters of a text, each once: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    seen = dict.fromkeys(char for char in text if has_invisible(char))
    return ", ".join(f"U+{ord(char):04X} {unicodedata.name(char, 'control')}" for char in list(seen)[:3])


def foreign_letters(text: str) -> str:
    """Name the letters beyond ASCII that may pass for Latin ones, each once; empty where there is none."""
    seen = dict.fromkeys(char for char in text if not char.isascii() and skeleton(char).isascii())
    return ", ".join(f"{char} ({unicodedata.name(char, 'unnamed')})" for char in list(seen)[:3])


def skeleton(text: str) -> str:
    """Reduce a text to what the eye takes from it: equal skeletons look alike. For comparing only."""
    plain = unicodedata.normalize("NFD", text.lower()).translate(_LOOKS_LIKE)
    plain = "".join([char for char in plain if not unicodedata.combining(char)])
    for shape, letter in _SHAPES:
        plain = plain.replace(shape, letter)
    return plain


def mixes_scripts(text: str) -> bool:
    """Tell whether one word mixes scripts that do not belong together, as Latin with Cyrillic."""
    if text.isascii():
        return False
    scripts = {_script(char) for char in text if char.isalpha()}
    return len(scripts) > 1 and not scripts <= _MAY_MIX


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    return re.split("[ -]", unicodedata.name(char, "UNKNOWN"), maxsplit=1)[0]
