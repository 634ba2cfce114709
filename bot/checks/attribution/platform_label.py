"""A9: would the platform have labelled the account as state media, and did it? A fact without weight."""

from __future__ import annotations

from bot.checks.attribution.policies import Policy, in_force, policies_of
from bot.checks.attribution.registry_match import Holder, holders
from bot.checks.check import Check, could_not_check, not_applicable
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.sentences import TYPOLOGIES
from bot.checks.subject import Subject
from bot.checks.weights import MAINS
from bot.checks.wording import Word, day, say
from bot.registry.names import PLATFORM_NAMES
from bot.registry.typology import STATE_CONTROLLED, current
from bot.store.looks import LabelLook
from bot.store.records import Typology


def run(subject: Subject) -> tuple[Finding, ...]:
    """Compare the newest look at the page with the policy of its day."""
    classed = _classed(subject)
    if classed is None:
        return (not_applicable(CHECK, reason=say("reason.label no class")),)
    platform = Word(PLATFORM_NAMES[subject.ref.platform])
    policies = policies_of(subject.ref.platform)
    if not policies:
        return (not_applicable(CHECK, reason=say("reason.label no policy", platform=platform)),)
    # A look from a time with labels says something; a later one, from after their end, nothing.
    looks = [look for look in subject.around.labels if in_force(policies, look.looked_at.date())]
    if looks:
        return (_compared(subject, looks[0], classed=classed, policies=policies),)
    today = in_force(policies, subject.now.date())
    if today is None:
        ended = next(policy.until for policy in reversed(policies) if policy.until is not None)
        reason = say("reason.label ended", platform=platform, until=day(ended.isoformat()[:7]))
        return (not_applicable(CHECK, reason=reason),)
    return (could_not_check(CHECK, reason=say("reason.label not looked", platform=platform)),)


def _classed(subject: Subject) -> tuple[Holder, Typology] | None:
    """Return who has the account and is classed as edited and held by a state, with the class."""
    for holder in holders(subject.registry.account):
        for typology in current(subject.registry.typologies.get(holder.entity.key, ())):
            if typology.code in STATE_CONTROLLED:
                return holder, typology
    return None


def _compared(
    subject: Subject,
    look: LabelLook,
    *,
    classed: tuple[Holder, Typology],
    policies: tuple[Policy, ...],
) -> Finding:
    holder, typology = classed
    policy = in_force(policies, look.looked_at.date())
    assert policy is not None  # noqa: S101 - the caller chose the look by it
    platform = Word(PLATFORM_NAMES[subject.ref.platform])
    if look.label is not None:
        return Finding(
            check=CHECK.name,
            line=CHECK.line,
            category=CHECK.category,
            state=State.NOT_FOUND,
            summary=say("label.shown", platform=platform, label=look.label, on=look.looked_at),
        )
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            "label.missing",
            platform=platform,
            on=look.looked_at,
            since=day(policy.since),
            scope=Word(policy.scope),
            entity=holder.entity.name,
            typology=Word(TYPOLOGIES[typology.code]),
        ),
        weight=MAINS["missing_label"].value,
        evidence=(
            Evidence(
                text=say("label.look", platform=platform, source=look.source),
                at=look.looked_at,
                url=look.url,
            ),
            Evidence(
                text=say("label.policy", title=policy.title, publisher=policy.publisher), url=policy.url
            ),
        ),
        benign=say("label.benign"),
        towards=holder.entity.key,
    )


CHECK = Check(name="platform_label", line=Line.STATE_LINK, category=Category.CONTEXTUAL, run=run)
