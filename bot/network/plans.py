"""The statements that DuckDB runs, kept ready: what Ibis makes of `bot.network.steps`.

Importing Ibis and compiling takes a second and a half, more than sweeping over a hundred thousand posts, and
the statements are always the same, but for the numbers in them. They stand in `plans.json`, are never
written by hand, and a test compares them with the expressions. `python -m bot.network.plans` writes them.
"""

from __future__ import annotations

import re
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.network.values import Values

if TYPE_CHECKING:
    from ibis.expr.types import Value

PLANS = Path(__file__).with_name("plans.json")
# Numbers that stand for values while statements are made. No other number in one looks like these.
_MARK = 770_000_000_000_001


_VALUE = re.compile(r"\$([a-z_]+)")


@cache
def plans() -> dict[str, str]:
    """Return the statement of every step; `$name` stands for a value."""
    return msgspec.json.decode(PLANS.read_bytes(), type=dict[str, str])


def statement(step: str, values: Values) -> str:
    """Return a step's statement with the values in it: numbers, so there is nothing to escape."""
    held: dict[str, int | float] = asdict(values)
    return _VALUE.sub(lambda found: repr(held[found[1]]), plans()[step])


def compiled() -> dict[str, str]:
    """Make every statement anew out of its expression."""
    import ibis

    from bot.network.steps import STEPS

    given: dict[str, Value] = {}
    marks: dict[str, str] = {}
    for number, field in enumerate(fields(Values)):
        whole = field.type == "int"
        mark = _MARK + number if whole else float(f"0.{_MARK + number}")
        given[field.name] = ibis.literal(mark, type="int64" if whole else "float64")
        marks[repr(mark)] = f"${field.name}"
    made: dict[str, str] = {}
    for name, step in STEPS.items():
        text = " ".join(str(ibis.to_sql(step(given), dialect="duckdb")).split())
        for mark, value in marks.items():
            text = text.replace(mark, value)
        made[name] = text
    return made


if __name__ == "__main__":
    PLANS.write_bytes(msgspec.json.format(msgspec.json.encode(compiled())) + b"\n")
