"""Who may do what: every command, menu, button, choice and form, and how somebody would try it.

`test_rights` walks the command tree and the buttons of the code; whatever is not in this table fails there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.store.judgements import LINK
from sandbox.uploads import FilePart
from tests.sandbox.office import ROLES, WHY, Office

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.asking import Outcome

# "reader" stands for everybody who may use commands in the channel.
EVERYBODY: Final = frozenset(ROLES)
READERS: Final = frozenset(ROLES[1:])
ANALYSTS: Final = frozenset(ROLES[2:])
CURATORS: Final = frozenset(ROLES[3:])
ADMINS: Final = frozenset(ROLES[4:])
# Watchlists and what Discord reserves go by Discord's own permissions.
MANAGERS: Final = frozenset({"manager"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """`may`: the roles that may. `writes`: it changes what is held (None: perhaps, and one's own alone).
    `forms`: what opens.
    """

    may: frozenset[str]
    act: Callable[[Office], Awaitable[Outcome]]
    writes: bool | None = False
    forms: frozenset[str] = frozenset()


async def _check(office: Office) -> Outcome:
    return await office.slash("check", account="@ejemplo_hoy_1", platform="x")


async def _compare(office: Office) -> Outcome:
    return await office.slash(
        "compare", first="https://x.com/ejemplo_hoy_1", second="https://x.com/agencia_ejemplo"
    )


async def _menu(office: Office, name: str) -> Outcome:
    return await office.menu(name, "https://x.com/ejemplo_hoy_1/status/1234567890123456789")


async def _propose(office: Office) -> Outcome:
    form = await office.slash("registry propose", subject="outlet", relation="owns", object="agency")
    return await office.fill(form, url=office.next())


async def _dispute(office: Office) -> Outcome:
    claim = await office.disputable()
    form = await office.pick(f"curate-which:1:dispute:e{await office.entity()}", str(claim))
    return await office.fill(form, reason=WHY)


async def _judge(office: Office) -> Outcome:
    form = await office.pick(f"curate-which:1:judge:r{await office.run()}", LINK)
    return await office.fill(form, verdict=["refute"], reason=WHY)


async def _propose_here(office: Office) -> Outcome:
    form = await office.press(f"curate:1:propose:e{await office.entity()}")
    return await office.fill(form, relation=["funds<"], other="paper", url=office.next())


async def _watch(office: Office, command: str, **options: object) -> Outcome:
    return await office.slash(f"watchlist {command}", watchlist=await office.listed(), **options)


async def _import(office: Office) -> Outcome:
    file = FilePart(index=0, name="list.txt", content_type="text/plain", data=b"https://x.com/otra_gaceta")
    return await office.send("watchlist import", file, watchlist=await office.listed(), file=0)


async def _delete(office: Office) -> Outcome:
    name = await office.listed()
    return await office.slash("watchlist delete", watchlist=name, confirm=name)


async def _into(office: Office) -> Outcome:
    name = await office.listed()
    lists = office.room.services.watch.lists
    chosen = await lists.named(office.boss.layer, name)
    return await office.pick(f"watch-into:1:{await office.run()}", str(chosen.watchlist_id))


async def _offer_lists(office: Office) -> Outcome:
    await office.listed()
    return await office.press(f"watch:1:{await office.run()}")


async def _unsubscribe(office: Office) -> Outcome:
    name, _ = await office.subscribed()
    return await office.slash("unsubscribe", watchlist=name)


async def _subscribe(office: Office) -> Outcome:
    return await office.slash("subscribe", watchlist=await office.listed())


async def _listen(office: Office) -> Outcome:
    return await office.slash("subscribe", watchlist=await office.listed(), direct=True)


async def _decide(office: Office, act: str) -> Outcome:
    return await office.press(f"review:1:{await office.waiting()}:1:{act}")


async def _accept_published(office: Office) -> Outcome:
    return await office.press(f"review:1:{await office.asked_to_publish()}:1:accept")


async def _amend(office: Office) -> Outcome:
    return await office.fill(await _decide(office, "amend"), relation=["owns"])


async def _reject(office: Office) -> Outcome:
    return await office.fill(await _decide(office, "reject"), reason=WHY)


async def _undo(office: Office) -> Outcome:
    number, _ = await office.accepted()
    return await office.fill(await office.press(f"review:1:{number}:2:undo"), reason=WHY)


async def _publish(office: Office) -> Outcome:
    _, claim = await office.accepted()
    return await office.fill(await office.press(f"publish-claim:1:{claim}"), reason=WHY)


async def _end(office: Office) -> Outcome:
    # Somebody else's: the value travelled, so whose it is is asked again.
    _, number = await office.subscribed()
    return await office.pick(f"alerts-end:1:{office.who.user.id}", str(number))


async def _told(office: Office, act: str) -> Outcome:
    return await office.press(f"alert:1:{act}:{await office.told()}")


async def _lift_here(office: Office) -> Outcome:
    return await office.press(f"alert-lift:1:{await office.told()}")


async def _list_page(office: Office) -> Outcome:
    name = await office.listed()
    chosen = await office.room.services.watch.lists.named(office.boss.layer, name)
    return await office.press(f"list-page:1:{chosen.watchlist_id}:0")


async def _test_another(office: Office) -> Outcome:
    _, number = await office.subscribed()
    return await office.press(f"alerts-test:1:{number}")


async def _acknowledge(office: Office) -> Outcome:
    return await office.fill(await _told(office, "ack"), comment="seen")


async def _snooze(office: Office) -> Outcome:
    return await office.pick(f"alert-snooze:1:{await office.told()}", "4")


TABLE: Final[dict[str, Try]] = {
    # Commands.
    "/about": Try(may=READERS, act=lambda office: office.slash("about")),
    "/help": Try(may=READERS, act=lambda office: office.slash("help")),
    "/privacy": Try(may=READERS, act=lambda office: office.slash("privacy")),
    "/doctor": Try(may=MANAGERS, act=lambda office: office.slash("doctor")),
    "/check": Try(may=READERS, act=_check),
    "/compare": Try(may=READERS, act=_compare),
    "menu Check this post": Try(may=READERS, act=lambda office: _menu(office, "Check this post")),
    "menu Check this author": Try(may=READERS, act=lambda office: _menu(office, "Check this author")),
    "/network account": Try(
        may=READERS, act=lambda office: office.slash("network account", account="@nadie_aqui", platform="x")
    ),
    "/network list": Try(
        may=READERS, act=lambda office: office.slash("network list", watchlist="No list of this name")
    ),
    "/registry show": Try(may=READERS, act=lambda office: office.slash("registry show", name="agency")),
    "/registry search": Try(may=READERS, act=lambda office: office.slash("registry search", text="agency")),
    "/registry history": Try(may=READERS, act=lambda office: office.slash("registry history", name="agency")),
    "/registry review": Try(may=READERS, act=lambda office: office.slash("registry review")),
    "/registry propose": Try(may=ANALYSTS, act=_propose, writes=True, forms=frozenset({"SourceForm"})),
    "/registry dispute": Try(
        may=ANALYSTS, act=lambda office: office.slash("registry dispute", name="agency")
    ),
    "/registry audit": Try(may=ADMINS, act=lambda office: office.slash("registry audit")),
    "/settings": Try(may=ADMINS, act=lambda office: office.slash("settings")),
    "/alerts": Try(may=READERS, act=lambda office: office.slash("alerts")),
    "/subscribe": Try(may=MANAGERS, act=_subscribe, writes=True),
    "/subscribe direct": Try(may=READERS, act=_listen, writes=True),
    "/unsubscribe": Try(may=MANAGERS, act=_unsubscribe, writes=True),
    "/watchlist create": Try(
        may=MANAGERS, act=lambda office: office.slash("watchlist create", name="Fresh"), writes=True
    ),
    "/watchlist add": Try(
        may=MANAGERS,
        act=lambda office: _watch(office, "add", account="https://x.com/otra_gaceta"),
        writes=True,
    ),
    "/watchlist remove": Try(
        may=MANAGERS, act=lambda office: _watch(office, "remove", account="https://x.com/gaceta"), writes=True
    ),
    "/watchlist show": Try(may=READERS, act=lambda office: _watch(office, "show")),
    "/watchlist delete": Try(may=MANAGERS, act=_delete, writes=True),
    "/watchlist test": Try(may=MANAGERS, act=lambda office: _watch(office, "test")),
    "/watchlist pause": Try(may=MANAGERS, act=lambda office: _watch(office, "pause"), writes=True),
    "/watchlist resume": Try(may=MANAGERS, act=lambda office: _watch(office, "resume")),
    "/watchlist import": Try(may=MANAGERS, act=_import, writes=True),
    "/watchlist export": Try(may=READERS, act=lambda office: _watch(office, "export")),
    "/watchlist tune": Try(
        may=MANAGERS, act=lambda office: _watch(office, "tune", description="new"), writes=True
    ),
    # Buttons and choices of a card.
    "evidence:1:*": Try(may=READERS, act=lambda office: office.of_run("evidence:1:{}")),
    "evidence-page:1:*:*": Try(may=READERS, act=lambda office: office.of_run("evidence-page:1:{}:0")),
    "export:1:*": Try(may=READERS, act=lambda office: office.of_run("export:1:{}")),
    "partners:1:*": Try(may=READERS, act=lambda office: office.of_run("partners:1:{}")),
    "sites:1:*": Try(may=READERS, act=lambda office: office.of_run("sites:1:{}")),
    # Whoever may check may also spend: what a server may spend is capped by the operator.
    "paid:1:*": Try(may=READERS, act=lambda office: office.of_run("paid:1:{}")),
    "choose:1:*:*": Try(
        may=READERS,
        act=lambda office: office.pick(f"choose:1:{office.who.user.id}:0", "https://x.com/ejemplo_hoy_1"),
    ),
    "watch:1:*": Try(may=MANAGERS, act=_offer_lists),
    "watch-into:1:*": Try(may=MANAGERS, act=_into, writes=True),
    "sweep-cancel:1:*": Try(may=MANAGERS, act=lambda office: office.cancel_a_sweep()),
    # Privacy: everybody's own.
    "privacy:1:show": Try(may=EVERYBODY, act=lambda office: office.press("privacy:1:show")),
    "privacy:1:delete": Try(may=EVERYBODY, act=lambda office: office.press("privacy:1:delete")),
    "privacy:1:confirm": Try(
        may=EVERYBODY, act=lambda office: office.press("privacy:1:confirm"), writes=None
    ),
    # The registry.
    "entry:1:*": Try(may=READERS, act=lambda office: office.of_entity("entry:1:e{}")),
    "trail:1:*:*": Try(may=READERS, act=lambda office: office.of_entity("trail:1:e{}:0")),
    "curate:1:propose:*": Try(may=ANALYSTS, act=_propose_here, writes=True, forms=frozenset({"ProposeForm"})),
    "curate:1:dispute:*": Try(may=ANALYSTS, act=lambda office: office.of_entity("curate:1:dispute:e{}")),
    "curate:1:judge:*": Try(may=ANALYSTS, act=lambda office: office.of_run("curate:1:judge:r{}")),
    "curate-which:1:dispute:*": Try(
        may=ANALYSTS,
        act=_dispute,
        writes=True,
        forms=frozenset({"DisputeForm"}),
    ),
    "curate-which:1:judge:*": Try(may=ANALYSTS, act=_judge, writes=True, forms=frozenset({"JudgeForm"})),
    "review:1:*:*:accept": Try(may=CURATORS, act=lambda office: _decide(office, "accept"), writes=True),
    # Only where the configuration says so, and here it does not.
    "review:1:*:*:accept, to publish": Try(may=frozenset(), act=_accept_published),
    "review:1:*:*:amend": Try(may=CURATORS, act=_amend, writes=True, forms=frozenset({"AmendForm"})),
    "review:1:*:*:reject": Try(may=CURATORS, act=_reject, writes=True, forms=frozenset({"RejectForm"})),
    # Somebody else's proposal: nobody withdraws that.
    "review:1:*:*:withdraw": Try(may=frozenset(), act=lambda office: _decide(office, "withdraw")),
    "review:1:*:*:undo": Try(may=CURATORS, act=_undo, writes=True, forms=frozenset({"UndoForm"})),
    "review:1:*:*:next": Try(may=READERS, act=lambda office: _decide(office, "next")),
    "publish-claim:1:*": Try(may=ADMINS, act=_publish, writes=True, forms=frozenset({"PublishForm"})),
    # Settings.
    "settings:1:two": Try(may=ADMINS, act=lambda office: office.press("settings:1:two"), writes=True),
    "settings:1:one": Try(may=ADMINS, act=lambda office: office.press("settings:1:one"), writes=True),
    "settings:1:analyst": Try(may=ADMINS, act=lambda office: office.press("settings:1:analyst"), writes=True),
    "settings:1:reader": Try(may=ADMINS, act=lambda office: office.press("settings:1:reader"), writes=True),
    "settings-roles:1:analyst": Try(may=ADMINS, act=lambda office: office.map_a_role("analyst"), writes=True),
    "settings-roles:1:curator": Try(may=ADMINS, act=lambda office: office.map_a_role("curator"), writes=True),
    "settings-roles:1:admin": Try(may=ADMINS, act=lambda office: office.map_a_role("admin"), writes=True),
    # Alerts.
    "alert:1:ack:*": Try(may=READERS, act=_acknowledge, writes=True, forms=frozenset({"Comment"})),
    "alert:1:snooze:*": Try(may=READERS, act=lambda office: _told(office, "snooze")),
    "alert:1:mute:*": Try(may=MANAGERS, act=lambda office: _told(office, "mute"), writes=True),
    "alert:1:check:*": Try(may=READERS, act=lambda office: _told(office, "check")),
    "alert:1:thread:*": Try(may=READERS, act=lambda office: _told(office, "thread")),
    "alert:1:mine:*": Try(may=READERS, act=lambda office: _told(office, "mine")),
    "alert-snooze:1:*": Try(may=MANAGERS, act=_snooze, writes=True),
    # Nobody ends what another one subscribed to.
    "alerts-end:1:*": Try(may=frozenset(), act=_end),
    # Muted a moment before.
    "alert-lift:1:*": Try(may=MANAGERS, act=_lift_here, writes=True),
    "list-page:1:*:*": Try(may=READERS, act=_list_page),
    "alerts-test:1:*": Try(may=MANAGERS, act=_test_another),
    # Each of their own.
    "alerts-page:1:*": Try(may=EVERYBODY, act=lambda office: office.press("alerts-page:1:0")),
    "alerts-lift:1": Try(may=EVERYBODY, act=lambda office: office.press("alerts-lift:1")),
}
