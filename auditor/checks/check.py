"""What a check is: one question, how it is judged, and everything that readers are shown of it.

Below are the findings that several checks share: nothing to look at, something in the way, or resting on what was seen.
"""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Annotated, Any, Generic

from pydantic import TypeAdapter

from auditor.base.snapshot import Cause, EvidenceKind, Network, Outcome
from auditor.base.text import N_, NN_, Sentence, Text
from auditor.checks.case import Case, Conflict, Moved, Obstacle, Sight
from auditor.checks.finding import (
    Advised,
    Bar,
    Cell,
    Column,
    Finding,
    Interval,
    Is,
    Lead,
    Past,
    Place,
    Row,
    V,
    Value,
    Values,
)
from auditor.registry.models import Basis, Neutral, OtherNetwork, PolicyValue, SomeNetwork


def _nothing(_: Any) -> tuple[()]:
    return ()


def _none(*_: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[V]):
    """One question: how it is judged, and what every reader is shown of it."""

    name: str
    """Its name in ``audit.json``: a contract."""
    order: int
    place: Place
    title: str
    """The subject in two or three words."""
    label: str = ""
    """The subject before a cell that says the rest; empty: the title."""
    passed: str
    failed: str
    """The two titles of its outcomes, each a plain statement (norms.md 3: honest wording)."""
    titled: Callable[[Finding[V]], Text | None] = _none
    """The title of a finding that says more, or less, than its outcome's; None: the outcome's."""
    titles: tuple[str, ...] = ()
    """All that `titled` can return, for what documents them."""
    question: str
    method: str
    """How it is measured, with formula and units; what is left out."""
    values: type[V]
    judge: Callable[[Case], Iterable[Finding[V]]]

    neutral_excuses: bool = False
    """Whether nothing that fails on a page where silence is no fault (`Case.excuse`) may be held against the person."""
    policy_key: str | None = None
    """The policy's key that holds its threshold, basis and source."""
    policy_title: str = ""
    """What that key is called in the method."""
    own_basis: Basis | None = None
    """What the check itself rests on, where that is not its threshold's basis."""
    threshold: Callable[[PolicyValue], Text] | None = None
    """The threshold in words."""

    why: Callable[[Finding[V]], Text | None] = _none
    """Why it could not be told, in a few words; None: the cause's own."""
    cell: Callable[[Finding[V]], Cell | None] = _none
    """Its cell of the practice, or of a network in the directive's column; None: the words of the outcome alone."""
    share: int | None = None
    """How much of the width its column takes of the practice's table, in per cent; None: what the others leave."""
    note: Callable[[Finding[V]], Cell | None] = _none
    """What is said of a page, for `Place.PAGE`; None: nothing."""
    columns: tuple[Column[V], ...] = ()
    """Its columns of the tables, in order."""
    standing: str | None = None
    """The title of the column that says the outcome in words."""
    standing_width: int = 24
    counted_under: frozenset[Cause] = frozenset({Cause.TOO_LITTLE_DATA, Cause.NO_THRESHOLD})
    """Causes of `cantTell` under which all was seen, so that a zero among the values is a count."""
    chart: str = ""
    """The heading of its chart on the page and the card; empty: its title."""
    lead: Callable[[Finding[V], Mapping[str, PolicyValue]], Lead | None] = _none
    """The sentence above the chart."""
    bars: tuple[Bar[V], ...] = ()
    interval: Callable[[Finding[V]], Interval | None] = _none
    """A share within its bounds, drawn below the bars."""
    rows: Callable[[Finding[V]], Iterable[Row]] = _nothing
    """Lines shown next to the chart."""
    rows_title: str = ""
    """The heading of these lines; empty: its title."""
    aside: Callable[[Finding[V]], Iterable[Text]] = _nothing
    """Sentences below the chart."""
    advice: Callable[[Advised[V]], Iterable[Text]] = _nothing
    """What would put it right; of a page's check, asked of each page."""
    post: Callable[[Iterable[Finding[V]]], Text | None] = _none
    """Its part of the messenger post, from the findings about the bound offices, which come once."""
    unrecognised: EvidenceKind | None = None
    """The kind of answer that tells most where a page was not recognised."""
    past: tuple[Past[V], ...] = ()
    """The figures that a history keeps of it."""
    told: Callable[[Iterable[Finding[V]]], Iterable[Text]] = _nothing
    """What the method says of this report alone, from the findings about the offices, which come once."""

    def basis(self, policy: Mapping[str, PolicyValue]) -> Basis:
        """Return what the check rests on."""
        if self.own_basis is not None or self.policy_key is None:
            return self.own_basis or Basis.CONVENTION
        return policy[self.policy_key].basis

    def title_of(self, outcome: Outcome) -> str:
        """Return the title of an outcome, a sentence of the catalogue."""
        return {Outcome.PASSED: self.passed, Outcome.FAILED: self.failed}.get(outcome, self.title)

    @property
    def speaks_of_values(self) -> bool:
        """Whether `titled` or `told` may say anything: else no values need be read to say a finding."""
        return self.titled is not _none or self.told is not _nothing

    def title_for(self, finding: Finding[V]) -> Text:
        """Return the title of a finding: its own where the outcome's would claim more than was seen."""
        return self.titled(finding) or Text(self.title_of(finding.outcome))

    def finding(
        self,
        case: Case,
        outcome: Outcome,
        message: Text,
        values: V,
        *,
        about: Sight | None = None,
        cause: Cause | None = None,
        threshold: Value | list[int] = None,
        evidence: tuple[str, ...] = (),
    ) -> Finding[V]:
        """Make a finding about a page, or about the office."""
        return Finding(
            check=self.name,
            outcome=outcome,
            message=message,
            basis=self.basis(case.policy),
            values=values,
            threshold=threshold,
            cause=cause,
            network=about.account.network if about else None,
            account=about.account.url.url if about else None,
            evidence=evidence,
        )

    def read(self, values: Mapping[str, Any]) -> V:
        """Read values as a document holds them: keys that are missing are None, unknown ones are left aside.

        Raises `ValueError` for a value of another type.
        """
        return _reader(self.values).validate_json(json.dumps(values), strict=True)

    def counted(self, finding: Finding[V], figure: float | None) -> float | None:
        """Return a figure for a table; None where it is no count: closed comments are not 0 questions."""
        half_seen = finding.outcome is Outcome.CANT_TELL and finding.cause not in self.counted_under
        return None if finding.outcome is Outcome.INAPPLICABLE or (half_seen and figure == 0) else figure


