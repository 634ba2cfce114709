"""Live platforms: one connector a platform, one behaviour for all of them (docs/platforms.md)."""
