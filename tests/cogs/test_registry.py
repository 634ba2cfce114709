"""The registry from Discord: looking, proposing, deciding, judging, settings, and who may do what."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import discord
import pytest
from simcord import ChannelHandle, Env, InteractionResult, MemberActor, ResponseMessage

from bot.app import Services
from bot.client import Masthead
from bot.registry.curation.roles import Member
from tests.cogs.reading import buttons, options, text

URL = "https://imprint.example/owners"
WHY = "the imprint names another owner"


@pytest.fixture
def boss(simcord_env: Env, desk: ChannelHandle) -> MemberActor:
    manager = simcord_env.guild.create_role("manager", permissions=discord.Permissions(manage_guild=True))
    return simcord_env.guild.add_member(simcord_env.create_user("boss"), roles=[manager])


@pytest.fixture
async def roles(services: Services, simcord_env: Env, boss: MemberActor) -> dict[str, Any]:
    made = {name: simcord_env.guild.create_role(name) for name in ("analyst", "curator", "admin")}
    manager = Member(layer=simcord_env.guild.id, member=str(boss.id), name="boss", manages=True)
    for name, role in made.items():
        await services.curation.map_roles(manager, name, [role.id])
    return made


@pytest.fixture
def people(
    simcord_env: Env, roles: dict[str, Any], desk: ChannelHandle, boss: MemberActor
) -> dict[str, MemberActor]:
    made = {
        name: simcord_env.guild.add_member(simcord_env.create_user(f"the-{name}"), roles=[role])
        for name, role in roles.items()
    }
    made["reader"] = simcord_env.guild.add_member(simcord_env.create_user("the-reader"))
    made["second"] = simcord_env.guild.add_member(simcord_env.create_user("second"), roles=[roles["curator"]])
    return made


async def proposed(
    desk: ChannelHandle, who: MemberActor, *, subject: str = "press-network"
) -> ResponseMessage:
    form = await who.slash(desk, "registry propose", subject=subject, relation="owns", object="agency")
    sent = await who.submit_modal(
        form, {"url": URL, "title": "", "dated": "2025-03 C3", "note": "see page 2"}
    )
    return announced(sent)


def shown(result: InteractionResult) -> ResponseMessage:
    """Return the answer that a member sees."""
    assert result.response is not None
    return result.response


def announced(sent: InteractionResult) -> ResponseMessage:
    """Return the card that the channel sees of what was proposed."""
    assert "waits for a curator" in text(sent.response)
    (card,) = sent.followups
    assert not card.ephemeral
    return card


async def test_an_entry_shows_claims_chains_accounts_and_sources(
    desk: ChannelHandle, ana: MemberActor
) -> None:
    entry = await ana.slash(desk, "registry show", name="agency")
    said = text(entry.response)
    assert "key `agency`" in said
    assert "**Chains**" in said
    assert "`Press-Network` co-publishes with `Agency`" in said
    assert "B2, [source](https://report.example/)" in said
    assert "@agencia_ejemplo" in said
    assert buttons(entry.response)[:4] == ["Propose", "Dispute", "Judge", "History"]
    assert "Press-Network" in buttons(entry.response)
    assert entry.response is not None
    assert [file.filename for file in entry.response.attachments] == ["masthead-chain.png"]


async def test_an_account_and_a_mistyped_name_are_found_too(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    account = await ana.slash(desk, "registry show", name="https://x.com/agencia_ejemplo")
    assert "**Who is said to have it**" in text(account.response)
    found = await ana.slash(desk, "registry search", text="broadcastr")
    assert "`Broadcaster`" in text(found.response)
    nothing = await ana.slash(desk, "registry show", name="qqqqqq")
    assert "no entry" in text(nothing.response)
    simcord_env.errors.clear()


async def test_links_between_entries_are_buttons(desk: ChannelHandle, ana: MemberActor) -> None:
    entry = await ana.slash(desk, "registry show", name="agency")
    opened = await ana.click(shown(entry), label="Press-Network")
    assert opened.ephemeral
    assert "key `press-network`" in text(opened.response)


async def test_a_proposal_is_accepted_and_then_shown_with_its_history(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    waiting = await proposed(desk, people["analyst"])
    assert "### Proposal 1 to add a claim" in text(waiting)
    assert "`Press-Network` owns `Agency`" in text(waiting)
    assert "grade C3" in text(waiting)
    queue = await people["curator"].slash(desk, "registry review")
    assert "1 of 1 that wait" in text(queue.response)
    # Another body has authority over the agency; both would stand.
    assert "**Sources disagree.**" in text(queue.response)
    await people["curator"].click(shown(queue), label="Accept")
    assert "**Accepted** by `the-curator`" in text(queue.response)
    entry = await people["reader"].slash(desk, "registry show", name="agency")
    assert "this server's own" in text(entry.response)
    past = await people["reader"].click(shown(entry), label="History")
    assert "`the-curator` accepted the proposal 1" in text(past.response)
    assert "`the-analyst` proposed to add (proposal 1): `see page 2`" in text(past.response)


async def test_a_proposal_is_amended_rejected_and_the_decision_undone(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    first = await proposed(desk, people["analyst"])
    old = await people["second"].slash(desk, "registry review")
    form = await people["curator"].click(first, label="Amend")
    await people["curator"].submit_modal(form, {"relation": ["funds"], "dated": "B2"})
    assert "`Press-Network` funds `Agency`" in text(first)
    assert "As amended by `the-curator`" in text(first)
    # What the second curator looks at are words that stand no more.
    stale = await people["second"].click(shown(old), label="Accept")
    assert "was amended by `the-curator` meanwhile" in text(stale.followups[0])
    form = await people["second"].click(first, label="Reject")
    await people["second"].submit_modal(form, {"reason": WHY})
    assert "**Rejected** by `second`" in text(first)
    assert WHY in text(first)
    form = await people["curator"].click(first, label="Undo the decision")
    await people["curator"].submit_modal(form, {"reason": "I misread it"})
    assert "that wait" in text(first)


async def test_two_people_decide_where_the_server_says_so(
    desk: ChannelHandle, people: dict[str, MemberActor], boss: MemberActor
) -> None:
    panel = await boss.slash(desk, "settings")
    await boss.click(shown(panel), label="Two people decide")
    assert "**Two people decide** on" in text(panel.response)
    mine = await proposed(desk, people["curator"])
    refused = await people["curator"].click(mine, label="Accept")
    assert "these words are yours" in text(refused.followups[0])
    await people["second"].click(mine, label="Accept")
    assert "**Accepted** by `second`" in text(mine)


async def test_a_card_takes_a_dispute_a_judgement_and_a_proposal(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    ana, cur = people["analyst"], people["curator"]
    card = await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert {"Judge", "Propose", "Dispute"} <= set(buttons(card.response))
    listed = await ana.click(shown(card), label="Judge")
    assert "the link as a whole" in options(listed.response)
    form = await ana.select(shown(listed), ["link"])
    held = await ana.submit_modal(
        form, {"verdict": ["refute"], "likelihood": [], "responsibility": [], "reason": WHY}
    )
    assert "Judgement 1 is held with your name: refute" in text(held.response)
    again = await cur.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert f"the analyst `the-analyst` refuted the link: `{WHY}`" in text(again.response)
    listed = await ana.click(shown(card), label="Dispute")
    value = next(iter(options(listed.response).values()))
    form = await ana.select(shown(listed), [value])
    made = await ana.submit_modal(form, {"reason": WHY, "url": ""})
    assert "to take a claim out" in text(announced(made))
    form = await ana.click(shown(card), label="Propose")
    made = await ana.submit_modal(
        form, {"relation": ["owns<"], "other": "broadcaster", "url": URL, "dated": "", "note": ""}
    )
    assert "`Broadcaster` owns `@ejemplo_hoy_1` on X" in text(announced(made))
    assert "grade F6" in text(announced(made))


async def test_what_has_no_source_is_refused_with_a_sentence(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    form = await people["analyst"].slash(
        desk, "registry propose", subject="outlet", relation="owns", object="agency"
    )
    sent = await people["analyst"].submit_modal(
        form, {"url": "somewhere", "title": "", "dated": "", "note": ""}
    )
    assert "is not the address of a source" in text(sent.response)


async def test_roles_are_mapped_in_the_settings(
    simcord_env: Env, desk: ChannelHandle, boss: MemberActor, services: Services
) -> None:
    role = simcord_env.guild.create_role("team")
    ana = simcord_env.guild.add_member(simcord_env.create_user("ana"), roles=[role])
    refused = await ana.slash(desk, "registry propose", subject="outlet", relation="owns", object="agency")
    sent = await ana.submit_modal(refused, {"url": URL, "title": "", "dated": "", "note": ""})
    assert "takes the role analyst, and you are reader" in text(sent.response)
    panel = await boss.slash(desk, "settings")
    await boss.select(shown(panel), [role], custom_id="settings-roles:1:analyst")
    assert "### Proposal 1" in text(await proposed(desk, ana))
    await boss.click(shown(panel), label="Everyone may propose and judge")
    assert "may look, propose, dispute and judge" in text(panel.response)


async def test_the_audit_trail_is_exported_with_hashes(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    await proposed(desk, people["analyst"])
    exported = await people["admin"].slash(desk, "registry audit")
    assert exported.response is not None
    (file,) = exported.response.attachments
    lines = [json.loads(line) for line in (await file.read()).splitlines()]
    assert [line["act"] for line in lines] == ["role.mapped"] * 3 + ["proposal.made"]
    assert all(after["previous"] == before["hash"] for before, after in pairwise(lines))


async def test_only_the_author_withdraws(desk: ChannelHandle, people: dict[str, MemberActor]) -> None:
    waiting = await proposed(desk, people["analyst"])
    refused = await people["admin"].click(waiting, label="Withdraw")
    assert "only whoever made a proposal" in text(refused.followups[0])
    await people["analyst"].click(waiting, label="Withdraw")
    assert "**Withdrawn** by `the-analyst`" in text(waiting)


async def test_buttons_work_after_a_restart(
    simcord_env: Env, services: Services, desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    waiting = await proposed(desk, people["analyst"])
    entry = shown(await people["reader"].slash(desk, "registry show", name="agency"))
    await simcord_env.restart_bot(Masthead(services))
    opened = await people["reader"].click(entry, label="Press-Network")
    assert "key `press-network`" in text(opened.response)
    assert (await people["analyst"].click(entry, label="Propose")).modal is not None
    await people["curator"].click(waiting, label="Accept")
    assert "**Accepted** by `the-curator`" in text(waiting)


async def test_a_member_takes_their_name_out_and_the_trail_still_holds(
    desk: ChannelHandle, people: dict[str, MemberActor], services: Services
) -> None:
    waiting = await proposed(desk, people["analyst"])
    panel = await people["analyst"].slash(desk, "privacy")
    data = await people["analyst"].click(shown(panel), label="Show my data")
    (file,) = shown(data).attachments
    assert json.loads(await file.read())["kept"]["Curating"]["acts"][0]["act"] == "proposal.made"
    sure = await people["analyst"].click(shown(panel), label="Delete my data")
    await people["analyst"].click(shown(sure), label="Delete for good")
    queue = await people["curator"].slash(desk, "registry review")
    assert "by `a former member`" in text(queue.response)
    assert "the-analyst" not in text(queue.response)
    assert await services.curation.examine() == []
    assert waiting is not None


async def test_a_claim_is_judged_from_its_entry_and_marked_there(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    ana = people["analyst"]
    entry = shown(await ana.slash(desk, "registry show", name="agency"))
    listed = shown(await ana.click(entry, label="Judge"))
    value = next(value for words, value in options(listed).items() if "co-publishes" in words)
    form = await ana.select(listed, [value])
    await ana.submit_modal(form, {"verdict": ["unsure"], "reason": WHY})
    again = await ana.slash(desk, "registry show", name="agency")
    assert "unsure by `the-analyst`" in text(again.response)


async def test_a_word_is_taken_back_by_whoever_gave_it(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    card = shown(await people["analyst"].slash(desk, "check", account="@ejemplo_hoy_1", platform="x"))

    async def judge(who: MemberActor, verdict: str) -> str:
        form = await who.select(shown(await who.click(card, label="Judge")), ["link"])
        values = {"verdict": [verdict], "likelihood": [], "responsibility": [], "reason": WHY}
        return text((await who.submit_modal(form, values)).response)

    assert "held with your name" in await judge(people["analyst"], "refute")
    assert "you have not judged that" in await judge(people["curator"], "take back")
    assert "Judgement 1 is withdrawn" in await judge(people["analyst"], "take back")
    again = await people["analyst"].slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert "refuted" not in text(again.response)


async def test_a_name_is_proposed_from_its_entry_shown_with_its_script_and_disputed(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    ana, cur = people["analyst"], people["curator"]
    entry = shown(await ana.slash(desk, "registry show", name="agency"))
    form = await ana.click(entry, label="Propose")
    made = announced(
        await ana.submit_modal(
            form,
            {
                "relation": ["has_name>"],
                "other": "示例社 (zh-Hans, abbreviation)",
                "url": URL,
                "dated": "",
                "note": "",
            },
        )
    )
    assert "`Agency` is also named `示例社` (abbreviation, zh-Hans)" in text(made)
    form = await cur.click(made, label="Amend")
    await cur.submit_modal(form, {"object": "示例通讯社 (zh-Hans)"})
    assert "`Agency` is also named `示例通讯社` (alias, zh-Hans)" in text(made)
    await people["second"].click(made, label="Accept")
    assert "**Accepted** by `second`" in text(made)
    again = shown(await ana.slash(desk, "registry show", name="示例通讯社"))
    assert "**Also named** `示例通讯社` (zh-Hans, this server's own)" in text(again)
    listed = shown(await ana.click(again, label="Dispute"))
    value = next(value for words, value in options(listed).items() if "示例通讯社" in words)
    assert value.startswith("entity_name:")
    disputed = announced(
        await ana.submit_modal(await ana.select(listed, [value]), {"reason": WHY, "url": ""})
    )
    assert "`Agency` is also named `示例通讯社` (alias, `zh-Hans`)" in text(disputed)
    await cur.click(disputed, label="Accept")
    assert "示例通讯社" not in text(shown(await ana.slash(desk, "registry show", name="agency")))
    form = await cur.click(disputed, label="Undo the decision")
    await cur.submit_modal(form, {"reason": "it was this one"})
    assert "示例通讯社" in text(shown(await ana.slash(desk, "registry show", name="agency")))


async def test_a_class_stands_beside_another_of_the_same_year(
    desk: ChannelHandle, people: dict[str, MemberActor]
) -> None:
    async def classed(said: str, url: str) -> ResponseMessage:
        form = await people["analyst"].slash(
            desk, "registry propose", subject="agency", relation="has_class", object=said
        )
        sent = await people["analyst"].submit_modal(
            form, {"url": url, "title": "", "dated": "2025-05 B2", "note": ""}
        )
        return announced(sent)

    first = await classed("SC 2025", URL)
    assert "is classed as state-controlled media (SC) in the edition `2025`" in text(first)
    await people["curator"].click(first, label="Accept")
    second = await classed("CaPu 2025", "https://other.example/list")
    assert "**Sources disagree.**" in text(second)
    await people["curator"].click(second, label="Accept")
    said = text(shown(await people["reader"].slash(desk, "registry show", name="agency")))
    assert "state-controlled media (SC) in the edition `2025`" in said
    assert "state-managed media (CaPu) in the edition `2025`" in said


async def test_a_judged_name_says_so_and_stays(desk: ChannelHandle, people: dict[str, MemberActor]) -> None:
    form = await people["analyst"].slash(
        desk, "registry propose", subject="agency", relation="has_name", object="Ejemplar"
    )
    sent = await people["analyst"].submit_modal(form, {"url": URL, "title": "", "dated": "", "note": ""})
    await people["curator"].click(announced(sent), label="Accept")
    entry = shown(await people["analyst"].slash(desk, "registry show", name="agency"))
    listed = shown(await people["analyst"].click(entry, label="Judge"))
    value = next(value for words, value in options(listed).items() if "Ejemplar" in words)
    form = await people["analyst"].select(listed, [value])
    await people["analyst"].submit_modal(form, {"verdict": ["refute"], "reason": WHY})
    again = text(shown(await people["analyst"].slash(desk, "registry show", name="agency")))
    assert "`Ejemplar` (this server's own, refuted by `the-analyst`)" in again
