"""Why silence or absence on a page is no fault: its network is neutral by the directive, or the page has moved."""

from dataclasses import dataclass
from datetime import date, timedelta

from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import EVER, Case
from auditor.checks.networks import NETWORKS
from auditor.checks.page import Page
from auditor.registry.models import Neutral

_MOVED = Sentence(
    "page.moved",
    N_("The page's own last post, of {date}, says that it has moved ({post}): silence or absence there is no fault"),
)
_NEUTRAL = Sentence(
    "network.neutral", N_("{network}: silence and absence are no fault since {since}: {reason} ({source})")
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A page whose own last post says that it has moved."""

    post: str
    on: date


def excuse(case: Case, page: Page) -> Neutral | Moved | None:
    """Return why nothing on the page is held against the person in this week, or None."""
    return neutral(case, page) or _moved(case, page)


def neutral(case: Case, page: Page) -> Neutral | None:
    """Return why the directive calls the page's network neutral on the day that is judged, or None."""
    today = case.registry.directive.neutral_on(case.day)
    return next((found for found in today if found.network == page.account.network), None)


def say_excuse(found: Neutral | Moved) -> Text:
    """Say why silence or absence is no fault."""
    if isinstance(found, Moved):
        return _MOVED.say(date=found.on, post=found.post)
    network = NETWORKS[found.network].say()
    return _NEUTRAL.say(network=network, since=found.since, reason=found.reason, source=found.source)


def _moved(case: Case, page: Page) -> Moved | None:
    """Return what the page's own last post says of a move, while that excuses: some days, or for good.

    For good once the new page is on record on a network that is not neutral: silence is judged there then.
    """
    own = [post for post in case.posts([page], EVER) if not post.repost]
    last = own[-1] if own else None
    if last is None or not last.moved:
        return None
    on = case.day_of(last.at)
    stays = case.day <= on + timedelta(days=case.value("moved_days"))
    return Moved(last.url, on) if stays or _is_on_record(case, last.moved_to, page) else None


def _is_on_record(case: Case, network: str | None, left: Page) -> bool:
    """Tell whether a page on the network to which one moved is on record, and silence there would be judged."""
    neutrals = {str(found.network) for found in case.registry.directive.neutral_on(case.day)}
    pages = {str(page.account.network) for page in case.pages if page is not left}
    elsewhere = {str(page.network) for page in case.holder.accounts_elsewhere} if case.holder else set()
    known = (pages | elsewhere) - neutrals
    return bool(known) if network == "other" else network in known
