"""What a look saw, kept until the next one: plain data that turns into JSON and back."""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.checks.dossier import Dossier, Line, State


class SeenFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding by what tells it from others of its check, and the sentence it was told in."""

    check: str
    towards: str | None
    line: Line
    summary: str


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """What one check run came to. `band` is None where no link was assessed."""

    run_id: int
    days: int
    band: str | None
    low: float | None
    found: tuple[SeenFinding, ...]
    # Checks that could not say anything: a finding that is missing because of a gap is not lost.
    blind: tuple[str, ...]


class OwnSeen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a server's own layer of the registry said of an account. None: what everybody is shown.

    `mark` is how far the layer had grown.
    """

    mark: tuple[int, int]
    claims: tuple[str, ...] | None = None
    disputed: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the last look saw it. None is "not known", which is not "empty".

    `mark` is how far the store had grown; `claims` are the keys of registry claims.
    """

    at: datetime
    mark: tuple[int, ...]
    handle: str | None
    name: str | None = None
    bio: str | None = None
    link: str | None = None
    profile_at: datetime | None = None
    # The count that jumps are measured from: at most a day old, so that many small steps add up.
    followers: int | None = None
    followers_at: datetime | None = None
    rounded: bool = False
    # None where the page was never looked at; "" where it showed no label.
    label: str | None = None
    state: str | None = None
    claims: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    assessed: Assessed | None = None
    # By the id of each server that watched it at that look.
    own: dict[str, OwnSeen] = {}
    # When a look last ran the checks; None before the first time.
    checked_at: datetime | None = None

    @property
    def post_row(self) -> int:
        """The last post that was seen."""
        return self.mark[0] if self.mark else 0


def to_json(seen: Seen) -> str:
    """Return what `from_json` reads."""
    return msgspec.json.encode(seen).decode()


def from_json(raw: str) -> Seen:
    """Read what `to_json` wrote."""
    return msgspec.json.decode(raw, type=Seen)


def assessed(dossier: Dossier, *, run_id: int) -> Assessed:
    """Return of a dossier what is compared with the next one."""
    line = dossier.assessment.state_link
    return Assessed(
        run_id=run_id,
        days=dossier.days,
        band=line.band,
        low=line.low,
        found=tuple(
            SeenFinding(check=f.check, towards=f.towards, line=f.line, summary=f.summary)
            for f in dossier.findings
            if f.state is State.FOUND
        ),
        blind=tuple(
            dict.fromkeys(
                f.check for f in dossier.findings if f.state in {State.COULD_NOT_CHECK, State.INSUFFICIENT}
            )
        ),
    )
