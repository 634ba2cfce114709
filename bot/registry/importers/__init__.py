"""Bringing lists into the registry, and taking the registry out."""

from bot.registry.importers.exporting import export_csv
from bot.registry.importers.importing import import_file, preview_file
from bot.registry.importers.report import Format, ImportReport, New, Rejected

__all__ = ["Format", "ImportReport", "New", "Rejected", "export_csv", "import_file", "preview_file"]
