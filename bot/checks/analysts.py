"""What analysts judged, as evidence beside what was computed: named, dated, with the reason.

A finding that somebody refutes stays on the card, marked so, and weighs nothing until that is settled: of one
word for and one against, the one against counts. A word on the link as a whole stands before the computed
one, which is told beside it. Nothing here changes a claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from bot.checks.claims import from_claim
from bot.checks.dossier import AssessedLine, Category, Evidence, Finding, Judged, Line, State
from bot.checks.standing import StateChain
from bot.checks.subject import Upon
from bot.checks.weights import BANDS
from bot.checks.wording import Word, label, phrase, say
from bot.store.chains import Chain
from bot.store.judgements import CLAIM, LINK, Judgement, Verdict
from bot.store.records import Claim

CHECK_NAME = "analyst"

_VERDICTS = {
    Verdict.CONFIRM: "analyst.confirm",
    Verdict.REFUTE: "analyst.refute",
    Verdict.UNSURE: "analyst.unsure",
}


def judged(judgements: Iterable[Judgement]) -> tuple[Judged, ...]:
    """Return judgements as a dossier holds them."""
    return tuple(
        Judged(
            number=each.judgement_id,
            about=each.about,
            towards=each.towards,
            verdict=each.verdict,
            likelihood=each.likelihood,
            responsibility=each.responsibility,
            reason=each.reason,
            by=each.by.shown,
            at=each.at,
        )
        for each in judgements
    )


def marked(findings: Sequence[Finding], judgements: Sequence[Judgement]) -> tuple[Finding, ...]:
    """Say beside each finding what analysts said of it; one that is refuted weighs nothing."""
    return tuple(_marked(finding, judgements) for finding in findings)


def broken(
    findings: Sequence[Finding], upon: Sequence[Upon], *, ways: Sequence[StateChain]
) -> tuple[Finding, ...]:
    """Say beside each chain what analysts said of its steps; one that a refuted step breaks weighs nothing.

    A step holds as long as one claim that says it is not refuted. The claims themselves stay as they are.
    """
    towards = {way.towards.key: way for way in ways}
    return tuple(
        _broken(finding, upon, towards[finding.towards])
        if finding.check == "ownership_chain" and finding.towards in towards
        else finding
        for finding in findings
    )


def _broken(finding: Finding, upon: Sequence[Upon], way: StateChain) -> Finding:
    steps = {step for chain in way.chains for step in (*chain.steps, *chain.also)}
    words = [each for each in upon if each.claim in steps]
    if not words:
        return finding
    refuted = {each.claim for each in words if each.judgement.verdict is Verdict.REFUTE}
    # The strongest way gives the weight; what breaks another one changes nothing of it.
    falls = any(
        all(claim in refuted for claim in (step, *_saying_the_same(step, way.chain)))
        for step in way.chain.steps
    )
    summary = " ".join([finding.summary, *(_of_step(each) for each in words)])
    return msgspec.structs.replace(finding, summary=summary, weight=None if falls else finding.weight)


def _saying_the_same(step: Claim, chain: Chain) -> list[Claim]:
    return [other for other in chain.also if (other.subject, other.object) == (step.subject, step.object)]


def _of_step(each: Upon) -> str:
    said = from_claim(each.claim).text.rstrip(".")
    judgement = each.judgement
    what = phrase("analyst.step", claim=Word(said))
    return say(_VERDICTS[judgement.verdict], **_who(judgement), what=what, reason=judgement.reason)


def own_finding(judgements: Sequence[Judgement], upon: Sequence[Upon] = ()) -> tuple[Finding, ...]:
    """Return what analysts said of the link and of claims as evidence of its own; it is not computed with."""
    evidence = (
        *(Evidence(text=_sentence(each), at=each.at) for each in judgements if each.about in {LINK, CLAIM}),
        *(Evidence(text=_of_step(each), at=each.judgement.at) for each in upon),
    )
    if not evidence:
        return ()
    summary = say("analyst.summary", n=len(evidence))
    return (
        Finding(
            check=CHECK_NAME,
            line=Line.STATE_LINK,
            category=Category.CONTEXTUAL,
            state=State.FOUND,
            summary=summary,
            n=len(evidence),
            evidence=evidence,
        ),
    )


def _marked(finding: Finding, judgements: Sequence[Judgement]) -> Finding:
    words = [
        each
        for each in judgements
        if each.about == finding.check and (each.towards is None or each.towards == finding.towards)
    ]
    if not words:
        return finding
    summary = " ".join([finding.summary, *(_sentence(each) for each in words)])
    refuted = any(each.verdict is Verdict.REFUTE for each in words)
    return msgspec.structs.replace(finding, summary=summary, weight=None if refuted else finding.weight)


def overruled(line: AssessedLine, judgements: Sequence[Judgement]) -> AssessedLine:
    """Let an analyst's word on the link stand before the computed one."""
    words = [each for each in judgements if each.about == LINK]
    if not words:
        return line
    told = [_sentence(each) for each in words]
    told += [
        say("analyst.responsibility", **_who(each), state=Word(each.responsibility))
        for each in words
        if each.responsibility is not None
    ]
    refuted = any(each.verdict is Verdict.REFUTE for each in words)
    named = [each.likelihood for each in words if each.likelihood is not None]
    sentence = " ".join([*told, say("analyst.computed", sentence=Word(line.sentence))])
    if refuted:
        # Its confidence was that of a judgement that does not stand.
        return msgspec.structs.replace(
            line, band=None, low=None, high=None, confidence=None, sentence=sentence
        )
    if named:
        word = next(each for each in BANDS if each.word == named[-1])
        return msgspec.structs.replace(line, band=word.word, low=word.low, high=word.high, sentence=sentence)
    return msgspec.structs.replace(line, sentence=sentence)


def speaking_against(judgements: Iterable[Judgement]) -> str | None:
    """Return the newest word against, as a sentence."""
    against = [each for each in judgements if each.verdict is Verdict.REFUTE]
    return _sentence(against[-1]) if against else None


def _sentence(each: Judgement) -> str:
    if each.about == LINK and each.likelihood is not None and each.verdict is not Verdict.REFUTE:
        return say("analyst.likelihood", **_who(each), band=Word(each.likelihood), reason=each.reason)
    return say(_VERDICTS[each.verdict], **_who(each), what=_what(each), reason=each.reason)


def _what(each: Judgement) -> Word:
    if each.about == LINK:
        return phrase("analyst.link")
    if each.about == CLAIM:
        return phrase("analyst.claim")
    return Word(label(f"check.{each.about}"))


def _who(each: Judgement) -> dict[str, Word]:
    return {"by": phrase("analyst.by", name=each.by.shown), "on": phrase("analyst.on", day=each.at)}
