"""What is said of a whole week first: that nobody looked, that it was judged anew, that it still runs."""

from collections.abc import Iterator

from auditor.audit.document import Audit, AuditedRejudged
from auditor.base.i18n import Catalogue
from auditor.base.text import N_
from auditor.report.words import OUTCOMES, place_of, say


def caveats(audit: Audit, words: Catalogue, most: int | None = None) -> Iterator[str]:
    """Say what keeps the document from being the audit of a week that was looked at; name at the `most` so many."""
    if not audit.looked:
        said = N_("Nobody looked at the pages in this week; the outcomes rest on the registry and on earlier looks.")
        yield words.gettext(said)
    if audit.rejudged is not None and audit.rejudged.offices:
        said = N_("Judged anew by the present registry: in the audit of {made} the outcome was another for {names}.")
        yield words.say(said, made=audit.rejudged.stored_as_of, names=_others(audit, audit.rejudged, words, most))


def _others(audit: Audit, told: AuditedRejudged, words: Catalogue, most: int | None) -> str:
    names = {office.id: place_of(office) for office in audit.offices} | told.gone
    named = ", ".join(f"{names.get(name, name)} ({_before(told, name, words)})" for name in told.offices[:most])
    more = len(told.offices) - len(told.offices[:most])
    return f"{named} {words.say(N_('and {n} more'), n=more)}" if more else named


def _before(told: AuditedRejudged, name: str, words: Catalogue) -> str:
    was = told.before.get(name)
    return words.gettext(N_("was not in it")) if was is None else say(OUTCOMES, was, words)


def still_open(audit: Audit, words: Catalogue) -> Iterator[str]:
    """Say that the week's last questions can still be answered."""
    if not audit.closed:
        yield words.gettext(N_("The week is not closed yet: the time to answer its last comments is still running."))


def no_comparison(audit: Audit, words: Catalogue) -> str:
    """Say why the week is compared with none; empty where it is compared."""
    if not audit.looked:
        return words.gettext(N_("Nobody looked in this week, so it is not compared with another."))
    if audit.previous_week is None:
        return words.gettext(N_("This is the first audited week: there is nothing to compare with."))
    return ""
