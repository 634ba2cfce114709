"""The numbers that a step of a sweep depends on: plain values, so that nothing is imported for them."""

from __future__ import annotations

from dataclasses import dataclass

# Before and after every post.
FIRST_MS = -(1 << 53)
LAST_MS = 1 << 53


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What is put into the steps of `bot.network.steps` under these names.

    Posts coincide within `window_ms`; neighbours are looked for in stretches of `stretch_ms`, which is the
    window and at least 1. `start_ms` (included) and `end_ms` (not) bound the days of the filters, or the
    slab at work. `day_ms` is the stretch within which chance shuffles times, `bin_ms` how finely the density
    of posts is measured. One text in `every` is read.
    """

    window_ms: int = 0
    stretch_ms: int = 1
    start_ms: int = FIRST_MS
    end_ms: int = LAST_MS
    cap: int = 2_000
    min_weight: int = 2
    min_tags: int = 2
    fast_ms: int = 10_000
    day_ms: int = 86_400_000
    bin_ms: int = 1
    every: int = 1
    similarity: float = 0.8
