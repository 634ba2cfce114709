"""What the checks that compare texts say: a part of `bot.checks.sentences`, in the same markup.

They say that texts agree, who published first and who was named. That two texts agree says nothing by
itself about how their publishers stand to each other.
"""

from __future__ import annotations

from types import MappingProxyType

from bot.checks.attribution import infrastructure_sentences as infrastructure

LABELS = MappingProxyType(
    {
        **infrastructure.LABELS,
        "check.republication": "unattributed republication",
        "check.identical_posts": "identical content across accounts",
    }
)

SENTENCES = MappingProxyType(
    {
        **infrastructure.SENTENCES,
        "reason.no corpus": "no posts of other registered accounts of those days are held",
        "reason.few comparable": "{n} of {needed} posts that can be compared{more}",
        "reason.no second account": "no posts of a second account of those days are held",
        "reason.coarse times": "its times are given to the {unit} only",
        "unit.minute": "minute",
        "unit.hour": "hour",
        "unit.day": "day",
        # A5, republication.
        "way.republication": "texts taken over",
        "republication.found": (
            "Republication: {share} of its posts repeat texts that {outlets} published before, {credited}; "
            "half of them within {lag}.{apart}"
        ),
        "republication.outlet": "{entity} ({posts})",
        "republication.credited": "{without} without credit and {named} with credit",
        "republication.unsigned": " (on {posts} without a sign, see half-attribution)",
        "republication.apart": " Apart from that: {parts}.",
        "republication.ahead": "{posts} came first here",
        "republication.sisters": "{posts} also stood in outlets of the same house",
        "republication.others": "{posts} also stood, before, in outlets that no source links to a state",
        "republication.elsewhere": "{posts} name another source",
        "republication.nothing": (
            "Checked: {n} of {posts} repeat texts that outlets linked to a state published before, "
            "compared with the posts held of {accounts}; the rule asks for {items} texts and {least} of the "
            "posts. Translations are not compared.{apart}"
        ),
        "republication.at least": "{accounts} or more",
        "republication.some": ", {posts} of which repeat texts of {outlets}",
        "republication.source": "Published {lag} before by {account}: {text}",
        "republication.benign licensed": (
            "A registered source says that it takes licensed content from {entity}: customers may reprint "
            "what they buy."
        ),
        "republication.benign customer": (
            "It repeats outlets that no source links to a state in the same way ({n} without credit "
            "against {state}), as customers of wire agencies do."
        ),
        "republication.benign compared": (
            "Customers of agencies may reprint without naming them; but it repeats outlets that no source "
            "links to a state less in this way ({n} without credit against {state})."
        ),
        "republication.benign not compared": (
            "Customers of agencies may reprint without naming them. No posts of outlets without a link to "
            "a state are held for those days, so that a customer cannot be told apart."
        ),
        "republication.benign credited": (
            "Whoever names the source reprints openly, as the press and its readers do."
        ),
        # A7, identical posts.
        "way.identical_posts": "identical posts",
        "identical.finding": "Finding: {pair}; {chance}.{others}{notes}",
        "identical.note": "Note: {pair}; {chance}.{others}{notes}",
        "identical.pair": (
            "{texts} of this account and of {account} agree within {window}. These are {pairs}, symmetry "
            "{symmetry}, {first}"
        ),
        "identical.first": "{account} first in {n} of {of}",
        "identical.same time": "posted at the same times",
        "identical.chance": "expected by chance: λ {expected}, q {q}, among {accounts}",
        "identical.by chance": "compatible with chance: λ {expected}, among {accounts}",
        "identical.no chance figure": (
            "no figure for chance, since posts of fewer than {accounts} other accounts are held"
        ),
        "identical.others": " Likewise {accounts}.",
        "identical.other": "{account} ({texts} within {window})",
        "identical.near": " {texts} of these agree nearly, not to the letter.",
        "identical.supplied": " {texts} had appeared before at another registered account and are left out.",
        "identical.coarse": " Within {windows} it could not be checked: times are given to the {unit} only.",
        "identical.republished": " {account} came first nearly always: see republication.",
        "identical.link": (
            "{texts} agree within {window} with posts of {account}, an account of {entity} ({chance})."
        ),
        "identical.none": (
            "None: no two texts of its {posts} agree within {window} with those of another account held."
        ),
        "identical.one": (
            "None: one text agrees within {window} with one of {account}, and a single text says nothing."
        ),
        "identical.same": "Posted {lag} {order} by {account}: {text}",
        "identical.before": "before",
        "identical.after": "after",
        "identical.benign sisters": "{account} belongs to the same house, which may post the same openly.",
        "identical.benign supplied": "Whoever comes first is a source that others repeat.",
        "identical.benign": (
            "Share buttons, feeds, alerts and shared calls give identical posts as well; they say nothing of "
            "who stands behind an account."
        ),
        "coordination.not assessed": "Not assessed: {reasons}.",
    }
)
