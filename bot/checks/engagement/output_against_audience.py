"""E1: how much an account posts against how many people follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from bot.accounts import AccountRef, Platform
from bot.checks.check import Check, could_not_check, insufficient
from bot.checks.dossier import Category, Finding, Line, State
from bot.checks.engagement.readings import Flaw
from bot.checks.subject import Subject
from bot.checks.wording import Word, counted, number, phrase, say
from bot.store.records import Snapshot

# [P] Least data, the flag and the age below which no flag is raised: ours, to be calibrated.
MIN_POSTS = 30
MIN_DAYS = 14.0
FLAG_PER_DAY = 3.0
FLAG_BELOW_FOLLOWERS = 10
YOUNG = timedelta(days=30)
# [P] A burst: so many posts or more, each within so many seconds of the one before.
BURST_POSTS = 5
BURST_GAP_S = 60

# [S] Published marks, stated beside the figure and never a flag by themselves, highest first.
MARKS = (
    (144.0, Word("DFRLab calls “highly suspicious”")),
    (72.0, Word("DFRLab calls “suspicious”")),
    (50.0, Word("the Oxford Internet Institute uses for heavy posting")),
)

# Hosts that carry other networks' posts across: their output is the bridge's, not the account's choice.
BRIDGES = ("brid.gy", "bird.makeup", "momostr.pink", "mostr.pub")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """Posts a day over the days that the posts held cover.

    `days` runs from the oldest post to the newest, `calendar` counts the UTC days it touches and `active`
    those with a post. `per_day` is None exactly when `state` is INSUFFICIENT. FOUND is the flag, which
    needs a follower count. `busiest_hour` is the most posts within any 60 minutes; `burst_posts` are
    those within `bursts`.
    """

    state: State
    posts: int
    days: float
    per_day: float | None = None
    active: int = 0
    calendar: int = 0
    busiest_hour: int = 0
    bursts: int = 0
    burst_posts: int = 0


def output_against_audience(times: Sequence[datetime], *, followers: int | None) -> Output:
    """Measure posting rate, of every kind of post, against the audience.

    The flag needs 30 posts over 14 days, 3 posts a day and fewer than 10 followers [P]: the accounts that
    MIT Technology Review described in July 2023 posted several times a day to single-digit audiences.
    """
    if not times:
        return Output(state=State.INSUFFICIENT, posts=0, days=0.0)
    ordered = sorted(time.astimezone(UTC) for time in times)
    days = (ordered[-1] - ordered[0]) / timedelta(days=1)
    if len(times) < MIN_POSTS or days < MIN_DAYS:
        return Output(state=State.INSUFFICIENT, posts=len(times), days=days)
    per_day = len(times) / days
    if followers is None:
        state = State.COULD_NOT_CHECK
    else:
        flagged = per_day >= FLAG_PER_DAY and followers < FLAG_BELOW_FOLLOWERS
        state = State.FOUND if flagged else State.NOT_FOUND
    seconds = [time.timestamp() for time in ordered]
    bursts = burst_sizes(seconds)
    return Output(
        state=state,
        posts=len(times),
        days=days,
        per_day=per_day,
        active=len({time.toordinal() for time in ordered}),
        calendar=ordered[-1].toordinal() - ordered[0].toordinal() + 1,
        busiest_hour=most_within(seconds, 3_600.0),
        bursts=len(bursts),
        burst_posts=sum(bursts),
    )


def most_within(ordered: Sequence[float], window_s: float) -> int:
    """Return the most moments that lie less than `window_s` apart. Sliding, since bins cut a rush in two."""
    most = start = 0
    for end, moment in enumerate(ordered):
        while moment - ordered[start] >= window_s:
            start += 1
        most = max(most, end - start + 1)
    return most


def burst_sizes(ordered: Sequence[float]) -> list[int]:
    """Return how many posts each burst holds, oldest first."""
    sizes: list[int] = []
    size = 1
    for before, moment in pairwise(ordered):
        if moment - before <= BURST_GAP_S:
            size += 1
        else:
            sizes.append(size)
            size = 1
    sizes.append(size)
    return [each for each in sizes if each >= BURST_POSTS]


def run(subject: Subject) -> tuple[Finding, ...]:
    """Compare output with the newest follower count that is held."""
    if not subject.posts:
        return (could_not_check(CHECK, reason=say("reason.no posts")),)
    profile = subject.audience
    followers = profile.followers if profile else None
    measured = output_against_audience([post.created_at for post in subject.posts], followers=followers)
    if measured.per_day is None:
        return (_too_little(measured),)
    rate, mark = _rate(measured, measured.per_day), _mark(measured.per_day)
    if profile is None:
        why = no_followers(subject)
        text = say("output.no audience", rate=rate, reason=Word(why), mark=mark)
        return (_finding(State.COULD_NOT_CHECK, text, reason=why),)
    audience = _audience(profile)
    figure = phrase(
        "output.figure",
        rate=measured.per_day,
        days=counted(round(measured.days), "day"),
        posts=counted(measured.posts, "post"),
    )
    excuse = _excuse(subject) if measured.state is State.FOUND else None
    flagged = measured.state is State.FOUND and excuse is None
    head = Word("High output for a small audience" if flagged else "Output")
    short = say("output.in line", head=head, figure=figure, audience=audience)
    if excuse is not None:
        text = say("output.excused", rate=rate, audience=audience, excuse=excuse, mark=mark)
        return (_finding(State.NOT_FOUND, text, figure=short),)
    if flagged:
        text = say(
            "output.flagged",
            per_day=FLAG_PER_DAY,
            below=FLAG_BELOW_FOLLOWERS,
            rate=rate,
            audience=audience,
            mark=mark,
        )
    else:
        text = say("output.measured", rate=rate, audience=audience, mark=mark)
    return (_finding(measured.state, text, figure=short),)


def no_followers(subject: Subject) -> str:
    """Say why no follower count can be used."""
    match subject.audience_flaw:
        case Flaw.NEGATIVE:
            return say("reason.followers negative")
        case Flaw.IMPOSSIBLE:
            return say("reason.followers impossible")
        case Flaw.CONTRADICTED:
            return say("reason.followers contradicted")
        case _:
            return say("reason.followers missing")


def _finding(state: State, summary: str, *, reason: str | None = None, figure: str | None = None) -> Finding:
    return Finding(
        check=CHECK.name,
        line=CHECK.line,
        category=CHECK.category,
        state=state,
        summary=summary,
        figure=figure,
        reason=reason,
        benign=say("output.benign") if state is State.FOUND else None,
    )


def _too_little(measured: Output) -> Finding:
    if measured.posts < MIN_POSTS:
        reason = say("reason.few posts", n=measured.posts, needed=MIN_POSTS)
        return insufficient(CHECK, n=measured.posts, needed=MIN_POSTS, reason=reason)
    reason = say("reason.few days", n=measured.days, needed=round(MIN_DAYS))
    return insufficient(CHECK, n=int(measured.days), needed=round(MIN_DAYS), reason=reason)


def _rate(measured: Output, per_day: float) -> Word:
    bursts = Word("")
    if measured.bursts:
        bursts = phrase(
            "output.bursts",
            bursts=counted(measured.bursts, "burst"),
            posts=counted(measured.burst_posts, "post"),
        )
    return phrase(
        "output.rate",
        rate=per_day,
        days=counted(round(measured.days), "day"),
        posts=counted(measured.posts, "post"),
        active=measured.active,
        calendar=measured.calendar,
        hour=measured.busiest_hour,
        bursts=bursts,
    )


def _audience(profile: Snapshot) -> Word:
    followers = profile.followers or 0
    return phrase(
        "output.audience",
        about=Word("about " if profile.rounded else ""),
        followers=counted(followers, "follower"),
        on=profile.taken_at,
    )


def _mark(per_day: float) -> Word:
    for mark, who in MARKS:
        if per_day >= mark:
            return phrase("output.mark", mark=number(mark), who=who)
    return Word("")


def _excuse(subject: Subject) -> Word | None:
    """Name the kind of account that posts much to few for an ordinary reason."""
    created = subject.snapshot.created_at if subject.snapshot else None
    if created is not None and subject.now - created < YOUNG:
        age = (subject.now - created).days
        return phrase("output.young", age=counted(max(age, 0), "day"))
    if bridged(subject.ref):
        return phrase("output.bridged")
    return None


def bridged(account: AccountRef) -> bool:
    """Whether the handle stands on a host that mirrors accounts of another network."""
    if account.handle is None or account.platform not in {Platform.BLUESKY, Platform.FEDIVERSE}:
        return False
    host = account.handle.rpartition("@")[2]
    return any(host == bridge or host.endswith(f".{bridge}") for bridge in BRIDGES)


CHECK = Check(name="output_against_audience", line=Line.ENGAGEMENT, category=Category.BEHAVIOURAL, run=run)
