"""The root over many hashes, and the path that proves one of them, as RFC 6962 has them."""

import hashlib

import pytest

from auditor.archive.merkle import MerkleTree, leaf_hash

SOME = [bytes([number]) * number for number in range(20)]


def by_the_book(leaves: list[bytes]) -> bytes:
    """The root, by the recursion that the RFC gives."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:half]) + by_the_book(leaves[half:])).digest()


@pytest.mark.parametrize("count", range(20))
def test_a_path_leads_from_each_leaf_to_the_root(count: int) -> None:
    """Of none to nineteen leaves, joined as the verifier of an export joins them."""
    tree = MerkleTree(SOME[:count])
    assert tree.root == by_the_book(SOME[:count])
    assert tree.leaves == max(count, 1)
    for place, leaf in enumerate(SOME[:count]):
        node = tree.leaf(place)
        assert node == leaf_hash(leaf)
        for side, beside in tree.path(place):
            node = hashlib.sha256(b"\x01" + (beside + node if side == "left" else node + beside)).digest()
        assert node == tree.root
