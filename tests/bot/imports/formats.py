"""One small sample of each format, all made by us, and how to write a changed copy of it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.bot.imports.reading import DATA

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
Place: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A sample. `shape` is how the text is laid out; `beside` are the files that explain it."""

    name: str
    sample: str
    shape: str
    posts: int
    beside: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        return DATA / self.sample

    def copied(self, folder: Path, content: bytes | None = None) -> Path:
        """Write the sample, or other content in its place, with its companions."""
        for name in self.beside:
            shutil.copy(self.path.with_name(name), folder / name)
        path = folder / self.path.name
        path.write_bytes(self.path.read_bytes() if content is None else content)
        return path

    def documents(self) -> list[Json]:
        """Return the JSON values of the sample: its lines, or the document."""
        text = self.path.read_text(encoding="utf-8")
        if self.shape == "lines":
            return [json.loads(line) for line in text.splitlines()]
        return [json.loads(text.partition("=")[2] if self.shape == "script" else text)]

    def written(self, documents: list[Json]) -> bytes:
        # Lone surrogates stay as escapes, as JSON allows them.
        lines = [json.dumps(each) for each in documents]
        if self.shape == "script":
            return b"window.YTD.tweets.part0 = " + "".join(lines).encode()
        return "\n".join(lines).encode() + b"\n"

    def table(self) -> list[list[str]]:
        text = self.path.read_text(encoding="utf-8-sig")
        delimiter = ";" if self.sample == "crowdtangle_instagram.csv" else ","
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


FORMATS = (
    Format(name="x_api_v2", sample="x_flat.jsonl", shape="lines", posts=20),
    Format(name="x_api_v1", sample="x_v1.jsonl", shape="lines", posts=5),
    Format(
        name="x_archive",
        sample="x_archive/data/tweets.js",
        shape="script",
        posts=5,
        beside=("account.js", "profile.js"),
    ),
    Format(name="x_information_operations", sample="x_information_operations.csv", shape="table", posts=3),
    Format(name="bluesky", sample="bluesky_feed.json", shape="document", posts=5),
    Format(name="bluesky_repo", sample="bluesky_repo.car", shape="binary", posts=3),
    Format(name="mastodon", sample="mastodon/outbox.json", shape="document", posts=3, beside=("actor.json",)),
    Format(name="telegram_desktop", sample="telegram_channel.json", shape="document", posts=3),
    Format(name="youtube_api", sample="youtube_videos.json", shape="document", posts=2),
    Format(name="youtube_api", sample="youtube_channels.json", shape="document", posts=0),
    Format(name="youtube_api", sample="youtube_playlist.json", shape="document", posts=1),
    Format(name="tiktok_research", sample="tiktok_research.json", shape="document", posts=2),
    Format(name="crowdtangle", sample="crowdtangle_facebook.csv", shape="table", posts=2),
    Format(name="crowdtangle", sample="crowdtangle_instagram.csv", shape="table", posts=1),
    Format(name="meta_content_library", sample="meta_content_library.csv", shape="table", posts=2),
    Format(name="junkipedia", sample="junkipedia.csv", shape="table", posts=2),
    Format(name="4cat_csv", sample="4cat_x.csv", shape="table", posts=2),
    Format(name="4cat_csv", sample="4cat_telegram.csv", shape="table", posts=1),
    Format(name="4cat_ndjson", sample="4cat.ndjson", shape="lines", posts=2),
    Format(name="zeeschuimer", sample="zeeschuimer.ndjson", shape="lines", posts=4),
    Format(name="csv", sample="posts.csv", shape="table", posts=5),
)


def places(value: Json, at: Place = ()) -> Iterator[Place]:
    """Yield the way to every part of a value; of lists the first two elements stand for all."""
    if at:
        yield at
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from places(inside, (*at, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value[:2]):
            yield from places(inside, (*at, index))


def exchanged(value: Json, at: Place, new: Json) -> Json:
    """Return a value with one part replaced."""
    if not at:
        return new
    if isinstance(value, dict):
        key = str(at[0])
        return {**value, key: exchanged(value[key], at[1:], new)}
    if isinstance(value, list) and isinstance(at[0], int):
        changed = list(value)
        changed[at[0]] = exchanged(value[at[0]], at[1:], new)
        return changed
    return new
