"""The marks of web sites, and on how many sites each of them is known: its document frequency.

Sites are counted by what somebody registered, so that the many hosts of one owner count once.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from bot.accounts.hosts import registrable_domain
from bot.store.times import from_ms, to_ms
from bot.text.indicators import Mark

_DOMAIN = "INSERT INTO domain (host) VALUES (?) ON CONFLICT (host) DO NOTHING"
_DOMAIN_ID = "SELECT domain_id FROM domain WHERE host = ?"

_PUT_LOOK = """
INSERT INTO domain_look (domain_id, registered, looked_ms, answered, source, missed)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (domain_id) DO UPDATE
   SET looked_ms = excluded.looked_ms, answered = excluded.answered, source = excluded.source,
       missed = excluded.missed
 WHERE excluded.looked_ms >= domain_look.looked_ms
"""

_PUT_MARK = """
INSERT INTO domain_indicator (domain_id, kind, value, registered, url, first_seen_ms, last_seen_ms)
VALUES (:domain, :kind, :value, :registered, :url, :seen, :seen)
ON CONFLICT (domain_id, kind, value) DO UPDATE
   SET first_seen_ms = min(first_seen_ms, excluded.first_seen_ms),
       url = iif(excluded.last_seen_ms >= last_seen_ms, excluded.url, url),
       last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)
"""

_LOOKS = """
SELECT domain.host, look.registered, look.looked_ms, look.answered, look.source, look.missed
  FROM domain_look AS look JOIN domain USING (domain_id)
 WHERE domain.host IN (SELECT value FROM json_each(?))
 ORDER BY look.looked_ms DESC, domain.host
"""

# A mark that the last look no longer saw stays: it is dated, and sites take such marks off.
_MARKS = """
SELECT domain.host, mark.kind, mark.value, mark.url, mark.first_seen_ms, mark.last_seen_ms,
       (SELECT count(DISTINCT registered) FROM domain_indicator AS other
         WHERE other.kind = mark.kind AND other.value = mark.value)
  FROM domain_indicator AS mark JOIN domain USING (domain_id)
 WHERE domain.host IN (SELECT value FROM json_each(?))
 ORDER BY domain.host, mark.kind, mark.value
"""

_SHARING = """
SELECT domain.host, mark.registered, mark.url, mark.last_seen_ms
  FROM domain_indicator AS mark JOIN domain USING (domain_id)
 WHERE mark.kind = ? AND mark.value = ?
 ORDER BY mark.registered, domain.host
 LIMIT ?
"""

_PUT_ANSWERED = "INSERT INTO looked_domain (registered) VALUES (?) ON CONFLICT DO NOTHING"

_SITES = "SELECT count(*) FROM looked_domain"

_SINCE = "SELECT count(*) FROM domain_look WHERE source = ? AND looked_ms >= ?"

# What a look of ours is called in `source`.
LOOK = "look"

_sentences = msgspec.json.Decoder(tuple[str, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenMark:
    """One mark, and the page on which it stood."""

    mark: Mark
    value: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteMarks:
    """One look at a site: what it carries and what could not be read. `host` is canonical, without "www.".

    `answered` is false where nothing of it could be read at all.
    """

    host: str
    looked_at: datetime
    source: str
    marks: tuple[SeenMark, ...] = ()
    missed: tuple[str, ...] = ()
    answered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLook:
    """When a site was looked at last, and what of it could not be read then."""

    host: str
    registered: str
    looked_at: datetime
    answered: bool
    source: str
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMark:
    """A mark of a site. `sites` counts the registered domains on which it is known, this one included."""

    host: str
    mark: Mark
    value: str
    url: str
    first_seen: datetime
    last_seen: datetime
    sites: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """A site that carries a mark."""

    host: str
    registered: str
    url: str
    last_seen: datetime


def registered_name(host: str) -> str:
    """Return what somebody registered; the host itself where that cannot be told."""
    return registrable_domain(host) or host


def record_marks(connection: sqlite3.Connection, looked: SiteMarks) -> int:
    """Keep a look at a site. Return how many marks were not known of it before."""
    connection.execute(_DOMAIN, (looked.host,))
    (domain_id,) = connection.execute(_DOMAIN_ID, (looked.host,)).fetchone()
    registered = registered_name(looked.host)
    seen = to_ms(looked.looked_at)
    missed = msgspec.json.encode(looked.missed).decode()
    connection.execute(_PUT_LOOK, (domain_id, registered, seen, looked.answered, looked.source, missed))
    if looked.answered:
        connection.execute(_PUT_ANSWERED, (registered,))
    before = _count(connection, domain_id)
    connection.executemany(
        _PUT_MARK,
        [
            {
                "domain": domain_id,
                "kind": each.mark,
                "value": each.value,
                "registered": registered,
                "url": each.url,
                "seen": seen,
            }
            for each in looked.marks
        ],
    )
    return _count(connection, domain_id) - before


def _count(connection: sqlite3.Connection, domain_id: int) -> int:
    sql = "SELECT count(*) FROM domain_indicator WHERE domain_id = ?"
    return int(connection.execute(sql, (domain_id,)).fetchone()[0])


def looks_held(connection: sqlite3.Connection, hosts: Iterable[str]) -> tuple[HeldLook, ...]:
    """Return the last look at each of these hosts that was looked at, newest first."""
    return tuple(
        HeldLook(
            host=host,
            registered=registered,
            looked_at=from_ms(looked_ms),
            answered=bool(answered),
            source=source,
            missed=_sentences.decode(missed),
        )
        for host, registered, looked_ms, answered, source, missed in connection.execute(
            _LOOKS, (json.dumps(list(hosts)),)
        )
    )


def marks_held(connection: sqlite3.Connection, hosts: Iterable[str]) -> tuple[HeldMark, ...]:
    """Return the marks of these hosts with their document frequencies."""
    rows = connection.execute(_MARKS, (json.dumps(list(hosts)),))
    return tuple(
        HeldMark(
            host=host,
            mark=Mark(kind),
            value=value,
            url=url,
            first_seen=from_ms(first),
            last_seen=from_ms(last),
            sites=sites,
        )
        for host, kind, value, url, first, last, sites in rows
    )


def sharing(
    connection: sqlite3.Connection, mark: Mark, *, value: str, limit: int = 200
) -> tuple[Sharing, ...]:
    """Return the sites that carry a mark, in the order of their names."""
    return tuple(
        Sharing(host=host, registered=registered, url=url, last_seen=from_ms(last))
        for host, registered, url, last in connection.execute(_SHARING, (mark, value, limit))
    )


def sites_held(connection: sqlite3.Connection) -> int:
    """Return how many registered domains answered when somebody looked: the size of the sample."""
    return int(connection.execute(_SITES).fetchone()[0])


def looks_since(connection: sqlite3.Connection, since: datetime) -> int:
    """Return how many sites were looked at since then: what a day's budget is spent on."""
    return int(connection.execute(_SINCE, (LOOK, to_ms(since))).fetchone()[0])
