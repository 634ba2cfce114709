"""What holds for every test."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# A slow machine is no failure: speed is measured in benchmarks, never asserted in a test. The same
# examples are tried in every run, so that a run which passed passes again; `--hypothesis-profile=search`
# looks for new ones.
SLOW = [HealthCheck.too_slow]
settings.register_profile("masthead", deadline=None, suppress_health_check=SLOW, derandomize=True)
settings.register_profile("search", deadline=None, suppress_health_check=SLOW)
settings.load_profile("masthead")


def pytest_configure(config: pytest.Config) -> None:
    # Hypothesis warns where the example of a failed test is long. As an error the warning would take the
    # place of the failure.
    config.addinivalue_line("filterwarnings", "ignore:Generating overly large repr")
