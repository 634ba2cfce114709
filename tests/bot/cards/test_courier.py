"""What Discord's refusals mean for a message that was to be delivered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

import aiohttp
import discord
import pytest

from bot.cards.courier import trouble_of
from bot.watch.courier import Trouble


@dataclass
class Answer:
    """As much of a response as an error of the library reads."""

    status: int
    headers: dict[str, str] = field(default_factory=dict[str, str])
    reason: str = "refused"


def refused(status: int, code: int, **headers: str) -> discord.HTTPException:
    """Return what the library raises for an answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = cast("aiohttp.ClientResponse", Answer(status, named))
    return discord.HTTPException(answer, {"code": code, "message": "No"})


SENDING = {
    (403, 50007): Trouble.PERSON_GONE,  # direct messages closed
    (403, 50278): Trouble.PERSON_GONE,  # no server in common
    (404, 10013): Trouble.PERSON_GONE,  # the account is deleted
    (404, 10003): Trouble.PLACE_GONE,
    (404, 10004): Trouble.PLACE_GONE,
    (403, 50001): Trouble.NOT_ALLOWED,
    (403, 50013): Trouble.NOT_ALLOWED,
    (400, 50083): Trouble.NOT_ALLOWED,  # an archived thread
    (400, 160005): Trouble.NOT_ALLOWED,
    (429, 0): Trouble.TOO_FAST,
    (400, 40003): Trouble.TOO_FAST,  # opening conversations too fast
    (500, 0): Trouble.UNSURE,
    (400, 50035): Trouble.REFUSED,  # our fault: nothing to try again
}
EDITING = {
    (404, 10008): Trouble.MESSAGE_GONE,
    (400, 50083): Trouble.MESSAGE_GONE,  # only a new message opens the thread again
    (400, 30046): Trouble.TOO_FAST,  # edits of messages older than an hour
    (503, 0): Trouble.UNSURE,
}


@pytest.mark.parametrize(("answer", "trouble"), SENDING.items())
def test_each_refusal_has_its_own_consequence(answer: tuple[int, int], trouble: Trouble) -> None:
    error = trouble_of(refused(*answer))
    assert error.trouble is trouble
    assert error.code == (answer[1] or answer[0])


@pytest.mark.parametrize(("answer", "trouble"), EDITING.items())
def test_an_edit_that_is_refused_may_need_a_new_message(answer: tuple[int, int], trouble: Trouble) -> None:
    assert trouble_of(refused(*answer), edits=True).trouble is trouble


@pytest.mark.parametrize(("said", "waits"), [("2.5", 2.5), ("0", 0.05), ("soon", 5.0)])
def test_a_rate_limit_is_waited_for_as_long_as_discord_says(said: str, waits: float) -> None:
    assert trouble_of(refused(429, 0, Retry_After=said)).retry_after == waits
