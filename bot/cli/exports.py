"""Writing a dossier and its pictures into files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from bot.cards.charts import (
    MIN_POSTS,
    Picture,
    Theme,
    activity_picture,
    chain_picture,
    hours_picture,
    web_picture,
)
from bot.checks.dossier import Dossier, to_json
from bot.checks.export import csv_of, file_stem
from bot.errors import InputError, NothingFoundError


class Drawing(StrEnum):
    """Which picture of a dossier."""

    ACTIVITY = "activity"
    HOURS = "hours"
    CHAIN = "chain"
    NETWORK = "network"


_FEW_POSTS = f"fewer than {MIN_POSTS} posts of that time are held."
# How each is drawn, and why there may be none.
_DRAWN = {
    Drawing.ACTIVITY: (activity_picture, _FEW_POSTS),
    Drawing.HOURS: (hours_picture, _FEW_POSTS),
    Drawing.CHAIN: (chain_picture, "no chain leads up from the account."),
    Drawing.NETWORK: (web_picture, "fewer than two other accounts are held that publish the same."),
}


def drawing(dossier: Dossier, which: Drawing, *, theme: Theme) -> Picture:
    """Draw one picture of a dossier. Raises NothingFoundError where there is none."""
    draw, why = _DRAWN[which]
    picture = draw(dossier, theme=theme)
    if picture is None:
        raise NothingFoundError(f"There is no picture: {why}")
    return picture


def write_picture(picture: Picture | None, path: Path) -> Path:
    """Write a picture. Raises NothingFoundError where there is none, InputError for an unfit path."""
    if picture is None:
        raise NothingFoundError(f"There is no picture: {_FEW_POSTS}")
    return _written(path, picture.png)


def write_all(dossier: Dossier, folder: Path, *, theme: Theme) -> list[Path]:
    """Write the dossier as JSON and CSV, its pictures, and their alt texts. Raises InputError."""
    stem = file_stem(dossier)
    written = [
        _written(folder / f"{stem}.json", to_json(dossier)),
        _written(folder / f"{stem}.csv", csv_of(dossier)),
    ]
    for name, (draw, _why) in _DRAWN.items():
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
