"""What an import says when it is done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from bot.text.inert import inert

_KINDS_SHOWN = 8


class Format(StrEnum):
    """The lists the registry can read."""

    HAMILTON = "hamilton"
    MATRIX = "state_media_matrix"
    FTM = "followthemoney"
    WIKIDATA = "wikidata"
    STIX = "stix"
    MISP = "misp"
    OWN = "masthead"


# What is said of each figure, for one and for many.
NOTES = {
    "repeated_x_handles": (
        "{n} X handle stands in more than one row: merged, each row kept as its own claim.",
        "{n} X handles stand in more than one row: merged, each row kept as its own claim.",
    ),
    "two_types": (
        "{n} X handle is typed both media and government: kept both.",
        "{n} X handles are typed both media and government: kept both.",
    ),
    "shared_accounts": (
        "{n} account is given to more than one entity: kept all, graded C3.",
        "{n} accounts are given to more than one entity: kept all, graded C3.",
    ),
    "cells_with_two_handles": (
        "{n} cell holds more than one handle: split, graded C3.",
        "{n} cells hold more than one handle: split, graded C3.",
    ),
    "unnamed": (
        "{n} entity has no name in the list: named after its handle.",
        "{n} entities have no name in the list: named after their handles.",
    ),
    "addresses_with_two_owners": (
        "{n} URL claimed by two owners: kept both.",
        "{n} URLs claimed by two owners: kept both.",
    ),
    "shared_links": (
        "{n} link claimed by more than one outlet: kept all, graded C3.",
        "{n} links claimed by more than one outlet: kept all, graded C3.",
    ),
    "uncertain_classes": (
        "{n} row carries a class that the list itself marks uncertain.",
        "{n} rows carry a class that the list itself marks uncertain.",
    ),
    "twitter_left_out": (
        "{n} link of the Twitter column was left out: the column is unreliable.",
        "{n} links of the Twitter column were left out: the column is unreliable.",
    ),
    "links_not_read": (
        "{n} link to LinkedIn, OK, Rutube or a stream was left out.",
        "{n} links to LinkedIn, OK, Rutube or streams were left out.",
    ),
    "left_to_curators": (
        "{n} claim that the newer set no longer states was left: somebody proposed something about it.",
        "{n} claims that the newer set no longer states were left: somebody proposed something about them.",
    ),
    "restricted": (
        "{n} statement was left out: its TLP marking goes less far than this registry is seen.",
        "{n} statements were left out: their TLP marking goes less far than this registry is seen.",
    ),
    "unknown_objects": (
        "{n} object of a kind that the registry does not hold was left out: {kinds}.",
        "{n} objects of kinds that the registry does not hold were left out: {kinds}.",
    ),
    "custom_properties": (
        "{n} custom property or extension was not read.",
        "{n} custom properties or extensions were not read.",
    ),
    "tags": (
        "{n} tag (a galaxy, a technique, a team's own) was not read.",
        "{n} tags (galaxies, techniques, a team's own) were not read.",
    ),
    "superseded": (
        "{n} object stands in an older version beside a newer one: the newer was read.",
        "{n} objects stand in older versions beside newer ones: the newer were read.",
    ),
    "people": (
        "{n} person (or what may be one) was left out.",
        "{n} people (or what may be people) were left out.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One row, or one cell of it, that was left out. `row` counts as a spreadsheet does: the header is 1."""

    row: int
    reason: str
    column: str | None = None
    file: str | None = None


@dataclass(slots=True, kw_only=True)
class New:
    """How much an import added. All zero when the same file is read again."""

    sources: int = 0
    entities: int = 0
    names: int = 0
    typologies: int = 0
    claims: int = 0
    account_claims: int = 0
    domain_claims: int = 0

    @property
    def total(self) -> int:
        entities = self.sources + self.entities + self.names + self.typologies
        return entities + self.claims + self.account_claims + self.domain_claims


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """The outcome of one import.

    Every row read is accepted, merged (it speaks of something an earlier row or import brought) or
    rejected. Rows `in_conflict` are among the first two: what they say stands beside what disagrees.
    `withdrawn`, `revoked` and `again` are rows held before that the import takes back because a newer set no
    longer states them, takes back because their author did, and lets hold again.
    `counts` holds the figures of the notes under stable keys; `rejected` also lists single cells of
    rows that were otherwise accepted.
    """

    format: Format
    sources: tuple[str, ...] = ()
    rows_read: int = 0
    accepted: int = 0
    merged: int = 0
    in_conflict: int = 0
    rows_rejected: int = 0
    withdrawn: int = 0
    revoked: int = 0
    again: int = 0
    new: New = field(default_factory=New)
    rejected: list[Rejected] = field(default_factory=list[Rejected])
    notes: list[str] = field(default_factory=list[str])
    counts: dict[str, int] = field(default_factory=dict[str, int])

    def reject_row(self, row: int, reason: str, *, file: str | None = None) -> None:
        self.rows_rejected += 1
        self.rejected.append(Rejected(row=row, reason=reason, file=file))

    def reject_cell(self, row: int, column: str, reason: str) -> None:
        self.rejected.append(Rejected(row=row, column=column, reason=reason))

    def count(self, key: str, n: int, *, kinds: str = "") -> None:
        """Keep a figure, and say it in the notes when there is something to say."""
        self.counts[key] = n
        one, many = NOTES[key]
        if n:
            self.notes.append((one if n == 1 else many).format(n=f"{n:,}", kinds=kinds))

    def count_kinds(self, kinds: Counter[str]) -> None:
        """Keep how many objects of which kinds were left out."""
        said = ", ".join(f"{n:,} {inert(kind, limit=40)}" for kind, n in kinds.most_common(_KINDS_SHOWN))
        more = len(kinds) - _KINDS_SHOWN
        self.count("unknown_objects", kinds.total(), kinds=f"{said} and more" if more > 0 else said)
