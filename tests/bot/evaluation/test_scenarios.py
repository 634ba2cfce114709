from __future__ import annotations

import itertools
from pathlib import Path

import msgspec
import pytest

from bot.checks.catalogue import CHECKS
from bot.checks.dossier import State
from bot.errors import InputError
from bot.evaluation.scenario import LINKS, Scenario, account_of, read_scenarios
from bot.evaluation.scoring import checked, evaluate, judged
from bot.evaluation.stories import Language, Stories
from bot.text.fingerprints import shingles
from bot.text.normalise import body
from tests.wording import forbidden_words, mixes_likelihood_and_confidence

FOLDER = Path(__file__).parents[2] / "scenarios"
WORLDS, STORIES = read_scenarios(FOLDER)


@pytest.mark.parametrize("name", sorted(WORLDS))
async def test_a_world_comes_out_as_its_file_says(name: str) -> None:
    world = WORLDS[name]
    dossier = await checked(world, STORIES)
    outcome = judged(name, world, dossier)
    assert outcome.missed == ()
    assert not outcome.alarms, f"a benign world stands at {outcome.link}"
    line = dossier.assessment.state_link
    sentences = [line.sentence, line.confidence or "", dossier.assessment.against]
    sentences += [text for each in dossier.findings for text in (each.summary, each.benign or "")]
    assert [text for text in sentences if forbidden_words(text)] == []
    assert [text for text in sentences if mixes_likelihood_and_confidence(text)] == []


def test_there_are_enough_worlds_and_half_of_them_are_benign() -> None:
    benign = sum(world.benign for world in WORLDS.values())
    assert len(WORLDS) >= 40
    assert 0.4 <= benign / len(WORLDS) <= 0.6


def test_every_check_of_the_link_has_a_world_that_should_find_something_and_a_benign_one() -> None:
    expected = {check for world in WORLDS.values() for check in world.expect.found}
    linking = {check.name for check in CHECKS if check.line == "state_link"}
    assert linking <= expected


def test_every_invented_host_is_reserved() -> None:
    hosts = [host for world in WORLDS.values() for entity in world.entity for host in entity.sites]
    assert [host for host in hosts if not host.endswith(".example")] == []


@pytest.mark.parametrize("language", sorted(STORIES.languages))
def test_stories_are_seldom_alike_enough_to_count_as_copies(language: str) -> None:
    """A copy keeps 60 % of the shingles of a text (methods, A5); two stories may meet in a phrase or two."""
    told = [set(shingles(body(STORIES.story(language, number)))) for number in range(0, 3000, 25)]
    alike = [1 for one, other in itertools.combinations(told, 2) if len(one & other) >= 0.6 * len(one)]
    assert len(alike) <= 0.001 * len(told) * len(told)


async def test_precision_and_recall_count_what_was_expected() -> None:
    """A world whose file is wrong on purpose, beside two that are right."""
    right = WORLDS["linked-state-outlet-by-handle"]
    expect = {"at_least": "none", "at_most": "none", "found": ["half_attribution"]}
    wrong = _world(account="x:mundo_ejemplo", expect=expect, entity=right.entity)
    result = await evaluate({"right": right, "again": right, "wrong": wrong}, STORIES)
    scores = {score.check: score for score in result.scores}
    listed, half = scores["registry_match"], scores["half_attribution"]
    assert (listed.hits, listed.false, listed.missed) == (2, 1, 0)
    assert listed.precision == pytest.approx(2 / 3)
    assert listed.recall == 1
    assert (half.hits, half.false, half.missed, half.precision, half.recall) == (0, 0, 1, None, 0)
    assert result.confusion == {"likely": {"likely": 2}, "none": {"likely": 1}}
    (outcome,) = result.wrong
    assert outcome.missed == (
        "link likely, not none",
        "half_attribution found nothing",
        "registry_match found something",
    )
    assert [each.name for each in result.alarms] == ["wrong"]


async def test_a_world_that_waits_for_a_check_is_not_scored_on_its_link() -> None:
    right = WORLDS["linked-state-outlet-by-handle"]
    expect = {"at_most": "none", "found": ["registry_match"]}
    world = _world(account="x:mundo_ejemplo", expect=expect, entity=right.entity, needs=["tea_leaves"])
    outcome = judged("waits", world, await checked(world, STORIES))
    assert outcome.waits_for == ("tea_leaves",)
    assert outcome.missed == ()


async def test_states_and_words_are_compared() -> None:
    expect = {"at_most": "none", "states": {"half_attribution": "found"}, "says": ["moon"], "never": ["Not"]}
    world = _world(account="x:nadie_prueba", expect=expect)
    outcome = judged("words", world, await checked(world, STORIES))
    assert outcome.missed == (
        f"half_attribution ended as {State.COULD_NOT_CHECK}, not found",
        "does not say 'moon'",
        "says 'Not'",
    )


def _world(**fields: object) -> Scenario:
    return msgspec.convert(
        {"title": "A world of this test", "benign": True, **msgspec.to_builtins(fields)}, Scenario
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "there are no scenarios"),
        ("title = 1", "Expected `str`"),
        ('title = "x"\nbenign = true\naccount = "x:a"\nwrong = 1\n[expect]\nat_most = "none"', "wrong"),
        ('title = "x"\nbenign = true\naccount = "x:a"\n[expect]\nat_most = "surely"', "'surely' is none of"),
        ("title =", "Invalid"),
    ],
)
def test_a_file_that_is_no_world_is_refused_by_name(tmp_path: Path, text: str, told: str) -> None:
    if text:
        (tmp_path / "w.toml").write_text(text)
    with pytest.raises(InputError, match=told) as caught:
        read_scenarios(tmp_path)
    assert not text or str(caught.value).startswith("w.toml")


@pytest.mark.parametrize("text", ["mundo", "y:mundo", "x:", "x:not a handle"])
def test_an_account_needs_platform_and_handle_or_id(text: str) -> None:
    with pytest.raises(InputError):
        account_of(text)


def test_a_story_is_always_the_same_and_its_language_must_be_there() -> None:
    stories = Stories(languages={"xx": Language(parts=(("a", "b"), ("c", "d")), join="-")})
    told = [stories.story("xx", number) for number in range(40)]
    assert told == [stories.story("xx", number) for number in range(40)]
    assert set(told) == {"a-c", "a-d", "b-c", "b-d"}
    with pytest.raises(InputError, match="no stories"):
        stories.story("yy", 1)


def test_the_words_of_the_link_line_rise() -> None:
    assert LINKS[0] == "none"
    assert LINKS.index("unlikely") < LINKS.index("roughly even chance") < LINKS.index("likely")
