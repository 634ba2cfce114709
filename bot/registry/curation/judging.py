"""Judging: an analyst's word on a link, a finding or a claim. It never changes a claim."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any, Final

from bot.accounts import AccountRef
from bot.errors import InputError, NotAllowedError
from bot.registry.curation.proposals import reasoned
from bot.registry.curation.roles import Member, Right, Role, require, role_of
from bot.store import audit
from bot.store.accounts import ensure_account, said_of
from bot.store.actors import Actor
from bot.store.held import ClaimRef, held_claim
from bot.store.judgements import (
    CLAIM,
    LINK,
    Judgement,
    Verdict,
    add_judgement,
    earlier_judgement,
    judgement,
    withdraw_judgement,
)
from bot.store.layers import BASE
from bot.store.records import AccountId
from bot.text.inert import quoted

# Words of ICD 203; only an analyst says "almost certain".
LIKELIHOODS: Final = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)

# The ten steps of a state's responsibility (Healey 2012), by their names in MISP's taxonomy
# `state-responsibility`, from none to all.
RESPONSIBILITIES: Final = (
    "state-prohibited",
    "state-prohibited-but-inadequate",
    "state-ignored",
    "state-encouraged",
    "state-shaped",
    "state-coordinated",
    "state-ordered",
    "state-rogue-conducted",
    "state-executed",
    "state-integrated",
)


def judge_account(
    connection: sqlite3.Connection,
    ref: AccountRef,
    *,
    about: str,
    towards: str | None,
    verdict: str,
    reason: str,
    member: Member,
    now: datetime,
    likelihood: str = "",
    responsibility: str = "",
) -> Judgement:
    """Judge the link of an account (`about` is LINK) or one of its findings (the name of its check).

    `likelihood` and `responsibility` speak of the link as a whole.
    """
    by = require(connection, member, Right.JUDGE)
    if about != LINK and (likelihood or responsibility):
        raise InputError("a likelihood or a state's responsibility is said of the link as a whole.")
    account_id = ensure_account(connection, ref)
    _replace_earlier(
        connection, member, by, now=now, account_id=account_id, about=about, towards=towards, claim=None
    )
    made = add_judgement(
        connection,
        layer=member.layer,
        verdict=_verdict(verdict),
        likelihood=_one_of(likelihood, LIKELIHOODS, "likelihood"),
        responsibility=_one_of(responsibility, RESPONSIBILITIES, "responsibility"),
        reason=reasoned(reason),
        by=by,
        at=now,
        account_id=account_id,
        said=said_of(ref),
        about=about,
        towards=towards,
        claim=None,
    )
    refs = {f"account:{ref.platform}:{ref.handle or ref.platform_id}"}
    _enter(connection, "judgement.made", made, before=None, by=by, at=now, about=refs)
    return made


def judge_claim(
    connection: sqlite3.Connection,
    claim: ClaimRef,
    *,
    verdict: str,
    reason: str,
    member: Member,
    now: datetime,
) -> Judgement:
    """Judge a claim. The claim stays as it is."""
    by = require(connection, member, Right.JUDGE)
    held = held_claim(connection, claim)
    if held is None or held.layer not in {BASE, member.layer}:
        raise InputError("that claim is not held.")
    _replace_earlier(connection, member, by, now=now, account_id=None, about=CLAIM, towards=None, claim=claim)
    made = add_judgement(
        connection,
        layer=member.layer,
        verdict=_verdict(verdict),
        likelihood=None,
        responsibility=None,
        reason=reasoned(reason),
        by=by,
        at=now,
        account_id=None,
        said=None,
        about=CLAIM,
        towards=None,
        claim=claim,
    )
    refs = {str(claim), f"entity:{held.entity}", held.object}
    _enter(connection, "judgement.made", made, before=None, by=by, at=now, about=refs)
    return made


def withdraw(
    connection: sqlite3.Connection, judgement_id: int, *, reason: str, member: Member, now: datetime
) -> Judgement:
    """Take a judgement back: one's own, or any as a curator."""
    by = require(connection, member, Right.JUDGE)
    before = judgement(connection, judgement_id)
    if before is None or (before.layer != member.layer and not member.operator):
        raise InputError(f"there is no judgement {judgement_id} here.")
    if before.withdrawn_at is not None:
        raise InputError(f"judgement {judgement_id} was withdrawn already.")
    mine = before.by.actor_id == by.actor_id
    if not mine and role_of(connection, member).rank < Role.CURATOR.rank:
        raise NotAllowedError("only whoever judged, or a curator, can take a judgement back.")
    after = withdraw_judgement(connection, judgement_id, by=by, why=reasoned(reason), at=now)
    _enter(connection, "judgement.withdrawn", after, before=before, by=by, at=now)
    return after


def take_back(
    connection: sqlite3.Connection,
    thing: AccountRef | ClaimRef,
    *,
    about: str,
    towards: str | None,
    reason: str,
    member: Member,
    now: datetime,
) -> Judgement:
    """Withdraw one's own standing word on an account's link or finding, or on a claim."""
    by = require(connection, member, Right.JUDGE)
    claim = thing if isinstance(thing, ClaimRef) else None
    account_id = ensure_account(connection, thing) if isinstance(thing, AccountRef) else None
    earlier = earlier_judgement(
        connection,
        layer=member.layer,
        account_id=account_id,
        about=about if claim is None else CLAIM,
        towards=towards,
        claim=claim,
        by=by,
    )
    if earlier is None:
        raise InputError("you have not judged that, so there is nothing to take back.")
    return withdraw(connection, earlier, reason=reason, member=member, now=now)


def _replace_earlier(
    connection: sqlite3.Connection,
    member: Member,
    by: Actor,
    *,
    now: datetime,
    account_id: AccountId | None,
    about: str,
    towards: str | None,
    claim: ClaimRef | None,
) -> None:
    """An analyst has one word on one thing: the earlier one is withdrawn, and stays in the history."""
    earlier = earlier_judgement(
        connection,
        layer=member.layer,
        account_id=account_id,
        about=about,
        towards=towards,
        claim=claim,
        by=by,
    )
    if earlier is not None:
        before = judgement(connection, earlier)
        after = withdraw_judgement(connection, earlier, by=by, why="a later judgement", at=now)
        _enter(connection, "judgement.withdrawn", after, before=before, by=by, at=now)


def view(found: Judgement) -> dict[str, Any]:
    """Return a judgement as the trail holds it."""
    return {
        "layer": found.layer,
        "about": found.about,
        "towards": found.towards,
        "claim": None if found.claim is None else str(found.claim),
        "verdict": found.verdict.value,
        "likelihood": found.likelihood,
        "responsibility": found.responsibility,
        "reason": found.reason,
        "said": found.said,
        "withdrawn": found.withdrawn_at is not None,
        "withdrawn_why": found.withdrawn_why,
    }


def _enter(
    connection: sqlite3.Connection,
    act: str,
    found: Judgement,
    *,
    before: Judgement | None,
    by: Actor,
    at: datetime,
    about: set[str] | None = None,
) -> None:
    audit.append(
        connection,
        act,
        f"judgement:{found.judgement_id}",
        at=at,
        layer=found.layer,
        actor_id=by.actor_id,
        before=None if before is None else view(before),
        after=view(found),
        about=about or (),
    )


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError:
        raise InputError(f"{quoted(text)} is no verdict. It is one of {', '.join(Verdict)}.") from None


def _one_of(text: str, accepted: tuple[str, ...], what: str) -> str | None:
    if not text:
        return None
    if text not in accepted:
        raise InputError(f"{quoted(text)} is no {what}. It is one of {', '.join(accepted)}.")
    return text
