"""Strangers' texts made to break a card, and dossiers that carry them in every field."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import strategies as st

from bot.accounts import Platform
from bot.checks.dossier import (
    AssessedLine,
    Assessment,
    Category,
    ChainStep,
    Dossier,
    DossierAccount,
    Evidence,
    Finding,
    Line,
    Live,
    SourceNote,
    State,
)
from bot.checks.wording import quoted
from bot.store.live import AccountState
from bot.store.records import Relation

# Stands in every stranger's text and nowhere else, so that a test can find what leaked.
STRANGER = "¤"

NASTY = (
    "\u202eesrever",
    "@everyone <@1> <@&2> <#3> </check:4> <t:1:R> @here",
    "`` ` ```js",
    "**b** __u__ ~~s~~ ||x|| [click](https://evil.example) # h\n> q\n- l",
    "https://evil.example discord.gg/abcdef",
    "汉" * 4_000,
    "نص عربي " * 50,
    "👩\u200d👩\u200d👧\u200d👦" * 40,
    "\x00\x1b[2J\ud800",
    "Z\u0351\u0368" * 100,
    "",
)
strangers = st.one_of(st.text(max_size=120), st.sampled_from(NASTY)).map(
    lambda text: f"{STRANGER}{text}{STRANGER}"
)
urls = st.one_of(
    st.just("https://x.com/ejemplo/status/1"),
    st.text(max_size=60).map(lambda tail: f"https://a.example/{tail}"),
    st.sampled_from(
        ["javascript:alert(1)", "https://a.example/" + "long" * 200, "", "https://me@a.example/"]
    ),
)
times = st.datetimes(min_value=datetime(2006, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  Hypothesis takes naive bounds
ours = st.sampled_from(
    [
        "We assess that {} is likely linked to {}; it is not shown to be operated by it.",
        "{} matches the registry entry {}.",
        "Not assessed: {} is not in the registry.",
        "A long line that goes on. " * 30 + "About {}.",
        "14 of 20 posts (70 %) credit {} without the @ that would make it a link.",
    ]
)


@st.composite
def _sentence(draw: st.DrawFn) -> str:
    return draw(ours).format(quoted(draw(strangers), limit=200), quoted(draw(strangers)))


sentences = _sentence()

_KEYS = ("s0", "s1", "s2", "gone")
_keys = st.sampled_from(_KEYS)
_checks = st.sampled_from(["registry_match", "half_attribution", "low_reach", "engagement_rate"])

evidence = st.builds(
    Evidence,
    text=st.one_of(sentences, strangers.map(quoted)),
    at=st.none() | times,
    url=st.none() | urls,
    source=st.none() | _keys,
    grade=st.sampled_from(["A1", "B2", "F6"]) | st.none() | strangers,
)
findings = st.builds(
    Finding,
    check=_checks | strangers,
    line=st.sampled_from(Line),
    category=st.none() | st.sampled_from(Category),
    state=st.sampled_from(State),
    summary=sentences,
    reason=st.none() | sentences,
    weight=st.none() | st.floats(min_value=-1, max_value=1),
    evidence=st.lists(evidence, max_size=6).map(tuple),
    benign=st.none() | sentences,
    disarm=st.lists(st.just("T0129.003") | strangers, max_size=2).map(tuple),
)


@st.composite
def notes(draw: st.DrawFn) -> tuple[SourceNote, ...]:
    return tuple(
        SourceNote(
            key=key,
            title=draw(strangers),
            publisher=draw(strangers),
            url=draw(urls),
            published_on=draw(st.none() | st.just("2026-03") | strangers),
            retrieved_on=draw(st.just("2026-03-01") | strangers),
            grade=draw(st.just("B2") | strangers),
            derived_from=draw(st.none() | _keys),
        )
        for key in _KEYS[:-1]
    )


@st.composite
def chains(draw: st.DrawFn) -> tuple[ChainStep, ...]:
    names = draw(st.lists(strangers, min_size=2, max_size=10))
    steps: list[ChainStep] = []
    for lower, upper in pairwise(names):
        upward = draw(st.booleans())
        steps.append(
            ChainStep(
                from_=lower if upward else upper,
                to=upper if upward else lower,
                relation=draw(st.sampled_from(Relation)),
                source=draw(_keys),
                grade=draw(st.just("C3") | strangers),
                hedge=draw(st.none() | strangers),
            )
        )
    return tuple(steps)


def _line(chain: st.SearchStrategy[tuple[ChainStep, ...]]) -> st.SearchStrategy[AssessedLine]:
    return st.builds(
        AssessedLine,
        band=st.none(),
        low=st.none(),
        high=st.none(),
        confidence=st.none() | sentences,
        sentence=sentences,
        chain=chain,
    )


lives = st.builds(
    Live,
    asked=st.booleans(),
    complete=st.booleans(),
    looked_at=st.none() | times,
    source=st.none() | strangers,
    state=st.none() | st.sampled_from(AccountState),
    said=st.lists(sentences, max_size=2).map(tuple),
    gaps=st.lists(sentences, max_size=2).map(tuple),
    remarks=st.lists(sentences, max_size=2).map(tuple),
)

dossiers = st.builds(
    Dossier,
    account=st.builds(
        DossierAccount,
        platform=st.sampled_from(Platform),
        handle=strangers,
        platform_id=st.none() | strangers,
        url=urls,
        name=st.none() | strangers,
        post_url=st.none() | urls,
        warnings=st.lists(sentences, max_size=3).map(tuple),
    ),
    snapshot=st.none(),
    assessment=st.builds(
        Assessment,
        state_link=_line(chains() | st.just(())),
        coordination=_line(st.just(())),
        engagement=_line(st.just(())),
        against=sentences,
        would_change=st.lists(sentences, max_size=5).map(tuple),
    ),
    findings=st.lists(findings, max_size=8).map(tuple),
    sources=notes(),
    checked_at=times,
    days=st.integers(min_value=1, max_value=3650),
    until=times,
    posts_held=st.integers(min_value=0, max_value=10**7),
    live=st.none() | lives,
    registry_version=strangers,
    timings_ms=st.just({}),
)
