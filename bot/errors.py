"""Errors Masthead raises on purpose, each with a sentence for the person who caused it.

MastheadError
├── InputError              the person who typed can correct it; show the text as it stands
│   ├── ConfigError         config.toml or an environment variable; names the key
│   ├── UnknownAccountError the text names no account, or one on a platform we do not know
│   ├── AmbiguousError      more than one account is meant; carries the choices
│   ├── UnknownFormatError  a file that is none of the formats read; names those
│   └── ImportFileError     a file that cannot be read; names file and line
├── MissingLibraryError     an optional library is not installed; says how to install it
├── NothingFoundError       a search without a result
├── NotAllowedError         the member's role does not go so far
├── StaleError              somebody else was faster; look again and decide again
├── UnreachableError        Discord does not answer at the start; later gaps mend themselves
├── PlatformError           a platform did not give what was asked; the card says so and stands
│   ├── PlatformUnreachableError  no answer, or a server fault after all tries
│   ├── RateLimitedError    too many requests, theirs or our own limit; carries when to try again
│   ├── SpendLimitError     the allowance of money, quota or requests is used up
│   ├── SignInNeededError   it answers nobody without a token, and we have none
│   ├── TokenRefusedError   it refuses our token; the owner must act
│   ├── NotThereError       there is no such thing: 404, or 410 where it was taken away
│   ├── WithheldError       it will not tell, or its author asked not to be shown
│   └── ShapeChangedError   it answered something that we cannot read; never "does not exist"
└── StoreError              the database cannot be used; nothing was lost
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from bot.accounts import AccountRef


class MastheadError(Exception):
    """Anything Masthead says no to. `str(error)` is fit to be shown to people."""

    exit_code = 1


class InputError(MastheadError):
    """What was typed or given cannot be used; the person can correct it."""

    exit_code = 2


class ConfigError(InputError):
    """A setting is wrong. Raised before anything starts.

    `key` is dotted (`watch.poll_minutes`), or the file's path when the file itself cannot be read.
    """

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"`{key}`: {problem}")
        self.key = key


class UnknownAccountError(InputError):
    """The text names no account that Masthead understands."""


class AmbiguousError(InputError):
    """The text names more than one possible account. Ask; never pick one of `choices`."""

    def __init__(self, text: str, choices: tuple[AccountRef, ...]) -> None:
        names = ", ".join(f"{choice.platform} {choice.handle or choice.platform_id}" for choice in choices)
        written = text.replace("`", "ˋ")
        super().__init__(
            f"`{written}` does not name one account for certain. It may mean {names}. Say which one, "
            "for example with `--platform x`, or paste the account's URL."
        )
        self.choices = choices


class ImportFileError(InputError):
    """A file cannot be imported. Nothing of it since the last whole batch was kept.

    `line` counts from 1; None when the file as a whole is the problem.
    """

    def __init__(self, file: Path, reason: str, *, line: int | None = None) -> None:
        where = f"{file.name}, line {line}" if line is not None else file.name
        super().__init__(f"{where}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class UnknownFormatError(InputError):
    """A file is of no format that can be read. `accepted` completes the sentence "It reads …"."""

    def __init__(self, file: Path, *, accepted: str) -> None:
        super().__init__(f"{file.name} is in no format that Masthead knows. It reads {accepted}")
        self.file = file


class MissingLibraryError(MastheadError):
    """A library that only some commands need is not installed. `extra` is the extra that brings it."""

    def __init__(self, library: str, *, extra: str) -> None:
        super().__init__(
            f"this needs the library {library}, which is not installed. "
            f"Install it with `pip install 'masthead-bot[{extra}]'`."
        )
        self.library = library


class NothingFoundError(MastheadError):
    """A search found nothing; exit code 1, so that scripts can tell."""


class NotAllowedError(MastheadError):
    """A member may not do this. Nothing was changed."""


class StaleError(MastheadError):
    """What was decided on has changed since it was shown. Nothing was changed; show it anew."""


class UnreachableError(MastheadError):
    """Discord could not be reached at the start. Interruptions after that are mended by the client."""


class PlatformError(MastheadError):
    """A platform did not give what was asked. Callers record it as "could not check", never as "nothing"."""


class PlatformUnreachableError(PlatformError):
    """DNS, TCP, TLS or time: nobody answered, or only with server faults. Try again at the next look."""


class RateLimitedError(PlatformError):
    """Too many requests. Do not ask again before `retry_at`; None where nobody said when."""

    def __init__(self, sentence: str, *, retry_at: datetime | None = None) -> None:
        super().__init__(sentence)
        self.retry_at = retry_at


class SpendLimitError(PlatformError):
    """The allowance set for this server, or for all, is used up. Nothing was sent."""


class SignInNeededError(PlatformError):
    """The platform wants a token and we have none. The sentence says which setting would help."""


class TokenRefusedError(PlatformError):
    """Our own token is refused. Stop asking and tell the owner."""


class NotThereError(PlatformError):
    """What was asked for does not exist; `gone` where it did once. Connectors turn it into a state."""

    def __init__(self, sentence: str, *, gone: bool = False) -> None:
        super().__init__(sentence)
        self.gone = gone


class WithheldError(PlatformError):
    """The platform or the author does not want this shown to us. Final until one of them changes it."""


class ShapeChangedError(PlatformError):
    """An answer of an unknown shape. The raw answer is kept; the connector needs mending."""


class StoreError(MastheadError):
    """The database cannot be opened, read or written. What was stored before is untouched."""
