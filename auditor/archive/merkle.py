"""One hash over many: the root of a Merkle tree as in RFC 6962, section 2.1.

A leaf and a node are hashed with other prefixes, so that neither can be passed off as the other; of n leaves about
log2 n hashes prove that one of them is under a root.
"""

import hashlib
from collections.abc import Sequence

_LEAF, _NODE = b"\x00", b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(_LEAF + data).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over `leaves`, in their order; of none, the hash of nothing."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf_hash(leaf) for leaf in leaves]
    while len(level) > 1:
        joined = [
            hashlib.sha256(_NODE + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level = joined + level[len(joined) * 2 :]
    return level[0]
