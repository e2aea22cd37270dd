"""Check `register_link`: whether a page with more than 10,000 subscribers links to its entry in the state register."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from auditor.base.snapshot import Cause, EvidenceKind, Outcome
from auditor.base.text import N_, Sentence, Text
from auditor.checks.case import Case
from auditor.checks.definition import Check
from auditor.checks.finding import Blocker, Finding, ReportSection, Values, value_field
from auditor.checks.observed_page import ObservedPage
from auditor.checks.person_judgement import Judge, confirm_failure, judge_pages, shown_only
from auditor.registry.models import Basis
from auditor.registry.policy import Threshold

_SUBSCRIBERS = Threshold(
    key="register_link_subscribers",
    value=10000,
    least=0,
    most=1_000_000_000,
    wanted=N_("a whole number of subscribers, 0 to 1000000000"),
    basis=Basis.NORM,
    source="303-ФЗ, с 01.11.2024: msp.lenobl.ru/ru/news/80563",
    note="свыше этого числа подписчиков в описании нужна ссылка на перечень",
    label=N_("Register link: subscribers above"),
    words=lambda value: Text(N_("above {least} subscribers"), {"least": value.number}),
)

_SINCE = Threshold(
    key="register_link_since",
    value="2024-11-01",
    wanted=N_("a day, like 2024-11-01"),
    basis=Basis.NORM,
    source="303-ФЗ: msp.lenobl.ru/ru/news/80563",
    note="с этого дня нужна ссылка на перечень",
    label=N_("Link to the register needed since"),
)

_NOT_IN_FORCE = Sentence(
    "register_link.not_in_force",
    N_("The rule was not yet in force in this week"),
    rests_on="The day on which the law began",
    not_said="—",
)
_FEW = Sentence(
    "register_link.few",
    N_("{subscribers} subscribers: the rule applies above {least}"),
    rests_on="The network's count of subscribers",
    not_said="—",
)
_SEEN = Sentence(
    "register_link.seen",
    N_("The link to the state register is in the description"),
    rests_on="The description",
    not_said="That the entry is valid",
)
NOT_SEEN = Sentence(
    "register_link.not_seen",
    N_("The link to the state register was not seen in the description"),
    rests_on="The whole description, and the network's count of subscribers",
    not_said="That the page is not in the register",
    red=True,
)
_NOT_SETTLED = Sentence(
    "register_link.not_settled",
    N_(
        "Whether the description links to the state register is not known: a shortened link or an unknown site may "
        "lead there, or the description was not shown whole"
    ),
    rests_on="Every link of the description; some end where the program does not know",
    not_said="That the link to the register is there, or is missing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterLinkValues(Values):
    """What decides whether a page needs the link, and whether the link was found."""

    subscribers: int | None = value_field("subscribers", "as the network counts them")
    link_found: bool | None = value_field("", "the description carries a link to the register")


def _judge(case: Case) -> Iterator[Finding[RegisterLinkValues]]:
    in_force = case.week.last_day >= date.fromisoformat(case.policy_value("register_link_since"))
    not_in_force = None if in_force else Blocker(Outcome.INAPPLICABLE, _NOT_IN_FORCE.fill())
    blocker = case.blocker(exemption_blocks=False) or case.no_page or not_in_force or case.no_look
    yield from judge_pages(CHECK, case, blocker, _finding, _office_finding)


def _office_finding(case: Case, judge: Judge[RegisterLinkValues]) -> Finding[RegisterLinkValues]:
    finding = confirm_failure(case, judge, excuses_apply=False)
    return shown_only(case, finding) if finding.outcome is Outcome.FAILED else finding


def _finding(case: Case, pages: Sequence[ObservedPage]) -> Finding[RegisterLinkValues]:
    """Judge pages together: one page without the link fails, whatever the others have."""
    order = (Outcome.FAILED, Outcome.CANT_TELL, Outcome.PASSED, Outcome.INAPPLICABLE)
    return min((_page_finding(case, page) for page in pages), key=lambda finding: order.index(finding.outcome))


def _page_finding(case: Case, page: ObservedPage) -> Finding[RegisterLinkValues]:
    least, link_found = case.policy_value("register_link_subscribers"), _link_found(page)
    values = RegisterLinkValues(subscribers=page.latest_fact("subscribers"), link_found=link_found)
    evidence = page.evidence(EvidenceKind.PROFILE)
    hidden = Cause.NOT_AT_ADDRESS if page.is_other_page else page.why_hidden
    if not link_found and hidden is not None and hidden is not Cause.PREVIEW_OFF:
        return CHECK.cant_tell(case, hidden, evidence=evidence)
    if values.subscribers is not None and values.subscribers <= least:
        message = _FEW.fill(subscribers=values.subscribers, least=least)
        return CHECK.finding(case, Outcome.INAPPLICABLE, message, values, threshold=least, evidence=evidence)
    if values.subscribers is None or values.link_found is None:
        finding = CHECK.cant_tell(case, hidden or page.why_no_look_counts, values, evidence=evidence)
        unsettled = values.subscribers and finding.cause is Cause.TOO_LITTLE_DATA
        return replace(finding, message=_NOT_SETTLED.fill()) if unsettled else finding
    outcome, sentence = (Outcome.PASSED, _SEEN) if values.link_found else (Outcome.FAILED, NOT_SEEN)
    return CHECK.finding(case, outcome, sentence.fill(), values, threshold=least, evidence=evidence)


def _link_found(page: ObservedPage) -> bool | None:
    """Return whether a look in time saw the link; None if the newest run that saw the page in full leaves it open."""
    in_time = [look for look in page.looks if look.in_time]
    if any(look.snapshot.register_link for look in in_time):
        return True
    # A look of auditor 1.0, which did not ask for recent comments, knew fewer of the links that may lead there.
    full = [s for s in in_time if s.full and s.snapshot.exists and s.snapshot.comments_recent_from is not None]
    newest = {look.snapshot.register_link for look in full if look.run == full[-1].run}
    return False if False in newest else None


CHECK = Check(
    name="register_link",
    order=8,
    section=ReportSection.PAGE,
    title=N_("Register link"),
    passed=N_("The link to the state register is in the description"),
    failed=N_("The link to the state register was not seen in the description"),
    question=N_("Does a page with more than 10,000 subscribers carry the link to its entry in the state register?"),
    method=N_(
        "The page's public description is searched for the register's address (knd.gov.ru or gosuslugi.ru/snet). A "
        "shortened link, or one to a site that is not known to be where it ends, may lead there: the question is then "
        "open. Applies to weeks from 1 November 2024 on."
    ),
    values=RegisterLinkValues,
    judge=_judge,
    threshold=_SUBSCRIBERS,
)
