"""Every figure of every engagement finding, recomputed from the raw rows by plain code.

The rows go through the store and the whole check; the sentences here are made of nothing but the rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime, timedelta
from itertools import combinations, pairwise
from math import comb, log, sqrt
from zoneinfo import ZoneInfo

import pytest

from bot.cards.charts import activity_picture, web_picture
from bot.checks.dossier import Dossier, Finding, from_json, to_json
from bot.checks.gather import AliasCache
from bot.checks.service import examine
from bot.store.database import transaction
from tests.bot.checks.engagement.plain import (
    deviation,
    figure,
    middle,
    of,
    on,
    part,
    percent,
    robust,
    two_figures,
)
from tests.bot.checks.engagement.raw import ACCOUNT, NOW, Raw, Row, raw, stored, words
from tests.bot.checks.worlds import an_empty_store

DAY = timedelta(days=1)


@pytest.fixture(scope="module", params=[1, 2, 3])
def rows(request: pytest.FixtureRequest) -> Raw:
    return raw(request.param)


@pytest.fixture(scope="module")
def dossier(rows: Raw, tmp_path_factory: pytest.TempPathFactory) -> Dossier:
    with closing(an_empty_store(tmp_path_factory.mktemp("rows"))) as connection, transaction(connection):
        stored(connection, rows)
        found, _account_id = examine(connection, ACCOUNT, cache=AliasCache(), now=NOW, days=90)
    return found


def _said(dossier: Dossier, check: str) -> Finding:
    (finding,) = [finding for finding in dossier.findings if finding.check == check]
    return finding


def _originals(rows: Raw) -> list[Row]:
    return [row for row in rows.posts if row.kind == "original"]


def _totals(rows: Iterable[Row]) -> list[int]:
    return [row.total for row in rows if row.total is not None]


def _followers(rows: Raw) -> int:
    return rows.followers[-1][1]


def test_output(dossier: Dossier, rows: Raw) -> None:
    moments = sorted(row.at for row in rows.posts)
    days = (moments[-1] - moments[0]) / DAY
    hour = max(
        sum(timedelta(0) <= other - moment < timedelta(hours=1) for other in moments) for moment in moments
    )
    runs: list[list[datetime]] = [[moments[0]]]
    for moment in moments[1:]:
        if (moment - runs[-1][-1]).total_seconds() <= 60:
            runs[-1].append(moment)
        else:
            runs.append([moment])
    bursts = [run for run in runs if len(run) >= 5]
    assert _said(dossier, "output_against_audience").summary == (
        f"Output: {figure(len(moments) / days)} posts a day over {of(round(days), 'day')} "
        f"({of(len(moments), 'post')} on {len({moment.date() for moment in moments})} of "
        f"{(moments[-1].date() - moments[0].date()).days + 1} days, at most {hour} within an hour, "
        f"{of(len(bursts), 'burst')} with {of(sum(map(len, bursts)), 'post')}), with "
        f"{of(_followers(rows), 'follower')} on {on(rows.followers[-1][0])}."
    )


def test_engagement(dossier: Dossier, rows: Raw) -> None:
    originals = _originals(rows)
    totals = _totals(originals)
    spread = deviation(totals)
    far = [
        row for row in originals if spread and row.total is not None and abs(robust(row.total, totals)) > 3.5
    ]
    far.sort(key=lambda row: (-abs(robust(row.total or 0, totals)), str(row.number)))
    outliers = f"{len(far)} posts stand far from the rest" if spread else "too even to speak of outliers"
    broken = sum(row.broken for row in originals)
    hidden = len(originals) - len(totals) - broken
    fresh = sum(row.total is not None and row.counted_at - row.at < DAY for row in originals)
    finding = _said(dossier, "engagement_rate")
    assert finding.summary == (
        f"Engagement: a median of {figure(middle(totals))} likes, reposts and replies a post (median "
        f"deviation {figure(deviation(totals))}), which is {two_figures(middle(totals) / _followers(rows))} "
        f"of {of(_followers(rows), 'follower')} on {on(rows.followers[-1][0])}, from "
        f"{of(len(totals), 'original post')}; nothing at all on {part(totals.count(0), len(totals))}; "
        f"{outliers}. Left out: {of(hidden, 'post')} without every count and {of(broken, 'post')} with "
        f"counts that cannot be true. {of(fresh, 'post')} counted within a day of publication. The platform "
        "rounds some of these counts."
    )
    assert [evidence.url for evidence in finding.evidence] == [
        f"https://x.example/status/{row.number}" for row in far[:3]
    ]


def test_cohort(dossier: Dossier, rows: Raw) -> None:
    # All posts of the others were counted after nine days, and most of its own after a week or more.
    measured = [row for row in _originals(rows) if row.total is not None]
    old = [row.total or 0 for row in measured if row.counted_at - row.at >= 7 * DAY]
    assert len(old) > len(measured) / 3
    finding = _said(dossier, "reference_cohort")
    rates = [middle(totals) / followers for followers, totals in rows.peers]
    own = middle(old) / _followers(rows)
    zeros = [totals.count(0) / len(totals) for _followers, totals in rows.peers]
    assert finding.summary == (
        "Against 45 accounts on X with 100 to 999 followers, posts counted after a week or more: its "
        f"median of {two_figures(own)} of the followers a post is above that of "
        f"{part(sum(r < own for r in rates), 45)}; theirs is {two_figures(middle(rates))}, median deviation "
        f"{two_figures(deviation(rates))}, robust z {figure(robust(own, rates))}. Posts with nothing: "
        f"{old.count(0)} of its {of(len(old), 'post')}, {percent(middle(zeros))} at the median of the "
        "others. Followers or counts are rounded."
    )


@pytest.mark.parametrize(("kind", "video"), [("videos", True), ("posts", False)])
def test_reach(dossier: Dossier, rows: Raw, *, kind: str, video: bool) -> None:
    items = [row for row in _originals(rows) if row.video is video]
    broken = [row for row in items if row.broken]
    hidden = [row for row in items if row not in broken and row.views is None]
    rest = [row for row in items if row not in broken and row not in hidden]
    young = [row for row in rest if row.counted_at - row.at < 7 * DAY]
    views = [row.views or 0 for row in rest if row not in young]
    below, none = sum(each < 100 for each in views), views.count(0)
    found = [f for f in dossier.findings if f.check == "low_reach" and f" of its {kind} " in f.summary]
    low = float(part(below, len(views)).split("interval ")[1].split("–")[0])
    head, scale = "Reach", ""
    if low >= 65:
        head = "Low reach"
        scale = (
            " For scale: 83 % in 2022 and over 65 % in 2023 fewer than 100 and 42 % in 2022 and 30 % in "
            "2023 none, of the videos of DRAGONBRIDGE, another network, removed by Google."
            if video
            else " The mark of 65 % for posts is ours."
        )
    word = kind[:-1]
    out = [
        f"{of(len(each), word)} {why}"
        for each, why in (
            (hidden, "with hidden views"),
            (young, "younger than a week when counted"),
            (broken, "with counts that cannot be true"),
        )
        if each
    ]
    rounded = any(row.rounded for row in rest if row not in young)
    assert [finding.summary for finding in found] == [
        (
            f"{head}: {part(below, len(views))} of its {kind} have fewer than 100 views; "
            f"{part(none, len(views))} have none at all.{scale} Left out: "
            f"{'; '.join(out)}.{' Some of these counts are rounded.' if rounded else ''}"
        )
    ]


def test_growth(dossier: Dossier, rows: Raw) -> None:
    counts = sorted(rows.followers)
    changes = [
        (after[1] - before[1]) / max((after[0] - before[0]) / DAY, 1.0) for before, after in pairwise(counts)
    ]
    jumps = [
        (before, after)
        for (before, after), change in zip(pairwise(counts), changes, strict=True)
        if abs(after[1] - before[1]) >= max(50, before[1] / 10) and abs(robust(change, changes)) > 3.5
    ]
    ((before, after),) = jumps
    finding = _said(dossier, "growth")
    assert finding.summary == (
        f"Followers: {counts[0][1]:,} on {on(counts[0][0])}, {counts[-1][1]:,} on {on(counts[-1][0])} "
        f"(+{counts[-1][1] - counts[0][1]:,}, from the counts of 60 days); 1 jump and 0 drops against its "
        "own history."
    )
    rise = after[1] - before[1]
    pace = (after[1] - before[1]) / max((after[0] - before[0]) / DAY, 1.0)
    assert [evidence.text for evidence in finding.evidence] == [
        (
            f"+{rise:,} followers ({two_figures(rise / before[1])}) between {on(before[0])} and "
            f"{on(after[0])}, against a median of +{figure(middle(changes))} a day, "
            f"robust z {figure(robust(pace, changes))}"
        )
    ]


def test_spikes(dossier: Dossier, rows: Raw) -> None:
    each_day = Counter(row.at.date() for row in rows.posts)
    first, last = min(each_day), max(each_day)
    days = [first + DAY * n for n in range(1, (last - first).days + 1)]
    tested, spikes = 0, list[tuple[date, int, float, float]]()
    for number in range(28, len(days)):
        before = [each_day[day] for day in days[number - 28 : number]]
        posts = each_day[days[number]]
        tested += 1
        z = robust(posts, before) if deviation(before) else None
        assert z is not None, "the rows have no even month"
        if posts - middle(before) >= 5 and z > 3.5:
            spikes.append((days[number], posts, middle(before), z))
    spikes.sort(key=lambda spike: (-spike[1], spike[0]))
    day, posts, usual, z = spikes[0]
    finding = _said(dossier, "spikes")
    assert finding.summary == (
        f"Spikes: {len(spikes)} of {of(tested, 'day')} far above the 28 days before, the highest {on(day)} "
        f"with {of(posts, 'post')} against a median of {figure(usual)} (robust z {figure(z)})."
    )
    of_day = [row for row in rows.posts if row.at.date() == day]
    top = min(
        of_day,
        key=lambda row: (
            row.kind == "repost",
            0 if (row.likes or 0) < 0 else -sum(each or 0 for each in (row.likes, row.reposts, row.replies)),
            row.at,
        ),
    )
    assert finding.evidence[0].text == (
        f"{on(day)}: {of(posts, 'post')} against a median of {figure(usual)} (robust z {figure(z)}). Top "
        f"item: `{words(top.number)}`."
    )
    assert len(finding.evidence) == min(len(spikes), 5)


def test_amplifiers(dossier: Dossier, rows: Raw) -> None:
    made = Counter(shared.account for shared in rows.shared)
    n, accounts = len(rows.shared), len(made)
    most = sorted(made.values(), reverse=True)
    top = -(-accounts // 100)
    reported = sum(row.reposts or 0 for row in rows.posts if row.kind != "repost")
    again = [each for each in made.values() if each > 1]
    mean = n / accounts
    gini = sum(abs(a - b) for a in made.values() for b in made.values()) / accounts**2 / (2 * mean)
    coverage = f", of {reported:,} that its posts report" if reported >= n else ""
    finding = _said(dossier, "amplifiers")
    assert finding.summary == (
        f"Amplifiers: {of(n, 'repost')} by {of(accounts, 'account')} are held{coverage}; the top five made "
        f"{part(sum(most[:5]), n)}; the top 1 % ({of(top, 'account')}) {part(sum(most[:top]), n)}; Gini "
        f"{figure(round(gini, 2))}; {of(len(again), 'account')} reposted it more than once and made "
        f"{part(sum(again), n)}. For scale: about half, of the reposts of the diplomats of one state on "
        "Twitter, another network (2021)."
    )
    assert finding.evidence[0].text == f"`@lectora_200`: {made[200]} of its posts reposted"


def test_fast_reshares(dossier: Dossier, rows: Raw) -> None:
    published = {row.number: row.at for row in rows.posts}
    lags = [(shared.at - published[shared.post]).total_seconds() for shared in rows.shared]
    kept = [lag for lag in lags if lag >= 0]
    ten, minute = sum(lag <= 10 for lag in kept), sum(lag <= 60 for lag in kept)
    reported = sum(row.reposts or 0 for row in rows.posts if row.kind != "repost")
    coverage = f", of {reported:,} that its posts report" if reported >= len(lags) else ""
    assert _said(dossier, "fast_reshares").summary == (
        f"Fast reshares: {part(ten, len(kept))} within 10 seconds of publication, {part(minute, len(kept))} "
        f"within 60. Held: {of(len(kept), 'repost')}{coverage}. 1 repost older than the post left out: a "
        "clock went backwards."
    )


def test_co_amplifiers(dossier: Dossier, rows: Raw) -> None:
    made: dict[int, set[int]] = {}
    for shared in rows.shared:
        made.setdefault(shared.account, set()).add(shared.post)
    posts = set[int]().union(*made.values())
    weight = {
        post: 1 + log((1 + len(made)) / (1 + sum(post in each for each in made.values()))) for post in posts
    }
    active = {account: each for account, each in made.items() if len(each) >= 10}
    cosines: dict[tuple[int, int], float] = {}
    for one, other in combinations(sorted(active), 2):
        dot = sum(weight[post] ** 2 for post in active[one] & active[other])
        lengths = [sqrt(sum(weight[post] ** 2 for post in active[each])) for each in (one, other)]
        if dot:
            cosines[one, other] = dot / (lengths[0] * lengths[1])
    near = {pair: cosine for pair, cosine in cosines.items() if cosine >= 0.9}
    # Both have the same 15 or so posts: the chance of that among all posts reposted, times all pairs.
    ((one, other),) = near
    shared, n, m = len(active[one] & active[other]), len(active[one]), len(active[other])
    chance = sum(comb(m, k) * comb(len(posts) - m, n - k) for k in range(shared, min(n, m) + 1)) / comb(
        len(posts), n
    )
    assert chance * comb(len(active), 2) < 0.01
    top = int(len(cosines) * 0.005)
    finding = _said(dossier, "co_amplifiers")
    assert top == 0
    assert finding.summary == (
        f"Co-amplifiers: 1 pair of {of(len(active), 'account')} repost nearly the same of its posts (cosine "
        "0.9 or more, beyond chance)."
    )
    assert [evidence.text for evidence in finding.evidence] == [
        (
            f"`@lectora_200` and `@lectora_201`: {shared} posts in common of {n} and {m}, cosine "
            f"{figure(round(near[one, other], 2))}, symmetry {figure(round(min(n, m) / max(n, m), 2))}"
        )
    ]


def _clock(moments: list[datetime], zone: str) -> str:
    local = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    hours = [sum(moment.hour == hour for moment in local) for hour in range(24)]
    stretch = [sum(hours[(start + n) % 24] for n in range(6)) for start in range(24)]
    quiet, busy = stretch.index(min(stretch)), hours.index(max(hours))
    weekend = sum(moment.weekday() >= 5 for moment in local)
    return (
        f"quietest six hours from {quiet:02}:00 with {part(min(stretch), len(local))}, busiest hour "
        f"{busy:02}:00 with {of(max(hours), 'post')}, weekend {part(weekend, len(local))}"
    )


def test_rhythm(dossier: Dossier, rows: Raw) -> None:
    moments = sorted(row.at for row in rows.posts if row.kind != "repost")
    gaps = [(b - a).total_seconds() for a, b in pairwise(moments)]
    equal = max(sum(0 <= top - gap <= 2 for gap in gaps) for top in gaps if top > 2)
    there = [moment.astimezone(ZoneInfo("America/Santiago")) for moment in moments]
    office = sum(moment.weekday() < 5 and 9 <= moment.hour < 18 for moment in there)
    assert _said(dossier, "rhythm").summary == (
        f"Rhythm: {of(len(moments), 'post')}; median gap {figure(middle(gaps) / 3600)} hours, "
        f"{part(equal, len(gaps))} of the gaps equal within 2 seconds; UTC: {_clock(moments, 'UTC')}; Chile "
        f"(America/Santiago): {_clock(moments, 'America/Santiago')}, office hours "
        f"{part(office, len(moments))}. Context only."
    )


def test_counts(dossier: Dossier, rows: Raw) -> None:
    originals = _originals(rows)
    known = [row for row in originals if row.total is not None]
    negative = [row for row in originals if row.broken and (row.likes or 0) < 0]
    early = [row for row in originals if row.broken and row not in negative]
    hidden = sum(row.replies is None for row in originals)
    rounded = sum(row.rounded for row in originals)
    fresh = sum(row.counted_at - row.at < DAY for row in known)
    assert _said(dossier, "counts").summary == (
        f"Counts: likes, reposts and replies on {len(known)} of {len(originals)} original posts; followers "
        f"from import:example on {on(rows.followers[-1][0])}. Not used: {of(len(early), 'post')} counted "
        f"before publication and {of(len(negative), 'post')} with a negative count. Not reported: replies "
        f"on {hidden}. Rounded by the platform: the counts of {of(rounded, 'post')}. Counted within a day "
        f"of publication, so that more may have come: {of(fresh, 'post')}."
    )


def test_the_line_quotes_figures_of_the_findings_alone(dossier: Dossier) -> None:
    line = dossier.assessment.engagement.sentence
    quoted = [finding for finding in dossier.findings if finding.figure and f"{finding.figure}." in line]
    assert 2 <= len(quoted) <= 3
    for finding in quoted:
        assert finding.figure is not None
        numbers = re.findall(r"[−+]?\d[\d.,]*\d|\d", finding.figure)
        assert [each for each in numbers if each not in finding.summary] == []
    assert line == " ".join(f"{each}." for each in sorted((f.figure or "" for f in quoted), key=line.index))


def test_the_band_and_what_happened_are_kept_for_pictures(dossier: Dossier, rows: Raw) -> None:
    rates = [middle(totals) / followers for followers, totals in rows.peers]
    assert dossier.cohort is not None
    assert (dossier.cohort.accounts, dossier.cohort.median) == (
        45,
        pytest.approx(middle(rates) * _followers(rows)),
    )
    assert sum(rate * _followers(rows) < dossier.cohort.low for rate in rates) == 11
    assert sum(rate * _followers(rows) > dossier.cohort.high for rate in rates) == 11
    (happened,) = dossier.happened
    assert re.fullmatch(r"[+−]\d+ followers", happened.words)
    assert from_json(to_json(dossier)) == dossier


def test_posts_by_day_and_hour(dossier: Dossier, rows: Raw) -> None:
    series = dossier.series
    assert series is not None
    days = [date.fromordinal(series.starts_on.toordinal() + n) for n in range(len(series.posts))]
    assert (days[0], days[-1]) == (
        min(row.at.date() for row in rows.posts),
        max(row.at.date() for row in rows.posts),
    )
    assert dossier.posts_held == len(rows.posts)
    for day, posts, engagement in zip(days, series.posts, series.engagement, strict=True):
        assert posts == sum(row.at.date() == day for row in rows.posts)
        totals = _totals(row for row in _originals(rows) if row.at.date() == day)
        assert engagement == (middle(totals) if totals else None)
    for weekday in range(7):
        for hour in range(24):
            there = sum((row.at.weekday(), row.at.hour) == (weekday, hour) for row in rows.posts)
            assert series.hours[weekday][hour] == there


def test_the_picture_tells_the_same_figures(dossier: Dossier, rows: Raw) -> None:
    by_day = Counter(row.at.date() for row in rows.posts)
    first, last = min(by_day), max(by_day)
    held = (last - first).days + 1
    peak = max(by_day.values())
    busiest = min(day for day, n in by_day.items() if n == peak)
    totals = _totals(_originals(rows))
    medians = [
        middle(each)
        for day in by_day
        if (each := _totals(row for row in _originals(rows) if row.at.date() == day))
    ]
    # With 45 accounts the quartiles are accounts: the 12th, the 23rd and the 34th.
    would = sorted(middle(earned) / followers * _followers(rows) for followers, earned in rows.peers)
    picture = activity_picture(dossier)
    assert picture is not None
    assert picture.alt.startswith(
        f"@ejemplo_local_1 on X. {of(len(rows.posts), 'post')} between 24 Aug 2026 and {on(NOW.date())}: "
        f"{figure(len(rows.posts) / held)} a day over the {of(held, 'day')} from the oldest to the newest "
        f"post held, most on {on(busiest)} ({of(peak, 'post')}). Nothing is held of the days before "
        f"{on(first)} and after {on(last)}. Likes, reposts and replies together: median "
        f"{figure(middle(totals))} a post, on {len(totals)} of {of(len(_originals(rows)), 'original post')}; "
        f"the medians of {of(len(medians), 'day')} run from {figure(min(medians))} to "
        f"{figure(max(medians))}. "
        f"The middle half of 45 accounts of its size would earn {figure(would[11])} to {figure(would[33])} "
        f"with as many followers, their median {figure(would[22])}."
    )


def test_who_reposts_alike_is_handed_to_the_network(dossier: Dossier, rows: Raw) -> None:
    posts = [{each.post for each in rows.shared if each.account == account} for account in (200, 201)]
    (bond,) = _said(dossier, "co_amplifiers").bonds
    assert (bond.one, bond.other, bond.shared) == ("@lectora_200", "@lectora_201", len(posts[0] & posts[1]))
    picture = web_picture(dossier)
    assert picture is not None
    assert f"1 and 2 both repost {of(bond.shared, 'post')} of the account." in picture.alt
