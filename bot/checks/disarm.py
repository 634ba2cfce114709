"""Names of the DISARM Red techniques that Masthead may attach to a finding by itself.

An id is a label for what was found, not a verdict. Ids change between versions, so the table names its
own: DISARM Red at commit 49df5f6 (CC-BY-SA-4.0; ids and names only, descriptions are ours).
"""

from __future__ import annotations

from types import MappingProxyType

VERSION = "49df5f6"

TECHNIQUES = MappingProxyType(
    {
        "T0084.001": "Use Copypasta",
        "T0084.002": "Plagiarise Content",
        "T0084.004": "Appropriate Content (with attribution)",
        "T0097.111": "Government Official Persona",
        "T0097.202": "News Outlet Persona",
        "T0097.206": "Government Institution Persona",
        "T0129.003": "Break Association with Content",
        "T0149": "Online Infrastructure",
    }
)
