"""A sweep as a report that another team can repeat: Markdown, and the same as a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from bot.network import wording
from bot.network.recipe import DESCRIPTIONS
from bot.network.results import FINDING_OBJECTS, MAX_EXPECTED, MAX_Q, MIN_SYMMETRY, Sweep

EDGES = 50

_CODE = re.compile(r"`([^`]*)`")
# What Markdown would read as a sign; backticks are ours and stay.
_SIGNS = re.compile(r"([\\*_{}\[\]<>#|!~])")

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:0 .2em;overflow-wrap:anywhere}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}"
)


def markdown(sweep: Sweep) -> str:
    """Return the report as Markdown. What others wrote stands in code spans, where it can do nothing."""
    lines: list[str] = []
    for kind, text in _content(sweep):
        prefix = {"title": "# ", "heading": "## ", "item": "- ", "text": ""}[kind]
        if kind in {"title", "heading"} and lines:
            lines.append("")
        lines.append(prefix + _inert(text))
        if kind != "item":
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def html(sweep: Sweep) -> str:
    """Return the report as one page without scripts and without anything from elsewhere."""
    parts: list[str] = []
    listing = False
    for kind, text in _content(sweep):
        if (kind == "item") != listing:
            parts.append("<ul>" if kind == "item" else "</ul>")
            listing = kind == "item"
        tag = {"title": "h1", "heading": "h2", "item": "li", "text": "p"}[kind]
        parts.append(f"<{tag}>{_marked(text)}</{tag}>")
    if listing:
        parts.append("</ul>")
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Sweep</title><style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _content(sweep: Sweep) -> Iterator[tuple[str, str]]:
    """Yield (kind, sentence): kind is title, heading, text or item."""
    yield "title", f"Sweep: {DESCRIPTIONS[sweep.recipe.method]}"
    for sentence in wording.summary(sweep):
        yield "text", sentence
    yield "text", f"{wording.GENERAL} {wording.LIMIT}"
    for group in sweep.groups:
        yield "heading", f"Group {group.number}"
        yield "text", wording.group_title(group, sweep)
        for line in wording.group_lines(group, sweep):
            yield "item", line
    if sweep.edges:
        yield "heading", "The strongest pairs"
        for line in wording.edge_lines(sweep, sweep.edges[:EDGES]):
            yield "item", line
    yield "heading", "How to repeat it"
    yield from _parameters(sweep)


def _parameters(sweep: Sweep) -> Iterator[tuple[str, str]]:
    recipe = sweep.recipe
    yield "item", f"Command: `{wording.command(recipe)}`"
    yield "item", f"Method: {recipe.method.value}, {wording.asked(recipe, window_s=sweep.window_s)}."
    yield "item", f"Filters: {wording.filters(recipe)}."
    yield "item", f"Texts under 5 words or 20 characters: {'compared' if recipe.short_texts else 'left out'}."
    yield "item", f"Posts with one object in one window that are compared: {recipe.cap:,}."
    rule = (
        f"A finding has {FINDING_OBJECTS} objects or more, symmetry of {MIN_SYMMETRY:g} or more, at most "
        f"{MAX_EXPECTED:g} pairs expected by chance, a false-discovery rate under {MAX_Q:g} and no innocent "
        "explanation."
    )
    yield "item", rule
    yield "item", f"Pool for chance: {sweep.pool:,} accounts; posts held: {sweep.looked.held:,}."
    yield "item", f"Engine: {sweep.engine}; made {sweep.ran_at:%Y-%m-%d %H:%M:%S} UTC."


def _inert(text: str) -> str:
    """Escape what stands outside the code spans."""
    pieces = text.split("`")
    return "`".join(piece if at % 2 else _SIGNS.sub(r"\\\1", piece) for at, piece in enumerate(pieces))


def _marked(text: str) -> str:
    return _CODE.sub(lambda match: f"<code>{match[1]}</code>", escape(text))
