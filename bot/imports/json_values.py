"""JSON values out of a file, one after another, each with the line where it begins.

Two shapes are told apart by content: one value a line (JSON lines), or one value for the whole file,
which is read as a whole and therefore bounded by `MAX_DOCUMENT`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

import msgspec

from bot.errors import ImportFileError
from bot.imports.common import Rejected, RowError, Value, size_words
from bot.imports.files import MAX_LINE, ImportFile, Line

T = TypeVar("T")

MAX_DOCUMENT = MAX_LINE
_OFFSET = re.compile(r"\(byte (\d+)\)")
_raw = msgspec.json.Decoder(msgspec.Raw)
_list = msgspec.json.Decoder(list[msgspec.Raw])

TOO_LONG = f"the line is longer than {size_words(MAX_LINE)}; save the file with one page or post per line"


def values(file: ImportFile) -> Iterator[Value | Rejected]:
    """Yield the values of a file. Raises ImportFileError where a whole-file value cannot be read."""
    lines = file.lines()
    first = list(
        itertools.islice((line for line in lines if line.content is None or line.content.strip()), 2)
    )
    if not _one_per_line(first):
        yield _document(file)
        return
    for line in itertools.chain(first, lines):
        if line.content is None:
            yield Rejected(line=line.number, reason=TOO_LONG)
            continue
        text = line.content.strip()
        if text:
            yield Value(line=line.number, text=text)


def elements(value: Value) -> Iterable[Value]:
    """Return the elements of a JSON array with their lines, or the value itself when it is none."""
    if not value.text.startswith(b"["):
        return (value,)
    pieces = located(value, decode(_list, value.text))
    return (Value(line=line, text=bytes(piece)) for line, piece in pieces)


def located(value: Value, pieces: Iterable[msgspec.Raw]) -> Iterator[tuple[int, msgspec.Raw]]:
    """Pair parts of a value with the lines on which they begin."""
    if b"\n" not in value.text:
        yield from ((value.line, piece) for piece in pieces)
        return
    line, at = value.line, 0
    for piece in pieces:
        text = bytes(piece)
        # Parts are verbatim and nearly always in order, so that each is found where the last one ended.
        start = value.text.find(text, at)
        if start < 0:
            line, at, start = value.line, 0, value.text.find(text)
        line += value.text.count(b"\n", at, start)
        yield line, piece
        at = start + len(text)
        line += text.count(b"\n")


def decode(decoder: msgspec.json.Decoder[T], text: bytes | msgspec.Raw) -> T:
    """Decode, or raise RowError with the reason in words."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise RowError(f"not of the expected shape: {str(error)[:200]}") from None
    except msgspec.DecodeError as error:
        if "truncated" in str(error):
            raise RowError("the JSON breaks off before its end") from None
        raise RowError(f"this is no JSON: {str(error)[:200]}") from None
    except UnicodeDecodeError:
        raise RowError("this is not UTF-8 text") from None
    except RecursionError:
        raise RowError("the JSON is nested too deeply") from None


def _one_per_line(first: list[Line]) -> bool:
    """Tell JSON lines from a document by the first two lines that hold anything.

    A whole value on the first line decides. Where that line is damaged, the second may still be an
    object on its own, which no line but the first of a document that is spread over lines can be.
    """
    if first[0].content is None:
        return True
    if _complete(first[0]):
        return True
    opens_a_document = first[0].content.strip() in {b"[", b"{"}
    return len(first) == 2 and not opens_a_document and _complete(first[1])


def _complete(line: Line) -> bool:
    if line.content is None or not line.content.lstrip().startswith((b"{", b"[")):
        return False
    try:
        decode(_raw, line.content)
    except RowError:
        return False
    return True


def _document(file: ImportFile) -> Value:
    parts: list[bytes] = []
    size = 0
    for line in file.lines():
        if line.content is not None:
            parts.append(line.content)
            size += len(line.content)
        if line.content is None or size > MAX_DOCUMENT:
            reason = (
                f"one JSON value larger than {size_words(MAX_DOCUMENT)}; save it as JSON lines, "
                "one page or post per line."
            )
            raise ImportFileError(file.path, reason, line=line.number)
    text = b"".join(parts)
    content = text.lstrip()
    try:
        decode(_raw, content)
    except RowError as error:
        raise ImportFileError(file.path, f"{error}.", line=_broken_line(text, content, error)) from None
    before = len(text) - len(content)
    return Value(line=1 + text.count(b"\n", 0, before), text=content)


def _broken_line(text: bytes, content: bytes, error: RowError) -> int:
    """Return the line on which a document breaks: where the decoder stopped, or the last line."""
    offset = _OFFSET.search(str(error))
    end = len(text.rstrip()) if offset is None else len(text) - len(content) + int(offset[1])
    return 1 + text.count(b"\n", 0, end)
