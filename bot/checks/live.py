"""What a look at the live platform told, as the dossier keeps it and the card says it."""

from __future__ import annotations

from dataclasses import replace

from bot.accounts import AccountRef, PostRef
from bot.checks.dossier import Live
from bot.checks.wording import Word, say
from bot.platforms.contract import Priced, SwitchedOff, Unavailable
from bot.platforms.look import Look
from bot.registry.names import PLATFORM_NAMES
from bot.store.live import AccountState


def live_of(look: Look) -> Live:
    """Return a look as plain data."""
    return Live(
        asked=look.none is None,
        complete=look.rest is None,
        looked_at=look.looked_at,
        source=look.source,
        state=look.state,
        said=tuple(_said(look)),
        gaps=(*_none(look), *look.problems),
        price=look.none.most if isinstance(look.none, Priced) and look.none.most <= look.none.left else None,
        remarks=look.remarks,
    )


def target_of(target: AccountRef | PostRef, look: Look) -> AccountRef | PostRef:
    """Return what was asked about under the name that the platform gives it now."""
    if look.account is None or look.looked_at is None:
        return target
    return replace(target, author=look.account) if isinstance(target, PostRef) else look.account


def _said(look: Look) -> list[str]:
    """What a reader must know first: the account's state, and that it bears another handle now."""
    said: list[str] = []
    if look.reason is not None and look.state is not AccountState.PRESENT:
        said.append(look.reason)
    if look.renamed_from is not None and look.account is not None:
        now = look.account.handle or look.account.platform_id or ""
        said.append(say("live.renamed", before=look.renamed_from, now=now))
    return said


def _none(look: Look) -> list[str]:
    platform = Word(PLATFORM_NAMES[look.platform])
    match look.none:
        case Unavailable(why=why, access=access):
            return [say("live.unavailable", why=Word(why), access=Word(access))]
        case SwitchedOff(setting=setting):
            key = "live.off" if setting else "live.no connector"
            return [say(key, platform=platform, setting=setting)]
        case Priced(most=most, left=left):
            key = "live.priced" if most <= left else "live.too dear"
            return [say(key, platform=platform, most=Word(dollars(most)), left=Word(dollars(left)))]
        case None:
            return []


def dollars(micros: int) -> str:
    """Write an amount of money, given in millionths of a US dollar."""
    return f"{micros / 1_000_000:.2f} US dollars"
