"""Names in Latin letters, so that one who types them so finds them."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1_024)
def romanised(text: str) -> str | None:
    """Return a text in ASCII letters, lower-case; None where it has nothing else, or nothing to write.

    One script is spelt in one way whatever its language (anyascii, ISC licence): 新华社 becomes "xinhuashe",
    Новости "novosti". It serves to find names, never to show them.
    """
    if text.isascii():
        return None
    # Here, since its tables are read from disk script by script.
    from anyascii import anyascii

    latin = " ".join(anyascii(text).lower().split())
    return latin or None
