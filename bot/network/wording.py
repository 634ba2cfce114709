"""A sweep in sentences. Text between backticks was written by others, as in every sentence of Masthead."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from bot.checks.wording import quoted
from bot.network.recipe import DESCRIPTIONS, Method, Recipe
from bot.network.results import FINDING_OBJECTS, MIN_SHARED, Benign, Edge, Group, Level, Node, Sweep

READINGS: dict[Benign, str] = {
    Benign.SISTERS: "the registry has both under one house, whose editions share texts",
    Benign.SOURCE: "one of the two is a registered publisher and came first nearly always: the other may "
    "report or share its output",
    Benign.SUPPLIED: "a registered publisher outside the pair had most of it first: both may be its "
    "readers or customers",
}
GENERAL = (
    "Share buttons with a ready text, news feeds posted by software, regional editions of one publisher and "
    "supporters who answer a public call look the same."
)
LIMIT = (
    "An edge says that two accounts did the same within the window, and a finding that chance does not "
    "explain it. Neither says that anybody planned it, or who."
)

PICTURES = (
    "Pictures are compared by the names that their sources give them, and no picture is looked at: the hash "
    "of the uploaded file on Bluesky, the number of the upload on X, hashes that a file brought. A picture "
    "that was changed, or uploaded to X anew, has another name and is missed."
)

MEMBERS = 8
TEXT = 120


def name_of(node: Node) -> str:
    """Return an account as a sentence shows it."""
    who = quoted(node.handle or node.platform_id or str(node.account))
    return f"{who} ({node.platform})"


def duration(seconds: float) -> str:
    """Return a window in words: 60 s, 5 min, 1 h."""
    if seconds >= 3600 and seconds % 3600 == 0:
        return f"{seconds / 3600:g} h"
    if seconds > 60 and seconds % 60 == 0:
        return f"{seconds / 60:g} min"
    return f"{seconds:g} s"


def counted(n: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def asked(recipe: Recipe, *, window_s: float | None = None) -> str:
    """Return what a recipe looks for, as the end of a sentence."""
    window = recipe.window_s if window_s is None else window_s
    within = "within a window estimated from the data" if window is None else f"within {duration(window)}"
    parts = [f"{DESCRIPTIONS[recipe.method]}, {within}"]
    if recipe.method is Method.SIMILAR_TEXT:
        parts.append(f"Jaccard {recipe.similarity:g} or more")
    if recipe.method is Method.FAST_REPOST:
        parts.append(f"each at most {duration(recipe.fast_s)} after it")
    if recipe.method is Method.SAME_HASHTAGS:
        parts.append(f"at least {counted(recipe.min_tags, 'tag')}")
    parts.append(f"at least {counted(recipe.min_weight, 'distinct object')}")
    return ", ".join(parts)


def command(recipe: Recipe) -> str:
    """Return the command that sweeps by the recipe; what is as it is without being said is left out."""
    usual = Recipe(method=recipe.method)
    parts = ["masthead sweep", recipe.method.value]
    parts += [f"--window {'auto' if recipe.window_s is None else f'{recipe.window_s:g}s'}"]
    if recipe.method is Method.SIMILAR_TEXT:
        parts.append(f"--similarity {recipe.similarity:g}")
    if recipe.method is Method.FAST_REPOST:
        parts.append(f"--fast {recipe.fast_s:g}s")
    if recipe.method is Method.SAME_HASHTAGS:
        parts.append(f"--min-tags {recipe.min_tags}")
    parts.append(f"--min-weight {recipe.min_weight}")
    if recipe.short_texts and recipe.method is Method.IDENTICAL_TEXT:
        parts.append("--short-texts")
    if recipe.cap != usual.cap:
        parts.append(f"--cap {recipe.cap}")
    parts += [f"--since {recipe.since}"] if recipe.since else []
    parts += [f"--until {recipe.until}"] if recipe.until else []
    parts += [f"--platform {shlex.quote(each)}" for each in recipe.platforms]
    parts += [f"--language {shlex.quote(each)}" for each in recipe.languages]
    parts += [f"--list {shlex.quote(recipe.watchlist)}"] if recipe.watchlist else []
    return " ".join(parts)


def filters(recipe: Recipe) -> str:
    """Return the filters of a recipe, or that there are none."""
    parts: list[str] = []
    if recipe.since or recipe.until:
        parts.append(f"days {recipe.since or '…'} to {recipe.until or '…'}")
    if recipe.platforms:
        parts.append("platforms " + ", ".join(recipe.platforms))
    if recipe.languages:
        parts.append("languages " + ", ".join(recipe.languages))
    if recipe.watchlist:
        parts.append(f"accounts of the list {quoted(recipe.watchlist)}")
    return "; ".join(parts) or "none"


def summary(sweep: Sweep) -> Iterator[str]:
    """Yield the sentences that everybody should read, in order."""
    looked = sweep.looked
    yield (
        f"Looked at {counted(looked.posts, 'post')} of {counted(looked.accounts, 'account')}, "
        f"{looked.first_day} to {looked.last_day}, for {asked(sweep.recipe, window_s=sweep.window_s)}."
    )
    left = looked.held - looked.posts
    if left > 0:
        were = "1 more post of these days was" if left == 1 else f"{left:,} more posts of these days were"
        yield f"{were} not compared: outside the filters, or without what this method compares."
    findings = [edge for edge in sweep.edges if edge.level is Level.FINDING]
    if not sweep.edges:
        yield "No two accounts did."
    else:
        are = "is a finding" if len(findings) == 1 else "are findings"
        yield (
            f"{counted(len(sweep.edges), 'pair')} of accounts did, {counted(len(sweep.nodes), 'account')} in "
            f"all; {len(findings):,} of these pairs {are}: "
            f"{FINDING_OBJECTS} objects or more, both sides at work, more than chance explains, no innocent "
            "explanation found."
        )
    yield from _cautions(sweep)
    if sweep.purged:
        were = "1 account was" if sweep.purged == 1 else f"{sweep.purged:,} accounts were"
        yield f"{were} deleted since, and this result was cut accordingly."
    if sweep.change is not None:
        change = sweep.change
        yield (
            f"Against the sweep before ({change.before}): {change.new_edges:,} new pairs, "
            f"{change.gone_edges:,} gone, {counted(len(change.new_accounts), 'account')} for the first time."
        )


def _cautions(sweep: Sweep) -> Iterator[str]:
    if sweep.edges and not sweep.pool:
        yield "Too few accounts are held to say what is usual, so no pair is a finding."
    explained = sum(bool(edge.benign) for edge in sweep.edges)
    if explained:
        yield f"{counted(explained, 'pair')} of accounts have an innocent explanation."
    if sweep.cut.rows:
        yield (
            f"{counted(sweep.cut.crowds, 'object')} stood in more than {sweep.recipe.cap:,} posts of one "
            f"window; {counted(sweep.cut.rows, 'post')} were left out there, so counts are lower bounds."
        )
    if sweep.recipe.method is Method.SAME_IMAGE:
        yield PICTURES
    if sweep.window_from is not None:
        yield _estimated(sweep, sweep.window_from)


def _estimated(sweep: Sweep, shared: int) -> str:
    if shared < MIN_SHARED:
        return (
            f"Only {counted(shared, 'thing is', 'things are')} shared, and {MIN_SHARED} are needed to "
            f"estimate a window, so {duration(sweep.window_s)} was taken."
        )
    return (
        f"The window of {duration(sweep.window_s)} was estimated from the data: of {shared:,} things that "
        "several accounts share, the fastest tenth takes so long (median) to reach half of its shares."
    )


def group_title(group: Group, sweep: Sweep) -> str:
    """Return the first line about a group."""
    nodes = {node.account: node for node in sweep.nodes}
    first = [name_of(nodes[account]) for account in group.accounts[:MEMBERS]]
    more = len(group.accounts) - len(first)
    names = ", ".join(first) + (f" and {counted(more, 'further account')}" if more else "")
    return (
        f"Group {group.number}: {counted(len(group.accounts), 'account')}, {counted(group.edges, 'pair')} "
        f"of them ({group.density:.0%} of all possible), {counted(group.pairs, 'coincidence')}: {names}."
    )


def group_lines(group: Group, sweep: Sweep) -> Iterator[str]:
    """Yield what else is to say of a group."""
    nodes = {node.account: node for node in sweep.nodes}
    known = [nodes[account] for account in group.accounts if nodes[account].entities]
    for node in known[:MEMBERS]:
        names = ", ".join(quoted(name) for _key, name in node.entities)
        yield f"Registered: {name_of(node)} is said to belong to {names}."
    if group.communities:
        sizes = ", ".join(f"{len(each):,}" for each in group.communities[:MEMBERS])
        yield f"It falls into {counted(len(group.communities), 'part')} of {sizes} accounts."
    if group.timeline:
        busiest = max(group.timeline, key=lambda day: day[1])
        yield (
            f"From {group.timeline[0][0]} to {group.timeline[-1][0]} "
            f"on {counted(len(group.timeline), 'day')}; most on {busiest[0]} ({busiest[1]:,})."
        )
    for example in group.examples:
        yield (
            f"For example {example.at:%Y-%m-%d %H:%M:%S} UTC, {name_of(nodes[example.account])}: "
            f"{quoted(example.text, limit=TEXT)}; {counted(example.shared_by, 'account')} share it."
        )


def edge_line(edge: Edge, one: Node, other: Node) -> str:
    """Return one edge as a sentence."""
    first = "neither comes first more often"
    if edge.a_first != edge.b_first:
        leader, times = (one, edge.a_first) if edge.a_first > edge.b_first else (other, edge.b_first)
        first = f"{name_of(leader)} comes first in {times:,} of {edge.pairs:,}"
    chance = (
        ""
        if edge.expected is None or edge.q is None
        else f"; by chance {small(edge.expected)} expected, false-discovery rate {small(edge.q)}"
    )
    benign = "".join(f"; {READINGS[reason]}" for reason in edge.benign)
    return (
        f"{name_of(one)} and {name_of(other)}: {counted(edge.objects, 'object')}, "
        f"{counted(edge.pairs, 'pair')} of posts, symmetry {edge.symmetry:.2f}, "
        f"median lag {abs(edge.median_lag_s):g} s, {first}{chance}{benign}."
    )


def edge_lines(sweep: Sweep, edges: Sequence[Edge]) -> Iterator[str]:
    """Yield edges as sentences."""
    nodes = {node.account: node for node in sweep.nodes}
    return (edge_line(edge, nodes[edge.a], nodes[edge.b]) for edge in edges)


def small(value: float) -> str:
    """Return a chance as a reader can take it in."""
    return "under 0.001" if value < 0.001 else f"{value:.3g}"
