"""One hash over many: the root of a Merkle tree as in RFC 6962, section 2.1.

A leaf and a node are hashed with other prefixes, so that neither can be passed off as the other; of n leaves about
log2 n hashes prove that one of them is under a root.
"""

import hashlib
from collections.abc import Iterable

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(_LEAF + data).digest()


class MerkleTree:
    """The hashes over some leaves, level by level, for the root and for the path of many leaves."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        """Hash `leaves`, the nodes over them, and so on up to the root alone."""
        level = [leaf_hash(leaf) for leaf in leaves] or [hashlib.sha256(b"").digest()]
        self._levels = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            joined = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
            level = joined + level[len(joined) * 2 :]
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The one hash over all leaves; over none, the hash of nothing."""
        return self._levels[-1][0]

    @property
    def leaves(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def leaf(self, index: int) -> bytes:
        """Return the hash of a leaf."""
        return self._levels[0][index]

    def path(self, index: int) -> list[tuple[str, bytes]]:
        """Return what leads from a leaf to the root: at each step the hash to join, and the side on which it is."""
        path = []
        for level in self._levels[:-1]:
            beside = index ^ 1
            if beside < len(level):  # the last of an odd level goes up as it is
                path.append(("left" if beside < index else "right", level[beside]))
            index //= 2
        return path
