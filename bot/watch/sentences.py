"""What alerts say. Strangers' text is quoted by `tell`; the rules for words are those of docs/methods.md.

Of every event: `what` happened (after "`@name` on X …"), `why` it matters, what `todo`.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from bot.checks.wording import Param, Word, fill, listing, quoted
from bot.store.watch_records import EventKind

WHAT = MappingProxyType(
    {
        "new post": "posted: {text}",
        "new posts": "published {n} new posts since {since}",
        "half": "credited {entity} as {handle} without a link in {posts}",
        "republication": "repeated {texts} that {outlet} published {lag} before",
        "identical": "published the same text as {account}, {lag} apart",
        "identical at once": "published the same text as {account} at the same time",
        "identical many": "published the same texts as {accounts}, {posts} in all",
        "keyword": "wrote {words} in {posts}",
        "name": "changed its name to {after}",
        "handle": "changed its handle from {before} to {after}",
        "bio": "changed its description",
        "link": "changed the link in its profile",
        "link gone": "took the link out of its profile",
        "label gained": "now carries a platform label: {label}",
        "label changed": "carries another platform label: {label}",
        "label lost": "no longer carries the platform label {label}",
        "followers up": "gained {change} followers ({percent}) in {time}",
        "followers down": "lost {change} followers ({percent}) in {time}",
        "gone": "cannot be found any more",
        "suspended": "was suspended by its platform",
        "back": "can be seen again",
        "claim added": "has a new entry in the registry: {claim}",
        "claims added": "has {n} new entries in the registry",
        "claim retracted": "has an entry in the registry that was withdrawn: {claim}",
        "claim disputed": "has an entry in the registry that is disputed: {claim}",
        "band": "is assessed anew, link to a state: now {after}, before {before}{why}",
        "findings": "is assessed anew: {changes}",
        "parked": "is not looked at any more: {failures} failed in a row",
        "outage": "cannot be looked at, and no other watched account on {platform} was read for {time}",
        "outage alone": "could not be looked at for {time}",
        "parked refused": "is not looked at any more: its platform refuses",
    }
)

WHY = MappingProxyType(
    {
        EventKind.NEW_POST: "You watch this account.",
        EventKind.HALF_ATTRIBUTION: (
            "Readers see a credit, while whoever searches for the handle finds nothing. "
            "One post may be a habit of style; look whether others are credited in the same way."
        ),
        EventKind.REPUBLICATION: (
            "The text stood with an outlet of the registry first. Papers that share a feed do this too."
        ),
        EventKind.IDENTICAL_POST: (
            "The same words at nearly the same time may come from a shared source, a press release for "
            "example. Coordination is no statement about who stands behind it."
        ),
        EventKind.KEYWORD: "The list looks for this.",
        EventKind.NAME_CHANGED: "A new name can hide what an account was known for; most are harmless.",
        EventKind.HANDLE_CHANGED: (
            "Links and mentions of the old handle lead nowhere now, or to whoever takes it. "
            "The account is followed by its lasting id where one is known."
        ),
        EventKind.BIO_CHANGED: "What an account says of itself is evidence when it discloses who has it.",
        EventKind.LINK_CHANGED: "The linked site may name an owner, or stop doing so.",
        EventKind.LABEL_GAINED: "The platform itself makes a statement about the account.",
        EventKind.LABEL_LOST: "Platforms drop labels by policy too; nothing else need have changed.",
        EventKind.FOLLOWER_JUMP: "An event, a viral post or a clean-up by the platform does this too.",
        EventKind.GONE: "Deleted, renamed or blocked for us: what is held stays held.",
        EventKind.SUSPENDED: "The platform does not say in public why. What is held stays held.",
        EventKind.BACK: "It may have changed while it was away.",
        EventKind.CLAIM_ADDED: "The assessment of the account may change with it.",
        EventKind.CLAIM_DISPUTED: "What rested on this entry needs another look.",
        EventKind.ASSESSMENT_CHANGED: "The judgement that your team read before is no longer the newest one.",
        EventKind.PARKED: "Silence about this account says nothing from now on.",
    }
)

TODO = MappingProxyType(
    {
        EventKind.NEW_POST: "Open the post; Check now for the whole picture.",
        EventKind.HALF_ATTRIBUTION: "Check now, and compare how it credits others.",
        EventKind.REPUBLICATION: "Read both texts side by side before you quote either.",
        EventKind.IDENTICAL_POST: "Look for the source of the text first, then Check now.",
        EventKind.KEYWORD: "Read the post in its context.",
        EventKind.NAME_CHANGED: "Note the change in your case.",
        EventKind.HANDLE_CHANGED: "Use the new handle; archive what you cited under the old one.",
        EventKind.BIO_CHANGED: "Compare before and after.",
        EventKind.LINK_CHANGED: "Archive the old page while it is there.",
        EventKind.LABEL_GAINED: "Check now: the label counts as evidence.",
        EventKind.LABEL_LOST: "Check now, and look at the platform's announcements.",
        EventKind.FOLLOWER_JUMP: "Look at the day in the account's posts.",
        EventKind.GONE: "Save what you need of it; alerts go on if it comes back.",
        EventKind.SUSPENDED: "Save what you need of it; alerts go on if it comes back.",
        EventKind.BACK: "Check now.",
        EventKind.CLAIM_ADDED: "Open the source, then Check now.",
        EventKind.CLAIM_DISPUTED: "Open the source, then Check now.",
        EventKind.ASSESSMENT_CHANGED: "Open the new card with Check now and correct what you published.",
        EventKind.PARKED: "See the reason in /watchlist show; /watchlist resume looks again.",
    }
)


LOOKS_GO_ON = "Nothing, unless the reason names a setting: looks go on by themselves, more rarely at first."


def tell(key: str, **params: Param) -> Word:
    """Return what happened. Raises KeyError for an unknown key."""
    return Word(fill(WHAT[key], **params))


def test_of(name: str) -> str:
    """Return what a test says: nothing happened, and nobody can take it for news."""
    return fill("Watchlist {name}: nothing happened, this is a test. Its alerts arrive here.", name=name)


def direct_ended(names: Iterable[str]) -> str:
    """Return what is said where subscriptions were made whose direct messages cannot be delivered."""
    return fill(
        "Alerts of {names} do not reach this member by direct message any more: their messages are closed, "
        "or we share no server. The subscription has ended; /subscribe makes a new one.",
        names=_lists(names),
    )


def place_ended(names: Iterable[str]) -> str:
    """Return what the owner of a server is told when a channel with subscriptions is gone."""
    return fill(
        "A channel that received alerts does not exist any more, so its subscriptions to {names} ended. "
        "/subscribe in another channel makes new ones.",
        names=_lists(names),
    )


def _lists(names: Iterable[str]) -> Word:
    return Word("watchlist " + listing(quoted(name) for name in dict.fromkeys(names)))
