"""Keys of imported entities: readable, the same in every run."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from bot.text.normalise import fold

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_SIGNS = re.compile(r"[\W_]+")
_MAX_SLUG = 60


def slug(name: str) -> str:
    """Return a name in small letters, digits and hyphens; a digest stands in for what has none of them."""
    # Accents are dropped: two names of one list that differ in nothing else are one spelling more or less.
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", fold(name)) if not unicodedata.combining(char)
    )
    plain = _NOT_PLAIN.sub("-", letters).strip("-")
    if len(plain) <= _MAX_SLUG and plain.replace("-", "") == _SIGNS.sub("", letters):
        return plain
    digest = sha256(fold(name).encode()).hexdigest()[:10]
    return f"{plain[:_MAX_SLUG].rstrip('-')}-{digest}".strip("-")


def entity_key(list_name: str, *parts: str | None) -> str:
    """Return the key of an entity that a list names; lists never share keys, since names prove nothing."""
    return ":".join([list_name, *(slug(part) if part else "-" for part in parts)])
