"""Everything behind the sandbox's doors, put together once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.acts import Acts
from sandbox.clock import SandboxClock, Snowflakes
from sandbox.commands import CommandBook
from sandbox.dispatches import Intent
from sandbox.faults import Faults
from sandbox.first_world import first_world
from sandbox.gateway import Gateway
from sandbox.hub import Hub, Recorded
from sandbox.interactions import Interactions
from sandbox.messages import Messages
from sandbox.ratelimit import RateLimits
from sandbox.transcript import Transcript
from sandbox.uploads import Uploads

if TYPE_CHECKING:
    from sandbox.modals import ShownModal
    from sandbox.world import World

DEFAULT_TOKEN = "sandbox"  # noqa: S105 - opens nothing but this server


@dataclass(slots=True, kw_only=True)
class Backend:
    """`complaints` are requests that Discord would not know: a bug of the bot, or a gap in the sandbox."""

    token: str
    clock: SandboxClock
    ids: Snowflakes
    hub: Hub
    world: World
    transcript: Transcript
    faults: Faults
    gateway: Gateway
    interactions: Interactions
    messages: Messages
    commands: CommandBook
    limits: RateLimits
    uploads: Uploads
    acts: Acts = field(default_factory=Acts)
    modals: dict[str, ShownModal] = field(default_factory=dict[str, "ShownModal"])
    complaints: list[str] = field(default_factory=list[str])
    invalid_requests: int = 0
    base_url: str = ""

    def listen_at(self, base_url: str) -> None:
        self.base_url = self.gateway.base_url = self.interactions.base_url = base_url


def build(
    *,
    token: str = DEFAULT_TOKEN,
    heartbeat_ms: int = 41_250,
    rate_limits: bool = True,
    allowed_intents: Intent = Intent(0),  # noqa: B008 - a constant
) -> Backend:
    """`allowed_intents` are the privileged ones that the application has been granted."""
    clock = SandboxClock()
    ids = Snowflakes(clock)
    hub = Hub()
    world = first_world(clock)
    transcript = Transcript(clock, lambda entry: hub.tell(Recorded(entry=entry)))
    faults = Faults(hub)
    gateway = Gateway(
        world,
        hub,
        clock=clock,
        faults=faults,
        transcript=transcript,
        token=token,
        heartbeat_ms=heartbeat_ms,
        allowed_intents=allowed_intents,
    )
    uploads = Uploads(ids)
    return Backend(
        token=token,
        clock=clock,
        ids=ids,
        hub=hub,
        world=world,
        transcript=transcript,
        faults=faults,
        gateway=gateway,
        interactions=Interactions(world, clock=clock, ids=ids, gateway=gateway, faults=faults),
        messages=Messages(world, hub, clock=clock, ids=ids, uploads=uploads),
        commands=CommandBook(world, hub, clock=clock, ids=ids),
        limits=RateLimits(clock, enforced=rate_limits),
        uploads=uploads,
    )
