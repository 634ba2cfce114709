"""A desk with a member of every role, and whatever there is to press there, each time anew."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from bot.accounts import AccountRef, Platform
from bot.registry.curation.roles import Member
from bot.store.held import ClaimKind, ClaimRef
from bot.store.sweeps import SweepRunId
from bot.store.watch_records import Terms
from sandbox.permissions import Permission
from sandbox.world import Member as Seat
from sandbox.world import Overwrite, Person, Role, User
from tests.sandbox.test_watching import Newsroom, text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Awaitable, Callable, Mapping

    from cogs.network import NetworkCog
    from sandbox.asking import Outcome
    from sandbox.people import Actor
    from sandbox.server import Sandbox
    from sandbox.uploads import FilePart
    from sandbox.wire import Obj
    from sandbox.world import Channel, Message

WHY = "it says so in the imprint"
V2 = 1 << 15

# Everything that only some may change; what a look leaves behind (accounts, checks) is not among it.
_HELD = (
    "source",
    "entity",
    "entity_name",
    "typology",
    "claim",
    "account_claim",
    "domain_claim",
    "hidden",
    "proposal",
    "judgement",
    "audit",
    "guild",
    "guild_role",
    "watchlist",
    "subscription",
    "mute",
)
# The poller works meanwhile: of what it writes too, this much is people's doing.
_BESIDE = (
    "SELECT watchlist_id, account_id, added_by FROM watch_item ORDER BY 1, 2",
    "SELECT alert_id, acknowledged_by, comment FROM alert WHERE acknowledged_ms IS NOT NULL ORDER BY 1",
)


@dataclass(slots=True, kw_only=True)
class Office:
    """`who` tries; `boss` may do everything and prepares what is tried."""

    room: Newsroom
    role: str
    who: Actor
    boss: Member
    own: Member
    spare: int
    numbers: int = 0
    nonce: str | None = None
    before: str | None = None
    known: set[int] = field(default_factory=set[int])

    async def attempt(self, act: Callable[[Office], Awaitable[Outcome]]) -> tuple[str, bool]:
        """Let the member try; return what they were told, and whether anything held was changed by it."""
        self.before, self.known = None, set()
        outcome = await act(self)
        told = await self._told_by(outcome)
        return told, await self._changed()

    async def _changed(self) -> bool:
        return self.before != await self.held()

    async def _begin(self) -> None:
        # What was prepared until here is not the member's doing.
        if self.before is None:
            self.before, self.known = await self.held(), self._messages()

    async def slash(self, command: str, **options: object) -> Outcome:
        await self._begin()
        return await self.who.slash(command, options, channel=self.room.desk)

    async def send(self, command: str, attached: FilePart, **options: object) -> Outcome:
        await self._begin()
        return await self.who.slash(command, options, channel=self.room.desk, files=[attached])

    async def menu(self, name: str, words: str) -> Outcome:
        said = self.room.ada.say(words, channel=self.room.desk)
        await self._begin()
        return await self.who.menu(name, said)

    async def press(self, custom_id: str) -> Outcome:
        """Press a button of ours that stands in the channel, posted by whoever, whenever."""
        message = self._posted({"type": 2, "style": 2, "label": "Press"}, custom_id)
        await self._begin()
        return await self.who.click(message, custom_id)

    async def pick(self, custom_id: str, value: str) -> Outcome:
        """Choose in a menu of ours that stands in the channel."""
        options = [{"label": "This", "value": value}]
        message = self._posted({"type": 3, "options": options}, custom_id)
        await self._begin()
        return await self.who.choose(message, custom_id, values=[value])

    async def map_a_role(self, grants: str) -> Outcome:
        """Choose a Discord role that means something from now on, other than those that are mapped."""
        custom_id = f"settings-roles:1:{grants}"
        message = self._posted({"type": 6, "min_values": 0, "max_values": 25}, custom_id)
        await self._begin()
        return await self.who.choose(message, custom_id, values=[str(self.spare)])

    async def fill(self, opened: Outcome, **values: object) -> Outcome:
        """Send the form that opened; where none did, that is the answer."""
        return opened if opened.modal is None else await self.who.submit(opened.modal, values)

    async def of_run(self, template: str) -> Outcome:
        return await self.press(template.format(await self.run()))

    async def of_entity(self, template: str) -> Outcome:
        return await self.press(template.format(await self.entity()))

    async def cancel_a_sweep(self) -> Outcome:
        """Press Cancel of a sweep that somebody else asked for."""
        # An extension's classes are made anew when it is loaded.
        cog = cast("NetworkCog", self.room.bot.get_cog("Network"))
        number = 77
        task = asyncio.create_task(_for_ever())
        cog.under_way[number] = (1, task)
        outcome = await self.press(f"sweep-cancel:1:{number}")
        task.cancel()
        del cog.under_way[number]
        return outcome

    def _posted(self, component: Obj, custom_id: str) -> Message:
        row = {"type": 1, "components": [component | {"custom_id": custom_id}]}
        backend = self.room.sandbox.backend
        # An alert is an embed; everything else is drawn with components alone.
        body = {"components": [row]} | ({} if custom_id.startswith("alert:") else {"flags": V2})
        return backend.messages.send(self.room.desk, body, author=backend.world.bot)

    def next(self) -> str:
        """Return an address that nothing else names."""
        self.numbers += 1
        return f"https://imprint.example/{self.numbers}"

    async def run(self) -> int:
        """Return a check whose card has every button."""
        checks = self.room.services.checks
        target = AccountRef(platform=Platform.X, handle="ejemplo_hoy_1")
        return (await checks.check(target, asked="@ejemplo_hoy_1", layer=self.boss.layer)).run_id

    async def entity(self, key: str = "agency") -> int:
        query = "SELECT entity_id FROM entity WHERE key = ?"
        return await self.room.services.database.read(lambda c: c.execute(query, (key,)).fetchone()[0])

    async def waiting(self, *, by: Member | None = None) -> int:
        """Return a proposal that waits, in its first version."""
        made = await self.room.services.curation.propose(
            by or self.boss, subject="press-network", relation="funds", object="agency", url=self.next()
        )
        return made.proposal_id

    async def accepted(self) -> tuple[int, ClaimRef]:
        number = await self.waiting()
        done = await self.room.services.curation.accept(self.boss, number, version=1)
        assert done.claim is not None
        return number, done.claim

    async def disputable(self) -> ClaimRef:
        _, claim = await self.accepted()
        assert claim.kind is ClaimKind.CLAIM
        return claim

    async def listed(self) -> str:
        """Return a watchlist that somebody else made, with one account."""
        lists = self.room.services.watch.lists
        self.numbers += 1
        made = await lists.create(self.boss.layer, f"List {self.numbers}", description="", by=1)
        await lists.add(made, [AccountRef(platform=Platform.X, handle="gaceta")], by=1)
        return made.name

    async def told(self) -> str:
        """Return the nonce of an alert in the channel; one is enough, and a muted account gives no second."""
        if self.nonce is None:
            self.nonce = str((await self.room.publish("Una noticia de hoy")).nonce)
        return self.nonce

    async def asked_to_publish(self) -> int:
        """Return a proposal to show a claim to every server, which waits."""
        _, claim = await self.accepted()
        return (await self.room.services.curation.publish(self.boss, claim, reason=WHY)).proposal_id

    async def subscribed(self) -> tuple[str, int]:
        """Return a list and the subscription by which somebody else lets the channel hear of it."""
        name, watch = await self.listed(), self.room.services.watch
        chosen = await watch.lists.named(self.boss.layer, name)
        place = self.room.desk.id
        made, _ = await watch.subscriptions.subscribe(
            chosen, user_id=1, channel_id=place, made_in=place, terms=Terms()
        )
        return name, made.subscription_id

    async def _told_by(self, outcome: Outcome) -> str:
        """Return everything that the member was told, once the bot has done what it does."""
        while tasks := [task for task in asyncio.all_tasks() if task.get_name().startswith(_WORK)]:
            await asyncio.wait(tasks, timeout=60)
        told = [each for channel in self._channels for each in channel.messages.values()]
        new = [
            text(message)
            for message in told
            if message.id not in self.known and message.ephemeral_to in {None, self.who.user.id}
        ]
        # What was pressed may have changed instead.
        return "\n".join([*new, text(outcome.message) if outcome.message else "", outcome.failed or ""])

    @property
    def _channels(self) -> tuple[Channel, Channel]:
        return self.room.desk, self.room.alerts

    def _messages(self) -> set[int]:
        return {each for channel in self._channels for each in channel.messages}

    async def held(self) -> str:
        """Return a digest of everything that only some may change."""
        return await self.room.services.database.read_whole(_digest)


async def _for_ever() -> SweepRunId:
    await asyncio.Event().wait()
    raise AssertionError


_WORK = ("CommandTree-", "discord-ui-", "discord.py: ")


def _digest(connection: sqlite3.Connection) -> str:
    rows = [connection.execute(f"SELECT * FROM main.{table}").fetchall() for table in _HELD]  # noqa: S608
    rows += [connection.execute(query).fetchall() for query in _BESIDE]
    return sha256(repr(rows).encode()).hexdigest()


ROLES = ("none", "reader", "analyst", "curator", "admin", "manager")
MAPPED = ("analyst", "curator", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A member of one role, and the Discord roles that will mean ours."""

    role: str
    user: User
    roles: Mapping[str, int]


