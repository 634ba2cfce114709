"""The check of every request that the other tests of this folder make can itself fail."""

from __future__ import annotations

import pytest

from tests.discord_spec import request_spec

CALLBACK = "/interactions/123456789012345678/token/callback"


@pytest.mark.parametrize(
    ("method", "path", "body", "accepted"),
    [
        ("POST", CALLBACK, {"type": 5}, True),
        ("POST", CALLBACK, {"type": 5, "data": {"flags": 64}}, True),
        ("POST", CALLBACK, {"type": 4, "data": {"content": "x" * 2_001}}, False),
        ("POST", CALLBACK, {"type": 8, "data": {"choices": [{"name": "", "value": "x"}]}}, False),
        ("PATCH", "/webhooks/1/token/messages/@original", {"content": "done"}, True),
        ("POST", "/no/such/route", {}, False),
    ],
)
def test_the_openapi_document_tells_good_bodies_from_bad(
    method: str, path: str, body: object, *, accepted: bool
) -> None:
    assert (request_spec().errors(method, path, body) == []) is accepted
