"""Dossiers with posts by the day, and what can be read back from a picture."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import msgspec
from PIL import Image

from bot.accounts import Platform
from bot.cards.charts import Picture
from bot.checks.dossier import Bond, BondKind, Category, Dossier, Finding, Line, Series, State
from bot.checks.series import series_of
from bot.store.records import Counts, Post
from tests.bot.cards.samples import LINKED
from tests.bot.checks.worlds import NOW, a_post, a_subject


def posts(n: int, *, every_hours: float = 6, counts: Counts | None = None) -> list[Post]:
    earned = counts or Counts(likes=10, reposts=2, replies=3)
    return [a_post(k, hours_ago=every_hours * k, counts=earned) for k in range(1, n + 1)]


def series(held: Iterable[Post]) -> Series | None:
    return series_of(a_subject(held))


def with_series(
    found: Series | None, *, days: int = 90, handle: str = "ejemplo_hoy_1", platform: Platform = Platform.X
) -> Dossier:
    account = msgspec.structs.replace(LINKED.account, handle=handle, platform=platform)
    held = sum(found.posts) if found else 0
    return msgspec.structs.replace(
        LINKED, account=account, series=found, posts_held=held, days=days, until=NOW
    )


def a_dossier(held: Iterable[Post], *, days: int = 90, handle: str = "ejemplo_hoy_1") -> Dossier:
    return with_series(series(held), days=days, handle=handle)


TEXTS = tuple(
    Bond(
        kind=BondKind.TEXTS,
        one=None,
        other=name,
        platform=Platform.X if name.startswith("@") else Platform.VK,
        shared=shared,
        window_s=window,
    )
    for name, shared, window in (("@ejemplo_dos", 14, 3_600), ("пример_три", 6, 60), ("@ejemplo_tres", 5, 60))
)
REPOSTS = tuple(
    Bond(
        kind=BondKind.REPOSTS, one=f"@lectora_{one}", other=f"@lectora_{other}", platform=Platform.X, shared=n
    )
    for one, other, n in ((1, 2, 31), (1, 3, 29), (2, 3, 28), (4, 5, 12))
)


def with_bonds(dossier: Dossier, bonds: Sequence[Bond] = (*TEXTS, *REPOSTS)) -> Dossier:
    """Let a finding of its own name the pairs."""
    finding = Finding(
        check="identical_posts",
        line=Line.COORDINATION,
        category=Category.BEHAVIOURAL,
        state=State.FOUND,
        summary="Identical posts: 14 texts in common with `@ejemplo_dos`.",
        benign="Sister outlets publish the same openly.",
        bonds=tuple(bonds),
    )
    return msgspec.structs.replace(dossier, findings=(*dossier.findings, finding))


def image(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(picture.png)).convert("RGB")


def pixels_of(picture: Picture, colour: tuple[int, int, int]) -> int:
    """Count the pixels of exactly this colour."""
    found = image(picture).getcolors(maxcolors=1 << 20) or []
    return sum(n for n, each in found if each == colour)
