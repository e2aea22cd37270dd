"""The cells of «Практика ведения» and of the column of networks: hollow signs and ink, never an outcome's colour."""

from dataclasses import dataclass

from auditor.audit.document import Audit, AuditedFinding, AuditedOffice
from auditor.base.i18n import Catalogue
from auditor.base.text import N_, NN_
from auditor.report.words import CAUSES, NETWORKS, say

CHECKS = ("posts_per_week", "longest_silence", "comments_open", "comments_answered")
"""The practice's checks, in the table's order."""

_HOLLOW = {"passed": "ring", "failed": "down", "cantTell": "unknown", "untested": "dashed", "inapplicable": ""}


@dataclass(frozen=True, slots=True)
class Cell:
    """A sign's name (or none), what is said, and what is said more quietly after it."""

    sign: str
    said: str
    strong: str = ""
    quiet: str = ""
    key: float | None = None
    """What to sort the column by; None stands last."""


def practice(office: AuditedOffice, words: Catalogue) -> list[Cell] | None:
    """Return the four cells of an office, or None where one reason stands for all of them."""
    found = [office.finding(check) for check in CHECKS]
    if any(f is None for f in found) or row_reason(office, words) is not None:
        return None
    makers = (_posts, _silence, _comments, answers)
    return [make(f, words) for make, f in zip(makers, found, strict=True) if f is not None]


def row_reason(office: AuditedOffice, words: Catalogue) -> Cell | None:
    """Return the one reason why none of the practice could be told of this office, if it is one."""
    found = [f for check in CHECKS if (f := office.finding(check)) is not None]
    if not any(a.kind == "personal" for a in office.accounts) or not found:
        return _no_page(office, words)
    first = found[0]
    if all((f.outcome, f.cause) == ("cantTell", first.cause) for f in found) and not _numbers(found):
        cause = say(CAUSES, first.cause or "", words)
        return Cell("unknown", words.say(N_("could not be told: {cause}"), cause=cause))
    if all(f.outcome == "untested" for f in found):
        return Cell("dashed", first.message)
    return None


def _numbers(found: list[AuditedFinding]) -> bool:
    return any(value is not None for f in found for value in f.values.values())


def _no_page(office: AuditedOffice, words: Catalogue) -> Cell:
    if office.vacancy is not None:
        return Cell("dashed", words.gettext(N_("the office is vacant")))
    if office.holder is None:
        return Cell("dashed", words.gettext(N_("holder not on record")))
    if any(search.found == "nothing" for search in office.searches):
        return Cell("dashed", words.gettext(N_("no page found in the recorded search")))
    return Cell("dashed", words.gettext(N_("no confirmed personal page on record")))


def _unknown(finding: AuditedFinding, words: Catalogue) -> Cell:
    if finding.outcome == "untested":
        return Cell("dashed", words.gettext(N_("not tested")))
    if finding.outcome == "inapplicable":
        return Cell("", "", quiet=words.gettext(N_("does not apply")))
    cause = say(CAUSES, finding.cause or "", words)
    return Cell("unknown", words.gettext(N_("could not be told")), quiet=cause)


def _posts(finding: AuditedFinding, words: Catalogue) -> Cell:
    values = finding.values
    if values.get("distinct") is None:
        return _unknown(finding, words)
    reposts = values.get("reposts") or 0
    quiet = words.count(*NN_("{n} repost", "{n} reposts"), reposts) if reposts else ""
    if finding.outcome == "cantTell":
        quiet = say(CAUSES, finding.cause or "", words)
    return Cell(
        _HOLLOW[finding.outcome], "", strong=words.number(values["distinct"]), quiet=quiet, key=values["distinct"]
    )


def _silence(finding: AuditedFinding, words: Catalogue) -> Cell:
    gap, since = finding.values.get("longest_gap_days"), finding.values.get("days_since_last")
    if gap is None:
        return _unknown(finding, words)
    if since is None:
        quiet = words.gettext(N_("no posts since it was opened"))
    elif since == 0:
        quiet = words.gettext(N_("last less than a day before the end"))
    else:
        quiet = words.count(*NN_("last {n} day before the end", "last {n} days before the end"), since)
    return Cell(_HOLLOW[finding.outcome], words.count(*NN_("{n} day", "{n} days"), gap), quiet=quiet, key=gap)


