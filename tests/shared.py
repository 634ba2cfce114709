"""Raw material that lies beside the checkout on a developer's machine and is never part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared(path: str) -> Path:
    """Return `../shared/<path>`; skip the calling test, with the reason, where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"{path} is not beside this checkout (../shared)")
    return found
