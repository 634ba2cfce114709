from __future__ import annotations

from tests.sandbox.fixtures import probe, sandbox

__all__ = ["probe", "sandbox"]
