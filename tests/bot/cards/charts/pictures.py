"""`make pictures`: the charts for docs/pictures, of an invented account, on both grounds.

python -m tests.bot.cards.charts.pictures
"""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import msgspec

from bot.cards.charts import (
    Theme,
    activity_picture,
    chain_picture,
    comparison_picture,
    hours_picture,
    web_picture,
)
from bot.checks.dossier import Band, Dossier, Evidence, Finding, Happened, Line, State
from bot.store.records import Counts, Post, PostKind
from tests.bot.cards.charts.drawn import a_dossier, with_bonds
from tests.bot.checks.worlds import NOW, a_post
from tests.sandbox.browser.drawings import small

FOLDER = Path(__file__).parents[4] / "docs" / "pictures"
SEED = 5


def main() -> None:
    """Draw all of them again; the same data give the same files."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)  # noqa: S311 - a picture, not a secret
    account = _with_outliers(_among_others(a_dossier(_posts(chance, 480))))
    others = [
        account,
        a_dossier(_posts(chance, 160), handle="ejemplo_dos"),
        a_dossier(_posts(chance, 40), handle="ejemplo_tres"),
        a_dossier([], handle="ejemplo_cuatro"),
    ]
    for theme in Theme:
        for name, picture in (
            ("activity", activity_picture(account, theme=theme)),
            ("hours", hours_picture(account, theme=theme)),
            ("chain", chain_picture(account, theme=theme)),
            ("comparison", comparison_picture(others, theme=theme)),
            ("network", web_picture(with_bonds(account), theme=theme)),
        ):
            assert picture is not None
            (FOLDER / f"{name}-{theme}.png").write_bytes(small(picture.png))


def _posts(chance: random.Random, n: int) -> list[Post]:
    """Posts of ten weeks, mostly in the forenoon; the replies of eleven days were not reported."""
    posts: list[Post] = []
    for k in range(1, n + 1):
        days = 6 + chance.random() * 70
        hour = min(23.9, max(0.0, chance.gauss(10, 3.5)))
        counts = Counts(
            likes=int(chance.lognormvariate(2.2, 1.3)),
            reposts=int(chance.lognormvariate(1, 1)),
            replies=None if 20 < days < 31 else chance.randrange(4),
        )
        kind = PostKind.ORIGINAL if chance.random() < 0.8 else PostKind.REPOST
        posts.append(a_post(k, hours_ago=24 * int(days) + 12 - hour, counts=counts, kind=kind))
    return posts


def _among_others(dossier: Dossier) -> Dossier:
    """Add what accounts of its size would earn, and what happened to it."""
    return msgspec.structs.replace(
        dossier,
        cohort=Band(accounts=187, low=6.5, median=21.0, high=58.0),
        happened=(
            Happened(on=(NOW - timedelta(days=61)).date(), words="it is first seen as `ejemplo_hoy_1`"),
            Happened(on=(NOW - timedelta(days=30)).date(), words="+1,204 followers"),
        ),
    )


def _with_outliers(dossier: Dossier) -> Dossier:
    finding = Finding(
        check="engagement_rate",
        line=Line.ENGAGEMENT,
        category=None,
        state=State.FOUND,
        summary="…",
        evidence=tuple(Evidence(text="`…`", at=NOW - timedelta(days=days)) for days in (12, 13, 44)),
    )
    return msgspec.structs.replace(dossier, findings=(finding,))


if __name__ == "__main__":
    main()
