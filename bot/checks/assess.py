"""From findings to the three lines of an assessment, which never change each other's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.accounts import Platform
from bot.checks.analysts import judged, overruled, speaking_against
from bot.checks.attribution.ownership_chain import linking_chains
from bot.checks.attribution.registry_match import class_words, holders
from bot.checks.claims import backwards, chain_steps, shown
from bot.checks.dossier import AssessedLine, Assessment, ChainStep, Finding, Line, State
from bot.checks.engagement.line import engagement_line
from bot.checks.reckoning import Main, Reckoning, mains_of, reckon
from bot.checks.sentences import COUNTED, WAYS
from bot.checks.standing import StateChain, Tie, tie
from bot.checks.subject import Subject
from bot.checks.weights import Band, band
from bot.checks.wording import Word, counted, label, listing, phrase, quoted, say, window
from bot.registry.names import PLATFORM_NAMES
from bot.registry.typology import current
from bot.store.records import OWNERSHIP, Relation
from bot.store.registry import HOLDING

# Where a source lists the account, its word comes first, then the chain above whoever has it.
LISTING = ("registry_match", "ownership_chain")
# A listing says what it says; how somebody's counts came and when they post is context.
SPEAKS_FOR_ITSELF = frozenset({"registry_match", "counts", "rhythm"})
RAN = frozenset({State.FOUND, State.NOT_FOUND})
GAPS = frozenset({State.COULD_NOT_CHECK, State.INSUFFICIENT})
# Checks that carry no weight: whether they ran says nothing about the judgement's basis.
CONTEXT = frozenset({"platform_label", "posting_clock", "post_itself"})
# Checks of the link that do not read what the account posts over time.
WITHOUT_POSTS = CONTEXT | {
    "registry_match",
    "self_disclosure",
    "ownership_chain",
    "officials",
    "shared_infrastructure",
}


def assess(subject: Subject, findings: Sequence[Finding], *, not_run: Sequence[str] = ()) -> Assessment:
    """Draw up the three lines. `not_run` are labels of methods that this version does not have."""
    link = [finding for finding in findings if finding.line is Line.STATE_LINK]
    ways = linking_chains(subject)
    reckoning = reckon(_mains(subject, link, ways=ways))
    line = _state_link(subject, link, ways=ways, reckoning=reckoning, complete=not not_run)
    return Assessment(
        state_link=overruled(line, subject.judgements),
        coordination=_plain(_coordination(findings)),
        engagement=_plain(engagement_line(findings)),
        against=speaking_against(subject.judgements) or _against(subject, findings, reckoning=reckoning),
        would_change=_would_change(subject, findings, ways=ways, reckoning=reckoning),
        not_run=say("not run", methods=listing(Word(label(each)) for each in not_run)) if not_run else None,
        judgements=judged([*subject.judgements, *(each.judgement for each in subject.upon)]),
    )


def _plain(sentence: str) -> AssessedLine:
    """A line that carries no likelihood."""
    return AssessedLine(band=None, low=None, high=None, confidence=None, sentence=sentence)


def _mains(subject: Subject, link: Sequence[Finding], *, ways: Sequence[StateChain]) -> list[Main]:
    """Add to the findings that weigh what the reckoning needs to know from the registry."""
    registry = subject.registry
    sources = [each.claim.source for each in registry.account.listings]
    sources += [step.source for way in ways for chain in way.chains for step in (*chain.steps, *chain.also)]
    copies = {source.key: source.derived_from for source in sources if source.derived_from is not None}
    by_id = {holder.entity.key for holder in holders(registry.account) if holder.by_id}
    ceilings = {way.towards.key: way.strength for way in ways}
    mains: list[Main] = []
    for main in mains_of(link, derived_from=copies):
        towards = main.finding.towards
        entity = registry.entities.get(towards) if towards is not None else None
        on_chain = main.finding.check == "ownership_chain"
        mains.append(
            replace(
                main,
                state=entity.country if entity else None,
                ceiling=ceilings.get(towards or "") if on_chain else None,
                by_id=main.finding.check == "registry_match" and towards in by_id,
            )
        )
    return mains


def _state_link(
    subject: Subject,
    link: Sequence[Finding],
    *,
    ways: Sequence[StateChain],
    reckoning: Reckoning | None,
    complete: bool,
) -> AssessedLine:
    chain = _chain(subject, ways)
    if reckoning is None:
        return AssessedLine(
            band=None,
            low=None,
            high=None,
            confidence=None,
            sentence=_without_link(subject, link),
            chain=chain,
        )
    found = band(reckoning.value)
    return AssessedLine(
        band=found.word,
        low=found.low,
        high=found.high,
        confidence=_confidence(link, reckoning, complete=complete),
        sentence=_judgement(subject, reckoning, found=found, ways=ways),
        chain=chain,
        reckoning=reckoning.steps,
    )


def _chain(subject: Subject, ways: Sequence[StateChain]) -> tuple[ChainStep, ...]:
    """Return the hops of every chain to a state, each once; without one, the claims that list the account."""
    steps = dict.fromkeys(step for way in ways for chain in way.chains for step in chain_steps(chain))
    if steps:
        return tuple(steps)
    started = [chain for chain in subject.registry.account.chains if chain.is_ownership]
    return tuple(dict.fromkeys(step for chain in started[:1] for step in chain_steps(chain)))


def _judgement(subject: Subject, reckoning: Reckoning, *, found: Band, ways: Sequence[StateChain]) -> str:
    """Say how likely a link is, of what kind and to whom; of a listing, what the list says."""
    told = {check: _summaries(reckoning.mains, check) for check in LISTING}
    if told["registry_match"]:
        return " ".join(summaries[0] for summaries in told.values() if summaries)
    bodies = _bodies(reckoning.mains)
    names = listing(
        phrase("link.body", body=subject.registry.entities[key].name, way=_ways(mains, ways))
        for key, mains in bodies.items()
    )
    if len(bodies) == 1:
        operated = phrase("link.one")
    elif _apart(subject, list(bodies)):
        apart = "link.apart two" if len(bodies) == 2 else "link.apart"
        operated = phrase(apart, n=Word(COUNTED[len(bodies)]))
    else:
        operated = phrase("link.related")
    if found.low >= 0.55:
        key, words = "link.likely", found.word
    elif found.word == "roughly even chance":
        key, words = "link.chance", f"a {found.word}"
    else:
        key, words = ("link.chance" if found.word == "almost no chance" else "link.unlikely"), found.word
    return say(key, account=_named(subject), band=Word(words), bodies=names, operated=operated)


def _summaries(mains: Sequence[Main], check: str) -> list[str]:
    return [main.finding.summary for main in mains if main.finding.check == check]


def _named(subject: Subject) -> Word:
    """Return the account, with whoever is said to have it."""
    account = quoted(shown(subject.ref))
    held = holders(subject.registry.account)
    if not held:
        return account
    relation = backwards(held[0].listings[0].claim.relation)
    names = listing(holder.entity.name for holder in held)
    return phrase("link.listed", account=account, relation=relation, entities=names)


def _bodies(mains: Sequence[Main]) -> dict[str, list[Main]]:
    """Group what points to the same body, strongest first. Nine are named; nobody reads on."""
    grouped: dict[str, list[Main]] = {}
    for main in mains:
        if main.finding.towards is not None:
            grouped.setdefault(main.finding.towards, []).append(main)
    return dict(list(grouped.items())[: len(COUNTED) - 1])


def _apart(subject: Subject, keys: Sequence[str]) -> bool:
    """Whether no body stands above another: then they are said to be different, and never merged."""
    lineages = {key: subject.registry.lineage(key) for key in keys}
    return not any(one in lineages[other] for one in keys for other in keys if one != other)


def _ways(mains: Sequence[Main], ways: Sequence[StateChain]) -> Word:
    kinds: dict[str, None] = {}
    for main in mains:
        if main.finding.check != "ownership_chain":
            kinds[say(f"way.{main.finding.check}")] = None
            continue
        for way in ways:
            if way.towards.key == main.finding.towards:
                kinds.update(dict.fromkeys(_kinds(way)))
    return listing(Word(kind) for kind in kinds)


def _kinds(way: StateChain) -> list[str]:
    """Name the relations on the way that are no ownership; the kinds of ownership where there is no other."""
    relations: list[Relation] = []
    for chain in way.chains:
        if chain.start is not None and chain.start.relation not in HOLDING:
            relations.append(chain.start.relation)
        relations += [step.relation for step in chain.steps]
    if way.by_ownership:
        relations = relations[: way.hops]
    return [WAYS[relation] for relation in relations if way.by_ownership or relation not in OWNERSHIP]


def _without_link(subject: Subject, link: Sequence[Finding]) -> str:
    account = shown(subject.ref)
    registry = subject.registry
    if not any(finding.state in RAN for finding in link):
        reasons = dict.fromkeys(finding.reason for finding in link if finding.reason)
        return say("link.impossible", reasons=Word("; ".join(reasons)))
    held = holders(registry.account)
    for holder in held:
        classes = current(registry.typologies.get(holder.entity.key, ()))
        if tie(holder.entity, registry.typologies) is Tie.INDEPENDENT:
            return say(
                "link.independent",
                account=account,
                relation=backwards(holder.listings[0].claim.relation),
                entity=holder.entity.name,
                **class_words(classes[0]),
            )
    if held:
        return say(
            "link.none listed",
            account=account,
            relation=backwards(held[0].listings[0].claim.relation),
            entities=listing(holder.entity.name for holder in held),
        )
    if not subject.posts:
        return say("link.unknown", account=account)
    posts = counted(len(subject.posts), "post")
    # The registry alone can name nobody new, so something else must have run for a "none found".
    others = [finding for finding in link if finding.check not in WITHOUT_POSTS]
    if not any(finding.state in RAN for finding in others):
        return say("link.unknown but", account=account, posts=posts)
    looked_at = window(len(subject.posts), days=subject.days, until=subject.until, now=subject.now)
    return say("link.none", account=account, window=looked_at)


def _confidence(link: Sequence[Finding], reckoning: Reckoning, *, complete: bool) -> str:
    """Say on what the judgement rests, in a sentence of its own that holds no likelihood."""
    weighing = [finding for finding in link if finding.check not in CONTEXT]
    applicable = [finding for finding in weighing if finding.state is not State.NOT_APPLICABLE]
    checks = {finding.check for finding in applicable}
    blocked = {finding.check for finding in applicable if finding.state is State.COULD_NOT_CHECK}
    gaps = {finding.check for finding in applicable if finding.state in GAPS}
    disagree = any(main.has("sources_disagree") for main in reckoning.mains)
    sources, categories = len(reckoning.roots), reckoning.categories
    level = "low"
    if sources >= 2 or len(categories) >= 2:
        level = "moderate"
    if complete and sources >= 3 and len(categories) >= 2 and not gaps and not disagree:
        level = "high"
    if 2 * len(blocked) > len(checks):
        level = "low"
    return say(
        "confidence",
        level=Word(level),
        categories=listing(Word(label(f"category.{each}")) for each in sorted(categories)),
        sources=phrase("confidence.one") if sources == 1 else phrase("confidence.many", n=sources),
        gaps=phrase("confidence.gaps", n=len(gaps), of=len(checks)) if gaps else Word(""),
        conflict=phrase("confidence.conflict") if disagree else Word(""),
    )


def _coordination(findings: Sequence[Finding]) -> str:
    """Say what agrees with other accounts' posts: a finding, a note, none, or why it is not known."""
    line = [finding for finding in findings if finding.line is Line.COORDINATION]
    # What was found comes before what was not: a card cuts long lines at their end.
    ran = sorted(
        (finding for finding in line if finding.state in RAN),
        key=lambda finding: finding.state is not State.FOUND,
    )
    if ran:
        return " ".join(finding.summary for finding in ran)
    reasons = dict.fromkeys(finding.reason for finding in line if finding.reason)
    return say("coordination.not assessed", reasons=Word("; ".join(reasons)))


