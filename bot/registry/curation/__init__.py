"""Curation: who may change the registry, how, and the trail that every change leaves."""
