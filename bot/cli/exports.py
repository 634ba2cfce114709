"""Writing a dossier and its pictures into files."""

from __future__ import annotations

from pathlib import Path

from bot.cards.charts import MIN_POSTS, Picture, Theme, activity_picture, chain_picture, hours_picture
from bot.checks.dossier import Dossier, to_json
from bot.checks.export import csv_of, file_stem
from bot.errors import InputError, NothingFoundError


def write_picture(picture: Picture | None, path: Path) -> Path:
    """Write a picture. Raises NothingFoundError where there is none, InputError for an unfit path."""
    if picture is None:
        raise NothingFoundError(f"There is no picture: fewer than {MIN_POSTS} posts of that time are held.")
    return _written(path, picture.png)


def write_all(dossier: Dossier, folder: Path, *, theme: Theme) -> list[Path]:
    """Write the dossier as JSON and CSV, its pictures, and their alt texts. Raises InputError."""
    stem = file_stem(dossier)
    written = [
        _written(folder / f"{stem}.json", to_json(dossier)),
        _written(folder / f"{stem}.csv", csv_of(dossier)),
    ]
    for name, draw in (("activity", activity_picture), ("hours", hours_picture), ("chain", chain_picture)):
        picture = draw(dossier, theme=theme)
        if picture is not None:
            written.append(_written(folder / f"{stem}-{name}.png", picture.png))
            written.append(_written(folder / f"{stem}-{name}.txt", f"{picture.alt}\n".encode()))
    return written


def _written(path: Path, data: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from error
    return path
