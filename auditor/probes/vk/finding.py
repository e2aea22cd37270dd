"""Which page a target is: by its name, and where the name is nobody's or another's now, by its number."""

from dataclasses import replace
from typing import Any

from auditor.base.address import Address
from auditor.base.snapshot import Network
from auditor.probes.base import Target
from auditor.probes.vk import minimise
from auditor.probes.vk.directory import Directory, Resolution, number_name
from auditor.probes.vk.errors import Fact


def find(directory: Directory, target: Target) -> tuple[Resolution, dict[str, Any]]:
    """Return who was found for `target`, and the facts of a page that was found by its number.

    A name that is nobody's while the number could not be asked for is no absence: its failure stands for both.
    """
    named = directory.resolve([target.address.name])[0]
    if target.id is None:
        return named, {}
    if named.owner is not None and named.owner.id != target.id:
        named = _without_words(named)
    if not _lost(named, target) or target.address.name == number_name(target.id):
        return named, {}
    numbered = directory.resolve([number_name(target.id)])[0]
    both = [*named.asked, *numbered.asked]
    owner = numbered.owner
    if (owner is not None and not owner.gone) or numbered.fact is Fact.PRIVATE:
        names = owner.names if owner is not None else frozenset()
        # A page that still says the name bears it, whatever the look-up by name said.
        moved = {} if target.address.name in names else {"renamed_to": _address(target.id, names)}
        return replace(numbered, asked=both), {"id": target.id, **moved}
    if named.missing and not numbered.missing:
        return replace(numbered, asked=both), {}
    return replace(named, asked=both), {}


def _without_words(named: Resolution) -> Resolution:
    """Keep of a page that has the name now its number and state alone: whoever took it is no official."""
    bare = [a if a.page is None else replace(a, stored=minimise.stranger(a.page)) for a in named.asked]
    return replace(named, asked=bare)


def _lost(named: Resolution, target: Target) -> bool:
    """Tell whether the name is not the confirmed page's any more: nobody's, or another's where it was once seen so."""
    other = named.kind is not None or (named.owner is not None and named.owner.id != target.id)
    return named.missing or (other and target.id_seen)


def _address(number: int, names: frozenset[str]) -> str:
    """Return a page's address now: by its short name, or by its number where it shows none."""
    numbered = {f"{kind}{abs(number)}" for kind in ("id", "club", "public", "event")}
    return Address(Network.VK, min(names - numbered, default=number_name(number))).url
