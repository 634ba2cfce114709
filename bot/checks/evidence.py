"""Evidence from what is held: a post or a claim, as something that a reader can open."""

from __future__ import annotations

from bot.checks.dossier import Evidence, SourceNote
from bot.checks.wording import quoted
from bot.store.records import Post, Source

# A post's words, enough to recognise it by; the URL leads to the rest.
POST_TEXT = 200


def from_post(post: Post) -> Evidence:
    """Show a post by its own words, time and URL. The platform itself is its source."""
    return Evidence(text=str(quoted(post.text, limit=POST_TEXT)), at=post.created_at, url=post.url)


def note_of(source: Source) -> SourceNote:
    """Return a source as a dossier lists it."""
    return SourceNote(
        key=source.key,
        title=source.title,
        publisher=source.publisher,
        url=source.url,
        published_on=source.published_on,
        retrieved_on=source.retrieved_on,
        grade=str(source.grade),
        derived_from=source.derived_from,
    )
