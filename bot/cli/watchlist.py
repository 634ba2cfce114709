"""`masthead watchlist`: the servers' watchlists from the machine that the bot runs on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.accounts import Platform
from bot.app import Services
from bot.cards.items import account_name
from bot.cards.markup import clean, plain_text
from bot.checks.wording import counted
from bot.cli.options import JsonOption, PlatformOption, options, print_json, with_services
from bot.errors import InputError
from bot.store.watch_lists import lists_of
from bot.store.watch_records import Watched, Watchlist
from bot.watch.kinds import LEVELS, NAMES, SEVERITIES, read_severities
from bot.watch.list_files import read_account, read_accounts
from bot.watch.lists import ShownList
from bot.watch.tuning import Tuning

app = typer.Typer(help="See and fill the servers' watchlists, and how delivery stands.", no_args_is_help=True)

ListArgument = Annotated[
    str, typer.Argument(help="The watchlist's number or name, as `watchlist list` prints it.")
]


@app.command(name="list")
def list_(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the watchlists of all servers."""

    async def work(services: Services) -> list[Watchlist]:
        return await services.database.read(lists_of, None)

    held = with_services(options(context).config(), work)
    if as_json:
        print_json([_json(each) for each in held])
        return
    if not held:
        typer.echo("There is no watchlist. In Discord, /watchlist create makes one.")
    for each in held:
        paused = ", paused" if each.paused_at else ""
        typer.echo(f"{each.watchlist_id:5}  {clean(each.name)}  (server {each.guild_id}{paused})")


@app.command()
def show(context: typer.Context, watchlist: ListArgument, as_json: JsonOption = False) -> None:
    """Show a watchlist's accounts, with how their looks went, and its latest alerts."""

    async def work(services: Services) -> None:
        shown = await services.watch.lists.show(await _named(services, watchlist), alerts=10)
        if as_json:
            print_json(_shown_json(shown))
        else:
            _print(shown, services)

    with_services(options(context).config(), work)


@app.command()
def add(
    context: typer.Context,
    watchlist: ListArgument,
    accounts: Annotated[list[str], typer.Argument(help="@names or addresses.")],
    platform: PlatformOption = None,
) -> None:
    """Put accounts on a watchlist."""

    async def work(services: Services) -> str:
        refs = [read_account(text, platform=_platform(platform)) for text in accounts]
        added = await services.watch.lists.add(await _named(services, watchlist), refs, by=None)
        return f"{counted(len(added.new), 'account')} new, {added.known} on it before."

    typer.echo(with_services(options(context).config(), work))


@app.command()
def remove(
    context: typer.Context,
    watchlist: ListArgument,
    account: Annotated[str, typer.Argument(help="@name or address.")],
    platform: PlatformOption = None,
) -> None:
    """Take an account off a watchlist."""

    async def work(services: Services) -> int:
        ref = read_account(account, platform=_platform(platform))
        return await services.watch.lists.remove(await _named(services, watchlist), ref)

    if not with_services(options(context).config(), work):
        raise InputError("this account is not on the watchlist. `masthead watchlist show` lists what is.")
    typer.echo("It is off the watchlist.")


@app.command(name="import")
def import_(
    context: typer.Context,
    watchlist: ListArgument,
    file: Annotated[Path, typer.Argument(help="CSV or text with one account a line.", exists=True)],
    platform: PlatformOption = None,
) -> None:
    """Put the accounts of a file on a watchlist."""

    async def work(services: Services) -> None:
        read = read_accounts(file.read_bytes(), platform=_platform(platform))
        added = await services.watch.lists.add(await _named(services, watchlist), read.accounts, by=None)
        typer.echo(
            f"{counted(len(added.new), 'account')} new, {added.known} on it before, "
            f"{counted(len(read.refused), 'line')} left out."
        )
        for line, reason in read.refused:
            typer.echo(f"  {clean(line)}: {plain_text(reason)}")

    with_services(options(context).config(), work)


@app.command()
def export(context: typer.Context, watchlist: ListArgument) -> None:
    """Print the accounts of a watchlist as CSV, which `watchlist import` reads back."""

    async def work(services: Services) -> bytes:
        return await services.watch.lists.export(await _named(services, watchlist))

    typer.echo(with_services(options(context).config(), work).decode(), nl=False)


@app.command()
def pause(context: typer.Context, watchlist: ListArgument) -> None:
    """Stop looking and telling for a watchlist."""

    async def work(services: Services) -> None:
        await services.watch.lists.pause(await _named(services, watchlist))

    with_services(options(context).config(), work)
    typer.echo("Paused. What happens meanwhile is not told later.")


@app.command()
def resume(context: typer.Context, watchlist: ListArgument) -> None:
    """Go on, and look again at accounts that were given up."""

    async def work(services: Services) -> int:
        return await services.watch.lists.resume(await _named(services, watchlist))

    looked = with_services(options(context).config(), work)
    typer.echo(f"It goes on; {counted(looked, 'account')} will be looked at by the running bot.")


