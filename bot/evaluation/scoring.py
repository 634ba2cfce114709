"""Checking every world with the real service and counting where it is right."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from bot.accounts import parse_one
from bot.checks.catalogue import CHECKS
from bot.checks.dossier import Dossier, Finding, Line, State
from bot.checks.service import CheckService
from bot.evaluation.building import NOW, build
from bot.evaluation.scenario import EVEN, LINKS, Coordination, Scenario, account_of
from bot.evaluation.stories import Stories
from bot.store.database import Database

AVAILABLE = frozenset(check.name for check in CHECKS)

# Findings of the coordination line that meet every rule of a finding carry this in the assessment's sentence.
NOTES_ONLY = "note"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one world should give and gave. `waits_for` are checks that it needs and that do not exist.

    `missed` says in words what differs; it is empty where the world is as expected. `scored` is False for
    the link line of a world that waits.
    """

    name: str
    title: str
    benign: bool
    at_least: str
    at_most: str
    link: str
    coordination: Coordination
    expected_found: tuple[str, ...]
    may_find: tuple[str, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    waits_for: tuple[str, ...]

    @property
    def scored(self) -> bool:
        return not self.waits_for

    @property
    def unexpected(self) -> list[str]:
        """The checks that found something although they should not."""
        return [check for check in self.found if check not in {*self.expected_found, *self.may_find}]

    @property
    def within(self) -> bool:
        """Whether the link stands where it should."""
        return LINKS.index(self.at_least) <= LINKS.index(self.link) <= LINKS.index(self.at_most)

    @property
    def alarms(self) -> bool:
        """Whether a benign world came out above an even chance."""
        return self.benign and LINKS.index(self.link) > LINKS.index(EVEN)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """How often one check found something where it should (hits), where not (false), and where it missed.

    Precision and recall are None where there is nothing to divide by.
    """

    check: str
    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float | None:
        return self.hits / (self.hits + self.false) if self.hits + self.false else None

    @property
    def recall(self) -> float | None:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else None


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All outcomes with their scores. `confusion` counts worlds by (expected, actual) link words."""

    outcomes: tuple[Outcome, ...]
    scores: tuple[Score, ...]
    confusion: dict[str, dict[str, int]]

    @property
    def alarms(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.alarms)

    @property
    def wrong(self) -> tuple[Outcome, ...]:
        return tuple(outcome for outcome in self.outcomes if outcome.missed)


async def evaluate(
    worlds: Mapping[str, Scenario],
    stories: Stories,
    *,
    progress: Callable[[str], None] | None = None,
) -> Evaluation:
    """Check every world in a database of its own, through the service that answers /check."""
    outcomes: list[Outcome] = []
    for name, world in worlds.items():
        if progress is not None:
            progress(name)
        outcomes.append(judged(name, world, await checked(world, stories)))
    return Evaluation(
        outcomes=tuple(outcomes), scores=tuple(_scores(outcomes)), confusion=_confusion(outcomes)
    )


async def checked(world: Scenario, stories: Stories) -> Dossier:
    """Write a world into a fresh database and check its account or post."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(Path(folder) / "world.db")
        try:
            await database.write(build, world, stories=stories)
            service = CheckService(database, clock=lambda: NOW)
            target = parse_one(world.post) if world.post is not None else account_of(world.account)
            asked = world.post or world.account
            return (await service.check(target, asked=asked, days=world.days)).dossier
        finally:
            database.close()


def judged(name: str, world: Scenario, dossier: Dossier) -> Outcome:
    """Compare a dossier with what its world should give."""
    expect = world.expect
    waits = tuple(sorted({*world.needs, *expect.found} - AVAILABLE))
    found = tuple(dict.fromkeys(each.check for each in dossier.findings if each.state is State.FOUND))
    outcome = Outcome(
        name=name,
        title=world.title,
        benign=world.benign,
        at_least=expect.at_least,
        at_most=expect.at_most,
        link=dossier.assessment.state_link.band or LINKS[0],
        coordination=_coordination(dossier),
        expected_found=expect.found,
        may_find=expect.may_find,
        found=found,
        missed=(),
        waits_for=waits,
    )
    return msgspec.structs.replace(outcome, missed=tuple(_differences(world, outcome, dossier)))


def _differences(world: Scenario, outcome: Outcome, dossier: Dossier) -> list[str]:
    expect = world.expect
    told: list[str] = []
    if outcome.scored and not outcome.within:
        told.append(f"link {outcome.link}, not {_range(outcome)}")
    if expect.coordination != "any" and outcome.coordination not in {expect.coordination, "not assessed"}:
        told.append(f"coordination {outcome.coordination}, not {expect.coordination}")
    told += [f"{check} found nothing" for check in expect.found if check in AVAILABLE - set(outcome.found)]
    told += [f"{check} found something" for check in outcome.unexpected]
    for check, state in expect.states.items():
        states = {each.state for each in _of(dossier, check)}
        if check in AVAILABLE and states != {state}:
            told.append(f"{check} ended as {', '.join(sorted(states)) or 'nothing'}, not {state}")
    towards = {each.towards for each in dossier.findings if each.weight}
    told += [f"nothing points to {key}" for key in expect.towards if outcome.scored and key not in towards]
    said = _words(dossier)
    told += [f"does not say {words!r}" for words in expect.says if outcome.scored and words not in said]
    told += [f"says {words!r}" for words in expect.never if words in said]
    return told


def _words(dossier: Dossier) -> str:
    line = dossier.assessment.state_link.sentence
    return " ".join([line, dossier.assessment.against, *(finding.summary for finding in dossier.findings)])


def _of(dossier: Dossier, check: str) -> list[Finding]:
    return [finding for finding in dossier.findings if finding.check == check]


def _coordination(dossier: Dossier) -> Coordination:
    """Return the level of the coordination line; the sentence of a note says that it is one."""
    line = [finding for finding in dossier.findings if finding.line is Line.COORDINATION]
    if not any(finding.state in {State.FOUND, State.NOT_FOUND} for finding in line):
        return "not assessed"
    found = [finding for finding in line if finding.state is State.FOUND]
    if not found:
        return "none"
    return "note" if all(NOTES_ONLY in finding.summary.lower() for finding in found) else "finding"


def _scores(outcomes: Sequence[Outcome]) -> list[Score]:
    """Score each check over all worlds; a world that waits for another check counts as well."""
    scores: list[Score] = []
    for check in (each.name for each in CHECKS):
        right = sum(check in outcome.found and check in outcome.expected_found for outcome in outcomes)
        false = sum(check in outcome.unexpected for outcome in outcomes)
        missed = sum(check not in outcome.found and check in outcome.expected_found for outcome in outcomes)
        scores.append(Score(check=check, hits=right, false=false, missed=missed))
    return scores


def _confusion(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for outcome in outcomes:
        if outcome.scored:
            row = table.setdefault(_range(outcome), {})
            row[outcome.link] = row.get(outcome.link, 0) + 1
    return dict(sorted(table.items(), key=lambda item: _rank(item[0])))


def _range(outcome: Outcome) -> str:
    if outcome.at_least == outcome.at_most:
        return outcome.at_least
    return f"{outcome.at_least} to {outcome.at_most}"


def _rank(expected: str) -> tuple[int, int]:
    low, _, high = expected.partition(" to ")
    return LINKS.index(high or low), LINKS.index(low)
