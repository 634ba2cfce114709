"""Errors Masthead raises on purpose, each with a sentence for the person who caused it.

MastheadError
├── InputError              the person who typed can correct it; show the text as it stands
│   ├── ConfigError         config.toml or an environment variable; names the key
│   ├── UnknownAccountError the text names no account, or one on a platform we do not know
│   ├── AmbiguousError      more than one account is meant; carries the choices
│   ├── UnknownFormatError  a file that is none of the formats read; names those
│   └── ImportFileError     a file that cannot be read; names file and line
├── NothingFoundError       a search without a result
├── UnreachableError        Discord does not answer at the start; later gaps mend themselves
└── StoreError              the database cannot be used; nothing was lost
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
        super().__init__(
            f"{text!r} does not name one account for certain. It may mean {names}. Say which one, "
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


class NothingFoundError(MastheadError):
    """A search found nothing; exit code 1, so that scripts can tell."""


class UnreachableError(MastheadError):
    """Discord could not be reached at the start. Interruptions after that are mended by the client."""


class StoreError(MastheadError):
    """The database cannot be opened, read or written. What was stored before is untouched."""
