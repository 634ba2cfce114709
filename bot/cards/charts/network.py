"""The largest group of a sweep as a graph: who does the same as whom. Numbers stand for names."""

from __future__ import annotations

from bot.cards.charts.alt import joined
from bot.cards.charts.picture import SCALE, WIDTH, Picture, Theme
from bot.cards.markup import clean
from bot.network.labels import Dot, labels
from bot.network.results import Group, Level, Sweep
from bot.network.wording import counted, name_of

NAME = "masthead-sweep.png"
HEIGHT = 320
MARGIN = 24
TOP = 36
# Beside more of them names would lie upon each other.
NAMED = 12
_MAX_NAME = 18
_SIZE = 10
_IN_ALT = 10


def network_picture(
    sweep: Sweep, *, account: int | None = None, theme: Theme = Theme.DARK, scale: int = SCALE
) -> Picture | None:
    """Draw the group of `account`, or the largest; None where there is none with more than two accounts."""
    group = group_shown(sweep, account=account)
    if group is None or len(group.places) < 3:
        return None
    from bot.cards.charts.canvas import Canvas

    canvas = Canvas(HEIGHT, theme=theme, scale=scale)
    colours = canvas.colours
    at = {node: _point(x, y) for node, x, y in group.places}
    canvas.text((MARGIN, 18), f"Group {group.number}: {counted(len(group.accounts), 'account')}")
    findings = sweep.level is Level.FINDING
    drawn = [edge for edge in sweep.edges if edge.a in at and edge.b in at]
    most = max(edge.objects for edge in drawn)
    for edge in drawn:
        if not findings or edge.level is Level.FINDING:
            canvas.line([at[edge.a], at[edge.b]], colour=colours.faint, width=0.4 + edge.objects / most)
    nodes = {node.account: node for node in sweep.nodes}
    dots: list[Dot] = []
    # The one asked about is named in any case.
    ordered = sorted((each for each in group.accounts if each in at), key=lambda each: each != account)
    for place, node in enumerate(ordered):
        registered = bool(nodes[node].entities)
        asked = node == account
        colour = colours.engagement if asked else colours.band if registered else colours.posts
        radius = 7 if asked else 6 if place < NAMED else 4
        canvas.dot(at[node], radius=radius, colour=colour)
        name = clean(nodes[node].handle or nodes[node].platform_id or "", limit=_MAX_NAME)
        label = name if place < NAMED and canvas.can_write(name) else ""
        wide = canvas.width_of(label, size=_SIZE)
        dots.append(Dot(x=at[node][0], y=at[node][1], radius=radius, label=label, wide=wide))
    for label in labels(dots, high=_SIZE + 2, width=WIDTH, height=HEIGHT):
        canvas.text((label.x, label.y), label.text, anchor="lm", size=_SIZE)
    width, height = canvas.pixels
    return Picture(name=NAME, png=canvas.png(), alt=network_alt(sweep, group), width=width, height=height)


def group_shown(sweep: Sweep, *, account: int | None) -> Group | None:
    """Return the group of an account; without one, the largest."""
    groups = [group for group in sweep.groups if account is None or account in group.accounts]
    return groups[0] if groups else None


def network_alt(sweep: Sweep, group: Group) -> str:
    """Return what the picture shows, in words."""
    nodes = {node.account: node for node in sweep.nodes}
    names = ", ".join(name_of(nodes[account]) for account in group.accounts[:_IN_ALT])
    return joined(
        [
            f"Graph of {counted(len(group.accounts), 'account')}, {counted(group.edges, 'pair')} joined.",
            f"Those that share most: {names}.",
        ]
    )


def _point(x: float, y: float) -> tuple[float, float]:
    return MARGIN + x * (WIDTH - 2 * MARGIN), TOP + MARGIN / 2 + y * (HEIGHT - TOP - 1.5 * MARGIN)
