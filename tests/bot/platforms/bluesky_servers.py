"""The reference servers of Bluesky on loopback: directory, account server, AppView, with Postgres and Redis.

They need Node and the packages of `bluesky_network/package-lock.json` (`npm ci` there), PostgreSQL and Redis.
Where one is missing the tests skip and say which.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import secrets
import shutil
import socket
import string
import subprocess
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest

HERE = Path(__file__).parent / "bluesky_network"
# Five seconds on an idle machine.
READY_WITHIN_S = 240.0
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Where the servers answer. `admin` is the value of a basic Authorization header for the PDS."""

    bsky: str
    pds: str
    plc: str
    admin: str


def missing() -> str | None:
    """Return what keeps the servers from being started here; None where nothing does."""
    if shutil.which("node") is None:
        return "Node is not installed"
    if not (HERE / "node_modules" / "@atproto" / "dev-env").is_dir():
        return f"npm ci was not run in {HERE.name}/"
    if not any((HERE / "node_modules" / "better-sqlite3" / "build").glob("Release/*.node")):
        return f"npm rebuild better-sqlite3 was not run in {HERE.name}/"
    if _postgres("initdb") is None:
        return "PostgreSQL is not installed"
    if shutil.which("redis-server") is None:
        return "Redis is not installed"
    return None


@contextmanager
def running() -> Generator[Network]:
    """Start all servers in folders of their own and end them. Skips the test where something is missing."""
    why = missing()
    if why is not None:
        pytest.skip(f"{why}, so there is no Bluesky network to ask")
    for attempt in range(1, TRIES + 1):
        with contextlib.ExitStack() as stack:
            try:
                network = stack.enter_context(_started())
            except _NotStartedError:
                # Free ports are only known to have been free: somebody may have taken one since.
                if attempt == TRIES:
                    raise
                continue
            yield network
            return


@contextmanager
def _started() -> Generator[Network]:
    folder = Path(tempfile.mkdtemp(prefix="masthead-bluesky-"))
    try:
        with (
            _running_postgres(folder) as postgres,
            _running_redis(folder) as redis,
            _running_node(postgres, redis, log=folder / "node.log") as network,
        ):
            yield network
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _NotStartedError(RuntimeError):
    pass


@contextmanager
def _running_postgres(folder: Path) -> Generator[str]:
    """Start a fresh cluster; yields its address. As root it runs as another user, as it insists on."""
    initdb, server = _postgres("initdb"), _postgres("postgres")
    assert initdb is not None
    assert server is not None
    owner = "postgres" if os.geteuid() == 0 else None
    data = folder / "pg"
    data.mkdir()
    if owner is not None:
        account = pwd.getpwnam(owner)
        folder.chmod(0o755)
        os.chown(data, account.pw_uid, account.pw_gid)
    subprocess.run(  # noqa: S603  # a program of PostgreSQL, with arguments of ours
        [initdb, "-D", data, "-U", "pg", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True,
        user=owner,
        cwd=data,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    port = _free_port()
    options = ["-p", str(port), "-h", "127.0.0.1", "-k", str(data), "-F", "-c", "max_connections=200"]
    with _process(
        [server, "-D", str(data), *options], log=folder / "pg.log", user=owner, cwd=data
    ) as process:
        _wait_for(port, process, log=folder / "pg.log")
        yield f"postgresql://pg@127.0.0.1:{port}/postgres"


@contextmanager
def _running_redis(folder: Path) -> Generator[str]:
    port = _free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with _process(command, log=folder / "redis.log", cwd=folder) as process:
        _wait_for(port, process, log=folder / "redis.log")
        yield f"127.0.0.1:{port}"


@contextmanager
def _running_node(postgres: str, redis: str, *, log: Path) -> Generator[Network]:
    ports = {name: str(_free_port()) for name in ("PLC_PORT", "PDS_PORT", "BSKY_PORT", "OZONE_PORT")}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(log.parent),
        "DB_POSTGRES_URL": postgres,
        # A run needs a fresh name, which may have no digits.
        "DB_POSTGRES_SCHEMA": "".join(secrets.choice(string.ascii_lowercase) for _ in range(12)),
        "REDIS_HOST": redis,
        "LOG_ENABLED": "false",
        **ports,
    }
    command = ["node", "--require", "./loopback.cjs", "network.cjs"]
    with _process(command, log=log, cwd=HERE, environment=environment, reads=True) as process:
        assert process.stdout is not None
        yield Network(**json.loads(_first_json(process.stdout, process, log=log)))


def _first_json(out: IO[bytes], process: subprocess.Popen[bytes], *, log: Path) -> bytes:
    """Return the line that says where everything answers."""
    until = time.monotonic() + READY_WITHIN_S
    os.set_blocking(out.fileno(), False)
    text = b""
    while time.monotonic() < until:
        text += out.read() or b""
        for line in text.splitlines(keepends=True):
            if line.startswith(b"{") and line.endswith(b"\n"):
                return line
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise _NotStartedError(f"the Bluesky network did not start:\n{log.read_text(errors='replace')[-4000:]}")


@contextmanager
def _process(
    command: Sequence[str],
    *,
    log: Path,
    cwd: Path,
    user: str | None = None,
    environment: dict[str, str] | None = None,
    reads: bool = False,
) -> Generator[subprocess.Popen[bytes]]:
    with log.open("wb") as errors:
        process = subprocess.Popen(  # noqa: S603  # servers of this folder, with arguments of ours
            command,
            cwd=cwd,
            user=user,
            env=environment or {"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if reads else errors,
            stderr=errors,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _wait_for(port: int, process: subprocess.Popen[bytes], *, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise _NotStartedError(f"a server did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgres(program: str) -> str | None:
    """Find a program of PostgreSQL; Debian keeps them out of the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return str(installed[-1]) if installed else shutil.which(program)