def seat(sandbox: Sandbox, role: str) -> Seated:
    """Seat a member before the bot comes: `none` may use no commands, `admin` has the mapped role, `manager`
    Discord's Manage Server.
    """
    world = sandbox.backend.world
    desk, alerts = sandbox.channel("desk"), sandbox.channel("alerts")
    guild = world.guilds[desk.guild_id or 0]
    user = User(id=max(world.users) + 1_000, name=f"the-{role}", display=f"The {role}")
    world.users[user.id] = user
    world.people[role] = Person(key=role, user=user)
    roles: dict[str, int] = {}
    for offset, name in enumerate((*MAPPED, "manager", "spare"), start=1_001):
        number = user.id + offset
        granted = Permission.MANAGE_GUILD if name == "manager" else Permission(0)
        guild.roles[number] = Role(id=number, name=f"our {name}", permissions=granted, position=1)
        roles[name] = number
    held = {roles[role]} if role in roles else set[int]()
    guild.members[user.id] = Seat(user=user, joined_at=sandbox.backend.clock.now(), roles=held)
    if role == "none":
        for channel in (desk, alerts):
            channel.overwrites[user.id] = Overwrite(
                id=user.id, is_member=True, deny=Permission.USE_APPLICATION_COMMANDS
            )
    return Seated(role=role, user=user, roles=roles)


async def office(room: Newsroom, seated: Seated) -> Office:
    """Open the desk of a room in which somebody was seated."""
    layer = room.desk.guild_id or 0
    boss = Member(layer=layer, member="1", name="boss", manages=True)
    for name in MAPPED:
        await room.services.curation.map_roles(boss, name, [seated.roles[name]])
    held = frozenset({seated.roles[seated.role]}) if seated.role in seated.roles else frozenset[int]()
    own = Member(
        layer=layer,
        member=str(seated.user.id),
        name=seated.user.display,
        roles=held,
        manages=seated.role == "manager",
    )
    return Office(
        room=room,
        role=seated.role,
        who=room.sandbox.person(seated.role),
        boss=boss,
        own=own,
        spare=seated.roles["spare"],
    )
