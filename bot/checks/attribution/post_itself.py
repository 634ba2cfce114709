"""The post that was asked about: is it held, and does it name a registered source?"""

from __future__ import annotations

from bot.checks.check import Check, could_not_check
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.evidence import from_post
from bot.checks.subject import Subject
from bot.checks.wording import Word, listing, phrase, say
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
        return (_finding(post, say("itself.repost", on=post.created_at), found=False),)
    parts = _credited(subject)
    key = "itself.credits" if parts else "itself.nothing"
    said = listing(parts) if parts else Word("")
    return (_finding(post, say(key, on=post.created_at, parts=said), found=bool(parts)),)


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


def _finding(post: Post, summary: str, *, found: bool) -> Finding:
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND if found else State.NOT_FOUND,
        summary=summary,
        evidence=(from_post(post),),
    )


CHECK = Check(name="post_itself", line=Line.STATE_LINK, category=Category.BEHAVIOURAL, run=run)
