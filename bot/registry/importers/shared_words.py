"""Words that STIX bundles and MISP events share: relations, platforms, accounts in parts."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from bot.accounts import AccountRef, Platform, canonical_handle, canonical_id
from bot.accounts.match import match_url
from bot.accounts.urls import split_url
from bot.store.records import Relation
from bot.text.inert import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What a foreign relation is here. `reverse`: its object is our subject."""

    relation: Relation
    reverse: bool = False
    hedge: str | None = None


def _tie(relation: Relation, *, hedge: str | None = None) -> Tie:
    return Tie(relation=relation, hedge=hedge)


def _back(relation: Relation) -> Tie:
    return Tie(relation=relation, reverse=True)


# "attributed-to" is none of them: who is responsible is an analyst's word about one case.
TIES = MappingProxyType(
    {
        **{relation.value.replace("_", "-"): Tie(relation=relation) for relation in Relation},
        "owned-by": _back(Relation.OWNS),
        "owner-of": _tie(Relation.OWNS),
        "subsidiary-of": _back(Relation.OWNS),
        "is-acquired-by": _back(Relation.OWNS),
        "acquires": _tie(Relation.OWNS),
        "controlled-by": _back(Relation.CONTROLS),
        "funded-by": _back(Relation.FUNDS),
        "sponsors": _tie(Relation.FUNDS),
        "sponsored-by": _back(Relation.FUNDS),
        "published-by": _back(Relation.PUBLISHES),
        "developer-of": _tie(Relation.DEVELOPS),
        "developed-by": _back(Relation.DEVELOPS),
        "hosted-by": _back(Relation.HOSTS),
        "part-of": _tie(Relation.MEMBER_OF),
        "uses": _tie(Relation.HAS_ACCOUNT),
        "user-of": _tie(Relation.HAS_ACCOUNT),
        "used-by": _back(Relation.HAS_ACCOUNT),
        "belongs-to": _back(Relation.HAS_ACCOUNT),
        "related-to": _tie(Relation.LINKS_TO),
        "linked-to": _tie(Relation.LINKS_TO),
        "affiliated": _tie(Relation.LINKS_TO, hedge="affiliated"),
        "affiliated-with": _tie(Relation.LINKS_TO, hedge="affiliated with"),
        "associated-with": _tie(Relation.LINKS_TO, hedge="associated with"),
        "suspected-link": _tie(Relation.LINKS_TO, hedge="suspected"),
    }
)


def fits(tie: Tie, *, entity_first: bool) -> bool:
    """Whether a tie between an entity and an account or site leads from the entity."""
    return tie.relation is Relation.LINKS_TO or tie.reverse is not entity_first


PLATFORMS = MappingProxyType(
    {
        **{platform.value: platform for platform in Platform if platform is not Platform.WEBSITE},
        "twitter": Platform.X,
        "mastodon": Platform.FEDIVERSE,
        "vkontakte": Platform.VK,
    }
)


def account_of(
    platform: Platform, *, handle: str = "", platform_id: str = "", url: str = ""
) -> AccountRef | str:
    """Return the account or site that these parts name, or why they name none. An address is read first."""
    if url.strip():
        split = split_url(url.strip() if "://" in url else f"http://{url.strip()}")
        reference = match_url(split).reference if split is not None else None
        found = getattr(reference, "author", reference)
        if not isinstance(found, AccountRef):
            return f"{quoted(url)} is neither a site nor an account"
        if platform is not Platform.WEBSITE and found.platform is not platform:
            return f"{quoted(url)} is not on {platform}"
        return found
    known, lasting = canonical_handle(platform, handle), canonical_id(platform, platform_id)
    for given, read, what in ((handle, known, "handle"), (platform_id, lasting, "id")):
        if given.strip() and read is None:
            return f"{quoted(given)} cannot be a {what} on {platform}"
    if known is None and lasting is None:
        return "it has neither a handle nor an id"
    return AccountRef(platform=platform, handle=known, platform_id=lasting)


def address(url: str) -> str:
    """Return the address of a source where it is one that people can open."""
    return url.strip() if url.strip().startswith(("https://", "http://")) else ""
