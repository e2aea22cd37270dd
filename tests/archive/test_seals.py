"""Each seal holds the hash of the previous one and a root over all that was stored: any omission shows."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.merkle import leaf_hash
from auditor.archive.seals import ANSWER, leaves_of_seal, tree_of
from tests.archive_samples import NOW, PAGES, RUNS, WEEK, begun, edit, look, week


def test_each_link_names_the_one_before(shared_archive: Archive) -> None:
    """So the last hash, stored elsewhere, proves the whole chain."""
    chain = shared_archive.evidence.seals()
    sealed_events = [
        (kind, run, str(week(n))) for n in range(1, RUNS + 1) for kind, run in (("run", n), ("audit", None))
    ]
    expected = [(seq, *sealed_event) for seq, sealed_event in enumerate(sealed_events, start=1)]
    assert [(s.seq, s.kind, s.run, s.week) for s in chain] == expected
    assert [tuple(s.facts[name] for name in ("seq", "kind", "run_id", "week")) for s in chain] == expected
    assert [s.sha256 for s in chain] == [hashlib.sha256(s.body.encode()).hexdigest() for s in chain]
    assert [s.facts["previous"] for s in chain] == [None, *(s.sha256 for s in chain[:-1])]


def test_a_runs_seal_is_over_all_that_it_stored(shared_archive: Archive, shared_folder: Path) -> None:
    """Leaves: its row, the parts of its looks, controls, responses, searches, files, and whether it is invented."""
    store, (first_seal, *_) = shared_archive._store, shared_archive.evidence.seals()
    leaves = leaves_of_seal(store.db, 1)
    several = {"look": 3, "core": 3, "asked": 3, "answer": 4}
    single = ("run", "control", "comments", "lead", "searches", "pages", "words", "invented")
    assert Counter(name.partition(" ")[0] for name in leaves) == several | dict.fromkeys(single, 1)
    assert first_seal.facts["root"] == tree_of(leaves).root.hex()
    assert first_seal.facts["finished"] is True
    assert first_seal.facts["run"]["started_at"] == "2026-11-24T05:00:00.000000Z"
    words_file = next((shared_folder / "evidence").glob("000001*.words.*"))
    assert leaves["words"] == hashlib.sha256(words_file.read_bytes()).hexdigest()


def test_a_proof_leads_from_a_responses_row_to_the_root_in_its_runs_seal(shared_archive: Archive) -> None:
    """For each response but those of searches, on which no finding rests."""
    entries = {entry.evidence.id: entry for entry in shared_archive.evidence.entries()}
    proofs, seals_by_number = (
        shared_archive.evidence.proofs(entries),
        {s.seq: s for s in shared_archive.evidence.seals()},
    )
    assert shared_archive.evidence.proofs([]) == shared_archive.evidence.proofs(["ev-none"]) == {}
    assert len(proofs) == RUNS * (len(PAGES) + 1)
    for identifier, proof in proofs.items():
        row_json = json.dumps(proof.row, ensure_ascii=False, separators=(",", ":"))
        node = leaf_hash(f"answer {identifier} {hashlib.sha256(row_json.encode()).hexdigest()}".encode())
        row_fields = dict(zip(ANSWER, proof.row, strict=True))
        assert (row_fields["id"], row_fields["url"], row_fields["run_id"]) == (
            identifier,
            entries[identifier].evidence.url,
            proof.run,
        )
        assert (proof.leaf, proof.leaves, seals_by_number[proof.link].run) == (node.hex(), 21, proof.run)
        assert proof.place in range(21)
        for side, sibling in proof.path:
            pair = bytes.fromhex(sibling) + node if side == "left" else node + bytes.fromhex(sibling)
            node = hashlib.sha256(b"\x01" + pair).digest()
        assert seals_by_number[proof.link].facts["root"] == proof.root == node.hex()


@pytest.mark.parametrize("change", ["UPDATE answers SET status = 404", "UPDATE seals SET leaves = zipped('{}')"])
def test_what_is_not_as_it_was_sealed_has_no_proof(data: Path, change: str) -> None:
    """Nor has a response whose run is not sealed yet."""
    edit(data, f"{change} WHERE run_id = 1")
    with Archive.open(data) as archive:
        page_snapshot, responses = look(PAGES[0], NOW.replace(hour=9))
        archive.snapshots.save(begun(archive), str(WEEK), page_snapshot, responses)
        ids = [entry.evidence.id for entry in archive.evidence.entries()]
        assert {proof.run for proof in archive.evidence.proofs(ids).values()} == {2, 3}
