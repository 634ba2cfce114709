"""Public lists at pinned versions: another content is refused, since nobody has read it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from bot.errors import InputError
from bot.platforms.fetching import Limits
from bot.platforms.safe_http import SafeHttp
from bot.registry.whole_files import write_new

# Raw files are sent as text of no certain kind.
LIST = Limits(
    types=frozenset({"text/plain", "text/csv", "application/octet-stream"}),
    body_bytes=8 * 1024**2,
    wire_bytes=9 * 1024**2,
    total_s=60.0,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList:
    """One list at one version. `page` is where people read about it."""

    url: str
    sha256: str
    file: str
    version: str
    page: str
    licence: str


LISTS = MappingProxyType(
    {
        "hamilton": PublicList(
            url=(
                "https://github.com/ASD-at-GMF/social_profile_utils/raw/"
                "ec7c8244508a43f3494c38f32918a8e37b482e6a/Hamilton_Account_List2024.csv"
            ),
            sha256="8426a29dfdaa934f9b1505036a143acd6cb43bd60bc465b82ef578d34c381c46",
            file="Hamilton_Account_List2024.csv",
            version="ec7c824 (2024-12-02)",
            page="https://github.com/ASD-at-GMF/social_profile_utils",
            licence="MIT",
        ),
        "state-media-matrix": PublicList(
            url=("https://github.com/ASD-at-GMF/state-media-profiles/raw/d878fee/State_Media_Matrix.csv"),
            sha256="6742bd02308b8e944f28097f428282beb24e9e45e3d0c5ad635699fdd624b483",
            file="State_Media_Matrix.csv",
            version="d878fee (2024-02-07)",
            page="https://github.com/ASD-at-GMF/state-media-profiles",
            licence="MIT",
        ),
    }
)


async def download(wanted: PublicList, folder: Path, *, http: SafeHttp) -> Path:
    """Fetch a list into a folder and return the file.

    Raises FetchError, and InputError for another content or a folder that cannot be written.
    """
    got = await http.get(wanted.url, limits=LIST, robots=False)
    if got.status != 200:
        raise InputError(f"{wanted.url} answered with status {got.status}. See {wanted.page}.")
    found = sha256(got.body).hexdigest()
    if found != wanted.sha256:
        raise InputError(
            f"{wanted.file} is not the version that is pinned ({wanted.version}): its SHA-256 is {found}. "
            f"Nothing was written; see {wanted.page}."
        )
    return await asyncio.to_thread(_write, got.body, folder / wanted.file)


def _write(content: bytes, path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new(path, content)
    except FileExistsError as error:
        raise InputError(f"{path} exists already. Name another folder.") from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}. Name another folder.") from error
    return path
