"""A7: do other accounts post the same texts at the same time? Coordination, which is no attribution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from bot.checks.agreement import MAX_EXPECTED, WINDOWS_S, Level
from bot.checks.chance import MIN_POOL
from bot.checks.check import Check, could_not_check
from bot.checks.claims import shown
from bot.checks.dossier import Bond, BondKind, Category, Evidence, Finding, Line, State
from bot.checks.evidence import POST_TEXT, from_post
from bot.checks.pairs import Pair, pairs_of, windows
from bot.checks.repeats import strength_to
from bot.checks.subject import Subject
from bot.checks.twins import Twin
from bot.checks.weights import MAINS
from bot.checks.wording import Word, counted, lapse, listing, number, phrase, quoted, say
from bot.store.records import PostKind
from bot.store.twins import Author

SHOWN = 3
OTHERS_NAMED = 3
_WINDOWS = {60: "60 s", 3600: "1 h", 86_400: "24 h"}
_UNITS = {60: "unit.minute", 3600: "unit.hour", 86_400: "unit.day"}


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report the strongest pair with those like it, and what follows for the link line."""
    twins = subject.twins
    if not any(post.kind is not PostKind.REPOST for post in subject.posts):
        return (could_not_check(CHECK, reason=say("reason.no posts", days=subject.days)),)
    if not twins.others_held and not twins.pairs:
        return (could_not_check(CHECK, reason=say("reason.no second account")),)
    if not windows(twins.unit_s):
        return (could_not_check(CHECK, reason=say("reason.coarse times", unit=_unit(twins.unit_s))),)
    pairs = pairs_of(subject)
    named = [pair for pair in pairs if pair.level > Level.NONE]
    if not named:
        return (_none(pairs, subject),)
    links = [_link(pair, subject) for pair in named if pair.level is Level.FINDING and not pair.source]
    return (_finding(named, subject), *(link for link in links if link is not None))


def _finding(pairs: Sequence[Pair], subject: Subject) -> Finding:
    """Describe the strongest pair; the others by their counts."""
    best = pairs[0]
    key = "identical.finding" if best.level is Level.FINDING else "identical.note"
    exact = any(twin.exact for twin in best.twins)
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            key,
            pair=_pair_words(best),
            chance=_chance_words(best),
            others=_others(pairs[1:]),
            notes=_notes(best, subject),
        ),
        n=best.found.texts,
        of=len(subject.posts),
        evidence=_evidence(best, subject),
        benign=_benign(best),
        disarm=("T0084.001",) if best.level is Level.FINDING and exact else (),
        bonds=tuple(map(_bond, pairs)),
    )


def _bond(pair: Pair) -> Bond:
    return Bond(
        kind=BondKind.TEXTS,
        one=None,
        other=shown(pair.author.ref),
        platform=pair.author.ref.platform,
        shared=pair.found.texts,
        window_s=pair.found.window_s,
    )


def _pair_words(pair: Pair) -> Word:
    found = pair.found
    account = quoted(shown(pair.author.ref))
    first = phrase("identical.same time")
    if found.first or found.second:
        leads = found.first >= found.second
        first = phrase(
            "identical.first",
            account=Word("this account") if leads else account,
            n=max(found.first, found.second),
            of=found.pairs,
        )
    return phrase(
        "identical.pair",
        texts=counted(found.texts, "text"),
        account=account,
        window=_window(found.window_s),
        pairs=counted(found.pairs, "pair of posts", "pairs of posts"),
        symmetry=round(found.symmetry, 2),
        first=first,
    )


def _chance_words(pair: Pair) -> Word:
    chance = pair.chance
    if chance is None:
        return phrase("identical.no chance figure", accounts=MIN_POOL)
    accounts = counted(chance.accounts, "other account")
    expected = _small(chance.expected)
    if chance.expected > MAX_EXPECTED:
        return phrase("identical.by chance", expected=expected, accounts=accounts)
    return phrase("identical.chance", expected=expected, q=_small(chance.q), accounts=accounts)


def _small(value: float) -> Word:
    return Word("under 0.001") if value < 0.001 else number(round(value, 3))


