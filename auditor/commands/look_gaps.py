"""What mends each cause for which the last audit could not tell something.

Where the registry is the cause, its own gaps name the step; where the way to a network is, `auditor doctor` does; where
the page is, the office is asked. What passes by itself is no step.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from auditor.audit.document import AuditedOffice
from auditor.base.address import Address
from auditor.base.i18n import Translator
from auditor.base.snapshot import Cause
from auditor.base.text import N_, Text
from auditor.checks.causes import CAUSES
from auditor.registry.gaps import Gap, GapKind
from auditor.registry.holders import Holder, is_undated
from auditor.registry.models import Account


class Remedy(Enum):
    """What a cause is mended by."""

    RECORD = auto()
    """The registry: `gaps_of` finds it."""
    PAGE = auto()
    """A step about the page or its comments: `_PAGE_STEPS`."""
    ROUTE = auto()
    """The way to the network."""
    TIME = auto()
    """Nothing is to be done."""


REMEDIES: Mapping[Cause, Remedy] = {
    **dict.fromkeys((Cause.STALE, Cause.STALE_HOLDER), Remedy.RECORD),
    **dict.fromkeys((Cause.UNREACHABLE, Cause.BLOCKED, Cause.NO_CREDENTIALS), Remedy.ROUTE),
    **dict.fromkeys((Cause.REFUSED, Cause.CONTROL_FAILED, Cause.UNRECOGNISED_PAGE), Remedy.ROUTE),
    **dict.fromkeys((Cause.PRIVATE, Cause.WALL_OFF, Cause.BANNED, Cause.PREVIEW_OFF), Remedy.PAGE),
    **dict.fromkeys((Cause.GONE, Cause.NOT_AT_ADDRESS, Cause.WRONG_KIND, Cause.UNPROVED_IDENTITY), Remedy.PAGE),
    **dict.fromkeys((Cause.THROTTLED, Cause.SEEN_LATE, Cause.CONTRADICTION), Remedy.TIME),
    **dict.fromkeys((Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD), Remedy.TIME),
}
"""Every cause has one."""


@dataclass(frozen=True, slots=True)
class _PageStep:
    """What to do about a page, and the commands for it."""

    message: str
    commands: tuple[str, ...]


_OPEN = _PageStep(N_("{cause}: {pages}. Ask the office to open the page to all"), ("auditor letter {office}",))
_MOVED = _PageStep(
    N_("{cause}: {pages}. Find where the page is now, and confirm that one"),
    ("auditor discover {office}", "auditor accounts confirm {office} … --how … --source …"),
)
_WHO_ANSWERS = _PageStep(
    N_("{cause}: {pages}. Ask the office who answers there, and put it down"), ("auditor registry fill {office}",)
)
_PAGE_STEPS = {
    **dict.fromkeys((Cause.PRIVATE, Cause.WALL_OFF, Cause.BANNED, Cause.PREVIEW_OFF), _OPEN),
    **dict.fromkeys((Cause.GONE, Cause.NOT_AT_ADDRESS, Cause.WRONG_KIND), _MOVED),
    Cause.UNPROVED_IDENTITY: _WHO_ANSWERS,
}
_UNDATED = N_("No trace dates the page of {name} exactly enough: {pages}. Ask the office for one, or look for one")
_OPENED = "opened_by_deadline"


def look_gaps(audited: AuditedOffice, holder: Holder | None) -> Iterator[Gap]:
    """Yield the steps about pages that an audit could not see whole, if they are still the holder's.

    A page that was confirmed or dated since then is looked at by the next run first.
    """
    if holder is None or audited.holder is None or audited.holder.name != holder.tenure.name:
        return
    for cause in causes_of(audited):
        pages = [page for page in holder.judged_accounts if page.url.url in _pages_with(audited, cause)]
        if REMEDIES[cause] is Remedy.PAGE and (pages or holder.judged_accounts):
            yield _page_gap(audited.id, cause, pages or holder.judged_accounts)
    undated = [page for page in holder.judged_accounts if is_undated(page, holder)]
    if undated and _is_opening_unsure(audited):
        text = Text(_UNDATED, {"name": holder.tenure.name, "pages": _urls(undated)})
        yield Gap(GapKind.OPENING, text, (f"auditor registry fill {audited.id}",))


def _page_gap(office: str, cause: Cause, pages: Sequence[Account]) -> Gap:
    step = _PAGE_STEPS[cause]
    text = Text(step.message, {"cause": CAUSES[cause].fill(), "pages": _urls(pages)})
    return Gap(GapKind.LOOK, text, tuple(command.format(office=office) for command in step.commands))


def _urls(pages: Iterable[Account]) -> str:
    return ", ".join(page.url.url for page in pages)


def causes_of(audited: AuditedOffice) -> list[Cause]:
    """Return the causes that the cells of an office show, each once."""
    unsure = (finding for finding in audited.findings if finding.outcome == "cantTell" and finding.account is None)
    return list(dict.fromkeys(Cause(finding.cause) for finding in unsure if finding.cause in _KNOWN))


_KNOWN = set(Cause)
"""An audit of a later version may name others."""


def _pages_with(audited: AuditedOffice, cause: Cause) -> set[str]:
    """Return the addresses of the pages of which something could not be told for this cause."""
    return {finding.account for finding in audited.findings if finding.account is not None and finding.cause == cause}


def _is_opening_unsure(audited: AuditedOffice) -> bool:
    finding = audited.finding(_OPENED, None)
    return finding is not None and (finding.outcome, finding.cause) == ("cantTell", Cause.TOO_LITTLE_DATA)


# What no step of an office mends --------------------------------------------------------------------------------------


def route_lines(audited: Iterable[AuditedOffice], translator: Translator) -> Iterator[str]:
    """Yield what was in the way to each network, for how many offices, and the command that says how to mend it."""
    offices: dict[tuple[str, Cause], set[str]] = {}
    for office in audited:
        for cause in (cause for cause in causes_of(office) if REMEDIES[cause] is Remedy.ROUTE):
            for url in _pages_with(office, cause):
                offices.setdefault((Address.parse(url).network.facts.name, cause), set()).add(office.id)
    for (network, cause), ids in offices.items():
        yield translator.translate(_ROUTE, network=network, cause=CAUSES[cause].fill(), count=len(ids))
    if offices:
        yield f"     $ {_DOCTOR}"


_ROUTE, _DOCTOR = N_("{network}: {cause}. Offices that it concerns: {count}"), "auditor doctor"


def passing_lines(audited: AuditedOffice, translator: Translator) -> Iterator[str]:
    """Yield the causes for which nothing is to be done; too little data about an opening is a step of its own."""
    asked = {Cause.TOO_LITTLE_DATA} if _is_opening_unsure(audited) else set()
    for cause in causes_of(audited):
        if REMEDIES[cause] is Remedy.TIME and cause not in asked:
            yield translator.translate(_PASSES, cause=CAUSES[cause].fill())


_PASSES = N_("{cause}: nothing is to be done, each run looks anew")
