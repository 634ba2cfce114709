"""`masthead registry propose|review|accept|…|history|audit`: curation without Discord.

Whoever runs Masthead is admin of the shared base and, with `--server`, of one server's layer.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.app import Services
from bot.cli.options import JsonOption, options, print_json, with_services
from bot.errors import InputError, MastheadError
from bot.registry.curation.audit_file import read_trail, trail_lines, verify_lines
from bot.registry.curation.ends import reference
from bot.registry.curation.queue import Queued
from bot.registry.curation.roles import Member
from bot.store.audit import Entry
from bot.store.held import ClaimKind, ClaimRef
from bot.store.layers import BASE
from bot.text.inert import inert

audit = typer.Typer(help="The audit trail: verify it, take it out.", no_args_is_help=True)

ServerOption = Annotated[
    int, typer.Option("--server", help="A server's Discord id: act in its layer. Default: the shared base.")
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; others will read it.")]
Number = Annotated[int, typer.Argument(help="The number of a proposal.", min=1)]


def add_to(app: typer.Typer) -> None:
    """Register the commands of this module."""
    for command in (propose, dispute, review, accept, reject, undo, publish, history):
        app.command()(command)
    app.command(name="undo-import")(undo_import)
    app.add_typer(audit, name="audit")


def propose(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="A key, an exact name, or 'new: NAME (kind, COUNTRY)'.")],
    relation: Annotated[str, typer.Argument(help="owns, controls, co_publishes, has_account, has_site, …")],
    object_: Annotated[str, typer.Argument(metavar="OBJECT", help="A key, name, account's URL or host.")],
    url: Annotated[str, typer.Option("--source", help="The address of the source.")],
    title: Annotated[str, typer.Option(help="The source's title.")] = "",
    date: Annotated[str, typer.Option(help="When it was published: 2025, 2025-03 or 2025-03-07.")] = "",
    grade: Annotated[str, typer.Option(help="Admiralty grade, such as B2.")] = "",
    note: Annotated[str, typer.Option(help="For whoever decides.")] = "",
    server: ServerOption = BASE,
) -> None:
    """Propose a claim with its source."""
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> int:
        made = await services.curation.propose(
            member,
            subject=subject,
            relation=relation,
            object=object_,
            url=url,
            title=title,
            published_on=date,
            grade=grade,
            note=note,
        )
        return made.proposal_id

    typer.echo(f"proposal {with_services(options(context).config(), work)} waits for a decision")


def dispute(
    context: typer.Context,
    claim: Annotated[str, typer.Argument(help="kind:number, as `registry show` prints it.")],
    reason: ReasonOption,
    url: Annotated[str, typer.Option("--source", help="The address of a source.")] = "",
    server: ServerOption = BASE,
) -> None:
    """Say that a claim is wrong."""
    member, ref = Member.at_the_command_line(layer=server), read_claim(claim)

    async def work(services: Services) -> int:
        return (await services.curation.dispute(member, ref, reason=reason, url=url)).proposal_id

    typer.echo(f"proposal {with_services(options(context).config(), work)} waits for a decision")


def publish(
    context: typer.Context,
    claim: Annotated[str, typer.Argument(help="kind:number of a server's claim.")],
    reason: ReasonOption,
    server: Annotated[int, typer.Option("--server", help="The server that added it.")],
) -> None:
    """Propose to show a server's claim to every server."""
    member, ref = Member.at_the_command_line(layer=server), read_claim(claim)

    async def work(services: Services) -> int:
        return (await services.curation.publish(member, ref, reason=reason)).proposal_id

    typer.echo(f"proposal {with_services(options(context).config(), work)} waits for a decision")