_READERS: dict[type[Values], TypeAdapter[Any]] = {}


def _reader(values: type[V]) -> TypeAdapter[V]:
    if values not in _READERS:
        _READERS[values] = TypeAdapter(values)
    return _READERS[values]


# The findings that checks share ------------------------------------------------------------------------------------

_CAUSES = {
    cause: Sentence("cause.gone_by_number" if cause is Cause.GONE else f"cause.{cause}", words)
    for cause, words in {
        Cause.UNREACHABLE: N_("The network did not answer from where we looked; this says nothing about the page"),
        Cause.THROTTLED: N_("The network limited our requests; the look will be repeated"),
        Cause.BLOCKED: N_("Instead of the page came a block page or a captcha; this says nothing about the page"),
        Cause.REFUSED: N_("The network refused to show this"),
        Cause.NO_CREDENTIALS: N_("The access key that this needs is missing or does not allow it"),
        Cause.PRIVATE: N_("The page exists, but its owner's settings close it to outsiders"),
        Cause.PREVIEW_OFF: N_("The channel exists, but viewing it without signing in is switched off"),
        Cause.CONTROL_FAILED: N_(
            "The network's control page did not come out as it must, so nothing seen there is judged"
        ),
        Cause.UNRECOGNISED_PAGE: N_("The answer has a form that the program does not know"),
        Cause.TOO_LITTLE_DATA: N_("There is too little data to judge"),
        Cause.NO_THRESHOLD: N_("No norm sets a threshold, so only the numbers are given"),
        Cause.WRONG_KIND: N_("Under this address is a group, a user or a bot, not a channel"),
        Cause.GONE: N_("The network says of the page, by its number, that it is not there any more"),
        Cause.NOT_AT_ADDRESS: N_("The confirmed page is not at the address on record; where it is now is not known"),
        Cause.STALE: N_("The page was not looked at for this week"),
        Cause.STALE_HOLDER: N_("The newest evidence of who holds the office is too old"),
        Cause.SEEN_LATE: N_("This was looked at long after the week; what is missing today may have been there then"),
        Cause.CONTRADICTION: N_("The network's answers contradict each other, so nothing is said to be missing"),
        Cause.POSSIBLE_STAFF: N_("Answers come from an account that may be the owner's staff; a person has to decide"),
        Cause.UNPROVED_IDENTITY: N_("Answers come from a name like the owner's, and whose they are cannot be proved"),
    }.items()
}
"""What each cause means, in a sentence that does not blame the holder for what we could not see."""
_GONE_BEFORE = Sentence("cause.gone", N_("The confirmed page is not at its address any more"))
"""What documents before version 0.3.0 say of a page that is gone or renamed."""

