"""What a name without an address may mean: never a guess, always the list of what is possible."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.accounts.characters import before_glued, has_invisible, mixes_scripts, typed, visible
from bot.accounts.handles import broken_handle, canonical_handle, canonical_id, plain_handle
from bot.accounts.hosts import canonical_host, has_known_ending
from bot.accounts.locate import known_host, locate
from bot.accounts.match import Match, match_url
from bot.accounts.platforms import RULES
from bot.accounts.refs import AccountRef, Platform
from bot.accounts.results import Ambiguous, Caution, CautionKind, Refused
from bot.accounts.rules import Rules
from bot.accounts.sentences import invisible
from bot.accounts.urls import split_url
from bot.accounts.web import host_cautions

_DIGITS = re.compile(r"-?[0-9]+", re.ASCII)
# A name without a server or a dot says nothing on the fediverse and the open web.
_NAME_ALONE = tuple(
    (platform, rules)
    for platform, rules in RULES.items()
    if platform not in {Platform.FEDIVERSE, Platform.WEBSITE}
)
_BLUESKY_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,16}[a-z0-9])", re.IGNORECASE | re.ASCII)
_LONGEST_NAME = 400


# A message may repeat one name a thousand times.
@lru_cache(maxsize=256)
def read_name(text: str, *, signed: bool, platform: Platform | None) -> Match | None:
    """Read a handle, id or bare host; None for what is no name at all.

    `signed` tells that an `@` stood before it, so that it is a handle and neither an id nor an e-mail
    address. With `platform` the name is read by that platform's rules alone.
    """
    if len(text) > _LONGEST_NAME:
        return None
    if has_invisible(text):
        return Match(reference=invisible(text, text))
    text = unicodedata.normalize("NFKC", text)
    if platform is not None:
        return _on_platform(RULES[platform], text, signed=signed)
    if "@" in text:
        return _at_host(text, signed=signed)
    if _DIGITS.fullmatch(text):
        return _digits(text, signed=signed)
    if not signed and (found := _lasting_id(text)) is not None:
        return found
    if "." in text and (found := _dotted(text, signed=signed)) is not None:
        return found
    return _bare(text, signed=signed)


def _on_platform(rules: Rules, text: str, *, signed: bool) -> Match | None:
    shown = visible(text)
    handle = canonical_handle(rules.platform, text) or canonical_handle(rules.platform, before_glued(text))
    platform_id = None if signed else canonical_id(rules.platform, text)
    by_handle = AccountRef(platform=rules.platform, handle=handle) if handle else None
    by_id = AccountRef(platform=rules.platform, platform_id=platform_id) if platform_id else None
    if by_id is not None and rules.account_url(by_id) is None:
        by_id = None
    if by_handle is not None and by_id is not None:
        reason = (
            f"{typed(text)} may be an id or a handle on {rules.name}. Put an @ before it to mean the handle."
        )
        return Match(reference=Ambiguous(text=shown, choices=(by_id, by_handle), reason=reason))
    if by_handle is not None or by_id is not None:
        return Match(reference=by_handle or by_id or _refused(rules, text), cautions=_script_cautions(text))
    if rules.platform is Platform.BLUESKY and _BLUESKY_NAME.fullmatch(text):
        choice = AccountRef(platform=Platform.BLUESKY, handle=f"{text.lower()}.bsky.social")
        reason = f"{typed(text)} alone is no handle on Bluesky, where handles are host names; "
        reason += f"{typed(choice.handle or shown)} may be meant."
        return Match(reference=Ambiguous(text=shown, choices=(choice,), reason=reason))
    return _as_path(rules, text) or Match(reference=_refused(rules, text))


def _as_path(rules: Rules, text: str) -> Match | None:
    """Read what stands behind the platform's host in an address: `profile.php?id=1`, `s/name`, `c/name`."""
    home = split_url(rules.example)
    url = split_url(f"https://{home.host}/{text}") if home else None
    found = match_url(url) if url and rules.rows else None
    return found if found and not isinstance(found.reference, Refused) else None


def _refused(rules: Rules, text: str) -> Refused:
    return Refused(text=visible(text), reason=broken_handle(rules, text))


