"""Faults that act at once, and the one door through which all faults can be asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.errors import Impossible
from sandbox.faults import Counted, Delay, LoseAnswer, RateLimited, Scope, Status
from sandbox.hub import Change, ChannelChanged
from sandbox.permissions import Permission
from sandbox.world import ChannelType, Overwrite

if TYPE_CHECKING:
    from bot.cards.limits.shape import Fields
    from sandbox.backend import Backend
    from sandbox.faults import RequestFault
    from sandbox.world import Channel


class Chaos:
    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def drop_socket(self, code: int = 4000) -> None:
        self._backend.gateway.drop(code)

    def ask_to_reconnect(self) -> None:
        """Op 7."""
        self._backend.gateway.ask_to_reconnect()

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Op 9."""
        self._backend.gateway.invalidate(resumable=resumable)

    def fail_resume(self, *, times: int = 1) -> None:
        self._backend.faults.count(Counted.FAIL_RESUME, times=times)

    def ignore_heartbeats(self, *, times: int = 1) -> None:
        self._backend.faults.count(Counted.NO_HEARTBEAT_ACK, times=times)

    def duplicate_interaction(self, *, times: int = 1) -> None:
        self._backend.faults.count(Counted.DUPLICATE_INTERACTION, times=times)

    def slow_gateway(self, seconds: float) -> None:
        """Every dispatch is late by so much; 0 ends it."""
        self._backend.faults.slow_dispatches(seconds)

    def refuse_gateway(self, seconds: float) -> None:
        backend = self._backend
        backend.faults.refuse_gateway_until = backend.clock.now() + timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        self._backend.clock.jump(seconds)

    def take_permission(self, permission: Permission, *, channel: Channel | None = None) -> None:
        """Take it from the bot, in one channel or in all; the bot hears of it by the gateway."""
        self._set(permission, channel, taken=True)

    def give_permission(self, permission: Permission, *, channel: Channel | None = None) -> None:
        self._set(permission, channel, taken=False)

    def archive(self, thread: Channel, *, locked: bool = False) -> None:
        if thread.thread is None:
            raise ValueError(f"{thread.name} is no thread")
        thread.thread.archived = True
        thread.thread.locked = locked
        self._backend.hub.tell(ChannelChanged(change=Change.UPDATE, channel=thread))

    def on_request(
        self, fault: RequestFault, *, method: str | None = None, path: str = "", times: int = 1
    ) -> None:
        """See `faults`: 429, 5xx, a delay, a lost answer for the next fitting requests."""
        self._backend.faults.add(fault, method=method, path=path, times=times)

    def from_json(self, body: Fields) -> None:
        """Carry out one fault of docs/sandbox-api.md. Raises Impossible."""
        times = body.whole("times", low=1, high=1000) or 1
        seconds = body.get("seconds")
        seconds = float(seconds) if isinstance(seconds, int | float) else 0.0
        kind = body.get("kind")
        match kind:
            case "rate_limit" | "status" | "delay" | "lose_answer":
                self._script(str(kind), body, times=times, seconds=seconds)
            case "drop":
                self.drop_socket(body.whole("code", low=1000, high=4999) or 4000)
            case "reconnect":
                self.ask_to_reconnect()
            case "invalid_session":
                self.invalidate_session(resumable=body.flag("resumable"))
            case "fail_resume" | "no_heartbeat_ack" | "duplicate_interaction":
                self._backend.faults.count(Counted(str(kind)), times=times)
            case "slow_gateway":
                self.slow_gateway(seconds)
            case "refuse_gateway":
                self.refuse_gateway(seconds)
            case "permission":
                self._permission(body)
            case "jump":
                self.jump(seconds)
            case _:
                raise Impossible(f"There is no fault {kind!r}; docs/sandbox-api.md lists them.")

    def _script(self, kind: str, body: Fields, *, times: int, seconds: float) -> None:
        method, path = body.text("method", high=6), body.text("path", high=200) or ""
        retry_after = body.get("retry_after")
        faults: dict[str, RequestFault] = {
            "rate_limit": RateLimited(
                scope=Scope(str(body.get("scope") or "user")),
                retry_after=float(retry_after) if isinstance(retry_after, int | float) else 0.5,
                via=body.get("via") is not False,
            ),
            "status": Status(status=body.whole("status", low=500, high=599) or 500),
            "delay": Delay(seconds=seconds),
            "lose_answer": LoseAnswer(),
        }
        self.on_request(faults[kind], method=method, path=path, times=times)

    def _permission(self, body: Fields) -> None:
        name = str(body.get("permission")).upper()
        if name not in Permission.__members__:
            raise Impossible(f"There is no permission {name.lower()!r} here.")
        number = body.snowflake("channel")
        channel = self._backend.world.channel(number) if number else None
        self._set(Permission[name], channel, taken=body.get("taken") is not False)

    def _set(self, permission: Permission, channel: Channel | None, *, taken: bool) -> None:
        bot = self._backend.world.bot
        every = [c for guild in self._backend.world.guilds.values() for c in guild.channels.values()]
        for place in [channel] if channel else every:
            if place.thread or place.kind is ChannelType.DM:
                continue
            own = place.overwrites.setdefault(bot.id, Overwrite(id=bot.id, is_member=True))
            own.deny = own.deny | permission if taken else own.deny & ~permission
            self._backend.hub.tell(ChannelChanged(change=Change.UPDATE, channel=place))