_DISAGREE = Sentence(
    "look.disagree", N_("The two ways of looking disagree: without signing in {preview}, signed in {client}")
)
_DISAGREE_ON_POSTS = Sentence(
    "look.disagree_on_posts",
    N_("The two ways of looking disagree on the week's posts: without signing in {preview}, signed in {client}"),
)
_SEEN_SIGNED_IN = Sentence(
    "look.seen_signed_in",
    N_("The two ways of looking disagree: without signing in the page is not to be seen, signed in it is"),
)
_SEEN_WITHOUT = Sentence(
    "look.seen_without",
    N_("The two ways of looking disagree: without signing in the page is to be seen, signed in it is not"),
)
_NOT_LOOKED_AT = Sentence("look.not_yet", N_("The page has not been looked at yet"))
_VACANT = Sentence("office.vacant", N_("The office is vacant"))
NO_HOLDER = Sentence("office.no_holder", N_("No holder is on record for this week"))
_NO_PAGE = Sentence("office.no_page", N_("No confirmed personal page is on record"))
_TOOK_OFFICE = Sentence("office.took_office", N_("In office since {date}: judged from the next week on"))
_START_NOT_EXACT = Sentence(
    "office.start_not_exact", N_("The day of taking office is not known exactly: judged after the week of {date}")
)
_APPEARED = Sentence("page.appeared", N_("The first trace of the page is of {date}: judged from the next week on"))
_SO_FAR = Sentence("week.so_far", N_("As of {time}, before the week's end: {message}"))
_OLD_CONFIRMATION = Sentence(
    "page.old_confirmation",
    N_(
        "It was confirmed too long ago that the page is the person's; until that is done anew nothing of the practice "
        "fails on it"
    ),
)
_MOVED = Sentence(
    "page.moved",
    N_(
        "The page's own last post, of {date}, says that it has moved ({post}): until {until} silence or absence there "
        "is no fault"
    ),
)
_MOVED_FOR_GOOD = Sentence(
    "page.moved_for_good",
    N_(
        "The page's own last post, of {date}, says that it has moved ({post}), and a page there is on record: silence "
        "or absence of the old one is no fault"
    ),
)
_NEUTRAL = Sentence(
    "network.neutral", N_("{network}: silence and absence are no fault since {since}: {reason} ({source})")
)
NETWORKS: dict[SomeNetwork | None, Sentence] = {
    None: Sentence("network.press", N_("Press report")),
    **{network: Sentence(f"network.{network}", network.facts.name) for network in Network},
    OtherNetwork.OK: Sentence("network.ok", N_("Odnoklassniki")),
    OtherNetwork.MAX: Sentence("network.max", N_("MAX")),
    OtherNetwork.OTHER: Sentence("network.other", N_("Another network")),
}
"""What a page or a report is of: a network, or the press where it names none."""
_DAYS = Sentence("days", *NN_("{n} day", "{n} days"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTwice(Values):
    """The values of a check of what two routes may show differently."""

    seen_by_preview: Annotated[str | None, Is("", "what the look without signing in showed", optional=True)] = None
    seen_by_client: Annotated[str | None, Is("", "what the signed-in client showed", optional=True)] = None


def blocked(
    check: Check[V], case: Case, obstacle: Obstacle, *, sight: Sight | None = None, values: V | None = None
) -> Finding[V]:
    """Make the finding for something that cannot be judged, with its cause; without `values` none is known."""
    shown = check.values() if values is None else values
    if obstacle.conflict is not None and isinstance(shown, SeenTwice):
        shown = replace(shown, seen_by_preview=obstacle.conflict.preview, seen_by_client=obstacle.conflict.client)
    told, evidence = say_obstacle(obstacle), sight.evidence if sight else ()
    return check.finding(case, obstacle.outcome, told, shown, about=sight, cause=obstacle.cause, evidence=evidence)


def say_obstacle(obstacle: Obstacle) -> Text:
    """Say in a sentence why something cannot be judged."""
    if obstacle.note is not None:
        return obstacle.note
    if obstacle.conflict is not None:
        return _say_conflict(obstacle.conflict)
    if obstacle.cause is not None:
        return _CAUSES[obstacle.cause].say()
    return _NOT_LOOKED_AT.say()


def _say_conflict(conflict: Conflict) -> Text:
    if conflict.what == "exists":
        return (_SEEN_WITHOUT if conflict.preview == str(True) else _SEEN_SIGNED_IN).say()
    sentence = _DISAGREE_ON_POSTS if conflict.what == "posts" else _DISAGREE
    return sentence.say(preview=conflict.preview, client=conflict.client)


def no_subject(check: Check[V], case: Case) -> Finding[V] | None:
    """Make the office-level finding where there is nobody to judge, or return None where there is."""
    if case.standing is not None:
        return _about_nobody(check, case, case.standing, say_standing(case))
    if not case.personal:
        return _about_nobody(check, case, Obstacle(Outcome.UNTESTED), _NO_PAGE.say())
    return None


def say_standing(case: Case) -> Text:
    """Say why the office has no holder to judge."""
    if case.standing is not None and case.standing.note is not None:
        return case.standing.note
    return (_VACANT if case.vacancy else NO_HOLDER).say()


def _about_nobody(check: Check[V], case: Case, obstacle: Obstacle, message: Text) -> Finding[V]:
    finding = check.finding(case, obstacle.outcome, message, check.values(), cause=obstacle.cause)
    return replace(finding, without_values=True)


def each_page(check: Check[V], case: Case, judge: Callable[[Case, Sight], Finding[V]]) -> Iterator[Finding[V]]:
    """Judge each personal page by itself."""
    nothing = no_subject(check, case)
    if nothing is not None:
        yield nothing
    for sight in case.personal if nothing is None else ():
        yield judge(case, sight)


Judge = Callable[[Case, Sequence[Sight], Sight | None], Finding[V]]
"""Judges some pages together; the last argument is the page that the finding is about, None for the person."""


def person_and_pages(check: Check[V], case: Case, judge: Judge[V]) -> Iterator[Finding[V]]:
    """Judge the person over all personal pages together, and show what each page has (DESIGN.md section 5).

    The person is judged once. A page of his is `passed` where it does alone, else `inapplicable` with its values.
    """
    nothing = no_subject(check, case) or _not_begun(check, case)
    if nothing is not None:
        yield nothing
        yield from (_of_page(nothing, sight) for sight in case.personal if case.standing is None)
        return
    yield _mendable(check, case, judge)
    for sight in case.personal:
        yield _of_page(not_yet(case, sight, judge(case, (sight,), sight)), sight)


def _of_page(finding: Finding[V], sight: Sight) -> Finding[V]:
    """Return a page's own finding: the person is judged, so it is never red and names no cause."""
    outcome = Outcome.PASSED if finding.outcome is Outcome.PASSED else Outcome.INAPPLICABLE
    return replace(finding, outcome=outcome, cause=None, network=sight.account.network, account=sight.account.url.url)


def _not_begun(check: Check[V], case: Case) -> Finding[V] | None:
    """Make the finding of a week in which the holder took office or the page appeared: it is not judged by halves."""
    begin = case.practice_from
    if begin is not None and begin >= case.week.starts:
        first, last = case.holder.took_office if case.holder else (None, None)
        message = (_TOOK_OFFICE if first == last else _START_NOT_EXACT).say(date=case.day_of(begin))
    elif not case.pages_of_before and case.pages_traced:
        message = _APPEARED.say(date=case.day_of(min(case.pages_traced)))
    else:
        return None
    return _about_nobody(check, case, Obstacle(Outcome.INAPPLICABLE), message)


def _mendable(check: Check[V], case: Case, judge: Judge[V]) -> Finding[V]:
    """Judge the person, and take back a failure that he can still mend or that does not stand without some pages.

    It must stand over the pages with a valid confirmation alone, over those of networks that are not neutral, over
    those that were there before the week, and over those that are all of this.
    """
    sights = case.pages_of_the_week
    finding = judge(case, sights, None)
    if not case.week_over:
        return _so_far(sights, finding)
    if finding.outcome is not Outcome.FAILED:
        return finding

    def stands(pages: tuple[Sight, ...]) -> bool:
        return bool(pages) and _alone(check, case, pages, judge, finding).outcome is Outcome.FAILED

    stale = replace(finding, outcome=Outcome.CANT_TELL, cause=Cause.STALE, message=_OLD_CONFIRMATION.say())
    fresh = tuple(sight for sight in case.personal if not case.under_review(sight.account.confirmed))
    blamed = tuple(sight for sight in case.personal if not _excused(check, case, sight))
    excuse = case.all_excused(case.personal)
    if not stands(fresh):
        return stale
    if not blamed and excuse is not None:
        return replace(finding, outcome=Outcome.INAPPLICABLE, message=say_excuse(excuse))
    if not stands(case.pages_of_before):
        return _of_new_pages(case, finding)
    told = _alone(check, case, blamed, judge, finding)
    surely = tuple(sight for sight in case.pages_of_before if sight in fresh and sight in blamed)
    return told if told.outcome is not Outcome.FAILED or stands(surely) else stale


def _of_new_pages(case: Case, finding: Finding[V]) -> Finding[V]:
    """Take back a failure that rests on a page of this week: it is not judged by halves."""
    known = case.pages_of_before
    traces = (sight.first_trace(case) for sight in case.personal if sight not in known)
    appeared = min(trace for trace in traces if trace is not None)
    return replace(finding, outcome=Outcome.INAPPLICABLE, message=_APPEARED.say(date=case.day_of(appeared)))


def _excused(check: Check[V], case: Case, sight: Sight) -> bool:
    """Tell whether nothing on a page may be held against the person: silence is no fault, and he is silent there."""
    posts = sight.posts_between(case.week.starts, case.horizon)
    return case.excuse(sight) is not None and (check.neutral_excuses or not posts)


def _alone(check: Check[V], case: Case, sights: tuple[Sight, ...], judge: Judge[V], whole: Finding[V]) -> Finding[V]:
    """Judge the person as if he had these pages and no others; `whole` is the finding of all of them."""
    if not sights or sights == case.personal:
        return whole
    part = replace(case, personal=sights)
    return _not_begun(check, part) or judge(part, part.pages_of_the_week, None)


def _so_far(sights: Sequence[Sight], finding: Finding[V]) -> Finding[V]:
    """Return a finding as it is before the week's end: nothing has failed yet, and it speaks of the last look."""
    moments = [sight.current.taken_at for sight in sights if sight.current is not None]
    message = _SO_FAR.say(time=max(moments), message=finding.message) if moments else finding.message
    if finding.outcome is not Outcome.FAILED:
        return replace(finding, message=message)
    return replace(finding, outcome=Outcome.CANT_TELL, cause=Cause.TOO_LITTLE_DATA, message=message)


def not_yet(case: Case, sight: Sight, finding: Finding[V]) -> Finding[V]:
    """Return a page's own finding as what it is before the week's end: the holder can still mend it."""
    return finding if case.week_over else _so_far([sight], finding)


def say_excuse(excuse: Neutral | Moved) -> Text:
    """Say why silence or absence is no fault."""
    if isinstance(excuse, Moved):
        if excuse.until is None:
            return _MOVED_FOR_GOOD.say(date=excuse.on, post=excuse.post)
        return _MOVED.say(date=excuse.on, post=excuse.post, until=excuse.until)
    return say_neutral(excuse)


def say_neutral(neutral: Neutral) -> Text:
    """Say why silence or absence on a network is no fault."""
    return _NEUTRAL.say(
        network=NETWORKS[neutral.network].say(), since=neutral.since, reason=neutral.reason, source=neutral.source
    )


def days(count: int) -> Text:
    """Say a number of days with the right form of the word."""
    return _DAYS.say(n=count)


# All of them -------------------------------------------------------------------------------------------------------


@cache
def modules() -> tuple[ModuleType, ...]:
    """Return the modules of this package: a check is found by where it is."""
    package = importlib.import_module("auditor.checks")
    return tuple(importlib.import_module(f"auditor.checks.{m.name}") for m in pkgutil.iter_modules(package.__path__))


@cache
def sentences() -> Mapping[str, Sentence]:
    """Return every sentence that a finding can say, by its id: the constants of the modules."""
    return {sentence.id: sentence for module in modules() for sentence in _said_in(module)}


def _said_in(module: ModuleType) -> Iterator[Sentence]:
    for constant in vars(module).values():
        tables = constant.values() if isinstance(constant, dict) else (constant,)
        yield from (one for one in tables if isinstance(one, Sentence))