def _comments(finding: AuditedFinding, words: Catalogue) -> Cell:
    values = finding.values
    if finding.outcome == "inapplicable":
        return Cell("", "", quiet=words.gettext(N_("no posts")))
    if values.get("open") is None or (finding.outcome == "cantTell"):
        return _unknown(finding, words)
    total = sum(values.get(key) or 0 for key in ("open", "closed", "unseen"))
    if finding.outcome == "failed":
        return Cell(
            "lock", words.say(N_("closed: {n} of {total}"), n=values["closed"], total=total), key=values["closed"]
        )
    return Cell("ring", words.say(N_("open: {n} of {total}"), n=values["open"], total=total), key=0)


def answers(finding: AuditedFinding, words: Catalogue) -> Cell:
    """Say how many of the questions that were due were answered in time; too few of them are no share."""
    values = finding.values
    if finding.outcome == "inapplicable":
        return Cell("", "", quiet=finding.message)
    if values.get("questions") is None:
        return _unknown(finding, words)
    pending = values.get("pending") or 0
    quiet = words.say(N_("not yet due: {n}"), n=pending) if pending else ""
    if finding.cause == "too_little_data":
        return Cell("dots", words.say(N_("too little data: {n}"), n=values["due"]), quiet=quiet)
    sign = _HOLLOW[finding.outcome] if finding.outcome in {"passed", "failed"} else "none"
    total = words.say(N_("of {total}"), total=values["due"])
    return Cell(
        sign, total, strong=words.number(values["answered_in_time"]), quiet=quiet, key=values["answered_in_time"]
    )


_STANDING = {
    "passed": ("ring", N_("in time")),
    "grace": ("ring", N_("in time by the grace")),
    "failed": ("down", N_("after the deadline")),
    "cantTell": ("unknown", N_("not visible")),
    "unsure": ("unknown", N_("date not exact")),
    "inapplicable": ("ring", N_("page on record")),
    "untested": ("dashed", N_("not looked at yet")),
    "not_found": ("cross", N_("not found")),
    "reported": ("press", N_("reported by the press")),
    "not_searched": ("dashed", N_("not searched for")),
}
_BEST = ("passed", "grace", "unsure", "cantTell", "untested", "inapplicable", "failed")


def networks(office: AuditedOffice, words: Catalogue) -> list[Cell]:
    """Report each network on its own, by the best of its confirmed personal pages."""
    cells = []
    for network in NETWORKS:
        sign, said = _STANDING[_standing(office, network)]
        cells.append(Cell(sign, words.gettext(said), strong=say(NETWORKS, network, words)))
    return cells


def _kind(finding: AuditedFinding) -> str:
    if finding.outcome == "passed" and finding.values.get("grace_used"):
        return "grace"
    return "unsure" if finding.cause == "too_little_data" else finding.outcome


def _standing(office: AuditedOffice, network: str) -> str:
    found = [
        f for f in office.findings if f.check == "opened_by_deadline" and f.account is not None and f.network == network
    ]
    if found:
        kinds = {_kind(f) for f in found}
        return next(kind for kind in _BEST if kind in kinds)
    if any(report.network == network for report in office.reports):
        return "reported"
    return "not_found" if any(search.found == "nothing" for search in office.searches) else "not_searched"


@dataclass(frozen=True, slots=True)
class PracticeHead:
    """A column of the practice: what is asked, the threshold, and what that rests on."""

    check: str
    title: str
    threshold: str
    basis: str


def practice_heads(audit: Audit) -> list[PracticeHead]:
    """Return the heads of the practice's columns, from the checks' own descriptions."""
    known = {check.name: check for check in audit.checks}
    heads = []
    for name in CHECKS:
        check = known.get(name)
        title, threshold, basis = (check.title, check.threshold, check.basis) if check else (name, "—", "")
        heads.append(PracticeHead(name, title, threshold, basis))
    return heads
