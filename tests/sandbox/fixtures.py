"""The sandbox for tests: a failing test prints its transcript; what it did not know fails the test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.server import Sandbox
from tests.discord_spec import spec_if_present
from tests.sandbox.probe import Probe, connected

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from sandbox.transcript import Entry


@pytest.fixture
async def sandbox(request: pytest.FixtureRequest) -> AsyncGenerator[Sandbox]:
    async with Sandbox() as served:
        yield served
    # Sections of the teardown are shown when the test has failed, and only then.
    request.node.add_report_section("teardown", "sandbox transcript", served.transcript())
    flaws = served.backend.complaints + _against_the_document(served)
    if flaws:
        pytest.fail("\n".join(flaws))


@pytest.fixture
async def probe(sandbox: Sandbox) -> AsyncGenerator[Probe]:
    async with connected(sandbox) as client:
        yield client


def _against_the_document(sandbox: Sandbox) -> list[str]:
    """Bodies that the sandbox took and the document does not, and answers that it does not describe."""
    spec = spec_if_present()
    if spec is None:
        return []
    found: list[str] = []
    for entry in sandbox.backend.transcript:
        if entry.kind == "rest" and entry.status is not None:
            method, path = entry.title.split(" ", 1)
            if entry.status < 400:
                found += [f"{entry.title}: {error}" for error in spec.errors(method, path, entry.request)]
            found += _answer_flaws(entry, method=method, path=path)
    return found


def _answer_flaws(entry: Entry, *, method: str, path: str) -> list[str]:
    spec = spec_if_present()
    # A fault's answer comes from the edge, and a bare 5xx has no shape.
    if spec is None or entry.fault or entry.status is None or entry.status >= 500:
        return []
    errors = spec.answer_errors(method, path, status=entry.status, body=entry.answer)
    return [f"{entry.title} = {entry.status}, answer: {error}" for error in errors]