def _against(subject: Subject, findings: Sequence[Finding], *, reckoning: Reckoning | None) -> str:
    """Return the strongest point against, or the best benign reading of the strongest finding."""
    speaking = [each for each in findings if each.weight is not None and each.weight < 0]
    if speaking:
        return min(speaking, key=lambda each: each.weight or 0).summary
    if reckoning is not None:
        mains = sorted(reckoning.mains, key=lambda main: not main.has("benign_fits"))
        disputed = [main.finding for main in mains if main.has("sources_disagree")]
        if disputed and not mains[0].has("benign_fits"):
            return say("against.disagree", bodies=_disputed_bodies(subject, disputed))
        readings = [main.finding.benign for main in mains if main.finding.benign]
        if readings:
            return readings[0]
    found = [
        each.benign
        for each in findings
        if each.state is State.FOUND and each.benign and each.check not in SPEAKS_FOR_ITSELF
    ]
    if found:
        return found[0]
    searched = [phrase("against.searched registry", version=Word(subject.registry.version))]
    if subject.posts:
        searched.append(window(len(subject.posts), days=subject.days, until=subject.until, now=subject.now))
    return say("against.none", searched=listing(searched))


def _disputed_bodies(subject: Subject, findings: Sequence[Finding]) -> Word:
    """Return between whom the sources disagree: who has the account, else where its chains lead."""
    held = holders(subject.registry.account)
    if len(held) > 1:
        return listing(holder.entity.name for holder in held)
    names: dict[str, None] = {}
    for finding in findings:
        if finding.towards is not None:
            names[subject.registry.entities[finding.towards].name] = None
    return listing(names)


