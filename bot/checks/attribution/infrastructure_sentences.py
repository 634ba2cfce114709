"""What the check of shared web infrastructure says: a part of `bot.checks.sentences`, in the same markup."""

from __future__ import annotations

from types import MappingProxyType

LABELS = MappingProxyType({"check.shared_infrastructure": "shared web infrastructure"})

SENTENCES = MappingProxyType(
    {
        "way.shared_infrastructure": "shared web infrastructure",
        "reason.no site": "no web site of it is known, and no profile of it is held",
        "reason.profile without site": "its profile links no web site, and none is listed for it",
        "reason.site not looked": (
            "{sites} not looked at (press “Look at the site”, or run masthead sites look)"
        ),
        "reason.site silent": "{sites} could not be read when it was looked at ({on})",
        "infra.one site": "its site {sites} was",
        "infra.many sites": "its sites {sites} were",
        "infra.one linked site": "the site {sites}, which its profile links, was",
        "change.infrastructure": (
            "Its web site is looked at, and shares ids with a site that is held, or does not."
        ),
        # The finding proper.
        "infra.shared": ("{own} {shares} {marks} with {others}, listed for {entity}.{rest}{standing}"),
        "infra.own": "Its site {site}",
        "infra.own many": "Its sites {site}",
        "infra.linked": "The site {site}, which its profile links,",
        "infra.linked many": "The sites {site}, which its profile links,",
        "infra.mark": "the {kind} {value} (on {sites} of {sample})",
        "infra.looked at": "{sites} looked at",
        "infra.more hosts": "{n} more",
        "infra.unlisted": "{own} {shares} {marks} with {others}, for which nobody is listed.",
        "infra.rest": " Too common to count: {marks}.",
        "infra.supports": (
            " Such marks support others and say little alone: the rule asks for one that an operator is "
            "given, or for three kinds of the others."
        ),
        "infra.small sample": (" Only {sample} looked at so far, so that nobody can tell what is rare."),
        "infra.no state": " No source held links {entity} to a state, so that this weighs nothing.",
        "infra.seen": "{kind} {value} on {site}",
        "infra.benign": (
            "Agencies, themes and former owners leave their ids on sites that have nothing else in common."
        ),
        "infra.benign builder": (
            "Both sites have {developer} as their developer, and developers leave ids of their own on the "
            "sites they build."
        ),
        "infra.benign several": (
            "The same mark stands on sites listed for {owners}, which have no owner in common: agencies and "
            "themes leave marks so."
        ),
        "infra.nothing": (
            "Checked: of {marks} on {sites} (looked at on {on}) none that counts stands on another of "
            "{sample}{house}.{rest}{missed}"
        ),
        "infra.house": " apart from those of its own house",
        "infra.missed": " Not all of it could be read.",
        # Who built the site.
        "infra.developer": (
            "{sites} one developer, {developer}{owned}. Same developer is not same owner.{how}"
        ),
        "infra.developer sites": "{n} held here have",
        "infra.developer one": "Its site has",
        "infra.developer owned": ", which {chain} (weakest claim {grade})",
        "infra.developer state": ", which is {kind}",
        "infra.developer credit": " Its site {site} names it ({on}).",
        "infra.developer claim": " A registered source says so.",
        "infra.benign developer": (
            "Whoever builds sites builds them for many; who built one does not say who writes for it."
        ),
    }
)
