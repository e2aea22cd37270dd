"""A look that takes its time is dated by the oldest of its answers."""

from datetime import timedelta
from typing import Any

from auditor.probes.driver import Response
from tests.probes import tme_memory as tme

MINUTE = timedelta(minutes=1)


class Slow(tme.Site):
    """Each answer comes a minute after the one before."""

    def _reply(self, *request: Any) -> Response:
        self.now += MINUTE
        return super()._reply(*request)


def test_a_look_that_was_put_off_is_dated_by_its_posts() -> None:
    """Whenever it came to its end; a thread by its own oldest answer."""
    site = Slow(tme.channel_with_comments(), comments_limit=3)
    snapshot = tme.run_look(site).result
    thread = 1 + site.paths.index(f"/{tme.NAME}/{tme.POST}")
    assert snapshot.taken_at == tme.NOW + MINUTE
    assert tme.thread(snapshot).comments_read_at == tme.NOW + thread * MINUTE
    assert len(site.paths) > thread
