"""Expected findings of the sandbox's own offices that their stories do not record: a function for each office."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from auditor.sandbox.world.story import local
from auditor.sandbox.world.world import SCENARIOS
from tests.truth.record import AccountTruth, OfficeTruth, Opening
from tests.truth.told_world import Story, Teller, build_told_world

_FREE = Opening("inapplicable")


@cache
def truths(seed: int, ends: datetime) -> list[OfficeTruth]:
    """Return the truths about the sandbox's offices, for a seed and a week's end."""

    def tell(teller: Teller) -> None:
        for story in teller.stories:
            if story_truth := _STORY_TRUTHS.get(story.office.id):
                story_truth(story, *story.truth.accounts)

    return build_told_world((*SCENARIOS, tell), seed, ends).truths


def _account(story: Story, index: int = 0):
    return story.office.tenures[-1].accounts[index].account


def _first_page(outcome: str, cause: str | None = None, **state: Any) -> Callable[..., None]:
    """Return a truth: how the first page was opened, and in which state it is."""

    def say(story: Story, page: AccountTruth, *_: AccountTruth) -> None:
        story.opened(page, story.first_seen(_account(story), outcome, cause))
        _set_state(page, **state)

    return say


def _set_state(page: AccountTruth, **state: Any) -> None:
    for name, value in state.items():
        setattr(page, name, value)


_in_time = _first_page("passed")


def _two_networks(story: Story, channel: AccountTruth, profile: AccountTruth) -> None:
    """Two of the profile's posts repeat the channel's; only for one of them does VK report that comments are open."""
    _in_time(story, channel)
    profile.opening = story.first_seen(_account(story, 1), "cantTell", "too_little_data")
    profile.posts, profile.open, profile.undetermined = 2, 1, 1
    story.truth.twins = 2


def _late_and_mute(story: Story, page: AccountTruth) -> None:
    story.opened(page, story.exact(_account(story).opened, "failed"))
    page.opened = _account(story).opened


def _grace_day(story: Story, page: AccountTruth) -> None:
    story.opened(page, story.exact(_account(story).opened, "passed", grace=True))
    page.open, page.closed = page.posts - 2, 2


def _newcomer(story: Story, page: AccountTruth) -> None:
    story.due(date(2025, 4, 9))
    _in_time(story, page)


def _not_yet_due(story: Story) -> None:
    story.due(date.fromisoformat(story.day(12)) + timedelta(days=30))
    story.truth.opening = _FREE


def _exempt(story: Story, page: AccountTruth) -> None:
    page.unseen, story.truth.standing = "wrong_kind", "exempt"
    story.opened(page, _FREE)


def _without_page(outcome: str, standing: str = "held") -> Callable[[Story], None]:
    def say(story: Story, *_: AccountTruth) -> None:
        story.truth.standing, story.truth.opening = standing, Opening(outcome)

    return say


def _cannot(field_name: str, cause: str) -> Callable[[Story, AccountTruth], None]:
    def say(story: Story, page: AccountTruth) -> None:
        _set_state(page, **{field_name: cause})
        story.opened(page, Opening("cantTell", cause))

    return say


def _unreachable(story: Story, channel: AccountTruth, profile: AccountTruth) -> None:
    channel.unseen, profile.inside = "unreachable", "throttled"
    profile.opening = Opening("cantTell", "throttled")
    story.opened(channel, Opening("cantTell", "unreachable"))


def _private_but_reported(story: Story, page: AccountTruth) -> None:
    page.inside, page.hides_profile, page.opening = "private", True, Opening("cantTell", "private")
    opened_at = local(date(2022, 5, 27)) - timedelta(seconds=1)
    story.truth.opening = Opening("passed", None, opened_at, "not_later_than")


def _successor(story: Story, channel: AccountTruth, profile: AccountTruth) -> None:
    """The profile is reported as gone only after the week's end."""
    story.due(date.fromisoformat(story.day(5)) + timedelta(days=30))
    _in_time(story, channel)
    profile.unseen, profile.opening = "gone", _FREE
    story.truth.began = True


def _first_message_deleted(story: Story, page: AccountTruth) -> None:
    oldest = _account(story).posts[1].at
    story.opened(page, Opening("cantTell", "too_little_data", oldest, "not_later_than"))
    page.open, page.closed = 0, page.posts


def _community(story: Story, page: AccountTruth) -> None:
    """One more post is the holder's under their own name, whose number is on record."""
    page.posts += 1
    _first_page("inapplicable", open=0, closed=page.posts)(story, page)


def _of_no_deadline(*states: dict[str, Any]) -> Callable[..., None]:
    """Return a truth: the state of each page, without a deadline."""

    def say(story: Story, *pages: AccountTruth) -> None:
        story.truth.opening = _FREE
        for page, state in zip(pages, states, strict=True):
            _set_state(page, opening=_FREE, **state)

    return say


def _governor(story: Story, channel: AccountTruth, profile: AccountTruth) -> None:
    """Of two pages opened in time the office shows the one with the earlier proof."""
    story.due(date(2022, 6, 9))
    channel.link, profile.comments_cause = None, "no_credentials"
    profile.posts, profile.open = 1, 1
    channel.opening = story.first_seen(_account(story), "inapplicable")
    story.opened(profile, story.first_seen(_account(story, 1), "inapplicable"))


def _agency(story: Story) -> None:
    _without_page("inapplicable", "no_holder")(story)
    for page, cause in zip(story.truth.institutions, ("blocked", "wrong_kind", "banned"), strict=True):
        page.unseen = cause


_STORY_TRUTHS: dict[str, Callable[..., None]] = {
    "rayon-01": _first_page("passed", link=True),
    "rayon-02": _in_time,
    "rayon-03": _two_networks,
    "rayon-04": _late_and_mute,
    "rayon-05": _first_page("cantTell", "too_little_data"),
    "rayon-06": _without_page("failed"),
    "rayon-07": _grace_day,
    "rayon-08": _newcomer,
    "rayon-09": _not_yet_due,
    "rayon-10": _exempt,
    "rayon-11": _without_page("inapplicable", "vacant"),
    "rayon-12": _without_page("untested", "no_holder"),
    "rayon-14": _cannot("unseen", "not_at_address"),
    "rayon-15": _unreachable,
    "rayon-16": _cannot("unseen", "blocked"),
    "rayon-17": _cannot("inside", "preview_off"),
    "rayon-18": _private_but_reported,
    "rayon-19": _successor,
    "rayon-20": _first_message_deleted,
    "duma-1": _community,
    "duma-2": _of_no_deadline({"unseen": "wrong_kind"}, {"unseen": "refused"}),
    "duma-3": _of_no_deadline({"inside": "private", "hides_profile": True}, {"unseen": "throttled"}),
    "duma-4": _of_no_deadline({"unseen": "unrecognised_page"}, {"inside": "refused"}),
    "governor": _governor,
    "administration": _without_page("inapplicable", "no_holder"),
    "agency": _agency,
}
