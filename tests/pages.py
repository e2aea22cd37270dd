"""What readers are given of a document: the files of its folder, the card, the summary."""

from collections.abc import Iterable, Sequence
from io import StringIO

from auditor.audit.document import Audit
from auditor.base.i18n import Translator
from auditor.report.site import SiteOptions, site
from auditor.report.templates import render_lines
from auditor.report.terminal import card_for
from auditor.report.week_facts import week_facts


def folder(audits: Iterable[Audit], translator: Translator, face: SiteOptions | None = None) -> dict[str, bytes]:
    """Every file of the folder, by its path."""
    shown = list(audits)
    as_of = max(audit.as_of for audit in shown)
    return dict(site(shown, (), face or SiteOptions(), translator, as_of))


def pages(audit: Audit, translator: Translator) -> dict[str, str]:
    """The pages of a folder that holds one week, by their paths."""
    return {path: body.decode() for path, body in folder([audit], translator).items() if path.endswith(".html")}


def whole(audit: Audit, translator: Translator) -> str:
    """All pages of one week, one after the other."""
    return "\n".join(pages(audit, translator).values())


def card(audit: Audit, translator: Translator, *, leads: Sequence[str] = (), notices: Sequence[str] = ()) -> str:
    """The card of the first office, as a pipe gets it."""
    return card_for(StringIO(), audit, translator, leads=leads, notices=notices)


def summary(audit: Audit, translator: Translator) -> str:
    """The week in a few lines."""
    return render_lines("summary.txt", translator, week_facts(audit, {audit.week: audit}, translator).plus())
