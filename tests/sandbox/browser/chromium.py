"""The browser that the system has, and how it is started."""

from __future__ import annotations

import os
import shutil

# Nothing but the page under test: no updates, no sync, no probes of the network.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """The browser of the system: MASTHEAD_CHROMIUM, else what the usual names find."""
    named = os.environ.get("MASTHEAD_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, [named] if named else names) if path), None)
