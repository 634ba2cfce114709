"""One example of every kind of event, made by the rules themselves from invented facts.

docs/alerts.md prints them, `make pictures` draws them, and tests compare both with what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec

from bot.accounts import AccountRef, Platform
from bot.checks.copies import Copy
from bot.checks.dossier import Line
from bot.checks.likeness import Likeness
from bot.store.published import Published
from bot.store.records import (
    AccountClaim,
    AccountId,
    Entity,
    EntityId,
    Grade,
    Post,
    PostKind,
    Relation,
    Source,
)
from bot.store.watch_looks import SameWords
from bot.store.watch_records import (
    Alert,
    AlertId,
    Event,
    EventKind,
    Notice,
    Outgoing,
    OutgoingId,
    OutgoingKind,
    Severity,
    Subscription,
    SubscriptionId,
    Terms,
    WatchlistId,
)
from bot.watch.changes import changes, parked_words
from bot.watch.courier import Letter
from bot.watch.facts import Facts, HalfCredit, told
from bot.watch.kinds import severity_of
from bot.watch.post_events import keyword_events, post_events
from bot.watch.seen import Assessed, Seen, SeenFinding

AT = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
LIST = WatchlistId(1)
NUMBER = AccountId(7)
GACETA = AccountRef(platform=Platform.X, handle="gaceta")
BEFORE = Seen(at=AT - timedelta(hours=3), mark=(100,), handle="gaceta", state="present", label="")


def post(number: int, text: str, *, minutes_ago: float = 4) -> Post:
    """Return a post of the example's account."""
    return Post(
        platform=Platform.X,
        post_id=str(number),
        author=GACETA,
        created_at=AT - timedelta(minutes=minutes_ago),
        kind=PostKind.ORIGINAL,
        text=text,
        url=f"https://x.com/gaceta/status/{number}",
    )


NEWS = post(101, "Una noticia de hoy")
CREDIT = post(101, "Cumbre en la capital • mundo_china")
TEXT = "La delegación visitó hoy la nueva línea de tren y firmó un acuerdo de cooperación por diez años."


def example(kind: EventKind) -> Event:
    """Return the example of a kind."""
    return EXAMPLES[kind]


def alert_of(event: Event, *, number: int = 1, made_at: datetime = AT, list_name: str = "Papers") -> Alert:
    """Return what a list that tuned nothing makes of an event."""
    severity = severity_of(event, {})
    assert severity is not None
    return Alert(
        alert_id=AlertId(number),
        watchlist_id=LIST,
        list_name=list_name,
        account_id=NUMBER,
        kind=event.kind,
        severity=severity,
        made_at=made_at,
        happened_at=event.happened_at,
        told=event.told,
    )


def letter(
    *alerts: Alert,
    kind: OutgoingKind = OutgoingKind.ALERT,
    notice: Notice | None = None,
    terms: Terms | None = None,
    channel_id: int | None = 21,
    number: int = 1,
) -> Letter:
    """Return a message on its way to a channel, or to a member by direct message (None)."""
    subscription = Subscription(
        subscription_id=SubscriptionId(1),
        watchlist_id=LIST,
        user_id=11,
        channel_id=channel_id,
        made_in=21,
        terms=terms or Terms(),
        created_at=AT,
    )
    outgoing = Outgoing(
        outgoing_id=OutgoingId(number),
        subscription_id=subscription.subscription_id,
        place=subscription.place,
        kind=kind,
        nonce=f"{number:020x}",
        made_at=AT,
        wanted=1,
        sent=0,
        attempts=0,
        notice=notice,
    )
    return Letter(outgoing=outgoing, alerts=alerts, subscription=subscription)


def half(posts: int) -> Event:
    """Return the event of so many credits in one look."""
    texts = (CREDIT.text, "Nueva ruta de tren • mundo_china", "Feria del libro • mundo_china")
    found = [post(101 + n, texts[n % 3], minutes_ago=4 + n) for n in range(posts)]
    given = tuple(HalfCredit(post=each, entity="Mundo China", handle="mundo_china") for each in found)
    return _of(EventKind.HALF_ATTRIBUTION, post_events(_facts(posts=tuple(found), half=given)))


def critical() -> Event:
    """Return the gravest case there is: a link becomes very likely."""
    return _assessment("likely", 0.6, after=("very likely", 0.82))


def posts(number: int, *, first: int = 201) -> Event:
    """Return the event of several posts in one look."""
    texts = ("Una noticia de hoy", "Otra noticia", "La tercera del día")
    made = tuple(post(first + n, texts[n % 3], minutes_ago=5 + 20 * n) for n in range(number))
    return _of(EventKind.NEW_POST, post_events(_facts(posts=made, came_in=number)))


def _facts(
    after: Mapping[str, object] | None = None, *, before: Mapping[str, object] | None = None, **facts: object
) -> Facts:
    seen = msgspec.structs.replace(BEFORE, **(before or {}))
    now = msgspec.structs.replace(seen, at=AT, mark=(101,), **(after or {}))
    found = {"came_in": len(facts.get("posts", ()))} | facts  # pyright: ignore[reportArgumentType]  # a tuple
    return Facts(account_id=NUMBER, ref=GACETA, before=seen, after=now, **found)  # pyright: ignore[reportArgumentType]  # the fields of Facts


def _of(kind: EventKind, events: Iterable[Event]) -> Event:
    return next(event for event in events if event.kind is kind)


def _changed(kind: EventKind, *, before: Mapping[str, object], after: Mapping[str, object]) -> Event:
    return _of(kind, changes(_facts(after, before=before)))