@app.command()
def tune(
    context: typer.Context,
    watchlist: ListArgument,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    keywords: Annotated[
        str | None, typer.Option(help="Words to look for, with commas; an empty text for none.")
    ] = None,
    severities: Annotated[
        str | None,
        typer.Option(
            help="For example `new post=off, keyword=high`; `usual` takes a rule back, `all=usual` every one."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Set keywords and severities, name and description; without an option, show what is set."""

    async def work(services: Services) -> Watchlist:
        chosen = await _named(services, watchlist)
        tuning = Tuning(
            name=name,
            description=description,
            keywords=None if keywords is None else keywords.split(","),
            severities=None if severities is None else read_severities(severities),
        )
        return await services.watch.lists.tune(chosen, tuning)

    tuned = with_services(options(context).config(), work)
    if as_json:
        print_json(_json(tuned))
        return
    typer.echo(f"{clean(tuned.name)}: {clean(tuned.description, limit=200) if tuned.description else ''}")
    typer.echo(f"  keywords: {', '.join(clean(word) for word in tuned.keywords) or 'none'}")
    levels = {value: level for level, value in LEVELS.items()}
    for kind, event in NAMES.items():
        usual = SEVERITIES[kind].name.lower()
        level = levels[tuned.severities.get(kind, int(SEVERITIES[kind]))]
        own = f" (usually {usual})" if kind in tuned.severities else ""
        typer.echo(f"  {event:24} {level}{own}")


async def _named(services: Services, text: str) -> Watchlist:
    held = await services.database.read(lists_of, None)
    wanted = text.strip().casefold()
    found = [each for each in held if wanted in {str(each.watchlist_id), each.name.casefold()}]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(f"there is no watchlist {text!r}. `masthead watchlist list` lists them.")
    numbers = ", ".join(str(each.watchlist_id) for each in found)
    raise InputError(f"several servers have a watchlist {text!r}. Give its number: {numbers}.")


def _platform(text: str | None) -> Platform | None:
    if text is None:
        return None
    try:
        return Platform(text.strip().casefold())
    except ValueError:
        raise InputError(f"there is no platform {text!r}. Known: {', '.join(Platform)}.") from None


def _print(shown: ShownList, services: Services) -> None:
    now = services.clock()
    watchlist = shown.watchlist
    paused = f", paused ({watchlist.paused_why})" if watchlist.paused_at else ""
    typer.echo(
        f"{clean(watchlist.name)}: {counted(len(shown.items), 'account')}, "
        f"{counted(shown.subscriptions, 'subscription')}{paused}"
    )
    for item in shown.items:
        ref = item.ref
        name = clean(account_name(ref.handle, ref.platform_id, platform=ref.platform))
        typer.echo(f"  {ref.platform:10} {name:40} {_looks(item, now=now)}")
    for alert in shown.alerts:
        when = _age(alert.made_at, now=now)
        severity = alert.severity.name.lower()
        typer.echo(f"  {when:14} {severity:8} {NAMES[alert.kind]}: {plain_text(alert.told.what)}")


def _looks(item: Watched, *, now: datetime) -> str:
    """Return the last look, the last success, the next look, and the last error where there is one."""
    parts = [f"last look {_age(item.looked_at, now=now)}"]
    if item.looked_at != item.succeeded_at:
        parts.append(f"last success {_age(item.succeeded_at, now=now)}")
    if item.parked_at is not None:
        parts.append("parked")
    elif item.next_look is not None:
        minutes = max(int((item.next_look - now).total_seconds() // 60), 0)
        parts.append(f"next in {minutes:,} min" if minutes else "next now")
    parts += [plain_text(item.last_error)] if item.last_error else []
    return "; ".join(parts)


def _age(at: datetime | None, *, now: datetime) -> str:
    """Return how long ago something was, in one unit; "never" for None."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{counted(int(seconds // size), unit)} ago"
    return "just now"


def _json(watchlist: Watchlist) -> dict[str, object]:
    return {
        "number": watchlist.watchlist_id,
        "server": str(watchlist.guild_id),
        "name": watchlist.name,
        "description": watchlist.description,
        "keywords": list(watchlist.keywords),
        "severities": dict(watchlist.severities),
        "paused_at": watchlist.paused_at,
    }


def _shown_json(shown: ShownList) -> dict[str, object]:
    return _json(shown.watchlist) | {
        "subscriptions": shown.subscriptions,
        "accounts": [
            {
                "platform": item.ref.platform,
                "handle": item.ref.handle,
                "platform_id": item.ref.platform_id,
                "added_at": item.added_at,
                "looked_at": item.looked_at,
                "succeeded_at": item.succeeded_at,
                "next_look": item.next_look,
                "failures": item.failures,
                "last_error": item.last_error,
                "parked_at": item.parked_at,
            }
            for item in shown.items
        ],
        "alerts": [
            {
                "kind": alert.kind,
                "severity": alert.severity.name.lower(),
                "made_at": alert.made_at,
                "happened_at": alert.happened_at,
                "told": alert.told,
            }
            for alert in shown.alerts
        ],
    }