def _others(pairs: Sequence[Pair]) -> Word:
    if not pairs:
        return Word("")
    accounts = [
        phrase(
            "identical.other",
            account=quoted(shown(pair.author.ref)),
            texts=pair.found.texts,
            window=_window(pair.found.window_s),
        )
        for pair in pairs[:OTHERS_NAMED]
    ]
    if len(pairs) > OTHERS_NAMED:
        accounts.append(counted(len(pairs) - OTHERS_NAMED, "further account"))
    return phrase("identical.others", accounts=listing(accounts))


def _notes(pair: Pair, subject: Subject) -> Word:
    parts: list[str] = []
    if pair.found.near:
        parts.append(phrase("identical.near", texts=pair.found.near))
    if pair.source:
        first = Word("This account") if pair.found.leads else quoted(shown(pair.author.ref))
        parts.append(phrase("identical.republished", account=first))
    if pair.supplied:
        parts.append(phrase("identical.supplied", texts=counted(pair.supplied, "text")))
    unit = max(subject.twins.unit_s, pair.author.unit_s)
    lost = [window for window in WINDOWS_S if window not in windows(unit)]
    if lost:
        named = listing(_window(window) for window in lost)
        parts.append(phrase("identical.coarse", windows=named, unit=_unit(unit)))
    return Word("".join(parts))


def _window(seconds: int) -> Word:
    return Word(_WINDOWS[seconds])


def _unit(seconds: int) -> Word:
    return phrase(_UNITS[seconds])


def _benign(pair: Pair) -> str:
    if pair.sisters:
        return say("identical.benign sisters", account=shown(pair.author.ref))
    return say("identical.benign supplied") if pair.source else say("identical.benign")


def _evidence(pair: Pair, subject: Subject) -> tuple[Evidence, ...]:
    """Show one pair of posts for each of a few texts, the post that was asked about first."""
    asked = subject.post.post_id if subject.post else None
    window = timedelta(seconds=pair.found.window_s)
    by_text: dict[str, Twin] = {}
    for twin in sorted(pair.twins, key=lambda twin: (twin.post.post_id != asked, abs(twin.lag))):
        if abs(twin.lag) <= window:
            by_text.setdefault(twin.words, twin)
    shown_twins = list(by_text.values())[:SHOWN]
    return tuple(
        evidence for twin in shown_twins for evidence in (from_post(twin.post), _from_twin(twin, pair.author))
    )


def _from_twin(twin: Twin, author: Author) -> Evidence:
    after = twin.lag < timedelta()
    return Evidence(
        text=say(
            "identical.same",
            lag=lapse(twin.lag),
            order=phrase("identical.after" if after else "identical.before"),
            account=shown(author.ref),
            text=quoted(twin.other.text, limit=POST_TEXT),
        ),
        at=twin.other.created_at,
        url=twin.other.url,
    )


def _link(pair: Pair, subject: Subject) -> Finding | None:
    """Let a finding weigh for a link where the registry links the other account to a state itself."""
    registry = subject.registry
    held = [key for key in subject.twins.holders.get(pair.author.account_id, ()) if key in registry.entities]
    strengths = {key: strength_to(key, subject) for key in held}
    towards = next((key for key in held if strengths[key] is not None), None)
    if towards is None:
        return None
    return Finding(
        check=CHECK.name,
        line=Line.STATE_LINK,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            "identical.link",
            texts=counted(pair.found.texts, "text"),
            window=_window(pair.found.window_s),
            account=shown(pair.author.ref),
            entity=registry.entities[towards].name,
            chance=_chance_words(pair),
        ),
        n=pair.found.texts,
        of=len(subject.posts),
        weight=min(MAINS["identical_posts"].value, strengths[towards] or 0.0),
        evidence=_evidence(pair, subject),
        benign=_benign(pair),
        towards=towards,
    )


def _none(pairs: Iterable[Pair], subject: Subject) -> Finding:
    single = next((pair for pair in pairs if pair.found.texts), None)
    if single is None:
        posts = counted(len(subject.posts), "post")
        summary = say("identical.none", posts=posts, window=_window(WINDOWS_S[-1]))
    else:
        window = _window(single.found.window_s)
        summary = say("identical.one", account=shown(single.author.ref), window=window)
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=summary,
        n=single.found.texts if single else 0,
        of=len(subject.posts),
        evidence=_evidence(single, subject) if single else (),
    )


CHECK = Check(name="identical_posts", line=Line.COORDINATION, category=Category.BEHAVIOURAL, run=run)
