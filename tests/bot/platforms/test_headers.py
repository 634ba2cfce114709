from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.headers import Allowance, allowance, retry_at

NOW = datetime(2026, 11, 21, 14, 0, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=90)
EPOCH = str(int(SOON.timestamp()))


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"retry-after": "90"}, SOON),
        ({"retry-after": "Sat, 21 Nov 2026 14:01:30 GMT"}, SOON),
        # Bluesky and X: Unix seconds.
        ({"ratelimit-reset": EPOCH, "ratelimit-remaining": "0"}, SOON),
        ({"x-rate-limit-reset": EPOCH}, SOON),
        # Mastodon and GoToSocial: ISO 8601.
        ({"x-ratelimit-reset": "2026-11-21T14:01:30.000000Z"}, SOON),
        ({"x-ratelimit-reset": "2026-11-21T15:01:30+01:00"}, SOON),
        # The IETF draft: seconds to wait, in fields of their own or in one.
        ({"ratelimit-reset": "90"}, SOON),
        ({"ratelimit": "limit=100, remaining=0, reset=90"}, SOON),
        # Milliseconds.
        ({"x-ratelimit-reset": f"{EPOCH}000"}, SOON),
        # What is asked for in words goes before what follows from figures.
        ({"retry-after": "90", "x-ratelimit-reset": "2026-11-21T14:00:05Z"}, SOON),
        # An unreadable one does not hide a readable one.
        ({"retry-after": "soon", "ratelimit-reset": EPOCH}, SOON),
        # In the past: at once.
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) - 5)}, NOW),
        ({"retry-after": "0"}, NOW),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        # A clock that is wrong by years asks for a wait that nobody meant.
        ({"x-ratelimit-reset": "2036-11-21T14:01:30Z"}, None),
        ({"x-rate-limit-reset": "99999999999999"}, None),
        ({}, None),
    ],
)
def test_every_dialect_says_when_to_come_back(headers: dict[str, str], expected: datetime | None) -> None:
    assert retry_at(headers, now=NOW) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"ratelimit-remaining": "12", "ratelimit-reset": EPOCH}, Allowance(remaining=12, resets_at=SOON)),
        ({"x-ratelimit-remaining": "0, 0;w=300"}, Allowance(remaining=0)),
        ({"x-rate-limit-remaining": "none"}, Allowance()),
        ({"ratelimit": '"default";r=3;t=9, remaining=3'}, Allowance(remaining=3)),
    ],
)
def test_what_is_left_is_read_where_it_is_said(headers: dict[str, str], expected: Allowance) -> None:
    assert allowance(headers, now=NOW) == expected


@pytest.mark.parametrize(
    ("left", "used_up"),
    [
        (Allowance(remaining=0, resets_at=SOON), True),
        # Nobody says until when: the next answer will tell.
        (Allowance(remaining=0), False),
        (Allowance(remaining=1, resets_at=SOON), False),
        (Allowance(resets_at=SOON), False),
    ],
)
def test_only_a_used_up_allowance_with_an_end_is_waited_for(left: Allowance, used_up: bool) -> None:  # noqa: FBT001
    assert left.is_used_up is used_up


@given(seconds=st.integers(0, 86_400))
def test_all_dialects_of_one_instant_agree(seconds: int) -> None:
    moment = NOW + timedelta(seconds=seconds)
    said = [
        {"retry-after": str(seconds)},
        {"retry-after": format_datetime(moment, usegmt=True)},
        {"ratelimit-reset": str(int(moment.timestamp()))},
        {"x-ratelimit-reset": moment.isoformat()},
    ]
    assert {retry_at(headers, now=NOW) for headers in said} == {moment}


@given(text=st.text(max_size=40))
def test_no_header_breaks_the_reader(text: str) -> None:
    for name in ("retry-after", "ratelimit", "x-ratelimit-reset", "ratelimit-remaining"):
        moment = retry_at({name: text}, now=NOW)
        assert moment is None or NOW <= moment <= NOW + timedelta(days=1)
