"""What sweeps over all posts found of the account: coordination, which is no attribution.

A sweep tests every pair of accounts at once, so its findings are kept and read here, not made here.
"""

from __future__ import annotations

import msgspec

from bot.accounts import AccountRef, Platform
from bot.checks.check import Check
from bot.checks.claims import shown
from bot.checks.dossier import Category, Evidence, Finding, Line, State
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, phrase, say
from bot.store.sweeps import Membership, Neighbour

# Sweeps told of in one finding each; the strongest come first.
SHOWN = 3


class _Asked(msgspec.Struct):
    """What is read of a recipe."""

    method: str


def run(subject: Subject) -> tuple[Finding, ...]:
    """Report the newest sweep of each recipe that joined the account to others; nothing without a sweep."""
    if not subject.sweeps_held:
        return ()
    if not subject.sweeps:
        return (_none(subject.sweeps_held),)
    return tuple(_found(sweep) for sweep in subject.sweeps[:SHOWN])


def _found(sweep: Membership) -> Finding:
    method = msgspec.json.decode(sweep.recipe, type=_Asked).method
    findings = phrase("sweeps.findings", n=sweep.findings) if sweep.findings else Word("")
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.FOUND,
        summary=say(
            "sweeps.found",
            on=sweep.ran_at.date(),
            method=phrase(f"sweeps.{method}"),
            accounts=counted(sweep.edges, "other account"),
            findings=findings,
        ),
        n=sweep.edges,
        evidence=tuple(_evidence(each) for each in sweep.neighbours),
        benign=say("sweeps.benign"),
        disarm=("T0084.001",) if sweep.findings and method == "identical-text" else (),
    )


def _evidence(neighbour: Neighbour) -> Evidence:
    ref = AccountRef(
        platform=Platform(neighbour.platform), handle=neighbour.handle, platform_id=neighbour.platform_id
    )
    return Evidence(
        text=say(
            "sweeps.neighbour",
            account=shown(ref),
            objects=counted(neighbour.objects, "object"),
            finding=phrase("sweeps.is finding") if neighbour.finding else Word(""),
        )
    )


def _none(held: int) -> Finding:
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=State.NOT_FOUND,
        summary=say("sweeps.none", sweeps=counted(held, "sweep")),
        n=0,
    )


CHECK = Check(name="sweeps", line=Line.COORDINATION, category=Category.BEHAVIOURAL, run=run)
