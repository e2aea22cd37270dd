"""The heads of whom there is nobody, nothing, or nothing to be seen; one small story each."""

from datetime import date, timedelta

from auditor.sandbox.model import Held, Trouble
from auditor.sandbox.story import Teller, local
from auditor.sandbox.truth import Opening


def searched(teller: Teller) -> None:
    """Tell of a head without a known page; a search for one is on record."""
    story = teller.head(6)
    tenure = story.holder()
    tenure.searches.append(story.search())
    story.truth.opening = Opening("failed")


def not_yet_due(teller: Teller) -> None:
    """Tell of a head of twelve days, who has time left; a lead is nobody's account yet."""
    story = teller.head(9)
    tenure = story.newcomer(story.day(12))
    lead = story.telegram("dvoynik", local(date(2025, 6, 1), 9))
    tenure.accounts.append(Held(lead, None))
    story.truth.opening = Opening("inapplicable")


def exempt(teller: Teller) -> None:
    """Tell of a release from the directive; under the confirmed address is a group, not a channel."""
    story = teller.head(10)
    tenure = story.holder("2021-12", acting=True)
    tenure.exemptions.append({
        "by": "Губернатор вымышленной области", "on": "2022-06-10", "until": story.day(-400),
        "reason": "ведёт страницу администрации", "source": "https://example.invalid/exemption",
    })  # fmt: skip
    account = story.telegram("gruppa", local(date(2021, 1, 1)), kind="group")
    truth = story.confirm(account)
    truth.unseen = "wrong_kind"
    story.truth.opening = truth.opening = Opening("inapplicable")


def vacant(teller: Teller) -> None:
    """Tell of an office that nobody holds."""
    story = teller.head(11)
    story.holder("2018-09", until="2025-05-31")
    story.office.vacancies.append({"since": "2025-06-01", "source": "https://example.invalid/vacancy"})
    story.truth.standing, story.truth.opening = "vacant", Opening("inapplicable")


def unknown_holder(teller: Teller) -> None:
    """Tell of an office whose last holder left; no source says who followed."""
    story = teller.head(12)
    story.holder("2018-09", until="2025-05-31")
    story.truth.standing, story.truth.opening = "no_holder", Opening("untested")


def lead_only(teller: Teller) -> None:
    """Tell of a page that nobody has confirmed; no search is recorded."""
    story = teller.head(13)
    tenure = story.holder()
    lead = story.vk("slukh", local(date(2021, 4, 5), 9))
    story.post(lead, 3, 12)
    closed = story.telegram("zakryto", local(date(2021, 4, 5)), kind="invite")
    tenure.accounts += [Held(lead, None), Held(closed, None)]
    story.truth.opening = Opening("untested")


def gone(teller: Teller) -> None:
    """Tell of a confirmed channel that is not there any more; nothing of it was stored."""
    story = teller.head(14)
    story.holder()
    truth = story.confirm(story.telegram("byl", local(date(2022, 5, 30)), kind="missing"))
    truth.exists, truth.inside, truth.hides_profile = False, "gone", True
    story.truth.opening = truth.opening = Opening("cantTell", "gone")


def unreachable(teller: Teller) -> None:
    """Tell of two pages out of reach: Telegram cuts the connection, VK answers with flood control."""
    story = teller.head(15)
    story.holder()
    channel = story.telegram("obryv", local(date(2022, 5, 1)))
    profile = story.vk("potop", local(date(2022, 5, 1)))
    channel.trouble, profile.trouble = Trouble.RESET, Trouble.THROTTLED
    for account, cause in ((channel, "unreachable"), (profile, "throttled")):
        truth = story.confirm(account)
        truth.unseen, truth.opening = cause, Opening("cantTell", cause)
    story.truth.opening = Opening("cantTell", "unreachable")


def provider_page(teller: Teller) -> None:
    """Tell of a channel in whose place comes a provider's page."""
    story = teller.head(16)
    story.holder()
    account = story.telegram("zaslon", local(date(2022, 4, 1)))
    account.trouble = Trouble.BLOCK_PAGE
    truth = story.confirm(account)
    truth.unseen = "blocked"
    story.truth.opening = truth.opening = Opening("cantTell", "blocked")


def preview_off(teller: Teller) -> None:
    """Tell of a channel that shows no posts to those who have not signed in."""
    story = teller.head(17)
    story.holder()
    account = story.telegram("shtory", local(date(2022, 4, 1)))
    account.preview_off = True
    truth = story.confirm(account)
    truth.inside = "preview_off"
    story.truth.opening = truth.opening = Opening("cantTell", "preview_off")


def private_but_reported(teller: Teller) -> None:
    """Tell of a closed VK profile that the press saw before the deadline."""
    story = teller.head(18)
    tenure = story.holder()
    tenure.reports.append({"network": "vk", "opened_by": "2022-05-26", "source": "https://example.invalid/press"})
    account = story.vk("zamok", local(date(2019, 1, 1)))
    account.closed = True
    truth = story.confirm(account)
    truth.inside, truth.hides_profile, truth.opening = "private", True, Opening("cantTell", "private")
    at = local(date(2022, 5, 27)) - timedelta(seconds=1)
    story.truth.opening = Opening("passed", None, at, "not_later_than")
    story.truth.rests_on_report = True
