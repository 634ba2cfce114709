"""Discord's markdown, as the page reads it. The tree is written as `kind(inside)`."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.sandbox.browser.desk import Desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

TREE = """async text => {
  const { parse } = await import('/js/markdown.js');
  const show = nodes => nodes.map(node => {
    if (node.kind === 'plain') return node.text;
    const items = node.items?.map(item => '[' + show(item) + ']').join('');
    const nodes = node.inline ?? node.blocks;
    const inside = nodes ? show(nodes) : items ?? node.text ?? node.id ?? node.at;
    const more = node.level ?? node.url ?? node.language ?? node.style ?? (node.ordered ? node.start : '');
    return node.kind === 'text' ? inside : `${node.kind}${more}(${inside})`;
  }).join('');
  return show(parse(text));
}"""

CASES = [
    ("plain", "plain"),
    ("**a** *b* _c_ ***d***", "strong(a) em(b) em(c) strong(em(d))"),
    ("__a__ ~~b~~ ||c||", "underline(a) strike(b) spoiler(c)"),
    ("*a **b** c* **d *e***", "em(a strong(b) c) strong(d em(e))"),
    ("5 * 3 * 2 and snake_case_name", "5 * 3 * 2 and snake_case_name"),
    (r"\*not\* \_this\_ C:\dir", r"*not* _this_ C:\dir"),
    ("`**a**` ``b`c``", "code(**a**) code(b`c)"),
    ("`open **a", "`open **a"),
    ("# One\n## Two\n### Three\n#### four", "heading1(One)heading2(Two)heading3(Three)#### four"),
    ("#hashtag", "#hashtag"),
    ("-# small\nbig", "subtext(small)big"),
    ("a\n> b\n> c\nd", "aquote(b\nc)d"),
    (">>> all\nthe rest", "quote(all\nthe rest)"),
    ("- a\n- b\n  - c\n- d", "list([a][blist([c])][d])"),
    ("3. a\n4. b", "list3([a][b])"),
    ("```py\nx = 1\n```", "codepy(x = 1)"),
    ("say ```x``` now", "say code(x) now"),
    ("```never closed", "```never closed"),
    ("[open](https://a.example/x_(y)) on", "linkhttps://a.example/x_(y)(open) on"),
    ("[bad](javascript:alert(1))", "[bad](javascript:alert(1))"),
    # A label that looks like another address is left as it is; the addresses in it are still links.
    (
        "[https://a.example](https://b.example)",
        "[linkhttps://a.example(https://a.example)](linkhttps://b.example(https://b.example))",
    ),
    ("see https://a.example/p_q_r.", "see linkhttps://a.example/p_q_r(https://a.example/p_q_r)."),
    ("(https://a.example/b)", "(linkhttps://a.example/b(https://a.example/b))"),
    ("<https://a.example>", "linkhttps://a.example(https://a.example)"),
    ("<@12> <@!13> <@&14> <#15>", "user(12) user(13) role(14) channel(15)"),
    ("</watchlist add:99>", "command(99)"),
    ("<t:1685491200:R> <t:1685491200>", "timeR(1685491200) timef(1685491200)"),
    ("@everyone @here @heretic", "everyone(@everyone) everyone(@here) @heretic"),
    ("`<@12>`", "code(<@12>)"),
    ("<b>&amp;</b>", "<b>&amp;</b>"),
]


async def test_marks_are_read_as_discord_reads_them(desk: Desk) -> None:
    page = (await desk.window()).page
    read = [(text, await page.evaluate(TREE, text)) for text, _tree in CASES]
    assert read == CASES


HOSTILE = """async texts => {
  const { markdown } = await import('/js/markdown_nodes.js');
  const names = { user: () => null, role: () => null, channel: () => null };
  const allowed = new Set(['DIV', 'SPAN', 'A', 'STRONG', 'EM', 'U', 'S', 'CODE', 'PRE', 'H3', 'UL', 'OL',
    'LI', 'BLOCKQUOTE', 'TIME', 'BUTTON', 'svg', 'path']);
  const seen = [];
  const before = performance.now();
  for (const text of texts) {
    const node = markdown(text, names);
    for (const inner of node.querySelectorAll('*')) {
      if (!allowed.has(inner.tagName)) seen.push(inner.tagName);
      const address = inner.getAttribute('href');
      if (address !== null && !/^https?:/.test(address)) seen.push(address);
      for (const { name } of inner.attributes) if (name.startsWith('on')) seen.push(name);
    }
  }
  return { seen, ms: performance.now() - before };
}"""

SIGNS = [
    *(
        "**",
        "*",
        "_",
        "__",
        "~~",
        "||",
        "`",
        "```",
        "> ",
        ">>> ",
        "- ",
        "1. ",
        "# ",
        "-# ",
        "\n",
        "[",
        "](",
        ")",
    ),
    *("<@1>", "<t:1:R>", "<", ">", "https://", "javascript:", "<img src=x onerror=x>", "\\", "@everyone"),
    *("\u202e", "\u200d", "𝓐", "请", "<t:99999999999999:F>"),
]
PIECES = st.one_of(st.sampled_from(SIGNS), st.text(alphabet=string.ascii_letters + " ", max_size=8))


@pytest_asyncio.fixture(loop_scope="session")
async def page(desk: Desk) -> Page:
    return (await desk.window()).page


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(texts=st.lists(st.lists(PIECES, max_size=60).map("".join), min_size=20, max_size=20))
async def test_no_text_makes_anything_but_harmless_elements(page: Page, texts: list[str]) -> None:
    result = await page.evaluate(HOSTILE, texts)
    assert result["seen"] == []


@pytest.mark.parametrize(
    "unit", ["*_~|", "[", "**a", "> ", "`*", "- a\n  ", "||a", "<t:", "_a_", "https://a.a/(", "```", "\\"]
)
async def test_a_long_hostile_text_takes_no_time(page: Page, unit: str) -> None:
    text = (unit * 4000)[:4000]
    result = await page.evaluate(HOSTILE, [text])
    assert result["ms"] < 1000
