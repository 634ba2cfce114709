"""Whose address a host is: a platform's, a mirror's, a shortener's, or somebody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.accounts.characters import skeleton
from bot.accounts.hosts import look_alike
from bot.accounts.platforms import RULES
from bot.accounts.platforms.open_web import DISCORD_HOSTS, SHORTENERS
from bot.accounts.refs import Platform
from bot.accounts.rules import Rules
from bot.accounts.urls import without_www


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a host belongs. `prefix` goes before the path: hosts such as `name.t.me` name something."""

    rules: Rules
    prefix: str = ""
    mirror: bool = False


_PLATFORM_HOSTS = {host: rules for rules in RULES.values() for host in rules.hosts}
_MIRROR_HOSTS = {host: rules for rules in RULES.values() for host in rules.mirrors}
SHORT_HOSTS: dict[str, Platform | None] = dict.fromkeys(SHORTENERS) | {
    host: rules.platform for rules in RULES.values() for host in rules.short_hosts
}
_SKELETONS = {
    skeleton(host): host
    for host in (*SHORT_HOSTS, *_MIRROR_HOSTS, "youtu.be", *DISCORD_HOSTS, *_PLATFORM_HOSTS)
}


def known_host(host: str) -> str | None:
    """Return a platform's, mirror's or shortener's host as the tables have it; None for any other."""
    bare = without_www(host)
    for name in (bare, *without_mobile(bare)):
        if name in _PLATFORM_HOSTS or name in _MIRROR_HOSTS or name in SHORT_HOSTS or name in DISCORD_HOSTS:
            return name
    return None


def without_mobile(host: str) -> Iterator[str]:
    for prefix in ("m.", "mobile."):
        if host.startswith(prefix):
            yield without_www(host.removeprefix(prefix))


def locate(host: str) -> Place | None:
    """Return the platform that a host belongs to, mirrors included; None for any other host."""
    name = known_host(host)
    bare = without_www(host)
    if name is not None and name in _PLATFORM_HOSTS:
        return Place(rules=_PLATFORM_HOSTS[name])
    if name is not None and name in _MIRROR_HOSTS:
        return Place(rules=_MIRROR_HOSTS[name], mirror=True)
    for rules in RULES.values():
        if rules.mirror_pattern is not None and rules.mirror_pattern.fullmatch(bare):
            return Place(rules=rules, mirror=True)
        for expression, prefix in rules.host_paths:
            found = expression.fullmatch(bare)
            if found:
                return Place(rules=rules, prefix=found.expand(prefix))
    return None


def resembled(host: str) -> str | None:
    """Return the platform's host that another one resembles or pretends to be part of."""
    return look_alike(host, _SKELETONS)
