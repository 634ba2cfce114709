"""What one server adds stays there: nothing that another one can look at tells of it until it is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import discord
import pytest
from simcord import ChannelHandle, Env, GuildHandle, MemberActor

from bot.app import Services
from bot.registry.curation.roles import Member
from bot.registry.exporters import ExportFormat, export_file
from bot.registry.importers import export_csv
from bot.store.held import ClaimKind, ClaimRef
from tests.cogs.reading import text

URL = "https://susurro.example/page"
# Every word that only the first server wrote.
SECRETS = (
    "Casa Secreta",
    "casa-secreta",
    "秘密社",
    "secreta.example",
    "susurro",
    "la_secreta_1",
    "2031",
    "Murmullo",
)


@pytest.fixture
def other(simcord_env: Env, desk: ChannelHandle) -> GuildHandle:
    return simcord_env.create_guild("Elsewhere")


@pytest.fixture
def elsewhere(other: GuildHandle) -> ChannelHandle:
    return other.create_text_channel("other-desk")


@pytest.fixture
async def added(services: Services, simcord_env: Env, desk: ChannelHandle) -> dict[str, ClaimRef]:
    """Let the first server hold something of every kind, dispute something, and judge."""
    boss = Member(layer=simcord_env.guild.id, member="1", name="Murmullo", manages=True)
    curation = services.curation
    claims: dict[str, ClaimRef] = {}

    async def hold(subject: str, relation: str, object_: str) -> ClaimRef:
        made = await curation.propose(
            boss, subject=subject, relation=relation, object=object_, url=URL, note="Murmullo"
        )
        done = await curation.accept(boss, made.proposal_id, version=1)
        assert done.claim is not None
        return done.claim

    claims["site"] = await hold("new: Casa Secreta (outlet, PY)", "has_site", "secreta.example")
    for name, relation, object_ in (
        ("account", "has_account", "https://x.com/la_secreta_1"),
        ("name", "has_name", "秘密社 (zh-Hans)"),
        ("class", "has_class", "IP 2031"),
        ("owner", "owns", "news"),
    ):
        claims[name] = await hold("Casa Secreta", relation, object_)
    claims["alias"] = await hold("agency", "has_name", "Agencia Casa Secreta")
    await curation.propose(
        boss, subject="Casa Secreta", relation="funds", object="agency", url=URL, note="Murmullo"
    )
    await curation.dispute(boss, ClaimRef(kind=ClaimKind.CLAIM, claim_id=3), reason="Murmullo", url=URL)
    for number in (3, 4):
        await curation.judge_claim(
            boss, ClaimRef(kind=ClaimKind.CLAIM, claim_id=number), verdict="refute", reason="Murmullo"
        )
    return claims


async def told(who: MemberActor, channel: ChannelHandle) -> str:
    """Return everything that a member is told who looks for what the first server holds."""
    said: list[str] = []
    # First, since what a server asks about is offered to it again.
    for command, option in (("registry show", "name"), ("registry propose", "subject"), ("check", "account")):
        for typed in ("Casa Secreta", "秘密社", "la_secreta", "secreta.example"):
            offered = await who.autocomplete(channel, command, option, typed)
            said.append(str(offered))
    for name in ("Casa Secreta", "casa-secreta", "秘密社", "secreta.example", "https://x.com/la_secreta_1"):
        said.append(text((await who.slash(channel, "registry show", name=name)).response))
        said.append(text((await who.slash(channel, "registry history", name=name)).response))
        said.append(text((await who.slash(channel, "registry search", text=name)).response))
    # What it says about, and next to, entries that every server sees.
    for name in ("news", "agency", "press-network", "https://x.com/ejemplo_hoy_1"):
        entry = (await who.slash(channel, "registry show", name=name)).response
        assert entry is not None
        said.append(text(entry))
        for label in ("History", "Dispute", "Judge"):
            pressed = await who.click(entry, label=label)
            said += [text(pressed.response), str(pressed.response.components if pressed.response else "")]
    for account in ("https://x.com/ejemplo_hoy_1", "https://x.com/la_secreta_1", "https://secreta.example"):
        card = (await who.slash(channel, "check", account=account)).response
        # A card names what was asked about, which tells whoever typed it nothing.
        asked = account.rpartition("/")[2]
        said.append(text(card).replace(asked, "…"))
    said.append(text((await who.slash(channel, "registry review")).response))
    said.append(text((await who.slash(channel, "registry review", proposal=7)).response))
    audit = (await who.slash(channel, "registry audit")).response
    assert audit is not None
    said += [(await file.read()).decode() for file in audit.attachments]
    return "\n".join(said)


@pytest.fixture
def manager(simcord_env: Env, other: GuildHandle, elsewhere: ChannelHandle) -> MemberActor:
    role = other.create_role("manager", permissions=discord.Permissions(manage_guild=True))
    return other.add_member(simcord_env.create_user("eva"), roles=[role])


async def test_whoever_looks_from_another_server_finds_nothing_of_it(
    simcord_env: Env, added: dict[str, ClaimRef], elsewhere: ChannelHandle, manager: MemberActor
) -> None:
    assert added
    # What they typed themselves comes back to them and tells them nothing.
    said = _without_echoes(await told(manager, elsewhere))
    assert [line for line in said.splitlines() for secret in SECRETS if secret in line] == []
    simcord_env.errors.clear()


async def test_whoever_looks_from_the_server_itself_finds_all_of_it(
    simcord_env: Env, added: dict[str, ClaimRef], desk: ChannelHandle
) -> None:
    """The same questions, so that the test above cannot pass by asking nothing."""
    assert added
    role = simcord_env.guild.create_role("boss", permissions=discord.Permissions(manage_guild=True))
    boss = simcord_env.guild.add_member(simcord_env.create_user("boss"), roles=[role])
    said = _without_echoes(await told(boss, desk))
    assert [secret for secret in SECRETS if secret not in said] == []
    simcord_env.errors.clear()


def _without_echoes(said: str) -> str:
    echoed = (
        "no entry",
        "named like",
        "nothing in the registry",
        "is not held",
        "Nothing is held",
        "holds nothing",
    )
    return "\n".join(line for line in said.splitlines() if not any(word in line for word in echoed))


@pytest.mark.parametrize("form", [form for form in ExportFormat if form is not ExportFormat.MASTHEAD])
async def test_no_export_of_the_base_holds_it(
    services: Services, added: dict[str, ClaimRef], tmp_path: Path, form: ExportFormat
) -> None:
    assert added
    file = tmp_path / "export"
    await services.database.read(export_file, file, form=form, now=datetime(2026, 11, 21, tzinfo=UTC))
    written = file.read_text(encoding="utf-8")
    assert "Press-Network" in written
    assert [secret for secret in SECRETS if secret in written] == []


async def test_our_own_set_holds_it_only_once_it_is_published(
    services: Services, desk: ChannelHandle, simcord_env: Env, added: dict[str, ClaimRef], tmp_path: Path
) -> None:
    async def exported(name: str) -> str:
        await services.database.read(export_csv, tmp_path / name)
        return "".join(file.read_text(encoding="utf-8") for file in sorted((tmp_path / name).iterdir()))

    assert [secret for secret in SECRETS if secret in await exported("before")] == []
    boss = Member(layer=simcord_env.guild.id, member="1", name="Murmullo", manages=True)
    asked = await services.curation.publish(boss, added["name"], reason="others should know")
    operator = Member.at_the_command_line(layer=boss.layer)
    await services.curation.accept(operator, asked.proposal_id, version=1)
    after = await exported("after")
    # The name and whose it is; what else is said of that entity stays where it is.
    assert "秘密社" in after
    assert "Casa Secreta" in after
    assert [
        secret for secret in ("secreta.example", "la_secreta_1", "2031", "Murmullo") if secret in after
    ] == []
    assert await services.curation.examine() == []
