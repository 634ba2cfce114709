"""What is said of an account that a sweep over all posts joined to others."""

from __future__ import annotations

LABELS = {"check.sweeps": "sweeps"}

SENTENCES = {
    "sweeps.found": (
        "In the sweep of {on} for {method}, this account shares at least two with {accounts}{findings}."
    ),
    "sweeps.findings": ", more often than chance explains with {n} of these",
    "sweeps.none": "None of {sweeps} over all posts held joins this account to another one.",
    "sweeps.neighbour": "{account}: {objects} in common{finding}.",
    "sweeps.is finding": ", more than chance explains",
    "sweeps.benign": (
        "Share buttons with a ready text, news feeds posted by software, regional editions of one "
        "publisher and supporters who answer a public call look the same in a sweep."
    ),
    "sweeps.identical-text": "identical texts",
    "sweeps.similar-text": "similar texts",
    "sweeps.same-link": "links to the same page",
    "sweeps.same-hashtags": "the same hashtags in the same order",
    "sweeps.same-image": "the same images",
    "sweeps.same-repost": "reposts of the same posts",
    "sweeps.fast-repost": "quick reposts of the same posts",
    "sweeps.same-reply": "replies to the same posts",
}
