"""What looks came to: compared on a reader's thread, written on the writer's together with what it tells."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec

from bot.checks.dossier import Dossier, to_json
from bot.checks.gather import AliasCache
from bot.checks.service import DEFAULT_DAYS, examine
from bot.store.checks import save_run
from bot.store.records import AccountId
from bot.store.watch_looks import Due, layer_marks, look_succeeded, pace_of, refs_of
from bot.store.watch_streams import settle_news
from bot.watch.changes import changes
from bot.watch.facts import Facts
from bot.watch.post_events import fresh_posts
from bot.watch.reading import Read, read_account, with_assessment
from bot.watch.schedule import PACE_DAYS, Pace, is_late
from bot.watch.seen import Seen, assessed
from bot.watch.seen import to_json as seen_json
from bot.watch.strongest import PostNews
from bot.watch.telling import Findings, tell_lists

log = logging.getLogger(__name__)

# How long until the next look.
Plan: TypeAlias = Callable[[Due, Pace, datetime], timedelta]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What one look came to, ready to be written."""

    read: Read
    found: Findings
    # Of servers whose own layer of the registry shows something else.
    own: Mapping[int, Findings]
    next_at: datetime
    late: bool
    dossier: Dossier | None

    @property
    def tells(self) -> bool:
        """Whether anything is told."""
        return bool(self.found) or any(self.own.values())


def compare_all(
    connection: sqlite3.Connection,
    batch: Sequence[Due],
    *,
    aliases: AliasCache,
    plan: Plan,
    check_every: timedelta | None,
    now: datetime,
) -> tuple[list[Compared], list[Due]]:
    """Compare accounts with their last looks; return apart those whose data cannot be read."""
    layers = layer_marks(connection, (guild for due in batch for guild in due.guilds))

    def read(due: Due) -> Read:
        return read_account(connection, due, aliases=aliases, layers=layers, now=now)

    compared: list[Compared] = []
    broken: list[Due] = []
    # A look may have found another name than the one under which the account was due.
    named = refs_of(connection, [due.account_id for due in batch])
    for due in (replace(each, ref=named.get(each.account_id, each.ref)) for each in batch):
        try:
            compared.append(
                _compare(
                    connection,
                    read(due),
                    due=due,
                    aliases=aliases,
                    plan=plan,
                    check_every=check_every,
                    now=now,
                )
            )
        except (ValueError, msgspec.MsgspecError):
            log.exception("account %d could not be compared", due.account_id)
            broken.append(due)
    return compared, broken


def _compare(
    connection: sqlite3.Connection,
    read: Read,
    *,
    due: Due,
    aliases: AliasCache,
    plan: Plan,
    check_every: timedelta | None,
    now: datetime,
) -> Compared:
    dossier: Dossier | None = None
    if check_every is not None and _wants_check(read, every=check_every, now=now):
        dossier, _ = examine(connection, due.ref, cache=aliases, now=now, days=DEFAULT_DAYS)
        read, changed = with_assessment(read, assessed(dossier, run_id=0), now=now)
        dossier = dossier if changed else None
    posts, last = pace_of(connection, due.account_id, since=now - timedelta(days=PACE_DAYS))
    wait = plan(due, Pace(posts=posts, last_post=last), now)
    return Compared(
        read=read,
        found=Findings() if read.facts is None else _findings(read.facts),
        own={guild: _findings(facts) for guild, facts in read.own.items()},
        next_at=now + wait,
        late=is_late(due.succeeded_at, now=now, wait=wait),
        dossier=dossier,
    )


def _findings(facts: Facts) -> Findings:
    return Findings(events=tuple(changes(facts)), news=PostNews(facts) if fresh_posts(facts) else None)


def _wants_check(read: Read, *, every: timedelta, now: datetime) -> bool:
    """Whether something came in that may change the assessment, and the last one is old enough."""
    facts = read.facts
    if facts is None:
        return False
    checked_at = facts.before.checked_at
    if checked_at is not None and now - checked_at < every:
        return False
    before, after = facts.before, facts.after
    return bool(fresh_posts(facts)) or (before.claims, before.label) != (after.claims, after.label)


def commit(connection: sqlite3.Connection, compared: Sequence[Compared], *, now: datetime) -> int:
    """Write what looks saw and what they tell, in one transaction; return how many alerts are new."""
    new = 0
    for each in compared:
        read = each.read
        seen = read.seen
        if each.dossier is not None:
            seen = _keep_check(connection, each.dossier, read.account_id, seen=seen, now=now)
        new += tell_lists(
            connection,
            read.account_id,
            found=each.found,
            own=each.own,
            now=now,
            late=each.late,
        )
        look_succeeded(connection, read.account_id, seen=seen_json(seen), at=now, next_at=each.next_at)
        settle_news(connection, read.account_id, now=now)
    return new


def _keep_check(
    connection: sqlite3.Connection, dossier: Dossier, account_id: AccountId, *, seen: Seen, now: datetime
) -> Seen:
    """Keep the check that found a change, so that people can open it; nobody asked for it."""
    run_id = save_run(
        connection, to_json(dossier), account_id=account_id, asked="", requested_by=None, ran_at=now
    )
    if seen.assessed is None:
        return seen
    return msgspec.structs.replace(
        seen,
        assessed=msgspec.structs.replace(seen.assessed, run_id=run_id),
        mark=(*seen.mark[:4], run_id, *seen.mark[5:]),
    )
