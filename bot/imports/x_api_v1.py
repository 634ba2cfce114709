"""X API v1.1 JSON: statuses one a line (twarc 1), in an array, or in a search answer under `statuses`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bot.imports.common import Rejected, Row, RowError, Sample, Value, source_of
from bot.imports.files import ImportFile
from bot.imports.json_rows import json_rows, read_each
from bot.imports.json_values import decode, located
from bot.imports.seen_profiles import SeenProfiles
from bot.imports.x_v1_posts import v1_account, v1_post, v1_snapshot
from bot.imports.x_v1_shapes import V1Status
from bot.store.records import Snapshot


class _Search(msgspec.Struct, kw_only=True):
    statuses: list[msgspec.Raw]


_status = msgspec.json.Decoder(V1Status)
_search = msgspec.json.Decoder(_Search)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])


class XApiV1:
    name = "x_api_v1"
    title = "X API v1.1 JSON (twarc 1 lines, arrays, search answers)"

    def recognises(self, sample: Sample) -> bool:
        if sample.json is None:
            return False
        try:
            keys = decode(_keys, sample.json.text)
        except RowError:
            return False
        if "statuses" in keys and "search_metadata" in keys:
            return True
        return {"id_str", "created_at", "user"} <= keys.keys() and bool({"text", "full_text"} & keys.keys())

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        reader = _Reader(collected_at=min(file.changed_at, now), now=now)
        for each in json_rows(file, reader.page_or_row):
            if isinstance(each, Row) and reader.page:
                page, reader.page = reader.page, []
                yield from read_each(page, reader.row)
            else:
                yield each


class _Reader:
    def __init__(self, *, collected_at: datetime, now: datetime) -> None:
        self.page: list[Value] = []
        self._collected_at = collected_at
        self._now = now
        self._profiles = SeenProfiles()

    def page_or_row(self, value: Value) -> Row:
        """Read a status; the statuses of a search answer are put into `page`."""
        if value.text.startswith(b'{"statuses"') or b'"search_metadata"' in value.text[-4096:]:
            inside = located(value, decode(_search, value.text).statuses)
            self.page = [Value(line=line, text=bytes(piece)) for line, piece in inside]
            return Row(line=value.line)
        return self.row(value)

    def row(self, value: Value) -> Row:
        status = decode(_status, value.text)
        author = v1_account(status.user)
        post = v1_post(status, author, collected_at=self._collected_at, now=self._now)
        return Row(line=value.line, snapshots=self._snapshots(status), posts=(post,))

    def _snapshots(self, status: V1Status) -> tuple[Snapshot, ...]:
        found: tuple[Snapshot, ...] = ()
        # The profile of whoever is reposted is as good as that of the one who reposts.
        for each in (status, status.retweeted_status):
            user = each.user if each is not None else None
            if user is None or not self._profiles.first(user.id_str):
                continue
            snapshot = v1_snapshot(
                user, source=source_of(XApiV1.name), collected_at=self._collected_at, now=self._now
            )
            found += () if snapshot is None else (snapshot,)
        return found
