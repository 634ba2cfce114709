from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.accounts import AccountRef, Platform, PostRef
from bot.checks.catalogue import CHECKS
from bot.checks.service import CheckService
from bot.errors import UnknownAccountError
from bot.store.database import Database
from bot.store.posts import record
from bot.store.records import CheckRunId
from tests.bot.checks.worlds import ACCOUNT, NOW, a_post, a_snapshot
from tests.bot.registry.founding import NEWS, OUTLET, add_account, add_case, add_entity, add_typology


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database.open(tmp_path / "m.db")
    await opened.write(add_case)
    yield opened
    opened.close()


@pytest.fixture
def service(database: Database) -> CheckService:
    return CheckService(database, clock=lambda: NOW)


async def test_a_check_is_kept_as_it_was_drawn_up(service: CheckService) -> None:
    done = await service.check(OUTLET, asked="@mundo_ejemplo", requested_by="42")
    assert done.dossier.checked_at == NOW
    assert await service.stored(done.run_id) == done.dossier
    assert await service.stored(CheckRunId(done.run_id + 1)) is None


async def test_the_time_of_each_phase_is_told(service: CheckService) -> None:
    timings = (await service.check(NEWS, asked="x")).dossier.timings_ms
    assert set(timings) == {"read", "assess", "total", *(check.name for check in CHECKS)}
    assert timings["total"] >= timings["read"] > 0


async def test_a_post_leads_to_its_author(service: CheckService, database: Database) -> None:
    post = PostRef(platform=Platform.X, post_id="7", author=OUTLET)
    dossier = (await service.check(post, asked="url")).dossier
    assert dossier.account.handle == "mundo_ejemplo"
    assert dossier.account.post_url == "https://x.com/mundo_ejemplo/status/7"
    await database.write(record, posts=[a_post(7)])
    unnamed = PostRef(platform=Platform.X, post_id="7")
    dossier = (await service.check(unnamed, asked="url")).dossier
    assert (dossier.account.handle, dossier.account.platform_id) == ("ejemplo_local_1", "111")
    assert dossier.posts_held == 1


async def test_a_post_by_nobody_known_is_refused_with_what_to_do(service: CheckService) -> None:
    with pytest.raises(UnknownAccountError) as caught:
        await service.check(PostRef(platform=Platform.X, post_id="99"), asked="url")
    assert str(caught.value) == (
        "The URL does not name the author of post `99` on X, and the post is not held: paste the author's "
        "handle, or import the post."
    )


async def test_warnings_and_the_window_are_carried_along(service: CheckService) -> None:
    done = await service.check(OUTLET, asked="x", days=7, warnings=("a mirror was pasted",))
    assert done.dossier.account.warnings == ("a mirror was pasted",)
    assert done.dossier.days == 7


async def test_what_is_held_completes_what_was_asked(service: CheckService, database: Database) -> None:
    await database.write(record, snapshots=[a_snapshot(8)])
    dossier = (await service.check(AccountRef(platform=Platform.X, platform_id="111"), asked="x")).dossier
    assert dossier.account.handle == "ejemplo_local_1"
    assert dossier.snapshot is not None
    assert dossier.snapshot.followers == 8


async def test_recent_checks_name_each_account_once_newest_first(service: CheckService) -> None:
    for asked, ref in (("@mundo_ejemplo", OUTLET), ("@nadie", ACCOUNT), ("@Mundo_Ejemplo", OUTLET)):
        await service.check(ref, asked=asked)
    assert [recent.asked for recent in await service.recent()] == ["@Mundo_Ejemplo", "@nadie"]


async def test_spellings_registered_later_are_known_to_the_next_check(
    service: CheckService, database: Database
) -> None:
    posts = [a_post(n, "Noticia. Fuente: voz_ejemplo") for n in range(25)]
    await database.write(record, posts=posts)
    before = (await service.check(ACCOUNT, asked="x")).dossier
    voice = AccountRef(platform=Platform.X, handle="voz_ejemplo")
    await database.write(add_entity, "voice")
    await database.write(add_typology, "voice", "SC")
    await database.write(add_account, "voice", voice)
    after = (await service.check(ACCOUNT, asked="x")).dossier
    states = [
        [finding.state.value for finding in dossier.findings if finding.check == "half_attribution"]
        for dossier in (before, after)
    ]
    assert states == [["not_found"], ["found"]]


async def test_preparing_twice_changes_nothing(service: CheckService) -> None:
    await service.prepare()
    await service.prepare()
    assert (await service.check(OUTLET, asked="x")).dossier.account.name == "Outlet"
