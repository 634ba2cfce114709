"""What reading a text gives: accounts and posts, or what stands in the way of naming one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.accounts.refs import AccountRef, Platform, PostRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """A name that several accounts may bear. Ask the person; never pick one of `choices`.

    `choices` has at least one entry: a single one still needs a yes. They stand in the order of
    `Platform`, likelier readings first; callers re-order by what the server knows.
    """

    text: str
    choices: tuple[AccountRef, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortLink:
    """An address that leads elsewhere: follow it with the safe fetcher and read the final address.

    `platform` is None for a shortener that serves everybody.
    """

    url: str
    platform: Platform | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Something that looks like a reference and cannot be used.

    `text` is safe to show (nothing invisible in it); `reason` says what is wrong, what is accepted and
    what to do.
    """

    text: str
    reason: str


Reference = AccountRef | PostRef | Ambiguous | ShortLink | Refused


class CautionKind(StrEnum):
    """Why a reader should look twice at an address or handle that could be read."""

    MIRROR = "mirror"  # pasted from a site that copies the platform
    LOOK_ALIKE = "look_alike"  # a host that resembles a platform, or pretends to be part of one
    MIXED_SCRIPT = "mixed_script"  # one word mixes scripts, as Latin with Cyrillic
    IDN = "idn"  # a host beyond ASCII: both forms are shown
    OTHER_NAME = "other_name"  # a name of the address, which need not be the account's handle
    WRAPPED = "wrapped"  # taken out of a redirect or an archived page


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """A remark about a reading, as a sentence fit to be shown."""

    kind: CautionKind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reference found in a text. Identity lies in `reference` alone.

    `pasted` is the text it was read from, exactly as written: a mirror's address, a tracking parameter,
    full-width letters, even invisible characters. Escape it before showing it.
    """

    reference: Reference
    pasted: str
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The one account or post that a text names; `pasted` and `warnings` as in `Reading`."""

    reference: AccountRef | PostRef
    pasted: str
    warnings: tuple[Caution, ...] = ()