def _assessment(band: str, low: float, *, after: tuple[str, float]) -> Event:
    finding = SeenFinding(
        check="half_attribution",
        towards="mundo_china",
        line=Line.STATE_LINK,
        summary="It credits `Mundo China` as `mundo_china` without a link in 14 of 200 posts.",
    )
    old = Assessed(run_id=1, days=90, band=band, low=low, found=(), blind=())
    new = Assessed(run_id=2, days=90, band=after[0], low=after[1], found=(finding,), blind=())
    return _changed(EventKind.ASSESSMENT_CHANGED, before={"assessed": old}, after={"assessed": new})


def _republication() -> Event:
    outlet = AccountRef(platform=Platform.X, handle="agencia")
    published = Published(
        account_id=AccountId(9),
        author=outlet,
        post_id="91",
        created_at=AT - timedelta(minutes=9),
        text=TEXT,
        url="https://x.com/agencia/status/91",
    )
    own = replace(NEWS, text=TEXT)
    copy = Copy(
        post=own,
        repeats=1,
        published=published,
        holders=("agencia",),
        likeness=Likeness(containment=1.0, jaccard=1.0),
    )
    return _of(EventKind.REPUBLICATION, post_events(_facts(posts=(own,), copies=(copy,))))


def _identical() -> Event:
    same = SameWords(
        post_id="101",
        other_post_id="55",
        at=NEWS.created_at + timedelta(seconds=40),
        url="https://x.com/diario/status/55",
        other=AccountRef(platform=Platform.X, handle="diario"),
        registered=False,
    )
    own = replace(NEWS, text=TEXT)
    return _of(EventKind.IDENTICAL_POST, post_events(_facts(posts=(own,), same=(same,))))


def _keyword() -> Event:
    found = (post(102, "La cumbre de hoy"), post(101, "Tras la cumbre", minutes_ago=30))
    return keyword_events(_facts(posts=found, keywords={LIST: ("cumbre",)}))[LIST]


def _claim() -> AccountClaim:
    source = Source(
        key="example",
        title="Example list",
        publisher="Example",
        url="https://registry.example/agencia",
        published_on="2026-11-01",
        retrieved_on="2026-11-20",
        grade=Grade(reliability="B", credibility="2"),
    )
    entity = Entity(entity_id=EntityId(3), key="agencia", kind="outlet", country=None, name="Agencia")
    return AccountClaim(
        account=GACETA,
        entity=entity,
        relation=Relation.HAS_ACCOUNT,
        source=source,
        grade=Grade(reliability="B", credibility="2"),
        by_id=False,
    )


def _claim_added() -> Event:
    facts = _facts({"claims": ("agencia|has_account",)}, claims={"agencia|has_account": _claim()})
    return _of(EventKind.CLAIM_ADDED, changes(facts))


def _parked() -> Event:
    what = parked_words(10, refused=False)
    reason = "No answer in time (`social.example`)."
    return Event(
        kind=EventKind.PARKED,
        key="parked",
        happened_at=AT,
        told=told(GACETA, EventKind.PARKED, what=what, after=reason),
    )


_LABEL = "state-affiliated media"

EXAMPLES: Mapping[EventKind, Event] = {
    EventKind.NEW_POST: _of(EventKind.NEW_POST, post_events(_facts(posts=(NEWS,)))),
    EventKind.HALF_ATTRIBUTION: half(1),
    EventKind.REPUBLICATION: _republication(),
    EventKind.IDENTICAL_POST: _identical(),
    EventKind.KEYWORD: _keyword(),
    EventKind.HANDLE_CHANGED: _changed(EventKind.HANDLE_CHANGED, before={}, after={"handle": "gaceta_hoy"}),
    EventKind.NAME_CHANGED: _changed(
        EventKind.NAME_CHANGED, before={"name": "Gaceta"}, after={"name": "Gaceta Hoy"}
    ),
    EventKind.BIO_CHANGED: _changed(
        EventKind.BIO_CHANGED,
        before={"bio": "Noticias del grupo Ejemplo"},
        after={"bio": "Noticias de hoy"},
    ),
    EventKind.LINK_CHANGED: _changed(
        EventKind.LINK_CHANGED, before={"link": "https://gaceta.example"}, after={"link": ""}
    ),
    EventKind.LABEL_GAINED: _changed(EventKind.LABEL_GAINED, before={"label": ""}, after={"label": _LABEL}),
    EventKind.LABEL_LOST: _changed(EventKind.LABEL_LOST, before={"label": _LABEL}, after={"label": ""}),
    EventKind.FOLLOWER_JUMP: _changed(
        EventKind.FOLLOWER_JUMP,
        before={"followers": 5_000, "followers_at": AT - timedelta(hours=3)},
        after={"followers": 5_600, "followers_at": AT},
    ),
    EventKind.GONE: _changed(EventKind.GONE, before={}, after={"state": "gone"}),
    EventKind.SUSPENDED: _changed(EventKind.SUSPENDED, before={}, after={"state": "suspended"}),
    EventKind.BACK: _changed(EventKind.BACK, before={"state": "gone"}, after={"state": "present"}),
    EventKind.CLAIM_ADDED: _claim_added(),
    EventKind.CLAIM_DISPUTED: _changed(
        EventKind.CLAIM_DISPUTED, before={"claims": ("Agencia|has_account",)}, after={"claims": ()}
    ),
    EventKind.ASSESSMENT_CHANGED: critical(),
    EventKind.PARKED: _parked(),
}

# The four severities as they come without a list's own rules.
BY_SEVERITY: Mapping[Severity, Event] = {
    Severity.LOW: EXAMPLES[EventKind.NEW_POST],
    Severity.MEDIUM: EXAMPLES[EventKind.REPUBLICATION],
    Severity.HIGH: half(3),
    Severity.CRITICAL: critical(),
}
