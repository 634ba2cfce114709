"""The registry in the formats of others: see docs/exchange.md for what each keeps and what it cannot say."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from bot.errors import InputError
from bot.registry.exporters.ftm import ftm_lines
from bot.registry.exporters.graphml import graphml
from bot.registry.exporters.misp import misp_event
from bot.registry.exporters.stix import stix_bundle
from bot.registry.exporters.tables import Tables
from bot.registry.whole_files import write_new
from bot.text.inert import quoted


class ExportFormat(StrEnum):
    """What the registry can be written as. MASTHEAD is our own set, the only one without loss."""

    MASTHEAD = "masthead"
    FTM = "followthemoney"
    STIX = "stix"
    MISP = "misp"
    GRAPHML = "graphml"


Writer = Callable[[Tables, datetime], str]

WRITERS: MappingProxyType[ExportFormat, Writer] = MappingProxyType(
    {
        ExportFormat.FTM: ftm_lines,
        ExportFormat.STIX: stix_bundle,
        ExportFormat.MISP: misp_event,
        ExportFormat.GRAPHML: graphml,
    }
)


# As far as a chain of owners is followed.
HOPS = 4

# They have no place for how far something goes, so that only what may go anywhere is written.
_UNMARKED = frozenset({ExportFormat.FTM, ExportFormat.GRAPHML})


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many bytes a file has, and how many statements a TLP marking kept out of it."""

    size: int
    left_out: int = 0


def export_file(
    connection: sqlite3.Connection,
    path: Path,
    *,
    form: ExportFormat,
    now: datetime,
    about: str | None = None,
    hops: int = HOPS,
) -> Written:
    """Write the registry into one file, or what stands around one entity. Raises InputError."""
    whole = Tables.read(connection)
    if about is not None:
        if about not in {row["key"] for row in whole.entities}:
            raise InputError(
                f"the registry has no entity {quoted(about)}. `masthead registry search NAME` finds keys."
            )
        whole = whole.around(about, hops=hops)
    tables = whole.unmarked() if form in _UNMARKED else whole
    content = WRITERS[form](tables, now).encode()
    try:
        # A file that is there was written for something.
        write_new(path, content)
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Name a file that does not.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another file.") from error
    return Written(size=len(content), left_out=whole.statements - tables.statements)
