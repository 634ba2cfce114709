from __future__ import annotations

import asyncio
import dataclasses
import logging
import re

import pytest
from discord import app_commands
from simcord import ChannelHandle, Env, MemberActor

from bot.accounts import AccountRef, PostRef
from bot.app import Services
from bot.cards.failures import reference
from bot.checks.service import DEFAULT_DAYS, Checked, CheckService
from bot.client import Masthead
from bot.errors import StoreError, UnknownAccountError
from bot.platforms.look import Look
from bot.store.layers import BASE
from bot.store.records import CheckRunId
from tests.cogs.reading import buttons, options, text
from tests.services import NOW

BUTTONS = ["Evidence", "Watch", "Export", "Judge", "Propose", "Dispute"]


def paths(env: Env) -> list[str]:
    return [f"{request.method} {request.path.rsplit('/', 1)[-1]}" for request in env.http_requests]


async def test_a_check_is_acknowledged_first_and_answered_in_the_channel(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert paths(simcord_env)[-2:] == ["POST callback", "PATCH @original"]
    assert not result.ephemeral
    shown = text(result.response)
    assert shown.startswith("### `@ejemplo_hoy_1` on X")
    assert "**Chain** `@ejemplo_hoy_1` ← listed as an account of `News`" in shown
    assert buttons(result.response) == BUTTONS


async def test_an_address_needs_no_platform_and_a_post_leads_to_its_author(
    desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "check", account="https://twitter.com/Mundo_Ejemplo/status/20?s=20")
    shown = text(result.response)
    assert "### `@mundo_ejemplo` on X" in shown.casefold().replace("on x", "on X")
    assert "[the post asked about](https://x.com/" in shown


async def test_an_unknown_account_is_told_apart_from_a_clean_one(
    desk: ChannelHandle, ana: MemberActor
) -> None:
    result = await ana.slash(desk, "check", account="@nadie_conocido", platform="x")
    shown = text(result.response)
    assert "Not assessed" in shown
    assert "no posts are held" in shown
    assert "Would change if" in shown


async def test_days_reach_the_check(services: Services, desk: ChannelHandle, ana: MemberActor) -> None:
    await ana.slash(desk, "check", account="@nadie_conocido", platform="x", days=7)
    dossier = await services.checks.stored(CheckRunId(1))
    assert dossier is not None
    assert dossier.days == 7


async def test_a_bare_name_is_asked_about_and_the_registered_account_stands_first(
    desk: ChannelHandle, ana: MemberActor
) -> None:
    asked = await ana.slash(desk, "check", account="@mundo_ejemplo")
    assert asked.ephemeral
    assert "Which account do you mean by `@mundo_ejemplo`?" in text(asked.response)
    offered = options(asked.response)
    assert next(iter(offered)) == "@mundo_ejemplo on X"
    assert len(offered) > 3
    assert asked.response is not None

    chosen = await ana.select(asked.response, [offered["@mundo_ejemplo on X"]])
    assert "Checking `@mundo_ejemplo on X`" in text(asked.response)
    (card,) = chosen.followups
    assert not card.ephemeral
    assert text(card).startswith("### `@mundo_ejemplo` on X")
    assert buttons(card) == BUTTONS


async def test_a_choice_made_before_a_restart_still_counts(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    asked = await ana.slash(desk, "check", account="@mundo_ejemplo")
    await simcord_env.restart_bot(Masthead(services))
    assert asked.response is not None
    chosen = await ana.select(asked.response, [options(asked.response)["@mundo_ejemplo on X"]])
    assert [text(card).splitlines()[0] for card in chosen.followups] == ["### `@mundo_ejemplo` on X"]


@pytest.mark.parametrize(
    "typed",
    [
        "   ",
        "x" * 4_000,
        "汉" * 4_000,
        "<@123456789012345678>",
        "https://discord.gg/abcdef",
        "javascript:alert(1)",
        "https://x.com/cgt\u202enofficial",
        "https://x.com/home",
        "```js\nx\n```",
        "https://t.co/abc",
    ],
)
async def test_bad_input_is_refused_in_private_with_a_reference(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, typed: str
) -> None:
    result = await ana.slash(desk, "check", account=typed)
    assert result.ephemeral
    shown = text(result.response)
    assert "(ref " in shown
    assert 40 < len(shown) < 1_500
    # Nobody is called and no invitation opens, whatever was typed.
    assert "<@1" not in re.sub(r"`[^`]*`", "", shown)
    assert "discord.gg/" not in shown
    assert "\u202e" not in shown
    errors = simcord_env.errors
    assert [type(e.original) for e in errors if isinstance(e, app_commands.CommandInvokeError)] == [
        UnknownAccountError
    ]


async def test_autocomplete_offers_the_registry_and_what_was_lately_checked_here(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    first = await ana.autocomplete(desk, "check", "account", "@mundo")
    assert [choice["value"] for choice in first] == ["https://x.com/mundo_ejemplo"]
    await ana.slash(desk, "check", account="@nadie_conocido", platform="x")
    recent = await ana.autocomplete(desk, "check", "account", "")
    assert recent[0] == {"name": "@nadie_conocido on X", "value": "https://x.com/nadie_conocido"}
    assert all(1 <= len(choice["name"]) <= 100 and len(choice["value"]) <= 100 for choice in recent)


async def test_one_server_does_not_see_what_another_looks_into(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor
) -> None:
    await ana.slash(desk, "check", account="@nadie_conocido", platform="x")
    elsewhere = simcord_env.create_guild("Elsewhere")
    eva = elsewhere.add_member(simcord_env.create_user("eva"))
    offered = await eva.autocomplete(elsewhere.create_text_channel("other"), "check", "account", "nadie")
    assert offered == []


async def test_a_suggestion_is_checked_when_it_is_chosen(desk: ChannelHandle, ana: MemberActor) -> None:
    (suggestion,) = await ana.autocomplete(desk, "check", "account", "@mundo")
    result = await ana.slash(desk, "check", account=suggestion["value"])
    assert text(result.response).startswith("### `@mundo_ejemplo` on X")


class Held(CheckService):
    """The real service behind a door that a test opens."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.database, clock=lambda: NOW)
        self.reached = asyncio.Event()
        self.door = asyncio.Event()

    async def check(
        self,
        target: AccountRef | PostRef,
        *,
        asked: str,
        days: int = DEFAULT_DAYS,
        requested_by: str | None = None,
        warnings: tuple[str, ...] = (),
        place: str | None = None,
        look: Look | None = None,
        layer: int = BASE,
    ) -> Checked:
        self.reached.set()
        await self.door.wait()
        return await super().check(
            target,
            asked=asked,
            days=days,
            requested_by=requested_by,
            warnings=warnings,
            place=place,
            look=look,
            layer=layer,
        )


class Failing(CheckService):
    """A service that breaks in the middle of a check."""

    def __init__(self, services: Services, error: Exception) -> None:
        super().__init__(services.database, clock=lambda: NOW)
        self.error = error

    async def check(
        self,
        target: AccountRef | PostRef,
        *,
        asked: str,
        days: int = DEFAULT_DAYS,
        requested_by: str | None = None,
        warnings: tuple[str, ...] = (),
        place: str | None = None,
        look: Look | None = None,
        layer: int = BASE,
    ) -> Checked:
        raise self.error


def with_checks(services: Services, checks: CheckService) -> Services:
    return dataclasses.replace(services, checks=checks)


async def test_a_check_works_in_direct_messages(simcord_env: Env, ana: MemberActor) -> None:
    result = await ana.user.slash("check", account="@ejemplo_hoy_1", platform="x")
    assert text(result.response).startswith("### `@ejemplo_hoy_1` on X")
    opened = await ana.user.click(result.response, label="Evidence")
    assert "### Evidence for" in text(opened.response)


async def test_a_slow_check_is_acknowledged_before_it_begins(
    simcord_env: Env, services: Services, desk: ChannelHandle, ana: MemberActor
) -> None:
    held = Held(services)
    await simcord_env.restart_bot(Masthead(with_checks(services, held)))
    waiting = asyncio.create_task(ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x"))
    async with asyncio.timeout(60):
        await held.reached.wait()
    assert simcord_env.http_requests[-1].json == {"type": 5}
    held.door.set()
    result = await waiting
    assert text(result.response).startswith("### `@ejemplo_hoy_1` on X")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RuntimeError("secret detail"), "Something went wrong on my side"),
        (StoreError("/srv/masthead.db is held for writing"), "The database cannot be used right now"),
    ],
)
async def test_a_failure_edits_the_public_answer_and_names_a_reference_that_the_log_has(
    simcord_env: Env,
    services: Services,
    desk: ChannelHandle,
    ana: MemberActor,
    error: Exception,
    said: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await simcord_env.restart_bot(Masthead(with_checks(services, Failing(services, error))))
    with caplog.at_level(logging.ERROR, logger="bot.cards.failures"):
        result = await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    shown = text(result.response)
    assert said in shown
    assert "secret" not in shown
    assert "/srv" not in shown
    callback = next(request for request in simcord_env.http_requests if request.path.endswith("/callback"))
    ref = reference(int(callback.path.split("/")[2]))
    assert f"(ref {ref})" in shown
    assert ref in caplog.text
    assert len(simcord_env.errors) == 1


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_answer_that_comes_too_late_is_only_logged(
    simcord_env: Env, desk: ChannelHandle, ana: MemberActor, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    status = 404 if code == 10062 else 400
    simcord_env.inject_error("POST", "/interactions/*/callback", status=status, code=code)
    with caplog.at_level(logging.WARNING, logger="bot.cards.failures"):
        await ana.slash(desk, "check", account="@ejemplo_hoy_1", platform="x")
    assert paths(simcord_env)[-1] == "POST callback"
    assert "too late or answered already" in caplog.text
    assert len(simcord_env.errors) == 1
