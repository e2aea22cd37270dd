"""Who of those that comment under a channel is its linked group, and why a discussion could not be read."""

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.tme.minimise import TalkPage
from auditor.probes.tme.pages import Description, DiscussionState, Kind
from auditor.probes.tme.talks import Channel, _Author, _cause_of, _kinds, _Waiting

OPEN, CLOSED = DiscussionState.OPEN, DiscussionState.CLOSED
HIDDEN, NO_POST = DiscussionState.HIDDEN, DiscussionState.NO_POST
UNREAD = DiscussionState.UNRECOGNISED


def asked(
    *authors: _Author, description: str = "", waiting: list[set[str]] | None = None, kind: Kind | None = Kind.USER
) -> list[str]:
    """The handles whose kind is asked for, in order."""
    channel = Channel("pervyi_rayon", "Первый район", Description(description))
    waits = _Waiting([set()] if waiting is None else waiting)
    return list(_kinds(authors, waits, channel, lambda handle: Kind.GROUP if "chat" in handle else kind))


@pytest.mark.parametrize(
    ("author", "needed"),
    [
        (_Author("zhitel_anna", "Анна", asks=True), False),
        (_Author("zhitel_anna", "Анна"), True),
        (_Author("zhitel_anna", "Анна", answered=1, asks=True), True),
        (_Author("pervyi_rayon_chat", "Беседа", asks=True), True),
        (_Author("zhitel_anna", "Первый район", asks=True), True),
        (_Author(None, "Анна"), False),
    ],
)
def test_who_only_asks_is_not_asked_for(author: _Author, needed: bool) -> None:
    """Unless he is like the channel by handle or by name: its own group may ask too."""
    assert asked(author) == ([author.handle] if needed else [])


def test_a_handle_that_the_channel_names_is_asked_for_first() -> None:
    """The description links to it."""
    authors = (_Author("zhitel_boris", "Борис", 2), _Author("beseda_nasha", "Беседа"))
    assert asked(*authors, description="Глава района. Пишите: @beseda_nasha") == ["beseda_nasha", "zhitel_boris"]


def test_at_most_twelve_are_asked_for_and_the_likeliest_first() -> None:
    """Among equals, who answered most."""
    handles = asked(*(_Author(f"zhitel_{n:02}", "Анна", n) for n in range(20)))
    assert handles == [f"zhitel_{n:02}" for n in range(19, 7, -1)]


def test_pages_that_tell_nothing_end_the_asking() -> None:
    """A route that fails is not tried for every commenter."""
    assert len(asked(*(_Author(f"zhitel_{n}", "Анна", n) for n in range(9)), kind=None)) == 3


def test_once_nothing_waits_only_who_asks_and_answers_is_asked_for() -> None:
    """The linked group answered all; the question of somebody who also answered counts if he is a citizen."""
    authors = (_Author("beseda_chat", "Чат", 2), _Author("anna", "Анна"), _Author("boris", "Борис", 1, asks=True))
    assert asked(*authors, waiting=[{"beseda_chat"}]) == ["beseda_chat", "boris"]
    assert asked(*authors, waiting=[{"anna"}]) == ["beseda_chat", "boris", "anna"]


@pytest.mark.parametrize(
    ("page", "cause"),
    [
        (None, Cause.UNRECOGNISED_PAGE),
        (TalkPage(UNREAD), Cause.UNRECOGNISED_PAGE),
        (TalkPage(CLOSED), None),
        (TalkPage(CLOSED, count=3, damaged=True), None),
        (TalkPage(HIDDEN), Cause.PREVIEW_OFF),
        (TalkPage(NO_POST), Cause.TOO_LITTLE_DATA),
        (TalkPage(OPEN), None),
        (TalkPage(OPEN, count=0), None),
        (TalkPage(OPEN, count=1, ids=(1,)), None),
        (TalkPage(OPEN, count=1, ids=(1,), damaged=True), Cause.UNRECOGNISED_PAGE),
        (TalkPage(OPEN, count=1), None),  # what is counted and not shown is a contradiction of the whole thread
        (TalkPage(OPEN, count=1, before=9), None),
    ],
)
def test_a_discussion_that_shows_less_than_it_counts_is_not_read_as_empty(
    page: TalkPage | None, cause: Cause | None
) -> None:
    """A closed one needs no reading; one that counts comments must show them or lead to them."""
    assert _cause_of(page) is cause
