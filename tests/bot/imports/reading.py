"""Reading a file as the import service does, without a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.imports.common import Rejected, Row
from bot.imports.files import ImportFile
from bot.imports.recognise import recognise
from bot.store.records import Post, Snapshot

DATA = Path(__file__).parents[2] / "data" / "imports"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a file yields, with the format that was recognised."""

    importer: str
    posts: list[Post]
    snapshots: list[Snapshot]
    rejected: list[tuple[int, str]]
    # The line of each post.
    lines: list[int]

    def post(self, number: int) -> Post:
        return self.posts[number]


def read(path: Path, *, now: datetime = NOW, name: str | None = None) -> Content:
    """Read a file, or all that is known in an archive; the first file in it gives the format."""
    files = recognise(path, name=name, now=now).files
    records: list[Row | Rejected] = []
    for each in files:
        with ImportFile.open(each.part) as file:
            records += each.importer.records(file, now=now)
    importer = files[0].importer
    rows = [each for each in records if not isinstance(each, Rejected)]
    return Content(
        importer=importer.name,
        posts=[post for row in rows for post in row.posts],
        snapshots=[snapshot for row in rows for snapshot in row.snapshots],
        rejected=[(each.line, each.reason) for each in records if isinstance(each, Rejected)],
        lines=[row.line for row in rows for _ in row.posts],
    )


def written(folder: Path, lines: Sequence[str | bytes], *, name: str = "file") -> Path:
    """Write lines, each with a line break, to a file without a telling name."""
    path = folder / name
    path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines))
    return path
