"""Files that are there whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from pathlib import Path


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet. Raises FileExistsError, and OSError where it cannot be written."""
    if os.path.lexists(path):
        raise FileExistsError(path)
    with _beside(path) as part:
        part.write_bytes(content)
        _sync(part)
        try:
            # Unlike a renaming, it refuses a file that came meanwhile.
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:
            # Some file systems know no links.
            part.replace(path)


@contextlib.contextmanager
def replacing(paths: list[Path]) -> Generator[list[Path]]:
    """Yield files to write in place of these; they take their places together when the block ends well."""
    with contextlib.ExitStack() as stack:
        parts = [stack.enter_context(_beside(path)) for path in paths]
        yield parts
        for part in parts:
            _sync(part)
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)


@contextlib.contextmanager
def _beside(path: Path) -> Generator[Path]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Have it on the disk before its name is."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
