"""A sweep as a report that another team can repeat: Markdown, and the same as a page with pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import msgspec

from bot.checks.wording import quoted
from bot.network import drawing, wording
from bot.network.recipe import DESCRIPTIONS
from bot.network.results import FINDING_OBJECTS, MAX_EXPECTED, MAX_Q, MIN_SYMMETRY, Edge, Group, Sweep

EDGES = 100
ACCOUNTS = 25

_CODE = re.compile(r"`([^`]*)`")
# What Markdown would read as a sign; backticks are ours and stay.
_SIGNS = re.compile(r"([\\*_{}\[\]<>#|!~])")

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#8882;padding:0 .2em;overflow-wrap:anywhere}"
    "pre{background:#8882;padding:.6em;overflow-x:auto}"
    "div{overflow-x:auto}table{border-collapse:collapse;font-size:.85em;margin:1em 0}"
    "td code{overflow-wrap:normal;white-space:nowrap}"
    "th,td{border-bottom:1px solid #8884;padding:.2em .6em;text-align:left;vertical-align:top}"
    "th{font-weight:600;white-space:nowrap}th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}"
    "figure{margin:1em 0}svg{width:100%;height:auto}svg text.name{font-size:12px;fill:currentColor}"
    "figcaption{font-size:.85em;opacity:.8}"
    "@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of a report: a title, heading, text, item, table, picture or code.

    Text and cells are sentences in our markup. `rows` have the header first; numbers stand right. A picture
    is SVG, which Markdown leaves out, and code is shown as it is.
    """

    kind: str
    text: str = ""
    rows: tuple[tuple[str | int, ...], ...] = ()


def markdown(sweep: Sweep) -> str:
    """Return the report as Markdown. What others wrote stands in code spans, where it can do nothing."""
    parts: list[str] = []
    items: list[str] = []
    for block in _content(sweep):
        if block.kind != "item" and items:
            parts.append("\n".join(items))
            items = []
        match block.kind:
            case "item":
                items.append(f"- {_inert(block.text)}")
            case "title":
                parts.append(f"# {_inert(block.text)}")
            case "heading":
                parts.append(f"## {_inert(block.text)}")
            case "table":
                parts.append(_markdown_table(block))
            case "code":
                parts.append(f"```\n{block.text}\n```")
            case "text":
                parts.append(_inert(block.text))
            case _:
                continue
    parts += ["\n".join(items)] if items else []
    return "\n\n".join(parts) + "\n"


