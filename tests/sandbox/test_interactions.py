"""Interactions over real sockets: an unchanged discord.py on one side, a person on the other."""

from __future__ import annotations

import discord
import pytest
from discord import app_commands

from sandbox.errors import Impossible
from sandbox.server import Sandbox
from sandbox.uploads import in_hand
from sandbox.world import Flag, Message
from tests.discord_spec import request_spec
from tests.sandbox.probe import HANDLES, Probe


async def settled(sandbox: Sandbox, message: Message | None) -> Message:
    assert message is not None
    await sandbox.until(lambda: not message.flags & Flag.LOADING)
    return message


def shown(message: Message) -> str:
    return str(message.components)


async def test_a_deferred_command_ends_as_a_card(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").slash("check", {"account": "@x"})
    assert (outcome.ack, outcome.failed) == ("deferred", None)
    message = await settled(sandbox, outcome.message)
    assert "@x over 30 days" in shown(message)
    assert message.flags & Flag.COMPONENTS_V2
    assert message.edited is None  # the end of "thinking" is not an edit
    assert probe.failures == []


async def test_a_whole_conversation_fits_the_document(sandbox: Sandbox, probe: Probe) -> None:
    spec = request_spec()
    for name in ("choose", "private", "file", "judge"):
        await sandbox.person("ana").slash(name)
    await sandbox.until(lambda: len(sandbox.backend.transcript.requests("PATCH", "@original")) == 1)
    sent = [(*entry.title.split(" ", 1), entry.request) for entry in sandbox.backend.transcript.requests()]
    assert len(sent) >= 9
    assert [spec.errors(str(method), str(path), body) for method, path, body in sent] == [[]] * len(sent)


async def test_autocomplete_offers_what_fits(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").complete("check", "account", options={"account": "china"})
    assert [choice["value"] for choice in outcome.choices] == ["@mundo_china"]
    empty = await sandbox.person("ana").complete("check", "account", options={"account": ""})
    assert len(empty.choices) == len(HANDLES)


async def test_a_message_menu_carries_the_text_without_the_content_intent(
    sandbox: Sandbox, probe: Probe
) -> None:
    written = sandbox.person("rui").say("Look at https://social.example/1")
    await sandbox.until(lambda: bool(probe.heard))
    assert probe.heard[0].content == ""
    outcome = await sandbox.person("ana").menu("Check this post", written)
    assert outcome.message is not None
    assert outcome.message.content == "Read: Look at https://social.example/1"


async def test_a_button_works_on_a_message_this_process_never_saw(sandbox: Sandbox, probe: Probe) -> None:
    card = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Evidence", "custom_id": "ev:1:77"}]}
    message = sandbox.backend.messages.send(
        sandbox.channel("desk"),
        {"content": "An old card", "components": [card]},
        author=sandbox.backend.world.bot,
    )
    outcome = await sandbox.person("rui").click(message, "ev:1:77")
    assert outcome.message is not None
    assert outcome.message.content == "Evidence 77"
    assert outcome.message.ephemeral_to == sandbox.person("rui").user.id


async def test_a_select_rewrites_its_message(sandbox: Sandbox, probe: Probe) -> None:
    first = await sandbox.person("ana").slash("choose")
    assert first.message is not None
    outcome = await sandbox.person("ana").choose(first.message, "platform", values=["bluesky"])
    assert outcome.ack == "update"
    assert outcome.message is first.message
    assert first.message.content == "Chosen: bluesky"
    assert first.message.components == []


async def test_a_modal_goes_there_and_back(sandbox: Sandbox, probe: Probe) -> None:
    opened = await sandbox.person("ana").slash("judge")
    assert opened.modal is not None
    values = {"reason": "Two outlets, one editor", "verdict": ["confirm"]}
    outcome = await sandbox.person("ana").submit(opened.modal, values)
    assert outcome.message is not None
    assert outcome.message.content == "confirm: Two outlets, one editor"


async def test_a_modal_asks_for_what_is_required_and_goes_once(sandbox: Sandbox, probe: Probe) -> None:
    opened = await sandbox.person("ana").slash("judge")
    assert opened.modal is not None
    with pytest.raises(Impossible, match="'Reason' must be filled in"):
        await sandbox.person("ana").submit(opened.modal, {"verdict": ["refute"]})
    with pytest.raises(Impossible, match="at most 400"):
        await sandbox.person("ana").submit(opened.modal, {"reason": "a" * 401, "verdict": ["refute"]})
    with pytest.raises(Impossible, match="one of its options"):
        await sandbox.person("ana").submit(opened.modal, {"reason": "a", "verdict": ["perhaps"]})
    with pytest.raises(Impossible, match="not open any more"):
        await sandbox.person("rui").submit(opened.modal, {"reason": "a", "verdict": ["refute"]})
    await sandbox.person("ana").submit(opened.modal, {"reason": "a", "verdict": ["refute"]})
    with pytest.raises(Impossible, match="not open any more"):
        await sandbox.person("ana").submit(opened.modal, {"reason": "a", "verdict": ["refute"]})


async def test_a_modal_opened_by_a_button_belongs_to_its_message(sandbox: Sandbox, probe: Probe) -> None:
    first = await sandbox.person("ana").slash("choose")
    assert first.message is not None
    opened = await sandbox.person("ana").click(first.message, "judge")
    assert opened.modal is not None
    assert opened.modal.opener.source is first.message


async def test_ephemeral_answers_reach_their_person_only(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").slash("private")
    assert outcome.message is not None
    desk = sandbox.channel("desk")
    await sandbox.until(lambda: len(desk.messages) == 2)
    assert {message.ephemeral_to for message in desk.messages.values()} == {sandbox.person("ana").user.id}
    with pytest.raises(Impossible, match="no such message"):
        await sandbox.person("rui").click(outcome.message, "any")
    # Ephemeral messages are no channel messages: the gateway is silent about them, and the route knows none.
    assert probe.heard == []
    with pytest.raises(discord.NotFound, match="10008"):
        await probe.text_channel(sandbox).fetch_message(outcome.message.id)


async def test_a_file_travels_as_multipart_and_can_be_read_again(sandbox: Sandbox, probe: Probe) -> None:
    outcome = await sandbox.person("ana").slash("file")
    message = await settled(sandbox, outcome.message)
    (attachment,) = message.attachments
    assert (attachment.name, attachment.description) == ("evidence.csv", "The posts")
    assert attachment.data == b"account,posts\n@x,3\n"
    fetched = await probe.text_channel(sandbox).fetch_message(message.id)
    assert await fetched.attachments[0].read() == attachment.data


async def test_a_person_hands_a_file_to_a_command(sandbox: Sandbox, probe: Probe) -> None:
    files = [in_hand("accounts.csv", b"@a\n@b\n")]
    outcome = await sandbox.person("ana").slash("read_file", {"table": 0}, files=files)
    assert outcome.message is not None
    assert outcome.message.content == "accounts.csv: 6 bytes"


async def test_subcommands_carry_resolved_members(sandbox: Sandbox, probe: Probe) -> None:
    rui = sandbox.person("rui").user
    outcome = await sandbox.person("ada").slash("watchlist add", {"name": "south", "member": str(rui.id)})
    assert outcome.message is not None
    assert outcome.message.content == f"south for <@{rui.id}>"
    # AllowedMentions.none() on the client: the text names Rui and notifies nobody.
    assert outcome.message.mentions == []


async def test_what_discords_client_would_not_send_is_refused_with_a_sentence(
    sandbox: Sandbox, probe: Probe
) -> None:
    ana = sandbox.person("ana")
    with pytest.raises(Impossible, match="'account' is required"):
        await ana.slash("check")
    with pytest.raises(Impossible, match="'days' takes at most 90"):
        await ana.slash("check", {"account": "@x", "days": 91})
    with pytest.raises(Impossible, match="no option 'acount'"):
        await ana.slash("check", {"acount": "@x"})
    with pytest.raises(Impossible, match="needs a subcommand"):
        await sandbox.person("ada").slash("watchlist")
    with pytest.raises(Impossible, match="not have permission"):
        await ana.slash("watchlist add", {"name": "south"})


async def test_a_second_answer_is_40060(sandbox: Sandbox, probe: Probe) -> None:
    await sandbox.person("ana").slash("twice")
    await sandbox.until(lambda: bool(sandbox.backend.transcript.requests("POST", "callback")[1:]))
    await sandbox.until(lambda: bool(probe.failures))
    (failure,) = probe.failures
    assert isinstance(failure, app_commands.CommandInvokeError)
    assert isinstance(failure.original, discord.HTTPException)
    assert failure.original.code == 40060
