"""`masthead platforms show|withdraw`: what is asked live, and taking back what it gave."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer

from bot import accounts
from bot.accounts import AccountRef, Platform
from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.errors import InputError
from bot.platforms.status import PlatformStatus, status_of, withdrawn
from bot.registry.names import PLATFORM_NAMES

app = typer.Typer(help="Live platforms: what is asked, kept and spent.", no_args_is_help=True)


@app.command()
def show(context: typer.Context, as_json: JsonOption = False) -> None:
    """Say what is switched on, what it gives and keeps, and what was spent."""

    async def work(services: Services) -> list[PlatformStatus]:
        return await services.database.read(status_of, services.platforms.connectors, now=services.clock())

    found = with_services(options(context).config(), work)
    if as_json:
        print_json(found)
        return
    for each in found:
        for line in _lines(each):
            typer.echo(line)


@app.command()
def withdraw(
    context: typer.Context,
    platform: Annotated[Platform, typer.Argument(help="Whose data to delete.")],
    account: Annotated[str | None, typer.Argument(help="One account; without it, all of them.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before deleting all.")] = False,
) -> None:
    """Delete posts, profiles and raw answers that a platform itself gave. Imports and past checks stay."""
    named = _account(account, platform=platform) if account is not None else None
    if named is None and not yes:
        typer.confirm(f"Delete everything that {PLATFORM_NAMES[platform]} gave?", abort=True)

    async def work(services: Services) -> int:
        return await services.database.write(withdrawn, platform, account=named)

    typer.echo(f"{with_services(options(context).config(), work):,} rows deleted.")


def _account(text: str, *, platform: Platform) -> AccountRef:
    named = accounts.read_one(text, platform=platform).reference
    if not isinstance(named, AccountRef):
        raise InputError("name an account, not a post.")
    if named.platform is not platform:
        raise InputError(f"this account is on {PLATFORM_NAMES[named.platform]}.")
    return named


def _lines(each: PlatformStatus) -> Iterator[str]:
    name = f"{PLATFORM_NAMES[each.platform]:10}"
    if each.why is not None:
        yield f"{name} no connector. {each.why}"
        yield f"{'':10} Needed: {each.access}"
        return
    if not each.on:
        yield f"{name} off. {f'Switch on: {each.setting}' if each.setting else 'Import only.'}"
        return
    gives = [aspect.value for aspect in each.gives] + (["single posts"] if each.finds_posts else [])
    yield f"{name} on. Gives {', '.join(gives)}."
    data = "no end" if each.keep_data_s is None else _span(each.keep_data_s)
    yield (
        f"{'':10} Fresh for {_span(each.ttl_s or 0)}; raw answers kept {_span(each.keep_raw_s or 0)}, "
        f"data {data}; {each.raw_answers:,} raw answers held ({each.raw_bytes / 1024:,.0f} KiB)."
    )
    yield f"{'':10} {each.requests_last_hour:,} requests in the last hour."
    yield f"{'':10} Limits as of {each.read_on}: {each.page}"
    for spent in each.spent:
        whose = "by all servers" if spent.scope == "place" else "in all"
        most = f"{_amount(spent.most, spent.unit)}{' for each' if spent.scope == 'place' else ''}"
        yield f"{'':10} {_amount(spent.amount, spent.unit)} spent {whose} {spent.period}, of {most}."


def _amount(amount: int, unit: str) -> str:
    return f"${amount / 1_000_000:,.2f}" if unit == "usd_micros" else f"{amount:,} {unit}"


def _span(seconds: int) -> str:
    time = timedelta(seconds=seconds)
    return f"{time.days} days" if time.days else f"{seconds // 60} min"
