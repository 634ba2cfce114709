"""Faults on demand: what goes wrong on the way to Discord, scripted.

A fault for a request waits until a request fits, then is used up `times` times. Faults of the gateway and of
the world act at once; `chaos` carries them out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sandbox.hub import FaultsChanged

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.hub import Hub


class Scope(StrEnum):
    """Whose limit was hit (`X-RateLimit-Scope`). `shared` does not count towards the ban."""

    USER = "user"
    GLOBAL = "global"
    SHARED = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimited:
    """A 429. Without `via` it looks like a ban by the edge: clients raise instead of waiting."""

    scope: Scope = Scope.USER
    retry_after: float = 0.05
    via: bool = True

    kind = "rate_limit"

    def __str__(self) -> str:
        return f"429 ({self.scope}{'' if self.via else ', no Via'})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A bare answer before anything is done, 500 or 502 for example."""

    status: int

    kind = "status"

    def __str__(self) -> str:
        return str(self.status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """The request is carried out later."""

    seconds: float

    kind = "delay"

    def __str__(self) -> str:
        return f"{self.seconds} s late"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoseAnswer:
    """The request is carried out, then the connection is cut before the answer."""

    kind = "lose_answer"

    def __str__(self) -> str:
        return "answer lost"


RequestFault = RateLimited | Status | Delay | LoseAnswer


@dataclass(slots=True, kw_only=True)
class Waiting:
    """A fault and the requests it waits for. `path` is a regular expression searched in `/channels/…`."""

    id: int
    fault: RequestFault
    method: str | None
    path: re.Pattern[str]
    times: int

    def as_json(self) -> dict[str, object]:
        return {
            "id": self.id,
            "kind": self.fault.kind,
            "method": self.method,
            "path": self.path.pattern,
            "times": self.times,
            **asdict(self.fault),
        }


class Counted(StrEnum):
    """Faults that are used up by the next events of their kind."""

    FAIL_RESUME = "fail_resume"
    NO_HEARTBEAT_ACK = "no_heartbeat_ack"
    DUPLICATE_INTERACTION = "duplicate_interaction"


class Faults:
    """Faults that wait, and the counters of those that gateway and interactions look at."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._waiting: list[Waiting] = []
        self._last_id = 0
        self._counted: Counter[Counted] = Counter()
        self.dispatch_delay_s = 0.0
        self.refuse_gateway_until: datetime | None = None

    def add(
        self, fault: RequestFault, *, method: str | None = None, path: str = "", times: int = 1
    ) -> Callable[[], None]:
        """Script a fault for the next `times` fitting requests. The returned function takes it back."""
        self._last_id += 1
        waiting = Waiting(id=self._last_id, fault=fault, method=method, path=re.compile(path), times=times)
        self._waiting.append(waiting)
        self._hub.tell(FaultsChanged())
        return lambda: self._drop(waiting)

    def take(self, method: str, path: str) -> list[RequestFault]:
        """The faults that hit this request, each used up by one."""
        hits = [w for w in self._waiting if w.method in {None, method} and w.path.search(path)]
        for waiting in hits:
            waiting.times -= 1
            if waiting.times <= 0:
                self._waiting.remove(waiting)
        if hits:
            self._hub.tell(FaultsChanged())
        return [waiting.fault for waiting in hits]

    def count(self, kind: Counted, *, times: int = 1) -> None:
        self._counted[kind] += times
        self._hub.tell(FaultsChanged())

    def use(self, kind: Counted) -> bool:
        """Use one of the counted faults up; False when there is none."""
        if self._counted[kind] <= 0:
            return False
        self._counted[kind] -= 1
        self._hub.tell(FaultsChanged())
        return True

    def slow_dispatches(self, seconds: float) -> None:
        self.dispatch_delay_s = seconds
        self._hub.tell(FaultsChanged())

    def clear(self) -> None:
        self._waiting.clear()
        self._counted.clear()
        self.refuse_gateway_until = None
        self.slow_dispatches(0)

    def as_json(self) -> list[dict[str, object]]:
        listed = [waiting.as_json() for waiting in self._waiting]
        for kind, left in self._counted.items():
            if left > 0:
                listed.append({"id": kind.value, "kind": kind.value, "times": left})
        if self.dispatch_delay_s:
            listed.append({"id": "slow_gateway", "kind": "slow_gateway", "seconds": self.dispatch_delay_s})
        return listed

    def _drop(self, waiting: Waiting) -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)
            self._hub.tell(FaultsChanged())
