"""Whether people can comment is told by threads that were asked for."""

from pathlib import Path

from auditor.sandbox.world.model import Account
from tests.wire.helpers import Scene, confirmed, office, registry, tenure
from tests.wire.pages import profile


def _closed(page: Account) -> Account:
    page.tells_can_post = False
    for one in page.posts:
        one.closed = True
    return page


def test_word_of_another_page_proves_no_thread(tmp_path: Path) -> None:
    """Where no thread of the run was read, closed ones are not held against anybody, whatever a wall says of itself."""
    # Item 48.
    page, neighbour = _closed(profile()), profile("glava_vtoroy", 40_000_003, "Имярек Олег Олегович")
    second = office(tenure(confirmed(neighbour), name="Имярек Олег Олегович"), number=2)
    with Scene(tmp_path, [page, neighbour], registry(office(tenure(confirmed(page))), second)) as scene:
        for one in scene.pages[-2:]:
            one.posts[0].comments.clear()
        finding = scene.weekly().finding("comments_open")
    assert finding.outcome == "cantTell"
