from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import pytest
from aiohttp import web

from bot.accounts import Platform
from bot.errors import ShapeChangedError, SpendLimitError, TokenRefusedError, WithheldError
from bot.platforms.contract import Rate, Terms
from bot.platforms.pacing import Pacer
from bot.platforms.safe_http import SafeHttp
from bot.platforms.transport import ApiTransport, StrangersTransport, api_session
from bot.platforms.visit import Visit
from bot.store.raw_answers import RawAnswer
from bot.store.spending import SpendId
from tests.bot.platforms.scripted import Behaviour, FakeTime, Script, says, serving, writes

TERMS = Terms(
    platform=Platform.X,
    source="api:x",
    aspects=(),
    rate=Rate(requests=1_000, per_s=60),
    page="https://docs.example/",
    read_on="2026-11-21",
    unit="usd_micros",
    error_cost=7,
    token_setting="platforms.x.token",
)
_any = msgspec.json.Decoder(dict[str, int])


@dataclass
class Book:
    """A ledger that remembers; refuses what costs more than is left."""

    left: int = 1_000
    charges: dict[int, int] = field(default_factory=dict[int, int])
    what: list[str] = field(default_factory=list[str])

    async def charge(self, *, cost: int, what: str) -> SpendId | None:
        if cost > self.left:
            raise SpendLimitError("The allowance is used up.")
        number = len(self.charges) + 1
        self.charges[number] = cost
        self.what.append(what)
        return SpendId(number)

    async def settle(self, spend_id: SpendId, *, cost: int) -> None:
        self.charges[spend_id] = cost


@dataclass
class Desk:
    visit: Visit
    script: Script
    url: str
    book: Book
    kept: dict[str, RawAnswer]


@asynccontextmanager
async def _open(*behaviours: Behaviour, left: int = 1_000) -> AsyncGenerator[Desk]:
    script, time, book = Script(thing=list(behaviours)), FakeTime(), Book(left=left)
    kept: dict[str, RawAnswer] = {}

    async def recall(key: str) -> RawAnswer | None:
        return kept.get(key)

    async with serving(script) as url, api_session("Masthead tests") as session:
        http = SafeHttp(clock=time.clock, allow=frozenset({("127.0.0.1", int(url.rpartition(":")[2]))}))
        visit = Visit(
            TERMS,
            api=ApiTransport(session, clock=time.clock),
            strangers=StrangersTransport(http),
            pacer=Pacer(clock=time.clock, sleep=time.sleep, timer=time.timer),
            ledger=book,
            recall=recall,
            clock=time.clock,
            sleep=time.sleep,
        )
        yield Desk(visit, script, url, book, kept)
        http.close()


def _tagged(body: object) -> Behaviour:
    """Answer 304 to whoever holds the present version."""

    async def behave(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304, headers={"ETag": '"v1"'})
        return web.json_response(body, headers={"ETag": '"v1"'})

    return behave


async def test_an_answer_that_still_holds_is_not_sent_again() -> None:
    async with _open(_tagged({"a": 1})) as at:
        first = await at.visit.get(f"{at.url}/thing", conditional=True)
        (raw,) = at.visit.kept
        at.kept[raw.key] = raw
        second = await at.visit.get(f"{at.url}/thing", conditional=True)
        assert (first.unchanged, second.unchanged) == (False, True)
        assert second.read(_any) == first.read(_any) == {"a": 1}
        # A 304 has nothing worth keeping.
        assert at.visit.kept == [raw]


async def test_a_kept_error_is_not_asked_about() -> None:
    async with _open(says({}, status=404, headers={"ETag": '"v1"'}), _tagged({"a": 1})) as at:
        await at.visit.get(f"{at.url}/thing", accept=frozenset({404}))
        at.kept[at.visit.kept[0].key] = at.visit.kept[0]
        got = await at.visit.get(f"{at.url}/thing", conditional=True)
        assert got.read(_any) == {"a": 1}


async def test_tokens_travel_in_headers_and_are_kept_nowhere() -> None:
    async with _open(says({"a": 1})) as at:
        await at.visit.get(
            f"{at.url}/thing", params={"q": "x y"}, secret={"Authorization": "Bearer geheim"}, cost=5
        )
        assert at.script.asked[0].headers["Authorization"] == "Bearer geheim"
        assert "geheim" not in repr(at.visit.kept)
        assert "geheim" not in repr(at.book.what)
        assert at.visit.kept[0].key == f"GET {at.url}/thing?q=x+y"


async def test_no_token_goes_to_a_strangers_host() -> None:
    async with _open(says({"a": 1})) as at:
        await at.visit.get(f"{at.url}/thing", secret={"Authorization": "Bearer geheim"}, stranger=True)
        assert "Authorization" not in at.script.asked[0].headers


async def test_the_worst_case_is_charged_first_and_corrected() -> None:
    async with _open(says({"a": 1})) as at:
        got = await at.visit.get(f"{at.url}/thing", cost=500)
        assert at.book.charges == {1: 500}
        await at.visit.settle(got, cost=20)
        assert at.book.charges == {1: 20}


async def test_what_cannot_be_paid_is_not_sent() -> None:
    async with _open(says({"a": 1}), left=10) as at:
        with pytest.raises(SpendLimitError):
            await at.visit.get(f"{at.url}/thing", cost=11)
        assert at.script.asked == []


async def test_a_refused_call_costs_what_the_terms_say() -> None:
    async with _open(says({}, status=403)) as at:
        with pytest.raises(WithheldError):
            await at.visit.get(f"{at.url}/thing", cost=500)
        assert at.book.charges == {1: 7}


async def test_every_try_is_charged() -> None:
    async with _open(says({}, status=500), says({"a": 1})) as at:
        await at.visit.get(f"{at.url}/thing", cost=3)
        assert len(at.book.charges) == 2


async def test_a_refused_token_is_told_apart_from_a_missing_one() -> None:
    async with _open(says({}, status=401)) as at:
        with pytest.raises(TokenRefusedError, match="refuses the token that is configured"):
            await at.visit.get(f"{at.url}/thing", secret={"Authorization": "Bearer old"})
        with pytest.raises(Exception, match=r"without a token\. Set `platforms\.x\.token`\."):
            await at.visit.get(f"{at.url}/thing")


async def test_questions_are_posted_as_json_and_named_by_what_they_ask() -> None:
    async with _open(says({"a": 1})) as at:
        await at.visit.post(f"{at.url}/thing", json={"username": "one"})
        await at.visit.post(f"{at.url}/thing", json={"username": "two"})
        assert at.script.asked[0].content_type == "application/json"
        keys = [raw.key for raw in at.visit.kept]
        assert len(set(keys)) == 2
        assert all(key.startswith(f"POST {at.url}/thing ") for key in keys)


async def test_an_answer_of_another_shape_says_whose_it_is() -> None:
    async with _open(writes('{"a": "one"}')) as at:
        got = await at.visit.get(f"{at.url}/thing")
        with pytest.raises(ShapeChangedError, match=r"`127\.0\.0\.1:\d+` answered in an unknown shape"):
            got.read(_any)
