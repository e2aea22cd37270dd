"""Accounts of other bodies: whoever answers from one is neither the owner nor a citizen.

A registry of 20,000 offices has tens of thousands of them, and each office has all but its own. They are kept once for
the whole run; a target names what it leaves out.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Network


class Bodies:
    """All accounts of offices and institutions in the registry: one object a run, so what is made of it is kept."""

    __slots__ = ("_names", "addresses", "numbers")

    def __init__(self, addresses: frozenset[Address], numbers: Mapping[Address, int] | None = None) -> None:
        """Hold the addresses, and the pages' numbers as far as the archive has seen them."""
        self.addresses = addresses
        self.numbers: Mapping[Address, int] = numbers or {}
        self._names: dict[Network, frozenset[str]] = {}

    def names(self, network: Network) -> frozenset[str]:
        """Return the accounts' names on a network, in lower case."""
        if network not in self._names:
            self._names[network] = _names(self.addresses, network)
        return self._names[network]


class Others(AbstractSet[Address]):
    """The accounts of other bodies, as one office sees them: all that are known, but its own."""

    __slots__ = ("but", "everybody")

    def __init__(self, everybody: Bodies, but: frozenset[Address]) -> None:
        """Leave `but` out of `everybody`."""
        self.everybody = everybody
        self.but = but & everybody.addresses

    @classmethod
    def _from_iterable(cls, it: Any) -> AbstractSet[Address]:  # type: ignore[override]  # a part of it is a plain set
        return frozenset(it)

    def __contains__(self, address: object) -> bool:
        """Tell whether it is another body's."""
        return address in self.everybody.addresses and address not in self.but

    def __iter__(self) -> Iterator[Address]:
        """Go through all of them."""
        return (address for address in self.everybody.addresses if address not in self.but)

    def __len__(self) -> int:
        """Count them."""
        return len(self.everybody.addresses) - len(self.but)

    def __hash__(self) -> int:
        """Differ by the run and by what is left out."""
        return hash((id(self.everybody), self.but))


class _Less(AbstractSet[str]):
    """Names without some of them."""

    __slots__ = ("_all", "_but")

    def __init__(self, names: frozenset[str], but: frozenset[str]) -> None:
        self._all, self._but = names, but

    @classmethod
    def _from_iterable(cls, it: Any) -> AbstractSet[str]:  # type: ignore[override]  # as above
        return frozenset(it)

    def __contains__(self, name: object) -> bool:
        return name in self._all and name not in self._but

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._all if name not in self._but)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def names_on(network: Network, addresses: AbstractSet[Address]) -> AbstractSet[str]:
    """Return the names that accounts have on a network, in lower case: for `Others` without going through them all."""
    if isinstance(addresses, Others):
        return _Less(addresses.everybody.names(network), _names(addresses.but, network))
    return _names(addresses, network)


def _names(addresses: AbstractSet[Address], network: Network) -> frozenset[str]:
    return frozenset(address.name.casefold() for address in addresses if address.network is network)
