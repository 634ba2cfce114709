"""Measurements: peers side by side, CPU time, medians, printed as tables. Nothing here is asserted."""
