"""Holders and pages of section 5's rules: looks that record every fact, by which a check fails or passes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from auditor.base.snapshot import Post, Snapshot
from auditor.registry.models import Account, Exemption, Rejection, Tenure
from tests.cases import WEEK, case, judge_office, search, tenure
from tests.fairness.talk import channel, questions, written
from tests.rules.rule_rows import PRACTICE, FindingSummary, failing, finding_summary, neutral_telegram, passing

POSTS, SILENCE, OPENED, ANSWERED = "posts_per_week", "longest_silence", "comments_open", "comments_answered"
DIRECTIVE, EXISTS, LINK = "opened_by_deadline", "account_exists", "register_link"
FORMER = "Имярек Борис Борисович"
UNSEEN = {"exists": None, "id": None, "opened_at": None, "opened_precision": None, "traces": ()}
"""Snapshot fields of a look that could not see the page."""
FIVE = questions(5)
REPLIES = tuple(written(500 + c.id, "owner", 24, author=900, answers=c.id) for c in FIVE)


def _of_week(rows: Iterable[Post]) -> tuple[Post, ...]:
    """Return those of a check's posts that are of the week, with every fact recorded."""
    post_facts = {"has_media": False, "has_five_words": True, "says_answers": False}
    return tuple(
        row.model_copy(
            update={**post_facts, "comments": tuple(c.model_copy(update={"organisation": False}) for c in row.comments)}
        )
        for row in rows
        if row.at >= WEEK.starts
    )


RED, GREEN = ({check: _of_week(rows(check)) for check in PRACTICE} for rows in (failing, passing))
"""Posts of the week by which each check of the practice fails, and by which it passes."""


def red(check: str, page: Any = channel, **fields: Any) -> Snapshot:
    """Return a look by which a check of the practice fails; for any other check, too few posts."""
    return page(*RED.get(check, RED[POSTS]), **fields)


def green(check: str, page: Any = channel, **fields: Any) -> Snapshot:
    """Return a look by which a check of the practice passes; for any other check, enough posts."""
    return page(*GREEN.get(check, GREEN[POSTS]), **fields)


def judged(check: str, people: list[Tenure], *looks: Any, neutral: bool = False, **options: Any) -> FindingSummary:
    """Return the office's own finding."""
    judged_case = case(people, *looks, **options)
    return finding_summary(judge_office(check, neutral_telegram(judged_case) if neutral else judged_case))


def without_page(*searches: Any, **fields: Any) -> Tenure:
    """Return a holder since 2019 without a page on record, who was searched for on the days of `searches`."""
    made = [search(made_on) if isinstance(made_on, str) else made_on for made_on in searches]
    return tenure(**{"since": "2019-09", "searches": made} | fields)


def rejected(page: Account) -> Account:
    """Return the page, found to be somebody else's."""
    proof = Rejection(on=date(2026, 11, 12), how="страница однофамильца")
    return page.model_copy(update={"confirmed": None, "rejected": proof})


def taken_over(page: Account, since: str) -> Account:
    """Return the page as one that passed from the holder before, and is this one's from the day `since` on."""
    return Account.model_validate({**page.model_dump(), "url": page.url.url, "since": since})


def released(**dates: str) -> Exemption:
    """Return an exemption with these dates."""
    details = {"by": "губернатор", "reason": "отпуск", "source": "https://example.invalid/exemption"}
    return Exemption.model_validate(details | dates)
