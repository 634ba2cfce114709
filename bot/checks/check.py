"""What every check is: a name, the line it speaks on, and a function from a subject to findings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.subject import Subject
from bot.checks.wording import Word, say


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One method of docs/methods.md. A module holds its measure, its wording and one `CHECK`.

    `run` returns one finding, or several where what it found points to different bodies: two bodies
    are never merged into one finding. It looks at nothing but the subject and may raise; the runner
    turns that into "could not check".
    """

    name: str
    line: Line
    category: Category | None
    run: Callable[[Subject], Sequence[Finding]]


def could_not_check(check: Check, *, reason: str) -> Finding:
    """Say that the input is missing or not offered: never "nothing found", and it lowers no likelihood."""
    return _without_result(check, State.COULD_NOT_CHECK, reason=reason)


def not_applicable(check: Check, *, reason: str) -> Finding:
    """Say that the question makes no sense for this account."""
    return _without_result(check, State.NOT_APPLICABLE, reason=reason)


def insufficient(check: Check, *, n: int, needed: int, reason: str) -> Finding:
    """Say that the check ran on `n` items where its rule asks for `needed`. `reason` counts them."""
    return _without_result(check, State.INSUFFICIENT, reason=reason, n=n, of=needed)


def _without_result(
    check: Check,
    state: State,
    *,
    reason: str,
    n: int | None = None,
    of: int | None = None,
) -> Finding:
    return Finding(
        check=check.name,
        line=check.line,
        category=check.category,
        state=state,
        summary=say(f"state.{state}", reason=Word(reason)),
        reason=str(reason),
        n=n,
        of=of,
    )
