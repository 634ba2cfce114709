"""What pictures and comparisons say: a part of `bot.checks.sentences`, in the same markup."""

from __future__ import annotations

from types import MappingProxyType

SENTENCES = MappingProxyType(
    {
        # Comparisons.
        "compare.same": "The same account is named twice. Name different accounts.",
        "compare.same spelt": "{n} and {m} are the same account, {account}. Name different accounts.",
        "compare.number": "A comparison takes {least} to {most} accounts, and {n} were named.",
        "compare.platforms": (
            "These accounts are on different platforms. Engagement is not compared between platforms: what "
            "is counted and who sees a post differ. Their figures stand apart."
        ),
        "compare.no engagement": "No engagement for {accounts}: no original post has all counts reported.",
        "compare.few days": "The posts held of {n} cover {days} only.",
        "compare.windows": (
            "The windows of these accounts end on different days: of each, the newest posts held are seen."
        ),
        "compare.alt": (
            "{n}: {account}, {posts} over {days}, {per_day} a day; engagement median {median}; "
            "followers {followers}."
        ),
        "compare.headline": "{account}: {link}.",
        "compare.linked": "link to a state: {band}",
        "compare.not assessed": "link to a state not assessed",
        "compare.key": (
            "median: likes, reposts and replies together, per original post; of foll.: that in followers; "
            "a day: over the days from the oldest to the newest post held; - means not known."
        ),
        "compare.ambiguous": (
            "Which account do you mean by {text}? It could be {choices}. Give its address, name its "
            "platform, or choose from what is offered as you type."
        ),
        "compare.unknown": "not known",
        "compare.axis": "Posts a day of {accounts} between {first} and {last}, one strip each, on one scale.",
        "compare.columns": "Each column is the mean of {days}.",
        # Alt texts of pictures.
        "picture.posts": (
            "{posts} between {first} and {last}: {mean} a day over the {days} from the oldest to the newest "
            "post held, most on {on} ({peak})."
        ),
        "picture.unknown days": "Nothing is held of the days before {first} and after {last}.",
        "picture.engagement": (
            "Likes, reposts and replies together: median {median} a post, on {counted} of {originals}; "
            "the medians of {days} run from {low} to {high}."
        ),
        "picture.no engagement": "Engagement is not drawn: no original post has all its counts reported.",
        "picture.columns": "Each column stands for {days}: their mean above, their median below.",
        "picture.band": (
            "The middle half of {accounts} of its size would earn {low} to {high} with as many followers, "
            "their median {median}."
        ),
        "picture.event": "Mark {n}, {on}: {what}.",
        "picture.more events": "{n} more are not marked.",
        "picture.created": "the account was made",
        "picture.stands out": "a post far from the rest in engagement",
        "picture.spike": "a day with many more posts than usual",
        "picture.evidence": "a post shown as evidence",
        "picture.hours": "{posts} by weekday and hour, UTC. Most at {busiest}.",
        "picture.weekdays": "By weekday: {counts}.",
        "picture.by hour": "By hour: {counts}.",
        "picture.silent": "None at {hours}.",
        "picture.chain": "The chain, read upward.",
        "picture.hop": "{lower}: {how}: {upper}.",
        "picture.web": "Who posts with whom.",
        "picture.web texts": (
            "{n}, {name}: {texts} in common with the account, within {window} of each other."
        ),
        "picture.web reposts": "{one} and {other} both repost {posts} of the account.",
        "picture.web name": "{n} is {name}.",
        "picture.web more": "{accounts} more are not drawn.",
        "picture.more hops": "{n} more are not drawn.",
    }
)
