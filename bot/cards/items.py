"""The smallest thing on a card: a sentence, what is noted of it, and where it can be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.accounts import Platform
from bot.cards.words import OPEN_POST, OPEN_SOURCE
from bot.checks.dossier import Evidence, Finding, SourceNote
from bot.checks.wording import day, label, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing to read. Texts and notes are sentences in the dossier's markup.

    `words` are ours and name what `url` opens; both are None where there is nothing to open.
    """

    text: str
    notes: tuple[str, ...] = ()
    at: datetime | None = None
    url: str | None = None
    words: str | None = None


def sourced(
    evidence: Evidence, *, text: str, sources: Mapping[str, SourceNote], category: str | None
) -> Item:
    """Return a piece of evidence with what is known of it: category, publisher, date, grade, address."""
    source = sources.get(evidence.source) if evidence.source else None
    notes = [category] if category else []
    if source is not None:
        notes.append(quoted(source.publisher))
        notes.extend([day(source.published_on)] if source.published_on and evidence.at is None else [])
    grade = evidence.grade or (source.grade if source else None)
    notes.extend([grade_of(grade)] if grade else [])
    url = evidence.url or (source.url if source else None)
    own = evidence.url is not None and (source is None or evidence.url != source.url)
    words = None if url is None else OPEN_POST if own else OPEN_SOURCE
    return Item(text=text, notes=tuple(notes), at=evidence.at, url=url, words=words)


def grade_of(grade: str) -> str:
    """Return an Admiralty grade; anything else that stands in its place is a stranger's."""
    known = len(grade) == 2 and grade[0] in "ABCDEFG" and grade[1] in "123456"
    return grade if known else quoted(grade, limit=12)


def category_of(finding: Finding) -> str | None:
    """Return the word for a finding's kind of evidence."""
    return label(f"category.{finding.category}") if finding.category else None


def check_name(check: str) -> str:
    """Return the words for a check, which are ours; a name not in the catalogue is quoted."""
    try:
        return label(f"check.{check}")
    except KeyError:
        return quoted(check)


def account_name(handle: str | None, platform_id: str | None, *, platform: Platform) -> str:
    """Return what an account is called in writing: "@name", a host, or its id where it has no handle."""
    if handle is None:
        return platform_id or ""
    return handle if platform is Platform.WEBSITE else f"@{handle}"
