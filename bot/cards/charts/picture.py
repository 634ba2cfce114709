"""What a picture is, and the colours of its two themes. Nothing here needs Pillow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

# Width of every picture in units: what a phone gives to an image. Drawn with SCALE pixels a unit.
WIDTH = 400
SCALE = 2

# Fewer posts make no shape worth a picture.
MIN_POSTS = 10

# Discord's most for the description of a picture.
MAX_ALT = 1_024


class Theme(StrEnum):
    """Light or dark ground. Discord does not say which a reader has; each is legible on the other."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG file. `alt` carries the same facts in plain words; width and height are pixels."""

    name: str
    png: bytes
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one theme. `marks` are told apart with every common colour vision (Okabe and Ito 2008)."""

    ground: Colour
    ink: Colour
    faint: Colour
    grid: Colour
    unknown: Colour
    posts: Colour
    engagement: Colour
    band: Colour
    edge: Colour
    event: Colour
    marks: tuple[Colour, ...]


DARK = Palette(
    ground=(30, 31, 34),
    ink=(236, 236, 238),
    faint=(176, 179, 186),
    grid=(62, 64, 70),
    unknown=(46, 47, 52),
    posts=(86, 180, 233),
    engagement=(230, 159, 0),
    band=(84, 66, 24),
    edge=(150, 110, 26),
    event=(240, 228, 66),
    marks=((86, 180, 233), (230, 159, 0), (0, 178, 130), (240, 228, 66), (226, 143, 187)),
)
LIGHT = Palette(
    ground=(255, 255, 255),
    ink=(26, 27, 30),
    faint=(84, 88, 96),
    grid=(218, 220, 224),
    unknown=(240, 241, 243),
    posts=(0, 114, 178),
    engagement=(213, 94, 0),
    band=(250, 221, 196),
    edge=(226, 150, 92),
    event=(0, 0, 0),
    marks=((0, 114, 178), (213, 94, 0), (0, 128, 94), (110, 90, 0), (176, 88, 135)),
)


def palette(theme: Theme) -> Palette:
    """Return the colours of a theme."""
    return DARK if theme is Theme.DARK else LIGHT
