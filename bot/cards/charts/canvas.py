"""Pillow behind a small surface: units instead of pixels, one font, a PNG in the end."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from math import hypot

from PIL import Image, ImageDraw, ImageFont

from bot.cards.charts.picture import SCALE, WIDTH, Colour, Palette, Theme, palette

# Level 3 takes 3 ms where 9 takes 22 ms for a fifth less.
COMPRESSION = 3
SIZE = 12
# What Pillow's copy of Aileron has, of the letters that names are written with.
LETTERS = frozenset(map(chr, range(0x20, 0x7F))) | set("·…‘’“”")


@lru_cache(maxsize=16)
def _font(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    # Aileron, which Pillow carries: digits and Latin letters, on every machine the same.
    return ImageFont.load_default(pixels)


class Canvas:
    """A picture under way, `WIDTH` by `height` units. Anchors are Pillow's ("lm" is left, middle)."""

    def __init__(self, height: int, *, theme: Theme, scale: int = SCALE) -> None:
        self.colours: Palette = palette(theme)
        self.height = height
        self._scale = scale
        self._image = Image.new("RGB", (WIDTH * scale, height * scale), self.colours.ground)
        self._draw = ImageDraw.Draw(self._image)

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the file."""
        return self._image.size

    def text(
        self,
        at: tuple[float, float],
        words: str,
        *,
        colour: Colour | None = None,
        anchor: str = "lm",
        size: int = SIZE,
    ) -> None:
        """Write words of ours; letters outside of Latin would be boxes."""
        font = _font(size * self._scale)
        self._draw.text(self._points(at), words, fill=colour or self.colours.ink, font=font, anchor=anchor)

    def can_write(self, words: str) -> bool:
        """Whether the font has all letters of a text."""
        return all(character in LETTERS for character in words)

    def width_of(self, words: str, *, size: int = SIZE) -> float:
        """Return how wide words are, in units."""
        return _font(size * self._scale).getlength(words) / self._scale

    def bar(self, left: float, top: float, right: float, bottom: float, *, colour: Colour) -> None:
        """Fill a rectangle; one that has any height is at least a pixel high and wide."""
        x0, y0, x1, y1 = (round(value * self._scale) for value in (left, top, right, bottom))
        self._draw.rectangle((x0, min(y0, y1 - 1), max(x0, x1 - 1), y1 - 1), fill=colour)

    def frame(self, left: float, top: float, right: float, bottom: float, *, colour: Colour) -> None:
        x0, y0, x1, y1 = (round(value * self._scale) for value in (left, top, right, bottom))
        self._draw.rectangle((x0, y0, x1 - 1, y1 - 1), outline=colour, width=self._scale)

    def dot(self, at: tuple[float, float], *, radius: float, colour: Colour) -> None:
        x, y, r = (value * self._scale for value in (*at, radius))
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def line(self, points: Sequence[tuple[float, float]], *, colour: Colour, width: float = 1) -> None:
        scaled = [self._points(point) for point in points]
        self._draw.line(scaled, fill=colour, width=max(1, round(width * self._scale)), joint="curve")

    def dashes(self, start: tuple[float, float], end: tuple[float, float], *, colour: Colour) -> None:
        """Draw a level or upright line of dashes."""
        (x0, y0), (x1, y1) = start, end
        long = hypot(x1 - x0, y1 - y0)
        for at in range(0, int(long), 8):
            begin, stop = at / long, min(at + 4, long) / long
            self.line(
                [(x0 + (x1 - x0) * part, y0 + (y1 - y0) * part) for part in (begin, stop)], colour=colour
            )

    def shape(self, points: Sequence[tuple[float, float]], *, colour: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([self._points(point) for point in points], fill=colour)

    def png(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self._image.save(out, format="PNG", compress_level=COMPRESSION)
        return out.getvalue()

    def _points(self, at: tuple[float, float]) -> tuple[float, float]:
        return at[0] * self._scale, at[1] * self._scale