def _would_change(
    subject: Subject,
    findings: Sequence[Finding],
    *,
    ways: Sequence[StateChain],
    reckoning: Reckoning | None,
) -> tuple[str, ...]:
    """Say what a reader could bring that would change the judgement, most telling first."""
    account = shown(subject.ref)
    platform = Word(PLATFORM_NAMES[subject.ref.platform])
    held = holders(subject.registry.account)
    main = reckoning.strongest if reckoning else None
    changes: list[str] = []
    if main is not None and main.has("sources_disagree"):
        changes.append(say("change.dispute"))
    if any(each.check == "half_attribution" and each.state is State.FOUND for each in findings):
        changes.append(say("change.style"))
    if ways:
        changes.append(say("change.weakest"))
    changes += [
        say("change.owner", entity=way.chain.start.entity.name)
        for way in ways
        if not way.by_ownership and way.chain.start is not None
    ]
    if main is not None and main.has("old_evidence"):
        changes.append(say("change.newer"))
    if any(each.address is not None and not each.looks for each in subject.around.disclosures):
        changes.append(say("change.site"))
    if subject.sites.not_looked():
        changes.append(say("change.infrastructure"))
    if not held:
        changes.append(say("change.registry", account=account))
    if any(each.state in GAPS for each in findings):
        changes.append(say("change.posts"))
    if subject.around.officials_registered and subject.around.followers is None:
        changes.append(say("change.audience"))
    if subject.posts and subject.audience is None:
        changes.append(say("change.followers"))
    has_ids = subject.ref.platform is not Platform.WEBSITE
    if has_ids and subject.ref.platform_id is None and not (held and any(holder.by_id for holder in held)):
        changes.append(say("change.id", platform=platform))
    if not subject.posts and not held:
        changes.append(say("change.connector", platform=platform))
    return tuple(dict.fromkeys(changes))