def html(sweep: Sweep) -> str:
    """Return the report as one page without scripts and without anything from elsewhere."""
    parts: list[str] = []
    listing = False
    for block in _content(sweep):
        if (block.kind == "item") != listing:
            listing = not listing
            parts.append("<ul>" if listing else "</ul>")
        match block.kind:
            case "table":
                parts.append(_html_table(block))
            case "picture":
                parts.append(block.text)
            case "code":
                parts.append(f"<pre>{escape(block.text)}</pre>")
            case kind:
                tag = {"title": "h1", "heading": "h2", "item": "li"}.get(kind, "p")
                parts.append(f"<{tag}>{_marked(block.text)}</{tag}>")
    parts += ["</ul>"] if listing else []
    body = "\n".join(parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>Sweep</title><style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _content(sweep: Sweep) -> Iterator[Block]:
    yield Block(kind="title", text=f"Sweep: {DESCRIPTIONS[sweep.recipe.method]}")
    for sentence in wording.summary(sweep):
        yield Block(kind="text", text=sentence)
    yield Block(kind="text", text=f"{wording.GENERAL} {wording.LIMIT}")
    for group in sweep.groups:
        yield from _group(group, sweep)
    if sweep.edges:
        shown = min(EDGES, len(sweep.edges))
        yield Block(kind="heading", text="The strongest pairs")
        if shown < len(sweep.edges):
            yield Block(kind="text", text=f"{shown:,} of {len(sweep.edges):,}; `edges.csv` has all.")
        yield Block(kind="table", rows=(_EDGE, *(_edge(edge, sweep) for edge in sweep.edges[:EDGES])))
    yield Block(kind="heading", text="How to repeat it")
    yield from _parameters(sweep)


def _group(group: Group, sweep: Sweep) -> Iterator[Block]:
    yield Block(kind="heading", text=f"Group {group.number}")
    yield Block(kind="text", text=wording.group_title(group, sweep).removeprefix(f"Group {group.number}: "))
    for picture in (drawing.graph(sweep, group), drawing.days(group)):
        if picture:
            yield Block(kind="picture", text=picture)
    for line in wording.group_lines(group, sweep):
        yield Block(kind="item", text=line)
    if len(group.accounts) > 2:
        yield Block(kind="table", rows=(_ACCOUNT, *_accounts(group, sweep)))


_ACCOUNT = (
    "account",
    "registered as",
    "joined to",
    "things shared, over all its pairs",
    "its posts",
    "repeats",
)


def _accounts(group: Group, sweep: Sweep) -> Iterator[tuple[str | int, ...]]:
    """Yield those that share most, first."""
    nodes = {node.account: node for node in sweep.nodes}
    members = frozenset(group.accounts)
    inside = [edge for edge in sweep.edges if edge.a in members and edge.b in members]
    for account in group.accounts[:ACCOUNTS]:
        node = nodes[account]
        its = [edge for edge in inside if account in (edge.a, edge.b)]
        yield (
            wording.name_of(node),
            ", ".join(quoted(name) for _key, name in node.entities) or "–",
            len(its),
            sum(edge.objects for edge in its),
            node.posts,
            node.repeats,
        )


_EDGE = (
    "a",
    "b",
    "things",
    "pairs of posts",
    "posts of a",
    "posts of b",
    "symmetry",
    "median lag",
    "a first",
    "b first",
    "by chance",
    "false-discovery rate",
    "level",
)


def _edge(edge: Edge, sweep: Sweep) -> tuple[str | int, ...]:
    return (
        wording.name_of(sweep.node(edge.a)),
        wording.name_of(sweep.node(edge.b)),
        edge.objects,
        edge.pairs,
        edge.n_a,
        edge.n_b,
        f"{edge.symmetry:.2f}",
        f"{edge.median_lag_s:g} s",
        edge.a_first,
        edge.b_first,
        "–" if edge.expected is None else wording.small(edge.expected),
        "–" if edge.q is None else wording.small(edge.q),
        "; ".join([edge.level.value, *(wording.READINGS[reason] for reason in edge.benign)]),
    )


def _parameters(sweep: Sweep) -> Iterator[Block]:
    recipe = sweep.recipe
    yield Block(kind="text", text="With the same posts, the command and the recipe give the same pairs.")
    yield Block(kind="code", text=wording.command(recipe))
    raw = msgspec.json.format(msgspec.json.encode(recipe)).decode()
    yield Block(kind="code", text=f"masthead sweep run recipe.json\n\n{raw}")
    rule = (
        f"A finding has {FINDING_OBJECTS} objects or more, symmetry of {MIN_SYMMETRY:g} or more, at most "
        f"{MAX_EXPECTED:g} pairs expected by chance, a false-discovery rate under {MAX_Q:g} and no innocent "
        "explanation."
    )
    posts = (
        f"Posts held: {sweep.looked.held:,}, of which {sweep.looked.posts:,} of "
        f"{wording.counted(sweep.looked.accounts, 'account')} could take part; pool for chance: "
        f"{sweep.pool:,} accounts."
    )
    for line in (
        f"Method: {recipe.method.value}, {wording.asked(recipe, window_s=sweep.window_s)}.",
        f"Filters: {wording.filters(recipe)}.",
        f"Texts under 5 words or 20 characters: {'compared' if recipe.short_texts else 'left out'}.",
        f"Posts with one object in one window that are compared: {recipe.cap:,}.",
        rule,
        posts,
        f"Engine: {sweep.engine}; made {sweep.ran_at:%Y-%m-%d %H:%M:%S} UTC.",
    ):
        yield Block(kind="item", text=line)


def _markdown_table(block: Block) -> str:
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in block.rows]
    return "\n".join([lines[0], "|" + "-|" * len(block.rows[0]), *lines[1:]])


def _cell(cell: str | int) -> str:
    """A vertical bar ends a cell even within a code span."""
    return f"{cell:,}" if isinstance(cell, int) else _inert(cell).replace("\\|", "|").replace("|", "\\|")


def _html_table(block: Block) -> str:
    sides = [' class="n"' if isinstance(cell, int) else "" for cell in block.rows[1]]
    head = "".join(
        f"<th{side}>{_marked(str(cell))}</th>" for cell, side in zip(block.rows[0], sides, strict=True)
    )
    rows = "\n".join("<tr>" + "".join(_html_cell(cell) for cell in row) + "</tr>" for row in block.rows[1:])
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>"


def _html_cell(cell: str | int) -> str:
    return f'<td class="n">{cell:,}</td>' if isinstance(cell, int) else f"<td>{_marked(cell)}</td>"


def _inert(text: str) -> str:
    """Escape what stands outside the code spans."""
    pieces = text.split("`")
    return "`".join(piece if at % 2 else _SIGNS.sub(r"\\\1", piece) for at, piece in enumerate(pieces))


def _marked(text: str) -> str:
    return _CODE.sub(lambda match: f"<code>{match[1]}</code>", escape(text))
