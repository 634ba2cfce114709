"""The audit trail as JSON lines, which hold everything that their hashes cover and can be verified alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import ImportFileError
from bot.store.audit import NOTHING, Entry, digest
from bot.store.times import to_ms

_encoder = msgspec.json.Encoder(order="deterministic")


class TrailLine(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `actor` is a number; `name` stands outside the hash, so that a person can be forgotten."""

    number: int
    at: datetime
    layer: int
    actor: int | None
    name: str | None
    act: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    about: tuple[str, ...] | None = None
    previous: str
    hash: str


def trail_lines(entries: Iterable[Entry]) -> bytes:
    """Return entries as JSON lines."""
    return b"".join(
        _encoder.encode(
            TrailLine(
                number=entry.audit_id,
                at=entry.at,
                layer=entry.layer,
                actor=entry.actor_id,
                name=entry.actor,
                act=entry.act,
                subject=entry.subject,
                before=entry.before,
                after=entry.after,
                about=entry.about,
                previous=entry.previous,
                hash=entry.hash,
            )
        )
        + b"\n"
        for entry in entries
    )


def read_trail(file: Path) -> list[TrailLine]:
    """Read what `trail_lines` wrote. Raises ImportFileError with the line that is none."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ImportFileError(file, f"the file cannot be read: {error.strerror}") from error
    lines: list[TrailLine] = []
    for number, line in enumerate(raw.splitlines(), start=1):
        try:
            lines.append(msgspec.json.decode(line, type=TrailLine))
        except msgspec.MsgspecError as error:
            raise ImportFileError(file, "this is no entry of an audit trail", line=number) from error
    return lines


def verify_lines(lines: Iterable[TrailLine], *, head: str | None = None) -> list[str]:
    """Return what is wrong with an exported trail; nothing where every hash is right.

    With `head`, the last hash that was noted at the export, a file that was cut short is found out too.
    """
    wrong: list[str] = []
    heads: dict[int, str] = {}
    number = 0
    for line in lines:
        if line.number <= number:
            wrong.append(f"entry {line.number}: it stands behind entry {number}")
        number = line.number
        if line.previous != heads.get(line.layer, NOTHING):
            wrong.append(f"entry {line.number}: it does not follow the entry before it")
        found = digest(
            line.number,
            to_ms(line.at),
            line.layer,
            line.actor,
            line.act,
            line.subject,
            _text(line.before),
            _text(line.after),
            None if line.about is None else _encoder.encode(list(line.about)).decode(),
            line.previous,
        )
        if found != line.hash:
            wrong.append(f"entry {line.number}: its content was changed")
        heads[line.layer] = line.hash
    if head is not None and head not in heads.values():
        wrong.append(f"after entry {number}: the file does not end with the hash {head}")
    return wrong


def _text(value: dict[str, Any] | None) -> str | None:
    return None if value is None else _encoder.encode(value).decode()
