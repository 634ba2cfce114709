"""`python -m benchmarks [NAME …]`: run all measurements, or those named, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.measure import heading

# In this order; the last five first build databases of a million posts or claims, which takes minutes.
SCRIPTS = (
    "idle",
    "cards",
    "engagement",
    "sandbox_burst",
    "alert_load",
    "alert_kills",
    "live",
    "streams",
    "check",
    "import_formats",
    "imports",
    "republication",
    "names",
    "starting",
    "registry",
    "sweep_chance",
    "sweep",
)


def main() -> int:
    """Run the measurements and return 0 when all of them ran."""
    wanted = sys.argv[1:] or list(SCRIPTS)
    unknown = [name for name in wanted if name not in SCRIPTS]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}. Known: {', '.join(SCRIPTS)}.", file=sys.stderr)
        return 2
    heading()
    sys.stdout.flush()
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
        for name in wanted
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
