"""Who of those that comment under a channel is its linked group, and why a discussion could not be read."""

import pytest

from auditor.base.snapshot import Cause
from auditor.probes.tme.minimise import TalkPage
from auditor.probes.tme.pages import Description, DiscussionState, Kind
from auditor.probes.tme.talks import Channel, _Author, _cause_of, _find_linked_group

OPEN, CLOSED = DiscussionState.OPEN, DiscussionState.CLOSED
HIDDEN, NO_POST = DiscussionState.HIDDEN, DiscussionState.NO_POST


def found(
    *authors: tuple[str, str, int], description: str = "", kinds: dict[str, Kind | None] | None = None
) -> tuple[str | None, list[str]]:
    """The group that is found among authors (handle, name, how many they answered), and whose kind was asked for."""
    asked: list[str] = []

    def kind_of(handle: str) -> Kind | None:
        asked.append(handle)
        return (kinds or {}).get(handle)

    channel = Channel("pervyi_rayon", "Первый район", Description(description))
    return _find_linked_group((_Author(*author) for author in authors), channel, kind_of), asked


@pytest.mark.parametrize(
    ("author", "asked"),
    [
        (("zhitel_anna", "Анна", 1), False),
        (("zhitel_anna", "Анна", 2), True),
        (("pervyi_rayon_chat", "Беседа", 0), True),
        (("zhitel_anna", "Первый район", 0), True),
        (("beseda_nasha", "Чат", 0), False),
        (("beseda_nasha", "Чат", 1), True),
    ],
)
def test_only_who_may_be_the_group_is_asked_for(author: tuple[str, str, int], asked: bool) -> None:
    """By handle, by name, by a chat's name that answers somebody, or by answering two."""
    _, handles = found(author)
    assert handles == ([author[0]] if asked else [])


def test_a_handle_that_the_channel_names_is_asked_for_first_and_others_are_not() -> None:
    """The description links to it."""
    group, asked = found(
        ("zhitel_anna", "Анна", 1),
        ("zhitel_boris", "Борис", 2),
        ("beseda_nasha", "Беседа", 0),
        description="Глава района. Пишите: @beseda_nasha",
        kinds={"beseda_nasha": Kind.GROUP},
    )
    assert (group, asked) == ("beseda_nasha", ["beseda_nasha"])


def test_at_most_four_are_asked_for_and_the_likeliest_first() -> None:
    """Among equals, who answered most."""
    _, asked = found(*((f"zhitel_{n}", "Анна", n) for n in range(2, 8)))
    assert asked == ["zhitel_7", "zhitel_6", "zhitel_5", "zhitel_4"]


@pytest.mark.parametrize(
    ("page", "cause"),
    [
        (None, None),
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
