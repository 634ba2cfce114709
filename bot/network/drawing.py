"""Pictures of a report as SVG: the graph of a group, and its pairs of posts by day. Text is escaped here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from html import escape

from bot.network.labels import Dot, labels
from bot.network.results import Group, Level, Sweep
from bot.network.wording import counted
from bot.text.inert import inert

WIDTH, HEIGHT, MARGIN = 720, 420, 40
DAYS_HEIGHT = 110
# Beside more of them names would lie upon each other.
NAMED = 24
_MAX_NAME = 24
_MAX_DAYS = 400
# About how wide a letter is; nothing here can measure it.
_LETTER = 7

_FINDING, _NOTE = "#3b6ea8", "#9aa5b1"
_KNOWN, _OTHER = "#b4531f", "#3b6ea8"


def graph(sweep: Sweep, group: Group) -> str:
    """Return the accounts of a group that share most, as they hang together; empty for fewer than three."""
    if len(group.places) < 3:
        return ""
    at = {account: _point(x, y) for account, x, y in group.places}
    nodes = {node.account: node for node in sweep.nodes}
    most = max(edge.objects for edge in sweep.edges)
    parts: list[str] = []
    for edge in sweep.edges:
        if edge.a in at and edge.b in at:
            (x1, y1), (x2, y2) = at[edge.a], at[edge.b]
            finding = edge.level is Level.FINDING
            dashes = "" if finding else ' stroke-dasharray="3 3"'
            parts.append(
                f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{_FINDING if finding else _NOTE}" '
                f'stroke-width="{0.6 + 3 * edge.objects / most:.1f}" stroke-opacity="0.45"{dashes}/>'
            )
    dots: list[Dot] = []
    for place, account in enumerate(each for each in group.accounts if each in at):
        x, y = at[account]
        radius = 7 if place < NAMED else 4
        colour = _KNOWN if nodes[account].entities else _OTHER
        parts.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>')
        name = inert(nodes[account].handle or nodes[account].platform_id or str(account), limit=_MAX_NAME)
        label = name if place < NAMED else ""
        dots.append(Dot(x=x, y=y, radius=radius, label=label, wide=_LETTER * len(label)))
    parts += [
        f'<text x="{label.x:.0f}" y="{label.y + 4:.0f}" class="name">{escape(label.text)}</text>'
        for label in labels(dots, high=14, width=WIDTH, height=HEIGHT)
    ]
    said = (
        f"Graph of {counted(len(at), 'account')} of {len(group.accounts):,}. Thick lines share more; dashed "
        "ones are notes. Orange accounts are in the registry."
    )
    return _svg(parts, height=HEIGHT, said=said)


def days(group: Group) -> str:
    """Return the pairs of posts by day, with days of none between; empty where there is one day alone."""
    found = {date.fromisoformat(day): pairs for day, pairs in group.timeline}
    if len(found) < 2 or (max(found) - min(found)).days >= _MAX_DAYS:
        return ""
    first, last, most = min(found), max(found), max(found.values())
    number = (last - first).days + 1
    step = (WIDTH - 2 * MARGIN) / number
    floor = DAYS_HEIGHT - 22
    parts = [
        f'<rect x="{MARGIN + place * step:.1f}" y="{floor - 70 * pairs / most:.1f}" '
        f'width="{max(step - 1, 0.5):.1f}" height="{70 * pairs / most:.1f}" fill="{_FINDING}">'
        f"<title>{day}: {pairs:,}</title></rect>"
        for place, day in enumerate(_every_day(first, last))
        if (pairs := found.get(day, 0))
    ]
    end = WIDTH - MARGIN
    parts.append(f'<line x1="{MARGIN}" y1="{floor}" x2="{end}" y2="{floor}" stroke="{_NOTE}"/>')
    parts.append(f'<text x="{MARGIN}" y="{DAYS_HEIGHT - 6}" class="name">{first}</text>')
    parts.append(f'<text x="{end}" y="{DAYS_HEIGHT - 6}" text-anchor="end" class="name">{last}</text>')
    parts.append(f'<text x="{MARGIN - 6}" y="{floor - 62}" text-anchor="end" class="name">{most:,}</text>')
    return _svg(parts, height=DAYS_HEIGHT, said=f"Pairs of posts by day, {first} to {last}.")


def _svg(parts: list[str], *, height: int, said: str) -> str:
    inside = "\n".join(parts)
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(said)}"'
    return f"<figure><svg {box}>\n{inside}\n</svg><figcaption>{escape(said)}</figcaption></figure>"


def _point(x: float, y: float) -> tuple[int, int]:
    # More room at the sides, where names stand.
    return round(3 * MARGIN + x * (WIDTH - 6 * MARGIN)), round(MARGIN + y * (HEIGHT - 2 * MARGIN))


def _every_day(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
