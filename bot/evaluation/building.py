"""Writing a world into an empty database, through the functions that imports and the registry use."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.accounts import AccountRef
from bot.errors import InputError
from bot.evaluation.scenario import (
    DEFAULT_SOURCE,
    ClockPart,
    EntityPart,
    PostsPart,
    Scenario,
    SourcePart,
    account_of,
)
from bot.evaluation.stories import Stories
from bot.registry.importers.recorder import Recorder, grade
from bot.store.claims import Basis, put_derivation
from bot.store.follows import Follow, FollowList, record_follows
from bot.store.looks import LabelLook, SiteLook, record_label, record_site
from bot.store.posts import record
from bot.store.records import Counts, Post, PostKind, Relation, Snapshot, Source
from bot.store.site_marks import SeenMark, SiteMarks, record_marks

# Scenarios count their days back from here, so that they never grow old.
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday

IMPORT = "import:scenario"


def build(connection: sqlite3.Connection, world: Scenario, *, stories: Stories) -> None:
    """Write a world. Run it inside one write transaction. Raises InputError for what cannot be written."""
    try:
        _registry(connection, world)
    except KeyError as error:
        raise InputError(f"{world.title}: {error} is named and nowhere defined.") from error
    runs = _Runs(world, stories=stories)
    record(connection, snapshots=list(_profiles(world)), posts=runs.posts())
    record_follows(connection, list(_follows(world)))
    for look in world.label:
        seen = datetime.combine(date.fromisoformat(look.on), datetime.min.time(), tzinfo=UTC)
        shown = LabelLook(looked_at=seen, label=look.label, source=IMPORT)
        record_label(connection, account_of(look.of or world.account), shown)
    for site in world.site:
        seen = NOW - timedelta(days=site.days_ago)
        page = f"https://{site.host}/"
        record_site(connection, SiteLook(host=site.host, url=page, looked_at=seen, links=site.links))
    for looked in _site_looks(world):
        record_marks(connection, looked)


def _site_looks(world: Scenario) -> Iterator[SiteMarks]:
    """Each host with all its marks; other sites are numbered, and share nothing."""
    seen: dict[tuple[str, float], list[SeenMark]] = {}
    for part in world.mark:
        for host in part.hosts:
            mark = SeenMark(mark=part.kind, value=part.value, url=f"https://{host}/")
            seen.setdefault((host, part.days_ago), []).append(mark)
    for part in world.looked:
        for host in (*part.hosts, *(f"other-{number}.example" for number in range(part.others))):
            seen.setdefault((host, part.days_ago), [])
    for (host, days_ago), marks in seen.items():
        looked_at = NOW - timedelta(days=days_ago)
        yield SiteMarks(host=host, looked_at=looked_at, source=IMPORT, marks=tuple(marks))


def _registry(connection: sqlite3.Connection, world: Scenario) -> None:
    recorder = Recorder(connection, now=NOW)
    for source in (SourcePart(key=DEFAULT_SOURCE), *world.source):
        recorder.source(_source(source))
    for source in world.source:
        if source.copies is not None:
            put_derivation(connection, source.key, derived_from=source.copies)
    for entity in world.entity:
        _entity(recorder, entity)
    for claim in world.claim:
        recorder.claim(
            recorder.entity_id(claim.subject),
            claim.relation,
            recorder.entity_id(claim.object),
            basis=Basis(
                source_id=recorder.source_id(claim.source), grade=grade(claim.grade), hedge=claim.hedge
            ),
        )


def _entity(recorder: Recorder, part: EntityPart) -> None:
    entity = recorder.entity(part.key, kind=part.kind, country=part.country)
    source = recorder.source_id(part.source)
    for number, name in enumerate((part.name, *part.names)):
        recorder.name(entity, name, source=source, kind="alias" if number else "main")
    if part.media_class is not None:
        recorder.typology(entity, part.media_class, edition=part.edition, source=source, locator=part.key)
    for key in (part.source, *part.also_in):
        basis = Basis(source_id=recorder.source_id(key), grade=grade("B2"), locator=part.key)
        for account in part.accounts:
            recorder.account(entity, account_of(account), basis=basis)
        for host in part.sites:
            recorder.site(entity, host, basis=basis, relation=Relation.HAS_SITE)


def _source(part: SourcePart) -> Source:
    return Source(
        key=part.key,
        title=f"List {part.key}",
        publisher="Example Institute",
        url=f"https://institute.example/{part.key}",
        published_on=part.published,
        retrieved_on=NOW.date().isoformat(),
        grade=grade(part.grade),
    )


def _profiles(world: Scenario) -> Iterator[Snapshot]:
    for part in world.profile:
        taken_at = NOW - timedelta(days=part.days_ago)
        created = None if part.created_days_ago is None else NOW - timedelta(days=part.created_days_ago)
        yield Snapshot(
            account=account_of(part.of or world.account),
            taken_at=taken_at,
            source=IMPORT,
            display_name=part.name,
            bio=part.bio,
            profile_link=part.link,
            location=part.location,
            followers=part.followers,
            created_at=created,
        )


def _follows(world: Scenario) -> Iterator[Follow]:
    for number, part in enumerate(world.followers):
        followed = account_of(part.of or world.account)
        readers = (_reader(followed, f"{number}_{each}") for each in range(part.readers))
        for follower in (*map(account_of, part.by), *readers):
            yield Follow(
                account=followed,
                follower=follower,
                listed_in=FollowList.FOLLOWERS,
                source=IMPORT,
                seen_at=NOW - timedelta(days=1),
            )


def _reader(beside: AccountRef, name: str) -> AccountRef:
    return AccountRef(platform=beside.platform, handle=f"r_{name}")


class _Runs:
    """The posts of a world. Numbers count through all runs, so ids are unique."""

    def __init__(self, world: Scenario, *, stories: Stories) -> None:
        self._world = world
        self._stories = stories
        self._numbers = itertools.count(1000)
        self._named: dict[str, list[Post]] = {}

    def posts(self) -> list[Post]:
        written = [post for part in self._world.posts for post in self._run(part)]
        return [*written, *self._shares()]

    def _run(self, part: PostsPart) -> list[Post]:
        author = account_of(part.by or self._world.account)
        posts = [
            self._post(part, author, at=at, text=self._text(part, number))
            for number, at in enumerate(itertools.islice(_times(part), part.count))
        ]
        if part.name is not None:
            self._named[part.name] = posts
        return posts

    def _text(self, part: PostsPart, number: int) -> str:
        if part.stories is not None:
            text = self._stories.story(part.stories, part.first + number)
        elif part.texts:
            text = part.texts[number % len(part.texts)]
        else:
            raise InputError(f"{self._world.title}: a run of posts needs `texts` or `stories`.")
        return f"{part.before}{text}{part.after}".replace("{n}", str(number))

    def _post(self, part: PostsPart, author: AccountRef, *, at: datetime, text: str) -> Post:
        post_id = str(next(self._numbers))
        counts = Counts(likes=part.likes, reposts=part.reposts, replies=part.replies, views=part.views)
        return Post(
            platform=author.platform,
            post_id=post_id,
            author=author,
            created_at=at,
            kind=part.kind,
            text=text,
            counts=counts,
            counts_at=NOW,
            mentions=part.mentions,
            links=part.links,
            media=part.media,
            url=f"https://{author.platform}.example/status/{post_id}",
        )

    def _shares(self) -> Iterator[Post]:
        for part in self._world.shares:
            if not self._named.get(part.of):
                raise InputError(f"{self._world.title}: no run of posts is named {part.of!r}.")
            shared = self._named[part.of][0]
            readers = (_reader(shared.author, f"{part.of}_{each}") for each in range(part.readers))
            for sharer in (*map(account_of, part.by), *readers):
                yield Post(
                    platform=shared.platform,
                    post_id=str(next(self._numbers)),
                    author=sharer,
                    created_at=shared.created_at + timedelta(minutes=30),
                    kind=PostKind.REPOST,
                    text=shared.text,
                    counts_at=NOW,
                    refers_to=shared.post_id,
                )


def _times(part: PostsPart) -> Iterator[datetime]:
    later = timedelta(minutes=part.later_minutes)
    newest = NOW - timedelta(hours=part.newest_hours_ago)
    if part.clock is not None:
        hours = _on_the_hour(part.clock, newest)
    else:
        hours = (newest - timedelta(hours=number * part.every_hours) for number in itertools.count())
    for number, moment in enumerate(hours):
        yield moment + later + (timedelta() if part.exact else _deviation(number))


def _deviation(number: int) -> timedelta:
    """Return up to half an hour by which somebody misses a plan, always the same for one number."""
    return timedelta(seconds=number * 7919 % 1800)


def _on_the_hour(clock: ClockPart, newest: datetime) -> Iterator[datetime]:
    zone = ZoneInfo(clock.zone)
    today = newest.astimezone(zone).date()
    for back in itertools.count(1):
        day = today - timedelta(days=back)
        if clock.workdays and day.isoweekday() > 5:
            continue
        for hour in range(clock.closes - 1, clock.opens - 1, -1):
            yield datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
