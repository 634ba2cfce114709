"""Which network addresses belong to the public internet, so that a stranger's URL may lead there."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# `is_global` of Python 3.11 lets some special ranges pass, so IPv6 goes by an allow-list with exceptions.
# IANA special-purpose registries: protocol assignments, 6to4 relays; Teredo and other protocol
# assignments, documentation, 6to4, documentation (RFC 9637).
_SPECIAL_4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24")))
_SPECIAL_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# Global unicast (RFC 4291). NAT64 (64:ff9b::/96) and all embedded IPv4 forms but the mapped one lie outside.
_UNICAST_6 = ip_network("2000::/3")


def is_public(address: str) -> bool:
    """Whether `address` is an address of the public internet. False for what is no address at all."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        return _is_public_6(parsed) if mapped is None else _is_public_4(mapped)
    return _is_public_4(parsed)


def _is_public_4(address: IPv4Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _SPECIAL_4)


def _is_public_6(address: IPv6Address) -> bool:
    # A zone ("fe80::1%eth0") names an interface of this machine.
    if address.scope_id is not None or address not in _UNICAST_6:
        return False
    return not any(address in network for network in _SPECIAL_6)
