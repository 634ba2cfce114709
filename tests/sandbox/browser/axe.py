"""axe-core, from the package that bundles it."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.browser.desk import Window

_SCRIPT = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


async def complaints(window: Window) -> list[str]:
    """What axe-core finds on the page as it stands, one line for each rule and place."""
    await window.page.evaluate(_SCRIPT)
    result: dict[str, Any] = await window.page.evaluate("axe.run()")
    return [
        f"{found['id']}: {node['target']}: {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
