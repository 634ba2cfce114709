"""Messages, threads, direct messages and permissions, as an unchanged discord.py sends them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import discord
import pytest
from discord.http import handle_message_parameters

from sandbox.errors import Impossible
from sandbox.permissions import Permission
from sandbox.server import Sandbox
from sandbox.world import Channel, ChannelType, ThreadState, User
from tests.sandbox.probe import Probe, card
from tests.sandbox.raw import Answer, ask

if TYPE_CHECKING:
    from collections.abc import Awaitable


async def refused(code: int, sending: Awaitable[object]) -> discord.HTTPException:
    with pytest.raises(discord.HTTPException) as caught:
        await sending
    assert caught.value.code == code
    return caught.value


def forum_of(sandbox: Sandbox, probe: Probe) -> discord.ForumChannel:
    forum = probe.get_channel(sandbox.channel("cases").id)
    assert isinstance(forum, discord.ForumChannel)
    return forum


def thread_of(sandbox: Sandbox, probe: Probe) -> discord.Thread:
    thread = probe.get_channel(sandbox.channel("methods").id)
    assert isinstance(thread, discord.Thread)
    return thread


async def test_a_message_is_sent_edited_read_and_deleted(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    sent = await desk.send("Watchlist *South*: one change", embed=discord.Embed(title="Change"))
    await sent.edit(content="Watchlist *South*: two changes")
    again = await desk.fetch_message(sent.id)
    assert (again.content, again.embeds[0].title) == ("Watchlist *South*: two changes", "Change")
    assert again.edited_at is not None
    await sent.delete()
    await refused(10008, desk.fetch_message(sent.id))


async def test_a_reply_points_at_its_message(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    first = await desk.send("First")
    reply = await first.reply("Second")
    assert reply.reference is not None
    assert reply.reference.message_id == first.id


async def test_text_grows_into_a_layout_when_the_old_parts_are_taken_away(
    sandbox: Sandbox, probe: Probe
) -> None:
    sent = await probe.text_channel(sandbox).send("Watchlist *South*: one change")
    await refused(50035, sent.edit(view=card("Change")))
    grown = await sent.edit(content=None, embeds=[], view=card("Change"))
    assert grown.flags.components_v2
    await refused(50035, grown.edit(content="back to text"))


async def test_the_same_nonce_is_sent_once(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    first = await desk.send("Alert 4821", nonce="alert-4821-desk")
    second = await desk.send("Alert 4821", nonce="alert-4821-desk")
    assert second.id == first.id
    assert len(sandbox.channel("desk").messages) == 1
    sandbox.chaos.jump(301)
    third = await desk.send("Alert 4821", nonce="alert-4821-desk")
    assert third.id != first.id


async def test_several_files_with_descriptions(sandbox: Sandbox, probe: Probe) -> None:
    files = [
        discord.File(io.BytesIO(f"{n}".encode()), f"part-{n}.csv", description=f"Part {n}") for n in range(3)
    ]
    sent = await probe.text_channel(sandbox).send("Parts", files=files)
    assert [(a.filename, a.description, a.size) for a in sent.attachments] == [
        ("part-0.csv", "Part 0", 1),
        ("part-1.csv", "Part 1", 1),
        ("part-2.csv", "Part 2", 1),
    ]
    kept = await sent.edit(attachments=[sent.attachments[1]])
    assert [a.filename for a in kept.attachments] == ["part-1.csv"]


async def test_a_picture_is_shown_by_its_name(sandbox: Sandbox, probe: Probe) -> None:
    chart = discord.File(io.BytesIO(b"\x89PNG"), "chart.png")
    embed = discord.Embed(title="Views").set_image(url="attachment://chart.png")
    sent = await probe.text_channel(sandbox).send(embed=embed, file=chart)
    assert sent.embeds[0].image.url == sent.attachments[0].url
    assert await sent.attachments[0].read() == b"\x89PNG"


async def test_a_file_too_large_is_40005(sandbox: Sandbox, probe: Probe) -> None:
    large = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "corpus.csv")
    error = await refused(40005, probe.text_channel(sandbox).send(file=large))
    assert error.status == 413


async def test_errors_name_the_nested_place(sandbox: Sandbox, probe: Probe) -> None:
    embeds = [discord.Embed(title="fine"), discord.Embed(title="a" * 257)]
    error = await refused(50035, probe.text_channel(sandbox).send(embeds=embeds))
    assert "In embeds.1.title: Must be 256 or fewer in length." in str(error)


async def test_an_empty_message_is_50006(sandbox: Sandbox, probe: Probe) -> None:
    await refused(50006, probe.text_channel(sandbox).send(""))


async def test_threads_are_made_joined_written_in_and_archived(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    start = await desk.send("Case 17")
    thread = await start.create_thread(name="Case 17", auto_archive_duration=1440)
    assert thread.id == start.id
    sent = await thread.send("Open")
    await refused(160004, start.create_thread(name="again"))
    await thread.edit(archived=True)
    await refused(50083, sent.edit(content="Closed"))
    await refused(50083, sent.add_reaction("👀"))
    await thread.send("Open again")
    state = sandbox.channel("Case 17").thread
    assert state is not None
    assert not state.archived
    await sent.edit(content="Now it can be edited")


async def test_a_locked_thread_stays_shut(sandbox: Sandbox, probe: Probe) -> None:
    sandbox.chaos.archive(sandbox.channel("methods"), locked=True)
    await refused(50083, thread_of(sandbox, probe).send("Open?"))


async def test_a_forum_post_carries_its_first_message_and_tags(sandbox: Sandbox, probe: Probe) -> None:
    forum = forum_of(sandbox, probe)
    created = await forum.create_thread(
        name="Case 18",
        content="What is known",
        applied_tags=[forum.available_tags[0]],
        file=discord.File(io.BytesIO(b"x"), "x.csv"),
    )
    post = sandbox.channel("Case 18")
    assert [message.content for message in post.messages.values()] == ["What is known"]
    assert created.message.attachments[0].filename == "x.csv"
    assert [tag.name for tag in created.thread.applied_tags] == ["open"]
    await created.thread.edit(applied_tags=[forum.available_tags[1]], archived=True)
    assert post.thread is not None
    assert post.thread.applied_tags == [forum.available_tags[1].id]


async def test_a_forum_itself_takes_no_messages(sandbox: Sandbox, probe: Probe) -> None:
    forum = forum_of(sandbox, probe)
    hello = handle_message_parameters(content="hello")
    await refused(50008, probe.http.send_message(forum.id, params=hello))
    await refused(50035, forum.create_thread(name="a" * 101, content="b"))


async def test_a_direct_message_reaches_an_open_door_alone(sandbox: Sandbox, probe: Probe) -> None:
    ana, rui = sandbox.person("ana"), sandbox.person("rui")
    user = await probe.fetch_user(ana.user.id)
    await user.send("An alert for you")
    assert [message.content for message in ana.dm.messages.values()] == ["An alert for you"]
    rui.close_dms()
    error = await refused(50007, (await probe.fetch_user(rui.user.id)).send("An alert for you"))
    assert isinstance(error, discord.Forbidden)
    rui.close_dms(closed=False)
    await (await probe.fetch_user(rui.user.id)).send("Now")
    assert len(rui.dm.messages) == 1


async def test_somebody_who_left_the_server_cannot_be_written_to(sandbox: Sandbox, probe: Probe) -> None:
    rui = sandbox.person("rui")
    for guild in sandbox.backend.world.guilds.values():
        del guild.members[rui.user.id]
    await refused(50278, (await probe.fetch_user(rui.user.id)).send("An alert for you"))


async def test_reactions_and_typing(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    sent = await desk.send("Seen?")
    await sent.add_reaction("👀")
    message = sandbox.channel("desk").messages[sent.id]
    sandbox.person("rui").react(message, "👀")
    assert message.reactions == {"👀": {sandbox.backend.world.bot.id, sandbox.person("rui").user.id}}
    await sent.remove_reaction("👀", probe.user or discord.Object(0))
    assert message.reactions == {"👀": {sandbox.person("rui").user.id}}
    await refused(10014, sent.add_reaction("not_an_emoji"))
    async with desk.typing():
        pass


@pytest.mark.parametrize(
    ("permission", "code"),
    [
        (Permission.VIEW_CHANNEL, 50001),
        (Permission.SEND_MESSAGES, 50013),
        (Permission.EMBED_LINKS, 50013),
        (Permission.ATTACH_FILES, 50013),
    ],
)
async def test_a_permission_taken_in_mid_flight_is_missed_at_once(
    sandbox: Sandbox, probe: Probe, permission: Permission, code: int
) -> None:
    desk, place = probe.text_channel(sandbox), sandbox.channel("desk")
    sandbox.chaos.take_permission(permission, channel=place)
    file, embed = discord.File(io.BytesIO(b"x"), "x.csv"), discord.Embed(title="a")
    await refused(code, desk.send("a", embed=embed, file=file))
    sandbox.chaos.give_permission(permission, channel=place)
    await desk.send("a", embed=embed, file=discord.File(io.BytesIO(b"x"), "x.csv"))


async def test_the_bot_hears_that_a_permission_is_gone(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    assert desk.permissions_for(desk.guild.me).send_messages
    sandbox.chaos.take_permission(Permission.SEND_MESSAGES)
    await sandbox.until(lambda: not desk.permissions_for(desk.guild.me).send_messages)


async def test_other_peoples_messages_are_theirs(sandbox: Sandbox, probe: Probe) -> None:
    written = sandbox.person("rui").say("Mine")
    message = await probe.text_channel(sandbox).fetch_message(written.id)
    await refused(50005, message.edit(content="Yours"))
    await refused(50013, message.delete())


async def test_only_whom_the_message_allows_is_notified(sandbox: Sandbox, probe: Probe) -> None:
    analyst = next(role for role in probe.guilds[0].roles if role.name == "analyst")
    desk = probe.text_channel(sandbox)
    text = f"{analyst.mention} <@{sandbox.person('rui').user.id}> @everyone"
    silent = await desk.send(text)
    loud = await desk.send(text, allowed_mentions=discord.AllowedMentions(roles=[analyst]))
    messages: Channel = sandbox.channel("desk")
    assert not messages.messages[silent.id].mention_roles
    assert not messages.messages[silent.id].mentions
    assert messages.messages[loud.id].mention_roles == [analyst.id]
    assert not messages.messages[loud.id].mention_everyone


async def test_a_mention_and_a_direct_message_carry_their_text(sandbox: Sandbox, probe: Probe) -> None:
    assert probe.user is not None
    sandbox.person("ana").say(f"{probe.user.mention} check @x")
    sandbox.person("ana").say("check @y", channel=sandbox.person("ana").dm)
    await sandbox.until(lambda: len(probe.heard) == 2)
    assert [message.content for message in probe.heard] == [f"{probe.user.mention} check @x", "check @y"]


async def test_reading_the_history_of_a_layout_breaks_as_it_does_on_discord(
    sandbox: Sandbox, probe: Probe
) -> None:
    desk = probe.text_channel(sandbox)
    await desk.send("One")
    assert [message.content async for message in desk.history(limit=5)] == ["One"]
    await desk.send(view=card("Two"))
    answer = await ask(sandbox, "GET", f"/channels/{desk.id}/messages")
    assert (answer.status, answer.body) == (500, None)


async def test_unknown_routes_are_remembered_as_complaints(sandbox: Sandbox, probe: Probe) -> None:
    with pytest.raises(discord.NotFound):
        await probe.fetch_sticker(1)
    assert sandbox.backend.complaints == ["no route for GET /stickers/1"]
    sandbox.backend.complaints.clear()


async def test_edits_of_old_messages_run_out(sandbox: Sandbox, probe: Probe) -> None:
    desk = probe.text_channel(sandbox)
    sent = await desk.send("Status board")
    sandbox.chaos.jump(3601)
    for number in range(3):
        await sent.edit(content=f"Status {number}")
    probe.http.max_ratelimit_timeout = 1
    with pytest.raises(discord.RateLimited):
        await sent.edit(content="Status 4")
    answer = sandbox.backend.transcript.requests("PATCH")[-1].answer
    assert isinstance(answer, dict)
    assert answer["code"] == 30046


async def test_a_crowded_channel_takes_no_more_for_a_while(sandbox: Sandbox) -> None:
    ana, desk = sandbox.person("ana"), sandbox.channel("desk")
    path = f"/channels/{desk.id}/messages"
    for number in range(60):
        ana.say(f"Crowd {number}")
    answer = await ask(sandbox, "POST", path, body={"content": "An alert"})
    assert (answer.status, answer.body["code"], answer.body["global"]) == (429, 20028, False)
    # Other channels are free, and after the wait that was named this one is, too.
    other = f"/channels/{sandbox.channel('alerts').id}/messages"
    assert (await ask(sandbox, "POST", other, body={"content": "An alert"})).status == 200
    sandbox.chaos.jump(answer.body["retry_after"])
    assert (await ask(sandbox, "POST", path, body={"content": "An alert"})).status == 200


async def test_new_conversations_run_out(sandbox: Sandbox) -> None:
    world = sandbox.backend.world
    for number in range(1, 27):
        world.users[number] = User(id=number, name=f"member{number}", display=f"Member {number}")

    async def opened(number: int) -> Answer:
        sandbox.chaos.jump(2)  # slower than the rate limit of the route
        return await ask(sandbox, "POST", "/users/@me/channels", body={"recipient_id": str(number)})

    assert {(await opened(number)).status for number in range(1, 26)} == {200}
    refused = await opened(26)
    assert (refused.status, refused.body["code"]) == (403, 40003)
    # A conversation that is open is none that is opened.
    assert (await opened(1)).status == 200
    sandbox.chaos.jump(600)
    assert (await opened(26)).status == 200


async def test_active_threads_run_out(sandbox: Sandbox) -> None:
    desk, cases = sandbox.channel("desk"), sandbox.channel("cases")
    guild = sandbox.backend.world.guilds[desk.guild_id or 0]
    for number in range(1, 1000):
        state = ThreadState(owner_id=sandbox.backend.world.bot.id, created=sandbox.backend.clock.now())
        guild.channels[number] = Channel(
            id=number,
            kind=ChannelType.PUBLIC_THREAD,
            name=f"t{number}",
            guild_id=guild.id,
            parent_id=desk.id,
            thread=state,
        )
    thread: dict[str, object] = {"name": "one more", "type": 11}
    post: dict[str, object] = {"name": "a case", "message": {"content": "First"}}
    for channel, body in ((desk, thread), (cases, post)):
        answer = await ask(sandbox, "POST", f"/channels/{channel.id}/threads", body=body)
        assert (answer.status, answer.body["code"]) == (400, 160006)
    first = guild.channels[1].thread
    assert first is not None
    first.archived = True
    assert (await ask(sandbox, "POST", f"/channels/{desk.id}/threads", body=thread)).status == 201
    reopened = await ask(sandbox, "PATCH", "/channels/1", body={"archived": False})
    assert (reopened.status, reopened.body["code"]) == (400, 160006)


async def test_slow_mode_slows_members_and_not_those_who_manage(sandbox: Sandbox) -> None:
    sandbox.channel("desk").slow_mode_s = 30
    ana, ada = sandbox.person("ana"), sandbox.person("ada")
    ana.say("First")
    with pytest.raises(Impossible, match="write again in 30 s"):
        ana.say("Second")
    ada.say("First")
    ada.say("Second")
    sandbox.chaos.jump(30)
    ana.say("Second")
