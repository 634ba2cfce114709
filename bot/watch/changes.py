"""What changed about an account itself: profile, label, followers, existence, registry, assessment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.checks.claims import shown as name_of
from bot.checks.dossier import Line
from bot.checks.wording import Word, counted, label, lapse, listing, number, percent, quoted
from bot.store.watch_records import Event, EventKind, Severity, Shown
from bot.watch.facts import Facts
from bot.watch.seen import Assessed, SeenFinding
from bot.watch.sentences import tell

# [P] A jump: this share and this many within a day. Platforms that round show steps of 1 % and more.
JUMP_SHARE = 0.10
JUMP_SHARE_ROUNDED = 0.20
JUMP_FEWEST = 100
ANCHOR_AGE = timedelta(days=1)

AWAY = {"gone": EventKind.GONE, "not_found": EventKind.GONE, "suspended": EventKind.SUSPENDED}
THERE = frozenset({"present", "private", "limited", "needs_sign_in"})

# Findings on engagement move with every post; what they come to stands on the card.
TOLD_LINES = frozenset({Line.STATE_LINK, Line.COORDINATION})
LONG = 300


def changes(facts: Facts) -> Iterator[Event]:
    """Yield what changed between two looks, gravest matters first."""
    yield from _existence(facts)
    yield from _assessment(facts)
    yield from _registry(facts)
    yield from _labels(facts)
    yield from _profile(facts)
    yield from _followers(facts)


def _event(
    facts: Facts,
    kind: EventKind,
    what: str,
    *,
    detail: str,
    before: str | None = None,
    after: str | None = None,
    shown: tuple[Shown, ...] = (),
    severity: Severity | None = None,
) -> Event:
    told = facts.told(kind, what, before=before, after=after, shown=shown)
    key = f"{facts.account_id}:{kind}:{detail}"
    return Event(kind=kind, key=key, happened_at=facts.now, told=told, severity=severity)


def _at(facts: Facts) -> str:
    """A change may go back and come again, so its time is part of its key."""
    return facts.now.isoformat()


def _existence(facts: Facts) -> Iterator[Event]:
    before, after = facts.before.state, facts.after.state
    if before is None or after is None or before == after:
        return
    if after in AWAY and before in THERE:
        kind = AWAY[after]
        what = "suspended" if kind is EventKind.SUSPENDED else "gone"
        yield _event(facts, kind, tell(what), detail=_at(facts))
    elif after in AWAY and before in AWAY and AWAY[after] is not AWAY[before]:
        if AWAY[after] is EventKind.SUSPENDED:
            yield _event(facts, EventKind.SUSPENDED, tell("suspended"), detail=_at(facts))
    elif after in THERE and before in AWAY:
        yield _event(facts, EventKind.BACK, tell("back"), detail=_at(facts))


def _profile(facts: Facts) -> Iterator[Event]:
    before, after = facts.before, facts.after
    if before.handle and after.handle and before.handle != after.handle:
        old, new = f"@{before.handle}", f"@{after.handle}"
        what = tell("handle", before=old, after=new)
        yield _event(
            facts, EventKind.HANDLE_CHANGED, what, detail=_at(facts), before=quoted(old), after=quoted(new)
        )
    # "Not reported" is no change; an empty text is.
    if before.name is not None and after.name is not None and before.name != after.name:
        yield _event(
            facts,
            EventKind.NAME_CHANGED,
            tell("name", after=after.name),
            detail=_at(facts),
            before=quoted(before.name),
            after=quoted(after.name),
        )
    if before.bio is not None and after.bio is not None and before.bio != after.bio:
        yield _event(
            facts,
            EventKind.BIO_CHANGED,
            tell("bio"),
            detail=_at(facts),
            before=quoted(before.bio, limit=LONG),
            after=quoted(after.bio, limit=LONG),
        )
    if before.link is not None and after.link is not None and before.link != after.link:
        yield _event(
            facts,
            EventKind.LINK_CHANGED,
            tell("link" if after.link else "link gone"),
            detail=_at(facts),
            before=quoted(before.link, limit=LONG),
            after=quoted(after.link, limit=LONG),
        )


def _labels(facts: Facts) -> Iterator[Event]:
    before, after = facts.before.label, facts.after.label
    if before is None or after is None or before == after:
        return
    if after:
        what = tell("label changed" if before else "label gained", label=after)
        kind = EventKind.LABEL_GAINED
    else:
        what, kind = tell("label lost", label=before), EventKind.LABEL_LOST
    shown_before = quoted(before) if before else "no label"
    yield _event(
        facts,
        kind,
        what,
        detail=_at(facts),
        before=shown_before,
        after=quoted(after) if after else "no label",
    )


def jumped(before: int, after: int, *, rounded: bool) -> bool:
    """Whether two counts within a day are a jump."""
    least = JUMP_SHARE_ROUNDED if rounded else JUMP_SHARE
    change = abs(after - before)
    return change >= JUMP_FEWEST and change >= least * max(before, 1)


def _followers(facts: Facts) -> Iterator[Event]:
    before, after = facts.before, facts.after
    if before.followers is None or after.followers is None or before.followers_at is None:
        return
    # The anchor moved: either it was old, or this is a jump.
    if after.followers == before.followers or not jumped(
        before.followers, after.followers, rounded=before.rounded or after.rounded
    ):
        return
    change = after.followers - before.followers
    what = tell(
        "followers up" if change > 0 else "followers down",
        change=abs(change),
        percent=percent(abs(change) / max(before.followers, 1)),
        time=lapse((after.followers_at or facts.now) - before.followers_at),
    )
    yield _event(
        facts,
        EventKind.FOLLOWER_JUMP,
        what,
        detail=_at(facts),
        before=number(before.followers),
        after=number(after.followers),
    )


def _registry(facts: Facts) -> Iterator[Event]:
    before, after = set(facts.before.claims), set(facts.after.claims)
    added = [key for key in facts.after.claims if key not in before]
    if added:
        shown = tuple(_claim(facts, key) for key in added[:5])
        one = tell("claim added", claim=Word(shown[0].text.removesuffix(".")))
        what = one if len(added) == 1 else tell("claims added", n=len(added))
        yield _event(
            facts, EventKind.CLAIM_ADDED, what, detail=f"{'|'.join(added)}:{_at(facts)}", shown=shown
        )
    for key in facts.before.claims:
        if key not in after:
            what = tell("claim retracted", claim=Word(quoted(key.split("|", 1)[0], limit=80)))
            yield _event(facts, EventKind.CLAIM_DISPUTED, what, detail=f"retracted:{key}:{_at(facts)}")
    for key in facts.after.disputed:
        if key not in facts.before.disputed:
            what = tell("claim disputed", claim=Word(facts.disputed.get(key, quoted(key, limit=80))))
            yield _event(facts, EventKind.CLAIM_DISPUTED, what, detail=f"disputed:{key}:{_at(facts)}")


def _claim(facts: Facts, key: str) -> Shown:
    claim = facts.claims.get(key)
    if claim is None:
        return Shown(text=quoted(key.split("|", 1)[0], limit=80))
    relation = Word(claim.relation.replace("_", " "))
    text = f"{quoted(claim.entity.name)} {relation} {quoted(name_of(claim.account))}"
    source = f"{quoted(claim.source.title)}, grade {claim.grade}"
    return Shown(text=f"{text} ({source})", url=claim.source.url)


def _assessment(facts: Facts) -> Iterator[Event]:
    before, after = facts.before.assessed, facts.after.assessed
    if before is None or after is None or before.days != after.days:
        return
    came, went = _came(before, after), _came(after, before)
    # A check that can no longer say anything took nothing back.
    went = [finding for finding in went if finding.check not in after.blind]
    if before.band == after.band and not came and not went:
        return
    shown = (
        *(Shown(text=f"Now found, {_check(finding)}: {finding.summary}") for finding in came[:4]),
        *(Shown(text=f"No longer found, {_check(finding)}: {finding.summary}") for finding in went[:4]),
    )
    reasons = _reasons(came, went)
    if before.band != after.band:
        new, old = _band(after), _band(before)
        # On a lock screen there is room for one or two reasons; the others stand below.
        why = f"; {reasons}" if 0 < len(came) + len(went) <= 2 else ""
        what = tell("band", after=Word(new), before=Word(old), why=Word(why))
        # From 80 % on, ICD 203 says "very likely": the strongest thing that can be told.
        grave = (after.low or 0) >= 0.8 > (before.low or 0)
        severity = Severity.CRITICAL if grave else None
        before_words, after_words = old, new
    else:
        what = tell("findings", changes=reasons)
        severity, before_words, after_words = Severity.MEDIUM, None, None
    yield _event(
        facts,
        EventKind.ASSESSMENT_CHANGED,
        what,
        detail=f"{after.run_id}:{_at(facts)}",
        before=before_words,
        after=after_words,
        shown=shown,
        severity=severity,
    )


def _came(before: Assessed, after: Assessed) -> list[SeenFinding]:
    known = {(finding.check, finding.towards) for finding in before.found}
    return [
        finding
        for finding in after.found
        if (finding.check, finding.towards) not in known and finding.line in TOLD_LINES
    ]


def _reasons(came: list[SeenFinding], went: list[SeenFinding]) -> Word:
    now = listing(dict.fromkeys(_check(finding) for finding in came))
    gone = listing(dict.fromkeys(_check(finding) for finding in went))
    parts = [f"now found: {now}"] if came else []
    parts += [f"no longer found: {gone}"] if went else []
    return Word("; ".join(parts))


def _check(finding: SeenFinding) -> Word:
    try:
        return Word(label(f"check.{finding.check}"))
    except KeyError:
        return quoted(finding.check)


def _band(assessed: Assessed) -> str:
    return assessed.band or "not assessed"


def parked_words(failures: int, *, refused: bool) -> Word:
    """Return what happened when an account is no longer looked at."""
    return tell("parked refused") if refused else tell("parked", failures=counted(failures, "look"))
