"""What a member asked for, and the one way from there to a card."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

from bot import accounts
from bot.accounts import AccountRef, Platform, PostRef, Reading
from bot.cards.charts import activity_picture
from bot.cards.discord_layout import layout, notice, picture_file
from bot.cards.failures import answered
from bot.cards.items import account_name
from bot.cards.markup import clean
from bot.cards.words import PLATFORMS
from bot.checks.dossier import Dossier
from bot.client import Masthead
from bot.platforms.look import Look
from bot.store.records import CheckRunId
from cogs.curating import card_buttons
from cogs.evidence import OpenEvidence
from cogs.export import ExportDossier
from cogs.partners import OpenPartners
from cogs.permissions import refusal
from cogs.site_button import LookAtSites
from cogs.watch_button import WatchAccount

# Discord's most for the name and for the value of a choice.
MAX_CHOICE = 100
MAX_CHOICES = 25
RECENT = 10
NO_LONGER_HELD = "This check is no longer held. Run it again."

_ON_PLATFORM = re.compile(r"(?P<account>\S+)\s+(?:on\s+)?(?P<platform>(?:the )?[A-Za-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An account or post to check; `asked` is what was typed or pasted, `days` None for the default."""

    target: AccountRef | PostRef
    asked: str
    days: int | None = None
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(cls, reading: Reading, *, days: int | None = None) -> Question | None:
        """Return the question a reading asks; None when it names nothing certain."""
        target = reading.reference
        if not isinstance(target, AccountRef | PostRef):
            return None
        warnings = tuple(caution.sentence for caution in reading.warnings)
        return cls(target=target, asked=reading.pasted, days=days, warnings=warnings)

    @classmethod
    def read(cls, text: str, *, platform: Platform | None = None, days: int | None = None) -> Question:
        """Read what was typed; without `platform`, "@name on X" and "@name x" name it too.

        Raises UnknownAccountError, or AmbiguousError with the choices.
        """
        written = _ON_PLATFORM.fullmatch(text.strip())
        if platform is None and written is not None and (platform := platform_named(written["platform"])):
            text = written["account"]
        named = accounts.read_one(text, platform=platform)
        warnings = tuple(caution.sentence for caution in named.warnings)
        return cls(target=named.reference, asked=named.pasted, days=days, warnings=warnings)


