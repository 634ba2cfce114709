"""The catalogue: every sentence Masthead says about an account, and the fixed labels of its cards.

Kept apart from the code that chooses them, so that wording is reviewed, tested for forbidden words and
one day translated in one place. `{name}` is filled in by `wording.say`, which quotes whatever is not our own.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.checks import live_sentences as live
from bot.checks import picture_sentences as pictures
from bot.checks import sweep_sentences as sweeps
from bot.checks.attribution import sentences as attribution
from bot.checks.engagement import sentences as engagement

LABELS = MappingProxyType(
    {
        **attribution.LABELS,
        **engagement.LABELS,
        **live.LABELS,
        **sweeps.LABELS,
        "link": "Link to a state",
        "coordination": "Coordination",
        "engagement": "Engagement",
        "confidence": "Confidence",
        "evidence": "Evidence",
        "against": "Against",
        "could_not_check": "Could not check",
        "checked": "Checked, nothing found",
        "would_change": "Would change if",
        "chain": "Chain",
        "sources": "Sources",
        "benign": "Benign reading",
        "not_run": "Not run in this version",
        "data": "Data",
        "state.found": "found",
        "state.not_found": "checked, nothing",
        "state.insufficient": "too little data",
        "state.could_not_check": "could not check",
        "state.not_applicable": "does not apply",
        "category.technical": "technical",
        "category.behavioural": "behavioural",
        "category.contextual": "contextual",
        "check.registry_match": "registry match",
        "check.ownership_chain": "ownership chain",
        "check.self_disclosure": "self-disclosure",
        "check.half_attribution": "half-attribution",
        "check.officials": "officials among followers and sharers",
        "check.platform_label": "missing platform label",
        "check.posting_clock": "posting clock",
        "check.post_itself": "the post itself",
        "check.analyst": "analysts' judgement",
    }
)

# How one end of a claim stands to the other: the first as the source states it, the second read backwards.
RELATIONS = MappingProxyType(
    {
        "owns": ("owns", "is owned by"),
        "controls": ("has authority over", "stands under"),
        "appoints": ("appoints the leadership of", "has its leadership appointed by"),
        "funds": ("funds", "is funded by"),
        "publishes": ("publishes", "is published by"),
        "co_publishes": ("co-publishes with", "co-publishes with"),
        "licenses_content": ("licenses content to", "takes licensed content from"),
        "develops": ("develops sites or apps for", "has sites or apps developed by"),
        "hosts": ("hosts", "is hosted by"),
        "member_of": ("is a member of", "has as a member"),
        "employs": ("employs", "is employed by"),
        "represents": ("represents", "is represented by"),
        "credits": ("credits", "is credited by"),
        "links_to": ("is linked by a source to", "is linked by a source to"),
        "has_account": ("has the account", "is listed as an account of"),
        "has_site": ("has the site", "is listed as a site of"),
    }
)

# What the classes of State Media Monitor say, in its own terms.
TYPOLOGIES = MappingProxyType(
    {
        "SC": "state-controlled media (SC)",
        "CaPu": "captured public or state-managed media (CaPu)",
        "CaPr": "captured private media, without state ownership (CaPr)",
        "ISFM": "publicly funded and managed, editorially independent (ISFM)",
        "ISFM?": "publicly funded and managed, editorially independent (ISFM, marked as uncertain)",
        "ISF": "publicly funded, editorially independent (ISF)",
        "ISM": "publicly managed, editorially independent (ISM)",
        "IP": "public, editorially independent (IP)",
    }
)

KINDS = MappingProxyType(
    {
        "outlet": "an outlet",
        "publisher": "a publisher",
        "company": "a company",
        "government": "a government body",
        "party": "a party body",
        "official": "an official",
        "organisation": "an organisation",
    }
)

# What kind of link a claim is.
WAYS = MappingProxyType(
    {
        "owns": "ownership",
        "controls": "authority over it",
        "appoints": "appointment of its leadership",
        "funds": "funding",
        "publishes": "publishing",
        "co_publishes": "co-publishing",
        "licenses_content": "licensed content",
        "develops": "development of sites or apps",
        "hosts": "hosting",
        "member_of": "membership",
        "employs": "employment",
        "represents": "representation",
        "credits": "reported credits",
        "links_to": "an undescribed link",
    }
)

COUNTED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

SENTENCES = MappingProxyType(
    {
        **attribution.SENTENCES,
        **engagement.SENTENCES,
        **live.SENTENCES,
        **sweeps.SENTENCES,
        "empty": "(empty)",
        **pictures.SENTENCES,
        "demonstration": (
            "This is a reconstruction for demonstration: stand-in accounts and invented texts that carry "
            "the published facts of a case of 2023."
        ),
        # What analysts judged, always with their name.
        "analyst.by": "the analyst {name}",
        "analyst.on": "{day}",
        "analyst.link": "the link",
        "analyst.claim": "a claim that this rests on",
        "analyst.step": "the claim that {claim}",
        "analyst.confirm": "On {on} {by} confirmed {what}: {reason}.",
        "analyst.refute": "On {on} {by} refuted {what}: {reason}.",
        "analyst.unsure": "On {on} {by} was unsure of {what}: {reason}.",
        "analyst.likelihood": "On {on} {by} judged the link {band}: {reason}.",
        "analyst.responsibility": (
            "On {on} {by} judged a state's responsibility for it: {state} (MISP state-responsibility)."
        ),
        "analyst.computed": "The checks alone say: {sentence}",
        "analyst.summary": "Analysts judged this account ({n}).",
        # States without a result.
        "state.could_not_check": "Could not check: {reason}.",
        "state.insufficient": "Too little data: {reason}.",
        "state.not_applicable": "Does not apply: {reason}.",
        "reason.internal": "internal error, reference {reference}",
        "reason.no posts": "no posts are held",
        "reason.few posts": "{n} of {needed} posts",
        "reason.registry empty": "the registry holds no accounts",
        # A1, registry match.
        "registry.listed": (
            "{account} {relation} {entity} in {source} ({date}), matched by {by}{standing}.{more}"
        ),
        "registry.media": "; {entity} is classed as {typology} per State Media Monitor {edition} ({source})",
        "registry.independent": (
            "; {entity} is {typology} per State Media Monitor {edition} ({source}), which makes no link to a "
            "state"
        ),
        "registry.body": "; {entity} is {kind}",
        "registry.untyped": "; no source held classes {entity}",
        "registry.disputed": " Monitors disagree: {classes}.",
        "registry.class": "{typology} in {source} {edition}",
        "registry.classed": "{entity} is classed as {typology} per State Media Monitor {edition}",
        "registry.disagree": " Registered sources disagree about this account: {entities}.",
        "registry.by id": "its lasting id",
        "registry.by handle": "handle alone",
        "registry.by host": "its address",
        "registry.claim": "{entity} {relation} {account}{locator}{hedge}{period}",
        "registry.not listed": "Checked: no entry of the registry names {account} on {platform}.{more}",
        "registry.resembles handle": (
            " Its handle resembles {other}, which is registered ({likeness}): that is no match."
        ),
        "registry.resembles name": (
            " Its name resembles {other}, which is registered ({likeness}): that is no match."
        ),
        "registry.like same_shape": "it looks the same but for signs or look-alike letters",
        "registry.like digits": "digits stand for letters",
        "registry.like added": "something was added before or after",
        "registry.former": " {account} is a former handle of {other}, which is registered: that is no match.",
        "registry.benign handle": (
            "Handles are given up and taken by others, and no lasting id confirms this one."
        ),
        "registry.benign host": "Domains change hands; the site may be another's today.",
        "registry.benign listed": "Being listed says who has the account, not what its posts intend.",
        # A3, ownership chain.
        "chain.owned": "Ownership chain: {chain} (weakest claim {grade}).{more}",
        "chain.linked": "Linked, not owned: {chain} (weakest claim {grade}).{more}",
        "chain.hop": "{relation} {entity}",
        "chain.claim": "{subject} {relation} {object}{locator}{hedge}{period}",
        "chain.disagree": " Another chain leads to {others}.",
        "chain.no entry": "Checked: no entry of the registry says who has {account}.",
        "chain.independent": (
            "Checked: {entity} is editorially independent, so that who owns or funds it makes no link."
        ),
        "chain.no state": "Checked: no chain of registered claims leads from {entity} to a state.",
        "chain.benign owned": "Ownership says who can decide, not who writes the posts.",
        "chain.benign linked": (
            "Sister papers that share a feed, customers of an agency and sites with one developer are "
            "linked in the same way without being owned."
        ),
        "post.unknown author": (
            "The URL does not name the author of post {post} on {platform}, and the post is not held: paste "
            "the author's handle, or import the post."
        ),
        # The assessment.
        "link.likely": "We assess that {account} is {band} linked to {bodies}{operated}",
        "link.chance": "We assess that there is {band} that {account} is linked to {bodies}{operated}",
        "link.unlikely": "We assess that it is {band} that {account} is linked to {bodies}{operated}",
        "link.body": "{body} (through {way})",
        "link.one": "; it is not shown to be operated by it.",
        "link.related": "; it is not shown to be operated by any of them.",
        "link.apart": ". These are {n} different bodies; it is not shown to be operated by any of them.",
        "link.apart two": ". These are two different bodies; it is not shown to be operated by either.",
        "link.listed": "{account}, which {relation} {entities},",
        "link.none listed": ("{account} {relation} {entities}; no source held links that to a state."),
        "link.independent": (
            "No link to a state: {account} {relation} {entity}, {typology} per State Media Monitor {edition} "
            "({source})."
        ),
        "link.none": (
            "No link found: {account} is not in the registry, and its {window} "
            "show none. That is not a finding of independence."
        ),
        "link.unknown": "Not assessed: {account} is not in the registry, and no posts of it are held.",
        "link.unknown but": (
            "Not assessed: {account} is not in the registry, and the {posts} held are too few or lack data."
        ),
        "link.impossible": "Not assessed: no check of the link could run ({reasons}).",
        "way.registry_match": "the registry",
        "way.self_disclosure": "its own profile",
        "way.half_attribution": "unlinked credits",
        "way.officials": "officials around it",
        "confidence": "Confidence is {level}: {categories} evidence from {sources}.{gaps}{conflict}",
        "confidence.one": "one source",
        "confidence.many": "{n} independent sources",
        "confidence.gaps": " {n} of {of} checks of the link could not run.",
        "confidence.conflict": " Registered sources contradict each other.",
        "against.none": "None found in {searched}.",
        "against.searched registry": "the registry ({version})",
        "window.recent": "{posts} of the last {days}",
        "window.past": "{posts} of the {days} up to {until}",
        "window.none": "no posts of the last {days} held",
        "against.disagree": "Registered sources disagree: they name {bodies}.",
        "not run": "Not run in this version: {methods}.",
        "change.registry": "A sourced claim about {account} enters the registry.",
        "change.posts": "Its posts are imported (masthead import), or more of them than now.",
        "change.id": "The account's lasting id on {platform} is given or imported.",
        "change.connector": "A connector for {platform} is configured, so that profile and posts are read.",
        "change.weakest": "A better graded source confirms or contradicts the weakest claim of the chain.",
        "change.owner": "A source names who owns {entity}.",
        "change.style": "Its other credits turn out to be written in the same way.",
        "change.dispute": "A further source settles what registered sources disagree about.",
        "change.newer": "A source younger than 24 months confirms the claims.",
        "change.followers": "Its follower count is imported.",
        "change.audience": "A list of its followers is imported.",
        "change.site": "The site that its profile links is looked at, and links back or does not.",
        "locator": ", {where}",
        "hedge": " (the source says: {words})",
        "period.until": " (until {until})",
        "period.since": " (since {since})",
        # A6, half-attribution.
        "half.pattern": (
            "{share} of its posts that credit {entity} name {handle} after a credit sign without a "
            "mention or link, so that a search for the mention misses them{disguised}.{also}{standing}"
        ),
        "half.note": (
            "{posts} of {of} held name {handle} ({entity}) after a credit sign without a mention or "
            "link: too few for a pattern{disguised}.{also}{standing}"
        ),
        "half.disguised": " ({n} of them in disguised letters)",
        "half.also": " Apart from that: {parts}.",
        "half.real": "a real mention or link on {posts}",
        "half.named": "its name on {posts}, which is ordinary press style",
        "half.tagged": "a tag on {posts}",
        "half.bare": "the bare handle on {posts}",
        "half.no state": " No source held links {entity} to a state, so that this weighs nothing.",
        "half.style": (
            "House style: {unsigned} of {of} credits to others are written in the same way, which is no "
            "concealment."
        ),
        "half.custom": "On {platform} names carry no @ by custom.",
        "half.compared": "It writes {signed} of {of} credits to others as real mentions or links.",
        "half.not compared": "It credits nobody else, so that house style cannot be ruled out.",
        "half.nothing": "Checked: no half-attribution in {posts}.{also}",
        # A2, self-disclosure.
        "reason.no profile": "no profile text of it is held",
        "self.mutual": (
            "Its profile ({on}) links {site}, listed as a site of {entity}, and that site links back "
            "({looked}).{standing}"
        ),
        "self.linked": "Its profile ({on}) links {site}, listed as a site of {entity}.{looked}{standing}",
        "self.not looked": " The site itself was not looked at.",
        "self.no way back": " The page of that site that was looked at ({on}) does not link back.",
        "self.named": (
            "Its profile ({on}) says that it belongs to {entity}; nobody else is held to say so.{standing}"
        ),
        "self.profile": "Its profile: {words}",
        "self.page": "Page that links back: {page}",
        "self.disclaimed": "It calls itself a parody, a fan page or unofficial.",
        "self.benign one way": "Anybody can name or link an owner: readers, fans and imitators do.",
        "self.benign mutual": "Site and account belong together; that says nothing of what either posts.",
        "self.nothing": (
            "Checked: the profile of {on} names no registered owner and links no registered site."
        ),
        # A8, officials among followers and sharers.
        "reason.no officials": "the registry holds no officials on {platform}",
        "reason.no audience": "no list of its followers and no reposts of its posts are held{more}",
        "reason.few around": "{n} of {needed} accounts around it",
        "officials.found": "Officials of {state} stand around it: {parts}. They are {names}.{more}",
        "officials.nothing": "Checked: {parts}.{names}{more}",
        "officials.names": " They are {names}.",
        "officials.none": "no registered official among {sample}",
        "officials.part": "{n} of {state} among {sample}{expected}",
        "officials.followers": "{n} followers held ({coverage})",
        "officials.sharers": "{n} accounts held that reposted or quoted it ({coverage})",
        "officials.coverage": "{share} of {of}",
        "officials.no coverage": "of how many is not known",
        "officials.expected": ", where {expected} would be expected from {others}",
        "officials.no base": ", with too few other accounts held for an expectation",
        "officials.name": "{account} ({entity})",
        "officials.others": "{n} more",
        "officials.own lists": " By their own lists these follow it: {names}.",
        "officials.benign": "Officials follow and share local press, reporters and each other everywhere.",
        "officials.benign alone": (
            "Officials follow local press everywhere, and nothing is held to compare this account with."
        ),
        # A9, missing platform label.
        "reason.label no class": "no source held classes who has the account as SC or CaPu",
        "reason.label no policy": "no labelling policy of {platform} is known to Masthead",
        "reason.label ended": (
            "{platform} removed its state-media labels in {until}: absence there means nothing"
        ),
        "reason.label not looked": (
            "no look at its page on {platform} is held, and no data source carries labels"
        ),
        "label.missing": (
            "No label on its {platform} page on {on}: since {since} the platform labels {scope}, and "
            "{entity} is classed as {typology}."
        ),
        "label.shown": "Checked: {platform} showed the label {label} on {on}.",
        "label.look": "A look at its page on {platform} ({source}) showed no label",
        "label.policy": "{title}, {publisher}",
        "label.benign": (
            "Platforms label a part only: 14 % of the diplomats of one state in 2021 (Oxford Internet "
            "Institute)."
        ),
        # A10, posting clock.
        "reason.clock no state": "no state is linked to the account, and a clock says nothing alone",
        "reason.no zones": "this machine has no time zone data",
        "clock.fits": (
            "Posting clock: {share} in the office hours of {capital}, more than {compared}. Context only."
        ),
        "clock.nothing": "Checked: {share} in the office hours of {capital}{compared}. Context only.",
        "clock.stated": "{share} in those of {place}, its stated place",
        "clock.also": ", {compared}",
        "clock.no place": "; no stated place to compare with",
        "clock.benign": (
            "Schedulers, staff abroad and neighbours in the same time zone keep such hours as well."
        ),
        # The post that was asked about.
        "reason.post not held": "the post is not held",
        "itself.repost": "The post of {on} is a repost: its words are somebody else's.",
        "itself.credits": "The post of {on} names {parts}.{seen}",
        "itself.nothing": "Checked: the post of {on} names no registered source.{parts}{seen}",
        "itself.seen before": (
            " The same text stood first at {account} on {on}, {lag} before, and is {credited}."
        ),
        "itself.credited": "credited to it",
        "itself.not credited": "not credited to it",
        "itself.here first": " It came first here; {accounts} compared, and one had the text later.",
        "itself.not seen": " Nobody of {accounts} compared published it before.",
        "itself.no corpus": " No posts of other registered accounts of those days are held.",
        "itself.short": " Its own words are too few to compare.",
        "itself.real": "{entity} with a mention or link",
        "itself.named": "{entity} in words, which is ordinary press style",
        "itself.tagged": "{entity} in a tag",
        "itself.half": "{entity} after a credit sign without a mention or link",
        "itself.bare": "the bare handle of {entity}",
    }
)
