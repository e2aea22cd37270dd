"""How far a channel's history is read back, what cannot be in it, and where its oldest message is found."""

from dataclasses import replace
from datetime import timedelta

from auditor.base.snapshot import Cause, EvidenceKind, Precision
from auditor.base.snapshot import TraceKind as Kind
from auditor.probes.protocol import Failure
from auditor.probes.target import VERSION
from tests.probes import tme_memory as tme
from tests.probes.every_request import CachingTransport, run
from tests.probes.tme_memory import NAME, NOW, POST, TARGET, Site

THREAD_PATH = f"/{NAME}/{POST}"
EMPTY, FIRST_PAGE = tme.history(), f"/s/{NAME}"


def test_threads_on_record_are_left_out_and_say_so() -> None:
    """A post whose thread may be left out has no comments and no cause, and its page is not asked for."""
    site = tme.site_with_comments()
    post = tme.thread(tme.run_look(site, replace(TARGET, skip={POST: 5})).result)
    assert (post.comments_left, post.comments, post.comments_cause, post.comments_read_at) == (True, (), None, None)
    assert THREAD_PATH not in site.paths


def test_a_history_on_record_is_read_back_to_the_threads_alone() -> None:
    """Above what an earlier look read whole, down to the posts whose threads are asked for; no opening is sought."""
    site = tme.plain_site()
    snapshot = tme.run_look(site, replace(TARGET, posts_until=tme.STARTS, opening_known=True)).result
    assert [params.get("before") for path, params in site.requests if path == FIRST_PAGE] == [None, "102"]
    assert snapshot.posts_cause is None
    assert snapshot.posts_since < tme.WINDOW.comments_from


UNDATED = tme.history(tme.world_post(30), tme.world_post(40, NOW))


def test_a_history_that_cannot_be_is_not_whole() -> None:
    """Disordered, undated, of the future: what it shows was there; what it lacks is not known."""
    for instead, cause in [
        (tme.history(tme.world_post(30), tme.world_post(20)).replace(f"{NAME}/20", f"{NAME}/40"), Cause.CONTRADICTION),
        (UNDATED.replace("datetime=", "data-x=", 1), Cause.UNRECOGNISED_PAGE),
        (UNDATED.replace("2026-11-23T17", "2026-11-23T18"), Cause.UNRECOGNISED_PAGE),
    ]:
        site = tme.plain_site()
        site.instead[FIRST_PAGE] = instead
        snapshot = tme.run_look(site).result
        assert (snapshot.exists, snapshot.posts_cause) == (True, cause)


def test_older_pages_that_do_not_come_cost_the_week_nothing() -> None:
    """The page before said that there are some; so long as the week itself was read."""
    site, own_page = tme.plain_site(), tme.plain_site().page(FIRST_PAGE)
    pages = iter((own_page, *[EMPTY] * 20))
    site.instead[FIRST_PAGE] = lambda: next(pages)
    snapshot = tme.run_look(site).result
    assert (snapshot.posts_cause, snapshot.older_cause, len(snapshot.posts)) == (None, Cause.THROTTLED, 5)


def test_the_oldest_message_is_found_in_few_requests() -> None:
    """Wherever the first that is left stands: by halves between what was empty and what was not."""
    for first_id, requests in [(2, 1), (30, 3), (700, 8)]:
        early = [tme.world_post(first_id + n, tme.CREATED_AT + n * timedelta(hours=1)) for n in range(40)]
        late = [tme.world_post(9000 + n, NOW - timedelta(days=80 - n)) for n in range(78)]
        ran = tme.run_look(Site(tme.account(posts=[*early, *late])))
        assert [(trace.kind, trace.at) for trace in ran.result.traces] == [(Kind.OLDEST_POST, tme.CREATED_AT)]
        assert (ran.result.opened_at, ran.result.opened_precision) == (tme.CREATED_AT, Precision.NOT_LATER_THAN)
        assert sum(question.kind is EvidenceKind.OPENING for question in ran.requests) == requests


def test_why_the_oldest_message_was_not_found_stands_in_the_look() -> None:
    """Else a page that was opened in time would look as if nothing older could be there."""
    early = [tme.world_post(700 + n, tme.CREATED_AT + n * timedelta(hours=1)) for n in range(40)]
    late = [tme.world_post(9000 + n, NOW - timedelta(days=80 - n)) for n in range(78)]
    transport = CachingTransport(Site(tme.account(posts=[*early, *late])).transport)
    target, failed = replace(TARGET, version=VERSION), Failure(at=NOW, cause=Cause.THROTTLED)
    undisturbed = run(tme.look(target), transport)
    kinds = [request.kind for request in undisturbed.requests]
    assert (undisturbed.result.older_cause, kinds.count(EvidenceKind.OPENING)) == (None, 8)
    for index in (n for n, kind in enumerate(kinds) if kind is EvidenceKind.OPENING):
        faults = {index: failed}
        snapshot = run(tme.look(target), transport, lambda n, _, faults=faults: faults.get(n)).result
        assert (snapshot.posts_cause, snapshot.older_cause) == (None, Cause.THROTTLED)
