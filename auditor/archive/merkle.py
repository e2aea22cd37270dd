"""Merkle trees as in RFC 6962, section 2.1: one root hash over many leaves.

Leaves and nodes are hashed with different prefixes, so that neither can pass for the other. About log2 n hashes prove
that one of n leaves is under a root.
"""

import hashlib
from collections.abc import Iterable

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(_LEAF + data).digest()


class MerkleTree:
    """All hashes over some leaves, level by level: for the root, and for the paths of many leaves."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        """Hash `leaves` and each level of nodes over them, up to the root."""
        level = [leaf_hash(leaf) for leaf in leaves] or [hashlib.sha256(b"").digest()]
        self._levels = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            parents = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
            level = parents + level[len(parents) * 2 :]
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The hash over all leaves; without leaves, the hash of the empty string."""
        return self._levels[-1][0]

    @property
    def leaves(self) -> int:
        """The number of leaves; 1 for a tree without any."""
        return len(self._levels[0])

    def leaf(self, index: int) -> bytes:
        """Return the hash of a leaf."""
        return self._levels[0][index]

    def path(self, index: int) -> list[tuple[str, bytes]]:
        """Return the path from a leaf to the root: for each step the side, ``left`` or ``right``, and the hash."""
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):  # the last hash of an odd level moves up unchanged
                path.append(("left" if sibling < index else "right", level[sibling]))
            index //= 2
        return path
