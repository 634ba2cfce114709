"""Alt text: whose picture it is, then its facts, in plain words within Discord's limit."""

from __future__ import annotations

from collections.abc import Iterable

from bot.cards.charts.picture import MAX_ALT
from bot.cards.items import account_name
from bot.cards.limits import units
from bot.cards.markup import plain_text
from bot.cards.words import PLATFORMS
from bot.checks.dossier import Dossier, DossierAccount
from bot.checks.wording import quoted


def account_words(account: DossierAccount) -> str:
    """Return "`@name` on X", in the dossier's markup."""
    name = account_name(account.handle, account.platform_id, platform=account.platform)
    return f"{quoted(name)} on {PLATFORMS[account.platform]}"


def alt_text(dossier: Dossier, sentences: Iterable[str]) -> str:
    """Return as many of the sentences as an alt text takes, after the name of the account."""
    return joined([f"{account_words(dossier.account)}.", *sentences])


def joined(sentences: Iterable[str]) -> str:
    """Return sentences in plain text; those that do not fit any more are left out and marked."""
    text = ""
    for sentence in sentences:
        longer = f"{text} {plain_text(sentence)}".strip()
        if units(longer) > MAX_ALT - 2:
            return f"{text} …"
        text = longer
    return text