async def answer(
    interaction: discord.Interaction[Masthead], question: Question, *, pays: bool = False
) -> None:
    """Answer a command with the card, in the channel. The first wait stops Discord's clock.

    With `pays` a platform that costs money is asked: somebody clicked on its price.
    """
    with interaction.client.finishing():
        await interaction.response.defer(thinking=True)
        member_id, place = interaction.user.id, place_of(interaction)
        files = may_attach(interaction)
        card = await draw(
            interaction.client, question, member_id=member_id, place=place, files=files, pays=pays
        )
        await interaction.edit_original_response(view=card.view, attachments=card.files)
    async for later in redrawn(interaction.client, card, member_id=member_id, place=place, files=files):
        with contextlib.suppress(discord.NotFound):  # somebody may have deleted the card
            await interaction.edit_original_response(view=later.view, attachments=later.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A message of ours: the view, and the files that it shows. Both are sent once.

    `look` is the look at the live platform that a card was drawn from, `question` what it answers.
    """

    view: ui.LayoutView
    files: list[discord.File]
    question: Question | None = None
    look: Look | None = None


def may_attach(interaction: discord.Interaction) -> bool:
    """Whether files may go along with the answer."""
    return interaction.guild_id is None or interaction.app_permissions.attach_files


async def draw(
    client: Masthead,
    question: Question,
    *,
    member_id: int,
    place: int,
    files: bool,
    look: Look | None = None,
    pays: bool = False,
) -> Drawn:
    """Check what was asked and return the card with its buttons, and its picture where `files` may go along.

    `place` is where it was asked (see `Recent`); whoever listens to `account_checked` is told. Without a
    `look`, live data are fetched first, for as long as a card may wait.
    """
    services = client.services
    days = question.days or services.config.check.days
    # Waiting for a platform is no work, so others may have their cards meanwhile.
    look = look or await services.checks.look(question.target, days=days, place=str(place), pays=pays)
    async with client.working:
        checked = await services.checks.check(
            question.target,
            asked=question.asked,
            days=days,
            requested_by=str(member_id),
            warnings=question.warnings,
            place=str(place),
            look=look,
            # A server's id is its layer of the registry; in direct messages the base is seen alone.
            layer=place,
        )
        client.dispatch("account_checked", place, question.target)
        # Some 10 ms of CPU, and 40 more for the first one.
        picture = await asyncio.to_thread(activity_picture, checked.dossier) if files else None
        run_id = checked.run_id
        buttons = [
            OpenEvidence(run_id),
            *OpenPartners.of(checked.dossier, run_id),
            WatchAccount(run_id),
            ExportDossier(run_id),
        ]
        buttons += [*card_buttons(run_id), *AskPaid.of(checked.dossier, run_id)]
        buttons += LookAtSites.of(checked.dossier, run_id)
        return Drawn(
            view=layout(checked.dossier, buttons=buttons, picture=picture),
            files=[picture_file(picture)] if picture else [],
            question=question,
            look=look,
        )


async def redrawn(
    client: Masthead, card: Drawn, *, member_id: int, place: int, files: bool
) -> AsyncIterator[Drawn]:
    """Give the card once more when the live data that it did not wait for have come."""
    if card.question is None or card.look is None or card.look.rest is None:
        return
    rest = card.look.rest
    await asyncio.wait({rest})
    if rest.cancelled():
        # Masthead is stopping: the card stands as it is.
        return
    with client.finishing():
        yield await draw(
            client, card.question, member_id=member_id, place=place, files=files, look=rest.result()
        )


class AskPaid(ui.DynamicItem[ui.Button[ui.LayoutView]], template=r"paid:1:(?P<run>[0-9]{1,18})"):
    """Takes the look that a card offered for money, and answers with a new card. Works after a restart.

    It bears the price; nothing is spent before the click.
    """

    def __init__(self, run_id: CheckRunId, *, label: str = "Ask") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"paid:1:{run_id}"))
        self.run_id = run_id

    @classmethod
    def of(cls, dossier: Dossier, run_id: CheckRunId) -> list[AskPaid]:
        """Return the button where a look is offered for money."""
        price = dossier.live.price if dossier.live else None
        if price is None:
            return []
        name = PLATFORMS[dossier.account.platform]
        return [cls(run_id, label=f"Ask {name} (at most ${price / 1_000_000:.2f})")]

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> AskPaid:
        return cls(CheckRunId(int(match["run"])))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answered(interaction, self._ask(interaction))

    async def _ask(self, interaction: discord.Interaction[Masthead]) -> None:
        if (why := refusal(interaction)) is not None:
            await interaction.response.send_message(why, ephemeral=True)
            return
        dossier = await interaction.client.services.checks.stored(self.run_id)
        if dossier is None:
            await interaction.response.send_message(view=notice(NO_LONGER_HELD), ephemeral=True)
            return
        account = dossier.account
        target = AccountRef(platform=account.platform, handle=account.handle, platform_id=account.platform_id)
        asked = accounts.account_url(target) or account.handle or ""
        question = Question(target=target, asked=asked, days=dossier.days)
        await answer(interaction, question, pays=True)


def title(target: AccountRef | PostRef) -> str:
    """Return a target as plain text: "@name on X", "post by @name on X"."""
    account = target if isinstance(target, AccountRef) else target.author
    where = f"on {PLATFORMS[target.platform]}"
    if account is None:
        return f"post {where}"
    name = clean(account_name(account.handle, account.platform_id, platform=account.platform))
    return f"{name} {where}" if isinstance(target, AccountRef) else f"post by {name} {where}"


def address(target: AccountRef | PostRef) -> str | None:
    """Return the URL that reads back as `target`; None where the platform has none."""
    try:
        return accounts.account_url(target) if isinstance(target, AccountRef) else accounts.post_url(target)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One target to choose: `value` comes back when it is chosen."""

    label: str
    value: str
    known: bool = False


def choices_of(targets: Iterable[AccountRef | PostRef], *, known: Sequence[AccountRef] = ()) -> list[Choice]:
    """Return what can be offered in a select or as autocomplete, registered accounts first."""
    registered = {(ref.platform, ref.handle) for ref in known}
    offered: dict[str, Choice] = {}
    for target in targets:
        value = address(target)
        if value is None or len(value) > MAX_CHOICE:
            continue
        is_known = isinstance(target, AccountRef) and (target.platform, target.handle) in registered
        choice = Choice(label=clean(title(target), limit=MAX_CHOICE), value=value, known=is_known)
        offered.setdefault(value, choice)
    return sorted(offered.values(), key=lambda choice: not choice.known)[:MAX_CHOICES]


class Recent:
    """The last accounts checked in each place (a server, or somebody's direct messages), in memory alone.

    One server never sees what another one looks into.
    """

    def __init__(self) -> None:
        self._by_place: dict[int, deque[Choice]] = {}

    def note(self, place: int, target: AccountRef | PostRef) -> None:
        """Put an account in front; a post is remembered by its author."""
        account = target if isinstance(target, AccountRef) else target.author
        for choice in choices_of([account] if account else []):
            held = self._by_place.setdefault(place, deque(maxlen=RECENT))
            if choice in held:
                held.remove(choice)
            held.appendleft(choice)

    def matching(self, place: int, text: str) -> list[Choice]:
        """Return the recent accounts whose name holds `text`, newest first."""
        wanted = text.casefold().lstrip("@")
        return [choice for choice in self._by_place.get(place, ()) if wanted in choice.label.casefold()]

    def forget(self, place: int) -> int:
        """Drop what was remembered for one place; return how many accounts that were."""
        return len(self._by_place.pop(place, ()))


def place_of(interaction: discord.Interaction) -> int:
    """Return what recent checks are kept by: the server, or the person in direct messages."""
    return interaction.guild_id or interaction.user.id


def platform_named(text: str) -> Platform | None:
    """Return the platform of this name ("X", "the fediverse", "youtube"); None for any other text."""
    wanted = text.strip().casefold()
    names = {name.casefold().removeprefix("the "): platform for platform, name in PLATFORMS.items()}
    names |= {platform.value: platform for platform in Platform} | {"twitter": Platform.X}
    return names.get(wanted.removeprefix("the "))
