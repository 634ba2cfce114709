"""What people paste, read: one reference, a list, or a whole message with references in it."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import replace

from bot.accounts.characters import fold, typed, visible
from bot.accounts.handles import broken_handle, match_key
from bot.accounts.match import Match
from bot.accounts.platforms import RULES
from bot.accounts.references import find
from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.results import Ambiguous, Named, Reading, Reference, Refused, ShortLink
from bot.accounts.sentences import HOW_TO_NAME, unknown
from bot.errors import AmbiguousError, UnknownAccountError

_MARKDOWN_ESCAPE = re.compile(r"\\([_*~|`>#\[\]()])")


def read(text: str, *, platform: Platform | None = None) -> tuple[Reading, ...]:
    """Read every reference in a text, in order, each once. Never raises.

    One word alone may be a bare name, a host or an e-mail address; in running text plain words, bare
    hosts and e-mail addresses are passed over. Where nothing is recognised the one reading is `Refused`.
    `platform` decides bare names; an address of another platform is then refused.
    """
    text = _MARKDOWN_ESCAPE.sub(r"\1", text) if "\\" in text else text
    folded = fold(text)
    readings: dict[Hashable, Reading] = {}
    for found in find(folded, platform=platform):
        match = _checked(found.match, platform)
        pasted = text[found.start : found.end]
        reading = Reading(reference=match.reference, pasted=pasted, warnings=match.cautions)
        readings.setdefault(_identity(match.reference), reading)
    if readings:
        return tuple(readings.values())
    return (Reading(reference=_nothing(text, platform), pasted=text.strip()),)


def _identity(reference: Reference) -> Hashable:
    """Two spellings of one name (Weibo keeps case) are one question."""
    if isinstance(reference, Ambiguous):
        return tuple([match_key(choice) for choice in reference.choices])
    return reference


def parse(text: str, *, platform: Platform | None = None) -> tuple[Reference, ...]:
    """Read every reference in a text, in order, each once. Never raises; `read` gives the warnings too."""
    return tuple(reading.reference for reading in read(text, platform=platform))


def parse_one(text: str, *, platform: Platform | None = None) -> AccountRef | PostRef:
    """Return the reference that `read_one` finds; raises as it does."""
    return read_one(text, platform=platform).reference


def read_one(text: str, *, platform: Platform | None = None) -> Named:
    """Read the one account or post that a text names. Short links beside it are passed over.

    Raises UnknownAccountError when it names none (a short link alone included: follow it first), and
    AmbiguousError, with every account that may be meant, when it could be several.
    """
    readings = read(text, platform=platform)
    certain = [
        Named(reference=reading.reference, pasted=reading.pasted, warnings=reading.warnings)
        for reading in readings
        if isinstance(reading.reference, AccountRef | PostRef)
    ]
    asks = any(isinstance(reading.reference, Ambiguous) for reading in readings)
    if len(certain) == 1 and not asks:
        return certain[0]
    choices = tuple(
        dict.fromkeys(account for reading in readings for account in _accounts(reading.reference))
    )
    posts = [named for named in certain if isinstance(named.reference, PostRef)]
    if len(choices) == len(posts) == 1 and not asks:
        return posts[0]  # a post beside its author
    if choices:
        raise AmbiguousError(visible(text), choices)
    if certain:
        raise UnknownAccountError(f"{typed(text)} names {len(certain)} posts. Give one at a time.")
    refused = next((r.reference for r in readings if isinstance(r.reference, Refused)), None)
    if refused is not None:
        raise UnknownAccountError(refused.reason)
    raise UnknownAccountError(
        f"{typed(text)} is a short link, which does not show where it leads. "
        "Open it in a browser and paste the address that it leads to."
    )


def _accounts(reference: Reference) -> tuple[AccountRef, ...]:
    if isinstance(reference, PostRef):
        return (reference.author,) if reference.author else ()
    if isinstance(reference, Ambiguous):
        return reference.choices
    return (reference,) if isinstance(reference, AccountRef) else ()


def _nothing(text: str, platform: Platform | None) -> Refused:
    if not text.strip():
        return Refused(text="", reason=f"There is no text to read. {HOW_TO_NAME}")
    if platform is not None:
        return Refused(text=visible(text), reason=broken_handle(RULES[platform], text))
    return unknown(text)


def _checked(match: Match, platform: Platform | None) -> Match:
    """Hold a reading against the platform that was asked for."""
    reference = match.reference
    if platform is None or isinstance(reference, Refused | ShortLink):
        return match
    if isinstance(reference, Ambiguous):
        fitting = tuple(choice for choice in reference.choices if choice.platform is platform)
        return replace(match, reference=fitting[0]) if len(fitting) == 1 < len(reference.choices) else match
    if reference.platform is platform:
        return match
    asked, found = RULES[platform].name, RULES[reference.platform].name
    reason = f"This is an address of {found}, but {asked} was asked for. "
    reason += f"Leave the platform out, or give an account on {asked}."
    return Match(reference=Refused(text=_short_form(reference), reason=reason))


def _short_form(reference: AccountRef | PostRef) -> str:
    if isinstance(reference, PostRef):
        return visible(reference.post_id)
    return visible(reference.handle or reference.platform_id or "")
