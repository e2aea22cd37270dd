"""From which day a person's deadline is counted, where the dates beside the name do not say it."""

from collections.abc import Iterator
from datetime import timedelta

from auditor.audit.document import Audit, AuditedEarlier, AuditedHolder, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.base.weeks import PartialDate
from auditor.report.words import last_day

_SINCE = {True: N_("acting since {date}"), False: N_("in office since {date}")}
_BY = {True: N_("acting by {date} at the latest"), False: N_("in office by {date} at the latest")}


def deadline_note(office: AuditedOffice, audit: Audit, words: Catalogue) -> str:
    """Say that an earlier tenure decides, or between which days the deadline lies; empty where neither matters.

    A page that was open before the earliest of them needs no word of it.
    """
    if office.holder is None or not office.bound or office.exemption is not None or office.verdict == "passed":
        return ""
    return " ".join(_sentences(office, office.holder, audit, words))


def _sentences(office: AuditedOffice, holder: AuditedHolder, audit: Audit, words: Catalogue) -> Iterator[str]:
    first = holder.earlier[0] if holder.earlier else None
    if (
        first is not None
        and holder.since
        and (_would_have_own(holder.since, audit, words) or not office.deadline_known)
    ):
        said = N_("The deadline is not counted from {now} but from the first day in this office: {start}.")
        yield words.say(said, now=holder.since, start=_start(first, words))
    if office.deadline_known or office.deadline_latest is None:
        return
    due = last_day(office.deadline or audit.directive.deadline, words), last_day(office.deadline_latest, words)
    said = N_(
        "The exact day of taking office is not known, so the deadline is not before {first} and not after {last}."
    )
    yield words.say(said, first=due[0], last=due[1])


def _would_have_own(since: str, audit: Audit, words: Catalogue) -> bool:
    """Tell whether who took office then would have a deadline later than the directive's."""
    days = audit.policy.get("newcomer_days")
    grace = timedelta(days=days.value if days is not None and isinstance(days.value, int) else 0)
    return PartialDate.parse(since).last + grace >= audit.directive.deadline.astimezone(words.zone).date()


def _start(first: AuditedEarlier | AuditedHolder, words: Catalogue) -> str:
    if first.since:
        return words.say(_SINCE[first.acting], date=first.since)
    return words.say(_BY[first.acting], date=first.known_from or first.known_as_of or "")