def review(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(help="One proposal; without it all that wait.")] = None,
    server: ServerOption = BASE,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a decision, or show one proposal."""
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> list[Queued]:
        numbers = [number] if number is not None else await services.curation.queue(member)
        found = [await services.curation.queued(member, each) for each in numbers]
        return [each for each in found if each is not None]

    found = with_services(options(context).config(), work)
    if as_json:
        print_json(found)
        return
    if not found:
        raise InputError(f"there is no proposal {number}." if number else "no proposal waits for a decision.")
    for each in found:
        typer.echo(_line(each))


def accept(context: typer.Context, number: Number, server: ServerOption = BASE) -> None:
    """Do what a proposal asks."""
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> str:
        found = await services.curation.queued(member, number)
        version = found.proposal.version if found else 0
        done = await services.curation.accept(member, number, version=version)
        return f"accepted: {done.claim}"

    typer.echo(with_services(options(context).config(), work))


def reject(context: typer.Context, number: Number, reason: ReasonOption, server: ServerOption = BASE) -> None:
    """Turn a proposal down."""
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> None:
        found = await services.curation.queued(member, number)
        version = found.proposal.version if found else 0
        await services.curation.reject(member, number, version=version, reason=reason)

    with_services(options(context).config(), work)
    typer.echo(f"proposal {number} rejected")


def undo(context: typer.Context, number: Number, reason: ReasonOption, server: ServerOption = BASE) -> None:
    """Take a decision back; the proposal waits again."""
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> None:
        await services.curation.undo(member, number, reason=reason)

    with_services(options(context).config(), work)
    typer.echo(f"the decision on proposal {number} is undone")


def undo_import(
    context: typer.Context,
    version: Annotated[str, typer.Argument(help="As `registry history imports` lists it.")],
    restore: Annotated[bool, typer.Option("--restore", help="Bring it back instead.")] = False,
) -> None:
    """Take back everything that one import brought, or bring it back."""
    member = Member.at_the_command_line()

    async def work(services: Services) -> int:
        curation = services.curation
        act = curation.restore_import if restore else curation.undo_import
        return await act(member, version)

    rows = with_services(options(context).config(), work)
    typer.echo(f"{rows:,} rows {'brought back' if restore else 'taken back'}")


def history(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="An entity's key, kind:number of a claim, or 'imports'.")],
    server: ServerOption = BASE,
    as_json: JsonOption = False,
) -> None:
    """Tell what was imported, proposed, decided and judged about an entry, newest first."""
    member = Member.at_the_command_line(layer=server)
    ref = name if ":" in name and name.split(":")[0] in _REFS else f"entity:{name}"

    async def work(services: Services) -> list[Entry]:
        if name == "imports":
            entries = await services.curation.trail(Member.at_the_command_line())
            return [entry for entry in reversed(entries) if entry.subject.startswith("load:")]
        return await services.curation.history(member, ref, limit=100)

    found = with_services(options(context).config(), work)
    if as_json:
        print_json(found)
        return
    if not found:
        raise InputError(f"nothing was decided about {inert(name)}.")
    for entry in found:
        who = inert(entry.actor) if entry.actor else "Masthead"
        typer.echo(f"{entry.at:%Y-%m-%d %H:%M}  {entry.act:20} {entry.subject:20} {who}")


_REFS = frozenset({*ClaimKind, "entity", "account", "site", "proposal", "judgement", "load", "role"})


@audit.command()
def verify(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="A trail that was exported; without it, the database.")
    ] = None,
    head: Annotated[
        str | None, typer.Option(help="A hash that was noted before: it must still stand in the trail.")
    ] = None,
) -> None:
    """Verify every hash, and that the trail replays to what the tables hold."""
    if file is not None:
        wrong = verify_lines(read_trail(file), head=head)
    else:

        async def work(services: Services) -> list[str]:
            found = await services.curation.examine()
            if head is not None and not await services.curation.stands(head):
                found.append(f"no entry bears the hash {inert(head)}: the trail was cut short or made anew")
            return found

        wrong = with_services(options(context).config(), work)
    for each in wrong:
        typer.echo(each)
    if wrong:
        raise MastheadError(
            "the audit trail does not hold. Restore a backup, or find out who wrote to the file."
        )
    typer.echo("the audit trail holds")


@audit.command()
def head(context: typer.Context, server: ServerOption = BASE) -> None:
    """Print the last hash of a trail. Keep it elsewhere: `verify --head` asks whether it still stands."""

    async def work(services: Services) -> str:
        return await services.curation.head(Member.at_the_command_line(layer=server))

    typer.echo(with_services(options(context).config(), work))


@audit.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that does not exist yet.")],
    server: ServerOption = BASE,
) -> None:
    """Write the trail of the base, or of one server, as JSON lines with their hashes."""
    if file.exists():
        raise InputError(f"{file} exists already. Name another file.")
    member = Member.at_the_command_line(layer=server)

    async def work(services: Services) -> list[Entry]:
        return await services.curation.trail(member)

    entries = with_services(options(context).config(), work)
    try:
        file.write_bytes(trail_lines(entries))
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}. Name another file.") from error
    typer.echo(f"{file}: {len(entries):,} entries")
    if entries:
        typer.echo(f"last hash {entries[-1].hash}: keep it elsewhere")


def read_claim(text: str) -> ClaimRef:
    """Read "claim:12". Raises InputError."""
    kind, _, number = text.partition(":")
    if kind not in set(ClaimKind) or not number.isdigit():
        raise InputError(
            f"{inert(text)} is no claim. It is a kind and a number, such as claim:12 or account_claim:3."
        )
    return ClaimRef(kind=ClaimKind(kind), claim_id=int(number))


def _line(found: Queued) -> str:
    proposal, said = found.proposal, found.statement
    what = f"{proposal.act} {proposal.claim}"
    if said is not None:
        ends = f"{reference(said.subject)} {said.relation} {reference(said.object)}"
        what = f"add {ends} ({said.grade}, {said.url})"
    who = inert(proposal.made_by.shown)
    parts = [f"{proposal.proposal_id} {proposal.state} by {who}: {inert(what, limit=300)}"]
    parts += [f"{len(found.against)} disagree"] if found.against else []
    parts += [f"{len(found.same)} say the same"] if found.same else []
    parts += [inert(proposal.reason, limit=200)] if proposal.reason else []
    return "; ".join(parts)
