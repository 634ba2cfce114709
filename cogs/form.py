"""What the forms of curation are made of. A form is the first answer to a click: nothing is read before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.cards.failures import answered
from bot.cards.markup import code_span
from bot.client import Masthead
from bot.errors import InputError

DATE_AND_GRADE = "2025-03 B2: a date, a grade, either or neither"


def text_field(
    label: str,
    custom_id: str,
    *,
    hint: str = "",
    required: bool = True,
    long: bool = False,
    limit: int = 300,
    value: str = "",
) -> ui.Label[Any]:
    style = discord.TextStyle.paragraph if long else discord.TextStyle.short
    return ui.Label(
        text=label,
        component=ui.TextInput(
            style=style,
            custom_id=custom_id,
            placeholder=hint or None,
            required=required,
            max_length=limit,
            default=value or None,
        ),
    )


def select_field(
    label: str, custom_id: str, options: Sequence[tuple[str, str]], *, required: bool = True
) -> ui.Label[Any]:
    return ui.Label(
        text=label,
        component=ui.Select(
            custom_id=custom_id,
            required=required,
            min_values=1 if required else 0,
            options=[discord.SelectOption(label=words, value=value) for words, value in options],
        ),
    )


class Form(ui.Modal):
    """A form whose failures are told to whoever filled it in."""

    def __init__(self, title: str, custom_id: str, *fields: ui.Label[Any]) -> None:
        super().__init__(title=title, custom_id=custom_id)
        for field in fields:
            self.add_item(field)

    def typed(self, custom_id: str) -> str:
        """Return what was typed or chosen in a field; "" for nothing."""
        for item in self.walk_children():
            if isinstance(item, ui.TextInput) and item.custom_id == custom_id:
                return item.value.strip()
            if isinstance(item, ui.Select) and item.custom_id == custom_id:
                return item.values[0] if item.values else ""
        return ""

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        await answered(interaction, self.send(interaction))

    async def send(self, interaction: discord.Interaction[Masthead]) -> None:
        """Do what the form is for."""
        raise NotImplementedError


def date_and_grade(text: str) -> tuple[str, str]:
    """Split "2025-03 B2" into date and grade; either may be missing, in any order."""
    dates = [part for part in text.split() if part[:1].isdigit()]
    grades = [part for part in text.split() if not part[:1].isdigit()]
    if len(dates) > 1 or len(grades) > 1:
        raise InputError(f"{code_span(text)} is more than one date and one grade. Write {DATE_AND_GRADE}.")
    return (dates or [""])[0], (grades or [""])[0]
