"""«Что сделать»: the one thing that moves the outcome, or that nothing does; then the practice, named as such."""

from collections.abc import Iterator
from datetime import datetime

from auditor.audit.document import Audit, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.safe import show_url
from auditor.base.text import N_
from auditor.report.words import hangs_on_start, last_day

_OURS = N_("Nothing is asked of the holder: it was we who could not see. The look will be repeated.")
_TRACE = N_(
    "Send a trace of the page dated {deadline} or earlier: a link to a post, a publication of the press. A screenshot "
    "without a link will not do."
)
_START = N_("Send a source for the exact day of taking office: the person's own deadline is counted from it.")
_EARLIEST = N_("Send the earliest trace of the page there is: a link to a post, a publication of the press.")
_CANNOT_TELL = {
    "private": N_("The page is closed by its settings. Open it, or send a source dated {deadline} or earlier."),
    "preview_off": N_(
        "Viewing without signing in is switched off. Switch it on in the channel's settings, or send a source dated "
        "{deadline} or earlier."
    ),
    "wrong_kind": N_("The address on record is not a channel's. Send the address of the personal page."),
    "gone": N_(
        "The confirmed page is not at its address. Send its new address and a source dated {deadline} or earlier."
    ),
    "too_little_data": _TRACE,
    "no_credentials": N_("Nothing is asked of the holder: the audit lacks an access key to the network."),
}
_INAPPLICABLE = {
    "exemption": N_("By the directive nothing: the exemption holds."),
    "vacancy": N_("Nothing: the office is vacant. A new holder will have time from the day of taking office."),
    "newcomer": N_("Open a personal page on VK or Telegram by {last_day} inclusive, and send its address."),
    "not_due": N_("Open a personal page on VK or Telegram by {last_day} inclusive, and send its address."),
}
_UNTESTED = {
    "no_holder": N_(
        "A source is needed that names the holder in this week: send a link, and it goes into the registry."
    ),
    "no_search": N_(
        "No page is on record and no search is recorded, so nothing is claimed. Send the address of the personal page "
        "if there is one; the audit owes a search with a record of who, when and how."
    ),
    "not_looked_at": N_("Nothing is asked of the holder: the page is on record and has not been looked at yet."),
}


_PAGES = {
    "private": N_("The page {page} is closed by its settings: open it to all, or nothing on it can be seen."),
    "preview_off": N_("Viewing {page} without signing in is switched off: switch it on in the channel's settings."),
    "wrong_kind": N_(
        "{page} is not a channel's address: send the address of the channel, and it goes into the registry."
    ),
}
"""What a personal page is asked for that no check can look at, whatever the directive's outcome."""


def advice(office: AuditedOffice, audit: Audit, words: Catalogue) -> list[str]:
    """Return what would put it right, first for the directive, then for the practice."""
    directive = _directive(office, audit, words) if office.bound else ()
    steps = [*directive, *_pages(office, words), *_practice(office, words)]
    return steps or [words.gettext(N_("Nothing: no outcome of this week asks for it."))]


def _directive(office: AuditedOffice, audit: Audit, words: Catalogue) -> Iterator[str]:
    deadline = last_day(office.deadline_latest or office.deadline or audit.directive.deadline, words)
    if office.verdict == "failed":
        yield from _failed(office, deadline, words)
    elif hangs_on_start(office):
        yield words.gettext(_START)
    elif office.verdict == "cantTell" and not office.deadline_known:
        trace = _EARLIEST if office.verdict_cause == "too_little_data" else None
        yield words.say(trace or _CANNOT_TELL.get(office.verdict_cause or "", _OURS), deadline=deadline)
        yield words.gettext(_START)
    elif office.verdict == "cantTell":
        yield words.say(_CANNOT_TELL.get(office.verdict_cause or "", _OURS), deadline=deadline)
    elif office.verdict == "inapplicable" and office.verdict_reason in _INAPPLICABLE:
        yield words.say(_INAPPLICABLE[office.verdict_reason], last_day=deadline)
    elif office.verdict == "untested" and office.verdict_reason in _UNTESTED:
        yield words.gettext(_UNTESTED[office.verdict_reason])


def _failed(office: AuditedOffice, deadline: str, words: Catalogue) -> Iterator[str]:
    if any(account.kind == "personal" for account in office.accounts):
        finding = office.finding("opened_by_deadline")
        opened = finding.values.get("opened_at") if finding else None
        if finding and opened and finding.values.get("precision") == "exact":
            date = words.date(datetime.fromisoformat(opened))
            yield words.say(N_("The deadline is over: the page opened {date} does not change the outcome."), date=date)
        else:
            yield words.gettext(N_("The deadline is over: the pages on record do not change the outcome."))
        yield words.say(
            N_(
                "Confirmation of an earlier personal page would. Send its address and a source dated {deadline} "
                "or earlier: a post, a publication of the press, an answer of the network."
            ),
            deadline=deadline,
        )
        return
    yield words.say(
        N_(
            "If there is a personal page, send its address: it goes into the registry once confirmed. A page that was "
            "open by {deadline} changes the outcome."
        ),
        deadline=deadline,
    )


def _pages(office: AuditedOffice, words: Catalogue) -> Iterator[str]:
    """Say of each personal page that stands in the way of being seen what would let it be seen."""
    for account in office.accounts:
        if account.kind == "personal" and account.cause in _PAGES and account.cause != office.verdict_cause:
            yield words.say(_PAGES[account.cause], page=show_url(account.url))


def _practice(office: AuditedOffice, words: Catalogue) -> Iterator[str]:
    """Name what is below a benchmark. It is no duty, and says so."""
    posts = office.finding("posts_per_week")
    if posts and posts.outcome == "failed":
        least = posts.threshold
        yield words.say(
            N_("On practice: {n} posts in the week, the benchmark is at least {least}."),
            n=posts.values["distinct"],
            least=least,
        )
    comments = office.finding("comments_open")
    if comments and comments.outcome == "failed":
        yield words.gettext(N_("On practice: open comments under every post, so that people have where to ask."))
    answered = office.finding("comments_answered")
    if answered and answered.values.get("no_reply_found"):
        yield words.say(
            N_("On practice: no public reply was found to {n} of {due} questions; answer them under the posts."),
            n=answered.values["no_reply_found"],
            due=answered.values["due"],
        )
    if any(f.check == "register_link" and f.outcome == "failed" for f in office.findings):
        yield words.gettext(
            N_("Put the link to the page's entry in the state register (knd.gov.ru) into its description.")
        )
    if office.verdict_cause != "gone" and any(account.taken_over_by is not None for account in office.accounts):
        yield words.gettext(N_("Another page is under an address on record: send the confirmed page's new address."))
    gone = any(f.check == "account_exists" and f.outcome == "failed" for f in office.findings)
    if gone and office.verdict_cause != "gone":
        yield words.gettext(N_("A confirmed page is not found at its address: send the new address, if there is one."))
