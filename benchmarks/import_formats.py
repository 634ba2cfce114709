"""Reading every import format: posts a second of CPU and memory, without the store.

    python -m benchmarks.import_formats [--posts 100000]

The rows of each sample in tests/data/imports are repeated to that many posts, so that accounts repeat more
than in real files and a second of reading is measured, not of guessing. Each format runs in a process of
its own. `benchmarks.imports` measures the whole way into the database.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import peak_rss_mib, rss_mib, table, verdict
from bot.imports.common import Row
from bot.imports.files import ImportFile
from bot.imports.recognise import recognise

NOW = datetime(2026, 11, 21, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "tests" / "data" / "imports"
# Reading must leave time for writing: the bar of the whole way is 20,000 posts a second.
BAR = 20_000
# Each sample with the member that holds its rows; None where the lines are the rows.
SAMPLES: dict[str, str | None] = {
    "x_flat.jsonl": None,
    "x_v1.jsonl": None,
    "x_archive/data/tweets.js": "",
    "x_information_operations.csv": None,
    "bluesky_feed.json": "feed",
    "bluesky_repo.car": None,
    "mastodon/outbox.json": "orderedItems",
    "telegram_channel.json": "messages",
    "tiktok_research.json": "videos",
    "youtube_videos.json": "items",
    "crowdtangle_facebook.csv": None,
    "meta_content_library.csv": None,
    "junkipedia.csv": None,
    "4cat_x.csv": None,
    "4cat.ndjson": None,
    "zeeschuimer.ndjson": None,
    "posts.csv": None,
}
# Whole answers of an API, which have at most 64 MiB: one answer a line, as collectors write them.
_ANSWERS = frozenset({"bluesky_feed.json", "tiktok_research.json", "youtube_videos.json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading of one file."""

    posts: int
    rejected: int
    cpu_s: float
    start_mib: float
    peak_mib: float
    size_mib: float


def enlarged(name: str, folder: Path, *, posts: int) -> Path:
    """Write a sample with its rows repeated to at least `posts` posts, beside its companions."""
    source = DATA / name
    shutil.copytree(source.parent, folder / "there", dirs_exist_ok=True, ignore=_only_files(source.parent))
    path = folder / "there" / source.name
    content = source.read_bytes()
    times = posts // _posts_in(source) + 1
    with path.open("wb") as out:
        if name in _ANSWERS:
            line = json.dumps(json.loads(content)).encode() + b"\n"
            out.writelines(line for _ in range(times))
        elif SAMPLES[name] is not None:
            before, rows, after = _array(content, SAMPLES[name] or "")
            out.write(before)
            out.writelines((rows if not n else b",\n" + rows) for n in range(times))
            out.write(after)
        else:
            head, body = _head(name, content)
            out.write(head)
            out.writelines(body for _ in range(times))
    return path


def _only_files(folder: Path):  # noqa: ANN202  # the form that copytree asks for
    def ignored(here: str, names: list[str]) -> set[str]:
        return set(names) if Path(here) != folder else {name for name in names if (folder / name).is_dir()}

    return ignored


def _posts_in(path: Path) -> int:
    (found,) = recognise(path, name=None, now=NOW).files
    with ImportFile.open(found.part) as file:
        return sum(len(each.posts) for each in found.importer.records(file, now=NOW) if isinstance(each, Row))


def _array(content: bytes, key: str) -> tuple[bytes, bytes, bytes]:
    start = content.index(b"[", content.index(f'"{key}"'.encode()) if key else 0) + 1
    end = content.rindex(b"]")
    return content[:start], content[start:end], content[end:]


def _head(name: str, content: bytes) -> tuple[bytes, bytes]:
    """Return what stands once at the beginning, and what may be repeated."""
    if name.endswith(".car"):
        size = 1 + content[0]
        return content[:size], content[size:]
    if name.endswith(".csv"):
        head, _, body = content.partition(b"\n")
        return head + b"\n", body
    return b"", content


def read_once(path: Path) -> Read:
    """Read a file from beginning to end."""
    (found,) = recognise(path, name=None, now=NOW).files
    start, posts, rejected, begin = rss_mib(), 0, 0, time.process_time()
    with ImportFile.open(found.part) as file:
        for each in found.importer.records(file, now=NOW):
            if isinstance(each, Row):
                posts += len(each.posts)
            else:
                rejected += 1
    spent = time.process_time() - begin
    size = path.stat().st_size / 2**20
    return Read(
        posts=posts, rejected=rejected, cpu_s=spent, start_mib=start, peak_mib=peak_rss_mib(), size_mib=size
    )


def measured(name: str, *, posts: int) -> tuple[str, ...]:
    """Measure one format in a new process."""
    with tempfile.TemporaryDirectory() as folder:
        path = enlarged(name, Path(folder), posts=posts)
        command = [sys.executable, "-m", "benchmarks.import_formats", "--file", str(path)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    read = Read(**json.loads(done.stdout))
    rate = read.posts / read.cpu_s
    return (
        name,
        f"{read.posts:,}",
        f"{read.size_mib:.0f}",
        f"{rate:,.0f}",
        verdict(rate >= BAR),
        f"{read.peak_mib - read.start_mib:.0f}",
    )


def main() -> None:
    """Measure all formats, or read one file for the process that asks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.file:
        print(json.dumps(asdict(read_once(asked.file))))
        return
    table(
        f"Reading alone, bar {BAR:,} posts/s of CPU",
        ("sample", "posts", "MiB", "posts/s CPU", "reached", "MiB grown"),
        [measured(name, posts=asked.posts) for name in SAMPLES],
    )


if __name__ == "__main__":
    main()
