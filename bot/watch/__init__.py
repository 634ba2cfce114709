"""Watchlists: looking at accounts, telling what changed, and bringing it to Discord (docs/alerts.md)."""
