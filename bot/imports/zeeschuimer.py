"""Zeeschuimer NDJSON, and the NDJSON that 4CAT makes of it: items as the sites' own pages got them.

Zeeschuimer wraps each item (digitalmethodsinitiative/zeeschuimer, js/zs-background.js: `source_platform`,
`timestamp_collected`, `data`); 4CAT takes the wrapping off and keeps it under `__import_meta`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.imports.browser_items import Seen, reader_for
from bot.imports.common import Rejected, Row, RowError, Sample, Value, instant_unix, source_of
from bot.imports.files import ImportFile
from bot.imports.json_rows import json_rows
from bot.imports.json_values import decode
from bot.imports.seen_profiles import SeenProfiles
from bot.text.inert import quoted


class _Wrapping(msgspec.Struct, kw_only=True):
    source_platform: str
    timestamp_collected: float | None = None


class _Wrapped(_Wrapping, kw_only=True):
    data: msgspec.Raw


class _Unwrapped(msgspec.Struct, kw_only=True):
    meta: _Wrapping = msgspec.field(name="__import_meta")


_wrapped = msgspec.json.Decoder(_Wrapped)
_unwrapped = msgspec.json.Decoder(_Unwrapped)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class _Reader:
    def __init__(self, name: str, *, collected_at: datetime, now: datetime) -> None:
        self._source = source_of(name)
        self._collected_at = collected_at
        self._now = now
        self._profiles = SeenProfiles()

    def wrapped(self, value: Value) -> Row:
        item = decode(_wrapped, value.text)
        return self._row(value, item.data, item)

    def unwrapped(self, value: Value) -> Row:
        return self._row(value, msgspec.Raw(value.text), decode(_unwrapped, value.text).meta)

    def _row(self, value: Value, data: msgspec.Raw, wrapping: _Wrapping) -> Row:
        read = reader_for(wrapping.source_platform)
        if read is None:
            raise RowError(f"items of {quoted(wrapping.source_platform)} are not read")
        post, snapshot = read(data, self._seen(wrapping))
        return Row(line=value.line, snapshots=self._profiles.new(snapshot), posts=(post,))

    def _seen(self, wrapping: _Wrapping) -> Seen:
        collected_at = self._collected_at
        if wrapping.timestamp_collected is not None:
            collected_at = instant_unix(wrapping.timestamp_collected, now=self._now)
        return Seen(source=self._source, collected_at=min(collected_at, self._now), now=self._now)


class Zeeschuimer:
    name = "zeeschuimer"
    title = "Zeeschuimer NDJSON (X, TikTok, Instagram, Threads)"

    def recognises(self, sample: Sample) -> bool:
        return {"source_platform", "data"} <= _names(sample)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(self.name, collected_at=min(file.changed_at, now), now=now)
        return json_rows(file, reader.wrapped)


class FourCatNdjson:
    name = "4cat_ndjson"
    title = "4CAT NDJSON (of what Zeeschuimer collected)"

    def recognises(self, sample: Sample) -> bool:
        return "__import_meta" in _names(sample)

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(self.name, collected_at=min(file.changed_at, now), now=now)
        return json_rows(file, reader.unwrapped)


def _names(sample: Sample) -> set[str]:
    if sample.json is None:
        return set()
    try:
        return set(decode(_keys, sample.json.text))
    except RowError:
        return set()
