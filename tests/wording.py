"""What no sentence about an account may say; for tests of cards, alerts and texts alike."""

from __future__ import annotations

import re

# docs/methods.md, "Words": not without an analyst's name or a marked quotation.
_FORBIDDEN = re.compile(
    r"\b(?:operated by|run by|controlled by|propaganda|mouthpiece|fake|inauthentic|bots?|trolls?|puppets?"
    r"|disinformation campaign|proves?|proven|confirms that|exposes?|exposed)\b",
    re.IGNORECASE,
)
# The one negation that the rules themselves recommend.
_ALLOWED = re.compile(r"\bnot shown to be operated by\b")
_QUOTED = re.compile(r"`[^`]*`")

_LIKELIHOOD = re.compile(r"\b(?:likely|unlikely|roughly even|almost (?:no chance|certain))\b", re.IGNORECASE)
_CONFIDENCE = re.compile(r"\bconfidence\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def ours(text: str) -> str:
    """Return what Masthead itself says: the text without what stands between backticks."""
    return _QUOTED.sub("…", text)


def forbidden_words(text: str) -> list[str]:
    """Return the forbidden words of a text outside quotations."""
    return _FORBIDDEN.findall(_ALLOWED.sub("", ours(text)))


def mixes_likelihood_and_confidence(text: str) -> bool:
    """Whether one sentence holds both, which ICD 203 forbids."""
    return any(_LIKELIHOOD.search(part) and _CONFIDENCE.search(part) for part in _SENTENCE.split(ours(text)))
