"""Which account or post an address names: finds the platform by its host, then tries its rows in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.accounts.characters import has_invisible, typed, visible
from bot.accounts.handles import broken_handle, canonical_handle
from bot.accounts.hosts import shown_host
from bot.accounts.locate import SHORT_HOSTS, Place, known_host, locate
from bot.accounts.platforms import RULES
from bot.accounts.platforms.open_web import (
    DISCORD_HOSTS,
    DISCORD_INVITE,
)
from bot.accounts.refs import AccountRef, Platform, PostRef
from bot.accounts.results import Caution, CautionKind, Reference, Refused, ShortLink
from bot.accounts.rules import Row, Rules
from bot.accounts.sentences import invisible
from bot.accounts.urls import Url, split_loosely, without_www, written
from bot.accounts.web import host_cautions, open_web

_MAX_UNWRAPPED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    reference: Reference
    cautions: tuple[Caution, ...] = ()


# Addresses that carry another one: host, path and the parameter; without one, the rest of the path.
_WRAPPERS: dict[str, tuple[tuple[re.Pattern[str], str | None], ...]] = {
    "facebook.com": ((re.compile(r"l\.php"), "u"),),
    "l.facebook.com": ((re.compile(r"l\.php"), "u"),),
    "lm.facebook.com": ((re.compile(r"l\.php"), "u"),),
    "l.instagram.com": ((re.compile(r""), "u"),),
    "l.threads.com": ((re.compile(r""), "u"),),
    "youtube.com": ((re.compile(r"redirect"), "q"),),
    "vk.com": ((re.compile(r"away\.php"), "to"),),
    "t.me": ((re.compile(r"iv"), "url"),),
    "google.com": ((re.compile(r"url"), "q"), (re.compile(r"url"), "url")),
    "web.archive.org": ((re.compile(r"/web/[^/]+/(?P<rest>.+)", re.DOTALL), None),),
}


def match_url(url: Url, *, depth: int = 0) -> Match:
    """Read a web address. Never raises; what cannot be used comes back as `Refused` with a sentence."""
    hidden = url.plain_path + url.query
    if has_invisible(hidden):
        return Match(reference=invisible(written(url), hidden))
    inner = _unwrapped(url) if depth < _MAX_UNWRAPPED else None
    if inner is not None:
        found = match_url(inner, depth=depth + 1)
        return replace(found, cautions=(*found.cautions, _wrapped(url.host)))
    name = known_host(url.host)
    if name is not None and name in DISCORD_HOSTS:
        return Match(reference=_discord(name, url))
    if name is not None and name in SHORT_HOSTS:
        return Match(reference=_short(url, SHORT_HOSTS[name]))
    located = locate(url.host)
    if located is None and _is_nitter_post(url):
        located = Place(rules=RULES[Platform.X], mirror=True)
    if located is None:
        return Match(reference=open_web(url), cautions=host_cautions(url.host))
    prefix = located.prefix
    found = _by_rows(located.rules, replace(url, path=f"{prefix}/{url.path}") if prefix else url)
    if located.mirror and not isinstance(found.reference, Refused):
        return replace(found, cautions=(*found.cautions, _mirrored(url.host, located.rules)))
    return found


def _by_rows(rules: Rules, url: Url) -> Match:
    path = url.plain_path
    for candidate in rules.rows:
        fields = candidate.fields(url, path)
        if fields is None:
            continue
        if candidate.refuse is not None:
            return Match(reference=Refused(text=visible(written(url)), reason=candidate.refuse))
        if candidate.short:
            return Match(reference=ShortLink(url=written(url), platform=rules.platform))
        found = _named(rules, fields, candidate)
        if found is not None:
            return found
    return Match(reference=_no_account(rules, url))


def _named(rules: Rules, fields: dict[str, str], source: Row) -> Match | None:
    """Build the reference from what a row found; None for a page of the platform and an impossible id."""
    author: AccountRef | None = None
    if "id" in fields:
        platform_id = rules.account_id(fields["id"])
        if platform_id is None:
            return None
        author = AccountRef(platform=rules.platform, platform_id=platform_id)
    if "handle" in fields:
        handle = canonical_handle(rules.platform, fields["handle"])
        if handle is None and fields["handle"].removeprefix("@").lower() in rules.reserved:
            return None
        if handle is None:
            text = visible(fields["handle"])
            return Match(reference=Refused(text=text, reason=broken_handle(rules, fields["handle"])))
        author = AccountRef(platform=rules.platform, handle=handle)
    cautions = (source.caution,) if source.caution else ()
    if "post" not in fields:
        return Match(reference=author, cautions=cautions) if author else None
    post_id = rules.post_id(fields["post"])
    if post_id is None:
        return None
    post = PostRef(platform=rules.platform, post_id=post_id, author=author or rules.author_of(post_id))
    return Match(reference=post, cautions=cautions)


def _no_account(rules: Rules, url: Url) -> Refused:
    text = visible(written(url))
    what = "is a page of" if url.plain_path else "is"
    return Refused(
        text=text,
        reason=f"{typed(text)} {what} {rules.name} itself and names no account or post. "
        f"Paste the account's own address, such as {rules.example}.",
    )


def _short(url: Url, platform: Platform | None) -> Reference:
    if url.plain_path:
        return ShortLink(url=written(url), platform=platform)
    text = visible(written(url))
    return Refused(
        text=text,
        reason=f"{typed(text)} is a service for short links and leads nowhere by itself. "
        "Paste the whole short link, or the address it leads to.",
    )


def _discord(host: str, url: Url) -> Refused:
    text = visible(written(url))
    if DISCORD_INVITE.fullmatch(f"{host}/{url.plain_path}"):
        reason = (
            "This is an invite to a Discord server. It names no account that can be checked, and Masthead "
        )
        reason += "joins nothing. Paste the handle or the address of a social account."
    else:
        reason = (
            "This address leads into Discord, and Masthead checks no Discord members or messages. Paste the "
        )
        reason += "handle or the address of a social account."
    return Refused(text=text, reason=reason)


def _unwrapped(url: Url) -> Url | None:
    bare = without_www(url.host)
    for expression, parameter in _WRAPPERS.get(bare, ()):
        if parameter is not None:
            inner = url.param(parameter) if expression.fullmatch(url.plain_path) else None
        else:
            found = expression.fullmatch(url.path)
            inner = found["rest"] + (f"?{url.query}" if url.query else "") if found else None
        parts = split_loosely(inner) if inner else None
        if parts is not None and parts.scheme in {"http", "https"}:
            return parts
    return None


def _wrapped(host: str) -> Caution:
    return Caution(
        kind=CautionKind.WRAPPED,
        sentence=f"The address was taken out of a page of {typed(host)}; the account may have changed since.",
    )


def _mirrored(host: str, rules: Rules) -> Caution:
    return Caution(
        kind=CautionKind.MIRROR,
        sentence=f"{typed(shown_host(host))} is another site that shows {rules.name}; the original is read.",
    )


def _is_nitter_post(url: Url) -> bool:
    """Nitter runs under any host and marks the post of a thread with `#m`."""
    return (
        url.fragment == "m"
        and re.fullmatch(r"\w{1,15}/status/[0-9]{1,19}", url.plain_path, re.ASCII) is not None
    )
