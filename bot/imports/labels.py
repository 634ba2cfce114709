"""A list of looks at account pages: which label the platform showed, or that it showed none.

No platform hands labels out as data, so somebody looks and writes down what was there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.imports.common import Rejected, Row, RowError, Sample, instant, source_of, web_address
from bot.imports.csv_lists import Cell, account_named, columns_in, list_rows, platform_of
from bot.imports.files import ImportFile
from bot.store.looks import LabelLook
from bot.text.inert import quoted

_COLUMNS = {
    "platform": ("platform", "network"),
    "account": ("account", "handle"),
    "account_id": ("account_id", "platform_id"),
    "state_label": ("state_label", "platform_label"),
    "looked_at": ("looked_at",),
    "url": ("url", "archive_url"),
}
# An empty cell may be forgotten; whoever saw no label says so.
_NONE_SHOWN = "none"
_LONGEST_LABEL = 200


class LabelsCsv:
    name = "labels_csv"
    title = "looks at account pages as CSV (platform, account, state_label, looked_at; docs/generic-csv.md)"

    def recognises(self, sample: Sample) -> bool:
        if sample.text is None:
            return False
        return {"platform", "state_label", "looked_at"} <= set(
            columns_in(sample.text.split("\n", 1)[0], _COLUMNS)
        )

    def records(self, file: ImportFile, *, now: datetime) -> Iterator[Row | Rejected]:
        needed = ("platform", "account", "state_label", "looked_at")
        return list_rows(file, _COLUMNS, needed=needed, read=lambda cell, line: _read(cell, line, now=now))


def _read(cell: Cell, line: int, *, now: datetime) -> Row:
    account = account_named(
        platform_of(cell("platform")), handle=cell("account"), platform_id=cell("account_id")
    )
    label = cell("state_label")
    if not label:
        raise RowError(f"no label; write {_NONE_SHOWN} where the page showed none")
    if len(label) > _LONGEST_LABEL:
        raise RowError(f"{quoted(label)} is too long for a label")
    look = LabelLook(
        looked_at=instant(cell("looked_at"), now=now),
        label=None if label.lower() == _NONE_SHOWN else label,
        source=source_of(LabelsCsv.name),
        url=web_address(cell("url")),
    )
    return Row(line=line, labels=((account, look),))