def _at_host(text: str, *, signed: bool) -> Match | None:
    """Read `user@host`. Without a leading `@` it is an e-mail address as well, so it is only offered."""
    user, _, host_text = text.rpartition("@")
    # Chinese straight after a Latin host is the sentence going on, not an international name.
    host = canonical_host(before_glued(host_text)) or canonical_host(host_text)
    if host is None:
        return None
    text = f"{user}@{host}"
    home = split_url(f"https://{host}/@{user}")
    if locate(host) is not None and home is not None:
        # People write @name@twitter.com for the account there; Threads federates under its own host.
        return match_url(home)
    handle = canonical_handle(Platform.FEDIVERSE, text)
    if handle is None:
        return None
    account = AccountRef(platform=Platform.FEDIVERSE, handle=handle)
    if signed:
        return Match(reference=account, cautions=host_cautions(host))
    site = AccountRef(platform=Platform.WEBSITE, handle=canonical_handle(Platform.WEBSITE, host))
    reason = f"{typed(text)} may be an e-mail address of {typed(host)} or the fediverse account "
    reason += f"{typed(f'@{handle}')}."
    return Match(reference=Ambiguous(text=visible(text), choices=(account, site), reason=reason))


def _digits(text: str, *, signed: bool) -> Match | None:
    """Offer every id and handle that a number may be."""
    ids: list[AccountRef] = []
    for rules in RULES.values():
        number = None if signed else rules.account_id(text)
        account = AccountRef(platform=rules.platform, platform_id=number) if number else None
        if account is not None and rules.account_url(account) is not None:
            ids.append(account)
    choices = (*ids, *(() if text.startswith("-") else _handles(text)))
    if not choices:
        return None
    reason = f"{typed(text)} has digits alone: it may be an id or a handle, on more than one platform."
    return Match(reference=Ambiguous(text=visible(text), choices=choices, reason=reason))


def _lasting_id(text: str) -> Match | None:
    """Read ids whose form belongs to one platform: a DID, a YouTube channel, a TikTok secUid."""
    for platform in (Platform.BLUESKY, Platform.YOUTUBE, Platform.TIKTOK):
        platform_id = canonical_id(platform, text)
        if platform_id is not None:
            return Match(reference=AccountRef(platform=platform, platform_id=platform_id))
    return None


def _dotted(text: str, *, signed: bool) -> Match | None:
    """Read a host name: Bluesky's own, a platform's, or one that may be a Bluesky handle or a website."""
    host = canonical_host(text)
    if host is None:
        return None
    # Nobody types "www." before a handle.
    whose = locate(host) or known_host(host) or host.startswith("www.")
    if whose and (home := split_url(f"https://{host}/")) is not None:
        return match_url(home)
    if not has_known_ending(host):
        return None
    bluesky = canonical_handle(Platform.BLUESKY, host)
    website = canonical_handle(Platform.WEBSITE, host)
    choices = [AccountRef(platform=Platform.BLUESKY, handle=bluesky)] if bluesky else []
    choices += [AccountRef(platform=Platform.WEBSITE, handle=website)] if website else []
    if signed:
        # Other platforms allow dots too: @name.media may be an Instagram account.
        choices += [choice for choice in _handles(text) if choice.platform is not Platform.BLUESKY]
    reason = f"{typed(text)} may be a Bluesky handle or a website."
    if not choices:
        return None
    reference = Ambiguous(text=visible(text), choices=tuple(choices), reason=reason)
    return Match(reference=reference, cautions=host_cautions(host))


def _bare(text: str, *, signed: bool) -> Match | None:
    choices = _handles(text)
    shorter = before_glued(text)
    if shorter and shorter != text:
        # Chinese may follow a name without a space, or be part of it.
        choices += tuple(choice for choice in _handles(shorter) if choice not in choices)
    if not choices:
        return None
    shown = typed(f"{'@' if signed else ''}{text}")
    reason = f"{shown} does not say which platform is meant, and a name may belong to others on each."
    return Match(
        reference=Ambiguous(text=visible(text), choices=choices, reason=reason),
        cautions=_script_cautions(text),
    )


def _handles(text: str) -> tuple[AccountRef, ...]:
    """Return the accounts that a name may be, one for each platform that could have given it."""
    plain = plain_handle(text)
    if plain is None:
        return ()
    choices: list[AccountRef] = []
    for platform, rules in _NAME_ALONE:
        handle = rules.handle(plain)
        if platform is Platform.BLUESKY and _BLUESKY_NAME.fullmatch(plain):
            handle = f"{plain.lower()}.bsky.social"
        if handle is not None and handle not in rules.reserved:
            choices.append(AccountRef(platform=platform, handle=handle))
    return tuple(choices)


def _script_cautions(text: str) -> tuple[Caution, ...]:
    if not mixes_scripts(text):
        return ()
    sentence = f"{typed(text)} mixes letters of different scripts, which may pass for another name."
    return (Caution(kind=CautionKind.MIXED_SCRIPT, sentence=sentence),)
