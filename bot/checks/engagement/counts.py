"""How the counts were obtained: which are hidden or rounded, and which cannot be true and are not used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bot.accounts import Platform
from bot.checks.check import Check, could_not_check
from bot.checks.dossier import Evidence, Finding, Line, State
from bot.checks.engagement.output_against_audience import no_followers
from bot.checks.engagement.readings import SETTLED, Flaw, Reading, flaws, kinds_of
from bot.checks.evidence import from_post
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, listing, phrase, say
from bot.store.records import Post

SHOWN = 3

# What is said of one post whose counts are not used, and of several.
_ONE = {
    Flaw.NEGATIVE: "counts.flaw negative",
    Flaw.IMPOSSIBLE: "counts.flaw impossible",
    Flaw.EARLY: "counts.flaw early",
}
_MANY = {
    Flaw.NEGATIVE: "counts.negative",
    Flaw.IMPOSSIBLE: "counts.impossible",
    Flaw.EARLY: "counts.early",
}
# A server of the fediverse knows what came its way; the platform's own count does not exist.
ONE_SERVER = frozenset({Platform.FEDIVERSE})


def run(subject: Subject) -> tuple[Finding, ...]:
    """Say of the original posts and the profile how their counts came. FOUND: some cannot be true."""
    if not subject.posts and not subject.snapshots:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    originals, found = subject.originals, subject.earned
    broken = [
        (post, reading.flaw)
        for post, reading in zip(originals, found, strict=True)
        if reading.flaw is not None
    ]
    rejected = bool(broken) or subject.audience_flaw is not None
    kinds = kinds_of(subject.ref.platform)
    return (
        Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=None,
            state=State.FOUND if rejected else State.NOT_FOUND,
            summary=say(
                "counts.held",
                kinds=listing(map(Word, kinds)),
                n=sum(reading.total is not None for reading in found),
                of=len(found),
                profile=_profile(subject),
                notes=_notes(subject, found),
            ),
            n=len(broken),
            of=len(found),
            evidence=tuple(_shown(post, flaw) for post, flaw in broken[:SHOWN]),
            benign=say("counts.benign") if rejected else None,
        ),
    )


def _profile(subject: Subject) -> Word:
    profile = subject.audience
    if profile is None:
        return Word("")
    return phrase("counts.profile", source=Word(_route(profile.source)), on=profile.taken_at)


def _route(source: str) -> str:
    """Return a source of ours as it stands ("import:x_api_v2"), anything else cut to such characters."""
    return "".join(character for character in source if character.isalnum() or character in ":_-.")[:40]


def _shown(post: Post, flaw: Flaw) -> Evidence:
    said = from_post(post)
    text = say("counts.post", flaw=phrase(_ONE[flaw]), post=Word(said.text))
    return Evidence(text=text, at=said.at, url=said.url)


def _notes(subject: Subject, found: Sequence[Reading]) -> Word:
    parts: list[str] = []
    broken = [phrase(_MANY[flaw], posts=counted(n, "post")) for flaw, n in sorted(flaws(found).items())]
    if broken:
        parts.append(say("counts.rejected", parts=listing(broken)))
    if subject.audience_flaw is not None:
        parts.append(say("counts.followers", reason=Word(no_followers(subject))))
    hidden = Counter(kind for reading in found for kind in reading.missing)
    if hidden:
        kinds = [phrase("counts.hidden kind", kind=Word(kind), n=n) for kind, n in sorted(hidden.items())]
        parts.append(say("counts.hidden", parts=listing(kinds)))
    rounded = _rounded(subject, found)
    if rounded:
        parts.append(say("counts.rounded", parts=listing(rounded)))
    fresh = sum(
        reading.total is not None and reading.age is not None and reading.age < SETTLED for reading in found
    )
    if fresh:
        parts.append(say("counts.fresh", posts=counted(fresh, "post")))
    if subject.ref.platform in ONE_SERVER:
        parts.append(say("counts.one server"))
    return Word("".join(f" {part}" for part in parts))


def _rounded(subject: Subject, found: Sequence[Reading]) -> list[Word]:
    parts: list[Word] = []
    rounded = sum(reading.rounded for reading in found)
    if rounded:
        parts.append(phrase("counts.rounded posts", posts=counted(rounded, "post")))
    if subject.audience is not None and subject.audience.rounded:
        parts.append(phrase("counts.rounded followers"))
    return parts


CHECK = Check(name="counts", line=Line.ENGAGEMENT, category=None, run=run)
