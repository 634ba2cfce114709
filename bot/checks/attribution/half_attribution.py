"""A6: does the account name a registered source so that people see a credit and machines find no mention?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.accounts import Platform
from bot.checks.attribution.registry_match import holders
from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.evidence import from_post
from bot.checks.standing import strength_of
from bot.checks.statistics import wilson_interval
from bot.checks.subject import Subject
from bot.checks.weights import MAINS
from bot.checks.wording import Word, counted, listing, number, phrase, say, share
from bot.registry.names import PLATFORM_NAMES
from bot.store.records import Entity, Post, PostKind
from bot.text.credits import NO_STYLE, Credit, CreditKind, CreditStyle

# [P] The pattern: ours after Nisos and MIT Technology Review, July 2023, who describe the practice and
# give no threshold. To be calibrated.
MIN_POSTS = 3
MIN_SHARE = 0.5
# [P] What a "nothing found" needs, by analogy with republication (A5).
MIN_SAMPLE = 20
# [P] Credits to others needed before they show a style, and the share of them that makes it one.
STYLE_CREDITS = 3
STYLE_SHARE = 0.9
SHOWN = 3

# Channels and pages there credit each other by bare names.
WITHOUT_SIGN = frozenset({Platform.TELEGRAM, Platform.FACEBOOK})

REAL = frozenset({CreditKind.REAL_MENTION, CreditKind.REAL_LINK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """How posts credit one entity; each post counts once, under the plainest credit it gives.

    `half` are the posts with a half-attribution and no real one, newest first; `disguised` counts those
    among them whose letters were exchanged. `handle` is the spelling they stand for.
    """

    bearer: str
    handle: str
    half: tuple[Post, ...]
    disguised: int
    real: int
    named: int
    tagged: int
    bare: int

    @property
    def is_pattern(self) -> bool:
        """Whether half-attribution is the habit: 3 posts, and half of the credits to that handle."""
        n = len(self.half)
        return n >= MIN_POSTS and n >= MIN_SHARE * (n + self.real)


def credited(posts: Sequence[Post], found: Sequence[Sequence[Credit]]) -> list[Credited]:
    """Count, per entity, how `posts` credit it; `found` is parallel to them. Most half-attributed first."""
    by_bearer: dict[str, list[tuple[Post, list[Credit]]]] = {}
    for post, all_of_it in zip(posts, found, strict=True):
        for bearer in dict.fromkeys(credit.alias.bearer for credit in all_of_it):
            given = [credit for credit in all_of_it if credit.alias.bearer == bearer]
            by_bearer.setdefault(bearer, []).append((post, given))
    counts = [_count(bearer, given) for bearer, given in by_bearer.items()]
    return sorted(counts, key=lambda each: (-len(each.half), each.bearer))


def _count(bearer: str, given: Sequence[tuple[Post, list[Credit]]]) -> Credited:
    half: list[Post] = []
    kinds = dict.fromkeys(CreditKind, 0)
    disguised = 0
    handle = ""
    for post, forms in given:
        held = {credit.kind for credit in forms}
        if held & REAL:
            kinds[CreditKind.REAL_MENTION] += 1
        elif CreditKind.HALF in held:
            half.append(post)
            without = [credit for credit in forms if credit.kind is CreditKind.HALF]
            disguised += any(credit.disguised for credit in without)
            handle = handle or without[0].alias.text
        else:
            kinds[min(held, key=list(CreditKind).index)] += 1
    return Credited(
        bearer=bearer,
        handle=handle,
        half=tuple(half),
        disguised=disguised,
        real=kinds[CreditKind.REAL_MENTION],
        named=kinds[CreditKind.NAME_CREDIT],
        tagged=kinds[CreditKind.TAG],
        bare=kinds[CreditKind.BARE],
    )


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report each entity that is credited so; two are never merged."""
    posts = [post for post in subject.posts if post.kind is not PostKind.REPOST]
    if not posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    own = {holder.entity.key for holder in holders(subject.registry.account)}
    counts = [each for each in credited(subject.posts, subject.credits) if each.bearer not in own]
    half = [each for each in counts if each.half and each.bearer in subject.registry.entities]
    if half:
        return tuple(_finding(each, subject, of=len(posts)) for each in half)
    if len(posts) < MIN_SAMPLE:
        reason = say("reason.few posts", n=len(posts), needed=MIN_SAMPLE)
        return (insufficient(CHECK, n=len(posts), needed=MIN_SAMPLE, reason=reason),)
    return (_nothing(counts, of=len(posts)),)


