"""Each seal holds the hash of the one before, and a root over all that was stored: nothing can be left out."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from auditor.archive import Archive
from auditor.archive.merkle import leaf_hash
from auditor.archive.seals import ANSWER, leaves_of_seal, tree_of
from tests.archive_samples import NOW, PAGES, RUNS, WEEK, begun, edit, look, week


def test_each_link_names_the_one_before(stored: Archive) -> None:
    """So the last hash, kept elsewhere, vouches for the whole chain."""
    chain = stored.evidence.seals()
    links = [(kind, run, str(week(n))) for n in range(1, RUNS + 1) for kind, run in (("run", n), ("audit", None))]
    told = [(seq, *link) for seq, link in enumerate(links, start=1)]
    assert [(s.seq, s.kind, s.run, s.week) for s in chain] == told
    assert [tuple(s.facts[name] for name in ("seq", "kind", "run_id", "week")) for s in chain] == told
    assert [s.sha256 for s in chain] == [hashlib.sha256(s.body.encode()).hexdigest() for s in chain]
    assert [s.facts["previous"] for s in chain] == [None, *(s.sha256 for s in chain[:-1])]


def test_a_runs_seal_is_over_all_that_it_stored(stored: Archive, whole: Path) -> None:
    """Its row, the parts of its looks, its controls, answers, searches and files, and whether it was invented."""
    store, (first, *_) = stored._store, stored.evidence.seals()
    leaves = leaves_of_seal(store.db, 1)
    several = {"look": 3, "core": 3, "asked": 3, "answer": 4}
    single = ("run", "control", "comments", "lead", "searches", "pages", "words", "invented")
    assert Counter(name.partition(" ")[0] for name in leaves) == several | dict.fromkeys(single, 1)
    assert first.facts["root"] == tree_of(leaves).root.hex()
    assert first.facts["finished"] is True
    assert first.facts["run"]["started_at"] == "2026-11-24T05:00:00.000000Z"
    words = next((whole / "evidence").glob("000001*.words.*"))
    assert leaves["words"] == hashlib.sha256(words.read_bytes()).hexdigest()


def test_a_proof_leads_from_an_answers_row_to_the_root_in_its_runs_seal(stored: Archive) -> None:
    """Of each answer but a search's, on which no finding rests."""
    entries = {entry.evidence.id: entry for entry in stored.evidence.entries()}
    proofs, chain = stored.evidence.proofs(entries), {s.seq: s for s in stored.evidence.seals()}
    assert stored.evidence.proofs([]) == stored.evidence.proofs(["ev-none"]) == {}
    assert len(proofs) == RUNS * (len(PAGES) + 1)
    for name, proof in proofs.items():
        row = json.dumps(proof.row, ensure_ascii=False, separators=(",", ":"))
        node = leaf_hash(f"answer {name} {hashlib.sha256(row.encode()).hexdigest()}".encode())
        told = dict(zip(ANSWER, proof.row, strict=True))
        assert (told["id"], told["url"], told["run_id"]) == (name, entries[name].evidence.url, proof.run)
        assert (proof.leaf, proof.leaves, chain[proof.link].run) == (node.hex(), 21, proof.run)
        assert proof.place in range(21)
        for side, beside in proof.path:
            pair = bytes.fromhex(beside) + node if side == "left" else node + bytes.fromhex(beside)
            node = hashlib.sha256(b"\x01" + pair).digest()
        assert chain[proof.link].facts["root"] == proof.root == node.hex()


@pytest.mark.parametrize("change", ["UPDATE answers SET status = 404", "UPDATE seals SET leaves = zipped('{}')"])
def test_what_is_not_as_it_was_sealed_has_no_proof(data: Path, change: str) -> None:
    """Nor has what is not sealed yet."""
    edit(data, f"{change} WHERE run_id = 1")
    with Archive.open(data) as archive:
        seen, answers = look(PAGES[0], NOW.replace(hour=9))
        archive.snapshots.save(begun(archive), str(WEEK), seen, answers)
        ids = [entry.evidence.id for entry in archive.evidence.entries()]
        assert {proof.run for proof in archive.evidence.proofs(ids).values()} == {2, 3}
