"""A week's audit made again from the stored answers, without any network, and compared with the stored one.

The registry is the one that was kept with the audit. Each value that differs is named with what it comes from, as far
as that can be told. What retention has removed is no difference: figures of comments are then those of the sealed
audit, held against the sealed sums by post, and after a year so is all that was judged of a page.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from auditor import __version__
from auditor.archive import Archive, judged_controls
from auditor.audit.compare import Gap, compare_audits
from auditor.audit.document import Audit, AuditedFinding
from auditor.audit.judge import make_audit
from auditor.base.errors import ArchiveError
from auditor.base.snapshot import Post
from auditor.base.weeks import Week
from auditor.registry import Registry
from auditor.registry.models import office_urls
from auditor.run.old_playback import Played, Reason, Unplayed, play_runs
from auditor.run.stored_audits import RegistryUsed, before_purge, earlier_audits, previous_audit, registry_then

_OF_THE_WEEK_BEFORE = ("previous_", "change", "verdict_change", "moves", "history")
"""Fields that are compared with the week before, or are of it."""


class Why(StrEnum):
    """What a difference comes from, as far as that can be told."""

    UNPLAYED = "unplayed"
    """A look that the office rests on was not played back."""
    LOOK = "look"
    """A look came out differently than it was stored."""
    REGISTRY = "registry"
    """The registry of then is missing; the present one was used."""
    PREVIOUS = "previous"
    """The week before was audited again since, or had no audit then."""
    SUMS = "sums"
    """The rows of its comments were purged. As a difference: the sealed sums by post hold less than the figure says."""
    MARKS = "marks"
    """The page was purged after a year: the sealed audit is left, and marks with the hashes of what it rested on."""
    VERSION = "version"
    """The stored audit was made by another version of the program."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that came out differently. `check` is ``look`` or ``control`` where it was seen and not judged."""

    office: str
    check: str
    field: str
    stored: str
    replayed: str
    why: Why


@dataclass(frozen=True, slots=True)
class Replay:
    """The result of a replay. `audit` is the one made again."""

    week: str
    as_of: datetime
    stored: Audit
    audit: Audit
    differences: tuple[Difference, ...] = ()
    aged: tuple[Difference, ...] = ()
    """Values that were not made again because retention has removed what they rest on: the sealed audit's stand."""
    unplayed: tuple[Unplayed, ...] = ()
    summed: tuple[str, ...] = ()
    """The week of each look of which all was played back but the comments."""
    looks: int = 0
    """Looks at accounts and controls that the audit rests on, the unplayed included."""
    registry: RegistryUsed = RegistryUsed.THEN
    registry_changed: bool = False
    by_registry_of_now: int = 0
    """How many values of the stored audit would differ by the present registry, if that has changed since."""

    @property
    def blocking(self) -> tuple[Unplayed, ...]:
        """The looks that should have been played back: those of earlier weeks may have been purged."""
        return tuple(u for u in self.unplayed if u.week == self.week or u.reason is not Reason.PURGED)

    @property
    def equal(self) -> bool:
        """Whether the whole stored audit was made again from the evidence alone."""
        made = not self.differences and not self.aged and self.week not in self.summed
        return made and not self.blocking and self.registry is RegistryUsed.THEN


def replay_week(archive: Archive, registry: Registry, week: str) -> Replay:
    """Make the stored audit of `week` again and compare the two. `registry` is the present one.

    Raises `ArchiveError` where no audit is stored or it cannot be read.
    """
    stored, as_of = _stored(archive, week)
    then, used = registry_then(archive, registry, week)
    played = play_runs(archive, archive.runs_behind(week), as_of)
    done = Replay(
        week=week,
        as_of=as_of,
        stored=stored,
        audit=_judged_again(archive, then, stored, as_of, played),
        unplayed=tuple(played.unplayed),
        summed=tuple(look.week for look in played.summed),
        looks=len(played.looks) + len(played.controls),
        registry=used,
        registry_changed=used is RegistryUsed.THEN and then.text != registry.text,
    )
    if done.registry_changed:
        now = _judged_again(archive, registry, stored, as_of, played)
        done = replace(done, by_registry_of_now=sum(1 for _ in compare_audits(stored, now)))
    found = list(_differences(done, then, played))
    aged = _Aged(done, then, played)
    return replace(
        done,
        differences=tuple(aged.doubted(one) for one in found if not aged.explains(one)),
        aged=tuple(replace(one, why=aged.why(one)) for one in found if aged.explains(one)),
    )


def _stored(archive: Archive, week: str) -> tuple[Audit, datetime]:
    text, as_of = archive.audit(week), archive.audited_at(week)
    if text is None or as_of is None:
        raise ArchiveError(f"no audit of {week} is stored; `auditor weekly --week {week}` makes one")
    return Audit.from_json(text), as_of


def _judged_again(archive: Archive, registry: Registry, stored: Audit, as_of: datetime, played: Played) -> Audit:
    week = Week.parse(stored.week, registry.zone)
    controls = [(control, result) for control, result in played.controls if control.week == stored.week]
    audit = make_audit(
        registry,
        week,
        as_of,
        played.snapshots(),
        controls=judged_controls((control.run, result) for control, result in controls),
        requests=archive.requests(stored.week, as_of, behind=True),
        vantage=controls[-1][0].vantage if controls else archive.last_vantage(stored.week, as_of),
        previous=previous_audit(archive, week, as_of),
        earlier=earlier_audits(archive, week, as_of),
        before_purge=_before_purge(archive, week, stored.comments_purged_at),
        synthetic=archive.synthetic,
    )
    # Of the week's first audit only `rejudged` tells, and of a purge only what is stored.
    return audit.model_copy(update={"rejudged": stored.rejudged, "comments_purged_at": stored.comments_purged_at})