def _finding(each: Credited, subject: Subject, *, of: int) -> Finding:
    entity = subject.registry.entities[each.bearer]
    weight = _weight(each, entity, subject=subject)
    n = len(each.half)
    total = n + each.real
    summary = say(
        "half.pattern" if each.is_pattern else "half.note",
        share=share(n, total, interval=wilson_interval(n, total)),
        posts=counted(n, "post"),
        of=number(of),
        entity=entity.name,
        handle=each.handle,
        disguised=phrase("half.disguised", n=each.disguised) if each.disguised else Word(""),
        also=_also(each),
        standing=Word("") if weight is not None else phrase("half.no state", entity=entity.name),
    )
    style = _others_style(each, subject)
    fits = _is_style(style) or subject.ref.platform in WITHOUT_SIGN
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=summary,
        n=n,
        of=total,
        weight=weight,
        evidence=tuple(from_post(post) for post in _examples(each.half)),
        benign=_benign(style, platform=subject.ref.platform),
        disarm=("T0129.003",) if each.is_pattern and not fits else (),
        towards=each.bearer,
        qualifiers=("benign_fits",) if fits else (),
    )


def _examples(posts: Sequence[Post]) -> list[Post]:
    """Return the newest, the middle and the oldest: the habit over time rather than one day of it."""
    if len(posts) <= SHOWN:
        return list(posts)
    return [posts[0], posts[len(posts) // 2], posts[-1]]


def _weight(each: Credited, entity: Entity, *, subject: Subject) -> float | None:
    """A credit links to a state as far as the credited entity is one's; None where no source says so."""
    main = MAINS["half_attribution_pattern" if each.is_pattern else "half_attribution_note"].value
    registry = subject.registry
    above = registry.above.get(entity.key, ())
    strength = strength_of(entity, above=above, typologies=registry.typologies)
    return None if strength is None else min(main, strength)


def _others_style(each: Credited, subject: Subject) -> CreditStyle:
    """Return how the account credits everybody else, on the posts that do not credit this entity."""
    others = (
        style
        for found, style in zip(subject.credits, subject.styles, strict=True)
        if style is not NO_STYLE and all(credit.alias.bearer != each.bearer for credit in found)
    )
    return sum(others, start=NO_STYLE)


def _is_style(style: CreditStyle) -> bool:
    total = style.signed + style.unsigned
    return total >= STYLE_CREDITS and style.unsigned >= STYLE_SHARE * total


def _benign(style: CreditStyle, *, platform: Platform) -> str:
    total = style.signed + style.unsigned
    if _is_style(style):
        return say("half.style", unsigned=style.unsigned, of=total)
    if platform in WITHOUT_SIGN:
        return say("half.custom", platform=Word(PLATFORM_NAMES[platform]))
    if total == 0:
        return say("half.not compared")
    return say("half.compared", signed=style.signed, of=total)


def _also(each: Credited) -> Word:
    parts = [
        phrase(key, posts=counted(n, "post"))
        for key, n in (
            ("half.real", each.real),
            ("half.named", each.named),
            ("half.tagged", each.tagged),
            ("half.bare", each.bare),
        )
        if n
    ]
    return phrase("half.also", parts=listing(parts)) if parts else Word("")


def _nothing(counts: Sequence[Credited], *, of: int) -> Finding:
    named = sum(each.named for each in counts)
    also = phrase("half.named", posts=counted(named, "post")) if named else None
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say(
            "half.nothing",
            posts=counted(of, "post"),
            also=phrase("half.also", parts=also) if also else Word(""),
        ),
        n=0,
        of=of,
    )


CHECK = Check(name="half_attribution", line=Line.STATE_LINK, category=Category.BEHAVIOURAL, run=run)
