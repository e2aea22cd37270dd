"""A run collects looks, stores each in one piece, and what it stored can be taken again."""

from datetime import timedelta
from pathlib import Path

from auditor.archive import Archive
from auditor.base.snapshot import Network
from auditor.run.collect import collect
from auditor.run.playback import play_runs
from tests.cases import NOW, WEEK, account, office, registry, tenure
from tests.looks.toy import PLUGIN, Wire, opened


def test_a_run_stores_each_look_and_takes_it_again(tmp_path: Path) -> None:
    """Snapshot, answers, vantage and note are stored; from them alone the same snapshot comes."""
    book = registry(
        office(tenure(since="2020", accounts=[account(Network.VK, "perviy"), account(Network.VK, "vtoroy")]))
    )
    wire = Wire(lambda: NOW, {"perviy": [NOW - timedelta(days=1)], "vtoroy": []})
    with Archive.open(tmp_path) as archive:
        done = collect(archive, book, WEEK, [opened(wire)], lambda: NOW, command="weekly", vantage="here")
        looks = archive.looks(NOW)
        played = play_runs(archive, frozenset({1}), NOW, lambda _route: PLUGIN)
    assert done.left == {}
    assert done.requests == {"vk": sum(wire.methods.values())}
    assert [(look.snapshot.exists, look.snapshot.vantage, len(look.snapshot.evidence)) for look in looks]
    assert played.unplayed == []
    assert played.gaps == []
    assert len(played.looks) == 2
    assert wire.methods["numbers"] == 1
