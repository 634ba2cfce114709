"""Dossiers made by hand: synthetic accounts in the pattern of the published case, with example sources."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.accounts import Platform
from bot.checks.dossier import (
    AssessedLine,
    Assessment,
    Category,
    ChainStep,
    Dossier,
    DossierAccount,
    DossierSnapshot,
    Evidence,
    Finding,
    Line,
    SourceNote,
    State,
)
from bot.store.records import Relation

CHECKED_AT = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)

LIST = SourceNote(
    key="example-list",
    title="List of outlets and their accounts, edition 2026",
    publisher="Example Monitor",
    url="https://monitor.example/lists/2026/outlets.csv",
    published_on="2026-03",
    retrieved_on="2026-11-02",
    grade="B2",
)
REPORT = SourceNote(
    key="example-report",
    title="Reports of a shared newsroom",
    publisher="Example Research",
    url="https://research.example/reports/shared-newsroom",
    published_on="2026-07-10",
    retrieved_on="2026-11-02",
    grade="B3",
)

LISTED = Finding(
    check="registry_match",
    line=Line.STATE_LINK,
    category=Category.CONTEXTUAL,
    state=State.FOUND,
    summary="`@ejemplo_hoy_1` matches the registry entry `Ejemplo Hoy`, by handle only.",
    weight=0.75,
    evidence=(
        Evidence(text="`ejemplo_hoy_1` in the list of `Example Monitor`.", source="example-list", grade="B2"),
        Evidence(text="Named in `Example Research`.", source="example-report", grade="B3"),
    ),
    benign="A handle can be given up and taken by somebody else.",
    disarm=("T0097.202",),
    towards="example-news-service",
)
CREDITS = Finding(
    check="half_attribution",
    line=Line.STATE_LINK,
    category=Category.BEHAVIOURAL,
    state=State.FOUND,
    summary=(
        "14 of 20 posts (70 %, 95 % interval 48–85 %) credit `agencia_ejemplo` "
        "without the @ that would make it a link."
    ),
    n=14,
    of=20,
    weight=0.45,
    evidence=tuple(
        Evidence(
            text=f"`Una noticia de ejemplo número {number}. Twitter •agencia_ejemplo`",
            at=datetime(2026, 11, number, 9, 30, tzinfo=UTC),
            url=f"https://x.com/ejemplo_hoy_1/status/18{number:04d}",
        )
        for number in range(1, 6)
    ),
    benign="House style: some papers never write handles with an @.",
    disarm=("T0129.003",),
    towards="example-news-service",
)
OUTPUT = Finding(
    check="output_against_audience",
    line=Line.ENGAGEMENT,
    category=Category.BEHAVIOURAL,
    state=State.FOUND,
    summary=(
        "High output for a small audience: 6.2 posts a day over 88 days (546 posts), "
        "with 8 followers on 20 Nov 2026."
    ),
    n=546,
    of=546,
    benign="New accounts, mirrors, weather and alert feeds post much to few as well.",
)
RATE = Finding(
    check="engagement_rate",
    line=Line.ENGAGEMENT,
    category=Category.BEHAVIOURAL,
    state=State.COULD_NOT_CHECK,
    summary="Could not check: replies not reported on 546 of 546 original posts.",
    reason="replies not reported on 546 of 546 original posts",
)
REACH = Finding(
    check="low_reach",
    line=Line.ENGAGEMENT,
    category=Category.BEHAVIOURAL,
    state=State.INSUFFICIENT,
    summary="Too little data: 12 of 20 videos with a view count.",
    reason="12 of 20 videos with a view count",
    n=12,
    of=20,
)
NO_CHAIN = Finding(
    check="ownership_chain",
    line=Line.STATE_LINK,
    category=Category.CONTEXTUAL,
    state=State.NOT_FOUND,
    summary="Checked: no source held says who owns `Ejemplo Hoy`.",
)

LINKED = Dossier(
    account=DossierAccount(
        platform=Platform.X,
        handle="ejemplo_hoy_1",
        platform_id="1234567890",
        url="https://x.com/ejemplo_hoy_1",
        name="Ejemplo Hoy",
    ),
    snapshot=DossierSnapshot(
        taken_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        source="import:x_api_v2",
        display_name="Ejemplo Hoy",
        bio=None,
        created_at=datetime(2023, 2, 1, tzinfo=UTC),
        followers=8,
        following=40,
        posts=2_100,
        rounded=False,
    ),
    assessment=Assessment(
        state_link=AssessedLine(
            band="likely",
            low=0.55,
            high=0.80,
            confidence="Confidence is moderate: contextual and behavioural evidence, two sources.",
            sentence=(
                "We assess that `@ejemplo_hoy_1` is likely linked to `Example News Service`; "
                "it is not shown to be operated by it."
            ),
            chain=(
                ChainStep(
                    from_="Ejemplo Hoy",
                    relation=Relation.HAS_ACCOUNT,
                    to="@ejemplo_hoy_1",
                    source="example-list",
                    grade="B2",
                ),
                ChainStep(
                    from_="Ejemplo Hoy",
                    relation=Relation.MEMBER_OF,
                    to="Example Press Network",
                    source="example-report",
                    grade="B3",
                    hedge="reportedly",
                ),
                ChainStep(
                    from_="Example News Service",
                    relation=Relation.CO_PUBLISHES,
                    to="Example Press Network",
                    source="example-report",
                    grade="B3",
                ),
            ),
        ),
        coordination=AssessedLine(
            band=None,
            low=None,
            high=None,
            confidence=None,
            sentence="Not assessed: no posts of other accounts were compared.",
        ),
        engagement=AssessedLine(
            band=None,
            low=None,
            high=None,
            confidence=None,
            sentence="High output for a small audience: 6.2 posts a day over 88 days, with 8 followers.",
        ),
        against="Sister papers may openly share a feed: the credits could be house style.",
        would_change=(
            "A source names the owner of `Ejemplo Hoy`.",
            "The same credits appear without the handle of `agencia_ejemplo`.",
        ),
    ),
    findings=(LISTED, CREDITS, NO_CHAIN, OUTPUT, RATE, REACH),
    sources=(LIST, REPORT),
    checked_at=CHECKED_AT,
    days=90,
    until=CHECKED_AT,
    posts_held=546,
    registry_version="2026-11-20",
    timings_ms={"total": 31.0},
)

_NOTHING = "no posts are held"
_NOT_ASSESSED = AssessedLine(
    band=None, low=None, high=None, confidence=None, sentence="Not assessed: no check could run."
)
UNKNOWN = Dossier(
    account=DossierAccount(
        platform=Platform.X, handle="nadie_conocido", platform_id=None, url="https://x.com/nadie_conocido"
    ),
    snapshot=None,
    assessment=Assessment(
        state_link=AssessedLine(
            band=None,
            low=None,
            high=None,
            confidence=None,
            sentence="Not assessed: `@nadie_conocido` is not in the registry, and no posts of it are held.",
        ),
        coordination=_NOT_ASSESSED,
        engagement=_NOT_ASSESSED,
        against="None found in the registry.",
        would_change=("Its posts are imported.", "A source names the account."),
    ),
    findings=(
        Finding(
            check="registry_match",
            line=Line.STATE_LINK,
            category=Category.CONTEXTUAL,
            state=State.NOT_FOUND,
            summary="Checked, nothing: no entry of the registry names `@nadie_conocido` on X.",
        ),
        *(
            Finding(
                check=check,
                line=Line.ENGAGEMENT,
                category=Category.BEHAVIOURAL,
                state=State.COULD_NOT_CHECK,
                summary=f"Could not check: {_NOTHING}.",
                reason=_NOTHING,
            )
            for check in ("half_attribution", "output_against_audience", "engagement_rate", "low_reach")
        ),
    ),
    sources=(),
    checked_at=CHECKED_AT,
    days=90,
    until=CHECKED_AT,
    posts_held=0,
    registry_version="2026-11-20",
    timings_ms={},
)
