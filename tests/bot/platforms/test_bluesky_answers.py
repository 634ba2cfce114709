"""What our scripted servers answer is what the published lexicons of Bluesky say."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.bot.platforms import appview

HERE = Path(__file__).parent / "bluesky_network"
ANSWERS: dict[str, object] = {
    "app.bsky.actor.getProfile": appview.profile(),
    "app.bsky.feed.getAuthorFeed": appview.feed([1, 2], cursor="more"),
    "app.bsky.graph.getFollowers": appview.followers([1, 2], cursor="more"),
    "app.bsky.graph.getFollows": appview.followers([4], name="follows"),
    "app.bsky.feed.getQuotes": appview.quotes(1, [5]),
    "app.bsky.feed.getPosts": {"posts": [appview.post(900)]},
}


def _validated(answers: dict[str, object]) -> dict[str, str | None]:
    """Return what the lexicons object to, by method."""
    lines = [json.dumps({"method": method, "body": body}) for method, body in answers.items()]
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules" / "@atproto" / "api").is_dir():
        pytest.skip(f"Node or the packages of {HERE.name}/ are not installed, so there are no lexicons")
    done = subprocess.run(  # noqa: S603  # a script of ours
        [node, "validate.cjs"], cwd=HERE, input="\n".join(lines), capture_output=True, text=True, check=True
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {method: each.get("error") for method, each in zip(answers, told, strict=True)}


def test_the_scripted_answers_are_valid() -> None:
    assert _validated(ANSWERS) == dict.fromkeys(ANSWERS)


def test_the_lexicons_do_object() -> None:
    objections = _validated({"app.bsky.actor.getProfile": {"did": "nobody"}})
    assert objections["app.bsky.actor.getProfile"] is not None
