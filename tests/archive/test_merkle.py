"""The Merkle root over many leaves, and the path that proves one of them, as in RFC 6962."""

import hashlib

import pytest

from auditor.archive.merkle import MerkleTree, leaf_hash

LEAVES = [bytes([number]) * number for number in range(20)]


def rfc_root(leaves: list[bytes]) -> bytes:
    """Return the root by the recursive definition of RFC 6962."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + rfc_root(leaves[:half]) + rfc_root(leaves[half:])).digest()


@pytest.mark.parametrize("count", range(20))
def test_a_path_leads_from_each_leaf_to_the_root(count: int) -> None:
    """For zero to nineteen leaves, joined as an export's verifier joins them."""
    tree = MerkleTree(LEAVES[:count])
    assert tree.root == rfc_root(LEAVES[:count])
    assert tree.leaves == max(count, 1)
    for index, leaf in enumerate(LEAVES[:count]):
        node = tree.leaf(index)
        assert node == leaf_hash(leaf)
        for side, sibling in tree.path(index):
            node = hashlib.sha256(b"\x01" + (sibling + node if side == "left" else node + sibling)).digest()
        assert node == tree.root
