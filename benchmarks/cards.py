"""The card's picture, beside the same chart drawn by matplotlib, from the same dossier in the same run.

    python -m benchmarks.cards

Both draw the posts of 90 days as bars and their engagement as dots into a PNG of the same size. Cold is a
fresh process: import and first picture. Bars: warm >= 3 times faster, cold >= 10 times, in CPU time.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from statistics import median

import msgspec

from benchmarks.measure import cpu_ms, rss_mib, spread, table, verdict
from bot.accounts import Platform
from bot.cards.charts import activity_picture
from bot.checks.dossier import AssessedLine, Assessment, Dossier, DossierAccount, Series

WARM_RUNS = 40
COLD_RUNS = 7
BAR_WARM = 3
BAR_COLD = 10
NOW = datetime(2026, 11, 21, tzinfo=UTC)
DAYS = 90
WIDTH, HEIGHT = 800, 488


def _dossier() -> Dossier:
    chance = random.Random(11)
    posts = tuple(chance.randrange(30) for _ in range(DAYS))
    series = Series(
        starts_on=(NOW - timedelta(days=DAYS - 1)).date(),
        posts=posts,
        engagement=tuple(chance.lognormvariate(3, 1) if n else None for n in posts),
        hours=tuple(tuple(chance.randrange(20) for _ in range(24)) for _ in range(7)),
        originals=sum(posts),
        counted=sum(posts),
        median=20.0,
    )
    line = AssessedLine(band=None, low=None, high=None, confidence=None, sentence="")
    return Dossier(
        account=DossierAccount(platform=Platform.X, handle="a", platform_id="1", url="https://x.com/a"),
        snapshot=None,
        assessment=Assessment(state_link=line, coordination=line, engagement=line, against=""),
        findings=(),
        sources=(),
        checked_at=NOW,
        days=DAYS,
        until=NOW,
        posts_held=sum(posts),
        series=series,
        registry_version="",
        timings_ms={},
    )


def _ours(dossier: Dossier) -> bytes:
    picture = activity_picture(dossier)
    assert picture is not None
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    return picture.png


def _matplotlib(dossier: Dossier) -> bytes:
    # The object interface without pyplot, which is the faster of its two.
    agg, figures = import_module("matplotlib.backends.backend_agg"), import_module("matplotlib.figure")
    series = dossier.series
    assert series is not None
    days = range(len(series.posts))
    figure = figures.Figure(figsize=(WIDTH / 200, HEIGHT / 200), dpi=200)
    upper, lower = figure.subplots(2, 1, sharex=True)
    upper.bar(days, series.posts, width=0.85, color="#56b4e9")
    upper.set_title("posts a day", fontsize=6, loc="left")
    known = [(day, value) for day, value in zip(days, series.engagement, strict=True) if value is not None]
    lower.plot([day for day, _ in known], [value for _, value in known], ".", color="#e69f00")
    lower.set_yscale("symlog")
    lower.axhline(series.median or 0, linestyle="--", linewidth=0.8)
    lower.set_title("likes + reposts + replies a post", fontsize=6, loc="left")
    out = io.BytesIO()
    agg.FigureCanvasAgg(figure).print_png(out)
    return out.getvalue()


DRAWERS = {"Pillow": _ours, "matplotlib": _matplotlib}


def _cold(name: str) -> dict[str, float]:
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-m", "benchmarks.cards", name], check=True, capture_output=True
            ).stdout
        )
        for _ in range(COLD_RUNS)
    ]
    return {key: median(run[key] for run in found) for key in ("ms", "mib")}


def _measure() -> None:
    if find_spec("matplotlib") is None:
        print("matplotlib is not installed; pip install --group bench brings it. Nothing is compared.")
        return
    dossier = _dossier()
    warm: dict[str, float] = {}
    rows: list[tuple[str, ...]] = []
    cold = {name: _cold(name) for name in DRAWERS}
    for name, draw in DRAWERS.items():
        size = len(draw(dossier))
        samples = spread([cpu_ms(lambda draw=draw: draw(dossier))[0] for _ in range(WARM_RUNS)])
        warm[name] = samples.p50
        rows.append(
            (
                name,
                f"{samples.p50:.1f} / {samples.p95:.1f}",
                f"{cold[name]['ms']:.0f}",
                f"{cold[name]['mib']:.0f}",
                f"{size / 1024:.0f}",
            )
        )
    warm_ratio = warm["matplotlib"] / warm["Pillow"]
    cold_ratio = cold["matplotlib"]["ms"] / cold["Pillow"]["ms"]
    rows.append(("times faster", f"{warm_ratio:.1f}", f"{cold_ratio:.1f}", "", ""))
    rows.append(
        (
            "bar",
            f">= {BAR_WARM}: {verdict(warm_ratio >= BAR_WARM)}",
            f">= {BAR_COLD}: {verdict(cold_ratio >= BAR_COLD)}",
            "",
            "",
        )
    )
    table(
        f"picture of the card, {WIDTH} x {HEIGHT}, {DAYS} days; {WARM_RUNS} warm and {COLD_RUNS} cold runs",
        ("drawn by", "warm CPU ms p50 / p95", "cold CPU ms", "added MiB", "KiB"),
        rows,
    )


def main() -> None:
    """Measure, or be one of the measured processes."""
    match sys.argv[1:]:
        case [name]:
            dossier = _dossier()
            before = rss_mib()
            spent, _png = cpu_ms(lambda: DRAWERS[name](dossier))
            print(msgspec.json.encode({"ms": spent, "mib": rss_mib() - before}).decode())
        case _:
            _measure()


if __name__ == "__main__":
    main()