def _before_purge(archive: Archive, week: Week, purged: datetime | None) -> Audit | None:
    return before_purge(archive, week, purged) if purged is not None else None


def _differences(done: Replay, registry: Registry, played: Played) -> Iterator[Difference]:
    urls = {office.id: office_urls(office) for office in registry.offices}
    for url, gap in played.gaps:
        office = next((name for name, known in urls.items() if url in known), "")
        yield _difference(replace(gap, office=office), Why.LOOK if _same_version(done) else Why.VERSION)
    unplayed = {u.url for u in played.unplayed}
    changed = {url for url, _ in played.gaps}
    for gap in compare_audits(done.stored, done.audit):
        mine = urls.get(gap.office, unplayed | changed)  # a value of no office sums up all of them
        yield _difference(gap, _why(gap, done, unplayed=bool(unplayed & mine), changed=bool(changed & mine)))


def _why(gap: Gap, done: Replay, *, unplayed: bool, changed: bool) -> Why:
    """Tell what a difference comes from. `unplayed`, `changed`: some look behind the value is."""
    cases = (
        (Why.UNPLAYED, unplayed and gap.field != "tool_version"),
        (Why.VERSION, not _same_version(done)),
        (Why.LOOK, changed),
        (Why.REGISTRY, done.registry is not RegistryUsed.THEN),
        (Why.PREVIOUS, gap.field.startswith(_OF_THE_WEEK_BEFORE)),
    )
    return next((why for why, holds in cases if holds), Why.UNKNOWN)


def _same_version(done: Replay) -> bool:
    return done.stored.tool_version == __version__


def _difference(gap: Gap, why: Why) -> Difference:
    return Difference(gap.office, gap.check, gap.field, gap.one, gap.other, why)


# What retention has removed -----------------------------------------------------------------------------------------

_JUDGED_OF_COMMENTS = ("comments_answered", "comments_open")
"""The checks that read rows of comments."""
_FOLLOWS = re.compile(r"moves\.comments_|change|evidence|history\.[^.]+\.(due|in_time|more)")
"""Values of an office that follow from these checks."""
_SUMMED_UP = ("checks", "summary", "watch")
"""Values of no office that sum up all of them."""


class _Aged:
    """Tells which values cannot be made again because retention has removed what they rest on."""

    def __init__(self, done: Replay, registry: Registry, played: Played) -> None:
        urls = {office.id: office_urls(office) for office in registry.offices}
        summed = {look.snapshot.url for look in played.summed}
        briefs = {look.snapshot.url for look, _ in played.looks if look.brief and look.week == done.week}
        self._purged = {name for name, mine in urls.items() if mine & summed}
        self._gone = {name for name, mine in urls.items() if mine & briefs}
        self._beyond = {
            office.id
            for office in done.stored.offices
            if office.id in self._purged and not _held_by_sums(office.findings, _posts_of(played, urls[office.id]))
        }

    def explains(self, one: Difference) -> bool:
        if one.check in {"look", "control"}:
            return False
        return self._by_marks(one) or (self._by_sums(one) and one.office not in self._beyond)

    def doubted(self, one: Difference) -> Difference:
        return replace(one, why=Why.SUMS) if self._by_sums(one) and one.office in self._beyond else one

    def why(self, one: Difference) -> Why:
        return Why.MARKS if self._by_marks(one) else Why.SUMS

    def _by_marks(self, one: Difference) -> bool:
        return one.office in self._gone if one.office else bool(self._gone) and one.field.startswith(_SUMMED_UP)

    def _by_sums(self, one: Difference) -> bool:
        if not one.office:
            return bool(self._purged) and one.field.startswith(tuple(f"checks.{c}" for c in _JUDGED_OF_COMMENTS))
        return one.office in self._purged and _is_of_comments(one)


def _is_of_comments(one: Difference) -> bool:
    """Tell whether a value follows from comments: so do the answers of each look that alone shows some."""
    if one.field == "evidence":
        return True
    return one.check.startswith(_JUDGED_OF_COMMENTS) or (not one.check and _FOLLOWS.match(one.field) is not None)


def _posts_of(played: Played, urls: AbstractSet[str]) -> list[Post]:
    return [post for look, _ in played.looks if look.snapshot.url in urls for post in look.snapshot.posts]


def _sums_of(post: Post) -> Counter[str]:
    """Return how many comments a look saw under a post, by what the findings call them."""
    says = Counter(str(comment.says) for comment in post.comments)
    left = post.comments_purged
    if left is None:
        return Counter(
            comments=len(post.comments), questions=says["asks"], unsure=says["unsure"], problem_reports=says["reports"]
        )
    return Counter(
        comments=left.comments,
        questions=left.questions,
        unsure=left.unsure,
        problem_reports=left.reports,
    )


def _held_by_sums(findings: Sequence[AuditedFinding], posts: Sequence[Post]) -> bool:
    """Tell whether looks have seen as many comments as the findings count, in all and questions under each post.

    The sums are of whole threads and of each look, the findings of one week: they can only be less.
    """
    all_, asked = Counter[str](), Counter[str]()
    for post in posts:
        all_ += (sums := _sums_of(post))
        asked[post.url] += sums["questions"]
    told = [finding.values for finding in findings if finding.check == _JUDGED_OF_COMMENTS[0]]
    return all(
        (values.get(name) or 0) <= all_[name]
        for values in told
        for name in ("comments", "questions", "unsure", "problem_reports")
    ) and all(one["questions"] <= asked[one["url"]] for values in told for one in values.get("posts") or ())
