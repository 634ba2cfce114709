"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A slow machine is no failure: speed is measured in benchmarks, never asserted in a test.
settings.register_profile("masthead", deadline=None)
settings.load_profile("masthead")
