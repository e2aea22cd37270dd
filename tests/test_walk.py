"""The map of a walk: which functions carry a citizen's comment from its request to the snapshot."""

from auditor.base.snapshot import Route, Side
from auditor.probes.plugins import plugin_of
from tools.walk import pages, walk


def test_the_map_leads_to_the_only_comment_of_the_only_post() -> None:
    """On every route; with `comment`, the functions that ran only before comments were asked for are left out."""
    routes = []
    for (route, transport, page, window), (_, again, _, _) in zip(pages(), pages(), strict=True):
        plugin = plugin_of(route)
        snapshot, names = walk(plugin.look(page, window), transport)
        _, comment_names = walk(plugin.look(page, window), again, comment=True)
        assert [comment.side for post in snapshot.posts for comment in post.comments] == [Side.CITIZEN]
        assert set(comment_names) < set(names)
        assert len(set(names)) == len(names)
        assert {"driver:Driver.run", "driver:record_response"} <= set(comment_names)
        routes.append(route)
    assert routes == list(Route)
