"""The post that was asked about: is it held, whom does it name, and who published it first?"""

from __future__ import annotations

from datetime import timedelta

from bot.checks.attribution.republication import from_source
from bot.checks.check import Check, could_not_check
from bot.checks.claims import shown
from bot.checks.copies import Copy
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.evidence import from_post
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, lapse, listing, phrase, say
from bot.store.records import Post, PostKind
from bot.text.credits import CreditKind

# The plainest first: a source that is mentioned and named is mentioned.
_WAYS = {
    CreditKind.REAL_MENTION: "itself.real",
    CreditKind.REAL_LINK: "itself.real",
    CreditKind.NAME_CREDIT: "itself.named",
    CreditKind.TAG: "itself.tagged",
    CreditKind.HALF: "itself.half",
    CreditKind.BARE: "itself.bare",
}


def run(subject: Subject) -> tuple[Finding, ...]:
    """Describe the post; nothing at all where an account was asked about."""
    if subject.post is None:
        return ()
    post = subject.around.post
    if post is None:
        return (could_not_check(CHECK, reason=say("reason.post not held")),)
    if post.kind is PostKind.REPOST:
        return (_finding(post, say("itself.repost", on=post.created_at), source=None, found=False),)
    parts = _credited(subject)
    source = _source(subject)
    key = "itself.credits" if parts else "itself.nothing"
    summary = say(key, on=post.created_at, parts=listing(parts), seen=_seen(subject, source))
    return (_finding(post, summary, source=source, found=bool(parts) or source is not None),)


def _source(subject: Subject) -> Copy | None:
    """Return the first publication of the text by a registered account, where it came before the post."""
    before = [copy for copy in subject.around.copied.copies if copy.lag > timedelta()]
    return min(before, key=lambda copy: (copy.published.created_at, copy.published.post_id), default=None)


def _seen(subject: Subject, source: Copy | None) -> Word:
    around = subject.around
    if source is not None:
        credited = {credit.alias.bearer for credit in around.post_credits} & set(source.holders)
        return phrase(
            "itself.seen before",
            account=shown(source.published.author),
            on=source.published.created_at,
            lag=lapse(source.lag),
            credited=phrase("itself.credited" if credited else "itself.not credited"),
        )
    if around.copied.accounts == 0:
        return phrase("itself.no corpus")
    if around.copied.comparable == 0:
        return phrase("itself.short")
    key = "itself.here first" if around.copied.copies else "itself.not seen"
    return phrase(key, accounts=counted(around.copied.accounts, "registered account"))


def _credited(subject: Subject) -> list[Word]:
    """Say of each registered source how the post names it."""
    around = subject.around
    kinds: dict[str, set[CreditKind]] = {}
    for credit in around.post_credits:
        kinds.setdefault(credit.alias.bearer, set()).add(credit.kind)
    return [
        phrase(next(way for kind, way in _WAYS.items() if kind in held), entity=around.named[bearer].name)
        for bearer, held in kinds.items()
        if bearer in around.named
    ]


def _finding(post: Post, summary: str, *, source: Copy | None, found: bool) -> Finding:
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND if found else State.NOT_FOUND,
        summary=summary,
        evidence=(from_post(post), from_source(source)) if source else (from_post(post),),
    )


CHECK = Check(name="post_itself", line=Line.STATE_LINK, category=Category.BEHAVIOURAL, run=run)
