"""The elements of one long array inside a JSON document, one after another, in bounded memory.

Exports of whole accounts are one document of hundreds of megabytes: an object with a few short members and
one long array. Only the element that is being read is held.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from bot.errors import ImportFileError
from bot.imports.common import Value, size_words
from bot.imports.files import MAX_LINE, ImportFile

# JSON as the standard decoder returns it. Only the end of a value is of interest, so numbers are not read
# with care: thousands of digits would be refused as integers.
Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

CHUNK = 1024**2
_SPACE = re.compile(r"[ \t\r\n]*")
_decoder = json.JSONDecoder(parse_int=float, strict=False)


class Document:
    """One JSON document that is read from the front.

    `members` are the short members of the outermost object that came before the array. What cannot be
    decoded as UTF-8 costs the element it stands in.
    """

    def __init__(self, file: ImportFile, *, start: bytes | None = None, chunk: int = CHUNK) -> None:
        """`start` ends what stands before the document, such as `=`; `chunk` is read at a time, in bytes."""
        file.rewind()
        self._chunk = chunk
        self.members: dict[str, Json] = {}
        self._file = file
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self._text = ""
        self._at = 0
        self._length = 0
        self._line = 1
        self._ended = False
        if start is not None:
            self._fill()
            found = self._text.find(start.decode())
            self._at = 0 if found < 0 else found + len(start)

    def elements(self, *keys: str) -> Iterator[Value]:
        """Yield the elements of the outermost array, or of the first array under one of `keys`.

        Raises ImportFileError where the document breaks off or is no JSON.
        """
        opening = self._next()
        if opening == "[":
            yield from self._array()
        elif opening == "{":
            yield from self._object(keys)
        else:
            raise self._broken("this is no JSON")

    def _object(self, keys: tuple[str, ...]) -> Iterator[Value]:
        self._at += 1
        while self._next() != "}":
            name = self._value()
            if not isinstance(name, str) or self._next() != ":":
                raise self._broken("this is no JSON")
            self._at += 1
            if name in keys and self._next() == "[":
                yield from self._array()
            else:
                self._next()
                self.members[name] = self._value()
            self._comma("}")

    def _array(self) -> Iterator[Value]:
        self._at += 1
        while self._next() != "]":
            line = self._line
            self._value()
            text = self._text[self._at - self._length : self._at]
            yield Value(line=line, text=text.encode(errors="surrogateescape"))
            self._comma("]")
        self._at += 1

    def _comma(self, closing: str) -> None:
        following = self._next()
        if following == ",":
            self._at += 1
        elif following != closing:
            raise self._broken("this is no JSON")

    def _next(self) -> str:
        """Return the next character that is no white space, without taking it."""
        while True:
            end = _SPACE.match(self._text, self._at).end()  # pyright: ignore[reportOptionalMemberAccess]  # matches always
            self._line += self._text.count("\n", self._at, end)
            self._at = end
            if end < len(self._text):
                return self._text[end]
            if not self._fill():
                raise self._broken("the JSON breaks off before its end")

    def _value(self) -> Json:
        while True:
            try:
                value, end = _decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                into = error.pos - self._at
                if self._fill():
                    continue
                cut = self._at + into >= len(self._text) or "Unterminated" in error.msg
                self._line += self._text.count("\n", self._at, self._at + into)
                raise self._broken(
                    "the JSON breaks off before its end" if cut else "this is no JSON"
                ) from None
            except RecursionError:
                raise self._broken("the JSON is nested too deeply") from None
            if end == len(self._text) and self._fill():
                # A number may go on.
                continue
            self._length = end - self._at
            self._line += self._text.count("\n", self._at, end)
            self._at = end
            return value

    def _fill(self) -> bool:
        """Read on; tell whether there was more. Raises ImportFileError for a value beyond the limit."""
        if self._ended:
            return False
        kept = self._text[self._at :]
        if len(kept) > MAX_LINE:
            raise self._broken(f"one value is larger than {size_words(MAX_LINE)}, or the JSON is damaged")
        more = ""
        while not more and not self._ended:
            # Twice as much each time: a long value is tried again from its beginning.
            chunk = self._file.read(max(self._chunk, len(kept)), line=self._line)
            self._ended = not chunk
            more = self._decode(chunk, final=self._ended)
        self._text = kept + more
        self._at = 0
        return bool(more)

    def _broken(self, reason: str) -> ImportFileError:
        return ImportFileError(self._file.path, f"{reason}.", line=self._line)
