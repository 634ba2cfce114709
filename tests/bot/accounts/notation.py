"""A short way to write references in tables: `x @name`, `x #123`, `x @name /1`, `ask x bluesky`."""

from __future__ import annotations

from bot.accounts import AccountRef, Ambiguous, PostRef, Reference, Refused, ShortLink, parse


def brief(reference: Reference) -> str:
    """Write a reference in one line. `@` stands before a handle, `#` before an id, `/` before a post's id."""
    match reference:
        case AccountRef():
            return f"{reference.platform} {_who(reference)}"
        case PostRef():
            author = f"{_who(reference.author)} " if reference.author else ""
            return f"{reference.platform} {author}/{reference.post_id}"
        case Ambiguous():
            return "ask " + " ".join(dict.fromkeys(choice.platform.value for choice in reference.choices))
        case ShortLink():
            return f"short {reference.platform or '-'} {reference.url}"
        case Refused():
            return "refused"


def briefs(text: str) -> list[str]:
    return [brief(reference) for reference in parse(text)]


def _who(account: AccountRef) -> str:
    assert (account.handle is None) != (account.platform_id is None)
    return f"@{account.handle}" if account.handle is not None else f"#{account.platform_id}"
